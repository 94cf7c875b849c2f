//! Authoring: from a command's edits to documents, one signed commit, one transaction, one event.

use std::collections::{HashMap, HashSet};

use automerge::ActorId;
use chrono::{DateTime, Utc};

use super::{
    Event, Outcome, SPACE, Workspace, Writer, accept,
    ahead::LARGE,
    label,
    ledger::Ledger,
    stamp::Stamp,
    weigh::{AT_ONCE, Weighed},
};
use crate::{
    command::{Command, Seen},
    commit::{self, Body, Change, DocChange, Intent, MAX_PARENTS, Opened},
    document::{self, Document, DocumentError, MAX_OPERATIONS, Origin, Raw},
    error::{Error, Result},
    id::{BatchId, CommitId, DocId, Epoch},
    members::rights::{Matters, refusal},
    record::Record,
    rules::{self, Edit},
    store::{Batch, Coming, Front, Place, StoredDoc},
};

/// What one edit did to its document, before anybody has seen it.
pub(super) struct Built {
    /// The heads it was built on; if they have moved on, it is built again.
    pub base: Vec<[u8; 32]>,
    pub changes: Vec<Change>,
    pub document: StoredDoc,
    pub created: bool,
    /// See [`Document::holds_much`].
    pub holds_much: bool,
}

/// A commit to be authored.
pub(super) struct Draft {
    pub label: String,
    pub intent: Intent,
    pub batch: Option<BatchId>,
    pub built: Vec<Built>,
    /// When it is said to have been, if that is not now.
    pub at: Option<DateTime<Utc>>,
}

impl Draft {
    pub fn new(label: &str, intent: Intent) -> Draft {
        Draft { label: label.to_owned(), intent, batch: None, built: Vec::new(), at: None }
    }
}

/// Commits of one batch are cut when they reach this size: well under the 1 MiB allowed, because reading the history of one
/// record decodes the whole commits that touched it.
const BATCH_COMMIT_BYTES: usize = 256 << 10;

impl Workspace {
    /// Carries out a command: durable when this returns.
    pub fn execute(&self, command: Command) -> Result<Outcome> {
        if let Command::Resolve { id, field, choice } = &command {
            return self.resolve(*id, field, *choice);
        }
        self.may_write(&Intent::Edit)?;
        let mut writer = self.writer();
        let plan = self.plan(&command)?;
        let docs: Vec<DocId> = plan.edits.iter().map(|e| e.doc).collect();
        let built = self.build(&self.actor(&writer.front), plan.edits)?;
        let label = plan.label;
        debug_assert!(
            matches!(command, Command::Together { .. }) || label::is_known(&label),
            "the history could say ‘{label}’ in no other language: it needs a shape in label.rs"
        );
        let commit = if built.is_empty() {
            None
        } else {
            self.author(&mut writer, Draft { built, ..Draft::new(&label, Intent::Edit) })?.pop()
        };
        drop(writer);
        Ok(Outcome { commit, label, docs, notices: plan.notices })
    }

    /// Refuses what [`Workspace::execute`] would refuse, and does nothing.
    pub(super) fn would_execute(&self, command: &Command) -> Result<()> {
        self.may_write(&Intent::Edit)?;
        self.plan(command).map(drop)
    }

    fn plan(&self, command: &Command) -> Result<rules::Plan> {
        let plan = self.plan_any(command)?;
        self.may(Matters::of_edits(&plan.edits, self.user()))?;
        Ok(plan)
    }

    fn plan_any(&self, command: &Command) -> Result<rules::Plan> {
        let context = self.context();
        if let Command::RestoreVersion { id, commit } = command {
            return self.plan_version(*id, *commit);
        }
        // What an edit of a form means is worked out from what the person looked at, not from what has arrived since.
        let current = match command {
            // Seen before it was merged: what the person looked at is in the merged record's own document.
            Command::Set { id, seen: Some(_), .. } => self.records().own(*id),
            _ => None,
        };
        if let Command::Set { id, seen: Some(seen), .. } = command
            && !self.is_as_seen(*id, seen)
        {
            let looked_at = self.document(*id)?.project_at(&seen.0);
            if let Some(mut record) = looked_at {
                let records = self.records();
                if let Some(current) = current {
                    *record.meta_mut() = current.meta().clone();
                }
                return rules::plan_as_seen(&records, &context, command, record);
            }
        }
        rules::plan(&self.records(), &context, command)
    }

    fn is_as_seen(&self, id: DocId, seen: &Seen) -> bool {
        *self.records().heads(id) == *seen.0
    }

