//! What a field may hold: one clear line for what it may not.

use std::borrow::Cow;

use super::draft::{Draft, unknown};
use crate::{
    error::{Error, Result},
    id::{DocId, Kind},
    message::Message,
    phone,
    query::{Filter, Listing},
    record::{Delay, FieldDef, FieldType, custom, meeting::minutes},
    value::{Money, Percent, Value},
};

/// A field of text holds 64 KB at most.
pub(super) const MOST_TEXT: usize = 65_536;

/// The value as the field stores it, or why it may not.
pub(super) fn check(draft: &Draft, doc: DocId, field: &FieldDef, value: &Value) -> Result<Value> {
    let refuse = |why: Message| Err(refused!("{label}: {why}", label = Message::from(field.label), why));
    // A record that was merged stands for its head.
    let value = fitted(field.ty, value);
    let value = if let Value::Ref(id) = *value { Cow::Owned(Value::Ref(draft.head(id))) } else { value };
    match (field.ty, value.as_ref()) {
        (_, v) if field.name == "name" && v.is_null() => {
            return refuse(message!("{kind} needs a name", kind = doc.kind().a()));
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
                return refuse(message!("{kind} needs a name", kind = doc.kind().a()));
            }
            if field.name == "assignment_filter" {
                Filter::parse(draft.records(), Listing::Opportunities, text, draft.context.now.date_naive())?;
            }
            if doc.kind() == Kind::PriceList && field.name == "customers" && !text.trim().is_empty() {
                Filter::parse(draft.records(), Listing::Contacts, text, draft.context.now.date_naive())?;
            }
            if phone::FIELDS.contains(&field.name) && phone::has_too_many_digits(text) {
                return refuse(message!(
                    "‘{text}…’ has more digits than any number: check it",
                    text = text.trim().chars().take(20).collect::<String>()
                ));
            }
            if field.name == "delay" && Delay::parse(text).is_none() {
                return refuse(message!("‘{text}’ is none: write 5 days, 2 weeks or 1 month", text));
            }
            if field.name == "reminders" && minutes(text).is_none() {
                return refuse(message!("‘{text}’ is no list of minutes before: write 15, 1440", text));
            }
            if phone::FIELDS.contains(&field.name)
                && let Some(normal) = phone::normal(text, draft.region())
            {
                return Ok(Value::Text(normal));
            }
            if doc.kind() == Kind::Company && field.name == "country" {
                let code = text.trim().to_uppercase();
                if !phone::is_region(&code) {
                    return refuse(message!("‘{text}’ is no country's code: write two letters, like US or BE", text));
                }
                return Ok(Value::Text(code));
            }
        }
        (FieldType::Choice(choices), Value::Text(text)) => {
            if !text.is_empty() && !choices.contains(&text.as_str()) {
                return refuse(message!("‘{text}’ is not one of {known}", text, known = choices.join(", ")));
            }
        }
        (FieldType::Bool, Value::Bool(_)) | (FieldType::Date, Value::Date(_)) | (FieldType::Time, Value::Time(_)) => {}
        (FieldType::When, Value::When(_)) => {}
        (FieldType::Int | FieldType::Number, Value::Int(number)) => match field.name {
            "priority" if !(0..=3).contains(number) => {
                return refuse(message!("{number} is not one of 0 Low, 1 Medium, 2 High, 3 Very High", number));
            }
            "rotting_days" | "employees" | "assignment_max" | "quantity" if *number < 0 => {
                return refuse(message!("{number} is below 0", number));
            }
            _ => {}
        },
        (FieldType::Percent, Value::Percent(percent)) => within_hundred(*percent)?,
        (FieldType::Money, Value::Money(amount)) => {
            if amount.0.abs() > Money::MAX.0 {
                return refuse(message!("{amount} is beyond {most}", amount, most = Money::MAX));
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
        (ty, value) => {
            return refuse(message!("takes {wanted}, not {given}", wanted = wanted(ty), given = given(value)));
        }
    }
    if field.name == "parent"
        && let Value::Ref(parent) = value.as_ref()
    {
        let mut above = Some(*parent);
        for _ in 0..64 {
            if above == Some(doc) {
                return refuse(message!("‘{name}’ belongs to this contact already", name = draft.name(*parent)));
            }
            above = above.and_then(|id| draft.parent(id));
        }
    }
    Ok(value.into_owned())
}

pub(super) fn text_fits(label: &str, text: &str) -> Result<()> {
    if text.len() > MOST_TEXT {
        let size = text.len();
        return Err(refused!(
            "{label}: {size} bytes of text, {most} (64 KB) is the most: shorten it",
            label = Message::from(label.to_owned()),
            size,
            most = MOST_TEXT
        ));
    }
    Ok(())
}

pub(super) fn within_hundred(percent: Percent) -> Result<()> {
    match (Percent::ZERO..=Percent::HUNDRED).contains(&percent) {
        true => Ok(()),
        false => Err(Error::refused(message!("The probability of closing the deal should be between 0% and 100%"))),
    }
}

/// That `id` is a known record of the kind.
pub(super) fn refers(draft: &Draft, label: &str, kind: Kind, id: DocId) -> Result<()> {
    if id.kind() != kind {
        return Err(refused!(
            "{label}: {id} is {kind}, not {wanted}",
            label = Message::from(label.to_owned()),
            id,
            kind = id.kind().a(),
            wanted = kind.a()
        ));
    }
    match draft.exists(id) {
        true => Ok(()),
        false => Err(refused!("{label}: {why}", label = Message::from(label.to_owned()), why = unknown(id))),
    }
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

pub(super) fn wanted(ty: FieldType) -> Message {
    match ty {
        FieldType::Text | FieldType::LongText => message!("text"),
        FieldType::Bool => message!("true or false"),
        FieldType::Int | FieldType::Number => message!("a whole number"),
        FieldType::Percent => message!("a percentage"),
        FieldType::Money => message!("an amount"),
        FieldType::Date => message!("a day"),
        FieldType::Time => message!("a moment"),
        FieldType::When => message!("a span of time"),
        FieldType::Ref(kind) => kind.a(),
        FieldType::Refs(kind) => kind.plural().replace('_', " ").into(),
        FieldType::Choice(choices) => message!("one of {known}", known = choices.join(", ")),
    }
}

pub(super) fn given(value: &Value) -> Message {
    match value {
        Value::Null => message!("nothing"),
        Value::Text(_) => message!("text"),
        Value::Bool(_) => message!("true or false"),
        Value::Int(_) => message!("a number"),
        Value::Percent(_) => message!("a percentage"),
        Value::Money(_) => message!("an amount"),
        Value::Date(_) => message!("a day"),
        Value::Time(_) => message!("a moment"),
        Value::When(_) => message!("a span of time"),
        Value::Ref(_) => message!("a record"),
        Value::Refs(_) => message!("records"),
    }
}
