//! Checking and rebuilding: file, log, signatures, documents, records.

use std::{collections::HashMap, sync::Mutex};

use chrono::{DateTime, Utc};
use rayon::prelude::*;

use super::{CheckReport, SPACE, Workspace};
use crate::{
    commit,
    document::Document,
    error::{Error, Result},
    id::{CommitId, DocId},
    record::{Record, Records},
    store::StoredDoc,
};

/// The commits by their arrival numbers: thousands of records share one of an import.
#[derive(Default)]
struct Stamps(Mutex<HashMap<u64, Stamp>>);

/// Where a commit stands in the graph's order, when and by whom it was made.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Stamp {
    place: (u64, CommitId),
    time: Option<DateTime<Utc>>,
    user: DocId,
}

impl Workspace {
    /// Checks file, log, signatures, documents and records.
    pub fn check(&self) -> Result<CheckReport> {
        let mut report = CheckReport { problems: self.inner.damaged.clone(), ..CheckReport::default() };
        let mut from = 0;
        loop {
            let beyond = self.inner.store.commits_beyond(SPACE, &Default::default(), from, 8 << 20);
            let (commits, next) = match beyond {
                Ok(found) => found,
                Err(error) => {
                    report.problems.push(error.to_string());
                    break;
                }
            };
            report.commits += commits.len() as u64;
            let bad: Vec<String> = commits
                .into_par_iter()
                .filter_map(|bytes| commit::open(bytes, false).err().map(|e| format!("the log: {e}")))
                .collect();
            report.problems.extend(bad);
            match next {
                Some(number) => from = number,
                None => break,
            }
        }
        let ids = self.inner.store.document_ids(SPACE)?;
        report.documents = ids.len() as u64;
        let stamps = Stamps::default();
        let checked: Vec<Option<String>> = ids.par_iter().map(|id| self.check_document(*id, &stamps).err()).collect();
        report.problems.extend(checked.into_iter().flatten());
        report.records = report.documents;
        Ok(report)
    }

    fn check_document(&self, id: DocId, stamps: &Stamps) -> Result<(), String> {
        let wrong = |what: String| format!("{id:?}: {what}");
        let bytes = self.inner.store.document(SPACE, id).map_err(|e| wrong(e.to_string()))?;
        let bytes = bytes.ok_or_else(|| wrong("the document is missing".to_owned()))?;
        let document = Document::load(id, &bytes).map_err(|e| wrong(e.to_string()))?;
        let heads = self.inner.store.heads(SPACE, id).map_err(|e| wrong(e.to_string()))?;
        if heads != document.heads() {
            return Err(wrong("its heads are not those noted".to_owned()));
        }
        let mut made = document.project().ok_or_else(|| wrong("it makes no record".to_owned()))?;
        self.restamp(&mut made, stamps).map_err(|e| wrong(e.to_string()))?;
        match self.records().get(id) {
            Some(shown) if shown == made => Ok(()),
            Some(_) => Err(wrong("the record is not what the document makes".to_owned())),
            None => Err(wrong("the record is missing".to_owned())),
        }
    }

    /// Notes on a record which commit touched it last, from the log.
    fn restamp(&self, record: &mut Record, stamps: &Stamps) -> Result<()> {
        let touched = self.inner.store.touched(SPACE, record.id())?;
        let mut last: Option<Stamp> = None;
        for arrival in &touched {
            last = last.max(self.commit_stamp(*arrival, stamps)?);
        }
        let meta = record.meta_mut();
        if let (Some(arrival), Some(Stamp { place, time, user })) = (touched.last(), last) {
            (meta.arrival, meta.write, meta.write_date, meta.write_user) = (*arrival, Some(place), time, Some(user));
        }
        Ok(())
    }

    fn commit_stamp(&self, arrival: u64, stamps: &Stamps) -> Result<Option<Stamp>> {
        let known = stamps.0.lock().unwrap_or_else(|e| e.into_inner()).get(&arrival).copied();
        if known.is_some() {
            return Ok(known);
        }
        let Some((commit, _)) = self.inner.store.commit_at(SPACE, arrival)? else { return Ok(None) };
        let (place, time) = ((commit.body.lamport, commit.id), DateTime::from_timestamp_millis(commit.body.time));
        let stamp = Stamp { place, time, user: commit.body.user };
        stamps.0.lock().unwrap_or_else(|e| e.into_inner()).insert(arrival, stamp);
        Ok(Some(stamp))
    }

    /// Throws the records away and rebuilds them from the documents, the documents from the log where damaged.
    pub fn rebuild(&self) -> Result<CheckReport> {
        let writer = self.writer();
        let ids = self.inner.store.document_ids(SPACE)?;
        let mut report = CheckReport { commits: self.inner.store.commit_count()?, ..CheckReport::default() };
        let stamps = Stamps::default();
        let built: Result<Vec<(StoredDoc, bool)>> =
            ids.par_iter().map(|id| self.rebuild_document(*id, &stamps)).collect();
        let built = built?;
        report.documents = built.len() as u64;
        report.records = report.documents;
        let remade = built.iter().filter(|(_, from_log)| *from_log);
        report
            .problems
            .extend(remade.map(|(doc, _)| format!("{:?} was damaged and is made again from the log", doc.id)));
        let documents: Vec<StoredDoc> = built.into_iter().map(|(doc, _)| doc).collect();
        let transaction = self.inner.store.begin()?;
        transaction.clear_derived()?;
        transaction.put_documents(SPACE, &documents)?;
        transaction.commit()?;
        let mut all = Records::default();
        for document in documents {
            all.insert(document.record);
        }
        let mut records = super::write(&self.inner.records);
        all.revision += records.revision;
        *records = all;
        drop(records);
        drop(writer);
        Ok(report)
    }

    fn rebuild_document(&self, id: DocId, stamps: &Stamps) -> Result<(StoredDoc, bool)> {
        let whole = self.inner.store.document(SPACE, id).ok().flatten().and_then(|b| Document::load(id, &b).ok());
        let from_log = whole.is_none();
        let document = match whole {
            Some(document) => document,
            None => {
                let mut document = Document::new(id);
                for arrival in self.inner.store.touched(SPACE, id)? {
                    let Some((commit, _)) = self.inner.store.commit_at(SPACE, arrival)? else { continue };
                    let changes: Vec<_> =
                        commit.body.changes.into_iter().filter(|c| c.doc == id).map(|c| c.change).collect();
                    document.apply(&changes).map_err(|e| Error::Damaged(format!("{id:?}: {e}")))?;
                }
                document
            }
        };
        let mut record = document.project().ok_or_else(|| Error::Damaged(format!("{id:?} makes no record")))?;
        self.restamp(&mut record, stamps)?;
        Ok((StoredDoc { id, saved: document.save(), heads: document.heads(), record }, from_log))
    }
}
