//! What was won and lost.

use std::collections::HashMap;

use super::Frame;
use crate::{
    error::Result,
    id::DocId,
    query::{
        Asker, Listing, Term,
        dashboard::{Figure, Moments, Whose, about},
        index::{Place, Row},
        pivot::{Layout, Number, Pivot, pivot_among},
    },
    record::Records,
    value::Money,
};

/// Opportunities lost in the period (spec §7), as large as their expected revenue.
#[derive(Clone, Debug, PartialEq)]
pub struct MissedSales {
    pub total: Figure,
    /// The largest amount first; without a reason last. The name is empty there.
    pub by_reason: Vec<(Option<DocId>, String, Figure)>,
}

/// Won against lost in the period.
#[derive(Clone, Debug, PartialEq)]
pub struct WinLoss {
    pub won: Figure,
    pub lost: Figure,
}

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Won {
    ByCount,
    ByAmount,
}

/// Won for every one lost.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Ratio {
    /// Nothing was closed, or what was closed is worth nothing.
    Nothing,
    /// Something was won and nothing lost: no number says that.
    NoLosses,
    Ratio(f64),
}

/// How long it took to win.
#[derive(Clone, Debug)]
pub struct SalesCycle {
    pub won: Figure,
    /// The mean of whole days from creation to winning; nothing where nothing was won.
    pub days: Option<f64>,
    /// Of the period before.
    pub days_before: Option<f64>,
    /// Month by month.
    pub months: Pivot,
}

/// As it was lost: the amount is what the opportunity expects now unless `then` says what it expected when it was lost.
pub fn missed_sales(
    records: &Records,
    frame: Frame,
    asker: &Asker,
    then: impl Fn(DocId) -> Option<Money>,
) -> MissedSales {
    let mut total = frame.figure(records, asker, "lost");
    let mut by_reason: HashMap<Option<DocId>, (usize, Money)> = HashMap::new();
    for (place, row) in closed(records, frame, asker) {
        if !row.is_lost {
            continue;
        }
        let id = place.2.0;
        let amount = then(id).unwrap_or(row.expected_revenue);
        total.take(amount);
        let reason = records.opportunities.get(&id).and_then(|o| o.standing.lost_reason());
        let sum = by_reason.entry(reason).or_default();
        *sum = (sum.0 + 1, sum.1 + amount);
    }
    let mut by_reason: Vec<_> = by_reason.into_iter().collect();
    by_reason.sort_by_key(|(reason, (_, amount))| (reason.is_none(), std::cmp::Reverse(*amount), *reason));
    let figure = |(reason, (count, amount)): (Option<DocId>, (usize, Money))| {
        let name = reason.map_or("", |r| records.name(r)).to_owned();
        let written = reason.map_or("lost_reason is empty".to_owned(), |r| format!("lost_reason = {r}"));
        let term = Term::new(if reason.is_some() { name.as_str() } else { "No reason" }, written).archived();
        let mut facets = frame.closed(records, asker, "lost").facets;
        facets.push(about(("Lost reason", term)));
        (reason, name, Figure { count, amount, ..Figure::new(Listing::Opportunities, facets) })
    };
    MissedSales { total, by_reason: by_reason.into_iter().map(figure).collect() }
}

/// Won and lost in the period.
pub fn win_loss(records: &Records, frame: Frame, asker: &Asker) -> WinLoss {
    let mut out = WinLoss { won: frame.figure(records, asker, "won"), lost: frame.figure(records, asker, "lost") };
    for (_, row) in closed(records, frame, asker) {
        match row.won_status(records) {
            "won" => out.won.take(row.expected_revenue),
            "lost" => out.lost.take(row.expected_revenue),
            _ => {}
        }
    }
    out
}

impl WinLoss {
    fn sizes(&self, by: Won) -> (f64, f64) {
        match by {
            Won::ByCount => (self.won.count as f64, self.lost.count as f64),
            Won::ByAmount => (self.won.amount.0 as f64, self.lost.amount.0 as f64),
        }
    }

    pub fn ratio(&self, by: Won) -> Ratio {
        match self.sizes(by) {
            (won, lost) if lost > 0.0 => Ratio::Ratio(won / lost),
            (won, _) if won > 0.0 => Ratio::NoLosses,
            _ => Ratio::Nothing,
        }
    }

    /// The part that was won of what was closed, 0 to 1; nothing where that is nothing.
    pub fn rate(&self, by: Won) -> Option<f64> {
        let (won, lost) = self.sizes(by);
        (won + lost > 0.0).then(|| won / (won + lost))
    }
}

/// The mean days to win, in the period and month by month.
pub fn sales_cycle(records: &Records, frame: Frame, asker: &Asker) -> Result<SalesCycle> {
    let months = |frame: Frame| {
        let layout = Layout::new("day_close", &["date_closed:month"], None);
        pivot_among(records, &won_rows(records, frame, asker), &frame.closed(records, asker, "won"), &layout, asker)
    };
    let mean = |pivot: &Pivot| match pivot.number(&pivot.total) {
        Number::Mean(days) => Some(days),
        _ => None,
    };
    let now = months(frame)?;
    let before = frame.later(-1).map(months).transpose()?;
    let mut won = frame.figure(records, asker, "won");
    won_rows(records, frame, asker).into_iter().for_each(|(_, row)| won.take(row.expected_revenue));
    Ok(SalesCycle { won, days: mean(&now), days_before: before.as_ref().and_then(mean), months: now })
}

/// Their opportunities that were won or lost in the period, archived ones too.
fn closed<'a>(records: &'a Records, frame: Frame, asker: &Asker) -> impl Iterator<Item = (&'a Place, &'a Row)> {
    closed_within(records, frame.whose, frame.moments(asker))
}

/// What was won of them in the period: what [`Frame::closed`] finds.
fn won_rows<'a>(records: &'a Records, frame: Frame, asker: &Asker) -> Vec<(&'a Place, &'a Row)> {
    closed(records, frame, asker).filter(|(_, row)| row.won_status(records) == "won").collect()
}

pub(super) fn closed_within(records: &Records, whose: Whose, moments: Moments) -> impl Iterator<Item = (&Place, &Row)> {
    let theirs = whose.rows(records);
    records.index.rows.iter().filter(move |(_, row)| {
        !row.is_lead && !row.is_trashed && theirs(row) && row.date_closed.is_some_and(|time| moments.has(time))
    })
}
