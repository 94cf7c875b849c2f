//! What a day holds, in one order: what was done, by when; what is late; what has its hour; what may be done any time.

use chrono::{DateTime, Days, Utc};

use super::Whose;
use crate::{
    id::DocId,
    query::{
        Asker, Period,
        agenda::{Agenda, Entry, Source, Times},
        dashboard::Moments,
    },
    record::{Activity, Records, WonStatus},
};

/// Where in its day a thing stands. The order of the variants is the order of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stand {
    Done(DateTime<Utc>),
    /// By so many days.
    Late(i64),
    /// From when to when.
    At(DateTime<Utc>, DateTime<Utc>),
    AnyTime,
}

/// What is to be done, or was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Matter {
    /// Of which type.
    Activity(DocId),
    Call,
    Meeting,
    /// An opportunity that was won.
    Won,
}

/// One thing of a day.
#[derive(Clone, Debug, PartialEq)]
pub struct DayLine {
    /// The activity, call or opportunity; of meetings the record that rules this occurrence.
    pub id: DocId,
    /// Which occurrence of which series.
    pub of: Option<(DocId, i64)>,
    pub matter: Matter,
    pub stand: Stand,
    pub title: String,
    /// The opportunity or contact it is about.
    pub record: Option<DocId>,
    pub person: Option<DocId>,
}

/// The day on which `asker` asks, of one person, a team or all.
pub fn day(records: &Records, whose: Whose, asker: &Asker, now: DateTime<Utc>) -> Vec<DayLine> {
    let today = asker.zone.day(now);
    let people = whose.people(records);
    let is_theirs = |person: Option<DocId>| {
        people.as_ref().is_none_or(|people| person.is_some_and(|person| people.contains(&person)))
    };
    let moments = Moments::of(asker, Period::Day, today);
    let mut agenda = Agenda::new(today, today + Days::new(1), asker.zone.clone());
    agenda.hidden = [Source::Activities, Source::Closings].into();
    agenda.people = people.clone();
    let mut lines: Vec<DayLine> = agenda.entries(records).into_iter().map(|entry| of_entry(records, entry)).collect();

    let mut take = |record: DocId, is_active: bool, activities: &[Activity]| {
        for activity in activities {
            let stand = match activity.done {
                Some(time) if moments.has(time) && is_theirs(activity.done_by) => Stand::Done(time),
                None if is_active && activity.date_deadline <= today && is_theirs(activity.user) => {
                    match (today - activity.date_deadline).num_days() {
                        0 => Stand::AnyTime,
                        late => Stand::Late(late),
                    }
                }
                _ => continue,
            };
            lines.push(DayLine {
                id: activity.id,
                of: None,
                matter: Matter::Activity(activity.kind),
                stand,
                title: records.activity_name(activity).to_owned(),
                record: Some(record),
                person: activity.user.or(activity.done_by),
            });
        }
    };
    let mut won = Vec::new();
    for opportunity in records.opportunities.values().filter(|o| !o.meta.deleted) {
        if !opportunity.activities.is_empty() {
            take(opportunity.id, records.is_active(opportunity), &opportunity.activities);
        }
        let closed = opportunity.standing.closed.filter(|time| moments.has(*time) && is_theirs(opportunity.user));
        won.extend(closed.filter(|_| records.won_status(opportunity) == WonStatus::Won).map(|time| DayLine {
            id: opportunity.id,
            of: None,
            matter: Matter::Won,
            stand: Stand::Done(time),
            title: opportunity.name.clone(),
            record: Some(opportunity.id),
            person: opportunity.user,
        }));
    }
    for contact in records.contacts.values().filter(|c| !c.meta.deleted && !c.activities.is_empty()) {
        take(contact.id, !contact.meta.archived, &contact.activities);
    }
    lines.append(&mut won);
    // Of what is late, the latest first.
    let order = |line: &DayLine| match line.stand {
        Stand::Late(days) => Stand::Late(-days),
        stand => stand,
    };
    lines.sort_by(|a, b| order(a).cmp(&order(b)).then_with(|| a.title.cmp(&b.title)).then(a.id.cmp(&b.id)));
    lines
}

fn of_entry(records: &Records, entry: Entry) -> DayLine {
    let stand = match entry.times {
        Times::Hours(moments) if entry.is_done => Stand::Done(moments.start),
        Times::Hours(moments) => Stand::At(moments.start, moments.stop),
        Times::Days { .. } => Stand::AnyTime,
    };
    let matter = if records.calls.contains_key(&entry.id) { Matter::Call } else { Matter::Meeting };
    DayLine {
        id: entry.id,
        of: entry.of,
        matter,
        stand,
        title: entry.title,
        record: entry.record,
        person: entry.person,
    }
}
