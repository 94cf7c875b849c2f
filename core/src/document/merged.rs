//! Merged records: what changed in them that the merge did not know.

use automerge::{ChangeHash, ROOT, ReadDoc, ScalarValue};

use super::{Document, Key, Raw, Stored, stored::decode_standing};

impl Document {
    /// Keys that hold another value than when this record was merged into its head, or than when it was decided last what
    /// becomes of such a value. Of a set, the members added since.
    pub(super) fn changed_since_merge(&self) -> Vec<String> {
        let merged = self.writers("merged_into");
        let keys: Vec<String> = self.inner.keys(ROOT).collect();
        keys.into_iter().filter(|key| self.is_changed_since(key, &merged)).collect()
    }

    fn is_changed_since(&self, key: &str, merged: &[ChangeHash]) -> bool {
        let parsed = Key::parse(self.id.kind(), key);
        match &parsed {
            Key::Field(field) if field.name.starts_with("create_") => return false,
            Key::Field(field) if ["deleted", "merged_into"].contains(&field.name) => return false,
            Key::Field(_) | Key::Member(..) | Key::Custom(..) | Key::Standing => {}
            _ => return false,
        }
        let mut then = merged.to_vec();
        then.extend(self.writers(&format!("settled:{key}")));
        let (old, new) = (self.all_at(key, Some(&then)), self.all_at(key, None));
        match parsed {
            Key::Member(..) => {
                let yes = Stored::Scalar(true.into());
                new.contains(&yes) && !old.contains(&yes)
            }
            Key::Standing => new.iter().any(|value| !old.iter().any(|known| same_standing(known, value))),
            _ => new.iter().any(|value| !old.iter().any(|known| known.same(value))),
        }
    }

    /// The write that settles a key anew.
    pub fn settle(&self, key: &str) -> (String, Raw) {
        let settled = format!("settled:{key}");
        let times = match self.stored(&settled) {
            Stored::Scalar(ScalarValue::Int(times)) => times,
            _ => 0,
        };
        (settled, Raw::Put(times.saturating_add(1).into()))
    }

    /// The concurrent values of a key at a version, at least one.
    fn all_at(&self, key: &str, heads: Option<&[ChangeHash]>) -> Vec<Stored> {
        let all = match heads {
            None => self.inner.get_all(ROOT, key),
            Some(heads) => self.inner.get_all_at(ROOT, key, heads),
        };
        let scalars = all.unwrap_or_default().into_iter().filter_map(|(value, _)| match value {
            automerge::Value::Scalar(scalar) => Some(Stored::Scalar(scalar.into_owned())),
            automerge::Value::Object(_) => None,
        });
        let mut values: Vec<Stored> = scalars.collect();
        if values.is_empty() {
            values.push(self.stored_at(key, heads).unwrap_or(Stored::Absent));
        }
        values
    }

    /// Whether two changes were made without knowing of each other.
    pub fn is_concurrent(&self, a: [u8; 32], b: [u8; 32]) -> bool {
        let knows_not = |one: [u8; 32], other: [u8; 32]| {
            self.inner.get_changes(&[ChangeHash(one)]).iter().any(|change| change.hash().0 == other)
        };
        a != b && knows_not(a, b) && knows_not(b, a)
    }

    /// The last change that touched a long text.
    pub(super) fn text_writer(&self, key: &str) -> Option<[u8; 32]> {
        let touches =
            |change: &&automerge::Change| self.effects(change.hash().0).iter().any(|effect| effect.key == key);
        let changes = self.inner.get_changes(&[]);
        changes.iter().rev().find(touches).map(|change| change.hash().0)
    }

    /// The changes that wrote the values a key has.
    fn writers(&self, key: &str) -> Vec<ChangeHash> {
        let all = self.inner.get_all(ROOT, key).unwrap_or_default();
        all.iter().filter_map(|(_, id)| self.inner.hash_for_opid(id)).collect()
    }
}

fn same_standing(a: &Stored, b: &Stored) -> bool {
    let read = |stored: &Stored| match stored {
        Stored::Scalar(scalar) => decode_standing(scalar),
        _ => None,
    };
    match (read(a), read(b)) {
        (Some(a), Some(b)) => a.agrees(&b),
        _ => a.same(b),
    }
}
