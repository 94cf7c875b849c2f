use ed25519_dalek::{Signature, VerifyingKey};
use serde::{Deserialize, Serialize};

use super::{Known, Role, ticket::join_message};
use crate::id::{CommitId, DeviceId, DocId, Epoch, WorkspaceId};

/// A change of who may be here. Membership operations are commits of their own kind. New ones are appended: their numbers are
/// signed.
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
    /// As earlier versions removed: of what did not know of it counts what has a lower lamport number.
    RemoveDevice {
        device: DeviceId,
    },
    /// Takes a device out. Of what it wrote without knowing counts what goes up to `last`.
    Remove {
        device: DeviceId,
        last: Vec<Last>,
    },
    /// Takes a person out with all devices, and the invitations for that person back.
    RemoveUser {
        user: DocId,
        last: Vec<Last>,
    },
    /// Gives a person a lower role. What its devices wrote without knowing beyond `last` is judged by the lower one.
    Demote {
        user: DocId,
        role: Role,
        last: Vec<Last>,
    },
    /// Whether salespeople post and refund invoices.
    Posting {
        salespeople: bool,
    },
}

/// The last commit of a device's log, in one epoch, that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Last {
    pub device: DeviceId,
    pub epoch: Epoch,
    pub seq: u64,
}

impl Operation {
    /// Whether it takes something from somebody.
    pub(crate) fn takes(&self) -> bool {
        matches!(
            self,
            Operation::RemoveDevice { .. }
                | Operation::Remove { .. }
                | Operation::RemoveUser { .. }
                | Operation::Demote { .. }
        )
    }

    /// Up to which commits the logs count of those it takes from.
    pub(crate) fn last(&self) -> &[Last] {
        match self {
            Operation::Remove { last, .. } | Operation::RemoveUser { last, .. } | Operation::Demote { last, .. } => {
                last
            }
            _ => &[],
        }
    }
}

/// An operation with its place in the graph of commits.
#[derive(Clone, Debug)]
pub(crate) struct Stamped {
    pub commit: CommitId,
    pub author: DeviceId,
    pub lamport: u64,
    pub time: i64,
    pub operations: Vec<Operation>,
    /// The membership commits that it knew.
    pub past: Known,
    /// Whether every device it admits holds its invitation's secret.
    pub sound: bool,
}

impl Stamped {
    pub fn takes(&self) -> bool {
        self.operations.iter().any(Operation::takes)
    }
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

/// Whether a device holds an invitation's secret.
pub(crate) fn proves(workspace: WorkspaceId, invitation: &[u8; 32], device: DeviceId, signature: &[u8]) -> bool {
    let Ok(key) = VerifyingKey::from_bytes(invitation) else { return false };
    let Ok(signature) = Signature::from_slice(signature) else { return false };
    key.verify_strict(&join_message(workspace, device), &signature).is_ok()
}
