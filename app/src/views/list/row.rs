//! One record's row: its check box, its mark, its cells.

use eframe::egui::{
    CursorIcon, Id, Popup, Rect, Response, Sense, Ui, UiBuilder, WidgetInfo, accesskit::Role, pos2, vec2,
};
use satchel_core::DocId;
use tr::tr;

use super::{ListView, draw::Places, edit};
use crate::{
    design::{Palette, palette, radius},
    shell::{Context, Hand, UiCommand},
    views::{format, mass},
    widgets::{check, line::focus_ring},
};

impl ListView {
    #[expect(clippy::too_many_arguments)]
    pub(super) fn record(
        &mut self,
        ui: &mut Ui,
        cx: &mut Context,
        at: usize,
        id: DocId,
        head: u32,
        row: Rect,
        places: &Places,
        follow: bool,
    ) {
        let p = palette(ui);
        let Some(shown) = self.row(cx, id) else { return };
        let selected = self.selection.has(id);
        let key = Id::unique(("row", self.listing, id, head));
        let hover = ui.interact(row, key, Sense::hover());
        let name = shown.cells.first().map_or("", |c| &c.words).to_owned();
        let pointed = hover.contains_pointer();
        let fill = match (selected, pointed) {
            (true, _) => p.asoft,
            (false, true) => p.hover,
            (false, false) => p.card,
        };
        if fill != p.card {
            ui.painter().rect_filled(row, 0, fill);
        }
        ui.painter().hline(row.x_range(), row.bottom() - 0.5, (1.0, p.line));
        for column in (0..self.columns.len()).rev() {
            let cell = self.place(places, column, row);
            let clip = if column == 0 { row } else { Self::scrolled(places, row) };
            if !cell.intersects(clip) {
                continue;
            }
            let mut child = ui.new_child(UiBuilder::new().max_rect(cell).id_salt(("cell", id, head, column)));
            child.set_clip_rect(clip.intersect(ui.clip_rect()));
            self.cell(&mut child, cx, at, id, column, cell, key, &shown, follow);
        }
        let y = row.center().y;
        let place = Rect::from_center_size(pos2(row.left() + 22.0, y), vec2(24.0, 24.0));
        let state = if selected { check::State::On } else { check::State::Off };
        let words = tr!("Select {}", name);
        let checked = check::show_at(ui, place, key.with("check"), state, &words, Sense::CLICK);
        if checked.clicked() {
            match ui.input(|i| i.modifiers.shift) {
                true => self.selection.extend_to(&self.lines, id),
                false => self.selection.toggle(id),
            }
            self.cursor.0 = at;
        }
        let mark = Rect::from_center_size(pos2(row.left() + 54.0, y), vec2(24.0, 24.0));
        shown.marks.paint(ui.painter(), mark, p);
        if let Some(words) = shown.marks.words() {
            let response = ui.interact(mark, key.with("mark"), Sense::hover());
            response.widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("{name}: {words}")));
            response.on_hover_text(format::capital(&words));
        }
    }

    #[expect(clippy::too_many_arguments)]
    fn cell(
        &mut self,
        ui: &mut Ui,
        cx: &mut Context,
        at: usize,
        id: DocId,
        column: usize,
        cell: Rect,
        key: Id,
        shown: &super::Row,
        follow: bool,
    ) {
        let p = palette(ui);
        let field = &self.columns[column].field;
        let label = crate::locale::text(&field.label);
        let focus = key.with(&*field.name);
        let here = self.cursor == (at, column);
        // Only the cursor's cell is a stop of the Tab key.
        let response = ui.interact(cell, focus, if here { Sense::click() } else { Sense::CLICK });
        let Some(content) = shown.cells.get(column) else { return };
        let title = shown.cells.first().map_or("", |c| &c.words);
        response.widget_info(|| match column {
            0 => WidgetInfo::labeled(Role::Link, true, title),
            _ => WidgetInfo::labeled(
                Role::Cell,
                true,
                tr!("{field} of {record}: {value}", field = label, record = title, value = content.words),
            ),
        });
        content.paint(ui.painter(), cell, column == 0 && response.hovered(), p);
        if here && follow && self.editing.is_none() {
            response.request_focus();
        }
        if response.has_focus() && !UiCommand::is_covered(ui.ctx()) {
            focus_box(ui, cell, p);
            if self.selection.is_empty() {
                *cx.hand = Hand::one(id);
            }
            self.keys(ui, cx, focus, at, column);
        }
        let response = if column == 0 { response.on_hover_cursor(CursorIcon::PointingHand) } else { response };
        self.clicked(ui, cx, at, id, column, cell, &response);
    }

    #[expect(clippy::too_many_arguments)]
    fn clicked(
        &mut self,
        ui: &Ui,
        cx: &mut Context,
        at: usize,
        id: DocId,
        column: usize,
        cell: Rect,
        response: &Response,
    ) {
        if response.double_clicked() && column > 0 {
            return self.edit(cx, at, column);
        }
        if response.clicked() {
            let modifiers = ui.input(|i| i.modifiers);
            self.cursor = (at, column);
            if modifiers.shift {
                self.selection.extend_to(&self.lines, id);
            } else if modifiers.command {
                self.selection.toggle(id);
            } else if column == 0 {
                self.open(cx, id);
            } else if self.columns[column].field.name == "priority" {
                self.rate(cx, id, cell, response);
            } else {
                self.follow = true;
            }
        }
        if response.secondary_clicked() {
            self.cursor = (at, column);
        }
        let chosen = if self.selection.has(id) {
            Hand { ids: self.selection.ordered(&self.arranged.ids), selected: true }
        } else {
            Hand::one(id)
        };
        Popup::context_menu(response).show(|ui| mass::menu(ui, cx, &chosen));
    }

    /// Stars are given by a click: the n-th gives n, once more takes it back.
    fn rate(&mut self, cx: &mut Context, id: DocId, cell: Rect, response: &Response) {
        let Some(at) = response.interact_pointer_pos() else { return };
        let Some(now) = cx.records.opportunities.get(&id).map(|o| o.priority) else { return };
        let nth = (((at.x - cell.left()) / 15.0).floor() as i64 + 1).clamp(1, 3);
        edit::rate(cx, id, if now == nth { nth - 1 } else { nth });
    }
}

fn focus_box(ui: &Ui, cell: Rect, p: &Palette) {
    focus_ring(ui.painter(), cell.expand2(vec2(6.0, -3.0)).intersect(ui.clip_rect()), radius::CHIP, p);
}
