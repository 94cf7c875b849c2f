//! The phone: lists of calls, handed out one after the other.

mod again;
mod dialog;
mod faces;
mod lists;
mod one;
mod queue;
mod script;
mod side;

use eframe::egui::{Align, Layout, Rect, ScrollArea, Stroke, Ui, UiBuilder, pos2, vec2};
use satchel_core::DocId;
use satchel_sync::protocol::Hand as InHand;
use tr::tr;

use self::{
    lists::{ListDialog, Overview},
    one::{One, Onward},
    queue::{Of, Queue},
};
use crate::{
    design::{icons, palette, size, type_scale},
    shell::{Action, Context, UiCommand},
    widgets::{Button, Input, Line, empty, line, view_bar},
};

pub use dialog::{CallAsk, CallDialog};

#[derive(Default)]
pub struct CallsView {
    /// What is being called, while it is.
    calling: Option<Of>,
    queue: Queue,
    lists: Overview,
    one: Option<One>,
    edit: Option<ListDialog>,
    /// What is typed to find a call of the list.
    wanted: String,
}

/// Below this width of the page the script lies under the call.
const WIDE: f32 = 940.0;
/// Widths of the queue and of the script, in a window of usual size and in a large one.
const SIDE: [f32; 2] = [236.0, 256.0];
const SCRIPT: [f32; 2] = [276.0, 320.0];
const MIDDLE: f32 = 760.0;

impl CallsView {
    /// What is typed and not saved, also while another page is shown.
    pub fn unsaved(&self, cx: &mut Context) {
        self.one.iter().for_each(|one| one.unsaved(cx));
        self.edit.iter().for_each(|dialog| dialog.unsaved(cx));
    }

