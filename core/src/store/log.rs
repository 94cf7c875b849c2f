//! Reading the log, and what is looked up of commits.

use std::{collections::BTreeMap, ops::ControlFlow};

use redb::ReadTransaction;

use super::{
    ARRIVALS, ASIDES, Action, CHANGED, COMMANDS, COMMITS, KNEW, LOG, MEMBERS, NEWER, Place, SETS, Store, arrival_key,
    commit_key, damaged, decode, failed, log_key, parse, read::each, read::number_of, touched,
};
use crate::{
    commit::{self, Body, Intent, Opened, Vector},
    error::Result,
    id::{CommitId, DeviceId, DocId, Epoch, SpaceId},
    members::Known,
    workspace::Aside,
};

impl Store {
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

    /// When each commit was received, in their order, in milliseconds since 1970. Their numbers, which carry no checksum, are not
    /// gone by.
    pub fn received(&self, space: SpaceId) -> Result<Vec<i64>> {
        self.sound(|| {
            let mut all = Vec::new();
            let (first, last) = (arrival_key(space, 0), arrival_key(space, u64::MAX));
            self.whole(&ARRIVALS, &self.read()?)?.range(&first, &last, |_, place| {
                let place: Place = parse(place, "the order of arrival")?;
                all.push(place.received);
                Ok(ControlFlow::Continue(()))
            })?;
            Ok(all)
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

    /// The commits that touched a document and whose numbers are asked for, oldest first; each is read when it is reached.
    pub fn touching(
        &self,
        space: SpaceId,
        doc: DocId,
        is_asked: impl Fn(u64) -> bool,
    ) -> Result<impl Iterator<Item = Result<(u64, Opened)>>> {
        let arrivals = self.touched(space, doc)?.into_iter().filter(move |arrival| is_asked(*arrival));
        let commit = move |arrival| Ok(self.commit_at(space, arrival)?.map(|(commit, _)| (arrival, commit)));
        Ok(arrivals.filter_map(move |arrival| commit(arrival).transpose()))
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
}
