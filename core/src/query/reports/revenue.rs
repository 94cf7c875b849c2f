//! Revenue of this year beside the years before (spec §7).

use std::cmp::Reverse;

use chrono::{Datelike, NaiveDate};

use super::{Frame, closed::closed_within};
use crate::{
    error::Result,
    query::{
        Asker, Listing, Period, Query, Term,
        dashboard::{Moments, about},
        index::{Bits, NONE, Place, Row},
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
    /// By customer, of the year: of the largest only, [`LARGEST`] of them.
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

/// How many customers are told.
pub const LARGEST: usize = 10;

/// The slots of the customers who brought in most, of equals those whose names come first.
fn largest(records: &Records, rows: &[(&Place, &Row)]) -> Bits {
    let contacts = &records.index.contacts;
    let mut sums = vec![(0usize, 0i64); contacts.len()];
    for (_, row) in rows.iter().filter(|(_, row)| row.partner != NONE) {
        let sum = &mut sums[row.partner as usize];
        *sum = (sum.0 + 1, sum.1.saturating_add(row.expected_revenue.0));
    }
    let mut slots: Vec<u32> = (0..).zip(&sums).filter(|(_, sum)| sum.0 > 0).map(|(slot, _)| slot).collect();
    let order = |slot: &u32| (Reverse(sums[*slot as usize].1), contacts.folded_name(*slot), *slot);
    if slots.len() > LARGEST {
        slots.select_nth_unstable_by(LARGEST, |a, b| order(a).cmp(&order(b)));
        slots.truncate(LARGEST);
    }
    let mut bits = Bits::none(contacts.len());
    slots.into_iter().for_each(|slot| bits.set(slot));
    bits
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
    let by = |field: &str, rows: &[(&Place, &Row)]| {
        let layout = Layout::new("expected_revenue", &[field], None);
        pivot_among(records, rows, &won, &layout, asker)
    };
    let largest = largest(records, &in_year);
    let of_largest: Vec<_> = in_year.iter().filter(|(_, row)| largest.has(row.partner)).copied().collect();
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
    Ok(Revenue {
        months: (1..=12).map(month).collect(),
        years,
        customers: by("partner", &of_largest)?,
        people: by("user", &in_year)?,
    })
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
