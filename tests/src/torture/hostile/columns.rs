//! Changes inside a commit that a member's own key signed, with any bytes in one of automerge's columns: whatever chance makes of
//! them, the lengths around them are right, so that they are read as far as they go.

use anyhow::Result;
use satchel_core::commit::forge::{Layout, forge};

use super::{changes::automerge, device::Attacked};

/// What readers of numbers do not agree about: larger than any, in more bytes than needed, never at an end, the ends themselves.
const NUMBERS: [&[u8]; 6] = [
    &[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x02],
    &[0x81, 0x80, 0x00],
    &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00],
    &[0x7f, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7f],
    &[0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
];

/// The number of Ann's commit, that of a column of its first change, then the column's bytes; and beside them some of those numbers.
pub fn seeds(attacked: &Attacked) -> Result<Vec<Vec<u8>>> {
    let key = attacked.ann.ws.device_key();
    let mut seeds = Vec::new();
    for (number, commit) in attacked.commits.iter().enumerate() {
        forge(commit, &key, |body| {
            let layout = automerge(body).next().and_then(|change| Layout::of(change));
            for (at, (_, data)) in layout.iter().flat_map(|layout| layout.columns.iter().enumerate()) {
                seeds.push([&[number as u8, at as u8], &data[..]].concat());
                seeds.push([&[number as u8, at as u8], NUMBERS[(number + at) % NUMBERS.len()]].concat());
            }
        });
    }
    Ok(seeds)
}

pub fn offer(attacked: &mut Attacked, bytes: &[u8]) -> Result<()> {
    let Some(([number, at], data)) = bytes.split_first_chunk() else { return Ok(()) };
    let number = usize::from(*number) % attacked.commits.len();
    let forged = forge(&attacked.commits[number], &attacked.ann.ws.device_key(), |body| {
        let Some(change) = automerge(body).next() else { return };
        let Some(mut layout) = Layout::of(change) else { return };
        let count = layout.columns.len().max(1);
        if let Some((_, column)) = layout.columns.get_mut(usize::from(*at) % count) {
            *column = data.to_vec();
        }
        *change = layout.change();
    });
    let Some(forged) = forged else { return Ok(()) };
    attacked.before(number)?;
    attacked.give(forged)
}
