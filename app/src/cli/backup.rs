//! Backups: one file with everything, made and put back.

use std::{
    fs::File,
    io::{BufReader, BufWriter},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use clap::Subcommand;
use satchel::numbered;
use satchel_core::{Passphrase, Storage, Workspace};
use serde_json::json;

use super::{care::count, output, place::Place};

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
