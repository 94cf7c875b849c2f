//! What changed between two days: from the one pipeline to the other, step by step.

use chrono::NaiveDate;
use rayon::prelude::*;

use super::{Past, end_of, row};
use crate::{
    error::Result,
    id::DocId,
    query::{
        Asker, ListQuery, Listing, Query,
        index::{Place, Row},
        search::Found,
    },
    record::Records,
    value::Money,
};

/// A waterfall: `start` with every step's amount is `end`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Changes {
    /// What was open at the end of the first day.
    pub start: Step,
    /// New, reopened or taken from the archive; what was won or lost in between was added first.
    pub added: Step,
    pub won: Step,
    pub lost: Step,
    /// Archived, thrown away, merged into another one, or made a lead.
    pub removed: Step,
    /// In another stage: what that makes more or less likely.
    pub moved: Step,
    /// Expected to bring in another amount, or another probability set by hand.
    pub revalued: Step,
    /// What was open at the end of the last day.
    pub end: Step,
}

/// Some opportunities, and by how much they raise or lower the sums.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Step {
    pub ids: Vec<DocId>,
    pub expected: Money,
    pub probable: Money,
}

impl Step {
    fn take(&mut self, id: DocId, (expected, probable): (i64, i64)) {
        self.ids.push(id);
        self.expected = self.expected + Money(expected);
        self.probable = self.probable + Money(probable);
    }

    fn join(&mut self, mut other: Step) {
        self.ids.append(&mut other.ids);
        self.expected = self.expected + other.expected;
        self.probable = self.probable + other.probable;
    }
}

impl Changes {
    /// The steps in the order of a waterfall.
    pub fn steps(&self) -> [(&'static str, &Step); 8] {
        [
            ("Start", &self.start),
            ("Added", &self.added),
            ("Won", &self.won),
            ("Lost", &self.lost),
            ("Removed", &self.removed),
            ("Moved", &self.moved),
            ("Re-valued", &self.revalued),
            ("End", &self.end),
        ]
    }

    fn join(mut self, other: Changes) -> Changes {
        self.start.join(other.start);
        self.added.join(other.added);
        self.won.join(other.won);
        self.lost.join(other.lost);
        self.removed.join(other.removed);
        self.moved.join(other.moved);
        self.revalued.join(other.revalued);
        self.end.join(other.end);
        self
    }
}

/// What an opportunity is for a pipeline.
#[derive(Clone, Copy, PartialEq)]
enum Is {
    Open,
    Won,
    Lost,
    /// Not there, or not to be seen.
    Gone,
}

fn is(records: &Records, row: Option<&Row>) -> Is {
    match row {
        None => Is::Gone,
        Some(row) if row.is_lead || row.is_trashed => Is::Gone,
        Some(row) => match row.won_status(records) {
            "won" => Is::Won,
            "lost" => Is::Lost,
            _ if row.is_archived => Is::Gone,
            _ => Is::Open,
        },
    }
}

/// How the pipeline of the end of one day became that of the end of another. The question says which opportunities it is about,
/// by what they are on the last day, or were while they were there.
///
/// Refused with what is wrong about a filter.
pub fn between(
    records: &Records,
    past: &Past,
    from: NaiveDate,
    to: NaiveDate,
    query: &Query,
    asker: &Asker,
) -> Result<Changes> {
    let (start, end) = (end_of(from.min(to), asker), end_of(to.max(from), asker));
    let query = Query { group_by: Vec::new(), sort: String::new(), archived: true, ..query.clone() };
    let list = query.ask(records, Listing::Opportunities, asker)?;
    let found = Found::new(records, Listing::Opportunities.kind(), &list.search);
    let change = |(id, turns): (&DocId, &Vec<super::Turn>)| {
        let before = row(records, *id, turns, start);
        let after = row(records, *id, turns, end);
        let (place, known) = after.as_ref().or(before.as_ref())?;
        let shown = passes(records, &list, &found, place, known);
        shown.then(|| step(records, *id, before.as_ref().map(|b| &b.1), after.as_ref().map(|a| &a.1)))
    };
    let changes = past.turns.par_iter().filter_map(change);
    Ok(changes.fold(Changes::default, Changes::join).reduce(Changes::default, Changes::join))
}

fn passes(records: &Records, list: &ListQuery, found: &Found, place: &Place, row: &Row) -> bool {
    found.has_slot(row.slot) && list.filters.iter().all(|f| f.holds_row(records, place, row, &list.asker))
}

fn step(records: &Records, id: DocId, before: Option<&Row>, after: Option<&Row>) -> Changes {
    let worth = |row: Option<&Row>| {
        row.map_or((0, 0), |row| {
            let probable = row.expected_revenue.share(row.shown_probability(records));
            (row.expected_revenue.0, probable.0)
        })
    };
    let minus = |(a, b): (i64, i64)| (-a, -b);
    let mut out = Changes::default();
    let (was, now) = (is(records, before), is(records, after));
    let (old, new) = (worth(before), worth(after));
    if was == Is::Open {
        out.start.take(id, old);
    }
    if now == Is::Open {
        out.end.take(id, new);
    }
    match (was, now) {
        (Is::Open, Is::Open) => {
            let (Some(before), Some(after)) = (before, after) else { return out };
            // First the stage, at the old amount; then the rest.
            let staged = Row { stage: after.stage, probability: after.probability, ..*before };
            let moves = before.stage != after.stage;
            let middle = if moves { worth(Some(&staged)) } else { old };
            if moves {
                out.moved.take(id, (0, middle.1 - old.1));
            }
            if middle != new {
                out.revalued.take(id, (new.0 - middle.0, new.1 - middle.1));
            }
        }
        (Is::Open, Is::Won) => out.won.take(id, minus(old)),
        (Is::Open, Is::Lost) => out.lost.take(id, minus(old)),
        (Is::Open, Is::Gone) => out.removed.take(id, minus(old)),
        (_, Is::Open) => out.added.take(id, new),
        // It came and was decided in between.
        (Is::Gone, Is::Won) if before.is_none() => {
            out.added.take(id, (new.0, new.0));
            out.won.take(id, (-new.0, -new.0));
        }
        (Is::Gone, Is::Lost) if before.is_none() => {
            out.added.take(id, (new.0, 0));
            out.lost.take(id, (-new.0, 0));
        }
        _ => {}
    }
    out
}
