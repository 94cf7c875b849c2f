//! What a field may hold: one clear line for what it may not.

use std::borrow::Cow;

use super::draft::{Draft, unknown};
use crate::{
    error::{Error, Result},
    id::{DocId, Kind},
    phone,
    query::{Filter, Listing},
    record::{Delay, FieldDef, FieldType, custom, meeting::minutes},
    value::{Money, Percent, Value},
};

/// A field of text holds 64 KB at most.
pub(super) const MOST_TEXT: usize = 65_536;

pub(super) const PROBABILITY: &str = "The probability of closing the deal should be between 0% and 100%";

/// The value as the field stores it, or why it may not.
pub(super) fn check(draft: &Draft, doc: DocId, field: &FieldDef, value: &Value) -> Result<Value> {
    let refuse = |why: String| Err(Error::refused(format!("{}: {why}", field.label)));
    // A record that was merged stands for its head.
    let value = fitted(field.ty, value);
    let value = if let Value::Ref(id) = *value { Cow::Owned(Value::Ref(draft.head(id))) } else { value };
    match (field.ty, value.as_ref()) {
        (_, v) if field.name == "name" && v.is_null() => {
            return refuse(format!("{} needs a name", a(doc.kind())));
        }
        (_, Value::Null) if custom::is_custom(field.name) => return Ok(Value::Null),
        (FieldType::Bool, Value::Null) => return Ok(Value::Bool(false)),
        (FieldType::Money, Value::Null) => return Ok(Value::Money(Money(0))),
        (FieldType::Int, Value::Null) => return Ok(Value::Int(0)),
        (FieldType::Percent, Value::Null) => return Ok(Value::Percent(Percent::ZERO)),
        (FieldType::Refs(_), Value::Null) => return Ok(Value::Refs(Vec::new())),
        (_, Value::Null) => {}
        (FieldType::Text | FieldType::LongText, Value::Text(text)) => {
            text_fits(field.label, text)?;
            if field.name == "name" && text.trim().is_empty() {
                return refuse(format!("{} needs a name", a(doc.kind())));
            }
            if field.name == "assignment_filter" {
                Filter::parse(draft.records(), Listing::Opportunities, text, draft.context.now.date_naive())?;
            }
            if phone::FIELDS.contains(&field.name) && phone::has_too_many_digits(text) {
                return refuse(format!(
                    "‘{}…’ has more digits than any number: check it",
                    &text.trim().chars().take(20).collect::<String>()
                ));
            }
            if field.name == "delay" && Delay::parse(text).is_none() {
                return refuse(format!("‘{text}’ is none: write 5 days, 2 weeks or 1 month"));
            }
            if field.name == "reminders" && minutes(text).is_none() {
                return refuse(format!("‘{text}’ is no list of minutes before: write 15, 1440"));
            }
            if phone::FIELDS.contains(&field.name)
                && let Some(normal) = phone::normal(text, draft.region())
            {
                return Ok(Value::Text(normal));
            }
            if doc.kind() == Kind::Company && field.name == "country" {
                let code = text.trim().to_uppercase();
                if !phone::is_region(&code) {
                    return refuse(format!("‘{text}’ is no country's code: write two letters, like US or BE"));
                }
                return Ok(Value::Text(code));
            }
        }
        (FieldType::Choice(choices), Value::Text(text)) => {
            if !text.is_empty() && !choices.contains(&text.as_str()) {
                return refuse(format!("‘{text}’ is not one of {}", choices.join(", ")));
            }
        }
        (FieldType::Bool, Value::Bool(_)) | (FieldType::Date, Value::Date(_)) | (FieldType::Time, Value::Time(_)) => {}
        (FieldType::When, Value::When(_)) => {}
        (FieldType::Int | FieldType::Number, Value::Int(number)) => match field.name {
            "priority" if !(0..=3).contains(number) => {
                return refuse(format!("{number} is not one of 0 Low, 1 Medium, 2 High, 3 Very High"));
            }
            "rotting_days" | "employees" | "assignment_max" if *number < 0 => {
                return refuse(format!("{number} is below 0"));
            }
            _ => {}
        },
        (FieldType::Percent, Value::Percent(percent)) => within_hundred(*percent)?,
        (FieldType::Money, Value::Money(amount)) => {
            if amount.0.abs() > Money::MAX.0 {
                return refuse(format!("{amount} is beyond {}", Money::MAX));
            }
        }
        (FieldType::Ref(kind), Value::Ref(id)) => refers(draft, field.label, kind, *id)?,
        (FieldType::Refs(kind), Value::Refs(ids)) => {
            ids.iter().try_for_each(|id| refers(draft, field.label, kind, *id))?;
            let mut ids: Vec<DocId> = ids.iter().map(|id| draft.head(*id)).collect();
            ids.sort();
            ids.dedup();
            return Ok(Value::Refs(ids));
        }
        (ty, value) => return refuse(format!("takes {}, not {}", wanted(ty), given(value))),
    }
    if field.name == "parent"
        && let Value::Ref(parent) = value.as_ref()
    {
        let mut above = Some(*parent);
        for _ in 0..64 {
            if above == Some(doc) {
                return refuse(format!("‘{}’ belongs to this contact already", draft.name(*parent)));
            }
            above = above.and_then(|id| draft.parent(id));
        }
    }
    Ok(value.into_owned())
}

