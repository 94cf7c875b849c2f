//! Documents from the log, from the commits that count alone: after a cut, and where some of what touched them has no effect.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use rayon::prelude::*;

use super::{SPACE, Workspace, ledger::Aside, stamp::Stamp};
use crate::{
    commit::{Change, Opened},
    crew::by_crew,
    document::{self, Document, Saved},
    error::{Error, Result},
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
    /// What was looked at: it fell, or it counts unless it has no effect for a reason of its own.
    pub considered: BTreeSet<u64>,
}

/// One change of one document.
struct Link {
    arrival: u64,
    change: Change,
    hash: [u8; 32],
    deps: Vec<[u8; 32]>,
}

struct Settling<'a> {
    workspace: &'a Workspace,
    fresh: &'a BTreeMap<u64, &'a Opened>,
    /// Of which documents each commit is, and what its place says of them.
    commits: BTreeMap<u64, (Vec<DocId>, Stamp)>,
    docs: BTreeMap<DocId, Vec<Link>>,
    fallen: BTreeSet<u64>,
}

impl Workspace {
    /// Makes documents again from the commits that count: those held and those that are coming, without the ones that have no
    /// effect for a reason of their own. Commits that build on such a one fall whole, and what builds on them in turn.
    pub(super) fn settle(
        &self,
        docs: BTreeSet<DocId>,
        fresh: &BTreeMap<u64, &Opened>,
        direct: &BTreeSet<u64>,
        before: &Asides,
    ) -> Result<Settled> {
        let mut settling = Settling {
            workspace: self,
            fresh,
            commits: BTreeMap::new(),
            docs: BTreeMap::new(),
            fallen: BTreeSet::new(),
        };
        settling.load(docs, before)?;
        let made = loop {
            settling.fell(direct, before)?;
            let docs: Vec<DocId> = settling.docs.keys().copied().collect();
            let made: Vec<Result<Option<StoredDoc>, u64>> =
                by_crew(|| docs.par_iter().map(|id| settling.make(*id, direct)).collect());
            // What cannot be applied, though it came as a whole commit, has no effect; one that is only coming is refused.
            let unfit: Vec<u64> = made.iter().filter_map(|m| m.as_ref().err().copied()).collect();
            if let Some(unfit) = unfit.iter().find(|arrival| fresh.contains_key(arrival)) {
                return Err(refused!("a change does not fit its document ({number})", number = *unfit));
            }
            if unfit.is_empty() {
                break docs.into_iter().zip(made).collect::<Vec<_>>();
            }
            settling.fallen.extend(unfit);
        };
        let (mut documents, mut gone) = (Vec::new(), Vec::new());
        for (id, made) in made {
            match made.ok().flatten() {
                Some(document) => documents.push(document),
                None => gone.push(id),
            }
        }
        let considered = settling.commits.keys().copied().collect();
        Ok(Settled { documents, gone, fallen: settling.fallen, considered })
    }
}

