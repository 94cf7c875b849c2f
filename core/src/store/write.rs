use std::{
    collections::BTreeMap,
    sync::{MutexGuard, PoisonError},
};

use rayon::prelude::*;
use redb::{TableDefinition, WriteTransaction};
use serde::{Deserialize, Serialize};

use super::{
    ARRIVALS, ASIDES, Bytes, CHANGED, COMMANDS, COMMITS, DOCUMENTS, FIELDS, FORMAT, Front, KNEW, LOG, MEMBERS, META,
    NEWER, OF_OLDER_FORMATS, PEERS, Place, RECORDS, SETS, SETTINGS, Store, VECTOR, arrival_key, commit_key, damaged,
    doc_key, encode, failed, field_key,
    guard::guard_under,
    log_key,
    packed::{Growing, Packed},
    parse,
    parts::{Coming, Encoded, Part, in_order, in_parts},
    plain,
    read::number_of,
    touched,
};
use crate::{
    commit::{Body, Intent, Opened, Target},
    crew::beside,
    document,
    error::Result,
    id::{BatchId, CommitId, DeviceId, DocId, Epoch, SpaceId},
    members::Known,
    record::{self, Record, Traced},
    workspace::{Aside, Peer},
};

/// A document as it is to be stored.
#[derive(Clone)]
pub(crate) struct StoredDoc {
    pub id: DocId,
    /// There is to be none yet: it was not made of one that is there.
    pub is_new: bool,
    pub saved: Vec<u8>,
    pub record: Record,
}

/// One of this user's commands.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Action {
    pub commit: CommitId,
    pub batch: Option<BatchId>,
    pub label: String,
    /// Nothing for a command of its own.
    pub undoes: Option<Target>,
    pub redoes: Option<Target>,
}

/// What one transaction writes, all or nothing.
pub(crate) struct Batch<'a> {
    pub space: SpaceId,
    /// With the arrival number of each.
    pub commits: &'a [(u64, &'a Opened)],
    /// By arrival number, under which epoch a commit is held that is not held under its own, as its log has forked.
    pub branches: &'a [(u64, Epoch)],
    /// What is held of a log and comes after a fork from now on.
    pub split: Option<&'a Split>,
    /// By arrival number, the set of membership commits that each knew.
    pub known: &'a [(u64, u32)],
    /// Sets that are new.
    pub sets: &'a [(u32, &'a Known)],
    /// Of which commits it changed whether they have an effect, by arrival number.
    pub asides: &'a [(u64, Option<Aside>)],
    pub documents: &'a [StoredDoc],
    pub coming: Coming<'a>,
    /// Documents of which nothing is left.
    pub gone: &'a [DocId],
    pub front: &'a Front,
    /// Milliseconds since 1970.
    pub received: i64,
    /// Whose commands are kept for undo.
    pub own_user: DocId,
}

/// The end of a log that is held as a log of its own from now on.
pub(crate) struct Split {
    pub device: DeviceId,
    pub from: Epoch,
    pub to: Epoch,
    /// The first number of it, and the last.
    pub first: u64,
    pub last: u64,
    pub arrivals: Vec<u64>,
}

/// What a change says of the pipeline, and which one it is: the commit's arrival number, the change's number within it.
pub(crate) type PastChange = (DocId, u64, u32, Traced);

/// What the changes of a commit say of the pipeline.
pub(crate) fn past_of(arrival: u64, commit: &Opened) -> Vec<PastChange> {
    let body = &commit.body;
    let traced = |(number, change): (u32, &crate::commit::DocChange)| {
        let traced = document::trace(change.doc, &change.change, body.time)?;
        Some((change.doc, arrival, number, traced))
    };
    (0u32..).zip(&body.changes).filter_map(traced).collect()
}

/// An open write transaction.
pub(crate) struct Write<'a> {
    inner: WriteTransaction,
    store: &'a Store,
    /// Dropped last.
    _alone: MutexGuard<'a, ()>,
}

impl Store {
    /// Writes commits and the documents they make in one durable transaction. Returns the records of those that came.
    pub fn commit(&self, batch: &Batch<'_>) -> Result<Vec<Record>> {
        self.sound(|| {
            let write = self.begin()?;
            let records = write.put_batch(batch)?;
            write.commit()?;
            Ok(records)
        })
    }

    /// Makes the file one of this format, where all that this program looks for is in it.
    pub fn leave_older(&self) -> Result<()> {
        if self.format()? == FORMAT {
            return Ok(());
        }
        self.sound(|| {
            let write = self.begin()?;
            write.leave_older()?;
            write.commit()
        })
    }

