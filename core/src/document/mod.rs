//! Documents: one automerge document per aggregate, flat at its root.
//!
//! Every document begins with a *genesis* change whose bytes are the same on every device: it carries the schema version and
//! makes the containers of long texts, so that two devices never create one each. Nothing outside this folder knows automerge.

mod assemble;
mod bounds;
mod chunk;
mod edit;
mod effects;
mod genesis;
mod key;
mod lineage;
mod merged;
mod project;
mod stored;
mod text;
mod trace;
mod view;

use std::borrow::Cow;

use automerge::{ActorId, Automerge, ChangeHash, LoadOptions, ReadDoc, VerificationMode};

pub use self::chunk::column;
use self::{assemble::assembled, lineage::Lineage};
pub(crate) use self::{
    bounds::{MAX_OF_ONE, MAX_OPERATIONS, Origin, check_change},
    edit::Raw,
    effects::Effect,
    key::{Key, key_label},
    project::{Variant, join},
    stored::Stored,
    trace::{Links, beginnings, links, trace, written},
};
use crate::{
    commit::Change,
    id::{DeviceId, DocId, Epoch},
};

/// One document, loaded to be edited, merged or looked into, then dropped.
pub(crate) struct Document {
    id: DocId,
    inner: Automerge,
}

/// A document as it reads back from the bytes that it is saved as.
pub(crate) struct Saved {
    pub bytes: Vec<u8>,
    pub document: Document,
}

/// What does not hold about bytes that claim to be a document or a change.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum DocumentError {
    #[error("the document cannot be read: {0}")]
    Unreadable(String),
    #[error("a change does not fit its document: {0}")]
    Unfit(String),
    #[error("too much has changed since the version seen")]
    Outdated,
}

impl From<automerge::AutomergeError> for DocumentError {
    fn from(error: automerge::AutomergeError) -> Self {
        DocumentError::Unreadable(error.to_string())
    }
}

/// The automerge actor of a device in one epoch: binds every operation to the key that signs the commits.
pub(crate) fn actor(device: DeviceId, epoch: Epoch) -> ActorId {
    let mut hasher = blake3::Hasher::new_derive_key("satchel 2026 automerge actor");
    hasher.update(&device.0);
    hasher.update(&epoch.0);
    ActorId::from(&hasher.finalize().as_bytes()[..16])
}

/// What the numbers of a device's quotations and invoices begin with, in one epoch of its log: two devices that number offline
/// give no number twice. 32 letters and digits that are not taken for each other; of five of them, a team of a hundred devices has
/// two alike in one workspace of seven thousand.
pub(crate) fn series(device: DeviceId, epoch: Epoch) -> [u8; 5] {
    const LETTERS: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    let mut hasher = blake3::Hasher::new_derive_key("satchel 2026 series of numbers");
    hasher.update(&device.0);
    hasher.update(&epoch.0);
    let hash = *hasher.finalize().as_bytes();
    std::array::from_fn(|at| LETTERS[usize::from(hash[at] & 31)])
}

impl Document {
    /// A document with nothing but its genesis.
    pub fn new(id: DocId) -> Document {
        Document { id, inner: genesis::document(id.kind()) }
    }

    /// The document that these changes make, which were checked one by one before. Each must come after what it builds on, the
    /// genesis apart; others are refused.
    pub fn of(id: DocId, changes: &[Change]) -> Result<Saved, DocumentError> {
        match guarded(|| Document::assembled(id, changes)) {
            Ok(Some(saved)) => Ok(saved),
            _ => Document::new(id).with(changes),
        }
    }

    /// The document with changes beyond its own, as [`Document::apply`] takes them.
    pub fn with(mut self, changes: &[Change]) -> Result<Saved, DocumentError> {
        self.apply(changes)?;
        self.read_back()
    }

    /// As [`Document::of`], where automerge need not apply the changes one by one. What it reads is theirs if the heads are.
    fn assembled(id: DocId, changes: &[Change]) -> Option<Saved> {
        let mut own = Vec::with_capacity(changes.len());
        for change in changes {
            own.push(match change {
                Change::Automerge(bytes) => Cow::from(bytes),
                Change::Seed { key, text } => genesis::seed(id, key, text).ok()?.raw_bytes().to_vec().into(),
            });
        }
        let all = std::iter::once(genesis::bytes(id.kind())).chain(own.iter().map(|bytes| &**bytes));
        let (bytes, head) = assembled(all)?;
        let document = Document::load(id, &bytes).ok()?;
        (document.heads() == [head]).then_some(Saved { bytes, document })
    }

    /// Saves it, and makes sure that it reads back as what it is.
    pub fn read_back(self) -> Result<Saved, DocumentError> {
        let (bytes, heads) = (guarded(|| self.save())?, self.heads());
        // Two of a large one would be twice as much in memory.
        let id = self.id;
        drop(self);
        let document = Document::load(id, &bytes)?;
        if document.heads() != heads {
            return Err(DocumentError::Unfit("it does not read back as it was written".into()));
        }
        Ok(Saved { bytes, document })
    }

