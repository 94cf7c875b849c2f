//! Stages, and which stage another one has become.
//!
//! A stage that is removed or merged names the one that takes its place. What stands in it is not touched: it shows in that one,
//! and so does a card that a colleague moved there meanwhile (spec §1 Stages).

use std::collections::BTreeMap;

use super::chain;
use crate::id::{DocId, Kind};

record!(
    /// A column of the pipeline.
    Stage {
        name: Text = "Stage",
        sequence: Int = "Sequence",
        probability: Percent = "Probability",
        is_won: Bool = "Won stage",
        fold: Bool = "Folded",
        requirements: Text = "Requirements",
        /// None means every team.
        teams: Refs(Kind::Team) = "Teams",
        /// Days without a change after which a record rots; 0 never.
        rotting_days: Int = "Rotting after days",
        /// Removed or merged: what stands here stands there.
        merged_into: Ref(Kind::Stage) = "Merged into",
    }
);

impl Stage {
    /// Whether every team that has the other stage has this one too.
    pub fn serves(&self, other: &Stage) -> bool {
        self.teams.is_empty() || !other.teams.is_empty() && other.teams.iter().all(|t| self.teams.contains(t))
    }
}

/// The stage that a stage has become. Two that name each other, as two devices can make it, are the one with the lowest id.
pub(crate) fn now<'a>(id: DocId, stage: impl Fn(DocId) -> Option<&'a Stage>) -> DocId {
    chain::end(id, |id| stage(id).and_then(|s| s.merged_into).filter(|to| *to != id && stage(*to).is_some()))
}

/// The live ones of these stages that a team sees, in their order (sequence, id).
pub(crate) fn sorted<'a>(stages: impl Iterator<Item = &'a Stage>, team: Option<DocId>) -> Vec<&'a Stage> {
    let all: BTreeMap<DocId, &Stage> = stages.map(|s| (s.id, s)).collect();
    let mut live: Vec<&Stage> = all
        .values()
        .copied()
        .filter(|s| !s.meta.deleted && !s.meta.archived && now(s.id, |id| all.get(&id).copied()) == s.id)
        .filter(|s| s.teams.is_empty() || team.is_none_or(|t| s.teams.contains(&t)))
        .collect();
    live.sort_by_key(|s| (s.sequence, s.id));
    live
}

/// Of stages in their order, the one a new record starts in.
pub(crate) fn first<'a>(stages: &[&'a Stage]) -> Option<&'a Stage> {
    stages.iter().find(|s| !s.fold && !s.is_won).or(stages.first()).copied()
}
