//! A workspace on this device: takes commands, keeps everything, hands out plain data.
//!
//! `Workspace` is a cheap handle (clone it, share it between threads). Reading ([`Workspace::records`]) never waits for a
//! write to disk; writing prepares its work outside the locks and holds them only to publish.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, RwLockReadGuard},
};

use chrono::{DateTime, Utc};

use crate::{
    command::{Command, Seen},
    commit::Vector,
    environment::Environment,
    error::Result,
    id::{BatchId, CommitId, DeviceId, DocId, Kind, WorkspaceId},
    members::{JoinRequest, Members, Role, Ticket, Welcome},
    record::{Counts, Records},
    store::Storage,
    value::Value,
};

/// The starting set of stages (spec §1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StageSet {
    /// New 10 %, Qualified 30 %, Proposition 70 %, Won 100 %.
    #[default]
    Standard,
    /// New 10 %, First Activity 20 %, Follow up 40 %, Quotation 70 %, Won 100 %, and a Lost column.
    Guided,
}

/// What founding a workspace needs.
#[derive(Clone, Debug)]
pub struct Founding {
    pub name: String,
    pub user: String,
    pub device_name: String,
    /// ISO 4217.
    pub currency: String,
    pub stages: StageSet,
}

/// A device's secret key: made before joining, kept in the store afterwards.
#[derive(Clone)]
pub struct DeviceKey(pub [u8; 32]);

/// What a command did.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// Nothing when there was nothing to change.
    pub commit: Option<CommitId>,
    pub label: String,
    /// The documents it changed.
    pub docs: Vec<DocId>,
    /// What the person is to be told besides "done".
    pub notices: Vec<String>,
}

/// What happened, told to everybody who listens. `remote` commits came from a peer.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    Committed {
        label: String,
        user: DocId,
        device: DeviceId,
        docs: Vec<DocId>,
        remote: bool,
    },
    /// Members, roles or invitations changed.
    Members,
    /// A batch is being written: done of total.
    Progress {
        batch: BatchId,
        done: usize,
        total: usize,
    },
}

/// One entry of a record's history, newest first in lists.
#[derive(Clone, Debug, PartialEq)]
pub struct HistoryEntry {
    pub commit: CommitId,
    /// When the author says it was.
    pub time: DateTime<Utc>,
    /// When it arrived here; equal to `time` for one's own.
    pub received: DateTime<Utc>,
    pub user: DocId,
    pub user_name: String,
    pub device: DeviceId,
    pub device_name: String,
    pub label: String,
    pub batch: Option<BatchId>,
    pub changes: Vec<FieldChange>,
}

/// `field` is a field's name; for what lies inside, `activity` or `note` with `item` set; where an opportunity stands is
/// split into `stage`, `won_status`, `lost_reason`, `probability`.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldChange {
    pub field: String,
    pub item: Option<DocId>,
    pub old: Value,
    pub new: Value,
}

