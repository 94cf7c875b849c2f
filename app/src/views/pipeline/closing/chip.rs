//! One closing in its day: looked at, moved by keys or dragged to another day.

use chrono::NaiveDate;
use eframe::egui::{
    CursorIcon, EventFilter, Id, Key, LayerId, Modifiers, Order, Pos2, Rect, Sense, Stroke, StrokeKind, Ui, WidgetInfo,
    accesskit::Role, pos2, vec2,
};
use satchel_core::{DocId, query::Period, record::WonStatus};
use tr::tr;

use super::{CHIP, ClosingView, Drag, span};
use crate::{
    design::{palette, radius, shadow, type_scale},
    shell::{Context, Deed, Hand, Page},
    views::{format, mass},
    widgets::{
        Line,
        dragged::{Fate, fate},
        line,
        line::focus_ring,
        line_right,
    },
};

impl ClosingView {
    /// One closing: outlined, with its amount.
    pub(super) fn chip(&mut self, ui: &mut Ui, cx: &mut Context, id: DocId, day: NaiveDate, rect: Rect) {
        let p = palette(ui);
        let Some(o) = cx.records.opportunities.get(&id) else { return };
        let response = ui.interact(rect, Id::unique(("closing", id)), Sense::click_and_drag());
        let amount = format::money_round(o.expected_revenue, format::currency(cx.records));
        let name = tr!("{name}, {amount}, closes {day}", name = o.name, amount, day = format::full_day(day));
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
        if self.follow == Some(id) {
            response.request_focus();
            self.follow = None;
        }
        let status = cx.records.won_status(o);
        let (edge, color) = match status {
            WonStatus::Won => (p.ok.fill, p.ok.text),
            WonStatus::Pending if day < cx.today => (p.late.fill, p.late.text),
            _ => (p.line2, p.text),
        };
        let moving = self.drag.as_ref().is_some_and(|d| d.card == id);
        let fill = if response.hovered() || moving { p.hover } else { p.card };
        ui.painter().rect(rect, radius::CHIP, fill, Stroke::new(1.0, edge), StrokeKind::Inside);
        self.words(ui, cx, id, rect, color);
        if response.has_focus() {
            focus_ring(ui.painter(), rect, radius::CHIP, p);
            self.focused = Some(id);
            *cx.hand = Hand::one(id);
            self.keys(ui, cx, id, day, response.id);
        }
        if response.drag_started() {
            self.drag = Some(Drag { card: id, from: day, over: None });
        }
        let response = response.on_hover_cursor(CursorIcon::PointingHand);
        if response.clicked() {
            self.follow = Some(id);
            cx.open(Page::Opportunity(id));
        }
        let customer = o.partner.map_or(o.partner_name.as_str(), |c| cx.records.name(c));
        let stage = cx.records.stage(o).map_or("", |s| s.name.as_str());
        let tip = [o.name.as_str(), customer, stage, &amount];
        let tip = tip.into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>().join(" · ");
        let response = if self.drag.is_none() { response.on_hover_text(tip) } else { response };
        response.context_menu(|ui| mass::menu(ui, cx, &Hand::one(id)));
    }

    fn words(&self, ui: &Ui, cx: &Context, id: DocId, rect: Rect, color: eframe::egui::Color32) {
        let p = palette(ui);
        let Some(o) = cx.records.opportunities.get(&id) else { return };
        let amount = format::money_round(o.expected_revenue, format::currency(cx.records));
        let y = rect.center().y;
        let end = match rect.width() > 120.0 && o.expected_revenue.0 != 0 {
            true => line_right(
                ui.painter(),
                pos2(rect.right() - 7.0, y),
                80.0,
                Line::new(&amount, type_scale::TAG, p.text3),
            )
            .left(),
            false => rect.right(),
        };
        let room = end - rect.left() - 13.0;
        line(ui.painter(), pos2(rect.left() + 7.0, y), room, Line::new(&o.name, type_scale::CAPTION, color));
    }

