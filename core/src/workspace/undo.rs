//! Undo and redo: a new commit that puts back, for one's own commands, whole per record, only where the values are still
//! what the command left.

use std::collections::HashMap;

use super::{UndoOutcome, Workspace, author::Draft};
use crate::{
    commit::{Intent, Opened, Target},
    document::{Document, Effect, Raw, change_hash},
    error::{Error, Result},
    id::{BatchId, CommitId, DocId, Kind},
    message::Message,
    rules,
    store::Action,
};

/// How many of the user's commands back undo looks.
const DEPTH: usize = 2_000;

impl Workspace {
    /// Undoes the user's last command that is not undone yet (a whole import counts as one). What can never be undone, such as
    /// the posting of an invoice, is passed over and told among what was kept.
    pub fn undo(&self) -> Result<UndoOutcome> {
        let (done, _) = self.stacks()?;
        let mut passed: Option<Final> = None;
        for (target, label) in done.into_iter().rev() {
            match self.take_back(target, &label, false)? {
                Ok(mut outcome) => {
                    outcome.kept.extend(passed.map(|f| (f.id, f.reason)));
                    return Ok(outcome);
                }
                Err(last) => _ = passed.get_or_insert(last),
            }
        }
        Err(passed.map_or_else(|| refused!("there is nothing to undo"), |last| self.stays(last)))
    }

    /// Undoes one command given by this user.
    pub fn undo_commit(&self, commit: CommitId) -> Result<UndoOutcome> {
        let (done, _) = self.stacks()?;
        let found = done.into_iter().find(|(t, _)| *t == Target::Commit(commit));
        let (target, label) =
            found.ok_or_else(|| refused!("only one's own commands that are not undone yet can be undone"))?;
        self.take_back(target, &label, false)?.map_err(|last| self.stays(last))
    }

    /// Takes a whole batch back.
    pub fn undo_batch(&self, batch: BatchId) -> Result<UndoOutcome> {
        let (done, _) = self.stacks()?;
        let found = done.into_iter().find(|(t, _)| *t == Target::Batch(batch));
        let (target, label) =
            found.ok_or_else(|| refused!("there is no import {batch} of yours that is not undone yet", batch))?;
        self.take_back(target, &label, false)?.map_err(|last| self.stays(last))
    }

    /// Batches of this user that are not undone, newest first, with their labels.
    pub fn batches(&self) -> Result<Vec<(BatchId, String)>> {
        let (done, _) = self.stacks()?;
        Ok(done
            .into_iter()
            .rev()
            .filter_map(|(target, label)| match target {
                Target::Batch(batch) => Some((batch, label)),
                Target::Commit(_) => None,
            })
            .collect())
    }

    /// Redoes what was undone last, unless a command was given since.
    pub fn redo(&self) -> Result<UndoOutcome> {
        let (_, undone) = self.stacks()?;
        let (target, label) = undone.last().cloned().ok_or_else(|| refused!("there is nothing to redo"))?;
        self.take_back(target, &label, true)?.map_err(|last| self.stays(last))
    }

    fn stays(&self, Final { label, id, reason }: Final) -> Error {
        let name = self.records().name(id).to_owned();
        refused!("“{label}” is left as it is: {name}, {reason}", label, name, reason)
    }

    /// The user's commands that stand, and those that are undone and may be redone, as the log tells it: a new command
    /// clears what could be redone.
    #[expect(clippy::type_complexity)]
    fn stacks(&self) -> Result<(Vec<(Target, String)>, Vec<(Target, String)>)> {
        let mut actions = self.inner.store.actions(DEPTH)?;
        actions.reverse();
        let (mut done, mut undone): (Vec<(Target, String)>, Vec<(Target, String)>) = Default::default();
        let mut last_batch = None;
        let asides = self.asides();
        for (_, action) in actions.into_iter().filter(|(arrival, _)| !asides.contains_key(arrival)) {
            let Action { commit, batch, label, undoes, redoes } = action;
            // The parts of one batch count once.
            if batch.is_some() && batch == last_batch {
                continue;
            }
            last_batch = batch;
            let shift = |from: &mut Vec<(Target, String)>, to: &mut Vec<(Target, String)>, target: Target| {
                if let Some(at) = from.iter().rposition(|(t, _)| *t == target) {
                    to.push(from.remove(at));
                }
            };
            match (undoes, redoes) {
                (Some(target), _) => shift(&mut done, &mut undone, target),
                (_, Some(target)) => shift(&mut undone, &mut done, target),
                _ => {
                    done.push((batch.map_or(Target::Commit(commit), Target::Batch), label));
                    undone.clear();
                }
            }
        }
        Ok((done, undone))
    }

