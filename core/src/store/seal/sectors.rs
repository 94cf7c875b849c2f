//! A file of sealed sectors, which redb sees as plain.
//!
//! ```text
//! 0       lock            8192    header, copy 0      24576   sector 1, 2, 3 …
//! 4096    lock again      16384   header, copy 1
//! ```
//!
//! redb writes whole pages, and never over one that its last durable commit needs. So a page may be torn by a crash: it is
//! then read as zeros, which redb's checksums refuse, and redb goes back to the commit before. An error instead would be the
//! end of it. The one page that redb writes over is the first, its header with both commit slots, whose 320 bytes it trusts
//! the disk to write whole: torn, a sealed sector would take both slots with it. So the header lies in two numbered copies,
//! and that one is written which the last durable state does not need.

use std::{
    fmt, io,
    ops::Bound,
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use redb::{BackendError, StorageBackend};

use super::{
    Key, NONCE, Passphrase, Sealer, TAG,
    lock::{Found, LOCK, Lock, VERSION},
};
use crate::{
    environment::Environment,
    error::{Error, Result, Trouble},
};

type Medium = Box<dyn StorageBackend>;

/// A page of redb's.
const SECTOR: usize = 4096;
const SEALED: usize = NONCE + SECTOR + TAG;
/// The header's plain text begins with its number.
const NUMBERED: usize = 8 + SECTOR;
const LOCKS: [u64; 2] = [0, 4096];
const HEADERS: [u64; 2] = [8192, 16384];
/// Where the sectors begin.
const BODY: u64 = 24576;
/// What a medium is called that does not know where it lies.
pub(crate) const PLACE: &str = "this workspace";
/// How many sectors are read or written at a time.
const RUN: usize = 64;

/// A handle; clones are the same file.
#[derive(Clone)]
pub(crate) struct Sealed(Arc<Inner>);

struct Inner {
    medium: Medium,
    sealer: Sealer,
    head: Mutex<Head>,
    /// The header was written once.
    begun: AtomicBool,
    /// How many sectors have been read that are not what was written there.
    lost: AtomicU64,
}

struct Head {
    lock: Lock,
    /// Which of the locks is sound.
    lock_at: usize,
    /// The other one is not the same.
    lock_alone: bool,
    /// The header, if it was ever written.
    header: Option<Box<[u8; SECTOR]>>,
    /// Of the copy written last.
    number: u64,
    /// The copy that a crash must find.
    durable: Option<usize>,
    /// The other copy was written since.
    pending: bool,
    /// What was found at opening is known to be on disk, not only in the system's memory.
    settled: bool,
}

impl Sealed {
    /// Whether a medium is sealed. Fails where it was and the lock is damaged or of a later version.
    pub fn is_at(medium: &dyn StorageBackend) -> Result<bool> {
        Ok(find(medium)?.is_some())
    }

    /// Begins a sealed file on an empty medium.
    pub fn create(medium: Medium, passphrase: &Passphrase, environment: &Environment) -> Result<Sealed> {
        let sealer = Sealer::new(Key::random(environment), environment);
        let lock = Lock::around(&sealer.key, passphrase, 1, environment)?;
        let write = || {
            medium.set_len(BODY)?;
            LOCKS.iter().try_for_each(|at| medium.write(*at, &lock.to_bytes()))?;
            medium.sync_data()
        };
        write().map_err(unwritten)?;
        Ok(Sealed::with(medium, sealer, Head { settled: true, ..Head::of(lock, 0, false) }))
    }

    /// Opens a sealed file, changing nothing. `Error::WrongPassphrase` says so.
    pub fn open(medium: Medium, passphrase: &Passphrase, environment: &Environment) -> Result<Sealed> {
        let found = find(&*medium)?.ok_or_else(|| Error::Damaged("its lock is gone".into()))?;
        let (lock, lock_at, lock_alone) = found;
        let sealer = Sealer::new(lock.open(passphrase)?, environment);
        let mut head = Head::of(lock, lock_at, lock_alone);
        for (copy, at) in HEADERS.into_iter().enumerate() {
            let mut room = [0; NONCE + NUMBERED + TAG];
            if medium.read(at, &mut room).is_err() {
                continue;
            }
            let Some(plain) = sealer.open(b"header", &mut room) else { continue };
            let (number, header) = plain.split_at(8);
            let number = u64::from_le_bytes(number.try_into().unwrap_or_default());
            if head.header.is_none() || number > head.number {
                head.header = header.try_into().ok().map(Box::new);
                (head.number, head.durable) = (number, Some(copy));
            }
        }
        Ok(Sealed::with(medium, sealer, head))
    }

    fn with(medium: Medium, sealer: Sealer, head: Head) -> Sealed {
        let begun = AtomicBool::new(head.header.is_some());
        Sealed(Arc::new(Inner { medium, sealer, head: Mutex::new(head), begun, lost: AtomicU64::new(0) }))
    }

    pub fn sealer(&self) -> Sealer {
        self.0.sealer.clone()
    }

    /// The lock as it is now, for a backup.
    pub fn lock(&self) -> Vec<u8> {
        self.head().lock.to_bytes()
    }

    /// How many sectors were read, since the last call, that are not what was written there. What a crash leaves torn is
    /// among them while redb recovers; later it is damage.
    pub fn lost(&self) -> u64 {
        self.0.lost.swap(0, Ordering::Relaxed)
    }

    pub fn prove(&self, passphrase: &Passphrase) -> Result<()> {
        let lock = self.head().lock.clone();
        lock.open(passphrase).map(|_| ())
    }

    /// Another passphrase for the same key. A crash leaves the one or the other.
    pub fn change(&self, old: &Passphrase, new: &Passphrase) -> Result<()> {
        let mut head = self.head();
        head.lock.open(old)?;
        let Inner { medium, sealer, .. } = &*self.0;
        let lock = Lock::around(&sealer.key, new, head.lock.generation + 1, &sealer.environment)?;
        let (first, second) = (1 - head.lock_at, head.lock_at);
        let put = |at: usize| medium.write(LOCKS[at], &lock.to_bytes()).and_then(|()| medium.sync_data());
        put(first).map_err(unwritten)?;
        (head.lock, head.lock_at, head.lock_alone) = (lock.clone(), first, true);
        put(second).map_err(unwritten)?;
        head.lock_alone = false;
        Ok(())
    }

    fn head(&self) -> MutexGuard<'_, Head> {
        self.0.head.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    fn read_header(&self, from: usize, out: &mut [u8]) {
        match &self.head().header {
            Some(header) => out.copy_from_slice(&header[from..from + out.len()]),
            None => out.fill(0),
        }
    }

    fn write_header(&self, from: usize, data: &[u8]) -> io::Result<()> {
        let mut head = self.head();
        let medium = &self.0.medium;
        if !head.settled {
            medium.sync_data()?;
            if head.lock_alone {
                medium.write(LOCKS[1 - head.lock_at], &head.lock.to_bytes())?;
                head.lock_alone = false;
            }
            head.settled = true;
        }
        let mut header = head.header.clone().unwrap_or_else(|| Box::new([0; SECTOR]));
        header[from..from + data.len()].copy_from_slice(data);
        self.put_header(&mut head, &header)?;
        (head.header, head.pending) = (Some(header), true);
        self.0.begun.store(true, Ordering::Release);
        Ok(())
    }

    /// Writes the copy that is not needed.
    fn put_header(&self, head: &mut Head, header: &[u8; SECTOR]) -> io::Result<()> {
        head.number += 1;
        let mut room = [0; NONCE + NUMBERED + TAG];
        room[NONCE..NONCE + 8].copy_from_slice(&head.number.to_le_bytes());
        room[NONCE + 8..NONCE + NUMBERED].copy_from_slice(header);
        self.0.sealer.seal(b"header", &mut room);
        self.0.medium.write(HEADERS[head.spare()], &room)
    }

    /// Whole sectors from a number on.
    fn read_run(&self, first: u64, out: &mut [u8]) -> io::Result<()> {
        let mut sealed = vec![0; out.len() / SECTOR * SEALED];
        self.0.medium.read(place(first), &mut sealed)?;
        for ((number, room), out) in (first..).zip(sealed.chunks_mut(SEALED)).zip(out.chunks_mut(SECTOR)) {
            let unwritten = room[..NONCE].iter().chain(&room[SEALED - TAG..]).all(|byte| *byte == 0);
            match self.0.sealer.open(&number.to_le_bytes(), room) {
                Some(plain) => out.copy_from_slice(plain),
                None => {
                    out.fill(0);
                    self.0.lost.fetch_add(u64::from(!unwritten), Ordering::Relaxed);
                }
            }
        }
        Ok(())
    }

    fn write_run(&self, first: u64, data: &[u8]) -> io::Result<()> {
        let mut sealed = vec![0; data.len() / SECTOR * SEALED];
        for ((number, room), data) in (first..).zip(sealed.chunks_mut(SEALED)).zip(data.chunks(SECTOR)) {
            room[NONCE..NONCE + SECTOR].copy_from_slice(data);
            self.0.sealer.seal(&number.to_le_bytes(), room);
        }
        self.0.medium.write(place(first), &sealed)
    }
}

impl Head {
    fn of(lock: Lock, lock_at: usize, lock_alone: bool) -> Head {
        Head { lock, lock_at, lock_alone, header: None, number: 0, durable: None, pending: false, settled: false }
    }

    /// Which copy of the header may be written over.
    fn spare(&self) -> usize {
        self.durable.map_or(0, |copy| 1 - copy)
    }
}

/// Where a sector lies. They are numbered as redb's pages; the header is number 0.
fn place(number: u64) -> u64 {
    BODY + (number - 1) * SEALED as u64
}

/// The lock that counts, where it stands, and whether it stands there alone.
fn find(medium: &dyn StorageBackend) -> Result<Option<(Lock, usize, bool)>> {
    let (mut damaged, mut later) = (false, None);
    let mut at = |slot: usize| {
        let mut bytes = [0; LOCK];
        // A file that is shorter holds no lock.
        medium.read(LOCKS[slot], &mut bytes).ok()?;
        match Lock::read(&bytes) {
            Found::Lock(lock) => Some(lock),
            Found::Damaged => {
                damaged = true;
                None
            }
            Found::Later(version) => {
                later = Some(version);
                None
            }
            Found::Nothing => None,
        }
    };
    let both = (at(0), at(1));
    if let Some(found) = later {
        // Also where the other one is ours: the later version had begun to make the file its own.
        return Err(Error::NewerVersion { path: PLACE.into(), found: found.into(), known: VERSION.into() });
    }
    match both {
        (Some(first), Some(second)) if second.generation > first.generation => Ok(Some((second, 1, true))),
        (Some(first), second) => {
            let alone = second.as_ref() != Some(&first);
            Ok(Some((first, 0, alone)))
        }
        (None, Some(second)) => Ok(Some((second, 1, true))),
        (None, None) if damaged => Err(Error::Damaged("its lock, so that no passphrase opens it".into())),
        (None, None) => Ok(None),
    }
}

fn unwritten(error: io::Error) -> Error {
    Error::Storage(Trouble::of(&error))
}

fn whole_pages() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "only whole pages are sealed")
}

