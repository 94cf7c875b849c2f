//! The queue of a call list: what is to be called next, by whom, and how far the list is (spec §5).

use std::cmp::Reverse;

use chrono::{DateTime, Utc};

use crate::{
    id::DocId,
    record::{Call, Records},
};

/// How far a call list is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    pub total: usize,
    pub to_call: usize,
    pub not_called: usize,
    pub called: usize,
    pub cancelled: usize,
    /// Attempts at all its calls.
    pub attempts: usize,
    /// Called by two people who were apart, and not decided yet.
    pub doubles: usize,
}

fn of(records: &Records, list: DocId) -> impl Iterator<Item = &Call> {
    records.calls.values().filter(move |c| c.list == Some(list) && !c.meta.deleted && !c.meta.archived)
}

/// The calls of an opportunity or contact, the latest first: its own, and those of what was merged into it.
pub fn of_record(records: &Records, id: DocId) -> Vec<&Call> {
    let is_of = |entry: Option<DocId>| entry.is_some_and(|entry| records.head(entry) == id);
    let live = records.calls.values().filter(|c| !c.meta.deleted && !c.meta.archived);
    let mut calls: Vec<&Call> = live.filter(|c| is_of(c.opportunity) || is_of(c.partner)).collect();
    calls.sort_by_key(|call| (Reverse(call.date), call.id));
    calls
}

/// What is to be called now, in the order in which it is handed out: what is due first by priority, then by its place in the
/// list, those tried least first. `claimed` tells who has a call in hand at this moment (colleagues who are connected say so); what
/// somebody else has is left out.
pub fn queue<'a>(
    records: &'a Records,
    list: DocId,
    user: DocId,
    now: DateTime<Utc>,
    claimed: &dyn Fn(DocId) -> Option<DocId>,
) -> Vec<&'a Call> {
    let is_due = |call: &&Call| call.is_to_be_made() && call.date.is_none_or(|date| date <= now);
    let is_free = |call: &&Call| claimed(call.id).is_none_or(|by| by == user);
    let mut queue: Vec<&Call> = of(records, list).filter(is_due).filter(is_free).collect();
    queue.sort_by_key(|call| (Reverse(call.priority), call.attempts(), call.sequence, call.id));
    queue
}

/// A person's own calls, of no list, that are due, as [`queue`] hands them out.
pub fn own<'a>(
    records: &'a Records,
    user: DocId,
    now: DateTime<Utc>,
    claimed: &dyn Fn(DocId) -> Option<DocId>,
) -> Vec<&'a Call> {
    let is_due = |call: &&Call| call.date.is_none_or(|date| date <= now);
    let is_free = |call: &&Call| claimed(call.id).is_none_or(|by| by == user);
    let mut queue: Vec<&Call> = to_make(records, None, user).filter(is_due).filter(is_free).collect();
    queue.sort_by_key(|call| (Reverse(call.priority), call.date, call.id));
    queue
}

/// What is to be called later, the soonest first: of a list, or of a person's own calls.
pub fn later(records: &Records, list: Option<DocId>, user: DocId, now: DateTime<Utc>) -> Vec<&Call> {
    let is_later = |call: &&Call| call.date.is_some_and(|date| date > now);
    let mut later: Vec<&Call> = to_make(records, list, user).filter(is_later).collect();
    later.sort_by_key(|call| (call.date, call.id));
    later
}

fn to_make(records: &Records, list: Option<DocId>, user: DocId) -> impl Iterator<Item = &Call> {
    let is_live = |call: &&Call| call.is_to_be_made() && !call.meta.deleted && !call.meta.archived;
    let is_there = move |call: &&Call| call.list == list && (list.is_some() || call.user == Some(user));
    records.calls.values().filter(is_live).filter(is_there)
}

/// Who of the people that are connected hands calls out and, where two want one at once, has it: the same for everybody who knows
/// the same people are there. It depends on the call, so that nobody is always the first.
pub fn arbiter(call: DocId, connected: &[DocId]) -> Option<DocId> {
    let weight = |user: &DocId| {
        let mut hasher = blake3::Hasher::new_derive_key("satchel 2026 owner of a call");
        hasher.update(call.as_bytes());
        hasher.update(user.as_bytes());
        (*hasher.finalize().as_bytes(), *user)
    };
    connected.iter().copied().max_by_key(weight)
}

/// Calls that two people made, or decided otherwise about, while they were apart. Who shows as having called is the same on every
/// device.
pub fn doubles(records: &Records, list: DocId) -> Vec<&Call> {
    of(records, list).filter(|call| call.is_double()).collect()
}

pub fn progress(records: &Records, list: DocId) -> Progress {
    let mut progress = Progress::default();
    for call in of(records, list) {
        progress.total += 1;
        progress.attempts += call.attempts();
        progress.doubles += usize::from(call.is_double());
        *match call.state.as_str() {
            Call::CALLED => &mut progress.called,
            Call::NOT_CALLED => &mut progress.not_called,
            Call::CANCELLED => &mut progress.cancelled,
            _ => &mut progress.to_call,
        } += 1;
    }
    progress
}
