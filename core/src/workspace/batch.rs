//! Batches: many commands written in one local transaction, such as an import.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use rayon::prelude::*;

use super::{
    BatchOutcome, RowOutcome, Workspace,
    author::{Built, Draft, build_edit},
};
use crate::{
    command::Command,
    commit::Intent,
    crew::by_crew,
    error::{Error, Result},
    id::{BatchId, DocId, Kind},
    members::rights::Matters,
    message::Message,
    record::{Record, Records},
    rules::{self, Edit, Write},
};

/// What sources said of documents when they were last imported.
type Said<'c> = HashMap<(DocId, &'c str), Vec<(u32, u32)>>;

impl Workspace {
    /// Carries out many commands as one batch (an import): commits of at most 256 KiB each, in one local transaction. A
    /// refused command does not stop the others. `progress` is told done and total. With `dry_run` nothing is written.
    pub fn execute_batch(
        &self,
        label: &str,
        commands: Vec<Command>,
        dry_run: bool,
        progress: &mut dyn FnMut(usize, usize),
    ) -> Result<BatchOutcome> {
        let batch = BatchId(self.inner.environment.random());
        self.batch(label, commands, dry_run, progress, (batch, self.inner.environment.now()), &HashMap::new())
    }

    /// As [`Workspace::execute_batch`], as if it were another moment: what sample data says of the past. Several may be of one
    /// batch, which one undo takes back.
    pub(crate) fn execute_batch_at(
        &self,
        label: &str,
        commands: Vec<Command>,
        batch: BatchId,
        at: DateTime<Utc>,
    ) -> Result<BatchOutcome> {
        self.batch(label, commands, false, &mut |_, _| {}, (batch, at), &HashMap::new())
    }

    /// Rows that touch records which are `full` are refused.
    fn batch(
        &self,
        label: &str,
        commands: Vec<Command>,
        dry_run: bool,
        progress: &mut dyn FnMut(usize, usize),
        (batch, at): (BatchId, DateTime<Utc>),
        full: &HashMap<DocId, Message>,
    ) -> Result<BatchOutcome> {
        let total = commands.len();
        // Numbers are counted on from the last one: nobody else may give one meanwhile.
        let held = commands.iter().any(gives_number).then(|| self.writer());
        let mut imported = self.last_imported(&commands)?;
        let mut scratch = self.records().clone();
        let context = rules::Context { now: at, today: self.inner.environment.day(at), ..self.context() };
        // Planning is quick and in order, so that rows see the rows before them; carrying out is spread over the cores.
        let mut results: Vec<Result<Vec<DocId>, Message>> = Vec::with_capacity(total);
        let mut edits: Vec<Edit> = Vec::new();
        let mut place: HashMap<DocId, usize> = HashMap::new();
        for command in &commands {
            let plan = match command {
                Command::ImportRow { id, source, fields } => {
                    let last = imported.get(&(*id, source.as_str())).map_or(&[][..], Vec::as_slice);
                    rules::plan_row(&scratch, &context, *id, source, fields, last)
                }
                command => rules::plan(&scratch, &context, command),
            };
            let plan = plan.and_then(|plan| self.may(Matters::of_edits(&plan.edits, context.user)).map(|()| plan));
            let is_full = |plan: &rules::Plan| plan.edits.iter().find_map(|edit| full.get(&edit.doc)).cloned();
            let plan = plan.and_then(|plan| is_full(&plan).map_or(Ok(plan), |why| Err(Error::Refused(why))));
            match plan {
                Ok(plan) => {
                    results.push(Ok(plan.edits.iter().map(|e| e.doc).collect()));
                    for edit in plan.edits {
                        preview(&mut scratch, &edit);
                        if let Command::ImportRow { id, source, .. } = command {
                            imported.extend(said(&edit).map(|said| ((*id, &**source), said.to_vec())));
                        }
                        match place.get(&edit.doc) {
                            Some(at) => edits[*at].writes.extend(edit.writes),
                            None => {
                                place.insert(edit.doc, edits.len());
                                edits.push(edit);
                            }
                        }
                    }
                }
                Err(refusal) => results.push(Err(refusal.message())),
            }
        }
        drop(scratch);
        let existed: HashSet<DocId> = {
            let records = self.records();
            edits.iter().map(|e| e.doc).filter(|id| records.get(*id).is_some_and(|r| !r.meta().deleted)).collect()
        };
        let actor = match &held {
            Some(writer) => self.actor(&writer.front),
            None => self.actor(&self.writer().front),
        };
        let mut built: HashMap<DocId, Built> = HashMap::with_capacity(edits.len());
        for chunk in edits.chunks(512) {
            built.extend(self.build_all(&actor, chunk)?);
            progress((built.len() * total) / edits.len().max(1), total);
        }
        let mut writer = held.unwrap_or_else(|| self.writer());
        if !dry_run && !built.is_empty() {
            let actor_now = self.actor(&writer.front);
            // Documents that moved on while the batch was built are built again on what they are now.
            let stale: Vec<Edit> = edits
                .iter()
                .filter(|e| match built.get(&e.doc) {
                    Some(b) => actor_now != actor || moved(self.records().heads(e.doc), b),
                    None => false,
                })
                .cloned()
                .collect();
            for edit in &stale {
                built.remove(&edit.doc);
            }
            built.extend(self.build_all(&actor_now, &stale)?);
        }
        let mut overfilled = HashMap::new();
        for built in built.values() {
            let why = self.overfills(&writer, std::iter::once(built))?;
            overfilled.extend(why.map(|why| (built.document.id, why)));
        }
        if !overfilled.is_empty() {
            // Again without the rows that are too much, so that no other builds on them.
            drop(writer);
            overfilled.extend(full.iter().map(|(id, why)| (*id, why.clone())));
            return self.batch(label, commands, dry_run, progress, (batch, at), &overfilled);
        }
        let outcomes = outcomes(&commands, results, &built, &existed);
        let mut commits = 0;
        if !dry_run && !built.is_empty() {
            let ordered: Vec<Built> = edits.iter().filter_map(|e| built.remove(&e.doc)).collect();
            let draft = Draft { built: ordered, batch: Some(batch), at: Some(at), ..Draft::new(label, Intent::Edit) };
            commits = self.author(&mut writer, draft)?.len();
        }
        progress(total, total);
        Ok(BatchOutcome { batch, commits, results: outcomes })
    }

