//! My dashboard (spec §6): what is to do at the left, how the month goes at the right, the day in order below. Every figure
//! opens what it counts.

mod day;
mod performances;
mod pinned;
mod start;
mod target;
mod todo;

use std::{rc::Rc, time::Duration};

use chrono::{DateTime, Timelike, Utc};
use eframe::egui::{Align, Id, Layout, Rect, Response, Role, Sense, Ui, UiBuilder, WidgetInfo, pos2, vec2};
use satchel_core::{
    exchange::pages::Report,
    query::{
        Period,
        dashboard::{self, Dashboard, DayLine, Detail, Figure, Whose},
        reports::Frame,
    },
    record::Measure,
};
use tr::tr;

use self::{pinned::Pinned, target::TargetDialog};
use super::{answer::Answer, reporting::Workbook};
use crate::{
    design::{palette, radius, size, type_scale},
    locale,
    shell::{Action, Context, Page, Pending},
    widgets::{Button, Row, card, line::focus_ring},
};

#[derive(Default)]
pub struct DashboardView {
    /// Of one's team instead of one's own.
    team: bool,
    answer: Answer<Asked, Shown>,
    target: Option<TargetDialog>,
    pinned: Pinned,
    workbook: Option<Workbook>,
    /// Sample data that is being made.
    sample: Option<Pending<Result<(), String>>>,
}

/// Of which revision, whose, in which minute.
type Asked = (u64, Whose, DateTime<Utc>);

struct Shown {
    board: Dashboard,
    day: Vec<DayLine>,
}

/// Between what lies on the page.
const GAP: f32 = 16.0;
/// Of a row of figures.
const ROW: f32 = 70.0;
const HEAD: f32 = 66.0;

