//! The calendar: meetings, what is to be done, calls and expected closings by month, week, day or as a list (spec §4).
//!
//! What is in sight is worked out once a revision and span (`shown`); frames only draw it. Whatever is moved goes through
//! `place::step`, by pointer and by keys alike.

mod agenda;
mod drag;
mod files;
mod filter;
mod grid;
mod head;
mod keys;
mod month;
mod place;
mod shown;
mod side;
mod span;
mod tile;
mod touch;

use std::rc::Rc;

use chrono::{NaiveDate, NaiveDateTime, TimeDelta, Timelike};
use eframe::egui::{CursorIcon, Ui};
use satchel_core::query::agenda::Agenda;
use tr::tr;

use self::{
    drag::{Drag, Under, What},
    files::Files,
    filter::Filter,
    place::{Place, USUAL},
    shown::{Key, Question, Shown, minutes_of},
    span::Mode,
};
pub use self::{place::minutes_words, shown::zone_name};
use crate::{
    locale,
    shell::{Action, Context, Say, UiCommand},
    views::{
        answer::Answer,
        meeting::{MeetingAsk, Scoped},
    },
    widgets::dragged::{Fate, fate},
};

#[derive(Default)]
pub struct CalendarView {
    mode: Mode,
    /// The day that is in sight with what lies around it; nothing before it was opened.
    day: Option<NaiveDate>,
    /// What is not shown.
    filter: Filter,
    side: side::Side,
    /// Only what has these words.
    words: String,
    answer: Answer<Question, Shown>,
    /// What the arrows have chosen.
    at: Option<Target>,
    /// It is to get the focus.
    follow: bool,
    /// In the next frame.
    follow_next: bool,
    /// It had the focus in the last frame.
    focused: Option<Target>,
    drag: Option<Drag>,
    /// What the pointer is over in this frame.
    under: Option<Under>,
    settling: Option<Settling>,
    scoped: Option<Scoped>,
    /// These minutes of the day are to be brought into sight.
    scroll_to: Option<i64>,
    files: Files,
    /// The pass in which it was drawn last.
    seen: u64,
    /// A dialog lay over it then.
    was_covered: bool,
}

/// What can be chosen.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Target {
    /// So many minutes from a time on.
    Slot {
        start: NaiveDateTime,
        minutes: i64,
    },
    Day(NaiveDate),
    Item(Key),
}

/// Something that stands elsewhere as soon as that is written.
struct Settling {
    key: Key,
    place: Place,
    revision: u64,
    since: f64,
}

/// Seconds after which what was not written goes back to where it was.
const SETTLES: f64 = 1.5;

