//! Checking and rebuilding: file, log, signatures, documents, records.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    sync::Arc,
};

use rayon::prelude::*;

use super::{
    CheckReport, SPACE, Workspace,
    begin::Reach,
    ledger::{Aside, Facts, Ledger},
    settle::Asides,
    stamp::Stamp,
};
use crate::{
    commit::{self, Opened},
    crew::by_crew,
    document::Document,
    error::{Error, Result},
    id::{CommitId, DocId},
    record::{Record, Records},
    store::{PastChange, StoredDoc, past_of},
};

impl Workspace {
    /// Checks file, log, signatures, documents and records.
    pub fn check(&self) -> Result<CheckReport> {
        let problems = self.found_damaged().iter().map(ToString::to_string).collect();
        let mut report = CheckReport { problems, ..CheckReport::default() };
        match self.inner.store.check_pages() {
            Ok(()) => {}
            Err(Error::Damaged(what)) => report.problems.push(format!("the file: {what}")),
            Err(error) => return Err(error),
        }
        let mut stamps = Stamps::new();
        let asides = self.asides();
        let mut past: Vec<PastChange> = Vec::new();
        let read = self.each_commit(false, |arrival, commit| match commit {
            Ok(commit) => {
                if !asides.contains_key(&arrival) {
                    note(&mut stamps, arrival, &commit);
                }
                past.extend(past_of(arrival, &commit));
            }
            Err(problem) => report.problems.push(in_words(problem)),
        });
        match read {
            Ok(commits) => report.commits = commits,
            Err(Error::Damaged(what)) => report.problems.push(what),
            Err(error) => return Err(error),
        }
        match self.inner.store.wrong_past(SPACE, &past) {
            Ok(0) => {}
            Ok(wrong) => report.problems.push(format!("the log of fields: {wrong} entries are not what the log says")),
            Err(Error::Damaged(_)) => report.problems.push("the log of fields is damaged".to_owned()),
            Err(error) => return Err(error),
        }
        drop(past);
        let ids = match self.inner.store.document_ids(SPACE) {
            Ok(ids) => ids,
            Err(Error::Damaged(what)) => {
                report.problems.push(what);
                return Ok(report);
            }
            Err(error) => return Err(error),
        };
        report.documents = ids.len() as u64;
        let there: HashSet<DocId> = ids.iter().copied().collect();
        let missing = stamps.keys().filter(|id| !there.contains(id));
        report.problems.extend(missing.map(|id| format!("{id:?}: the document is missing")));
        let checked: Vec<Option<String>> =
            by_crew(|| ids.par_iter().map(|id| self.check_document(*id, &stamps).err()).collect());
        report.problems.extend(checked.into_iter().flatten());
        report.records = report.documents;
        let lost = self.inner.store.seal.as_ref().map_or(0, |seal| seal.lost());
        if lost > 0 {
            report.problems.push(format!("{lost} sectors of the file are not what was sealed there"));
        }
        Ok(report)
    }

    fn check_document(&self, id: DocId, stamps: &Stamps) -> Result<(), String> {
        let wrong = |what: String| format!("{id:?}: {what}");
        let bytes = self.inner.store.document(SPACE, id).map_err(|e| wrong(in_words(e)))?;
        let bytes = bytes.ok_or_else(|| wrong("the document is missing".to_owned()))?;
        let document = Document::load(id, &bytes).map_err(|e| wrong(e.to_string()))?;
        let mut made = document.project().ok_or_else(|| wrong("it makes no record".to_owned()))?;
        restamp(&mut made, stamps);
        match self.records().own(id) {
            Some(shown) if shown == made => Ok(()),
            Some(_) => Err(wrong("the record is not what the document makes".to_owned())),
            None => Err(wrong("the record is missing".to_owned())),
        }
    }

    /// Reads the whole log in the order of arrival, its signatures checked on all cores unless `trusted`. Returns how many
    /// commits there are. A commit that says nothing is given as an error, with its number; where the file cannot be read, it ends.
    fn each_commit(&self, trusted: bool, mut each: impl FnMut(u64, Result<Opened>)) -> Result<u64> {
        let (mut from, mut arrival) = (0, 0);
        loop {
            let (commits, next) = self.inner.store.commits_beyond(SPACE, &Default::default(), from, 8 << 20)?;
            let opened: Vec<_> =
                by_crew(|| commits.into_par_iter().map(|bytes| commit::open(bytes, trusted)).collect());
            for commit in opened {
                arrival += 1;
                each(arrival, commit.map_err(|e| Error::Damaged(format!("the log: {e}"))));
            }
            match next {
                Some(number) => from = number,
                None => return Ok(arrival),
            }
        }
    }

    /// Throws the records away and rebuilds them from the documents, the documents from the log where damaged or where
    /// some of what touched them has no effect; which commits that is, and all that is looked up of commits, is worked out
    /// again too. Refused, and nothing changed, where the log itself cannot be read, or pages of the file are damaged: then all
    /// is made anew when the workspace is opened next.
    pub fn rebuild(&self) -> Result<CheckReport> {
        self.inner.store.check_pages()?;
        self.make_again()
    }

