//! Accepting commits from a peer: shape, size and signature first, in parallel; then causes and membership, in order
//! (`admission`); then which of them count (`weigh`), and the documents, on scratch copies, saved and read back before anything is
//! kept: one transaction holds commits and documents, or neither.

use std::collections::HashMap;

use parking_lot::{Mutex, MutexGuard};
use rayon::prelude::*;

use super::{
    Accepted, SPACE, Workspace, Writer,
    admission::{Admission, Cut, Fresh, Verdict},
    ahead::{LARGE, PATIENCE},
    branches::Where,
    ledger::Aside,
    settle::Asides,
    stamp::Stamp,
    waiting::Counted,
    weigh::{How, Weighed},
};
use crate::{
    commit::{self, Body, Change},
    crew::by_crew,
    document::{self, Origin},
    error::{Error, Result},
    id::{CommitId, DeviceId, DocId, Epoch, Kind},
    record::{self, FieldType},
    rules,
    store::{Batch, Coming, Front},
};

const MAX_TEXT: usize = 65_536;
/// The most operations that are taken in one transaction.
const MAX_TAKEN: u64 = 320_000;

const FIRST: How = How { doubted: false, patience: PATIENCE };

/// How many operations a change makes of a document.
pub(super) type Operations = (DocId, u64);

impl Workspace {
    /// Takes commits from a peer: verified, applied and durable when this returns.
    pub fn accept(&self, commits: Vec<Vec<u8>>) -> Result<Accepted> {
        let report = self.take_from(Origin::Colleague, commits)?;
        if report.forked {
            self.mend()?;
        }
        Ok(report)
    }

    /// As [`Workspace::accept`]. A fork of this device's own log is left for when all that it holds is here: part of it may be what was
    /// written again.
    pub(super) fn take_from(&self, origin: Origin, commits: Vec<Vec<u8>>) -> Result<Accepted> {
        let mut report = Accepted::default();
        let examined = by_crew(|| commits.into_par_iter().map(|bytes| self.examine(bytes, origin)).collect::<Vec<_>>());
        let mut writer = self.writer();
        let mut candidates = Vec::with_capacity(examined.len());
        for examined in examined {
            match examined {
                Ok(candidate) => candidates.push(candidate),
                Err(reason) => report.refused.push(reason),
            }
        }
        self.take_in_portions(&mut writer, candidates, &mut report)?;
        loop {
            let arrived = std::mem::take(&mut writer.arrived);
            let freed = writer.waiting.freed_by(&arrived);
            if freed.is_empty() {
                break;
            }
            self.take_in_portions(&mut writer, freed, &mut report)?;
        }
        report.waiting = writer.waiting.len();
        Ok(report)
    }

    /// What can be said of a commit from its bytes alone; and how many operations each of its changes makes.
    fn examine(&self, bytes: Vec<u8>, origin: Origin) -> Result<Counted, String> {
        let opened = crate::panics::caught(|| commit::open(bytes, false))
            .map_err(|_| "a commit cannot be read".to_owned())?
            .map_err(|e| e.to_string())?;
        let body = &opened.body;
        if body.workspace != self.id() {
            return Err("a commit of another workspace".to_owned());
        }
        if body.space != SPACE {
            return Err("a commit of a space that is not shared with this device".to_owned());
        }
        if body.user.kind() != Kind::User {
            return Err("a commit by nobody".to_owned());
        }
        if body.epoch.is_branch() {
            return Err("a commit in an epoch that no device begins".to_owned());
        }
        let operations = self.counted(body, origin)?;
        Ok((opened, operations))
    }

    /// How many operations each change of a commit makes; says in words what does not hold of them.
    fn counted(&self, body: &Body, origin: Origin) -> Result<Vec<Operations>, String> {
        let actor = document::actor(body.device, body.epoch);
        let mut sum = 0;
        let mut all = Vec::with_capacity(body.changes.len());
        for change in &body.changes {
            if record::fields(change.doc.kind()).is_empty() {
                return Err(format!("{:?} is not a document of its own", change.doc));
            }
            if change.doc.kind() == Kind::Company && change.doc != rules::company_id(self.id()) {
                return Err(format!("{:?} is not this workspace's company", change.doc));
            }
            let operations = match &change.change {
                Change::Automerge(bytes) => document::check_change(bytes, &actor, origin).map_err(str::to_owned)?,
                Change::Seed { key, text } => {
                    let long = record::field(change.doc.kind(), key).is_some_and(|f| f.ty == FieldType::LongText);
                    if !long || text.is_empty() || text.len() > MAX_TEXT {
                        return Err(format!("‘{key}’ is no long text, or too long"));
                    }
                    text.len() as u64
                }
            };
            sum += operations;
            if sum > document::MAX_OPERATIONS {
                return Err("a commit makes too many operations".to_owned());
            }
            all.push((change.doc, operations));
        }
        Ok(all)
    }

