//! An entry of the history in words.

use satchel_core::{
    Kind, Record, Value,
    record::ActivityType,
    workspace::{Conflict, FieldChange, HistoryEntry},
};
use tr::tr;

use super::{
    super::{custom, def, words},
    device_icon, inner,
};
use crate::{
    locale::{self, Language},
    shell::Context,
    views::{board::face::activity_icon, format},
    widgets::timeline::{Change, Entry, Mark},
};

pub(super) fn tell_entry(cx: &Context, record: &Record, entry: &HistoryEntry, conflicts: &[Conflict]) -> Entry {
    let own = entry.user == cx.user;
    let who = if own { tr!("You") } else { entry.user_name.clone() };
    let late = (entry.received - entry.time).num_seconds() > 60;
    let received = late.then(|| {
        let same_day = cx.environment.day(entry.received) == cx.environment.day(entry.time);
        match same_day {
            true => format::clock(entry.received, cx.environment),
            false => format::moment(entry.received, cx.environment),
        }
    });
    let mut told = Entry {
        mark: Mark::Person(format::initials(&entry.user_name), format::person_number(entry.user)),
        who,
        did: String::new(),
        changes: Vec::new(),
        body: String::new(),
        when: format::clock(entry.time, cx.environment),
        device: Some(device_icon(&entry.device_name)),
        via: match received {
            Some(when) => tr!("{device}, received {when}", device = entry.device_name, when),
            None => entry.device_name.clone(),
        },
        undo: own && entry.batch.is_none(),
        restore: false,
    };
    if let Some(why) = &entry.aside {
        let deed = crate::shell::words::of_history(&entry.label);
        told.did = tr!("tried “{deed}”, without effect: {why}", deed = deed, why = crate::locale::said(why));
        told.undo = false;
        return told;
    }
    let is_contact = record.id().kind() == Kind::Contact;
    let (inside, outside): (Vec<&FieldChange>, Vec<&FieldChange>) =
        entry.changes.iter().partition(|c| c.item.is_some());
    let created = outside.iter().any(|c| c.field == "name" && c.old.is_null());
    if outside.is_empty() && !inside.is_empty() {
        tell_inside(cx, record, &inside, &mut told);
        return told;
    }
    let find = |field: &str| outside.iter().find(|c| c.field == field);
    let outcome = find("won_status").map(|c| &c.new);
    told.did = match outcome {
        _ if entry.batch.is_some() && is_contact => tr!("imported this contact"),
        _ if entry.batch.is_some() => tr!("imported this opportunity"),
        _ if created && is_contact => tr!("created this contact"),
        _ if created => tr!("created this opportunity"),
        _ if find("merged").is_some() => merged_words(outside.iter().filter(|c| c.field == "merged")),
        Some(Value::Text(status)) if status == "won" => tr!("marked it won"),
        Some(Value::Text(status)) if status == "lost" => tr!("marked it lost"),
        Some(_) => tr!("restored it"),
        None if find("stage").is_some() => tr!("moved the stage"),
        None => match outside.as_slice() {
            [] => lower_first(&crate::shell::words::of_history(&entry.label)),
            [one] => tr!("changed {}", label(record, &one.field)),
            several => tr!("changed {n} field" | "changed {n} fields" % several.len()),
        },
    };
    let single = outside.len() == 1;
    let last = |field: &str| {
        let now = record.get(field);
        move |change: &FieldChange| now.as_ref() == Some(&change.new)
    };
    for change in &outside {
        let ty = def(record.id().kind(), &change.field).map(|d| d.ty);
        let conflict = conflicts.iter().any(|c| {
            c.field == change.field && (last(&change.field)(change) || c.others.iter().any(|o| o.value == change.new))
        });
        let old = change_value(cx, ty, &change.old);
        let mut new = change_value(cx, ty, &change.new);
        if new.is_empty() && matches!(change.old, Value::Refs(_)) {
            new = tr!("removed");
        }
        let trivial = created && (new.is_empty() || ["name", "type", "is_company"].contains(&change.field.as_str()));
        if old == new || trivial {
            continue;
        }
        let quiet = single && !created || change.field == "stage" && outcome.is_none() && !created;
        let label = if quiet { String::new() } else { label(record, &change.field) };
        told.changes.push(Change { label, old, new, conflict });
    }
    told.changes.sort_by_key(|c| !c.label.is_empty());
    if let Some(FieldChange { new: Value::Text(text), .. }) = inside.iter().find(|c| c.field == "note") {
        told.body = text.clone();
    }
    told
}

/// `merged 2 records into this one`
fn merged_words<'a>(merged: impl Iterator<Item = &'a &'a FieldChange>) -> String {
    let (into, out): (Vec<&&FieldChange>, Vec<&&FieldChange>) = merged.partition(|c| !c.new.is_null());
    let count = into.len().max(out.len());
    match into.is_empty() {
        true => tr!("took {n} record out of this one" | "took {n} records out of this one" % count),
        false => tr!("merged {n} record into this one" | "merged {n} records into this one" % count),
    }
}

