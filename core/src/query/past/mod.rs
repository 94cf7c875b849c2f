//! The pipeline as it was, from the log of fields (spec §7, `--as-of`).
//!
//! Which time counts: a change is taken to be of the moment its author's clock claimed, as shown in the history; that is a
//! claim. Which of two values holds never hangs on clocks: it is the order of the graph, so that every device that has the same
//! commits tells the same past. Before the first commit of an opportunity that was imported it is told as the import left it,
//! from its creation date on, and as open until the day it was closed. Stages are what they are now: which one is won, and how
//! likely it makes a sale. What the log does not keep (names, tags, addresses) is taken as it is now.

mod between;

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use rayon::prelude::*;

pub use self::between::{Changes, Step, between};
use super::{
    Asker, Query,
    index::{Index, NONE, Place, Row, Texts},
    pivot::{Layout, Pivot, pivot_of},
};
use crate::{
    error::Result,
    id::DocId,
    record::{Opportunity, Plan, Record, Records, Standing, Trace, Traced},
    value::Money,
};

/// What happened to every opportunity, as [`Workspace::past`](crate::Workspace::past) gives it.
#[derive(Clone, Debug, Default)]
pub struct Past {
    turns: BTreeMap<DocId, Vec<Turn>>,
    /// Up to which commit, as this device counts them.
    pub(crate) arrival: u64,
}

/// One field of one opportunity got a value.
#[derive(Clone, Debug)]
struct Turn {
    time: i64,
    /// Of two values of one field the later in this order holds.
    order: (u64, [u8; 12]),
    trace: Trace,
}

/// What of an opportunity the log keeps.
#[derive(Clone, Debug, Default)]
struct Then {
    standing: Standing,
    expected: Money,
    recurring: Money,
    plan: String,
    deadline: Option<NaiveDate>,
    user: Option<DocId>,
    team: Option<DocId>,
    customer: Option<DocId>,
    is_lead: bool,
    archived: bool,
    deleted: bool,
}

/// The last moment of a day on the asker's wall.
pub fn end_of(day: NaiveDate, asker: &Asker) -> DateTime<Utc> {
    let next = day.checked_add_days(Days::new(1)).unwrap_or(day);
    asker.zone.moment(next.and_time(NaiveTime::MIN)) - TimeDelta::milliseconds(1)
}

/// The opportunities of a question as they were at the end of a day, laid out. Words of the question such as `today` mean that
/// day if the asker's today is it.
///
/// Refused as [`pivot`](super::pivot::pivot) refuses.
pub fn pivot_as_of(
    records: &Records,
    past: &Past,
    day: NaiveDate,
    query: &Query,
    layout: &Layout,
    asker: &Asker,
) -> Result<Pivot> {
    let rows = past.rows(records, end_of(day, asker));
    let rows: Vec<(&Place, &Row)> = rows.iter().map(|(place, row)| (place, row)).collect();
    pivot_of(records, &rows, query, layout, asker)
}

impl Past {
    pub(crate) fn learn(&mut self, traces: impl IntoIterator<Item = (DocId, Traced)>) {
        for (doc, traced) in traces {
            let turns = self.turns.entry(doc).or_default();
            let Traced { time, counter, actor, writes } = traced;
            for (at, trace) in writes {
                let turn = Turn { time, order: (counter + u64::from(at), actor), trace };
                let place = turns.partition_point(|known| known.order <= turn.order);
                turns.insert(place, turn);
            }
        }
    }

    /// The records as they were at a moment: opportunities by the log, all others as they are now.
    pub fn records(&self, now: &Records, at: DateTime<Utc>) -> Records {
        let of_log = |(id, turns): (&DocId, &Vec<Turn>)| {
            let then = state(turns, at)?;
            let Record::Opportunity(mut record) = now.own(*id)? else { return None };
            record.meta.merged = None;
            then.write(&mut record);
            Some(Record::Opportunity(record))
        };
        let mut all: Vec<Record> = self.turns.par_iter().filter_map(of_log).collect();
        let others = crate::id::Kind::ALL.into_iter().filter(|k| *k != crate::id::Kind::Opportunity);
        all.extend(others.flat_map(|kind| now.ids(kind)).filter_map(|id| now.own(id)));
        all.sort_by_key(Record::id);
        let mut records = Records::of(all);
        records.revision = now.revision;
        records
    }

