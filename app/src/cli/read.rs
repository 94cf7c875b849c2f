//! Commands that read: list, show, history, conflicts.

use anyhow::{Result, bail};
use clap::Args;
use satchel_core::{
    Records,
    workspace::{Conflict, ConflictValue, FieldChange, HistoryEntry},
};
use serde_json::{Value as Json, json};

use super::{
    arguments::{Listed, find, parse_kind},
    care::short_time,
    json, output,
    place::Place,
    table::Table,
};

#[derive(Args)]
pub struct List {
    #[command(flatten)]
    selection: Selection,
}

/// Which records, in which order; what `list` and `export` share.
#[derive(Args)]
pub struct Selection {
    /// opportunities, leads, contacts, activities, stages, teams, users, products, tags, lost_reasons
    #[arg(value_parser = parse_kind)]
    pub kind: Listed,
    /// e.g. 'won_status = won and expected_revenue >= 1000'; several must all hold
    #[arg(long, value_name = "EXPR")]
    pub filter: Vec<String>,
    /// Words that must all occur
    #[arg(long, value_name = "TEXT")]
    pub search: Option<String>,
    /// Counts and sums by a field, dates by day, week, month, quarter or year: date_deadline:month
    #[arg(long, value_name = "FIELD[:PERIOD]")]
    pub group_by: Vec<String>,
    /// A field; with - before it, the largest first
    #[arg(long, value_name = "FIELD", allow_hyphen_values = true)]
    pub sort: Option<String>,
    /// At most so many
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
    /// Archived records too, and so lost ones
    #[arg(long)]
    pub archived: bool,
}

#[derive(Args)]
pub struct Show {
    id: String,
}

#[derive(Args)]
pub struct History {
    id: String,
}

#[derive(Args)]
pub struct Conflicts {
    /// Only this record's
    id: Option<String>,
}

impl List {
    pub fn run(self, _place: &Place) -> Result<()> {
        bail!("list is not in this version yet")
    }
}

impl Show {
    pub fn run(self, place: &Place) -> Result<()> {
        let workspace = place.open()?;
        let _id = find(&workspace, &self.id)?;
        bail!("show is not in this version yet")
    }
}

impl History {
    pub fn run(self, place: &Place) -> Result<()> {
        let workspace = place.open()?;
        let id = find(&workspace, &self.id)?;
        let history = workspace.history(id)?;
        let records = workspace.records();
        if place.json {
            return output::json(&history.iter().map(|entry| entry_json(&records, entry)).collect());
        }
        for entry in &history {
            let (time, user) = (short_time(entry.time), &entry.user_name);
            output::line(format_args!("{time}  {user} on {}: {}", entry.device_name, entry.label))?;
            for change in &entry.changes {
                let (old, new) = (words(&records, &change.old), words(&records, &change.new));
                output::line(format_args!("    {}: {old} → {new}", change.field))?;
            }
        }
        Ok(())
    }
}

fn entry_json(records: &Records, entry: &HistoryEntry) -> Json {
    json!({
        "time": json::time(entry.time),
        "received": json::time(entry.received),
        "user": json::named(entry.user, &entry.user_name),
        "device": json::named(entry.device, &entry.device_name),
        "label": entry.label,
        "commit": entry.commit.to_string(),
        "import": entry.batch.map(|batch| batch.to_string()),
        "changes": entry.changes.iter().map(|change| change_json(records, change)).collect::<Vec<_>>(),
    })
}

fn change_json(records: &Records, change: &FieldChange) -> Json {
    let mut out = json!({
        "field": change.field,
        "old": json::value(records, &change.old),
        "new": json::value(records, &change.new),
    });
    if let Some(item) = change.item {
        out["item"] = json!(item.to_string());
    }
    out
}

impl Conflicts {
    pub fn run(self, place: &Place) -> Result<()> {
        let workspace = place.open()?;
        let id = self.id.as_deref().map(|id| find(&workspace, id)).transpose()?;
        let conflicts = workspace.conflicts(id)?;
        let records = workspace.records();
        if place.json {
            return output::json(&conflicts.iter().map(|conflict| conflict_json(&records, conflict)).collect());
        }
        let mut table = Table::new(["id", "name", "field", "value", "by", "when"]);
        for conflict in &conflicts {
            let values = std::iter::once(&conflict.value).chain(&conflict.others);
            for (i, value) in values.enumerate() {
                let (id, name) =
                    if i == 0 { (conflict.id.to_string(), conflict.name.clone()) } else { Default::default() };
                let (text, by) = (value.text.clone(), value.user_name.clone());
                table.row([id, name, conflict.field.clone(), text, by, short_time(value.time)]);
            }
        }
        table.print()
    }
}

fn conflict_json(records: &Records, conflict: &Conflict) -> Json {
    let other = |value: &ConflictValue| {
        json!({
            "value": conflict_value(records, conflict, value),
            "text": value.text,
            "user": json::named(value.user, &value.user_name),
            "device": value.device_name,
            "time": json::time(value.time),
        })
    };
    json!({
        "id": conflict.id.to_string(),
        "kind": conflict.kind.singular(),
        "name": conflict.name,
        "field": conflict.field,
        "value": conflict_value(records, conflict, &conflict.value),
        "text": conflict.value.text,
        "user": json::named(conflict.value.user, &conflict.value.user_name),
        "time": json::time(conflict.value.time),
        "others": conflict.others.iter().map(other).collect::<Vec<_>>(),
    })
}

/// Where an opportunity stands is said in words: its register is no single value.
fn conflict_value(records: &Records, conflict: &Conflict, value: &ConflictValue) -> Json {
    if conflict.field == "standing" { json!(value.text) } else { json::value(records, &value.value) }
}

/// A value as a person reads it.
fn words(records: &Records, value: &satchel_core::Value) -> String {
    cell(&json::value(records, value))
}

/// A JSON value as the text of one cell: references by name, nothing for null.
pub fn cell(value: &Json) -> String {
    match value {
        Json::Null => String::new(),
        Json::String(text) => text.clone(),
        Json::Array(items) => items.iter().map(cell).collect::<Vec<_>>().join(", "),
        Json::Object(object) => object.get("name").map(cell).unwrap_or_default(),
        other => other.to_string(),
    }
}