impl CalendarView {
    fn day(&self, cx: &Context) -> NaiveDate {
        self.day.unwrap_or(cx.today)
    }

    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context) {
        if self.day.is_none() {
            self.open(cx);
        }
        self.follow |= std::mem::take(&mut self.follow_next);
        // Who comes here has the arrows in the calendar, not in the rail.
        let pass = ui.ctx().cumulative_pass_nr();
        if std::mem::replace(&mut self.seen, pass) + 1 < pass && !ui.ctx().text_edit_focused() {
            ui.memory_mut(|m| m.focused().into_iter().for_each(|id| m.surrender_focus(id)));
        }
        // What was opened from here is closed again.
        let is_covered = UiCommand::is_covered(ui.ctx());
        let is_uncovered = std::mem::replace(&mut self.was_covered, is_covered) && !is_covered;
        if is_uncovered && ui.memory(|m| m.focused().is_none()) {
            self.follow |= self.at.is_some();
        }
        let shown = self.ask(cx);
        self.keys(ui, cx, &shown);
        let shown = self.ask(cx);
        self.under = None;
        self.view_bar(ui, cx);
        let area = ui.available_rect_before_wrap();
        let wide = if area.width() < side::HIDDEN_BELOW { 0.0 } else { side::WIDTH };
        let (left, right) = area.split_left_right_at_x(area.left() + wide);
        if wide > 0.0 {
            self.side(ui, cx, left);
        }
        match self.mode {
            Mode::Week => self.hours(ui, cx, right, &shown, 7),
            Mode::Day => self.hours(ui, cx, right, &shown, 1),
            Mode::Month => self.month(ui, cx, right, &shown),
            Mode::Agenda => self.agenda(ui, cx, right, &shown),
        }
        // What is behind “more” gets no focus.
        self.follow &= self.answer.question().is_none_or(|question| question.revision != cx.records.revision);
        self.turn_drag(ui, cx, &shown);
        if self.scoped.as_mut().is_some_and(|scoped| scoped.show(ui, cx)) {
            self.scoped = None;
            if self.settling.as_ref().is_some_and(|settling| settling.revision == cx.records.revision) {
                ui.ctx().request_repaint();
            }
            self.settling.iter_mut().for_each(|settling| settling.since = ui.input(|i| i.time));
        }
        self.unsettle(ui, cx);
        if self.follow_next {
            ui.ctx().request_repaint();
        }
        self.files.dialogs(ui, cx);
        ui.advance_cursor_after_rect(area);
    }

    pub fn unsaved(&self, cx: &mut Context) {
        self.files.unsaved(cx);
    }

    /// Every frame, whatever page is shown: keeps the subscription file as the calendar is.
    pub fn meanwhile(&mut self, cx: &mut Context) {
        self.files.subscription(cx);
    }

    /// As it was left, on now.
    fn open(&mut self, cx: &Context) {
        self.filter = Filter::load(cx);
        self.mode = self.filter.mode;
        self.go_to_today(cx);
    }

    fn go_to_today(&mut self, cx: &Context) {
        self.day = Some(cx.today);
        self.side.month = Some(cx.today);
        self.scroll_to = Some(minutes_of(cx.environment.zone().wall(cx.now)));
    }

    fn go_to(&mut self, day: NaiveDate) {
        self.day = Some(day);
        self.side.month = Some(day);
    }

    fn step(&mut self, cx: &Context, by: i64) {
        self.go_to(self.mode.step(self.day(cx), by));
    }

    fn turn_to(&mut self, cx: &mut Context, mode: Mode) {
        if self.mode != mode {
            self.mode = mode;
            self.filter.mode = mode;
            self.filter.keep(cx);
            self.scroll_to = Some(minutes_of(cx.environment.zone().wall(cx.now)));
        }
    }

    /// What is in sight. While that is being worked out, what was in sight before.
    fn ask(&mut self, cx: &mut Context) -> Rc<Shown> {
        let (from, to) = self.mode.span(self.day(cx));
        let mut agenda = Agenda::new(from, to, cx.environment.zone());
        agenda.hidden.clone_from(&self.filter.hidden);
        agenda.people = self.filter.people(cx);
        let question = Question {
            revision: cx.records.revision,
            agenda,
            mode: self.mode,
            words: self.words.clone(),
            locale: locale::current(),
            user: cx.user,
        };
        self.answer.turn(&question);
        if !self.answer.is_busy(&question) {
            let asked = question.clone();
            self.answer.ask(cx, question, move |records| Shown::of(records, &asked));
        }
        self.answer.shown().cloned().unwrap_or_else(|| Rc::new(Shown::nothing(from)))
    }

    /// What is drawn, moved or about to be: what it is called and where it would stand.
    fn ghost_place(&self) -> Option<(String, What, Place)> {
        let title = |key: Key| {
            let item = self.answer.shown().and_then(|shown| shown.find(key).map(|item| item.title.clone()));
            item.unwrap_or_default()
        };
        if let Some(drag) = &self.drag {
            return Some((drag.key.map_or_else(|| tr!("New meeting"), title), drag.what, drag.place));
        }
        let settling = self.settling.as_ref()?;
        Some((title(settling.key), What::Move, settling.place))
    }

    fn settle(&mut self, cx: &Context, key: Key, place: Place) {
        self.settling = Some(Settling { key, place, revision: cx.records.revision, since: f64::INFINITY });
    }

    fn unsettle(&mut self, ui: &Ui, cx: &Context) {
        let time = ui.input(|i| i.time);
        let is_asking = self.scoped.is_some();
        let Some(settling) = &mut self.settling else { return };
        if !is_asking {
            settling.since = settling.since.min(time);
        }
        if settling.revision != cx.records.revision || !is_asking && time - settling.since > SETTLES {
            self.settling = None;
            ui.ctx().request_repaint();
        } else {
            ui.ctx().request_repaint_after(std::time::Duration::from_millis(200));
        }
    }

    fn turn_drag(&mut self, ui: &Ui, cx: &mut Context, shown: &Shown) {
        let Some(drag) = &mut self.drag else { return };
        if let Some(under) = self.under {
            drag.turn_to(under);
        }
        ui.ctx().set_cursor_icon(match (drag.what, drag.before) {
            (What::Move, _) => CursorIcon::Grabbing,
            (_, Place::Hours { .. }) => CursorIcon::ResizeVertical,
            _ => CursorIcon::ResizeHorizontal,
        });
        ui.ctx().request_repaint();
        match fate(ui) {
            Fate::Held => {}
            Fate::GivenUp => self.drag = None,
            Fate::Dropped => {
                let Some(drag) = self.drag.take() else { return };
                match drag.key.and_then(|key| shown.find(key)) {
                    Some(item) => self.put(cx, item, drag.place),
                    None if drag.key.is_none() => self.begin(cx, drag.place),
                    None => {}
                }
            }
        }
    }

    /// Opens the form of a new meeting there.
    fn begin(&mut self, cx: &mut Context, place: Place) {
        match place.when(&cx.environment.zone(), None) {
            Ok(when) => cx.actions.push(Action::Meeting(MeetingAsk::New { when: Some(when), about: None })),
            Err(why) => cx.actions.push(Action::Say(Say::Refused(why))),
        }
    }

    /// Opens the form of a new meeting on the day in sight.
    fn begin_anywhere(&mut self, cx: &mut Context) {
        let (from, to) = self.mode.span(self.day(cx));
        let day = if (from..to).contains(&cx.today) { cx.today } else { self.day(cx).max(from) };
        self.begin(cx, Place::hours(self.usual_start(cx, day), USUAL));
    }

    /// When a meeting begins of which only the day is known: today at the next full hour, else in the morning.
    fn usual_start(&self, cx: &Context, day: NaiveDate) -> NaiveDateTime {
        usual_start(cx, day)
    }
}

/// Today the next full hour, on other days nine in the morning.
pub fn usual_start(cx: &Context, day: NaiveDate) -> NaiveDateTime {
    let now = cx.environment.zone().wall(cx.now);
    let hours = if day == now.date() { i64::from((now.hour() + 1).min(23)) } else { 9 };
    day.and_time(chrono::NaiveTime::MIN) + TimeDelta::hours(hours)
}
