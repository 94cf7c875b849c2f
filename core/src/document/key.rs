use crate::{
    id::{DocId, Kind, hex_array},
    record::{self, FieldDef, FieldType, custom},
};

/// What a root key of a document means.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Key {
    /// A register or a long text.
    Field(FieldDef),
    /// A member of a set: `tags:<id>`.
    Member(FieldDef, DocId),
    /// A custom field's name and type: `x_machine_hours:number`.
    Custom(String, FieldType),
    Standing,
    /// `activity:<id>:<field>`
    Activity(DocId, FieldDef),
    /// `note:<id>:<field>`
    Note(DocId, FieldDef),
    /// `attachment:<id>:<field>`
    Attachment(DocId, FieldDef),
    /// `imported:<source>`: what was imported last.
    Imported(String),
    /// `joined:<id>`: what the description of a record that was merged into this one adds to its own. A register of its own,
    /// so that one merge made on two devices adds it once.
    Joined(DocId),
    /// `settled:<key>` in a merged record: counts how often it was decided what becomes of its later value of that key.
    Settled,
    /// A key of a newer version, or the schema's number: kept, not understood.
    Unknown,
}

const fn def(name: &'static str, label: &'static str, ty: FieldType) -> FieldDef {
    FieldDef { name, label, ty }
}

/// Fields every document has.
const COMMON: [FieldDef; 4] = [
    def("archived", "Archived", FieldType::Bool),
    def("deleted", "In the trash", FieldType::Bool),
    def("create_date", "Created on", FieldType::Time),
    def("create_user", "Created by", FieldType::Ref(Kind::User)),
];

const ACTIVITY: [FieldDef; 9] = [
    def("kind", "Type", FieldType::Text),
    def("summary", "Summary", FieldType::Text),
    def("note", "Note", FieldType::Text),
    def("date_deadline", "Due", FieldType::Date),
    def("user", "Assigned to", FieldType::Ref(Kind::User)),
    def("done", "Done", FieldType::Time),
    def("done_by", "Done by", FieldType::Ref(Kind::User)),
    def("feedback", "Feedback", FieldType::Text),
    def("cancelled", "Cancelled", FieldType::Bool),
];

const NOTE: [FieldDef; 3] = [
    def("text", "Note", FieldType::Text),
    def("time", "Written on", FieldType::Time),
    def("user", "Written by", FieldType::Ref(Kind::User)),
];

const ATTACHMENT: [FieldDef; 6] = [
    def("name", "Attachment", FieldType::Text),
    def("hash", "File", FieldType::Text),
    def("size", "Size", FieldType::Int),
    def("time", "Attached on", FieldType::Time),
    def("user", "Attached by", FieldType::Ref(Kind::User)),
    def("removed", "Removed", FieldType::Bool),
];

fn named(defs: &[FieldDef], name: &str) -> Option<FieldDef> {
    defs.iter().find(|d| d.name == name).copied()
}

fn id(text: &str, kind: Kind) -> Option<DocId> {
    hex_array(text).and_then(DocId::from_bytes).filter(|id| id.kind() == kind)
}

impl Key {
    pub fn parse(kind: Kind, key: &str) -> Key {
        Key::try_parse(kind, key).unwrap_or(Key::Unknown)
    }

    fn try_parse(kind: Kind, key: &str) -> Option<Key> {
        let mut parts = key.splitn(3, ':');
        match (parts.next()?, parts.next(), parts.next()) {
            ("standing", None, None) if kind == Kind::Opportunity => Some(Key::Standing),
            ("merged_into", None, None) if matches!(kind, Kind::Opportunity | Kind::Contact | Kind::Tag) => {
                Some(Key::Field(def("merged_into", "Merged into", FieldType::Ref(kind))))
            }
            ("joined", Some(i), None) => Some(Key::Joined(id(i, kind)?)),
            ("settled", Some(_), _) => Some(Key::Settled),
            ("imported", Some(_), _) => Some(Key::Imported(key["imported:".len()..].to_owned())),
            ("activity", Some(i), Some(field)) => Some(Key::Activity(id(i, Kind::Activity)?, named(&ACTIVITY, field)?)),
            ("note", Some(i), Some(field)) => Some(Key::Note(id(i, Kind::Note)?, named(&NOTE, field)?)),
            ("attachment", Some(i), Some(field)) => {
                Some(Key::Attachment(id(i, Kind::Attachment)?, named(&ATTACHMENT, field)?))
            }
            (name, None, None) => {
                let field = named(&COMMON, name).or_else(|| record::field(kind, name))?;
                (!matches!(field.ty, FieldType::Refs(_))).then_some(Key::Field(field))
            }
            (name, Some(ty), None) if custom::is_custom(name) => matches!(kind, Kind::Opportunity | Kind::Contact)
                .then(|| custom::from_document_key(name, ty))
                .flatten()
                .map(|(name, ty)| Key::Custom(name.to_owned(), ty)),
            (name, Some(member), None) => {
                let field = record::field(kind, name)?;
                match field.ty {
                    FieldType::Refs(of) => Some(Key::Member(field, id(member, of)?)),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

/// A person's name for a key: a field's label, or what lies inside.
pub(crate) fn key_label(kind: Kind, key: &str) -> String {
    match Key::parse(kind, key) {
        Key::Field(field) | Key::Member(field, _) => field.label.to_owned(),
        Key::Custom(name, _) => name.trim_start_matches("x_").replace('_', " "),
        Key::Standing => "Stage".to_owned(),
        Key::Activity(_, field) => format!("Activity: {}", field.label),
        Key::Note(..) => "Note".to_owned(),
        Key::Attachment(..) => "Attachment".to_owned(),
        Key::Joined(_) => "Description".to_owned(),
        Key::Imported(_) | Key::Settled | Key::Unknown => key.to_owned(),
    }
}
