//! Which commits count, of those that come and of those whose judgement they change; and what these make of documents.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::{
    SPACE, Workspace, Writer,
    admission::{Cut, Fresh},
    ahead::{Job, MANY},
    ledger::{Aside, Facts, Mark},
    settle::{Asides, stored},
};
use crate::{
    commit::{Change, Opened},
    document::{self, DocumentError},
    error::{Error, Result},
    id::DocId,
    store::StoredDoc,
};

/// How commits are weighed.
#[derive(Clone, Copy)]
pub(super) struct How {
    /// One of them does not fit its document.
    pub doubted: bool,
    /// How often it may still be looked again.
    pub patience: u8,
}

impl Workspace {
    /// Which commits count, those that are coming and those whose judgement they change; and what these make of documents. Those
    /// of commits that are `doubted` are made again. Refused where a large one is to be made ahead, and there is patience.
    pub(super) fn weigh(
        &self,
        writer: &mut Writer,
        mark: Mark,
        ready: &[Fresh],
        cut: Option<&Cut>,
        how: How,
    ) -> Result<Weighed> {
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
            let own = asides.get(&arrival).filter(|aside| aside.is_own()).copied();
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
        let mut coming: BTreeMap<DocId, u64> = BTreeMap::new();
        for fresh in ready.iter().filter(|f| counts(f, &weighed.asides)) {
            let touched = fresh.opened.body.changes.iter().map(|c| c.doc);
            docs.extend(touched.filter(|doc| how.doubted || shunned.contains(doc) || writer.shunned.contains(doc)));
            fresh.operations.iter().for_each(|(doc, count)| *coming.entry(*doc).or_default() += count);
        }
        coming.retain(|doc, count| *count > MANY && !docs.contains(doc));
        for (doc, count) in &coming {
            if self.document(*doc)?.would_be_heavy(*count) {
                docs.insert(*doc);
            }
        }
        if !docs.is_empty() {
            let fresh: BTreeMap<u64, &Opened> = ready.iter().map(|f| (f.arrival, &f.opened)).collect();
            let mut own = weighed.asides.clone();
            own.retain(|_, aside| aside.is_own());
            let settled = self.settle(docs, &fresh, &own, &asides, how.patience > 0)?;
            for arrival in &settled.considered {
                if !weighed.asides.get(arrival).is_some_and(|aside| aside.is_own()) {
                    put(&mut weighed.asides, *arrival, settled.aside(*arrival));
                }
            }
            weighed.settled = settled.made().collect();
            shunned.extend(settled.docs);
            weighed.documents = settled.documents;
            weighed.gone = settled.gone;
        }
        let plain: Vec<&Opened> = ready.iter().filter(|f| counts(f, &weighed.asides)).map(|f| &f.opened).collect();
        for change in plain.iter().flat_map(|opened| &opened.body.changes) {
            if !weighed.settled.contains(&change.doc) {
                weighed.changes.entry(change.doc).or_default().push(change.change.clone());
            }
        }
        weighed.shunned = shunned;
        for (id, changes) in weighed.changes.iter().filter(|(id, _)| how.patience > 0 && coming.contains_key(id)) {
            self.inner.ahead.is_made(self.job(*id, changes));
        }
        self.inner.ahead.nothing_wanted()?;
        Ok(weighed)
    }

    /// Applies changes to a scratch copy: applied, saved, read back, projected. One of which there is no record is new.
    pub(super) fn changed(&self, id: DocId, changes: &[Change]) -> Result<StoredDoc> {
        let refused = |e: DocumentError| Error::refused(format!("{id:?}: {e}"));
        let job = self.job(id, changes);
        let is_new = self.records().meta(id).is_none();
        let made = match self.inner.ahead.take(&job) {
            Some(made) => made.map_err(refused)?,
            None => {
                let saved = job.saved(self).map_err(refused)?;
                if saved.as_ref().is_some_and(|saved| saved.document.would_be_heavy(0)) {
                    // Little came, and it is too much now: whether all of it counts is found where it is settled.
                    return Err(Error::refused(format!("{id:?}: more than counts of one person")));
                }
                saved.map(|saved| stored(id, saved)).transpose().map_err(refused)?
            }
        };
        let made = made.ok_or_else(|| Error::Damaged(format!("{id:?} is not what its record says")))?;
        Ok(StoredDoc { is_new, ..made })
    }

    fn job<'c>(&self, id: DocId, changes: &'c [Change]) -> Job<'c> {
        let heads = self.records().heads(id).to_vec();
        // There are records that nobody has written yet.
        let on = (!heads.is_empty()).then_some(heads);
        Job { id, on, changes: changes.into() }
    }
}

/// What commits that may be taken make.
#[derive(Default)]
pub(super) struct Weighed {
    /// All commits that have no effect, with these.
    pub asides: Asides,
    /// Documents that were made again, and those of which nothing is left.
    pub documents: Vec<StoredDoc>,
    pub gone: Vec<DocId>,
    pub settled: HashSet<DocId>,
    /// What is to be applied to others.
    pub changes: BTreeMap<DocId, Vec<Change>>,
    /// Documents that commits without effect are of, or that were settled.
    pub shunned: BTreeSet<DocId>,
}

fn put(asides: &mut Asides, arrival: u64, aside: Option<Aside>) {
    match aside {
        Some(aside) => _ = asides.insert(arrival, aside),
        None => _ = asides.remove(&arrival),
    }
}
