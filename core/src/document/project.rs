use std::collections::BTreeMap;

use automerge::{ROOT, ReadDoc, ScalarValue, ValueRef};

use super::{
    Document, Key, Stored,
    stored::{decode, decode_imported, decode_standing},
};
use crate::{
    id::{DocId, Kind},
    record::{Activity, ActivityType, Attachment, FieldDef, FieldType, MAX_FILE, Merged, Note, Record, Standing},
    value::Value,
};

/// Fields of which every device shows the same value, and nobody is asked about another: when something was assigned or ordered, where in an order it stands, and how far a series was counted (its device alone does).
const NO_CHOICE: [&str; 5] = ["date_open", "sequence", "date_order", "quotations", "invoices"];

/// One of several concurrent values of a key.
pub(crate) struct Variant {
    pub stored: Stored,
    /// The value in the field's type; a standing as it is stored.
    pub value: Option<Value>,
    pub standing: Option<Standing>,
    /// The change that wrote it.
    pub change: Option<[u8; 32]>,
    pub scalar: ScalarValue,
}

impl Document {
    /// The record that the document makes. Unknown keys are kept in the document and left out here.
    pub fn project(&self) -> Option<Record> {
        let mut record = Record::empty(self.id)?;
        let mut sets: BTreeMap<&'static str, Vec<DocId>> = BTreeMap::new();
        let mut activities: BTreeMap<DocId, Fields> = BTreeMap::new();
        let mut notes: BTreeMap<DocId, Fields> = BTreeMap::new();
        let mut attachments: BTreeMap<DocId, Fields> = BTreeMap::new();
        let mut conflicts = Vec::new();
        let mut joined: Vec<String> = Vec::new();
        for item in self.inner.map_range(ROOT, ..) {
            let key = Key::parse(self.id.kind(), &item.key);
            if item.conflict && self.disagree(&key, &item.key) {
                conflicts.push(item.key.to_string());
            }
            let scalar: ScalarValue = match item.value {
                ValueRef::Scalar(ref s) => s.clone().into(),
                ValueRef::Object(automerge::ObjType::Text) => {
                    if let (Key::Field(field), Ok(text)) = (&key, self.inner.text(item.id())) {
                        record.put(field.name, Value::Text(text));
                    }
                    continue;
                }
                ValueRef::Object(_) => continue,
            };
            match key {
                Key::Field(field) => {
                    if let Some(value) = decode(field.ty, &scalar) {
                        put(&mut record, field, value);
                    }
                }
                Key::Member(field, id) => {
                    // Added here and removed there at once: the addition counts.
                    let added = scalar == ScalarValue::Boolean(true)
                        || item.conflict
                            && self.variants(&item.key).iter().any(|v| v.scalar == ScalarValue::Boolean(true));
                    if added {
                        sets.entry(field.name).or_default().push(id);
                    }
                }
                Key::Custom(name, ty) => {
                    if let Some(value) = decode(ty, &scalar) {
                        record.put(&name, value);
                    }
                }
                Key::Standing => {
                    if let (Record::Opportunity(o), Some(standing)) = (&mut record, decode_standing(&scalar)) {
                        o.standing = standing;
                    }
                }
                Key::Activity(id, field) => {
                    _ = activities.entry(id).or_default().insert(field.name, decode(field.ty, &scalar))
                }
                Key::Note(id, field) => _ = notes.entry(id).or_default().insert(field.name, decode(field.ty, &scalar)),
                Key::Attachment(id, field) => {
                    _ = attachments.entry(id).or_default().insert(field.name, decode(field.ty, &scalar))
                }
                Key::Joined(_) => {
                    if let ScalarValue::Str(text) = &scalar {
                        joined.push(text.to_string());
                    }
                }
                Key::Imported(_) | Key::Settled | Key::Unknown => {}
            }
        }
        join(&mut record, joined);
        for (name, ids) in sets {
            record.put(name, Value::Refs(ids));
        }
        if let Some((to_do, written)) = record.inner_mut() {
            to_do.extend(activities.into_iter().filter_map(|(id, fields)| activity(id, &fields)));
            written.extend(notes.into_iter().filter_map(|(id, fields)| note(id, &fields)));
        }
        if let Some(attached) = record.attachments_mut() {
            attached.extend(attachments.into_iter().filter_map(|(id, fields)| attachment(id, &fields)));
        }
        if let Record::Invoice(invoice) = &mut record
            && let Some(frozen) = invoice.frozen()
        {
            // Number, day and lines are of one posting, whatever else was written under the name.
            invoice.name = frozen.number;
            conflicts.retain(|key| key != "name");
        }
        let meta = record.meta_mut();
        meta.conflicts = conflicts;
        meta.heads = self.heads().into();
        if let Some(merged) = &mut meta.merged {
            merged.changed = self.changed_since_merge();
        }
        Some(record)
    }

