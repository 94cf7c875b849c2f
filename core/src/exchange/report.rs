//! What an import did, or would do.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use crate::id::{BatchId, DocId};
use crate::message::Message;

/// What an import did; serialised as `satchel import --json` prints it (spec/cli.md).
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ImportReport {
    /// The batch, to take the import back; nothing for a dry run.
    #[serde(serialize_with = "hex_or_null")]
    pub import: Option<BatchId>,
    pub dry_run: bool,
    /// One for each table, in the order given.
    pub files: Vec<FileReport>,
    /// Records that the rows refer to and that were not there, by kind in plural.
    pub created_besides: BTreeMap<&'static str, usize>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct FileReport {
    pub file: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// The kind of records in plural; `none` for a file without any.
    pub kind: &'static str,
    /// Which profile read it.
    pub profile: &'static str,
    pub rows: usize,
    pub created: usize,
    pub updated: usize,
    pub unchanged: usize,
    /// Rows that repeat another row of the file, or that are a record of the workspace that did not come from this
    /// source: that record is kept, and only what it lacked is filled in.
    pub duplicates: usize,
    /// New records that look like ones there were before.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub alike: Vec<AlikeRow>,
    pub refused: Vec<RefusedRow>,
}

/// A row that made a new record although there is one like it: perhaps to be merged.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AlikeRow {
    pub line: u64,
    /// The record that was there.
    pub id: DocId,
    pub name: String,
    /// `same e-mail, same phone`
    pub alike: String,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RefusedRow {
    /// Counted from 1; 0 when the whole file is meant.
    pub line: u64,
    /// The column's header, empty when the whole row is meant.
    pub column: String,
    pub reason: Message,
}

fn hex_or_null<S: Serializer>(id: &Option<BatchId>, s: S) -> Result<S::Ok, S::Error> {
    match id {
        Some(id) => s.collect_str(id),
        None => s.serialize_none(),
    }
}
