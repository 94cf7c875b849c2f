//! The forecast: columns by month of expected closing; a card moved to another month closes on that month's last day.

use std::{collections::HashMap, rc::Rc};

use chrono::NaiveDate;
use eframe::egui::{
    CursorIcon, EventFilter, Id, Key, Modifiers, Rect, ScrollArea, Sense, Stroke, StrokeKind, Ui, UiBuilder, Vec2,
    WidgetInfo,
    accesskit::Role,
    containers::scroll_area::{DragScroll, ScrollSource},
    pos2, vec2,
};
use satchel_core::{
    DocId,
    query::{
        Asker, Period, Query,
        forecast::{self, Forecast, ForecastColumn, Span},
    },
};
use tr::tr;

use super::{Totals, opportunities};
use crate::{
    design::{icons, palette, radius, size, type_scale},
    locale::{self, said},
    shell::{Context, Deed, Hand, Page},
    views::{
        board::{
            drag::paint_above,
            face::{self, Look},
            faces::Faces,
        },
        format, mass,
    },
    widgets::{
        Button, Line, dashes,
        dragged::{Fate, fate},
        icon_button, line, line_right,
    },
};

const PITCH: f32 = size::CARD + size::CARD_GAP;
const HEAD: f32 = 64.0;

#[derive(Default)]
pub struct ForecastView {
    shown: Rc<Forecast>,
    of: Option<(u64, Query, Asker, NaiveDate, usize)>,
    /// So many months away from now.
    away: i64,
    faces: Faces,
    drag: Option<Drag>,
    /// The card that is to get the focus, and whether its column has to be scrolled to it first.
    follow: Option<(DocId, bool)>,
    offsets: HashMap<Span, f32>,
}

struct Drag {
    card: DocId,
    from: Span,
    grip: Vec2,
    size: Vec2,
    over: Option<Span>,
}

impl ForecastView {
    /// Of so many months as have room.
    pub fn ask(&mut self, cx: &mut Context, width: f32) -> Result<Totals, String> {
        let months = ((width - 2.0 * size::VIEW_MARGIN) / (size::COLUMN_MIN + 6.0)).floor().clamp(3.0, 12.0) as usize;
        let asker = cx.asker();
        let from = Period::Month.later(Period::Month.start(cx.today), self.away).unwrap_or(cx.today);
        let of = (cx.records.revision, cx.query.clone(), asker, from, months);
        if self.of.as_ref() != Some(&of) {
            let answer = forecast::forecast(cx.records, &of.1, &of.2, from, months);
            self.shown = Rc::new(answer.map_err(|e| said(&e.message()))?);
            self.of = Some(of);
        }
        let (expected, probable) = (self.shown.expected_revenue, self.shown.prorated_revenue);
        Ok(Totals { count: self.shown.count, expected, probable })
    }

    /// The cards of the column that one lies in.
    pub fn neighbours(&self, id: DocId) -> Vec<DocId> {
        let column = self.shown.columns.iter().find(|c| c.cards.contains(&id));
        column.map_or_else(Vec::new, |c| c.cards.clone())
    }