    /// Finding a call of the list; bringing lists and calls in.
    pub fn top_bar(&mut self, ui: &mut Ui, cx: &mut Context) {
        let p = palette(ui);
        let area = ui.max_rect();
        ui.painter().hline(area.x_range(), area.bottom() - 0.5, Stroke::new(1.0, p.line));
        let inner = area.shrink2(vec2(size::VIEW_MARGIN, 0.0));
        let mut right = ui.new_child(UiBuilder::new().max_rect(inner).layout(Layout::right_to_left(Align::Center)));
        right.spacing_mut().item_spacing.x = 8.0;
        let log = tr!("Log a past call");
        if right.add(Button::new(&log).icon(icons::CALL).keys("L")).clicked() || lists::log_pressed(ui) {
            cx.actions.push(Action::Call(CallAsk::Log { about: None }));
        }
        if right.add(Button::new(&tr!("Import a list")).icon(icons::UPLOAD)).clicked() {
            cx.actions.push(Action::ImportCalls);
        }
        if self.calling.is_some() {
            let room = right.min_rect().left() - 12.0 - inner.left();
            let width = room.min(size::SEARCH_MAX);
            let y = inner.center().y - size::SEARCH / 2.0;
            let place = Rect::from_min_size(pos2(inner.left(), y), vec2(width, size::SEARCH));
            let mut left = ui.new_child(UiBuilder::new().max_rect(place));
            let hint = tr!("Search calls, numbers");
            let find = Input::new(&mut self.wanted, &hint).hint(&hint).icon(icons::SEARCH).height(size::SEARCH);
            let field = find.show(&mut left);
            if UiCommand::Search.pressed(ui.ctx()) {
                field.request_focus();
            }
        }
    }

    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context) {
        // A call that was in hand before the page was opened goes on.
        if self.calling.is_none()
            && let InHand::Holds(call) = cx.phone.hand()
        {
            self.calling = cx.records.calls.get(&call).map(|call| call.list);
        }
        if self.calling.flatten().is_some_and(|list| cx.records.call_lists.get(&list).is_none_or(|l| l.meta.deleted)) {
            self.pause(cx);
        }
        match self.calling {
            Some(of) => self.call(ui, cx, of),
            None => self.overview(ui, cx),
        }
        if let Some(dialog) = &mut self.edit
            && dialog.show(ui, cx)
        {
            self.edit = None;
        }
    }

    fn start(&mut self, cx: &Context, of: Of) {
        cx.phone.give_back();
        (self.calling, self.one) = (Some(of), None);
        self.wanted.clear();
    }

    fn pause(&mut self, cx: &Context) {
        cx.phone.leave();
        (self.calling, self.one) = (None, None);
    }

    fn overview(&mut self, ui: &mut Ui, cx: &mut Context) {
        self.lists.find(cx);
        if self.lists.is_empty() {
            let sentence = tr!("Bring a list of people with their numbers from a file, or plan the first call.");
            let buttons = [tr!("Import a call list"), tr!("New call list"), tr!("Schedule a call")];
            let [import, new, schedule] = buttons.each_ref().map(String::as_str);
            match empty::show(ui, icons::CALL, &tr!("Nobody to call yet"), &sentence, &[import, new, schedule]) {
                Some(0) => cx.actions.push(Action::ImportCalls),
                Some(1) => self.edit = Some(ListDialog::new(cx, None)),
                Some(_) => cx.actions.push(Action::Call(CallAsk::Schedule { about: None })),
                None => {}
            }
            return;
        }
        let p = palette(ui);
        let bar = view_bar(ui);
        let title = tr!("Calls");
        line(ui.painter(), bar.left_center(), 300.0, Line::new(&title, type_scale::TITLE, p.text));
        let mut right = ui.new_child(UiBuilder::new().max_rect(bar).layout(Layout::right_to_left(Align::Center)));
        right.spacing_mut().item_spacing.x = 8.0;
        if right.add(Button::new(&tr!("New call list")).icon(icons::ADD)).clicked() {
            self.edit = Some(ListDialog::new(cx, None));
        }
        if right.add(Button::ghost(&tr!("Schedule a call")).icon(icons::SCHEDULE)).clicked() {
            cx.actions.push(Action::Call(CallAsk::Schedule { about: None }));
        }
        let area = ui.available_rect_before_wrap().shrink2(vec2(size::VIEW_MARGIN, 0.0));
        let mut child = ui.new_child(UiBuilder::new().max_rect(area));
        match self.lists.show(&mut child, cx) {
            Some(lists::Wish::Start(of)) => self.start(cx, of),
            Some(lists::Wish::Edit(id)) => self.edit = Some(ListDialog::new(cx, Some(id))),
            None => {}
        }
    }

    /// Which call is in hand: asks for the next one where there is none.
    fn in_hand(&mut self, cx: &mut Context, of: Of) -> InHand {
        self.queue.find(cx, of);
        let mut hand = cx.phone.hand();
        if hand == InHand::Empty && !self.queue.due.is_empty() {
            cx.phone.ask(self.queue.due.iter().copied());
            hand = cx.phone.hand();
        }
        hand
    }

    fn call(&mut self, ui: &mut Ui, cx: &mut Context, of: Of) {
        let hand = self.in_hand(cx, of);
        self.bar(ui, cx, of);
        let call = match hand {
            InHand::Holds(call) | InHand::Lost(call, _) => cx.records.calls.get(&call),
            InHand::Asks(_) | InHand::Empty => None,
        };
        let area = ui.available_rect_before_wrap();
        let p = palette(ui);
        let large = usize::from(area.width() > 1200.0);
        let side = Rect::from_min_size(area.min, vec2(SIDE[large], area.height()));
        ui.painter().vline(side.right() - 0.5, side.y_range(), Stroke::new(1.0, p.line));
        let inner = Rect::from_min_max(side.min + vec2(10.0, 4.0), side.max - vec2(10.0, 8.0));
        let mut child = ui.new_child(UiBuilder::new().max_rect(inner).id_salt("side"));
        let wanted = side::show(&mut child, cx, &self.queue, call.map(|call| call.id), &self.wanted);
        let wide = area.width() >= WIDE;
        let split = if wide { area.right() - SCRIPT[large] } else { area.right() };
        let middle = Rect::from_min_max(pos2(side.right(), area.top()), pos2(split, area.bottom()));
        let mut child = ui.new_child(UiBuilder::new().max_rect(middle).id_salt("middle"));
        match call {
            Some(call) => {
                let id = call.id;
                if self.one.as_ref().is_none_or(|one| one.call != id) {
                    self.one = Some(One::new(cx, call));
                }
                let onward = self.middle(&mut child, cx, id, middle, !wide);
                if onward == Onward::Next {
                    self.next(cx, id);
                }
            }
            None => {
                self.one = None;
                self.waiting(&mut child, cx, hand);
            }
        }
        if wide {
            ui.painter().vline(split + 0.5, area.y_range(), Stroke::new(1.0, p.line));
            let right = Rect::from_min_max(pos2(split, area.top()), area.max).shrink2(vec2(20.0, 12.0));
            let foot = Rect::from_min_max(pos2(right.left(), right.bottom() - 64.0), right.max);
            let top = Rect::from_min_max(right.min, pos2(right.right(), foot.top() - 8.0));
            let mut child = ui.new_child(UiBuilder::new().max_rect(top).id_salt("script"));
            ScrollArea::vertical().auto_shrink(false).show(&mut child, |ui| self.script(ui, cx, of));
            script::promise(ui, foot, ui.scope_id().with("promise"), cx.phone.is_heard());
        }
        if let Some(wanted) = wanted {
            cx.phone.ask([wanted]);
            ui.ctx().request_repaint();
        }
        ui.advance_cursor_after_rect(area);
    }

    fn next(&mut self, cx: &mut Context, done: DocId) {
        self.one = None;
        let rest: Vec<DocId> = self.queue.due.iter().copied().filter(|id| *id != done && still(cx, *id)).collect();
        match rest.is_empty() {
            true => cx.phone.give_back(),
            false => cx.phone.ask(rest),
        }
    }

    fn middle(&mut self, ui: &mut Ui, cx: &mut Context, id: DocId, area: Rect, with_script: bool) -> Onward {
        let Some(call) = cx.records.calls.get(&id) else { return Onward::Next };
        let progress = &self.queue.progress;
        let place = match call.list {
            Some(_) => tr!(
                "Call {number} of {total}",
                number = (progress.total - progress.to_call + 1).min(progress.total),
                total = progress.total
            ),
            None => String::new(),
        };
        let mut onward = Onward::Stay;
        ScrollArea::vertical().auto_shrink(false).id_salt(id).show(ui, |ui| {
            let width = (area.width() - 2.0 * 28.0).min(MIDDLE);
            let left = ((area.width() - width) / 2.0).max(28.0);
            ui.horizontal_top(|ui| {
                ui.add_space(left);
                ui.vertical(|ui| {
                    ui.set_width(width);
                    ui.add_space(20.0);
                    if let Some(one) = &mut self.one {
                        onward = one.show(ui, cx, call, &place);
                    }
                    if with_script {
                        ui.spacing_mut().item_spacing.y = 6.0;
                        self.script(ui, cx, call.list);
                        ui.add_space(20.0);
                    }
                });
            });
        });
        onward
    }

    fn script(&mut self, ui: &mut Ui, cx: &mut Context, of: Of) {
        ui.spacing_mut().item_spacing.y = 6.0;
        let mut none = 0;
        let steps = self.one.as_mut().map_or(&mut none, |one| &mut one.steps);
        if let Some(list) = of
            && let Some(script::Wish::Edit) = script::show(ui, cx, list, steps)
        {
            self.edit = Some(ListDialog::new(cx, Some(list)));
        }
        let call = self.one.as_ref().and_then(|one| cx.records.calls.get(&one.call));
        if let Some(call) = call {
            script::known(ui, cx, call);
        }
    }

    /// What stands in the middle while no call is in hand.
    fn waiting(&mut self, ui: &mut Ui, cx: &mut Context, hand: InHand) {
        if let InHand::Asks(_) = hand {
            ui.ctx().request_repaint_after(std::time::Duration::from_millis(100));
            let p = palette(ui);
            ui.vertical_centered(|ui| {
                ui.add_space(120.0);
                ui.label(type_scale::BODY.text(tr!("Asking your colleagues for the next call")).color(p.text2));
            });
            return;
        }
        let next = self.queue.later.first().and_then(|id| cx.records.calls.get(id)).and_then(|call| call.date);
        let title = tr!("Nothing more to call now");
        let sentence = match (self.queue.taken.len(), next) {
            (0, Some(at)) => tr!("The next one is due {}.", script::due(cx, at)),
            (0, None) => tr!("Every call of this list is answered."),
            (others, _) => tr!("{n} call is in a colleague’s hands." | "{n} calls are in colleagues’ hands." % others),
        };
        if empty::show(ui, icons::CALL, &title, &sentence, &[&tr!("Back to the lists")]).is_some() {
            self.pause(cx);
        }
    }

    fn bar(&mut self, ui: &mut Ui, cx: &mut Context, of: Of) {
        let p = palette(ui);
        let bar = view_bar(ui);
        ui.painter().hline(ui.max_rect().x_range(), bar.bottom() - 0.5, Stroke::new(1.0, p.line));
        let mut right = ui.new_child(UiBuilder::new().max_rect(bar).layout(Layout::right_to_left(Align::Center)));
        let pause = right.add(Button::new(&tr!("Pause")).icon(icons::PAUSE)).clicked();
        let end = right.min_rect().left() - 12.0;
        let mut left = ui.new_child(UiBuilder::new().max_rect(bar).layout(Layout::left_to_right(Align::Center)));
        left.spacing_mut().item_spacing.x = 8.0;
        left.label(type_scale::TITLE.text(tr!("Calls to make")).color(p.text));
        let chosen = lists::switch(&mut left, cx, of);
        if of.is_some() {
            lists::progress(ui, pos2(end, bar.center().y), left.min_rect().right(), &self.queue.progress);
        }
        if let Some(of) = chosen {
            self.start(cx, of);
        }
        if pause {
            self.pause(cx);
        }
    }
}

/// To be made, and not by a colleague.
fn still(cx: &Context, id: DocId) -> bool {
    cx.records.calls.get(&id).is_some_and(|call| call.is_to_be_made() && call.date.is_none_or(|date| date <= cx.now))
}

fn view_bar(ui: &mut Ui) -> Rect {
    view_bar::show(ui, |ui| ui.max_rect())
}
