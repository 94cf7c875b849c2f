//! With whom to stay connected: few live connections each, through which commits spread to everybody.

use satchel_core::DeviceId;

/// Live connections at most.
pub const MAX_LIVE: usize = 8;
/// Who has so many looks for no more; the rest is for those who come later.
pub const ENOUGH: usize = 6;

/// The others in the order in which a device tries them: another one for each device. If all took the same, the first nine would
/// be full with each other and the next nine too, and nothing would pass between them.
pub fn in_turn(own: DeviceId, others: impl IntoIterator<Item = DeviceId>) -> Vec<DeviceId> {
    let mut all: Vec<DeviceId> = others.into_iter().collect();
    all.sort_by_cached_key(|other| blake3::derive_key("satchel 2026 whom to try first", &[own.0, other.0].concat()));
    all
}
