//! Calls and meetings among what happened: they have records of their own and lie in the timeline by when they were.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use satchel_core::{
    DocId, Records,
    calendar::Calendar,
    record::{Call, Meeting},
    value::Moments,
};
use tr::tr;

use crate::{
    design::icons,
    shell::Context,
    views::format,
    widgets::timeline::{Entry, Mark},
};

/// A call that was made, tried or given up, or a meeting that began.
pub struct Kept {
    /// The call, or the meeting that rules this occurrence.
    pub id: DocId,
    pub at: DateTime<Utc>,
    until: DateTime<Utc>,
}

/// So far back meetings are looked for, and so many of everything shown.
const BACK: TimeDelta = TimeDelta::days(3 * 366);
const MOST: usize = 200;

/// The latest first, of any of these opportunities and contacts.
pub fn kept(cx: &Context, whose: &BTreeSet<DocId>) -> Vec<Kept> {
    let records = cx.records;
    let theirs = |id: Option<DocId>| id.is_some_and(|id| whose.contains(&records.head(id)));
    let live = records.calls.values().filter(|call| !call.meta.deleted && !call.meta.archived);
    let calls = live.filter(|call| !call.is_to_be_made() && (theirs(call.opportunity) || theirs(call.partner)));
    let of_call = |call: &Call| {
        let at = call.date.filter(|at| *at <= cx.now)?;
        Some(Kept { id: call.id, at, until: at + TimeDelta::minutes(call.minutes()) })
    };
    let mut kept: Vec<Kept> = calls.filter_map(of_call).collect();
    let wanted = |meeting: &Meeting| {
        theirs(meeting.opportunity) || theirs(meeting.partner) || meeting.contacts.iter().any(|id| theirs(Some(*id)))
    };
    if records.meetings.values().any(|meeting| !meeting.meta.deleted && wanted(meeting)) {
        let span = Moments { start: cx.now - BACK, stop: cx.now };
        for found in Calendar::new(records).between(span, &cx.environment.zone(), wanted) {
            let (at, until) = (found.moments.start, found.moments.stop);
            kept.extend((at <= cx.now).then_some(Kept { id: found.meeting.id, at, until }));
        }
    }
    kept.sort_by_key(|kept| (std::cmp::Reverse(kept.at), kept.id));
    kept.truncate(MOST);
    kept
}

impl Kept {
    /// In words, on the page of a record.
    pub fn tell(&self, cx: &Context, on: DocId) -> Entry {
        let records = cx.records;
        let (icon, who, did, body, by, about) = match records.calls.get(&self.id) {
            Some(call) => {
                let who = if call.direction == "incoming" { tr!("Incoming call") } else { tr!("Call") };
                let by = call.done_by.or(call.user);
                (icons::CALL, who, made(call), call.description.clone(), by, call.opportunity.or(call.partner))
            }
            None => {
                let Some(meeting) = records.meetings.get(&self.id) else { return empty(cx, self.at) };
                let about = meeting.opportunity.or(meeting.partner);
                let did = meeting.name.clone();
                (icons::CALENDAR, tr!("Meeting"), did, with(records, meeting), meeting.person(), about)
            }
        };
        let elsewhere = about.map(|id| records.head(id)).filter(|id| *id != on);
        let did = match elsewhere.map(|id| records.name(id)).filter(|name| !name.is_empty()) {
            Some(name) => format!("{did} · {name}"),
            None => did,
        };
        let clock = |at| format::clock(at, cx.environment);
        let span = self.until > self.at && !records.calls.contains_key(&self.id);
        Entry {
            mark: Mark::Icon(icon),
            who,
            did,
            changes: Vec::new(),
            body: body.lines().take(4).collect::<Vec<_>>().join("\n"),
            when: if span { format!("{} – {}", clock(self.at), clock(self.until)) } else { clock(self.at) },
            device: None,
            via: by.map_or("", |user| records.name(user)).to_owned(),
            undo: false,
            restore: false,
        }
    }
}

/// `4 min, ‘Ring Bob’`, `not called, ‘Ring Bob’`
fn made(call: &Call) -> String {
    match call.state.as_str() {
        Call::CALLED if call.minutes() > 0 => {
            tr!("{minutes} min, ‘{about}’", minutes = call.minutes(), about = call.name)
        }
        Call::CALLED => tr!("made, ‘{}’", call.name),
        Call::NOT_CALLED => tr!("not reached, ‘{}’", call.name),
        _ => tr!("cancelled, ‘{}’", call.name),
    }
}

/// Who was there.
fn with(records: &Records, meeting: &Meeting) -> String {
    let people = meeting.users.iter().chain(&meeting.contacts).map(|id| records.name(*id));
    people.filter(|name| !name.is_empty()).collect::<Vec<_>>().join(", ")
}

fn empty(cx: &Context, at: DateTime<Utc>) -> Entry {
    Entry {
        mark: Mark::Icon(icons::CALENDAR),
        who: tr!("Meeting"),
        did: String::new(),
        changes: Vec::new(),
        body: String::new(),
        when: format::clock(at, cx.environment),
        device: None,
        via: String::new(),
        undo: false,
        restore: false,
    }
}
