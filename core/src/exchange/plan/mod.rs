//! From tables and mappings to commands, linked between the files and with the records there are. Pure.

mod alike;
mod calls;
mod contacts;
mod known;
mod linker;
mod meetings;
mod opportunities;
mod revenue;
mod settings;
mod stages;

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

pub(super) use self::known::Known;
use self::linker::Linker;
use super::{
    mapping::{Mapping, Profile, RowKind},
    profiles,
    report::{FileReport, ImportReport, RefusedRow},
    row::Sheet,
    table::Table,
};
use crate::{
    Command, Records,
    id::{DocId, FileHash, WorkspaceId},
    value::Value,
    workspace::RowOutcome,
};

/// The source of what is the same thing wherever it is named: a product, a tag, a company without an identifier.
const BY_NAME: &str = "name";

/// The source of users: an imported and an invited Bob Road are one person.
const USER: &str = "user";

/// What an import would do.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// In the order they are to be carried out: what is referred to comes before what refers to it.
    pub rows: Vec<Planned>,
    /// One for each table: what is known before anything is written.
    pub files: Vec<FileReport>,
    /// What is attached to records once they are there.
    pub attached: Vec<Attached>,
}

/// A file that comes with a record: a contact's photo, what a mail brought.
#[derive(Clone, Debug, PartialEq)]
pub struct Attached {
    /// The table that it comes from, by position.
    pub file: usize,
    pub on: DocId,
    pub id: DocId,
    pub name: String,
    pub hash: FileHash,
    pub bytes: Arc<[u8]>,
}

/// One command of an import.
#[derive(Clone, Debug, PartialEq)]
pub struct Planned {
    pub command: Command,
    /// The table that it comes from, by position.
    pub file: usize,
    /// The line in it; nothing for what rows only refer to.
    pub line: Option<u64>,
    /// The row is a record that did not come from this source: it fills only what is empty there.
    pub fills: bool,
}

impl Planned {
    /// The record, for commands on one.
    pub fn id(&self) -> Option<DocId> {
        match &self.command {
            Command::ImportRow { id, .. } | Command::Create { id, .. } | Command::Set { id, .. } => Some(*id),
            _ => None,
        }
    }
}

impl Plan {
    /// Files that their records do not have yet become commands, the last ones. Returns their bytes, which must be kept first.
    pub fn attach(&mut self, records: &Records) -> Vec<Arc<[u8]>> {
        let mut kept = Vec::new();
        for Attached { file, on, id, name, hash, bytes } in std::mem::take(&mut self.attached) {
            // What came with a record that was merged since was attached then, and may have been taken off.
            if records.attachment(id).is_some() || records.head(on) != on {
                continue;
            }
            let command = Command::Attach { on, id, name, hash, size: bytes.len() as u64 };
            self.rows.push(Planned { command, file, line: None, fills: false });
            kept.push(bytes);
        }
        kept
    }

    /// The commands, leaving the rest for the report.
    pub fn take_commands(&mut self) -> Vec<Command> {
        let taken = |row: &mut Planned| {
            let left = Command::Together { label: String::new(), commands: Vec::new() };
            std::mem::replace(&mut row.command, left)
        };
        self.rows.iter_mut().map(taken).collect()
    }

    /// Where a row is a record that did not come from this source, leaves only what fills an empty field of it.
    pub fn fill_only(&mut self, records: &Records) {
        let is_blank = |v: &Value| v.is_null() || matches!(v, Value::Money(m) if m.0 == 0) || *v == Value::Int(0);
        // What other rows of this import fill already.
        let mut filled: HashSet<(DocId, String)> = HashSet::new();
        let doubled: HashSet<DocId> = self.rows.iter().filter(|r| r.fills).filter_map(Planned::id).collect();
        for row in self.rows.iter().filter(|r| !r.fills) {
            if let Command::ImportRow { id, fields, .. } = &row.command
                && doubled.contains(id)
            {
                filled.extend(fields.iter().filter(|(_, v)| !is_blank(v)).map(|(name, _)| (*id, name.clone())));
            }
        }
        for row in self.rows.iter_mut().filter(|r| r.fills) {
            let Command::ImportRow { id, fields, .. } = &mut row.command else { continue };
            let record = records.get(*id);
            let is_free = |name: &str| match &record {
                Some(record) => record.get(name).is_some_and(|there| is_blank(&there)),
                None => true,
            };
            fields.retain(|(name, value)| !is_blank(value) && is_free(name) && filled.insert((*id, name.clone())));
        }
    }

