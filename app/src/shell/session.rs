//! The window while a workspace is open.

mod acts;
mod frame;
mod leaving;

use std::sync::{Arc, Mutex, PoisonError};

use chrono::NaiveDate;
use eframe::egui;
use satchel_core::{DocId, Message, Workspace, environment::Environment, members::Reach, workspace::Event};
use satchel_sync::{Node, Options, Phone, protocol::Hand as InHand};
use tr::tr;

use super::{
    assign::AssignDialog,
    closing::Closing,
    command::UiCommand,
    confirm::LostDialog,
    context::{Action, Context, Page, Reply, Say},
    dialler::Dialler,
    engine::{Done, Engine, Job, Mode, Pending, Progress, Task},
    hand::Hand,
    idle::{Idle, Leave},
    offered::Offered,
    palette::Palette,
    questions::Questions,
    read_marks::{self, ReadMarks},
    reminders::{Notices, Reminders},
    toast::{Offer, Toast},
    viewer::{Copies, Viewer},
    words::Words,
};
use crate::{
    design::{Theme, theme},
    locale::{self, Locale, said},
    views::{
        answer::Answer,
        calendar::CalendarView,
        calls::{CallDialog, CallsView},
        conflicts::Conflicts,
        contacts::ContactsView,
        convert::ConvertDialog,
        dashboard::DashboardView,
        format,
        import::ImportView,
        leads::Leads,
        meeting::MeetingDialog,
        merge::MergeDialog,
        opportunity::OpportunityView,
        pipeline::Pipeline,
        reporting::ReportingView,
        sales::{ProductDialog, SalesView},
        search::SearchBar,
        settings::{NameStage, Place, Settings},
        team::TeamView,
        todo::TodoView,
    },
};

type Problems = Arc<Mutex<Vec<Message>>>;

fn started(workspace: &Workspace) -> Result<Arc<Node>, String> {
    Node::start(workspace.clone(), Options::default()).map(Arc::new).map_err(|e| said(&e.message()))
}

pub struct Session {
    engine: Engine<Asked>,
    environment: Environment,
    user: DocId,
    /// Takes part in the network.
    network: bool,
    node: Option<Pending<Result<Option<Arc<Node>>, String>>>,
    running: Option<Arc<Node>>,
    phone: Phone,
    dialler: Dialler,
    copies: Arc<Copies>,
    reminders: Reminders,
    page: Page,
    before: Vec<Page>,
    /// A figure opened the list that is shown.
    asked: bool,
    questions: Questions,
    theme: Theme,
    reduced_motion: bool,
    /// Whether somebody was typing in the last frame.
    typing: bool,
    /// Actions that wait for the next frame.
    later: Vec<Action>,
    toast: Option<Toast>,
    /// What went wrong in the background.
    problems: Problems,
    lost: Option<LostDialog>,
    palette: Option<Palette>,
    shortcuts: bool,
    /// What gets the focus again once the palette is gone, tried for so many frames.
    refocus: Option<(egui::Id, u8)>,
    /// The records that commands are about.
    hand: Hand,
    /// A command that goes to the view in sight with the next frame.
    given: Option<UiCommand>,
    closing: Closing,
    assign: Option<AssignDialog>,
    naming: Option<NameStage>,
    /// The person was told that two devices put them into different teams.
    team_told: bool,
    convert: Option<ConvertDialog>,
    merge: Option<MergeDialog>,
    meeting: Option<MeetingDialog>,
    call: Option<CallDialog>,
    product: Option<ProductDialog>,
    /// How many fields hold several values, at which revision.
    conflicts: (u64, usize),
    /// One's own changes that lost their effect.
    offered: Offered,
    /// How many activities are due, at which revision and on which day.
    due: Answer<(u64, NaiveDate), usize>,
    read_marks: ReadMarks,
    idle: Idle,
    /// Something was typed in the last frame that is not saved.
    keeps_open: bool,
    /// The workspace is to be closed, and why.
    leave: Option<Leave>,
    views: Views,
}

#[derive(Default)]
struct Views {
    dashboard: DashboardView,
    reporting: ReportingView,
    pipeline: Pipeline,
    todo: TodoView,
    leads: Leads,
    opportunity: OpportunityView,
    contacts: ContactsView,
    calendar: CalendarView,
    calls: CallsView,
    sales: SalesView,
    import: ImportView,
    conflicts: Conflicts,
    settings: Settings,
    team: TeamView,
    search: SearchBar,
}

