//! The filters and groups that stand ready in the search bar (spec §8).

use super::{Listing, facets::Term};

/// Filters about one thing: chosen together they share a facet.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadyFilters {
    pub about: &'static str,
    pub terms: Vec<Term>,
}

/// Periods of a date that are asked for: how they are said and how they are written.
const PERIODS: [(&str, &str); 8] = [
    ("today", "today"),
    ("this week", "this week"),
    ("this month", "this month"),
    ("last month", "last month"),
    ("this quarter", "this quarter"),
    ("last quarter", "last quarter"),
    ("this year", "this year"),
    ("last year", "last year"),
];

/// The ready filters of a list, in the order of the menu.
pub fn filters(listing: Listing) -> Vec<ReadyFilters> {
    let created = || ready("Creation Date", PERIODS.map(|(said, w)| period("Created", "create_date", said, w)));
    let archived = || ready("Archived", [Term::new("Archived", "active = false").archived()]);
    let mine = |label: &str| Term::new(label, "user = me");
    let unassigned = || Term::new("Unassigned", "user is empty");
    match listing {
        Listing::Opportunities => vec![
            ready("Salesperson", [mine("My Pipeline"), unassigned()]),
            ready("Sales team", [Term::new("My Team", "team = my team")]),
            ready(
                "Outcome",
                [
                    Term::new("Open", "won_status = pending"),
                    Term::new("Won", "won_status = won"),
                    Term::new("Lost", "won_status = lost").archived(),
                ],
            ),
            ready(
                "Closing",
                [
                    Term::new("Overdue", "won_status = pending and date_deadline < today"),
                    Term::new(
                        "Closing soon",
                        "won_status = pending and date_deadline >= today and date_deadline <= today+7",
                    ),
                ],
            ),
            activity(),
            ready("Rotting", [Term::new("Rotting", "rotting_days is not empty")]),
            created(),
            ready("Closed Date", PERIODS.map(|(said, w)| period("Closed", "date_closed", said, w).archived())),
            archived(),
        ],
        Listing::Leads => vec![
            ready("Salesperson", [mine("My Leads"), unassigned()]),
            ready("Outcome", [Term::new("Lost", "won_status = lost").archived()]),
            activity(),
            created(),
            archived(),
        ],
        Listing::Contacts => vec![
            ready("Kind", [Term::new("Companies", "is_company = true"), Term::new("People", "is_company = false")]),
            ready("Salesperson", [mine("My Contacts"), unassigned()]),
            created(),
            archived(),
        ],
        Listing::Activities => vec![
            ready("Assigned to", [mine("My Activities"), unassigned()]),
            ready(
                "Activity state",
                [
                    Term::new("Overdue", "state = overdue"),
                    Term::new("Today", "state = today"),
                    Term::new("Planned", "state = planned"),
                    Term::new("Done", "state = done").archived(),
                ],
            ),
            ready("Deadline", PERIODS.map(|(said, w)| period("Due", "date_deadline", said, w))),
        ],
        Listing::Quotations => vec![
            ready("Salesperson", [mine("My Quotations"), unassigned()]),
            ready(
                "State",
                [
                    Term::new("Drafts", "state = draft"),
                    Term::new("Sent", "state = sent"),
                    Term::new("Sales orders", "state = confirmed"),
                    Term::new("Cancelled quotations", "state = cancelled"),
                ],
            ),
            ready(
                "Valid until",
                [Term::new(
                    "Expired",
                    "(state = draft or state = sent) and validity is not empty and validity < today",
                )],
            ),
            created(),
        ],
        Listing::Invoices => vec![
            ready("Salesperson", [mine("My Invoices"), unassigned()]),
            ready(
                "State",
                [
                    Term::new("Drafts", "state = draft"),
                    Term::new("Not paid", "state = posted"),
                    Term::new("Paid", "state = paid"),
                ],
            ),
            ready("Kind", [Term::new("Refunds", "refund_of is not empty")]),
            ready("Posted on", PERIODS.map(|(said, w)| period("Posted", "date", said, w))),
            created(),
        ],
        _ => vec![created(), archived()],
    }
}

/// The groups that stand ready for a list, as `list --group-by` takes them, with what they are called.
pub fn groups(listing: Listing) -> &'static [(&'static str, &'static str)] {
    match listing {
        Listing::Opportunities => &[
            ("Salesperson", "user"),
            ("Sales team", "team"),
            ("Stage", "stage"),
            ("Customer", "partner"),
            ("Tag", "tags"),
            ("Priority", "priority"),
            ("Outcome", "won_status"),
            ("Lost reason", "lost_reason"),
            ("Product", "product"),
            ("Expected closing", "date_deadline:month"),
            ("Creation Date", "create_date:month"),
            ("Closed Date", "date_closed:month"),
        ],
        Listing::Leads => &[
            ("Salesperson", "user"),
            ("Sales team", "team"),
            ("Source", "source"),
            ("Tag", "tags"),
            ("Country", "country"),
            ("Creation Date", "create_date:month"),
        ],
        Listing::Contacts => &[
            ("Company", "parent"),
            ("Country", "country"),
            ("City", "city"),
            ("Industry", "industry"),
            ("Tag", "tags"),
            ("Salesperson", "user"),
        ],
        Listing::Activities => &[
            ("Assigned to", "user"),
            ("Type", "type"),
            ("Activity state", "state"),
            ("Deadline", "date_deadline:week"),
            ("Record", "record"),
        ],
        Listing::Quotations => &[
            ("Salesperson", "user"),
            ("Sales team", "team"),
            ("State", "state"),
            ("Customer", "partner"),
            ("Ordered on", "date_order:month"),
            ("Creation Date", "create_date:month"),
        ],
        Listing::Invoices => &[
            ("Salesperson", "user"),
            ("Sales team", "team"),
            ("State", "state"),
            ("Customer", "partner"),
            ("Posted on", "date:month"),
        ],
        Listing::Products => &[("Category", "category"), ("Tax", "tax")],
        _ => &[("Creation Date", "create_date:month")],
    }
}

fn ready<const N: usize>(about: &'static str, terms: [Term; N]) -> ReadyFilters {
    ReadyFilters { about, terms: terms.into() }
}

fn period(verb: &str, field: &str, said: &str, written: &str) -> Term {
    Term::new(format!("{verb} {said}"), format!("{field} = {written}"))
}

fn activity() -> ReadyFilters {
    ready(
        "Activity",
        [
            Term::new("Late activities", "activity_state = overdue"),
            Term::new("Today’s activities", "activity_state = today"),
            Term::new("Planned activities", "activity_state = planned"),
            Term::new("No activity", "activity_state is empty"),
        ],
    )
}
