//! The history of a record, read from the log: who, when, which device, old → new.

use std::collections::{BTreeMap, HashSet};

use chrono::DateTime;

use super::{FieldChange, HistoryEntry, SPACE, Workspace, conflicts::words};
use crate::{
    document::{Document, Effect, Key, Stored, change_hash, links},
    error::{Error, Result},
    id::{CommitId, DocId, Kind},
    record::{FieldType, Invoice, Outcome, Records, Standing},
    rules,
    value::Value,
};

impl Workspace {
    /// A record's history, newest first, with that of the records merged into it; empty for an unknown id.
    pub fn history(&self, id: DocId) -> Result<Vec<HistoryEntry>> {
        let merges = self.records().meta(id).map(|meta| meta.merges.clone()).unwrap_or_default();
        let mut entries: Vec<(u64, HistoryEntry)> = Vec::new();
        for of in std::iter::once(id).chain(merges) {
            for (lamport, mut entry) in self.history_of(of)? {
                if of != id {
                    told_in_head(of, &mut entry.changes);
                }
                match entries.iter_mut().find(|(_, known)| known.commit == entry.commit) {
                    Some((_, known)) => known.changes.append(&mut entry.changes),
                    None => entries.push((lamport, entry)),
                }
            }
        }
        // The graph's order, not the clocks'.
        entries.sort_by_key(|(lamport, entry)| std::cmp::Reverse((*lamport, entry.commit)));
        Ok(entries.into_iter().map(|(_, entry)| entry).collect())
    }

    pub(super) fn history_of(&self, id: DocId) -> Result<Vec<(u64, HistoryEntry)>> {
        let document = self.document(id)?;
        let mut entries = Vec::new();
        let asides = self.asides();
        // The index of what touched it carries no checksums: what came before what is found must be found too.
        let mut found: HashSet<[u8; 32]> = Document::new(id).heads().into_iter().collect();
        let mut wanted = document.heads();
        for arrival in self.inner.store.touched(SPACE, id)? {
            let Some((commit, received)) = self.inner.store.commit_at(SPACE, arrival)? else { return Err(unindexed()) };
            let own = commit.body.changes.iter().filter(|c| c.doc == id);
            let links: Vec<_> = own.filter_map(|c| links(id, &c.change)).collect();
            if links.is_empty() {
                return Err(unindexed());
            }
            let effects: Vec<Effect> = document.effects_of(links.iter().map(|link| link.hash));
            found.extend(links.iter().map(|link| link.hash));
            // What is aside may build on what never came.
            if !asides.contains_key(&arrival) {
                wanted.extend(links.into_iter().flat_map(|link| link.deps));
            }
            let records = self.records();
            let changes = changes(&records, &document, id.kind(), &effects);
            let time = DateTime::from_timestamp_millis(commit.body.time).unwrap_or_default();
            let own = commit.body.device == self.device();
            entries.push((
                commit.body.lamport,
                HistoryEntry {
                    commit: commit.id,
                    of: id,
                    time,
                    received: if own { time } else { DateTime::from_timestamp_millis(received).unwrap_or_default() },
                    user: commit.body.user,
                    user_name: records.name(commit.body.user).to_owned(),
                    device: commit.body.device,
                    device_name: self.device_name(commit.body.device),
                    label: commit.body.label.clone(),
                    batch: commit.body.batch,
                    changes,
                    aside: asides.get(&arrival).map(|aside| aside.message()),
                },
            ));
        }
        if wanted.iter().all(|hash| found.contains(hash)) { Ok(entries) } else { Err(unindexed()) }
    }

    /// What it takes to give a record the values it had right after a commit.
    pub(super) fn plan_version(&self, id: DocId, commit: CommitId) -> Result<rules::Plan> {
        let gone = || refused!("this version is not in the record's history: choose one that is");
        let id = self.records().head(id);
        let opened = self.commit(commit)?.ok_or_else(gone)?;
        let changes = opened.body.changes.iter().filter(|c| c.doc == id);
        let heads: Vec<[u8; 32]> = changes.filter_map(|c| change_hash(id, &c.change)).collect();
        let then = self.document(id)?.project_at(&heads).ok_or_else(gone)?;
        rules::plan_version(&self.records(), &self.context(), id, &then)
    }
}

fn unindexed() -> Error {
    Error::Damaged("the index of documents".to_owned())
}

/// In the head's history a record's merge is said the other way round.
fn told_in_head(of: DocId, changes: &mut [FieldChange]) {
    for change in changes.iter_mut().filter(|c| c.field == "merged_into") {
        let told = |value: &Value| if value.is_null() { Value::Null } else { Value::Ref(of) };
        let (old, new) = (told(&change.old), told(&change.new));
        *change = FieldChange { field: "merged".to_owned(), item: None, old, new };
    }
}

