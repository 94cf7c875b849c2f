//! Where a command works and how it answers: the data folder, the clock, JSON or words.

use std::path::PathBuf;

use anyhow::{Context, Result};
use satchel_core::{Passphrase, Storage, Workspace, environment::Environment};

use super::{
    environment::{self, Moment},
    output, passphrase,
};

pub struct Place {
    data: Option<PathBuf>,
    /// Answer in JSON.
    pub json: bool,
    pub environment: Environment,
    passphrase_file: Option<PathBuf>,
}

impl Place {
    pub fn new(data: Option<PathBuf>, json: bool, now: Option<Moment>, passphrase_file: Option<PathBuf>) -> Place {
        let named = || std::env::var_os("SATCHEL_PASSPHRASE_FILE").filter(|f| !f.is_empty()).map(PathBuf::from);
        let passphrase_file = passphrase_file.or_else(named);
        Place { data, json, environment: environment::system(now), passphrase_file }
    }

    /// `--data`, else `SATCHEL_DATA`, else the platform's data directory.
    pub fn folder(&self) -> Result<PathBuf> {
        if let Some(folder) = &self.data {
            return Ok(folder.clone());
        }
        if let Some(folder) = std::env::var_os("SATCHEL_DATA").filter(|f| !f.is_empty()) {
            return Ok(folder.into());
        }
        directories::ProjectDirs::from("", "", "satchel")
            .map(|dirs| dirs.data_dir().to_owned())
            .context("this system names no data directory: say where the workspace is with --data DIR")
    }

    pub fn storage(&self) -> Result<Storage> {
        Ok(Storage::Folder(self.folder()?).under(self.own_passphrase()?))
    }

    /// Where a workspace is to be made: a passphrase that it is to be under is a new one.
    pub fn vacant(&self) -> Result<Storage> {
        let passphrase = self.own_passphrase()?.map(Passphrase::chosen).transpose()?;
        Ok(Storage::Folder(self.folder()?).under(passphrase))
    }

    fn own_passphrase(&self) -> Result<Option<Passphrase>> {
        // What cannot be looked into is told of when it is opened.
        let locked = Storage::Folder(self.folder()?).is_locked().unwrap_or(false);
        self.passphrase(!locked, "Passphrase: ")
    }

    /// The one that was given with `--passphrase-file`; else asked for, unless there is no need.
    pub fn passphrase(&self, optional: bool, prompt: &str) -> Result<Option<Passphrase>> {
        match &self.passphrase_file {
            Some(file) => passphrase::read(file).map(Some),
            None if optional => Ok(None),
            None => passphrase::asked(prompt, "--passphrase-file FILE").map(Some),
        }
    }

    pub fn is_given_a_passphrase(&self) -> bool {
        self.passphrase_file.is_some()
    }

    /// Opens the workspace that is there; creates nothing.
    pub fn open(&self) -> Result<Workspace> {
        let workspace = Workspace::open(self.storage()?, self.environment.clone())?;
        workspace.found_damaged().iter().for_each(output::message);
        Ok(workspace)
    }
}
