//! Carries commands to the workspace, one after the other, off the interface's thread.

use std::{
    path::PathBuf,
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
};

use eframe::egui;
use satchel_core::{
    BatchId, Command, CommitId, DocId, Error, Workspace,
    workspace::{BatchOutcome, Outcome, UndoOutcome},
};

use crate::{attach::attach, locale};

/// Where the work is done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Commands on a worker, other work on threads of its own.
    #[default]
    Threads,
    /// At once, on the calling thread: for tests.
    Inline,
}

/// Work on the workspace that is not a command.
pub type Job = Box<dyn FnOnce(&Workspace, egui::Context) + Send>;

/// Told by background work, read by the view that waits for it.
#[derive(Clone, Debug)]
pub struct Progress {
    done: Arc<AtomicUsize>,
    total: Arc<AtomicUsize>,
    ctx: Option<egui::Context>,
}

impl Progress {
    fn new() -> Progress {
        Progress { done: Arc::default(), total: Arc::default(), ctx: None }
    }

    pub fn set(&self, done: usize, total: usize) {
        let before = self.done.swap(done, Ordering::Relaxed);
        self.total.store(total, Ordering::Relaxed);
        // A repaint for every hundredth is as smooth as a bar can be drawn.
        let step = (total / 100).max(1);
        if before / step != done / step
            && let Some(ctx) = &self.ctx
        {
            ctx.request_repaint();
        }
    }

    /// Done and total; 0 and 0 before anything was told.
    pub fn get(&self) -> (usize, usize) {
        (self.done.load(Ordering::Relaxed), self.total.load(Ordering::Relaxed))
    }
}

/// The result of background work, once it is there.
#[derive(Debug)]
pub struct Pending<T> {
    value: Arc<Mutex<Option<T>>>,
    progress: Progress,
}

impl<T: Send + 'static> Pending<T> {
    /// The waiting end and the work, to be run by whoever has a workspace.
    pub fn of(work: impl FnOnce(&Workspace, &Progress) -> T + Send + 'static) -> (Pending<T>, Job) {
        let pending = Pending { value: Arc::default(), progress: Progress::new() };
        let (value, mut progress) = (Arc::clone(&pending.value), pending.progress.clone());
        let job: Job = Box::new(move |workspace, ctx| {
            progress.ctx = Some(ctx.clone());
            let result = work(workspace, &progress);
            *lock(&value) = Some(result);
            ctx.request_repaint();
        });
        (pending, job)
    }

    /// Runs something that needs no workspace, in a thread of its own or at once.
    pub fn run(mode: Mode, ctx: &egui::Context, work: impl FnOnce() -> T + Send + 'static) -> Pending<T> {
        let pending = Pending { value: Arc::default(), progress: Progress::new() };
        let (value, ctx) = (Arc::clone(&pending.value), ctx.clone());
        let run = move || {
            let result = work();
            *lock(&value) = Some(result);
            ctx.request_repaint();
        };
        match mode {
            Mode::Threads => _ = locale::spawn(run),
            Mode::Inline => run(),
        }
        pending
    }

    /// The result, nothing while the work goes on.
    pub fn get(&self) -> MutexGuard<'_, Option<T>> {
        lock(&self.value)
    }

    /// Takes the result out, once.
    pub fn take(&self) -> Option<T> {
        lock(&self.value).take()
    }

    pub fn is_done(&self) -> bool {
        lock(&self.value).is_some()
    }

    pub fn progress(&self) -> (usize, usize) {
        self.progress.get()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// What the engine is asked.
#[derive(Clone, Debug)]
pub enum Task {
    Execute(Command),
    /// Attaches a file to a record.
    Attach(DocId, PathBuf),
    /// Under one label.
    Batch(String, Vec<Command>),
    Undo,
    UndoCommit(CommitId),
    UndoBatch(BatchId),
    Redo,
    /// A setting of this device.
    Keep(String, Vec<u8>),
}

/// What became of it. `say` is what the asker wanted said.
#[derive(Debug)]
pub enum Done<S> {
    Executed { say: S, result: Result<Outcome, Error> },
    Batched { say: S, result: Result<BatchOutcome, Error> },
    Undone(Result<UndoOutcome, Error>),
    Redone(Result<UndoOutcome, Error>),
    Kept(Result<(), Error>),
}

pub struct Engine<S> {
    workspace: Workspace,
    ctx: egui::Context,
    mode: Mode,
    tasks: Option<mpsc::Sender<(Task, S)>>,
    worker: Option<thread::JoinHandle<()>>,
    sender: mpsc::Sender<Done<S>>,
    done: mpsc::Receiver<Done<S>>,
}

impl<S: Send + 'static> Engine<S> {
    pub fn new(workspace: Workspace, ctx: egui::Context, mode: Mode) -> Engine<S> {
        let (sender, done) = mpsc::channel();
        let mut engine = Engine { workspace, ctx, mode, tasks: None, worker: None, sender, done };
        if mode == Mode::Threads {
            let (tasks, queue) = mpsc::channel::<(Task, S)>();
            let (workspace, ctx, sender) = (engine.workspace.clone(), engine.ctx.clone(), engine.sender.clone());
            engine.worker = Some(locale::spawn(move || {
                for (task, say) in queue {
                    let _ = sender.send(carry_out(&workspace, task, say));
                    ctx.request_repaint();
                }
            }));
            engine.tasks = Some(tasks);
        }
        engine
    }

    pub fn workspace(&self) -> &Workspace {
        &self.workspace
    }

    pub fn mode(&self) -> Mode {
        self.mode
    }

    pub fn ask(&self, task: Task, say: S) {
        match &self.tasks {
            Some(tasks) => _ = tasks.send((task, say)),
            None => _ = self.sender.send(carry_out(&self.workspace, task, say)),
        }
    }

    pub fn background(&self, job: Job) {
        let (workspace, ctx) = (self.workspace.clone(), self.ctx.clone());
        match self.mode {
            Mode::Threads => _ = locale::spawn(move || job(&workspace, ctx)),
            Mode::Inline => job(&workspace, ctx),
        }
    }

    /// What is done since the last call.
    pub fn drain(&self) -> Vec<Done<S>> {
        self.done.try_iter().collect()
    }
}

/// Waits for the commands that were given: what a person did is on disk when the window is gone.
impl<S> Drop for Engine<S> {
    fn drop(&mut self) {
        self.tasks = None;
        if let Some(worker) = self.worker.take() {
            let _ = worker.join();
        }
    }
}

fn carry_out<S>(workspace: &Workspace, task: Task, say: S) -> Done<S> {
    match task {
        Task::Execute(command) => Done::Executed { say, result: workspace.execute(command) },
        Task::Batch(label, commands) => {
            Done::Batched { say, result: workspace.execute_batch(&label, commands, false, &mut |_, _| {}) }
        }
        Task::Attach(on, path) => {
            Done::Executed { say, result: attach(workspace, on, &path).map(|(_, outcome)| outcome) }
        }
        Task::Undo => Done::Undone(workspace.undo()),
        Task::UndoCommit(commit) => Done::Undone(workspace.undo_commit(commit)),
        Task::UndoBatch(batch) => Done::Undone(workspace.undo_batch(batch)),
        Task::Redo => Done::Redone(workspace.redo()),
        Task::Keep(name, value) => Done::Kept(workspace.set_setting(&name, &value)),
    }
}
