//! A command being worked out: the records as they would be, and the edits that make them so.

use std::collections::HashMap;

use super::{Context, Edit, Plan, Write, apply::apply};
use crate::{
    command::Seen,
    error::{Error, Result},
    id::{DocId, Kind},
    message::Message,
    record::{
        Activity, Contact, FieldDef, Note, Opportunity, Record, Records, Stage, Standing, User, WonStatus, custom,
        stage,
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
    notices: Vec<Message>,
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

    pub fn notice(&mut self, notice: Message) {
        self.notices.push(notice);
    }

    pub fn exists(&self, id: DocId) -> bool {
        self.touched.contains_key(&id)
            || match id.kind() {
                Kind::Attempt => true,
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
        let record = Record::empty(id)
            .ok_or_else(|| refused!("a new {kind} belongs to a record: add it there", kind = id.kind().noun()))?;
        self.touched.insert(id, record);
        Ok(())
    }

    /// The record about to be edited, refused if unknown or in the trash.
    pub fn edit(&mut self, id: DocId) -> Result<&Record> {
        let record = self.edit_even_trashed(id)?;
        if record.meta().deleted {
            return Err(refused!("‘{name}’ is in the trash: restore it first", name = record.name()));
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
                Err(refused!("‘{name}’ was removed, its records are in ‘{heir}’: restore it first", name, heir))
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
                let (kind, name) = (id.kind().a(), other.name());
                Err(refused!("‘{name}’ is {kind}: this is done to leads and opportunities only", name, kind))
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

    /// The names of the records of a kind that this command made or touched.
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
                let stage = self.stands_in(opportunity).and_then(|s| self.stage(s));
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

    /// Whether a key of a record has several values of which one is to be chosen, in itself or by what was merged into it.
    pub fn is_disputed(&self, id: DocId, key: &str) -> bool {
        let meta = self.touched.get(&id).map(Record::meta).or_else(|| self.records.meta(id));
        meta.is_some_and(|meta| meta.conflicts.iter().any(|disputed| disputed == key))
    }

    /// A person gives this key of a record a value: what records merged into it were given since shows no more.
    pub fn settle(&mut self, head: DocId, key: &str) {
        let records = self.records;
        for other in records.meta(head).map_or(&[][..], |meta| &meta.merges) {
            let merged = records.meta(*other).and_then(|meta| meta.merged.as_ref());
            if merged.is_some_and(|merged| merged.changed.iter().any(|changed| changed == key)) {
                self.write(*other, Write::Settled(key.to_owned()));
            }
        }
    }

    /// A person says what a field is: written where it was something else or disputed, or with `always`; and settled.
    pub fn decide(&mut self, id: DocId, field: &FieldDef, value: &Value, always: bool) -> Result<()> {
        let (key, before) = (custom::key_of(field), self.edit(id)?.get(field.name).unwrap_or(Value::Null));
        if let (Value::Refs(before), Value::Refs(kept)) = (&before, value) {
            for member in before.iter().filter(|member| !kept.contains(member)) {
                self.settle(id, &format!("{}:{member}", field.name));
            }
        }
        if always || before != *value || self.is_disputed(id, &key) {
            self.write_stored(id, field, value.clone());
        }
        self.settle(id, &key);
        Ok(())
    }

    /// As [`Draft::decide`], of `archived` or `deleted`.
    pub fn decide_flag(&mut self, id: DocId, name: &'static str, value: bool) -> Result<()> {
        let meta = self.edit_even_trashed(id)?.meta();
        let before = if name == "archived" { meta.archived } else { meta.deleted };
        if before != value || self.is_disputed(id, name) {
            self.write_field(id, name, value);
        }
        self.settle(id, name);
        Ok(())
    }

    /// As [`Draft::decide`], of where an opportunity stands.
    pub fn decide_standing(&mut self, id: DocId, standing: Standing, always: bool) -> Result<()> {
        let differs = self.edit_opportunity(id)?.standing != standing;
        if always || differs || self.is_disputed(id, "standing") {
            self.write(id, Write::Standing(standing));
        }
        self.settle(id, "standing");
        Ok(())
    }

    /// Adds a write; one into the same place before it is forgotten.
    pub fn write(&mut self, doc: DocId, write: Write) {
        if let Some(record) = self.touched.get_mut(&doc) {
            apply(record, &write);
        }
        let writes = &mut self.edit_of(doc).writes;
        match writes.iter_mut().find(|w| w.place() == write.place()) {
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
    refused!("there is no {kind} {id}", kind = id.kind().noun(), id)
}

fn inner_of(record: &Record) -> (&[Activity], &[Note]) {
    record.inner().unwrap_or_default()
}