pub(super) fn text_fits(label: &str, text: &str) -> Result<()> {
    if text.len() > MOST_TEXT {
        let size = text.len();
        return Err(Error::refused(format!(
            "{label}: {size} bytes of text, {MOST_TEXT} (64 KB) is the most: shorten it"
        )));
    }
    Ok(())
}

pub(super) fn within_hundred(percent: Percent) -> Result<()> {
    match (Percent::ZERO..=Percent::HUNDRED).contains(&percent) {
        true => Ok(()),
        false => Err(Error::refused(PROBABILITY)),
    }
}

/// That `id` is a known record of the kind.
pub(super) fn refers(draft: &Draft, label: &str, kind: Kind, id: DocId) -> Result<()> {
    if id.kind() != kind {
        return Err(Error::refused(format!("{label}: {id} is {}, not {}", a(id.kind()), a(kind))));
    }
    match draft.exists(id) {
        true => Ok(()),
        false => Err(Error::refused(format!("{label}: {}", unknown(id)))),
    }
}

/// `a contact`, `an opportunity`, `a lost reason`
pub(super) fn a(kind: Kind) -> String {
    let word = kind.singular().replace('_', " ");
    let article = if word.starts_with(['a', 'o']) { "an" } else { "a" };
    format!("{article} {word}")
}

/// A day where a moment is wanted is its midnight; an empty text is nothing.
pub(super) fn fitted(ty: FieldType, value: &Value) -> Cow<'_, Value> {
    match (ty, value) {
        (FieldType::Time, Value::Date(day)) => {
            Cow::Owned(day.and_hms_opt(0, 0, 0).map_or(Value::Null, |t| Value::Time(t.and_utc())))
        }
        (FieldType::Refs(_), Value::Refs(_)) => Cow::Borrowed(value),
        (_, value) if value.is_null() => Cow::Owned(Value::Null),
        _ => Cow::Borrowed(value),
    }
}

pub(super) fn wanted(ty: FieldType) -> String {
    match ty {
        FieldType::Text | FieldType::LongText => "text".to_owned(),
        FieldType::Bool => "true or false".to_owned(),
        FieldType::Int | FieldType::Number => "a whole number".to_owned(),
        FieldType::Percent => "a percentage".to_owned(),
        FieldType::Money => "an amount".to_owned(),
        FieldType::Date => "a day".to_owned(),
        FieldType::Time => "a moment".to_owned(),
        FieldType::When => "a span of time".to_owned(),
        FieldType::Ref(kind) => a(kind),
        FieldType::Refs(kind) => kind.plural().replace('_', " "),
        FieldType::Choice(choices) => format!("one of {}", choices.join(", ")),
    }
}

pub(super) fn given(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Text(_) => "text",
        Value::Bool(_) => "true or false",
        Value::Int(_) => "a number",
        Value::Percent(_) => "a percentage",
        Value::Money(_) => "an amount",
        Value::Date(_) => "a day",
        Value::Time(_) => "a moment",
        Value::When(_) => "a span of time",
        Value::Ref(_) => "a record",
        Value::Refs(_) => "records",
    }
}
