//! Two to five records become one (spec §1 Merge, scenario 7). The others are linked to the head and keep what they hold.

use std::cmp::Reverse;

use super::{Write, draft::Draft, standing::among};
use crate::{
    error::Result,
    id::{DocId, Kind},
    record::{self, FieldDef, FieldType, Opportunity, Record, Records},
    value::{Money, Percent, Value},
};

/// The fields of an address, which is taken whole from one record.
pub const ADDRESS: [&str; 6] = ["street", "street2", "city", "zip", "state", "country"];

/// What the rule makes of records to be merged.
#[derive(Clone, Debug, PartialEq)]
pub struct Preview {
    /// The records in their order, the head first.
    pub order: Vec<DocId>,
    /// Of each field, the record whose value is taken. Sets and long texts are joined, and not named here.
    pub taken: Vec<(&'static str, DocId)>,
}

/// What merging these records would take from which, without choices.
///
/// Errors: as the merge itself.
pub fn preview(records: &Records, ids: &[DocId]) -> Result<Preview> {
    let mut heads: Vec<DocId> = Vec::new();
    for id in ids.iter().map(|id| records.head(*id)) {
        if !heads.contains(&id) {
            heads.push(id);
        }
    }
    let found: Vec<Record> = heads.iter().filter_map(|id| records.get(*id)).collect();
    let sorted = sorted(found, |o| (records.stage(o).map_or(0, |s| s.sequence), records.probability(o)))?;
    let fields = records.fields(sorted[0].id().kind());
    let taken = taken(&sorted, &fields).into_iter().map(|(field, from)| (field, sorted[from].id())).collect();
    Ok(Preview { order: sorted.iter().map(Record::id).collect(), taken })
}

pub(super) fn merge(draft: &mut Draft, ids: &[DocId], choices: &[(String, DocId)]) -> Result<String> {
    if !ids.is_empty() && ids.iter().all(|id| id.kind() == Kind::Tag) {
        return tags(draft, ids, choices);
    }
    let mut found = Vec::new();
    for id in draft.heads(ids) {
        found.push(draft.edit(id)?.clone());
    }
    let standing = |o: &Opportunity| {
        let stage = draft.stands_in(o).and_then(|s| draft.stage(s));
        (stage.map_or(0, |s| s.sequence), draft.probability(o))
    };
    let sorted = sorted(found, standing)?;
    let (head, id) = (&sorted[0], sorted[0].id());
    let fields = draft.records().fields(id.kind());
    let mut values: Vec<(&'static str, Value)> = Vec::new();
    for (field, from) in taken(&sorted, &fields) {
        values.push((field, sorted[from].get(field).unwrap_or(Value::Null)));
    }
    for field in fields.iter().filter(|f| matches!(f.ty, FieldType::Refs(_))) {
        let members = sorted.iter().filter_map(|r| match r.get(field.name) {
            Some(Value::Refs(members)) => Some(members),
            _ => None,
        });
        let mut all = members.flatten().collect::<Vec<_>>();
        all.sort();
        all.dedup();
        values.push((field.name, Value::Refs(all)));
    }
    for (name, from) in choices {
        let from = sorted.iter().find(|r| r.id() == draft.head(*from));
        let from = from.ok_or_else(|| refused!("{name}: choose it from one of the records merged", name))?;
        match (name.as_str(), from) {
            ("standing", Record::Opportunity(o)) => draft.decide_standing(id, o.standing.clone(), true)?,
            ("address", _) => values.extend(ADDRESS.map(|field| (field, from.get(field).unwrap_or(Value::Null)))),
            _ => {
                let known = fields
                    .iter()
                    .find(|f| f.name == name)
                    .ok_or_else(|| refused!("there is no field ‘{name}’ to choose", name))?;
                values.push((known.name, from.get(name).unwrap_or(Value::Null)));
            }
        }
    }
    for (at, (field, value)) in values.iter().enumerate() {
        let is_last = !values[at + 1..].iter().any(|(later, _)| later == field);
        let def = fields.iter().find(|f| f.name == *field).filter(|_| is_last);
        match def {
            Some(def) if choices.iter().any(|(chosen, _)| chosen == field) => draft.decide(id, def, value, false)?,
            Some(def) if head.get(field).unwrap_or(Value::Null) != *value => draft.write_stored(id, def, value.clone()),
            _ => {}
        }
    }
    if head.meta().archived && sorted.iter().any(|r| !r.meta().archived) {
        draft.write_field(id, "archived", false);
    }
    if !choices.iter().any(|(name, _)| name == "description") {
        for (from, text) in joined(&sorted) {
            draft.write(id, Write::Joined(from, text));
        }
    }
    for other in &sorted[1..] {
        draft.write_field(other.id(), "merged_into", id);
    }
    let all: Vec<DocId> = sorted.iter().map(Record::id).collect();
    Ok(format!("Merge{}", among(&all)))
}

/// Several tags become the first of them: what has another one shows that, also what is given another one meanwhile.
fn tags(draft: &mut Draft, ids: &[DocId], choices: &[(String, DocId)]) -> Result<String> {
    if !choices.is_empty() {
        return Err(refused!("tags: there is nothing to choose: the first one stays as it is"));
    }
    let heads = draft.heads(ids);
    for id in &heads {
        draft.edit(*id)?;
    }
    let [head, others @ ..] = heads.as_slice() else { return Ok(String::new()) };
    for other in others {
        draft.write_field(*other, "merged_into", *head);
    }
    let name = draft.name(*head);
    match others {
        [] => Err(refused!("‘{name}’ alone cannot be merged: choose another tag", name)),
        [one] => Ok(format!("Merge tag {} into {name}", draft.name(*one))),
        several => Ok(format!("Merge {} tags into {name}", several.len())),
    }
}

/// Head first: an opportunity before a lead, then stage sequence, probability, oldest; a contact in use before an archived
/// one, then the fuller one, then the oldest.
fn sorted(mut all: Vec<Record>, standing: impl Fn(&Opportunity) -> (i64, Percent)) -> Result<Vec<Record>> {
    match all.len() {
        0 | 1 => return Err(refused!("one record alone cannot be merged: choose two to five")),
        2..=5 => {}
        many => {
            return Err(refused!("{many} records are too many to merge at once: choose two to five", many));
        }
    }
    let kind = all[0].id().kind();
    if !matches!(kind, Kind::Opportunity | Kind::Contact) || all.iter().any(|r| r.id().kind() != kind) {
        return Err(refused!(
            "only leads and opportunities, or only contacts, or only tags, can be merged with each other"
        ));
    }
    if let Some(trashed) = all.iter().find(|r| r.meta().deleted) {
        return Err(refused!("‘{name}’ is in the trash: restore it first", name = trashed.name()));
    }
    all.sort_by_cached_key(|record| {
        let age = (record.meta().create_date, record.id());
        let rank = match record {
            Record::Opportunity(o) => {
                let (sequence, probability) = standing(o);
                (!o.is_lead(), sequence, i64::from(probability.0))
            }
            other => (
                !other.meta().archived,
                filled(other, &record::fields(kind).iter().map(|f| f.name).collect::<Vec<_>>()),
                0,
            ),
        };
        (Reverse(rank), age)
    });
    Ok(all)
}

/// Of each field that is one value, whose is taken.
fn taken(sorted: &[Record], fields: &[FieldDef]) -> Vec<(&'static str, usize)> {
    let fullest = |names: &[&str]| {
        let filled: Vec<i64> = sorted.iter().map(|r| filled(r, names)).collect();
        let most = filled.iter().max().copied().unwrap_or(0);
        filled.iter().position(|n| *n == most).unwrap_or(0)
    };
    let priority = |r: &Record| match r.get("priority") {
        Some(Value::Int(priority)) => priority,
        _ => 0,
    };
    let highest = sorted.iter().map(priority).max().unwrap_or(0);
    let each = fields.iter().filter_map(|field| {
        let from = match (field.name, field.ty) {
            (_, FieldType::Refs(_) | FieldType::LongText) => return None,
            ("priority", _) => sorted.iter().position(|r| priority(r) == highest),
            (name, _) if ADDRESS.contains(&name) => Some(fullest(&ADDRESS)),
            // None of them belongs to itself.
            ("parent", _) => sorted.iter().position(|r| match r.get("parent") {
                Some(Value::Ref(parent)) => sorted.iter().all(|other| other.id() != parent),
                _ => false,
            }),
            (name, _) => sorted.iter().position(|r| r.get(name).is_some_and(|v| !is_nothing(&v))),
        };
        Some((field.name, from.unwrap_or(0)))
    });
    each.collect()
}

fn is_nothing(value: &Value) -> bool {
    value.is_null() || matches!(value, Value::Bool(false) | Value::Int(0) | Value::Money(Money(0)))
}

fn filled(record: &Record, names: &[&str]) -> i64 {
    names.iter().filter(|name| record.get(name).is_some_and(|v| !is_nothing(&v))).count() as i64
}

/// The descriptions that say something which those before do not. What does not fit one text stays with its own record.
fn joined(sorted: &[Record]) -> Vec<(DocId, String)> {
    let description = |record: &Record| match record.get("description") {
        Some(Value::Text(text)) => text.trim().to_owned(),
        _ => String::new(),
    };
    let mut all = description(&sorted[0]);
    let mut joined = Vec::new();
    for other in &sorted[1..] {
        let text = description(other);
        if !text.is_empty() && !all.contains(&text) && all.len() + text.len() + 2 <= super::validate::MOST_TEXT {
            all = format!("{all}\n\n{text}");
            joined.push((other.id(), text));
        }
    }
    joined
}
