//! To-do by keyboard.

use chrono::NaiveDate;
use eframe::egui::{EventFilter, Id, Key, Modifiers, Ui};
use satchel_core::{Command, DocId};

use super::{Line, TodoView, many::Ask};
use crate::{
    shell::{Context, UiCommand},
    views::form::activities::snooze::{self, Wish},
};

impl TodoView {
    /// Keys that count wherever the focus is.
    pub(super) fn commands(&mut self, ui: &Ui, cx: &mut Context) {
        let ctx = ui.ctx();
        for (key, by) in [(Key::J, 1), (Key::K, -1)] {
            if UiCommand::key_pressed(ctx, key) {
                self.step(by);
            }
        }
        if self.done {
            return;
        }
        if cx.asked(ui, UiCommand::SelectAll) {
            let all: Vec<DocId> = self.shown.ids().collect();
            match all.iter().all(|id| self.selected.contains(id)) {
                true => self.selected.clear(),
                false => self.selected.extend(all),
            }
        }
        if cx.asked(ui, UiCommand::Select)
            && let Some(Line::Activity(id)) = self.shown.lines.get(self.cursor)
        {
            self.select(self.cursor, *id, false);
            self.follow = true;
        }
        if self.selected.is_empty() {
            return;
        }
        // With several in hand the same keys are about all of them.
        match snooze::pressed(ui, cx.today) {
            Some(Wish::To(day)) => return self.many.reschedule(cx, &self.chosen(), day),
            Some(Wish::Ask) => return self.many.begin(Ask::Day),
            None => {}
        }
        if UiCommand::key_pressed(ctx, Key::D) {
            self.many.begin(Ask::Feedback);
        } else if UiCommand::key_pressed(ctx, Key::Escape) {
            self.selected.clear();
        }
    }

    fn chosen(&self) -> Vec<DocId> {
        self.shown.ids().filter(|id| self.selected.contains(id)).collect()
    }

    /// Keys of the activity in hand. Returns the day to which it is put off.
    pub(super) fn keys(&mut self, ui: &Ui, cx: &mut Context, id: DocId, menu: Id) -> Option<NaiveDate> {
        match snooze::pressed(ui, cx.today) {
            Some(Wish::To(day)) => return Some(day),
            Some(Wish::Ask) => self.snooze.open(ui, menu),
            None => {}
        }
        if UiCommand::key_pressed(ui.ctx(), Key::D) {
            self.tick(id);
        } else if UiCommand::key_pressed(ui.ctx(), Key::Delete) {
            cx.execute(Command::ActivityCancel { id });
        }
        None
    }

    /// Up and down from the line that has the focus.
    pub(super) fn arrows(&mut self, ui: &Ui, focus: Id) {
        let arrows = EventFilter { vertical_arrows: true, ..EventFilter::default() };
        ui.memory_mut(|m| m.set_focus_lock_filter(focus, arrows));
        let pressed = |key| ui.input_mut(|i| i.consume_key(Modifiers::NONE, key));
        for (key, by) in [(Key::ArrowDown, 1), (Key::ArrowUp, -1), (Key::PageDown, 15), (Key::PageUp, -15)] {
            if !UiCommand::is_covered(ui.ctx()) && pressed(key) {
                self.step(by);
            }
        }
    }

    pub(super) fn step(&mut self, by: isize) {
        let last = self.shown.lines.len().saturating_sub(1) as isize;
        self.cursor = (self.cursor as isize + by).clamp(0, last) as usize;
        self.off_the_heads(by.signum());
        self.follow = true;
    }

    /// Heads, and what is folded under them, are passed over.
    pub(super) fn off_the_heads(&mut self, by: isize) {
        let open = self.open_lines();
        let is_line = |at: usize| open.get(at).copied().unwrap_or(false);
        let onwards = (self.cursor..self.shown.lines.len()).find(|at| is_line(*at));
        let back = (0..=self.cursor).rev().find(|at| is_line(*at));
        let found = if by >= 0 { onwards.or(back) } else { back.or(onwards) };
        self.cursor = found.unwrap_or(0);
        self.at = match self.shown.lines.get(self.cursor) {
            Some(Line::Activity(id)) => Some(*id),
            _ => None,
        };
    }

    /// For every line whether one can stand on it.
    fn open_lines(&self) -> Vec<bool> {
        let mut hidden: Option<usize> = None;
        let each = self.shown.lines.iter().map(|line| match line {
            Line::Head(head) => {
                hidden = hidden.filter(|depth| head.depth > *depth);
                if hidden.is_none() && self.folded.contains(&head.title) {
                    hidden = Some(head.depth);
                }
                false
            }
            _ => hidden.is_none(),
        });
        each.collect()
    }
}
