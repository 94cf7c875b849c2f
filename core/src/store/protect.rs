//! A workspace put under a passphrase, taken from under it, and put aside by who forgot it.
//!
//! Both rewrite the file once, beside the old one, and count when the new one takes its name: a crash leaves the old
//! workspace or the new one. Attached files are there in both forms meanwhile.

use std::{
    fs,
    path::{Path, PathBuf},
};

use redb::StorageBackend;

use super::{
    FILE, Storage, Store, failed,
    files::{Files, sync_folder},
    open::{Ground, not_writable, of_own},
    seal::{Passphrase, Sealed},
};
use crate::{
    environment::Environment,
    error::{Error, Result},
};

/// What is being written; a crash leaves it, and it is nothing.
const NEW: &str = "workspace.satchel.new";
/// How much is copied at a time.
const STEP: usize = 1 << 20;

impl Storage {
    /// Whether a workspace's file lies here, whatever is in it.
    pub fn holds_workspace(&self) -> bool {
        self.folder().is_some_and(|folder| folder.join(FILE).exists())
    }

    /// Whether what lies here asks for a passphrase; not if nothing does.
    pub fn is_locked(&self) -> Result<bool> {
        let Some(folder) = self.folder().filter(|_| self.holds_workspace()) else { return Ok(false) };
        Ground::folder(folder.to_owned(), &folder.join(FILE), fs::OpenOptions::new().read(true))?.is_sealed()
    }

    /// Writes the workspace anew, under this passphrase or under none. It must be open nowhere; where it is under a passphrase
    /// now, this storage must know it. The old file is deleted, which on most disks leaves its bytes where they were until
    /// they are needed for something else.
    pub fn protect(self, with: Option<&Passphrase>, environment: &Environment) -> Result<()> {
        let Some(folder) = self.folder().map(PathBuf::from) else {
            return Err(refused!("only a workspace in a folder can be put under a passphrase"));
        };
        let passphrase = self.passphrase().cloned();
        // Nobody else opens it meanwhile.
        let store = Store::open(self, environment)?;
        store.check_pages()?;
        store.files.sweep()?;
        let reading = Ground::folder(folder.clone(), &folder.join(FILE), fs::OpenOptions::new().read(true))?;
        let old = reading.unlocked(passphrase.as_ref(), environment)?;
        let new_file = folder.join(NEW);
        if new_file.exists() {
            fs::remove_file(&new_file).map_err(|e| not_writable(&folder, &e))?;
        }
        let written = write_anew(&*old.medium, &folder, with, environment).and_then(|files| {
            store.files.copy_into(&files)?;
            Ok(files)
        });
        let files = match written {
            Ok(files) => files,
            Err(error) => {
                let _gone = fs::remove_file(&new_file);
                // The files in the form that was not to be.
                let _swept = store.files.sweep();
                return Err(error);
            }
        };
        fs::rename(&new_file, folder.join(FILE)).map_err(|e| not_writable(&folder, &e))?;
        sync_folder(&folder);
        drop(store);
        files.sweep()
    }

    /// What was put aside in this folder before and can be read by whoever has it: putting the workspace under a passphrase leaves
    /// that as it is, as it may be all that is left of something.
    pub fn left_in_the_open(&self) -> Vec<PathBuf> {
        let Some(folder) = self.folder() else { return Vec::new() };
        let beside = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
        let is_open = |beside: &PathBuf| {
            beside.join(FILE).exists() && matches!(Storage::Folder(beside.clone()).is_locked(), Ok(false))
        };
        let mut open: Vec<PathBuf> = beside.filter(is_open).collect();
        open.sort();
        open
    }

    /// Puts what lies here aside, for who forgot the passphrase and joins again: into a folder beside it, whose path is
    /// returned. Nothing is deleted.
    pub fn put_aside(&self, environment: &Environment) -> Result<PathBuf> {
        let Some(folder) = self.folder() else { return Err(Error::NoWorkspace(PathBuf::from("memory"))) };
        if !folder.join(FILE).exists() {
            return Err(Error::NoWorkspace(folder.to_owned()));
        }
        let aside = aside_in(folder, environment)?;
        // The files first: a crash between the two leaves the workspace in its place, and files come again.
        for name in ["files", FILE] {
            if folder.join(name).exists() {
                fs::rename(folder.join(name), aside.join(name)).map_err(|e| not_writable(folder, &e))?;
            }
        }
        sync_folder(folder);
        Ok(aside)
    }
}

/// Makes the folder for what is put aside today.
fn aside_in(folder: &Path, environment: &Environment) -> Result<PathBuf> {
    let day = environment.today().to_string();
    let aside = (1..)
        .map(|n| folder.join(if n == 1 { format!("aside {day}") } else { format!("aside {day} {n}") }))
        .find(|aside| !aside.exists());
    let aside = aside.unwrap_or_else(|| folder.join("aside"));
    fs::create_dir(&aside).map_err(|e| not_writable(folder, &e))?;
    Ok(aside)
}

/// Lays the workspace's file of one folder into another, whose own is put aside; at no moment is there none. Returns where it is.
pub(crate) fn put_beside(from: &Path, folder: &Path, environment: &Environment) -> Result<PathBuf> {
    let aside = aside_in(folder, environment)?;
    let (old, new, kept) = (folder.join(FILE), from.join(FILE), aside.join(FILE));
    // Not every disk has names for the same file twice.
    let put = fs::hard_link(&old, &kept).or_else(|_| fs::copy(&old, &kept).map(drop));
    if put.is_err() {
        // A copy that was begun.
        let _gone = fs::remove_file(&kept);
        let _gone = fs::remove_dir(&aside);
    }
    put.and_then(|()| fs::rename(&new, &old)).map_err(|e| not_writable(folder, &e))?;
    sync_folder(&aside);
    sync_folder(folder);
    Ok(aside)
}

/// Copies the pages into a new file beside the old one, durably.
fn write_anew(
    old: &dyn StorageBackend,
    folder: &Path,
    with: Option<&Passphrase>,
    environment: &Environment,
) -> Result<Files> {
    let path = folder.join(NEW);
    let file = of_own().open(&path).map_err(|e| not_writable(folder, &e))?;
    let file = redb::backends::FileBackend::new(file).map_err(failed)?;
    let new = Ground::bare(Box::new(file), None).under(with, environment)?;
    let copy = || -> std::io::Result<()> {
        let length = old.len()?;
        new.medium.set_len(length)?;
        let mut pages = vec![0; STEP];
        let mut at = 0;
        while at < length {
            let step = &mut pages[..STEP.min((length - at) as usize)];
            old.read(at, step)?;
            // What was never written needs no place on the disk.
            if step.iter().any(|byte| *byte != 0) {
                new.medium.write(at, step)?;
            }
            at += step.len() as u64;
        }
        new.medium.sync_data()?;
        new.medium.close()
    };
    copy().map_err(failed)?;
    Ok(Files::to_come(folder, new.seal.as_ref().map(Sealed::sealer)))
}
