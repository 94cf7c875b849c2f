//! Everything in open formats, for other programs.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::PathBuf,
};

use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use satchel_core::{
    DocId, FileHash, Kind, Records, Value, Workspace,
    exchange::export::{self, Column, Sheet},
    members::Members,
    query::{self, Asker, ListQuery, Listing},
    record::{Company, Field, FieldType, Meeting, Meta},
};
use serde_json::{Value as Json, json};

use super::{care::count, output, place::Place, read::entry_json};

/// Write everything into a new folder in open formats: JSON lines and CSV of every kind, the history, the attached files.
#[derive(Args)]
pub struct Takeout {
    folder: PathBuf,
}

/// What is written so far, and what could not be.
struct Written {
    folder: PathBuf,
    records: usize,
    missing: Vec<String>,
}

impl Takeout {
    pub fn run(self, place: &Place) -> Result<()> {
        let workspace = place.open()?;
        let folder = self.folder;
        ensure!(
            !folder.exists() || fs::read_dir(&folder).is_ok_and(|mut all| all.next().is_none()),
            "{} is there already and not empty: choose another folder",
            folder.display()
        );
        let mut written = Written { folder: folder.clone(), records: 0, missing: Vec::new() };
        written.everything(place, &workspace).with_context(|| format!("{} cannot be written", folder.display()))?;
        let Written { records, missing, .. } = written;
        match place.json {
            true => output::json(&json!({"folder": folder, "records": records, "missing": missing}))?,
            false => output::message(format_args!("Wrote {} to {}", count(records, "record"), folder.display())),
        }
        if missing.is_empty() {
            return Ok(());
        }
        missing.iter().for_each(|what| output::message(format_args!("Not written: {what}")));
        bail!("{} of the takeout could not be written, all else was", count(missing.len(), "part"));
    }
}

impl Written {
    fn everything(&mut self, place: &Place, workspace: &Workspace) -> Result<()> {
        fs::create_dir_all(&self.folder)?;
        let records = workspace.records();
        let asker = Asker::new(&place.environment, workspace.user());
        let (mut all, mut trash) = (Vec::new(), Vec::new());
        for listing in Listing::ALL {
            let query = ListQuery { archived: true, ..ListQuery::new(listing, asker.clone()) };
            let thrown = ListQuery { trash: true, ..query.clone() }.ids(&records);
            let ids = query.ids(&records);
            trash.extend(thrown.iter().filter_map(|id| query::json::record(&records, *id, asker.today)));
            // What lies inside another record is told in that one's history.
            if listing != Listing::Activities {
                all.extend(ids.iter().chain(&thrown));
            }
            if ids.is_empty() {
                continue;
            }
            let Json::Array(items) = query.json(&records) else { bail!("{} is no list", listing.name()) };
            let whole = ids.iter().zip(items).map(|(id, item)| {
                // With what lies inside a record, where something does.
                query::json::record(&records, *id, asker.today).unwrap_or(item)
            });
            self.lines(listing.name(), whole)?;
            self.table(&listed(&query, &records), &records)?;
            self.records += ids.len();
        }
        self.lines("trash", trash.into_iter())?;
        if let Some(company) = &records.company {
            all.push(company.id);
            self.lines("company", query::json::record(&records, company.id, asker.today).into_iter())?;
            self.table(&stored("company", Company::FIELDS, &[(company, company.id, &company.meta)]), &records)?;
        }
        // Lists have them as part of their series, apart from what begins one of its own.
        let mut changed: Vec<_> =
            records.meetings.values().filter(|m| m.series.is_some()).map(|m| (m, m.id, &m.meta)).collect();
        changed.sort_by_key(|(meeting, id, _)| (meeting.series, meeting.offset, *id));
        all.extend(changed.iter().filter(|(m, ..)| !m.following || m.cancelled).map(|(_, id, _)| *id));
        for sheet in [stored("occurrences", Meeting::FIELDS, &changed), members(&workspace.members())] {
            if !sheet.rows.is_empty() {
                let lines: Vec<Json> = serde_json::from_slice(&export::json(&sheet, &|id| named(&records, id))?)?;
                self.lines(&sheet.title, lines.into_iter())?;
                self.table(&sheet, &records)?;
            }
        }
        let files: Vec<FileHash> = records.files().map(|(hash, _)| hash).collect();
        // The history takes the records for itself.
        drop(records);
        self.history(workspace, &all)?;
        self.files(workspace, &files)
    }

