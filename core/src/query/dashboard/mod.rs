//! What a person sees first (spec §6): what is to do, and how this month goes beside the last one and the target. Every
//! figure carries the question that opens what it counts.

mod day;
mod team;
mod whose;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use rayon::prelude::*;

pub(in crate::query) use self::whose::Members;
pub(crate) use self::whose::about;
pub use self::{
    day::{DayLine, Matter, Stand, day},
    team::{Step, Stream, TeamDashboard, team_dashboard},
    whose::Whose,
};
use super::{
    Asker, Facet, Listing, Period, Query, Term,
    agenda::{Agenda, Entry, Source, Times},
    index::{Doing, Doings, Row},
};
use crate::{
    error::Result,
    id::DocId,
    record::{Goals, Measure, Records},
    value::Money,
};

/// How far ahead "the next days" go, today not counted (spec §6).
const AHEAD: u64 = 7;

#[derive(Clone, Debug, PartialEq)]
pub struct Dashboard {
    pub whose: Whose,
    /// On the asker's wall.
    pub today: NaiveDate,
    /// Starting now or later; what lasts all day counts on its first day as a whole. None is overdue.
    pub meetings: ToDo,
    /// The next one that starts.
    pub next_meeting: Option<Entry>,
    /// Activities to be done.
    pub next_actions: ToDo,
    /// Open opportunities by expected closing, with their expected revenue.
    pub closings: ToDo,
    pub done: Performance,
    pub won: Performance,
    pub invoiced: Performance,
    /// There is no opportunity at all: the dashboard shows a sample and ways to start.
    pub is_new: bool,
}

/// Next days include today.
#[derive(Clone, Debug, PartialEq)]
pub struct ToDo {
    pub today: Figure,
    pub next_days: Figure,
    pub overdue: Figure,
}

/// One number, and what lies behind it.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    pub count: usize,
    /// What is summed up of those counted; 0 where nothing is.
    pub amount: Money,
    pub detail: Detail,
}

/// What a figure opens.
#[derive(Clone, Debug, PartialEq)]
pub enum Detail {
    List(Listing, Query),
    /// The calendar, from a day to a day, both included.
    Calendar(NaiveDate, NaiveDate),
}

/// This month to date beside the whole last one and what is to be reached.
#[derive(Clone, Debug, PartialEq)]
pub struct Performance {
    pub measure: Measure,
    pub this_month: Figure,
    pub last_month: Figure,
    /// Cents, or a number of activities; nothing where no target is set.
    pub target: Option<i64>,
}

impl Figure {
    pub(super) fn new(listing: Listing, facets: Vec<Facet>) -> Figure {
        let query = Query { facets, ..Query::default() };
        Figure { count: 0, amount: Money(0), detail: Detail::List(listing, query) }
    }

    fn calendar(from: NaiveDate, to: NaiveDate) -> Figure {
        Figure { count: 0, amount: Money(0), detail: Detail::Calendar(from, to) }
    }

    pub(super) fn take(&mut self, amount: Money) {
        self.count += 1;
        self.amount = self.amount + amount;
    }

    /// The records it counts; none of meetings, which the calendar shows ([`meetings`]).
    pub fn ids(&self, records: &Records, asker: &Asker) -> Result<Vec<DocId>> {
        match &self.detail {
            Detail::List(listing, query) => Ok(query.ask(records, *listing, asker)?.ids(records)),
            Detail::Calendar(..) => Ok(Vec::new()),
        }
    }
}

impl Performance {
    /// Cents, or a number of activities.
    pub fn value(&self, figure: &Figure) -> i64 {
        if self.measure == Measure::Done { figure.count as i64 } else { figure.amount.0 }
    }

    pub fn reached(&self) -> bool {
        self.target.is_some_and(|target| self.value(&self.this_month) >= target)
    }

    /// How much of the target, in whole per cent, rounded down: 99 is never shown as reached.
    pub fn percent(&self) -> Option<i64> {
        let target = self.target.filter(|t| *t > 0)?;
        Some((i128::from(self.value(&self.this_month)) * 100).div_euclid(i128::from(target)) as i64)
    }
}

