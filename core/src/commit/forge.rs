//! For tests of hostile peers: commits as a member with a changed program could sign them.

use ed25519_dalek::SigningKey;

pub use super::signed::{Body, Change, DocChange, Intent};
use crate::workspace::DeviceKey;

/// A signed commit, altered and signed again by `key`; nothing for bytes that are no commit, or an alteration that makes it
/// too large to be one.
pub fn forge(commit: &[u8], key: &DeviceKey, alter: impl FnOnce(&mut Body)) -> Option<Vec<u8>> {
    let mut body = super::open(commit.to_vec(), true).ok()?.body;
    alter(&mut body);
    super::seal(body, &SigningKey::from_bytes(&key.0)).ok().map(|opened| opened.bytes)
}
