use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};

use crate::{
    id::{BatchId, CommitId, DeviceId, DocId, Epoch, SpaceId, WorkspaceId},
    members::Operation,
};

/// The most bytes a commit may have.
pub(crate) const MAX_COMMIT: usize = 3 << 20;
const MAX_PARENTS: usize = 4_096;
const MAX_LABEL: usize = 1_024;
/// Membership operations in one commit, and the last commits that they name together.
const MAX_MEMBERS: usize = 64;
const MAX_LAST: usize = 16_384;
const VERSION: u8 = 1;

/// Everything one command did in one space, over any number of documents.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Body {
    pub version: u8,
    pub workspace: WorkspaceId,
    pub space: SpaceId,
    pub device: DeviceId,
    pub epoch: Epoch,
    /// 1, 2, 3… in the author's log.
    pub seq: u64,
    /// The heads the author had seen; its own previous commit first.
    pub parents: Vec<CommitId>,
    /// One more than the highest among the parents. Orders commits; clocks do not.
    pub lamport: u64,
    /// Milliseconds since 1970, as the author claims.
    pub time: i64,
    pub user: DocId,
    pub label: String,
    pub batch: Option<BatchId>,
    pub intent: Intent,
    pub changes: Vec<DocChange>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DocChange {
    pub doc: DocId,
    pub change: Change,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Change {
    /// One plain automerge change chunk.
    Automerge(#[serde(with = "super::bytes")] Vec<u8>),
    /// The first content of a long text; every device makes the same change of it.
    Seed { key: String, text: String },
}

/// Why a commit was made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Intent {
    Edit,
    Undo(Target),
    Redo(Target),
    Members(Vec<Operation>),
}

/// What is undone or redone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Target {
    Commit(CommitId),
    Batch(BatchId),
}

#[derive(Serialize, Deserialize)]
struct Signed {
    #[serde(with = "super::bytes")]
    body: Vec<u8>,
    #[serde(with = "super::bytes")]
    signature: Vec<u8>,
}

/// A commit whose signature holds.
#[derive(Clone, Debug)]
pub(crate) struct Opened {
    pub id: CommitId,
    pub body: Body,
    /// As signed, to be stored and passed on unchanged.
    pub bytes: Vec<u8>,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum BadCommit {
    #[error("a commit is too large")]
    TooLarge,
    #[error("a commit cannot be read")]
    Unreadable,
    #[error("a commit of a newer version: update Satchel")]
    Newer,
    #[error("a commit's signature does not hold")]
    Forged,
}

fn message(id: &CommitId) -> Vec<u8> {
    [b"satchel commit".as_slice(), &id.0].concat()
}

/// Signs a commit with its author's key.
pub(crate) fn seal(body: Body, key: &SigningKey) -> Result<Opened, BadCommit> {
    let bytes = postcard::to_stdvec(&body).map_err(|_| BadCommit::Unreadable)?;
    let id = CommitId(*blake3::hash(&bytes).as_bytes());
    let signature = key.sign(&message(&id)).to_bytes().to_vec();
    let bytes = postcard::to_stdvec(&Signed { body: bytes, signature }).map_err(|_| BadCommit::Unreadable)?;
    if bytes.len() > MAX_COMMIT {
        return Err(BadCommit::TooLarge);
    }
    Ok(Opened { id, body, bytes })
}

/// Reads a commit and checks its shape and signature; `trusted` skips the signature for what this device has checked before.
pub(crate) fn open(bytes: Vec<u8>, trusted: bool) -> Result<Opened, BadCommit> {
    if bytes.len() > MAX_COMMIT {
        return Err(BadCommit::TooLarge);
    }
    let signed: Signed = postcard::from_bytes(&bytes).map_err(|_| BadCommit::Unreadable)?;
    match signed.body.first() {
        Some(&VERSION) => {}
        Some(_) => return Err(BadCommit::Newer),
        None => return Err(BadCommit::Unreadable),
    }
    let body: Body = postcard::from_bytes(&signed.body).map_err(|_| BadCommit::Unreadable)?;
    if body.parents.len() > MAX_PARENTS || body.label.len() > MAX_LABEL || body.seq == 0 {
        return Err(BadCommit::Unreadable);
    }
    if let Intent::Members(operations) = &body.intent
        && (operations.len() > MAX_MEMBERS || operations.iter().map(|o| o.last().len()).sum::<usize>() > MAX_LAST)
    {
        return Err(BadCommit::TooLarge);
    }
    let id = CommitId(*blake3::hash(&signed.body).as_bytes());
    if !trusted {
        let key = VerifyingKey::from_bytes(&body.device.0).map_err(|_| BadCommit::Forged)?;
        let signature = Signature::from_slice(&signed.signature).map_err(|_| BadCommit::Forged)?;
        key.verify_strict(&message(&id), &signature).map_err(|_| BadCommit::Forged)?;
    }
    Ok(Opened { id, body, bytes })
}

impl Body {
    pub const VERSION: u8 = VERSION;
}
