//! Commits: everything one command did in one space, signed. And vectors: how much of every log a device holds.

mod bytes;
#[doc(hidden)]
pub mod forge;
mod signed;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub(crate) use signed::{Body, Change, DocChange, Intent, MAX_LAST, MAX_PARENTS, Opened, Target, id_of, open, seal};

use crate::id::{DeviceId, Epoch};

/// How far each device's log is held: the last sequence number, all earlier ones included.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vector(pub BTreeMap<(DeviceId, Epoch), u64>);

impl Vector {
    /// A short fingerprint: equal on two devices exactly when they hold the same logs.
    pub fn digest(&self) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new_derive_key("satchel 2026 vector");
        for ((device, epoch), seq) in &self.0 {
            hasher.update(&device.0);
            hasher.update(&epoch.0);
            hasher.update(&seq.to_le_bytes());
        }
        *hasher.finalize().as_bytes()
    }

    pub fn get(&self, device: DeviceId, epoch: Epoch) -> u64 {
        self.0.get(&(device, epoch)).copied().unwrap_or(0)
    }

    /// How many stretches of logs after forks there are.
    pub fn branches(&self) -> usize {
        self.0.keys().filter(|(_, epoch)| epoch.is_branch()).count()
    }

    /// With a mark of the commit that each log ends with, so that who holds another one under that number notices. Marks lie
    /// in entries of no device, several in each, which older programs pass over.
    pub fn marked(mut self, mark: impl Fn(DeviceId, Epoch, u64) -> Option<Mark>) -> Vector {
        let marks: Vec<Mark> = self.0.iter().map_while(|((d, e), seq)| mark(*d, *e, *seq)).collect();
        for (number, marks) in (0u16..).zip(marks.chunks(MARKS)) {
            let (mut device, mut epoch, bytes) = ([0; 32], [0; 16], marks.concat());
            device[..6].copy_from_slice(MARK);
            device[6..8].copy_from_slice(&number.to_be_bytes());
            let (first, rest) = bytes.split_at(bytes.len().min(24));
            device[8..8 + first.len()].copy_from_slice(first);
            epoch[..rest.len()].copy_from_slice(rest);
            self.0.insert((DeviceId(device), Epoch(epoch)), marks.len() as u64);
        }
        self
    }

    /// Takes the marks out: of logs in their order, of the first ones only if there are fewer.
    pub fn take_marks(&mut self) -> Vec<((DeviceId, Epoch), u64, Mark)> {
        let is_mark = |device: &DeviceId| device.0.starts_with(MARK);
        let mut marks: Vec<Mark> = Vec::new();
        for ((device, epoch), count) in self.0.iter().filter(|((device, _), _)| is_mark(device)) {
            let bytes = [&device.0[8..], &epoch.0].concat();
            marks.extend(bytes.as_chunks::<8>().0.iter().take((*count).min(MARKS as u64) as usize));
        }
        self.0.retain(|(device, _), _| !is_mark(device));
        self.0.iter().zip(marks).map(|((log, seq), mark)| (*log, *seq, mark)).collect()
    }
}

/// The first bytes of a commit's id.
pub type Mark = [u8; 8];

const MARK: &[u8] = b"\xffmarks";
/// In one entry.
const MARKS: usize = 5;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_taken_out_as_they_were_put_in() {
        for logs in [0u8, 1, 5, 6, 23] {
            let vector = Vector((0..logs).map(|n| ((DeviceId([n; 32]), Epoch([n; 16])), u64::from(n) + 1)).collect());
            let mut marked = vector.clone().marked(|device, _, seq| Some([device.0[0] ^ seq as u8; 8]));
            assert_eq!(marked.0.len(), usize::from(logs) + usize::from(logs).div_ceil(MARKS));
            let marks = marked.take_marks();
            assert_eq!(marked, vector);
            assert!(
                marks.len() == usize::from(logs) && marks.iter().all(|((d, _), seq, m)| m[7] == d.0[0] ^ *seq as u8)
            );
        }
    }
}
