//! What a workspace is asked and answers: plain data.

use std::net::SocketAddr;

use chrono::{DateTime, Utc};

use crate::{
    environment::Environment,
    id::{BatchId, CommitId, DeviceId, DocId, FileHash, Kind, WorkspaceId},
    message::Message,
    record::Counts,
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
    pub notices: Vec<Message>,
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
    /// The bytes of an attached file have come from a colleague's device, or were found damaged and are wanted again.
    File(FileHash),
    /// Members, roles or invitations changed.
    Members,
    /// Something could not be done in the background, in words.
    Problem(Message),
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
    /// The record it changed: the one asked for, or one that was merged into it.
    pub of: DocId,
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
    /// Why it has no effect, if it has none: then its changes are not told.
    pub aside: Option<Message>,
}

/// `field` is a field's name; for what lies inside, `activity` or `note` with `item` set; where an opportunity stands is
/// split into `stage`, `won_status`, `lost_reason`, `probability`; a record merged into this one is `merged`.
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

/// A conflict that somebody decided.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    pub id: DocId,
    pub kind: Kind,
    pub name: String,
    /// The deciding commit; its changes tell the field and the value.
    pub entry: HistoryEntry,
}

/// Two changes of one record, made without knowing of each other, in different fields: both hold.
#[derive(Clone, Debug, PartialEq)]
pub struct SelfMerged {
    pub id: DocId,
    pub name: String,
    /// Somebody else's change.
    pub entry: HistoryEntry,
    /// What this user did meanwhile.
    pub mine: HistoryEntry,
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
    Refused(Message),
}

/// What undoing or redoing did.
#[derive(Clone, Debug, PartialEq)]
pub struct UndoOutcome {
    /// The label of the command that was undone or redone.
    pub label: String,
    pub docs: Vec<DocId>,
    /// Records left alone because somebody changed them since: name and reason.
    pub kept: Vec<(DocId, Message)>,
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
    /// This device's own log has forked.
    pub(crate) forked: bool,
    /// Of those applied, held and passed on without effect, with the reason; whoever sent them need not be at fault.
    pub aside: Vec<String>,
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
    /// Equal on two devices exactly when they hold the same valid changes. While commits come in it may be on the way.
    pub digest: [u8; 32],
    /// Size of the file.
    pub bytes: u64,
    /// This device was removed from the workspace, as far as it has heard.
    pub removed: bool,
    /// Whose device says so, as long as that is all that is known of it.
    pub removed_by_word_of: Option<DeviceId>,
    /// Commits that are held and have no effect.
    pub asides: usize,
    /// Of these, commits of this device beyond a fork of its log: its folder was copied or put back.
    pub forked: usize,
    /// Commits of a later version that are held and passed on, and count as far as this program understands them.
    pub newer: usize,
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

/// A commit that is held and passed on, and has no effect.
#[derive(Clone, Debug, PartialEq)]
pub struct SetAside {
    pub commit: CommitId,
    pub reason: Message,
    /// When its author claims to have written it.
    pub time: DateTime<Utc>,
    pub user: DocId,
    pub device: DeviceId,
    pub label: String,
    pub docs: Vec<DocId>,
    /// It is this user's, and may be given again: see [`crate::Workspace::again`].
    pub is_offered: bool,
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

impl DeviceKey {
    pub fn generate(environment: &Environment) -> DeviceKey {
        DeviceKey(environment.random())
    }

    pub fn device(&self) -> DeviceId {
        DeviceId(ed25519_dalek::SigningKey::from_bytes(&self.0).verifying_key().to_bytes())
    }
}
