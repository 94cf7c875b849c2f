//! What views, keys and the palette ask for, done.

use eframe::egui;
use satchel_core::{
    DocId, Records,
    query::{Asker, Listing},
    record::{Team, WonStatus},
};
use tr::tr;

use super::{Asked, LOCALE, REDUCED_MOTION, Session, THEME, Work};
use crate::{
    design::{Theme, theme},
    locale,
    shell::{
        assign::AssignDialog,
        command::{Scope, UiCommand},
        confirm::LostDialog,
        context::{Action, Context, Page, team_of},
        engine::Task,
        hand::{Deed, Hand},
        idle::Leave,
        palette::{self, Palette},
        read_marks,
        toast::Toast,
        topbar,
        words::Words,
    },
    views::{
        calls::{CallAsk, CallDialog},
        convert::ConvertDialog,
        meeting::{MeetingAsk, MeetingDialog},
        merge::MergeDialog,
        pipeline::View,
        reporting::Desk,
        sales::{self, ProductDialog},
        settings::NameStage,
    },
};

impl Session {
    /// Does what the shell itself can do; what is for the engine is returned.
    pub(super) fn act(&mut self, ctx: &egui::Context, records: &Records, action: Action) -> Option<Work> {
        match action {
            Action::Execute(command) => {
                let words = Words::of(&command, records);
                return Some(Work::Task(Task::Execute(command), Asked { words, reply: None }));
            }
            Action::ExecuteFor(command, reply) => {
                let words = Words::of(&command, records);
                return Some(Work::Task(Task::Execute(command), Asked { words, reply: Some(reply) }));
            }
            Action::Many(words, commands) => {
                let label = words.label.clone();
                return Some(Work::Task(Task::Batch(label, commands), Asked { words, reply: None }));
            }
            Action::Attach(on, path) => {
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                let words = Words { verb: tr!("Attached"), name, ..Words::default() };
                return Some(Work::Task(Task::Attach(on, path), Asked { words, reply: None }));
            }
            Action::Undo => return Some(Work::task(Task::Undo)),
            Action::UndoCommit(commit) => return Some(Work::task(Task::UndoCommit(commit))),
            Action::UndoBatch(batch) => return Some(Work::task(Task::UndoBatch(batch))),
            Action::Redo => return Some(Work::task(Task::Redo)),
            Action::Open(page) => {
                self.open(page);
                ctx.request_repaint();
                if let Page::Opportunity(id) | Page::Contact(id) = page {
                    return self.mark_read(records, id);
                }
            }
            Action::Ask(listing, query) => {
                let page = Page::of_list(listing)?;
                let asker = Asker::new(&self.environment, self.user);
                self.questions.put(records, (listing, None), &asker, query);
                if listing == Listing::Opportunities {
                    self.views.pipeline.turn_to(UiCommand::ShowList);
                }
                self.open(page);
                self.asked = true;
                ctx.request_repaint();
            }
            Action::Report(id) => {
                let favourite = records.favourites.get(&id)?;
                let (question, look) = favourite.question().zip(favourite.look()).or_else(|| {
                    let words = tr!("‘{}’ was kept by a newer version of Satchel: update to use it", favourite.name);
                    self.toast = Some(Toast::refused(words));
                    None
                })?;
                let desk = Listing::named(&favourite.listing).and_then(Desk::of)?;
                let asker = Asker::new(&self.environment, self.user);
                self.views.reporting.turn_to(desk, look);
                self.open(Page::Analysis(desk));
                self.questions.put(records, self.page.about(), &asker, question);
                ctx.request_repaint();
            }
            Action::Back => self.page = self.before.pop().unwrap_or(Page::Dashboard),
            Action::Say(say) => self.say(say),
            Action::AskLost(ids) => self.lost = Some(LostDialog::new(ids)),
            Action::AskAssign(ids) => self.assign = Some(AssignDialog::new(ids)),
            Action::NameStage(naming) => self.naming = Some(NameStage::new(naming, records)),
            Action::SetUp(place, open) => {
                self.open(Page::Settings);
                self.views.settings.turn_to(place, open);
            }
            Action::AskConvert(ids) => self.convert = Some(ConvertDialog::new(ids)),
            Action::AskMerge(ids) => self.merge = Some(MergeDialog::new(ids)),
            Action::New(None) if team_of(records, self.user).is_some_and(Team::has_leads_only) => {
                self.open(Page::Leads);
                self.views.leads.create();
            }
            Action::New(stage) => {
                self.open(Page::Pipeline);
                self.views.pipeline.create_in(stage);
            }
            Action::Choose(choose, hand) => {
                self.palette = Some(Palette::new(ctx, hand, false, Some(choose)));
            }
            Action::Import(files) => {
                self.open(Page::Import);
                self.views.import.begin(files);
            }
            Action::ImportCalls => {
                self.open(Page::Import);
                self.views.import.begin_calls();
            }
            // What is typed in an open dialog is not given up for another one.
            Action::Call(_) if self.call.is_some() => self.toast = Some(first_close()),
            Action::Call(ask) => self.call = Some(CallDialog::new(ask)),
            Action::Product(id) => self.product = Some(ProductDialog::new(id)),
            Action::Dial(number) => {
                if let Err(why) = self.dialler.dial(&number) {
                    self.toast = Some(Toast::refused(why));
                }
            }
            Action::Meeting(_) if self.meeting.is_some() => self.toast = Some(first_close()),
            Action::Meeting(ask) => self.meeting = Some(MeetingDialog::new(ask)),
            Action::Invite(name) => self.views.team.open_invite(name),
            Action::Theme(theme) => {
                self.theme = theme;
                theme.apply(ctx);
                return Some(keep(THEME, theme.name()));
            }
            Action::Locale(locale) => {
                locale::speak(locale);
                return Some(keep(LOCALE, locale.stored()));
            }
            Action::ReduceMotion(reduced) => {
                self.reduced_motion = reduced;
                theme::reduce_motion(ctx, reduced);
                return Some(keep(REDUCED_MOTION, if reduced { "yes" } else { "no" }));
            }
            Action::Remind(wanted) => return Some(Work::task(self.reminders.want(wanted))),
            Action::MarkRead(Some(id)) => return self.mark_read(records, id),
            Action::MarkRead(None) => {
                self.read_marks.mark_all(records);
                return Some(keep(read_marks::SETTING, self.read_marks.store()));
            }
            Action::Keep(name, value) => return Some(keep(name, value)),
            Action::Reach(reach) => return Some(self.reach(reach)),
            Action::Leave(Leave::Lock) if !self.engine.workspace().is_sealed() => {
                self.toast = Some(Toast::refused(tr!("Only a passphrase locks: set one under Settings, Security")));
            }
            Action::Leave(_) if self.keeps_open => self.toast = Some(first_close()),
            Action::Leave(leave) => self.leave = Some(leave),
            Action::Background(job) => return Some(Work::Job(job)),
            // These are made into others before.
            Action::Perform(_) | Action::PerformOn(..) => {}
        }
        ctx.request_repaint();
        None
    }

