//! The window while a workspace is open.

mod acts;
mod leaving;

use std::sync::Arc;

use chrono::NaiveDate;
use eframe::egui::{self, Frame, Margin};
use satchel_core::{DocId, Records, Workspace, environment::Environment, query::Asker};
use satchel_sync::{Node, Options, Phone, protocol::Hand as InHand};
use tr::tr;

use self::{acts::with_hand, leaving::held_back};
use super::{
    assign::AssignDialog,
    closing::Closing,
    command::{Scope, UiCommand},
    confirm::LostDialog,
    context::{Action, Context, Page, Reply},
    dialler::Dialler,
    engine::{Done, Engine, Job, Mode, Pending, Task},
    hand::Hand,
    palette::Palette,
    questions::Questions,
    rail::{self, Waiting},
    read_marks::{self, ReadMarks},
    reminders::{Notices, Reminders},
    shortcuts,
    toast::{self, Offer, Toast},
    topbar,
    words::Words,
};
use crate::{
    design::{Theme, palette, size, theme},
    locale::{self, Locale, said},
    views::{
        answer::Answer,
        calendar::CalendarView,
        calls::{CallDialog, CallsView},
        conflicts::Conflicts,
        contacts::ContactsView,
        convert::ConvertDialog,
        dashboard::DashboardView,
        import::ImportView,
        leads::Leads,
        meeting::MeetingDialog,
        merge::MergeDialog,
        opportunity::OpportunityView,
        pipeline::Pipeline,
        reporting::ReportingView,
        search::SearchBar,
        settings::{NameStage, Settings},
        team::TeamView,
        todo::{self, TodoView},
    },
};

pub struct Session {
    engine: Engine<Asked>,
    environment: Environment,
    user: DocId,
    node: Option<Pending<Result<Arc<Node>, String>>>,
    running: Option<Arc<Node>>,
    phone: Phone,
    dialler: Dialler,
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
    /// How many fields hold several values, at which revision.
    conflicts: (u64, usize),
    /// How many activities are due, at which revision and on which day.
    due: Answer<(u64, NaiveDate), usize>,
    read_marks: ReadMarks,
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
        self.opportunity.unsaved(cx);
        self.contacts.unsaved(cx);
        self.calendar.unsaved(cx);
        self.calls.unsaved(cx);
        self.import.unsaved(cx);
        self.settings.unsaved(cx);
    }
}

/// The language and the region, see [`Locale::stored`].
const LOCALE: &str = "locale";
const THEME: &str = "theme";
const REDUCED_MOTION: &str = "reduced_motion";

