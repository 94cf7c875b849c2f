//! Files of this device into a workspace.

use std::{fs, path::Path};

use satchel_core::{DocId, Error, Result, Workspace, record::MAX_FILE, workspace::Outcome};
use tr::tr;

/// Reads a file and attaches it to a record; what is too large is not read.
pub fn attach(workspace: &Workspace, on: DocId, path: &Path) -> Result<(DocId, Outcome)> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let unreadable = |e| Error::refused(tr!("‘{file}’ cannot be read: {reason}", file = path.display(), reason = e));
    let about = fs::metadata(path).map_err(unreadable)?;
    if about.is_dir() {
        return Err(Error::refused(tr!("‘{name}’ is a folder: attach its files, or an archive of it", name)));
    }
    if about.len() > MAX_FILE {
        let (has, most) = (about.len() >> 20, MAX_FILE >> 20);
        return Err(Error::refused(tr!(
            "‘{name}’ has {has} MB, more than {most}: attach a smaller file, or a link in a note",
            name,
            has,
            most
        )));
    }
    workspace.attach(on, &name, &fs::read(path).map_err(unreadable)?)
}
