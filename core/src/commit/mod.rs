//! Commits: everything one command did in one space, signed. And vectors: how much of every log a device holds.

mod bytes;
#[doc(hidden)]
pub mod forge;
mod signed;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub(crate) use signed::{Body, Change, DocChange, Intent, Opened, Target, open, seal};

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
}