    /// All concurrent values of a key; the one shown first.
    pub fn variants(&self, key: &str) -> Vec<Variant> {
        let shown = self.inner.get(ROOT, key).ok().flatten().map(|(_, id)| id);
        let parsed = Key::parse(self.id.kind(), key);
        let Ok(mut all) = self.inner.get_all(ROOT, key) else { return Vec::new() };
        all.sort_by_key(|(_, id)| (shown.as_ref() != Some(id), format!("{id}")));
        let mut variants: Vec<Variant> = Vec::new();
        for (value, id) in all {
            let automerge::Value::Scalar(scalar) = value else { continue };
            let scalar = scalar.into_owned();
            let variant = Variant {
                stored: Stored::Scalar(scalar.clone()),
                value: type_of(&parsed).and_then(|ty| decode(ty, &scalar)),
                standing: if parsed == Key::Standing { decode_standing(&scalar) } else { None },
                change: self.inner.hash_for_opid(&id).map(|h| h.0),
                scalar,
            };
            if !variants.iter().any(|v| v.agrees(&variant)) {
                variants.push(variant);
            }
        }
        variants
    }

    /// As [`Document::variants`]; nothing at all and a long text are one value each.
    pub fn variants_or_none(&self, key: &str) -> Vec<Variant> {
        let mut variants = self.variants(key);
        if variants.is_empty() {
            let stored = self.stored(key);
            let value = match &stored {
                Stored::Text(text) if !text.is_empty() => Value::Text(text.clone()),
                _ => Value::Null,
            };
            let scalar = ScalarValue::Null;
            variants.push(Variant {
                stored,
                value: Some(value),
                standing: None,
                change: self.text_writer(key),
                scalar,
            });
        }
        variants
    }

    fn disagree(&self, parsed: &Key, key: &str) -> bool {
        match parsed {
            // A set merges member by member; what was imported last and a newer version's keys are no person's choice.
            Key::Member(..) | Key::Joined(_) | Key::Imported(_) | Key::Settled | Key::Unknown => false,
            // Merged into two records at once: it shows in one of them, the same on every device.
            Key::Field(field) if field.name == "merged_into" && self.id.kind() != Kind::Stage => false,
            // When and by whom a record was made is no choice either: both devices imported it.
            Key::Field(field) if field.name.starts_with("create_") || NO_CHOICE.contains(&field.name) => false,
            // Nor is who attached what both imported.
            Key::Attachment(_, field) if ["time", "user"].contains(&field.name) => false,
            _ => self.variants(key).len() > 1,
        }
    }

    /// The last imported values of a source.
    pub fn imported(&self, source: &str) -> Vec<(u32, u32)> {
        match self.stored(&format!("imported:{source}")) {
            Stored::Scalar(scalar) => decode_imported(&scalar),
            _ => Vec::new(),
        }
    }
}