/// The dashboard of one person, a team or all, as it is at a moment. `asker` is who looks at it and whose days count.
pub fn dashboard(records: &Records, whose: Whose, asker: &Asker, now: DateTime<Utc>) -> Dashboard {
    let today = asker.zone.day(now);
    let ahead = today + Days::new(AHEAD);
    let members = Members::of(records, whose);
    let months = Months::around(asker, today);
    let goals = Goals::new(records);
    let month = Period::Month.start(today);
    let goal = |measure| whose.goal(records, &goals, month, measure);

    let coming = meetings(records, whose, asker, now, ahead);
    let mut meetings = ToDo {
        today: Figure::calendar(today, today),
        next_days: Figure::calendar(today, ahead),
        overdue: Figure::calendar(today, today),
    };
    meetings.next_days.count = coming.len();
    meetings.today.count = coming.iter().filter(|entry| first_day(entry, asker) == today).count();

    let actions = |term: (&str, Term)| {
        let facets = whose.facet(records, asker, Listing::Activities, "user").into_iter().chain([about(term)]);
        Figure::new(Listing::Activities, facets.collect())
    };
    let mut next_actions = ToDo {
        today: actions(("Deadline", Term::new("Due today", "date_deadline = today"))),
        next_days: actions((
            "Deadline",
            Term::new("Due in the next 7 days", "date_deadline >= today and date_deadline <= today+7"),
        )),
        overdue: actions(("Activity state", Term::new("Overdue", "state = overdue"))),
    };
    let done = |said: &str, written: &str| {
        let term = Term::new(format!("Done {said}"), format!("done = {written}")).archived();
        let facets = whose.facet(records, asker, Listing::Activities, "done_by").into_iter();
        Figure::new(Listing::Activities, facets.chain([about(("Done on", term))]).collect())
    };
    let mut done = Performance {
        measure: Measure::Done,
        this_month: done("this month", "this month"),
        last_month: done("last month", "last month"),
        target: goal(Measure::Done),
    };
    for doings in every_doing(records) {
        for doing in &doings.all {
            match doing.done {
                Some(time) if members.has(doing.done_by) => {
                    if months.this.has(time) {
                        done.this_month.take(Money(0));
                    } else if months.last.has(time) {
                        done.last_month.take(Money(0));
                    }
                }
                None if doings.is_active && doing.deadline <= ahead && members.has(doing.user) => {
                    match doing.deadline.cmp(&today) {
                        std::cmp::Ordering::Less => next_actions.overdue.take(Money(0)),
                        order => {
                            next_actions.next_days.take(Money(0));
                            if order.is_eq() {
                                next_actions.today.take(Money(0));
                            }
                        }
                    }
                }
                _ => {}
            }
        }
    }

    let mut closings = closings(records, whose, asker);
    let mut won = won(records, whose, asker, goal(Measure::Won));
    let mut is_new = true;
    let theirs = whose.rows(records);
    for row in records.index.rows.values().filter(|row| !row.is_trashed) {
        is_new = false;
        if row.is_lead || !theirs(row) {
            continue;
        }
        take_closing(&mut closings, records, row, today, ahead);
        if let Some(time) = row.date_closed.filter(|time| months.has(*time))
            && row.won_status(records) == "won"
        {
            let figure = if months.this.has(time) { &mut won.this_month } else { &mut won.last_month };
            figure.take(row.expected_revenue);
        }
    }
    Dashboard {
        whose,
        today,
        meetings,
        next_meeting: coming.into_iter().find(|entry| matches!(entry.times, Times::Hours(_))),
        next_actions,
        closings,
        done,
        won,
        invoiced: invoiced(records, whose, asker, today, goal(Measure::Invoiced)),
        is_new,
    }
}

/// Meetings and other events that start at a moment or later, up to a day, that included; by when they start. What lasts all
/// day has no start on the clock: it counts from the beginning of its first day to its end.
pub fn meetings(records: &Records, whose: Whose, asker: &Asker, now: DateTime<Utc>, until: NaiveDate) -> Vec<Entry> {
    let today = asker.zone.day(now);
    let mut agenda = Agenda::new(today, until + Days::new(1), asker.zone.clone());
    agenda.hidden = [Source::Activities, Source::Calls, Source::Closings].into();
    agenda.people = whose.people(records);
    let mut entries = agenda.entries(records);
    entries.retain(|entry| match entry.times {
        Times::Days { first, .. } => first >= today,
        Times::Hours(moments) => moments.start >= now,
    });
    entries
}

fn first_day(entry: &Entry, asker: &Asker) -> NaiveDate {
    match entry.times {
        Times::Days { first, .. } => first,
        Times::Hours(moments) => asker.zone.day(moments.start),
    }
}

fn closings(records: &Records, whose: Whose, asker: &Asker) -> ToDo {
    let figure = |term: Term| {
        let facets = whose.facet(records, asker, Listing::Opportunities, "user").into_iter();
        Figure::new(Listing::Opportunities, facets.chain([about(("Closing", term))]).collect())
    };
    let open = "won_status = pending and date_deadline";
    ToDo {
        today: figure(Term::new("Closing today", format!("{open} = today"))),
        next_days: figure(Term::new("Closing soon", format!("{open} >= today and date_deadline <= today+7"))),
        overdue: figure(Term::new("Overdue", format!("{open} < today"))),
    }
}

