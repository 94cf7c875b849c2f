//! Bounds on change bytes, checked before automerge sees them: only plain change chunks, with the number of operations
//! counted from the run lengths. A change of 113 bytes can otherwise make millions of operations.

use automerge::ActorId;

use super::chunk::{DELETE, Parts, Reader, column};

/// The most operations that the changes of one commit may hold together. A long text of 64 KB that is written anew is two for
/// every character.
pub(crate) const MAX_OPERATIONS: u64 = 160_000;
/// The most operations of one document that count of one person: the longest text, written and then written anew three times. What
/// holds as many loads in some 0.3 s.
pub(crate) const MAX_OF_ONE: u64 = 500_000;
/// The most bytes one change may have.
const MAX_BYTES: usize = 2 << 20;
/// Prefix of the actors under which automerge writes beside an older version: these bytes, a level, the device's own actor.
const CONCURRENT: [u8; 4] = [0x13, 0xb2, 0x23, 0x09];
/// How far a document's operations may be counted: automerge keeps their numbers in 32 bits.
const MAX_START: u64 = 1 << 31;

/// Where a change comes from. What lies in this device's own files may be of an earlier build, which wrote all into one change, and
/// took more.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Origin {
    Colleague,
    Own,
}

impl Origin {
    /// The most operations that one change may hold, and how many of them may delete: automerge takes some 700 bytes for each while it
    /// puts them down. The longest text fits that is pasted at once; what is written anew is several changes.
    fn most(self) -> (u64, u64) {
        match self {
            Origin::Colleague => (66_000, 48_000),
            Origin::Own => (MAX_OPERATIONS, MAX_OPERATIONS),
        }
    }
}

/// Checks that bytes are one plain change of the given actor, of bounded size; says in words what does not hold. Returns how
/// many operations it makes.
pub(crate) fn check_change(bytes: &[u8], author: &ActorId, origin: Origin) -> Result<u64, &'static str> {
    let (most, most_deleted) = origin.most();
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
    // Automerge adds times up as it saves them: one near the end of time would be another author's fault.
    if parts.time != 0 {
        return Err("a change tells a time: its commit does");
    }
    let (mut operations, mut made, mut deleted, mut named) = (0, 0, 0, 0);
    for (spec, data) in parts.columns {
        if spec & 8 != 0 {
            return Err("a change has compressed columns");
        }
        let column = Column::read(spec, data, most)?;
        operations = operations.max(column.rows);
        if operations > most || column.deleted > most_deleted {
            return Err("a change makes too many operations");
        }
        if spec == column::ACTION {
            (made, deleted) = (column.rows, column.deleted);
        }
        named = named.max(column.named);
    }
    // What is put takes a letter or a key of its own; what goes may be a whole text.
    if origin == Origin::Colleague && made - deleted > bytes.len() as u64 {
        return Err("a change puts more than it holds");
    }
    // Whether it fits would else depend on what came with it.
    if named >= parts.start + made {
        return Err("a change speaks of operations that come after it");
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

/// How many operations a change says that it makes.
pub(super) fn rows(parts: &Parts<'_>) -> u64 {
    let actions = parts.columns.iter().find(|(spec, _)| *spec == column::ACTION);
    actions.and_then(|(spec, data)| Column::read(*spec, data, u64::MAX).ok()).map_or(0, |column| column.rows)
}

/// What a column's run lengths amount to.
struct Column {
    rows: u64,
    /// Of actions, how many delete.
    deleted: u64,
    /// The highest number of an operation that it names.
    named: u64,
}

impl Column {
    fn read(spec: u64, data: &[u8], most: u64) -> Result<Column, &'static str> {
        const DELTA: u64 = 3;
        const BOOLEAN: u64 = 4;
        const STRING: u64 = 5;
        const VALUE: u64 = 7;
        let kind = spec & 7;
        let mut reader = Reader(data);
        let mut column = Column { rows: 0, deleted: 0, named: 0 };
        let mut delta = 0i64;
        let mut value = |reader: &mut Reader<'_>, times: u64| match kind {
            STRING => reader.block().map(|_| 0),
            DELTA => {
                let step = reader.signed()?;
                let moved = i64::try_from(times).ok().and_then(|times| step.checked_mul(times)?.checked_add(delta));
                delta = moved.filter(|to| *to >= 0).ok_or("a change names operations that cannot be")?;
                Ok(delta.unsigned_abs())
            }
            _ => reader.unsigned(),
        };
        while !reader.0.is_empty() && column.rows <= most {
            let run = match kind {
                VALUE => break,
                BOOLEAN => reader.unsigned()?,
                _ => match reader.signed()? {
                    0 => reader.unsigned()?,
                    run => {
                        let (values, times) = if run > 0 { (1, run.unsigned_abs()) } else { (run.unsigned_abs(), 1) };
                        for _ in 0..values {
                            let value = value(&mut reader, times)?;
                            if kind == DELTA || spec == column::OBJECT {
                                column.named = column.named.max(value);
                            } else if (spec, value) == (column::ACTION, DELETE) {
                                column.deleted = column.deleted.saturating_add(times);
                            }
                        }
                        run.unsigned_abs()
                    }
                },
            };
            column.rows = column.rows.saturating_add(run);
        }
        Ok(column)
    }
}

#[cfg(test)]
mod tests {
    use automerge::{ROOT, ReadDoc, transaction::Transactable};

    use super::*;
    use crate::{document::genesis, id::Kind};

    #[test]
    fn what_an_earlier_build_wrote_at_once_is_taken_from_own_files() {
        let author = ActorId::from([1; 16]);
        let mut document = genesis::document(Kind::Contact).with_actor(author.clone());
        let mut write = |delete: isize, letters: usize| {
            let mut tx = document.transaction();
            let (_, text) = tx.get(ROOT, "description").expect("read").expect("a text");
            tx.splice_text(&text, 0, delete, &"a".repeat(letters)).expect("written");
            tx.commit_with(automerge::transaction::CommitOptions::default().with_time(0));
            document.get_last_local_change().expect("a change").raw_bytes().to_vec()
        };
        let (pasted, anew) = (write(0, 65_536), write(65_536, 65_536));
        let checked = |bytes: &[u8], origin| check_change(bytes, &author, origin);
        assert_eq!(checked(&pasted, Origin::Colleague), Ok(65_536));
        assert_eq!(checked(&anew, Origin::Colleague), Err("a change makes too many operations"));
        assert_eq!(checked(&anew, Origin::Own), Ok(131_072));
    }
}