/// A field with concurrent, unequal values.
#[derive(Clone, Debug, PartialEq)]
pub struct Conflict {
    pub id: DocId,
    pub kind: Kind,
    pub name: String,
    /// A field's name; `standing` for where an opportunity stands.
    pub field: String,
    /// The value shown, the same on every device.
    pub value: ConflictValue,
    pub others: Vec<ConflictValue>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct ConflictValue {
    pub value: Value,
    /// The value in words ("Won", "Lost: Too expensive", "Proposition, 60 %").
    pub text: String,
    pub user: DocId,
    pub user_name: String,
    pub device_name: String,
    pub time: DateTime<Utc>,
}

/// What a batch did to its documents.
#[derive(Clone, Debug, PartialEq)]
pub struct BatchOutcome {
    pub batch: BatchId,
    pub commits: usize,
    /// For each command, in order: what became of it.
    pub results: Vec<RowOutcome>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum RowOutcome {
    Created(DocId),
    Updated(DocId),
    /// Known and equal: nothing written.
    Unchanged(DocId),
    Refused(String),
}

/// What undoing or redoing did.
#[derive(Clone, Debug, PartialEq)]
pub struct UndoOutcome {
    /// The label of the command that was undone or redone.
    pub label: String,
    pub docs: Vec<DocId>,
    /// Records left alone because somebody changed them since: name and reason.
    pub kept: Vec<(DocId, String)>,
}

/// What became of commits that came from a peer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Accepted {
    pub applied: usize,
    /// Held already.
    pub known: usize,
    /// Kept in the pool until their causes arrive.
    pub waiting: usize,
    /// Not accepted, with the reason; the peer that sent them is at fault.
    pub refused: Vec<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Status {
    pub workspace: WorkspaceId,
    pub name: String,
    pub device: DeviceId,
    pub device_name: String,
    pub user: DocId,
    pub records: Counts,
    pub commits: u64,
    /// Equal on two devices exactly when they hold the same valid changes.
    pub digest: [u8; 32],
    /// Size of the file.
    pub bytes: u64,
    pub peers: Vec<Peer>,
    pub last_sync: Option<DateTime<Utc>>,
}

/// Another device as this one knows it.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Peer {
    pub device: DeviceId,
    pub device_name: String,
    pub user_name: String,
    pub addresses: Vec<SocketAddr>,
    pub last_seen: Option<DateTime<Utc>>,
}

/// What a check of the whole workspace found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CheckReport {
    pub commits: u64,
    pub documents: u64,
    pub records: u64,
    /// What does not hold, one line each; empty when all is well.
    pub problems: Vec<String>,
}

struct Inner;

#[derive(Clone)]
pub struct Workspace {
    _inner: Arc<Inner>,
}

impl DeviceKey {
    pub fn generate(environment: &Environment) -> DeviceKey {
        DeviceKey(environment.random())
    }

    pub fn device(&self) -> DeviceId {
        DeviceId(ed25519_dalek::SigningKey::from_bytes(&self.0).verifying_key().to_bytes())
    }
}

/// Beginnings.
impl Workspace {
    /// Founds a workspace; this device's user becomes its owner.
    pub fn found(_storage: Storage, _environment: Environment, _founding: Founding) -> Result<Workspace> {
        todo!()
    }

    pub fn open(_storage: Storage, _environment: Environment) -> Result<Workspace> {
        todo!()
    }

    /// Founds this device's replica of a workspace that has admitted it. The records come by sync.
    pub fn join(
        _storage: Storage,
        _environment: Environment,
        _key: DeviceKey,
        _device_name: &str,
        _welcome: &Welcome,
    ) -> Result<Workspace> {
        todo!()
    }

    pub fn id(&self) -> WorkspaceId {
        todo!()
    }

    pub fn device(&self) -> DeviceId {
        todo!()
    }

    pub fn device_key(&self) -> DeviceKey {
        todo!()
    }

    /// The user this device belongs to.
    pub fn user(&self) -> DocId {
        todo!()
    }

    pub fn environment(&self) -> &Environment {
        todo!()
    }

    /// A new id of a kind.
    pub fn new_id(&self, _kind: Kind) -> DocId {
        todo!()
    }

    /// Calls back after every change, from the thread that made it. Must not block and must not call back into the workspace's writing methods.
    pub fn listen(&self, _listener: Box<dyn Fn(&Event) + Send + Sync>) {
        todo!()
    }
}

/// Reading.
impl Workspace {
    /// All records. Hold the guard shortly: writers wait for it to publish.
    pub fn records(&self) -> RwLockReadGuard<'_, Records> {
        todo!()
    }

    /// The version of a document as it is now, to be given back with an edit.
    pub fn seen(&self, _id: DocId) -> Result<Seen> {
        todo!()
    }

    /// A record's history, newest first; empty for an unknown id.
    pub fn history(&self, _id: DocId) -> Result<Vec<HistoryEntry>> {
        todo!()
    }

    /// The conflicts of one record, or of all.
    pub fn conflicts(&self, _id: Option<DocId>) -> Result<Vec<Conflict>> {
        todo!()
    }

    pub fn status(&self) -> Result<Status> {
        todo!()
    }

    pub fn members(&self) -> Arc<Members> {
        todo!()
    }

    /// Checks file, log, signatures, documents and records.
    pub fn check(&self) -> Result<CheckReport> {
        todo!()
    }
}

