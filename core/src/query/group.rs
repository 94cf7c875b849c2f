//! Groups: records counted and summed by the values of fields.

use std::collections::HashMap;

use rayon::prelude::*;

use super::{
    Asker, Item, Listing, custom,
    fields::ListField,
    index::{Place, Row},
    list::Key,
    period::Period,
};
use crate::{
    error::Result,
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
                return Err(refused!("{field} is no date: group by it without a period", field = field.name));
            }
            Some(period) => Period::named(period)
                .ok_or_else(|| refused!("‘{period}’ is no period: day, week, month, quarter or year", period))?,
        };
        Ok(GroupBy { field, period })
    }

    /// The filter expression of the records in whose group this value stands: `user = …`, `date_deadline = 2026-11`.
    pub fn filter(&self, value: &Value) -> String {
        custom::equals(&self.field, value, self.period)
    }

    /// The groups of an opportunity of the index: its record is looked at only where its row does not tell.
    pub(super) fn of_row(
        &self,
        records: &Records,
        place: &Place,
        row: &Row,
        asker: &Asker,
    ) -> impl Iterator<Item = Value> {
        let value = row.value(records, place, &self.field.name, asker.today).unwrap_or_else(|| {
            let record = records.opportunities.get(&place.2.0);
            record.map_or(Value::Null, |o| self.field.value(records, Item::Opportunity(o), asker.today))
        });
        self.parts(value, asker)
    }

    /// The groups that a record with this value is in: with several tags in each one's; empty ones are alike.
    pub(super) fn parts(&self, value: Value, asker: &Asker) -> impl Iterator<Item = Value> + use<> {
        let (one, many) = match value {
            Value::Refs(ids) if !ids.is_empty() => (None, ids),
            value if value.is_null() => (Some(Value::Null), Vec::new()),
            Value::Date(day) => (Some(Value::Date(self.period.start(day))), Vec::new()),
            Value::Time(time) => (Some(Value::Date(self.period.start(asker.zone.day(time)))), Vec::new()),
            value => (Some(value), Vec::new()),
        };
        one.into_iter().chain(many.into_iter().map(Value::Ref))
    }

    /// Groups come by their values, the empty one last.
    pub(super) fn order(&self, records: &Records, value: &Value) -> impl Ord + use<> {
        let key = Key::new(records, self.field.ty, value);
        (key.is_none(), key)
    }

    /// A group's value in words; nothing where the field is empty.
    pub(super) fn title(&self, records: &Records, value: &Value) -> Option<String> {
        title(records, value, self)
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
    let mut places: HashMap<Value, usize> = HashMap::new();
    let mut groups: Vec<(Value, Vec<Item>)> = Vec::new();
    let value = |item: &Item| first.field.value(records, *item, asker.today);
    let values: Vec<Value> = items.par_iter().with_min_len(1_024).map(value).collect();
    for (item, value) in items.iter().zip(values) {
        for value in first.parts(value, asker) {
            let at = *places.entry(value).or_insert_with_key(|value| {
                groups.push((value.clone(), Vec::new()));
                groups.len() - 1
            });
            groups[at].1.push(*item);
        }
    }
    groups.sort_by_cached_key(|(value, _)| first.order(records, value));
    let group = |(value, items): (Value, Vec<Item>)| {
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
    groups.into_par_iter().map(group).collect()
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
        Value::When(when) => by.period.title(when.start().date()),
        Value::Ref(id) => records.name(*id).to_owned(),
    })
}
