//! Bounds on change bytes, checked before automerge sees them: only plain change chunks, with the number of operations
//! counted from the run lengths. A change of 113 bytes can otherwise make millions of operations.

use automerge::ActorId;

/// The most operations that the changes of one commit may hold together: decoding one takes some 400 bytes. A long text of 64 KB
/// that is written anew is two for every character.
pub(crate) const MAX_OPERATIONS: u64 = 160_000;
/// The most bytes one change may have.
const MAX_BYTES: usize = 2 << 20;
const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
const PLAIN_CHANGE: u8 = 1;
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
    let mut chunk = Reader(bytes);
    if chunk.take(4)? != MAGIC {
        return Err("a change does not begin like one");
    }
    chunk.take(4)?;
    if chunk.take(1)? != [PLAIN_CHANGE] {
        return Err("only plain changes are taken");
    }
    let length = chunk.length()?;
    if length != chunk.0.len() {
        return Err("a change's length does not fit");
    }
    let body = &mut chunk;
    let deps = body.length()?;
    body.take(deps.checked_mul(32).ok_or(SHORT)?)?;
    let actor = body.block()?;
    if !is_of(actor, author.to_bytes()) {
        return Err("a change was not made by the device that signed it");
    }
    body.unsigned()?;
    if body.unsigned()? > MAX_START {
        return Err("a change counts its operations too high");
    }
    body.signed()?;
    body.block()?;
    let others = body.length()?;
    for _ in 0..others {
        body.block()?;
    }
    let columns = body.length()?;
    let mut specs = Vec::new();
    for _ in 0..columns {
        specs.push((body.unsigned()?, body.length()?));
        if specs.len() > 64 {
            return Err("a change has too many columns");
        }
    }
    let mut operations = 0;
    for (spec, length) in specs {
        let data = body.take(length)?;
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
                            reader.skip_number()?;
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

const SHORT: &str = "a change is cut short";

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], &'static str> {
        let (head, tail) = self.0.split_at_checked(count).ok_or(SHORT)?;
        self.0 = tail;
        Ok(head)
    }

    fn unsigned(&mut self) -> Result<u64, &'static str> {
        let mut value = 0u64;
        for shift in (0..70).step_by(7) {
            let byte = self.take(1)?[0];
            value |= u64::from(byte & 0x7f).checked_shl(shift).unwrap_or(0);
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err("a number in a change is too long")
    }

    fn signed(&mut self) -> Result<i64, &'static str> {
        let mut value = 0i64;
        for shift in (0..70).step_by(7) {
            let byte = self.take(1)?[0];
            value |= i64::from(byte & 0x7f).checked_shl(shift).unwrap_or(0);
            if byte & 0x80 == 0 {
                if byte & 0x40 != 0 && shift + 7 < 64 {
                    value |= -1i64 << (shift + 7);
                }
                return Ok(value);
            }
        }
        Err("a number in a change is too long")
    }

    fn skip_number(&mut self) -> Result<(), &'static str> {
        self.unsigned().map(|_| ())
    }

    fn length(&mut self) -> Result<usize, &'static str> {
        usize::try_from(self.unsigned()?).map_err(|_| SHORT)
    }

    fn block(&mut self) -> Result<&'a [u8], &'static str> {
        let length = self.length()?;
        self.take(length)
    }
}