    /// What an opportunity expected when it was lost last.
    pub fn expected_when_lost(&self, id: DocId) -> Option<Money> {
        let turns = self.turns.get(&id)?;
        let mut then = Then::default();
        let mut lost = None;
        for turn in turns {
            let was = then.standing.is_lost();
            then.take(&turn.trace);
            match (was, then.standing.is_lost()) {
                (_, false) => lost = None,
                // An edit of the reason later is no new loss.
                (false, true) => lost = Some(turn.time),
                (true, true) => {}
            }
        }
        let at = DateTime::from_timestamp_millis(lost?)?;
        state(turns, at).map(|then| then.expected)
    }

    /// The index's rows of opportunities that there were.
    fn rows(&self, records: &Records, at: DateTime<Utc>) -> Vec<(Place, Row)> {
        self.turns.par_iter().filter_map(|(id, turns)| row(records, *id, turns, at)).collect()
    }
}

/// Of one opportunity; nothing if there was none yet, or it stood in another one.
fn row(records: &Records, id: DocId, turns: &[Turn], at: DateTime<Utc>) -> Option<(Place, Row)> {
    let then = state(turns, at)?;
    let (slot, place) = records.index.slot_and_place(id)?;
    Some((place, then.row(&records.index, slot)))
}

/// Nothing before there was anything, and while it stood in the one it was merged into.
fn state(turns: &[Turn], at: DateTime<Utc>) -> Option<Then> {
    let millis = at.timestamp_millis();
    let first = turns.iter().map(|turn| turn.time).min()?;
    // An import tells at once what was before it.
    let told = millis.max(first);
    let mut then = Then::default();
    let mut created: Option<DateTime<Utc>> = None;
    let mut merged = false;
    for turn in turns.iter().filter(|turn| turn.time <= told) {
        match &turn.trace {
            Trace::Created(time) => created = *time,
            Trace::Merged(into) => merged = into.is_some(),
            trace => then.take(trace),
        }
    }
    if merged {
        return None;
    }
    if millis < first {
        if created.is_none_or(|created| created > at) {
            return None;
        }
        if then.standing.closed.is_some_and(|closed| closed > at) {
            then.standing = Standing { since: then.standing.since, ..Standing::default() };
        }
    }
    Some(then)
}

impl Then {
    fn take(&mut self, trace: &Trace) {
        match trace {
            Trace::Standing(standing) => self.standing = (**standing).clone(),
            Trace::Expected(amount) => self.expected = *amount,
            Trace::Recurring(amount) => self.recurring = *amount,
            Trace::RecurringPlan(plan) => self.plan.clone_from(plan),
            Trace::Deadline(day) => self.deadline = *day,
            Trace::User(id) => self.user = *id,
            Trace::Team(id) => self.team = *id,
            Trace::Customer(id) => self.customer = *id,
            Trace::IsLead(is) => self.is_lead = *is,
            Trace::Archived(is) => self.archived = *is,
            Trace::Deleted(is) => self.deleted = *is,
            Trace::Merged(_) | Trace::Created(_) => {}
        }
    }

    fn row(&self, index: &Index, of: u32) -> Row {
        let slot = |texts: &Texts, id: Option<DocId>| id.and_then(|id| texts.known_slot(id)).unwrap_or(NONE);
        let months = Plan::named(&self.plan).unwrap_or(Plan::Monthly).months();
        Row {
            slot: of,
            stage: slot(&index.stages, self.standing.stage),
            team: slot(&index.teams, self.team),
            user: slot(&index.users, self.user),
            partner: slot(&index.contacts, self.customer),
            expected_revenue: self.expected,
            date_deadline: self.deadline,
            date_closed: self.standing.closed,
            recurring_monthly: self.recurring.over(months),
            probability: self.standing.probability,
            next_deadline: None,
            is_lost: self.standing.is_lost(),
            is_lead: self.is_lead,
            is_archived: self.archived,
            is_trashed: self.deleted,
        }
    }

    fn write(self, record: &mut Opportunity) {
        record.standing = self.standing;
        record.expected_revenue = self.expected;
        record.recurring_revenue = self.recurring;
        record.recurring_plan = self.plan;
        record.date_deadline = self.deadline;
        record.user = self.user;
        record.team = self.team;
        record.partner = self.customer;
        record.r#type = if self.is_lead { "lead" } else { "opportunity" }.to_owned();
        record.meta.archived = self.archived;
        record.meta.deleted = self.deleted;
        record.meta.conflicts.clear();
    }
}
