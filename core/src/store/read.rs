use std::collections::BTreeMap;

use redb::{ReadTransaction, ReadableTable, ReadableTableMetadata, TableHandle};
use serde::de::DeserializeOwned;

use super::{
    ACTIONS, ARRIVALS, ASIDES, Action, DOCUMENTS, Front, HEADS, IDS, Identity, KNOWN, LOG, MEMBERS, META, NEWER, PAST,
    PEERS, Place, RECORDS, SETS, SETTINGS, Store, TOUCHED, VECTOR, arrival_key, damaged, decode, doc_key, encode,
    failed, log_key, past_key, unguard, write::PastChange,
};
use crate::{
    commit::{self, Opened, Vector},
    error::Result,
    id::{CommitId, DeviceId, DocId, Epoch, SpaceId},
    members::Known,
    record::{Record, Traced},
    workspace::{Aside, Peer},
};

impl Store {
    fn read(&self) -> Result<ReadTransaction> {
        self.database.read()
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

    pub fn settings(&self) -> Result<Vec<(String, Vec<u8>)>> {
        self.sound(|| {
            let table = self.read()?.open_table(SETTINGS).map_err(failed)?;
            let mut all = Vec::new();
            for entry in table.iter().map_err(failed)? {
                let (name, value) = entry.map_err(failed)?;
                all.extend(unguard(value.value()).map(|v| (name.value().to_owned(), v.to_vec())));
            }
            Ok(all)
        })
    }

    pub fn peers(&self) -> Result<Vec<Peer>> {
        self.sound(|| {
            let table = self.read()?.open_table(PEERS).map_err(failed)?;
            let mut all = Vec::new();
            for entry in table.iter().map_err(failed)? {
                all.extend(decode(entry.map_err(failed)?.1.value(), "a peer").ok());
            }
            Ok(all)
        })
    }

    pub fn vector(&self, space: SpaceId) -> Result<Vector> {
        self.sound(|| {
            let table = self.read()?.open_table(VECTOR).map_err(failed)?;
            let mut vector = Vector::default();
            for entry in table.iter().map_err(failed)? {
                let (key, seq) = entry.map_err(failed)?;
                if let Some((device, epoch)) = key.value().strip_prefix(&space.0).and_then(|k| k.split_at_checked(32)) {
                    let device = DeviceId(device.try_into().map_err(|_| damaged("the vector"))?);
                    let epoch = Epoch(epoch.try_into().map_err(|_| damaged("the vector"))?);
                    vector.0.insert((device, epoch), seq.value());
                }
            }
            Ok(vector)
        })
    }

    /// Every record, each with whether its checksum held; damaged ones are named.
    pub fn records(&self, space: SpaceId) -> Result<(Vec<Record>, Vec<String>)> {
        self.sound(|| {
            use rayon::prelude::*;
            let table = self.read()?.open_table(RECORDS).map_err(failed)?;
            // Back to back: ids and values, and where each begins and ends.
            let (mut raw, mut spans) = (Vec::new(), Vec::new());
            for entry in table.iter().map_err(failed)? {
                let (key, value) = entry.map_err(failed)?;
                if let Some(id) = key.value().strip_prefix(&space.0) {
                    let from = raw.len();
                    raw.extend_from_slice(id);
                    let middle = raw.len();
                    raw.extend_from_slice(value.value());
                    spans.push((from, middle, raw.len()));
                }
            }
            let read = |&(from, middle, to): &(usize, usize, usize)| {
                let hex = || raw[from..middle].iter().map(|b| format!("{b:02x}")).collect::<String>();
                decode::<Record>(&raw[middle..to], "a record").map_err(|_| hex())
            };
            let decoded: Vec<Result<Record, String>> = spans.par_iter().map(read).collect();
            drop(raw);
            let mut bad = Vec::new();
            let good = decoded.into_iter().filter_map(|record| record.map_err(|id| bad.push(id)).ok()).collect();
            Ok((good, bad))
        })
    }

    /// What every change says of the pipeline, opportunity by opportunity in the order of arrival, but for some commits.
    pub fn past(&self, space: SpaceId, but: &BTreeMap<u64, Aside>) -> Result<Vec<(DocId, Traced)>> {
        self.sound(|| {
            use rayon::prelude::*;
            let table = self.read()?.open_table(PAST).map_err(failed)?;
            let (mut raw, mut spans) = (Vec::new(), Vec::new());
            for entry in table.iter().map_err(failed)? {
                let (key, value) = entry.map_err(failed)?;
                let arrival = || key.value()[32..40].try_into().map(u64::from_be_bytes).unwrap_or_default();
                if let Some(id) = key.value().strip_prefix(&space.0).and_then(|key| key.first_chunk::<16>())
                    && !but.contains_key(&arrival())
                {
                    let from = raw.len();
                    raw.extend_from_slice(value.value());
                    spans.push((*id, from, raw.len()));
                }
            }
            let read = |&(id, from, to): &([u8; 16], usize, usize)| {
                let id = DocId::from_bytes(id).ok_or_else(|| damaged("the log of fields"))?;
                Ok((id, decode(&raw[from..to], "the log of fields")?))
            };
            spans.par_iter().map(read).collect()
        })
    }

    /// How many entries of the log of fields are not what they are to be: missing, damaged, or nobody's.
    pub fn wrong_past(&self, space: SpaceId, changes: &[PastChange]) -> Result<usize> {
        self.sound(|| {
            let mut wanted: Vec<([u8; 44], Vec<u8>)> = changes
                .iter()
                .map(|(doc, arrival, number, traced)| (past_key(space, *doc, *arrival, *number), encode(traced)))
                .collect();
            wanted.sort_unstable();
            let table = self.read()?.open_table(PAST).map_err(failed)?;
            let (mut held, mut right) = (0, 0);
            for entry in table.iter().map_err(failed)? {
                let (key, value) = entry.map_err(failed)?;
                held += 1;
                let at = wanted.binary_search_by(|(known, _)| known.as_slice().cmp(key.value()));
                right += usize::from(at.is_ok_and(|at| wanted[at].1 == value.value()));
            }
            Ok(wanted.len().max(held) - right)
        })
    }

    /// A document's saved bytes; nothing if it is not here.
    pub fn document(&self, space: SpaceId, doc: DocId) -> Result<Option<Vec<u8>>> {
        self.sound(|| {
            let table = self.read()?.open_table(DOCUMENTS).map_err(failed)?;
            let value = table.get(doc_key(space, doc).as_slice()).map_err(failed)?;
            value.map(|v| unguard(v.value()).map(<[u8]>::to_vec).ok_or_else(|| damaged("a document"))).transpose()
        })
    }

    pub fn heads(&self, space: SpaceId, doc: DocId) -> Result<Vec<[u8; 32]>> {
        self.sound(|| {
            let table = self.read()?.open_table(HEADS).map_err(failed)?;
            let value = table.get(doc_key(space, doc).as_slice()).map_err(failed)?;
            value.map_or(Ok(Vec::new()), |v| {
                let bytes = unguard(v.value()).ok_or_else(|| damaged("a document's heads"))?;
                Ok(bytes.as_chunks::<32>().0.to_vec())
            })
        })
    }

    /// Calls back with every document's id and heads, in the order of the ids.
    pub fn each_heads(&self, space: SpaceId, mut each: impl FnMut(&[u8], &[u8])) -> Result<()> {
        self.sound(|| {
            let table = self.read()?.open_table(HEADS).map_err(failed)?;
            for entry in table.iter().map_err(failed)? {
                let (key, value) = entry.map_err(failed)?;
                if key.value().starts_with(&space.0) {
                    each(&key.value()[16..], unguard(value.value()).ok_or_else(|| damaged("a document's heads"))?);
                }
            }
            Ok(())
        })
    }

    pub fn document_ids(&self, space: SpaceId) -> Result<Vec<DocId>> {
        self.sound(|| {
            let table = self.read()?.open_table(DOCUMENTS).map_err(failed)?;
            let mut ids = Vec::new();
            for entry in table.iter().map_err(failed)? {
                let key = entry.map_err(failed)?.0;
                if let Some(id) = key.value().strip_prefix(&space.0) {
                    ids.extend(id.try_into().ok().and_then(DocId::from_bytes));
                }
            }
            Ok(ids)
        })
    }

    /// A commit's arrival number; nothing if it is not held.
    pub fn arrival_of(&self, commit: CommitId) -> Result<Option<u64>> {
        self.sound(|| {
            let table = self.read()?.open_table(IDS).map_err(failed)?;
            let value = table.get(commit.0.as_slice()).map_err(failed)?;
            value.map(|v| decode(v.value(), "the index of commits")).transpose()
        })
    }

    /// Where a commit stands and the number of the set of membership commits that it knew; nothing if it is not held.
    pub fn place_of(&self, space: SpaceId, commit: CommitId) -> Result<Option<(Place, u32)>> {
        let Some(arrival) = self.arrival_of(commit)? else { return Ok(None) };
        Ok(self.place_at(space, arrival)?.zip(self.known_at(arrival)?))
    }

    /// The number of the set of membership commits that a commit knew.
    fn known_at(&self, arrival: u64) -> Result<Option<u32>> {
        self.sound(|| {
            let table = self.read()?.open_table(KNOWN).map_err(failed)?;
            let value = table.get(arrival).map_err(failed)?;
            value.map(|v| decode(v.value(), "the index of what commits knew")).transpose()
        })
    }

    /// Sets of membership commits, by their number.
    pub fn sets(&self) -> Result<Vec<Known>> {
        self.sound(|| {
            let table = self.read()?.open_table(SETS).map_err(failed)?;
            let mut all = Vec::new();
            for entry in table.iter().map_err(failed)? {
                all.push(decode(entry.map_err(failed)?.1.value(), "the sets of membership commits")?);
            }
            Ok(all)
        })
    }

    /// Commits that have no effect, by arrival number.
    pub fn asides(&self) -> Result<BTreeMap<u64, Aside>> {
        self.sound(|| {
            let table = self.read()?.open_table(ASIDES).map_err(failed)?;
            let mut all = BTreeMap::new();
            for entry in table.iter().map_err(failed)? {
                let (arrival, aside) = entry.map_err(failed)?;
                all.insert(arrival.value(), decode(aside.value(), "the list of commits without effect")?);
            }
            Ok(all)
        })
    }

    /// Calls back with every commit's arrival number, place, and number of the set of membership commits that it knew.
    pub fn each_place(&self, space: SpaceId, mut each: impl FnMut(u64, Place, u32)) -> Result<()> {
        self.sound(|| {
            let read = self.read()?;
            let known = read.open_table(KNOWN).map_err(failed)?;
            let arrivals = read.open_table(ARRIVALS).map_err(failed)?;
            let (first, last) = (arrival_key(space, 0), arrival_key(space, u64::MAX));
            for entry in arrivals.range(first.as_slice()..=last.as_slice()).map_err(failed)? {
                let (key, value) = entry.map_err(failed)?;
                let arrival = key.value()[16..].try_into().map_err(|_| damaged("the order of arrival"))?;
                let arrival = u64::from_be_bytes(arrival);
                let set =
                    known.get(arrival).map_err(failed)?.ok_or_else(|| damaged("the index of what commits knew"))?;
                let set = decode(set.value(), "the index of what commits knew")?;
                each(arrival, decode(value.value(), "the order of arrival")?, set);
            }
            Ok(())
        })
    }

    /// Where a commit stands, by its arrival number.
    pub fn place_at(&self, space: SpaceId, arrival: u64) -> Result<Option<Place>> {
        self.sound(|| {
            let table = self.read()?.open_table(ARRIVALS).map_err(failed)?;
            let value = table.get(arrival_key(space, arrival).as_slice()).map_err(failed)?;
            value.map(|v| decode(v.value(), "the order of arrival")).transpose()
        })
    }

    /// A commit by its arrival number, with when it was received.
    pub fn commit_at(&self, space: SpaceId, arrival: u64) -> Result<Option<(Opened, i64)>> {
        self.sound(|| {
            let read = self.read()?;
            let arrivals = read.open_table(ARRIVALS).map_err(failed)?;
            let Some(value) = arrivals.get(arrival_key(space, arrival).as_slice()).map_err(failed)? else {
                return Ok(None);
            };
            let entry: Place = decode(value.value(), "the order of arrival")?;
            let log = read.open_table(LOG).map_err(failed)?;
            let key = log_key(space, entry.device, entry.epoch, entry.seq);
            let bytes = log.get(key.as_slice()).map_err(failed)?.ok_or_else(|| damaged("the log"))?;
            let bytes = unguard(bytes.value()).ok_or_else(|| damaged("the log"))?.to_vec();
            let opened = commit::open(bytes, true).map_err(|e| damaged(&format!("the log: {e}")))?;
            Ok(Some((opened, entry.received)))
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
            let table = self.read()?.open_table(LOG).map_err(failed)?;
            let (first, last) = (log_key(space, device, epoch, first), log_key(space, device, epoch, u64::MAX));
            let mut all = Vec::new();
            for entry in table.range(first.as_slice()..=last.as_slice()).map_err(failed)?.take(most) {
                let value = entry.map_err(failed)?.1;
                let bytes = unguard(value.value()).ok_or_else(|| damaged("the log"))?.to_vec();
                all.push(commit::open(bytes, true).map_err(|e| damaged(&format!("the log: {e}")))?);
            }
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
        self.sound(|| {
            let read = self.read()?;
            let arrivals = read.open_table(ARRIVALS).map_err(failed)?;
            let log = read.open_table(LOG).map_err(failed)?;
            let (first, last) = (arrival_key(space, from), arrival_key(space, u64::MAX));
            let (mut commits, mut bytes) = (Vec::new(), 0);
            for entry in arrivals.range(first.as_slice()..=last.as_slice()).map_err(failed)? {
                let (key, value) = entry.map_err(failed)?;
                let arrival: Place = decode(value.value(), "the order of arrival")?;
                if arrival.seq <= peer.get(arrival.device, arrival.epoch) {
                    continue;
                }
                if bytes >= max_bytes {
                    let number =
                        u64::from_be_bytes(key.value()[16..].try_into().map_err(|_| damaged("the order of arrival"))?);
                    return Ok((commits, Some(number)));
                }
                let key = log_key(space, arrival.device, arrival.epoch, arrival.seq);
                let commit = log.get(key.as_slice()).map_err(failed)?.ok_or_else(|| damaged("the log"))?;
                let commit = unguard(commit.value()).ok_or_else(|| damaged("the log"))?.to_vec();
                bytes += commit.len();
                commits.push(commit);
            }
            Ok((commits, None))
        })
    }

    /// One more than the last arrival number.
    pub fn arrivals(&self, space: SpaceId) -> Result<u64> {
        self.sound(|| {
            let table = self.read()?.open_table(ARRIVALS).map_err(failed)?;
            let (first, last) = (arrival_key(space, 0), arrival_key(space, u64::MAX));
            let newest = table.range(first.as_slice()..=last.as_slice()).map_err(failed)?.next_back();
            let Some(newest) = newest else { return Ok(0) };
            let key = newest.map_err(failed)?.0;
            let number = key.value()[16..].try_into().map_err(|_| damaged("the order of arrival"))?;
            Ok(u64::from_be_bytes(number) + 1)
        })
    }

    /// The arrival numbers of the commits that touched a document, oldest first.
    pub fn touched(&self, space: SpaceId, doc: DocId) -> Result<Vec<u64>> {
        self.sound(|| {
            let table = self.read()?.open_table(TOUCHED).map_err(failed)?;
            let (first, last) = (super::touched_key(space, doc, 0), super::touched_key(space, doc, u64::MAX));
            let mut all = Vec::new();
            for entry in table.range(first.as_slice()..=last.as_slice()).map_err(failed)? {
                let key = entry.map_err(failed)?.0;
                all.push(u64::from_be_bytes(
                    key.value()[32..].try_into().map_err(|_| damaged("the index of documents"))?,
                ));
            }
            Ok(all)
        })
    }

    /// The commits that change membership, in the order they arrived, each with the number of the set of them that it knew.
    pub fn member_commits(&self, space: SpaceId) -> Result<Vec<(Opened, u32)>> {
        self.sound(|| {
            let table = self.read()?.open_table(MEMBERS).map_err(failed)?;
            let mut all = Vec::new();
            for entry in table.iter().map_err(failed)? {
                let arrival = entry.map_err(failed)?.0.value();
                let set = self.known_at(arrival)?.ok_or_else(|| damaged("the index of what commits knew"))?;
                all.extend(self.commit_at(space, arrival)?.map(|(opened, _)| (opened, set)));
            }
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
            let entry = |entry: std::result::Result<_, redb::StorageError>| {
                let (arrival, intent): (redb::AccessGuard<'_, u64>, redb::AccessGuard<'_, bool>) =
                    entry.map_err(failed)?;
                Ok((arrival.value(), intent.value()))
            };
            table.iter().map_err(failed)?.map(entry).collect()
        })
    }

    /// The last commands of this user, newest first, at most `limit`.
    pub fn actions(&self, limit: usize) -> Result<Vec<(u64, Action)>> {
        self.sound(|| {
            let table = self.read()?.open_table(ACTIONS).map_err(failed)?;
            let mut all = Vec::new();
            for entry in table.iter().map_err(failed)?.rev().take(limit) {
                let (arrival, value) = entry.map_err(failed)?;
                all.push((arrival.value(), decode(value.value(), "the list of commands")?));
            }
            Ok(all)
        })
    }

    pub fn commit_count(&self) -> Result<u64> {
        self.sound(|| self.read()?.open_table(LOG).map_err(failed)?.len().map_err(failed))
    }

    /// Names of tables that a newer or damaged file lacks.
    pub fn missing_tables(&self) -> Result<Vec<&'static str>> {
        self.sound(|| {
            let read = self.read()?;
            let names: Vec<String> = read.list_tables().map_err(failed)?.map(|t| t.name().to_owned()).collect();
            let all = [
                "meta",
                "settings",
                "peers",
                "log",
                "arrivals",
                "ids",
                "touched",
                "documents",
                "heads",
                "records",
                "past",
                "vector",
                "members",
                "known",
                "sets",
                "asides",
                "actions",
            ];
            Ok(all.into_iter().filter(|t| !names.iter().any(|n| n == t)).collect())
        })
    }
}
