//! Tables that grow at the end of each of their groups and seldom change: what is no longer new lies many entries to a row,
//! compressed. A commit of a changed field is 600 bytes loose and 200 packed.
//!
//! Of each group (the log of one device, the arrivals of one space) the packed entries come first, then the loose ones. A row is
//! as large as fits a page of the file, so that nothing of a page is left over.

mod pack;

use std::{
    collections::BTreeSet,
    ops::ControlFlow,
    sync::{Arc, Mutex, PoisonError},
};

use lru::LruCache;
use redb::{ReadOnlyTable, ReadTransaction, ReadableTable, ReadableTableMetadata, Table, TableDefinition, WriteTransaction};

use self::pack::{Entry, Pack};
use super::{Bytes, damaged, failed, guard, unguard};
use crate::error::{Error, Result};

/// A pair of tables that are as one.
pub(super) struct Packed {
    loose: TableDefinition<'static, Bytes, Bytes>,
    /// Under the key of the last entry of each.
    packs: TableDefinition<'static, Bytes, Bytes>,
    /// How many first bytes of the key name the group. Eight bytes that count follow.
    group: usize,
    /// The size of the page that a row is to fill.
    page: usize,
    what: &'static str,
}

/// Of a page that redb needs for itself, and of a row that is not its value.
const OVERHEAD: usize = 128;
/// It is looked whether entries fill a row whenever so many more have come.
const OFTEN: u64 = 16;
/// At most so many loose entries of a group are looked at then, and so many bytes.
const WINDOW: (usize, usize) = (4_096, 4 << 20);

impl Packed {
    pub const fn new(names: [&'static str; 2], group: usize, page: usize, what: &'static str) -> Packed {
        let [loose, packs] = names;
        Packed { loose: TableDefinition::new(loose), packs: TableDefinition::new(packs), group, page, what }
    }

    pub fn read<'a>(
        &'static self,
        read: &ReadTransaction,
        unpacked: &'a Unpacked,
    ) -> Result<Whole<'a, ReadOnlyTable<Bytes, Bytes>>> {
        let (loose, packs) =
            (read.open_table(self.loose).map_err(failed)?, read.open_table(self.packs).map_err(failed)?);
        Ok(Whole { shape: self, loose, packs, unpacked })
    }

    pub fn write<'a, 't>(&'static self, write: &'t WriteTransaction, unpacked: &'a Unpacked) -> Result<Growing<'a, 't>> {
        let (loose, packs) =
            (write.open_table(self.loose).map_err(failed)?, write.open_table(self.packs).map_err(failed)?);
        Ok(Growing { whole: Whole { shape: self, loose, packs, unpacked }, due: BTreeSet::new() })
    }

    /// Makes the tables that are not there.
    pub fn lay_out(&self, write: &WriteTransaction) -> Result<()> {
        for table in [self.loose, self.packs] {
            write.open_table(table).map_err(failed)?;
        }
        Ok(())
    }

    pub fn clear(&self, write: &WriteTransaction) -> Result<()> {
        for table in [self.loose, self.packs] {
            write.delete_table(table).map_err(failed)?;
        }
        self.lay_out(write)
    }
}

