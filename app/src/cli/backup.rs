//! Backups: one file with everything, made and put back; and everything in open formats, for other programs.

use std::{
    fs::{self, File},
    io::{self, BufReader, BufWriter, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail, ensure};
use clap::{Args, Subcommand};
use satchel::numbered;
use satchel_core::{
    Passphrase, Records, Storage, Workspace,
    exchange::export::{self, Column, Sheet},
    query::{self, Asker, ListQuery, Listing},
};
use serde_json::{Value as Json, json};

use super::{care::count, output, place::Place, read::entry_json};

#[derive(Subcommand)]
pub enum BackupTask {
    /// Write everything into one file: records, history, attached files, and this device's key, so keep it as safe as the laptop.
    /// Of a workspace under a passphrase it is under the same one
    Make { file: PathBuf },
    /// What a backup holds
    Show { file: PathBuf },
    /// Put a backup back where there is no workspace; what was changed since comes back from colleagues with `satchel sync`
    Restore { file: PathBuf },
}

/// Write everything into a new folder in open formats: JSON lines and CSV of every kind, the history, the attached files.
#[derive(Args)]
pub struct Takeout {
    folder: PathBuf,
}

impl BackupTask {
    pub fn run(self, place: &Place) -> Result<()> {
        match self {
            BackupTask::Make { file } => make(place, &file),
            BackupTask::Show { file } => {
                let passphrase =
                    place.passphrase(!Workspace::is_backup_sealed(opened(&file)?), "The backup's passphrase: ")?;
                let about = Workspace::read_backup(opened(&file)?, passphrase.as_ref(), &place.environment)
                    .with_context(|| file.display().to_string())?;
                if place.json {
                    return output::json(&json!(about));
                }
                let (commits, files) = (count(about.commits as usize, "commit"), count(about.files as usize, "file"));
                output::line(format_args!(
                    "‘{}’ of {} on {}, made {}: {commits}, {files}",
                    about.name, about.user, about.device, about.made
                ))
            }
            BackupTask::Restore { file } => {
                let folder = place.folder()?;
                let sealed = Workspace::is_backup_sealed(opened(&file)?);
                let passphrase = place.passphrase(!sealed, "The backup's passphrase: ")?;
                // The backup's own is as it is.
                let passphrase = if sealed { passphrase } else { passphrase.map(Passphrase::chosen).transpose()? };
                let storage = Storage::Folder(folder.clone()).under(passphrase);
                let workspace = Workspace::restore_backup(opened(&file)?, storage, place.environment.clone())
                    .with_context(|| file.display().to_string())?;
                let commits = workspace.status()?.commits;
                if place.json {
                    return output::json(&json!({"folder": folder, "commits": commits}));
                }
                let commits = count(commits as usize, "commit");
                output::message(format_args!("Put {commits} back in {}: run `satchel sync`", folder.display()));
                Ok(())
            }
        }
    }
}

fn opened(file: &Path) -> Result<BufReader<File>> {
    Ok(BufReader::new(File::open(file).with_context(|| format!("{} cannot be read", file.display()))?))
}

fn make(place: &Place, file: &Path) -> Result<()> {
    let workspace = place.open()?;
    let (file, about) = numbered::stream(
        file,
        |to| Ok(workspace.back_up(BufWriter::new(to))?),
        |file, why| anyhow::Error::from(why).context(format!("{} cannot be written", file.display())),
    )?;
    if place.json {
        return output::json(&json!({"file": file, "backup": about}));
    }
    let (commits, files) = (count(about.commits as usize, "commit"), count(about.files as usize, "file"));
    output::message(format_args!("Wrote {commits} and {files} to {}", file.display()));
    Ok(())
}

impl Takeout {
    pub fn run(self, place: &Place) -> Result<()> {
        let workspace = place.open()?;
        let folder = &self.folder;
        ensure!(
            !folder.exists() || fs::read_dir(folder).is_ok_and(|mut all| all.next().is_none()),
            "{} is there already and not empty: choose another folder",
            folder.display()
        );
        let written = self.write(place, &workspace);
        let records = written.with_context(|| format!("{} cannot be written", folder.display()))?;
        if place.json {
            return output::json(&json!({"folder": folder, "records": records}));
        }
        output::message(format_args!("Wrote {} to {}", count(records, "record"), folder.display()));
        Ok(())
    }

    fn write(&self, place: &Place, workspace: &Workspace) -> Result<usize> {
        fs::create_dir_all(&self.folder)?;
        let records = workspace.records();
        let asker = Asker::new(&place.environment, workspace.user());
        let mut written = 0;
        let mut all = Vec::new();
        for listing in Listing::ALL {
            let query = ListQuery { archived: true, ..ListQuery::new(listing, asker.clone()) };
            let ids = query.ids(&records);
            if ids.is_empty() {
                continue;
            }
            let Json::Array(items) = query.json(&records) else { bail!("{} is no list", listing.name()) };
            let whole = ids.iter().zip(items).map(|(id, item)| {
                // With what lies inside a record, where something does.
                query::json::record(&records, *id, asker.today).unwrap_or(item)
            });
            lines(&self.folder.join(format!("{}.jsonl", listing.name())), whole)?;
            fs::write(self.folder.join(format!("{}.csv", listing.name())), table(&query, &records)?)?;
            written += ids.len();
            all.extend(ids);
        }
        let trash = Listing::ALL.into_iter().flat_map(|listing| {
            let query = ListQuery { trash: true, ..ListQuery::new(listing, asker.clone()) };
            query.ids(&records).into_iter().filter_map(|id| query::json::record(&records, id, asker.today))
        });
        lines(&self.folder.join("trash.jsonl"), trash)?;
        let files: Vec<_> = records.files().map(|(hash, _)| hash).collect();
        // The history takes the records for itself.
        drop(records);
        let mut history = BufWriter::new(File::create(self.folder.join("history.jsonl"))?);
        for id in all {
            // What lies inside another record is told in that one's history.
            let Ok(entries) = workspace.history(id) else { continue };
            let records = workspace.records();
            let entries: Vec<Json> = entries.iter().map(|entry| entry_json(&records, entry)).collect();
            line(&mut history, &json!({"id": id.to_string(), "name": records.name(id), "history": entries}))?;
        }
        history.flush()?;
        for hash in files {
            let Ok(bytes) = workspace.file(hash) else { continue };
            fs::create_dir_all(self.folder.join("files"))?;
            fs::write(self.folder.join("files").join(hash.to_string()), bytes)?;
        }
        Ok(written)
    }
}

fn lines(file: &Path, all: impl Iterator<Item = Json>) -> io::Result<()> {
    let mut all = all.peekable();
    if all.peek().is_none() {
        return Ok(());
    }
    let mut out = BufWriter::new(File::create(file)?);
    all.try_for_each(|one| line(&mut out, &one))?;
    out.flush()
}

fn line(out: &mut impl Write, value: &Json) -> io::Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    out.write_all(b"\n")
}

fn table(query: &ListQuery, records: &Records) -> Result<Vec<u8>> {
    let fields = query::fields(records, query.listing);
    let column = |f: &query::ListField| Column { name: f.name.to_string(), label: f.label.to_string(), ty: f.ty };
    let sheet = Sheet {
        title: query.listing.name().to_owned(),
        columns: fields.iter().map(column).collect(),
        rows: query.rows(records, &fields),
        notes: Vec::new(),
    };
    Ok(export::csv(&sheet, &|id| records.name(id).to_owned())?)
}
