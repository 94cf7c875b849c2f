//! Accepting commits from a peer: shape, size and signature first, in parallel; then causes and membership, in order; then
//! the documents, on scratch copies, saved and read back before anything is kept.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use rayon::prelude::*;

use super::{
    Accepted, SPACE, Workspace, Writer,
    branches::{Branches, Where},
    ledger::{Aside, Facts, Ledger, Mark, founding},
    settle::{Asides, read_back},
    stamp::Stamp,
};
use crate::{
    commit::{self, Body, Change, Intent, Opened},
    crew::by_crew,
    document,
    error::{Error, Result},
    id::{CommitId, DeviceId, DocId, Epoch, Kind, WorkspaceId},
    members::{Operation, workspace_id},
    record::{self, FieldType},
    store::{Batch, Place, Split, StoredDoc},
};

/// What waits for its causes, at most.
const WAITING_BYTES: usize = 16 << 20;
const MAX_TEXT: usize = 65_536;

impl Workspace {
    /// Takes commits from a peer: verified, applied and durable when this returns.
    pub fn accept(&self, commits: Vec<Vec<u8>>) -> Result<Accepted> {
        let mut report = Accepted::default();
        let mut candidates = Vec::with_capacity(commits.len());
        let examined = by_crew(|| commits.into_par_iter().map(|bytes| self.examine(bytes)).collect::<Vec<_>>());
        let mut writer = self.writer();
        let mut sum = 0;
        for examined in examined {
            match examined {
                Ok((opened, operations)) => {
                    // Few bytes can be many operations; so many are decoded at a time as one commit may hold.
                    if sum + operations > document::MAX_OPERATIONS {
                        self.take(&mut writer, std::mem::take(&mut candidates), &mut report)?;
                        sum = 0;
                    }
                    sum += operations;
                    candidates.push(opened);
                }
                Err(reason) => report.refused.push(reason.to_string()),
            }
        }
        self.take(&mut writer, candidates, &mut report)?;
        loop {
            let front = writer.front.arrival;
            let vector = self.vector();
            let highest = |d: DeviceId, e: Epoch| writer.branches.highest(d, e, |held| vector.get(d, held));
            let next: Vec<_> =
                writer.waiting.keys().filter(|(d, e, s, _)| *s <= highest(*d, *e) + 1).copied().collect();
            let retried: Vec<Opened> = next.iter().filter_map(|k| writer.waiting.remove(k)).collect();
            writer.waiting_bytes -= retried.iter().map(|c| c.bytes.len()).sum::<usize>().min(writer.waiting_bytes);
            let mut again = Accepted::default();
            self.take(&mut writer, retried, &mut again)?;
            report.applied += again.applied;
            report.forked |= again.forked;
            report.refused.append(&mut again.refused);
            if writer.front.arrival == front {
                break;
            }
        }
        report.waiting = writer.waiting.len();
        drop(writer);
        if report.forked {
            self.mend()?;
        }
        Ok(report)
    }

    /// What can be said of a commit from its bytes alone; and how many operations it makes.
    fn examine(&self, bytes: Vec<u8>) -> Result<(Opened, u64), String> {
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
        let actor = document::actor(body.device, body.epoch);
        let mut operations = 0;
        for change in &body.changes {
            if record::fields(change.doc.kind()).is_empty() {
                return Err(format!("{:?} is not a document of its own", change.doc));
            }
            match &change.change {
                Change::Automerge(bytes) => {
                    operations += document::check_change(bytes, &actor).map_err(str::to_owned)?;
                }
                Change::Seed { key, text } => {
                    let long = record::field(change.doc.kind(), key).is_some_and(|f| f.ty == FieldType::LongText);
                    if !long || text.is_empty() || text.len() > MAX_TEXT {
                        return Err(format!("‘{key}’ is no long text, or too long"));
                    }
                    operations += text.len() as u64;
                }
            }
            if operations > document::MAX_OPERATIONS {
                return Err("a commit makes too many operations".to_owned());
            }
        }
        Ok((opened, operations))
    }

