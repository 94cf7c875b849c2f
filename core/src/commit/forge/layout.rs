use sha2::{Digest, Sha256};

const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
const PLAIN_CHANGE: u8 = 1;

/// A change's bytes as they are laid out, to be laid out otherwise: whatever stands in it, its lengths and its checksum are right.
#[derive(Clone, Debug)]
pub struct Layout {
    /// How many changes it builds on, which, and its author.
    pub head: Vec<u8>,
    /// Numbers as they are written.
    pub seq: Vec<u8>,
    pub start: Vec<u8>,
    pub time: Vec<u8>,
    /// A message, and the other actors that it speaks of.
    pub others: Vec<u8>,
    /// By what they are.
    pub columns: Vec<(u64, Vec<u8>)>,
    pub tail: Vec<u8>,
}

impl Layout {
    /// Nothing for bytes that are not laid out like a change.
    pub fn of(change: &[u8]) -> Option<Layout> {
        let mut rest = change.get(9..)?;
        length(&mut rest)?;
        let head = passed(&mut rest, |rest| {
            let deps = length(rest)?;
            skip(rest, deps.checked_mul(32)?)?;
            let actor = length(rest)?;
            skip(rest, actor)
        })?;
        let mut number = || passed(&mut rest, |rest| length(rest).map(drop));
        let (seq, start, time) = (number()?, number()?, number()?);
        let others = passed(&mut rest, |rest| {
            let message = length(rest)?;
            skip(rest, message)?;
            (0..length(rest)?).try_for_each(|_| length(rest).and_then(|actor| skip(rest, actor)))
        })?;
        let count = length(&mut rest)?;
        let mut lengths = Vec::new();
        for _ in 0..count {
            lengths.push((length(&mut rest)? as u64, length(&mut rest)?));
        }
        let mut column = |(spec, length)| Some((spec, passed(&mut rest, |rest| skip(rest, length))?));
        let columns = lengths.into_iter().map(&mut column).collect::<Option<_>>()?;
        Some(Layout { head, seq, start, time, others, columns, tail: rest.to_vec() })
    }

    /// The number of its first operation; nothing where none is written.
    pub fn first(&self) -> Option<u64> {
        length(&mut &self.start[..]).map(|number| number as u64)
    }

    /// The hash by which others build on it.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(&self.change()[8..]).into()
    }

    /// Builds on these, by another author, which speaks of others beside itself.
    pub fn place(&mut self, deps: &[[u8; 32]], author: &[u8], others: &[Vec<u8>]) {
        let block = |bytes: &[u8]| [&number(bytes.len() as u64), bytes].concat();
        self.head = [number(deps.len() as u64), deps.concat(), block(author)].concat();
        let others = others.iter().map(|other| block(other)).collect::<Vec<_>>();
        self.others = [vec![0], number(others.len() as u64), others.concat()].concat();
    }

    /// Replaces a column, or puts one where there is none of it.
    pub fn put(&mut self, spec: u64, data: &[u8]) {
        self.columns.retain(|(other, _)| *other != spec);
        self.columns.push((spec, data.to_vec()));
        self.columns.sort_unstable();
    }

    pub fn change(&self) -> Vec<u8> {
        let mut body = [&self.head[..], &self.seq, &self.start, &self.time, &self.others].concat();
        body.extend(number(self.columns.len() as u64));
        for (spec, data) in &self.columns {
            body.extend([number(*spec), number(data.len() as u64)].concat());
        }
        self.columns.iter().for_each(|(_, data)| body.extend(data));
        body.extend(&self.tail);
        let whole = [&[PLAIN_CHANGE], &number(body.len() as u64)[..], &body].concat();
        [&MAGIC, &Sha256::digest(&whole)[..4], &whole].concat()
    }
}

/// A number as changes write it.
pub fn number(mut number: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number > 0x7f {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
    bytes
}

/// A number that could be below nothing, as changes write it: how often something is repeated, or where it is further on.
pub fn signed(value: u64) -> Vec<u8> {
    let mut bytes = number(value);
    if let Some(last) = bytes.last_mut().filter(|last| **last & 0x40 != 0) {
        *last |= 0x80;
        bytes.push(0);
    }
    bytes
}

/// What is passed over by it.
fn passed(bytes: &mut &[u8], pass: impl FnOnce(&mut &[u8]) -> Option<()>) -> Option<Vec<u8>> {
    let before = *bytes;
    pass(bytes)?;
    Some(before[..before.len() - bytes.len()].to_vec())
}

fn skip(bytes: &mut &[u8], count: usize) -> Option<()> {
    *bytes = bytes.get(count..)?;
    Some(())
}

fn length(bytes: &mut &[u8]) -> Option<usize> {
    let count = bytes.iter().position(|byte| byte & 0x80 == 0)? + 1;
    let number = bytes[..count]
        .iter()
        .rev()
        .try_fold(0usize, |sum, byte| Some(sum.checked_mul(128)? + usize::from(byte & 0x7f)));
    skip(bytes, count)?;
    number
}
