//! The bytes of a change, taken apart as automerge's format lays them out (<https://automerge.org/automerge-binary-format-spec>):
//! what stands before its columns, the columns, and the operations that lie in them.

use automerge::ScalarValue;
use hexane::{Codec, DeltaDecoder, Leb128, decoder};
use sha2::{Digest, Sha256};

pub(super) const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
const PLAIN_CHANGE: u8 = 1;
const HASH: usize = 32;
const MAX_COLUMNS: usize = 64;
/// Actions of an operation.
pub(super) const PUT: u64 = 1;
pub(super) const DELETE: u64 = 3;
pub(super) const MAKE_TEXT: u64 = 4;

/// What columns are, in changes and documents: an id times sixteen, and how its values are written.
pub mod column {
    pub const OBJECT_ACTOR: u64 = 1;
    pub const OBJECT: u64 = 2;
    pub const KEY_ACTOR: u64 = 17;
    pub const KEY: u64 = 19;
    pub const FIELD: u64 = 21;
    pub const ID_ACTOR: u64 = 33;
    pub const ID: u64 = 35;
    pub const INSERT: u64 = 52;
    pub const ACTION: u64 = 66;
    pub const VALUE_KIND: u64 = 86;
    pub const VALUE: u64 = 87;
    pub const BEFORE_COUNT: u64 = 112;
    pub const BEFORE_ACTOR: u64 = 113;
    pub const BEFORE: u64 = 115;
    pub const AFTER_COUNT: u64 = 128;
    pub const AFTER_ACTOR: u64 = 129;
    pub const AFTER: u64 = 131;
}

/// The hash by which documents know a change.
pub(super) fn digest(change: &[u8]) -> Option<[u8; HASH]> {
    change.get(8..).map(|body| Sha256::digest(body).into())
}

/// The same; nothing if its checksum is not of it.
pub(super) fn hash(change: &[u8]) -> Option<[u8; HASH]> {
    digest(change).filter(|hash| change[4..8] == hash[..4])
}

/// A change before its operations are read.
pub(super) struct Parts<'b> {
    pub deps: &'b [[u8; HASH]],
    pub actor: &'b [u8],
    pub seq: u64,
    pub start: u64,
    pub time: i64,
    pub message: &'b [u8],
    /// Other actors that it speaks of.
    pub others: Vec<&'b [u8]>,
    pub columns: Vec<(u64, &'b [u8])>,
    /// What a newer version put behind it.
    pub extra: &'b [u8],
}

/// An operation, by its actor's place among those of its change (the author first) and its number.
pub(super) type Id = (usize, u64);

pub(super) struct Operation<'b> {
    /// Nothing for the root.
    pub object: Option<Id>,
    pub key: Key<'b>,
    pub insert: bool,
    pub action: u64,
    pub value: Scalar<'b>,
    /// What it replaces.
    pub before: Vec<Id>,
}

#[derive(Clone, Copy)]
pub(super) enum Key<'b> {
    Field(&'b str),
    /// To the right of an element; nothing for the beginning.
    Element(Option<Id>),
}

/// A value as it is written: its length times sixteen and its type, and the bytes.
#[derive(Clone, Copy)]
pub(super) struct Scalar<'b> {
    pub kind: u64,
    pub bytes: &'b [u8],
}

impl<'b> Parts<'b> {
    /// Takes one plain change apart; says in words what does not hold.
    pub fn of(bytes: &'b [u8]) -> Result<Parts<'b>, &'static str> {
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
        let mut body = chunk;
        let deps = body.length()?;
        let (deps, _) = body.take(deps.checked_mul(HASH).ok_or(SHORT)?)?.as_chunks();
        let (actor, seq, start, time, message) =
            (body.block()?, body.unsigned()?, body.unsigned()?, body.signed()?, body.block()?);
        let mut others = Vec::new();
        for _ in 0..body.length()? {
            others.push(body.block()?);
        }
        let mut lengths = Vec::new();
        for _ in 0..body.length()? {
            lengths.push((body.unsigned()?, body.length()?));
            if lengths.len() > MAX_COLUMNS {
                return Err("a change has too many columns");
            }
        }
        let mut columns = Vec::with_capacity(lengths.len());
        for (spec, length) in lengths {
            columns.push((spec, body.take(length)?));
        }
        Ok(Parts { deps, actor, seq, start, time, message, others, columns, extra: body.0 })
    }

