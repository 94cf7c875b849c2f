//! A disk in memory that writes down what is done to it, so that the power can be cut at any moment of it afterwards; and that
//! can be told to fail.

use std::{
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use redb::StorageBackend;
use satchel_core::{Cost, Passphrase, Storage};

use super::Chance;

/// What a disk writes whole or not at all.
pub const SECTOR: usize = 512;
/// What it gives room by.
const BLOCK: usize = 4096;

/// What was asked of the disk.
#[derive(Clone, Debug)]
pub enum Io {
    Write(usize, Arc<[u8]>),
    SetLen(usize),
    Sync,
    /// What was done before this was acknowledged to a person.
    Told,
}

/// How a disk fails, from a given request on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing more can be written; reading works.
    Full,
    /// Nothing can be added; what is there can be written over.
    NoRoomToGrow,
    ReadOnly,
    /// Neither writing nor reading works.
    Dead,
    /// Syncing fails, once; what was written since the last sync never reaches the disk.
    LostSync,
    /// One request fails, the next works again.
    Once,
}

impl Fault {
    pub const ALL: [Fault; 6] =
        [Fault::Full, Fault::NoRoomToGrow, Fault::ReadOnly, Fault::Dead, Fault::LostSync, Fault::Once];

    fn error(self) -> io::Error {
        match self {
            Fault::Full | Fault::NoRoomToGrow => io::Error::from_raw_os_error(28),
            Fault::ReadOnly => io::Error::from_raw_os_error(30),
            Fault::Dead | Fault::LostSync | Fault::Once => io::Error::from_raw_os_error(5),
        }
    }
}

/// Clones are the same disk.
#[derive(Clone, Debug)]
pub struct Medium {
    state: Arc<Mutex<State>>,
    /// What is founded on it is under a passphrase.
    sealed: bool,
}

#[derive(Debug, Default)]
struct State {
    bytes: Vec<u8>,
    log: Option<Vec<Io>>,
    /// Which of its blocks have ever been written: the others take no room yet.
    blocks: Vec<bool>,
    /// What a power cut leaves at worst, and what was written beside it since.
    platter: Option<(Vec<u8>, Vec<Io>)>,
    requests: u64,
    fault: Option<(u64, Fault)>,
    struck: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Request {
    Read,
    Write { grows: bool },
    Sync,
}

impl Medium {
    pub fn of(bytes: Vec<u8>) -> Medium {
        // A passphrase opens what is under none, too.
        Medium { state: Arc::new(Mutex::new(State { bytes, ..State::default() })), sealed: true }
    }

    /// A new disk, for a workspace under a passphrase or not.
    pub fn new(sealed: bool) -> Medium {
        Medium { state: Arc::default(), sealed }
    }

    pub fn storage(&self) -> Storage {
        let passphrase = self.sealed.then(|| Passphrase::new("correct horse").at_cost(Cost::FOR_TESTS));
        Storage::Backend(Box::new(self.clone())).under(passphrase)
    }

    /// From here on it is known what a power cut would leave if nothing reached the disk that was not synced.
    pub fn watch(&self) {
        let mut state = self.state();
        state.platter = Some((state.bytes.clone(), Vec::new()));
    }

    /// What a power cut would leave. A sync that failed lost what it was to make durable, for good.
    pub fn after_power_cut(&self) -> Vec<u8> {
        self.state().platter.as_ref().map_or_else(Vec::new, |(platter, _)| platter.clone())
    }

    /// From here on, all is written down.
    pub fn record(&self) -> Recording {
        let mut state = self.state();
        state.log = Some(Vec::new());
        Recording { base: state.bytes.clone(), log: Vec::new() }
    }

    /// What was done so far is acknowledged.
    pub fn told(&self) {
        if let Some(log) = &mut self.state().log {
            log.push(Io::Told);
        }
    }

    /// What has been written down since the recording began; no more is.
    pub fn recorded(&self, recording: &mut Recording) {
        recording.log = self.state().log.take().unwrap_or_default();
    }

    /// Lets requests fail from the `count`th from now on; 0 is the next one.
    pub fn fail_after(&self, count: u64, fault: Fault) {
        let mut state = self.state();
        state.fault = Some((state.requests + count, fault));
        state.struck = false;
    }