    /// Carries out edits on scratch copies of their documents. Edits that change nothing are left out.
    pub(super) fn build(&self, actor: &ActorId, edits: Vec<Edit>) -> Result<Vec<Built>> {
        let mut all = Vec::with_capacity(edits.len());
        for edit in edits {
            let document = self.document(edit.doc)?;
            all.extend(build_edit(document, actor, &edit)?);
        }
        Ok(all)
    }

    /// Writes keys as they are, for undo and for deciding conflicts.
    pub(super) fn build_raw(&self, actor: &ActorId, doc: DocId, raw: Vec<(String, Raw)>) -> Result<Option<Built>> {
        let mut document = self.document(doc)?;
        let base = document.heads();
        let changes = document.put(actor, raw).map_err(|e| Error::Damaged(e.to_string()))?;
        built(document, base, changes, false)
    }

    /// Signs and stores a draft as one commit, or as several of bounded size when it is a batch; publishes the records and
    /// tells the listeners. The caller has made sure that every part was built on the current documents.
    pub(super) fn author(&self, writer: &mut Writer, draft: Draft) -> Result<Vec<CommitId>> {
        self.may_write(&draft.intent)?;
        if !matches!(draft.intent, Intent::Members(_)) {
            let mut matters = Matters::default();
            for built in &draft.built {
                let doc = built.document.id;
                built
                    .changes
                    .iter()
                    .for_each(|change| matters.add_change(&DocChange { doc, change: change.clone() }, self.user()));
            }
            self.may(matters)?;
        }
        if let Some(why) = self.overfills(writer, draft.built.iter())? {
            return Err(Error::Refused(why));
        }
        let received = self.inner.environment.now().timestamp_millis();
        let now = draft.at.unwrap_or_else(|| self.inner.environment.now());
        let arrival = writer.front.arrival;
        let mut front = writer.front.clone();
        let mark = writer.ledger.mark();
        let mut commits: Vec<(u64, Opened)> = Vec::new();
        let mut known = self.gather(writer, &mut front, now, &draft.label, &mut commits)?;
        let mut documents = Vec::with_capacity(draft.built.len());
        let mut changes: Vec<DocChange> = Vec::new();
        let (mut bytes, mut operations) = (0, 0);
        let mut pending: Vec<StoredDoc> = Vec::new();
        for built in draft.built {
            let size = built.changes.iter().map(size).sum::<usize>() + 40 * built.changes.len();
            let more = self.operations(&front, &built.changes)?;
            let full = bytes + size > BATCH_COMMIT_BYTES || operations + more > MAX_OPERATIONS;
            if draft.batch.is_some() && full && !changes.is_empty() {
                let changes = std::mem::take(&mut changes);
                commits.push(self.seal(&mut front, now, &draft.label, draft.batch, &draft.intent, changes)?);
                stamp(&mut pending, &commits);
                documents.append(&mut pending);
                (bytes, operations) = (0, 0);
            }
            (bytes, operations) = (bytes + size, operations + more);
            if operations > MAX_OPERATIONS {
                return Err(refused!("this is too much for one command: split it"));
            }
            let doc = built.document.id;
            changes.extend(built.changes.into_iter().map(|change| DocChange { doc, change }));
            pending.push(built.document);
        }
        commits.push(self.seal(&mut front, now, &draft.label, draft.batch, &draft.intent, changes)?);
        stamp(&mut pending, &commits);
        documents.append(&mut pending);
        // It knows all that is here.
        let set = writer.ledger.all();
        known.extend(commits.iter().skip(known.len()).map(|(arrival, _)| (*arrival, set)));
        commits.iter().zip(&known).for_each(|((_, commit), (_, set))| writer.ledger.learn(commit, *set));
        // What is held may be judged otherwise by it: a cut that is written again is as early as it was.
        let (mut weighed, mut turned) = (Weighed::default(), Vec::new());
        if matches!(draft.intent, Intent::Members(_)) {
            weighed = self
                .weigh(writer, mark, &[], None, AT_ONCE)
                .and_then(|weighed| {
                    turned = accept::turned(&self.asides(), &weighed.asides);
                    if self.takes_own(&front, &turned)? {
                        self.begin_epoch(&mut front, |epoch| self.vector().get(self.device(), epoch) > 0);
                    }
                    Ok(weighed)
                })
                .inspect_err(|_| writer.ledger.back(mark))?;
            documents.append(&mut weighed.documents);
        }
        let mut said = commits.iter().zip(&known);
        if let Some(why) = said.find_map(|((_, commit), (_, set))| writer.ledger.others_say(commit, *set)) {
            writer.ledger.back(mark);
            return Err(Error::Refused(why));
        }
        let borrowed: Vec<(u64, &Opened)> = commits.iter().map(|(arrival, commit)| (*arrival, commit)).collect();
        let batch = Batch {
            space: SPACE,
            commits: &borrowed,
            branches: &[],
            split: None,
            known: &known,
            sets: &writer.ledger.unsaved(),
            asides: &turned,
            documents: &documents,
            coming: Coming::NONE,
            gone: &weighed.gone,
            front: &front,
            received,
            own_user: self.user(),
        };
        if let Err(error) = self.inner.store.commit(&batch) {
            writer.ledger.back(mark);
            return Err(error);
        }
        writer.ledger.saved();
        writer.front = front;
        writer
            .large
            .extend(documents.iter().filter(|document| document.saved.len() > LARGE).map(|document| document.id));
        debug_assert_eq!(writer.front.arrival, arrival + commits.len() as u64);
        let end = |(_, c): &(u64, &Opened)| ((c.body.device, c.body.epoch), c.body.seq, Some(c.id));
        self.note_ends(&borrowed.iter().map(end).collect::<Vec<_>>());
        writer.shunned.extend(weighed.shunned);
        if !turned.is_empty() {
            self.set_asides(weighed.asides);
        }
        let records = documents.into_iter().map(|d| d.record).collect();
        self.publish(records, &weighed.gone, &writer.ledger, &borrowed, false);
        Ok(commits.into_iter().map(|(_, c)| c.id).collect())
    }