    /// The report, given what became of each command in order.
    pub fn report(&self, results: &[RowOutcome]) -> ImportReport {
        let mut files = self.files.clone();
        let mut created_besides: BTreeMap<&'static str, usize> = BTreeMap::new();
        for (row, result) in self.rows.iter().zip(results) {
            let file = &mut files[row.file];
            let Some(line) = row.line else {
                match result {
                    RowOutcome::Created(id) => *created_besides.entry(id.kind().plural()).or_default() += 1,
                    RowOutcome::Refused(reason) => {
                        let reason = message!("what its rows refer to cannot be made: {reason}", reason);
                        if !file.refused.iter().any(|r| r.reason == reason) {
                            file.refused.push(RefusedRow { line: 0, column: String::new(), reason });
                        }
                    }
                    RowOutcome::Updated(_) | RowOutcome::Unchanged(_) => {}
                }
                continue;
            };
            match result {
                RowOutcome::Refused(reason) => {
                    file.refused.push(RefusedRow { line, column: String::new(), reason: reason.clone() })
                }
                _ if row.fills => file.duplicates += 1,
                RowOutcome::Created(_) => file.created += 1,
                RowOutcome::Updated(_) => file.updated += 1,
                RowOutcome::Unchanged(_) => file.unchanged += 1,
            }
        }
        for file in &mut files {
            file.refused.sort_by_key(|r| r.line);
        }
        ImportReport { files, created_besides, ..ImportReport::default() }
    }
}

/// Plans the import of these tables, first what others refer to.
pub(super) fn plan(sheets: &[(Table, Mapping)], workspace: WorkspaceId, known: Known) -> Plan {
    let readable: Vec<Option<Sheet>> =
        sheets.iter().map(|(t, m)| m.refused.is_none().then(|| Sheet::new(t, m))).collect();
    let of = |kinds: &[RowKind]| -> Vec<(usize, &Sheet)> {
        let sheets = readable.iter().enumerate().filter_map(|(i, s)| s.as_ref().map(|s| (i, s)));
        sheets.filter(|(_, s)| kinds.contains(&s.mapping.kind)).collect()
    };
    let files = sheets.iter().map(|(table, mapping)| file_report(table, mapping)).collect();
    let sources = sheets.iter().map(|(table, mapping)| source(table, mapping.profile)).collect();
    let mut linker = Linker::new(workspace, known, files, sources);
    settings::plan(&mut linker, &of);
    contacts::plan(&mut linker, &of(&[RowKind::Companies, RowKind::People]));
    opportunities::plan(&mut linker, &of(&[RowKind::Opportunities, RowKind::Leads]));
    revenue::plan(&mut linker, &of(&[RowKind::RevenueLines]));
    meetings::plan(&mut linker, &of(&[RowKind::Meetings]));
    calls::plan(&mut linker, &of(&[RowKind::Calls]));
    linker.finish()
}

fn file_report(table: &Table, mapping: &Mapping) -> FileReport {
    let mut report = FileReport {
        file: table.file.clone(),
        sheet: table.sheet.clone(),
        kind: mapping.kind.plural(),
        profile: mapping.profile.name(),
        rows: table.rows.len(),
        ..FileReport::default()
    };
    if let Some(reason) = &mapping.refused {
        report.kind = "none";
        report.refused.push(RefusedRow { line: 0, column: String::new(), reason: reason.clone() });
    }
    report
}

/// What a table's identifiers belong to. Tables of unknown origin with the same headers are the same source.
fn source(table: &Table, profile: Profile) -> String {
    if profile != Profile::Generic {
        return profile.name().to_owned();
    }
    let mut words: Vec<String> = table.headers.iter().map(|h| profiles::word(h)).collect();
    words.sort();
    let hash = blake3::hash(words.join(",").as_bytes());
    format!("table {}", &hash.to_hex()[..8])
}

/// Positions of rows that were seen, by what they became.
type Seen = HashMap<DocId, (usize, usize)>;
