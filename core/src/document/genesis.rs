use std::{collections::HashMap, num::NonZeroU64, sync::OnceLock};

use automerge::{
    ActorId, Automerge, Change, ExpandedChange, ObjType, ROOT, ScalarValue,
    legacy::{ElementId, Key, ObjectId, Op, OpId, OpType, SortedVec},
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
    /// The long texts, by their keys.
    texts: HashMap<String, OpId>,
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
        let texts = texts(&change.decode());
        Genesis { doc, change, heads, texts }
    })
}

fn texts(genesis: &ExpandedChange) -> HashMap<String, OpId> {
    let id = |at| OpId::new(genesis.start_op.get() + at, &genesis.actor_id);
    let text = |(at, op): (u64, &Op)| match (&op.key, &op.action) {
        (Key::Map(key), OpType::Make(ObjType::Text)) => Some((key.to_string(), id(at))),
        _ => None,
    };
    (0..).zip(&genesis.operations).filter_map(text).collect()
}

/// The bytes of a kind's genesis, as a change.
pub(super) fn bytes(kind: Kind) -> &'static [u8] {
    genesis(kind).change.raw_bytes()
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
    let genesis = genesis(id.kind());
    let unfit = |what: String| DocumentError::Unfit(what);
    let object = genesis.texts.get(key).ok_or_else(|| unfit(format!("‘{key}’ is no long text")))?;
    if text.is_empty() {
        return Err(unfit("an empty seed".into()));
    }
    let start = NonZeroU64::MIN.saturating_add(genesis.change.max_op());
    let place = |at: u64| match at.checked_sub(1) {
        None => ElementId::Head,
        Some(left) => ElementId::Id(OpId::new(start.get() + left, &actor)),
    };
    let letter = |(at, letter): (u64, char)| Op {
        action: OpType::Put(ScalarValue::Str(letter.encode_utf8(&mut [0; 4]).into())),
        obj: ObjectId::Id(object.clone()),
        key: Key::Seq(place(at)),
        pred: SortedVec::new(),
        insert: true,
    };
    Ok(Change::from(ExpandedChange {
        operations: (0..).zip(text.chars()).map(letter).collect(),
        actor_id: actor.clone(),
        hash: None,
        seq: 1,
        start_op: start,
        time: 0,
        message: None,
        deps: vec![genesis.change.hash()],
        extra_bytes: Vec::new(),
        author: None,
    }))
}

#[cfg(test)]
mod tests {
    use automerge::ReadDoc;
    use proptest::prelude::*;

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

    proptest! {
        #[test]
        fn a_seed_is_what_a_first_insertion_is(text in "(?s).{1,40}") {
            let id = DocId::new(Kind::Contact, 1, [2; 9]);
            let made = seed(id, "description", &text).expect("made");
            let mut doc = document(id.kind()).with_actor(made.actor_id().clone());
            let (_, object) = doc.get(ROOT, "description").expect("read").expect("a text");
            let mut tx = doc.transaction();
            tx.splice_text(&object, 0, 0, &text).expect("inserted");
            tx.commit_with(CommitOptions::default().with_time(0));
            prop_assert_eq!(doc.get_last_local_change().map(|c| c.raw_bytes().to_vec()), Some(made.raw_bytes().to_vec()));
        }
    }
}
