//! A medium that opening and closing leave as it is, byte for byte; and that can be opened again, in place, when redb has
//! given up on it.
//!
//! redb marks a file as in use when it opens it and writes its free pages down when it closes it. Looking into a workspace,
//! or asking for what is refused, is no reason to touch the file (or to need the right to): until [`Quiet::wake`] is
//! called, what redb writes is held in memory, and dropped if it never is.
//!
//! Layers, from below: medium (a file, memory, or the caller's backend), this, redb.

use std::{
    collections::VecDeque,
    io,
    ops::{Bound, Deref},
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use redb::{BackendError, StorageBackend};

/// How much of the medium's beginning is remembered as it was at the last sync: redb's header with both of its commit slots.
const HEAD: usize = 512;

/// A handle; clones are the same one.
#[derive(Clone, Debug)]
pub(crate) struct Quiet {
    inner: Arc<Inner>,
    turn: u64,
}

#[derive(Debug)]
struct Inner {
    medium: Arc<Medium>,
    awake: AtomicBool,
    /// Which handle holds: see [`Quiet::fall_asleep`].
    turn: AtomicU64,
    state: Mutex<State>,
}

/// Closed when nobody has it any more: what redb calls closing may be to open again in place.
#[derive(Debug)]
struct Medium(Box<dyn StorageBackend>);

impl Drop for Medium {
    fn drop(&mut self) {
        // Nobody is there to be told of an error.
        let _ = self.0.close();
    }
}

impl Deref for Medium {
    type Target = dyn StorageBackend;

    fn deref(&self) -> &Self::Target {
        &*self.0
    }
}

#[derive(Debug, Default)]
struct State {
    held: Held,
    head: Head,
    /// What redb has locked: an opening in place finds it locked already.
    locks: Vec<(Bound<u64>, Bound<u64>)>,
}

/// What was written but is not in the medium.
#[derive(Clone, Debug, Default)]
struct Held {
    /// The length the medium would have, and the one it has.
    len: u64,
    there: u64,
    /// In their order.
    steps: VecDeque<Step>,
}

#[derive(Clone, Debug)]
enum Step {
    Write(u64, Vec<u8>),
    SetLen(u64),
    Sync,
}

/// The beginning of a medium that is awake.
#[derive(Debug, Default)]
struct Head {
    synced: Vec<u8>,
    now: Vec<u8>,
}

impl Quiet {
    pub fn over(medium: Box<dyn StorageBackend>) -> io::Result<Quiet> {
        let held = Held::nothing(medium.len()?);
        let state = State { held, ..State::default() };
        Ok(Quiet::new(Arc::new(Medium(medium)), state))
    }

    fn new(medium: Arc<Medium>, state: State) -> Quiet {
        let inner = Inner { medium, awake: AtomicBool::new(false), turn: AtomicU64::new(0), state: Mutex::new(state) };
        Quiet { inner: Arc::new(inner), turn: 0 }
    }

    /// Another one over the same medium, to look at what is there: it is never to be woken.
    pub fn beside(&self) -> io::Result<Quiet> {
        let state = self.state()?;
        let held = if self.is_awake() { Held::nothing(self.inner.medium.len()?) } else { state.held.clone() };
        let locks = state.locks.clone();
        Ok(Quiet::new(self.inner.medium.clone(), State { held, locks, head: Head::default() }))
    }

    /// From here on, writing writes: to be called before the first transaction that matters. What fails can be tried again.
    pub fn wake(&self) -> io::Result<()> {
        if self.is_awake() {
            return Ok(());
        }
        let mut state = self.state()?;
        if self.is_awake() {
            return Ok(());
        }
        let medium = &self.inner.medium;
        state.held.pour(&***medium)?;
        let mut head = vec![0; HEAD.min(medium.len()? as usize)];
        medium.read(0, &mut head)?;
        state.head = Head { synced: head.clone(), now: head };
        self.inner.awake.store(true, Ordering::Release);
        Ok(())
    }

    /// Takes back what was written since the last sync, after some of it, or the sync, failed: what is read begins as a power
    /// cut at that moment could have left it, and nothing is written before somebody wakes it, which can be done once
    /// there is room. Handles there were before are refused from here on.
    pub fn fall_asleep(&self) -> io::Result<Quiet> {
        let mut state = self.lock();
        if self.is_awake() {
            let len = self.inner.medium.len()?;
            // Pages are only written where the last commit has none: its header is all there is to put back.
            let head = std::mem::take(&mut state.head.synced);
            state.held = Held { steps: VecDeque::from([Step::Write(0, head), Step::Sync]), ..Held::nothing(len) };
        }
        self.inner.awake.store(false, Ordering::Release);
        let turn = self.inner.turn.fetch_add(1, Ordering::AcqRel) + 1;
        Ok(Quiet { inner: self.inner.clone(), turn })
    }

    /// From here on everything is refused to this handle.
    pub fn let_go(&self) {
        let _of_another =
            self.inner.turn.compare_exchange(self.turn, self.turn + 1, Ordering::AcqRel, Ordering::Acquire);
    }

    fn is_awake(&self) -> bool {
        self.inner.awake.load(Ordering::Acquire)
    }

    fn holds(&self) -> io::Result<()> {
        let holds = self.inner.turn.load(Ordering::Acquire) == self.turn;
        if holds { Ok(()) } else { Err(io::Error::other("the file was opened again")) }
    }

    fn state(&self) -> io::Result<MutexGuard<'_, State>> {
        let state = self.lock();
        self.holds()?;
        Ok(state)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.inner.state.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// What is held back, while anything is to be.
    fn asleep(&self) -> io::Result<Option<MutexGuard<'_, State>>> {
        self.holds()?;
        if self.is_awake() {
            return Ok(None);
        }
        let state = self.state()?;
        Ok((!self.is_awake()).then_some(state))
    }
}

