//! Large documents are made while others may write: to apply what came, save it and read it back takes up to seconds where a member's
//! key signed as much as is taken. Whoever takes commits names what is to be made, lets others write meanwhile, makes it, and looks
//! again; what was made is found by what it was made of, so it fits, or it is not found.

use std::{borrow::Cow, collections::HashMap};

use parking_lot::{Mutex, MutexGuard};

use super::{SPACE, Workspace, Writer, settle::stored};
use crate::{
    commit::Change,
    document::{Document, DocumentError, Saved},
    error::{Error, Result},
    id::DocId,
    store::StoredDoc,
};

/// From how many operations on a document is made ahead.
pub(super) const MANY: u64 = 10_000;
/// How often it is looked again, since what is there may have changed meanwhile; then others wait.
pub(super) const PATIENCE: u8 = 3;

/// A document to be made.
pub(super) struct Job<'a> {
    pub id: DocId,
    /// The heads of the stored document that it goes on from; without, it is made of its changes alone.
    pub on: Option<Vec<[u8; 32]>>,
    pub changes: Cow<'a, [Change]>,
}

type Key = [u8; 32];
/// Nothing if what it goes on from is not there.
type Made = Result<Option<StoredDoc>, DocumentError>;

#[derive(Default)]
pub(super) struct Ahead {
    wanted: Mutex<Vec<Job<'static>>>,
    made: Mutex<HashMap<Key, Made>>,
}

impl Job<'_> {
    fn make(&self, workspace: &Workspace) -> Made {
        self.saved(workspace)?.map(|saved| stored(self.id, saved)).transpose()
    }

    /// The document; nothing if what it goes on from is not there.
    pub fn saved(&self, workspace: &Workspace) -> Result<Option<Saved>, DocumentError> {
        Ok(Some(match &self.on {
            None => Document::of(self.id, &self.changes)?,
            Some(heads) => {
                let bytes = workspace.inner.store.document(SPACE, self.id).ok().flatten();
                let there = bytes.and_then(|bytes| Some((Document::load_own(self.id, &bytes).ok()?, bytes)));
                match there.filter(|(document, _)| document.heads() == *heads) {
                    None => return Ok(None),
                    Some((document, bytes)) if self.changes.is_empty() => Saved { bytes, document },
                    Some((document, _)) => document.with(&self.changes)?,
                }
            }
        }))
    }

    fn key(&self) -> Key {
        let mut hasher = blake3::Hasher::new_derive_key("satchel 2026 document made ahead");
        hasher.update(self.id.as_bytes());
        for head in self.on.iter().flatten() {
            hasher.update(head);
        }
        hasher.update(&[u8::from(self.on.is_some())]);
        for change in &*self.changes {
            let bytes = postcard::to_stdvec(change).unwrap_or_default();
            hasher.update(blake3::hash(&bytes).as_bytes());
        }
        *hasher.finalize().as_bytes()
    }
}

impl Ahead {
    /// Notes that it is to be made, unless it is; says whether it is.
    pub fn is_made(&self, job: Job<'_>) -> bool {
        let is_made = self.made.lock().contains_key(&job.key());
        if !is_made {
            let changes = job.changes.into_owned().into();
            self.wanted.lock().push(Job { id: job.id, on: job.on, changes });
        }
        is_made
    }

    /// What a job has made.
    pub fn take(&self, job: &Job<'_>) -> Option<Made> {
        let mut made = self.made.lock();
        if made.is_empty() { None } else { made.remove(&job.key()) }
    }

    /// Refused where something is to be made first; nobody is told.
    pub fn nothing_wanted(&self) -> Result<()> {
        if self.wanted.lock().is_empty() { Ok(()) } else { Err(Error::refused("it is being made".to_owned())) }
    }

    /// What is to be made, each once. The writer is held from when it was asked until it is taken.
    pub fn take_wanted(&self) -> Vec<Job<'static>> {
        std::mem::take(&mut self.wanted.lock())
    }
}

impl Workspace {
    /// What a job makes, or has made.
    pub(super) fn made(&self, job: &Job<'_>) -> Made {
        self.inner.ahead.take(job).unwrap_or_else(|| job.make(self))
    }

    /// Makes these, lets others write meanwhile, and goes on.
    pub(super) fn meanwhile<T>(
        &self,
        writer: &mut MutexGuard<'_, Writer>,
        jobs: Vec<Job<'static>>,
        then: impl FnOnce(&mut MutexGuard<'_, Writer>) -> T,
    ) -> T {
        let keys: Vec<Key> = MutexGuard::unlocked(writer, || {
            let make = |job: Job<'_>| {
                let (key, made) = (job.key(), job.make(self));
                self.inner.ahead.made.lock().insert(key, made);
                key
            };
            jobs.into_iter().map(make).collect()
        });
        let done = then(writer);
        let mut made = self.inner.ahead.made.lock();
        keys.iter().for_each(|key| _ = made.remove(key));
        done
    }
}
