//! The pivot as a table: rows and rows within them, columns, totals. Every cell opens its records.

use eframe::egui::{
    CursorIcon, EventFilter, Id, Key, Modifiers, Rect, Role, ScrollArea, Sense, Stroke, Ui, UiBuilder, WidgetInfo,
    pos2, vec2,
};
use satchel_core::query::{Query, pivot::Cell};
use tr::tr;

use super::{Answered, words::written};
use crate::{
    design::{Type, palette, radius, type_scale},
    shell::Context,
    views::format,
    widgets::{Line, line, line::focus_ring, line_right},
};

#[derive(Default)]
pub struct Table {
    offset: eframe::egui::Vec2,
    /// The cell that is to get the focus once it is in sight.
    follow: Option<(usize, usize)>,
}

/// What a cell is one of.
struct Drawn<'a> {
    rows: usize,
    across: usize,
    answered: &'a Answered,
    currency: &'a str,
}

const ROW: f32 = 28.0;
const HEAD: f32 = 32.0;
const NAMES: f32 = 240.0;
const CELL: f32 = 116.0;

impl Table {
    pub fn show(&mut self, ui: &mut Ui, cx: &Context, area: Rect, answered: &Answered) -> Option<Query> {
        let p = palette(ui);
        let pivot = &answered.pivot;
        let currency = format::currency(cx.records).to_owned();
        let names = NAMES.min(area.width() * 0.34);
        let across = pivot.columns.len() + 1;
        let cell = ((area.width() - names) / across as f32).clamp(CELL, 190.0);
        let rows = pivot.rows.len();
        let of_all = Drawn { rows, across, answered, currency: &currency };
        let whole = vec2(cell * across as f32, ROW * rows as f32);
        let high = (area.height() - HEAD - ROW)
            .min(whole.y + if CELL * across as f32 > area.width() - names { 10.0 } else { 0.0 });
        let body = Rect::from_min_size(
            pos2(area.left() + names, area.top() + HEAD),
            vec2((area.width() - names).min(whole.x + 10.0), high),
        );
        let right = body.right();
        let mut scroll = ScrollArea::both().id_salt("pivot").auto_shrink(false);
        if let Some((row, column)) = self.follow {
            let to = |from: f32, at: f32, size: f32, room: f32| from.min(at).max(at + size - room).max(0.0);
            scroll = scroll.scroll_offset(vec2(
                to(self.offset.x, cell * column as f32, cell, body.width() - 12.0),
                to(self.offset.y, ROW * row as f32, ROW, body.height() - 12.0),
            ));
        }
        let mut chosen = None;
        let mut child = ui.new_child(UiBuilder::new().max_rect(body).id_salt("pivot body"));
        let output = scroll.show_viewport(&mut child, |ui, viewport| {
            ui.set_min_size(whole);
            let corner = body.min - viewport.min.to_vec2();
            let from = ((viewport.top() / ROW) as usize).min(rows);
            let to = ((viewport.bottom() / ROW).ceil() as usize).min(rows);
            for row in from..to {
                let of = &pivot.rows[row];
                for column in 0..across {
                    let rect = Rect::from_min_size(
                        pos2(corner.x + cell * column as f32, corner.y + ROW * row as f32),
                        vec2(cell, ROW),
                    );
                    if !rect.intersects(body) {
                        continue;
                    }
                    let amount = of.cells.get(column).unwrap_or(&of.total);
                    let is_strong = of.is_outer() && (column + 1 == across || pivot.row_groups.len() > 1);
                    if self.cell(ui, (row, column), rect, amount, is_strong, &of_all) {
                        chosen = Some(pivot.drill(Some(row), (column + 1 < across).then_some(column)));
                    }
                }
            }
        });
        self.offset = output.state.clamped_offset();
        // What stands still: the heads of the columns, the names of the rows, the totals.
        let heads = ui
            .painter()
            .with_clip_rect(Rect::from_min_max(pos2(body.left(), area.top()), pos2(right, area.top() + HEAD)));
        for column in 0..across {
            let x = body.left() - self.offset.x + cell * (column + 1) as f32 - 10.0;
            let total = tr!("Total");
            let words = answered.columns.get(column).unwrap_or(&total);
            let style = type_scale::SECONDARY.medium();
            line_right(&heads, pos2(x, area.top() + HEAD / 2.0), cell - 16.0, Line::new(words, style, p.text2));
        }
        ui.painter().hline(area.left()..=right, area.top() + HEAD, Stroke::new(1.0, p.line2));
        let left = Rect::from_min_max(pos2(area.left(), body.top()), pos2(body.left(), body.bottom()));
        let painter = ui.painter().with_clip_rect(left);
        for (row, of) in pivot.rows.iter().enumerate() {
            let y = body.top() - self.offset.y + ROW * (row as f32 + 0.5);
            if y < left.top() - ROW || y > left.bottom() + ROW {
                continue;
            }
            let indent = if of.is_outer() { 4.0 } else { 22.0 };
            let style = if of.is_outer() { type_scale::BODY.medium() } else { type_scale::BODY };
            let color = if of.is_outer() { p.text } else { p.text2 };
            let at = pos2(left.left() + indent, y);
            line(&painter, at, names - indent - 8.0, Line::new(&answered.rows[row], style, color));
            painter.hline(left.x_range(), y + ROW / 2.0 - 0.5, Stroke::new(1.0, p.line));
        }
        let foot = Rect::from_min_max(pos2(area.left(), body.bottom()), pos2(right, body.bottom() + ROW));
        ui.painter().hline(foot.x_range(), foot.top(), Stroke::new(1.0, p.line2));
        let total = tr!("Total");
        let at = pos2(foot.left() + 4.0, foot.center().y);
        line(ui.painter(), at, names, Line::new(&total, type_scale::CARD_TITLE, p.text));
        let clip = Rect::from_min_max(pos2(body.left(), foot.top()), foot.max);
        let mut child = ui.new_child(UiBuilder::new().max_rect(clip).id_salt("pivot totals"));
        child.set_clip_rect(clip.intersect(ui.clip_rect()));
        for column in 0..across {
            let rect = Rect::from_min_size(
                pos2(body.left() - self.offset.x + cell * column as f32, foot.top()),
                vec2(cell, ROW),
            );
            if !rect.intersects(clip) {
                continue;
            }
            let amount = pivot.totals.get(column).unwrap_or(&pivot.total);
            if self.cell(&mut child, (rows, column), rect, amount, true, &of_all) {
                chosen = Some(pivot.drill(None, (column + 1 < across).then_some(column)));
            }
        }
        chosen
    }

