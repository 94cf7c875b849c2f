//! Rows that a person puts in order: by dragging one, or a step at a time.

use eframe::egui::{CursorIcon, Id, Rect, Response, Stroke, Ui, pos2, vec2};
use satchel_core::{Command, DocId, Value};
use tr::tr;

use crate::{
    design::{icons, palette, size},
    shell::Context,
    widgets::button::icon_button_at,
};

/// How wide the room is that the buttons of a row take, left of its arrow.
pub const STEPS: f32 = 64.0;

#[derive(Default)]
pub struct Order {
    dragged: Option<DocId>,
    /// The rows as far as they are drawn in this frame.
    rows: Vec<(DocId, Rect)>,
    moved: Option<Move>,
}

/// A row that goes before another, or behind all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Move {
    pub id: DocId,
    pub before: Option<DocId>,
}

impl Order {
    /// A row that was drawn; adds the buttons that move it. `ids` are all rows in their order.
    pub fn row(&mut self, ui: &mut Ui, response: &Response, ids: &[DocId], at: usize, name: &str) {
        let id = ids[at];
        self.rows.push((id, response.rect));
        if response.drag_started() {
            self.dragged = Some(id);
        }
        let mut step = |right: f32, icon, name: &str, before: Option<DocId>| {
            let centre = pos2(response.rect.right() - right, response.rect.center().y);
            let square = Rect::from_center_size(centre, vec2(24.0, 24.0));
            let button = Id::unique(("step", id, right as u32));
            if icon_button_at(ui, square, button, icon, name, size::ICON_SMALL).clicked() {
                self.moved = Some(Move { id, before });
            }
        };
        if at > 0 {
            step(74.0, icons::ARROW_UP, &tr!("Move {} up", name), Some(ids[at - 1]));
        }
        if at + 1 < ids.len() {
            step(50.0, icons::ARROW_DOWN, &tr!("Move {} down", name), ids.get(at + 2).copied());
        }
    }

    /// After the rows: the line where the dragged one will go, and what a person moved.
    pub fn finish(&mut self, ui: &Ui) -> Option<Move> {
        let rows = std::mem::take(&mut self.rows);
        let dropped = self.dragged.and_then(|dragged| self.drag(ui, dragged, &rows));
        self.moved.take().or(dropped)
    }

    fn drag(&mut self, ui: &Ui, dragged: DocId, rows: &[(DocId, Rect)]) -> Option<Move> {
        let Some(pointer) = ui.input(|i| i.pointer.interact_pos()) else {
            self.dragged = None;
            return None;
        };
        let own = rows.iter().position(|(id, _)| *id == dragged)?;
        let at = rows.iter().take_while(|(_, rect)| rect.center().y < pointer.y).count();
        let moves = at != own && at != own + 1;
        let y = rows.get(at).map(|(_, rect)| rect.top()).or(rows.last().map(|(_, rect)| rect.bottom()));
        if let (true, Some(y)) = (moves, y) {
            ui.painter().hline(rows[own].1.x_range(), y, Stroke::new(2.0, palette(ui).accent));
        }
        if ui.input(|i| i.pointer.any_down()) {
            ui.ctx().set_cursor_icon(CursorIcon::Grabbing);
            return None;
        }
        self.dragged = None;
        moves.then(|| Move { id: dragged, before: rows.get(at).map(|(id, _)| *id) })
    }
}

/// How far apart the numbers of an order are, so that one may come between two.
const APART: i64 = 10;

/// Gives a row that was moved its place among all, which are given in their order with their numbers: one between its
/// neighbours' where there is room, else all are numbered anew.
pub fn arrange(cx: &mut Context, all: &[(DocId, i64)], Move { id, before }: Move) {
    let mut order: Vec<(DocId, i64)> = all.iter().copied().filter(|(other, _)| *other != id).collect();
    let at = order.iter().position(|(other, _)| Some(*other) == before).unwrap_or(order.len());
    let low = at.checked_sub(1).map_or(0, |at| order[at].1);
    let high = order.get(at).map_or(low.saturating_add(2 * APART), |(_, number)| *number);
    order.insert(at, (id, 0));
    let between = (high.saturating_sub(low) > 1).then(|| (id, low + (high - low) / 2));
    let anew = order.iter().zip(1..).map(|((id, _), place)| (*id, APART * place));
    let numbers: Vec<(DocId, i64)> = match between {
        Some(one) => vec![one],
        None => anew.collect(),
    };
    let set = |(id, sequence): (DocId, i64)| Command::Set {
        id,
        fields: vec![("sequence".to_owned(), Value::Int(sequence))],
        seen: None,
    };
    let commands = numbers.into_iter().map(set).collect();
    cx.execute(Command::Together { label: format!("{} moved", cx.records.name(id)), commands });
}