impl Views {
    /// What is typed and not saved, and what still runs, whichever page is in sight.
    fn unsaved(&self, cx: &mut Context) {
        self.pipeline.unsaved(cx);
        self.todo.unsaved(cx);
        self.leads.unsaved(cx);
        self.dashboard.unsaved(cx);
        self.reporting.unsaved(cx);
        self.opportunity.unsaved(cx);
        self.contacts.unsaved(cx);
        self.calendar.unsaved(cx);
        self.calls.unsaved(cx);
        self.import.unsaved(cx);
        self.settings.unsaved(cx);
    }
}

/// The language and the region, see [`Locale::stored`].
pub(super) const LOCALE: &str = "locale";
pub(super) const THEME: &str = "theme";
const REDUCED_MOTION: &str = "reduced_motion";

impl Session {
    pub fn new(
        ctx: &egui::Context,
        workspace: Workspace,
        mode: Mode,
        network: bool,
        outside: (Dialler, Notices, Viewer),
    ) -> Session {
        let (dialler, notices, viewer) = outside;
        let stored = |name: &str| workspace.setting(name).and_then(|v| String::from_utf8(v).ok());
        let theme = stored(THEME).and_then(|t| Theme::named(&t)).unwrap_or_default();
        let reduced_motion = stored(REDUCED_MOTION).is_some_and(|v| v == "yes");
        if let Some(locale) = stored(LOCALE).and_then(|l| Locale::of_stored(&l)) {
            locale::speak(locale);
        }
        theme.apply(ctx);
        theme::reduce_motion(ctx, reduced_motion);
        let repaint = ctx.clone();
        let problems: Problems = Arc::default();
        let told = problems.clone();
        workspace.listen(Box::new(move |event| {
            if let Event::Problem(problem) = event {
                told.lock().unwrap_or_else(PoisonError::into_inner).push(problem.clone());
            }
            repaint.request_repaint();
        }));
        let environment = workspace.environment().clone();
        let user = workspace.user();
        let stored = workspace.setting(read_marks::SETTING);
        let first = stored.is_none();
        let read_marks = ReadMarks::load(stored, &workspace.records());
        let phone = Phone::alone(&workspace);
        let reminders = Reminders::load(&workspace, notices);
        let engine = Engine::new(workspace, ctx.clone(), mode);
        if first {
            engine.ask(Task::Keep(read_marks::SETTING.to_owned(), read_marks.store()), Asked::default());
        }
        let node = network.then(|| {
            let (node, start) = Pending::of(|workspace, _| started(workspace).map(Some));
            engine.background(start);
            node
        });
        let copies = Copies::of(viewer, engine.workspace().is_sealed());
        Session {
            engine,
            environment,
            user,
            network,
            node,
            running: None,
            phone,
            dialler,
            copies,
            reminders,
            page: Page::Dashboard,
            before: Vec::new(),
            asked: false,
            questions: Questions::default(),
            theme,
            reduced_motion,
            typing: false,
            later: Vec::new(),
            toast: None,
            problems,
            lost: None,
            palette: None,
            shortcuts: false,
            refocus: None,
            hand: Hand::default(),
            given: None,
            closing: Closing::default(),
            assign: None,
            naming: None,
            team_told: false,
            convert: None,
            merge: None,
            meeting: None,
            call: None,
            product: None,
            conflicts: (u64::MAX, 0),
            offered: Offered::default(),
            due: Answer::default(),
            read_marks,
            idle: Idle::default(),
            keeps_open: false,
            leave: None,
            views: Views::default(),
        }
    }

    pub fn node(&self) -> Option<Arc<Node>> {
        self.running.clone()
    }

    /// Reaches so far from now on: off the network, and on it again.
    fn reach(&mut self, reach: Reach) -> Work {
        let before = self.running.take();
        let network = self.network;
        let (node, job) = Pending::of(move |workspace: &Workspace, _: &Progress| {
            // Its last handle, a view's apart that lasts for a frame: it says goodbye and gives its port back.
            drop(before);
            workspace.set_reach(&reach).map_err(|e| said(&e.message()))?;
            if network { started(workspace).map(Some) } else { Ok(None) }
        });
        self.node = Some(node);
        Work::Job(job)
    }

    /// The phone of this device.
    pub fn phone(&self) -> &Phone {
        &self.phone
    }

