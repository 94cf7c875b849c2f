//! A month of expected closings; one moved to another day closes then.

use std::{collections::BTreeMap, rc::Rc};

use chrono::{Datelike, Days, Months, NaiveDate};
use eframe::egui::{
    CursorIcon, EventFilter, Id, Key, LayerId, Modifiers, Order, Popup, Pos2, Rect, ScrollArea, Sense, Stroke,
    StrokeKind, Ui, WidgetInfo, accesskit::Role, pos2, vec2,
};
use satchel_core::{
    DocId, Money,
    query::{Asker, Period, Query, forecast},
    record::WonStatus,
};
use tr::tr;

use super::{Totals, opportunities};
use crate::{
    design::{icons, palette, radius, shadow, size, type_scale},
    locale::{self, said},
    shell::{Context, Deed, Hand, Page, UiCommand},
    views::{format, mass},
    widgets::{
        Button, Line,
        dragged::{Fate, fate},
        icon_button, line,
        line::focus_ring,
        line_right,
    },
};

const HEAD: f32 = 28.0;
const DAY: f32 = 24.0;
const CHIP: f32 = 22.0;
const PITCH: f32 = 25.0;

type Closings = BTreeMap<NaiveDate, Closing>;

/// What closes on one day.
#[derive(Default)]
struct Closing {
    ids: Vec<DocId>,
    expected: Money,
}

#[derive(Default)]
pub struct ClosingView {
    /// The first day of the month in sight.
    month: Option<NaiveDate>,
    shown: Rc<Closings>,
    /// Of the month, without the days of others in sight.
    totals: Totals,
    of: Option<(u64, Query, Asker, NaiveDate)>,
    drag: Option<Drag>,
    /// The one that is to get the focus.
    follow: Option<DocId>,
    /// The one that had it last.
    focused: Option<DocId>,
}

struct Drag {
    card: DocId,
    from: NaiveDate,
    over: Option<NaiveDate>,
}

impl ClosingView {
    pub fn ask(&mut self, cx: &mut Context) -> Result<Totals, String> {
        let month = *self.month.get_or_insert(Period::Month.start(cx.today));
        let of = (cx.records.revision, cx.query.clone(), cx.asker(), month);
        if self.of.as_ref() != Some(&of) {
            let (from, to) = span(month);
            let answer = forecast::closings(cx.records, &of.1, &of.2, from, to);
            let known =
                |ids: &[DocId]| ids.iter().filter_map(|id| cx.records.opportunities.get(id)).collect::<Vec<_>>();
            let (mut shown, mut totals) = (Closings::new(), Totals::default());
            for (day, ids) in answer.map_err(|e| said(&e.message()))? {
                let found = known(&ids);
                let expected = found.iter().map(|o| o.expected_revenue).sum();
                if day.month() == month.month() {
                    totals.count += found.len();
                    totals.expected = [totals.expected, expected].into_iter().sum();
                    let probable = found.iter().map(|o| cx.records.prorated_revenue(o));
                    totals.probable = probable.chain([totals.probable]).sum();
                }
                shown.insert(day, Closing { ids, expected });
            }
            (self.shown, self.totals) = (Rc::new(shown), totals);
            self.of = Some(of);
        }
        Ok(self.totals)
    }

