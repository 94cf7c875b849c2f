//! A command being worked out: the records as they would be, and the edits that make them so.

use std::collections::HashMap;

use super::{Context, Edit, Plan, Write, validate::a};
use crate::{
    command::Seen,
    document::join,
    error::{Error, Result},
    id::{DocId, FileHash, Kind},
    record::{
        Activity, ActivityKind, Attachment, Contact, FieldDef, Merged, Note, Opportunity, Record, Records, Stage, User,
        WonStatus, custom, stage,
    },
    value::{Percent, Value},
};

/// Records with a command's edits on top. Only touched records are copied, so later commands of a
/// [`crate::Command::Together`] see what earlier ones made.
pub(super) struct Draft<'a> {
    pub context: Context,
    records: &'a Records,
    touched: HashMap<DocId, Record>,
    edits: Vec<Edit>,
    notices: Vec<String>,
}

impl<'a> Draft<'a> {
    pub fn new(records: &'a Records, context: Context) -> Draft<'a> {
        Draft { context, records, touched: HashMap::new(), edits: Vec::new(), notices: Vec::new() }
    }

    /// Works on this version of a record instead of the current one.
    pub fn begin_with(&mut self, record: Record) {
        self.touched.insert(record.id(), record);
    }

    pub fn finish(self, label: String) -> Plan {
        let edits = self.edits.into_iter().filter(|e| !e.writes.is_empty()).collect();
        Plan { label, edits, notices: self.notices }
    }

    /// As they were before the command.
    pub fn records(&self) -> &'a Records {
        self.records
    }

    pub fn notice(&mut self, text: String) {
        self.notices.push(text);
    }

    pub fn exists(&self, id: DocId) -> bool {
        self.touched.contains_key(&id)
            || match id.kind() {
                Kind::Activity | Kind::Note | Kind::Attachment => self.holder(id).is_some(),
                _ => self.records.meta(id).is_some(),
            }
    }

    /// Known, and neither archived nor in the trash.
    pub fn is_live(&self, id: DocId) -> bool {
        let meta = self.touched.get(&id).map(Record::meta).or_else(|| self.records.meta(id));
        meta.is_some_and(|m| !m.deleted && !m.archived)
    }

    /// The record in which a record is shown: itself, unless it was merged.
    pub fn head(&self, id: DocId) -> DocId {
        self.records.head(id)
    }

    /// The records in which these are shown, each once.
    pub fn heads(&self, ids: &[DocId]) -> Vec<DocId> {
        let mut heads: Vec<DocId> = Vec::with_capacity(ids.len());
        for id in ids.iter().map(|id| self.head(*id)) {
            if !heads.contains(&id) {
                heads.push(id);
            }
        }
        heads
    }

    pub fn name(&self, id: DocId) -> String {
        self.touched.get(&id).map_or_else(|| self.records.name(id).to_owned(), Record::name)
    }

    /// Starts a new record.
    pub fn begin(&mut self, id: DocId) -> Result<()> {
        let record = Record::empty(id).ok_or_else(|| {
            Error::refused(format!("a new {} belongs to a record: add it there", id.kind().singular()))
        })?;
        self.touched.insert(id, record);
        Ok(())
    }

    /// The record about to be edited, refused if unknown or in the trash.
    pub fn edit(&mut self, id: DocId) -> Result<&Record> {
        let record = self.edit_even_trashed(id)?;
        if record.meta().deleted {
            return Err(Error::refused(format!("‘{}’ is in the trash: restore it first", record.name())));
        }
        self.refuse_replaced(id)?;
        Ok(&self.touched[&id])
    }

    /// A stage that another one took the place of is no longer worked on.
    pub fn refuse_replaced(&self, id: DocId) -> Result<()> {
        let heir = if id.kind() == Kind::Stage { self.stage_now(id) } else { id };
        match heir == id {
            true => Ok(()),
            false => {
                let (name, heir) = (self.name(id), self.name(heir));
                Err(Error::refused(format!("‘{name}’ was removed, its records are in ‘{heir}’: restore it first")))
            }
        }
    }

    pub fn edit_even_trashed(&mut self, id: DocId) -> Result<&Record> {
        if !self.touched.contains_key(&id) {
            let record = self.records.get(id).ok_or_else(|| unknown(id))?;
            self.touched.insert(id, record);
        }
        Ok(&self.touched[&id])
    }