    /// Tells what was found damaged at opening.
    pub fn say_damaged(&mut self) {
        let told: Vec<String> =
            self.engine.workspace().found_damaged().iter().map(|told| format::capital(&said(told))).collect();
        if !told.is_empty() {
            self.say(Say::Refused(told.join(". ")));
        }
    }

    pub fn say(&mut self, say: Say) {
        self.toast = Some(match say {
            Say::Done(line) => Toast::plain(line),
            Say::Refused(line) => Toast::refused(line),
        });
    }

    /// Says what became of the passphrase, where that was asked for.
    pub fn come_back(&mut self, say: Say) {
        self.page = Page::Settings;
        self.views.settings.turn_to(Place::Security, None);
        self.say(say);
    }

    pub fn open_import(&mut self) {
        self.page = Page::Import;
    }

    /// Takes what the engine has done; also while the window is hidden.
    pub fn receive(&mut self, ctx: &egui::Context) {
        if let Some(result) = self.node.as_ref().and_then(Pending::take) {
            self.node = None;
            match result {
                Ok(None) => {}
                Ok(Some(node)) => {
                    let repaint = ctx.clone();
                    node.on_change(Box::new(move || repaint.request_repaint()));
                    let before = std::mem::replace(&mut self.phone, node.phone());
                    if let InHand::Holds(call) = before.hand() {
                        self.phone.keep(call);
                    }
                    self.running = Some(node);
                }
                Err(problem) => self.toast = Some(Toast::refused(problem)),
            }
        }
        self.reminders.turn(ctx, &self.engine);
        if let Some(problem) = self.problems.lock().unwrap_or_else(PoisonError::into_inner).pop() {
            self.toast = Some(Toast::refused(said(&problem)));
        }
        for done in self.engine.drain() {
            self.toast = match done {
                Done::Executed { say, result } if say.reply.is_some() => match (say.reply, result) {
                    (Some(reply), Err(error)) if reply.tell(Err(said(&error.message()))) => self.toast.take(),
                    (_, Err(error)) => Some(Toast::refused(said(&error.message()))),
                    (reply, Ok(outcome)) => {
                        reply.map(|reply| reply.tell(Ok(())));
                        match outcome.commit {
                            Some(commit) => Some(Toast::done(say.words, outcome.notices, commit)),
                            None => self.toast.take(),
                        }
                    }
                },
                Done::Executed { say, result: Ok(outcome) } => match outcome.commit {
                    Some(commit) => Some(Toast::done(say.words, outcome.notices, commit)),
                    None => self.toast.take(),
                },
                Done::Batched { say, result: Ok(outcome) } => Some(Toast::batched(say.words, &outcome)),
                Done::Undone(Ok(outcome)) => Some(Toast::undone(&tr!("Undone"), outcome, Some(Offer::Redo))),
                Done::Kept(Ok(())) => self.toast.take(),
                Done::Redone(Ok(outcome)) => Some(Toast::undone(&tr!("Redone"), outcome, None)),
                Done::Executed { result: Err(error), .. }
                | Done::Batched { result: Err(error), .. }
                | Done::Undone(Err(error))
                | Done::Redone(Err(error))
                | Done::Kept(Err(error)) => Some(Toast::refused(said(&error.message()))),
            };
        }
    }

    pub fn ui(&mut self, ui: &mut egui::Ui) {
        self.receive(ui.ctx());
        let workspace = self.engine.workspace().clone();
        let records = workspace.records();
        let mut actions = Vec::new();
        self.draw(ui, &records, &mut actions);
        let actions = self.performed(ui, actions);
        let work: Vec<Work> = actions.into_iter().filter_map(|a| self.act(ui.ctx(), &records, a)).collect();
        // What writes waits until nobody reads.
        drop(records);
        for work in work {
            match work {
                Work::Task(task, asked) => self.engine.ask(task, asked),
                Work::Job(job) => self.engine.background(job),
            }
        }
        if self.engine.mode() == Mode::Inline {
            self.receive(ui.ctx());
        }
    }
}

/// What the asker of a task wants: the toast's words, and to be told where it is a field.
#[derive(Debug, Default)]
struct Asked {
    words: Words,
    reply: Option<Reply>,
}

/// What is done on the workspace after the frame.
#[allow(clippy::large_enum_variant, reason = "a frame has one or two of them, which are moved on at once")]
enum Work {
    Task(Task, Asked),
    Job(Job),
}

impl Work {
    fn task(task: Task) -> Work {
        Work::Task(task, Asked::default())
    }
}