    /// What this device signs without being a member would be refused everywhere.
    fn may_write(&self, intent: &Intent) -> Result<()> {
        let members = self.members();
        let founding = matches!(intent, Intent::Members(_)) && members.devices.is_empty();
        match members.devices.get(&self.device()) {
            Some(device) if device.removed => {
                Err(refused!("this device was removed from the workspace: what it writes would reach nobody"))
            }
            None if !founding => {
                Err(refused!("this device has not received the workspace yet: connect to a colleague first"))
            }
            _ => Ok(()),
        }
    }

    /// Refuses what this device's user has no right to: others would leave it without effect.
    pub(super) fn may(&self, matters: Matters) -> Result<()> {
        let members = self.members();
        let Some(role) = members.role_of(self.device()) else { return Ok(()) };
        matters.lacking(role, &members).map_or(Ok(()), |matter| Err(Error::Refused(refusal(role, matter))))
    }

    /// How many operations changes make; refused if other devices would not take them.
    fn operations(&self, front: &Front, changes: &[Change]) -> Result<u64> {
        let actor = self.actor(front);
        let count = |change: &Change| match change {
            Change::Automerge(bytes) => document::check_change(bytes, &actor, Origin::Colleague),
            Change::Seed { text, .. } => Ok(text.len() as u64),
        };
        let all: Result<Vec<u64>, _> = changes.iter().map(count).collect();
        Ok(all.map_err(|why| refused!("this is too much for one command ({why}): split it", why))?.iter().sum())
    }

    /// This device's log goes on as another one, which is not there yet.
    pub(super) fn begin_epoch(&self, front: &mut Front, is_there: impl Fn(Epoch) -> bool) {
        front.epoch = self.inner.environment.random();
        while is_there(Epoch(front.epoch)) {
            front.epoch = self.inner.environment.random();
        }
        (front.seq, front.own) = (0, None);
    }

    fn seal(
        &self,
        front: &mut Front,
        now: chrono::DateTime<chrono::Utc>,
        label: &str,
        batch: Option<BatchId>,
        intent: &Intent,
        changes: Vec<DocChange>,
    ) -> Result<(u64, Opened)> {
        let mut parents: Vec<CommitId> = front.own.into_iter().collect();
        let others = front.tips.iter().copied().filter(|tip| Some(*tip) != front.own);
        parents.extend(others.take(MAX_PARENTS - parents.len()));
        let body = Body {
            version: Body::VERSION,
            workspace: self.id(),
            space: SPACE,
            device: self.device(),
            epoch: Epoch(front.epoch),
            seq: front.seq + 1,
            parents,
            lamport: front.lamport + 1,
            time: now.timestamp_millis(),
            user: self.user(),
            label: label.chars().take(200).collect(),
            batch,
            intent: intent.clone(),
            changes,
        };
        let opened = commit::seal(body, &self.inner.signing)
            .map_err(|e| refused!("this is too much for one command ({why}): split it", why = e.to_string()))?;
        front.seq += 1;
        front.lamport += 1;
        front.arrival += 1;
        front.own = Some(opened.id);
        let named: HashSet<&CommitId> = opened.body.parents.iter().collect();
        front.tips.retain(|tip| !named.contains(tip));
        front.tips.push(opened.id);
        Ok((front.arrival, opened))
    }