fn changes(records: &Records, document: &Document, kind: Kind, effects: &[Effect]) -> Vec<FieldChange> {
    let mut all = Vec::new();
    let mut sets: BTreeMap<&'static str, (Vec<DocId>, Vec<DocId>)> = BTreeMap::new();
    let mut activities: BTreeMap<DocId, Vec<(&'static str, Value, Value)>> = BTreeMap::new();
    for effect in effects {
        let key = Key::parse(kind, &effect.key);
        match key {
            Key::Field(field) if field.name.starts_with("create_") => {}
            Key::Field(field) if kind == Kind::Invoice && field.name == "frozen" => {
                let said = |stored: &Stored| match stored.value(field.ty) {
                    Value::Text(frozen) => Value::Text(Invoice::said(&frozen)),
                    other => other,
                };
                let (old, new) = (said(&effect.old), said(&effect.new));
                all.push(FieldChange { field: field.name.to_owned(), item: None, old, new });
            }
            Key::Field(field) => {
                let (old, new) = (effect.old.value(field.ty), effect.new.value(field.ty));
                if old != new {
                    all.push(FieldChange { field: field.name.to_owned(), item: None, old, new });
                }
            }
            Key::Custom(name, ty) => {
                let (old, new) = (effect.old.value(ty), effect.new.value(ty));
                if old != new {
                    all.push(FieldChange { field: name, item: None, old, new });
                }
            }
            Key::Member(field, member) => {
                let entry = sets.entry(field.name).or_default();
                let is = |s: &Stored| *s == Stored::Scalar(true.into());
                if is(&effect.old) {
                    entry.0.push(member);
                }
                if is(&effect.new) {
                    entry.1.push(member);
                }
            }
            Key::Standing => all.extend(standing_changes(records, effect.old.standing(), effect.new.standing())),
            Key::Activity(item, field) => {
                let change = (field.name, effect.old.value(field.ty), effect.new.value(field.ty));
                activities.entry(item).or_default().push(change);
            }
            Key::Note(item, field) if field.name == "text" => {
                let (old, new) = (effect.old.value(field.ty), effect.new.value(field.ty));
                all.push(FieldChange { field: "note".to_owned(), item: Some(item), old, new });
            }
            Key::Attachment(item, field) if ["name", "removed"].contains(&field.name) => {
                let name = text_at(document, &format!("attachment:{item}:name"));
                let is_here = match field.name {
                    "name" => !effect.new.is_empty(),
                    _ => effect.new != Stored::Scalar(true.into()),
                };
                let (old, new) = if is_here { (Value::Null, name.into()) } else { (name.into(), Value::Null) };
                all.push(FieldChange { field: "attachment".to_owned(), item: Some(item), old, new });
            }
            Key::Joined(_) => {
                let (old, new) = (effect.old.value(FieldType::Text), effect.new.value(FieldType::Text));
                if old != new {
                    all.push(FieldChange { field: "description".to_owned(), item: None, old, new });
                }
            }
            Key::Note(..) | Key::Attachment(..) | Key::Imported(_) | Key::Settled | Key::Unknown => {}
        }
    }
    all.extend(sets.into_iter().map(|(field, (removed, added))| FieldChange {
        field: field.to_owned(),
        item: None,
        old: Value::Refs(removed),
        new: Value::Refs(added),
    }));
    for (item, changed) in activities {
        all.extend(activity_changes(records, document, item, changed));
    }
    all
}

fn text_at(document: &Document, key: &str) -> String {
    match document.stored(key) {
        Stored::Scalar(automerge::ScalarValue::Str(text)) => text.to_string(),
        _ => String::new(),
    }
}

/// A scheduled, done or cancelled activity is one change in words; an edited one a change per field.
fn activity_changes(
    records: &Records,
    document: &Document,
    item: DocId,
    changed: Vec<(&'static str, Value, Value)>,
) -> Vec<FieldChange> {
    let now = |field: &str| text_at(document, &format!("activity:{item}:{field}"));
    let find = |name: &str| changed.iter().find(|(n, ..)| *n == name);
    let title = match (now("kind"), now("summary")) {
        (kind, summary) if summary.is_empty() => kind,
        (kind, summary) => format!("{kind}: {summary}"),
    };
    let one = |old: Value, new: Value| vec![FieldChange { field: "activity".to_owned(), item: Some(item), old, new }];
    if let Some((_, old, _)) = find("date_deadline")
        && old.is_null()
    {
        return one(Value::Null, Value::Text(title));
    }
    if let Some((_, _, new)) = find("done") {
        let feedback = find("feedback").map(|(_, _, new)| words(records, new)).filter(|f| !f.is_empty());
        let done = feedback.map_or("done".to_owned(), |f| format!("done: {f}"));
        let new = if new.is_null() { Value::from("to do again") } else { Value::Text(done) };
        return one(Value::Text(title), new);
    }
    if let Some((_, _, new)) = find("cancelled") {
        let new = if *new == Value::Bool(true) { "cancelled" } else { "to do again" };
        return one(Value::Text(title), Value::from(new));
    }
    let field = |name: &str| format!("activity.{name}");
    changed.into_iter().map(|(name, old, new)| FieldChange { field: field(name), item: Some(item), old, new }).collect()
}

/// Where an opportunity stands, split into what a person changed.
fn standing_changes(records: &Records, old: Option<Standing>, new: Option<Standing>) -> Vec<FieldChange> {
    let parts = |standing: &Option<Standing>| {
        let Some(s) = standing else { return [Value::Null, Value::Null, Value::Null, Value::Null] };
        let status = match s.outcome {
            Outcome::Won => "won",
            Outcome::Lost { .. } => "lost",
            Outcome::Open => "pending",
        };
        let default = s.stage.and_then(|id| records.stage_now(id)).map(|stage| stage.probability);
        let shown = match s.outcome {
            Outcome::Won => Some(crate::value::Percent::HUNDRED),
            Outcome::Lost { .. } => Some(crate::value::Percent::ZERO),
            Outcome::Open => s.probability.or(default),
        };
        [s.stage.into(), Value::from(status), s.lost_reason().into(), shown.into()]
    };
    let names = ["stage", "won_status", "lost_reason", "probability"];
    let created = old.is_none();
    let (old, new) = (parts(&old), parts(&new));
    names
        .into_iter()
        .zip(old.into_iter().zip(new))
        .filter(|(name, (old, new))| {
            old != new && !(created && *name == "won_status" && *new == Value::from("pending"))
        })
        .map(|(name, (old, new))| FieldChange { field: name.to_owned(), item: None, old, new })
        .collect()
}