impl Held {
    fn nothing(len: u64) -> Held {
        Held { len, there: len, steps: VecDeque::new() }
    }

    /// Everything into the medium, durably, in its order.
    fn pour(&mut self, medium: &dyn StorageBackend) -> io::Result<()> {
        let mut done = 0;
        while let Some(step) = self.steps.get(done) {
            match step {
                Step::Write(offset, data) => {
                    medium.write(*offset, data)?;
                    self.there = self.there.max(offset + data.len() as u64);
                }
                Step::SetLen(len) => {
                    medium.set_len(*len)?;
                    self.there = *len;
                }
                Step::Sync => medium.sync_data()?,
            }
            done += 1;
            // What is not known to be durable is written again by who tries again.
            if matches!(self.steps[done - 1], Step::Sync) {
                self.steps.drain(..done);
                done = 0;
            }
        }
        if done > 0 {
            medium.sync_data()?;
        }
        self.steps.clear();
        Ok(())
    }

    fn read(&self, medium: &dyn StorageBackend, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let end = offset + out.len() as u64;
        if end > self.len {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let within = |at: u64| (at.clamp(offset, end) - offset) as usize;
        let (kept, beyond) = out.split_at_mut(within(self.there));
        if !kept.is_empty() {
            medium.read(offset, kept)?;
        }
        beyond.fill(0);
        for step in &self.steps {
            match step {
                Step::Write(start, data) => {
                    let (from, to) = (offset.max(*start), end.min(start + data.len() as u64));
                    if from < to {
                        let data = &data[(from - start) as usize..(to - start) as usize];
                        out[within(from)..within(to)].copy_from_slice(data);
                    }
                }
                Step::SetLen(len) => out[within(*len)..].fill(0),
                Step::Sync => {}
            }
        }
        Ok(())
    }

    fn set_len(&mut self, len: u64) {
        self.len = len;
        self.steps.push_back(Step::SetLen(len));
    }

    fn write(&mut self, offset: u64, data: &[u8]) {
        self.len = self.len.max(offset + data.len() as u64);
        // A page written again goes to the end, for others may overlap it; not beyond a sync, whose order matters.
        let since = self.steps.iter().rposition(|s| !matches!(s, Step::Write(..))).map_or(0, |at| at + 1);
        let same = |s: &Step| matches!(s, Step::Write(start, old) if *start == offset && old.len() == data.len());
        if let Some(at) = self.steps.iter().skip(since).position(same) {
            self.steps.remove(since + at);
        }
        self.steps.push_back(Step::Write(offset, data.to_vec()));
    }

    fn sync(&mut self) {
        if !matches!(self.steps.back(), None | Some(Step::Sync)) {
            self.steps.push_back(Step::Sync);
        }
    }
}

impl Head {
    fn write(&mut self, offset: u64, data: &[u8]) {
        let Ok(from) = usize::try_from(offset) else { return };
        if from < HEAD {
            let to = HEAD.min(from + data.len());
            self.now.resize(self.now.len().max(to), 0);
            self.now[from..to].copy_from_slice(&data[..to - from]);
        }
    }
}

impl StorageBackend for Quiet {
    fn len(&self) -> io::Result<u64> {
        match self.asleep()? {
            Some(state) => Ok(state.held.len),
            None => self.inner.medium.len(),
        }
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        match self.asleep()? {
            Some(state) => state.held.read(&**self.inner.medium, offset, out),
            None => self.inner.medium.read(offset, out),
        }
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        match self.asleep()? {
            Some(mut state) => {
                state.held.set_len(len);
                Ok(())
            }
            None => self.inner.medium.set_len(len),
        }
    }