/// Writing.
impl Workspace {
    /// Carries out a command: durable when this returns.
    pub fn execute(&self, _command: Command) -> Result<Outcome> {
        todo!()
    }

    /// Carries out many commands as one batch (an import): commits of at most 1 MiB each, in one local transaction. A
    /// refused command does not stop the others. `progress` is told done and total. With `dry_run` nothing is written.
    pub fn execute_batch(
        &self,
        _label: &str,
        _commands: Vec<Command>,
        _dry_run: bool,
        _progress: &mut dyn FnMut(usize, usize),
    ) -> Result<BatchOutcome> {
        todo!()
    }

    /// Undoes the user's last command that is not undone yet (a whole import counts as one).
    pub fn undo(&self) -> Result<UndoOutcome> {
        todo!()
    }

    /// Undoes one command given by this user.
    pub fn undo_commit(&self, _commit: CommitId) -> Result<UndoOutcome> {
        todo!()
    }

    /// Takes a whole batch back.
    pub fn undo_batch(&self, _batch: BatchId) -> Result<UndoOutcome> {
        todo!()
    }

    /// Batches of this user that are not undone, newest first, with their labels.
    pub fn batches(&self) -> Result<Vec<(BatchId, String)>> {
        todo!()
    }

    /// Redoes what was undone last, unless a command was given since.
    pub fn redo(&self) -> Result<UndoOutcome> {
        todo!()
    }

    /// Throws the records away and rebuilds them from the documents, the documents from the log where damaged.
    pub fn rebuild(&self) -> Result<CheckReport> {
        todo!()
    }
}

/// Members.
impl Workspace {
    /// Makes an invitation for one use. `user` names an existing or a new user it is for. The caller fills in the ticket's addresses.
    pub fn invite(&self, _role: Role, _user: Option<&str>, _expires: DateTime<Utc>) -> Result<Ticket> {
        todo!()
    }

    /// Admits a device that holds a ticket's secret, or says why not.
    pub fn admit(&self, _request: &JoinRequest) -> Result<Welcome> {
        todo!()
    }

    pub fn set_role(&self, _user: DocId, _role: Role) -> Result<()> {
        todo!()
    }

    pub fn remove_device(&self, _device: DeviceId) -> Result<()> {
        todo!()
    }

    pub fn remove_user(&self, _user: DocId) -> Result<()> {
        todo!()
    }

    /// The signed membership commits that prove this device's admission to members that have not heard of it.
    pub fn proof(&self) -> Result<Vec<Vec<u8>>> {
        todo!()
    }

    /// Whether a device is a member, by what is known here or by the proof it brings. Changes nothing.
    pub fn recognise(&self, _device: DeviceId, _proof: &[Vec<u8>]) -> Result<()> {
        todo!()
    }
}

/// For sync.
impl Workspace {
    pub fn vector(&self) -> Vector {
        todo!()
    }

    /// Commits beyond a peer's vector in this device's arrival order, from an arrival number on, at most about `max_bytes`
    /// (at least one). Returns them with the arrival number to go on from, nothing when there are no more.
    #[expect(clippy::type_complexity)]
    pub fn commits_beyond(&self, _peer: &Vector, _from: u64, _max_bytes: usize) -> Result<(Vec<Vec<u8>>, Option<u64>)> {
        todo!()
    }

    /// Takes commits from a peer: verified, applied and durable when this returns.
    pub fn accept(&self, _commits: Vec<Vec<u8>>) -> Result<Accepted> {
        todo!()
    }

    /// Remembers where a device was reached.
    pub fn note_peer(&self, _device: DeviceId, _addresses: &[SocketAddr], _seen: bool) -> Result<()> {
        todo!()
    }

    /// Local settings of this device (port, theme, …), never shared.
    pub fn setting(&self, _name: &str) -> Option<Vec<u8>> {
        todo!()
    }

    pub fn set_setting(&self, _name: &str, _value: &[u8]) -> Result<()> {
        todo!()
    }

    pub fn settings(&self) -> BTreeMap<String, Vec<u8>> {
        todo!()
    }
}
