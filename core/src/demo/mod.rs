//! Sample data: a team as it could be, and large workspaces for measuring. The same seed gives the same records.

use chrono::NaiveDate;

use crate::{Command, Workspace, error::Result, id::WorkspaceId};

/// Fills a new workspace with a believable sales team: people, companies, and a year of opportunities around today.
pub fn populate(_workspace: &Workspace) -> Result<()> {
    Ok(())
}

/// Commands that make a workspace of this many opportunities, a fifth as many contacts and half as many activities.
/// Stages, teams, salespeople and products come first, so that they may be given in one batch.
pub fn commands(_workspace: WorkspaceId, _opportunities: usize, _seed: u64, _today: NaiveDate) -> Vec<Command> {
    Vec::new()
}