    /// As [`Workspace::rebuild`], of a file whose pages have been looked at.
    pub(super) fn make_again(&self) -> Result<CheckReport> {
        let mut writer = self.writer();
        let store = &self.inner.store;
        let mut report = CheckReport { commits: store.log_length()?, ..CheckReport::default() };
        // A program that makes records otherwise has not read them yet.
        let before = store.asides().unwrap_or_else(|_| (*self.asides()).clone());
        let mut past: Vec<PastChange> = Vec::new();
        let mut ledger = Ledger::new(self.id(), Vec::new(), Vec::new());
        let mut sets: HashMap<CommitId, u32> = HashMap::new();
        let (mut known, mut facts) = (Vec::new(), Vec::new());
        let (reach, newer) = self.index_anew()?;
        let mut forked: BTreeSet<u64> = BTreeSet::new();
        self.each_commit(true, |arrival, commit| {
            let Ok(commit) = commit else { return };
            let parents = commit.body.parents.iter().filter_map(|p| Some((*p, *sets.get(p)?)));
            let set = ledger.after(&parents.collect::<Vec<_>>());
            ledger.learn(&commit, set);
            sets.insert(commit.id, set);
            known.push((arrival, set));
            facts.push((arrival, Facts::of(&commit), set));
            if matches!(store.place_at(SPACE, arrival), Ok(Some(place)) if place.epoch.is_branch()) {
                forked.insert(arrival);
                ledger.forked([commit.id]);
            }
            past.extend(past_of(arrival, &commit));
        })?;
        ledger.settle();
        let mut judged: Asides =
            facts.iter().filter_map(|(arrival, facts, set)| Some((*arrival, ledger.judge(facts, *set)?))).collect();
        judged.extend(forked.iter().map(|arrival| (*arrival, Aside::Forked)));
        let mut doubtful = BTreeSet::new();
        for arrival in judged.keys().chain(before.keys()).chain(&newer) {
            let commit = store.commit_at(SPACE, *arrival)?;
            doubtful.extend(commit.into_iter().flat_map(|(commit, _)| commit.body.changes).map(|change| change.doc));
        }
        let (settled, asides, built) = loop {
            let settled = self.settle(doubtful.clone(), &BTreeMap::new(), &judged, &before, false)?;
            let found = settled.considered.iter().filter_map(|arrival| Some((*arrival, settled.aside(*arrival)?)));
            let mut asides: Asides = found.collect();
            asides.extend(&judged);
            let mut stamps = Stamps::new();
            self.each_commit(true, |arrival, commit| {
                if let (Ok(commit), false) = (commit, asides.contains_key(&arrival)) {
                    note(&mut stamps, arrival, &commit);
                }
            })?;
            let made: HashSet<DocId> = settled.made().collect();
            let ids: Vec<DocId> = stamps.keys().copied().filter(|id| !made.contains(id)).collect();
            let built: Result<Vec<Option<(StoredDoc, bool)>>> =
                by_crew(|| ids.par_iter().map(|id| self.rebuild_document(*id, &asides, &stamps)).collect());
            let built = built?;
            // What does not fit or is too much is found where a document is settled.
            let unmade = ids.iter().zip(&built).filter(|(_, built)| built.is_none()).map(|(id, _)| *id);
            let unmade: BTreeSet<DocId> = unmade.collect();
            if unmade.is_empty() {
                break (settled, asides, built.into_iter().flatten().collect::<Vec<_>>());
            }
            doubtful.extend(unmade);
        };
        let made: Vec<DocId> = settled.made().collect();
        let remade = built.iter().filter(|(_, from_log)| *from_log);
        report
            .problems
            .extend(remade.map(|(doc, _)| format!("{:?} was damaged and is made again from the log", doc.id)));
        let mut documents: Vec<StoredDoc> = built.into_iter().map(|(doc, _)| doc).collect();
        documents.extend(settled.documents);
        report.documents = documents.len() as u64;
        report.records = report.documents;
        let transaction = store.begin()?;
        transaction.pack()?;
        transaction.clear_derived()?;
        transaction.put_documents(SPACE, &documents)?;
        transaction.put_past(SPACE, &past)?;
        transaction.put_known(&known, &ledger.unsaved())?;
        transaction.put_asides(&asides.iter().map(|(arrival, aside)| (*arrival, Some(*aside))).collect::<Vec<_>>())?;
        transaction.put_shape()?;
        let (own, mut front) = (self.device(), writer.front.clone());
        let is_own = |arrival: &u64| {
            let place = store.place_at(SPACE, *arrival).ok().flatten();
            place.is_some_and(|place| (place.device, place.epoch.0) == (own, front.epoch))
        };
        if asides.keys().any(|arrival| !before.contains_key(arrival) && is_own(arrival)) {
            // What this device wrote has no effect any more, as where commits arrive.
            self.begin_epoch(&mut front, |epoch| reach.vector.get(own, epoch) > 0);
            transaction.put_front(&front)?;
        }
        transaction.commit()?;
        writer.front = front;
        ledger.saved();
        *super::write(&self.inner.members) = Arc::new(ledger.members());
        *super::write(&self.inner.vector) = Arc::new(reach.vector);
        *super::write(&self.inner.ends) = reach.ends;
        writer.branches = reach.branches;
        writer.ledger = ledger;
        writer.shunned.extend(made);
        self.set_asides(asides);
        let mut all = Records::default();
        all.insert_all(documents.into_iter().map(|document| document.record));
        let mut records = self.inner.records.write();
        all.revision += records.revision;
        let before = std::mem::replace(&mut *records, all);
        drop(records);
        drop(before);
        drop(writer);
        Ok(report)
    }

