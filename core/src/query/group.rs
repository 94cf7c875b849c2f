//! Groups: records counted and summed by the values of fields.

use std::collections::HashMap;

use chrono::Datelike;

use super::{
    Asker, custom,
    fields::{Item, ListField, Listing},
    list::Key,
    period::Period,
};
use crate::{
    error::{Error, Result},
    id::DocId,
    record::{FieldType, Records},
    value::{Money, Value},
};

/// A field to group by; dates by period.
#[derive(Clone, Debug)]
pub struct GroupBy {
    pub field: ListField,
    pub period: Period,
}

impl GroupBy {
    /// Reads `user`, `date_deadline:quarter`; dates without a period by month.
    pub fn parse(records: &Records, listing: Listing, text: &str) -> Result<GroupBy> {
        let (name, period) = text.split_once(':').map_or((text, None), |(name, period)| (name, Some(period)));
        let field = ListField::named(records, listing, name)?;
        let is_time = matches!(field.ty, FieldType::Date | FieldType::Time);
        let period = match period {
            None => Period::Month,
            Some(_) if !is_time => {
                return Err(Error::refused(format!("{} is no date: group by it without a period", field.name)));
            }
            Some(period) => Period::named(period)
                .ok_or_else(|| Error::refused(format!("‘{period}’ is no period: day, week, month, quarter or year")))?,
        };
        Ok(GroupBy { field, period })
    }

    /// The filter expression of the records in whose group this value stands: `user = …`, `date_deadline = 2026-11`.
    pub fn filter(&self, value: &Value) -> String {
        custom::equals(&self.field, value, self.period)
    }
}

/// Records with one value in common.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// The value in words; nothing where the field is empty.
    pub title: Option<String>,
    /// The value, of a date its period's first day.
    pub value: Value,
    pub count: usize,
    /// Of opportunities, else 0.
    pub expected_revenue: Money,
    pub prorated_revenue: Money,
    /// In the list's order.
    pub ids: Vec<DocId>,
    /// By the next field, if there is one.
    pub groups: Vec<Group>,
}

pub(super) fn groups(records: &Records, items: &[Item], by: &[GroupBy], asker: &Asker) -> Vec<Group> {
    let Some((first, rest)) = by.split_first() else { return Vec::new() };
    let mut places: HashMap<Identity, usize> = HashMap::new();
    let mut groups: Vec<(Option<Key>, Value, Vec<Item>)> = Vec::new();
    for item in items {
        for value in parts(first.field.value(records, *item, asker.today)) {
            let value = in_period(value, first.period, asker);
            let at = *places.entry(identity(&value)).or_insert_with(|| {
                groups.push((Key::new(records, first.field.ty, &value), value, Vec::new()));
                groups.len() - 1
            });
            groups[at].2.push(*item);
        }
    }
    // By value; the empty one last.
    groups.sort_by(|(a, ..), (b, ..)| b.is_some().cmp(&a.is_some()).then_with(|| a.cmp(b)));
    let group = |(_, value, items): (_, Value, Vec<Item>)| {
        let opportunities = items.iter().filter_map(|i| if let Item::Opportunity(o) = i { Some(*o) } else { None });
        Group {
            title: title(records, &value, first),
            count: items.len(),
            expected_revenue: opportunities.clone().map(|o| o.expected_revenue).sum(),
            prorated_revenue: opportunities.map(|o| records.prorated_revenue(o)).sum(),
            ids: items.iter().map(|i| i.id()).collect(),
            groups: self::groups(records, &items, rest, asker),
            value,
        }
    };
    groups.into_iter().map(group).collect()
}

/// A record with several tags is in each one's group.
fn parts(value: Value) -> Vec<Value> {
    match value {
        Value::Refs(ids) if ids.is_empty() => vec![Value::Null],
        Value::Refs(ids) => ids.into_iter().map(Value::Ref).collect(),
        value if value.is_null() => vec![Value::Null],
        value => vec![value],
    }
}

fn in_period(value: Value, period: Period, asker: &Asker) -> Value {
    match value {
        Value::Date(day) => Value::Date(period.start(day)),
        Value::Time(time) => Value::Date(period.start(asker.zone.day(time))),
        value => value,
    }
}

/// What tells groups apart: two people may have one name.
#[derive(PartialEq, Eq, Hash)]
enum Identity {
    Nothing,
    Record(DocId),
    Number(i64),
    Text(String),
}

fn identity(value: &Value) -> Identity {
    match value {
        Value::Null => Identity::Nothing,
        Value::Ref(id) => Identity::Record(*id),
        Value::Bool(yes) => Identity::Number(i64::from(*yes)),
        Value::Int(n) => Identity::Number(*n),
        Value::Percent(p) => Identity::Number(i64::from(p.0)),
        Value::Money(m) => Identity::Number(m.0),
        Value::Date(day) => Identity::Number(i64::from(day.num_days_from_ce())),
        Value::Text(text) => Identity::Text(text.clone()),
        other => Identity::Text(format!("{other:?}")),
    }
}

fn title(records: &Records, value: &Value, by: &GroupBy) -> Option<String> {
    Some(match value {
        Value::Null | Value::Refs(_) => return None,
        Value::Text(text) => text.clone(),
        Value::Bool(yes) => yes.to_string(),
        Value::Int(n) => n.to_string(),
        Value::Percent(p) => p.to_string(),
        Value::Money(m) => m.to_string(),
        Value::Date(day) => by.period.title(*day),
        Value::Time(time) => by.period.title(time.date_naive()),
        Value::Ref(id) => records.name(*id).to_owned(),
    })
}
