use std::{collections::BTreeMap, ops::ControlFlow};

use redb::{Key, ReadOnlyTable, ReadTransaction, ReadableTable, ReadableTableMetadata, TableHandle, Value};
use serde::de::DeserializeOwned;

use super::{
    ARRIVALS, ASIDES, Action, Bytes, CHANGED, COMMANDS, COMMITS, DOCUMENTS, FIELDS, Front, HEADS, Identity, KNEW, LOG,
    MEMBERS, META, NEWER, PEERS, Place, RECORDS, SETS, SETTINGS, Store, VECTOR, arrival_key, commit_key, damaged,
    decode, doc_key, failed, field_key,
    guard::unguard_under,
    log_key,
    packed::{Packed, Whole},
    parse, plain, touched, unguard,
    write::PastChange,
};
use crate::{
    commit::{self, Body, Intent, Opened, Vector},
    error::Result,
    id::{CommitId, DeviceId, DocId, Epoch, SpaceId},
    members::Known,
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
fn number_of(key: &[u8]) -> Result<u64> {
    let number = key.last_chunk().ok_or_else(|| damaged("the order of arrival"))?;
    Ok(u64::from_be_bytes(*number))
}

impl Store {
    /// Tables that all others are made from.
    pub const CANNOT_DO_WITHOUT: [&'static str; 5] =
        ["meta", LOG.names()[0], LOG.names()[1], ARRIVALS.names()[0], ARRIVALS.names()[1]];
    /// Those of the log of fields.
    pub const PAST: [&'static str; 2] = FIELDS.names();

    fn read(&self) -> Result<ReadTransaction> {
        self.database.read()
    }

    fn whole(&self, packed: &'static Packed, read: &ReadTransaction) -> Result<Whole<'_, ReadOnlyTable<Bytes, Bytes>>> {
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
                let value = unguard(value).map(|v| (name.to_owned(), v.to_vec()));
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
                let record: Record = decode(&raw[middle..to], "a record")?;
                if record.id().as_bytes() == &raw[from..middle] { Ok(record) } else { Err(damaged("a record")) }
            };
            spans.par_iter().map(read).collect()
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
                let heads = read.open_table(HEADS).map_err(failed)?.get(key.as_slice()).map_err(failed)?;
                return if heads.is_none() { Ok(None) } else { Err(damaged("a document is missing")) };
            };
            unguard(value.value()).map(|v| Some(v.to_vec())).ok_or_else(|| damaged("a document"))
        })
    }

    pub fn heads(&self, space: SpaceId, doc: DocId) -> Result<Vec<[u8; 32]>> {
        self.sound(|| {
            let read = self.read()?;
            let table = read.open_table(HEADS).map_err(failed)?;
            let key = doc_key(space, doc);
            let Some(value) = table.get(key.as_slice()).map_err(failed)? else {
                let document = read.open_table(DOCUMENTS).map_err(failed)?.get(key.as_slice()).map_err(failed)?;
                return if document.is_none() {
                    Ok(Vec::new())
                } else {
                    Err(damaged("a document's heads are missing"))
                };
            };
            let bytes = unguard_under(&key, value.value()).ok_or_else(|| damaged("a document's heads"))?;
            Ok(bytes.as_chunks::<32>().0.to_vec())
        })
    }

    /// Calls back with every document's id and heads, in the order of the ids.
    pub fn each_heads(&self, space: SpaceId, mut look: impl FnMut(&[u8], &[u8])) -> Result<()> {
        self.sound(|| {
            let table = self.read()?.open_table(HEADS).map_err(failed)?;
            each(&table, "the documents' heads", |key, value| {
                if let Some(id) = key.strip_prefix(&space.0) {
                    look(id, unguard_under(key, value).ok_or_else(|| damaged("a document's heads"))?);
                }
                Ok(())
            })
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

    /// A commit's arrival number; nothing if it is not held.
    pub fn arrival_of(&self, space: SpaceId, commit: CommitId) -> Result<Option<u64>> {
        self.sound(|| {
            let read = self.read()?;
            let table = read.open_table(COMMITS).map_err(failed)?;
            let Some(value) = table.get(commit_key(&commit)).map_err(failed)? else { return Ok(None) };
            let arrival = decode(value.value(), "the index of commits")?;
            let held = self.signed_at(&read, space, arrival)?.ok_or_else(|| damaged("the index of commits"))?;
            // A colleague may name causes as he likes: one that is like another in its first half is not held.
            Ok((commit::id_of(&held.1) == Some(commit)).then_some(arrival))
        })
    }

    /// Where a commit stands and the number of the set of membership commits that it knew; nothing if it is not held.
    pub fn place_of(&self, space: SpaceId, commit: CommitId) -> Result<Option<(Place, u32)>> {
        let Some(arrival) = self.arrival_of(space, commit)? else { return Ok(None) };
        Ok(self.place_at(space, arrival)?.zip(self.known_at(arrival)?))
    }

    /// The number of the set of membership commits that a commit knew.
    fn known_at(&self, arrival: u64) -> Result<Option<u32>> {
        self.sound(|| {
            let value = self.whole(&KNEW, &self.read()?)?.get(&arrival.to_be_bytes())?;
            value.map(|v| parse(&v, "the index of what commits knew")).transpose()
        })
    }

    /// Sets of membership commits, by their number.
    pub fn sets(&self) -> Result<Vec<Known>> {
        self.sound(|| {
            let table = self.read()?.open_table(SETS).map_err(failed)?;
            let mut all = Vec::new();
            each(&table, "the sets of membership commits", |number, set| {
                if number != all.len() as u64 {
                    return Err(damaged("the sets of membership commits"));
                }
                all.push(decode(set, "the sets of membership commits")?);
                Ok(())
            })?;
            Ok(all)
        })
    }

    /// Commits that have no effect, by arrival number.
    pub fn asides(&self) -> Result<BTreeMap<u64, Aside>> {
        self.sound(|| {
            let table = self.read()?.open_table(ASIDES).map_err(failed)?;
            let mut all = BTreeMap::new();
            each(&table, "the list of commits without effect", |arrival, aside| {
                all.insert(arrival, decode(aside, "the list of commits without effect")?);
                Ok(())
            })?;
            Ok(all)
        })
    }

    /// Calls back with every commit's arrival number, place, and number of the set of membership commits that it knew.
    pub fn each_place(&self, space: SpaceId, mut each: impl FnMut(u64, Place, u32)) -> Result<()> {
        self.sound(|| {
            let read = self.read()?;
            let knew = self.whole(&KNEW, &read)?;
            let (first, last) = (arrival_key(space, 0), arrival_key(space, u64::MAX));
            self.whole(&ARRIVALS, &read)?.range(&first, &last, |key, place| {
                let arrival = number_of(key)?;
                let set = knew.get(&arrival.to_be_bytes())?;
                let set = set.ok_or_else(|| damaged("the index of what commits knew"))?;
                each(arrival, parse(place, "the order of arrival")?, parse(&set, "the index of what commits knew")?);
                Ok(ControlFlow::Continue(()))
            })
        })
    }

    /// Where a commit stands, by its arrival number.
    pub fn place_at(&self, space: SpaceId, arrival: u64) -> Result<Option<Place>> {
        self.sound(|| {
            let value = self.whole(&ARRIVALS, &self.read()?)?.get(&arrival_key(space, arrival))?;
            value.map(|v| parse(&v, "the order of arrival")).transpose()
        })
    }

    /// A commit's bytes by its arrival number, with where it stands.
    fn signed_at(&self, read: &ReadTransaction, space: SpaceId, arrival: u64) -> Result<Option<(Place, Vec<u8>)>> {
        let Some(place) = self.whole(&ARRIVALS, read)?.get(&arrival_key(space, arrival))? else { return Ok(None) };
        let place: Place = parse(&place, "the order of arrival")?;
        let key = log_key(space, place.device, place.epoch, place.seq);
        let bytes = self.whole(&LOG, read)?.get(&key)?.ok_or_else(|| damaged("the log"))?;
        Ok(Some((place, bytes)))
    }

    /// A commit by its arrival number, with when it was received.
    pub fn commit_at(&self, space: SpaceId, arrival: u64) -> Result<Option<(Opened, i64)>> {
        self.sound(|| {
            let Some((place, bytes)) = self.signed_at(&self.read()?, space, arrival)? else { return Ok(None) };
            let opened = commit::open(bytes, true).map_err(|e| damaged(&format!("the log: {e}")))?;
            let Body { device, epoch, seq, .. } = opened.body;
            if (device, seq) != (place.device, place.seq) || (epoch != place.epoch && !place.epoch.is_branch()) {
                return Err(damaged("the log"));
            }
            Ok(Some((opened, place.received)))
        })
    }

    /// The first commit that is held of a log.
    pub fn first_of(&self, space: SpaceId, device: DeviceId, epoch: Epoch) -> Result<Option<Opened>> {
        Ok(self.stretch(space, device, epoch, 0, 1)?.pop())
    }

    /// A commit's id, by its number in a log.
    pub fn id_in_log(&self, space: SpaceId, device: DeviceId, epoch: Epoch, seq: u64) -> Result<Option<CommitId>> {
        let found = self.stretch(space, device, epoch, seq, 1)?.pop();
        Ok(found.filter(|commit| commit.body.seq == seq).map(|commit| commit.id))
    }

    /// At most so many commits of a log, from a number on.
    pub fn stretch(
        &self,
        space: SpaceId,
        device: DeviceId,
        epoch: Epoch,
        first: u64,
        most: usize,
    ) -> Result<Vec<Opened>> {
        self.sound(|| {
            let (first, last) = (log_key(space, device, epoch, first), log_key(space, device, epoch, u64::MAX));
            let mut all = Vec::new();
            self.whole(&LOG, &self.read()?)?.range(&first, &last, |_, bytes| {
                if all.len() == most {
                    return Ok(ControlFlow::Break(()));
                }
                all.push(commit::open(bytes.to_vec(), true).map_err(|e| damaged(&format!("the log: {e}")))?);
                Ok(ControlFlow::Continue(()))
            })?;
            Ok(all)
        })
    }

    /// Signed commits in the order they arrived, from a number on, that a vector lacks: at least one, then until about
    /// `max_bytes`. With the number to go on from, nothing at the end.
    pub fn commits_beyond(
        &self,
        space: SpaceId,
        peer: &Vector,
        from: u64,
        max_bytes: usize,
    ) -> Result<(Vec<Vec<u8>>, Option<u64>)> {
        let end = self.front()?.arrival;
        self.sound(|| {
            let read = self.read()?;
            let log = self.whole(&LOG, &read)?;
            let (first, last) = (arrival_key(space, from), arrival_key(space, u64::MAX));
            let (mut commits, mut bytes, mut more) = (Vec::new(), 0, false);
            let mut next = from.max(1);
            self.whole(&ARRIVALS, &read)?.range(&first, &last, |key, place| {
                let place: Place = parse(place, "the order of arrival")?;
                if key != arrival_key(space, next) {
                    return Err(damaged("the order of arrival"));
                }
                if place.seq > peer.get(place.device, place.epoch) {
                    if bytes >= max_bytes {
                        more = true;
                        return Ok(ControlFlow::Break(()));
                    }
                    let commit = log.get(&log_key(space, place.device, place.epoch, place.seq))?;
                    let commit = commit.ok_or_else(|| damaged("the log"))?;
                    bytes += commit.len();
                    commits.push(commit);
                }
                next += 1;
                Ok(ControlFlow::Continue(()))
            })?;
            if more {
                return Ok((commits, Some(next)));
            }
            if next <= end {
                return Err(damaged("the order of arrival"));
            }
            Ok((commits, None))
        })
    }

    /// One more than the last arrival number.
    pub fn arrivals(&self, space: SpaceId) -> Result<u64> {
        self.sound(|| {
            let newest = self.whole(&ARRIVALS, &self.read()?)?.last(&space.0)?;
            newest.map_or(Ok(0), |key| Ok(number_of(&key)? + 1))
        })
    }

    /// The arrival numbers of the commits that touched a document, oldest first.
    pub fn touched(&self, space: SpaceId, doc: DocId) -> Result<Vec<u64>> {
        self.sound(|| touched::all(&self.read()?.open_table(CHANGED).map_err(failed)?, space, doc))
    }

    /// The commits that change membership, in the order they arrived, each with the number of the set of them that it knew.
    pub fn member_commits(&self, space: SpaceId) -> Result<Vec<(Opened, u32)>> {
        self.sound(|| {
            let table = self.read()?.open_table(MEMBERS).map_err(failed)?;
            let mut all = Vec::new();
            each(&table, "the list of membership commits", |arrival, ()| {
                let set = self.known_at(arrival)?.ok_or_else(|| damaged("the index of what commits knew"))?;
                let commit = self.commit_at(space, arrival)?.map(|(commit, _)| commit);
                let commit = commit.filter(|commit| matches!(commit.body.intent, Intent::Members(_)));
                all.push((commit.ok_or_else(|| damaged("the list of membership commits"))?, set));
                Ok(())
            })?;
            Ok(all)
        })
    }

    /// Commits of later versions that are not wholly understood, each with whether not even its reason is.
    pub fn newer(&self) -> Result<Vec<(u64, bool)>> {
        self.sound(|| {
            let table = match self.read()?.open_table(NEWER) {
                Err(redb::TableError::TableDoesNotExist(_)) => return Ok(Vec::new()),
                table => table.map_err(failed)?,
            };
            let mut all = Vec::new();
            each(&table, "the list of commits of later versions", |arrival, intent| {
                all.push((arrival, intent));
                Ok(())
            })?;
            Ok(all)
        })
    }

    /// The last commands of this user, newest first, at most `limit`.
    pub fn actions(&self, limit: usize) -> Result<Vec<(u64, Action)>> {
        self.sound(|| {
            let mut all = Vec::new();
            self.whole(&COMMANDS, &self.read()?)?.backwards(&[], |arrival, action| {
                if all.len() == limit {
                    return Ok(ControlFlow::Break(()));
                }
                let arrival = arrival.first_chunk().map(|number| u64::from_be_bytes(*number));
                let arrival = arrival.ok_or_else(|| damaged("the list of commands"))?;
                all.push((arrival, parse(action, "the list of commands")?));
                Ok(ControlFlow::Continue(()))
            })?;
            Ok(all)
        })
    }

    /// How many commits the log holds. Looks at all of it.
    pub fn log_length(&self) -> Result<u64> {
        self.sound(|| self.whole(&LOG, &self.read()?)?.len())
    }

    /// Names of tables that a newer or damaged file lacks.
    pub fn missing_tables(&self) -> Result<Vec<&'static str>> {
        self.sound(|| {
            let read = self.read()?;
            let names: Vec<String> = read.list_tables().map_err(failed)?.map(|t| t.name().to_owned()).collect();
            let all = ["meta", "settings", "peers", "commits", "changed", "documents", "heads", "records", "vector"];
            let all = all.into_iter().chain(["members", "sets", "asides"]);
            let packed = [&LOG, &ARRIVALS, &KNEW, &FIELDS, &COMMANDS];
            let all = all.chain(packed.into_iter().flat_map(Packed::names));
            Ok(all.filter(|t| !names.iter().any(|n| n == t)).collect())
        })
    }
}
