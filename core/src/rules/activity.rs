//! Activities, plans of them, and notes on a record (spec §3).

use chrono::NaiveDate;

use super::{
    Write,
    draft::Draft,
    fields::mistyped,
    standing,
    validate::{self, text_fits},
};
use crate::{
    command::Fields,
    error::Result,
    id::{DocId, Kind},
    record::{Activity, ActivityType, Delay, WonStatus},
    value::Value,
};

/// What an activity is about.
pub(super) struct Words<'a> {
    pub kind: DocId,
    pub summary: &'a str,
    pub note: &'a str,
}

/// Without an assignee it is for the person who plans it.
pub(super) fn add(
    draft: &mut Draft,
    on: DocId,
    id: DocId,
    words: Words,
    date_deadline: NaiveDate,
    user: Option<DocId>,
) -> Result<String> {
    may_hold(draft, on, id, Kind::Activity)?;
    is_type(draft, words.kind)?;
    text_fits("Summary", words.summary)?;
    text_fits("Note", words.note)?;
    if let Some(user) = user {
        validate::refers(draft, "Assigned to", Kind::User, user)?;
    }
    let user = user.unwrap_or(draft.context.user);
    let mut write = |field, value| draft.write(on, Write::Activity(id, field, value));
    write("kind", ActivityType::written(words.kind).into());
    if !words.summary.is_empty() {
        write("summary", words.summary.into());
    }
    if !words.note.is_empty() {
        write("note", words.note.into());
    }
    write("date_deadline", date_deadline.into());
    write("user", user.into());
    Ok(format!("Schedule {}", draft.name(words.kind)))
}

fn is_type(draft: &Draft, id: DocId) -> Result<()> {
    validate::refers(draft, "Type", Kind::ActivityType, id)?;
    match draft.is_live(id) {
        true => Ok(()),
        false => Err(refused!("Type: ‘{name}’ is no longer in use: choose another", name = draft.name(id))),
    }
}

/// The steps of a plan as activities of each record, all in one go.
pub(super) fn apply_plan(
    draft: &mut Draft,
    plan: DocId,
    on: &[DocId],
    id: DocId,
    from: NaiveDate,
    user: Option<DocId>,
) -> Result<String> {
    validate::refers(draft, "Plan", Kind::ActivityPlan, plan)?;
    let records = draft.records();
    let steps = records.steps_of(plan);
    if steps.is_empty() {
        return Err(refused!("‘{plan}’ has no steps: add some", plan = draft.name(plan)));
    }
    if on.is_empty() {
        return Err(refused!("no record was chosen: say on which the plan is to be applied"));
    }
    for record in on {
        for step in &steps {
            let new = DocId::derived(
                draft.context.workspace,
                &id.to_string(),
                Kind::Activity,
                &format!("{record}:{}", step.id),
            );
            let kind = step.r#type.unwrap_or(ActivityType::TODO);
            let words = Words { kind, summary: &step.name, note: &step.note };
            let day = Delay::parse(&step.delay).unwrap_or_default().after(from);
            add(draft, *record, new, words, day, step.user.or(user))?;
        }
    }
    Ok(format!("Plan {}", draft.name(plan)))
}

/// Another deadline for activities that are not done.
pub(super) fn reschedule(draft: &mut Draft, ids: &[DocId], date_deadline: NaiveDate) -> Result<String> {
    if ids.is_empty() {
        return Err(refused!("no activity was chosen: say which"));
    }
    for id in ids {
        set(draft, *id, &vec![("date_deadline".to_owned(), date_deadline.into())])?;
    }
    Ok(match ids.len() {
        1 => "Reschedule activity".to_owned(),
        many => format!("Reschedule {many} activities"),
    })
}

pub(super) fn set(draft: &mut Draft, id: DocId, fields: &Fields) -> Result<String> {
    let (doc, activity) = draft.edit_activity(id)?;
    let activity = activity.clone();
    if activity.done.is_some() {
        return Err(refused!("this activity is done: schedule another one"));
    }
    let mut labels = Vec::new();
    for (name, value) in fields {
        let text = || match value {
            Value::Text(text) => Ok(text.as_str()),
            Value::Null => Ok(""),
            _ => Err(mistyped(name, message!("text"), value)),
        };
        let (field, label, old, new): (_, _, Value, Value) = match name.as_str() {
            "kind" | "type" => {
                let kind = match value {
                    Value::Ref(kind) => *kind,
                    _ => type_named(draft, text()?)?,
                };
                is_type(draft, kind)?;
                let written = |kind| Value::from(ActivityType::written(kind));
                ("kind", "Type", written(activity.kind), written(kind))
            }
            "summary" => {
                text_fits("Summary", text()?)?;
                ("summary", "Summary", activity.summary.as_str().into(), text()?.into())
            }
            "note" => {
                text_fits("Note", text()?)?;
                ("note", "Note", activity.note.as_str().into(), text()?.into())
            }
            "date_deadline" => match value {
                Value::Date(_) => ("date_deadline", "Deadline", activity.date_deadline.into(), value.clone()),
                _ => return Err(mistyped("Deadline", message!("a day"), value)),
            },
            "user" => match value {
                Value::Ref(user) => {
                    validate::refers(draft, "Assigned to", Kind::User, *user)?;
                    ("user", "Assigned to", activity.user.into(), value.clone())
                }
                _ => return Err(mistyped("Assigned to", message!("a user"), value)),
            },
            _ => {
                return Err(refused!(
                    "an activity has no field ‘{name}’: it has kind, summary, note, date_deadline, user",
                    name
                ));
            }
        };
        if old != new {
            labels.push(label);
            draft.write(doc, Write::Activity(id, field, new));
        }
    }
    Ok(match labels.as_slice() {
        ["Deadline"] => "Reschedule activity".to_owned(),
        [label] => format!("Change {label} of activity"),
        _ => "Change activity".to_owned(),
    })
}