    fn take(&self, writer: &mut Writer, candidates: Vec<Opened>, report: &mut Accepted) -> Result<()> {
        let mark = writer.ledger.mark();
        let mut admission = Admission::new(self, writer);
        let mut later = Vec::new();
        let mut candidates = candidates.into_iter();
        while let Some(opened) = candidates.next() {
            match admission.judge(self, &mut writer.ledger, &opened)? {
                // A log that is held is cut in two first thing: of the rest it is judged as it is then.
                Verdict::Ready(_, Where::Within(_)) if !admission.ready.is_empty() => {
                    later.push(opened);
                    later.extend(candidates);
                    break;
                }
                Verdict::Ready(set, place) => admission.admit(self, &mut writer.ledger, opened, set, place)?,
                Verdict::Known => report.known += 1,
                Verdict::Waits => wait(writer, opened),
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
            .weigh(writer, mark, &ready, cut)
            .and_then(|weighed| self.keep(writer, &ready, weighed, cut, report))
            .map(|()| writer.branches = admission.branches);
        if kept.is_err() {
            writer.ledger.back(mark);
            writer.ledger.unfork(forked);
        }
        let kept = kept.and_then(|()| {
            if later.is_empty() { Ok(()) } else { self.take(writer, std::mem::take(&mut later), report) }
        });
        match kept {
            Err(Error::Refused(_)) if ready.len() > 1 => {
                // One of them does not fit its document: it is in one half or the other.
                let mut first: Vec<Opened> = ready.into_iter().map(|fresh| fresh.opened).collect();
                let mut second = first.split_off(first.len() / 2);
                second.append(&mut later);
                self.take(writer, first, report)?;
                self.take(writer, second, report)
            }
            Err(Error::Refused(reason)) => {
                report.refused.push(reason.to_string());
                if later.is_empty() { Ok(()) } else { self.take(writer, later, report) }
            }
            other => other,
        }
    }

    /// Which commits count, those that are coming and those whose judgement they change; and the documents that these make.
    fn weigh(&self, writer: &mut Writer, mark: Mark, ready: &[Fresh], cut: Option<&Cut>) -> Result<Weighed> {
        let before = writer.ledger.settle();
        let asides = self.asides();
        let mut weighed = Weighed { asides: (*asides).clone(), ..Weighed::default() };
        let mut docs: BTreeSet<DocId> = BTreeSet::new();
        let mut suspects = Vec::new();
        if let Some(suspect) = writer.ledger.reconsiders(&before, mark) {
            self.inner.store.each_place(SPACE, |arrival, place, set| {
                if !place.epoch.is_branch() && suspect(&place, set) {
                    suspects.push((arrival, set));
                }
            })?;
        }
        for commit in writer.ledger.turned(&before, mark) {
            let arrival = self
                .inner
                .store
                .arrival_of(SPACE, commit)?
                .filter(|arrival| !suspects.iter().any(|(a, _)| a == arrival));
            if let (Some(arrival), Some((place, set))) = (arrival, self.inner.store.place_of(SPACE, commit)?)
                && !place.epoch.is_branch()
            {
                suspects.push((arrival, set));
            }
        }
        for (arrival, commit) in cut.iter().flat_map(|cut| &cut.rest) {
            suspects.retain(|(suspect, _)| suspect != arrival);
            docs.extend(commit.body.changes.iter().map(|c| c.doc));
            weighed.asides.insert(*arrival, Aside::Forked);
        }
        for (arrival, set) in suspects {
            let Some((commit, _)) = self.inner.store.commit_at(SPACE, arrival)? else { continue };
            let judged = writer.ledger.judge(&Facts::of(&commit), set);
            let own = asides.get(&arrival).filter(|aside| **aside != Aside::Fell).copied();
            if judged != own {
                docs.extend(commit.body.changes.iter().map(|c| c.doc));
                put(&mut weighed.asides, arrival, judged);
            }
        }
        let mut shunned: BTreeSet<DocId> = BTreeSet::new();
        for fresh in ready {
            let forked = fresh.held.is_branch().then_some(Aside::Forked);
            if let Some(aside) = forked.or_else(|| writer.ledger.judge(&Facts::of(&fresh.opened), fresh.set)) {
                for change in &fresh.opened.body.changes {
                    document::change_hash(change.doc, &change.change)
                        .ok_or_else(|| refused!("a change in a commit cannot be read"))?;
                    shunned.insert(change.doc);
                }
                weighed.asides.insert(fresh.arrival, aside);
            }
        }
        let counts = |fresh: &&Fresh, asides: &Asides| !asides.contains_key(&fresh.arrival);
        for fresh in ready.iter().filter(|f| counts(f, &weighed.asides)) {
            let touched = fresh.opened.body.changes.iter().map(|c| c.doc);
            docs.extend(touched.filter(|doc| shunned.contains(doc) || writer.shunned.contains(doc)));
        }
        if !docs.is_empty() {
            let fresh: BTreeMap<u64, &Opened> = ready.iter().map(|f| (f.arrival, &f.opened)).collect();
            let direct = weighed.asides.iter().filter(|(_, aside)| **aside != Aside::Fell).map(|(arrival, _)| *arrival);
            let settled = self.settle(docs, &fresh, &direct.collect(), &asides)?;
            for arrival in settled.considered {
                let fell = settled.fallen.contains(&arrival);
                match weighed.asides.get(&arrival) {
                    Some(Aside::Fell) | None => put(&mut weighed.asides, arrival, fell.then_some(Aside::Fell)),
                    Some(_) => {}
                }
            }
            weighed.settled = settled.documents.iter().map(|d| d.id).chain(settled.gone.iter().copied()).collect();
            weighed.documents = settled.documents;
            weighed.gone = settled.gone;
        }
        let plain: Vec<&Opened> = ready.iter().filter(|f| counts(f, &weighed.asides)).map(|f| &f.opened).collect();
        weighed.applied = self.apply_documents(&plain, &weighed.settled)?;
        weighed.shunned = shunned;
        Ok(weighed)
    }

    /// Applies changes to scratch copies, document by document on all cores: applied, saved, read back, projected.
    fn apply_documents(&self, ready: &[&Opened], but: &HashSet<DocId>) -> Result<Vec<StoredDoc>> {
        let mut order: Vec<DocId> = Vec::new();
        let mut by_doc: HashMap<DocId, Vec<Change>> = HashMap::new();
        for change in ready.iter().flat_map(|opened| &opened.body.changes).filter(|c| !but.contains(&c.doc)) {
            let changes = by_doc.entry(change.doc).or_insert_with(|| {
                order.push(change.doc);
                Vec::new()
            });
            changes.push(change.change.clone());
        }
        let apply = |id: &DocId| {
            let mut scratch = self.document(*id)?;
            let refused = |e: document::DocumentError| Error::refused(format!("{id:?}: {e}"));
            scratch.apply(&by_doc[id]).map_err(refused)?;
            read_back(*id, &scratch)
        };
        by_crew(|| order.par_iter().map(apply).collect())
    }

    fn keep(
        &self,
        writer: &mut Writer,
        ready: &[Fresh],
        mut weighed: Weighed,
        cut: Option<&Cut>,
        report: &mut Accepted,
    ) -> Result<()> {
        let mut front = writer.front.clone();
        let own = self.device();
        let mut stamps: HashMap<DocId, Stamp> = HashMap::new();
        let mut commits = Vec::with_capacity(ready.len());
        let mut anew = false;
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
            report.forked |= body.device == own && is_branch;
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
        for (arrival, aside) in &turned {
            if let Some(place) = aside.and(self.inner.store.place_at(SPACE, *arrival)?) {
                // What this device wrote has no effect any more: its documents go on without it, so under another author.
                anew |= place.device == own && place.epoch.0 == front.epoch;
            }
        }
        if anew {
            front.epoch = self.inner.environment.random();
            front.seq = 0;
            front.own = None;
        }
        let records = self.records();
        for document in &mut weighed.applied {
            if let Some(stamp) = stamps.get(&document.id) {
                let stamp = records.meta(document.id).map_or(*stamp, |before| Stamp::read(before).and(*stamp));
                stamp.put(document.record.meta_mut());
            }
        }
        drop(records);
        let mut documents = weighed.documents;
        documents.append(&mut weighed.applied);
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
            gone: &weighed.gone,
            front: &front,
            received,
            own_user: self.user(),
        };
        self.inner.store.commit(&batch)?;
        writer.ledger.saved();
        writer.front = front;
        writer.shunned.extend(weighed.shunned);
        writer.shunned.extend(weighed.settled);
        report.applied += commits.len();
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
        self.publish(documents.into_iter().map(|d| d.record).collect(), &weighed.gone, &writer.ledger, &commits, true);
        Ok(())
    }
}

/// A commit that may be taken.
struct Fresh {
    /// The number it will have.
    arrival: u64,
    opened: Opened,
    /// What it knew of membership.
    set: u32,
    /// Under which epoch it is held.
    held: Epoch,
}

/// A log that is held and has forked.
struct Cut {
    split: Split,
    /// What comes after the fork, with its arrival numbers.
    rest: Vec<(u64, Opened)>,
    /// The last one before it.
    before: Option<CommitId>,
}

/// What commits that may be taken make.
#[derive(Default)]
struct Weighed {
    /// All commits that have no effect, with these.
    asides: Asides,
    /// Documents that were made again, and those of which nothing is left.
    documents: Vec<StoredDoc>,
    gone: Vec<DocId>,
    settled: HashSet<DocId>,
    /// Documents that changes were applied to.
    applied: Vec<StoredDoc>,
    /// Documents that commits without effect are of.
    shunned: BTreeSet<DocId>,
}

fn put(asides: &mut Asides, arrival: u64, aside: Option<Aside>) {
    match aside {
        Some(aside) => _ = asides.insert(arrival, aside),
        None => _ = asides.remove(&arrival),
    }
}

/// What differs.
pub(super) fn turned(before: &Asides, after: &Asides) -> Vec<(u64, Option<Aside>)> {
    let gone = before.keys().filter(|a| !after.contains_key(a)).map(|a| (*a, None));
    gone.chain(after.iter().filter(|(a, aside)| before.get(a) != Some(aside)).map(|(a, aside)| (*a, Some(*aside))))
        .collect()
}

enum Verdict {
    /// With the number of the set that it knew, and where it goes in its log.
    Ready(u32, Where),
    Known,
    Waits,
    Refused(String),
}

/// Which commits may be taken now, as the ones before them are.
struct Admission {
    vector: HashMap<(DeviceId, Epoch), u64>,
    /// Those admitted so far, with what they knew.
    places: HashMap<CommitId, (Place, u32)>,
    arrival: u64,
    ready: Vec<Fresh>,
    branches: Branches,
    /// The log that forks, if one does: at most one, and first of all.
    cut: Option<Cut>,
    /// What lies beyond forks.
    forked: Vec<CommitId>,
}

impl Admission {
    fn new(workspace: &Workspace, writer: &Writer) -> Admission {
        let vector = workspace.vector().0.iter().map(|(k, v)| (*k, *v)).collect();
        let (arrival, branches) = (writer.front.arrival, writer.branches.clone());
        let (places, ready, forked) = Default::default();
        Admission { vector, places, arrival, ready, branches, cut: None, forked }
    }

