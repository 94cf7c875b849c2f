//! Commands that change records: add, set, won, lost, restore, undo, redo.

use anyhow::{Result, bail};
use clap::Args;
use satchel_core::{
    Command, CommitId, DocId, Kind, Records, Value, Workspace,
    command::Fields,
    query::Listing,
    record::{CustomField, User},
    workspace::{Outcome, UndoOutcome},
};
use serde_json::{Value as Json, json};

use super::{
    arguments::{find, find_all, parse_kind},
    fields::{self, Purpose},
    output,
    place::Place,
    when::together,
};

#[derive(Args)]
pub struct Add {
    /// opportunity, lead, contact, meeting, call, stage, team, user, product, tag, lost_reason, custom_field, call_list,
    /// activity_type, activity_plan, plan_step, event_kind
    #[arg(value_parser = parse_kind)]
    kind: Listing,
    /// e.g. name="Fleet lease" expected_revenue=1500 partner=Acme; references by id or name
    #[arg(value_name = "FIELD=VALUE")]
    fields: Vec<String>,
}

#[derive(Args)]
pub struct Set {
    id: String,
    /// e.g. probability=60; an empty value empties the field
    #[arg(value_name = "FIELD=VALUE", required = true)]
    fields: Vec<String>,
}

#[derive(Args)]
pub struct Won {
    #[arg(value_name = "ID", required = true)]
    ids: Vec<String>,
}

#[derive(Args)]
pub struct Lost {
    #[arg(value_name = "ID", required = true)]
    ids: Vec<String>,
    /// A lost reason, by name or id
    #[arg(long)]
    reason: Option<String>,
    /// A closing note that goes to the history
    #[arg(long, value_name = "TEXT", default_value = "")]
    note: String,
}

#[derive(Args)]
pub struct Restore {
    #[arg(value_name = "ID", required = true)]
    ids: Vec<String>,
    /// The version to go back to, of one record: a commit of its history, its first digits are enough
    #[arg(long, value_name = "COMMIT")]
    version: Option<String>,
}

#[derive(Args)]
pub struct Trash {
    #[arg(value_name = "ID", required = true)]
    ids: Vec<String>,
}

