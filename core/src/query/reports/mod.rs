//! Management reports (spec §7): one period, by me, my team or all; every figure with the question that opens it.

mod closed;
mod revenue;
mod targets;

use chrono::NaiveDate;

pub use self::{
    closed::{MissedSales, Ratio, SalesCycle, WinLoss, Won, missed_sales, sales_cycle, win_loss},
    revenue::{MonthRevenue, Revenue, revenue},
    targets::{ActualVsTarget, Line, actual_vs_target},
};
use super::{
    Asker, Listing, Period, Query, Term,
    dashboard::{Figure, Members, Moments, Whose, about, every_doing_at_once},
    index::Doing,
    pivot::{Layout, Pivot, pivot, pivot_of_doings},
};
use crate::{error::Result, record::Records};

/// What a report is about: whose figures, in which period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Frame {
    pub whose: Whose,
    /// A month, a quarter or a year.
    pub period: Period,
    /// The period's first day.
    pub first: NaiveDate,
}

impl Frame {
    /// The period that a day lies in.
    pub fn new(whose: Whose, period: Period, day: NaiveDate) -> Frame {
        Frame { whose, period, first: period.start(day) }
    }

    /// So many periods later, or earlier; nothing beyond the calendar.
    pub fn later(self, by: i64) -> Option<Frame> {
        Some(Frame { first: self.period.later(self.first, by)?, ..self })
    }

    /// As the filter language writes it: `this month` where that is meant, so that what is kept as a favourite goes on.
    fn written(self, asker: &Asker) -> String {
        let now = self.period.start(asker.today);
        let name = match self.period {
            Period::Day => return self.period.title(self.first),
            Period::Week => "week",
            Period::Month => "month",
            Period::Quarter => "quarter",
            Period::Year => "year",
        };
        match () {
            _ if self.first == now => format!("this {name}"),
            _ if self.period.later(now, -1) == Some(self.first) => format!("last {name}"),
            _ => self.period.title(self.first),
        }
    }

    fn moments(self, asker: &Asker) -> Moments {
        Moments::of(asker, self.period, self.first)
    }

    /// Their opportunities with this outcome (`won`, `lost`) that were closed in the period.
    fn closed(self, records: &Records, asker: &Asker, outcome: &str) -> Query {
        let written = self.written(asker);
        let label = if outcome == "won" { "Won" } else { "Lost" };
        let mine = self.whose.facet(records, asker, Listing::Opportunities, "user");
        let outcome = about(("Outcome", Term::new(label, format!("won_status = {outcome}")).archived()));
        let closed = Term::new(format!("Closed {written}"), format!("date_closed = {written}")).archived();
        let facets = mine.into_iter().chain([outcome, about(("Closed Date", closed))]).collect();
        Query { facets, ..Query::default() }
    }

    fn figure(self, records: &Records, asker: &Asker, outcome: &str) -> Figure {
        Figure::new(Listing::Opportunities, self.closed(records, asker, outcome).facets)
    }
}

/// Open opportunities laid out: Pipeline Analysis, by stage unless said otherwise.
pub fn pipeline(records: &Records, whose: Whose, layout: &Layout, asker: &Asker) -> Result<Pivot> {
    let mine = whose.facet(records, asker, Listing::Opportunities, "user");
    let open = about(("Outcome", Term::new("Open", "won_status = pending")));
    let query = Query { facets: mine.into_iter().chain([open]).collect(), ..Query::default() };
    pivot(records, Listing::Opportunities, &query, layout, asker)
}

/// Activities done in the period: by type and person, across its months (of a month, its weeks).
pub fn activities(records: &Records, frame: Frame, asker: &Asker) -> Result<Pivot> {
    let written = frame.written(asker);
    let mine = frame.whose.facet(records, asker, Listing::Activities, "done_by");
    let done = Term::new(format!("Done {written}"), format!("done = {written}")).archived();
    let facets = mine.into_iter().chain([about(("Done on", done))]).collect();
    let column = if frame.period == Period::Month { "done:week" } else { "done:month" };
    let layout = Layout::new("count", &["type", "done_by"], Some(column));
    let (members, moments) = (Members::of(records, frame.whose), frame.moments(asker));
    let is_done = |doing: &&Doing| doing.done.is_some_and(|time| moments.has(time)) && members.has(doing.done_by);
    let done: Vec<&Doing> = every_doing_at_once(records, is_done);
    pivot_of_doings(records, &done, &Query { facets, ..Query::default() }, &layout, asker)
}
