//! From tables and mappings to commands, linked between the files and with the records there are. Pure.

use super::{
    mapping::Mapping,
    report::{FileReport, ImportReport},
    table::Table,
};
use crate::{Command, Records, id::WorkspaceId, workspace::RowOutcome};

/// What an import would do.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// In the order they are to be carried out: what is referred to comes before what refers to it.
    pub rows: Vec<Planned>,
    /// One for each table: what is known before anything is written.
    files: Vec<FileReport>,
}

/// One command of an import.
#[derive(Clone, Debug, PartialEq)]
pub struct Planned {
    pub command: Command,
    /// The table (by position) and line that it comes from; nothing for what rows only refer to.
    pub origin: Option<(usize, u64)>,
}

impl Plan {
    /// The commands, leaving the plan with the rows' origins for the report.
    pub fn take_commands(&mut self) -> Vec<Command> {
        self.rows.iter().map(|r| r.command.clone()).collect()
    }

    /// The report, given what became of each command in order.
    pub fn report(&self, _results: &[RowOutcome]) -> ImportReport {
        ImportReport { files: self.files.clone(), ..ImportReport::default() }
    }
}

pub(super) fn plan(_sheets: &[(Table, Mapping)], _workspace: WorkspaceId, _records: &Records) -> Plan {
    Plan::default()
}
