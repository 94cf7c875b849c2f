//! Commits that are held and passed on and have no effect: which and why, and giving one's own again.

use std::collections::{HashMap, HashSet};

use super::{Outcome, SPACE, SetAside, Workspace, author::Draft, ledger::Aside};
use crate::{
    commit::{Change, Intent, Opened, Target},
    document::{self, Document},
    error::{Error, Result},
    id::{CommitId, DeviceId, DocId, Kind},
};

/// The setting that keeps who told of this device's removal.
pub(super) const TOLD: &str = "removed";

impl Workspace {
    /// Whether this device was removed from the workspace, as far as it has heard.
    pub fn is_removed(&self) -> bool {
        self.members().devices.get(&self.device()).is_some_and(|d| d.removed)
    }

    /// A colleague's device says that this one was removed, and nothing else: the removal itself does not reach it.
    pub fn told_removed(&self, by: DeviceId) -> Result<()> {
        match self.members().is_member(by) {
            true => self.set_setting(TOLD, &by.0),
            false => Ok(()),
        }
    }

    /// A colleague's device syncs with this one: if it had said that this one was removed, the removal did not hold (as that of one of
    /// two who remove each other), or this device was invited again.
    pub fn told_member(&self, by: DeviceId) -> Result<()> {
        match self.teller_of_removal() {
            Some(teller) if teller == by => self.set_setting(TOLD, b""),
            _ => Ok(()),
        }
    }

    /// Which device said so. Its word counts while it is a member's.
    pub(super) fn teller_of_removal(&self) -> Option<DeviceId> {
        let teller = DeviceId(self.setting(TOLD)?.try_into().ok()?);
        self.members().is_member(teller).then_some(teller)
    }

    /// Commits that have no effect here, newest first.
    pub fn set_aside(&self) -> Result<Vec<SetAside>> {
        let mut all = Vec::new();
        // Only who may be offered something has to know what is done.
        let mut done = None;
        for (arrival, aside) in self.asides().iter().rev() {
            let Some((commit, _)) = self.inner.store.commit_at(SPACE, *arrival)? else { continue };
            let mut is_offered = self.may_give_again(&commit, *aside);
            if is_offered {
                let done = match &mut done {
                    Some(done) => done,
                    None => done.insert(self.given_again()?),
                };
                is_offered = !done.contains(&commit.id);
            }
            let mut docs: Vec<DocId> = commit.body.changes.iter().map(|c| c.doc).collect();
            docs.dedup();
            all.push(SetAside {
                commit: commit.id,
                reason: aside.message(),
                time: chrono::DateTime::from_timestamp_millis(commit.body.time).unwrap_or_default(),
                user: commit.body.user,
                device: commit.body.device,
                label: commit.body.label.clone(),
                docs,
                is_offered,
            });
        }
        Ok(all)
    }

    /// Gives a command of this user again that lost its effect through no fault of its own, as a new commit: what it wrote is
    /// written again.
    pub fn again(&self, commit: CommitId) -> Result<Outcome> {
        let gone = || refused!("this is not among the commands that can be given again: see `satchel members aside`");
        let arrival = self.inner.store.arrival_of(SPACE, commit)?.ok_or_else(gone)?;
        let aside = self.asides().get(&arrival).copied().ok_or_else(gone)?;
        let (opened, _) = self.inner.store.commit_at(SPACE, arrival)?.ok_or_else(gone)?;
        if !self.may_give_again(&opened, aside) || self.given_again()?.contains(&commit) {
            return Err(gone());
        }
        let mut writer = self.writer();
        let actor = self.actor(&writer.front);
        let (mut built, mut docs) = (Vec::new(), Vec::new());
        for change in &opened.body.changes {
            if docs.contains(&change.doc) || change.doc.kind() == Kind::Series {
                continue;
            }
            docs.push(change.doc);
            let mine: Vec<[u8; 32]> = opened
                .body
                .changes
                .iter()
                .filter(|c| c.doc == change.doc)
                .filter_map(|c| document::change_hash(c.doc, &c.change))
                .collect();
            let document = self.document_up_to(change.doc, &mine)?;
            let raw = document.effects_of(mine).into_iter().map(|effect| (effect.key, effect.new.into_raw())).collect();
            built.extend(self.build_raw(&actor, change.doc, raw)?);
        }
        let label = format!("Redo: {}", opened.body.label);
        let draft = Draft { built, ..Draft::new(&label, Intent::Redo(Target::Commit(commit))) };
        let commit = self.author(&mut writer, draft)?.pop();
        Ok(Outcome { commit, label, docs, notices: Vec::new() })
    }

    fn may_give_again(&self, commit: &Opened, aside: Aside) -> bool {
        let lost = matches!(aside, Aside::Fell | Aside::AfterRemoval | Aside::Unadmitted | Aside::Forked);
        let plain = !matches!(commit.body.intent, Intent::Members(_));
        lost && plain && commit.body.user == self.user() && !self.is_removed()
    }

    /// Which of this user's commands were given again.
    fn given_again(&self) -> Result<HashSet<CommitId>> {
        let asides = self.asides();
        let actions = self.inner.store.actions(usize::MAX)?;
        let counts = actions.into_iter().filter(|(arrival, _)| !asides.contains_key(arrival));
        Ok(counts
            .filter_map(|(_, action)| match action.redoes {
                Some(Target::Commit(commit)) => Some(commit),
                _ => None,
            })
            .collect())
    }

    /// A document with these changes and all that they build on, whether it counts or not.
    fn document_up_to(&self, id: DocId, changes: &[[u8; 32]]) -> Result<Document> {
        let mut all: HashMap<[u8; 32], (Change, Vec<[u8; 32]>)> = HashMap::new();
        for touching in self.inner.store.touching(SPACE, id, |_| true)? {
            let (_, commit) = touching?;
            for change in commit.body.changes.into_iter().filter(|c| c.doc == id) {
                if let Some(links) = document::links(id, &change.change) {
                    all.insert(links.hash, (change.change, links.deps));
                }
            }
        }
        // Causes first: a change is put down once all that it builds on is.
        let (mut order, mut seen) = (Vec::new(), HashSet::new());
        let mut open: Vec<([u8; 32], bool)> = changes.iter().map(|hash| (*hash, false)).collect();
        while let Some((hash, is_ready)) = open.pop() {
            let Some((change, deps)) = all.get(&hash) else { continue };
            if is_ready {
                order.push(change.clone());
            } else if seen.insert(hash) {
                open.push((hash, true));
                open.extend(deps.iter().map(|dep| (*dep, false)));
            }
        }
        let made = Document::of(id, &order).map_err(|e| Error::refused(format!("{id:?}: {e}")))?;
        Ok(made.document)
    }
}
