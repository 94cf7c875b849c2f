//! Files attached to records (spec §12).

use super::{Write, activity::may_hold, draft::Draft};
use crate::{
    error::Result,
    id::{DocId, FileHash, Kind},
    record::MAX_FILE,
};

const MAX_NAME: usize = 255;

pub(super) fn attach(draft: &mut Draft, on: DocId, id: DocId, name: &str, hash: FileHash, size: u64) -> Result<String> {
    may_hold(draft, on, id, Kind::Attachment)?;
    let name = name.trim();
    if name.is_empty() {
        return Err(refused!("the file has no name: give it one"));
    }
    if name.len() > MAX_NAME {
        return Err(refused!(
            "the file's name has {count} bytes, more than {most}: shorten it",
            count = name.len(),
            most = MAX_NAME
        ));
    }
    if size > MAX_FILE {
        let mib = |bytes: u64| bytes as f64 / f64::from(1 << 20);
        return Err(refused!(
            "‘{name}’ has {size} MiB, more than the {most} that every colleague's laptop is asked to hold: attach a smaller file, or a link in a note",
            name,
            size = format!("{:.1}", mib(size)),
            most = format!("{:.0}", mib(MAX_FILE))
        ));
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
    let unknown = || refused!("there is no attachment {id}", id);
    let on = draft.holder(id).ok_or_else(unknown)?;
    let name = draft.edit(on)?.attachments().iter().find(|a| a.id == id).map(|a| a.name.clone()).ok_or_else(unknown)?;
    draft.write(on, Write::Attachment(id, "removed", true.into()));
    Ok(format!("Remove attachment ‘{name}’"))
}
