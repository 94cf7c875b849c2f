//! A file that opening and closing leave as it is, byte for byte.
//!
//! redb marks a file as in use when it opens it and writes its free pages down when it closes it. Looking into a workspace,
//! or asking for what is refused, is no reason to touch the file (or to need the right to): until [`Quiet::wake`] is
//! called, what redb writes is held in memory, and dropped if it never is.

use std::{
    fs::File,
    io,
    ops::Bound,
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicBool, Ordering},
    },
};

use redb::{BackendError, DatabaseError, StorageBackend, backends::FileBackend};

/// A handle; clones are the same file.
#[derive(Clone, Debug)]
pub(crate) struct Quiet(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    file: FileBackend,
    awake: AtomicBool,
    held: Mutex<Held>,
}

/// What was written but is not in the file.
#[derive(Debug)]
struct Held {
    /// The length the file would have.
    len: u64,
    /// The shortest it would have been: what the file holds beyond reads as zeros.
    cut: u64,
    /// In their order.
    writes: Vec<(u64, Vec<u8>)>,
}

impl Quiet {
    pub fn new(file: File) -> Result<Quiet, DatabaseError> {
        let file = FileBackend::new(file)?;
        let len = file.len()?;
        let held = Mutex::new(Held { len, cut: len, writes: Vec::new() });
        Ok(Quiet(Arc::new(Inner { file, awake: AtomicBool::new(false), held })))
    }

    /// From here on, writing writes: to be called before the first transaction that matters.
    pub fn wake(&self) -> io::Result<()> {
        if self.0.awake.load(Ordering::Acquire) {
            return Ok(());
        }
        let mut held = self.held();
        let file = &self.0.file;
        if held.cut < file.len()? {
            file.set_len(held.cut)?;
        }
        if held.len != file.len()? {
            file.set_len(held.len)?;
        }
        for (offset, data) in &held.writes {
            file.write(*offset, data)?;
        }
        file.sync_data()?;
        held.writes = Vec::new();
        self.0.awake.store(true, Ordering::Release);
        Ok(())
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.0.held.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// What is held back, while anything is to be.
    fn asleep(&self) -> Option<MutexGuard<'_, Held>> {
        let asleep = || !self.0.awake.load(Ordering::Acquire);
        if !asleep() {
            return None;
        }
        let held = self.held();
        asleep().then_some(held)
    }
}

impl Held {
    fn read(&self, file: &FileBackend, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let end = offset + out.len() as u64;
        if end > self.len {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let in_file = (self.cut.clamp(offset, end) - offset) as usize;
        let (kept, beyond) = out.split_at_mut(in_file);
        if !kept.is_empty() {
            file.read(offset, kept)?;
        }
        beyond.fill(0);
        for (start, data) in &self.writes {
            let (from, to) = (offset.max(*start), end.min(start + data.len() as u64));
            if from < to {
                let data = &data[(from - start) as usize..(to - start) as usize];
                out[(from - offset) as usize..(to - offset) as usize].copy_from_slice(data);
            }
        }
        Ok(())
    }

    fn set_len(&mut self, len: u64) -> io::Result<()> {
        self.len = len;
        self.cut = self.cut.min(len);
        self.writes.retain_mut(|(start, data)| {
            data.truncate(len.saturating_sub(*start).min(data.len() as u64) as usize);
            !data.is_empty()
        });
        Ok(())
    }

    fn write(&mut self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.len = self.len.max(offset + data.len() as u64);
        // A page written again goes to the end, for others may overlap it.
        self.writes.retain(|(start, old)| !(*start == offset && old.len() == data.len()));
        self.writes.push((offset, data.to_vec()));
        Ok(())
    }
}

impl StorageBackend for Quiet {
    fn len(&self) -> io::Result<u64> {
        match self.asleep() {
            Some(held) => Ok(held.len),
            None => self.0.file.len(),
        }
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        match self.asleep() {
            Some(held) => held.read(&self.0.file, offset, out),
            None => self.0.file.read(offset, out),
        }
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        match self.asleep() {
            Some(mut held) => held.set_len(len),
            None => self.0.file.set_len(len),
        }
    }

    fn sync_data(&self) -> io::Result<()> {
        match self.asleep() {
            Some(_) => Ok(()),
            None => self.0.file.sync_data(),
        }
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        match self.asleep() {
            Some(mut held) => held.write(offset, data),
            None => self.0.file.write(offset, data),
        }
    }

    fn close(&self) -> io::Result<()> {
        self.0.file.close()
    }

    fn try_lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.0.file.try_lock_range(start, end)
    }

    fn try_lock_shared_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.0.file.try_lock_shared_range(start, end)
    }

    fn lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.0.file.lock_range(start, end)
    }

    fn lock_shared_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.0.file.lock_shared_range(start, end)
    }

    fn unlock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.0.file.unlock_range(start, end)
    }

    fn query_lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.0.file.query_lock_range(start, end)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use redb::{Database, ReadableDatabase, TableDefinition};

    use super::*;

    const TABLE: TableDefinition<u64, &[u8]> = TableDefinition::new("table");

    fn open(path: &std::path::Path) -> (Database, Quiet) {
        let file = fs::OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path).unwrap();
        let quiet = Quiet::new(file).unwrap();
        (Database::builder().create_with_backend(quiet.clone()).unwrap(), quiet)
    }

    fn insert(db: &Database, key: u64) {
        let write = db.begin_write().unwrap();
        write.open_table(TABLE).unwrap().insert(key, vec![key as u8; 5000].as_slice()).unwrap();
        write.commit().unwrap();
    }

    fn count(db: &Database) -> usize {
        let read = db.begin_read().unwrap();
        redb::ReadableTableMetadata::len(&read.open_table(TABLE).unwrap()).unwrap() as usize
    }

    #[test]
    fn a_file_is_changed_only_once_awake() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let (db, quiet) = open(&path);
        assert_eq!(fs::read(&path).unwrap(), b"", "a new file stays empty until it is needed");
        quiet.wake().unwrap();
        (0..50).for_each(|key| insert(&db, key));
        drop(db);

        let before = fs::read(&path).unwrap();
        let (db, _) = open(&path);
        assert_eq!(count(&db), 50);
        // Written but not woken: seen here, gone with the handle.
        (50..90).for_each(|key| insert(&db, key));
        assert_eq!(count(&db), 90);
        drop(db);
        assert!(fs::read(&path).unwrap() == before);

        let (db, quiet) = open(&path);
        assert_eq!(count(&db), 50);
        (50..60).for_each(|key| insert(&db, key));
        quiet.wake().unwrap();
        (60..70).for_each(|key| insert(&db, key));
        drop(db);
        let (db, _) = open(&path);
        assert_eq!(count(&db), 70);
    }

    #[test]
    fn a_file_in_use_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let (_db, _) = open(&path);
        let file = fs::OpenOptions::new().read(true).write(true).open(&path).unwrap();
        let second = Database::builder().create_with_backend(Quiet::new(file).unwrap());
        assert!(matches!(second, Err(DatabaseError::DatabaseAlreadyOpen)));
    }
}