    /// One number. True when it is to be opened.
    fn cell(&mut self, ui: &mut Ui, at: (usize, usize), rect: Rect, cell: &Cell, strong: bool, of: &Drawn) -> bool {
        let Drawn { rows, across, answered, currency } = of;
        let (rows, across) = (*rows, *across);
        let name = said(answered, Some(at.0).filter(|row| *row < rows), at.1);
        let p = palette(ui);
        let is_there = cell.count > 0;
        let response = ui.interact(rect, Id::unique(("pivot cell", at)), Sense::click());
        let text = if is_there { written(&answered.pivot, cell, currency) } else { String::new() };
        let told = if is_there { &text } else { "–" };
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("{name}: {told}")));
        if response.hovered() && is_there {
            ui.painter().rect_filled(rect.shrink(1.0), radius::MARK, p.hover);
        }
        if at.0 < rows {
            ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, Stroke::new(1.0, p.line));
        }
        let style: Type = if strong { type_scale::BODY.medium() } else { type_scale::BODY };
        let end = pos2(rect.right() - 10.0, rect.center().y);
        line_right(ui.painter(), end, rect.width() - 14.0, Line::new(&text, style, p.text));
        if self.follow == Some(at) {
            self.follow = None;
            response.request_focus();
        }
        if response.has_focus() {
            focus_ring(ui.painter(), rect.shrink(1.0), radius::MARK, p);
            let arrows = EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
            ui.memory_mut(|m| m.set_focus_lock_filter(response.id, arrows));
            let (row, column) = at;
            for (key, to) in [
                (Key::ArrowUp, row.checked_sub(1).map(|row| (row, column))),
                (Key::ArrowDown, Some((row + 1, column)).filter(|_| row < rows)),
                (Key::ArrowLeft, column.checked_sub(1).map(|column| (row, column))),
                (Key::ArrowRight, Some((row, column + 1)).filter(|_| column + 1 < across)),
            ] {
                if ui.input_mut(|i| i.consume_key(Modifiers::NONE, key)) && to.is_some() {
                    self.follow = to;
                    ui.ctx().request_repaint();
                }
            }
        }
        let cursor = if is_there { CursorIcon::PointingHand } else { CursorIcon::Default };
        response.on_hover_cursor(cursor).clicked() && is_there
    }
}

/// `West, Vicki Laflamme, Qualified`
fn said(answered: &Answered, row: Option<usize>, column: usize) -> String {
    let pivot = &answered.pivot;
    let mut parts: Vec<String> = Vec::new();
    match row {
        Some(row) => {
            if !pivot.rows[row].is_outer() {
                let outer = (0..row).rev().find(|at| pivot.rows[*at].is_outer());
                parts.extend(outer.map(|at| answered.rows[at].clone()));
            }
            parts.push(answered.rows[row].clone());
        }
        None => parts.push(tr!("Total")),
    }
    parts.push(answered.columns.get(column).cloned().unwrap_or_else(|| tr!("Total")));
    parts.join(", ")
}