/// The descriptions of merged records stand below the record's own.
pub(crate) fn join(record: &mut Record, joined: Vec<String>) {
    if let (false, Some(own)) = (joined.is_empty(), record.get("description")) {
        let own = match own {
            Value::Text(text) => text,
            _ => String::new(),
        };
        let all = std::iter::once(own).chain(joined).filter(|t| !t.is_empty()).collect::<Vec<_>>().join("\n\n");
        record.put("description", Value::Text(all));
    }
}

impl Variant {
    /// Equal for a person: the same, or a standing that differs in its times only.
    pub fn agrees(&self, other: &Variant) -> bool {
        match (&self.standing, &other.standing) {
            (Some(a), Some(b)) => a.agrees(b),
            _ => self.stored.same(&other.stored),
        }
    }
}

type Fields = BTreeMap<&'static str, Option<Value>>;

fn type_of(key: &Key) -> Option<FieldType> {
    match key {
        Key::Field(field)
        | Key::Member(field, _)
        | Key::Activity(_, field)
        | Key::Note(_, field)
        | Key::Attachment(_, field) => Some(field.ty),
        Key::Custom(_, ty) => Some(*ty),
        _ => None,
    }
}

fn put(record: &mut Record, field: FieldDef, value: Value) {
    let meta = record.meta_mut();
    match (field.name, value) {
        ("archived", value) => meta.archived = value == Value::Bool(true),
        ("deleted", value) => meta.deleted = value == Value::Bool(true),
        ("create_date", Value::Time(time)) => meta.create_date = Some(time),
        ("create_user", Value::Ref(user)) => meta.create_user = Some(user),
        ("merged_into", Value::Ref(into)) if into.kind() != Kind::Stage => {
            meta.merged = Some(Merged { into, changed: Vec::new() });
        }
        ("create_date" | "create_user", _) => {}
        (name, value) => _ = record.put(name, value),
    }
}

fn text(fields: &Fields, name: &str) -> String {
    match fields.get(name) {
        Some(Some(Value::Text(text))) => text.clone(),
        _ => String::new(),
    }
}

fn time(fields: &Fields, name: &str) -> Option<chrono::DateTime<chrono::Utc>> {
    match fields.get(name) {
        Some(Some(Value::Time(time))) => Some(*time),
        _ => None,
    }
}

fn reference(fields: &Fields, name: &str) -> Option<DocId> {
    match fields.get(name) {
        Some(Some(Value::Ref(id))) => Some(*id),
        _ => None,
    }
}

/// Nothing for a cancelled activity, or one whose deadline has not arrived.
fn activity(id: DocId, fields: &Fields) -> Option<Activity> {
    let Some(Some(Value::Date(date_deadline))) = fields.get("date_deadline") else { return None };
    if fields.get("cancelled") == Some(&Some(Value::Bool(true))) {
        return None;
    }
    Some(Activity {
        id,
        kind: ActivityType::read(&text(fields, "kind")).unwrap_or(ActivityType::TODO),
        summary: text(fields, "summary"),
        note: text(fields, "note"),
        date_deadline: *date_deadline,
        user: reference(fields, "user"),
        done: time(fields, "done"),
        done_by: reference(fields, "done_by"),
        feedback: text(fields, "feedback"),
    })
}

fn note(id: DocId, fields: &Fields) -> Option<Note> {
    let text = text(fields, "text");
    (!text.is_empty()).then(|| Note {
        id,
        text,
        time: time(fields, "time").unwrap_or_default(),
        user: reference(fields, "user"),
    })
}

/// Nothing for a removed one, or one that no device may hold.
fn attachment(id: DocId, fields: &Fields) -> Option<Attachment> {
    let size = match fields.get("size") {
        Some(Some(Value::Int(size))) => u64::try_from(*size).ok()?,
        _ => return None,
    };
    let is_removed = fields.get("removed") == Some(&Some(Value::Bool(true)));
    if is_removed || size > MAX_FILE {
        return None;
    }
    Some(Attachment {
        id,
        name: text(fields, "name"),
        hash: text(fields, "hash").parse().ok()?,
        size,
        time: time(fields, "time").unwrap_or_default(),
        user: reference(fields, "user"),
    })
}