impl DashboardView {
    pub fn unsaved(&self, cx: &mut Context) {
        self.target.iter().for_each(|dialog| dialog.unsaved(cx));
        self.workbook.iter().for_each(|workbook| workbook.unsaved(cx));
    }

    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context) {
        self.turn(ui, cx);
        let Some(shown) = self.answer.shown().map(Rc::clone) else { return };
        let area = ui.available_rect_before_wrap();
        let left = area.left() + size::VIEW_MARGIN + 4.0;
        let right = (area.right() - size::VIEW_MARGIN - 4.0).min(left + size::LIST_MAX);
        let top = Rect::from_min_max(pos2(left, area.top() + 14.0), pos2(right, area.top() + 54.0));
        self.head(ui, cx, top);
        let y = top.bottom() + 12.0;
        let width = right - left - GAP;
        let height = HEAD + 3.0 * ROW;
        let todo = Rect::from_min_size(pos2(left, y), vec2((width * 0.394).max(390.0), height));
        let performances = Rect::from_min_max(pos2(todo.right() + GAP, y), pos2(right, todo.bottom()));
        let rest = Rect::from_min_max(pos2(left, todo.bottom() + GAP), pos2(right, area.bottom() - 16.0));
        let has_reports = !cx.records.pinned_reports(cx.user).is_empty();
        let day = if has_reports { rest.with_max_x(todo.right()) } else { rest };
        let sample = start::figures(&shown.board);
        let board = sample.as_ref().unwrap_or(&shown.board);
        let is_sample = sample.is_some();
        todo::show(ui, cx, card(ui, todo), board, is_sample);
        if let Some(measure) = performances::show(ui, cx, card(ui, performances), board, is_sample) {
            self.ask_target(cx, &shown.board, measure);
        }
        match is_sample {
            true => start::show(ui, cx, card(ui, day), &mut self.sample),
            false => day::show(ui, cx, card(ui, day), &shown.day),
        }
        if has_reports {
            self.pinned.show(ui, cx, rest.with_min_x(performances.left()));
        }
        Workbook::dialog(ui, cx, &mut self.workbook);
        if self.target.as_mut().is_some_and(|dialog| dialog.show(ui, cx)) {
            self.target = None;
        }
    }

    /// Whose it is: one's own, or that of the team one is in.
    fn whose(&self, cx: &Context) -> Whose {
        let team = cx.records.users.get(&cx.user).and_then(|u| u.team).filter(|_| self.team);
        team.map_or(Whose::User(cx.user), Whose::Team)
    }

    /// Asks anew when records change, and with every minute, as meetings begin.
    fn turn(&mut self, ui: &Ui, cx: &mut Context) {
        let minute = cx.now.with_nanosecond(0).and_then(|t| t.with_second(0)).unwrap_or(cx.now);
        let asked = (cx.records.revision, self.whose(cx), minute);
        self.answer.turn(&asked);
        if !self.answer.is_busy(&asked) {
            let (asker, now, whose) = (cx.asker(), cx.now, asked.1);
            self.answer.ask(cx, asked, move |records| Shown {
                board: dashboard::dashboard(records, whose, &asker, now),
                day: dashboard::day(records, whose, &asker, now),
            });
        }
        ui.ctx().request_repaint_after(Duration::from_secs(u64::from(60 - cx.now.second().min(59))));
    }

    fn head(&mut self, ui: &mut Ui, cx: &mut Context, rect: Rect) {
        let p = palette(ui);
        let user = cx.records.users.get(&cx.user);
        let name = user.map(|u| u.name.split_whitespace().next().unwrap_or_default().to_owned()).unwrap_or_default();
        let greeting = match cx.local(cx.now).hour() {
            4..=11 => tr!("Good morning, {}", name),
            12..=17 => tr!("Good afternoon, {}", name),
            _ => tr!("Good evening, {}", name),
        };
        let team = user.and_then(|u| u.team).map(|team| cx.records.name(team).to_owned());
        let mut right = ui.new_child(UiBuilder::new().max_rect(rect).layout(Layout::right_to_left(Align::Center)));
        right.spacing_mut().item_spacing.x = 4.0;
        let whose = self.whose(cx);
        Workbook::button(&mut right, cx, &mut self.workbook, |cx| {
            let frame = Frame::new(whose, Period::Month, cx.today);
            Workbook::of_reports(cx, &tr!("My dashboard"), &[Report::MyDashboard], frame)
        });
        right.add_space(8.0);
        if let Some(team) = team {
            if right.add(Button::ghost(&team).selected(self.team)).clicked() {
                self.team = true;
            }
            if right.add(Button::ghost(&tr!("Mine")).selected(!self.team)).clicked() {
                self.team = false;
            }
        }
        let mut row = Row::new(ui, Rect::from_min_max(rect.min, pos2(right.min_rect().left() - 12.0, rect.bottom())));
        let title = row.text(&greeting, type_scale::RECORD_TITLE, p.text);
        row.gap(14.0).text(&locale::long_day(cx.today), type_scale::BODY, p.text2);
        let response = ui.interact(title, Id::unique("greeting"), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Heading, true, &greeting));
    }

    fn ask_target(&mut self, cx: &Context, board: &Dashboard, measure: Measure) {
        let whom = match board.whose {
            Whose::User(id) | Whose::Team(id) => id,
            Whose::All => return,
        };
        let goal = [&board.done, &board.won, &board.invoiced].into_iter().find(|p| p.measure == measure);
        self.target = Some(TargetDialog::new(cx, whom, measure, goal.and_then(|p| p.target)));
    }
}

/// A card of the page; what lies within it.
fn card(ui: &Ui, rect: Rect) -> Rect {
    card::at(ui, rect, vec2(18.0, 0.0))
}

/// Opens what a figure counts: one record itself, several as a list.
fn open(cx: &mut Context, figure: &Figure) {
    let asker = cx.asker();
    let only = (figure.count == 1).then(|| figure.ids(cx.records, &asker).ok()).flatten();
    let action = match (&figure.detail, only.as_deref()) {
        (Detail::List(..), Some([id])) => Action::show(cx.records.holder(*id).unwrap_or(*id)),
        (Detail::List(listing, query), _) => Action::Ask(*listing, query.clone()),
        (Detail::Calendar(..), _) => Action::Open(Page::Calendar),
    };
    cx.actions.push(action);
}

/// A place to click on with its name for who does not see it; a frame on hover and focus.
fn place(ui: &Ui, rect: Rect, id: Id, name: &str) -> Response {
    let p = palette(ui);
    let response = ui.interact(rect, id, Sense::click());
    let enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::labeled(Role::Button, enabled, name));
    if response.hovered() {
        ui.painter().rect_filled(rect, radius::CONTROL, p.hover);
    }
    if response.has_focus() {
        focus_ring(ui.painter(), rect, radius::CONTROL, p);
    }
    response.on_hover_cursor(eframe::egui::CursorIcon::PointingHand)
}
