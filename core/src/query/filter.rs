//! Filters: `won_status = won and (user = 'Ann Field' or expected_revenue >= 1000)`.

mod parse;
mod rows;

use std::{cmp::Ordering, collections::HashSet, sync::OnceLock};

use chrono::{DateTime, NaiveDate, Utc};

use super::{
    Asker, Item, Listing,
    fields::ListField,
    fold,
    index::{Bits, Place, Row},
    period::Span,
    search::Found,
};
use crate::{
    error::Result,
    id::{DocId, Kind},
    record::Records,
    value::Value,
};

/// A condition on the records of one list. Which records its names mean is looked up once: make it anew when records change.
#[derive(Clone, Debug)]
pub struct Filter {
    expression: Expression,
}

#[derive(Clone, Debug)]
enum Expression {
    All(Vec<Expression>),
    Any(Vec<Expression>),
    Not(Box<Expression>),
    Test(Test),
    /// Words that must all occur, wherever the search looks.
    Anywhere(String, OnceLock<Found>),
}

/// A field and what is asked of it.
#[derive(Clone, Debug)]
struct Test {
    field: ListField,
    check: Check,
    /// The customers for which it holds, where it is asked of nothing but an opportunity's customer.
    customers: OnceLock<Customers>,
}

/// By slot; and whether it holds where there is no customer.
#[derive(Clone, Debug)]
struct Customers(Bits, bool);

#[derive(Clone, Debug)]
enum Check {
    Empty,
    Equals(bool),
    /// Folded.
    Text(Compare, String),
    /// Whole numbers; cents; hundredths of a percent.
    Number(Compare, i64),
    Days(Compare, Span),
    Moment(Compare, DateTime<Utc>),
    Named(Wanted, OnceLock<HashSet<DocId>>),
    /// One of these records.
    Among(HashSet<DocId>),
}