fn take_closing(closings: &mut ToDo, records: &Records, row: &Row, today: NaiveDate, ahead: NaiveDate) {
    let Some(day) = row.date_deadline.filter(|day| *day <= ahead && row.is_active()) else { return };
    if row.won_status(records) != "pending" {
        return;
    }
    if day < today {
        return closings.overdue.take(row.expected_revenue);
    }
    closings.next_days.take(row.expected_revenue);
    if day == today {
        closings.today.take(row.expected_revenue);
    }
}

fn won(records: &Records, whose: Whose, asker: &Asker, target: Option<i64>) -> Performance {
    let figure = |which: &str| {
        let facets = whose.facet(records, asker, Listing::Opportunities, "user").into_iter();
        let won = about(("Outcome", Term::new("Won", "won_status = won")));
        let closed = Term::new(format!("Closed {which}"), format!("date_closed = {which}")).archived();
        Figure::new(Listing::Opportunities, facets.chain([won, about(("Closed Date", closed))]).collect())
    };
    Performance { measure: Measure::Won, this_month: figure("this month"), last_month: figure("last month"), target }
}

/// Posted invoices less refunds, without tax: of who sold it or has the opportunity (spec §6).
fn invoiced(records: &Records, whose: Whose, asker: &Asker, today: NaiveDate, target: Option<i64>) -> Performance {
    let figure = |which: &str| {
        let posted = about(("State", Term::new("Posted", "state = posted or state = paid")));
        let on = about(("Posted on", Term::new(format!("Posted {which}"), format!("date = {which}")).archived()));
        let facets = whose.sales(records, asker).into_iter().chain([posted, on]);
        Figure::new(Listing::Invoices, facets.collect())
    };
    let (mut this_month, mut last_month) = (figure("this month"), figure("last month"));
    let this = Period::Month.start(today);
    let last = Period::Month.later(this, -1);
    for invoice in records.invoices.values().filter(|i| !i.meta.deleted) {
        let Some((date, totals)) = invoice.posted() else { continue };
        if !whose.sold(records, invoice.user, invoice.team, invoice.opportunity) {
            continue;
        }
        let first = Period::Month.start(date);
        if first == this {
            this_month.take(totals.untaxed);
        } else if Some(first) == last {
            last_month.take(totals.untaxed);
        }
    }
    Performance { measure: Measure::Invoiced, this_month, last_month, target }
}

/// How many activities are overdue or due today: what two figures of the dashboard count together.
pub fn due(records: &Records, whose: Whose, today: NaiveDate) -> usize {
    let members = Members::of(records, whose);
    let is_due = |doing: &&Doing| doing.done.is_none() && doing.deadline <= today && members.has(doing.user);
    every_doing(records).filter(|doings| doings.is_active).flat_map(|doings| &doings.all).filter(is_due).count()
}

fn every_doing(records: &Records) -> impl Iterator<Item = &Doings> {
    let all = records.index.opportunity_doings.iter().chain(&records.index.contact_doings);
    all.filter(|doings| doings.is_here)
}

/// Those of every record that is here for which it holds, looked for by all cores.
pub(super) fn every_doing_at_once(records: &Records, holds: impl Fn(&&Doing) -> bool + Sync) -> Vec<&Doing> {
    let (index, holds) = (&records.index, &holds);
    let all = index.opportunity_doings.par_iter().chain(&index.contact_doings).with_min_len(4_096);
    all.filter(|doings| doings.is_here).flat_map_iter(|doings| doings.all.iter().filter(holds)).collect()
}

/// From a moment to another, which is no part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Moments {
    pub start: DateTime<Utc>,
    pub stop: DateTime<Utc>,
}

impl Moments {
    /// The days of a period on the asker's wall; nothing beyond the calendar.
    pub fn of(asker: &Asker, period: Period, first: NaiveDate) -> Moments {
        let midnight = |day: NaiveDate| asker.zone.moment(day.and_time(NaiveTime::MIN));
        let start = midnight(first);
        let stop = period.later(first, 1).map_or(start + TimeDelta::days(366), midnight);
        Moments { start, stop }
    }

    pub fn has(self, time: DateTime<Utc>) -> bool {
        self.start <= time && time < self.stop
    }
}

struct Months {
    this: Moments,
    last: Moments,
}

impl Months {
    fn around(asker: &Asker, today: NaiveDate) -> Months {
        let first = Period::Month.start(today);
        let last = Period::Month.later(first, -1).unwrap_or(first);
        Months { this: Moments::of(asker, Period::Month, first), last: Moments::of(asker, Period::Month, last) }
    }

    fn has(&self, time: DateTime<Utc>) -> bool {
        self.this.has(time) || self.last.has(time)
    }
}
