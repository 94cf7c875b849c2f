//! What became of changes that crossed: conflicts that somebody decided, and changes that needed no decision.

use std::collections::HashSet;

use super::{Decision, SPACE, SelfMerged, Workspace};
use crate::{
    commit::{Intent, Opened},
    error::Result,
    id::{CommitId, DocId},
};

/// How many commits back is looked.
const DEPTH: u64 = 2_000;
/// Commits over more records than this are imports and the like: nobody wants to read of each.
const FEW: usize = 20;

impl Workspace {
    /// Conflicts that were decided lately, by anybody, newest first.
    pub fn decisions(&self, limit: usize) -> Result<Vec<Decision>> {
        let mut found = Vec::new();
        self.each_recent(|commit| {
            if matches!(commit.body.intent, Intent::Edit) && commit.body.label.starts_with("Decide ") {
                found.extend(commit.body.changes.first().map(|change| (change.doc, commit.id)));
            }
            Ok(found.len() < limit)
        })?;
        let mut all = Vec::new();
        for (id, commit) in found {
            let id = self.records().head(id);
            if let Some(entry) = self.history(id)?.into_iter().find(|e| e.commit == commit) {
                let (kind, name) = (id.kind(), self.records().name(id).to_owned());
                all.push(Decision { id, kind, name, entry });
            }
        }
        Ok(all)
    }

    /// Lately received changes of others to records that this user changed meanwhile, in other fields: both hold, and nobody
    /// was asked. Newest first.
    pub fn self_merged(&self, limit: usize) -> Result<Vec<SelfMerged>> {
        let mut docs: Vec<DocId> = Vec::new();
        self.each_recent(|commit| {
            let body = &commit.body;
            if body.device != self.device() && body.user != self.user() && body.changes.len() <= FEW {
                for change in &body.changes {
                    if !docs.contains(&change.doc) {
                        docs.push(change.doc);
                    }
                }
            }
            Ok(docs.len() < limit * 4)
        })?;
        let mut all = Vec::new();
        for id in docs {
            let crossed = self.crossed(id)?;
            if crossed.is_empty() {
                continue;
            }
            let name = self.records().name(self.records().head(id)).to_owned();
            let history = self.history_of(id)?;
            let entry = |commit: CommitId| history.iter().map(|(_, e)| e).find(|e| e.commit == commit).cloned();
            for (theirs, mine) in crossed {
                if let (Some(entry), Some(mine)) = (entry(theirs), entry(mine)) {
                    all.push(SelfMerged { id, name: name.clone(), entry, mine });
                }
            }
        }
        all.sort_by_key(|m| std::cmp::Reverse((m.entry.received, m.entry.commit)));
        all.truncate(limit);
        Ok(all)
    }

    /// Pairs of commits, another's and one of this user's, that did not know of each other and changed different things of a
    /// document. Of several of this user's the last.
    fn crossed(&self, id: DocId) -> Result<Vec<(CommitId, CommitId)>> {
        let document = self.document(id)?;
        let authors = self.authors(id)?;
        let (mine, theirs): (Vec<_>, Vec<_>) = authors.iter().partition(|(_, commit)| commit.body.user == self.user());
        let keys = |hash: [u8; 32]| -> HashSet<String> { document.effects(hash).into_iter().map(|e| e.key).collect() };
        let mut all: Vec<(CommitId, CommitId)> = Vec::new();
        for (hash, commit) in theirs {
            let crossed: Vec<_> = mine.iter().filter(|(own, _)| document.is_concurrent(*hash, *own)).collect();
            // What touched one field is a conflict, or is equal.
            let apart = crossed.iter().all(|(own, _)| keys(*hash).is_disjoint(&keys(*own)));
            if let Some((_, own)) = crossed.last().filter(|_| apart)
                && !all.iter().any(|(known, _)| *known == commit.id)
            {
                all.push((commit.id, own.id));
            }
        }
        Ok(all)
    }

    /// Looks at commits, the last that arrived first, until told to stop.
    fn each_recent(&self, mut each: impl FnMut(&Opened) -> Result<bool>) -> Result<()> {
        let last = self.arrivals()?;
        let asides = self.asides();
        for arrival in (last.saturating_sub(DEPTH)..=last).rev().filter(|a| !asides.contains_key(a)) {
            if let Some((commit, _)) = self.inner.store.commit_at(SPACE, arrival)?
                && !each(&commit)?
            {
                break;
            }
        }
        Ok(())
    }
}
