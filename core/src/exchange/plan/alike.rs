//! New rows that look like records the workspace has: they are imported, and named in the report.

use rayon::prelude::*;

use super::{Plan, Planned};
use crate::{
    Command, Records,
    exchange::report::AlikeRow,
    query::duplicates::{self, Probe},
};

impl Plan {
    /// For each table, its rows that make a new record of the same e-mail, phone or company domain as one there is. One
    /// customer's several opportunities are nothing to warn of.
    pub fn alike(&self, records: &Records) -> Vec<Vec<AlikeRow>> {
        let found: Vec<(usize, AlikeRow)> = self.rows.par_iter().filter_map(|row| alike(records, row)).collect();
        let mut files = vec![Vec::new(); self.files.len()];
        for (file, row) in found {
            files[file].push(row);
        }
        files
    }
}

fn alike(records: &Records, row: &Planned) -> Option<(usize, AlikeRow)> {
    let Command::ImportRow { id, fields, .. } = &row.command else { return None };
    if row.fills || records.meta(*id).is_some() {
        return None;
    }
    let probe = Probe { customer: None, ..Probe::of_fields(records, id.kind(), fields) };
    let like = duplicates::like(records, id.kind(), &probe).into_iter().next()?;
    let name = records.name(like.id).to_owned();
    Some((row.file, AlikeRow { line: row.line?, id: like.id, name, alike: like.words() }))
}
