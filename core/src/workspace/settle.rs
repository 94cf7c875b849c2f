//! Documents from the log, from the commits that count alone: after a cut, and where some of what touched them has no effect.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet},
};

use rayon::prelude::*;

use super::{
    SPACE, Workspace,
    ahead::{Finished, Job, MANY},
    allowance::Allowance,
    ledger::Aside,
    stamp::Stamp,
};
use crate::{
    commit::{Change, Opened},
    crew::by_crew,
    document::{self, Document, Links},
    error::Result,
    id::DocId,
    store::StoredDoc,
};

/// Commits that have no effect, by arrival number.
pub(super) type Asides = BTreeMap<u64, Aside>;

/// What became of documents that were made again.
pub(super) struct Settled {
    pub documents: Vec<StoredDoc>,
    /// Documents of which nothing is left.
    pub gone: Vec<DocId>,
    /// All that fell, of those that were looked at.
    pub fallen: BTreeSet<u64>,
    /// All that do not fit what they build on, of those that were looked at.
    pub unfit: BTreeSet<u64>,
    /// All that is more than counts of one person, of those that were looked at.
    pub too_much: BTreeSet<u64>,
    /// What was looked at: it fell, or it does not fit, or it is too much, or it counts unless it has no effect for a reason of its own.
    pub considered: BTreeSet<u64>,
    /// Of what was looked at.
    pub docs: Vec<DocId>,
}

impl Settled {
    /// Documents that were made again, those of which nothing is left among them.
    pub fn made(&self) -> impl Iterator<Item = DocId> {
        self.documents.iter().map(|document| document.id).chain(self.gone.iter().copied())
    }

    pub fn aside(&self, arrival: u64) -> Option<Aside> {
        let of = |all: &BTreeSet<u64>, aside| all.contains(&arrival).then_some(aside);
        of(&self.unfit, Aside::Unfit)
            .or_else(|| of(&self.too_much, Aside::TooMuch))
            .or_else(|| of(&self.fallen, Aside::Fell))
    }
}

/// One change of one document.
struct Link {
    arrival: u64,
    change: Change,
    said: Links,
}

struct Settling<'a> {
    workspace: &'a Workspace,
    fresh: &'a BTreeMap<u64, &'a Opened>,
    /// What has no effect for a reason of its own, and what had none before.
    asides: &'a Asides,
    before: &'a Asides,
    /// Of which documents each commit is, and what its place says of them.
    commits: BTreeMap<u64, (Vec<DocId>, Stamp)>,
    docs: BTreeMap<DocId, Vec<Link>>,
    fallen: BTreeSet<u64>,
    unfit: BTreeSet<u64>,
    too_much: BTreeSet<u64>,
}

impl Workspace {
    /// Makes documents again from the commits that count: those held and those that are coming, without the ones that have no
    /// effect for a reason of their own, which are `asides`. Commits that do not fit what they build on count as little, nor does what
    /// is too much of one person; those that build on one that does not count fall whole, and what builds on them in turn. Who may
    /// wait has large ones made ahead.
    pub(super) fn settle(
        &self,
        docs: BTreeSet<DocId>,
        fresh: &BTreeMap<u64, &Opened>,
        asides: &Asides,
        before: &Asides,
        may_wait: bool,
    ) -> Result<Settled> {
        let mut settling = Settling {
            workspace: self,
            fresh,
            asides,
            before,
            commits: BTreeMap::new(),
            docs: BTreeMap::new(),
            fallen: BTreeSet::new(),
            unfit: BTreeSet::new(),
            too_much: BTreeSet::new(),
        };
        settling.load(docs)?;
        let made = loop {
            settling.fell()?;
            let docs: Vec<DocId> = settling.docs.keys().copied().filter(|id| !settling.stays(*id)).collect();
            if may_wait {
                docs.iter().for_each(|id| settling.ask(*id));
                self.inner.ahead.nothing_wanted()?;
            }
            let made: Vec<Result<Option<StoredDoc>, BTreeSet<u64>>> =
                by_crew(|| docs.par_iter().map(|id| settling.make(*id)).collect());
            let unfit: BTreeSet<u64> = made.iter().filter_map(|m| m.as_ref().err()).flatten().copied().collect();
            if unfit.is_empty() {
                break docs.into_iter().zip(made).collect::<Vec<_>>();
            }
            settling.load_of(&unfit)?;
            settling.unfit.extend(unfit);
        };
        let (mut documents, mut gone) = (Vec::new(), Vec::new());
        for (id, made) in made {
            match made.ok().flatten() {
                Some(document) => documents.push(document),
                None => gone.push(id),
            }
        }
        let considered = settling.commits.keys().copied().collect();
        let docs = settling.docs.into_keys().collect();
        let Settling { fallen, unfit, too_much, .. } = settling;
        Ok(Settled { documents, gone, fallen, unfit, too_much, considered, docs })
    }
}

