//! The saved form of a document whose changes come one after the other, put together from them as automerge would write it
//! (<https://automerge.org/automerge-binary-format-spec>). Applying changes takes automerge longer than loading the document that
//! they make, and nearly all that a new device gets is of this kind.
//!
//! Whoever takes this form has automerge load it and compares its heads: automerge makes the changes again from it, so equal
//! heads are equal changes. The order of the rows is not seen by that; here it follows from what a chain is.

use std::{collections::HashMap, ops::Range};

use automerge::{
    ActorId, Change, ChangeHash, ExpandedChange, ObjType, ScalarValue,
    legacy::{ElementId, Key, ObjectId, Op, OpId, OpType},
};
use hexane::{Codec, DeltaEncoder, Encoder, EncoderApi, Leb128};
use sha2::{Digest, Sha256};

const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
const DOCUMENT: u8 = 0;
const PUT: u64 = 1;
const MAKE_TEXT: u64 = 4;
/// The length and the type of no further bytes.
const NO_BYTES: u64 = 7;

/// How the document of these changes is saved, and its head. The first of them must build on nothing. Nothing if they are no chain,
/// or do what new records do not: delete, count, make lists.
pub(super) fn assembled(changes: &[Change]) -> Option<(Vec<u8>, ChangeHash)> {
    let causes = causes(changes)?;
    let head = changes.last()?.hash();
    let changes: Vec<ExpandedChange> = changes.iter().map(Change::decode).collect();
    let mut actors: Vec<&ActorId> = changes.iter().map(|change| &change.actor_id).collect();
    actors.sort_unstable();
    actors.dedup();
    let operations = Operations::of(&changes, &actors)?;
    let saved =
        chunk(&actors, head, changes.len() - 1, &of_changes(&changes, &actors, &causes), &operations.columns()?);
    Some((saved, head))
}

/// Which changes each builds on: the one before it, and earlier ones that it names beside.
fn causes(changes: &[Change]) -> Option<Vec<Vec<usize>>> {
    let mut places = HashMap::with_capacity(changes.len());
    let mut all: Vec<Vec<usize>> = Vec::with_capacity(changes.len());
    for (at, change) in changes.iter().enumerate() {
        let causes = change.deps().iter().map(|dep| places.get(dep).copied()).collect::<Option<Vec<usize>>>()?;
        let goes_on = at.checked_sub(1).is_none_or(|before| causes.contains(&before));
        if !goes_on || places.insert(change.hash(), at).is_some() {
            return None;
        }
        all.push(causes);
    }
    Some(all)
}

/// One operation, as a row of the document.
struct Row<'c> {
    op: &'c Op,
    actor: usize,
    place: Place<'c>,
    /// The rows that put something in its place.
    after: Vec<usize>,
}

#[derive(Clone, Copy, PartialEq)]
enum Place<'c> {
    Field(&'c str),
    /// To the right of another letter of a text, or at its beginning.
    Letter {
        text: usize,
        left: Option<usize>,
    },
}

struct Operations<'c> {
    /// By number, less one: in a chain no number is left out.
    rows: Vec<Row<'c>>,
    /// The last letter of each text that has one.
    ends: HashMap<usize, usize>,
}

