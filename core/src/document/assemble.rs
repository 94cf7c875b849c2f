//! The saved form of a document whose changes come one after the other, put together from them as automerge would write it
//! (<https://automerge.org/automerge-binary-format-spec>). Applying changes takes automerge longer than loading the document that
//! they make, and nearly all that a new device gets is of this kind.
//!
//! Whoever takes this form has automerge load it and compares its heads: automerge makes the changes again from it, so equal
//! heads are equal changes. The order of the rows is not seen by that; here it follows from what a chain is.

use std::{collections::BTreeMap, ops::Range};

use hexane::{Codec, DeltaEncoder, Encoder, EncoderApi, Leb128};
use sha2::{Digest, Sha256};

use super::chunk::{Id, Key, MAGIC, MAKE_TEXT, Operation, PUT, Parts, Scalar, column, hash};

const DOCUMENT: u8 = 0;
/// The length and the type of no further bytes.
const NO_BYTES: u64 = 7;

/// How the document of these changes is saved, and its head. The first of them must build on nothing. Nothing if they are no chain,
/// or do what new records do not: delete, count, make lists. Of bytes that are no changes at all nothing is promised, and it may panic.
pub(super) fn assembled<'b>(changes: impl Iterator<Item = &'b [u8]>) -> Option<(Vec<u8>, Hash)> {
    let changes = changes.map(|bytes| Some((hash(bytes)?, Parts::of(bytes).ok()?))).collect::<Option<Vec<_>>>()?;
    let causes = causes(&changes)?;
    let mut actors: Vec<&[u8]> = changes.iter().map(|(_, parts)| parts.actor).collect();
    actors.sort_unstable();
    actors.dedup();
    let rows = Rows::of(changes.iter().map(|(_, parts)| parts), &actors)?;
    let (head, _) = changes.last()?;
    let of_changes = of_changes(&changes, &rows.ends, &actors, &causes);
    Some((chunk(&actors, head, changes.len() - 1, &of_changes, &rows.columns()), *head))
}

type Hash = [u8; 32];

/// Which changes each builds on: the one before it, and earlier ones that it names beside.
fn causes(changes: &[(Hash, Parts<'_>)]) -> Option<Vec<Vec<usize>>> {
    let mut all: Vec<Vec<usize>> = Vec::with_capacity(changes.len());
    let mut places = BTreeMap::new();
    for (at, (hash, parts)) in changes.iter().enumerate() {
        let causes = parts.deps.iter().map(|dep| places.get(dep).copied()).collect::<Option<Vec<usize>>>()?;
        let goes_on = at.checked_sub(1).is_none_or(|before| causes.contains(&before));
        if !goes_on || places.insert(hash, at).is_some() {
            return None;
        }
        all.push(causes);
    }
    Some(all)
}

/// One operation, as a row of the document.
struct Row<'b> {
    place: Place<'b>,
    actor: usize,
    action: u64,
    value: Scalar<'b>,
    /// The rows that put something in its place.
    after: Vec<usize>,
}

#[derive(Clone, Copy, PartialEq)]
enum Place<'b> {
    Field(&'b str),
    /// To the right of another letter of a text, or at its beginning.
    Letter {
        text: usize,
        left: Option<usize>,
    },
}

#[derive(Default)]
struct Rows<'b> {
    /// By number, less one: in a chain no number is left out.
    all: Vec<Row<'b>>,
    /// The number of the last row of each change.
    ends: Vec<u64>,
    /// The last letter of each text that has one.
    letters: BTreeMap<usize, usize>,
}

impl<'b> Rows<'b> {
    fn of<'c>(changes: impl Iterator<Item = &'c Parts<'b>>, actors: &[&[u8]]) -> Option<Rows<'b>>
    where
        'b: 'c,
    {
        let mut rows = Rows::default();
        let mut counts = vec![0; actors.len()];
        for change in changes {
            let place = |actor: &[u8]| actors.binary_search(&actor).ok();
            let own = place(change.actor)?;
            counts[own] += 1;
            let is_bare = change.message.is_empty() && change.extra.is_empty();
            if !is_bare || change.seq != counts[own] || change.start != rows.all.len() as u64 + 1 {
                return None;
            }
            let others = change.others.iter().map(|actor| place(actor));
            let known = std::iter::once(Some(own)).chain(others).collect::<Option<Vec<usize>>>()?;
            for operation in change.operations() {
                rows.put(operation, own, &known)?;
            }
            rows.ends.push(rows.all.len() as u64);
        }
        Some(rows)
    }

