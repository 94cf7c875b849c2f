use automerge::{ObjType, ReadDoc, ScalarValue};
use chrono::{DateTime, NaiveDate};

use crate::{
    id::DocId,
    record::{FieldType, Standing},
    value::{Money, Percent, Value},
};

/// What lies under a key of a document.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Stored {
    Absent,
    Scalar(ScalarValue),
    /// A long text.
    Text(String),
    /// Something this version does not know.
    Foreign,
}

impl Stored {
    /// Nothing there, or an empty value: the same for a person.
    pub fn is_empty(&self) -> bool {
        match self {
            Stored::Absent | Stored::Scalar(ScalarValue::Null) => true,
            Stored::Text(t) => t.is_empty(),
            _ => false,
        }
    }

    /// Equal for a person.
    pub fn same(&self, other: &Stored) -> bool {
        self == other || self.is_empty() && other.is_empty()
    }

    pub(super) fn read(doc: &automerge::Automerge, value: &automerge::Value<'_>, object: &automerge::ObjId) -> Stored {
        match value {
            automerge::Value::Scalar(s) => Stored::Scalar(s.clone().into_owned()),
            automerge::Value::Object(ObjType::Text) => doc.text(object).map_or(Stored::Foreign, Stored::Text),
            automerge::Value::Object(_) => Stored::Foreign,
        }
    }
}

/// A value as a scalar of a document. References are 16 bytes, days ISO texts, amounts and percentages whole numbers.
pub(super) fn encode(value: &Value) -> ScalarValue {
    match value {
        Value::Null | Value::Refs(_) => ScalarValue::Null,
        Value::Text(t) => ScalarValue::Str(t.as_str().into()),
        Value::Bool(b) => ScalarValue::Boolean(*b),
        Value::Int(i) => ScalarValue::Int(*i),
        Value::Percent(p) => ScalarValue::Int(p.0.into()),
        Value::Money(m) => ScalarValue::Int(m.0),
        Value::Date(d) => ScalarValue::Str(d.to_string().into()),
        Value::Time(t) => ScalarValue::Timestamp(t.timestamp_millis()),
        Value::Ref(id) => ScalarValue::Bytes(id.as_bytes().to_vec()),
        Value::When(when) => ScalarValue::Str(when.to_string().into()),
    }
}

/// Reads a scalar as a field of the given type; nothing if it is of another type (written by a newer version, or nonsense).
pub(super) fn decode(ty: FieldType, scalar: &ScalarValue) -> Option<Value> {
    Some(match (ty, scalar) {
        (_, ScalarValue::Null) => Value::Null,
        (FieldType::Text | FieldType::LongText | FieldType::Choice(_), ScalarValue::Str(s)) => {
            Value::Text(s.to_string())
        }
        (FieldType::Bool, ScalarValue::Boolean(b)) => Value::Bool(*b),
        (FieldType::Int | FieldType::Number, ScalarValue::Int(i)) => Value::Int(*i),
        (FieldType::Percent, ScalarValue::Int(i)) => Value::Percent(Percent(i32::try_from(*i).ok()?)),
        (FieldType::Money, ScalarValue::Int(i)) => Value::Money(Money((*i).clamp(-Money::MAX.0, Money::MAX.0))),
        (FieldType::Date, ScalarValue::Str(s)) => Value::Date(s.parse::<NaiveDate>().ok()?),
        (FieldType::Time, ScalarValue::Timestamp(t)) => Value::Time(DateTime::from_timestamp_millis(*t)?),
        (FieldType::When, ScalarValue::Str(s)) => Value::When(s.parse().ok()?),
        (FieldType::Ref(kind), ScalarValue::Bytes(b)) => {
            let id = DocId::from_bytes(b.as_slice().try_into().ok()?)?;
            if id.kind() != kind {
                return None;
            }
            Value::Ref(id)
        }
        _ => return None,
    })
}

pub(super) fn encode_standing(standing: &Standing) -> ScalarValue {
    let mut json = serde_json::json!(standing);
    if let Some(fields) = json.as_object_mut() {
        // Not left to serde: the same struct lies in records too, in an encoding that cannot leave fields out.
        fields.retain(|_, value| !value.is_null());
    }
    ScalarValue::Str(json.to_string().into())
}

pub(super) fn decode_standing(scalar: &ScalarValue) -> Option<Standing> {
    match scalar {
        ScalarValue::Str(s) => serde_json::from_str(s).ok(),
        _ => None,
    }
}

pub(super) fn encode_imported(pairs: &[(u32, u32)]) -> ScalarValue {
    ScalarValue::Bytes(pairs.iter().flat_map(|(f, v)| [f.to_le_bytes(), v.to_le_bytes()].concat()).collect())
}

pub(super) fn decode_imported(scalar: &ScalarValue) -> Vec<(u32, u32)> {
    let ScalarValue::Bytes(bytes) = scalar else { return Vec::new() };
    let word = |b: &[u8]| u32::from_le_bytes([b[0], b[1], b[2], b[3]]);
    bytes.chunks_exact(8).map(|c| (word(&c[..4]), word(&c[4..]))).collect()
}
