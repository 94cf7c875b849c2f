//! The cell that is being edited belongs to its record and its field: it goes where the record goes, stays at the edge when
//! its row is scrolled away or no longer listed, and is gone once it is taken or given up.

use eframe::egui::{Rect, Ui, UiBuilder, pos2, vec2};
use satchel_core::Records;

use super::{
    ListView,
    draw::Places,
    edit::{self, After, Editing},
};
use crate::{
    design::{palette, size, type_scale},
    shell::Context,
    widgets::{Line as Text, line},
};

/// How wide a cell is taken to be whose column is gone.
const WIDE: f32 = 170.0;

impl ListView {
    /// Begins to edit a cell, or does what editing means for it.
    pub(super) fn edit(&mut self, cx: &mut Context, line: usize, column: usize) {
        let (Some(id), Some(field)) = (self.record_at(line), self.columns.get(column).map(|c| c.field.clone())) else {
            return;
        };
        match edit::how(cx.records, id.kind(), &field) {
            edit::How::Typed(def) => match &mut self.editing {
                // What was not taken is seen to first.
                Some(editing) if editing.is_wrong() => editing.resume(),
                _ => {
                    self.cursor = (line, column);
                    self.editing = Some(Editing::new(id, def, line));
                }
            },
            edit::How::Asked(command) => edit::ask(cx, command, id),
            edit::How::Switched => {
                if let Some(record) = cx.records.get(id) {
                    edit::switch(cx, &record, &field.name);
                }
            }
            edit::How::Rated => {
                let stars = cx.records.opportunities.get(&id).map_or(0, |o| o.priority);
                edit::rate(cx, id, (stars + 1) % 4);
            }
            edit::How::Not => {}
        }
    }

    /// The next cell of the row that can be typed into, from a column on.
    fn editable(&self, records: &Records, line: usize, from: usize, by: isize) -> Option<usize> {
        let id = self.record_at(line)?;
        let mut at = from;
        loop {
            at = at.checked_add_signed(by)?;
            let field = &self.columns.get(at)?.field;
            if matches!(edit::how(records, id.kind(), field), edit::How::Typed(_)) {
                return Some(at);
            }
        }
    }

    pub(super) fn editor(&mut self, ui: &mut Ui, cx: &mut Context, body: Rect, places: &Places) {
        let Some(mut editing) = self.editing.take() else { return };
        let column = self.columns.iter().position(|c| *c.field.name == *editing.field.name);
        let is_listed = self.record_at(editing.line) == Some(editing.id);
        let mut child = ui.new_child(UiBuilder::new().max_rect(body).id_salt("editing"));
        child.set_clip_rect(body.intersect(ui.clip_rect()));
        let row = self.row_of(&mut child, cx, body, places, &editing, is_listed);
        let cell = match column {
            Some(at) => self.place(places, at, row),
            None => Rect::from_min_size(Self::scrolled(places, row).min, vec2(WIDE, row.height())),
        };
        match editing.show(&mut child, cx, cell) {
            After::Open => self.editing = Some(editing),
            After::Done => {
                self.follow = ui.memory(|m| m.focused()).is_none();
                ui.ctx().request_repaint();
            }
            After::Next(by) => {
                let next = column.filter(|_| is_listed);
                match next.and_then(|column| self.editable(cx.records, editing.line, column, by)) {
                    Some(column) => self.edit(cx, editing.line, column),
                    None => self.follow = true,
                }
                ui.ctx().request_repaint();
            }
        }
    }

    /// Where the edited row lies; at the edge, under its record's name, if it is out of sight.
    fn row_of(
        &self,
        ui: &mut Ui,
        cx: &Context,
        body: Rect,
        places: &Places,
        editing: &Editing,
        is_listed: bool,
    ) -> Rect {
        let lies = match is_listed {
            true => body.top() + (self.lines.top(editing.line) - f64::from(self.offset.y)) as f32,
            false => body.top(),
        };
        let top = lies.min(body.bottom() - size::LIST_ROW).max(body.top());
        let row = Rect::from_min_size(pos2(body.left(), top), vec2(body.width(), size::LIST_ROW));
        if !is_listed || (lies - top).abs() > size::LIST_ROW / 2.0 {
            let p = palette(ui);
            ui.painter().rect_filled(row, 0, p.asoft);
            ui.painter().hline(row.x_range(), row.bottom() - 0.5, (1.0, p.line2));
            let name = self.place(places, 0, row);
            let text = Text::new(cx.records.name(editing.id), type_scale::VALUE, p.text);
            line(ui.painter(), name.left_center(), name.width(), text);
        }
        row
    }
}
