//! Values as spec/cli.md writes them: dates ISO 8601, amounts decimal strings, references as {"id", "name"} or null.

use chrono::{DateTime, SecondsFormat, Utc};
use satchel_core::{DocId, Percent, Records, Value};
use serde_json::{Value as Json, json};

pub fn value(records: &Records, value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Text(text) => json!(text),
        Value::Bool(yes) => json!(yes),
        Value::Int(number) => json!(number),
        Value::Percent(percent) => self::percent(*percent),
        Value::Money(money) => json!(money.to_string()),
        Value::Date(day) => json!(day.to_string()),
        Value::Time(at) => time(*at),
        Value::Ref(id) => reference(records, *id),
        Value::Refs(ids) => ids.iter().map(|id| reference(records, *id)).collect(),
    }
}

pub fn reference(records: &Records, id: DocId) -> Json {
    named(id, records.name(id))
}

pub fn named(id: impl std::fmt::Display, name: &str) -> Json {
    json!({"id": id.to_string(), "name": name})
}

pub fn time(at: DateTime<Utc>) -> Json {
    json!(at.to_rfc3339_opts(SecondsFormat::AutoSi, true))
}

/// 60, or 12.5.
fn percent(percent: Percent) -> Json {
    if percent.0 % 100 == 0 { json!(percent.0 / 100) } else { json!(percent.as_f64()) }
}