    /// The commits whose effects are to be taken back: the command's own to undo it, the undoing ones to redo it.
    fn commits_of(&self, target: Target, redo: bool) -> Result<Vec<Opened>> {
        let mut ids = Vec::new();
        let asides = self.asides();
        for (_, action) in self.inner.store.actions(DEPTH)?.into_iter().filter(|(a, _)| !asides.contains_key(a)) {
            let of_target = if redo {
                action.undoes == Some(target)
            } else {
                match target {
                    Target::Commit(id) => action.commit == id,
                    Target::Batch(id) => action.batch == Some(id) && action.undoes.is_none() && action.redoes.is_none(),
                }
            };
            if of_target {
                ids.push((action.commit, action.batch));
            }
        }
        if redo && let Some((_, last)) = ids.first().cloned() {
            // Undone, redone and undone again: only the last time counts.
            let single = last.is_none();
            ids = if single { ids[..1].to_vec() } else { ids.into_iter().filter(|(_, b)| *b == last).collect() };
        }
        // Newest first, as the list of commands is; effects are taken in the order they were made.
        ids.reverse();
        let mut commits = Vec::with_capacity(ids.len());
        for (id, _) in ids {
            commits.extend(self.commit(id)?);
        }
        Ok(commits)
    }

    fn take_back(&self, target: Target, label: &str, redo: bool) -> Result<Result<UndoOutcome, Final>> {
        let commits = self.commits_of(target, redo)?;
        let mut by_doc: HashMap<DocId, Vec<[u8; 32]>> = HashMap::new();
        let mut order = Vec::new();
        for commit in &commits {
            for change in &commit.body.changes {
                let hashes = by_doc.entry(change.doc).or_insert_with(|| {
                    order.push(change.doc);
                    Vec::new()
                });
                hashes.extend(change_hash(change.doc, &change.change));
            }
        }
        let mut writer = self.writer();
        let actor = self.actor(&writer.front);
        let mut outcome = UndoOutcome { label: label.to_owned(), docs: Vec::new(), kept: Vec::new() };
        let mut built = Vec::new();
        for id in order {
            // A number that was given stays given.
            if id.kind() == Kind::Series {
                continue;
            }
            let document = self.document(id)?;
            let effects = document.effects_of(by_doc[&id].iter().copied());
            let keys: Vec<&str> = effects.iter().map(|e| e.key.as_str()).collect();
            if let Err(reason) = rules::may_put_back(&self.records(), id, &keys) {
                if matches!(target, Target::Commit(_)) {
                    return Ok(Err(Final { label: label.to_owned(), id, reason }));
                }
                outcome.kept.push((id, reason));
                continue;
            }
            match put_back(&document, &by_doc[&id], effects) {
                Ok(raw) => {
                    let put = self.build_raw(&actor, id, raw)?;
                    match self.overfills(&writer, put.iter())? {
                        Some(reason) => outcome.kept.push((id, reason)),
                        None => {
                            outcome.docs.push(id);
                            built.extend(put);
                        }
                    }
                }
                Err(reason) => outcome.kept.push((id, reason)),
            }
        }
        if built.is_empty() && !outcome.kept.is_empty() {
            let (id, reason) = outcome.kept.swap_remove(0);
            return Err(self.stays(Final { label: label.to_owned(), id, reason }));
        }
        let (verb, intent) = if redo { ("Redo", Intent::Redo(target)) } else { ("Undo", Intent::Undo(target)) };
        let batch = matches!(target, Target::Batch(_)).then(|| BatchId(self.inner.environment.random()));
        self.author(&mut writer, Draft { built, batch, ..Draft::new(&format!("{verb}: {label}"), intent) })?;
        Ok(Ok(outcome))
    }
}

/// A command that can never be taken back, because of one of its records.
struct Final {
    label: String,
    id: DocId,
    reason: Message,
}

/// The writes that put a record back to before these changes, or why it is left alone.
fn put_back(document: &Document, changes: &[[u8; 32]], effects: Vec<Effect>) -> Result<Vec<(String, Raw)>, Message> {
    let created = effects.iter().any(|e| e.key == "create_date" && e.old.is_empty());
    if created {
        if !document.stands_as_after(changes) {
            return Err(message!("it was worked on since"));
        }
        // What was imported is forgotten with it, so that importing again brings it back; what a person moves to the trash stays.
        let imported = effects.into_iter().map(|e| e.key).filter(|k| k.starts_with("imported:"));
        let forget = imported.map(|key| (key, Raw::Put(automerge::ScalarValue::Null)));
        return Ok(forget.chain([("deleted".to_owned(), Raw::Put(true.into()))]).collect());
    }
    for effect in &effects {
        if document.variants(&effect.key).len() > 1 {
            return Err(message!("two devices disagree about it: decide that first"));
        }
        if !document.stored(&effect.key).same(&effect.new) {
            return Err(message!("somebody changed it since"));
        }
    }
    Ok(effects.into_iter().map(|e| (e.key, e.old.into_raw())).collect())
}
