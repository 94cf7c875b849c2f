//! Random histories of membership operations, by devices that know more or less of each other's: whatever order they arrive
//! in, the same members.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, ensure};
use satchel_core::{
    CommitId, DeviceId, DocId, Kind, WorkspaceId,
    members::{
        Members, Operation, Role,
        trial::{self, Given},
    },
};

use super::Chance;

/// How many orders of each history are tried.
const ORDERS: usize = 4;
const DEVICES: u8 = 7;

fn device(number: u8) -> DeviceId {
    DeviceId([number; 32])
}

fn user(workspace: WorkspaceId, number: u8) -> DocId {
    DocId::derived(workspace, "torture", Kind::User, &number.to_string())
}

fn invitation(number: u8) -> [u8; 32] {
    [number; 32]
}

pub fn run(seed: u64) -> Result<u64> {
    let mut chance = Chance::new(seed);
    let nonce = [7; 16];
    let workspace = trial::workspace(device(0), nonce);
    let founding = Given {
        commit: CommitId([0; 32]),
        author: device(0),
        lamport: 1,
        operation: Operation::Found { nonce, user: user(workspace, 0), device_name: "laptop".into() },
        knew: BTreeSet::new(),
    };
    let mut all = vec![founding.clone()];
    // What each device has heard of.
    let mut heard: BTreeMap<u8, BTreeSet<CommitId>> =
        (0..DEVICES).map(|d| (d, BTreeSet::from([founding.commit]))).collect();
    let roles = [Role::Owner, Role::Manager, Role::Manager, Role::Salesperson, Role::Guest];
    for turn in 1..8 + chance.below(30) as u64 {
        let at = chance.below(DEVICES.into()) as u8;
        if chance.below(3) == 0 {
            let from = chance.below(DEVICES.into()) as u8;
            let more = heard[&from].clone();
            heard.entry(at).or_default().extend(more);
            continue;
        }
        let whom = chance.below(DEVICES.into()) as u8;
        let role = roles[chance.below(roles.len())];
        // Whether they may is for the replay to say: hostile programs do not ask.
        let operation = match chance.below(10) {
            0..=2 => Operation::Invite {
                invitation: invitation(chance.below(12) as u8),
                role,
                user: (chance.below(3) == 0).then(|| user(workspace, whom)),
                expires: 0,
            },
            3..=5 => Operation::Admit {
                invitation: invitation(chance.below(12) as u8),
                device: device(whom),
                device_name: "notebook".into(),
                user: user(workspace, whom),
                signature: Vec::new(),
            },
            6 => Operation::SetRole { user: user(workspace, whom), role },
            7 => Operation::Demote { user: user(workspace, whom), role, last: Vec::new() },
            8 => Operation::Remove { device: device(whom), last: Vec::new() },
            _ => Operation::RemoveUser { user: user(workspace, whom), last: Vec::new() },
        };
        let knew = heard[&at].clone();
        let lamport = 1 + all.iter().filter(|g| knew.contains(&g.commit)).map(|g| g.lamport).max().unwrap_or(0);
        let mut id = [0; 32];
        id[..8].copy_from_slice(&chance.number().to_be_bytes());
        id[8..16].copy_from_slice(&turn.to_be_bytes());
        heard.entry(at).or_default().insert(CommitId(id));
        all.push(Given { commit: CommitId(id), author: device(at), lamport, operation, knew });
    }
    let (members, effective) = trial::members(workspace, &all);
    holds(&members, &all, &effective)?;
    for _ in 0..ORDERS {
        let order = arrival(&all, &mut chance);
        let (again, effects) = trial::members(workspace, &order);
        ensure!(again == members, "other members in another order");
        ensure!(effects == effective, "other operations have an effect in another order");
    }
    Ok(all.len() as u64)
}

/// An order in which they may arrive: causes first.
fn arrival(all: &[Given], chance: &mut Chance) -> Vec<Given> {
    let mut left: Vec<&Given> = all.iter().collect();
    let mut order: Vec<Given> = Vec::new();
    let mut here: BTreeSet<CommitId> = BTreeSet::new();
    while !left.is_empty() {
        let ready: Vec<usize> = (0..left.len()).filter(|at| left[*at].knew.is_subset(&here)).collect();
        let Some(at) = chance.pick(&ready) else { break };
        let next = left.swap_remove(*at);
        here.insert(next.commit);
        order.push(next.clone());
    }
    order
}

/// What is true of any history.
fn holds(members: &Members, all: &[Given], effective: &BTreeSet<CommitId>) -> Result<()> {
    let owner = |d: &satchel_core::members::Device| members.roles.get(&d.user) == Some(&Role::Owner);
    ensure!(members.devices.values().any(owner), "nobody is an owner");
    // What a removed device granted without the removal knowing of it, or it of the removal, has no effect. (Of two that take
    // at once the one that goes first may stand beside the other.)
    let takes =
        |o: &Operation| matches!(o, Operation::Remove { .. } | Operation::RemoveUser { .. } | Operation::Demote { .. });
    let removals = all.iter().filter(|g| effective.contains(&g.commit));
    for removal in removals {
        let Operation::Remove { device, .. } = &removal.operation else { continue };
        let grants = all.iter().filter(|o| o.author == *device && !takes(&o.operation));
        for other in grants.filter(|o| effective.contains(&o.commit)) {
            let apart = !removal.knew.contains(&other.commit) && !other.knew.contains(&removal.commit);
            ensure!(!apart, "a removed device had an effect afterwards");
        }
    }
    Ok(())
}