    /// The disk works again. Says whether it ever failed.
    pub fn mend(&self) -> bool {
        let mut state = self.state();
        state.fault = None;
        std::mem::take(&mut state.struck)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn request(&mut self, request: Request) -> io::Result<()> {
        // Reading counts only where it can fail: how often it is asked for hangs on what is kept in memory.
        let Some((from, fault)) = self.fault else { return Ok(()) };
        let can_fail = match fault {
            Fault::Full | Fault::ReadOnly => request != Request::Read,
            Fault::NoRoomToGrow => request != Request::Read,
            Fault::Dead | Fault::Once => true,
            Fault::LostSync => request == Request::Sync,
        };
        if !can_fail {
            return Ok(());
        }
        self.requests += 1;
        let number = self.requests - 1;
        let fails = match fault {
            Fault::Full => number >= from && matches!(request, Request::Write { .. }),
            Fault::NoRoomToGrow => number >= from && request == Request::Write { grows: true },
            Fault::ReadOnly | Fault::Dead => number >= from,
            Fault::LostSync | Fault::Once => number == from,
        };
        self.struck |= fails;
        if fails { Err(fault.error()) } else { Ok(()) }
    }

    fn note(&mut self, io: impl Fn() -> Io) {
        if let Some(log) = &mut self.log {
            log.push(io());
        }
        if let Some((_, since)) = &mut self.platter {
            since.push(io());
        }
    }
}

impl StorageBackend for Medium {
    fn len(&self) -> io::Result<u64> {
        Ok(self.state().bytes.len() as u64)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let mut state = self.state();
        state.request(Request::Read)?;
        let from = offset as usize;
        out.copy_from_slice(state.bytes.get(from..from + out.len()).ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        let mut state = self.state();
        // Only what is written takes room.
        state.request(Request::Write { grows: false })?;
        state.note(|| Io::SetLen(len as usize));
        state.bytes.resize(len as usize, 0);
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        let mut state = self.state();
        let synced = state.request(Request::Sync);
        if synced.is_ok() {
            state.note(|| Io::Sync);
        }
        if let Some((platter, since)) = &mut state.platter {
            let since = std::mem::take(since);
            if synced.is_ok() {
                since.iter().for_each(|io| io.on(platter));
            }
        }
        synced
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        let mut state = self.state();
        let from = offset as usize;
        let blocks = from / BLOCK..(from + data.len()).div_ceil(BLOCK);
        let most = state.blocks.len().max(blocks.end);
        state.blocks.resize(most, false);
        let grows = !state.blocks[blocks.clone()].iter().all(|written| *written);
        state.request(Request::Write { grows })?;
        state.blocks[blocks].fill(true);
        state.note(|| Io::Write(from, data.into()));
        put(&mut state.bytes, from, data);
        Ok(())
    }
}

impl Io {
    fn on(&self, bytes: &mut Vec<u8>) {
        match self {
            Io::Write(from, data) => put(bytes, *from, data),
            Io::SetLen(len) => bytes.resize(*len, 0),
            Io::Sync | Io::Told => {}
        }
    }
}

fn put(bytes: &mut Vec<u8>, from: usize, data: &[u8]) {
    let to = from + data.len();
    if to > bytes.len() {
        bytes.resize(to, 0);
    }
    bytes[from..to].copy_from_slice(data);
}

/// All that was done to a disk.
pub struct Recording {
    base: Vec<u8>,
    log: Vec<Io>,
}

/// What a power cut left of a disk.
pub struct Image {
    pub bytes: Vec<u8>,
    /// How many commands had been acknowledged.
    pub told: usize,
    /// For whom reads of it: where the power went.
    pub at: usize,
}

impl Recording {
    /// What would be left if the power went at each of `count` random moments.
    pub fn images<'a>(&'a self, chance: &mut Chance, count: usize) -> impl Iterator<Item = Image> + use<'a> {
        let mut moments: Vec<(usize, u64)> =
            (0..count).map(|_| (chance.below(self.log.len() + 1), chance.number())).collect();
        moments.sort_unstable();
        let mut durable = self.base.clone();
        let (mut synced, mut done, mut told) = (0, 0, 0);
        moments.into_iter().map(move |(at, seed)| {
            while done < at {
                match self.log[done] {
                    Io::Sync => {
                        self.log[synced..done].iter().for_each(|io| io.on(&mut durable));
                        synced = done;
                    }
                    Io::Told => told += 1,
                    _ => {}
                }
                done += 1;
            }
            Image { bytes: cut(&durable, &self.log[synced..at], &mut Chance::new(seed)), told, at }
        })
    }
}

/// What a power cut leaves when this was written since the last sync: some of it, in no order, some of that torn.
fn cut(durable: &[u8], since: &[Io], chance: &mut Chance) -> Vec<u8> {
    let mut bytes = durable.to_vec();
    // A file's length is the file system's own, which keeps its order.
    let lengths: Vec<usize> =
        since.iter().filter_map(|io| if let Io::SetLen(len) = io { Some(*len) } else { None }).collect();
    let grown = chance.below(lengths.len() + 1);
    let mut most = lengths.iter().copied().max().unwrap_or(0).max(bytes.len());
    for len in &lengths[..grown] {
        bytes.resize(*len, 0);
        most = *len;
    }
    if grown < lengths.len() {
        most = bytes.len();
    }
    let mut writes: Vec<(usize, &[u8])> =
        since.iter().filter_map(|io| if let Io::Write(at, data) = io { Some((*at, &**data)) } else { None }).collect();
    chance.shuffle(&mut writes);
    // From nothing to nearly everything.
    let share = chance.below(9);
    for (at, data) in writes {
        if chance.below(8) >= share {
            continue;
        }
        let torn = chance.below(4) == 0;
        for (start, piece) in sectors(at, data) {
            if torn && chance.below(2) == 0 {
                continue;
            }
            // Also within a sector, which disks say they do not do: the header's two commit slots share one.
            let piece = if torn && chance.below(4) == 0 { &piece[..chance.below(piece.len() + 1)] } else { piece };
            if start + piece.len() <= most {
                put(&mut bytes, start, piece);
            }
        }
    }
    bytes
}

/// The pieces of a write that lie in one sector each.
fn sectors(at: usize, data: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let start = at + from;
        let to = data.len().min(from + SECTOR - start % SECTOR);
        let piece = data.get(from..to).filter(|piece| !piece.is_empty())?;
        from = to;
        Some((start, piece))
    })
}