    fn column(&self, spec: u64) -> &'b [u8] {
        self.columns.iter().find(|(s, _)| *s == spec).map_or(&[], |(_, data)| data)
    }

    /// The operations. Of bytes that automerge has not read, or will read after this, nothing is promised, and it may panic.
    pub fn operations(&self) -> impl Iterator<Item = Operation<'b>> + use<'b> {
        let number = |spec| decoder::<Option<u64>>(self.column(spec));
        let (mut object_actor, mut object, mut key_actor) =
            (number(column::OBJECT_ACTOR), number(column::OBJECT), number(column::KEY_ACTOR));
        let mut key = DeltaDecoder::<Option<i64>>::new(self.column(column::KEY));
        // Not as texts, which this decoder takes for checked.
        let mut field = decoder::<Option<Vec<u8>>>(self.column(column::FIELD));
        let mut insert = Flags::of(self.column(column::INSERT));
        let (mut kind, mut values) = (decoder::<u64>(self.column(column::VALUE_KIND)), self.column(column::VALUE));
        let (mut count, mut before_actor) =
            (decoder::<u64>(self.column(column::BEFORE_COUNT)), decoder::<u64>(self.column(column::BEFORE_ACTOR)));
        let mut before = DeltaDecoder::<i64>::new(self.column(column::BEFORE));
        decoder::<u64>(self.column(column::ACTION)).map_while(move |action| {
            let object = id(object_actor.next().flatten(), object.next().flatten());
            let element = (key_actor.next().flatten(), key.next().flatten());
            let key = match field.next().flatten() {
                Some(field) => Key::Field(str::from_utf8(field).ok()?),
                None => Key::Element(id(element.0, element.1.and_then(|number| u64::try_from(number).ok()))),
            };
            let kind = kind.next()?;
            let bytes = values.split_off(..usize::try_from(kind >> 4).ok()?)?;
            let mut one = || Some((usize::try_from(before_actor.next()?).ok()?, u64::try_from(before.next()?).ok()?));
            let before = (0..count.next()?).map(|_| one()).collect::<Option<Vec<Id>>>()?;
            let insert = insert.next().unwrap_or_default();
            Some(Operation { object, key, insert, action, value: Scalar { kind, bytes }, before })
        })
    }
}

/// Yes and no in turn, by how often each follows, no first. Of a number that cannot be read hexane's reader makes no end.
struct Flags<'b> {
    runs: Reader<'b>,
    left: u64,
    now: bool,
}

impl<'b> Flags<'b> {
    fn of(column: &'b [u8]) -> Flags<'b> {
        Flags { runs: Reader(column), left: 0, now: true }
    }
}

impl Iterator for Flags<'_> {
    type Item = bool;

    fn next(&mut self) -> Option<bool> {
        while self.left == 0 {
            self.left = self.runs.unsigned().ok()?;
            self.now = !self.now;
        }
        self.left -= 1;
        Some(self.now)
    }
}

fn id(actor: Option<u64>, number: Option<u64>) -> Option<Id> {
    Some((usize::try_from(actor?).ok()?, number?))
}

impl Scalar<'_> {
    pub fn is_text(&self) -> bool {
        self.kind & 15 == 6
    }

    /// What it says; nothing for what no field holds, and for bytes that automerge would write in another way.
    pub fn read(&self) -> Option<ScalarValue> {
        let exact = |read: usize| (read == self.bytes.len()).then_some(());
        let signed = || {
            let (read, number) = Leb128::read_signed(self.bytes)?;
            exact(read)?;
            (Leb128::signed_size(number) == read as u64).then_some(number)
        };
        let read = match self.kind & 15 {
            0 => ScalarValue::Null,
            1 => ScalarValue::Boolean(false),
            2 => ScalarValue::Boolean(true),
            3 => {
                let (read, number) = Leb128::read_unsigned(self.bytes)?;
                exact(read)?;
                (Leb128::unsigned_size(number) == read as u64).then_some(ScalarValue::Uint(number))?
            }
            4 => ScalarValue::Int(signed()?),
            5 => ScalarValue::F64(f64::from_le_bytes(self.bytes.try_into().ok()?)),
            6 => ScalarValue::Str(str::from_utf8(self.bytes).ok()?.into()),
            7 => ScalarValue::Bytes(self.bytes.to_vec()),
            9 => ScalarValue::Timestamp(signed()?),
            _ => return None,
        };
        (self.kind & 15 > 2 || self.bytes.is_empty()).then_some(read)
    }
}

pub(super) const SHORT: &str = "a change is cut short";
const NUMBER: &str = "a number in a change is not as it is written";

/// Reads from the front.
pub(super) struct Reader<'a>(pub &'a [u8]);

impl<'a> Reader<'a> {
    pub fn take(&mut self, count: usize) -> Result<&'a [u8], &'static str> {
        let (head, tail) = self.0.split_at_checked(count).ok_or(SHORT)?;
        self.0 = tail;
        Ok(head)
    }

    /// Takes what automerge takes: no number too large, none in more bytes than it needs.
    pub fn unsigned(&mut self) -> Result<u64, &'static str> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.take(1)?[0];
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return if shift > 0 && byte == 0 || shift == 63 && byte > 1 { Err(NUMBER) } else { Ok(value) };
            }
        }
        Err(NUMBER)
    }

    pub fn signed(&mut self) -> Result<i64, &'static str> {
        let (mut value, mut before) = (0i64, 0);
        for shift in (0..64).step_by(7) {
            let byte = self.take(1)?[0];
            value |= i64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                let sign = if before & 0x40 == 0 { 0 } else { 0x7f };
                if shift > 0 && byte == sign || shift == 63 && byte != 0 && byte != 0x7f {
                    return Err(NUMBER);
                }
                if byte & 0x40 != 0 && shift < 63 {
                    value |= -1i64 << (shift + 7);
                }
                return Ok(value);
            }
            before = byte;
        }
        Err(NUMBER)
    }

    pub fn length(&mut self) -> Result<usize, &'static str> {
        usize::try_from(self.unsigned()?).map_err(|_| SHORT)
    }

    pub fn block(&mut self) -> Result<&'a [u8], &'static str> {
        let length = self.length()?;
        self.take(length)
    }
}
