//! Gives rows their ids and resolves what they refer to, making what is lacking.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

use super::{
    Attached, BY_NAME, Plan, Planned, Seen, USER,
    known::{Known, host, key, squashed},
    stages::Stages,
};
use crate::{
    Command,
    command::Fields,
    exchange::{
        mapping::{ATTACHMENTS, Profile},
        report::{FileReport, RefusedRow},
        row::Cells,
        table,
    },
    id::{DocId, FileHash, Kind, WorkspaceId},
    record::{FieldDef, FieldType, MAX_FILE},
    value::Value,
};

/// In which order commands are carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    Leaders,
    Teams,
    Users,
    Settings,
    /// A company, below this many parents.
    Companies(usize),
    People(usize),
    Opportunities,
    Events,
    /// What changes an occurrence of an event.
    Occurrences,
    Calls,
}

/// What a row is to become.
pub(super) enum Identity {
    /// A record; `fills` when it is there but did not come from this source.
    Record {
        id: DocId,
        fills: bool,
    },
    /// The same row once more.
    Repeated,
    Refused(RefusedRow),
}

pub(super) struct Linker {
    pub workspace: WorkspaceId,
    pub known: Known,
    pub stages: Stages,
    files: Vec<FileReport>,
    sources: Vec<String>,
    ranked: Vec<(Rank, Planned)>,
    /// Which row became which record: table and position.
    seen: Seen,
    /// Records of this import by source, kind and identifier in the file.
    external: HashMap<(String, Kind, String), DocId>,
    /// Names of product categories by source and identifier.
    pub categories: HashMap<(String, String), String>,
    /// What this import makes besides the rows, by id: the position in `ranked`.
    made: HashMap<DocId, usize>,
    /// Teams that files of this import give their users.
    pub user_teams: BTreeMap<DocId, DocId>,
    /// Names of people of this import by e-mail.
    pub people_names: HashMap<String, String>,
    attached: Vec<Attached>,
}

impl Linker {
    pub fn new(workspace: WorkspaceId, known: Known, files: Vec<FileReport>, sources: Vec<String>) -> Linker {
        let stages = Stages::new(workspace, &known);
        Linker {
            workspace,
            known,
            stages,
            files,
            sources,
            ranked: Vec::new(),
            seen: HashMap::new(),
            external: HashMap::new(),
            categories: HashMap::new(),
            made: HashMap::new(),
            user_teams: BTreeMap::new(),
            people_names: HashMap::new(),
            attached: Vec::new(),
        }
    }

    pub fn finish(mut self) -> Plan {
        self.ranked.sort_by_key(|(rank, _)| *rank);
        let rows = self.ranked.into_iter().map(|(_, row)| row).collect();
        Plan { rows, files: self.files, attached: self.attached }
    }

    pub fn source(&self, file: usize) -> &str {
        &self.sources[file]
    }

    pub fn refuse(&mut self, file: usize, refused: RefusedRow) {
        self.files[file].refused.push(refused);
    }

    pub fn repeated(&mut self, file: usize) {
        self.files[file].duplicates += 1;
    }

    /// Rows that cannot be read, or that the source says are deleted, never get further.
    pub fn readable(&mut self, file: usize, cells: Cells) -> bool {
        if let Some(reason) = &cells.row.broken {
            self.refuse(file, RefusedRow { line: cells.row.line, column: String::new(), reason: reason.clone() });
            return false;
        }
        match cells.yes("deleted") {
            Ok(Some(true)) => {
                self.refuse(file, cells.refuse("deleted", message!("is deleted in its source")));
                false
            }
            Ok(_) => true,
            Err(refused) => {
                self.refuse(file, refused);
                false
            }
        }
    }

