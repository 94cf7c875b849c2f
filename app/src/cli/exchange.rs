//! Import and export.

use std::{
    fs,
    io::{IsTerminal, Write, stderr},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail, ensure};
use clap::{Args, ValueEnum};
use satchel_core::{
    BatchId, Command, DocId, Kind, Records, Value, Workspace,
    exchange::{
        Draft, FileReport, ImportReport, Profile, Target, calendar,
        cards::{self, CardVersion},
        export::{self, Column, Sheet},
        import,
    },
    query::{self, Group, ListQuery, Listing},
    record::FieldType,
};
use serde_json::json;

use super::{
    care::count,
    edit::{execute, report_undo},
    fields::{reference, short},
    output,
    place::Place,
    read::Selection,
};

#[derive(Args)]
pub struct Import {
    /// CSV, XLSX, vCard, ICS or EML files; several together are linked
    #[arg(value_name = "FILE", required_unless_present = "undo")]
    files: Vec<PathBuf>,
    /// Which field a column goes to; nothing after = leaves the column out
    #[arg(long, value_name = "COL=FIELD")]
    map: Vec<String>,
    /// Read the files as this program writes them instead of finding out
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// Make calls of this list of all rows, by name or id; a list of this name is made if there is none
    #[arg(long, value_name = "LIST")]
    call_list: Option<String>,
    /// Say what would be done, write nothing
    #[arg(long)]
    dry_run: bool,
    /// Take a whole import back: its id, or last
    #[arg(long, value_name = "IMPORT", conflicts_with_all = ["files", "map", "profile", "call_list", "dry_run"])]
    undo: Option<String>,
}

#[derive(Args)]
pub struct Export {
    #[command(flatten)]
    selection: Selection,
    #[arg(long, value_enum)]
    format: Format,
    /// Which edition of vCard: 2.1, 3.0 or 4.0
    #[arg(long, value_name = "VERSION", default_value = "3.0")]
    vcard: String,
    /// The file to write
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Csv,
    Xlsx,
    Json,
    Vcf,
    Ics,
}

impl Import {
    pub fn run(self, place: &Place) -> Result<()> {
        let workspace = place.open()?;
        if let Some(import) = &self.undo {
            let outcome = workspace.undo_batch(find_import(&workspace, import)?)?;
            return report_undo(place, "Undone", &workspace.records(), &outcome);
        }
        let mut draft = self.draft(&workspace.records())?;
        if let Some(name) = &self.call_list {
            draft.call(call_list(&workspace, name, self.dry_run)?);
        }
        let mut progress = Progress::new();
        let report = draft.run(&workspace, self.dry_run, &mut |done, total| progress.tell(done, total));
        progress.end();
        print(place, &report?)
    }

    /// Reads all files and settles what their columns mean, before anything is written.
    fn draft(&self, records: &Records) -> Result<Draft> {
        let profile = self.profile.as_deref().map(Profile::named).transpose()?;
        let files = self.files.iter().map(|path| read(path)).collect::<Result<Vec<_>>>()?;
        let mut draft = import::read(files, profile)?;
        draft.know(records);
        if let Some((file, reason)) = draft.unreadable.first() {
            bail!("{file}: {reason}; nothing was imported: leave the file out, or mend it");
        }
        let mut mapped: Vec<String> = Vec::new();
        for map in &self.map {
            let Some((column, field)) = map.rsplit_once('=') else {
                bail!("--map ‘{}’: write column=field, or column= to leave the column out", short(map))
            };
            let column = column.trim().to_lowercase();
            ensure!(!mapped.contains(&column), "the column ‘{column}’ is mapped twice: give it one --map");
            draft.map(&column, Target::parse(field))?;
            mapped.push(column);
        }
        // A file among others that holds nothing for us is reported; with nothing at all to do, that is the answer.
        if let Some((table, reason)) = draft.sheets.iter().find_map(|(t, m)| Some((t, m.refused.as_ref()?)))
            && draft.sheets.iter().all(|(_, mapping)| mapping.refused.is_some())
        {
            bail!("{}: {reason}", table.title());
        }
        Ok(draft)
    }
}

