//! The board by keyboard: arrows move the focus, Shift and arrows move the card.

use eframe::egui::{EventFilter, Key, Modifiers, Ui};
use satchel_core::{
    Command, DocId,
    query::board::{Column, ColumnKey},
    record::WonStatus,
};

use super::{Board, column::card_id};
use crate::shell::{Action, Context, Hand, UiCommand};

impl Board {
    /// Keys while a card has the focus.
    pub(super) fn keys(&mut self, ui: &Ui, cx: &mut Context, column: &Column, id: DocId) {
        let arrows = EventFilter { horizontal_arrows: true, vertical_arrows: true, ..Default::default() };
        ui.memory_mut(|m| m.set_focus_lock_filter(card_id(&column.key, id), arrows));
        *cx.hand = Hand::one(id);
        let pressed = |modifiers, key| ui.input_mut(|i| i.consume_key(modifiers, key));
        if pressed(Modifiers::SHIFT, Key::ArrowRight) || UiCommand::MoveOn.pressed(ui.ctx()) {
            self.step(cx, column, id, 1);
        } else if pressed(Modifiers::SHIFT, Key::ArrowLeft) {
            self.step(cx, column, id, -1);
        } else if UiCommand::Won.pressed(ui.ctx()) && cx.won_status(id) != WonStatus::Won {
            cx.execute(Command::MarkWon { ids: vec![id] });
            self.follow = Some((id, true));
        } else if UiCommand::Lost.pressed(ui.ctx()) && cx.won_status(id) == WonStatus::Pending {
            cx.actions.push(Action::AskLost(vec![id]));
        } else {
            let moves =
                [(Key::ArrowDown, 0, 1), (Key::ArrowUp, 0, -1), (Key::ArrowRight, 1, 0), (Key::ArrowLeft, -1, 0)];
            for (key, across, along) in moves {
                if pressed(Modifiers::NONE, key) {
                    self.wants = Some((id, across, along));
                }
            }
        }
    }

    /// Moves the card by so many columns, as far as there are some; behind the last stage lies Lost.
    fn step(&mut self, cx: &mut Context, column: &Column, id: DocId, by: isize) {
        let from = self.order.iter().position(|key| *key == column.key);
        let Some(to) = from.and_then(|at| at.checked_add_signed(by)).and_then(|at| self.order.get(at)).cloned() else {
            return;
        };
        // What is won is not lost by a key too many.
        if to == ColumnKey::Lost && cx.won_status(id) != WonStatus::Pending {
            return;
        }
        if self.bring(cx, id, &column.key, &to, None) {
            self.follow = Some((id, true));
        }
    }

    /// Moves the focus to the neighbour of a card: within its column, or at the same height of the next one with cards.
    pub(super) fn move_focus(&mut self, columns: &[Column]) {
        let Some((id, across, along)) = self.wants.take() else { return };
        let open: Vec<&Column> = columns.iter().filter(|c| !self.is_folded(c) && !c.cards.is_empty()).collect();
        let at = open
            .iter()
            .enumerate()
            .find_map(|(c, column)| column.cards.iter().position(|card| *card == id).map(|i| (c, i)));
        let Some((c, i)) = at else { return };
        let Some(column) = c.checked_add_signed(across).and_then(|c| open.get(c)) else { return };
        let i = match along {
            0 => i.min(column.cards.len() - 1),
            by => match i.checked_add_signed(by).filter(|i| *i < column.cards.len()) {
                Some(i) => i,
                None => return,
            },
        };
        self.follow = Some((column.cards[i], true));
    }
}