    /// The month and how to get to others, laid out from the right.
    pub fn controls(&mut self, ui: &mut Ui, cx: &mut Context) {
        let p = palette(ui);
        let month = self.month.unwrap_or(cx.today);
        ui.spacing_mut().item_spacing.x = 4.0;
        let key = |key| UiCommand::key_pressed(ui.ctx(), key);
        let (later, earlier) = (key(Key::PageDown), key(Key::PageUp));
        if icon_button(ui, icons::RIGHT, &tr!("Next month")).clicked() || later {
            self.month = month.checked_add_months(Months::new(1));
        }
        if icon_button(ui, icons::LEFT, &tr!("Previous month")).clicked() || earlier {
            self.month = month.checked_sub_months(Months::new(1));
        }
        if ui.add(Button::new(&tr!("Today"))).clicked() {
            self.month = Some(Period::Month.start(cx.today));
        }
        ui.add_space(8.0);
        let title = locale::month_year(month);
        ui.label(type_scale::CARD_TITLE.text(title).color(p.text));
    }

    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context) {
        let p = palette(ui);
        let area = ui.available_rect_before_wrap();
        let area = Rect::from_min_max(
            pos2(area.left() + size::VIEW_MARGIN, area.top()),
            pos2(area.right() - size::VIEW_MARGIN, area.bottom() - 16.0),
        );
        ui.painter().rect(area, radius::CARD, p.card, Stroke::new(1.0, p.line), StrokeKind::Outside);
        let month = self.month.unwrap_or(cx.today);
        let (first, last) = span(month);
        let weeks = ((last - first).num_days() + 1) as usize / 7;
        let wide = area.width() / 7.0;
        for (at, name) in
            [tr!("Mon"), tr!("Tue"), tr!("Wed"), tr!("Thu"), tr!("Fri"), tr!("Sat"), tr!("Sun")].iter().enumerate()
        {
            let at = pos2(area.left() + wide * at as f32 + 10.0, area.top() + HEAD / 2.0);
            line(ui.painter(), at, wide, Line::new(name, type_scale::SECONDARY.medium(), p.text3));
        }
        let high = (area.height() - HEAD) / weeks as f32;
        let pointer = ui.input(|i| i.pointer.latest_pos());
        if let Some(drag) = &mut self.drag {
            drag.over = None;
        }
        let shown = Rc::clone(&self.shown);
        for (at, day) in first.iter_days().take(7 * weeks).enumerate() {
            let corner = pos2(area.left() + wide * (at % 7) as f32, area.top() + HEAD + high * (at / 7) as f32);
            let cell = Rect::from_min_size(corner, vec2(wide, high));
            if let (Some(drag), Some(at)) = (&mut self.drag, pointer)
                && cell.contains(at)
            {
                drag.over = Some(day);
            }
            let none = Closing::default();
            let closing = shown.get(&day).unwrap_or(&none);
            self.day(ui, cx, day, day.month() == month.month(), closing, cell, area);
        }
        self.move_drag(ui, cx);
    }

    #[expect(clippy::too_many_arguments)]
    fn day(
        &mut self,
        ui: &mut Ui,
        cx: &mut Context,
        day: NaiveDate,
        within: bool,
        closing: &Closing,
        cell: Rect,
        area: Rect,
    ) {
        let p = palette(ui);
        let over = self.drag.as_ref().is_some_and(|d| d.over == Some(day) && d.from != day);
        let painter = ui.painter();
        let bottom_left = cell.bottom() > area.bottom() - 2.0 && cell.left() < area.left() + 2.0;
        let bottom_right = cell.bottom() > area.bottom() - 2.0 && cell.right() > area.right() - 2.0;
        let corner = eframe::egui::CornerRadius {
            sw: if bottom_left { radius::CARD } else { 0 },
            se: if bottom_right { radius::CARD } else { 0 },
            ..eframe::egui::CornerRadius::ZERO
        };
        if over {
            painter.rect_filled(cell, corner, p.drop);
        } else if !within {
            painter.rect_filled(cell, corner, p.panel);
        }
        painter.hline(cell.x_range(), cell.top() + 0.5, Stroke::new(1.0, p.line));
        if cell.left() > area.left() + 2.0 {
            painter.vline(cell.left() + 0.5, cell.y_range(), Stroke::new(1.0, p.line));
        }
        let y = cell.top() + 14.0;
        let number = day.day().to_string();
        let number = if day.day() == 1 { locale::month_day(day) } else { number };
        if day == cx.today {
            let center = pos2(cell.left() + 17.0, y);
            painter.circle_filled(center, 10.0, p.accent);
            crate::widgets::line::line_center(
                painter,
                center,
                40.0,
                Line::new(&number, type_scale::SECONDARY.strong(), p.onaccent),
            );
        } else {
            let color = if within { p.text } else { p.text3 };
            line(painter, pos2(cell.left() + 10.0, y), 60.0, Line::new(&number, type_scale::SECONDARY, color));
        }
        let ids = closing.ids.as_slice();
        if !ids.is_empty() {
            let sum = format::money_round(closing.expected, format::currency(cx.records));
            line_right(
                painter,
                pos2(cell.right() - 8.0, y),
                cell.width() - 50.0,
                Line::new(&sum, type_scale::TAG, p.text3),
            );
            let said = tr!(
                "{day}: {count}, {sum} expected",
                day = format::full_day(day),
                count = opportunities(ids.len()),
                sum
            );
            let head = Rect::from_min_size(cell.min, vec2(cell.width(), DAY));
            let response = ui.interact(head, Id::unique(("closing day", day)), Sense::hover());
            response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &said));
        }
        if over {
            painter.rect_stroke(cell, 0, Stroke::new(1.5, p.accent), StrokeKind::Inside);
        }
        let room = ((cell.height() - DAY - 4.0) / PITCH).floor().max(1.0) as usize;
        let fits = if ids.len() > room { room.saturating_sub(1) } else { ids.len() };
        // The one that has the focus, or gets it, is never hidden behind "more".
        let (front, behind) = ids.split_at(fits);
        let kept = self.follow.or(self.focused).filter(|kept| fits > 0 && behind.contains(kept));
        let in_sight = |at: usize| kept.filter(|_| at + 1 == fits).unwrap_or(front[at]);
        let place = |at: usize| {
            let top = cell.top() + DAY + PITCH * at as f32;
            Rect::from_min_max(pos2(cell.left() + 6.0, top), pos2(cell.right() - 5.0, top + CHIP))
        };
        for at in 0..fits {
            self.chip(ui, cx, in_sight(at), day, place(at));
        }
        if !behind.is_empty() {
            let last = front.last().filter(|_| kept.is_some());
            self.more(ui, cx, day, behind, kept.zip(last.copied()), place(fits));
        }
    }

    /// Those that have no room, in a list; one of them may have changed places with one that had.
    fn more(
        &mut self,
        ui: &mut Ui,
        cx: &mut Context,
        day: NaiveDate,
        rest: &[DocId],
        changed: Option<(DocId, DocId)>,
        place: Rect,
    ) {
        let p = palette(ui);
        let response = ui.interact(place, Id::unique(("more closings", day)), Sense::click());
        let words = tr!("{} more", rest.len());
        response.widget_info(|| {
            WidgetInfo::labeled(Role::Button, true, {
                tr!("{count} more on {day}", count = rest.len(), day = format::full_day(day))
            })
        });
        if response.hovered() {
            ui.painter().rect_filled(place, radius::CHIP, p.hover);
        }
        line(
            ui.painter(),
            place.left_center() + vec2(7.0, 0.0),
            place.width(),
            Line::new(&words, type_scale::TAG, p.text2),
        );
        if response.has_focus() {
            focus_ring(ui.painter(), place, radius::CHIP, p);
        }
        let response = response.on_hover_cursor(CursorIcon::PointingHand);
        Popup::menu(&response).gap(2.0).width(280.0).show(|ui| {
            ui.spacing_mut().item_spacing.y = 3.0;
            ScrollArea::vertical().max_height(320.0).show(ui, |ui| {
                for id in rest {
                    let id = changed.filter(|(from, _)| from == id).map_or(*id, |(_, to)| to);
                    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), CHIP), Sense::hover());
                    self.chip(ui, cx, id, day, rect);
                }
            });
        });
    }

    /// One closing: outlined, with its amount.
    fn chip(&mut self, ui: &mut Ui, cx: &mut Context, id: DocId, day: NaiveDate, rect: Rect) {
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

    fn move_drag(&mut self, ui: &mut Ui, cx: &mut Context) {
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

/// The first and the last day of the weeks of a month.
fn span(month: NaiveDate) -> (NaiveDate, NaiveDate) {
    let from = Period::Week.start(month);
    let end = month.checked_add_months(Months::new(1)).and_then(|m| m.checked_sub_days(Days::new(1))).unwrap_or(month);
    let to = Period::Week.start(end).checked_add_days(Days::new(6)).unwrap_or(end);
    (from, to)
}

fn shifted(day: NaiveDate, by: i64) -> NaiveDate {
    Period::Day.later(day, by).unwrap_or(day)
}
