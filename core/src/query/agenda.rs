//! Everything that has a time, in one list (spec §4): meetings and the other kinds of events, activities with a deadline, phone
//! calls, expected closings; each switched off by source and by person.

use std::collections::BTreeSet;

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};

use crate::{
    calendar::{Calendar, Occurrence},
    environment::Zone,
    id::DocId,
    record::{Activity, Call, Meeting, Opportunity, Records, WonStatus},
    value::{Moments, Stretch, When},
};

/// Where an entry comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    Meetings,
    Activities,
    Calls,
    /// Open opportunities on the day they are expected to close.
    Closings,
    /// A kind of event that the workspace adds.
    Events(DocId),
}

impl Source {
    /// The four that there always are, then the workspace's own kinds in their order.
    pub fn all(records: &Records) -> Vec<Source> {
        let own = records.event_kinds_in_order().into_iter().map(|kind| Source::Events(kind.id));
        [Source::Meetings, Source::Activities, Source::Calls, Source::Closings].into_iter().chain(own).collect()
    }

    pub fn name(self, records: &Records) -> &str {
        match self {
            Source::Meetings => "Meetings",
            Source::Activities => "Activities",
            Source::Calls => "Calls",
            Source::Closings => "Closings",
            Source::Events(kind) => records.name(kind),
        }
    }
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Agenda {
    pub from: NaiveDate,
    /// Not part of it.
    pub to: NaiveDate,
    /// Whose days these are.
    pub zone: Zone,
    pub hidden: BTreeSet<Source>,
    /// Only what is of these people; nothing means everybody's.
    pub people: Option<BTreeSet<DocId>>,
}

/// When an entry is, for who looks at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Times {
    /// The last day is part of it.
    Days { first: NaiveDate, last: NaiveDate },
    /// The stop is no part of it.
    Hours(Moments),
}

/// One thing in the calendar.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The meeting, activity, call or opportunity. Of a series the record that rules this occurrence.
    pub id: DocId,
    /// Which occurrence of which series, as [`Command::SetOccurrence`](crate::Command::SetOccurrence) takes them.
    pub of: Option<(DocId, i64)>,
    pub source: Source,
    pub title: String,
    pub location: String,
    /// Whose colour it has: who called the meeting, who is to do or call it, whose opportunity it is.
    pub person: Option<DocId>,
    pub times: Times,
    /// As the record says it; nothing for activities and closings, which are days.
    pub when: Option<When>,
    /// The opportunity or contact it is about.
    pub record: Option<DocId>,
    /// Done, called.
    pub is_done: bool,
}

impl Agenda {
    /// Everything of everybody. Days beyond the years 1 to 9999 are taken for the last one within.
    pub fn new(from: NaiveDate, to: NaiveDate, zone: Zone) -> Agenda {
        let [first, last] = [(1, 1, 2), (9999, 12, 30)].map(|(y, m, d)| NaiveDate::from_ymd_opt(y, m, d));
        let within = |day: NaiveDate| day.clamp(first.unwrap_or(day), last.unwrap_or(day));
        let (from, to) = (within(from), within(to));
        Agenda { from, to, zone, hidden: BTreeSet::new(), people: None }
    }

    fn span(&self) -> Moments {
        let midnight = |day: NaiveDate| self.zone.moment(day.and_time(chrono::NaiveTime::MIN));
        Moments { start: midnight(self.from), stop: midnight(self.to) }
    }

    fn shows(&self, source: Source) -> bool {
        !self.hidden.contains(&source)
    }

    fn is_of(&self, person: Option<DocId>) -> bool {
        self.people.as_ref().is_none_or(|people| person.is_some_and(|p| people.contains(&p)))
    }

    /// Whether a meeting is shown: its kind is, and somebody who is asked for is in it.
    fn wants(&self, records: &Records, meeting: &Meeting) -> bool {
        self.shows(source_of(records, meeting))
            && self.people.as_ref().is_none_or(|people| people.iter().any(|person| meeting.is_of(*person)))
    }

