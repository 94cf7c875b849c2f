//! What a write makes of a record.

use super::Write;
use crate::{
    document::join,
    id::{DocId, FileHash, Kind},
    record::{Activity, ActivityType, Attachment, Merged, Note, Record},
    value::Value,
};

/// Makes a record what it is after a write, before any document is touched.
pub(crate) fn apply(record: &mut Record, write: &Write) {
    match write {
        Write::Field("archived", value) => record.meta_mut().archived = *value == Value::Bool(true),
        Write::Field("deleted", value) => record.meta_mut().deleted = *value == Value::Bool(true),
        Write::Field("merged_into", value) if record.id().kind() != Kind::Stage => {
            record.meta_mut().merged = ref_of(value.clone()).map(|into| Merged { into, changed: Vec::new() });
        }
        Write::Field("create_date", Value::Time(time)) => record.meta_mut().create_date = Some(*time),
        Write::Field("create_user", Value::Ref(user)) => record.meta_mut().create_user = Some(*user),
        Write::Field(name, value) => {
            record.put(name, value.clone());
            if let (Record::Invoice(invoice), "frozen") = (record, *name) {
                invoice.name = invoice.frozen().map_or_else(|| invoice.name.clone(), |frozen| frozen.number);
            }
        }
        Write::Custom(field, value) => _ = record.put(field.name, value.clone()),
        Write::Standing(standing) => {
            if let Record::Opportunity(o) = record {
                o.standing = standing.clone();
            }
        }
        Write::Activity(id, field, value) => apply_to_activity(record, *id, field, value),
        Write::Note(id, field, value) => apply_to_note(record, *id, field, value),
        Write::Attachment(id, field, value) => apply_to_attachment(record, *id, field, value),
        Write::Joined(_, text) => join(record, vec![text.clone()]),
        Write::Imported(..) | Write::Settled(_) => {}
    }
}

fn apply_to_activity(record: &mut Record, id: DocId, field: &str, value: &Value) {
    let Some((activities, _)) = record.inner_mut() else { return };
    if field == "cancelled" {
        activities.retain(|a| a.id != id);
        return;
    }
    let at = activities.iter().position(|a| a.id == id).unwrap_or_else(|| {
        activities.push(Activity {
            id,
            kind: ActivityType::TODO,
            summary: String::new(),
            note: String::new(),
            date_deadline: Default::default(),
            user: None,
            done: None,
            done_by: None,
            feedback: String::new(),
        });
        activities.len() - 1
    });
    let activity = &mut activities[at];
    match (field, value.clone()) {
        ("kind", Value::Text(text)) => activity.kind = ActivityType::read(&text).unwrap_or(ActivityType::TODO),
        ("summary", value) => activity.summary = text_of(value),
        ("note", value) => activity.note = text_of(value),
        ("feedback", value) => activity.feedback = text_of(value),
        ("date_deadline", Value::Date(day)) => activity.date_deadline = day,
        ("user", value) => activity.user = ref_of(value),
        ("done_by", value) => activity.done_by = ref_of(value),
        ("done", Value::Time(time)) => activity.done = Some(time),
        _ => {}
    }
}

fn apply_to_note(record: &mut Record, id: DocId, field: &str, value: &Value) {
    let Some((_, notes)) = record.inner_mut() else { return };
    let at = notes.iter().position(|n| n.id == id).unwrap_or_else(|| {
        notes.push(Note { id, text: String::new(), time: Default::default(), user: None });
        notes.len() - 1
    });
    match (field, value.clone()) {
        ("text", value) => notes[at].text = text_of(value),
        ("time", Value::Time(time)) => notes[at].time = time,
        ("user", value) => notes[at].user = ref_of(value),
        _ => {}
    }
}

fn apply_to_attachment(record: &mut Record, id: DocId, field: &str, value: &Value) {
    let Some(attachments) = record.attachments_mut() else { return };
    if field == "removed" {
        attachments.retain(|a| a.id != id);
        return;
    }
    let at = attachments.iter().position(|a| a.id == id).unwrap_or_else(|| {
        let (hash, time) = (FileHash([0; 32]), Default::default());
        attachments.push(Attachment { id, name: String::new(), hash, size: 0, time, user: None });
        attachments.len() - 1
    });
    let attachment = &mut attachments[at];
    match (field, value.clone()) {
        ("name", value) => attachment.name = text_of(value),
        ("hash", value) => attachment.hash = text_of(value).parse().unwrap_or(attachment.hash),
        ("size", Value::Int(size)) => attachment.size = size.max(0) as u64,
        ("time", Value::Time(time)) => attachment.time = time,
        ("user", value) => attachment.user = ref_of(value),
        _ => {}
    }
}

fn text_of(value: Value) -> String {
    match value {
        Value::Text(text) => text,
        _ => String::new(),
    }
}

fn ref_of(value: Value) -> Option<DocId> {
    match value {
        Value::Ref(id) => Some(id),
        _ => None,
    }
}
