//! The CRM's rules: pure functions from records and a command to the writes it means.

mod activity;
mod apply;
mod assign;
mod attachment;
mod call;
mod convert;
mod custom;
mod draft;
mod favourite;
mod fields;
mod founding;
mod import;
mod meeting;
mod merge;
mod price;
mod sale;
mod stages;
mod standing;
mod targets;
mod teams;
mod trash;
mod validate;
mod version;

#[cfg(test)]
mod scenarios;

use chrono::{DateTime, NaiveDate, Utc};

use self::draft::Draft;
pub(crate) use self::{
    apply::apply,
    founding::{company_id, founding, stage_id, user_id},
    import::plan_row,
    sale::may_put_back,
    version::plan_version,
};
pub use self::{
    convert::customer_of,
    merge::{ADDRESS, Preview as MergePreview, preview as merge_preview},
};
use crate::{
    command::{Command, Seen},
    error::Result,
    id::{DocId, Kind, WorkspaceId},
    members::Role,
    message::Message,
    record::{FieldDef, Record, Records, Standing},
    value::{Money, Value},
};

/// Who gives a command, and when.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Context {
    pub workspace: WorkspaceId,
    pub user: DocId,
    /// As far as this device knows.
    pub role: Option<Role>,
    /// Whose numbers a quotation or an invoice gets: of this device, in this life of its log.
    pub series: [u8; 5],
    pub now: DateTime<Utc>,
    /// The day it is for this person.
    pub today: NaiveDate,
}

/// What a command means for one document.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Edit {
    pub doc: DocId,
    pub writes: Vec<Write>,
    /// The version the edit is based on, if not the current one.
    pub seen: Option<Seen>,
}