    /// Back and forth in time, laid out from the right.
    pub fn controls(&mut self, ui: &mut Ui) {
        ui.spacing_mut().item_spacing.x = 4.0;
        if icon_button(ui, icons::RIGHT, &tr!("Later months")).clicked() {
            self.away += 3;
        }
        if icon_button(ui, icons::LEFT, &tr!("Earlier months")).clicked() {
            self.away -= 3;
        }
        if self.away != 0 && ui.add(Button::new(&tr!("This month"))).clicked() {
            self.away = 0;
        }
    }

    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context) {
        let mut area = ui.available_rect_before_wrap();
        area.max.y -= 4.0;
        let height = area.height() - 12.0;
        let shown = Rc::clone(&self.shown);
        let count = shown.columns.len() as f32;
        let gaps = size::COLUMN_GAP * (count - 1.0).max(0.0);
        let room = area.width() - 2.0 * size::VIEW_MARGIN - gaps;
        let width = (room / count.max(1.0)).clamp(size::COLUMN_MIN - 4.0, size::COLUMN_MAX).floor();
        let total = count * width + gaps + 2.0 * size::VIEW_MARGIN;
        if let Some(drag) = &mut self.drag {
            drag.over = None;
        }
        let pointer = ui.input(|i| i.pointer.latest_pos());
        let scroll = ScrollArea::horizontal()
            .id_salt("forecast")
            .auto_shrink(false)
            .scroll_source(ScrollSource { drag: DragScroll::Never, ..ScrollSource::ALL });
        ui.scope_builder(UiBuilder::new().max_rect(area), |ui| {
            scroll.show_viewport(ui, |ui, viewport| {
                ui.set_min_size(vec2(total, height));
                let mut x = area.left() - viewport.left() + size::VIEW_MARGIN;
                for column in &shown.columns {
                    let rect = Rect::from_min_size(pos2(x, area.top()), vec2(width, height));
                    x += width + size::COLUMN_GAP;
                    if let (Some(drag), Some(at)) = (&mut self.drag, pointer)
                        && rect.expand2(vec2(size::COLUMN_GAP / 2.0, 0.0)).contains(at)
                        && column.span.closing().is_some()
                    {
                        drag.over = Some(column.span);
                    }
                    if self.follow.is_some_and(|(card, _)| column.cards.contains(&card)) && !area.contains_rect(rect) {
                        ui.scroll_to_rect(rect, None);
                    }
                    if rect.intersects(area) {
                        self.column(ui, cx, column, rect);
                    }
                }
            })
        });
        self.move_drag(ui, cx);
    }

    fn column(&mut self, ui: &mut Ui, cx: &mut Context, column: &ForecastColumn, rect: Rect) {
        let p = palette(ui);
        let over = self.drag.as_ref().is_some_and(|d| d.over == Some(column.span) && d.from != column.span);
        ui.painter().rect_filled(rect, radius::COLUMN, if over { p.drop } else { p.sunken });
        let title = title(column.span);
        let (left, right) = (rect.left() + 12.0, rect.right() - 12.0);
        let y = rect.top() + 19.0;
        let late = column.span == Span::Before;
        let color = if late { p.late.text } else { p.text };
        let name =
            line(ui.painter(), pos2(left, y), right - left - 40.0, Line::new(&title, type_scale::CARD_TITLE, color));
        let count = format::thousands(column.cards.len() as u64);
        line(ui.painter(), pos2(name.right() + 6.0, y), 60.0, Line::new(&count, type_scale::BODY, p.text3));
        let currency = format::currency(cx.records);
        let expected = format::money_round(column.expected_revenue, currency);
        let probable = tr!("{} probable", format::money_round(column.prorated_revenue, currency));
        let y = rect.top() + 41.0;
        let medium = type_scale::SECONDARY.medium();
        let mut end = line(ui.painter(), pos2(left, y), right - left, Line::new(&expected, medium, p.text)).right();
        if over && let Some(o) = self.drag.as_ref().and_then(|d| cx.records.opportunities.get(&d.card)) {
            let more = format!("+ {}", format::money(o.expected_revenue, currency));
            end = line(ui.painter(), pos2(end + 6.0, y), 120.0, Line::new(&more, medium, p.accent)).right();
        }
        line_right(
            ui.painter(),
            pos2(right, y),
            right - end - 8.0,
            Line::new(&probable, type_scale::SECONDARY, p.text3),
        );
        let said = tr!(
            "{title}: {count}, {expected} expected, {probable}",
            title,
            count = opportunities(column.cards.len()),
            expected,
            probable
        );
        let head = Rect::from_min_max(rect.min, pos2(rect.right(), rect.top() + HEAD - 8.0));
        let head = ui.interact(head, Id::unique(("forecast head", column.span)), Sense::hover());
        head.widget_info(|| WidgetInfo::labeled(Role::Label, true, &said));
        let list = Rect::from_min_max(
            pos2(rect.left() + 8.0, rect.top() + HEAD),
            pos2(rect.right() - 8.0, rect.bottom() - 1.0),
        );
        self.cards(ui, cx, column, &title, list);
        if over {
            ui.painter().rect_stroke(rect, radius::COLUMN, Stroke::new(1.5, p.accent), StrokeKind::Inside);
        }
    }

    fn cards(&mut self, ui: &mut Ui, cx: &mut Context, column: &ForecastColumn, title: &str, list: Rect) {
        let mut area = ScrollArea::vertical()
            .id_salt(("forecast cards", column.span))
            .auto_shrink(false)
            .scroll_source(ScrollSource { drag: DragScroll::Never, ..ScrollSource::ALL });
        if let Some((card, true)) = self.follow
            && let Some(at) = column.cards.iter().position(|id| *id == card)
        {
            let top = at as f32 * PITCH;
            let offset = self.offsets.get(&column.span).copied().unwrap_or(0.0);
            area = area.vertical_scroll_offset(offset.min(top).max(top + PITCH - list.height()).max(0.0));
            self.follow = Some((card, false));
        }
        let with_bar = Rect::from_min_max(list.min, pos2(list.right() + 7.0, list.bottom()));
        let mut clip = list.expand2(vec2(4.0, 0.0));
        clip.min.y -= 2.0;
        let output = ui
            .scope_builder(UiBuilder::new().id_salt(("forecast", column.span)).max_rect(with_bar), |ui| {
                area.show_viewport(ui, |ui, viewport| {
                    ui.set_clip_rect(clip.intersect(ui.clip_rect().expand2(vec2(4.0, 2.0))));
                    ui.set_min_size(vec2(list.width(), (column.cards.len() as f32 * PITCH).max(1.0)));
                    let first = (viewport.top() / PITCH).floor().max(0.0) as usize;
                    let last = ((viewport.bottom() / PITCH).ceil() as usize).min(column.cards.len());
                    for at in first..last {
                        let top = list.top() + (at as f64 * f64::from(PITCH) - f64::from(viewport.top())) as f32;
                        let place = Rect::from_min_size(pos2(list.left(), top), vec2(list.width(), size::CARD));
                        self.card(ui, cx, column, column.cards[at], title, place);
                    }
                })
            })
            .inner;
        self.offsets.insert(column.span, output.state.clamped_offset().y);
    }

    fn card(&mut self, ui: &mut Ui, cx: &mut Context, column: &ForecastColumn, id: DocId, title: &str, place: Rect) {
        let p = palette(ui);
        let response = ui.interact(place, Id::unique(("forecast card", id)), Sense::click_and_drag());
        if self.drag.as_ref().is_some_and(|d| d.card == id) {
            response.widget_info(|| WidgetInfo::labeled(Role::Button, true, tr!("The card being moved")));
            dashes::frame(ui.painter(), place, f32::from(radius::CARD), p.line2);
            return;
        }
        let Some(face) = self.faces.of(cx, id, title) else { return };
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &face.name));
        ui.ctx().accesskit_node_builder(response.id, |node| node.set_description(face.description.as_str()));
        if self.follow.is_some_and(|(card, _)| card == id) {
            response.request_focus();
            self.follow = None;
        }
        let hovered = response.hovered() && self.drag.is_none();
        let look = Look { hovered, focused: response.has_focus(), dragged: false };
        face::paint(ui.painter(), place, &face, look, p);
        if response.has_focus() {
            *cx.hand = Hand::one(id);
            self.keys(ui, cx, column.span, id, response.id);
        }
        if response.drag_started()
            && let Some(at) = response.interact_pointer_pos()
        {
            let press = ui.input(|i| i.pointer.press_origin()).unwrap_or(at);
            let (grip, size) = (press - place.min, place.size());
            self.drag = Some(Drag { card: id, from: column.span, grip, size, over: None });
        }
        if response.clicked() {
            self.follow = Some((id, true));
            cx.open(Page::Opportunity(id));
        }
        response.context_menu(|ui| mass::menu(ui, cx, &Hand::one(id)));
    }

    /// Arrows move the focus, Shift and arrows move the card by months.
    fn keys(&mut self, ui: &Ui, cx: &mut Context, span: Span, id: DocId, focus: Id) {
        let arrows = EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
        ui.memory_mut(|m| m.set_focus_lock_filter(focus, arrows));
        let pressed = |modifiers, key| ui.input_mut(|i| i.consume_key(modifiers, key));
        let columns = Rc::clone(&self.shown);
        let Some(at) = columns.columns.iter().position(|c| c.span == span) else { return };
        for (key, by) in [(Key::ArrowRight, 1), (Key::ArrowLeft, -1)] {
            if pressed(Modifiers::SHIFT, key) {
                let beside = |at: usize| at.checked_add_signed(by).and_then(|at| columns.columns.get(at));
                if let Some(column) = beside(at) {
                    self.move_to(cx, id, column.span);
                }
                return;
            }
            if pressed(Modifiers::NONE, key) {
                let row = columns.columns[at].cards.iter().position(|c| *c == id).unwrap_or(0);
                let mut to = at;
                while let Some(next) = to.checked_add_signed(by).filter(|to| *to < columns.columns.len()) {
                    to = next;
                    if let Some(last) = columns.columns[to].cards.len().checked_sub(1) {
                        self.follow = Some((columns.columns[to].cards[row.min(last)], true));
                        return;
                    }
                }
            }
        }
        for (key, by) in [(Key::ArrowDown, 1), (Key::ArrowUp, -1)] {
            if pressed(Modifiers::NONE, key) {
                let cards = &columns.columns[at].cards;
                let row = cards.iter().position(|c| *c == id).and_then(|row| row.checked_add_signed(by));
                self.follow = row.and_then(|row| cards.get(row)).map(|card| (*card, true)).or(self.follow);
            }
        }
    }

    fn move_to(&mut self, cx: &mut Context, card: DocId, span: Span) {
        if let Some(day) = span.closing() {
            cx.act(&Deed::Closing(day), &[card]);
            self.follow = Some((card, true));
        }
    }

    fn move_drag(&mut self, ui: &mut Ui, cx: &mut Context) {
        let Some(drag) = &self.drag else { return };
        let p = palette(ui);
        ui.ctx().set_cursor_icon(CursorIcon::Grabbing);
        let (card, target) = (drag.card, drag.over.filter(|over| *over != drag.from));
        let words = match target.and_then(Span::closing) {
            None => tr!("Nothing changes"),
            Some(None) => tr!("No expected closing"),
            Some(Some(day)) => tr!("Closes {}", cx.day(day)),
        };
        let rect = ui.input(|i| i.pointer.latest_pos()).map(|at| Rect::from_min_size(at - drag.grip, drag.size));
        if let (Some(rect), Some(face)) = (rect, self.faces.of(cx, card, "")) {
            paint_above(ui.ctx(), rect, &face, Some(&words), p);
        }
        let fate = fate(ui);
        if fate != Fate::Held {
            self.drag = None;
        }
        if let (Fate::Dropped, Some(span)) = (fate, target) {
            self.move_to(cx, card, span);
        }
    }
}

/// `November 2026`
fn title(span: Span) -> String {
    match span {
        Span::Before => tr!("Overdue"),
        Span::Month(first) => locale::month_year(first),
        Span::Later => tr!("Later"),
        Span::NoDate => tr!("No date"),
    }
}
