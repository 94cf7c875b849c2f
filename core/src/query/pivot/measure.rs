use std::cmp::Ordering;

use crate::{
    error::Result,
    query::{
        Asker, Item, ListField, Listing, fields,
        index::{Place, Row},
    },
    record::{FieldType, Records},
    value::{Money, Value},
};

/// What is counted, summed up or averaged.
#[derive(Clone, Debug)]
pub struct Measure {
    /// A field's name, or `count`.
    pub name: String,
    pub label: String,
    pub unit: Unit,
    field: Option<ListField>,
}

/// What a cell's number is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    Count,
    /// A sum of amounts.
    Money,
    /// A sum of whole numbers.
    Sum,
    /// A mean of whole numbers over the records that have one: days.
    Mean,
    /// A mean of percentages.
    Percent,
}

/// What some records amount to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    pub count: usize,
    /// In cents, whole numbers or hundredths of a percent.
    pub sum: i64,
    /// How many of the records have the field at all.
    pub with: usize,
}

/// A cell's number, in its unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    Count(usize),
    Money(Money),
    Sum(i64),
    /// Of days, or of per cent.
    Mean(f64),
    /// The mean of nothing.
    None,
}

/// Fields that are averaged: a sum of them says nothing.
const AVERAGED: [&str; 4] = ["day_open", "day_close", "rotting_days", "sequence"];
/// Whole numbers that measure nothing.
const NO_MEASURE: [&str; 3] = ["color", "sequence", "offset"];

impl Measure {
    pub fn count() -> Measure {
        Measure { name: "count".to_owned(), label: "Count".to_owned(), unit: Unit::Count, field: None }
    }

    /// All measures of a list: the count, then those of its fields that are numbers.
    pub fn all(records: &Records, listing: Listing) -> Vec<Measure> {
        let is_measure = |f: &ListField| !NO_MEASURE.contains(&&*f.name);
        let of_fields = fields(records, listing).into_iter().filter(is_measure).filter_map(Measure::of);
        std::iter::once(Measure::count()).chain(of_fields).collect()
    }

    /// By the name of a field that is a number, or `count`.
    pub fn named(records: &Records, listing: Listing, name: &str) -> Result<Measure> {
        let name = name.trim();
        let known = if name == "count" { Some(Measure::count()) } else { None };
        let known = known.or_else(|| ListField::named(records, listing, name).ok().and_then(Measure::of));
        known.ok_or_else(|| {
            let names: Vec<String> = Measure::all(records, listing).into_iter().map(|m| m.name).collect();
            refused!("‘{name}’ is no measure: one of {names}", name, names = names.join(", "))
        })
    }

    fn of(field: ListField) -> Option<Measure> {
        let unit = match field.ty {
            FieldType::Money => Unit::Money,
            FieldType::Percent => Unit::Percent,
            FieldType::Int | FieldType::Number if AVERAGED.contains(&&*field.name) => Unit::Mean,
            FieldType::Int | FieldType::Number => Unit::Sum,
            _ => return None,
        };
        Some(Measure { name: field.name.to_string(), label: field.label.to_string(), unit, field: Some(field) })
    }
}

/// Reads a measure from records.
pub(super) struct Reading<'a> {
    measure: &'a Measure,
    told: Told,
}

#[derive(Clone, Copy)]
enum Told {
    Count,
    Expected,
    Probable,
    Monthly,
    /// Nowhere so directly.
    Not,
}

impl<'a> Reading<'a> {
    pub fn new(measure: &'a Measure) -> Reading<'a> {
        let told = match measure.name.as_str() {
            "count" => Told::Count,
            "expected_revenue" => Told::Expected,
            "prorated_revenue" => Told::Probable,
            "recurring_revenue_monthly" => Told::Monthly,
            _ => Told::Not,
        };
        Reading { measure, told }
    }

    pub fn of_row(&self, records: &Records, place: &Place, row: &Row, asker: &Asker) -> Cell {
        let one = |amount: Money| Cell { count: 1, sum: amount.0, with: 1 };
        match self.told {
            Told::Count => one(Money(0)),
            Told::Expected => one(row.expected_revenue),
            Told::Probable => one(row.expected_revenue.share(row.shown_probability(records))),
            Told::Monthly => one(row.recurring_monthly),
            Told::Not => {
                let value = row.value(records, place, &self.measure.name, asker.today);
                let value = value.or_else(|| {
                    let record = records.opportunities.get(&place.2.0)?;
                    Some(self.measure.field.as_ref()?.value(records, Item::Opportunity(record), asker.today))
                });
                cell(value)
            }
        }
    }

    pub fn of_item(&self, records: &Records, item: Item, asker: &Asker) -> Cell {
        match &self.measure.field {
            None => Cell { count: 1, sum: 0, with: 1 },
            Some(field) => cell(Some(field.value(records, item, asker.today))),
        }
    }
}

fn cell(value: Option<Value>) -> Cell {
    let number = match value {
        Some(Value::Money(amount)) => Some(amount.0),
        Some(Value::Int(number)) => Some(number),
        Some(Value::Percent(percent)) => Some(i64::from(percent.0)),
        _ => None,
    };
    Cell { count: 1, sum: number.unwrap_or(0), with: usize::from(number.is_some()) }
}

impl Cell {
    pub(in crate::query) fn add(&mut self, other: &Cell) {
        self.count += other.count;
        self.sum = self.sum.saturating_add(other.sum);
        self.with += other.with;
    }

    pub fn number(&self, unit: Unit) -> Number {
        let mean = || self.sum as f64 / self.with as f64;
        match unit {
            Unit::Count => Number::Count(self.count),
            Unit::Money => Number::Money(Money(self.sum)),
            Unit::Sum => Number::Sum(self.sum),
            Unit::Mean | Unit::Percent if self.with == 0 => Number::None,
            Unit::Mean => Number::Mean(mean()),
            Unit::Percent => Number::Mean(mean() / 100.0),
        }
    }
}

impl Number {
    /// As a length on a graph's axis, amounts in whole units; nothing has none.
    pub fn as_f64(self) -> f64 {
        match self {
            Number::Count(count) => count as f64,
            Number::Money(amount) => amount.0 as f64 / 100.0,
            Number::Sum(sum) => sum as f64,
            Number::Mean(mean) => mean,
            Number::None => 0.0,
        }
    }

    /// By size; nothing is the least.
    pub(super) fn order(&self, other: &Number) -> Ordering {
        let rank = |n: &Number| if *n == Number::None { f64::NEG_INFINITY } else { n.as_f64() };
        rank(self).total_cmp(&rank(other))
    }
}
