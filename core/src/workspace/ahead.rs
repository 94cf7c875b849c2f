//! Large documents are made while others may write: to apply what came, save it and read it back takes up to seconds where a member's
//! key signed as much as is taken. Whoever takes commits names what is to be made, lets others write meanwhile, makes it, and looks
//! again; what was made is found by what it was made of, so it fits, or it is not found.

use std::{borrow::Cow, collections::HashMap};

use parking_lot::{Mutex, MutexGuard};
use rayon::prelude::*;

use super::{SPACE, Workspace, Writer};
use crate::{
    commit::Change,
    crew::by_crew,
    document::{Document, DocumentError, Saved},
    error::{Error, Result},
    id::DocId,
    store::StoredDoc,
};

/// From how many operations on a document is made ahead, or from how many bytes that it is saved in.
pub(super) const MANY: u64 = 10_000;
pub(super) const LARGE: usize = 16 << 10;
/// How often it is looked again: more may be found to be made, and what is there may have changed. Then others wait.
pub(super) const PATIENCE: u8 = 5;
/// How many of those that are large are made ahead at once.
pub(super) const MOST: usize = 64;

/// A document to be made.
pub(super) struct Job<'a> {
    pub id: DocId,
    /// The heads of the stored document that it goes on from; without, it is made of its changes alone.
    pub on: Option<Vec<[u8; 32]>>,
    pub changes: Cow<'a, [Change]>,
}

#[derive(Clone)]
pub(super) struct Finished {
    pub document: StoredDoc,
    /// See [`Document::holds_much`].
    pub holds_much: bool,
}

type Key = [u8; 32];
/// Nothing if what it goes on from is not there.
type Made = Result<Option<Finished>, DocumentError>;

#[derive(Default)]
pub(super) struct Ahead {
    wanted: Mutex<Vec<Job<'static>>>,
    made: Mutex<HashMap<Key, Made>>,
}

impl Job<'_> {
    fn make(&self, workspace: &Workspace) -> Made {
        let Some(Saved { bytes, document }) = self.saved(workspace)? else { return Ok(None) };
        let (record, holds_much) = (document.project_guarded()?, document.holds_much());
        Ok(Some(Finished { document: StoredDoc { id: self.id, is_new: false, saved: bytes, record }, holds_much }))
    }

    fn saved(&self, workspace: &Workspace) -> Result<Option<Saved>, DocumentError> {
        let Some(heads) = &self.on else { return Document::of(self.id, &self.changes).map(Some) };
        let bytes = workspace.inner.store.document(SPACE, self.id).ok().flatten();
        let there = bytes.and_then(|bytes| Some((Document::load_own(self.id, &bytes).ok()?, bytes)));
        match there.filter(|(document, _)| document.heads() == *heads) {
            None => Ok(None),
            Some((document, bytes)) if self.changes.is_empty() => Ok(Some(Saved { bytes, document })),
            Some((document, _)) => document.with(&self.changes).map(Some),
        }
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
    /// Whether what a job has made holds much. Where it has made nothing yet, it is noted to be made.
    pub fn ask(&self, job: Job<'_>) -> Option<bool> {
        let made = self.made.lock();
        let before = made.get(&job.key()).map(|made| matches!(made, Ok(Some(made)) if made.holds_much));
        if before.is_none() {
            let changes = job.changes.into_owned().into();
            self.wanted.lock().push(Job { id: job.id, on: job.on, changes });
        }
        before
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
        // Most often nothing was, and no key is needed.
        let made = self.inner.ahead.made.lock();
        let before = (!made.is_empty()).then(|| made.get(&job.key()).cloned()).flatten();
        drop(made);
        before.unwrap_or_else(|| job.make(self))
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
            by_crew(|| jobs.into_par_iter().map(make).collect())
        });
        let done = then(writer);
        let mut made = self.inner.ahead.made.lock();
        keys.iter().for_each(|key| _ = made.remove(key));
        done
    }
}
