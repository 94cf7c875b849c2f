//! The proof of an admission: what a device shows to members that have not heard of it, and how that is judged.

use std::collections::{BTreeMap, BTreeSet};

use super::{SPACE, Workspace, ledger::stamped};
use crate::{
    commit::{self, Intent, Opened},
    error::{Error, Result},
    id::{CommitId, DeviceId, WorkspaceId},
    members::{JoinRequest, Known, Members, Operation, Replayer, Stamped, Welcome},
};

/// Commits of a proof that are looked at.
const MOST: usize = 256;

impl Workspace {
    /// The signed membership commits that prove this device's admission to members that have not heard of it.
    pub fn proof(&self) -> Result<Vec<Vec<u8>>> {
        let welcome = self.setting("proof").unwrap_or_default();
        let welcome: Vec<Vec<u8>> = postcard::from_bytes(&welcome).unwrap_or_default();
        let held: BTreeSet<CommitId> = self.writer().ledger.commits().iter().map(|held| held.commit).collect();
        let is_held = |bytes: &Vec<u8>| commit::id_of(bytes).is_some_and(|id| held.contains(&id));
        if self.members().is_member(self.device()) && welcome.iter().all(is_held) {
            return self.proof_of(self.device());
        }
        // Just admitted, perhaps again, and not synced since: what the welcome brought.
        Ok(welcome)
    }

    /// It holds by itself, for who knows nothing yet: of all that had an effect, what made this device a member, and those who did
    /// it, and those who made them what they were.
    pub(super) fn proof_of(&self, device: DeviceId) -> Result<Vec<Vec<u8>>> {
        let effective: BTreeSet<CommitId> = self.writer().ledger.effective().collect();
        let mut commits: Vec<Opened> =
            self.inner.store.member_commits(SPACE)?.into_iter().map(|(commit, _)| commit).collect();
        commits.retain(|commit| effective.contains(&commit.id));
        let mut needed: BTreeMap<CommitId, &Opened> = BTreeMap::new();
        let (mut devices, mut users, mut invitations) = (BTreeSet::from([device]), BTreeSet::new(), BTreeSet::new());
        loop {
            let before = needed.len();
            for commit in &commits {
                let is_needed = operations(commit).iter().any(|operation| match operation {
                    Operation::Found { .. } => devices.contains(&commit.body.device),
                    Operation::Admit { device, .. } => devices.contains(device),
                    Operation::Invite { invitation, .. } => invitations.contains(invitation),
                    Operation::SetRole { user, .. } | Operation::Demote { user, .. } => users.contains(user),
                    // Who was taken out may have come back, which nobody does who is here.
                    Operation::RemoveDevice { device } | Operation::Remove { device, .. } => devices.contains(device),
                    Operation::RemoveUser { user, .. } => users.contains(user),
                    Operation::Posting { .. } => false,
                });
                if !is_needed || needed.insert(commit.id, commit).is_some() {
                    continue;
                }
                devices.insert(commit.body.device);
                for operation in operations(commit) {
                    match operation {
                        Operation::Found { user, .. } => _ = users.insert(*user),
                        Operation::Admit { user, invitation, .. } => {
                            users.insert(*user);
                            invitations.insert(*invitation);
                        }
                        _ => {}
                    }
                }
            }
            if needed.len() == before {
                break;
            }
        }
        let mut proof: Vec<&Opened> = needed.into_values().collect();
        proof.sort_by_key(|c| c.body.lamport);
        Ok(proof.into_iter().map(|c| c.bytes.clone()).collect())
    }

    /// Whether a device is a member, by what is known here or by the proof it brings. Changes nothing.
    pub fn recognise(&self, device: DeviceId, proof: &[Vec<u8>]) -> Result<()> {
        if self.members().is_member(device) {
            return Ok(());
        }
        let (held, forked) = self.held_memberships();
        match proved(self.id(), held, &forked, proof)?.devices.get(&device) {
            Some(found) if found.removed => Err(refused!("this device was removed from the workspace")),
            Some(_) => Ok(()),
            None => Err(refused!("this device is not a member of the workspace")),
        }
    }

    /// The membership commits that are held, and which of them have no effect as they lie beyond a fork.
    fn held_memberships(&self) -> (Vec<Stamped>, Known) {
        let writer = self.writer();
        (writer.ledger.commits().to_vec(), writer.ledger.beyond_forks().clone())
    }
}

impl Welcome {
    /// Whether it admits the device that asked, by the ticket that it asked with, to that ticket's workspace: anybody may answer.
    pub fn answers(&self, request: &JoinRequest) -> Result<()> {
        let members = self.admits(request.device)?;
        let used_by = members.invitations.get(&request.invitation).and_then(|i| i.used_by);
        if self.workspace != request.workspace || used_by != Some(request.device) {
            return Err(astray());
        }
        Ok(())
    }

    /// Whom its proof makes members of its workspace, a device among them as the person that it says.
    pub(super) fn admits(&self, device: DeviceId) -> Result<Members> {
        let members = proved(self.workspace, Vec::new(), &Known::NONE, &self.proof)?;
        match members.devices.get(&device) {
            Some(found) if !found.removed && found.user == self.user => Ok(members),
            _ => Err(astray()),
        }
    }
}

fn astray() -> Error {
    refused!("the answer does not admit this device to the workspace that the ticket is for")
}

/// Who is a member by membership commits that are held and those that a proof brings.
fn proved(workspace: WorkspaceId, mut all: Vec<Stamped>, forked: &Known, proof: &[Vec<u8>]) -> Result<Members> {
    for bytes in proof.iter().take(MOST) {
        let opened = commit::open(bytes.clone(), false).map_err(|e| Error::refused(e.to_string()))?;
        if opened.body.workspace == workspace && !all.iter().any(|s| s.commit == opened.id) {
            // What it knew is not here: not what counts itself later.
            let mut past = Known::default();
            let earlier = all.iter().enumerate().filter(|(_, s)| s.lamport < opened.body.lamport);
            earlier.for_each(|(number, _)| past.insert(number));
            all.extend(stamped(workspace, &opened, past));
        }
    }
    let replayed = Replayer::new(workspace).replay(&all, &Known::first(all.len()).without(forked));
    Ok(replayed.members.clone())
}

fn operations(commit: &Opened) -> &[Operation] {
    match &commit.body.intent {
        Intent::Members(operations) => operations,
        _ => &[],
    }
}
