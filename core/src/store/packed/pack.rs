//! One row: many entries, compressed together.

use std::io::{Read, Write};

use flate2::{Compression, read::DeflateDecoder, write::DeflateEncoder};

use super::super::{guard, unguard};

/// What no row unpacks beyond: it was written within bounds and carries a checksum, so this is never met.
const MOST: u64 = 256 << 20;

/// An entry's key, without what those of its group have in common, and its value.
pub(super) type Entry = (Vec<u8>, Vec<u8>);

/// Entries in the order of their keys.
pub(super) struct Pack {
    bytes: Vec<u8>,
    /// Where each one's key begins, its value begins and ends.
    spans: Vec<[usize; 4]>,
}

impl Pack {
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// In memory, in bytes.
    pub fn size(&self) -> usize {
        self.bytes.len() + self.spans.len() * size_of::<[usize; 4]>()
    }

    pub fn entry(&self, at: usize) -> (&[u8], &[u8]) {
        let [key, key_end, value, value_end] = self.spans[at];
        (&self.bytes[key..key_end], &self.bytes[value..value_end])
    }

    pub fn get(&self, key: &[u8]) -> Option<&[u8]> {
        let at = self.first_from(key);
        (at < self.len() && self.entry(at).0 == key).then(|| self.entry(at).1)
    }

    /// The number of the first entry that does not come before a key.
    pub fn first_from(&self, key: &[u8]) -> usize {
        self.spans.partition_point(|[from, to, ..]| &self.bytes[*from..*to] < key)
    }

    pub fn entries(&self) -> impl DoubleEndedIterator<Item = (&[u8], &[u8])> {
        (0..self.len()).map(|at| self.entry(at))
    }

    pub fn owned(&self) -> Vec<Entry> {
        self.entries().map(|(key, value)| (key.to_vec(), value.to_vec())).collect()
    }

    /// The row that holds these: a checksum, how many they are, of how many bytes, and compressed their lengths, keys and values,
    /// each of these together.
    pub fn write(entries: &[Entry]) -> Vec<u8> {
        let lengths: Vec<(u64, u64)> = entries.iter().map(|(k, v)| (k.len() as u64, v.len() as u64)).collect();
        let bytes: u64 = lengths.iter().map(|(key, value)| key + value).sum();
        let mut row = [(entries.len() as u32).to_le_bytes(), (bytes as u32).to_le_bytes()].concat();
        let lengths = postcard::to_stdvec(&lengths).expect("plain data always encodes");
        let mut encoder = DeflateEncoder::new(&mut row, Compression::default());
        let keys = entries.iter().map(|(key, _)| key.as_slice());
        let values = entries.iter().map(|(_, value)| value.as_slice());
        for piece in std::iter::once(lengths.as_slice()).chain(keys).chain(values) {
            encoder.write_all(piece).expect("memory takes what is written");
        }
        encoder.finish().expect("memory takes what is written");
        guard(&row)
    }

    /// How many entries a row holds, unread.
    pub fn count(row: &[u8]) -> Option<u32> {
        row.get(8..12).and_then(|count| count.try_into().ok()).map(u32::from_le_bytes)
    }

    /// To which part of its entries a row shrank.
    pub fn shrank(row: &[u8]) -> Option<f64> {
        let bytes = row.get(12..16).and_then(|bytes| bytes.try_into().ok()).map(u32::from_le_bytes)?;
        (bytes > 0).then(|| (row.len() as f64 / f64::from(bytes)).clamp(0.02, 1.0))
    }

    /// Nothing if the row is damaged.
    pub fn read(row: &[u8]) -> Option<Pack> {
        let (count, rest) = unguard(row)?.split_first_chunk::<4>()?;
        let (_, packed) = rest.split_first_chunk::<4>()?;
        let mut bytes = Vec::new();
        DeflateDecoder::new(packed).take(MOST).read_to_end(&mut bytes).ok()?;
        let (lengths, rest): (Vec<(u64, u64)>, _) = postcard::take_from_bytes(&bytes).ok()?;
        let mut key = bytes.len() - rest.len();
        let mut value = lengths.iter().try_fold(key, |at, (len, _)| at.checked_add(usize::try_from(*len).ok()?))?;
        let mut spans = Vec::with_capacity(lengths.len());
        for (key_len, value_len) in lengths {
            let (key_end, value_end) = (key + key_len as usize, value.checked_add(usize::try_from(value_len).ok()?)?);
            spans.push([key, key_end, value, value_end]);
            (key, value) = (key_end, value_end);
        }
        (value == bytes.len() && spans.len() == u32::from_le_bytes(*count) as usize).then_some(Pack { bytes, spans })
    }
}
