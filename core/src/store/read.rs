//! Reading what is held: what is the device's own, documents, records, and the log of fields.

use std::collections::BTreeMap;

use redb::{Key, ReadOnlyTable, ReadTransaction, ReadableTable, ReadableTableMetadata, TableHandle, Value};
use serde::de::DeserializeOwned;

use super::{
    ARRIVALS, Bytes, COMMANDS, DOCUMENTS, FIELDS, Front, Identity, KNEW, LOG, META, PEERS, RECORDS, SETTINGS, Store,
    VECTOR, damaged, decode, doc_key, failed, field_key,
    guard::unguard_under,
    log_key,
    packed::{Packed, Whole},
    plain, unguard,
    write::PastChange,
};
use crate::{
    commit::Vector,
    error::Result,
    id::{DeviceId, DocId, Epoch, SpaceId},
    record::{Record, Traced},
    workspace::{Aside, Peer},
};

/// Goes through a whole table. Its entries must be as many as it says and in the order of their keys: where they are not,
/// pages of it are damaged, which redb does not look for.
pub(super) fn each<K: Key, V: Value>(
    table: &ReadOnlyTable<K, V>,
    what: &str,
    mut each: impl FnMut(K::SelfType<'_>, V::SelfType<'_>) -> Result<()>,
) -> Result<()> {
    let mut count = 0;
    let mut before: Option<Vec<u8>> = None;
    for entry in table.iter().map_err(failed)? {
        let (key, value) = entry.map_err(failed)?;
        let now = K::as_bytes(&key.value()).as_ref().to_vec();
        if before.is_some_and(|before| K::compare(&before, &now).is_ge()) {
            return Err(damaged(what));
        }
        before = Some(now);
        count += 1;
        each(key.value(), value.value())?;
    }
    if count == table.len().map_err(failed)? { Ok(()) } else { Err(damaged(what)) }
}

/// The arrival number that a key of its table ends with.
pub(super) fn number_of(key: &[u8]) -> Result<u64> {
    let number = key.last_chunk().ok_or_else(|| damaged("the order of arrival"))?;
    Ok(u64::from_be_bytes(*number))
}

