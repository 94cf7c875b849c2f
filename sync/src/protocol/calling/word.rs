//! What a device says of itself to those who are connected.

use satchel_core::{DeviceId, DocId};
use serde::{Deserialize, Serialize};

/// What a device says of itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Word {
    pub(super) device: DeviceId,
    pub(super) user: DocId,
    /// Higher with every word.
    pub(super) number: u64,
    /// Sits at the phone.
    pub(super) present: bool,
    pub(super) claim: Option<Claim>,
    /// Of those who ask, the number of the last word that was heard.
    pub(super) heard: Vec<(DeviceId, u64)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Claim {
    pub(super) call: DocId,
    /// In hand; else asked for.
    pub(super) held: bool,
    /// The number of the word that first asked for it: what is only said again needs no answer.
    pub(super) asked: u64,
    /// For how many seconds.
    pub(super) seconds: u32,
}
