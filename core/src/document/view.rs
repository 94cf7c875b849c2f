//! Looking into a document: as of a version, and whether it still stands as some changes left it.

use automerge::{ROOT, ReadDoc};

use super::{Document, DocumentError, Raw, Stored, guarded, hashes, stored};
use crate::{
    id::DocId,
    record::{FieldType, Record, Standing},
    value::Value,
};

impl Document {
    pub fn id(&self) -> DocId {
        self.id
    }

    /// The record as it was at a version; nothing if that version is not of this document.
    pub fn project_at(&self, heads: &[[u8; 32]]) -> Option<Record> {
        let heads = hashes(heads);
        if heads.is_empty() {
            return None;
        }
        let inner = guarded(|| self.inner.fork_at(&heads)).ok()?.ok()?;
        Document { id: self.id, inner }.project()
    }

    pub fn project_guarded(&self) -> Result<Record, DocumentError> {
        guarded(|| self.project())?.ok_or_else(|| DocumentError::Unfit("it makes no record".to_owned()))
    }

    /// Whether every key holds what it held right after these changes.
    pub fn stands_as_after(&self, changes: &[[u8; 32]]) -> bool {
        let heads = hashes(changes);
        self.inner.keys(ROOT).all(|key| {
            let then = self.stored_at(&key, Some(&heads)).unwrap_or(Stored::Absent);
            key.starts_with("imported:") || key == "deleted" || self.stored(&key).same(&then)
        })
    }
}

impl Stored {
    /// The value as a field of the given type; Null where it is none.
    pub fn value(&self, ty: FieldType) -> Value {
        match self {
            Stored::Scalar(scalar) => stored::decode(ty, scalar).unwrap_or(Value::Null),
            Stored::Text(text) if text.is_empty() => Value::Null,
            Stored::Text(text) => Value::Text(text.clone()),
            Stored::Absent | Stored::Foreign => Value::Null,
        }
    }

    pub fn standing(&self) -> Option<Standing> {
        match self {
            Stored::Scalar(scalar) => stored::decode_standing(scalar),
            _ => None,
        }
    }

    /// The write that puts this value back.
    pub fn into_raw(self) -> Raw {
        match self {
            Stored::Scalar(scalar) => Raw::Put(scalar),
            Stored::Text(text) => Raw::Text(text),
            Stored::Absent | Stored::Foreign => Raw::Put(automerge::ScalarValue::Null),
        }
    }
}