    pub fn edit_opportunity(&mut self, id: DocId) -> Result<&Opportunity> {
        match self.edit(id)? {
            Record::Opportunity(o) => Ok(o),
            other => {
                let (kind, name) = (a(id.kind()), other.name());
                Err(Error::refused(format!("‘{name}’ is {kind}: this is done to leads and opportunities only")))
            }
        }
    }

    pub fn opportunity(&self, id: DocId) -> Option<&Opportunity> {
        match self.touched.get(&id) {
            Some(Record::Opportunity(o)) => Some(o),
            _ => self.records.opportunities.get(&id),
        }
    }

    pub fn stage(&self, id: DocId) -> Option<&Stage> {
        match self.touched.get(&id) {
            Some(Record::Stage(s)) => Some(s),
            _ => self.records.stages.get(&id),
        }
    }

    /// Contacts that are not in the trash, those made by this command too.
    pub fn contacts(&self) -> impl Iterator<Item = &Contact> {
        let made = self.touched.values().filter_map(|r| match r {
            Record::Contact(c) => Some(c),
            _ => None,
        });
        let untouched = self.records.contacts.values().filter(|c| !self.touched.contains_key(&c.id));
        untouched.chain(made).filter(|c| !c.meta.deleted)
    }

    /// The region whose phone numbers are written without an international prefix.
    pub fn region(&self) -> Option<&str> {
        let company = match self.touched.values().find(|r| r.id().kind() == Kind::Company) {
            Some(Record::Company(company)) => Some(company),
            _ => self.records.company.as_ref(),
        };
        company.map(|c| c.country.as_str()).filter(|c| !c.is_empty())
    }

    pub fn user(&self, id: DocId) -> Option<&User> {
        match self.touched.get(&id) {
            Some(Record::User(u)) => Some(u),
            _ => self.records.users.get(&id),
        }
    }

    pub fn parent(&self, contact: DocId) -> Option<DocId> {
        match self.touched.get(&contact) {
            Some(Record::Contact(c)) => c.parent,
            _ => self.records.contacts.get(&contact)?.parent,
        }
    }

    /// Which starting set of stages the workspace was founded with.
    pub fn is_guided(&self) -> bool {
        self.records.company.as_ref().is_some_and(|c| c.stages == "guided")
    }

    pub fn stages_of(&self, team: Option<DocId>) -> Vec<&Stage> {
        let untouched = self.records.stages.values().filter(|s| !self.touched.contains_key(&s.id));
        let touched = self.touched.values().filter_map(|r| match r {
            Record::Stage(s) => Some(s),
            _ => None,
        });
        stage::sorted(untouched.chain(touched), team)
    }

    /// How many live opportunities stand in a stage, the lost ones included.
    pub fn standing_in(&self, stage: DocId) -> usize {
        let live = |o: &Opportunity| !o.meta.deleted && self.stands_in(o) == Some(stage);
        let untouched = self.records.opportunities.values().filter(|o| !self.touched.contains_key(&o.id));
        let touched = self.touched.keys().filter_map(|id| self.opportunity(*id));
        untouched.chain(touched).filter(|o| live(o)).count()
    }

    /// The stage that a stage has become.
    pub fn stage_now(&self, id: DocId) -> DocId {
        stage::now(id, |s| self.stage(s))
    }

    /// The stage an opportunity stands in, where others took its own one's place that one.
    pub fn stands_in(&self, opportunity: &Opportunity) -> Option<DocId> {
        opportunity.standing.stage.map(|s| self.stage_now(s))
    }

    /// The stored and custom fields of a kind.
    pub fn fields(&self, kind: Kind) -> Vec<FieldDef> {
        self.records.fields(kind)
    }

    pub fn won_status(&self, opportunity: &Opportunity) -> WonStatus {
        let stage = self.stands_in(opportunity).and_then(|s| self.stage(s));
        match () {
            _ if opportunity.standing.is_lost() => WonStatus::Lost,
            _ if stage.is_some_and(|s| s.is_won) => WonStatus::Won,
            _ => WonStatus::Pending,
        }
    }