    fn sync_data(&self) -> io::Result<()> {
        match self.asleep()? {
            Some(mut state) => state.held.sync(),
            None => {
                self.inner.medium.sync_data()?;
                let mut state = self.state()?;
                state.head.synced = state.head.now.clone();
            }
        }
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        match self.asleep()? {
            Some(mut state) => state.held.write(offset, data),
            None => {
                self.inner.medium.write(offset, data)?;
                if offset < HEAD as u64 {
                    self.state()?.head.write(offset, data);
                }
            }
        }
        Ok(())
    }

    fn try_lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        let mut state = self.state().map_err(BackendError::from)?;
        if state.locks.contains(&(start, end)) {
            return Ok(true);
        }
        let locked = self.inner.medium.try_lock_range(start, end)?;
        if locked {
            state.locks.push((start, end));
        }
        Ok(locked)
    }

    fn try_lock_shared_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.inner.medium.try_lock_shared_range(start, end)
    }

    fn lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.inner.medium.lock_range(start, end)
    }

    fn lock_shared_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.inner.medium.lock_shared_range(start, end)
    }

    fn unlock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        let mut state = self.state().map_err(BackendError::from)?;
        self.inner.medium.unlock_range(start, end)?;
        state.locks.retain(|lock| *lock != (start, end));
        Ok(())
    }

    fn query_lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.inner.medium.query_lock_range(start, end)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use redb::{Database, DatabaseError, ReadableDatabase, TableDefinition, backends::FileBackend};

    use super::*;

    const TABLE: TableDefinition<u64, &[u8]> = TableDefinition::new("table");

    fn open(path: &std::path::Path) -> (Database, Quiet) {
        let file = fs::OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path).unwrap();
        let quiet = Quiet::over(Box::new(FileBackend::new(file).unwrap())).unwrap();
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
        drop((db, quiet));

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
        drop((db, quiet));
        let (db, _) = open(&path);
        assert_eq!(count(&db), 70);
    }

    #[test]
    fn a_file_in_use_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let (_db, _) = open(&path);
        let file = fs::OpenOptions::new().read(true).write(true).open(&path).unwrap();
        let quiet = Quiet::over(Box::new(FileBackend::new(file).unwrap())).unwrap();
        let second = Database::builder().create_with_backend(quiet);
        assert!(matches!(second, Err(DatabaseError::DatabaseAlreadyOpen)));
    }
}
