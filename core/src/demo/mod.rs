//! Sample data: a team as it could be, and large workspaces for measuring. The same seed gives the same records.

mod diary;
mod dice;
mod large;
mod leads;
mod sales;
mod team;
mod words;

pub use large::commands;

use chrono::TimeDelta;

use crate::{Workspace, error::Result, id::BatchId, workspace::RowOutcome};

/// Fills a new workspace with a believable sales team: people, companies, a year of opportunities around today with what became
/// of them week by week, quotations, orders and invoices, targets, leads, meetings and calls. Its user is one of the salespeople.
///
/// Errors: what the workspace refuses.
pub fn populate(workspace: &Workspace) -> Result<()> {
    let story = {
        let records = workspace.records();
        let now = workspace.environment().now();
        let (user, today) = (workspace.user(), workspace.environment().today());
        let mut sample = team::Sample::new(workspace.id(), user, &records, now, today);
        sample.business();
        sample.diary(workspace.environment().zone().name());
        sample.leads();
        sample.story()
    };
    let batch = BatchId(workspace.environment().random());
    let first = story.weeks.first().map_or_else(|| workspace.environment().now(), |(at, _)| *at);
    let before = (first - TimeDelta::days(1), story.before);
    for (at, commands) in std::iter::once(before).chain(story.weeks) {
        let outcome = workspace.execute_batch_at("Sample data", commands, batch, at)?;
        let refused = |result| if let RowOutcome::Refused(why) = result { Some(why) } else { None };
        if let Some(why) = outcome.results.into_iter().find_map(refused) {
            return Err(refused!("the sample data does not fit: {why}", why));
        }
    }
    Ok(())
}
