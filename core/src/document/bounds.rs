//! Bounds on change bytes, checked before automerge sees them: only plain change chunks, with the number of operations
//! counted from the run lengths. A change of 113 bytes can otherwise make millions of operations.

use automerge::ActorId;

use super::chunk::{Parts, Reader};

/// The most operations that the changes of one commit may hold together: decoding one takes some 400 bytes. A long text of 64 KB
/// that is written anew is two for every character.
pub(crate) const MAX_OPERATIONS: u64 = 160_000;
/// The most bytes one change may have.
const MAX_BYTES: usize = 2 << 20;
/// Prefix of the actors under which automerge writes beside an older version: these bytes, a level, the device's own actor.
const CONCURRENT: [u8; 4] = [0x13, 0xb2, 0x23, 0x09];
/// How far a document's operations may be counted: reading a document takes some microseconds for each.
const MAX_START: u64 = 8_000_000;

/// Checks that bytes are one plain change of the given actor, of bounded size; says in words what does not hold. Returns how
/// many operations it makes.
pub(crate) fn check_change(bytes: &[u8], author: &ActorId) -> Result<u64, &'static str> {
    if bytes.len() > MAX_BYTES {
        return Err("a change is too large");
    }
    let parts = Parts::of(bytes)?;
    if !is_of(parts.actor, author.to_bytes()) {
        return Err("a change was not made by the device that signed it");
    }
    if parts.start > MAX_START {
        return Err("a change counts its operations too high");
    }
    let mut operations = 0;
    for (spec, data) in parts.columns {
        if spec & 8 != 0 {
            return Err("a change has compressed columns");
        }
        operations = operations.max(rows(spec & 7, data)?);
        if operations > MAX_OPERATIONS {
            return Err("a change makes too many operations");
        }
    }
    Ok(operations)
}

fn is_of(actor: &[u8], author: &[u8]) -> bool {
    if actor == author {
        return true;
    }
    let Some(rest) = actor.strip_prefix(&CONCURRENT) else { return false };
    let mut reader = Reader(rest);
    reader.unsigned().is_ok_and(|level| level < 1 << 20) && reader.0 == author
}

/// How many rows a column's run lengths amount to.
fn rows(kind: u64, data: &[u8]) -> Result<u64, &'static str> {
    const BOOLEAN: u64 = 4;
    const STRING: u64 = 5;
    const VALUE: u64 = 7;
    let mut reader = Reader(data);
    let mut rows = 0u64;
    while !reader.0.is_empty() && rows <= MAX_OPERATIONS {
        let run = match kind {
            VALUE => return Ok(0),
            BOOLEAN => reader.unsigned()?,
            _ => match reader.signed()? {
                0 => reader.unsigned()?,
                run => {
                    let values = if run > 0 { 1 } else { run.unsigned_abs() };
                    for _ in 0..values {
                        if kind == STRING {
                            reader.block()?;
                        } else {
                            reader.unsigned()?;
                        }
                    }
                    run.unsigned_abs()
                }
            },
        };
        rows = rows.saturating_add(run);
    }
    Ok(rows)
}
