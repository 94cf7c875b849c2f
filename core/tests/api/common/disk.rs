//! A disk in memory that can be copied, cut off and made to fail.

use std::{
    io,
    sync::{Arc, Mutex, MutexGuard},
};

use redb::StorageBackend;
use satchel_core::Storage;

/// How a disk fails, from a given write on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Every write fails from then on.
    Broken,
    /// Nothing can be added, what is there can be written over; reading works.
    Full,
    /// That one write fails.
    Once,
}

#[derive(Clone, Debug, Default)]
pub struct Disk(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    bytes: Vec<u8>,
    /// What stood in place of what was written since the last sync: offset and bytes, the oldest first.
    before: Vec<(usize, Vec<u8>)>,
    /// The length at the last sync.
    durable: usize,
    writes: u64,
    fails: Option<(u64, Failure)>,
    failed: u64,
}

impl Disk {
    pub fn new() -> Disk {
        Disk::default()
    }

    pub fn storage(&self) -> Storage {
        Storage::Backend(Box::new(self.clone()))
    }

    /// Another disk with the same bytes.
    pub fn copy(&self) -> Disk {
        Disk::of(self.state().bytes.clone())
    }

    /// Another disk with what had reached the platter: everything before the last sync, nothing after.
    pub fn after_power_cut(&self) -> Disk {
        let state = self.state();
        let mut bytes = state.bytes.clone();
        for (from, old) in state.before.iter().rev() {
            let end = from + old.len();
            bytes.resize(bytes.len().max(end), 0);
            bytes[*from..end].copy_from_slice(old);
        }
        bytes.resize(state.durable, 0);
        Disk::of(bytes)
    }

    /// With a file's bytes.
    pub fn of(bytes: Vec<u8>) -> Disk {
        let durable = bytes.len();
        Disk(Arc::new(Mutex::new(State { bytes, durable, ..State::default() })))
    }

    /// Lets the `count`th write from now on fail; 0 is the next one.
    pub fn fail_after(&self, count: u64, how: Failure) {
        let mut state = self.state();
        state.fails = Some((state.writes + count, how));
        state.failed = 0;
    }

    pub fn bytes(&self) -> Vec<u8> {
        self.state().bytes.clone()
    }

    pub fn writes(&self) -> u64 {
        self.state().writes
    }

    pub fn alter(&self, change: impl FnOnce(&mut Vec<u8>)) {
        let mut state = self.state();
        change(&mut state.bytes);
        state.durable = state.bytes.len();
        state.before.clear();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(|e| e.into_inner())
    }
}

impl State {
    /// Counts one write; an error if it is one that fails.
    fn step(&mut self, grows: bool) -> io::Result<()> {
        self.writes += 1;
        let Some((from, how)) = self.fails else { return Ok(()) };
        let number = self.writes - 1;
        let fails = match how {
            Failure::Broken => number >= from,
            Failure::Full => number >= from && grows,
            Failure::Once => number == from,
        };
        if !fails {
            return Ok(());
        }
        self.failed += 1;
        Err(match how {
            Failure::Full => io::Error::new(io::ErrorKind::StorageFull, "no space left on device"),
            _ => io::Error::other("input/output error"),
        })
    }
}

impl StorageBackend for Disk {
    fn len(&self) -> io::Result<u64> {
        Ok(self.state().bytes.len() as u64)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let state = self.state();
        let from = offset as usize;
        let found = state.bytes.get(from..from + out.len()).ok_or(io::ErrorKind::UnexpectedEof)?;
        out.copy_from_slice(found);
        Ok(())
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        let mut state = self.state();
        let grows = len > state.bytes.len() as u64;
        state.step(grows)?;
        if !grows {
            let cut = state.bytes[len as usize..].to_vec();
            state.before.push((len as usize, cut));
        }
        state.bytes.resize(len as usize, 0);
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        let mut state = self.state();
        state.step(false)?;
        state.durable = state.bytes.len();
        state.before.clear();
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        let mut state = self.state();
        let from = offset as usize;
        let end = from + data.len();
        let grows = end > state.bytes.len();
        state.step(grows)?;
        if grows {
            state.bytes.resize(end, 0);
        }
        let old = state.bytes[from..end].to_vec();
        state.before.push((from, old));
        state.bytes[from..end].copy_from_slice(data);
        Ok(())
    }
}
