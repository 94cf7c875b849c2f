//! Revenue of this year beside the years before (spec §7).

use chrono::{Datelike, NaiveDate};

use super::{Frame, closed::closed_within};
use crate::{
    error::Result,
    query::{
        Asker, Listing, Period, Query, Term,
        dashboard::{Moments, about},
        pivot::{Cell, Layout, Pivot, pivot_among},
    },
    record::Records,
    value::Value,
};

/// What was won, month by month and year by year; and who it came from.
#[derive(Clone, Debug)]
pub struct Revenue {
    /// The years, this one first.
    pub years: Vec<i32>,
    /// January to December.
    pub months: Vec<MonthRevenue>,
    /// By customer, of the year.
    pub customers: Pivot,
    /// By salesperson, of the year.
    pub people: Pivot,
}

/// A month in each of the years; `cells` in the order of the years.
#[derive(Clone, Debug, PartialEq)]
pub struct MonthRevenue {
    /// 1 to 12.
    pub month: u32,
    pub cells: Vec<Cell>,
}

impl Revenue {
    /// Σ of a year, by its place among the years.
    pub fn total(&self, year: usize) -> Cell {
        let mut total = Cell::default();
        self.months.iter().filter_map(|month| month.cells.get(year)).for_each(|cell| total.add(cell));
        total
    }
}

/// Expected revenue of what was won in the frame's year, and in as many years before.
pub fn revenue(records: &Records, frame: Frame, before: usize, asker: &Asker) -> Result<Revenue> {
    let frame = Frame::new(frame.whose, Period::Year, frame.first);
    let this = frame.first.year();
    let years: Vec<i32> = (0..=before as i32).filter_map(|n| this.checked_sub(n)).collect();
    let won = frame.closed(records, asker, "won");
    let (this_year, first_year) = (frame.moments(asker), frame.later(-(before as i64)).unwrap_or(frame).moments(asker));
    let in_years = closed_within(records, frame.whose, Moments { start: first_year.start, ..this_year });
    let in_years: Vec<_> = in_years.filter(|(_, row)| row.won_status(records) == "won").collect();
    let in_year: Vec<_> =
        in_years.iter().filter(|(_, row)| row.date_closed.is_some_and(|time| this_year.has(time))).copied().collect();
    let by = |field: &str| {
        let layout = Layout::new("expected_revenue", &[field], None);
        pivot_among(records, &in_year, &won, &layout, asker)
    };
    let mine = frame.whose.facet(records, asker, Listing::Opportunities, "user");
    let from = years.last().copied().unwrap_or(this);
    let span = Term::new(
        format!("Closed {from} – {this}"),
        format!("date_closed >= {from}-01-01 and date_closed <= {this}-12-31"),
    );
    let outcome = about(("Outcome", Term::new("Won", "won_status = won").archived()));
    let facets = mine.into_iter().chain([outcome, about(("Closed Date", span.archived()))]).collect();
    let layout = Layout::new("expected_revenue", &["date_closed:month"], None);
    let all = pivot_among(records, &in_years, &Query { facets, ..Query::default() }, &layout, asker)?;
    let of = |year: i32, month: u32| {
        let first = Value::from(NaiveDate::from_ymd_opt(year, month, 1));
        let row = all.outer_rows().find(|(_, row)| row.head().is_some_and(|head| head.value == first));
        row.map_or(Cell::default(), |(_, row)| row.total)
    };
    let month = |month| MonthRevenue { month, cells: years.iter().map(|year| of(*year, month)).collect() };
    Ok(Revenue { months: (1..=12).map(month).collect(), years, customers: by("partner")?, people: by("user")? })
}

impl Revenue {
    /// The question that opens a month of a year.
    pub fn drill(&self, year: usize, month: u32) -> Option<Query> {
        let mut query = self.customers.drill(None, None);
        let year = self.years.get(year)?;
        let written = format!("{year:04}-{month:02}");
        let term = Term::new(format!("Closed {written}"), format!("date_closed = {written}")).archived();
        query.only("Closed Date", Some(term));
        Some(query)
    }
}