impl StorageBackend for Sealed {
    fn len(&self) -> io::Result<u64> {
        let sectors = self.0.medium.len()?.saturating_sub(BODY) / SEALED as u64;
        let begun = sectors > 0 || self.0.begun.load(Ordering::Acquire);
        Ok(if begun { (sectors + 1) * SECTOR as u64 } else { 0 })
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        if offset + out.len() as u64 > self.len()? {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let (mut offset, mut out) = (offset, out);
        if offset < SECTOR as u64 {
            let here = out.len().min(SECTOR - offset as usize);
            let (head, rest) = out.split_at_mut(here);
            self.read_header(offset as usize, head);
            (offset, out) = (offset + here as u64, rest);
        }
        while !out.is_empty() {
            let (number, within) = (offset / SECTOR as u64, (offset % SECTOR as u64) as usize);
            let here = out.len().min(RUN * SECTOR - within);
            let (run, rest) = out.split_at_mut(here);
            if within == 0 && here % SECTOR == 0 {
                self.read_run(number, run)?;
            } else {
                let mut whole = vec![0; (within + here).div_ceil(SECTOR) * SECTOR];
                self.read_run(number, &mut whole)?;
                run.copy_from_slice(&whole[within..within + here]);
            }
            (offset, out) = (offset + here as u64, rest);
        }
        Ok(())
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        if !len.is_multiple_of(SECTOR as u64) {
            return Err(whole_pages());
        }
        self.0.medium.set_len(BODY + (len / SECTOR as u64).saturating_sub(1) * SEALED as u64)
    }

    fn sync_data(&self) -> io::Result<()> {
        let written = self.head().number;
        self.0.medium.sync_data()?;
        let mut head = self.head();
        if head.pending && head.number == written {
            (head.durable, head.pending) = (Some(head.spare()), false);
            // The other copy follows, so that a flipped bit finds two. Nobody waits for it.
            if let Some(header) = head.header.clone() {
                let _later = self.put_header(&mut head, &header);
            }
        }
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        let (mut offset, mut data) = (offset, data);
        if offset < SECTOR as u64 {
            let (head, rest) = data.split_at(data.len().min(SECTOR - offset as usize));
            self.write_header(offset as usize, head)?;
            (offset, data) = (offset + head.len() as u64, rest);
        }
        if !data.is_empty() && (!offset.is_multiple_of(SECTOR as u64) || data.len() % SECTOR != 0) {
            return Err(whole_pages());
        }
        for (run, data) in data.chunks(RUN * SECTOR).enumerate() {
            self.write_run(offset / SECTOR as u64 + (run * RUN) as u64, data)?;
        }
        Ok(())
    }

    fn close(&self) -> io::Result<()> {
        self.0.medium.close()
    }

    fn try_lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.0.medium.try_lock_range(start, end)
    }

    fn try_lock_shared_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.0.medium.try_lock_shared_range(start, end)
    }

    fn lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.0.medium.lock_range(start, end)
    }

    fn lock_shared_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.0.medium.lock_shared_range(start, end)
    }

    fn unlock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.0.medium.unlock_range(start, end)
    }

    fn query_lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.0.medium.query_lock_range(start, end)
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealed(…)")
    }
}

#[cfg(test)]
mod tests;