/// Rows that were unpacked lately, by their table, key and checksum: what lies there under them is the same whenever it is read.
pub(super) struct Unpacked(Mutex<LruCache<(&'static str, Vec<u8>), Arc<Pack>>>);

impl Unpacked {
    const ROWS: usize = 64;
    /// Larger ones are not kept.
    const LARGE: usize = 256 << 10;
}

impl Default for Unpacked {
    fn default() -> Unpacked {
        Unpacked(Mutex::new(LruCache::new(Unpacked::ROWS.try_into().unwrap_or(std::num::NonZeroUsize::MIN))))
    }
}

/// Both tables.
pub(super) struct Whole<'a, T> {
    shape: &'static Packed,
    loose: T,
    packs: T,
    unpacked: &'a Unpacked,
}

impl<T: ReadableTable<Bytes, Bytes>> Whole<'_, T> {
    fn damaged(&self) -> Error {
        damaged(self.shape.what)
    }

    fn unpack(&self, key: &[u8], row: &[u8]) -> Result<Arc<Pack>> {
        let name = [key, row.get(..8).unwrap_or_default()].concat();
        let name = (self.shape.what, name);
        let lately = |kept: &Unpacked| kept.0.lock().unwrap_or_else(PoisonError::into_inner).get(&name).cloned();
        if let Some(pack) = lately(self.unpacked) {
            return Ok(pack);
        }
        let pack = Arc::new(Pack::read(row).ok_or_else(|| self.damaged())?);
        if pack.size() <= Unpacked::LARGE {
            self.unpacked.0.lock().unwrap_or_else(PoisonError::into_inner).put(name, pack.clone());
        }
        Ok(pack)
    }

    /// The first row of a key's group that may hold it or what comes after it, with its own key.
    fn row_from(&self, key: &[u8]) -> Result<Option<(Vec<u8>, Arc<Pack>)>> {
        let Some(row) = self.packs.range::<&[u8]>(key..).map_err(failed)?.next() else { return Ok(None) };
        let (last, row) = row.map_err(failed)?;
        match last.value().starts_with(self.group_of(key)) {
            true => Ok(Some((last.value().to_vec(), self.unpack(last.value(), row.value())?))),
            false => Ok(None),
        }
    }

    fn group_of<'k>(&self, key: &'k [u8]) -> &'k [u8] {
        key.get(..self.shape.group).unwrap_or(key)
    }

    fn rest_of<'k>(&self, key: &'k [u8]) -> &'k [u8] {
        key.get(self.shape.group..).unwrap_or_default()
    }

    pub fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>> {
        if let Some(value) = self.loose.get(key).map_err(failed)? {
            return unguard(value.value()).map(|v| Some(v.to_vec())).ok_or_else(|| self.damaged());
        }
        Ok(self.row_from(key)?.and_then(|(_, pack)| pack.get(self.rest_of(key)).map(<[u8]>::to_vec)))
    }

    /// Goes through what lies between two keys of one group, in order, until told to stop.
    pub fn range(
        &self,
        from: &[u8],
        to: &[u8],
        mut each: impl FnMut(&[u8], &[u8]) -> Result<ControlFlow<()>>,
    ) -> Result<()> {
        let group = self.group_of(from);
        let mut whole_key = group.to_vec();
        for row in self.packs.range::<&[u8]>(from..).map_err(failed)? {
            let (last, row) = row.map_err(failed)?;
            if !last.value().starts_with(group) {
                break;
            }
            let pack = self.unpack(last.value(), row.value())?;
            for at in pack.first_from(self.rest_of(from))..pack.len() {
                let (key, value) = pack.entry(at);
                whole_key.truncate(group.len());
                whole_key.extend_from_slice(key);
                if whole_key.as_slice() > to || each(&whole_key, value)?.is_break() {
                    return Ok(());
                }
            }
        }
        for entry in self.loose.range::<&[u8]>(from..=to).map_err(failed)? {
            let (key, value) = entry.map_err(failed)?;
            let value = unguard(value.value()).ok_or_else(|| self.damaged())?;
            if each(key.value(), value)?.is_break() {
                break;
            }
        }
        Ok(())
    }

    /// Goes through a group from its end, until told to stop.
    pub fn from_the_end(
        &self,
        group: &[u8],
        mut each: impl FnMut(&[u8], &[u8]) -> Result<ControlFlow<()>>,
    ) -> Result<()> {
        let end = [group, &[0xff; 32]].concat();
        for entry in self.loose.range::<&[u8]>(group..=end.as_slice()).map_err(failed)?.rev() {
            let (key, value) = entry.map_err(failed)?;
            let value = unguard(value.value()).ok_or_else(|| self.damaged())?;
            if each(key.value(), value)?.is_break() {
                return Ok(());
            }
        }
        for row in self.packs.range::<&[u8]>(group..=end.as_slice()).map_err(failed)?.rev() {
            let (last, row) = row.map_err(failed)?;
            for (key, value) in self.unpack(last.value(), row.value())?.entries().rev() {
                if each(&[group, key].concat(), value)?.is_break() {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// The last key of a group.
    pub fn last(&self, group: &[u8]) -> Result<Option<Vec<u8>>> {
        let end = [group, &[0xff; 32]].concat();
        for table in [&self.loose, &self.packs] {
            let last = table.range::<&[u8]>(group..=end.as_slice()).map_err(failed)?.next_back();
            if let Some(entry) = last {
                return Ok(Some(entry.map_err(failed)?.0.value().to_vec()));
            }
        }
        Ok(None)
    }

    /// The first group that has something after a key.
    pub fn group_after(&self, key: &[u8]) -> Result<Option<Vec<u8>>> {
        let mut first: Option<Vec<u8>> = None;
        for table in [&self.loose, &self.packs] {
            if let Some(entry) = table.range::<&[u8]>(key..).map_err(failed)?.next() {
                let found = entry.map_err(failed)?.0;
                if found.value() < key {
                    return Err(self.damaged());
                }
                let group = self.group_of(found.value());
                if first.as_ref().is_none_or(|first| group < first.as_slice()) {
                    first = Some(group.to_vec());
                }
            }
        }
        Ok(first)
    }

    /// How many entries there are. Looks at every row.
    pub fn len(&self) -> Result<u64> {
        let mut count = self.loose.len().map_err(failed)?;
        for row in self.packs.iter().map_err(failed)? {
            let (_, row) = row.map_err(failed)?;
            count += u64::from(Pack::count(row.value()).ok_or_else(|| self.damaged())?);
        }
        Ok(count)
    }
}

impl Whole<'_, ReadOnlyTable<Bytes, Bytes>> {
    /// Goes through everything, in the order of the keys within each of the two tables, whose pages are told damaged by that.
    pub fn each(&self, mut each: impl FnMut(&[u8], &[u8]) -> Result<()>) -> Result<()> {
        super::read::each(&self.packs, self.shape.what, |last, row| {
            let group = self.group_of(last);
            for (key, value) in self.unpack(last, row)?.entries() {
                each(&[group, key].concat(), value)?;
            }
            Ok(())
        })?;
        super::read::each(&self.loose, self.shape.what, |key, value| {
            each(key, unguard(value).ok_or_else(|| self.damaged())?)
        })
    }
}

/// Both tables, to be written.
pub(super) struct Growing<'a, 't> {
    whole: Whole<'a, Table<'t, Bytes, Bytes>>,
    /// Groups of which enough may be loose for a row.
    due: BTreeSet<Vec<u8>>,
}

impl Growing<'_, '_> {
    pub fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>> {
        self.whole.get(key)
    }

    /// Puts an entry behind all others of its group.
    pub fn push(&mut self, key: &[u8], value: &[u8]) -> Result<()> {
        let counted = self.whole.rest_of(key).first_chunk().map_or(0, |number| u64::from_be_bytes(*number));
        if counted.is_multiple_of(OFTEN) || value.len() > self.whole.shape.page {
            self.due.insert(self.whole.group_of(key).to_vec());
        }
        self.whole.loose.insert(key, guard(value).as_slice()).map_err(failed)?;
        Ok(())
    }

    /// Gives an entry that is there another value.
    pub fn change(&mut self, key: &[u8], value: &[u8]) -> Result<()> {
        if self.whole.loose.get(key).map_err(failed)?.is_some() {
            self.whole.loose.insert(key, guard(value).as_slice()).map_err(failed)?;
            return Ok(());
        }
        let Some((last, pack)) = self.whole.row_from(key)? else { return Err(self.whole.damaged()) };
        let mut entries = pack.owned();
        let rest = self.whole.rest_of(key);
        let at = entries.iter().position(|(key, _)| key == rest).ok_or_else(|| self.whole.damaged())?;
        entries[at].1 = value.to_vec();
        self.whole.packs.insert(last.as_slice(), Pack::write(&entries).as_slice()).map_err(failed)?;
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
        for group in std::mem::take(&mut self.due) {
            self.pack(&group)?;
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
        while let Some((count, row)) = full_row(rest, whole.shape.page - OVERHEAD) {
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

/// The first entries that fill a row, how many they are; nothing while they are too few. One that is too large for any is a row
/// of its own.
fn full_row(entries: &[Entry], most: usize) -> Option<(usize, Vec<u8>)> {
    let size = |count: usize| entries[..count].iter().map(|(key, value)| key.len() + value.len()).sum::<usize>();
    // Signatures and hashes alone do not let them shrink to less than a sixth, but for values of a few bytes.
    let mut count = entries.len().min(1_024);
    if count == 0 || size(count) < most {
        return None;
    }
    let mut fits: Option<(usize, Vec<u8>)> = None;
    for _ in 0..6 {
        let row = Pack::write(&entries[..count]);
        let next = (count * most / row.len()).clamp(1, entries.len());
        if row.len() <= most {
            if fits.as_ref().is_none_or(|(best, _)| *best < count) {
                fits = Some((count, row));
            }
            let full = fits.as_ref().is_some_and(|(_, row)| row.len() >= most / 20 * 19);
            if full || next <= count {
                break;
            }
            count = next;
        } else {
            if count == 1 {
                return Some((1, row));
            }
            count = next.min(count - 1);
        }
    }
    fits.filter(|(count, row)| *count < entries.len() || row.len() >= most / 20 * 19)
}