    /// The record that a row is: by its identifier if it has one, else by its natural key (`source` and key). A record of
    /// the workspace that looks the same stands in for one that this source never made.
    pub fn identify(
        &mut self,
        (file, position): (usize, usize),
        cells: Cells,
        kind: Kind,
        natural: (&str, String),
        alike: Option<DocId>,
    ) -> Identity {
        let external = cells.raw("id");
        let mapping = cells.sheet.mapping;
        if external.is_empty() && mapping.profile == Profile::Satchel && cells.sheet.has("id") {
            return Identity::Refused(cells.refuse("id", message!("has no id")));
        }
        let by_identifier = !external.is_empty() && natural.0 != USER;
        let mut id = if by_identifier && mapping.profile == Profile::Satchel {
            match external.parse::<DocId>() {
                Ok(id) if id.kind() == kind => id,
                _ => {
                    return Identity::Refused(
                        cells.refuse("id", message!("‘{external}’ is not an id of this kind", external)),
                    );
                }
            }
        } else if by_identifier {
            DocId::derived(self.workspace, self.source(file), kind, external)
        } else {
            DocId::derived(self.workspace, natural.0, kind, &natural.1)
        };
        let mut occurrence = 1;
        let mut fills = false;
        while let Some((other_file, other)) = self.seen.get(&id) {
            let here = *other_file == file;
            let same = here && cells.sheet.table.rows[*other].cells == cells.row.cells;
            // A mail that was saved twice is one, however it came.
            if same || natural.0 == USER || mapping.profile == Profile::Mail {
                return Identity::Repeated;
            }
            if by_identifier {
                let line = cells.sheet.table.rows.get(*other).filter(|_| here).map(|r| r.line);
                let place = line.map_or_else(|| message!("another file"), |line| message!("line {line}", line));
                return Identity::Refused(
                    cells.refuse("id", message!("‘{external}’ is also the identifier of {place}", external, place)),
                );
            }
            if !here {
                fills = true;
                break;
            }
            occurrence += 1;
            id = DocId::derived(self.workspace, natural.0, kind, &format!("{} #{occurrence}", natural.1));
        }
        // A record of the workspace, or of another file, that looks the same.
        let is_elsewhere =
            |other: &DocId| self.known.ids.contains(other) || self.seen.get(other).is_some_and(|(f, _)| *f != file);
        let stands_in = alike
            .filter(|other| occurrence == 1 && *other != id && !self.known.ids.contains(&id) && is_elsewhere(other));
        if let Some(other) = stands_in {
            (id, fills) = (other, natural.0 != USER);
        }
        self.seen.entry(id).or_insert((file, position));
        if !external.is_empty() {
            self.external.insert((self.source(file).to_owned(), kind, external.to_owned()), id);
        }
        Identity::Record { id, fills }
    }

    /// The record of this import, or of an earlier one of the same source, with an identifier.
    pub fn by_identifier(&self, file: usize, kind: Kind, external: &str) -> Option<DocId> {
        if external.is_empty() {
            return None;
        }
        let source = self.source(file);
        let here = self.external.get(&(source.to_owned(), kind, external.to_owned())).copied();
        here.or_else(|| {
            Some(DocId::derived(self.workspace, source, kind, external)).filter(|id| self.known.ids.contains(id))
        })
    }

    pub fn add_row(&mut self, rank: Rank, file: usize, cells: Cells, id: DocId, fills: bool, fields: Fields) {
        let command = Command::ImportRow { id, source: self.source(file).to_owned(), fields };
        self.ranked.push((rank, Planned { command, file, line: Some(cells.row.line), fills }));
    }

    /// A contact's photo, to be attached under an id that follows from it, so that it is attached once.
    pub fn photo(&mut self, file: usize, on: DocId, name: &'static str, bytes: Vec<u8>) {
        let hash = FileHash::of(&bytes);
        let id = DocId::derived(self.workspace, "photo", Kind::Attachment, &format!("{on}:{hash}"));
        self.attached.push(Attached { file, on, id, name: name.to_owned(), hash, bytes: bytes.into() });
    }

    /// What came with a row, each once; what cannot be attached is told.
    pub fn attach(&mut self, file: usize, cells: Cells, on: DocId) {
        let mut ids = HashSet::new();
        for table::Attached { name, bytes } in &cells.row.files {
            if bytes.is_empty() {
                self.refuse(
                    file,
                    cells.refuse(ATTACHMENTS, message!("‘{name}’ is empty or damaged, and is not attached", name)),
                );
                continue;
            }
            if bytes.len() as u64 > MAX_FILE {
                let reason = message!(
                    "‘{name}’ has {size} MiB, more than the {most} that can be attached, and is left out",
                    name,
                    size = bytes.len() >> 20,
                    most = MAX_FILE >> 20
                );
                self.refuse(file, cells.refuse(ATTACHMENTS, reason));
                continue;
            }
            let hash = FileHash::of(bytes);
            let id = DocId::derived(self.workspace, "attached", Kind::Attachment, &format!("{on}:{hash}:{name}"));
            if ids.insert(id) {
                let bytes = Arc::clone(bytes);
                self.attached.push(Attached { file, on, id, name: name.clone(), hash, bytes });
            }
        }
    }