    fn history(&mut self, workspace: &Workspace, all: &[DocId]) -> Result<()> {
        let mut out = BufWriter::new(File::create(self.folder.join("history.jsonl"))?);
        for id in all {
            let entries = workspace.history(*id);
            let records = workspace.records();
            match entries {
                Ok(entries) => {
                    let entries: Vec<Json> = entries.iter().map(|entry| entry_json(&records, entry)).collect();
                    line(&mut out, &json!({"id": id.to_string(), "name": records.name(*id), "history": entries}))?;
                }
                Err(why) => self.missing.push(format!("the history of ‘{}’ ({id}): {why}", records.name(*id))),
            }
        }
        Ok(out.flush()?)
    }

    fn files(&mut self, workspace: &Workspace, files: &[FileHash]) -> Result<()> {
        let folder = self.folder.join("files");
        for hash in files {
            match workspace.file(*hash) {
                Ok(bytes) => {
                    fs::create_dir_all(&folder)?;
                    fs::write(folder.join(hash.to_string()), bytes)?;
                }
                Err(why) => {
                    let name = called(&workspace.records(), *hash);
                    self.missing.push(format!("the file ‘{name}’ ({hash}): {why}"));
                }
            }
        }
        Ok(())
    }

    fn lines(&self, name: &str, all: impl Iterator<Item = Json>) -> io::Result<()> {
        let mut all = all.peekable();
        if all.peek().is_none() {
            return Ok(());
        }
        let mut out = BufWriter::new(File::create(self.folder.join(format!("{name}.jsonl")))?);
        all.try_for_each(|one| line(&mut out, &one))?;
        out.flush()
    }

    fn table(&self, sheet: &Sheet, records: &Records) -> Result<()> {
        let csv = export::csv(sheet, &|id| named(records, id))?;
        Ok(fs::write(self.folder.join(format!("{}.csv", sheet.title)), csv)?)
    }
}

fn line(out: &mut impl Write, value: &Json) -> io::Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    out.write_all(b"\n")
}

fn named(records: &Records, id: DocId) -> String {
    records.name(id).to_owned()
}

fn listed(query: &ListQuery, records: &Records) -> Sheet {
    let fields = query::fields(records, query.listing);
    let column = |f: &query::ListField| Column { name: f.name.to_string(), label: f.label.to_string(), ty: f.ty };
    sheet(query.listing.name(), fields.iter().map(column).collect(), query.rows(records, &fields))
}

fn sheet(title: &str, columns: Vec<Column>, rows: Vec<Vec<Value>>) -> Sheet {
    Sheet { title: title.to_owned(), columns, rows, notes: Vec::new() }
}

fn column(name: &str, ty: FieldType) -> Column {
    Column { name: name.to_owned(), label: name.to_owned(), ty }
}

/// What no list shows, as it is stored.
fn stored<R>(title: &str, fields: &[Field<R>], all: &[(&R, DocId, &Meta)]) -> Sheet {
    let mut columns = vec![column("id", FieldType::Text)];
    columns.extend(fields.iter().map(|f| column(f.name, f.ty)));
    columns.extend(["archived", "deleted"].map(|name| column(name, FieldType::Bool)));
    let row = |(record, id, meta): &(&R, DocId, &Meta)| {
        let mut row = vec![Value::from(id.to_string())];
        row.extend(fields.iter().map(|f| (f.get)(record)));
        row.extend([meta.archived, meta.deleted].map(Value::Bool));
        row
    };
    sheet(title, columns, all.iter().map(row).collect())
}

/// A row for each device, and for who has none.
fn members(members: &Members) -> Sheet {
    let mut columns = vec![column("user", FieldType::Ref(Kind::User))];
    columns.extend(["role", "device", "device_id"].map(|name| column(name, FieldType::Text)));
    columns.extend([column("admitted", FieldType::Time), column("removed", FieldType::Bool)]);
    let rows = members.roles.iter().flat_map(|(user, role)| {
        let head = [Value::Ref(*user), Value::from(role.label())];
        let mut rows: Vec<Vec<Value>> = Vec::new();
        for (id, device) in members.devices.iter().filter(|(_, device)| device.user == *user) {
            let tail = [
                device.name.as_str().into(),
                id.to_string().into(),
                Value::Time(device.admitted),
                device.removed.into(),
            ];
            rows.push(head.iter().cloned().chain(tail).collect());
        }
        if rows.is_empty() {
            let none = [Value::Null, Value::Null, Value::Null, Value::Bool(members.gone.contains(user))];
            rows.push(head.into_iter().chain(none).collect());
        }
        rows
    });
    sheet("members", columns, rows.collect())
}

/// What a file is called where it is attached.
fn called(records: &Records, hash: FileHash) -> String {
    let opportunities = records.opportunities.values().flat_map(|o| &o.attachments);
    let contacts = records.contacts.values().flat_map(|c| &c.attachments);
    let company = records.company.iter().flat_map(|c| &c.attachments);
    let mut all = opportunities.chain(contacts).chain(company);
    all.find(|a| a.hash == hash).map(|a| a.name.clone()).unwrap_or_default()
}
