use std::sync::OnceLock;

use automerge::{
    ActorId, Automerge, Change, ObjType, ROOT, ReadDoc,
    transaction::{CommitOptions, Transactable},
};

use super::DocumentError;
use crate::{
    id::{DocId, Kind},
    record::{self, FieldType},
};

/// The version of the documents' shape that this program writes.
pub(crate) const SCHEMA: i64 = 1;

struct Genesis {
    doc: Automerge,
    change: Change,
    heads: Vec<[u8; 32]>,
}

fn genesis(kind: Kind) -> &'static Genesis {
    static ALL: [OnceLock<Genesis>; 256] = [const { OnceLock::new() }; 256];
    ALL[kind as usize].get_or_init(|| {
        let mut doc = empty();
        let mut tx = doc.transaction();
        let mut write = || -> Result<(), automerge::AutomergeError> {
            tx.put(ROOT, "schema", SCHEMA)?;
            for field in record::fields(kind) {
                if field.ty == FieldType::LongText {
                    tx.put_object(ROOT, field.name, ObjType::Text)?;
                }
            }
            Ok(())
        };
        write().expect("constant operations on an empty document");
        tx.commit_with(CommitOptions::default().with_time(0));
        let change = doc.get_changes(&[]).pop().expect("what was just written");
        let heads = doc.get_heads().iter().map(|h| h.0).collect();
        Genesis { doc, change, heads }
    })
}

/// A kind's genesis with these changes after it.
pub(super) fn before(kind: Kind, changes: Vec<Change>) -> Vec<Change> {
    std::iter::once(genesis(kind).change.clone()).chain(changes).collect()
}

/// A document of these changes, the first of which is a genesis, each after what it builds on. In an empty one automerge puts down
/// in one run what it would else put between the operations of the genesis.
pub(super) fn applied(changes: Vec<Change>) -> Result<Automerge, automerge::AutomergeError> {
    let mut doc = empty();
    doc.apply_changes(changes)?;
    Ok(doc)
}

fn empty() -> Automerge {
    Automerge::new().with_actor(ActorId::from(b"satchel genesis."))
}

pub(super) fn document(kind: Kind) -> Automerge {
    genesis(kind).doc.clone()
}

pub(super) fn heads(kind: Kind) -> &'static [[u8; 32]] {
    &genesis(kind).heads
}

/// The first content of a long text, as a change whose bytes follow from document, key and text alone: the same row imported
/// on two devices writes its description once, where two ordinary insertions would both be kept.
pub(super) fn seed(id: DocId, key: &str, text: &str) -> Result<Change, DocumentError> {
    let mut hasher = blake3::Hasher::new_derive_key("satchel 2026 seed actor");
    hasher.update(id.as_bytes());
    hasher.update(key.as_bytes());
    hasher.update(&[0]);
    hasher.update(text.as_bytes());
    let actor = ActorId::from(&hasher.finalize().as_bytes()[..16]);
    let mut doc = document(id.kind()).with_actor(actor);
    let (_, object) = doc
        .get(ROOT, key)?
        .filter(|(v, _)| v.is_object())
        .ok_or_else(|| DocumentError::Unfit(format!("‘{key}’ is no long text")))?;
    let mut tx = doc.transaction();
    tx.splice_text(&object, 0, 0, text)?;
    let hash = tx.commit_with(CommitOptions::default().with_time(0)).0;
    hash.and_then(|h| doc.get_change_by_hash(&h)).ok_or_else(|| DocumentError::Unfit("an empty seed".into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every device must make the same genesis for ever: other bytes would wedge all documents made before.
    #[test]
    fn the_genesis_never_changes() {
        let hash = |kind: Kind| heads(kind)[0][..4].iter().map(|b| format!("{b:02x}")).collect::<String>();
        assert_eq!(hash(Kind::Opportunity), "c4f5c11b", "with a description");
        assert_eq!(hash(Kind::Contact), "c4f5c11b", "with a description");
        assert_eq!(hash(Kind::Stage), "001c5fd9", "without long texts");
    }

    #[test]
    fn a_seed_follows_from_document_key_and_text_alone() {
        let id = DocId::new(Kind::Contact, 1, [2; 9]);
        let hash = |text| seed(id, "description", text).map(|c| c.hash().0).ok();
        assert!(hash("a").is_some());
        assert_eq!(hash("a"), hash("a"));
        assert_ne!(hash("a"), hash("b"));
        assert!(seed(id, "name", "a").is_err());
    }
}