impl Settling<'_> {
    /// Reads what touched documents; and, where commits among it fell or were too much before and may count now, or now are, what
    /// touched theirs.
    fn load(&mut self, docs: BTreeSet<DocId>) -> Result<()> {
        let mut queue: Vec<DocId> = docs.into_iter().collect();
        while let Some(id) = queue.pop() {
            if self.docs.contains_key(&id) {
                continue;
            }
            let store = &self.workspace.inner.store;
            let mut links = Vec::new();
            // An author's changes of a document have numbers; of two with the same one the first in its log may count.
            let mut numbered: HashMap<(Vec<u8>, u64), [u8; 32]> = HashMap::new();
            let mut allowance = Allowance::default();
            let mut take = |arrival: u64, commit: &Opened| {
                let mut is_second = false;
                let is_fresh = self.fresh.contains_key(&arrival);
                let is_borne = Allowance::bears(self.asides.get(&arrival));
                for change in commit.body.changes.iter().filter(|c| c.doc == id) {
                    // As it is where nothing is to be settled.
                    if is_fresh && document::change_hash(id, &change.change).is_none() {
                        return Err(refused!("a change in a commit cannot be read"));
                    }
                    let Some(said) = document::links(id, &change.change) else { continue };
                    is_second |= *numbered.entry((said.author.clone(), said.seq)).or_insert(said.hash) != said.hash;
                    if is_borne {
                        allowance.count(arrival, commit, &said);
                    }
                    links.push(Link { arrival, change: change.change.clone(), said });
                }
                let docs: Vec<DocId> = commit.body.changes.iter().map(|c| c.doc).collect();
                if is_second || self.before.get(&arrival).is_some_and(|aside| !aside.is_own()) {
                    queue.extend(&docs);
                }
                self.unfit.extend(is_second.then_some(arrival));
                self.commits.entry(arrival).or_insert_with(|| (docs, Stamp::of(&commit.body, arrival)));
                Ok(())
            };
            for touching in store.touching(SPACE, id, |_| true)? {
                let (arrival, commit) = touching?;
                take(arrival, &commit)?;
            }
            for (arrival, commit) in self.fresh {
                if commit.body.changes.iter().any(|c| c.doc == id) {
                    take(*arrival, commit)?;
                }
            }
            self.docs.insert(id, links);
            for arrival in allowance.weigh().0 {
                queue.extend(self.commits.get(&arrival).into_iter().flat_map(|(docs, _)| docs));
                self.too_much.insert(arrival);
            }
        }
        Ok(())
    }

    /// Whether a document stays as it is: nothing that is coming counts, and what is held counts as it did.
    fn stays(&self, id: DocId) -> bool {
        let is_as_it_was = |link: &Link| match self.fresh.contains_key(&link.arrival) {
            true => self.is_aside(link.arrival),
            false => self.is_aside(link.arrival) == self.before.contains_key(&link.arrival),
        };
        !self.fresh.is_empty() && self.docs[&id].iter().all(is_as_it_was)
    }

    fn is_aside(&self, arrival: u64) -> bool {
        self.asides.contains_key(&arrival)
            || [&self.fallen, &self.unfit, &self.too_much].iter().any(|all| all.contains(&arrival))
    }

    /// Reads what touched the documents of commits.
    fn load_of(&mut self, commits: &BTreeSet<u64>) -> Result<()> {
        let docs = commits.iter().filter_map(|a| self.commits.get(a)).flat_map(|(docs, _)| docs.clone()).collect();
        self.load(docs)
    }

    /// Finds what falls, until nothing more does.
    fn fell(&mut self) -> Result<()> {
        loop {
            let missing = |(id, links): (&DocId, &Vec<Link>)| self.standing(*id, links).1;
            let falling: BTreeSet<u64> = self.docs.iter().flat_map(missing).collect();
            if falling.is_empty() {
                return Ok(());
            }
            self.load_of(&falling)?;
            self.fallen.extend(falling);
        }
    }

    /// A document's changes of commits that count, causes first; and the commits of those of them that lack a cause.
    fn standing<'l>(&self, id: DocId, links: &'l [Link]) -> (Vec<&'l Link>, BTreeSet<u64>) {
        let mut present: HashSet<[u8; 32]> = document::beginnings(id.kind()).iter().copied().collect();
        let mut waiting: BTreeMap<usize, usize> = BTreeMap::new();
        let mut waited_for: HashMap<[u8; 32], Vec<usize>> = HashMap::new();
        let mut ready = BinaryHeap::new();
        for (at, link) in links.iter().enumerate().filter(|(_, link)| !self.is_aside(link.arrival)) {
            let lacking: Vec<_> = link.said.deps.iter().filter(|dep| !present.contains(*dep)).collect();
            lacking.iter().for_each(|dep| waited_for.entry(**dep).or_default().push(at));
            match lacking.len() {
                0 => ready.push(Reverse(at)),
                count => _ = waiting.insert(at, count),
            }
        }
        let mut order = Vec::with_capacity(links.len());
        while let Some(Reverse(at)) = ready.pop() {
            let link = &links[at];
            order.push(link);
            if !present.insert(link.said.hash) {
                continue;
            }
            for after in waited_for.remove(&link.said.hash).unwrap_or_default() {
                let Some(count) = waiting.get_mut(&after) else { continue };
                *count -= 1;
                if *count == 0 {
                    waiting.remove(&after);
                    ready.push(Reverse(after));
                }
            }
        }
        (order, waiting.keys().map(|at| links[*at].arrival).collect())
    }

    /// Has a document made ahead that is large.
    fn ask(&self, id: DocId) {
        let (order, _) = self.standing(id, &self.docs[&id]);
        if order.iter().map(|link| link.said.operations).sum::<u64>() > MANY {
            self.workspace.inner.ahead.ask(self.job(id, &order));
        }
    }

    /// Most often what is coming goes on from what is stored.
    fn job(&self, id: DocId, order: &[&Link]) -> Job<'static> {
        let (coming, held): (Vec<&Link>, Vec<&Link>) = order.iter().partition(|l| self.fresh.contains_key(&l.arrival));
        let on = self.heads_of(id, &held);
        let rest = if on.is_some() { &coming } else { order };
        Job { id, changes: rest.iter().map(|link| link.change.clone()).collect(), on }
    }

    /// A document made of what counts, nothing if nothing does; or the arrival numbers of what does not fit.
    fn make(&self, id: DocId) -> Result<Option<StoredDoc>, BTreeSet<u64>> {
        let (order, _) = self.standing(id, &self.docs[&id]);
        let Some(last) = order.last().map(|l| l.arrival) else { return Ok(None) };
        let mut job = self.job(id, &order);
        let mut made = self.workspace.made(&job);
        if let (Ok(None), Some(_)) = (&made, &job.on) {
            // What is stored cannot be read.
            job = Job { id, on: None, changes: order.iter().map(|link| link.change.clone()).collect() };
            made = self.workspace.made(&job);
        }
        let Ok(Some(Finished { document: mut made, .. })) = made else {
            let is_rest = |link: &&&Link| job.on.is_none() || self.fresh.contains_key(&link.arrival);
            let rest: Vec<(u64, &Change)> = order.iter().filter(is_rest).map(|l| (l.arrival, &l.change)).collect();
            let arrivals: BTreeSet<u64> = rest.iter().map(|(arrival, _)| *arrival).collect();
            if arrivals.len() == 1 {
                return Err(arrivals);
            }
            let before = job.on.and_then(|_| self.workspace.document(id).ok());
            let unfit = before.unwrap_or_else(|| Document::new(id)).unfit(rest);
            return Err(if unfit.is_empty() { BTreeSet::from([last]) } else { unfit });
        };
        let stamps = order.iter().filter_map(|l| self.commits.get(&l.arrival)).map(|(_, stamp)| *stamp);
        if let Some(stamp) = stamps.reduce(|a, b| a.and(b)) {
            stamp.put(made.record.meta_mut());
        }
        Ok(Some(made))
    }

    /// The heads of a document as it is stored, if just these changes are in it: many may come that have no effect.
    fn heads_of(&self, id: DocId, held: &[&Link]) -> Option<Vec<[u8; 32]>> {
        let causes: HashSet<[u8; 32]> = held.iter().flat_map(|link| &link.said.deps).copied().collect();
        let hashes = held.iter().map(|link| link.said.hash);
        let heads: BTreeSet<[u8; 32]> = hashes.filter(|hash| !causes.contains(hash)).collect();
        let is_so = !heads.is_empty() && self.workspace.records().heads(id).iter().eq(&heads);
        is_so.then(|| heads.into_iter().collect())
    }
}
