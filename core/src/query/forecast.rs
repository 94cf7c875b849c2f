//! Opportunities by when they are expected to close: months for the forecast, days for the calendar (spec §1).

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};

use super::{Asker, Item, Listing, Period, Query};
use crate::{
    error::Result,
    id::DocId,
    record::{Opportunity, Records, WonStatus},
    value::Money,
};

/// What a column of the forecast holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Span {
    /// Expected before the first month, and still open.
    Before,
    /// A month, by its first day.
    Month(NaiveDate),
    /// After the last month.
    Later,
    /// Without an expected closing.
    NoDate,
}

impl Span {
    /// The expected closing of what is moved here: the month's last day. The inner nothing takes it away; nothing where
    /// there is no such day.
    pub fn closing(self) -> Option<Option<NaiveDate>> {
        match self {
            Span::Month(first) => Some(Some(Period::Month.later(first, 1)? - Days::new(1))),
            Span::NoDate => Some(None),
            Span::Before | Span::Later => None,
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct ForecastColumn {
    pub span: Span,
    /// By expected closing, then priority descending and newest first.
    pub cards: Vec<DocId>,
    pub expected_revenue: Money,
    pub prorated_revenue: Money,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Forecast {
    /// Before and later only where something is there; the months always.
    pub columns: Vec<ForecastColumn>,
    pub count: usize,
    pub expected_revenue: Money,
    pub prorated_revenue: Money,
}

/// Open and won opportunities by month of expected closing, from the month of a day on. What was won before is over.
///
/// Refused with what is wrong about a filter.
pub fn forecast(records: &Records, query: &Query, asker: &Asker, from: NaiveDate, months: usize) -> Result<Forecast> {
    let first = Period::Month.start(from);
    let starts: Vec<NaiveDate> = (0..months as i64).filter_map(|n| Period::Month.later(first, n)).collect();
    let end = Period::Month.later(first, months as i64);
    let spans = [Span::Before].into_iter().chain(starts.iter().map(|m| Span::Month(*m)));
    let spans = spans.chain([Span::Later, Span::NoDate]);
    let empty =
        |span| ForecastColumn { span, cards: Vec::new(), expected_revenue: Money(0), prorated_revenue: Money(0) };
    let mut columns: Vec<ForecastColumn> = spans.map(empty).collect();
    let last = columns.len() - 1;
    let mut out = Forecast::default();
    for o in answering(records, query, asker)? {
        let won = records.won_status(o) == WonStatus::Won;
        let at = match o.date_deadline {
            Some(day) if day < first && won => continue,
            Some(day) if day < first => 0,
            Some(day) if end.is_some_and(|end| day >= end) => last - 1,
            Some(day) => starts.partition_point(|m| *m <= day),
            None if won => continue,
            None => last,
        };
        let column = &mut columns[at];
        column.cards.push(o.id);
        column.expected_revenue = column.expected_revenue + o.expected_revenue;
        column.prorated_revenue = column.prorated_revenue + records.prorated_revenue(o);
    }
    for column in &mut columns {
        let closing = |id: &DocId| records.opportunities.get(id).and_then(|o| o.date_deadline);
        column.cards.sort_by_key(closing);
        out.count += column.cards.len();
        out.expected_revenue = out.expected_revenue + column.expected_revenue;
        out.prorated_revenue = out.prorated_revenue + column.prorated_revenue;
    }
    columns.retain(|c| !c.cards.is_empty() || matches!(c.span, Span::Month(_)));
    out.columns = columns;
    Ok(out)
}

/// Open and won opportunities by the day of their expected closing, from a day to another, both included.
///
/// Refused with what is wrong about a filter.
pub fn closings(
    records: &Records,
    query: &Query,
    asker: &Asker,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<BTreeMap<NaiveDate, Vec<DocId>>> {
    let mut days: BTreeMap<NaiveDate, Vec<DocId>> = BTreeMap::new();
    for o in answering(records, query, asker)? {
        if let Some(day) = o.date_deadline.filter(|day| (from..=to).contains(day)) {
            days.entry(day).or_default().push(o.id);
        }
    }
    Ok(days)
}

/// In the list's own order, without its groups and without lost ones.
fn answering<'a>(records: &'a Records, query: &Query, asker: &Asker) -> Result<Vec<&'a Opportunity>> {
    let query = Query { group_by: Vec::new(), sort: String::new(), ..query.clone() };
    let items = query.ask(records, Listing::Opportunities, asker)?.items(records);
    let open = items.into_iter().filter_map(|item| match item {
        Item::Opportunity(o) if !o.standing.is_lost() => Some(o),
        _ => None,
    });
    Ok(open.collect())
}
