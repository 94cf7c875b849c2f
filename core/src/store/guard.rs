//! A checksum before every value: redb's plain open does not notice flipped bits.

/// The value with its checksum in front.
pub(crate) fn guard(value: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(value.len() + 8);
    out.extend_from_slice(&checksum(value));
    out.extend_from_slice(value);
    out
}

/// The value, if its checksum holds.
pub(crate) fn unguard(bytes: &[u8]) -> Option<&[u8]> {
    let (sum, value) = bytes.split_at_checked(8)?;
    (sum == checksum(value)).then_some(value)
}

/// The value with a checksum of it and of its key in front, for what is read with the key and not by it.
pub(super) fn guard_under(key: &[u8], value: &[u8]) -> Vec<u8> {
    [checksum(&[key, value].concat()).as_slice(), value].concat()
}

/// The value, if its checksum holds and it lies under its own key.
pub(super) fn unguard_under<'a>(key: &[u8], bytes: &'a [u8]) -> Option<&'a [u8]> {
    let (sum, value) = bytes.split_at_checked(8)?;
    (sum == checksum(&[key, value].concat())).then_some(value)
}

fn checksum(value: &[u8]) -> [u8; 8] {
    let mut sum = [0; 8];
    sum.copy_from_slice(&blake3::hash(value).as_bytes()[..8]);
    sum
}