    /// Commands of the keyboard and the palette as what they do.
    pub(super) fn performed(&mut self, ui: &egui::Ui, actions: Vec<Action>) -> Vec<Action> {
        let mut out = Vec::with_capacity(actions.len());
        for action in actions {
            match action {
                Action::Perform(command) | Action::PerformOn(command, _) => self.perform(ui, command, &mut out),
                action => out.push(action),
            }
        }
        out
    }

    fn perform(&mut self, ui: &egui::Ui, command: UiCommand, out: &mut Vec<Action>) {
        match command {
            UiCommand::Palette => {
                let list = match self.page {
                    Page::Pipeline => self.views.pipeline.view() == View::List,
                    Page::Todo | Page::Analysis(_) => false,
                    page => page.is_list(),
                };
                self.palette = match self.palette {
                    Some(_) => None,
                    None => Some(Palette::new(ui.ctx(), self.hand.clone(), list, None)),
                };
            }
            UiCommand::Shortcuts => self.shortcuts = true,
            UiCommand::ShowBoard | UiCommand::ShowList | UiCommand::ShowClosing | UiCommand::ShowForecast => {
                out.push(Action::Open(Page::Pipeline));
                out.extend(self.views.pipeline.turn_to(command));
            }
            UiCommand::Search => {
                if self.page.is_record() {
                    out.push(Action::Back);
                }
                topbar::focus_search(ui.ctx());
            }
            UiCommand::Undo => out.push(Action::Undo),
            UiCommand::Redo => out.push(Action::Redo),
            UiCommand::New => out.push(Action::New(None)),
            UiCommand::Back if self.may_go_back() => out.push(Action::Back),
            UiCommand::Reporting => out.push(Action::Open(Page::Reporting)),
            UiCommand::Analysis(desk) => out.push(Action::Open(Page::Analysis(desk))),
            UiCommand::Dashboard => out.push(Action::Open(Page::Dashboard)),
            UiCommand::Pipeline => out.push(Action::Open(Page::Pipeline)),
            UiCommand::Todo => out.push(Action::Open(Page::Todo)),
            UiCommand::Leads => out.push(Action::Open(Page::Leads)),
            UiCommand::Contacts => out.push(Action::Open(Page::Contacts)),
            UiCommand::Calendar => out.push(Action::Open(Page::Calendar)),
            UiCommand::Calls => out.push(Action::Open(Page::Calls)),
            UiCommand::LogCall => out.push(Action::Call(CallAsk::Log { about: self.in_sight() })),
            UiCommand::ScheduleCall => out.push(Action::Call(CallAsk::Schedule { about: self.in_sight() })),
            UiCommand::NewMeeting => out.push(Action::Meeting(MeetingAsk::default())),
            UiCommand::Sales => out.push(Action::Open(self.views.sales.last())),
            UiCommand::Quotations => out.push(Action::Open(Page::Quotations)),
            UiCommand::Invoices => out.push(Action::Open(Page::Invoices)),
            UiCommand::Products => out.push(Action::Open(Page::Products)),
            UiCommand::OtherSales => out.push(Action::Open(Page::OtherSales)),
            UiCommand::Import => out.push(Action::Open(Page::Import)),
            UiCommand::Conflicts => out.push(Action::Open(Page::Conflicts)),
            UiCommand::Settings => out.push(Action::Open(Page::Settings)),
            UiCommand::SetUp(place) => out.push(Action::SetUp(place, None)),
            UiCommand::Invite => out.push(Action::Invite(None)),
            UiCommand::ReadAll => out.push(Action::MarkRead(None)),
            UiCommand::Light => out.push(Action::Theme(Theme::Light)),
            UiCommand::Lock => out.push(Action::Leave(Leave::Lock)),
            UiCommand::Dark => out.push(Action::Theme(Theme::Dark)),
            command if command.scope() == Scope::List => {
                self.given = Some(command);
                ui.ctx().request_repaint();
            }
            _ => {}
        }
        ui.ctx().request_repaint();
    }