    /// Arrows move the focus from one closing to the next; Shift and arrows move the closing by days and weeks.
    fn keys(&mut self, ui: &Ui, cx: &mut Context, id: DocId, day: NaiveDate, focus: Id) {
        let arrows = EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
        ui.memory_mut(|m| m.set_focus_lock_filter(focus, arrows));
        let pressed = |modifiers, key| ui.input_mut(|i| i.consume_key(modifiers, key));
        for (key, by) in [(Key::ArrowRight, 1), (Key::ArrowLeft, -1), (Key::ArrowDown, 7), (Key::ArrowUp, -7)] {
            if pressed(Modifiers::SHIFT, key) {
                self.move_to(cx, id, shifted(day, by));
                return;
            }
        }
        let flat: Vec<DocId> = self.shown.values().flat_map(|c| &c.ids).copied().collect();
        let at = flat.iter().position(|one| *one == id);
        for (key, by) in [(Key::ArrowRight, 1), (Key::ArrowLeft, -1), (Key::ArrowDown, 1), (Key::ArrowUp, -1)] {
            if pressed(Modifiers::NONE, key) {
                let next = at.and_then(|at| at.checked_add_signed(by)).and_then(|at| flat.get(at));
                self.follow = next.copied().or(self.follow);
            }
        }
    }

    fn move_to(&mut self, cx: &mut Context, card: DocId, day: NaiveDate) {
        cx.act(&Deed::Closing(Some(day)), &[card]);
        self.follow = Some(card);
        if let Some(month) = self.month {
            let (from, to) = span(month);
            if !(from..=to).contains(&day) {
                self.month = Some(Period::Month.start(day));
            }
        }
    }

    pub(super) fn move_drag(&mut self, ui: &mut Ui, cx: &mut Context) {
        let Some(drag) = &self.drag else { return };
        ui.ctx().set_cursor_icon(CursorIcon::Grabbing);
        let (card, target) = (drag.card, drag.over.filter(|over| *over != drag.from));
        let words = target.map_or_else(|| tr!("Nothing changes"), |day| tr!("Closes {}", cx.day(day)));
        if let Some(at) = ui.input(|i| i.pointer.latest_pos()) {
            lifted(ui, cx, card, at, &words);
        }
        let fate = fate(ui);
        if fate != Fate::Held {
            self.drag = None;
        }
        if let (Fate::Dropped, Some(day)) = (fate, target) {
            self.move_to(cx, card, day);
        }
    }
}

/// What is dragged, under the pointer, and in words what dropping it does.
fn lifted(ui: &Ui, cx: &Context, card: DocId, at: Pos2, words: &str) {
    let p = palette(ui);
    let painter = ui.ctx().layer_painter(LayerId::new(Order::Tooltip, Id::unique("dragged closing")));
    let rect = Rect::from_min_size(at - vec2(20.0, CHIP / 2.0), vec2(180.0, CHIP));
    painter.add(shadow::lifted(p).as_shape(rect, radius::CHIP));
    painter.rect(rect, radius::CHIP, p.card, Stroke::new(1.0, p.accent), StrokeKind::Inside);
    line(
        &painter,
        rect.left_center() + vec2(7.0, 0.0),
        rect.width() - 14.0,
        Line::new(cx.records.name(card), type_scale::CAPTION, p.text),
    );
    let what = Line::new(words, type_scale::CAPTION, p.onaccent);
    let wide = what.layout(&painter, f32::INFINITY).size().x + 16.0;
    let pill = Rect::from_min_size(pos2(rect.left() + 30.0, rect.bottom() + 6.0), vec2(wide, 22.0));
    painter.rect_filled(pill, radius::CONTROL, p.accent);
    crate::widgets::line::line_center(&painter, pill.center(), wide, what);
}

fn shifted(day: NaiveDate, by: i64) -> NaiveDate {
    Period::Day.later(day, by).unwrap_or(day)
}
