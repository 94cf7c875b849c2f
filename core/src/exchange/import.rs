//! An import from files to report.

use super::{
    mapping::{Mapping, Profile, Target},
    plan::{self, Known, Plan},
    report::{FileReport, ImportReport, RefusedRow},
    table::{self, Table},
};
use crate::{
    Records, Workspace,
    error::Result,
    id::FileHash,
    id::{DocId, WorkspaceId},
    message::Message,
};

/// Files that were read, with what is proposed for each: change the mappings as you like, then run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Draft {
    /// One for each table; a workbook of several sheets has several.
    pub sheets: Vec<(Table, Mapping)>,
    /// Files that are no tables, with the reason.
    pub unreadable: Vec<(String, Message)>,
}

/// Reads files, given by name and content, and proposes a mapping for each.
///
/// Errors: when none of them can be read, the first reason.
pub fn read(files: Vec<(String, Vec<u8>)>, profile: Option<Profile>) -> Result<Draft> {
    let mut draft = Draft::default();
    let mut first_error = None;
    for (name, bytes) in files {
        match table::read(&name, &bytes) {
            Ok(tables) => draft.sheets.extend(tables.into_iter().map(|t| {
                let mapping = Mapping::propose(&t, profile);
                (t, mapping)
            })),
            Err(error) => {
                let reason = error.message();
                first_error.get_or_insert_with(|| refused!("{file}: {reason}", file = name, reason));
                draft.unreadable.push((name, reason));
            }
        }
    }
    match first_error {
        Some(error) if draft.sheets.is_empty() => Err(error),
        _ => Ok(draft),
    }
}

impl Draft {
    /// Takes up the workspace's own fields, in every table that has columns of their names.
    pub fn know(&mut self, records: &Records) {
        for (table, mapping) in &mut self.sheets {
            mapping.know(table, records);
        }
    }

    /// Makes calls of this list of all rows.
    pub fn call(&mut self, list: DocId) {
        self.sheets.iter_mut().for_each(|(table, mapping)| mapping.call(table, list));
    }

    /// Sends a column to a field in every table that has it, as `--map column=field` does. The column is named as in the
    /// file, in any case.
    ///
    /// Errors: no such column or field.
    pub fn map(&mut self, column: &str, target: Target) -> Result<()> {
        let mut found = false;
        for (table, mapping) in &mut self.sheets {
            let same = |h: &String| h.trim().to_lowercase() == column.trim().to_lowercase();
            if let Some(index) = table.headers.iter().position(same) {
                mapping.set(table, index, target.clone())?;
                found = true;
            }
        }
        if found {
            return Ok(());
        }
        let headers: Vec<&str> =
            self.sheets.iter().flat_map(|(t, _)| &t.headers).map(String::as_str).take(30).collect();
        Err(refused!("no file has a column ‘{column}’; there are: {headers}", column, headers = headers.join(", ")))
    }

    /// Errors: the first mapping that cannot be followed; when no table holds anything to import, why.
    pub fn check(&self) -> Result<()> {
        self.sheets.iter().try_for_each(|(table, mapping)| mapping.check(table))?;
        let reason = |(table, mapping): &(Table, Mapping)| Some((table.title(), mapping.refused.clone()?));
        match self.sheets.first().and_then(reason) {
            Some((title, reason)) if self.sheets.iter().all(|(_, m)| m.refused.is_some()) => {
                Err(refused!("{title}: {reason}", title, reason))
            }
            _ => Ok(()),
        }
    }

    /// What the import means for these records. Pure.
    pub fn plan(&self, workspace: WorkspaceId, records: &Records) -> Plan {
        let mut plan = plan::plan(&self.sheets, workspace, Known::of(records));
        plan.fill_only(records);
        plan
    }

    /// Checks, plans and carries out the import as one batch; with `dry_run` nothing is written. `progress` is told done
    /// and total.
    pub fn run(
        &self,
        workspace: &Workspace,
        dry_run: bool,
        progress: &mut dyn FnMut(usize, usize),
    ) -> Result<ImportReport> {
        self.check()?;
        // Records are held only to look at them: who writes would wait.
        let known = Known::of(&workspace.records());
        let mut plan = plan::plan(&self.sheets, workspace.id(), known);
        plan.fill_only(&workspace.records());
        let alike = plan.alike(&workspace.records());
        let attached = plan.attach(&workspace.records());
        let mut kept = Vec::new();
        let mut keep = || -> Result<()> {
            for bytes in attached.iter().filter(|_| !dry_run) {
                if workspace.keep_file(bytes)? {
                    kept.push(FileHash::of(bytes));
                }
            }
            Ok(())
        };
        let outcome =
            keep().and_then(|()| workspace.execute_batch(&self.label(), plan.take_commands(), dry_run, progress));
        workspace.let_go(kept, outcome.as_ref().err());
        let outcome = outcome?;
        let mut report = plan.report(&outcome.results);
        report.import = (!dry_run).then_some(outcome.batch);
        report.dry_run = dry_run;
        for (file, alike) in report.files.iter_mut().zip(alike) {
            file.alike = alike;
            file.alike.sort_by_key(|row| row.line);
        }
        report.files.extend(self.unreadable.iter().map(|(file, reason)| FileReport {
            file: file.clone(),
            kind: "none",
            profile: "none",
            refused: vec![RefusedRow { line: 0, column: String::new(), reason: reason.clone() }],
            ..FileReport::default()
        }));
        Ok(report)
    }

    /// The batch's name in the history: `Import accounts.csv and 3 more`.
    pub fn label(&self) -> String {
        let mut files: Vec<&str> = self.sheets.iter().map(|(t, _)| t.file.as_str()).collect();
        files.dedup();
        match files.as_slice() {
            [] => "Import".to_owned(),
            [one] => format!("Import {one}"),
            [one, others @ ..] => format!("Import {one} and {} more", others.len()),
        }
    }
}