    fn end(&self, device: DeviceId, held: Epoch) -> u64 {
        self.vector.get(&(device, held)).copied().unwrap_or(0)
    }

    /// Where a commit stands in the graph and what it knew, if it is held or admitted.
    fn place(&self, workspace: &Workspace, commit: CommitId) -> Result<Option<(Place, u32)>> {
        match self.places.get(&commit) {
            Some(place) => Ok(Some(*place)),
            None => {
                let stored = workspace.inner.store.place_of(SPACE, commit)?;
                Ok(stored.map(|(mut place, set)| {
                    if let Some(Cut { split, .. }) = &self.cut
                        && (place.device, place.epoch) == (split.device, split.from)
                        && place.seq >= split.first
                    {
                        place.epoch = split.to;
                    }
                    (place, set)
                }))
            }
        }
    }

    fn judge(&self, workspace: &Workspace, ledger: &mut Ledger, opened: &Opened) -> Result<Verdict> {
        let body = &opened.body;
        let refused = |why: &str| Ok(Verdict::Refused(why.to_owned()));
        let end = |held: Epoch| self.end(body.device, held);
        let highest = self.branches.highest(body.device, body.epoch, end);
        if body.seq <= highest && self.place(workspace, opened.id)?.is_some() {
            return Ok(Verdict::Known);
        }
        if body.seq > highest + 1 {
            return Ok(Verdict::Waits);
        }
        let mut lamport = 1;
        let mut own = None;
        let mut parents = Vec::with_capacity(body.parents.len());
        for parent in &body.parents {
            let Some((place, set)) = self.place(workspace, *parent)? else { return Ok(Verdict::Waits) };
            lamport = lamport.max(place.lamport.saturating_add(1));
            own = own.or(Some(place));
            parents.push((*parent, set));
        }
        if body.lamport != lamport {
            return refused("a commit does not count itself right after its causes");
        }
        let place = match self.branches.place(opened, own, end) {
            Ok(place) => place,
            Err(why) => return refused(why),
        };
        if founding(body) && !(parents.is_empty() && ledger.commits().is_empty() && founds(body, workspace.id())) {
            return refused("a second founding");
        }
        let set = ledger.after(&parents);
        match ledger.refuses(body, set) {
            Some(why) => refused(why),
            None => Ok(Verdict::Ready(set, place)),
        }
    }

