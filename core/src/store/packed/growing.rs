//! Entries come in loose; those that fill a row are packed in the same transaction.

use std::collections::{BTreeMap, BTreeSet};

use redb::{ReadableTable, Table};

use super::{
    Whole,
    pack::{Entry, Pack},
};
use crate::{
    error::Result,
    store::{Bytes, failed, guard, unguard},
};

/// Of a page that redb needs for itself, and of a row that is not its value.
const OVERHEAD: usize = 128;
/// It is looked whether entries fill a row whenever so many more have come, or about so many times one.
const OFTEN: u32 = 16;
/// A row has no more entries than this, be they ever so small.
const MOST_ENTRIES: usize = 1_024;
/// To which part of them entries shrink as long as no row of theirs tells.
const SHRINKS: f64 = 0.4;
/// How often a row is tried with more entries or fewer until it is full.
const TRIES: usize = 6;
/// At most so many loose entries of a group are looked at in one go, and so many bytes.
const WINDOW: (usize, usize) = (4_096, 4 << 20);

/// Both tables, to be written.
pub(in crate::store) struct Growing<'a, 't> {
    pub(super) whole: Whole<'a, Table<'t, Bytes, Bytes>>,
    /// How much closer each group has come to filling a row.
    pub(super) pushed: BTreeMap<Vec<u8>, u32>,
}

impl Growing<'_, '_> {
    pub fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>> {
        self.whole.get(key)
    }

    /// Puts an entry behind all others of its group.
    pub fn push(&mut self, key: &[u8], value: &[u8]) -> Result<()> {
        let number = self.whole.rest_of(key).first_chunk().map_or(0, |number| u64::from_be_bytes(*number));
        let counts = if falls_due(number) || value.len() > self.whole.shape.page { OFTEN } else { 1 };
        let group = self.whole.group_of(key);
        match self.pushed.get_mut(group) {
            Some(pushed) => *pushed = pushed.saturating_add(counts),
            None => _ = self.pushed.insert(group.to_vec(), counts),
        }
        self.whole.loose.insert(key, guard(value).as_slice()).map_err(failed)?;
        Ok(())
    }

    /// Gives entries of a group that are there other values, made of their keys and values.
    pub fn change(&mut self, keys: &BTreeSet<Vec<u8>>, alter: impl Fn(&[u8], &[u8]) -> Result<Vec<u8>>) -> Result<()> {
        let whole = &mut self.whole;
        let mut keys = keys.iter().map(Vec::as_slice).peekable();
        while let Some(key) = keys.peek().copied() {
            let loose = whole.loose.get(key).map_err(failed)?.map(|value| value.value().to_vec());
            if let Some(value) = loose {
                let value = alter(key, unguard(&value).ok_or_else(|| whole.damaged())?)?;
                whole.loose.insert(key, guard(&value).as_slice()).map_err(failed)?;
                keys.next();
                continue;
            }
            let Some((last, pack)) = whole.row_from(key)? else { return Err(whole.damaged()) };
            let mut entries = pack.owned();
            while let Some(key) = keys.next_if(|key| *key <= last.as_slice()) {
                let rest = whole.rest_of(key);
                let at = entries.binary_search_by(|(key, _)| key.as_slice().cmp(rest)).map_err(|_| whole.damaged())?;
                entries[at].1 = alter(key, &entries[at].1)?;
            }
            whole.packs.insert(last.as_slice(), Pack::write(&entries).as_slice()).map_err(failed)?;
        }
        Ok(())
    }

    /// Takes the end of a group out, from a key on.
    pub fn take_from(&mut self, key: &[u8]) -> Result<Vec<Entry>> {
        let whole = &mut self.whole;
        let group = whole.group_of(key).to_vec();
        let end = [group.as_slice(), &[0xff; 32]].concat();
        let mut taken = Vec::new();
        while let Some((last, pack)) = whole.row_from(key)? {
            whole.packs.remove(last.as_slice()).map_err(failed)?;
            for (rest, value) in pack.entries() {
                let entry = [group.as_slice(), rest].concat();
                match entry.as_slice() < key {
                    true => _ = whole.loose.insert(entry.as_slice(), guard(value).as_slice()).map_err(failed)?,
                    false => taken.push((entry, value.to_vec())),
                }
            }
        }
        let mut loose = Vec::new();
        for entry in whole.loose.range::<&[u8]>(key..=end.as_slice()).map_err(failed)? {
            let (key, value) = entry.map_err(failed)?;
            loose.push((key.value().to_vec(), unguard(value.value()).ok_or_else(|| whole.damaged())?.to_vec()));
        }
        for (key, _) in &loose {
            whole.loose.remove(key.as_slice()).map_err(failed)?;
        }
        taken.append(&mut loose);
        Ok(taken)
    }

