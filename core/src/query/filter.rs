//! Filters: `won_status = won and (user = 'Ann Field' or expected_revenue >= 1000)`.

mod parse;

use std::{cell::RefCell, cmp::Ordering, collections::HashMap};

use chrono::{DateTime, NaiveDate, Utc};

use super::{
    fields::{Item, ListField, Listing},
    fold,
    period::Span,
};
use crate::{error::Result, id::DocId, record::Records, value::Value};

/// A condition on the records of one list.
#[derive(Clone, Debug)]
pub struct Filter {
    expression: Expression,
}

#[derive(Clone, Debug)]
enum Expression {
    All(Vec<Expression>),
    Any(Vec<Expression>),
    Not(Box<Expression>),
    Test(ListField, Check),
}

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
    /// A record by its id or its folded name. Which ones match is remembered.
    Named(Compare, String, Option<DocId>, RefCell<HashMap<DocId, bool>>),
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
    /// single quotes where it has parentheses, commas, `and` or `or`. References are compared by name or id.
    ///
    /// Refused with the place of the mistake and the known fields.
    pub fn parse(records: &Records, listing: Listing, text: &str, today: NaiveDate) -> Result<Filter> {
        parse::parse(records, listing, text, today).map(|expression| Filter { expression })
    }

    /// Whether a record of the list meets the condition.
    pub fn holds(&self, records: &Records, item: Item, today: NaiveDate) -> bool {
        self.expression.holds(records, item, today)
    }
}

impl Expression {
    fn holds(&self, records: &Records, item: Item, today: NaiveDate) -> bool {
        match self {
            Expression::All(parts) => parts.iter().all(|p| p.holds(records, item, today)),
            Expression::Any(parts) => parts.iter().any(|p| p.holds(records, item, today)),
            Expression::Not(part) => !part.holds(records, item, today),
            Expression::Test(field, check) => check.holds(records, &field.value(records, item, today)),
        }
    }
}

impl Check {
    fn holds(&self, records: &Records, value: &Value) -> bool {
        match (self, value) {
            (Check::Empty, value) => value.is_null(),
            (Check::Equals(wanted), Value::Bool(is)) => is == wanted,
            (Check::Text(compare, wanted), Value::Text(text)) => compare.text(&fold(text), wanted),
            (Check::Number(compare, wanted), Value::Int(n)) => compare.order(n.cmp(wanted)),
            (Check::Number(compare, wanted), Value::Money(m)) => compare.order(m.0.cmp(wanted)),
            (Check::Number(compare, wanted), Value::Percent(p)) => compare.order(i64::from(p.0).cmp(wanted)),
            (Check::Days(compare, span), Value::Date(day)) => compare.days(*day, *span),
            (Check::Days(compare, span), Value::Time(time)) => compare.days(time.date_naive(), *span),
            (Check::Moment(compare, wanted), Value::Time(time)) => compare.order(time.cmp(wanted)),
            (Check::Moment(compare, wanted), Value::Date(day)) => compare.order(day.cmp(&wanted.date_naive())),
            (Check::Named(..), Value::Ref(id)) => self.names(records, *id),
            (Check::Named(..), Value::Refs(ids)) => ids.iter().any(|id| self.names(records, *id)),
            _ => false,
        }
    }

    fn names(&self, records: &Records, id: DocId) -> bool {
        let Check::Named(compare, wanted, wanted_id, known) = self else { return false };
        let look = || *wanted_id == Some(id) || compare.text(&fold(records.name(id)), wanted);
        *known.borrow_mut().entry(id).or_insert_with(look)
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
