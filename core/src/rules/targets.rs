//! What people and teams are to reach in a month: set by managers only (spec §6).

use chrono::{Datelike, NaiveDate};

use super::{draft::Draft, fields::mistyped, validate};
use crate::{
    command::Fields,
    error::Result,
    id::{DocId, Kind},
    members::Role,
    query::Period,
    record::{self, Measure, Target},
    value::{Money, Value},
};

pub(super) fn set(
    draft: &mut Draft,
    whom: DocId,
    month: NaiveDate,
    measure: Measure,
    target: &Value,
) -> Result<String> {
    may_set(draft, &Fields::new())?;
    let (field, noun) = match whom.kind() {
        Kind::Team => ("team", "Sales team"),
        _ => ("user", "Salesperson"),
    };
    validate::refers(draft, noun, if field == "team" { Kind::Team } else { Kind::User }, whom)?;
    let month = Period::Month.start(month);
    let (goal, value) = match (measure, target) {
        (Measure::Done, Value::Null) => ("count", Value::Int(0)),
        (Measure::Done, Value::Int(count)) => ("count", Value::Int(*count)),
        (Measure::Done, other) => return Err(mistyped("Target", message!("a number of activities"), other)),
        (_, Value::Null) => ("amount", Value::Money(Money(0))),
        (_, Value::Money(amount)) => ("amount", Value::Money(*amount)),
        (_, other) => return Err(mistyped("Target", message!("an amount"), other)),
    };
    if matches!(value, Value::Int(below) | Value::Money(Money(below)) if below < 0) {
        return Err(refused!("Target: it is below 0"));
    }
    let id = Target::id_of(draft.context.workspace, whom, month, measure);
    let title = format!("{} {:04}-{:02}", measure.name(), month.year(), month.month());
    if !draft.exists(id) {
        if target.is_null() {
            return Ok(label(draft, whom, &title));
        }
        draft.begin(id)?;
        draft.write_field(id, "create_date", draft.context.now);
        draft.write_field(id, "create_user", draft.context.user);
        draft.write_field(id, "name", title.as_str());
        draft.write_field(id, field, whom);
        draft.write_field(id, "month", month);
        draft.write_field(id, "measure", measure.name());
    }
    draft.edit_even_trashed(id)?;
    draft.decide_flag(id, "deleted", false)?;
    draft.decide_flag(id, "archived", false)?;
    if let Some(goal) = record::field(Kind::Target, goal) {
        let value = validate::check(draft, id, &goal, &value)?;
        draft.decide(id, &goal, &value, false)?;
    }
    Ok(label(draft, whom, &title))
}

fn label(draft: &Draft, whom: DocId, title: &str) -> String {
    format!("Set target {title} of {}", draft.name(whom))
}

/// Whether the person who asks may say what others are to reach, and asks for nothing but that.
pub(super) fn may_set(draft: &Draft, fields: &Fields) -> Result<()> {
    if draft.context.role.is_some_and(|role| role < Role::Manager) {
        return Err(refused!("targets are set by managers: ask one of them"));
    }
    match fields.iter().find(|(name, _)| !["amount", "count", "archived", "active"].contains(&name.as_str())) {
        Some((name, _)) => Err(refused!("{name}: whose a target is, its month and measure stay as they are", name)),
        None => Ok(()),
    }
}
