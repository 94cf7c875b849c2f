//! What was reached against what was to be reached (spec §7).

use std::collections::HashMap;

use chrono::NaiveDate;

use super::Frame;
use crate::{
    id::DocId,
    query::{
        Asker, Facet, Listing, Period, Term,
        dashboard::{Detail, Figure, Whose, about},
        index::{NONE, Texts},
    },
    record::{Goals, Measure, Records},
    value::Money,
};

#[derive(Clone, Debug, PartialEq)]
pub struct ActualVsTarget {
    pub total: Line,
    /// Of all: team by team; of a team: its members; by name. Only who sold something or was to. Last, without a name and as
    /// whose the whole is, what was sold without a team, or without a salesperson: all of them add up to the total.
    pub lines: Vec<Line>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    pub whose: Whose,
    pub name: String,
    pub actual: Figure,
    /// In cents, of all months of the period; nothing where none has one.
    pub target: Option<i64>,
}

impl Line {
    /// How much of the target, in whole per cent, rounded down; nothing without a target.
    pub fn percent(&self) -> Option<i64> {
        let target = self.target.filter(|t| *t > 0)?;
        Some((i128::from(self.actual.amount.0) * 100).div_euclid(i128::from(target)) as i64)
    }
}

/// Whether sales orders are kept here at all. Where none are, what was won stands for what was ordered.
fn has_orders(records: &Records) -> bool {
    records.quotations.values().any(|q| !q.meta.deleted && q.is_order())
}

/// Sales orders confirmed in the period, without tax, against the targets for it (spec §7). In a workspace without any order it
/// is the expected revenue of what was won.
pub fn actual_vs_target(records: &Records, frame: Frame, asker: &Asker) -> ActualVsTarget {
    let goals = Goals::new(records);
    let months = months(frame);
    let of_months = |goal: &dyn Fn(NaiveDate) -> Option<i64>| {
        let set = months.iter().filter_map(|month| goal(*month));
        set.fold(None, |sum: Option<i64>, goal| Some(sum.unwrap_or(0).saturating_add(goal)))
    };
    let target = |whose: Whose| of_months(&|month| whose.goal(records, &goals, month, Measure::Won));
    let by_orders = has_orders(records);
    let line = |whose: Whose, target: Option<i64>| line(records, frame, whose, asker, target, by_orders);
    let mut sums: HashMap<Option<DocId>, (usize, Money)> = HashMap::new();
    let (theirs, moments) = (frame.whose.rows(records), frame.moments(asker));
    let mut total = line(frame.whose, target(frame.whose));
    let mut take = |user: Option<DocId>, team: Option<DocId>, amount: Money| {
        total.actual.take(amount);
        let sum = sums.entry(if frame.whose == Whose::All { team } else { user }).or_default();
        *sum = (sum.0 + 1, sum.1 + amount);
    };
    if by_orders {
        for order in records.quotations.values().filter(|q| !q.meta.deleted && q.is_order()) {
            let is_of_period = order.date_order.is_some_and(|time| moments.has(time));
            if is_of_period && frame.whose.is_seller(order.user, order.team) {
                take(order.user, order.team, records.totals(order.id).untaxed);
            }
        }
    } else {
        for row in records.index.rows.values() {
            let is_closed = row.date_closed.is_some_and(|time| moments.has(time));
            if is_closed && !row.is_lead && !row.is_trashed && theirs(row) && row.won_status(records) == "won" {
                let id = |texts: &Texts, slot: u32| (slot != NONE).then(|| texts.id(slot));
                let index = &records.index;
                take(id(&index.users, row.user), id(&index.teams, row.team), row.expected_revenue);
            }
        }
    }
    let parts: Vec<Whose> = match frame.whose {
        Whose::User(_) => Vec::new(),
        Whose::Team(team) => {
            // Whoever sold for the team, also who has left it since.
            let is_in = |id: &DocId| sums.contains_key(&Some(*id)) || records.users[id].team == Some(team);
            records.users.keys().filter(|id| is_in(id)).map(|id| Whose::User(*id)).collect()
        }
        Whose::All => records.teams.keys().map(|id| Whose::Team(*id)).collect(),
    };
    let mut lines: Vec<Line> = Vec::new();
    for part in parts {
        let id = match part {
            Whose::User(id) | Whose::Team(id) => id,
            Whose::All => continue,
        };
        let mut line = line(part, target(part));
        (line.actual.count, line.actual.amount) = sums.get(&Some(id)).copied().unwrap_or_default();
        if line.actual.count > 0 || line.target.is_some() {
            lines.push(line);
        }
    }
    lines.sort_by_cached_key(|line| crate::query::fold(&line.name));
    let (about_rest, label, condition, alone) = match frame.whose {
        Whose::All => ("Sales team", "Without a team", "team is empty", true),
        _ => ("Salesperson", "Without a salesperson", "user is empty", false),
    };
    let target = of_months(&|month| goals.of_alone(records, month, Measure::Won).filter(|_| alone));
    let mut rest = Line { name: String::new(), ..line(frame.whose, target) };
    (rest.actual.count, rest.actual.amount) = sums.get(&None).copied().unwrap_or_default();
    if let Detail::List(_, query) = &mut rest.actual.detail {
        query.facets.push(about((about_rest, Term::new(label, condition))));
    }
    if !matches!(frame.whose, Whose::User(_)) && (rest.actual.count > 0 || rest.target.is_some()) {
        lines.push(rest);
    }
    ActualVsTarget { total, lines }
}

fn line(records: &Records, frame: Frame, whose: Whose, asker: &Asker, target: Option<i64>, by_orders: bool) -> Line {
    let name = match whose {
        Whose::User(id) | Whose::Team(id) => records.name(id).to_owned(),
        Whose::All => String::new(),
    };
    if by_orders {
        let narrowed = |whose: Whose| {
            let field = if matches!(whose, Whose::Team(_)) { Listing::Opportunities } else { Listing::Quotations };
            whose.facet(records, asker, field, "user")
        };
        let written = frame.written(asker);
        let confirmed = about(("State", Term::new("Confirmed", "state = confirmed")));
        let ordered = Term::new(format!("Ordered {written}"), format!("date_order = {written}")).archived();
        let mut facets: Vec<Facet> = narrowed(whose).into_iter().chain([confirmed]).collect();
        if whose != frame.whose {
            facets.extend(narrowed(frame.whose));
        }
        facets.push(about(("Ordered on", ordered)));
        return Line { whose, name, actual: Figure::new(Listing::Quotations, facets), target };
    }
    let mut actual = Frame { whose, ..frame }.figure(records, asker, "won");
    if let (Whose::User(_), Whose::Team(_)) = (whose, frame.whose)
        && let Detail::List(_, query) = &mut actual.detail
    {
        // What a member sold for this team, not for another one.
        let team = frame.whose.facet(records, asker, Listing::Opportunities, "user");
        query.facets.extend(team);
    }
    Line { whose, name, actual, target }
}

/// The first days of the months of a frame.
fn months(frame: Frame) -> Vec<NaiveDate> {
    let end = frame.period.later(frame.first, 1);
    let first = Period::Month.start(frame.first);
    let next = |month: &NaiveDate| Period::Month.later(*month, 1).filter(|m| end.is_some_and(|end| *m < end));
    std::iter::successors(Some(first), next).collect()
}
