//! What the protocol needs of a replica.

use satchel_core::{
    DeviceId, Error, Result, Workspace, WorkspaceId,
    commit::Vector,
    members::{JoinRequest, Welcome},
    workspace::Accepted,
};

/// What another device is to this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Member,
    /// Was a member; told of its removal and nothing else.
    Removed,
    /// Never heard of; may have been admitted by a device that this one has not met since.
    Unknown,
}

/// Commits that a peer lacks.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Batch {
    pub commits: Vec<Vec<u8>>,
    /// The arrival number to go on from, also later, when more have arrived.
    pub next: u64,
    /// There are more already.
    pub more: bool,
}

/// One device's copy of a workspace, as far as sync needs it. Implemented by [`Workspace`]; and by
/// [`Logs`](super::simulation::Logs) for tests and simulations.
pub trait Replica {
    fn workspace(&self) -> WorkspaceId;
    fn device(&self) -> DeviceId;
    /// How far every log is held.
    fn vector(&self) -> Vector;
    /// Commits beyond a peer's vector, in arrival order from an arrival number on, about `max_bytes` of them but at least one.
    fn commits_beyond(&self, peer: &Vector, from: u64, max_bytes: usize) -> Result<Batch>;
    /// Verified, applied and durable when this returns.
    fn accept(&self, commits: Vec<Vec<u8>>) -> Result<Accepted>;
    fn standing(&self, device: DeviceId) -> Standing;
    /// The signed commits that prove this device's admission.
    fn proof(&self) -> Result<Vec<Vec<u8>>>;
    /// Whether a proof shows a device to be a member. Changes nothing.
    fn recognise(&self, device: DeviceId, proof: &[Vec<u8>]) -> Result<()>;
    /// Admits a device that holds a ticket. [`Error::Refused`] says in words why not.
    fn admit(&self, request: &JoinRequest) -> Result<Welcome, Error>;
}

impl Replica for Workspace {
    fn workspace(&self) -> WorkspaceId {
        self.id()
    }

    fn device(&self) -> DeviceId {
        Workspace::device(self)
    }

    fn vector(&self) -> Vector {
        Vector::clone(&Workspace::vector(self))
    }

    fn commits_beyond(&self, peer: &Vector, from: u64, max_bytes: usize) -> Result<Batch> {
        // Read first: what arrives meanwhile is found again from here.
        let end = self.arrivals()?.max(from);
        let (commits, next) = Workspace::commits_beyond(self, peer, from, max_bytes)?;
        Ok(Batch { commits, next: next.unwrap_or(end), more: next.is_some() })
    }

    fn accept(&self, commits: Vec<Vec<u8>>) -> Result<Accepted> {
        Workspace::accept(self, commits)
    }

    fn standing(&self, device: DeviceId) -> Standing {
        match self.members().devices.get(&device) {
            None => Standing::Unknown,
            Some(known) if known.removed => Standing::Removed,
            Some(_) => Standing::Member,
        }
    }

    fn proof(&self) -> Result<Vec<Vec<u8>>> {
        Workspace::proof(self)
    }

    fn recognise(&self, device: DeviceId, proof: &[Vec<u8>]) -> Result<()> {
        Workspace::recognise(self, device, proof)
    }

    fn admit(&self, request: &JoinRequest) -> Result<Welcome, Error> {
        Workspace::admit(self, request)
    }
}
