//! What chance makes of honest bytes.

use super::Chance;

/// One to three changes at random places: bits, bytes, lengths, pieces of another honest input.
pub fn mutate(from: &[u8], donor: &[u8], chance: &mut Chance) -> Vec<u8> {
    let mut bytes = from.to_vec();
    for _ in 0..=chance.below(3) {
        if bytes.is_empty() {
            bytes.push(0);
        }
        let at = chance.below(bytes.len());
        match chance.below(10) {
            0 => bytes[at] ^= 1 << chance.below(8),
            1 | 2 => bytes[at] = byte(chance),
            3 => bytes.insert(at, byte(chance)),
            4 => _ = bytes.remove(at),
            5 => bytes.truncate(at),
            6 | 7 => {
                let (start, count) = (chance.below(donor.len()), chance.below(40));
                let part = donor.get(start..(start + count).min(donor.len())).unwrap_or_default().to_vec();
                let end = (at + chance.below(40)).min(bytes.len());
                bytes.splice(at..end, part);
            }
            8 => {
                // Said again and again.
                let end = (at + chance.below(24)).min(bytes.len());
                let part = bytes[at..end].repeat(1 + chance.below(40));
                bytes.splice(at..at, part);
            }
            // A number that grows: a run's length, a reference, a count.
            _ => bytes[at] = bytes[at].wrapping_add(1),
        }
    }
    bytes
}

fn byte(chance: &mut Chance) -> u8 {
    match chance.below(7) {
        0 => 0x00,
        1 => 0x7f,
        2 => 0x80,
        3 => 0xff,
        4 => b'\n',
        _ => chance.below(256) as u8,
    }
}
