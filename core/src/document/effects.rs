use automerge::{ChangeHash, ROOT, ReadDoc, legacy};

use super::{Document, Stored};

/// What one change did to one key: the value its author saw, and the value it left.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Effect {
    pub key: String,
    pub old: Stored,
    pub new: Stored,
}

impl Document {
    /// What a change did, key by key; nothing if the change is not here.
    pub fn effects(&self, change: [u8; 32]) -> Vec<Effect> {
        let hash = ChangeHash(change);
        let Some(change) = self.inner.get_change_by_hash(&hash) else { return Vec::new() };
        let deps = change.deps().to_vec();
        let mut keys: Vec<String> = Vec::new();
        let texts = self.text_keys();
        for op in &change.decode().operations {
            let key = match (&op.obj, &op.key) {
                (legacy::ObjectId::Root, legacy::Key::Map(key)) => Some(key.to_string()),
                (legacy::ObjectId::Id(id), _) => {
                    texts.iter().find(|(_, object)| is_object(object, id)).map(|(key, _)| key.clone())
                }
                _ => None,
            };
            if let Some(key) = key.filter(|k| !keys.contains(k)) {
                keys.push(key);
            }
        }
        let at = |key: &str, heads: &[ChangeHash]| self.stored_at(key, Some(heads)).unwrap_or(Stored::Absent);
        let after = [hash];
        keys.into_iter().map(|key| Effect { old: at(&key, &deps), new: at(&key, &after), key }).collect()
    }

    /// What changes did together, one after the other.
    pub fn effects_of(&self, changes: impl IntoIterator<Item = [u8; 32]>) -> Vec<Effect> {
        let mut effects: Vec<Effect> = Vec::new();
        for effect in changes.into_iter().flat_map(|change| self.effects(change)) {
            match effects.iter_mut().find(|e| e.key == effect.key) {
                Some(earlier) => earlier.new = effect.new,
                None => effects.push(effect),
            }
        }
        effects
    }

    /// The value under a key now.
    pub fn stored(&self, key: &str) -> Stored {
        self.stored_at(key, None).unwrap_or(Stored::Absent)
    }

    fn text_keys(&self) -> Vec<(String, automerge::ObjId)> {
        self.inner
            .map_range(ROOT, ..)
            .filter(|item| matches!(item.value, automerge::ValueRef::Object(automerge::ObjType::Text)))
            .map(|item| (item.key.to_string(), item.id()))
            .collect()
    }
}

fn is_object(object: &automerge::ObjId, id: &legacy::OpId) -> bool {
    matches!(object, automerge::ObjId::Id(counter, actor, _) if *counter == id.counter() && actor == id.actor())
}