    /// The probability shown ([`Records::probability`]).
    pub fn probability(&self, opportunity: &Opportunity) -> Percent {
        match self.won_status(opportunity) {
            WonStatus::Lost => Percent::ZERO,
            WonStatus::Won => Percent::HUNDRED,
            WonStatus::Pending => {
                let stage = opportunity.standing.stage.and_then(|s| self.stage(s));
                opportunity.standing.probability.or(stage.map(|s| s.probability)).unwrap_or_default()
            }
        }
    }

    pub fn holder(&self, inner: DocId) -> Option<DocId> {
        let in_touched = self.touched.values().find(|r| {
            let (activities, notes) = inner_of(r);
            activities.iter().any(|a| a.id == inner)
                || notes.iter().any(|n| n.id == inner)
                || r.attachments().iter().any(|a| a.id == inner)
        });
        in_touched.map(Record::id).or_else(|| self.records.holder(inner))
    }

    /// An activity about to be edited, and the record it lies in.
    pub fn edit_activity(&mut self, id: DocId) -> Result<(DocId, &Activity)> {
        let holder = self.holder(id).ok_or_else(|| unknown(id))?;
        let record = self.edit(holder)?;
        let activity = inner_of(record).0.iter().find(|a| a.id == id).ok_or_else(|| unknown(id))?;
        Ok((holder, activity))
    }

    /// The version that the edit of a document is based on.
    pub fn based_on(&mut self, doc: DocId, seen: &Seen) {
        self.edit_of(doc).seen.get_or_insert_with(|| seen.clone());
    }

    pub fn write_field(&mut self, doc: DocId, name: &'static str, value: impl Into<Value>) {
        self.write(doc, Write::Field(name, value.into()));
    }

    /// A stored or a custom field.
    pub fn write_stored(&mut self, doc: DocId, field: &FieldDef, value: Value) {
        let write = match custom::is_custom(field.name) {
            true => Write::Custom(*field, value),
            false => Write::Field(field.name, value),
        };
        self.write(doc, write);
    }

    /// A person gives this key of a record a value: what records merged into it were given since shows no more.
    pub fn settle(&mut self, head: DocId, key: &str) {
        let merges = self.records.meta(head).map(|meta| meta.merges.clone()).unwrap_or_default();
        for other in merges {
            let merged = self.records.own(other).and_then(|own| own.meta().merged.clone());
            if merged.is_some_and(|merged| merged.changed.iter().any(|changed| changed == key)) {
                self.write(other, Write::Settled(key.to_owned()));
            }
        }
    }

    /// Adds a write; one into the same place before it is forgotten.
    pub fn write(&mut self, doc: DocId, write: Write) {
        if let Some(record) = self.touched.get_mut(&doc) {
            apply(record, &write);
        }
        let writes = &mut self.edit_of(doc).writes;
        match writes.iter_mut().find(|w| same_place(w, &write)) {
            Some(earlier) => *earlier = write,
            None => writes.push(write),
        }
    }

    fn edit_of(&mut self, doc: DocId) -> &mut Edit {
        let at = self.edits.iter().rposition(|e| e.doc == doc).unwrap_or_else(|| {
            self.edits.push(Edit { doc, writes: Vec::new(), seen: None });
            self.edits.len() - 1
        });
        &mut self.edits[at]
    }
}

pub(super) fn unknown(id: DocId) -> Error {
    Error::refused(format!("there is no {} {id}", id.kind().singular().replace('_', " ")))
}

fn inner_of(record: &Record) -> (&[Activity], &[Note]) {
    record.inner().unwrap_or_default()
}

fn same_place(a: &Write, b: &Write) -> bool {
    match (a, b) {
        (Write::Field(a, _), Write::Field(b, _)) => a == b,
        (Write::Custom(a, _), Write::Custom(b, _)) => a.name == b.name,
        (Write::Standing(_), Write::Standing(_)) => true,
        (Write::Activity(a, f, _), Write::Activity(b, g, _)) => a == b && f == g,
        (Write::Note(a, f, _), Write::Note(b, g, _)) => a == b && f == g,
        (Write::Attachment(a, f, _), Write::Attachment(b, g, _)) => a == b && f == g,
        (Write::Imported(a, _), Write::Imported(b, _)) => a == b,
        (Write::Settled(a), Write::Settled(b)) => a == b,
        (Write::Joined(a, _), Write::Joined(b, _)) => a == b,
        _ => false,
    }
}

