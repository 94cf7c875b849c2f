//! People and devices: who may be here. Membership operations are commits of their own kind.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::id::{DeviceId, DocId, WorkspaceId};

mod operation;
mod ticket;

pub(crate) use operation::{Operation, Stamped, proves, replay, workspace_id};
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
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Members {
    /// Roles belong to users.
    pub roles: BTreeMap<DocId, Role>,
    pub devices: BTreeMap<DeviceId, Device>,
    /// Invitations by the public half of their key.
    pub invitations: BTreeMap<[u8; 32], Invitation>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Device {
    pub user: DocId,
    pub name: String,
    pub admitted: DateTime<Utc>,
    pub removed: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Invitation {
    pub role: Role,
    /// The user it is for, if it names one.
    pub user: Option<DocId>,
    pub expires: DateTime<Utc>,
    pub used_by: Option<DeviceId>,
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
