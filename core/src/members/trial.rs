//! For tests: who the members are by a history of membership operations, without devices and their logs.

use std::collections::{BTreeMap, BTreeSet};

use super::{Known, Members, Operation, Replayer, Stamped};
use crate::id::{CommitId, DeviceId, WorkspaceId};

/// A membership operation, and which ones its author knew.
#[derive(Clone, Debug)]
pub struct Given {
    pub commit: CommitId,
    pub author: DeviceId,
    pub lamport: u64,
    pub operation: Operation,
    pub knew: BTreeSet<CommitId>,
}

/// The id of the workspace that a device founds.
pub fn workspace(founder: DeviceId, nonce: [u8; 16]) -> WorkspaceId {
    super::workspace_id(founder, nonce)
}

/// The members, and which operations had an effect. `given` in an order in which they may arrive: causes first.
pub fn members(workspace: WorkspaceId, given: &[Given]) -> (Members, BTreeSet<CommitId>) {
    let numbers: BTreeMap<CommitId, usize> = given.iter().enumerate().map(|(number, g)| (g.commit, number)).collect();
    let stamped: Vec<Stamped> = given
        .iter()
        .map(|g| {
            let mut past = Known::default();
            g.knew.iter().filter_map(|k| numbers.get(k)).for_each(|number| past.insert(*number));
            let (commit, author, lamport) = (g.commit, g.author, g.lamport);
            Stamped { commit, author, lamport, time: 0, operations: vec![g.operation.clone()], past, sound: true }
        })
        .collect();
    let made = Replayer::new(workspace).replay(&stamped, &Known::first(stamped.len()));
    (made.members.clone(), made.effective.iter().map(|number| given[number].commit).collect())
}
