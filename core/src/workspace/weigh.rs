//! Which commits count, of those that come and of those whose judgement they change; and what these make of documents.

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    sync::Arc,
};

use super::{
    SPACE, Workspace, Writer,
    admission::{Cut, Fresh},
    ahead::{Job, MANY, MOST},
    ledger::{Aside, Facts, Mark},
    settle::Asides,
};
use crate::{
    commit::{Change, Opened},
    document,
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

/// Without letting go of the writer.
pub(super) const AT_ONCE: How = How { doubted: false, patience: 0 };

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
        let mut now = (*asides).clone();
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
            now.insert(*arrival, Aside::Forked);
        }
        for (arrival, set) in suspects {
            let Some((commit, _)) = self.inner.store.commit_at(SPACE, arrival)? else { continue };
            let judged = writer.ledger.judge(&Facts::of(&commit), set);
            let own = asides.get(&arrival).filter(|aside| aside.is_own()).copied();
            if judged != own {
                docs.extend(commit.body.changes.iter().map(|c| c.doc));
                put(&mut now, arrival, judged);
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
                now.insert(fresh.arrival, aside);
            }
        }
        let judged = Judged { before: asides, asides: now, docs, shunned };
        let mut much = BTreeSet::new();
        loop {
            let weighed = self.documents(writer, ready, &judged, &much, how)?;
            if how.patience == 0 {
                return Ok(weighed);
            }
            let found = self.holding_much(writer, ready, &weighed);
            self.inner.ahead.nothing_wanted()?;
            if found.is_subset(&much) {
                return Ok(weighed);
            }
            much.extend(found);
        }
    }

    /// Makes again the documents of which not all counts; that the rest be changed is left to be done.
    fn documents(
        &self,
        writer: &Writer,
        ready: &[Fresh],
        judged: &Judged,
        much: &BTreeSet<DocId>,
        how: How,
    ) -> Result<Weighed> {
        let Judged { before, asides, docs, shunned } = judged;
        let mut weighed = Weighed { asides: asides.clone(), shunned: shunned | much, ..Weighed::default() };
        let mut docs = docs.clone();
        let counts = |fresh: &&Fresh, asides: &Asides| !asides.contains_key(&fresh.arrival);
        for fresh in ready.iter().filter(|f| counts(f, asides)) {
            let touched = fresh.opened.body.changes.iter().map(|c| c.doc);
            let is_settled = |doc: &DocId| how.doubted || weighed.shunned.contains(doc) || writer.shunned.contains(doc);
            docs.extend(touched.filter(is_settled));
        }
        if !docs.is_empty() {
            let fresh: BTreeMap<u64, &Opened> = ready.iter().map(|f| (f.arrival, &f.opened)).collect();
            let mut own = asides.clone();
            own.retain(|_, aside| aside.is_own());
            let settled = self.settle(docs, &fresh, &own, before, how.patience > 0)?;
            for arrival in &settled.considered {
                if !weighed.asides.get(arrival).is_some_and(|aside| aside.is_own()) {
                    put(&mut weighed.asides, *arrival, settled.aside(*arrival));
                }
            }
            weighed.settled = settled.made().collect();
            weighed.shunned.extend(settled.docs);
            weighed.documents = settled.documents;
            weighed.gone = settled.gone;
        }
        let plain: Vec<&Opened> = ready.iter().filter(|f| counts(f, &weighed.asides)).map(|f| &f.opened).collect();
        for change in plain.iter().flat_map(|opened| &opened.body.changes) {
            if !weighed.settled.contains(&change.doc) {
                weighed.changes.entry(change.doc).or_default().push(change.change.clone());
            }
        }
        Ok(weighed)
    }

    /// Has large documents made ahead; those that are and hold more than may count of one person are to be settled.
    fn holding_much(&self, writer: &Writer, ready: &[Fresh], weighed: &Weighed) -> BTreeSet<DocId> {
        let mut coming: BTreeMap<DocId, u64> = BTreeMap::new();
        for (doc, count) in ready.iter().flat_map(|fresh| &fresh.operations) {
            *coming.entry(*doc).or_default() += count;
        }
        let is_large = |id: &DocId| writer.large.contains(id) || coming.get(id).is_some_and(|count| *count > MANY);
        // Many that are not large by far would fill the memory.
        let large = weighed.changes.iter().filter(|(id, _)| is_large(id)).take(MOST);
        let holds_much = |(id, changes): &(&DocId, &Vec<Change>)| {
            self.inner.ahead.ask(self.job(**id, changes)).is_some_and(|holds_much| holds_much)
        };
        large.filter(holds_much).map(|(id, _)| *id).collect()
    }

    /// Applies changes to a scratch copy: applied, saved, read back, projected. One of which there is no record is new.
    pub(super) fn changed(&self, id: DocId, changes: &[Change]) -> Result<StoredDoc> {
        let job = self.job(id, changes);
        let made = self.made(&job).map_err(|e| Error::refused(format!("{id:?}: {e}")))?;
        let made = made.ok_or_else(|| Error::Damaged(format!("{id:?} is not what its record says")))?;
        if made.holds_much {
            // Whether all of it counts is found where it is settled.
            return Err(Error::refused(format!("{id:?}: more than counts of one person")));
        }
        Ok(StoredDoc { is_new: self.records().meta(id).is_none(), ..made.document })
    }

    fn job<'c>(&self, id: DocId, changes: &'c [Change]) -> Job<'c> {
        let heads = self.records().heads(id).to_vec();
        // There are records that nobody has written yet.
        let on = (!heads.is_empty()).then_some(heads);
        Job { id, on, changes: changes.into() }
    }
}

/// What was said of commits that may be taken, before their documents are looked at.
struct Judged {
    /// The commits that had no effect before, and those that have none now, for reasons of their own.
    before: Arc<Asides>,
    asides: Asides,
    /// Documents of which others count now.
    docs: BTreeSet<DocId>,
    /// Documents that commits without effect are of.
    shunned: BTreeSet<DocId>,
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