    /// What there is, by when it begins; on one day what lasts all day comes first.
    pub fn entries(&self, records: &Records) -> Vec<Entry> {
        let mut entries = self.meetings(records);
        if self.shows(Source::Activities) {
            self.activities(records, &mut entries);
        }
        if self.shows(Source::Calls) {
            let span = self.span();
            let within = |call: &&Call| call.date.is_some_and(|date| date < span.stop && ends(call, date) > span.start);
            let shown = |call: &&Call| !call.meta.deleted && !call.meta.archived && call.state != Call::CANCELLED;
            let calls = records.calls.values().filter(shown).filter(within).filter(|call| self.is_of(call.user));
            entries.extend(calls.filter_map(|call| self.call(records, call)));
        }
        if self.shows(Source::Closings) {
            let within = |day: NaiveDate| self.from <= day && day < self.to;
            let opportunities = records.opportunities.values();
            let closing = opportunities.filter(|o| o.date_deadline.is_some_and(within) && self.is_of(o.user));
            let open =
                closing.filter(|o| records.is_active(o) && !o.is_lead() && records.won_status(o) == WonStatus::Pending);
            entries.extend(open.filter_map(closing_of));
        }
        entries.sort_by_cached_key(|entry| {
            let (start, is_timed) = match entry.times {
                Times::Days { first, .. } => (first.and_time(chrono::NaiveTime::MIN), false),
                Times::Hours(moments) => (self.zone.wall(moments.start), true),
            };
            (start.date(), is_timed, start, entry.title.clone(), entry.id, entry.of)
        });
        entries
    }

    fn meetings(&self, records: &Records) -> Vec<Entry> {
        let found = Calendar::new(records).between(self.span(), &self.zone, |meeting| self.wants(records, meeting));
        found.into_iter().map(|found| meeting_of(records, found)).collect()
    }

    fn activities(&self, records: &Records, entries: &mut Vec<Entry>) {
        let mut take = |record: DocId, activities: &[Activity]| {
            for activity in activities {
                let day = activity.date_deadline;
                if activity.done.is_none() && self.from <= day && day < self.to && self.is_of(activity.user) {
                    entries.push(Entry {
                        id: activity.id,
                        of: None,
                        source: Source::Activities,
                        title: records.activity_name(activity).to_owned(),
                        location: String::new(),
                        person: activity.user,
                        times: Times::Days { first: day, last: day },
                        when: None,
                        record: Some(record),
                        is_done: false,
                    });
                }
            }
        };
        let live = |o: &&Opportunity| !o.meta.deleted && !o.activities.is_empty();
        records.opportunities.values().filter(live).for_each(|o| take(o.id, &o.activities));
        let contacts = records.contacts.values().filter(|c| !c.meta.deleted && !c.activities.is_empty());
        contacts.for_each(|c| take(c.id, &c.activities));
    }

    fn call(&self, records: &Records, call: &Call) -> Option<Entry> {
        let date = call.date?;
        Some(Entry {
            id: call.id,
            of: None,
            source: Source::Calls,
            title: call.name.clone(),
            location: call.phone.clone(),
            person: call.user,
            times: Times::Hours(Moments { start: date, stop: ends(call, date) }),
            when: None,
            record: call.opportunity.or(call.partner).map(|id| records.head(id)),
            is_done: call.state == Call::CALLED,
        })
    }
}

/// A call without a duration has a place of a quarter of an hour.
fn ends(call: &Call, date: DateTime<Utc>) -> DateTime<Utc> {
    let minutes = call.duration.filter(|m| *m > 0).unwrap_or(15).min(1_440);
    date + TimeDelta::minutes(minutes)
}

fn meeting_of(records: &Records, found: Occurrence) -> Entry {
    let meeting = found.meeting;
    Entry {
        id: found.of.map_or(meeting.id, |(series, _)| series),
        of: found.of,
        source: source_of(records, &meeting),
        title: meeting.name.clone(),
        location: meeting.location.clone(),
        person: meeting.person(),
        times: match found.when.stretch() {
            Stretch::Days { first, last } => Times::Days { first, last },
            Stretch::Hours { .. } => Times::Hours(found.moments),
        },
        when: Some(found.when),
        record: meeting.opportunity.or(meeting.partner).map(|id| records.head(id)),
        is_done: false,
    }
}