    fn put(&mut self, operation: Operation<'b>, actor: usize, known: &[usize]) -> Option<()> {
        let Operation { action, value, .. } = operation;
        let number = self.all.len();
        let first_of_change = self.ends.last().map_or(0, |end| *end as usize);
        let place = self.place(&operation, known)?;
        // What automerge would write in another way it refuses to have read.
        value.read()?;
        for before in &operation.before {
            let before = self.find(*before, known)?;
            let row = self.all.get_mut(before).filter(|row| row.place == place)?;
            // A change replaces nothing twice.
            if row.after.last().is_some_and(|after| *after >= first_of_change) {
                return None;
            }
            row.after.push(number);
        }
        if let Place::Letter { text, .. } = place {
            self.letters.insert(text, number);
        }
        self.all.push(Row { place, actor, action, value, after: Vec::new() });
        Some(())
    }

    fn find(&self, (actor, number): Id, known: &[usize]) -> Option<usize> {
        let at = usize::try_from(number).ok()?.checked_sub(1)?;
        (self.all.get(at)?.actor == *known.get(actor)?).then_some(at)
    }

    fn place(&self, operation: &Operation<'b>, known: &[usize]) -> Option<Place<'b>> {
        let Operation { object, key, insert, action, value, before } = operation;
        match (object, key, *action) {
            (None, Key::Field(field), PUT) if !insert => Some(Place::Field(field)),
            (None, Key::Field(field), MAKE_TEXT) if !insert && value.kind == 0 => Some(Place::Field(field)),
            (Some(text), Key::Element(left), PUT) if *insert && before.is_empty() && value.is_text() => {
                let text = self.find(*text, known).filter(|text| self.all[*text].action == MAKE_TEXT)?;
                let left = left.map(|left| self.find(left, known).ok_or(())).transpose().ok()?;
                // Letters that were written from left to right stand in the order of their numbers.
                (self.letters.get(&text).copied() == left).then_some(Place::Letter { text, left })
            }
            _ => None,
        }
    }

    /// Columns over all rows, by object, field and number.
    fn columns(&self) -> Columns {
        let (mut fields, mut letters) = (Vec::with_capacity(self.all.len()), Vec::new());
        for (at, row) in self.all.iter().enumerate() {
            match row.place {
                Place::Field(field) => fields.push((field, at)),
                Place::Letter { text, left } => letters.push((text, at, left)),
            }
        }
        fields.sort_unstable();
        letters.sort_unstable();
        let order = || fields.iter().map(|(_, at)| *at).chain(letters.iter().map(|(_, at, _)| *at));
        let rows = || order().map(|at| &self.all[at]);
        // Fields first, which have nothing in the columns of letters.
        let texts = || fields.iter().map(|_| None).chain(letters.iter().map(|(text, ..)| Some(*text)));
        let lefts = || fields.iter().map(|_| None).chain(letters.iter().map(|(.., left)| Some(*left)));
        let names = || fields.iter().map(|(name, _)| Some(*name)).chain(letters.iter().map(|_| None));
        let actor = |at: usize| self.all[at].actor as u64;
        let number = |at: usize| at as u64 + 1;
        let after = || rows().flat_map(|row| row.after.iter().copied());
        let mut all = Columns::default();
        all.put(column::OBJECT_ACTOR, |to| sparse(to, texts().map(|text| text.map(actor))));
        all.put(column::OBJECT, |to| sparse(to, texts().map(|text| text.map(number))));
        all.put(column::KEY_ACTOR, |to| sparse(to, lefts().map(|left| left.flatten().map(actor))));
        let lefts = || lefts().map(|left| left.map(|left| left.map_or(0, number)));
        all.put(column::KEY, |to| DeltaEncoder::<Option<u64>>::encode_to_unless(to, lefts(), None));
        all.put(column::FIELD, |to| Encoder::<Option<String>>::encode_to_unless(to, names(), None));
        all.put(column::ID_ACTOR, |to| Encoder::<usize>::encode_to(to, rows().map(|row| row.actor)));
        all.put(column::ID, |to| DeltaEncoder::<u64>::encode_to(to, order().map(number)));
        let is_letter = |row: &Row<'_>| matches!(row.place, Place::Letter { .. });
        all.put(column::INSERT, |to| Encoder::<bool>::encode_to(to, rows().map(is_letter)));
        all.put(column::ACTION, |to| Encoder::<u64>::encode_to(to, rows().map(|row| row.action)));
        all.put(column::VALUE_KIND, |to| Encoder::<u64>::encode_to(to, rows().map(|row| row.value.kind)));
        all.put(column::VALUE, |to| {
            let from = to.len();
            rows().for_each(|row| to.extend_from_slice(row.value.bytes));
            from..to.len()
        });
        all.put(column::AFTER_COUNT, |to| Encoder::<usize>::encode_to(to, rows().map(|row| row.after.len())));
        all.put(column::AFTER_ACTOR, |to| Encoder::<u64>::encode_to(to, after().map(actor)));
        all.put(column::AFTER, |to| DeltaEncoder::<u64>::encode_to(to, after().map(number)));
        all
    }
}

fn sparse(to: &mut Vec<u8>, values: impl Iterator<Item = Option<u64>>) -> Range<usize> {
    Encoder::<Option<u64>>::encode_to_unless(to, values, None)
}

/// Their actors, their numbers, those of their last operations, when they were made, what they build on, and that nothing else
/// lies in them.
fn of_changes(changes: &[(Hash, Parts<'_>)], ends: &[u64], actors: &[&[u8]], causes: &[Vec<usize>]) -> Columns {
    let parts = || changes.iter().map(|(_, parts)| parts);
    let actor = |change: &Parts<'_>| actors.partition_point(|actor| *actor < change.actor);
    let mut all = Columns::default();
    all.put(1, |to| Encoder::<usize>::encode_to(to, parts().map(actor)));
    all.put(3, |to| DeltaEncoder::<u64>::encode_to(to, parts().map(|change| change.seq)));
    all.put(19, |to| DeltaEncoder::<u64>::encode_to(to, ends.iter().copied()));
    all.put(35, |to| DeltaEncoder::<i64>::encode_to(to, parts().map(|change| change.time)));
    all.put(64, |to| Encoder::<usize>::encode_to(to, causes.iter().map(Vec::len)));
    all.put(67, |to| DeltaEncoder::<usize>::encode_to(to, causes.iter().flatten().copied()));
    all.put(86, |to| Encoder::<u64>::encode_to(to, parts().map(|_| NO_BYTES)));
    all
}

/// Columns in the order of what they are, those that hold nothing left out.
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

fn chunk(actors: &[&[u8]], head: &Hash, last: usize, of_changes: &Columns, of_rows: &Columns) -> Vec<u8> {
    let mut body = Vec::with_capacity(256 + of_changes.data.len() + of_rows.data.len());
    body.extend(Leb128::encode_count(actors.len()));
    for actor in actors {
        body.extend(Leb128::encode_count(actor.len()));
        body.extend_from_slice(actor);
    }
    body.extend(Leb128::encode_count(1));
    body.extend(head);
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
    use std::num::NonZeroU64;

    use automerge::{
        ActorId, Automerge, AutomergeError, Change, ChangeHash, ExpandedChange, ObjType, ROOT, ReadDoc, ScalarValue,
        legacy::{ElementId, Key, ObjectId, OpId},
        transaction::{CommitOptions, Transactable, Transaction},
    };
    use proptest::{collection::vec, prelude::*};

    use super::{Digest, Sha256, assembled};
    use crate::{
        document::{Document, Origin, check_change, genesis, guarded},
        id::{DocId, Kind},
    };

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
            let saved = assembled(doc.get_changes(&[]).iter().map(|change| change.raw_bytes()));
            prop_assert_eq!(saved.map(|(bytes, _)| bytes), Some(doc.save_nocompress()));
        }

        #[test]
        fn what_is_not_is_left_to_automerge(changes in authored(any_step()), beside: bool) {
            let doc = written(&changes, beside);
            if let Some((bytes, head)) = assembled(doc.get_changes(&[]).iter().map(|change| change.raw_bytes())) {
                prop_assert_eq!(bytes, doc.save_nocompress());
                prop_assert_eq!(vec![ChangeHash(head)], doc.get_heads());
            }
        }

        /// A member's own program may write what automerge never does: a device takes it or not, however it comes to it.
        #[test]
        fn what_nobody_honest_writes_is_taken_only_where_automerge_takes_it(
            changes in authored(plain()),
            lies in vec(lie(), 0..3),
            flips in prop_oneof![3 => Just(Vec::new()), 1 => vec((any::<prop::sample::Index>(), any::<u8>()), 1..3)],
            checksum in prop_oneof![1 => any::<[u8; 4]>().prop_map(Some), 6 => Just(None)],
        ) {
            let id = DocId::new(Kind::Opportunity, 1, [3; 9]);
            let mut all = written(&changes, false).get_changes(&[]);
            let Some(mut last) = all.pop().map(|last| last.decode()).filter(|_| !all.is_empty()) else { return Ok(()) };
            let author = last.actor_id.clone();
            last.time = 0;
            lies.into_iter().for_each(|lie| lie.put(&mut last));
            let Ok(last) = crate::panics::caught(|| Change::from(last)) else { return Ok(()) };
            let mut last = last.raw_bytes().to_vec();
            for (at, with) in flips {
                let at = at.index(last.len() - 9) + 9;
                last[at] ^= with;
            }
            let right = Sha256::digest(&last[8..]);
            last[4..8].copy_from_slice(&checksum.unwrap_or([right[0], right[1], right[2], right[3]]));
            if !check_change(&last, &author, Origin::Colleague).is_ok_and(|operations| operations < 1_000) {
                return Ok(());
            }
            let own = all.iter().skip(1).map(|change| change.raw_bytes().to_vec()).chain([last]);
            let own: Vec<_> = own.map(crate::commit::Change::Automerge).collect();
            let Ok(Some(assembled)) = guarded(|| Document::assembled(id, &own)) else { return Ok(()) };
            let applied = Document::new(id).with(&own);
            prop_assert_eq!(applied.map(|saved| saved.bytes).ok(), Some(assembled.bytes));
        }
    }

    #[derive(Clone, Debug)]
    enum Lie {
        Seq(u64),
        Start(u64),
        Beside(usize),
        Before(usize, Vec<(u64, u8)>),
        Object(usize, u64, u8),
        Key(usize, String),
        Left(usize, u64, u8),
        Insert(usize),
    }

    fn lie() -> impl Strategy<Value = Lie> {
        prop_oneof![
            1 => (0..4u64).prop_map(Lie::Seq),
            1 => (1..20u64).prop_map(Lie::Start),
            4 => (0..8usize).prop_map(Lie::Beside),
            6 => (0..8usize, vec((1..24u64, 0..4u8), 0..4)).prop_map(|(at, before)| Lie::Before(at, before)),
            2 => (0..8usize, 1..24u64, 0..4u8).prop_map(|(at, number, actor)| Lie::Object(at, number, actor)),
            2 => (0..8usize, "(field [0-5])?").prop_map(|(at, key)| Lie::Key(at, key)),
            2 => (0..8usize, 0..24u64, 0..4u8).prop_map(|(at, number, actor)| Lie::Left(at, number, actor)),
            1 => (0..8usize).prop_map(Lie::Insert),
        ]
    }

    /// The genesis' actor, or one of those who write.
    fn actor(of: u8) -> ActorId {
        if of == 0 { ActorId::from(b"satchel genesis.") } else { ActorId::from([of; 16]) }
    }

    impl Lie {
        fn put(self, change: &mut ExpandedChange) {
            let id = |number, of| OpId::new(number, &actor(of));
            let (Lie::Beside(at)
            | Lie::Before(at, _)
            | Lie::Object(at, ..)
            | Lie::Key(at, _)
            | Lie::Left(at, ..)
            | Lie::Insert(at)) = self
            else {
                match self {
                    Lie::Seq(seq) => change.seq = seq,
                    Lie::Start(start) => change.start_op = NonZeroU64::new(start).expect("not zero"),
                    _ => {}
                }
                return;
            };
            let count = change.operations.len().max(1);
            let Some(op) = change.operations.get_mut(at % count) else { return };
            match self {
                Lie::Beside(_) => op.pred = Vec::new().into(),
                Lie::Before(_, before) => {
                    op.pred = before.into_iter().map(|(number, of)| id(number, of)).collect::<Vec<_>>().into();
                }
                Lie::Object(_, number, of) => op.obj = ObjectId::Id(id(number, of)),
                Lie::Key(_, key) => op.key = Key::Map(key.into()),
                Lie::Left(_, 0, _) => op.key = Key::Seq(ElementId::Head),
                Lie::Left(_, number, of) => op.key = Key::Seq(ElementId::Id(id(number, of))),
                Lie::Insert(_) => op.insert = !op.insert,
                Lie::Seq(_) | Lie::Start(_) => {}
            }
        }
    }
}