    /// A command for what rows of a table refer to.
    pub fn add(&mut self, rank: Rank, file: usize, command: Command) {
        self.ranked.push((rank, Planned { command, file, line: None, fills: false }));
    }

    /// Makes a record that rows refer to, once.
    fn make(&mut self, rank: Rank, file: usize, id: DocId, fields: Fields) -> DocId {
        if !self.known.ids.contains(&id) && !self.seen.contains_key(&id) && !self.made.contains_key(&id) {
            self.made.insert(id, self.ranked.len());
            let source = self.source(file).to_owned();
            self.add(rank, file, Command::ImportRow { id, source, fields });
        }
        id
    }

    /// A setting by its name, made if there is none.
    pub fn named(&mut self, file: usize, kind: Kind, name: &str) -> Option<DocId> {
        let key = if kind == Kind::Product { squashed(name) } else { key(name) };
        if key.is_empty() {
            return None;
        }
        if let Some(id) = self.known.named.get(&(kind, key.clone())) {
            return Some(*id);
        }
        let id = DocId::derived(self.workspace, BY_NAME, kind, &key);
        self.known.named.insert((kind, key), id);
        if kind == Kind::Product {
            self.known.product_names.insert(id, name.to_owned());
        }
        let rank = if kind == Kind::Team { Rank::Teams } else { Rank::Settings };
        Some(self.make(rank, file, id, vec![("name".to_owned(), name.into())]))
    }

    /// A team named region and manager, led by the manager.
    pub fn team_of(&mut self, file: usize, manager: &str, region: &str) -> Option<DocId> {
        let name = match (region, manager) {
            ("", "") => return None,
            (region, "") => region.to_owned(),
            ("", manager) => manager.to_owned(),
            (region, manager) => format!("{region} – {manager}"),
        };
        if let Some(id) = self.known.named.get(&(Kind::Team, key(&name))) {
            return Some(*id);
        }
        let leader = self.user(file, manager, "", Rank::Leaders);
        let id = DocId::derived(self.workspace, BY_NAME, Kind::Team, &key(&name));
        self.known.named.insert((Kind::Team, key(&name)), id);
        let mut fields: Fields = vec![("name".to_owned(), name.into())];
        fields.extend(leader.map(|l| ("leader".to_owned(), Value::Ref(l))));
        fields.extend((!region.is_empty()).then(|| ("region".to_owned(), region.into())));
        Some(self.make(Rank::Teams, file, id, fields))
    }

    /// A user by name, e-mail or both; made if there is none. A name that is an e-mail address is one.
    pub fn user(&mut self, file: usize, name: &str, email: &str, rank: Rank) -> Option<DocId> {
        let (name, email) = if email.is_empty() && name.contains('@') { ("", name) } else { (name, email) };
        if !email.is_empty()
            && let Some(id) = self.known.user_emails.get(&key(email))
        {
            return Some(*id);
        }
        let name = if name.is_empty() { name_from_email(email) } else { name.to_owned() };
        let key = key(&name);
        if key.is_empty() {
            return None;
        }
        let id = match self.known.named.get(&(Kind::User, key.clone())) {
            Some(id) => *id,
            None => {
                let id = self.user_id(&name);
                self.known.named.insert((Kind::User, key), id);
                let mut fields: Fields = vec![("name".to_owned(), name.into())];
                fields.extend((!email.is_empty()).then(|| ("email".to_owned(), email.into())));
                self.make(rank, file, id, fields)
            }
        };
        if !email.is_empty() {
            self.known.user_emails.insert(self::key(email), id);
        }
        Some(id)
    }

    pub fn user_id(&self, name: &str) -> DocId {
        DocId::derived(self.workspace, USER, Kind::User, &key(name))
    }