fn closing_of(opportunity: &Opportunity) -> Option<Entry> {
    let day = opportunity.date_deadline?;
    Some(Entry {
        id: opportunity.id,
        of: None,
        source: Source::Closings,
        title: opportunity.name.clone(),
        location: String::new(),
        person: opportunity.user,
        times: Times::Days { first: day, last: day },
        when: None,
        record: Some(opportunity.id),
        is_done: false,
    })
}

/// A meeting of a kind that is gone is a meeting.
fn source_of(records: &Records, meeting: &Meeting) -> Source {
    let kind = meeting.r#type.filter(|kind| records.event_kinds.get(kind).is_some_and(|k| !k.meta.deleted));
    kind.map_or(Source::Meetings, Source::Events)
}

/// The number of a person's colour: their place among all people, so that it is the same on every device that knows the same.
pub fn colour_of(records: &Records, person: DocId) -> usize {
    records.users.range(..person).count()
}

/// What a person is to be reminded of after one moment and up to another, with when: the meetings they are in, so long before as
/// each says.
pub fn reminders(
    records: &Records,
    person: DocId,
    after: DateTime<Utc>,
    upto: DateTime<Utc>,
    zone: &Zone,
) -> Vec<(DateTime<Utc>, Entry)> {
    const LONGEST: TimeDelta = TimeDelta::minutes(40_320);
    let span = Moments { start: after, stop: upto + LONGEST };
    let wanted = |m: &Meeting| !m.reminders.is_empty() && m.is_of(person);
    let mut due = Vec::new();
    for found in Calendar::new(records).between(span, zone, wanted) {
        let times = found.meeting.reminder_minutes();
        let times = times.into_iter().map(|minutes| found.moments.start - TimeDelta::minutes(minutes));
        let latest = times.filter(|at| after < *at && *at <= upto).max();
        due.extend(latest.map(|at| (at, meeting_of(records, found))));
    }
    due.sort_by_key(|(at, entry)| (*at, entry.id, entry.of));
    due
}

/// Where a record stands with its meetings (spec §4, scenario 13).
#[derive(Clone, Debug, PartialEq)]
pub enum NearestMeeting {
    /// The first that begins now or later.
    Next(Entry),
    /// The last one that began.
    Last(Entry),
    None,
}

/// Meetings are looked for so far ahead and so far back.
const FAR: Days = Days::new(3 * 366);

/// The meeting of an opportunity or contact that is nearest to now.
pub fn nearest_meeting(records: &Records, of: DocId, now: DateTime<Utc>, zone: &Zone) -> NearestMeeting {
    let today = zone.day(now);
    let is_of = |entry: &Option<DocId>| entry.is_some_and(|id| records.head(id) == of);
    let wanted =
        |m: &Meeting| is_of(&m.opportunity) || is_of(&m.partner) || m.contacts.iter().any(|c| records.head(*c) == of);
    let calendar = Calendar::new(records);
    let between = |from, to| calendar.between(Agenda::new(from, to, zone.clone()).span(), zone, wanted);
    let at = |found: &Occurrence| (found.moments.start, found.meeting.id, found.of);
    let ahead = between(today, today.checked_add_days(FAR).unwrap_or(today));
    if let Some(next) = ahead.into_iter().filter(|found| found.moments.start >= now).min_by_key(at) {
        return NearestMeeting::Next(meeting_of(records, next));
    }
    let back = between(today.checked_sub_days(FAR).unwrap_or(today), today + Days::new(1));
    let last = back.into_iter().filter(|found| found.moments.start < now).max_by_key(at);
    last.map_or(NearestMeeting::None, |last| NearestMeeting::Last(meeting_of(records, last)))
}

impl NearestMeeting {
    /// `Next Meeting 14 Jul`, `Last Meeting 12 Jul`, `No Meeting`
    pub fn words(&self, zone: &Zone) -> String {
        let day = |entry: &Entry| match entry.times {
            Times::Days { first, .. } => first.format("%-d %b").to_string(),
            Times::Hours(moments) => zone.day(moments.start).format("%-d %b").to_string(),
        };
        match self {
            NearestMeeting::Next(entry) => format!("Next Meeting {}", day(entry)),
            NearestMeeting::Last(entry) => format!("Last Meeting {}", day(entry)),
            NearestMeeting::None => "No Meeting".to_owned(),
        }
    }
}
