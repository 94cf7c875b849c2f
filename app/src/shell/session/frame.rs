//! One frame of an open workspace: the rail, the top bar, the page in sight, and what lies over them.

use eframe::egui::{self, Frame, Margin};
use satchel_core::{
    Records,
    query::{
        Asker,
        dashboard::{Whose, due},
    },
};
use tr::tr;

use super::{
    Asked, Session,
    acts::with_hand,
    leaving::{held_back, lock_after},
};
use crate::{
    design::{palette, size},
    shell::{
        command::{Scope, UiCommand},
        context::{Action, Context, Page, team_of},
        hand::Hand,
        idle::Moment,
        rail::{self, Waiting},
        shortcuts,
        toast::{self, Toast},
        topbar,
    },
    views::search::How,
};

impl Session {
    pub(super) fn draw(&mut self, ui: &mut egui::Ui, records: &Records, actions: &mut Vec<Action>) {
        let colours = palette(ui);
        if self.conflicts.0 != records.revision {
            let disputed = records.disputed().iter().filter_map(|id| records.meta(*id));
            self.conflicts = (records.revision, disputed.map(|m| m.conflicts.len()).sum());
            self.tell_of_team(records);
        }
        // Escape closes a menu or a dialog; it must not leave the page as well.
        // Escape has taken the focus from a text field by now: the key was that field's.
        let covered = UiCommand::is_covered(ui.ctx()) || self.typing;
        let now = self.environment.now();
        let (about, asker) = (self.page.about(), Asker::new(&self.environment, self.user));
        let mut query = self.questions.take(records, about, &asker);
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
            reach: workspace.reach(),
            node: node.as_deref(),
            phone: &self.phone,
            aside_turns: workspace.aside_turns(),
            theme: self.theme,
            reduced_motion: self.reduced_motion,
            read_marks: &self.read_marks,
            wanted: self.reminders.wanted(),
            setting: &setting,
            sealed: workspace.folder().map(|_| workspace.is_sealed()),
            has_file: &has_file,
            copies: &self.copies,
            given: self.given.take(),
            hand: &mut hand,
            unsaved: &mut unsaved,
            actions,
        };
        let asked = (records.revision, cx.today);
        self.due.turn(&asked);
        if !self.due.is_busy(&asked) {
            let (mine, today) = (Whose::User(self.user), cx.today);
            self.due.ask(&mut cx, asked, move |records| due(records, mine, today));
        }
        let before = self.offered.now();
        let offered = self.offered.count(&mut cx);
        if offered > before {
            let says = tr!("{n} change of yours has no effect any more: see Set aside"
                | "{n} changes of yours have no effect any more: see Set aside" % offered);
            self.toast = Some(Toast::refused(says));
        }
        let waiting =
            Waiting { conflicts: self.conflicts.1, todo: self.due.shown().map_or(0, |due| **due), aside: offered };
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
                Page::Quotation(id) | Page::Invoice(id) => self.views.sales.top_bar(id, ui, &mut cx),
                _ => {
                    let how = match self.page {
                        Page::Pipeline => How::View(self.views.pipeline.view()),
                        Page::Analysis(desk) => self.views.reporting.look(desk).map_or(How::Only, How::Report),
                        _ => How::Only,
                    };
                    topbar::show(ui, &mut cx, &mut self.views.search, &how);
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
            Page::Analysis(desk) => self.views.reporting.analyse(desk, ui, cx),
            Page::Leads => self.views.leads.show(ui, cx),
            Page::Contacts => self.views.contacts.show(ui, cx),
            Page::Contact(id) => {
                *cx.hand = Hand::one(id);
                self.views.contacts.show_one(id, ui, cx);
            }
            Page::Calendar => self.views.calendar.show(ui, cx),
            Page::Calls => self.views.calls.show(ui, cx),
            Page::Quotations | Page::Invoices | Page::Products | Page::OtherSales => self.views.sales.show(ui, cx),
            Page::Quotation(id) | Page::Invoice(id) => {
                *cx.hand = Hand::one(id);
                self.views.sales.show_one(id, ui, cx);
            }
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
        self.product.iter().for_each(|dialog| dialog.unsaved(cx));
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
        if self.product.as_mut().is_some_and(|dialog| dialog.show(ui, cx)) {
            self.product = None;
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
        if self.shortcuts && shortcuts::show(ui, cx.team()) {
            self.shortcuts = false;
        }
        let pressed = ui.input(|i| i.events.iter().any(|e| matches!(e, egui::Event::Key { pressed: true, .. })));
        let team = team_of(records, cx.user);
        for command in UiCommand::ALL.into_iter().filter(|command| pressed && command.is_for(team)) {
            // What is a list's is the list's to take.
            if command.scope() != Scope::List && !(covered && command.is_single_key()) && command.pressed(ui.ctx()) {
                cx.actions.push(Action::Perform(command));
            }
        }
        self.closing.show(ui, cx);
        self.keeps_open = !cx.unsaved.is_empty() || ui.ctx().text_edit_focused();
        self.idle.look(ui.ctx(), Moment::now(&self.environment), lock_after(workspace));
        self.typing = ui.ctx().text_edit_focused();
        let waited = std::mem::take(&mut self.later);
        self.later = held_back(ui, cx.actions);
        cx.actions.splice(0..0, waited);
        if let Some(toast) = &mut self.toast
            && !toast::show(ui, toast, width, self.reduced_motion, cx.actions)
        {
            self.toast = None;
        }
        with_hand(cx);
        self.questions.put(records, about, &asker, query);
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