impl Add {
    pub fn run(self, place: &Place) -> Result<()> {
        let kind = self.kind.kind();
        if kind == Kind::Activity {
            bail!("an activity lies on a record: add it with `satchel activity add ID type=Call summary=…`");
        }
        let workspace = place.open()?;
        let mut given = self.fields;
        if kind == Kind::Meeting {
            given = together(&given, None, &place.environment.zone())?;
        }
        let mut fields = fields::parse(&workspace.records(), kind, Purpose::Add, &given)?;
        if kind == Kind::Opportunity && !fields.iter().any(|(name, _)| name == "type") {
            let r#type = if self.kind == Listing::Leads { "lead" } else { "opportunity" };
            fields.push(("type".into(), r#type.into()));
        }
        let id = new_id(&workspace, kind, &fields);
        execute(&workspace, Command::Create { id, fields })?;
        print_id(place, id)
    }
}

/// A custom field has the id that follows from its technical name, a person that of theirs.
fn new_id(workspace: &Workspace, kind: Kind, fields: &Fields) -> DocId {
    let text = |name: &str| match fields.iter().find(|(n, _)| n == name) {
        Some((_, Value::Text(text))) => text.clone(),
        _ => String::new(),
    };
    if kind == Kind::User {
        return User::id_of(workspace.id(), &text("name"));
    }
    if kind != Kind::CustomField {
        return workspace.new_id(kind);
    }
    let key = Some(text("key")).filter(|k| !k.is_empty()).unwrap_or_else(|| CustomField::key_for(&text("name")));
    workspace.custom_field_id(if text("on") == "contact" { Kind::Contact } else { Kind::Opportunity }, &key)
}

impl Set {
    pub fn run(self, place: &Place) -> Result<()> {
        let workspace = place.open()?;
        let id = find(&workspace, &self.id)?;
        let mut given = self.fields;
        if let Some(meeting) = workspace.records().meetings.get(&id) {
            given = together(&given, meeting.when, &place.environment.zone())?;
        }
        let fields = fields::parse(&workspace.records(), id.kind(), Purpose::Set, &given)?;
        let command = match id.kind() {
            Kind::Activity => Command::SetActivity { id, fields: activity_fields(fields) },
            _ => Command::Set { id, fields, seen: None },
        };
        execute(&workspace, command)?;
        print_id(place, id)
    }
}

impl Won {
    pub fn run(self, place: &Place) -> Result<()> {
        let workspace = place.open()?;
        let ids = find_all(&workspace, &self.ids, Kind::Opportunity)?;
        let outcome = execute(&workspace, Command::MarkWon { ids })?;
        report(place, &outcome)
    }
}

impl Lost {
    pub fn run(self, place: &Place) -> Result<()> {
        let workspace = place.open()?;
        let ids = find_all(&workspace, &self.ids, Kind::Opportunity)?;
        let reason = self.reason.as_deref().map(|r| fields::reference(&workspace.records(), Kind::LostReason, r));
        let outcome = execute(&workspace, Command::MarkLost { ids, reason: reason.transpose()?, note: self.note })?;
        report(place, &outcome)
    }
}

impl Restore {
    pub fn run(self, place: &Place) -> Result<()> {
        let workspace = place.open()?;
        let ids = self.ids.iter().map(|id| find(&workspace, id)).collect::<Result<Vec<_>>>()?;
        let command = match (self.version, ids.as_slice()) {
            (None, _) => Command::Restore { ids },
            (Some(version), [id]) => {
                Command::RestoreVersion { id: *id, commit: version_of(&workspace, *id, &version)? }
            }
            (Some(_), _) => bail!("a version is of one record: give one ID with --version"),
        };
        let outcome = execute(&workspace, command)?;
        report(place, &outcome)
    }
}

impl Trash {
    pub fn run(self, place: &Place) -> Result<()> {
        let workspace = place.open()?;
        let ids = self.ids.iter().map(|id| find(&workspace, id)).collect::<Result<Vec<_>>>()?;
        let outcome = execute(&workspace, Command::Trash { ids })?;
        report(place, &outcome)
    }
}

/// The commit of a record's history that begins with these digits.
fn version_of(workspace: &Workspace, id: DocId, digits: &str) -> Result<CommitId> {
    let wanted = digits.trim().to_ascii_lowercase();
    let history = workspace.history(id)?;
    let found: Vec<CommitId> =
        history.iter().map(|entry| entry.commit).filter(|c| c.to_string().starts_with(&wanted)).collect();
    let given = fields::short(digits);
    match found[..] {
        [commit] => Ok(commit),
        [] => bail!("no commit of this record’s history begins with ‘{given}’: see `satchel history {id} --json`"),
        _ => bail!("{} commits of this record’s history begin with ‘{given}’: give more digits", found.len()),
    }
}

/// What the command line calls an activity's type, commands call its kind.
fn activity_fields(fields: Fields) -> Fields {
    fields.into_iter().map(|(name, value)| (if name == "type" { "kind".into() } else { name }, value)).collect()
}

pub fn undo(place: &Place) -> Result<()> {
    let workspace = place.open()?;
    let outcome = workspace.undo()?;
    report_undo(place, "Undone", &workspace.records(), &outcome)
}

pub fn redo(place: &Place) -> Result<()> {
    let workspace = place.open()?;
    let outcome = workspace.redo()?;
    report_undo(place, "Redone", &workspace.records(), &outcome)
}

/// What undoing or redoing did, in words or JSON; a failure when nothing could be put back.
pub fn report_undo(place: &Place, verb: &str, records: &Records, outcome: &UndoOutcome) -> Result<()> {
    if let (true, Some((id, reason))) = (outcome.docs.is_empty(), outcome.kept.first()) {
        let others = match outcome.kept.len() {
            1 => String::new(),
            many => format!(" (and {} more)", many - 1),
        };
        bail!("‘{}’ was left as it is: {}{others}: {reason}", outcome.label, records.name(*id));
    }
    for (id, reason) in &outcome.kept {
        output::message(format_args!("left as it is: {}: {reason}", records.name(*id)));
    }
    if place.json {
        let kept: Vec<Json> = outcome
            .kept
            .iter()
            .map(|(id, reason)| json!({"id": id.to_string(), "name": records.name(*id), "reason": reason}))
            .collect();
        return output::json(&json!({"label": outcome.label, "records": ids(&outcome.docs), "kept": kept}));
    }
    output::line(format_args!("{verb}: {}", outcome.label))
}

pub(super) fn execute(workspace: &Workspace, command: Command) -> Result<Outcome> {
    let outcome = workspace.execute(command)?;
    for notice in &outcome.notices {
        output::message(notice);
    }
    if outcome.commit.is_none() {
        output::message("nothing to change");
    }
    Ok(outcome)
}

pub(super) fn report(place: &Place, outcome: &Outcome) -> Result<()> {
    if place.json {
        return output::json(&json!({"label": outcome.label, "records": ids(&outcome.docs)}));
    }
    output::message(&outcome.label);
    Ok(())
}

pub(super) fn print_id(place: &Place, id: DocId) -> Result<()> {
    if place.json { output::json(&json!({"id": id.to_string()})) } else { output::line(id) }
}

fn ids(docs: &[DocId]) -> Vec<String> {
    docs.iter().map(DocId::to_string).collect()
}
