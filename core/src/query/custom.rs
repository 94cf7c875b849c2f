//! Filters that a person puts together: a field, an operator that fits its type, a value.

use super::{fields::ListField, period::Period};
use crate::{record::FieldType, value::Value};

/// How a field is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operator {
    Is,
    IsNot,
    Contains,
    ContainsNot,
    Starts,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    IsEmpty,
    IsNotEmpty,
}

impl Operator {
    /// The operators that fit a type, the most usual first.
    pub fn of(ty: FieldType) -> &'static [Operator] {
        use Operator::*;
        match ty {
            FieldType::Text | FieldType::LongText => &[Contains, ContainsNot, Is, IsNot, Starts, IsEmpty, IsNotEmpty],
            FieldType::Ref(_) | FieldType::Refs(_) => &[Is, IsNot, Contains, ContainsNot, IsEmpty, IsNotEmpty],
            FieldType::Choice(_) => &[Is, IsNot, IsEmpty, IsNotEmpty],
            FieldType::Bool => &[Is, IsNot],
            FieldType::Int | FieldType::Number | FieldType::Money | FieldType::Percent => {
                &[Is, IsNot, Greater, GreaterOrEqual, Less, LessOrEqual, IsEmpty, IsNotEmpty]
            }
            FieldType::Date | FieldType::Time | FieldType::When => {
                &[Is, IsNot, Less, LessOrEqual, Greater, GreaterOrEqual, IsEmpty, IsNotEmpty]
            }
        }
    }

    /// As it is said of a type: days are before and after, numbers below and above.
    pub fn label(self, ty: FieldType) -> &'static str {
        let is_day = matches!(ty, FieldType::Date | FieldType::Time | FieldType::When);
        match self {
            Operator::Is if is_day => "is in",
            Operator::IsNot if is_day => "is not in",
            Operator::Less if is_day => "is before",
            Operator::LessOrEqual if is_day => "is at the latest",
            Operator::Greater if is_day => "is after",
            Operator::GreaterOrEqual if is_day => "is at the earliest",
            Operator::Is => "is",
            Operator::IsNot => "is not",
            Operator::Contains => "contains",
            Operator::ContainsNot => "does not contain",
            Operator::Starts => "starts with",
            Operator::Less => "is below",
            Operator::LessOrEqual => "is at most",
            Operator::Greater => "is above",
            Operator::GreaterOrEqual => "is at least",
            Operator::IsEmpty => "is empty",
            Operator::IsNotEmpty => "is not empty",
        }
    }

    pub fn takes_value(self) -> bool {
        !matches!(self, Operator::IsEmpty | Operator::IsNotEmpty)
    }
}

/// The filter expression of a field, an operator and a value as a person writes it. Whether the value fits is found when
/// it is parsed.
pub fn condition(field: &ListField, operator: Operator, value: &str) -> String {
    let name = &field.name;
    let sign = match operator {
        Operator::Is => "=",
        Operator::IsNot => "!=",
        Operator::Contains => "contains",
        Operator::ContainsNot => "not contains",
        Operator::Starts => "starts",
        Operator::Less => "<",
        Operator::LessOrEqual => "<=",
        Operator::Greater => ">",
        Operator::GreaterOrEqual => ">=",
        Operator::IsEmpty => return format!("{name} is empty"),
        Operator::IsNotEmpty => return format!("{name} is not empty"),
    };
    let is_word = matches!(field.ty, FieldType::Ref(_)) && ["me", "my team"].contains(&value.trim());
    format!("{name} {sign} {}", if is_word { value.trim().to_owned() } else { quoted(value) })
}

/// A text as one value of the language.
pub fn quoted(text: &str) -> String {
    format!("'{}'", text.trim().replace('\'', "''"))
}

/// The filter of the records in whose group a value stands: what a click on a group, a bar or a slice asks for.
pub fn equals(field: &ListField, value: &Value, period: Period) -> String {
    let name = &field.name;
    match value {
        value if value.is_null() => format!("{name} is empty"),
        Value::Null => format!("{name} is empty"),
        Value::Text(text) => format!("{name} = {}", quoted(text)),
        Value::Bool(yes) => format!("{name} = {yes}"),
        Value::Int(n) => format!("{name} = {n}"),
        Value::Percent(p) => format!("{name} = {p}"),
        Value::Money(m) => format!("{name} = {m}"),
        Value::Date(day) => format!("{name} = {}", period.title(*day)),
        Value::Time(time) => format!("{name} = {}", period.title(time.date_naive())),
        Value::When(when) => format!("{name} = {}", period.title(when.start().date())),
        Value::Ref(id) => format!("{name} = {id}"),
        Value::Refs(ids) => {
            let all: Vec<String> = ids.iter().map(|id| format!("{name} = {id}")).collect();
            all.join(" and ")
        }
    }
}