/// Which records are meant.
#[derive(Clone, Debug)]
enum Wanted {
    /// By folded name; the kind they are of.
    Name(Compare, String, Kind),
    Id(DocId),
    /// The asker.
    Me(Option<DocId>),
    /// The asker's team.
    MyTeam(Option<DocId>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Compare {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Contains,
    Starts,
}

impl Filter {
    /// Reads an expression: `field op value` joined by `and`, `or`, `not` and parentheses; ops `= != < <= > >= contains
    /// starts in (…) is empty is not empty`; dates ISO or `today`, `today+7`, `this month`, `last quarter`; text in
    /// single quotes where it has parentheses, commas, `and` or `or`. References are compared by name or id, people also
    /// with `me`, teams with `my team`; fields of other records are reached through them: `partner.country = France`,
    /// `user.team = West`. `anywhere contains 'acme lamps'` looks where the search does.
    ///
    /// Refused with the place of the mistake and the known fields.
    pub fn parse(records: &Records, listing: Listing, text: &str, asker: impl Into<Asker>) -> Result<Filter> {
        parse::parse(records, listing, text, &asker.into()).map(|expression| Filter { expression })
    }

    /// Whether a record of the list meets the condition.
    pub fn holds(&self, records: &Records, item: Item, asker: &Asker) -> bool {
        self.expression.holds(records, item, asker)
    }

    /// As [`Filter::holds`], for an opportunity of the index: its record is looked at only where its row does not tell.
    pub(super) fn holds_row(&self, records: &Records, place: &Place, row: &Row, asker: &Asker) -> bool {
        self.expression.of_row(records, place, row, asker).unwrap_or_else(|| {
            let record = records.opportunities.get(&place.2.0);
            record.is_some_and(|o| self.expression.holds(records, Item::Opportunity(o), asker))
        })
    }

    /// The one record that a reference must be for the condition to hold, if it says so by itself.
    pub(super) fn pinned(&self, records: &Records, field: &str) -> Option<DocId> {
        match &self.expression {
            Expression::Test(Test { field: tested, check: check @ Check::Named(..), .. }) if tested.name == field => {
                check.pinned(records)
            }
            _ => None,
        }
    }
}

impl Expression {
    fn test(field: ListField, check: Check) -> Expression {
        Expression::Test(Test { field, check, customers: OnceLock::new() })
    }

    fn holds(&self, records: &Records, item: Item, asker: &Asker) -> bool {
        match self {
            Expression::All(parts) => parts.iter().all(|p| p.holds(records, item, asker)),
            Expression::Any(parts) => parts.iter().any(|p| p.holds(records, item, asker)),
            Expression::Not(part) => !part.holds(records, item, asker),
            Expression::Test(test) => test.check.holds(records, &test.field.value(records, item, asker.today), asker),
            Expression::Anywhere(text, found) => {
                found.get_or_init(|| Found::new(records, item.id().kind(), text)).has(records, item)
            }
        }
    }
}

impl Check {
    fn holds(&self, records: &Records, value: &Value, asker: &Asker) -> bool {
        match (self, value) {
            (Check::Empty, value) => value.is_null(),
            (Check::Equals(wanted), Value::Bool(is)) => is == wanted,
            (Check::Text(compare, wanted), Value::Text(text)) => compare.text(&fold(text), wanted),
            (Check::Number(compare, wanted), Value::Int(n)) => compare.order(n.cmp(wanted)),
            (Check::Number(compare, wanted), Value::Money(m)) => compare.order(m.0.cmp(wanted)),
            (Check::Number(compare, wanted), Value::Percent(p)) => compare.order(i64::from(p.0).cmp(wanted)),
            (Check::Days(compare, span), Value::Date(day)) => compare.days(*day, *span),
            (Check::Days(compare, span), Value::Time(time)) => compare.days(asker.zone.day(*time), *span),
            (Check::Days(compare, span), Value::When(when)) => {
                compare.days(asker.zone.day(when.moments(&asker.zone).start), *span)
            }
            (Check::Moment(compare, wanted), Value::When(when)) => {
                compare.order(when.moments(&asker.zone).start.cmp(wanted))
            }
            (Check::Moment(compare, wanted), Value::Time(time)) => compare.order(time.cmp(wanted)),
            (Check::Moment(compare, wanted), Value::Date(day)) => compare.order(day.cmp(&asker.zone.day(*wanted))),
            (Check::Among(ids), Value::Text(id)) => id.parse().is_ok_and(|id| ids.contains(&id)),
            (Check::Named(..), Value::Ref(id)) => self.names(records, *id),
            (Check::Named(..), Value::Refs(ids)) => ids.iter().any(|id| self.names(records, *id)),
            _ => false,
        }
    }

    fn names(&self, records: &Records, id: DocId) -> bool {
        match self {
            Check::Named(Wanted::Id(wanted), _) => *wanted == id || records.head(*wanted) == id,
            Check::Named(Wanted::Me(user), _) => *user == Some(id),
            Check::Named(Wanted::MyTeam(user), _) => {
                user.and_then(|u| records.users.get(&u)?.team).is_some_and(|team| team == id)
            }
            Check::Named(Wanted::Name(compare, name, kind), known) => {
                let is_meant = |id: &DocId| compare.text(&fold(records.name(*id)), name);
                // A reference may be to another kind than it says: an activity's record.
                if id.kind() != *kind {
                    return is_meant(&id);
                }
                known.get_or_init(|| records.heads_of(*kind, is_meant).collect()).contains(&id)
            }
            _ => false,
        }
    }

    fn pinned(&self, records: &Records) -> Option<DocId> {
        match self {
            Check::Named(Wanted::Id(id), _) => Some(records.head(*id)),
            Check::Named(Wanted::Me(user), _) => *user,
            Check::Named(Wanted::MyTeam(user), _) => user.and_then(|u| records.users.get(&u)?.team),
            Check::Named(Wanted::Name(Compare::Equal, name, kind), _) => {
                let mut meant = records.heads_of(*kind, |id| fold(records.name(*id)) == *name);
                meant.next().filter(|_| meant.next().is_none())
            }
            _ => None,
        }
    }
}

impl Compare {
    fn order(self, ordering: Ordering) -> bool {
        match self {
            Compare::Equal => ordering.is_eq(),
            Compare::Less => ordering.is_lt(),
            Compare::LessOrEqual => ordering.is_le(),
            Compare::Greater => ordering.is_gt(),
            Compare::GreaterOrEqual => ordering.is_ge(),
            Compare::Contains | Compare::Starts => false,
        }
    }

    fn text(self, text: &str, wanted: &str) -> bool {
        match self {
            Compare::Contains => text.contains(wanted),
            Compare::Starts => text.starts_with(wanted),
            compare => compare.order(text.cmp(wanted)),
        }
    }

    fn days(self, day: NaiveDate, span: Span) -> bool {
        match self {
            Compare::Equal => span.from <= day && day <= span.to,
            Compare::Less => day < span.from,
            Compare::LessOrEqual => day <= span.to,
            Compare::Greater => day > span.to,
            Compare::GreaterOrEqual => day >= span.from,
            Compare::Contains | Compare::Starts => false,
        }
    }
}