impl Settling<'_> {
    /// Reads what touched documents; and, where commits among it fell before and may stand now, what touched theirs.
    fn load(&mut self, docs: BTreeSet<DocId>, before: &Asides) -> Result<()> {
        let mut queue: Vec<DocId> = docs.into_iter().collect();
        while let Some(id) = queue.pop() {
            if self.docs.contains_key(&id) {
                continue;
            }
            let store = &self.workspace.inner.store;
            let mut links = Vec::new();
            let mut take = |arrival: u64, commit: &Opened| {
                for change in commit.body.changes.iter().filter(|c| c.doc == id) {
                    match document::links(id, &change.change) {
                        Some((hash, deps)) => links.push(Link { arrival, change: change.change.clone(), hash, deps }),
                        // As it is where nothing is to be settled.
                        None if self.fresh.contains_key(&arrival) => {
                            return Err(refused!("a change in a commit cannot be read"));
                        }
                        None => {}
                    }
                }
                let docs: Vec<DocId> = commit.body.changes.iter().map(|c| c.doc).collect();
                if before.get(&arrival) == Some(&Aside::Fell) {
                    queue.extend(&docs);
                }
                self.commits.entry(arrival).or_insert_with(|| (docs, Stamp::of(&commit.body, arrival)));
                Ok(())
            };
            for arrival in store.touched(SPACE, id)? {
                if let Some((commit, _)) = store.commit_at(SPACE, arrival)? {
                    take(arrival, &commit)?;
                }
            }
            for (arrival, commit) in self.fresh {
                if commit.body.changes.iter().any(|c| c.doc == id) {
                    take(*arrival, commit)?;
                }
            }
            self.docs.insert(id, links);
        }
        Ok(())
    }

    /// Finds what falls, until nothing more does.
    fn fell(&mut self, direct: &BTreeSet<u64>, before: &Asides) -> Result<()> {
        loop {
            let mut falling = BTreeSet::new();
            for (id, links) in &self.docs {
                let (_, missing) = self.standing(*id, links, direct);
                for link in missing {
                    let known: HashSet<[u8; 32]> = links.iter().map(|l| l.hash).collect();
                    let is_known = |d: &[u8; 32]| known.contains(d) || document::beginnings(id.kind()).contains(d);
                    if self.fresh.contains_key(&link.arrival) && !link.deps.iter().all(is_known) {
                        return Err(refused!(
                            "a change does not fit its document: it builds on a change that is not here"
                        ));
                    }
                    falling.insert(link.arrival);
                }
            }
            if falling.is_empty() {
                return Ok(());
            }
            let docs = falling.iter().filter_map(|a| self.commits.get(a)).flat_map(|(docs, _)| docs.clone()).collect();
            self.fallen.extend(falling);
            self.load(docs, before)?;
        }
    }

    /// A document's changes of commits that count, causes first; and those of them that lack a cause.
    fn standing<'l>(&self, id: DocId, links: &'l [Link], direct: &BTreeSet<u64>) -> (Vec<&'l Link>, Vec<&'l Link>) {
        let mut present: HashSet<[u8; 32]> = document::beginnings(id.kind()).iter().copied().collect();
        let counts = |l: &&Link| !direct.contains(&l.arrival) && !self.fallen.contains(&l.arrival);
        let mut waiting: Vec<&Link> = links.iter().filter(counts).collect();
        let mut order = Vec::with_capacity(waiting.len());
        loop {
            let before = order.len();
            waiting.retain(|link| {
                let ready = link.deps.iter().all(|d| present.contains(d));
                if ready {
                    present.insert(link.hash);
                    order.push(*link);
                }
                !ready
            });
            if order.len() == before || waiting.is_empty() {
                return (order, waiting);
            }
        }
    }

    /// A document made of what counts; nothing if nothing does; the arrival number of a change that does not fit.
    fn make(&self, id: DocId, direct: &BTreeSet<u64>) -> Result<Option<StoredDoc>, u64> {
        let (order, _) = self.standing(id, &self.docs[&id], direct);
        let Some(last) = order.last().map(|l| l.arrival) else { return Ok(None) };
        let changes: Vec<Change> = order.iter().map(|l| l.change.clone()).collect();
        if let Ok(mut made) = made(id, &changes) {
            let stamps = order.iter().filter_map(|l| self.commits.get(&l.arrival)).map(|(_, stamp)| *stamp);
            if let Some(stamp) = stamps.reduce(|a, b| a.and(b)) {
                stamp.put(made.record.meta_mut());
            }
            return Ok(Some(made));
        }
        // One by one, to find which one it is.
        for (at, link) in order.iter().enumerate() {
            if made(id, &changes[..=at]).is_err() {
                return Err(link.arrival);
            }
        }
        Err(last)
    }
}

/// A document with these changes, as it is to be stored.
fn made(id: DocId, changes: &[Change]) -> Result<StoredDoc> {
    stored(id, Document::of(id, changes).map_err(|e| Error::refused(format!("{id:?}: {e}")))?)
}

/// A document as it is to be stored: read back from how it is saved, and projected.
pub(super) fn stored(id: DocId, saved: Saved) -> Result<StoredDoc> {
    let record = saved.document.project_guarded().map_err(|e| Error::refused(format!("{id:?}: {e}")))?;
    Ok(StoredDoc { id, is_new: false, saved: saved.bytes, record })
}
