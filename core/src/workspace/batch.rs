//! Batches: many commands written in one local transaction, such as an import.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use rayon::prelude::*;

use super::{
    BatchOutcome, RowOutcome, Workspace, Writer,
    author::{Built, Draft, build_edit},
};
use crate::{
    command::Command,
    commit::Intent,
    crew::by_crew,
    error::Result,
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
        self.batch(label, commands, dry_run, progress, (batch, self.inner.environment.now()))
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
        self.batch(label, commands, false, &mut |_, _| {}, (batch, at))
    }

    fn batch(
        &self,
        label: &str,
        commands: Vec<Command>,
        dry_run: bool,
        progress: &mut dyn FnMut(usize, usize),
        (batch, at): (BatchId, DateTime<Utc>),
    ) -> Result<BatchOutcome> {
        let total = commands.len();
        // Numbers are counted on from the last one: nobody else may give one meanwhile.
        let mut held = commands.iter().any(gives_number).then(|| self.writer());
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
        self.leave_out_full(held.as_deref(), &mut results, &mut built);
        let outcomes = outcomes(&commands, results, &built, &existed);
        let mut commits = 0;
        if !dry_run && !built.is_empty() {
            let mut writer = held.take().unwrap_or_else(|| self.writer());
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

    /// Refuses the rows that write more into a record than one person may, and leaves out what no other row writes.
    fn leave_out_full(
        &self,
        held: Option<&Writer>,
        results: &mut [Result<Vec<DocId>, Message>],
        built: &mut HashMap<DocId, Built>,
    ) {
        let now;
        let writer = match held {
            Some(writer) => writer,
            None => {
                now = self.writer();
                &now
            }
        };
        let full = |(id, built): (&DocId, &Built)| {
            let refusal = self.has_room(writer, std::iter::once(built)).err()?;
            Some((*id, refusal.message()))
        };
        let full: HashMap<DocId, Message> = built.iter().filter_map(full).collect();
        if full.is_empty() {
            return;
        }
        for result in results.iter_mut() {
            if let Some(why) = result.iter().flatten().find_map(|doc| full.get(doc)) {
                *result = Err(why.clone());
            }
        }
        let left: HashSet<DocId> = results.iter().flatten().flatten().copied().collect();
        built.retain(|id, _| left.contains(id));
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
