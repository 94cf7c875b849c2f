//! Where a command works and how it answers: the data folder, the clock, JSON or words.

use std::path::PathBuf;

use anyhow::{Context, Result};
use satchel_core::{Storage, Workspace, environment::Environment};

use super::environment::{self, Moment};

pub struct Place {
    data: Option<PathBuf>,
    /// Answer in JSON.
    pub json: bool,
    pub environment: Environment,
}

impl Place {
    pub fn new(data: Option<PathBuf>, json: bool, now: Option<Moment>) -> Place {
        Place { data, json, environment: environment::system(now) }
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
        Ok(Storage::Folder(self.folder()?))
    }

    /// Opens the workspace that is there; creates nothing.
    pub fn open(&self) -> Result<Workspace> {
        Ok(Workspace::open(self.storage()?, self.environment.clone())?)
    }
}