fn type_named(draft: &Draft, name: &str) -> Result<DocId> {
    let records = draft.records();
    records.activity_type_named(name).map(|t| t.id).ok_or_else(|| {
        let known: Vec<&str> = records.activity_types_in_order().iter().map(|t| t.name.as_str()).collect();
        refused!("Type: ‘{name}’ is not one of {known}", name, known = known.join(", "))
    })
}

pub(super) fn done(draft: &mut Draft, id: DocId, feedback: &str) -> Result<String> {
    text_fits("Feedback", feedback)?;
    let (doc, activity) = draft.edit_activity(id)?;
    let activity = activity.clone();
    if activity.done.is_some() {
        return Err(refused!("this activity is done already"));
    }
    let context = draft.context;
    draft.write(doc, Write::Activity(id, "done", context.now.into()));
    draft.write(doc, Write::Activity(id, "done_by", context.user.into()));
    if !feedback.is_empty() {
        draft.write(doc, Write::Activity(id, "feedback", feedback.into()));
    }
    if doc.kind() == Kind::Opportunity {
        first_activity(draft, draft.head(doc), id)?;
    }
    follow_up(draft, draft.head(doc), &activity)?;
    Ok(format!("{} done", draft.name(activity.kind)))
}

/// The next activity, as the type of the one that is done says: planned, under an id that follows from it so that done on two
/// devices it is planned once; or suggested.
fn follow_up(draft: &mut Draft, on: DocId, done: &Activity) -> Result<()> {
    let Some(next) = draft.records().next_activity(done, draft.context.today) else { return Ok(()) };
    let name = draft.name(next.kind);
    let id = DocId::derived(draft.context.workspace, "next activity", Kind::Activity, &done.id.to_string());
    if !next.is_triggered {
        draft.notice(message!("Next could be: {name}, {day}", name, day = next.date_deadline));
    } else if !draft.exists(id) {
        let words = Words { kind: next.kind, summary: &next.summary, note: "" };
        add(draft, on, id, words, next.date_deadline, done.user)?;
        draft.notice(message!("Planned next: {name}, {day}", name, day = next.date_deadline));
    }
    Ok(())
}

/// Guided six: New → First Activity by itself when the first activity of an opportunity is done (spec §1).
fn first_activity(draft: &mut Draft, doc: DocId, done: DocId) -> Result<()> {
    let workspace = draft.context.workspace;
    let [new, next] = ["New", "First Activity"].map(|name| draft.stage_now(super::stage_id(workspace, name)));
    if !draft.is_guided() || draft.stage(next).is_none_or(|s| s.meta.deleted || s.meta.archived) {
        return Ok(());
    }
    let Some(opportunity) = draft.opportunity(doc) else { return Ok(()) };
    let is_first = !opportunity.activities.iter().any(|a| a.done.is_some() && a.id != done);
    let is_new =
        new != next && draft.stands_in(opportunity) == Some(new) && draft.won_status(opportunity) == WonStatus::Pending;
    // Where two people disagree about the stage, they are asked and no rule decides.
    if is_first && is_new && !draft.is_disputed(doc, "standing") {
        standing::step(draft, doc, next)?;
        let notice = message!("‘{name}’ moved to {stage}", name = draft.name(doc), stage = draft.name(next));
        draft.notice(notice);
    }
    Ok(())
}

pub(super) fn cancel(draft: &mut Draft, id: DocId) -> Result<String> {
    let (doc, activity) = draft.edit_activity(id)?;
    let kind = activity.kind;
    if activity.done.is_some() {
        return Err(refused!("this activity is done: it stays in the history"));
    }
    draft.write(doc, Write::Activity(id, "cancelled", true.into()));
    Ok(format!("Cancel {}", draft.name(kind)))
}

pub(super) fn add_note(draft: &mut Draft, on: DocId, id: DocId, text: &str) -> Result<String> {
    may_hold(draft, on, id, Kind::Note)?;
    text_fits("Note", text)?;
    if text.trim().is_empty() {
        return Err(refused!("Note: there is nothing in it"));
    }
    let context = draft.context;
    draft.write(on, Write::Note(id, "text", text.into()));
    draft.write(on, Write::Note(id, "time", context.now.into()));
    draft.write(on, Write::Note(id, "user", context.user.into()));
    Ok("Write note".to_owned())
}

/// That the record can hold activities, notes and files, and the new one's id is free.
pub(super) fn may_hold(draft: &mut Draft, on: DocId, id: DocId, kind: Kind) -> Result<()> {
    let name = draft.edit(on)?.name();
    // The company has its logo.
    let is_logo = on.kind() == Kind::Company && kind == Kind::Attachment;
    if !matches!(on.kind(), Kind::Opportunity | Kind::Contact) && !is_logo {
        let holder = on.kind().a();
        return Err(refused!(
            "‘{name}’ is {holder}: only opportunities and contacts have activities, notes and attachments",
            name,
            holder
        ));
    }
    if id.kind() != kind {
        return Err(refused!("{id} is the id of {kind}, not of {wanted}", id, kind = id.kind().a(), wanted = kind.a()));
    }
    if draft.exists(id) {
        return Err(refused!("there is {kind} {id} already", kind = kind.a(), id));
    }
    Ok(())
}
