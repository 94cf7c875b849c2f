//! What groups are called, as heads of a list and as columns of the board.

use chrono::Datelike;
use satchel_core::{
    Records, Value,
    query::{GroupBy, Period},
    record::FieldType,
};
use tr::tr;

use super::format;
use crate::locale::{self, Language, text};

/// A group as a person reads it: `Vicki Laflamme`, `November 2026`, `High priority`, `No salesperson`. `name` is the value as core
/// writes it.
pub fn title(records: &Records, by: &GroupBy, value: &Value, name: Option<&str>) -> String {
    match value {
        Value::Int(stars @ 0..=3) if by.field.name == "priority" => match stars {
            0 => tr!("Low priority"),
            1 => tr!("Medium priority"),
            2 => tr!("High priority"),
            _ => tr!("Very high priority"),
        },
        Value::Date(day) => period(by.period, *day),
        Value::Bool(true) => tr!("{}: yes", text(&by.field.label)),
        Value::Bool(false) => tr!("{}: no", text(&by.field.label)),
        Value::Null | Value::Refs(_) => tr!("No {}", within(&by.field.label)),
        Value::Percent(share) => format::percent(*share),
        Value::Int(n) => format!("{} {n}", text(&by.field.label)),
        Value::Text(choice) if matches!(by.field.ty, FieldType::Choice(_)) => text(&format::capital(choice)),
        Value::Text(kind) if matches!(&*by.field.name, "activity_type" | "type") => {
            format::activity_type_named(records, kind)
        }
        _ => name.unwrap_or_default().to_owned(),
    }
}

/// The name of a field within a sentence, where English writes it small.
pub fn within(label: &str) -> String {
    match locale::current().language {
        Language::English => label.to_lowercase(),
        Language::German => text(label),
    }
}

fn period(period: Period, day: chrono::NaiveDate) -> String {
    match period {
        Period::Day => format::full_day(day),
        Period::Week => {
            tr!("Week {week}, {year}", week = day.iso_week().week(), year = day.iso_week().year())
        }
        Period::Month => locale::month_year(day),
        Period::Quarter => tr!("Q{quarter} {year}", quarter = day.month0() / 3 + 1, year = day.year()),
        Period::Year => day.year().to_string(),
    }
}