    /// Packs what fills rows by now. To be called when all is put in.
    pub fn close(mut self) -> Result<()> {
        let pushed = std::mem::take(&mut self.pushed).into_iter();
        for (group, _) in pushed.filter(|(_, pushed)| *pushed >= OFTEN) {
            while self.pack(&group)? {}
        }
        Ok(())
    }

    /// Packs all that fills rows, of every group.
    pub fn pack_all(mut self) -> Result<()> {
        let mut from = Vec::new();
        while let Some(group) = self.whole.group_after(&from)? {
            while self.pack(&group)? {}
            from = [group.as_slice(), &[0xff; 32]].concat();
        }
        Ok(())
    }

    /// Returns whether there may be more than was looked at.
    fn pack(&mut self, group: &[u8]) -> Result<bool> {
        let whole = &mut self.whole;
        let end = [group, &[0xff; 32]].concat();
        let (mut loose, mut bytes): (Vec<Entry>, usize) = Default::default();
        let mut more = false;
        for entry in whole.loose.range::<&[u8]>(group..=end.as_slice()).map_err(failed)? {
            let (key, value) = entry.map_err(failed)?;
            if loose.len() >= WINDOW.0 || bytes >= WINDOW.1 {
                more = true;
                break;
            }
            // What is damaged stays as it is, and all after it: whoever reads it tells.
            let Some(value) = unguard(value.value()) else { break };
            bytes += value.len();
            loose.push((key.value()[group.len()..].to_vec(), value.to_vec()));
        }
        let mut rest = loose.as_slice();
        let mut shrinks = match whole.packs.range::<&[u8]>(group..=end.as_slice()).map_err(failed)?.next_back() {
            Some(row) => Pack::shrank(row.map_err(failed)?.1.value()).unwrap_or(SHRINKS),
            None => SHRINKS,
        };
        while let Some((count, row)) = full_row(rest, whole.shape.page - OVERHEAD, shrinks) {
            shrinks = Pack::shrank(&row).unwrap_or(shrinks);
            let (packed, after) = rest.split_at(count);
            for (key, _) in packed {
                whole.loose.remove([group, key].concat().as_slice()).map_err(failed)?;
            }
            if let Some((last, _)) = packed.last() {
                whole.packs.insert([group, last].concat().as_slice(), row.as_slice()).map_err(failed)?;
            }
            rest = after;
        }
        Ok(more && rest.len() < loose.len())
    }
}

/// About one number in [`OFTEN`], in whatever steps they come: a device that writes in turn with another has every second one.
fn falls_due(number: u64) -> bool {
    number.wrapping_mul(0x9e37_79b9_7f4a_7c15).leading_zeros() >= OFTEN.ilog2()
}

/// The first entries that fill a row, how many they are; nothing while they are too few. One that is too large for any is a row
/// of its own. `shrinks` says to what part of them entries like these shrank before.
fn full_row(entries: &[Entry], most: usize, shrinks: f64) -> Option<(usize, Vec<u8>)> {
    let wanted = (most as f64 / shrinks) as usize;
    let mut size = 0;
    let guess = entries.iter().take_while(|(key, value)| {
        size += key.len() + value.len();
        size <= wanted
    });
    let guess = guess.count().clamp(1, MOST_ENTRIES);
    if size <= wanted && guess < MOST_ENTRIES {
        return None;
    }
    let (mut fits, mut too_many, mut count) = (None, entries.len().min(MOST_ENTRIES) + 1, guess);
    for _ in 0..TRIES {
        let row = Pack::write(&entries[..count]);
        let length = row.len();
        if length > most && count > 1 {
            too_many = count;
        } else {
            fits = Some((count, row));
            if length >= most / 10 * 9 {
                break;
            }
        }
        let least = fits.as_ref().map_or(1, |(count, _)| count + 1);
        if least >= too_many {
            break;
        }
        count = (count * most * 49 / 50 / length).clamp(least, too_many - 1);
    }
    fits
}
