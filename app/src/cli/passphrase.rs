//! The workspace under a passphrase: set, changed, removed; and where a passphrase comes from.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, IsTerminal},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail, ensure};
use clap::{Args, Subcommand};
use satchel_core::{Passphrase, Storage, Workspace};
use serde_json::json;
use zeroize::Zeroizing;

use super::{output, place::Place};

#[derive(Subcommand)]
pub enum PassphraseTask {
    /// Put the workspace under a passphrase: everything in its folder is written anew, unreadable without it
    Set(Chosen),
    /// Another passphrase instead of the one it is under, for the same key: if the old one leaked, `remove` and `set` instead
    Change(Chosen),
    /// Write everything anew, readable by whoever has the folder
    Remove,
}

#[derive(Args)]
pub struct Chosen {
    /// The passphrase to be, in the first line of a file [default: asked for, twice]; - is standard input
    #[arg(long, value_name = "FILE")]
    new_passphrase_file: Option<PathBuf>,
}

impl Chosen {
    fn read(&self) -> Result<Passphrase> {
        let passphrase = match &self.new_passphrase_file {
            Some(file) => read(file)?,
            None => {
                let first = asked("New passphrase: ", "--new-passphrase-file FILE")?;
                ensure!(asked("Once more: ", "")? == first, "the two are not the same: nothing was changed, try again");
                first
            }
        };
        Ok(passphrase.chosen()?)
    }
}

impl PassphraseTask {
    pub fn run(self, place: &Place) -> Result<()> {
        let folder = place.folder()?;
        let storage = Storage::Folder(folder.clone());
        let sealed = storage.is_locked()?;
        match &self {
            PassphraseTask::Set(_) => {
                ensure!(!sealed, "{} is under a passphrase already: see `satchel passphrase change`", folder.display());
            }
            _ if !folder.join("workspace.satchel").exists() => _ = Workspace::open(storage, place.environment.clone())?,
            _ => ensure!(sealed, "{} is under no passphrase: see `satchel passphrase set`", folder.display()),
        }
        let under = !matches!(self, PassphraseTask::Remove);
        let said = match self {
            PassphraseTask::Set(chosen) => {
                let new = chosen.read()?;
                Storage::Folder(folder.clone()).protect(Some(&new), &place.environment)?;
                "The workspace is under the passphrase. Nobody can get it back for you: keep it somewhere else too. The old \
                 file is deleted, though disks may keep parts of it for a while; earlier backups and copies are as they were."
            }
            PassphraseTask::Change(chosen) => {
                let old = place.passphrase(false, "Passphrase until now: ")?.context("no passphrase was given")?;
                let new = chosen.read()?;
                let storage = Storage::Folder(folder.clone()).under(Some(old.clone()));
                Workspace::open(storage, place.environment.clone())?.change_passphrase(&old, &new)?;
                "The passphrase is changed, the key under it is not: an earlier backup or copy opens with the old one, and with what \
                 it gives also what is written from now on. If somebody may know the old one, remove the passphrase and set a \
                 new one, which writes everything under a new key."
            }
            PassphraseTask::Remove => {
                let old = place.passphrase(false, "Passphrase: ")?;
                Storage::Folder(folder.clone()).under(old).protect(None, &place.environment)?;
                "The workspace is under no passphrase any more: whoever has the folder can read it."
            }
        };
        let open = if under { Storage::Folder(folder).left_in_the_open() } else { Vec::new() };
        if place.json {
            return output::json(&json!({ "passphrase": under, "in_the_open": open }));
        }
        output::message(said);
        for aside in open {
            output::message(format_args!(
                "In the open still, as it was put aside before: {}. Delete it once nobody needs it.",
                aside.display()
            ));
        }
        Ok(())
    }
}

/// From the terminal, without showing it.
pub fn asked(prompt: &str, instead: &str) -> Result<Passphrase> {
    if !io::stdin().is_terminal() {
        bail!("a passphrase is needed and there is no terminal to ask on: give it with {instead}");
    }
    let typed = rpassword::prompt_password(prompt).context("the passphrase cannot be read from the terminal")?;
    Ok(Passphrase::new(&Zeroizing::new(typed)))
}

/// The first line of a file, or of standard input.
pub fn read(file: &Path) -> Result<Passphrase> {
    let mut line = Zeroizing::new(String::new());
    let read = match file == Path::new("-") {
        true => io::stdin().lock().read_line(&mut line),
        false => File::open(file).and_then(|file| BufReader::new(file).read_line(&mut line)),
    };
    read.with_context(|| format!("the passphrase cannot be read from {}", file.display()))?;
    let text = line.trim_end_matches(['\r', '\n']);
    ensure!(!text.is_empty(), "{} holds no passphrase in its first line", file.display());
    Ok(Passphrase::new(text))
}