    pub fn begin(&self) -> Result<Write<'_>> {
        let alone = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        self.sound(|| Ok(Write { inner: self.database.write()?, store: self, _alone: alone }))
    }

    pub fn set_setting(&self, name: &str, value: &[u8]) -> Result<()> {
        self.sound(|| {
            let write = self.begin()?;
            write
                .inner
                .open_table(SETTINGS)
                .map_err(failed)?
                .insert(name, guard_under(name.as_bytes(), value).as_slice())
                .map_err(failed)?;
            write.commit()
        })
    }

    pub fn put_peer(&self, peer: &Peer) -> Result<()> {
        self.sound(|| {
            let write = self.begin()?;
            let mut table = write.inner.open_table(PEERS).map_err(failed)?;
            table.insert(peer.device.0.as_slice(), encode(peer).as_slice()).map_err(failed)?;
            drop(table);
            write.commit()
        })
    }
}

impl Write<'_> {
    pub fn put_batch(&self, batch: &Batch<'_>) -> Result<Vec<Record>> {
        let Batch { space, commits, documents, coming, .. } = *batch;
        self.store.sound(|| {
            // What is much work is the crew's, while this thread writes and packs the log and puts down what is ready.
            let past =
                || commits.par_iter().flat_map_iter(|(arrival, commit)| past_of(*arrival, commit)).collect::<Vec<_>>();
            let documents = in_order(documents);
            let mut parts = in_parts(&documents, coming.ids);
            let first = parts.next();
            let ((past, first), logged) = beside(
                || (past(), first.map(|part| coming.ready(space, part))),
                || {
                    self.put_log(batch)?;
                    self.put_index(space, commits, batch.own_user)
                },
            );
            logged?;
            let (ready, mut records) = first.transpose()?.unwrap_or_default();
            let rest = || {
                self.put_past(space, &past)?;
                self.put_known(batch.known, batch.sets)?;
                self.put_asides(batch.asides)?;
                self.remove_documents(space, batch.gone)
            };
            records.append(&mut self.put_parts(space, ready, parts, coming, rest)?);
            Ok(records)
        })
    }

    /// Puts documents down, those that are ready and part by part those that follow, after what else is put. Returns the records of
    /// those that came with the parts.
    fn put_parts<'p>(
        &self,
        space: SpaceId,
        mut ready: Vec<Encoded>,
        mut parts: impl Iterator<Item = Part<'p>>,
        coming: Coming<'_>,
        first: impl FnOnce() -> Result<()>,
    ) -> Result<Vec<Record>> {
        let mut first = Some(first);
        let mut records = Vec::new();
        loop {
            let mut put = || {
                first.take().map_or(Ok(()), |first| first())?;
                self.put_encoded(&ready)
            };
            let Some(part) = parts.next() else {
                put()?;
                return Ok(records);
            };
            let (next, put) = beside(|| coming.ready(space, part), put);
            put?;
            let (encoded, mut more) = next?;
            ready = encoded;
            records.append(&mut more);
        }
    }

    /// Commits under their places in their logs, and the order in which they arrived.
    fn put_log(&self, batch: &Batch<'_>) -> Result<()> {
        let space = batch.space;
        let mut log = self.growing(&LOG)?;
        let mut arrivals = self.growing(&ARRIVALS)?;
        if let Some(split) = batch.split {
            let Split { device, from, to, first, last, .. } = *split;
            for (key, commit) in log.take_from(&log_key(space, device, from, first))? {
                let seq = key.last_chunk().map(|seq| u64::from_be_bytes(*seq)).unwrap_or_default();
                log.push(&log_key(space, device, to, seq), &commit)?;
            }
            let moved = split.arrivals.iter().map(|arrival| arrival_key(space, *arrival).to_vec()).collect();
            arrivals.change(&moved, |_, place| {
                let place: Place = parse(place, "the order of arrival")?;
                Ok(plain(&Place { epoch: to, ..place }))
            })?;
            let mut vector = self.inner.open_table(VECTOR).map_err(failed)?;
            let whole = log_key(space, device, from, 0);
            match first - 1 {
                0 => _ = vector.remove(&whole[..64]).map_err(failed)?,
                left => _ = vector.insert(&whole[..64], left).map_err(failed)?,
            }
            vector.insert(&log_key(space, device, to, 0)[..64], last).map_err(failed)?;
        }
        for (arrival, commit) in batch.commits {
            let Body { device, epoch, seq, lamport, .. } = commit.body;
            let epoch = batch.branches.iter().find(|(a, _)| a == arrival).map_or(epoch, |(_, held)| *held);
            log.push(&log_key(space, device, epoch, seq), &commit.bytes)?;
            let place = Place { device, epoch, seq, lamport, received: batch.received };
            arrivals.push(&arrival_key(space, *arrival), &plain(&place))?;
        }
        log.close()?;
        arrivals.close()?;
        self.put_front(batch.front)
    }

    pub fn put_front(&self, front: &Front) -> Result<()> {
        let mut meta = self.inner.open_table(META).map_err(failed)?;
        meta.insert("front", encode(front).as_slice()).map_err(failed)?;
        Ok(())
    }

    /// Notes when commits were received, by arrival number, in milliseconds since 1970.
    pub fn put_received(&self, space: SpaceId, received: &BTreeMap<u64, i64>) -> Result<()> {
        self.store.sound(|| {
            let keys = received.keys().map(|arrival| arrival_key(space, *arrival).to_vec()).collect();
            self.growing(&ARRIVALS)?.change(&keys, |key, place| {
                let place: Place = parse(place, "the order of arrival")?;
                let received = received.get(&number_of(key)?).copied().unwrap_or(place.received);
                Ok(plain(&Place { received, ..place }))
            })
        })
    }

    /// What is looked up of commits: where they are, what they touch, how far logs go, which are of membership or of this user.
    pub fn put_index(&self, space: SpaceId, commits: &[(u64, &Opened)], own_user: DocId) -> Result<()> {
        self.store.sound(|| {
            let mut ids = self.inner.open_table(COMMITS).map_err(failed)?;
            let mut changed = self.inner.open_table(CHANGED).map_err(failed)?;
            let mut vector = self.inner.open_table(VECTOR).map_err(failed)?;
            let mut members = self.inner.open_table(MEMBERS).map_err(failed)?;
            let mut actions = self.growing(&COMMANDS)?;
            // Keys that come in no order are put in theirs: the tree's pages are then visited once each.
            let mut by_id: Vec<_> = commits.iter().map(|(arrival, commit)| (commit.id, *arrival)).collect();
            by_id.sort_unstable();
            for (id, arrival) in by_id {
                ids.insert(commit_key(&id), encode(&arrival).as_slice()).map_err(failed)?;
            }
            let mut docs: BTreeMap<DocId, Vec<u64>> = BTreeMap::new();
            for (arrival, commit) in commits {
                for change in &commit.body.changes {
                    let list = docs.entry(change.doc).or_default();
                    if list.last() != Some(arrival) {
                        list.push(*arrival);
                    }
                }
            }
            for (doc, arrivals) in docs {
                touched::add(&mut changed, space, doc, &arrivals)?;
            }
            let arrivals = self.growing(&ARRIVALS)?;
            for (arrival, commit) in commits {
                let body = &commit.body;
                // What lies on a branch is held under an epoch of its own.
                let place = arrivals.get(&arrival_key(space, *arrival))?;
                let place = place.ok_or_else(|| damaged("the order of arrival"))?;
                let place: Place = parse(&place, "the order of arrival")?;
                let key = log_key(space, body.device, place.epoch, body.seq);
                vector.insert(&key[..64], body.seq).map_err(failed)?;
                if let Intent::Members(_) = body.intent {
                    members.insert(*arrival, ()).map_err(failed)?;
                } else if body.user == own_user {
                    actions.push(&arrival.to_be_bytes(), &plain(&Action::of(commit)))?;
                }
            }
            actions.close()?;
            if commits.iter().any(|(_, commit)| commit.beyond.is_some()) {
                let mut newer = self.inner.open_table(NEWER).map_err(failed)?;
                for (arrival, commit) in commits {
                    if let Some(beyond) = commit.beyond {
                        newer.insert(*arrival, beyond.intent).map_err(failed)?;
                    }
                }
            }
            Ok(())
        })
    }

    pub fn put_known(&self, known: &[(u64, u32)], sets: &[(u32, &Known)]) -> Result<()> {
        self.store.sound(|| {
            let mut knew = self.growing(&KNEW)?;
            for (arrival, set) in known {
                knew.push(&arrival.to_be_bytes(), &plain(set))?;
            }
            knew.close()?;
            let mut table = self.inner.open_table(SETS).map_err(failed)?;
            for (number, set) in sets {
                table.insert(u64::from(*number), encode(set).as_slice()).map_err(failed)?;
            }
            Ok(())
        })
    }

    pub fn put_asides(&self, asides: &[(u64, Option<Aside>)]) -> Result<()> {
        self.store.sound(|| {
            let mut table = self.inner.open_table(ASIDES).map_err(failed)?;
            for (arrival, aside) in asides {
                match aside {
                    Some(aside) => _ = table.insert(*arrival, encode(aside).as_slice()).map_err(failed)?,
                    None => _ = table.remove(*arrival).map_err(failed)?,
                }
            }
            Ok(())
        })
    }

    fn remove_documents(&self, space: SpaceId, docs: &[DocId]) -> Result<()> {
        self.store.sound(|| {
            for table in [DOCUMENTS, RECORDS] {
                let mut table = self.inner.open_table(table).map_err(failed)?;
                for doc in docs {
                    table.remove(doc_key(space, *doc).as_slice()).map_err(failed)?;
                }
            }
            Ok(())
        })
    }

    pub fn put_past(&self, space: SpaceId, changes: &[PastChange]) -> Result<()> {
        self.store.sound(|| {
            let mut fields = self.growing(&FIELDS)?;
            for (doc, arrival, number, traced) in changes {
                fields.push(&field_key(space, *arrival, *number, *doc), &plain(traced))?;
            }
            fields.close()
        })
    }

    pub fn put_documents(&self, space: SpaceId, docs: &[StoredDoc]) -> Result<()> {
        let docs = in_order(docs);
        self.put_parts(space, Vec::new(), in_parts(&docs, &[]), Coming::NONE, || Ok(())).map(|_| ())
    }

    fn put_encoded(&self, docs: &[Encoded]) -> Result<()> {
        self.store.sound(|| {
            let mut documents = self.inner.open_table(DOCUMENTS).map_err(failed)?;
            let mut records = self.inner.open_table(RECORDS).map_err(failed)?;
            for doc in docs {
                let before = documents.insert(doc.key.as_slice(), doc.saved.as_slice()).map_err(failed)?;
                if doc.is_new && before.is_some() {
                    return Err(damaged("a record is missing"));
                }
                drop(before);
                records.insert(doc.key.as_slice(), doc.record.as_slice()).map_err(failed)?;
            }
            Ok(())
        })
    }

    /// Empties the tables of what is looked up of commits. Those of an older format are left behind.
    pub fn clear_index(&self) -> Result<()> {
        self.store.sound(|| {
            for table in [COMMITS, CHANGED] {
                self.empty(table)?;
            }
            self.inner.delete_table(VECTOR).map_err(failed)?;
            self.inner.delete_table(MEMBERS).map_err(failed)?;
            self.inner.delete_table(NEWER).map_err(failed)?;
            COMMANDS.clear(&self.inner)?;
            self.leave_older()
        })
    }

    /// What only older formats held is left behind: from now on the file is of this one.
    fn leave_older(&self) -> Result<()> {
        for name in OF_OLDER_FORMATS {
            self.inner.delete_table(TableDefinition::<Bytes, Bytes>::new(name)).map_err(failed)?;
        }
        let mut meta = self.inner.open_table(META).map_err(failed)?;
        meta.insert("format", encode(&FORMAT).as_slice()).map_err(failed)?;
        Ok(())
    }

    /// Empties the tables that are made from the log: documents, records, past, and what commits knew and count.
    pub fn clear_derived(&self) -> Result<()> {
        self.store.sound(|| {
            for table in [DOCUMENTS, RECORDS] {
                self.empty(table)?;
            }
            for table in [SETS, ASIDES] {
                self.inner.delete_table(table).map_err(failed)?;
                self.inner.open_table(table).map_err(failed)?;
            }
            KNEW.clear(&self.inner)?;
            FIELDS.clear(&self.inner)
        })
    }

    /// Empties the log of fields, which is made from the log.
    pub fn clear_past(&self) -> Result<()> {
        self.store.sound(|| FIELDS.clear(&self.inner))
    }

    /// Packs what lies loose and fills rows, as a store of an older format has all of it.
    pub fn pack(&self) -> Result<()> {
        self.store.sound(|| {
            self.growing(&LOG)?.pack_all()?;
            self.growing(&ARRIVALS)?.pack_all()
        })
    }

    fn empty(&self, table: TableDefinition<Bytes, Bytes>) -> Result<()> {
        self.inner.delete_table(table).map_err(failed)?;
        self.inner.open_table(table).map_err(failed)?;
        Ok(())
    }

    fn growing(&self, packed: &'static Packed) -> Result<Growing<'_, '_>> {
        packed.write(&self.inner, &self.store.unpacked)
    }

    /// Notes that the records are in the shape that this program reads.
    pub fn put_shape(&self) -> Result<()> {
        self.store.sound(|| {
            let mut meta = self.inner.open_table(META).map_err(failed)?;
            meta.insert("records", encode(&record::shape()).as_slice()).map_err(failed)?;
            Ok(())
        })
    }

    pub fn commit(self) -> Result<()> {
        self.store.sound(|| self.inner.commit().map_err(failed))
    }
}

impl Action {
    fn of(commit: &Opened) -> Action {
        let (undoes, redoes) = match commit.body.intent {
            Intent::Undo(target) => (Some(target), None),
            Intent::Redo(target) => (None, Some(target)),
            _ => (None, None),
        };
        Action { commit: commit.id, batch: commit.body.batch, label: commit.body.label.clone(), undoes, redoes }
    }
}
