//! The list by keyboard.

use eframe::egui::{EventFilter, Id, Key, Modifiers, Ui};

use satchel_core::DocId;

use super::{ListView, chooser::Chooser, edit, export::Export, lines::Line};
use crate::shell::{Action, Context, UiCommand};

/// Lines of one page.
const PAGE: isize = 15;

impl ListView {
    /// Commands of the list, wherever the focus is.
    pub(super) fn commands(&mut self, ui: &Ui, cx: &mut Context) {
        if cx.asked(ui, UiCommand::SelectAll) {
            let ids = self.arranged.ids.clone();
            self.selection.toggle_all(&ids);
        }
        if cx.asked(ui, UiCommand::Export) {
            let ids = match self.selection.is_empty() {
                true => self.arranged.ids.clone(),
                false => self.selection.ordered(&self.arranged.ids).to_vec(),
            };
            self.export = Some(Export::new(cx, self.listing, &self.columns, ids));
        }
        if cx.asked(ui, UiCommand::Columns) {
            self.chooser = Some(Chooser::default());
        }
        if cx.asked(ui, UiCommand::Select)
            && let Some(id) = self.record_at(self.cursor.0)
        {
            self.selection.toggle(id);
        }
        if !self.selection.is_empty()
            && self.editing.is_none()
            && ui.input_mut(|i| i.consume_key(Modifiers::NONE, Key::Escape))
        {
            self.selection.clear();
        }
    }

    /// Keys while a cell has the focus.
    pub(super) fn keys(&mut self, ui: &Ui, cx: &mut Context, focus: Id, line: usize, column: usize) {
        let arrows = EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
        ui.memory_mut(|m| m.set_focus_lock_filter(focus, arrows));
        self.cursor = (line, column);
        let pressed = |modifiers, key| ui.input_mut(|i| i.consume_key(modifiers, key));
        let along = |key| match key {
            Key::ArrowDown => 1,
            Key::ArrowUp => -1,
            Key::PageDown => PAGE,
            Key::PageUp => -PAGE,
            Key::Home => -isize::MAX,
            _ => isize::MAX,
        };
        let keys = [Key::ArrowDown, Key::ArrowUp, Key::PageDown, Key::PageUp, Key::Home, Key::End];
        for key in keys {
            if pressed(Modifiers::SHIFT, key) {
                // The first step takes the row one stands on as well.
                if let Some(id) = self.record_at(line).filter(|id| !self.selection.has(*id)) {
                    self.selection.toggle(id);
                }
                self.step(along(key), 0);
                if let Some(id) = self.record_at(self.cursor.0) {
                    self.selection.extend_to(&self.lines, id);
                }
                return;
            }
            if pressed(Modifiers::NONE, key) {
                return self.step(along(key), 0);
            }
        }
        let head = match self.lines.lines.get(line) {
            Some(Line::Head(number)) => Some(*number),
            _ => None,
        };
        if let Some(number) = head {
            if pressed(Modifiers::NONE, Key::ArrowLeft) {
                self.folding = Some((number, Some(true)));
            } else if pressed(Modifiers::NONE, Key::ArrowRight) {
                self.folding = Some((number, Some(false)));
            }
            return;
        }
        if pressed(Modifiers::NONE, Key::ArrowLeft) {
            self.step(0, -1);
        } else if pressed(Modifiers::NONE, Key::ArrowRight) {
            self.step(0, 1);
        } else if pressed(Modifiers::NONE, Key::Space) {
            if let Some(id) = self.record_at(line) {
                self.selection.toggle(id);
            }
        } else if let Some(stars) = self.stars(ui, column) {
            if let Some(id) = self.record_at(line) {
                edit::rate(cx, id, stars);
            }
        } else if cx.asked(ui, UiCommand::Edit) {
            self.edit(cx, line, column);
        } else if pressed(Modifiers::NONE, Key::Enter) {
            match (column, self.record_at(line)) {
                (0, Some(id)) => self.open(cx, id),
                _ => self.edit(cx, line, column),
            }
        }
    }

    /// The number of stars that was pressed, on the cell of the stars.
    fn stars(&self, ui: &Ui, column: usize) -> Option<i64> {
        if self.columns.get(column)?.field.name != "priority" {
            return None;
        }
        let keys = [(Key::Num0, 0), (Key::Num1, 1), (Key::Num2, 2), (Key::Num3, 3)];
        keys.into_iter().find_map(|(key, stars)| ui.input_mut(|i| i.consume_key(Modifiers::NONE, key)).then_some(stars))
    }

    /// A record, or the one that holds it.
    pub(super) fn open(&mut self, cx: &mut Context, id: DocId) {
        // Coming back, the focus is where it was.
        self.follow = true;
        // A sale of another channel is its line; who bought it has a page.
        let customer = |id: &DocId| cx.records.revenue_lines.get(id).map(|line| line.partner);
        let Some(id) = customer(&id).unwrap_or(Some(id)) else { return };
        cx.actions.push(Action::show(cx.records.holder(id).unwrap_or(id)));
    }

    fn step(&mut self, lines: isize, columns: isize) {
        let last = self.lines.len().saturating_sub(1);
        self.cursor.0 = (self.cursor.0 as isize).saturating_add(lines).clamp(0, last as isize) as usize;
        let last = self.columns.len().saturating_sub(1);
        self.cursor.1 = (self.cursor.1 as isize + columns).clamp(0, last as isize) as usize;
        self.follow = true;
    }
}