/// One write into a document.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Write {
    /// A stored field, or one of `archived`, `deleted` (Bool), `create_date` (Time), `create_user` (Ref).
    /// For a set of references the whole new set: members are added and removed one by one against the version seen.
    Field(&'static str, Value),
    /// A custom field.
    Custom(FieldDef, Value),
    Standing(Standing),
    /// `activity:<id>:<field>`: kind, summary, note (Text), date_deadline (Date), user, done_by (Ref), done (Time), feedback (Text), cancelled (Bool).
    Activity(DocId, &'static str, Value),
    /// `note:<id>:<field>`: text (Text), time (Time), user (Ref).
    Note(DocId, &'static str, Value),
    /// `attachment:<id>:<field>`: name, hash (Text), size (Int), time (Time), user (Ref), removed (Bool).
    Attachment(DocId, &'static str, Value),
    /// The last imported values of a source: pairs of (hash of the field's name, hash of its value), in order.
    Imported(String, Vec<(u32, u32)>),
    /// The description of this record, which was merged into the one written, stands below the latter's own.
    Joined(DocId, String),
    /// It is decided what becomes of the value that this key of a merged record was given since: it shows in the head no more.
    Settled(String),
}

/// Where something is written.
#[derive(PartialEq, Eq, Hash)]
pub(crate) enum Place<'a> {
    Field(&'a str),
    Custom(&'a str),
    Standing,
    /// Of an activity, a note or an attachment.
    Inner(DocId, &'a str),
    Imported(&'a str),
    Joined(DocId),
    Settled(&'a str),
}

impl Write {
    /// Of two writes into one place the later stands.
    pub fn place(&self) -> Place<'_> {
        match self {
            Write::Field(field, _) => Place::Field(field),
            Write::Custom(field, _) => Place::Custom(field.name),
            Write::Standing(_) => Place::Standing,
            Write::Activity(id, field, _) | Write::Note(id, field, _) | Write::Attachment(id, field, _) => {
                Place::Inner(*id, field)
            }
            Write::Imported(source, _) => Place::Imported(source),
            Write::Joined(id, _) => Place::Joined(*id),
            Write::Settled(key) => Place::Settled(key),
        }
    }
}

/// What a command means: its label for the history ("Mark won") and the edits, one per document at most.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Plan {
    pub label: String,
    pub edits: Vec<Edit>,
    /// What the person is to be told besides "done".
    pub notices: Vec<Message>,
}

/// Works out what a command means, or why it is refused. Pure: reads records, writes nothing.
pub(crate) fn plan(records: &Records, context: &Context, command: &Command) -> Result<Plan> {
    let mut draft = Draft::new(records, *context);
    let label = carry_out(&mut draft, command)?;
    Ok(draft.finish(label))
}

/// As [`plan`], for an edit of a form that was opened on an earlier version: `seen` is that version's record, so that
/// what the edit means (reopening, reassigning, …) is worked out from what the person looked at.
pub(crate) fn plan_as_seen(records: &Records, context: &Context, command: &Command, seen: Record) -> Result<Plan> {
    let mut draft = Draft::new(records, *context);
    draft.begin_with(seen);
    let label = carry_out(&mut draft, command)?;
    Ok(draft.finish(label))
}

/// Drafts one command and returns its label.
fn carry_out(draft: &mut Draft, command: &Command) -> Result<String> {
    match command {
        Command::Create { id, .. } | Command::ImportRow { id, .. } if id.kind() == Kind::Target => {
            Err(refused!("a target is of a person or a team and a month: set it there"))
        }
        Command::Create { id, .. } | Command::ImportRow { id, .. } if id.kind() == Kind::Price => {
            Err(refused!("a price is of a product in a price list: set it there"))
        }
        Command::Create { id, .. } | Command::ImportRow { id, .. } if id.kind() == Kind::Series => Err(sale::counted()),
        Command::Create { id, fields } => {
            let label = fields::create(draft, *id, fields)?;
            teams::has_work(draft, *id)?;
            Ok(label)
        }
        // Somebody who looked at a record before it was merged edits that one: it shows in the head beside the head's value.
        Command::Set { id, fields, seen: Some(seen) } => fields::set(draft, *id, fields, Some(seen)),
        Command::Set { id, fields, seen: None } => fields::set(draft, draft.head(*id), fields, None),
        Command::MoveToStage { ids, stage } => standing::move_to(draft, &draft.heads(ids), *stage),
        Command::ArrangeStage { id, before } => stages::arrange(draft, *id, *before),
        Command::MergeStages { ids, into } => stages::merge(draft, ids, *into),
        Command::RemoveStage { id, into } => stages::remove(draft, *id, *into),
        Command::JoinTeam { team, users } => teams::join(draft, *team, users),
        Command::Assign { ids, users } => assign::in_turn(draft, &draft.heads(ids), users),
        Command::AssignByRules { team } => assign::by_rules(draft, *team),
        Command::MarkWon { ids } => standing::mark_won(draft, &draft.heads(ids)),
        Command::MarkLost { ids, reason, note } => standing::mark_lost(draft, &draft.heads(ids), *reason, note),
        Command::Convert { ids, customer, users } => convert::convert(draft, ids, *customer, users),
        Command::Merge { ids, choices } => merge::merge(draft, ids, choices),
        Command::Restore { ids } => trash::restore(draft, &draft.heads(ids)),
        Command::Trash { ids } => trash::trash(draft, &draft.heads(ids)),
        Command::AddActivity { on, id, kind, summary, note, date_deadline, user } => {
            let words = activity::Words { kind: *kind, summary, note };
            activity::add(draft, draft.head(*on), *id, words, *date_deadline, *user)
        }
        Command::ApplyPlan { plan, on, id, from, user } => {
            activity::apply_plan(draft, *plan, &draft.heads(on), *id, *from, *user)
        }
        Command::Reschedule { ids, date_deadline } => activity::reschedule(draft, ids, *date_deadline),
        Command::SetActivity { id, fields } => activity::set(draft, *id, fields),
        Command::ActivityDone { id, feedback } => activity::done(draft, *id, feedback),
        Command::ActivityCancel { id } => activity::cancel(draft, *id),
        Command::SetOccurrence { meeting, offset, scope, fields } => {
            meeting::set(draft, *meeting, *offset, *scope, fields)
        }
        Command::CancelOccurrence { meeting, offset, scope } => meeting::cancel(draft, *meeting, *offset, *scope),
        Command::Call { id, step } => call::step(draft, *id, step),
        Command::CallAgain { id, new, date } => call::again(draft, *id, *new, *date),
        Command::CallToOpportunity { id, opportunity } => call::to_opportunity(draft, *id, *opportunity),
        Command::AddNote { on, id, text } => activity::add_note(draft, draft.head(*on), *id, text),
        Command::Attach { on, id, name, hash, size } => {
            attachment::attach(draft, draft.head(*on), *id, name, *hash, *size)
        }
        Command::Detach { id } => attachment::detach(draft, *id),
        Command::OrderConfirmed { id, total } => order_confirmed(draft, draft.head(*id), *total),
        Command::ImportRow { id, source, fields } => import::row(draft, *id, source, fields, &[]),
        Command::Sale(step) => sale::step(draft, step),
        Command::SetPrice { list, product, price } => price::set(draft, *list, *product, *price),
        Command::SetTarget { whom, month, measure, target } => targets::set(draft, *whom, *month, *measure, target),
        Command::Resolve { .. } | Command::RestoreVersion { .. } => {
            Err(refused!("this is done to one record on its own, not together with other commands"))
        }
        Command::Together { label, commands } => {
            let labels = commands.iter().map(|c| carry_out(draft, c)).collect::<Result<Vec<_>>>()?;
            let first = || labels.into_iter().next().unwrap_or_default();
            Ok(if label.is_empty() { first() } else { label.clone() })
        }
    }
}

/// A confirmed order raises the expected revenue to its total, and never lowers it (spec §9, scenario 15).
fn order_confirmed(draft: &mut Draft, id: DocId, total: Money) -> Result<String> {
    let expected = draft.edit_opportunity(id)?.expected_revenue;
    if total > expected {
        let field = vec![("expected_revenue".to_owned(), Value::Money(total))];
        fields::set(draft, id, &field, None)?;
    }
    Ok("Confirm order".to_owned())
}