    /// The record whose page is open.
    fn in_sight(&self) -> Option<DocId> {
        match self.page {
            Page::Opportunity(id) | Page::Contact(id) => Some(id),
            _ => None,
        }
    }

    fn mark_read(&mut self, records: &Records, id: DocId) -> Option<Work> {
        let opportunity = records.opportunities.get(&id).map(|o| &o.meta);
        let meta = opportunity.or_else(|| records.contacts.get(&id).map(|c| &c.meta));
        let news = meta.is_some_and(|meta| self.read_marks.mark(id, meta));
        news.then(|| keep(read_marks::SETTING, self.read_marks.store()))
    }

    /// Escape leaves a record or a page of its own, and a list that a figure opened; not the board one works on.
    fn may_go_back(&self) -> bool {
        self.page != Page::Dashboard && (self.page != Page::Pipeline || self.asked)
    }

    fn open(&mut self, page: Page) {
        self.asked = false;
        if page != self.page {
            self.before.push(std::mem::replace(&mut self.page, page));
            self.before.drain(..self.before.len().saturating_sub(32));
        }
    }
}

pub(super) fn first_close() -> Toast {
    Toast::refused(tr!("Save or close what is open first"))
}

/// Stores a setting of this device.
fn keep(name: impl Into<String>, value: impl Into<Vec<u8>>) -> Work {
    Work::task(Task::Keep(name.into(), value.into()))
}

/// Does what is asked with records, while the frame's view of the world is there.
pub(super) fn with_hand(cx: &mut Context) {
    for action in std::mem::take(cx.actions) {
        match action {
            Action::Perform(command) if command.scope() == Scope::Records => {
                let hand = cx.hand.clone();
                with_records(command, &hand, cx);
            }
            Action::PerformOn(command, hand) if command.scope() == Scope::Records => with_records(command, &hand, cx),
            action => cx.actions.push(action),
        }
    }
}

/// A command on records: done at once, or asked first for what it needs.
fn with_records(command: UiCommand, hand: &Hand, cx: &mut Context) {
    if !palette::can(cx, command, hand) {
        return;
    }
    if let Some(choose) = command.question() {
        cx.actions.push(Action::Choose(choose, hand.clone()));
        return;
    }
    let ids = &hand.ids;
    match command {
        UiCommand::Open => cx.actions.extend(ids.first().map(|id| Action::show(*id))),
        UiCommand::Lost => {
            let open = |id: &&DocId| cx.won_status(**id) == WonStatus::Pending;
            cx.actions.push(Action::AskLost(ids.iter().filter(open).copied().collect()));
        }
        UiCommand::AssignInTurn => cx.actions.push(Action::AskAssign(ids.to_vec())),
        UiCommand::Won => cx.act(&Deed::Won, ids),
        UiCommand::Restore => cx.act(&Deed::Restore, ids),
        UiCommand::MoveOn => cx.act(&Deed::MoveOn, ids),
        UiCommand::Convert => {
            let is_lead = |id: &&DocId| cx.records.opportunities.get(id).is_some_and(|o| o.is_lead());
            cx.actions.push(Action::AskConvert(ids.iter().filter(is_lead).copied().collect()));
        }
        UiCommand::Merge => cx.actions.push(Action::AskMerge(ids.to_vec())),
        UiCommand::Quote => ids.first().into_iter().for_each(|id| sales::quote(cx, *id)),
        UiCommand::Archive => cx.act(&Deed::Archive, ids),
        UiCommand::Trash => {
            cx.act(&Deed::Trash, ids);
            if cx.page.is_record() {
                cx.actions.push(Action::Back);
            }
        }
        _ => {}
    }
}
