//! The records that readers see. Who replaces some waits until nobody reads, and holds up nobody meanwhile: with a plain lock
//! a frame of the window would stand behind the writer, and the writer behind a report that reads for a while.

use std::{
    sync::{
        PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard, TryLockError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use crate::{
    id::DocId,
    record::{Record, Records},
};

#[derive(Default)]
pub(super) struct Shown {
    records: RwLock<Records>,
    /// Readers that wait for a writer to be done: they go before the next one.
    waiting: AtomicUsize,
}

/// So often a writer looks whether nobody reads; then it stands in line, or it might wait for ever. About a second.
const LOOKS: u32 = 4_000;
const PAUSE: Duration = Duration::from_micros(200);
/// So many records are replaced at a time: readers wait for a millisecond or two.
const PORTION: usize = 64;

impl Shown {
    pub fn read(&self) -> RwLockReadGuard<'_, Records> {
        match self.records.try_read() {
            Ok(guard) => guard,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => {
                self.waiting.fetch_add(1, Ordering::Relaxed);
                let guard = self.records.read().unwrap_or_else(PoisonError::into_inner);
                self.waiting.fetch_sub(1, Ordering::Relaxed);
                guard
            }
        }
    }

    /// Many are replaced a portion at a time, as if they had come one after the other.
    pub fn replace(&self, records: Vec<Record>, gone: &[DocId]) {
        let mut rest = records.into_iter().peekable();
        while rest.peek().is_some() {
            self.write().insert_all(rest.by_ref().take(PORTION));
        }
        if !gone.is_empty() {
            self.write().forget(gone);
        }
    }

    pub fn write(&self) -> RwLockWriteGuard<'_, Records> {
        for _ in 0..LOOKS {
            if self.waiting.load(Ordering::Relaxed) == 0 {
                match self.records.try_write() {
                    Ok(guard) => return guard,
                    Err(TryLockError::Poisoned(poisoned)) => return poisoned.into_inner(),
                    Err(TryLockError::WouldBlock) => {}
                }
            }
            thread::sleep(PAUSE);
        }
        self.records.write().unwrap_or_else(PoisonError::into_inner)
    }
}
