//! What spec/cli.md writes in JSON besides records: names with ids, times.

use chrono::{DateTime, SecondsFormat, Utc};
pub use satchel_core::query::json::{reference, value};
use serde_json::{Value as Json, json};

/// `{"id", "name"}`
pub fn named(id: impl std::fmt::Display, name: &str) -> Json {
    json!({"id": id.to_string(), "name": name})
}

pub fn time(at: DateTime<Utc>) -> Json {
    json!(at.to_rfc3339_opts(SecondsFormat::AutoSi, true))
}
