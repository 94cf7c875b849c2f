//! A team's dashboard (spec §2).

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate, Utc};

use super::{Detail, Figure, Performance, Whose, about, invoiced};
use crate::{
    query::{Asker, ListField, Listing, Period, Term, custom::equals, fold},
    record::{Goals, Measure, Records},
    value::{Money, Value},
};

#[derive(Clone, Debug, PartialEq)]
pub struct TeamDashboard {
    pub whose: Whose,
    /// Leads that nobody has.
    pub unassigned: Figure,
    /// Open opportunities with their probable turnover.
    pub open: Figure,
    /// Open opportunities whose expected closing is over, with their expected revenue.
    pub overdue: Figure,
    pub invoiced: Performance,
    /// Probable turnover of open opportunities by expected closing, step by step through the period that today lies in.
    pub closings: Vec<Step>,
    /// Where revenue of this month comes from.
    pub streams: Vec<Stream>,
}

/// From a day to a day, both included.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub figure: Figure,
}

/// A source of revenue: orders, invoices, an imported channel.
#[derive(Clone, Debug, PartialEq)]
pub struct Stream {
    pub name: String,
    pub figure: Figure,
}

/// The dashboard of a team, a person or all. Closings go `by` day, week or month `over` this week, month or year; a first week
/// that begins before the period is cut.
pub fn team_dashboard(
    records: &Records,
    whose: Whose,
    asker: &Asker,
    now: DateTime<Utc>,
    by: Period,
    over: Period,
) -> TeamDashboard {
    let today = asker.zone.day(now);
    let month = Period::Month.start(today);
    let target = whose.goal(records, &Goals::new(records), month, Measure::Invoiced);
    let pipeline = |terms: Vec<(&str, Term)>| {
        let facets = whose.facet(records, asker, Listing::Opportunities, "user").into_iter();
        Figure::new(Listing::Opportunities, facets.chain(terms.into_iter().map(about)).collect())
    };
    let open = || ("Outcome", Term::new("Open", "won_status = pending"));
    let mut out = TeamDashboard {
        whose,
        unassigned: {
            let facets = whose.facet(records, asker, Listing::Leads, "user").into_iter();
            let nobody = about(("Salesperson", Term::new("Unassigned", "user is empty")));
            Figure::new(Listing::Leads, facets.chain([nobody]).collect())
        },
        open: pipeline(vec![open()]),
        overdue: pipeline(vec![("Closing", Term::new("Overdue", "won_status = pending and date_deadline < today"))]),
        invoiced: invoiced(records, whose, asker, today, target),
        closings: Vec::new(),
        streams: Vec::new(),
    };
    for (from, to) in steps(today, by, over) {
        let label = if by == Period::Day { by.title(from) } else { format!("{from} – {to}") };
        let within = Term::new(label, format!("date_deadline >= {from} and date_deadline <= {to}"));
        out.closings.push(Step { from, to, figure: pipeline(vec![open(), ("Expected closing", within)]) });
    }
    let theirs = whose.rows(records);
    for row in records.index.rows.values().filter(|row| row.is_active() && theirs(row)) {
        if row.is_lead {
            if row.user == crate::query::index::NONE {
                out.unassigned.take(Money(0));
            }
            continue;
        }
        if row.won_status(records) != "pending" {
            continue;
        }
        let probable = row.expected_revenue.share(row.shown_probability(records));
        out.open.take(probable);
        let Some(day) = row.date_deadline else { continue };
        if day < today {
            out.overdue.take(row.expected_revenue);
        }
        let next = out.closings.partition_point(|step| step.from <= day);
        let step = next.checked_sub(1).and_then(|at| out.closings.get_mut(at));
        if let Some(step) = step.filter(|step| day <= step.to) {
            step.figure.take(probable);
        }
    }
    out.streams = streams(records, whose, asker, month, &out.invoiced.this_month);
    out
}

/// Revenue of a month without tax: orders, invoices, then every other channel by name.
fn streams(records: &Records, whose: Whose, asker: &Asker, month: NaiveDate, invoiced: &Figure) -> Vec<Stream> {
    let orders = {
        let facets = whose.sales(records, asker).into_iter();
        let confirmed = about(("State", Term::new("Confirmed", "state = confirmed")));
        let ordered = about(("Ordered on", Term::new("Ordered this month", "date_order = this month").archived()));
        Figure::new(Listing::Quotations, facets.chain([confirmed, ordered]).collect())
    };
    let mut streams = vec![
        Stream { name: "Sales orders".to_owned(), figure: orders },
        Stream { name: "Invoices".to_owned(), figure: invoiced.clone() },
    ];
    for order in records.quotations.values().filter(|q| !q.meta.deleted && q.is_order()) {
        let is_of_month = order.date_order.is_some_and(|time| Period::Month.start(asker.zone.day(time)) == month);
        if is_of_month && whose.sold(records, order.user, order.team, order.opportunity) {
            streams[0].figure.take(records.totals(order.id).untaxed);
        }
    }
    let mut channels: BTreeMap<String, Figure> = BTreeMap::new();
    for line in records.revenue_lines.values().filter(|line| !line.meta.deleted) {
        let is_of_month = line.date.is_some_and(|day| Period::Month.start(day) == month);
        if !is_of_month || !whose.sold(records, line.user, line.team, None) {
            continue;
        }
        let figure = || {
            let facets = whose.lines(records, asker).into_iter();
            let field = ListField::named(records, Listing::RevenueLines, "channel").ok();
            let written =
                field.map(|f| equals(&f, &Value::from(line.channel.as_str()), Period::Day)).unwrap_or_default();
            let channel = about(("Channel", Term::new(line.channel.as_str(), written)));
            let on = about(("Date", Term::new("This month", "date = this month").archived()));
            Figure::new(Listing::RevenueLines, facets.chain([channel, on]).collect())
        };
        // A filter does not tell `Shop` from `shop`.
        channels.entry(fold(&line.channel)).or_insert_with(figure).take(line.amount);
    }
    streams.extend(channels.into_values().map(|figure| Stream { name: channel_of(&figure), figure }));
    streams
}

fn channel_of(figure: &Figure) -> String {
    let Detail::List(_, query) = &figure.detail else { return String::new() };
    let facet = query.facets.iter().find(|facet| facet.about == "Channel");
    facet.map(|facet| facet.label()).unwrap_or_default()
}

/// The steps through the period that a day lies in.
fn steps(today: NaiveDate, by: Period, over: Period) -> Vec<(NaiveDate, NaiveDate)> {
    let mut from = over.start(today);
    let Some(end) = over.later(from, 1) else { return Vec::new() };
    let mut steps = Vec::new();
    while from < end {
        let Some(next) = by.later(by.start(from), 1) else { break };
        let next = next.min(end);
        steps.push((from, next - Days::new(1)));
        from = next;
    }
    steps
}
