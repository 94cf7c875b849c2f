//! Laptops whose disks lie in memory: the power goes, folders are copied and put back.

use std::{
    io,
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use anyhow::{Context, Result};
use chrono::TimeDelta;
use satchel_core::{
    Storage, Workspace,
    environment::{Environment, fixed},
    members::{Role, Welcome},
    workspace::{DeviceKey, Event},
};

use super::team::{Desk, noon};

/// A disk that loses what was not synced when the power goes, and nothing else: what tears and reorders is tried elsewhere.
#[derive(Clone, Debug, Default)]
pub struct Disk(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    bytes: Vec<u8>,
    /// What was there before the writes since the last sync, newest last.
    unsynced: Vec<Before>,
    /// Counts how often it was taken out: who holds it from before reads and writes nothing any more.
    taken: u64,
    /// Writes until the power goes.
    left: Option<u32>,
}

#[derive(Debug)]
enum Before {
    Bytes(usize, Vec<u8>),
    /// The length, and what was cut off.
    Length(usize, Vec<u8>),
}

impl Disk {
    pub fn of(bytes: Vec<u8>) -> Disk {
        Disk(Arc::new(Mutex::new(State { bytes, ..State::default() })))
    }

    /// As it would be found if the power went now.
    pub fn copy(&self) -> Vec<u8> {
        let state = self.state();
        let mut bytes = state.bytes.clone();
        state.unsynced.iter().rev().for_each(|before| before.put_back(&mut bytes));
        bytes
    }

    pub fn storage(&self) -> Storage {
        Storage::Backend(Box::new(Plugged { taken: self.state().taken, disk: self.clone() }))
    }

    /// The power goes after so many more writes.
    pub fn cut_after(&self, writes: u32) {
        self.state().left = Some(writes);
    }

    pub fn keep_power(&self) {
        self.state().left = None;
    }

    pub fn is_cut(&self) -> bool {
        self.state().left == Some(0)
    }

    /// The power goes now.
    pub fn take_out(&self) {
        let mut state = self.state();
        let unsynced = std::mem::take(&mut state.unsynced);
        unsynced.iter().rev().for_each(|before| before.put_back(&mut state.bytes));
        state.taken += 1;
        state.left = None;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Before {
    fn put_back(&self, bytes: &mut Vec<u8>) {
        match self {
            Before::Bytes(at, old) => bytes[*at..at + old.len()].copy_from_slice(old),
            Before::Length(len, cut) => {
                bytes.truncate(*len);
                bytes.extend_from_slice(cut);
            }
        }
    }
}

#[derive(Debug)]
struct Plugged {
    disk: Disk,
    taken: u64,
}

impl Plugged {
    fn state(&self, writes: bool) -> io::Result<MutexGuard<'_, State>> {
        let mut state = self.disk.state();
        if state.taken != self.taken || state.left == Some(0) {
            return Err(io::Error::other("the power is off"));
        }
        if writes {
            state.left = state.left.map(|left| left - 1);
        }
        Ok(state)
    }
}

impl redb::StorageBackend for Plugged {
    fn len(&self) -> io::Result<u64> {
        Ok(self.state(false)?.bytes.len() as u64)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let state = self.state(false)?;
        let found = state.bytes.get(offset as usize..offset as usize + out.len());
        out.copy_from_slice(found.ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        let mut state = self.state(true)?;
        let (before, len) = (state.bytes.len(), len as usize);
        let cut = state.bytes.get(len..).map(<[u8]>::to_vec).unwrap_or_default();
        state.unsynced.push(Before::Length(before.min(len), cut));
        state.bytes.resize(len, 0);
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        self.state(true)?.unsynced.clear();
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        let mut state = self.state(true)?;
        let at = offset as usize;
        let place = state.bytes.get_mut(at..at + data.len()).ok_or(io::ErrorKind::UnexpectedEof)?;
        let old = place.to_vec();
        place.copy_from_slice(data);
        state.unsynced.push(Before::Bytes(at, old));
        Ok(())
    }
}

/// Somebody's laptop, running or not.
pub struct Laptop {
    pub disk: Disk,
    pub clock: Arc<fixed::FixedClock>,
    pub key: DeviceKey,
    seed: u64,
    starts: u64,
    ws: Option<Workspace>,
    /// How many events there were.
    news: Arc<AtomicU64>,
}

impl Laptop {
    pub fn new(disk: Disk, key: DeviceKey, seed: u64) -> Laptop {
        let clock = fixed::FixedClock::at(noon());
        Laptop { disk, clock, key, seed, starts: 0, ws: None, news: Arc::default() }
    }

    pub fn ws(&self) -> Option<&Workspace> {
        self.ws.as_ref()
    }

    pub fn news(&self) -> u64 {
        self.news.load(Ordering::Relaxed)
    }

    pub fn starts(&self) -> u64 {
        self.starts
    }

    pub fn start(&mut self) -> Result<()> {
        let ws = Workspace::open(self.disk.storage(), self.environment())?;
        self.run(ws);
        Ok(())
    }

    pub fn join(&mut self, welcome: &Welcome) -> Result<()> {
        let ws = Workspace::join(self.disk.storage(), self.environment(), self.key.clone(), "notebook", welcome)?;
        self.run(ws);
        Ok(())
    }

    /// The power goes.
    pub fn crash(&mut self) {
        self.disk.take_out();
        self.ws = None;
    }

    fn environment(&mut self) -> Environment {
        self.starts += 1;
        fixed::environment(&self.clock, self.seed << 16 | self.starts)
    }

    fn run(&mut self, ws: Workspace) {
        let news = self.news.clone();
        ws.listen(Box::new(move |event| {
            if !matches!(event, Event::Progress { .. }) {
                news.fetch_add(1, Ordering::Relaxed);
            }
        }));
        self.ws = Some(ws);
    }
}

/// How many people there are in [`team`].
pub const TEAM: usize = 8;

/// The disks of a team that has met, as it was founded once for all tries: two owners, a manager and salespeople. What differs from
/// try to try is what happens then.
pub fn team() -> Result<Vec<Laptop>> {
    static DISKS: OnceLock<Result<Disks, String>> = OnceLock::new();
    let disks = DISKS.get_or_init(|| found_team().map_err(|e| format!("{e:#}"))).as_ref();
    let disks = disks.map_err(|e| anyhow::anyhow!("the team could not be founded: {e}"))?;
    let laptop = |(number, (bytes, key)): (u64, &(Vec<u8>, [u8; 32]))| {
        Laptop::new(Disk::of(bytes.clone()), DeviceKey(*key), 100 + number)
    };
    Ok((0..).zip(disks).map(laptop).collect())
}

/// What lies on them, and their devices' keys.
type Disks = Vec<(Vec<u8>, [u8; 32])>;

fn found_team() -> Result<Disks> {
    let disk = Disk::default();
    let Desk { ws: ann, clock } = Desk::found_on(disk.storage(), "Acme", 1)?;
    let mut all = vec![(disk, ann)];
    let names = ["Olga Rey", "Max Lane", "Bob Road", "Cal Ford", "Dee Moor", "Eve Hill", "Fay Dale"];
    for (seed, name) in (2..).zip(names) {
        let role = match seed {
            2 => Role::Owner,
            3 => Role::Manager,
            _ => Role::Salesperson,
        };
        let environment = fixed::environment(&clock, seed);
        let key = DeviceKey::generate(&environment);
        let ticket = all[0].1.invite(role, None, noon() + TimeDelta::days(7))?;
        let welcome = all[0].1.admit(&ticket.request(key.device(), "notebook", Some(name)))?;
        let disk = Disk::default();
        let ws = Workspace::join(disk.storage(), environment, key, "notebook", &welcome)?;
        all.push((disk, ws));
    }
    for (_, ws) in &all[1..] {
        let (commits, _) = all[0].1.commits_beyond(&ws.vector(), 0, usize::MAX)?;
        let accepted = ws.accept(commits)?;
        accepted.refused.first().map_or(Ok(()), |why| Err(anyhow::anyhow!("{why}"))).context("refused")?;
    }
    let keyed = |(disk, ws): (Disk, Workspace)| {
        let key = ws.device_key().0;
        drop(ws);
        (disk.copy(), key)
    };
    Ok(all.into_iter().map(keyed).collect())
}
