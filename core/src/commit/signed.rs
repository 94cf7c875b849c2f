use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};

use super::forge;
use crate::{
    id::{BatchId, CommitId, DeviceId, DocId, Epoch, SpaceId, WorkspaceId},
    members::Operation,
    record::fields,
};

/// The most bytes a commit may have.
pub(crate) const MAX_COMMIT: usize = 3 << 20;
/// The most heads that a commit may name.
pub(crate) const MAX_PARENTS: usize = 4_096;
const MAX_LABEL: usize = 1_024;
/// Membership operations in one commit, and the last commits that they name together.
const MAX_MEMBERS: usize = 64;
pub(crate) const MAX_LAST: usize = 16_384;
/// What this program writes, and understands all of. Who raises it raises `BESIDES_FIELDS` in `record`: what was kept of a
/// later version is then read again.
const VERSION: u8 = 1;
/// Stands in a commit of a later version where what an earlier one can pass over begins.
const MARK: [u8; 8] = *b"satchel+";

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

/// A commit of a later version, as all of them will be laid out: the same head, then its reason and its changes each as one
/// piece, so that an earlier version passes over what it does not know. It is written by whom version 1 cannot say it: a new kind
/// of document, reason, or change of members. Documents of kinds that earlier versions know it changes in ways that they know, as
/// others build on these changes. What follows the changes is passed over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Later {
    pub version: u8,
    pub workspace: WorkspaceId,
    pub space: SpaceId,
    pub device: DeviceId,
    pub epoch: Epoch,
    pub seq: u64,
    pub parents: Vec<CommitId>,
    pub lamport: u64,
    pub time: i64,
    pub user: DocId,
    pub label: String,
    pub batch: Option<BatchId>,
    pub mark: [u8; 8],
    /// An [`Intent`].
    pub intent: Vec<u8>,
    /// A document's id, and a [`Change`].
    pub changes: Vec<([u8; 16], Vec<u8>)>,
}

/// That of a commit of a later version not all is understood here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Beyond {
    /// Not even why it was made: it may be a change of members.
    pub intent: bool,
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
    /// The body is what is understood of it, and this is not all.
    pub beyond: Option<Beyond>,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum BadCommit {
    #[error("a commit is too large")]
    TooLarge,
    #[error("a commit cannot be read")]
    Unreadable,
    #[error("a commit of a newer version: update Satchel")]
    Newer,
    #[error("a commit of a version that there never was")]
    NoVersion,
    #[error("a commit's signature does not hold")]
    Forged,
}

fn message(id: &CommitId) -> Vec<u8> {
    [b"satchel commit".as_slice(), &id.0].concat()
}

/// Signs a commit with its author's key; one that others would not read is refused.
pub(crate) fn seal(body: Body, key: &SigningKey) -> Result<Opened, BadCommit> {
    body.check_shape()?;
    let (id, bytes) = sign_body(&body, key)?;
    Ok(Opened { id, body, bytes, beyond: None })
}

pub(super) fn sign_body(body: &Body, key: &SigningKey) -> Result<(CommitId, Vec<u8>), BadCommit> {
    sign(postcard::to_stdvec(body).map_err(|_| BadCommit::Unreadable)?, key)
}

/// The bytes of a body with its author's signature.
pub(super) fn sign(body: Vec<u8>, key: &SigningKey) -> Result<(CommitId, Vec<u8>), BadCommit> {
    let id = CommitId(*blake3::hash(&body).as_bytes());
    let signature = key.sign(&message(&id)).to_bytes().to_vec();
    let bytes = postcard::to_stdvec(&Signed { body, signature }).map_err(|_| BadCommit::Unreadable)?;
    if bytes.len() > MAX_COMMIT {
        return Err(BadCommit::TooLarge);
    }
    Ok((id, bytes))
}

