//! Sample data: a team as it could be, and large workspaces for measuring. The same seed gives the same records.

mod diary;
mod dice;
mod large;
mod leads;
mod team;
mod words;

pub use large::commands;

use crate::{Workspace, error::Result, workspace::RowOutcome};

/// Fills a new workspace with a believable sales team: people, companies, a year of
/// opportunities around today, leads, meetings and calls. Its
/// user is one of the salespeople.
///
/// Errors: what the workspace refuses.
pub fn populate(workspace: &Workspace) -> Result<()> {
    let sample = {
        let records = workspace.records();
        let now = workspace.environment().now();
        let (user, today) = (workspace.user(), workspace.environment().today());
        let mut sample = team::Sample::new(workspace.id(), user, &records, now, today);
        sample.diary(workspace.environment().zone().name());
        sample.leads();
        sample
    };
    let outcome = workspace.execute_batch("Sample data", sample.commands(), false, &mut |_, _| {})?;
    match outcome.results.into_iter().find_map(|r| if let RowOutcome::Refused(why) = r { Some(why) } else { None }) {
        Some(why) => Err(refused!("the sample data does not fit: {why}", why)),
        None => Ok(()),
    }
}
