//! Attached files: the bytes beside the records.

use std::collections::HashSet;

use super::{Event, Outcome, Workspace};
use crate::{
    command::Command,
    error::{Error, Result, Trouble},
    id::{DocId, FileHash, Kind},
    record::MAX_FILE,
    store::FilePart,
};

impl Workspace {
    /// Keeps a file and attaches it to an opportunity or a contact; returns the attachment's id too. Refused if it is larger
    /// than [`MAX_FILE`].
    pub fn attach(&self, on: DocId, name: &str, bytes: &[u8]) -> Result<(DocId, Outcome)> {
        let id = self.new_id(Kind::Attachment);
        let size = bytes.len() as u64;
        let attach = Command::Attach { on, id, name: name.to_owned(), hash: FileHash::of(bytes), size };
        // What would be refused leaves nothing on disk; else the bytes come first: a record must not name what is nowhere.
        self.would_execute(&attach)?;
        let new = self.keep_file(bytes)?;
        let done = self.execute(attach);
        let new = if new { vec![FileHash::of(bytes)] } else { Vec::new() };
        self.let_go(new, done.as_ref().err());
        Ok((id, done?))
    }

    /// Keeps bytes that a command is about to name; says whether they are new here.
    pub(crate) fn keep_file(&self, bytes: &[u8]) -> Result<bool> {
        self.inner.store.files.put(bytes)
    }

    /// Deletes those files that were kept for commands and that no record names now, as the commands were refused. Where the
    /// disk failed nobody can tell whether the commit reached it, and with it their names: then they stay.
    pub(crate) fn let_go(&self, mut kept: Vec<FileHash>, failed: Option<&Error>) {
        if kept.is_empty() || matches!(failed, Some(Error::Storage(Trouble::Other(_)))) {
            return;
        }
        let named: HashSet<FileHash> = self.records().files().map(|(hash, _)| hash).collect();
        kept.retain(|hash| !named.contains(hash));
        kept.into_iter().for_each(|hash| self.inner.store.files.take_back(hash));
    }

    /// Whether the bytes of a file are on this device.
    pub fn has_file(&self, hash: FileHash) -> bool {
        self.inner.store.files.has(hash)
    }

    /// The bytes of an attached file; refused in words while they have not come yet. Found damaged, they are put aside and
    /// wanted again of colleagues' devices.
    pub fn file(&self, hash: FileHash) -> Result<Vec<u8>> {
        match self.inner.store.files.read(hash, 0, MAX_FILE)? {
            Some(bytes) if FileHash::of(&bytes) == hash => Ok(bytes),
            Some(_) => {
                self.inner.store.files.set_aside(hash)?;
                self.notify(&Event::File(hash));
                Err(refused!(
                    "the file was damaged on this device: it comes again when a colleague's device that has it is in reach"
                ))
            }
            None => Err(refused!(
                "the file is not on this device yet: it comes when a colleague's device that has it is in reach"
            )),
        }
    }

    /// The files that records name and this device lacks.
    pub fn files_wanted(&self) -> Vec<FileHash> {
        let files = &self.inner.store.files;
        self.records().files().map(|(hash, _)| hash).filter(|hash| !files.has(*hash)).collect()
    }

    /// How many bytes have come of a file that is not whole yet.
    pub fn file_begun(&self, hash: FileHash) -> u64 {
        self.inner.store.files.begun(hash)
    }

    /// At most `most` bytes of a file for a colleague's device, from an offset on; nothing if it is not here.
    pub fn file_part(&self, hash: FileHash, offset: u64, most: u64) -> Result<Option<Vec<u8>>> {
        self.inner.store.files.read(hash, offset, most)
    }

    /// Takes part of a file from a colleague's device. A file that no record names is refused.
    pub fn take_file_part(&self, hash: FileHash, offset: u64, bytes: &[u8]) -> Result<FilePart> {
        let size = self.records().file_size(hash);
        let size = size.ok_or_else(|| refused!("no record has this file attached"))?;
        let part = self.inner.store.files.take(hash, size, offset, bytes)?;
        if part == FilePart::Whole {
            self.notify(&Event::File(hash));
        }
        Ok(part)
    }
}