    /// Each portion in a transaction of its own, with whoever else waits to write in between.
    fn take_in_portions(
        &self,
        writer: &mut MutexGuard<'_, Writer>,
        candidates: Vec<Counted>,
        report: &mut Accepted,
    ) -> Result<()> {
        let (mut portion, mut taken) = (Portion::default(), Vec::new());
        for counted in candidates {
            if !portion.add(&counted.1) {
                self.take(writer, std::mem::take(&mut taken), report, FIRST)?;
                MutexGuard::bump(writer);
                portion = Portion::default();
                portion.add(&counted.1);
            }
            taken.push(counted);
        }
        self.take(writer, taken, report, FIRST)
    }

    /// Takes commits in one transaction, or in several where one of them does not fit its document: that one is doubted then.
    fn take(
        &self,
        writer: &mut MutexGuard<'_, Writer>,
        candidates: Vec<Counted>,
        report: &mut Accepted,
        how: How,
    ) -> Result<()> {
        let mark = writer.ledger.mark();
        let mut admission = Admission::new(self, writer);
        let mut later = Vec::new();
        let mut candidates = candidates.into_iter();
        while let Some(counted) = candidates.next() {
            match admission.judge(self, &mut writer.ledger, &counted.0)? {
                // A log that is held is cut in two first thing: of the rest it is judged as it is then.
                Verdict::Ready(_, Where::Within(_)) if !admission.ready.is_empty() => {
                    later.push(counted);
                    later.extend(candidates);
                    break;
                }
                Verdict::Ready(set, place) => admission.admit(self, &mut writer.ledger, counted, set, place)?,
                Verdict::Known => report.known += 1,
                Verdict::Waits(cause) => {
                    let Writer { waiting, ledger, .. } = &mut **writer;
                    waiting.put(counted, cause, |device| ledger.is_known(device));
                }
                Verdict::Refused(reason) => report.refused.push(reason.to_string()),
            }
        }
        let ready = std::mem::take(&mut admission.ready);
        if ready.is_empty() {
            return Ok(());
        }
        let forked = writer.ledger.forked(admission.forked.iter().copied());
        let cut = admission.cut.as_ref();
        let kept = self
            .weigh(writer, mark, &ready, cut, how)
            .and_then(|weighed| self.keep(writer, &ready, weighed, cut, report))
            .map(|()| writer.branches = admission.branches);
        if kept.is_err() {
            writer.ledger.back(mark);
            writer.ledger.unfork(forked);
        }
        let wanted = self.inner.ahead.take_wanted();
        match kept {
            Err(Error::Refused(_)) if !wanted.is_empty() => {
                let again: Vec<Counted> = ready.into_iter().map(Fresh::counted).collect();
                let how = How { patience: how.patience.saturating_sub(1), ..how };
                self.meanwhile(writer, wanted, |writer| self.take(writer, again, report, how))?;
            }
            Err(Error::Refused(_)) if ready.len() > 1 => {
                // It is in one half or the other.
                let mut first: Vec<Counted> = ready.into_iter().map(Fresh::counted).collect();
                let second = first.split_off(first.len() / 2);
                self.take(writer, first, report, how)?;
                self.take(writer, second, report, how)?;
            }
            Err(Error::Refused(_)) if !how.doubted => {
                let how = How { doubted: true, ..FIRST };
                self.take(writer, ready.into_iter().map(Fresh::counted).collect(), report, how)?;
            }
            Err(Error::Refused(reason)) => report.refused.push(reason.to_string()),
            other => other?,
        }
        if later.is_empty() { Ok(()) } else { self.take(writer, later, report, how) }
    }

