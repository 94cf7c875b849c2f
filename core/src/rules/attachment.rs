//! Files attached to records (spec §12).

use super::{Write, activity::may_hold, draft::Draft};
use crate::{
    error::{Error, Result},
    id::{DocId, FileHash, Kind},
    record::MAX_FILE,
};

const MAX_NAME: usize = 255;

pub(super) fn attach(draft: &mut Draft, on: DocId, id: DocId, name: &str, hash: FileHash, size: u64) -> Result<String> {
    may_hold(draft, on, id, Kind::Attachment)?;
    let name = name.trim();
    if name.is_empty() {
        return Err(Error::refused("the file has no name: give it one"));
    }
    if name.len() > MAX_NAME {
        return Err(Error::refused(format!(
            "the file's name has {} bytes, more than {MAX_NAME}: shorten it",
            name.len()
        )));
    }
    if size > MAX_FILE {
        let mib = |bytes: u64| bytes as f64 / f64::from(1 << 20);
        return Err(Error::refused(format!(
            "‘{name}’ has {:.1} MiB, more than the {:.0} that every colleague's laptop is asked to hold: attach a smaller file, or a link in a note",
            mib(size),
            mib(MAX_FILE)
        )));
    }
    let context = draft.context;
    let mut write = |field, value| draft.write(on, Write::Attachment(id, field, value));
    write("name", name.into());
    write("hash", hash.to_string().into());
    write("size", i64::try_from(size).unwrap_or(i64::MAX).into());
    write("time", context.now.into());
    write("user", context.user.into());
    Ok(format!("Attach ‘{name}’"))
}

pub(super) fn detach(draft: &mut Draft, id: DocId) -> Result<String> {
    let unknown = || Error::refused(format!("there is no attachment {id}"));
    let on = draft.holder(id).ok_or_else(unknown)?;
    let name = draft.edit(on)?.attachments().iter().find(|a| a.id == id).map(|a| a.name.clone()).ok_or_else(unknown)?;
    draft.write(on, Write::Attachment(id, "removed", true.into()));
    Ok(format!("Remove attachment ‘{name}’"))
}
