//! What a change says about an opportunity's place in the pipeline, for the log of fields.

use automerge::{ScalarValue, legacy};

use super::{
    Key, guarded,
    stored::{decode, decode_standing},
};
use crate::{
    commit::Change,
    id::{DocId, Kind},
    record::{Trace, Traced},
    value::Value,
};

/// Nothing for documents of other kinds, and for changes that say nothing about it.
pub(crate) fn trace(doc: DocId, change: &Change, time: i64) -> Option<Traced> {
    let Change::Automerge(bytes) = change else { return None };
    if doc.kind() != Kind::Opportunity {
        return None;
    }
    let change = guarded(|| automerge::Change::from_bytes(bytes.clone()).map(|c| c.decode())).ok()?.ok()?;
    let mut actor = [0; 12];
    let bytes = change.actor_id.to_bytes();
    let length = bytes.len().min(actor.len());
    actor[..length].copy_from_slice(&bytes[..length]);
    let write = |(at, op): (u32, &legacy::Op)| match (&op.obj, &op.key, &op.action) {
        (legacy::ObjectId::Root, legacy::Key::Map(key), legacy::OpType::Put(scalar)) => {
            Some((at, traced(key, scalar)?))
        }
        _ => None,
    };
    let writes: Vec<(u32, Trace)> = (0u32..).zip(&change.operations).filter_map(write).collect();
    (!writes.is_empty()).then(|| Traced { time, counter: change.start_op.get(), actor, writes })
}

fn traced(key: &str, scalar: &ScalarValue) -> Option<Trace> {
    let field = match Key::parse(Kind::Opportunity, key) {
        Key::Standing => return decode_standing(scalar).map(|standing| Trace::Standing(Box::new(standing))),
        Key::Field(field) => field,
        _ => return None,
    };
    let value = decode(field.ty, scalar)?;
    let money = || if let Value::Money(amount) = value { amount } else { Default::default() };
    let reference = || if let Value::Ref(id) = value { Some(id) } else { None };
    let is = |wanted: &Value| value == *wanted;
    Some(match field.name {
        "expected_revenue" => Trace::Expected(money()),
        "recurring_revenue" => Trace::Recurring(money()),
        "recurring_plan" => Trace::RecurringPlan(if let Value::Text(plan) = value { plan } else { String::new() }),
        "date_deadline" => Trace::Deadline(if let Value::Date(day) = value { Some(day) } else { None }),
        "user" => Trace::User(reference()),
        "team" => Trace::Team(reference()),
        "partner" => Trace::Customer(reference()),
        "type" => Trace::IsLead(is(&Value::from("lead"))),
        "archived" => Trace::Archived(is(&Value::Bool(true))),
        "deleted" => Trace::Deleted(is(&Value::Bool(true))),
        "merged_into" => Trace::Merged(reference()),
        "create_date" => Trace::Created(if let Value::Time(time) = value { Some(time) } else { None }),
        _ => return None,
    })
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

/// A change's hash and those of the changes it builds on; nothing for bytes that are no change.
pub(crate) fn links(doc: DocId, change: &Change) -> Option<([u8; 32], Vec<[u8; 32]>)> {
    let change = match change {
        Change::Automerge(bytes) => guarded(|| automerge::Change::from_bytes(bytes.clone())).ok()?.ok()?,
        Change::Seed { key, text } => super::genesis::seed(doc, key, text).ok()?,
    };
    Some((change.hash().0, change.deps().iter().map(|d| d.0).collect()))
}

/// What every document of a kind begins with.
pub(crate) fn beginnings(kind: Kind) -> &'static [[u8; 32]] {
    super::genesis::heads(kind)
}
