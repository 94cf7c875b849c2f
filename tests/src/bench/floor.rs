//! The least that the same work could cost with the same libraries.

use std::{fs, path::Path, time::Duration};

use anyhow::{Context, ensure};
use rayon::prelude::*;
use redb::{Database, ReadableDatabase, ReadableTable, TableDefinition};

use super::samples::{Samples, timed};

pub const FILE: &str = "workspace.satchel";
/// The store puts a checksum of this many bytes before every value.
const GUARD: usize = 8;

type Bytes = &'static [u8];

/// What lies in a workspace's file, read without any of Satchel.
pub struct Raw {
    /// The saved automerge documents.
    pub documents: Vec<Vec<u8>>,
    pub record_bytes: u64,
    pub log_bytes: u64,
    /// The log of fields.
    pub past_bytes: u64,
    pub file_bytes: u64,
}

pub fn raw(folder: &Path) -> anyhow::Result<Raw> {
    let file = folder.join(FILE);
    let file_bytes = fs::metadata(&file)?.len();
    let copy = tempfile::tempdir()?;
    let path = copy.path().join("copy");
    fs::copy(&file, &path)?;
    let db = Database::open(&path)?;
    let read = db.begin_read()?;
    let values = |name: &str| -> anyhow::Result<Vec<Vec<u8>>> {
        let table = read.open_table(TableDefinition::<Bytes, Bytes>::new(name))?;
        table
            .iter()?
            .map(|entry| Ok(entry?.1.value().get(GUARD..).context("a value without checksum")?.to_vec()))
            .collect()
    };
    let sum = |all: Vec<Vec<u8>>| all.iter().map(|v| v.len() as u64).sum();
    Ok(Raw {
        documents: values("documents")?,
        record_bytes: sum(values("records")?),
        log_bytes: sum(values("log")?) + sum(values("log, packed")?),
        past_bytes: sum(values("fields")?) + sum(values("fields, packed")?),
        file_bytes,
    })
}

/// Reading the file once.
pub fn read_file(folder: &Path) -> anyhow::Result<Samples> {
    Samples::try_take(5, |_| Ok(fs::read(folder.join(FILE))?.len()))
}

/// `automerge::load` of all documents on all cores.
pub fn load(documents: &[Vec<u8>]) -> Duration {
    let load = || documents.par_iter().filter(|bytes| automerge::Automerge::load(bytes).is_ok()).count();
    let (loaded, time) = timed(load);
    assert_eq!(loaded, documents.len(), "every document loads");
    time
}

/// Every document made of its changes, saved and read back, on all cores: what a new device cannot do without, whatever else it
/// does, as it takes nobody's word for what changes make.
pub fn make(documents: &[Vec<u8>]) -> anyhow::Result<Duration> {
    let parts = |bytes: &Vec<u8>| {
        let document = automerge::Automerge::load(bytes)?;
        let changes = document.get_changes(&[]).iter().map(|change| change.raw_bytes().to_vec()).collect();
        Ok((changes, document.get_heads()))
    };
    let parts: Vec<(Vec<Vec<u8>>, _)> = documents.par_iter().map(parts).collect::<anyhow::Result<_>>()?;
    let make = |(changes, heads): (Vec<Vec<u8>>, Vec<automerge::ChangeHash>)| -> anyhow::Result<()> {
        let changes = changes.into_iter().map(automerge::Change::from_bytes).collect::<Result<Vec<_>, _>>()?;
        let mut document = automerge::Automerge::new();
        document.apply_changes(changes)?;
        let again = automerge::Automerge::load(&document.save_nocompress())?;
        ensure!(again.get_heads() == heads, "a document is not what it was");
        Ok(())
    };
    let (made, time) = timed(|| parts.into_par_iter().map(make).collect::<anyhow::Result<()>>());
    made.map(|()| time)
}

/// One durable redb commit of so many bytes, into a copy of the workspace's file.
pub fn durable_commits(folder: &Path, size: usize, times: usize) -> anyhow::Result<Samples> {
    let path = folder.join("floor.redb");
    fs::copy(folder.join(FILE), &path)?;
    let db = Database::builder().set_cache_size(48 << 20).open(&path)?;
    let table: TableDefinition<u64, Bytes> = TableDefinition::new("floor");
    let value = vec![7u8; size];
    let commit = |n: usize| -> anyhow::Result<()> {
        let write = db.begin_write()?;
        write.open_table(table)?.insert(n as u64, value.as_slice())?;
        Ok(write.commit()?)
    };
    commit(usize::MAX >> 1)?;
    let samples = Samples::try_take(times, commit);
    drop(db);
    fs::remove_file(&path)?;
    samples
}