    /// Makes anew what is looked up of commits; refused where the log is not whole. Returns how far it goes, and
    /// which commits of later versions there were, of which more may be understood by now.
    fn index_anew(&self) -> Result<(Reach, Vec<u64>)> {
        let store = &self.inner.store;
        let newer = store.newer().unwrap_or_default().into_iter().map(|(arrival, _)| arrival).collect();
        let mut unread = Vec::new();
        let transaction = store.begin()?;
        transaction.clear_index()?;
        let mut some: Vec<(u64, Opened)> = Vec::new();
        let put = |some: &mut Vec<(u64, Opened)>| {
            let borrowed: Vec<(u64, &Opened)> = some.iter().map(|(arrival, commit)| (*arrival, commit)).collect();
            let put = transaction.put_index(SPACE, &borrowed, self.user());
            some.clear();
            put
        };
        let mut written = Ok(());
        let read = self.each_commit(true, |arrival, commit| match commit {
            Ok(commit) => {
                some.push((arrival, commit));
                if some.len() >= 1_000 && written.is_ok() {
                    written = put(&mut some);
                }
            }
            Err(why) => unread.push(why),
        });
        written.and_then(|()| put(&mut some))?;
        // A disk that fails says nothing of what is on it.
        let why = match (read, unread.into_iter().next()) {
            (Err(Error::Damaged(why)), _) => Some(why),
            (Err(error), _) => return Err(error),
            (Ok(_), Some(unread)) => Some(in_words(unread)),
            (Ok(count), None) => (count != store.log_length()?).then(|| "it is not whole".to_owned()),
        };
        if let Some(why) = why {
            return Err(Error::Damaged(format!("the log cannot be read, from which all else is made: {why}")));
        }
        transaction.commit()?;
        Ok((Reach::read(store)?, newer))
    }

    /// Makes the log of fields anew from the log.
    pub(super) fn remake_past(&self) -> Result<()> {
        let writer = self.writer();
        let mut past: Vec<PastChange> = Vec::new();
        self.each_commit(true, |arrival, commit| {
            if let Ok(commit) = commit {
                past.extend(past_of(arrival, &commit));
            }
        })?;
        let transaction = self.inner.store.begin()?;
        transaction.clear_past()?;
        transaction.put_past(SPACE, &past)?;
        transaction.commit()?;
        drop(writer);
        self.forget_past();
        Ok(())
    }

    /// A document and whether it is made from the log; nothing where not all that the log says of it fits, or it may be too much.
    fn rebuild_document(&self, id: DocId, asides: &Asides, stamps: &Stamps) -> Result<Option<(StoredDoc, bool)>> {
        let whole = self.inner.store.document(SPACE, id).ok().flatten().and_then(|b| Document::load(id, &b).ok());
        let from_log = whole.is_none();
        let document = match whole {
            Some(document) => document,
            None => {
                let mut changes = Vec::new();
                for counting in self.inner.store.touching(SPACE, id, |arrival| !asides.contains_key(&arrival))? {
                    let (_, commit) = counting?;
                    changes.extend(commit.body.changes.into_iter().filter(|c| c.doc == id).map(|c| c.change));
                }
                let Ok(made) = Document::of(id, &changes) else { return Ok(None) };
                made.document
            }
        };
        if document.holds_much() {
            return Ok(None);
        }
        let mut record = document.project().ok_or_else(|| Error::Damaged(format!("{id:?} makes no record")))?;
        restamp(&mut record, stamps);
        Ok(Some((StoredDoc { id, is_new: false, saved: document.save(), record }, from_log)))
    }
}

/// What is damaged, without what to do about it.
fn in_words(error: Error) -> String {
    match error {
        Error::Damaged(what) => what,
        other => other.to_string(),
    }
}

/// The last commit that touched each document, as the log tells it.
type Stamps = HashMap<DocId, Stamp>;

fn note(stamps: &mut Stamps, arrival: u64, commit: &Opened) {
    let stamp = Stamp::of(&commit.body, arrival);
    for change in &commit.body.changes {
        stamps.entry(change.doc).and_modify(|s| *s = s.and(stamp)).or_insert(stamp);
    }
}

fn restamp(record: &mut Record, stamps: &Stamps) {
    if let Some(stamp) = stamps.get(&record.id()) {
        stamp.put(record.meta_mut());
    }
}
