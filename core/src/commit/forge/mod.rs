//! For tests of hostile peers: commits as a member with a changed program could sign them.

mod layout;

use std::sync::atomic::{AtomicU8, Ordering};

use ed25519_dalek::SigningKey;

pub use self::layout::{Layout, number, signed};
pub use super::signed::{Body, Change, DocChange, Intent, Later};
pub use crate::document::column;
use crate::{
    document,
    id::{CommitId, DeviceId, DocId, Epoch, Kind},
    workspace::DeviceKey,
};

/// A kind of documents, by its number, that this program does as if it did not know, in commits of later versions.
pub static HIDDEN: AtomicU8 = AtomicU8::new(0);

pub(super) fn is_hidden(doc: DocId) -> bool {
    doc.as_bytes()[0] == HIDDEN.load(Ordering::Relaxed)
}

/// A signed commit, altered and signed again by `key`; nothing for bytes that are no commit, or an alteration that makes it
/// too large to be one.
pub fn forge(commit: &[u8], key: &DeviceKey, alter: impl FnOnce(&mut Body)) -> Option<Vec<u8>> {
    let mut body = super::open(commit.to_vec(), true).ok()?.body;
    alter(&mut body);
    super::signed::sign_body(&body, &SigningKey::from_bytes(&key.0)).ok().map(|(_, bytes)| bytes)
}

/// The author of a device's changes in an epoch, as documents know it.
pub fn author(device: DeviceId, epoch: Epoch) -> Vec<u8> {
    document::actor(device, epoch).to_bytes().to_vec()
}

/// What every document of a kind begins with, as its first changes name it.
pub fn genesis(kind: Kind) -> [u8; 32] {
    document::beginnings(kind)[0]
}

/// By which hash others name a commit; nothing for bytes that are none.
pub fn id(commit: &[u8]) -> Option<CommitId> {
    super::open(commit.to_vec(), true).ok().map(|opened| opened.id)
}

/// The same commit as a later version would say it, altered and signed by `key`; and by which hash others will name it.
pub fn later(commit: &[u8], key: &DeviceKey, alter: impl FnOnce(&mut Later)) -> Option<(CommitId, Vec<u8>)> {
    let body = super::open(commit.to_vec(), true).ok()?.body;
    let piece = |change: &DocChange| Some((*change.doc.as_bytes(), postcard::to_stdvec(&change.change).ok()?));
    let changes = body.changes.iter().map(piece).collect::<Option<_>>()?;
    let intent = postcard::to_stdvec(&body.intent).ok()?;
    let Body { workspace, space, device, epoch, seq, parents, lamport, time, user, label, batch, .. } = body;
    let mut later = Later {
        version: Body::VERSION + 1,
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
        mark: Later::MARK,
        intent,
        changes,
    };
    alter(&mut later);
    super::signed::sign(postcard::to_stdvec(&later).ok()?, &SigningKey::from_bytes(&key.0)).ok()
}
