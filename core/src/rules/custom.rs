//! Custom fields: what a definition may say (spec §12).

use super::{draft::Draft, fields::Given};
use crate::{
    error::Result,
    id::DocId,
    record::{CustomField, CustomType, Record},
    value::Value,
};

/// A new definition: on opportunities and of text unless it says otherwise, under a technical name made from its own.
pub(super) fn complete(draft: &mut Draft, id: DocId, given: &Given) -> Result<()> {
    let text = |name: &str| match given.get(name) {
        Some(Value::Text(text)) => Some(text.clone()),
        _ => None,
    };
    let name = text("name").unwrap_or_default();
    let key = text("key").unwrap_or_else(|| CustomField::key_for(&name));
    let on = text("on").unwrap_or_else(|| "opportunity".to_owned());
    let ty = text("type").unwrap_or_else(|| CustomType::Text.label().to_owned());
    for (field, value) in [("key", &key), ("on", &on), ("type", &ty)] {
        draft.write_field(id, field, value.as_str());
    }
    if !CustomField::is_key(&key) {
        return Err(refused!(
            "Technical name: ‘{key}’ is none: x_ and small letters, digits and _ (64 at most), such as x_machine_hours",
            key
        ));
    }
    let others = draft.records().custom_fields.values().filter(|f| f.id != id && !f.meta.deleted && f.on == on);
    if let Some(other) = others.into_iter().find(|f| f.key == key) {
        return Err(refused!("Technical name: ‘{other}’ has {key} already", other = other.name, key));
    }
    if !given.has("sequence") {
        let last = draft.records().custom_fields.values().map(|f| f.sequence).max().unwrap_or(0);
        draft.write_field(id, "sequence", last.saturating_add(10));
    }
    Ok(())
}

/// What was chosen once stays; a choice has something to choose from.
pub(super) fn holds(draft: &mut Draft, id: DocId, before: Option<&CustomField>) -> Result<()> {
    let Record::CustomField(now) = draft.edit(id)? else { return Ok(()) };
    if let Some(before) = before {
        let fixed = [
            ("Technical name", &before.key, &now.key),
            ("On", &before.on, &now.on),
            ("Type", &before.r#type, &now.r#type),
        ];
        if let Some((label, was, _)) = fixed.into_iter().find(|(_, was, is)| was != is) {
            return Err(refused!(
                "{label}: it stays {was}, for the values that records hold: add another field instead",
                label,
                was
            ));
        }
    }
    if now.custom_type() == CustomType::Choice && now.choices().is_empty() {
        return Err(refused!("Choices: give something to choose from, one a line"));
    }
    Ok(())
}