    fn admit(
        &mut self,
        workspace: &Workspace,
        ledger: &mut Ledger,
        opened: Opened,
        set: u32,
        place: Where,
    ) -> Result<()> {
        let Body { device, seq, lamport, .. } = opened.body;
        let held = match place {
            Where::On(held) => held,
            Where::Beside(after) => self.branches.begin(device, after, opened.id),
            Where::Within(stretch) => {
                self.cut(workspace, device, stretch, seq)?;
                self.branches.begin(device, stretch, opened.id)
            }
        };
        self.vector.insert((device, held), seq);
        self.places.insert(opened.id, (Place { device, epoch: held, seq, lamport, received: 0 }, set));
        ledger.learn(&opened, set);
        if held.is_branch() {
            self.forked.push(opened.id);
        }
        self.arrival += 1;
        self.ready.push(Fresh { arrival: self.arrival, opened, set, held });
        Ok(())
    }

    /// A stretch that is held ends before a number.
    fn cut(&mut self, workspace: &Workspace, device: DeviceId, from: Epoch, first: u64) -> Result<()> {
        let store = &workspace.inner.store;
        let mut rest = Vec::new();
        for commit in store.stretch(SPACE, device, from, first, usize::MAX)? {
            let arrival =
                store.arrival_of(SPACE, commit.id)?.ok_or_else(|| Error::Damaged("the index of commits".into()))?;
            rest.push((arrival, commit));
        }
        let Some((_, second)) = rest.first() else { return Err(Error::Damaged("the log".into())) };
        let to = self.branches.split(device, from, second.id);
        let before = store.id_in_log(SPACE, device, from, first - 1)?;
        let last = self.end(device, from);
        self.vector.insert((device, from), first - 1);
        self.vector.insert((device, to), last);
        self.forked.extend(rest.iter().map(|(_, commit)| commit.id));
        let arrivals = rest.iter().map(|(arrival, _)| *arrival).collect();
        self.cut = Some(Cut { split: Split { device, from, to, first, last, arrivals }, rest, before });
        Ok(())
    }
}

/// How far a log is held, and the commit it ends with; a log of no commits is none.
pub(super) type End = ((DeviceId, Epoch), u64, Option<CommitId>);

fn founds(body: &Body, workspace: WorkspaceId) -> bool {
    matches!(&body.intent, Intent::Members(all)
        if matches!(all.first(), Some(Operation::Found { nonce, .. }) if workspace_id(body.device, *nonce) == workspace))
}

/// Keeps a commit until its causes arrive; what does not fit is let go and will be sent again.
fn wait(writer: &mut Writer, opened: Opened) {
    let size = opened.bytes.len();
    let key = (opened.body.device, opened.body.epoch, opened.body.seq, opened.id);
    if writer.waiting_bytes + size <= WAITING_BYTES && !writer.waiting.contains_key(&key) {
        writer.waiting_bytes += size;
        writer.waiting.insert(key, opened);
    }
}