impl Session {
    pub fn new(
        ctx: &egui::Context,
        workspace: Workspace,
        mode: Mode,
        network: bool,
        outside: (Dialler, Notices),
    ) -> Session {
        let (dialler, notices) = outside;
        let stored = |name: &str| workspace.setting(name).and_then(|v| String::from_utf8(v).ok());
        let theme = stored(THEME).and_then(|t| Theme::named(&t)).unwrap_or_default();
        let reduced_motion = stored(REDUCED_MOTION).is_some_and(|v| v == "yes");
        if let Some(locale) = stored(LOCALE).and_then(|l| Locale::of_stored(&l)) {
            locale::speak(locale);
        }
        theme.apply(ctx);
        theme::reduce_motion(ctx, reduced_motion);
        let repaint = ctx.clone();
        workspace.listen(Box::new(move |_| repaint.request_repaint()));
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
            let (node, start) = Pending::of(|workspace, _| {
                Node::start(workspace.clone(), Options::default()).map(Arc::new).map_err(|e| said(&e.message()))
            });
            engine.background(start);
            node
        });
        Session {
            engine,
            environment,
            user,
            node,
            running: None,
            phone,
            dialler,
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
            conflicts: (u64::MAX, 0),
            due: Answer::default(),
            read_marks,
            views: Views::default(),
        }
    }

    pub fn node(&self) -> Option<Arc<Node>> {
        self.running.clone()
    }

    /// The phone of this device.
    pub fn phone(&self) -> &Phone {
        &self.phone
    }

    pub fn open_import(&mut self) {
        self.page = Page::Import;
    }

    /// Takes what the engine has done; also while the window is hidden.
    pub fn receive(&mut self, ctx: &egui::Context) {
        if let Some(result) = self.node.as_ref().and_then(Pending::take) {
            self.node = None;
            match result {
                Ok(node) => {
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

    fn draw(&mut self, ui: &mut egui::Ui, records: &Records, actions: &mut Vec<Action>) {
        let colours = palette(ui);
        if self.conflicts.0 != records.revision {
            let disputed = records.disputed().into_iter().filter_map(|id| records.meta(id));
            self.conflicts = (records.revision, disputed.map(|m| m.conflicts.len()).sum());
            self.tell_of_team(records);
        }
        // Escape closes a menu or a dialog; it must not leave the page as well.
        // Escape has taken the focus from a text field by now: the key was that field's.
        let covered = UiCommand::is_covered(ui.ctx()) || self.typing;
        let now = self.environment.now();
        let (listing, asker) = (self.page.listing(), Asker::new(&self.environment, self.user));
        let mut query = self.questions.take(records, listing, &asker);
        let node = self.running.clone();
        let mut hand = Hand::default();
        let mut unsaved = Vec::new();
        let workspace = self.engine.workspace();
        let setting = |name: &str| workspace.setting(name);
        let has_file = |hash| workspace.has_file(hash);
        let mut cx = Context {
            records,
            environment: &self.environment,
            now,
            today: self.environment.day(now),
            user: self.user,
            workspace: self.engine.workspace().id(),
            page: self.page,
            query: &mut query,
            node: node.as_deref(),
            phone: &self.phone,
            theme: self.theme,
            reduced_motion: self.reduced_motion,
            read_marks: &self.read_marks,
            wanted: self.reminders.wanted(),
            setting: &setting,
            has_file: &has_file,
            given: self.given.take(),
            hand: &mut hand,
            unsaved: &mut unsaved,
            actions,
        };
        let asked = (records.revision, cx.today);
        self.due.turn(&asked);
        if !self.due.is_busy(&asked) {
            let asker = cx.asker();
            self.due.ask(&mut cx, asked, move |records| todo::due(records, &asker));
        }
        let waiting = Waiting { conflicts: self.conflicts.1, todo: self.due.shown().map_or(0, |due| **due) };
        let width = if ui.available_width() < size::RAIL_NARROW_BELOW { size::RAIL_NARROW } else { size::RAIL };
        let plain = |fill| Frame::new().fill(fill).inner_margin(Margin::ZERO);
        egui::Panel::left("rail")
            .exact_size(width)
            .resizable(false)
            .show_separator_line(false)
            .frame(plain(colours.bg))
            .show(ui, |ui| rail::show(ui, &mut cx, &mut self.views.team, waiting));
        egui::Panel::top("top bar")
            .exact_size(size::TOP_BAR)
            .resizable(false)
            .show_separator_line(false)
            .frame(plain(colours.bg))
            .show(ui, |ui| match self.page {
                Page::Opportunity(id) => {
                    let pipeline = &mut self.views.pipeline;
                    self.views.opportunity.top_bar(id, ui, &mut cx, || pipeline.neighbours(id));
                }
                Page::Contact(id) => self.views.contacts.top_bar(id, ui, &mut cx),
                Page::Calendar => self.views.calendar.top_bar(ui, &mut cx),
                Page::Calls => self.views.calls.top_bar(ui, &mut cx),
                _ => {
                    let view = (self.page == Page::Pipeline).then(|| self.views.pipeline.view());
                    topbar::show(ui, &mut cx, &mut self.views.search, view);
                }
            });
        let cx = &mut cx;
        egui::CentralPanel::no_frame().frame(plain(colours.panel)).show(ui, |ui| match self.page {
            Page::Pipeline => self.views.pipeline.show(ui, cx),
            Page::Opportunity(id) => {
                *cx.hand = Hand::one(id);
                self.views.opportunity.show(id, ui, cx);
            }
            Page::Todo => self.views.todo.show(ui, cx),
            Page::Dashboard => self.views.dashboard.show(ui, cx),
            Page::Reporting => self.views.reporting.show(ui, cx),
            Page::Leads => self.views.leads.show(ui, cx),
            Page::Contacts => self.views.contacts.show(ui, cx),
            Page::Contact(id) => {
                *cx.hand = Hand::one(id);
                self.views.contacts.show_one(id, ui, cx);
            }
            Page::Calendar => self.views.calendar.show(ui, cx),
            Page::Calls => self.views.calls.show(ui, cx),
            Page::Import => self.views.import.show(ui, cx),
            Page::Conflicts => self.views.conflicts.show(ui, cx),
            Page::Settings => self.views.settings.show(ui, cx),
        });
        self.views.calendar.meanwhile(cx);
        if self.page != Page::Import {
            self.views.import.meanwhile(cx);
        }
        self.views.unsaved(cx);
        self.meeting.iter().for_each(|dialog| dialog.unsaved(cx));
        self.call.iter().for_each(|dialog| dialog.unsaved(cx));
        self.views.team.dialogs(ui.ctx(), cx);
        if let Some(dialog) = &mut self.lost
            && dialog.show(ui, cx)
        {
            self.lost = None;
        }
        if let Some(dialog) = &mut self.assign
            && dialog.show(ui, cx)
        {
            self.assign = None;
        }
        if let Some(dialog) = &mut self.naming
            && dialog.show(ui, cx)
        {
            self.naming = None;
        }
        if self.convert.as_mut().is_some_and(|dialog| dialog.show(ui, cx)) {
            self.convert = None;
        }
        if self.merge.as_mut().is_some_and(|dialog| dialog.show(ui, cx)) {
            self.merge = None;
        }
        if self.meeting.as_mut().is_some_and(|dialog| dialog.show(ui, cx)) {
            self.meeting = None;
        }
        if self.call.as_mut().is_some_and(|dialog| dialog.show(ui, cx)) {
            self.call = None;
        }
        let files: Vec<_> = ui.input(|i| i.raw.dropped_files.iter().map(|f| f.path().to_owned()).collect());
        match self.page {
            Page::Opportunity(id) | Page::Contact(id) => {
                cx.actions.extend(files.into_iter().map(|file| Action::Attach(id, file)));
            }
            _ if !files.is_empty() => cx.actions.push(Action::Import(files)),
            _ => {}
        }
        if let Some((id, frames)) = self.refocus.take() {
            // A dialog keeps the focus from what lies under it until it is gone.
            if frames > 0 && ui.memory(|m| m.focused()).is_none() {
                ui.memory_mut(|m| m.request_focus(id));
                self.refocus = Some((id, frames - 1));
                ui.ctx().request_repaint();
            }
        }
        if self.palette.as_mut().is_some_and(|palette| palette.show(ui, cx)) {
            let before = self.palette.take().and_then(|palette| palette.back_to());
            self.refocus = before.map(|id| (id, 3));
            ui.memory_mut(|m| m.focused().into_iter().for_each(|id| m.surrender_focus(id)));
            ui.ctx().request_repaint();
        }
        if let Some(task) = self.reminders.show(ui, cx) {
            self.engine.ask(task, Asked::default());
        }
        if self.shortcuts && shortcuts::show(ui) {
            self.shortcuts = false;
        }
        let pressed = ui.input(|i| i.events.iter().any(|e| matches!(e, egui::Event::Key { pressed: true, .. })));
        for command in UiCommand::ALL.into_iter().filter(|_| pressed) {
            // What is a list's is the list's to take.
            if command.scope() != Scope::List && !(covered && command.is_single_key()) && command.pressed(ui.ctx()) {
                cx.actions.push(Action::Perform(command));
            }
        }
        self.closing.show(ui, cx);
        self.typing = ui.ctx().text_edit_focused();
        let waited = std::mem::take(&mut self.later);
        self.later = held_back(ui, cx.actions);
        cx.actions.splice(0..0, waited);
        with_hand(cx);
        if let Some(toast) = &mut self.toast
            && !toast::show(ui, toast, width, self.reduced_motion, cx.actions)
        {
            self.toast = None;
        }
        self.questions.put(records, listing, &asker, query);
        self.hand = hand;
    }

    /// A person whom two devices put into different teams is told which one holds (spec §2).
    fn tell_of_team(&mut self, records: &Records) {
        let user = records.users.get(&self.user);
        let disputed = user.filter(|u| u.meta.conflicts.iter().any(|c| c == "team"));
        if let (Some(user), false) = (disputed, self.team_told) {
            let team = user.team.map_or_else(|| tr!("no team"), |t| records.name(t).to_owned());
            let says =
                tr!("You were put into two teams at once: {team} holds until it is decided under Conflicts", team);
            self.toast = Some(Toast::refused(says));
        }
        self.team_told = disputed.is_some();
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