    pub fn load(id: DocId, bytes: &[u8]) -> Result<Document, DocumentError> {
        let inner = guarded(|| Automerge::load(bytes))??;
        Ok(Document { id, inner })
    }

    /// Loads what this device itself has saved and guarded by a checksum: skips recomputing the hashes of the heads.
    pub fn load_own(id: DocId, bytes: &[u8]) -> Result<Document, DocumentError> {
        let options = LoadOptions::new().verification_mode(VerificationMode::DontCheck);
        let inner = guarded(|| Automerge::load_with_options(bytes, options))??;
        Ok(Document { id, inner })
    }

    /// Not deflated: what lies in a document is short, and setting a compressor up costs more than writing it.
    pub fn save(&self) -> Vec<u8> {
        self.inner.save_nocompress()
    }

    pub fn heads(&self) -> Vec<[u8; 32]> {
        let mut heads: Vec<[u8; 32]> = self.inner.get_heads().iter().map(|h| h.0).collect();
        heads.sort_unstable();
        heads
    }

    /// Whether nobody has written anything yet.
    pub fn is_blank(&self) -> bool {
        self.heads() == genesis::heads(self.id.kind())
    }

    /// Whether it holds more operations than count of one person, so that what is somebody's may be too much.
    pub fn holds_much(&self) -> bool {
        // Nearly all have no more than a few changes.
        self.inner.stats().num_changes * MAX_OPERATIONS > MAX_OF_ONE && self.operations() > MAX_OF_ONE
    }

    fn operations(&self) -> u64 {
        let all = self.inner.get_changes_meta(&[]);
        all.iter().map(|change| (change.max_op + 1).saturating_sub(change.start_op)).sum()
    }

    /// Applies changes that were checked one by one before; each must fit what it builds on, and that be here. A change that is
    /// here already is no error. Each is put down by itself: what automerge makes of one that replaces what it cannot would else
    /// hang on what comes with it.
    pub fn apply(&mut self, changes: &[Change]) -> Result<(), DocumentError> {
        if changes.is_empty() {
            return Ok(());
        }
        let mut lineage = Lineage::of(&self.inner);
        for change in changes {
            let change = decode(self.id, change)?;
            guarded(|| lineage.add(&change))??;
            guarded(|| self.inner.apply_changes([change]))??;
        }
        Ok(())
    }
}

fn decode(id: DocId, change: &Change) -> Result<automerge::Change, DocumentError> {
    match change {
        Change::Automerge(bytes) => {
            guarded(|| automerge::Change::from_bytes(bytes.clone()))?.map_err(|e| DocumentError::Unfit(e.to_string()))
        }
        Change::Seed { key, text } => genesis::seed(id, key, text),
    }
}

/// The hash by which a document knows a change; nothing for bytes that are no change.
pub(crate) fn change_hash(doc: DocId, change: &Change) -> Option<[u8; 32]> {
    match change {
        Change::Automerge(bytes) => {
            guarded(|| automerge::Change::from_bytes(bytes.clone())).ok()?.ok().map(|c| c.hash().0)
        }
        Change::Seed { key, text } => genesis::seed(doc, key, text).ok().map(|c| c.hash().0),
    }
}

fn hashes(heads: &[[u8; 32]]) -> Vec<ChangeHash> {
    heads.iter().map(|h| ChangeHash(*h)).collect()
}

/// Runs automerge on bytes from outside: a panic inside becomes an error.
fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, DocumentError> {
    crate::panics::caught(work).map_err(|_| DocumentError::Unreadable("its bytes make no sense".into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{id::Kind, rules::Write};

    #[test]
    fn a_document_is_the_same_however_its_changes_come() {
        let id = DocId::new(Kind::Contact, 1, [3; 9]);
        let [ann, bob] = [1, 2].map(|n| actor(DeviceId([n; 32]), Epoch([n; 16])));
        let mut first = Document::new(id);
        let text = [Write::Field("description", "The quick brown fox".into()), Write::Field("name", "Ann".into())];
        let mut changes = first.write(&ann, &text, None).expect("written");
        let mut second = Document::new(id);
        second.apply(&changes).expect("applied");
        let more = [Write::Field("city", "Ghent".into()), Write::Field("description", "The slow fox".into())];
        changes.extend(first.write(&ann, &more, None).expect("written"));
        changes.extend(second.write(&bob, &[Write::Field("city", "Bruges".into())], None).expect("written"));
        let twice = [changes.clone(), changes.clone()].concat();
        for all in [&changes[..0], &changes[..1], &changes, &twice] {
            let at_once = Document::of(id, all).expect("made").document;
            let mut one_by_one = Document::new(id);
            all.iter().for_each(|change| one_by_one.apply(std::slice::from_ref(change)).expect("applied"));
            assert_eq!(at_once.heads(), one_by_one.heads());
            assert_eq!(at_once.save(), one_by_one.save());
            assert_eq!(at_once.project(), one_by_one.project());
        }
        assert!(Document::of(id, &changes[changes.len() - 1..]).is_err(), "it builds on what is not there");
    }
}
