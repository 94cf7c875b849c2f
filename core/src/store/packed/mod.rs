//! Tables that grow at the end of each of their groups and seldom change: what is no longer new lies many entries to a row,
//! compressed. A commit of a changed field is 600 bytes loose and 200 packed.
//!
//! Of each group (the log of one device, the arrivals of one space) the packed entries come first, then the loose ones. A row is
//! as large as fits a page of the file, so that nothing of a page is left over.

mod growing;
mod pack;
#[cfg(test)]
mod tests;

use std::{
    collections::BTreeMap,
    ops::ControlFlow,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use lru::LruCache;
use redb::{ReadOnlyTable, ReadTransaction, ReadableTable, TableDefinition, WriteTransaction};

pub(super) use self::growing::Growing;
use self::pack::Pack;
use super::{Bytes, damaged, failed, unguard};
use crate::error::{Error, Result};

/// A pair of tables that are as one.
pub(super) struct Packed {
    names: [&'static str; 2],
    loose: TableDefinition<'static, Bytes, Bytes>,
    /// Under the key of the last entry of each.
    packs: TableDefinition<'static, Bytes, Bytes>,
    /// How many first bytes of the key name the group. Eight bytes that count follow.
    group: usize,
    /// The size of the page that a row is to fill.
    page: usize,
    what: &'static str,
}

impl Packed {
    pub const fn new(names: [&'static str; 2], group: usize, page: usize, what: &'static str) -> Packed {
        let (loose, packs) = (TableDefinition::new(names[0]), TableDefinition::new(names[1]));
        Packed { names, loose, packs, group, page, what }
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

    pub fn write<'a, 't>(
        &'static self,
        write: &'t WriteTransaction,
        unpacked: &'a Unpacked,
    ) -> Result<Growing<'a, 't>> {
        let (loose, packs) =
            (write.open_table(self.loose).map_err(failed)?, write.open_table(self.packs).map_err(failed)?);
        Ok(Growing { whole: Whole { shape: self, loose, packs, unpacked }, pushed: BTreeMap::new() })
    }

    pub const fn names(&self) -> [&'static str; 2] {
        self.names
    }

    /// A store that had all of them loose gets the table for what is packed.
    pub fn add_packs(&self, write: &WriteTransaction) -> Result<()> {
        write.open_table(self.packs).map(drop).map_err(failed)
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

/// Rows that were unpacked lately: what lies under such a name is the same whenever it is read. Who reads in the order of arrival
/// goes from row to row of every device's log.
#[derive(Default)]
pub(super) struct Unpacked(Mutex<Kept>);

struct Kept {
    rows: LruCache<RowName, Arc<Pack>>,
    bytes: usize,
}

/// Which table's, and its key and checksum.
type RowName = (&'static str, Vec<u8>);

/// Of rows that are kept unpacked.
const MOST_KEPT: usize = 8 << 20;
/// A larger one is not kept.
const LARGEST_KEPT: usize = 256 << 10;

impl Default for Kept {
    fn default() -> Kept {
        Kept { rows: LruCache::unbounded(), bytes: 0 }
    }
}

impl Kept {
    fn put(&mut self, name: RowName, pack: Arc<Pack>) {
        self.bytes += pack.size();
        let before = self.rows.put(name, pack);
        self.bytes -= before.map_or(0, |pack| pack.size());
        while self.bytes > MOST_KEPT {
            let Some((_, pack)) = self.rows.pop_lru() else { break };
            self.bytes -= pack.size();
        }
    }
}

impl Unpacked {
    fn get(&self, name: &RowName) -> Option<Arc<Pack>> {
        self.kept().rows.get(name).cloned()
    }

    fn put(&self, name: RowName, pack: &Arc<Pack>) {
        if pack.size() <= LARGEST_KEPT {
            self.kept().put(name, pack.clone());
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
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
        if let Some(pack) = self.unpacked.get(&name) {
            return Ok(pack);
        }
        let pack = Arc::new(Pack::read(row).ok_or_else(|| self.damaged())?);
        self.unpacked.put(name, &pack);
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
    pub fn backwards(&self, group: &[u8], mut each: impl FnMut(&[u8], &[u8]) -> Result<ControlFlow<()>>) -> Result<()> {
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