impl Store {
    /// Tables that all others are made from.
    pub const CANNOT_DO_WITHOUT: [&'static str; 5] =
        ["meta", LOG.names()[0], LOG.names()[1], ARRIVALS.names()[0], ARRIVALS.names()[1]];
    /// Those of the log of fields.
    pub const PAST: [&'static str; 2] = FIELDS.names();

    pub(super) fn read(&self) -> Result<ReadTransaction> {
        self.database.read()
    }

    pub(super) fn whole(
        &self,
        packed: &'static Packed,
        read: &ReadTransaction,
    ) -> Result<Whole<'_, ReadOnlyTable<Bytes, Bytes>>> {
        packed.read(read, &self.unpacked)
    }

    fn meta<T: DeserializeOwned>(&self, name: &str) -> Result<T> {
        self.sound(|| {
            let table = self.read()?.open_table(META).map_err(failed)?;
            let value = table.get(name).map_err(failed)?.ok_or_else(|| damaged(name))?;
            decode(value.value(), name)
        })
    }

    pub fn identity(&self) -> Result<Identity> {
        self.meta("identity")
    }

    pub fn front(&self) -> Result<Front> {
        self.meta("front")
    }

    /// What can be read of them, and whether that is all.
    pub fn settings(&self) -> (Vec<(String, Vec<u8>)>, bool) {
        let mut all = Vec::new();
        let mut whole = true;
        let read = self.sound(|| {
            let table = self.read()?.open_table(SETTINGS).map_err(failed)?;
            each(&table, "settings", |name, value| {
                // Those of an earlier program do not say their names, which of a damaged file may be any.
                let nameless = || unguard(value).filter(|_| !self.database.is_distrusted());
                let value = unguard_under(name.as_bytes(), value).or_else(nameless);
                let value = value.map(|v| (name.to_owned(), v.to_vec()));
                whole &= value.is_some();
                all.extend(value);
                Ok(())
            })
        });
        (all, whole && read.is_ok())
    }

    /// What can be read of them, and whether that is all.
    pub fn peers(&self) -> (Vec<Peer>, bool) {
        let mut all = Vec::new();
        let mut whole = true;
        let read = self.sound(|| {
            let table = self.read()?.open_table(PEERS).map_err(failed)?;
            each(&table, "peers", |_, value| {
                let peer = decode(value, "a peer").ok();
                whole &= peer.is_some();
                all.extend(peer);
                Ok(())
            })
        });
        (all, whole && read.is_ok())
    }

    pub fn vector(&self, space: SpaceId) -> Result<Vector> {
        self.sound(|| {
            let read = self.read()?;
            let log = self.whole(&LOG, &read)?;
            let mut vector = Vector::default();
            each(&read.open_table(VECTOR).map_err(failed)?, "the vector", |key, seq| {
                let Some((device, epoch)) = key.strip_prefix(&space.0).and_then(|k| k.split_at_checked(32)) else {
                    return Ok(());
                };
                let device = DeviceId(device.try_into().map_err(|_| damaged("the vector"))?);
                let epoch = Epoch(epoch.try_into().map_err(|_| damaged("the vector"))?);
                // Its numbers carry no checksum: the log says whether they are right.
                let group = &log_key(space, device, epoch, 0)[..64];
                if log.last(group)?.as_deref() != Some(log_key(space, device, epoch, seq).as_slice()) {
                    return Err(damaged("the vector"));
                }
                vector.0.insert((device, epoch), seq);
                Ok(())
            })?;
            // Nor is a log left out.
            let mut after = log_key(space, DeviceId([0; 32]), Epoch([0; 16]), 0);
            let mut logs = 0;
            while let Some(of) = log.group_after(&after)?.filter(|of| of.starts_with(&space.0)) {
                logs += 1;
                after[..64].copy_from_slice(of.first_chunk::<64>().ok_or_else(|| damaged("the log"))?);
                after[64..].copy_from_slice(&u64::MAX.to_be_bytes());
            }
            if logs != vector.0.len() {
                return Err(damaged("the vector"));
            }
            Ok(vector)
        })
    }

    /// Every record.
    pub fn records(&self, space: SpaceId) -> Result<Vec<Record>> {
        self.sound(|| {
            use rayon::prelude::*;
            let table = self.read()?.open_table(RECORDS).map_err(failed)?;
            // Back to back: ids and values, and where each begins and ends.
            let (mut raw, mut spans) = (Vec::new(), Vec::new());
            each(&table, "the records", |key, value| {
                if let Some(id) = key.strip_prefix(&space.0) {
                    let from = raw.len();
                    raw.extend_from_slice(id);
                    let middle = raw.len();
                    raw.extend_from_slice(value);
                    spans.push((from, middle, raw.len()));
                }
                Ok(())
            })?;
            let read = |&(from, middle, to): &(usize, usize, usize)| {
                let record: Option<Record> = decode(&raw[middle..to], "a record").ok();
                record.filter(|record| record.id().as_bytes() == &raw[from..middle])
            };
            // Each straight to its place, where one by one they would be moved once more.
            let records: Vec<Option<Record>> = spans.par_iter().map(read).collect();
            records.into_iter().collect::<Option<_>>().ok_or_else(|| damaged("a record"))
        })
    }

    /// What every change says of the pipeline, opportunity by opportunity in the order of arrival, but for some commits.
    pub fn past(&self, space: SpaceId, but: &BTreeMap<u64, Aside>) -> Result<Vec<(DocId, Traced)>> {
        let wrong = || damaged("the log of fields");
        self.sound(|| {
            use rayon::prelude::*;
            let (mut raw, mut spans) = (Vec::new(), Vec::new());
            self.whole(&FIELDS, &self.read()?)?.each(|key, value| {
                let rest: Option<&[u8; 28]> = key.strip_prefix(&space.0).and_then(|rest| rest.try_into().ok());
                let (number, id) = rest.ok_or_else(wrong)?.split_at(12);
                let arrival = number.first_chunk().map(|arrival| u64::from_be_bytes(*arrival)).ok_or_else(wrong)?;
                if !but.contains_key(&arrival) {
                    let id: [u8; 16] = id.try_into().map_err(|_| wrong())?;
                    spans.push((id, raw.len(), raw.len() + value.len()));
                    raw.extend_from_slice(value);
                }
                Ok(())
            })?;
            // Of one opportunity they stay in the order in which they came.
            spans.par_sort_by_key(|(id, ..)| *id);
            let read = |&(id, from, to): &([u8; 16], usize, usize)| {
                let id = DocId::from_bytes(id).ok_or_else(wrong)?;
                Ok((id, postcard::from_bytes(&raw[from..to]).map_err(|_| wrong())?))
            };
            spans.par_iter().map(read).collect()
        })
    }

    /// How many entries of the log of fields are not what they are to be: missing, damaged, or nobody's.
    pub fn wrong_past(&self, space: SpaceId, changes: &[PastChange]) -> Result<usize> {
        self.sound(|| {
            let mut wanted: Vec<([u8; 44], Vec<u8>)> = changes
                .iter()
                .map(|(doc, arrival, number, traced)| (field_key(space, *arrival, *number, *doc), plain(traced)))
                .collect();
            wanted.sort_unstable();
            let (mut held, mut right) = (0, 0);
            self.whole(&FIELDS, &self.read()?)?.each(|key, value| {
                held += 1;
                let at = wanted.binary_search_by(|(known, _)| known.as_slice().cmp(key));
                right += usize::from(at.is_ok_and(|at| wanted[at].1 == value));
                Ok(())
            })?;
            Ok(wanted.len().max(held) - right)
        })
    }

    /// A document's saved bytes; nothing if it is not here.
    pub fn document(&self, space: SpaceId, doc: DocId) -> Result<Option<Vec<u8>>> {
        self.sound(|| {
            let read = self.read()?;
            let table = read.open_table(DOCUMENTS).map_err(failed)?;
            let key = doc_key(space, doc);
            let Some(value) = table.get(key.as_slice()).map_err(failed)? else {
                // Nobody may take what was lost for what never was.
                let record = read.open_table(RECORDS).map_err(failed)?.get(key.as_slice()).map_err(failed)?;
                return if record.is_none() { Ok(None) } else { Err(damaged("a document is missing")) };
            };
            unguard(value.value()).map(|v| Some(v.to_vec())).ok_or_else(|| damaged("a document"))
        })
    }

    pub fn document_ids(&self, space: SpaceId) -> Result<Vec<DocId>> {
        self.sound(|| {
            let table = self.read()?.open_table(DOCUMENTS).map_err(failed)?;
            let mut ids = Vec::new();
            each(&table, "the documents", |key, _| {
                if let Some(id) = key.strip_prefix(&space.0) {
                    let id = id.try_into().ok().and_then(DocId::from_bytes);
                    ids.push(id.ok_or_else(|| damaged("the documents"))?);
                }
                Ok(())
            })?;
            Ok(ids)
        })
    }

    /// Names of tables that a newer or damaged file lacks.
    pub fn missing_tables(&self) -> Result<Vec<&'static str>> {
        self.sound(|| {
            let read = self.read()?;
            let names: Vec<String> = read.list_tables().map_err(failed)?.map(|t| t.name().to_owned()).collect();
            let all = ["meta", "settings", "peers", "commits", "changed", "documents", "records", "vector"];
            let all = all.into_iter().chain(["members", "sets", "asides"]);
            let packed = [&LOG, &ARRIVALS, &KNEW, &FIELDS, &COMMANDS];
            let all = all.chain(packed.into_iter().flat_map(Packed::names));
            Ok(all.filter(|t| !names.iter().any(|n| n == t)).collect())
        })
    }
}
