//! The table of fields that each kind of record has.

use chrono::{DateTime, NaiveDate, Utc};

use crate::{
    id::{DocId, Kind},
    value::{Money, Percent, Value, When},
};

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldType {
    /// One line, 64 KB at most.
    Text,
    /// Many lines, merged character by character, 64 KB at most.
    LongText,
    Bool,
    /// A whole number, 0 when empty.
    Int,
    /// A whole number or nothing.
    Number,
    /// 0 to 100 %.
    Percent,
    /// 0 when empty.
    Money,
    /// A day.
    Date,
    /// A moment.
    Time,
    /// From when to when: the two are one value, so that they never part.
    When,
    /// One record of a kind.
    Ref(Kind),
    /// A set of records of a kind.
    Refs(Kind),
    /// One of these texts, or none.
    Choice(&'static [&'static str]),
}

/// A stored field of the records `R`.
pub struct Field<R: 'static> {
    pub name: &'static str,
    pub label: &'static str,
    pub ty: FieldType,
    pub get: fn(&R) -> Value,
    pub put: fn(&mut R, Value) -> bool,
}

/// A stored field without the way to reach it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldDef {
    pub name: &'static str,
    pub label: &'static str,
    pub ty: FieldType,
}

impl<R> Field<R> {
    pub fn def(&self) -> FieldDef {
        FieldDef { name: self.name, label: self.label, ty: self.ty }
    }
}

/// A Rust type that can lie in a field.
pub trait Cell {
    fn value(&self) -> Value;
    /// False if the value is of another type; the cell is then unchanged.
    fn set(&mut self, value: Value) -> bool;
}

impl Cell for String {
    fn value(&self) -> Value {
        if self.is_empty() { Value::Null } else { Value::Text(self.clone()) }
    }

    fn set(&mut self, value: Value) -> bool {
        match value {
            Value::Null => self.clear(),
            Value::Text(text) => *self = text,
            _ => return false,
        }
        true
    }
}

impl Cell for Vec<DocId> {
    fn value(&self) -> Value {
        Value::Refs(self.clone())
    }

    fn set(&mut self, value: Value) -> bool {
        match value {
            Value::Null => self.clear(),
            Value::Refs(mut ids) => {
                ids.sort();
                ids.dedup();
                *self = ids;
            }
            _ => return false,
        }
        true
    }
}

macro_rules! plain_cell {
    ($($ty:ty => $variant:ident),*) => {$(
        impl Cell for $ty {
            fn value(&self) -> Value {
                Value::$variant(*self)
            }

            fn set(&mut self, value: Value) -> bool {
                match value {
                    Value::Null => *self = <$ty>::default(),
                    Value::$variant(v) => *self = v,
                    _ => return false,
                }
                true
            }
        }
    )*};
}

macro_rules! optional_cell {
    ($($ty:ty => $variant:ident),*) => {$(
        impl Cell for Option<$ty> {
            fn value(&self) -> Value {
                self.map_or(Value::Null, Value::$variant)
            }

            fn set(&mut self, value: Value) -> bool {
                match value {
                    Value::Null => *self = None,
                    Value::$variant(v) => *self = Some(v),
                    _ => return false,
                }
                true
            }
        }
    )*};
}

plain_cell!(bool => Bool, i64 => Int, Percent => Percent, Money => Money);
optional_cell!(i64 => Int, NaiveDate => Date, DateTime<Utc> => Time, DocId => Ref, When => When);

/// `r#type` → `type`.
pub(super) const fn plain_name(name: &'static str) -> &'static str {
    let bytes = name.as_bytes();
    if bytes.len() > 2 && bytes[0] == b'r' && bytes[1] == b'#' { name.split_at(2).1 } else { name }
}

macro_rules! cell_type {
    (Text) => { String };
    (LongText) => { String };
    (Choice) => { String };
    (Bool) => { bool };
    (Int) => { i64 };
    (Number) => { Option<i64> };
    (Percent) => { $crate::value::Percent };
    (Money) => { $crate::value::Money };
    (Date) => { Option<chrono::NaiveDate> };
    (Time) => { Option<chrono::DateTime<chrono::Utc>> };
    (When) => { Option<$crate::value::When> };
    (Ref) => { Option<$crate::id::DocId> };
    (Refs) => { Vec<$crate::id::DocId> };
}

/// Declares a kind of record: its struct and the table of its stored fields.
macro_rules! record {
    (
        $(#[$doc:meta])* $name:ident {
            $( $(#[$fdoc:meta])* $field:ident : $ty:ident $(($arg:expr))? = $label:literal ),* $(,)?
        }
        $( plus { $( $(#[$pdoc:meta])* $pfield:ident : $pty:ty, )* } )?
    ) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
        pub struct $name {
            pub id: $crate::id::DocId,
            pub meta: $crate::record::Meta,
            $( $(#[$fdoc])* #[serde(with = "crate::value::brief")] pub $field: cell_type!($ty), )*
            $( $( $(#[$pdoc])* pub $pfield: $pty, )* )?
        }

        impl $name {
            /// The stored fields, in the order a form shows them.
            pub const FIELDS: &'static [$crate::record::Field<$name>] = &[
                $( $crate::record::Field {
                    name: $crate::record::field::plain_name(stringify!($field)),
                    label: $label,
                    ty: $crate::record::FieldType::$ty $(($arg))?,
                    get: |r| $crate::record::Cell::value(&r.$field),
                    put: |r, v| $crate::record::Cell::set(&mut r.$field, v),
                } ),*
            ];

            pub fn blank(id: $crate::id::DocId) -> $name {
                $name {
                    id,
                    meta: Default::default(),
                    $( $field: Default::default(), )*
                    $( $( $pfield: Default::default(), )* )?
                }
            }

            pub fn field(name: &str) -> Option<&'static $crate::record::Field<$name>> {
                Self::FIELDS.iter().find(|f| f.name == name)
            }
        }
    };
}