    fn build_all(&self, actor: &automerge::ActorId, edits: &[Edit]) -> Result<Vec<(DocId, Built)>> {
        let built: Result<Vec<Option<Built>>> =
            by_crew(|| edits.par_iter().map(|edit| build_edit(self.document(edit.doc)?, actor, edit)).collect());
        Ok(built?.into_iter().flatten().map(|b| (b.document.id, b)).collect())
    }

    /// The last imported values of the documents that rows are about, by source.
    fn last_imported<'c>(&self, commands: &'c [Command]) -> Result<Said<'c>> {
        let known: Vec<(DocId, &'c str)> = {
            let records = self.records();
            commands
                .iter()
                .filter_map(|c| match c {
                    Command::ImportRow { id, source, .. } if records.get(*id).is_some() => Some((*id, source.as_str())),
                    _ => None,
                })
                .collect()
        };
        let last = |(id, source)| Ok(((id, source), self.document(id)?.imported(source)));
        by_crew(|| known.into_par_iter().map(last).collect())
    }
}

/// Whether a command may number what it makes.
fn gives_number(command: &Command) -> bool {
    match command {
        Command::Sale(_) => true,
        Command::Create { id, .. } => id.kind() == Kind::Quotation,
        Command::Together { commands, .. } => commands.iter().any(gives_number),
        _ => false,
    }
}

/// Whether a document is no longer what an edit was built on.
fn moved(heads: &[[u8; 32]], built: &Built) -> bool {
    if heads.is_empty() { !built.created } else { *heads != built.base }
}

/// Shows an edit's outcome to the rows that follow.
fn preview(scratch: &mut Records, edit: &Edit) {
    if let Some(mut record) = scratch.own(edit.doc).or_else(|| Record::empty(edit.doc)) {
        for write in &edit.writes {
            rules::apply(&mut record, write);
        }
        scratch.insert(record);
    }
}

/// What a row's edit remembers of its source.
fn said(edit: &Edit) -> Option<&[(u32, u32)]> {
    edit.writes.iter().find_map(|write| if let Write::Imported(_, said) = write { Some(&**said) } else { None })
}

fn outcomes(
    commands: &[Command],
    results: Vec<Result<Vec<DocId>, Message>>,
    built: &HashMap<DocId, Built>,
    existed: &HashSet<DocId>,
) -> Vec<RowOutcome> {
    let mut created = HashSet::new();
    results
        .into_iter()
        .zip(commands)
        .map(|(result, command)| match result {
            Err(reason) => RowOutcome::Refused(reason),
            Ok(docs) => {
                let id = subject(command).or_else(|| docs.first().copied());
                match id {
                    Some(id) if !built.contains_key(&id) => RowOutcome::Unchanged(id),
                    Some(id) if !existed.contains(&id) && created.insert(id) => RowOutcome::Created(id),
                    Some(id) => RowOutcome::Updated(id),
                    None => RowOutcome::Refused(message!("nothing to do")),
                }
            }
        })
        .collect()
}

/// The record a command is about.
fn subject(command: &Command) -> Option<DocId> {
    match command {
        Command::Create { id, .. } | Command::Set { id, .. } | Command::ImportRow { id, .. } => Some(*id),
        _ => None,
    }
}
