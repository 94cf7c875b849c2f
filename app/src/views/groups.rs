//! What groups are called, as heads of a list and as columns of the board.

use chrono::Datelike;
use satchel_core::{
    Value,
    query::{GroupBy, Period},
    record::FieldType,
};

use super::format;

/// A group as a person reads it: `Vicki Laflamme`, `November 2026`, `High priority`, `No salesperson`. `name` is the value as core
/// writes it.
pub fn title(by: &GroupBy, value: &Value, name: Option<&str>) -> String {
    match value {
        Value::Int(stars @ 0..=3) if by.field.name == "priority" => {
            format!("{} priority", ["Low", "Medium", "High", "Very high"][*stars as usize])
        }
        Value::Date(day) => period(by.period, *day),
        Value::Bool(yes) => format!("{}: {}", by.field.label, if *yes { "yes" } else { "no" }),
        Value::Null | Value::Refs(_) => format!("No {}", by.field.label.to_lowercase()),
        Value::Percent(share) => format::percent(*share),
        Value::Int(n) => format!("{} {n}", by.field.label),
        Value::Text(text) if matches!(by.field.ty, FieldType::Choice(_)) => format::capital(text),
        _ => name.unwrap_or_default().to_owned(),
    }
}

fn period(period: Period, day: chrono::NaiveDate) -> String {
    match period {
        Period::Day => format::full_day(day),
        Period::Week => format!("Week {}, {}", day.iso_week().week(), day.iso_week().year()),
        Period::Month => day.format("%B %Y").to_string(),
        Period::Quarter => format!("Q{} {}", day.month0() / 3 + 1, day.year()),
        Period::Year => day.year().to_string(),
    }
}