/// Makes a record what it is after a write, before any document is touched.
pub(crate) fn apply(record: &mut Record, write: &Write) {
    match write {
        Write::Field("archived", value) => record.meta_mut().archived = *value == Value::Bool(true),
        Write::Field("deleted", value) => record.meta_mut().deleted = *value == Value::Bool(true),
        Write::Field("merged_into", value) if record.id().kind() != Kind::Stage => {
            record.meta_mut().merged = ref_of(value.clone()).map(|into| Merged { into, changed: Vec::new() });
        }
        Write::Field("create_date", Value::Time(time)) => record.meta_mut().create_date = Some(*time),
        Write::Field("create_user", Value::Ref(user)) => record.meta_mut().create_user = Some(*user),
        Write::Field(name, value) => _ = record.put(name, value.clone()),
        Write::Custom(field, value) => _ = record.put(field.name, value.clone()),
        Write::Standing(standing) => {
            if let Record::Opportunity(o) = record {
                o.standing = standing.clone();
            }
        }
        Write::Activity(id, field, value) => apply_to_activity(record, *id, field, value),
        Write::Note(id, field, value) => apply_to_note(record, *id, field, value),
        Write::Attachment(id, field, value) => apply_to_attachment(record, *id, field, value),
        Write::Joined(_, text) => join(record, vec![text.clone()]),
        Write::Imported(..) | Write::Settled(_) => {}
    }
}

fn apply_to_activity(record: &mut Record, id: DocId, field: &str, value: &Value) {
    let Some((activities, _)) = record.inner_mut() else { return };
    if field == "cancelled" {
        activities.retain(|a| a.id != id);
        return;
    }
    let at = activities.iter().position(|a| a.id == id).unwrap_or_else(|| {
        activities.push(Activity {
            id,
            kind: ActivityKind::default(),
            summary: String::new(),
            note: String::new(),
            date_deadline: Default::default(),
            user: None,
            done: None,
            done_by: None,
            feedback: String::new(),
        });
        activities.len() - 1
    });
    let activity = &mut activities[at];
    match (field, value.clone()) {
        ("kind", Value::Text(text)) => activity.kind = ActivityKind::named(&text).unwrap_or_default(),
        ("summary", value) => activity.summary = text_of(value),
        ("note", value) => activity.note = text_of(value),
        ("feedback", value) => activity.feedback = text_of(value),
        ("date_deadline", Value::Date(day)) => activity.date_deadline = day,
        ("user", value) => activity.user = ref_of(value),
        ("done_by", value) => activity.done_by = ref_of(value),
        ("done", Value::Time(time)) => activity.done = Some(time),
        _ => {}
    }
}

fn apply_to_note(record: &mut Record, id: DocId, field: &str, value: &Value) {
    let Some((_, notes)) = record.inner_mut() else { return };
    let at = notes.iter().position(|n| n.id == id).unwrap_or_else(|| {
        notes.push(Note { id, text: String::new(), time: Default::default(), user: None });
        notes.len() - 1
    });
    match (field, value.clone()) {
        ("text", value) => notes[at].text = text_of(value),
        ("time", Value::Time(time)) => notes[at].time = time,
        ("user", value) => notes[at].user = ref_of(value),
        _ => {}
    }
}

fn apply_to_attachment(record: &mut Record, id: DocId, field: &str, value: &Value) {
    let Some(attachments) = record.attachments_mut() else { return };
    if field == "removed" {
        attachments.retain(|a| a.id != id);
        return;
    }
    let at = attachments.iter().position(|a| a.id == id).unwrap_or_else(|| {
        let (hash, time) = (FileHash([0; 32]), Default::default());
        attachments.push(Attachment { id, name: String::new(), hash, size: 0, time, user: None });
        attachments.len() - 1
    });
    let attachment = &mut attachments[at];
    match (field, value.clone()) {
        ("name", value) => attachment.name = text_of(value),
        ("hash", value) => attachment.hash = text_of(value).parse().unwrap_or(attachment.hash),
        ("size", Value::Int(size)) => attachment.size = size.max(0) as u64,
        ("time", Value::Time(time)) => attachment.time = time,
        ("user", value) => attachment.user = ref_of(value),
        _ => {}
    }
}

fn text_of(value: Value) -> String {
    match value {
        Value::Text(text) => text,
        _ => String::new(),
    }
}

fn ref_of(value: Value) -> Option<DocId> {
    match value {
        Value::Ref(id) => Some(id),
        _ => None,
    }
}