    fn keep(
        &self,
        writer: &mut Writer,
        ready: &[Fresh],
        weighed: Weighed,
        cut: Option<&Cut>,
        report: &mut Accepted,
    ) -> Result<()> {
        let mut front = writer.front.clone();
        let own = self.device();
        let mut stamps: HashMap<DocId, Stamp> = HashMap::new();
        let mut commits = Vec::with_capacity(ready.len());
        let (mut anew, mut forked) = (false, false);
        for fresh in ready {
            let body = &fresh.opened.body;
            front.arrival = fresh.arrival;
            front.lamport = front.lamport.max(body.lamport);
            front.tips.retain(|t| !body.parents.contains(t));
            front.tips.push(fresh.opened.id);
            // This device's own log goes on beyond what it held: its store was put back. It goes on under a new epoch.
            // Or its log forked: the folder was copied, and the copy goes on.
            let is_branch = fresh.held.is_branch();
            anew |= body.device == own && body.epoch.0 == front.epoch && (body.seq > front.seq || is_branch);
            forked |= body.device == own && is_branch;
            if !weighed.asides.contains_key(&fresh.arrival) {
                let stamp = Stamp::of(body, fresh.arrival);
                for change in &body.changes {
                    stamps.entry(change.doc).and_modify(|s| *s = s.and(stamp)).or_insert(stamp);
                }
            }
            commits.push((fresh.arrival, &fresh.opened));
        }
        let before = self.asides();
        let turned = turned(&before, &weighed.asides);
        if anew || self.takes_own(&front, &turned)? {
            // A copy of this device with the same luck may have begun that one: its log would be written over.
            let vector = self.vector();
            let is_there = |epoch: Epoch| {
                let coming =
                    ready.iter().any(|fresh| (fresh.opened.body.device, fresh.opened.body.epoch) == (own, epoch));
                coming || vector.get(own, epoch) > 0
            };
            self.begin_epoch(&mut front, is_there);
        }
        let records = self.records();
        for (id, stamp) in &mut stamps {
            *stamp = records.meta(*id).map_or(*stamp, |before| Stamp::read(before).and(*stamp));
        }
        drop(records);
        let ids: Vec<DocId> = weighed.changes.keys().copied().collect();
        let large = Mutex::new(Vec::new());
        let make = |id: DocId| {
            let mut document = self.changed(id, &weighed.changes[&id])?;
            if document.saved.len() > LARGE {
                large.lock().push(id);
            }
            if let Some(stamp) = stamps.get(&id) {
                stamp.put(document.record.meta_mut());
            }
            Ok(document)
        };
        let documents = weighed.documents;
        let received = self.inner.environment.now().timestamp_millis();
        let batch = Batch {
            space: SPACE,
            commits: &commits,
            branches: &ready
                .iter()
                .filter(|fresh| fresh.held.is_branch())
                .map(|fresh| (fresh.arrival, fresh.held))
                .collect::<Vec<_>>(),
            split: cut.map(|cut| &cut.split),
            known: &ready.iter().map(|fresh| (fresh.arrival, fresh.set)).collect::<Vec<_>>(),
            sets: &writer.ledger.unsaved(),
            asides: &turned,
            documents: &documents,
            coming: Coming { ids: &ids, make: &make },
            gone: &weighed.gone,
            front: &front,
            received,
            own_user: self.user(),
        };
        let mut records = self.inner.store.commit(&batch)?;
        records.extend(documents.into_iter().map(|d| d.record));
        writer.ledger.saved();
        writer.front = front;
        writer.large.extend(large.into_inner());
        writer.shunned.extend(weighed.shunned);
        report.applied += commits.len();
        writer.arrived.extend(commits.iter().map(|(_, commit)| commit.id));
        report.forked |= forked;
        for fresh in ready {
            if let Some(aside) = weighed.asides.get(&fresh.arrival) {
                report.aside.push(aside.message().to_string());
            }
        }
        if !turned.is_empty() {
            self.set_asides(weighed.asides);
        }
        let mut ends: Vec<End> = Vec::with_capacity(ready.len() + 2);
        if let Some(Cut { split, rest, before }) = cut {
            ends.push(((split.device, split.from), split.first - 1, *before));
            ends.push(((split.device, split.to), split.last, rest.last().map(|(_, commit)| commit.id)));
        }
        ends.extend(ready.iter().map(|fresh| {
            let body = &fresh.opened.body;
            ((body.device, fresh.held), body.seq, Some(fresh.opened.id))
        }));
        self.note_ends(&ends);
        self.publish(records, &weighed.gone, &writer.ledger, &commits, true);
        Ok(())
    }

    /// Whether what this device wrote in its present log has no effect any more: its documents go on without it, so under another author.
    pub(super) fn takes_own(&self, front: &Front, turned: &[(u64, Option<Aside>)]) -> Result<bool> {
        for (arrival, _) in turned.iter().filter(|(_, aside)| aside.is_some()) {
            let place = self.inner.store.place_at(SPACE, *arrival)?;
            if place.is_some_and(|place| (place.device, place.epoch.0) == (self.device(), front.epoch)) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// The operations of commits that are taken in one transaction. Few bytes can be many of them, and those of a document are decoded
/// at once: of one they are no more than one commit may hold.
#[derive(Default)]
struct Portion {
    all: u64,
    of: HashMap<DocId, u64>,
}

impl Portion {
    /// Says whether there was room for a commit; there is in an empty one, as no commit makes more than that.
    fn add(&mut self, commit: &[Operations]) -> bool {
        let mut of: HashMap<DocId, u64> = HashMap::new();
        for (doc, count) in commit {
            *of.entry(*doc).or_insert_with(|| self.of.get(doc).copied().unwrap_or_default()) += count;
        }
        let all = self.all + commit.iter().map(|(_, count)| count).sum::<u64>();
        let has_room = all <= MAX_TAKEN && of.values().all(|count| *count <= document::MAX_OPERATIONS);
        if has_room {
            self.all = all;
            self.of.extend(of);
        }
        has_room
    }
}

/// What differs.
pub(super) fn turned(before: &Asides, after: &Asides) -> Vec<(u64, Option<Aside>)> {
    let gone = before.keys().filter(|a| !after.contains_key(a)).map(|a| (*a, None));
    gone.chain(after.iter().filter(|(a, aside)| before.get(a) != Some(aside)).map(|(a, aside)| (*a, Some(*aside))))
        .collect()
}

/// How far a log is held, and the commit it ends with; a log of no commits is none.
pub(super) type End = ((DeviceId, Epoch), u64, Option<CommitId>);
