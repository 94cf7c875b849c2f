//! What the protocol needs of a replica.

use satchel_core::{
    DeviceId, DocId, Epoch, Error, FileHash, FilePart, Result, Workspace, WorkspaceId,
    commit::{Mark, Vector},
    members::{JoinRequest, Welcome},
    workspace::Accepted,
};

use super::refusal::Refusal;

/// What another device is to this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Member,
    /// Was a member; told of its removal and nothing else, unless it proves that it was admitted again.
    Removed,
    /// Never heard of; may have been admitted by a device that this one has not met since.
    Unknown,
}

impl Standing {
    /// What a device of this standing is told that cannot prove to be a member.
    pub(crate) fn refusal(self) -> Refusal {
        match self {
            Standing::Removed => Refusal::Removed,
            Standing::Member | Standing::Unknown => Refusal::Stranger,
        }
    }
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
    /// A fingerprint of all that is held.
    fn held(&self) -> [u8; 32] {
        self.vector().digest()
    }
    /// Whether something is held of a log.
    fn holds(&self, device: DeviceId, epoch: Epoch) -> bool;
    /// A mark of a log's commit, by its number; nothing if it is not held, or the replica knows none.
    fn mark(&self, _device: DeviceId, _epoch: Epoch, _seq: u64) -> Option<Mark> {
        None
    }
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

    /// Whose a member's device is.
    fn user_of(&self, _device: DeviceId) -> Option<DocId> {
        None
    }

    fn has_file(&self, _hash: FileHash) -> bool {
        false
    }

    /// Attached files that this device lacks.
    fn files_wanted(&self) -> Vec<FileHash> {
        Vec::new()
    }

    /// How many bytes of a file have come.
    fn file_begun(&self, _hash: FileHash) -> u64 {
        0
    }

    /// At most `most` bytes of a file from an offset on; nothing if it is not here.
    fn file_part(&self, _hash: FileHash, _offset: u64, _most: u64) -> Result<Option<Vec<u8>>> {
        Ok(None)
    }

    /// Keeps the next part of a file.
    fn take_file_part(&self, _hash: FileHash, _offset: u64, _bytes: &[u8]) -> Result<FilePart> {
        Ok(FilePart::Wrong)
    }
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

    fn held(&self) -> [u8; 32] {
        Workspace::held(self)
    }

    fn holds(&self, device: DeviceId, epoch: Epoch) -> bool {
        Workspace::vector(self).get(device, epoch) > 0
    }

    fn mark(&self, device: DeviceId, epoch: Epoch, seq: u64) -> Option<Mark> {
        Workspace::mark(self, device, epoch, seq)
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

    fn user_of(&self, device: DeviceId) -> Option<DocId> {
        self.members().devices.get(&device).filter(|known| !known.removed).map(|known| known.user)
    }

    fn has_file(&self, hash: FileHash) -> bool {
        Workspace::has_file(self, hash)
    }

    fn files_wanted(&self) -> Vec<FileHash> {
        Workspace::files_wanted(self)
    }

    fn file_begun(&self, hash: FileHash) -> u64 {
        Workspace::file_begun(self, hash)
    }

    fn file_part(&self, hash: FileHash, offset: u64, most: u64) -> Result<Option<Vec<u8>>> {
        Workspace::file_part(self, hash, offset, most)
    }

    fn take_file_part(&self, hash: FileHash, offset: u64, bytes: &[u8]) -> Result<FilePart> {
        Workspace::take_file_part(self, hash, offset, bytes)
    }
}
