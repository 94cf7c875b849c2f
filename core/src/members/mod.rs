//! People and devices: who may be here. Membership operations are commits of their own kind.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::id::{CommitId, DeviceId, DocId, WorkspaceId};

mod known;
mod operation;
mod reach;
mod replay;
pub(crate) mod rights;
mod ticket;
#[doc(hidden)]
pub mod trial;

use std::collections::BTreeSet;

pub(crate) use self::{
    known::Known,
    operation::{Stamped, proves, workspace_id},
    replay::{Replayed, Replayer, outranks},
};
pub use operation::{Last, Operation};
pub use reach::Reach;
pub use ticket::{BadTicket, Ticket};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    Guest,
    Salesperson,
    Manager,
    Owner,
}

impl Role {
    pub fn named(name: &str) -> Option<Role> {
        [Role::Guest, Role::Salesperson, Role::Manager, Role::Owner]
            .into_iter()
            .find(|r| r.label().eq_ignore_ascii_case(name))
    }

    pub fn label(self) -> &'static str {
        match self {
            Role::Guest => "guest",
            Role::Salesperson => "salesperson",
            Role::Manager => "manager",
            Role::Owner => "owner",
        }
    }
}

/// The members as replayed from the membership commits known here.
#[derive(Clone, Debug, PartialEq)]
pub struct Members {
    /// Roles belong to users. A person who was removed keeps the last one, without a device.
    pub roles: BTreeMap<DocId, Role>,
    /// People who were removed and not invited again.
    pub gone: BTreeSet<DocId>,
    pub devices: BTreeMap<DeviceId, Device>,
    /// Invitations by the public half of their key.
    pub invitations: BTreeMap<[u8; 32], Invitation>,
    /// Whether salespeople post and refund invoices. They do until a manager says otherwise.
    pub salespeople_post: bool,
}

impl Default for Members {
    fn default() -> Members {
        let (roles, gone, devices, invitations) = Default::default();
        Members { roles, gone, devices, invitations, salespeople_post: true }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Device {
    pub user: DocId,
    pub name: String,
    pub admitted: DateTime<Utc>,
    pub removed: bool,
    /// Place in the graph of the commit that admitted it.
    pub(crate) admission: (u64, CommitId),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Invitation {
    pub role: Role,
    /// The user it is for, if it names one.
    pub user: Option<DocId>,
    pub expires: DateTime<Utc>,
    pub used_by: Option<DeviceId>,
    /// Whose it is.
    pub by: DeviceId,
    /// Taken back, as who gave it or whom it was for was removed.
    pub revoked: bool,
}

/// What two people compare by eye to be sure that they speak of the same two devices: the same number on both, another one
/// with any other device or workspace.
pub fn safety_number(workspace: WorkspaceId, a: DeviceId, b: DeviceId) -> String {
    let mut hasher = blake3::Hasher::new_derive_key("satchel 2026 safety number");
    hasher.update(&workspace.0);
    hasher.update(&a.0.min(b.0));
    hasher.update(&a.0.max(b.0));
    let mut digits = [0; 48];
    hasher.finalize_xof().fill(&mut digits);
    let (eights, _) = digits.as_chunks::<8>();
    let groups: Vec<String> =
        eights.iter().map(|eight| format!("{:05}", u64::from_le_bytes(*eight) % 100_000)).collect();
    groups.join(" ")
}

impl Members {
    /// A device that is admitted and not removed.
    pub fn is_member(&self, device: DeviceId) -> bool {
        self.devices.get(&device).is_some_and(|d| !d.removed)
    }

    pub fn role_of(&self, device: DeviceId) -> Option<Role> {
        let device = self.devices.get(&device).filter(|d| !d.removed)?;
        self.roles.get(&device.user).copied()
    }
}

/// What a device that holds a ticket sends to be admitted: proof that it holds the invitation's secret, bound to its own key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JoinRequest {
    pub workspace: WorkspaceId,
    /// The public half of the invitation's key.
    pub invitation: [u8; 32],
    pub device: DeviceId,
    pub device_name: String,
    /// Needed unless the ticket names the user.
    pub user_name: Option<String>,
    /// By the invitation's key over workspace and device.
    pub signature: Vec<u8>,
}

/// The answer to a [`JoinRequest`]: what the new device needs to found its replica. Everything else comes by sync.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Welcome {
    pub workspace: WorkspaceId,
    pub user: DocId,
    /// The signed membership commits that prove the admission (see [`crate::workspace::Workspace::proof`]).
    pub proof: Vec<Vec<u8>>,
}