    /// Commits without changes, until there are no more heads than one may name: a changed program begins logs by the thousand. Of each
    /// the number, and what it knows.
    fn gather(
        &self,
        writer: &mut Writer,
        front: &mut Front,
        now: chrono::DateTime<chrono::Utc>,
        label: &str,
        commits: &mut Vec<(u64, Opened)>,
    ) -> Result<Vec<(u64, u32)>> {
        let mut known: Vec<(u64, u32)> = Vec::new();
        if front.heads() <= MAX_PARENTS {
            return Ok(known);
        }
        let place =
            |id| self.inner.store.place_of(SPACE, id)?.ok_or_else(|| Error::Damaged("the index of commits".into()));
        let mut tips: Vec<(CommitId, (Place, u32))> =
            front.tips.iter().map(|tip| Ok((*tip, place(*tip)?))).collect::<Result<_>>()?;
        // The first of them goes on from the highest, as all that follow do, and knows that this device is a member.
        let own = self.device();
        let mut is_member = |set| writer.ledger.members_by(set).members.is_member(own);
        if let Some(at) = tips.iter().rposition(|(_, (_, set))| is_member(*set)) {
            tips[..=at].rotate_right(1);
        }
        let highest = tips.iter().enumerate().max_by_key(|(_, (_, (place, _)))| place.lamport);
        if let Some((at, _)) = highest {
            tips[..=at].rotate_right(1);
        }
        front.tips = tips.iter().map(|(tip, _)| *tip).collect();
        let mut sets: HashMap<CommitId, u32> = tips.into_iter().map(|(tip, (_, set))| (tip, set)).collect();
        if let Some(own) = front.own {
            sets.insert(own, place(own)?.1);
        }
        while front.heads() > MAX_PARENTS {
            let (arrival, commit) = self.seal(front, now, label, None, &Intent::Edit, Vec::new())?;
            let parents: Vec<(CommitId, u32)> =
                commit.body.parents.iter().filter_map(|parent| Some((*parent, *sets.get(parent)?))).collect();
            let set = writer.ledger.after(&parents);
            sets.insert(commit.id, set);
            known.push((arrival, set));
            commits.push((arrival, commit));
        }
        Ok(known)
    }

    /// Shows records and tells everybody.
    pub(super) fn publish(
        &self,
        records: Vec<Record>,
        gone: &[DocId],
        ledger: &Ledger,
        commits: &[(u64, &Opened)],
        remote: bool,
    ) {
        let docs = records.iter().map(Record::id).chain(gone.iter().copied()).collect();
        self.inner.records.replace(records, gone);
        if commits.iter().any(|(_, c)| matches!(c.body.intent, Intent::Members(_))) {
            *super::write(&self.inner.members) = std::sync::Arc::new(ledger.members());
            self.turn_asides();
            self.notify(&Event::Members);
        }
        if let Some((_, last)) = commits.last() {
            let (label, user, device) = (last.body.label.clone(), last.body.user, last.body.device);
            self.notify(&Event::Committed { label, user, device, docs, remote });
        }
    }
}

/// Carries out one edit on a document; nothing if it changes nothing.
pub(super) fn build_edit(mut document: Document, actor: &ActorId, edit: &Edit) -> Result<Option<Built>> {
    let base = document.heads();
    let created = document.is_blank();
    let seen = edit.seen.as_ref().map(|s| &*s.0);
    let changes = document.write(actor, &edit.writes, seen).map_err(|error| match error {
        DocumentError::Outdated => refused!("too much has changed here meanwhile: look at it again, then change it"),
        error => Error::Damaged(format!("{:?}: {error}", edit.doc)),
    })?;
    built(document, base, changes, created)
}

fn built(document: Document, base: Vec<[u8; 32]>, changes: Vec<Change>, created: bool) -> Result<Option<Built>> {
    if changes.is_empty() {
        return Ok(None);
    }
    let id = document.id();
    let record = document.project().ok_or_else(|| Error::refused(format!("{id:?} is not a document of its own")))?;
    let holds_much = document.holds_much();
    let document = StoredDoc { id, is_new: false, saved: document.save(), record };
    Ok(Some(Built { base, changes, document, created, holds_much }))
}

/// Notes on records that the last of these commits touched them.
fn stamp(documents: &mut [StoredDoc], commits: &[(u64, Opened)]) {
    if let Some((arrival, commit)) = commits.last() {
        for document in documents {
            Stamp::of(&commit.body, *arrival).put(document.record.meta_mut());
        }
    }
}

fn size(change: &Change) -> usize {
    match change {
        Change::Automerge(bytes) => bytes.len(),
        Change::Seed { key, text } => key.len() + text.len(),
    }
}
