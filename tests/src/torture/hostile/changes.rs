//! Changes inside a commit that a member's own key signed: automerge's columns with any bytes in them.

use anyhow::Result;
use satchel_core::commit::forge::{Body, Change, forge, number};
use sha2::{Digest, Sha256};

use super::device::Attacked;

const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];

/// The number of Ann's commit, then the content of its first change.
pub fn seeds(attacked: &Attacked) -> Result<Vec<Vec<u8>>> {
    let key = attacked.ann.ws.device_key();
    let mut seeds = Vec::new();
    for (number, commit) in attacked.commits.iter().enumerate() {
        forge(commit, &key, |body| {
            seeds.extend(automerge(body).map(|bytes| [&[number as u8], content(bytes)].concat()));
        });
    }
    Ok(seeds)
}

pub fn offer(attacked: &mut Attacked, bytes: &[u8]) -> Result<()> {
    let Some((number, content)) = bytes.split_first() else { return Ok(()) };
    let number = usize::from(*number) % attacked.commits.len();
    let forged = forge(&attacked.commits[number], &attacked.ann.ws.device_key(), |body| {
        if let Some(change) = automerge(body).next() {
            *change = chunk(1, content);
        }
    });
    let Some(forged) = forged else { return Ok(()) };
    attacked.before(number)?;
    attacked.give(forged)
}

pub fn automerge(body: &mut Body) -> impl Iterator<Item = &mut Vec<u8>> {
    body.changes.iter_mut().filter_map(|change| match &mut change.change {
        Change::Automerge(bytes) => Some(bytes),
        Change::Seed { .. } => None,
    })
}

/// What lies in a chunk behind its length.
pub fn content(chunk: &[u8]) -> &[u8] {
    let length = chunk.iter().skip(9).take_while(|byte| **byte & 0x80 != 0).count() + 1;
    chunk.get(9 + length..).unwrap_or_default()
}

/// A chunk with a length and a checksum that hold.
pub fn chunk(kind: u8, content: &[u8]) -> Vec<u8> {
    let tail = [&[kind][..], &number(content.len() as u64), content].concat();
    let sum = Sha256::digest(&tail);
    [&MAGIC[..], &sum[..4], &tail].concat()
}
