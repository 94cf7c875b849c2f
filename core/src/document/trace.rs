//! What a change says about an opportunity's place in the pipeline, for the log of fields.

use automerge::{ScalarValue, legacy};

use super::{
    Key,
    bounds::rows,
    chunk::{self, Operation, PUT, Parts, Scalar},
    guarded,
    stored::{decode, decode_standing},
};
use crate::{
    commit::Change,
    id::{DocId, Kind},
    record::{Trace, Traced},
    value::{Money, Value},
};

/// Nothing for documents of other kinds, and for changes that say nothing about it.
pub(crate) fn trace(doc: DocId, change: &Change, time: i64) -> Option<Traced> {
    let Change::Automerge(bytes) = change else { return None };
    if doc.kind() != Kind::Opportunity {
        return None;
    }
    guarded(|| told(bytes, time)).ok()?
}

fn told(change: &[u8], time: i64) -> Option<Traced> {
    let parts = Parts::of(change).ok()?;
    let mut actor = [0; 12];
    let length = parts.actor.len().min(actor.len());
    actor[..length].copy_from_slice(&parts.actor[..length]);
    let write = |(at, operation): (u32, Operation<'_>)| match (operation.object, operation.key, operation.action) {
        (None, chunk::Key::Field(key), PUT) => Some((at, traced(key, operation.value)?)),
        _ => None,
    };
    let writes: Vec<(u32, Trace)> = (0..).zip(parts.operations()).filter_map(write).collect();
    (!writes.is_empty()).then_some(Traced { time, counter: parts.start, actor, writes })
}

fn traced(key: &str, value: Scalar<'_>) -> Option<Trace> {
    let field = match Key::parse(Kind::Opportunity, key) {
        Key::Standing => return decode_standing(&value.read()?).map(|standing| Trace::Standing(Box::new(standing))),
        Key::Field(field) => field,
        _ => return None,
    };
    let trace: fn(Value) -> Trace = match field.name {
        "expected_revenue" => |value| Trace::Expected(money(&value)),
        "recurring_revenue" => |value| Trace::Recurring(money(&value)),
        "recurring_plan" => {
            |value| Trace::RecurringPlan(if let Value::Text(plan) = value { plan } else { String::new() })
        }
        "date_deadline" => |value| Trace::Deadline(if let Value::Date(day) = value { Some(day) } else { None }),
        "user" => |value| Trace::User(reference(&value)),
        "team" => |value| Trace::Team(reference(&value)),
        "partner" => |value| Trace::Customer(reference(&value)),
        "type" => |value| Trace::IsLead(value == Value::from("lead")),
        "archived" => |value| Trace::Archived(value == Value::Bool(true)),
        "deleted" => |value| Trace::Deleted(value == Value::Bool(true)),
        "merged_into" => |value| Trace::Merged(reference(&value)),
        "create_date" => |value| Trace::Created(if let Value::Time(time) = value { Some(time) } else { None }),
        _ => return None,
    };
    decode(field.ty, &value.read()?).map(trace)
}

fn money(value: &Value) -> Money {
    if let Value::Money(amount) = value { *amount } else { Money::default() }
}

fn reference(value: &Value) -> Option<DocId> {
    if let Value::Ref(id) = value { Some(*id) } else { None }
}

/// The keys that a change writes at the root, each with whether it is set to yes; nothing for bytes that are no change.
pub(crate) fn written(bytes: &[u8]) -> Option<Vec<(String, bool)>> {
    let change = guarded(|| automerge::Change::from_bytes(bytes.to_vec()).map(|c| c.decode())).ok()?.ok()?;
    let key = |op: &legacy::Op| match (&op.obj, &op.key, &op.action) {
        (legacy::ObjectId::Root, legacy::Key::Map(key), action) => {
            Some((key.to_string(), matches!(action, legacy::OpType::Put(ScalarValue::Boolean(true)))))
        }
        // Inside a long text.
        _ => Some((String::new(), false)),
    };
    Some(change.operations.iter().filter_map(key).collect())
}

/// What a change says of its place in its document.
pub(crate) struct Links {
    pub hash: [u8; 32],
    /// The changes that it builds on.
    pub deps: Vec<[u8; 32]>,
    /// The author, as the document knows it, and the how many-th change of it this is.
    pub author: Vec<u8>,
    pub seq: u64,
    pub operations: u64,
}

/// Nothing for bytes that do not begin as a change does. Its operations are not read: those of one that is held were.
pub(crate) fn links(doc: DocId, change: &Change) -> Option<Links> {
    let seed;
    let bytes = match change {
        Change::Automerge(bytes) => bytes.as_slice(),
        Change::Seed { key, text } => {
            seed = super::genesis::seed(doc, key, text).ok()?;
            seed.raw_bytes()
        }
    };
    let parts = Parts::of(bytes).ok()?;
    Some(Links {
        // Not compared with its checksum, as automerge does not where it applies a change.
        hash: chunk::digest(bytes)?,
        deps: parts.deps.to_vec(),
        author: parts.actor.to_vec(),
        seq: parts.seq,
        operations: rows(&parts),
    })
}

/// What every document of a kind begins with.
pub(crate) fn beginnings(kind: Kind) -> &'static [[u8; 32]] {
    super::genesis::heads(kind)
}