impl<'c> Operations<'c> {
    fn of(changes: &'c [ExpandedChange], actors: &[&ActorId]) -> Option<Operations<'c>> {
        let rows = Vec::with_capacity(changes.iter().map(|change| change.operations.len()).sum());
        let mut all = Operations { rows, ends: HashMap::new() };
        let mut counts = vec![0; actors.len()];
        for change in changes {
            let actor = actors.binary_search(&&change.actor_id).ok()?;
            counts[actor] += 1;
            let is_bare = change.message.is_none() && change.extra_bytes.is_empty() && change.author.is_none();
            if !is_bare || change.seq != counts[actor] || change.start_op.get() != all.rows.len() as u64 + 1 {
                return None;
            }
            for op in &change.operations {
                let place = all.place(op, actors)?;
                let number = all.rows.len();
                for before in op.pred.iter() {
                    let before = all.find(before, actors)?;
                    let row = all
                        .rows
                        .get_mut(before)
                        .filter(|row| row.place == place && row.after.last() != Some(&number))?;
                    row.after.push(number);
                }
                if let Place::Letter { text, .. } = place {
                    all.ends.insert(text, number);
                }
                all.rows.push(Row { op, actor, place, after: Vec::new() });
            }
        }
        Some(all)
    }

    fn find(&self, id: &OpId, actors: &[&ActorId]) -> Option<usize> {
        let at = usize::try_from(id.counter()).ok()?.checked_sub(1)?;
        (actors[self.rows.get(at)?.actor] == id.actor()).then_some(at)
    }

    fn place(&self, op: &'c Op, actors: &[&ActorId]) -> Option<Place<'c>> {
        match (&op.obj, &op.key, &op.action) {
            (ObjectId::Root, Key::Map(key), OpType::Put(_) | OpType::Make(ObjType::Text)) if !op.insert => {
                Some(Place::Field(key))
            }
            (ObjectId::Id(text), Key::Seq(left), OpType::Put(ScalarValue::Str(_)))
                if op.insert && op.pred.is_empty() =>
            {
                let text =
                    self.find(text, actors).filter(|t| self.rows[*t].op.action == OpType::Make(ObjType::Text))?;
                let left = match left {
                    ElementId::Head => None,
                    ElementId::Id(left) => Some(self.find(left, actors)?),
                };
                // Letters that were written from left to right stand in the order of their numbers.
                (self.ends.get(&text).copied() == left).then_some(Place::Letter { text, left })
            }
            _ => None,
        }
    }

    /// Columns over all rows, by object, field and number.
    fn columns(&self) -> Option<Columns> {
        let rank = |at: &usize| match self.rows[*at].place {
            Place::Field(field) => (None, field, *at),
            Place::Letter { text, .. } => (Some(text), "", *at),
        };
        let mut order: Vec<usize> = (0..self.rows.len()).collect();
        order.sort_unstable_by(|a, b| rank(a).cmp(&rank(b)));
        let rows = || order.iter().map(|at| (*at, &self.rows[*at]));
        let text = |(_, row): (usize, &Row<'_>)| match row.place {
            Place::Field(_) => None,
            Place::Letter { text, .. } => Some(text),
        };
        let left = |(_, row): (usize, &Row<'_>)| match row.place {
            Place::Field(_) => None,
            Place::Letter { left, .. } => Some(left),
        };
        let field = |(_, row): (usize, &Row<'c>)| match row.place {
            Place::Field(field) => Some(field),
            Place::Letter { .. } => None,
        };
        let actor = |at: usize| self.rows[at].actor;
        let number = |at: usize| at as u64 + 1;
        let after = || rows().flat_map(|(_, row)| row.after.iter().copied());
        let mut raw = Vec::new();
        let values = rows().map(|(_, row)| value(row.op, &mut raw)).collect::<Option<Vec<_>>>()?;

        let mut all = Columns::default();
        all.put(1, |to| {
            Encoder::<Option<u64>>::encode_to_unless(to, rows().map(text).map(|t| t.map(|t| actor(t) as u64)), None)
        });
        all.put(2, |to| Encoder::<Option<u64>>::encode_to_unless(to, rows().map(text).map(|t| t.map(number)), None));
        let of_left = |l: Option<Option<usize>>| l.flatten().map(|l| actor(l) as u64);
        all.put(17, |to| Encoder::<Option<u64>>::encode_to_unless(to, rows().map(left).map(of_left), None));
        let count = |l: Option<Option<usize>>| l.map(|l| l.map_or(0, number));
        all.put(19, |to| DeltaEncoder::<Option<u64>>::encode_to_unless(to, rows().map(left).map(count), None));
        all.put(21, |to| Encoder::<Option<String>>::encode_to_unless(to, rows().map(field), None));
        all.put(33, |to| Encoder::<usize>::encode_to(to, rows().map(|(_, row)| row.actor)));
        all.put(35, |to| DeltaEncoder::<u64>::encode_to(to, order.iter().copied().map(number)));
        all.put(52, |to| Encoder::<bool>::encode_to(to, rows().map(|(_, row)| row.op.insert)));
        let action = |(_, row): (usize, &Row<'_>)| if let OpType::Put(_) = row.op.action { PUT } else { MAKE_TEXT };
        all.put(66, |to| Encoder::<u64>::encode_to(to, rows().map(action)));
        all.put(86, |to| Encoder::<u64>::encode_to(to, values));
        all.put(87, |to| extended(to, &raw));
        all.put(128, |to| Encoder::<usize>::encode_to(to, rows().map(|(_, row)| row.after.len())));
        all.put(129, |to| Encoder::<usize>::encode_to(to, after().map(actor)));
        all.put(131, |to| DeltaEncoder::<u64>::encode_to(to, after().map(number)));
        Some(all)
    }
}

/// A row's value, put to the others. Returns its length and type.
fn value(op: &Op, raw: &mut Vec<u8>) -> Option<u64> {
    let OpType::Put(value) = &op.action else { return Some(0) };
    let from = raw.len();
    let kind = match value {
        ScalarValue::Null => 0,
        ScalarValue::Boolean(no) if !no => 1,
        ScalarValue::Boolean(_) => 2,
        ScalarValue::Uint(number) => {
            raw.extend(Leb128::encode_unsigned(*number));
            3
        }
        ScalarValue::Int(number) => {
            raw.extend(Leb128::encode_signed(*number));
            4
        }
        ScalarValue::F64(number) => {
            raw.extend(number.to_le_bytes());
            5
        }
        ScalarValue::Str(text) => {
            raw.extend(text.as_bytes());
            6
        }
        ScalarValue::Bytes(bytes) => {
            raw.extend(bytes);
            7
        }
        ScalarValue::Timestamp(time) => {
            raw.extend(Leb128::encode_signed(*time));
            9
        }
        ScalarValue::Counter(_) | ScalarValue::Unknown { .. } => return None,
    };
    Some(((raw.len() - from) as u64) << 4 | kind)
}

fn of_changes(changes: &[ExpandedChange], actors: &[&ActorId], causes: &[Vec<usize>]) -> Columns {
    let actor = |change: &ExpandedChange| actors.iter().position(|a| **a == change.actor_id).unwrap_or_default();
    let last = |change: &ExpandedChange| change.start_op.get() + change.operations.len() as u64 - 1;
    let mut all = Columns::default();
    all.put(1, |to| Encoder::<usize>::encode_to(to, changes.iter().map(actor)));
    all.put(3, |to| DeltaEncoder::<u64>::encode_to(to, changes.iter().map(|change| change.seq)));
    all.put(19, |to| DeltaEncoder::<u64>::encode_to(to, changes.iter().map(last)));
    all.put(35, |to| DeltaEncoder::<i64>::encode_to(to, changes.iter().map(|change| change.time)));
    all.put(64, |to| Encoder::<usize>::encode_to(to, causes.iter().map(Vec::len)));
    all.put(67, |to| DeltaEncoder::<usize>::encode_to(to, causes.iter().flatten().copied()));
    all.put(86, |to| Encoder::<u64>::encode_to(to, changes.iter().map(|_| NO_BYTES)));
    all
}

/// Columns in the order of their specifications, those that hold nothing left out.
#[derive(Default)]
struct Columns {
    specs: Vec<u8>,
    count: usize,
    data: Vec<u8>,
}

impl Columns {
    fn put(&mut self, spec: u64, write: impl FnOnce(&mut Vec<u8>) -> Range<usize>) {
        let written = write(&mut self.data);
        if !written.is_empty() {
            self.specs.extend(Leb128::encode_unsigned(spec));
            self.specs.extend(Leb128::encode_count(written.len()));
            self.count += 1;
        }
    }
}

fn extended(to: &mut Vec<u8>, with: &[u8]) -> Range<usize> {
    let from = to.len();
    to.extend(with);
    from..to.len()
}

fn chunk(actors: &[&ActorId], head: ChangeHash, last: usize, of_changes: &Columns, of_rows: &Columns) -> Vec<u8> {
    let mut body = Vec::with_capacity(256 + of_changes.data.len() + of_rows.data.len());
    body.extend(Leb128::encode_count(actors.len()));
    for actor in actors {
        body.extend(Leb128::encode_count(actor.to_bytes().len()));
        body.extend(actor.to_bytes());
    }
    body.extend(Leb128::encode_count(1));
    body.extend(head.0);
    for columns in [of_changes, of_rows] {
        body.extend(Leb128::encode_count(columns.count));
        body.extend(&columns.specs);
    }
    body.extend(&of_changes.data);
    body.extend(&of_rows.data);
    body.extend(Leb128::encode_count(last));
    let mut whole = Vec::with_capacity(16 + body.len());
    whole.push(DOCUMENT);
    whole.extend(Leb128::encode_count(body.len()));
    whole.extend(&body);
    let checksum = Sha256::digest(&whole);
    [&MAGIC, &checksum[..4], &whole].concat()
}

#[cfg(test)]
mod tests {
    use automerge::{
        Automerge, AutomergeError, ROOT, ReadDoc,
        transaction::{CommitOptions, Transactable, Transaction},
    };
    use proptest::{collection::vec, prelude::*};

    use super::*;
    use crate::{document::genesis, id::Kind};

    #[derive(Clone, Debug)]
    enum Step {
        Put(u8, ScalarValue),
        Append(String),
        Insert(usize, String),
        MakeText(u8),
        Delete(u8),
        Increment(u8),
        Erase,
    }

    fn scalar() -> impl Strategy<Value = ScalarValue> {
        prop_oneof![
            Just(ScalarValue::Null),
            any::<bool>().prop_map(ScalarValue::Boolean),
            any::<u64>().prop_map(ScalarValue::Uint),
            any::<i64>().prop_map(ScalarValue::Int),
            any::<f64>().prop_map(ScalarValue::F64),
            ".{0,3}".prop_map(|text| ScalarValue::Str(text.into())),
            vec(any::<u8>(), 0..40).prop_map(ScalarValue::Bytes),
            any::<i64>().prop_map(ScalarValue::Timestamp),
        ]
    }

    fn plain() -> impl Strategy<Value = Step> {
        prop_oneof![
            8 => (0..6u8, scalar()).prop_map(|(key, value)| Step::Put(key, value)),
            2 => ".{1,6}".prop_map(Step::Append),
        ]
    }

    fn any_step() -> impl Strategy<Value = Step> {
        prop_oneof![
            8 => plain(),
            1 => (0..4usize, ".{1,3}").prop_map(|(at, text)| Step::Insert(at, text)),
            1 => (0..6u8).prop_map(Step::MakeText),
            1 => (0..6u8).prop_map(Step::Delete),
            1 => (0..6u8).prop_map(Step::Increment),
            1 => Just(Step::Erase),
        ]
    }

    fn take(tx: &mut Transaction<'_>, step: &Step) -> Result<(), AutomergeError> {
        let key = |key: &u8| format!("field {key}");
        let Some((_, description)) = tx.get(ROOT, "description")? else { return Ok(()) };
        let length = tx.length(&description);
        match step {
            Step::Put(at, value) => tx.put(ROOT, key(at), value.clone()),
            Step::Append(text) => tx.splice_text(&description, length, 0, text),
            Step::Insert(at, text) => tx.splice_text(&description, (*at).min(length), 0, text),
            Step::MakeText(at) => tx.put_object(ROOT, key(at), ObjType::Text).map(|_| ()),
            Step::Delete(at) => tx.delete(ROOT, key(at)),
            Step::Increment(at) => {
                tx.put(ROOT, key(at), ScalarValue::counter(5))?;
                tx.increment(ROOT, key(at), 2)
            }
            Step::Erase => tx.splice_text(&description, 0, length.min(1) as isize, ""),
        }
    }

    /// What several write one after the other; or each in turn beside all others, who then are as many as there are changes.
    fn written(changes: &[(u8, Vec<Step>)], beside: bool) -> Automerge {
        let mut doc = genesis::document(Kind::Opportunity);
        for (at, (author, steps)) in changes.iter().enumerate() {
            let (mut own, actor) = match beside {
                true => (genesis::document(Kind::Opportunity), [at as u8; 16]),
                false => (doc.fork(), [*author; 16]),
            };
            own.set_actor(ActorId::from(actor));
            let mut tx = own.transaction();
            steps.iter().for_each(|step| _ = take(&mut tx, step));
            tx.commit_with(CommitOptions::default().with_time(i64::from(*author) * 1_000));
            doc.merge(&mut own).expect("merged");
        }
        doc
    }

    fn authored(step: impl Strategy<Value = Step>) -> impl Strategy<Value = Vec<(u8, Vec<Step>)>> {
        vec((1..4u8, vec(step, 1..12)), 0..5)
    }

    proptest! {
        #[test]
        fn what_is_plain_is_saved_as_automerge_saves_it(changes in authored(plain())) {
            let doc = written(&changes, false);
            let saved = assembled(&doc.get_changes(&[])).map(|(bytes, _)| bytes);
            prop_assert_eq!(saved, Some(doc.save_nocompress()));
        }

        #[test]
        fn what_is_not_is_left_to_automerge(changes in authored(any_step()), beside: bool) {
            let doc = written(&changes, beside);
            if let Some((bytes, head)) = assembled(&doc.get_changes(&[])) {
                prop_assert_eq!(bytes, doc.save_nocompress());
                prop_assert_eq!(vec![head], doc.get_heads());
            }
        }
    }
}