/// Notes, attachments and activities.
fn tell_inside(cx: &Context, record: &Record, inside: &[&FieldChange], told: &mut Entry) {
    let item = inside[0].item;
    let (activities, _) = inner(record);
    let text = |value: &Value| match value {
        Value::Text(text) => text.clone(),
        _ => String::new(),
    };
    if let Some(change) = inside.iter().find(|c| c.field == "note") {
        told.did = if change.old.is_null() { tr!("wrote a note") } else { tr!("took back a note") };
        told.body = text(if change.new.is_null() { &change.old } else { &change.new });
        return;
    }
    if let Some(change) = inside.iter().find(|c| c.field == "attachment") {
        told.did = match change.old.is_null() {
            true => tr!("attached ‘{}’", text(&change.new)),
            false => tr!("removed the attachment ‘{}’", text(&change.old)),
        };
        return;
    }
    let activity = activities.iter().find(|a| Some(a.id) == item);
    let kind = activity.map_or(ActivityType::TODO, |a| a.kind);
    if let Some(change) = inside.iter().find(|c| c.field == "activity") {
        let (old, new) = (text(&change.old), text(&change.new));
        match new.split_once(": ") {
            split if old.is_empty() => {
                let (head, summary) = split.unwrap_or((&new, ""));
                let head = format::activity_type_named(cx.records, head);
                let a_thing = format::a(&head.to_lowercase());
                // Languages without an article before it say the thing alone.
                told.did = tr!("scheduled {a_thing}", a_thing, thing = head);
                let due = activity.map_or_else(String::new, |a| format::near_day(a.date_deadline, cx.today));
                let parts: Vec<&str> = [summary, &due].into_iter().filter(|p| !p.is_empty()).collect();
                told.body = parts.join(" · ");
            }
            _ if new.starts_with("done") => {
                told.mark = Mark::Icon(activity_icon(cx.records, kind));
                told.via = format!("{}, {}", told.who, told.via);
                let (head, rest) = old.split_once(": ").unwrap_or((&old, ""));
                told.who = format::activity_type_named(cx.records, head);
                told.did = if rest.is_empty() { tr!("activity" => "done") } else { rest.to_owned() };
                told.body = new.strip_prefix("done: ").unwrap_or_default().to_owned();
            }
            _ if new == "cancelled" => told.did = tr!("cancelled {}", old),
            _ => told.did = tr!("took up again {}", old),
        }
        return;
    }
    told.did = match activity {
        Some(a) if a.summary.is_empty() => tr!("changed {}", format::activity_type(cx.records.activity_type(kind))),
        Some(a) => tr!("changed {}", a.summary),
        None => tr!("changed an activity"),
    };
    for change in inside {
        let field = change.field.trim_start_matches("activity.");
        let label = match field {
            "date_deadline" => tr!("Due"),
            "user" => tr!("Assigned to"),
            "kind" => tr!("Type"),
            "summary" => tr!("Summary"),
            other => other.to_owned(),
        };
        let short = |value: &Value| match value {
            Value::Date(day) => format::near_day(*day, cx.today),
            value => change_value(cx, None, value),
        };
        let (old, new) = (short(&change.old), short(&change.new));
        told.changes.push(Change { label, old, new, conflict: false });
    }
}

fn change_value(cx: &Context, ty: Option<satchel_core::record::FieldType>, value: &Value) -> String {
    if let Value::Date(day) = value {
        return cx.day(*day);
    }
    let ty = ty.unwrap_or(satchel_core::record::FieldType::Text);
    let text = words::value(cx, ty, value);
    text.lines().next().unwrap_or_default().to_owned()
}

fn label(record: &Record, field: &str) -> String {
    if let Some(label) = custom::label(field) {
        return label;
    }
    if let Some(def) = def(record.id().kind(), field) {
        return words::label(&def);
    }
    match field {
        "stage" => tr!("Stage"),
        "standing" => tr!("Where it stands"),
        "won_status" => tr!("Outcome"),
        "lost_reason" => tr!("Lost reason"),
        "probability" => tr!("Probability"),
        "archived" => tr!("Archived"),
        "deleted" => tr!("In the trash"),
        "merged" => tr!("record" => "Merged"),
        "merged_into" => tr!("Merged into"),
        "create_date" => tr!("Created"),
        "create_user" => tr!("Created by"),
        field => field.replace('_', " "),
    }
}

/// The label of a field, also of those that are tied together in where an opportunity stands.
pub fn field_label(record: &Record, field: &str) -> String {
    label(record, field)
}

/// As it goes on after a name; a German noun stays as it is.
fn lower_first(text: &str) -> String {
    if locale::current().language != Language::English {
        return text.to_owned();
    }
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}