/// The call list of this name or id. A new one's id follows from its name, so that two devices make one.
fn call_list(workspace: &Workspace, name: &str, dry_run: bool) -> Result<DocId> {
    let found = reference(&workspace.records(), Kind::CallList, name);
    if found.is_ok() || name.parse::<DocId>().is_ok() {
        return found;
    }
    let new = DocId::derived(workspace.id(), "name", Kind::CallList, &name.trim().to_lowercase());
    if dry_run {
        return Ok(new);
    }
    execute(workspace, Command::Create { id: new, fields: vec![("name".to_owned(), name.trim().into())] })?;
    Ok(new)
}

fn read(path: &Path) -> Result<(String, Vec<u8>)> {
    let bytes = fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let name = path.file_name().map_or_else(|| path.to_string_lossy(), |name| name.to_string_lossy());
    Ok((name.into_owned(), bytes))
}

fn find_import(workspace: &Workspace, text: &str) -> Result<BatchId> {
    let imports = workspace.batches()?;
    if text.eq_ignore_ascii_case("last") {
        return imports.first().map(|(id, _)| *id).context("there is no import of yours that could be undone");
    }
    let id: BatchId = text.parse()?;
    ensure!(
        imports.iter().any(|(known, _)| *known == id),
        "there is no import {id} of yours that could be undone: its id is what `satchel import` printed"
    );
    Ok(id)
}

fn print(place: &Place, report: &ImportReport) -> Result<()> {
    if place.json {
        return output::json(&json!(report));
    }
    for file in &report.files {
        print_file(file)?;
    }
    let besides: Vec<String> =
        report.created_besides.iter().map(|(kind, n)| format!("{n} {}", kind.replace('_', " "))).collect();
    if !besides.is_empty() {
        output::line(format_args!("Created besides, because rows refer to them: {}", besides.join(", ")))?;
    }
    match report.import {
        Some(import) => {
            output::line(format_args!("Import {import}; take it back with `satchel import --undo {import}`"))
        }
        None => output::line("Nothing was written: a dry run"),
    }
}

fn print_file(file: &FileReport) -> Result<()> {
    let sheet = file.sheet.as_ref().map(|sheet| format!(", sheet {sheet}")).unwrap_or_default();
    output::line(format_args!(
        "{}{sheet}: {} as {}: {} created, {} updated, {} unchanged, {} duplicates, {} refused",
        file.file,
        count(file.rows, "row"),
        file.kind.replace('_', " "),
        file.created,
        file.updated,
        file.unchanged,
        file.duplicates,
        file.refused.len(),
    ))?;
    for row in &file.refused {
        let column = if row.column.is_empty() { String::new() } else { format!(", column {}", row.column) };
        output::line(format_args!("    line {}{column}: {}", row.line, row.reason))?;
    }
    for row in &file.alike {
        output::line(format_args!("    line {}: looks like ‘{}’ {} ({})", row.line, row.name, row.id, row.alike))?;
    }
    Ok(())
}

/// How far an import is, on a terminal only.
struct Progress {
    shown: bool,
    percent: usize,
}

impl Progress {
    fn new() -> Progress {
        Progress { shown: stderr().is_terminal(), percent: usize::MAX }
    }

    fn tell(&mut self, done: usize, total: usize) {
        let percent = done * 100 / total.max(1);
        if self.shown && percent != self.percent {
            self.percent = percent;
            let bar = "█".repeat(percent * 30 / 100);
            let _ = write!(stderr(), "\r{bar:░<30} {done} of {total}");
        }
    }

    fn end(&self) {
        if self.shown && self.percent != usize::MAX {
            output::message("");
        }
    }
}