/// What is understood of a commit of a later version.
fn later(bytes: &[u8]) -> Result<(Body, Option<Beyond>), BadCommit> {
    let (later, _): (Later, _) = postcard::take_from_bytes(bytes).map_err(|_| BadCommit::Newer)?;
    if later.mark != MARK {
        return Err(BadCommit::Newer);
    }
    let intent: Option<Intent> = whole(&later.intent);
    let change = |(doc, bytes): &([u8; 16], Vec<u8>)| {
        let doc = DocId::from_bytes(*doc).filter(|doc| !fields(doc.kind()).is_empty() && !forge::is_hidden(*doc))?;
        Some(DocChange { doc, change: whole(bytes)? })
    };
    let changes: Vec<DocChange> = later.changes.iter().filter_map(change).collect();
    let partly = intent.is_none() || changes.len() < later.changes.len();
    let beyond = partly.then_some(Beyond { intent: intent.is_none() });
    let Later { version, workspace, space, device, epoch, seq, parents, lamport, time, user, label, batch, .. } = later;
    let intent = intent.unwrap_or(Intent::Edit);
    let body = Body {
        version,
        workspace,
        space,
        device,
        epoch,
        seq,
        parents,
        lamport,
        time,
        user,
        label,
        batch,
        intent,
        changes,
    };
    Ok((body, beyond))
}

/// A value that the bytes hold, and nothing else.
fn whole<T: for<'a> Deserialize<'a>>(bytes: &[u8]) -> Option<T> {
    postcard::take_from_bytes(bytes).ok().and_then(|(value, rest)| rest.is_empty().then_some(value))
}

/// Reads a commit and checks its shape and signature; `trusted` skips the signature for what this device has checked before.
pub(crate) fn open(bytes: Vec<u8>, trusted: bool) -> Result<Opened, BadCommit> {
    if bytes.len() > MAX_COMMIT {
        return Err(BadCommit::TooLarge);
    }
    let signed: Signed = postcard::from_bytes(&bytes).map_err(|_| BadCommit::Unreadable)?;
    // Numbers written longer than needed and bytes behind the end are not signed: a commit is written in one way only.
    if !trusted && postcard::to_stdvec(&signed).ok().as_ref() != Some(&bytes) {
        return Err(BadCommit::Unreadable);
    }
    let (body, beyond): (Body, _) = match signed.body.first() {
        Some(&VERSION) => (postcard::from_bytes(&signed.body).map_err(|_| BadCommit::Unreadable)?, None),
        Some(version) if *version > VERSION => later(&signed.body)?,
        Some(_) => return Err(BadCommit::NoVersion),
        None => return Err(BadCommit::Unreadable),
    };
    body.check_shape()?;
    let id = CommitId(*blake3::hash(&signed.body).as_bytes());
    if !trusted {
        let key = VerifyingKey::from_bytes(&body.device.0).map_err(|_| BadCommit::Forged)?;
        let signature = Signature::from_slice(&signed.signature).map_err(|_| BadCommit::Forged)?;
        key.verify_strict(&message(&id), &signature).map_err(|_| BadCommit::Forged)?;
    }
    Ok(Opened { id, body, bytes, beyond })
}

/// The id of a commit that this device holds.
pub(crate) fn id_of(bytes: &[u8]) -> Option<CommitId> {
    let signed: Signed = postcard::from_bytes(bytes).ok()?;
    Some(CommitId(*blake3::hash(&signed.body).as_bytes()))
}

impl Later {
    pub const MARK: [u8; 8] = MARK;
}

impl Body {
    pub const VERSION: u8 = VERSION;

    fn check_shape(&self) -> Result<(), BadCommit> {
        if self.parents.len() > MAX_PARENTS || self.label.len() > MAX_LABEL || self.seq == 0 {
            return Err(BadCommit::Unreadable);
        }
        match &self.intent {
            Intent::Members(all) if all.len() > MAX_MEMBERS => Err(BadCommit::TooLarge),
            Intent::Members(all) if all.iter().map(|o| o.last().len()).sum::<usize>() > MAX_LAST => {
                Err(BadCommit::TooLarge)
            }
            _ => Ok(()),
        }
    }
}
