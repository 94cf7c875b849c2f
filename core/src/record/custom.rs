//! Custom fields: what a workspace adds to its opportunities and contacts (spec §12).
//!
//! A definition is a record; values lie in the documents under `<name>:<type>`, with the type in the key because a document is
//! read without its definitions. Names begin with `x_`, so that no later version's own field takes one.

use std::{
    collections::{BTreeMap, HashSet},
    sync::{Mutex, PoisonError},
};

use super::{FieldDef, FieldType};
use crate::{
    id::{DocId, Kind, WorkspaceId},
    value::Value,
};

record!(
    /// A field that a workspace adds to its opportunities or contacts.
    CustomField {
        /// What a person reads beside it.
        name: Text = "Custom field",
        /// The name in filters, files and on the command line, `x_machine_hours`; chosen once.
        key: Text = "Technical name",
        /// Chosen once.
        on: Choice(&["opportunity", "contact"]) = "On",
        /// Chosen once.
        r#type: Choice(&["text", "number", "money", "date", "choice", "yes/no", "contact"]) = "Type",
        /// What may be chosen, one a line or between commas.
        choices: Text = "Choices",
        /// Whose forms show it; none means every team's.
        teams: Refs(Kind::Team) = "Teams",
        sequence: Int = "Sequence",
    }
);

/// What a custom field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CustomType {
    Text,
    Number,
    Money,
    Date,
    Choice,
    YesNo,
    Contact,
}

impl CustomType {
    pub const ALL: [CustomType; 7] = [
        CustomType::Text,
        CustomType::Number,
        CustomType::Money,
        CustomType::Date,
        CustomType::Choice,
        CustomType::YesNo,
        CustomType::Contact,
    ];

    /// `text`, `yes/no`
    pub fn label(self) -> &'static str {
        match self {
            CustomType::Text => "text",
            CustomType::Number => "number",
            CustomType::Money => "money",
            CustomType::Date => "date",
            CustomType::Choice => "choice",
            CustomType::YesNo => "yes/no",
            CustomType::Contact => "contact",
        }
    }

    pub fn named(label: &str) -> Option<CustomType> {
        CustomType::ALL.into_iter().find(|t| t.label() == label)
    }

    fn field_type(self, choices: &str) -> FieldType {
        match self {
            CustomType::Text => FieldType::Text,
            CustomType::Number => FieldType::Number,
            CustomType::Money => FieldType::Money,
            CustomType::Date => FieldType::Date,
            CustomType::Choice => FieldType::Choice(lasting_all(choices)),
            CustomType::YesNo => FieldType::Bool,
            CustomType::Contact => FieldType::Ref(Kind::Contact),
        }
    }

    fn of(ty: FieldType) -> CustomType {
        match ty {
            FieldType::Number | FieldType::Int | FieldType::Percent => CustomType::Number,
            FieldType::Money => CustomType::Money,
            FieldType::Date | FieldType::Time | FieldType::When => CustomType::Date,
            FieldType::Choice(_) => CustomType::Choice,
            FieldType::Bool => CustomType::YesNo,
            FieldType::Ref(_) | FieldType::Refs(_) => CustomType::Contact,
            FieldType::Text | FieldType::LongText => CustomType::Text,
        }
    }
}

impl CustomField {
    /// The id of the definition with this name: one, though two devices make it at once.
    pub fn id_of(workspace: WorkspaceId, on: Kind, key: &str) -> DocId {
        DocId::derived(workspace, "custom field", Kind::CustomField, &format!("{}:{key}", on.singular()))
    }

    /// `Machine hours` → `x_machine_hours`.
    pub fn key_for(name: &str) -> String {
        let plain: String =
            name.chars().map(|c| if c.is_alphanumeric() { c.to_ascii_lowercase() } else { ' ' }).collect();
        let ascii = plain.split_whitespace().collect::<Vec<_>>().join("_");
        let ascii: String = crate::query::fold(&ascii).chars().filter(|c| c.is_ascii()).take(60).collect();
        format!("x_{}", ascii.trim_start_matches("x_").trim_matches('_'))
    }

    /// `x_` and lower-case letters, digits and `_`, 64 at most.
    pub fn is_key(key: &str) -> bool {
        let rest = key.strip_prefix("x_").unwrap_or_default();
        let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
        !rest.is_empty() && key.len() <= 64 && rest.bytes().all(fits)
    }

    /// The records that have it.
    pub fn kind(&self) -> Kind {
        if self.on == "contact" { Kind::Contact } else { Kind::Opportunity }
    }

    pub fn custom_type(&self) -> CustomType {
        CustomType::named(&self.r#type).unwrap_or(CustomType::Text)
    }

    pub fn choices(&self) -> Vec<&str> {
        choices(&self.choices).collect()
    }

    /// Whether a team's forms show it.
    pub fn is_of(&self, team: Option<DocId>) -> bool {
        self.teams.is_empty() || team.is_some_and(|t| self.teams.contains(&t))
    }

    /// The field as any other; nothing for one that is no name.
    pub fn def(&self) -> Option<FieldDef> {
        CustomField::is_key(&self.key).then(|| FieldDef {
            name: lasting(&self.key),
            label: lasting(&self.name),
            ty: self.custom_type().field_type(&self.choices),
        })
    }
}

/// One a line; where there is one line, between commas.
fn choices(text: &str) -> impl Iterator<Item = &str> {
    let sign = if text.trim().contains('\n') { '\n' } else { ',' };
    text.split(sign).map(str::trim).filter(|c| !c.is_empty())
}

pub(crate) fn is_custom(name: &str) -> bool {
    name.starts_with("x_")
}

/// The key of a value in a document: `x_machine_hours:number`.
pub(crate) fn document_key(field: &FieldDef) -> String {
    format!("{}:{}", field.name, CustomType::of(field.ty).label())
}

/// The key of any stored field in a document.
pub(crate) fn key_of(field: &FieldDef) -> String {
    if is_custom(field.name) { document_key(field) } else { field.name.to_owned() }
}

/// The name and type that a document's key tells.
pub(crate) fn from_document_key<'a>(name: &'a str, ty: &str) -> Option<(&'a str, FieldType)> {
    let ty = CustomType::named(ty)?;
    CustomField::is_key(name).then(|| (name, ty.field_type("")))
}

pub(super) fn put(values: &mut BTreeMap<String, Value>, name: &str, value: Value) -> bool {
    match value {
        value if value.is_null() => _ = values.remove(name),
        value => _ = values.insert(name.to_owned(), value),
    }
    true
}

/// The text for as long as the program runs, so that a custom field is a plain [`FieldDef`] as all the others. Definitions are few,
/// and each text is kept once.
fn lasting(text: &str) -> &'static str {
    static ALL: Mutex<Option<HashSet<&'static str>>> = Mutex::new(None);
    let mut all = ALL.lock().unwrap_or_else(PoisonError::into_inner);
    let all = all.get_or_insert_default();
    match all.get(text) {
        Some(known) => known,
        None => {
            let new: &'static str = Box::leak(text.into());
            all.insert(new);
            new
        }
    }
}

fn lasting_all(text: &str) -> &'static [&'static str] {
    static ALL: Mutex<Option<HashSet<&'static [&'static str]>>> = Mutex::new(None);
    let list: Vec<&'static str> = choices(text).map(lasting).collect();
    let mut all = ALL.lock().unwrap_or_else(PoisonError::into_inner);
    let all = all.get_or_insert_default();
    match all.get(list.as_slice()) {
        Some(known) => known,
        None => {
            let new: &'static [&'static str] = Box::leak(list.into());
            all.insert(new);
            new
        }
    }
}