impl Export {
    pub fn run(self, place: &Place) -> Result<()> {
        let workspace = place.open()?;
        let then = self.selection.then(place, &workspace)?;
        let now = workspace.records();
        let records = then.as_ref().unwrap_or(&now);
        let query = self.selection.query(place, &workspace, records)?;
        let names = |id| records.name(id).to_owned();
        let sheet = if query.group_by.is_empty() { self.sheet(&query, records) } else { self.groups(&query, records) };
        let bytes = match self.format {
            Format::Csv => export::csv(&sheet, &names)?,
            Format::Xlsx => export::xlsx(&sheet, &names)?,
            Format::Json => format!("{:#}\n", query.json(records)).into_bytes(),
            Format::Vcf if query.listing == Listing::Contacts => {
                let version = CardVersion::named(&self.vcard)?;
                cards::vcf(records, &query.ids(records), version, &|hash| workspace.file(hash).ok())
            }
            Format::Vcf => bail!("address cards are of contacts: satchel export contacts --format vcf -o FILE"),
            Format::Ics if query.listing == Listing::Meetings => {
                calendar::ics(records, &query.ids(records), place.environment.now())
            }
            Format::Ics => bail!("a calendar holds meetings: satchel export meetings --format ics -o FILE"),
        };
        let cut = if self.format == Format::Xlsx { export::cut_in_workbooks(&sheet, &names) } else { 0 };
        let written = if query.group_by.is_empty() {
            count(sheet.rows.len(), "record")
        } else {
            count(sheet.rows.len(), "group")
        };
        fs::write(&self.output, bytes).with_context(|| format!("{} cannot be written", self.output.display()))?;
        if place.json {
            let file = self.output.display().to_string();
            return output::json(&json!({"file": file, "rows": sheet.rows.len(), "cut": cut}));
        }
        output::message(format_args!("Wrote {written} to {}", self.output.display()));
        if cut > 0 {
            let texts = count(cut, "text");
            output::message(format_args!(
                "{texts} longer than a workbook’s cell holds, cut there: csv and json keep it whole"
            ));
        }
        Ok(())
    }

    /// Records under all their fields.
    fn sheet(&self, query: &ListQuery, records: &Records) -> Sheet {
        let fields = query::fields(records, query.listing);
        let columns =
            fields.iter().map(|f| Column { name: f.name.to_string(), label: f.label.to_string(), ty: f.ty }).collect();
        Sheet { title: self.title(), columns, rows: query.rows(records, &fields), notes: self.selection.notes() }
    }

    /// Groups with their count and sums; of several levels the innermost, under the titles of those they lie in.
    fn groups(&self, query: &ListQuery, records: &Records) -> Sheet {
        fn add(rows: &mut Vec<Vec<Value>>, groups: &[Group], above: &[Value]) {
            for group in groups {
                let titles: Vec<Value> =
                    above.iter().cloned().chain([group.title.clone().map_or(Value::Null, Value::Text)]).collect();
                if group.groups.is_empty() {
                    let count = Value::Int(group.count as i64);
                    let sums = [group.expected_revenue, group.prorated_revenue].map(Value::Money);
                    rows.push(titles.into_iter().chain([count]).chain(sums).collect());
                } else {
                    add(rows, &group.groups, &titles);
                }
            }
        }
        let by = query.group_by.iter().map(|by| (&*by.field.name, &*by.field.label, FieldType::Text));
        let figures = [
            ("count", "Count", FieldType::Int),
            ("expected_revenue", "Expected revenue", FieldType::Money),
            ("prorated_revenue", "Probable turnover", FieldType::Money),
        ];
        let column = |(name, label, ty): (&str, &str, _)| Column { name: name.into(), label: label.into(), ty };
        let mut rows = Vec::new();
        add(&mut rows, &query.groups(records), &[]);
        let columns = by.chain(figures).map(column).collect();
        Sheet { title: self.title(), columns, rows, notes: self.selection.notes() }
    }

    /// `Lost reasons`
    fn title(&self) -> String {
        let name = self.selection.kind.name().replace('_', " ");
        name[..1].to_uppercase() + &name[1..]
    }
}
