use std::collections::{BTreeMap, BTreeSet};

use chrono::DateTime;
use ed25519_dalek::{Signature, VerifyingKey};
use serde::{Deserialize, Serialize};

use super::{Device, Invitation, Members, Role, ticket::join_message};
use crate::id::{CommitId, DeviceId, DocId, WorkspaceId};

/// A change of who may be here. Membership operations are commits of their own kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Operation {
    /// The first commit of a workspace; the workspace's id is a hash of its device and nonce.
    Found {
        nonce: [u8; 16],
        user: DocId,
        device_name: String,
    },
    Invite {
        /// The public half of the invitation's key.
        invitation: [u8; 32],
        role: Role,
        user: Option<DocId>,
        /// Milliseconds since 1970.
        expires: i64,
    },
    Admit {
        invitation: [u8; 32],
        device: DeviceId,
        device_name: String,
        user: DocId,
        /// By the invitation's key over workspace and device.
        signature: Vec<u8>,
    },
    SetRole {
        user: DocId,
        role: Role,
    },
    RemoveDevice {
        device: DeviceId,
    },
}

/// An operation with its place in the graph of commits.
#[derive(Clone, Debug)]
pub(crate) struct Stamped {
    pub commit: CommitId,
    pub author: DeviceId,
    pub lamport: u64,
    pub time: i64,
    pub operations: Vec<Operation>,
}

/// The id of the workspace that a device founds.
pub(crate) fn workspace_id(founder: DeviceId, nonce: [u8; 16]) -> WorkspaceId {
    let mut hasher = blake3::Hasher::new_derive_key("satchel 2026 workspace id");
    hasher.update(&founder.0);
    hasher.update(&nonce);
    let mut id = [0; 16];
    id.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
    WorkspaceId(id)
}

/// The members that membership commits make, whatever order they arrived in: causes first (a cause has a lower lamport);
/// among those of one lamport, removals and demotions before grants, then by commit id. An operation whose author lacks the right at its place has no
/// effect.
pub(crate) fn replay(workspace: WorkspaceId, commits: &[Stamped]) -> Members {
    let mut order: Vec<&Stamped> = commits.iter().collect();
    order.sort_by_key(|s| (s.lamport, !is_removal(s), s.commit));
    let mut members = Members::default();
    for stamped in order {
        for operation in &stamped.operations {
            members.apply(workspace, stamped, operation);
        }
    }
    members
}

fn is_removal(stamped: &Stamped) -> bool {
    stamped.operations.iter().any(|o| matches!(o, Operation::RemoveDevice { .. } | Operation::SetRole { .. }))
}

impl Members {
    fn apply(&mut self, workspace: WorkspaceId, stamped: &Stamped, operation: &Operation) {
        let rank = self.role_of(stamped.author);
        let may_grant = |role: Role| match rank {
            Some(Role::Owner) => true,
            Some(Role::Manager) => role < Role::Manager,
            _ => false,
        };
        match operation {
            Operation::Found { nonce, user, device_name } => {
                if self.devices.is_empty() && workspace_id(stamped.author, *nonce) == workspace {
                    self.roles.insert(*user, Role::Owner);
                    self.put_device(stamped.author, *user, device_name, stamped.time);
                }
            }
            Operation::Invite { invitation, role, user, expires } => {
                if may_grant(*role) && !self.invitations.contains_key(invitation) {
                    let expires = DateTime::from_timestamp_millis(*expires).unwrap_or(DateTime::UNIX_EPOCH);
                    self.invitations
                        .insert(*invitation, Invitation { role: *role, user: *user, expires, used_by: None });
                }
            }
            Operation::Admit { invitation, device, device_name, user, signature } => {
                let Some(open) = self.invitations.get(invitation).filter(|i| i.used_by.is_none()) else { return };
                let fits = open.user.is_none_or(|u| u == *user) && may_grant(open.role);
                if !fits || self.devices.contains_key(device) || !proves(workspace, invitation, *device, signature) {
                    return;
                }
                // An invitation that names nobody makes a new person: it cannot lend its role to somebody who is here already.
                let role = open.role;
                if open.user.is_none() && self.devices.values().any(|d| d.user == *user) {
                    return;
                }
                if let Some(open) = self.invitations.get_mut(invitation) {
                    open.used_by = Some(*device);
                }
                self.roles.entry(*user).or_insert(role);
                self.put_device(*device, *user, device_name, stamped.time);
            }
            Operation::SetRole { user, role } => {
                let current = self.roles.get(user).copied();
                if current.is_some_and(&may_grant)
                    && may_grant(*role)
                    && !self.leaves_no_owner(&BTreeSet::from([*user]), Some(*role))
                {
                    self.roles.insert(*user, *role);
                }
            }
            Operation::RemoveDevice { device } => {
                let Some(found) = self.devices.get(device) else { return };
                let role = self.roles.get(&found.user).copied().unwrap_or(Role::Guest);
                if may_grant(role)
                    && let Some(found) = self.devices.get_mut(device)
                {
                    found.removed = true;
                }
            }
        }
    }

    fn put_device(&mut self, device: DeviceId, user: DocId, name: &str, time: i64) {
        let admitted = DateTime::from_timestamp_millis(time).unwrap_or(DateTime::UNIX_EPOCH);
        self.devices.insert(device, Device { user, name: name.to_owned(), admitted, removed: false });
    }

    /// Whether nobody would be left who may admit owners and managers.
    pub(crate) fn leaves_no_owner(&self, without: &BTreeSet<DocId>, role: Option<Role>) -> bool {
        let owners: BTreeMap<_, _> = self.roles.iter().filter(|(_, r)| **r == Role::Owner).collect();
        role != Some(Role::Owner) && owners.keys().all(|u| without.contains(u))
    }
}

/// Whether a device holds an invitation's secret.
pub(crate) fn proves(workspace: WorkspaceId, invitation: &[u8; 32], device: DeviceId, signature: &[u8]) -> bool {
    let Ok(key) = VerifyingKey::from_bytes(invitation) else { return false };
    let Ok(signature) = Signature::from_slice(signature) else { return false };
    key.verify_strict(&join_message(workspace, device), &signature).is_ok()
}