    /// The salesperson of a row: by identifier, name or e-mail.
    pub fn user_of(&mut self, file: usize, cells: Cells) -> Option<DocId> {
        if let Some(id) = self.by_identifier(file, Kind::User, cells.raw("user_id")) {
            return Some(id);
        }
        self.user(file, &cells.line("user"), cells.raw("user_email"), Rank::Users)
    }

    pub fn tags(&mut self, file: usize, cells: Cells) -> Value {
        let names = cells.several("tags").into_iter().filter(|n| n != "myContacts");
        let mut ids: Vec<DocId> = names.filter_map(|n| self.named(file, Kind::Tag, &n)).collect();
        ids.sort();
        ids.dedup();
        Value::Refs(ids)
    }

    /// A company by name, made if there is none.
    pub fn company(&mut self, file: usize, name: &str) -> Option<DocId> {
        let key = key(name);
        if key.is_empty() {
            return None;
        }
        if let Some(id) = self.known.companies.get(&key) {
            return Some(*id);
        }
        let id = DocId::derived(self.workspace, BY_NAME, Kind::Contact, &key);
        self.known.companies.insert(key, id);
        let fields = vec![("name".to_owned(), name.into()), ("is_company".to_owned(), Value::Bool(true))];
        Some(self.make(Rank::Companies(0), file, id, fields))
    }

    /// The company that a row belongs to: by identifier, web domain or name.
    pub fn company_of(&mut self, file: usize, cells: Cells, field: &str) -> Option<DocId> {
        let by_id = self.by_identifier(file, Kind::Contact, cells.raw(&format!("{field}_id")));
        let domain = host(cells.raw(&format!("{field}_domain")));
        by_id.or_else(|| self.known.domains.get(&domain).copied()).or_else(|| self.company(file, &cells.line(field)))
    }

    /// A person who comes with a deal, made if there is none.
    pub fn person(
        &mut self,
        file: usize,
        name: &str,
        parent: Option<DocId>,
        email: &str,
        phone: &str,
    ) -> Option<DocId> {
        let known = self.known.contact_emails.get(&key(email)).or_else(|| self.known.people.get(&key(name))).copied();
        if known.is_some() || name.is_empty() {
            return known;
        }
        let source = self.source(file).to_owned();
        let natural = if email.is_empty() { key(name) } else { key(email) };
        let id = DocId::derived(self.workspace, &source, Kind::Contact, &natural);
        self.known.people.insert(key(name), id);
        if !email.is_empty() {
            self.known.contact_emails.insert(key(email), id);
        }
        let mut fields: Fields = vec![("name".to_owned(), name.into()), ("is_company".to_owned(), Value::Bool(false))];
        fields.extend(parent.map(|p| ("parent".to_owned(), Value::Ref(p))));
        let texts = [("email", email), ("phone", phone)].into_iter().filter(|(_, text)| !text.is_empty());
        fields.extend(texts.map(|(field, text)| (field.to_owned(), text.into())));
        Some(self.make(Rank::People(0), file, id, fields))
    }

    /// The workspace's own fields; a contact by name, made as a company if there is none.
    pub fn custom(&mut self, file: usize, cells: Cells, fields: &mut Fields) -> Result<(), RefusedRow> {
        for FieldDef { name, ty, .. } in cells.sheet.mapping.custom_fields() {
            if !cells.sheet.has(name) {
                continue;
            }
            let value = match ty {
                _ if cells.raw(name).is_empty() => Value::Null,
                FieldType::Ref(_) => {
                    let named = cells.line(name);
                    let person = self.known.people.get(&key(&named)).copied();
                    person.or_else(|| self.company(file, &named)).into()
                }
                ty => cells.value(name, ty)?,
            };
            fields.push((name.to_owned(), value));
        }
        Ok(())
    }

    /// Whether the record was there before this import.
    pub fn was_there(&self, id: DocId) -> bool {
        self.known.ids.contains(&id)
    }
}

/// `dwight.schrute@example.com` → Dwight Schrute.
fn name_from_email(email: &str) -> String {
    let local = email.split('@').next().unwrap_or_default();
    let words = local
        .split(['.', '_', '-', '+'])
        .map(|w| w.trim_matches(|c: char| c.is_ascii_digit()))
        .filter(|w| !w.is_empty());
    let capital = |word: &str| {
        let mut letters = word.chars();
        letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
    };
    words.map(capital).collect::<Vec<_>>().join(" ")
}
