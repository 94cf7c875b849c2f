//! A card on its way to another column.

use eframe::egui::{Context, Id, LayerId, Order, Pos2, Rect, Vec2, pos2, vec2};
use satchel_core::{DocId, Money, query::board::ColumnKey};

use super::face::{self, Face, Look};
use crate::{
    design::{Palette, radius, tokens::motion, type_scale},
    shell::Reply,
    widgets::{Line, line::line_center},
};

/// A card under the pointer.
pub struct Drag {
    pub card: DocId,
    /// The column it comes from.
    pub from: ColumnKey,
    /// From the card's corner to where it was grabbed.
    pub grip: Vec2,
    pub size: Vec2,
    pub amount: Money,
    /// The column under the pointer.
    pub over: Option<ColumnKey>,
}

impl Drag {
    /// Where dropping it would change something.
    pub fn target(&self) -> Option<&ColumnKey> {
        self.over.as_ref().filter(|over| **over != self.from)
    }

    pub fn rect(&self, pointer: Pos2) -> Rect {
        Rect::from_min_size(pointer - self.grip, self.size)
    }
}

/// A card that was dropped: drawn where it goes until the workspace has moved it.
pub struct Settling {
    pub card: DocId,
    pub to: ColumnKey,
    pub from_rect: Rect,
    /// Where its place in the column was last drawn.
    pub place: Option<Rect>,
    pub since: f64,
    /// The revision it was dropped at; a later one has it in its new place.
    pub revision: u64,
    /// What became of the move; a refused one goes back at once.
    pub reply: Reply,
}

impl Settling {
    pub fn is_over(&self, now: f64, revision: u64, reduced_motion: bool) -> bool {
        let moved = reduced_motion || now - self.since >= f64::from(motion::SETTLE);
        // What changes nothing never changes the revision: give up after a while.
        (moved && revision != self.revision) || now - self.since > 2.0
    }

    pub fn rect(&self, now: f64, reduced_motion: bool) -> Rect {
        let Some(place) = self.place else { return self.from_rect };
        let t = ((now - self.since) as f32 / motion::SETTLE).clamp(0.0, 1.0);
        let eased = if reduced_motion { 1.0 } else { 1.0 - (1.0 - t).powi(3) };
        let corner = self.from_rect.min + (place.min - self.from_rect.min) * eased;
        Rect::from_min_size(corner, place.size())
    }
}

/// Paints a card above everything else, and below it in words what dropping it does.
pub fn paint_above(ctx: &Context, rect: Rect, face: &Face, words: Option<&str>, p: &Palette) {
    let painter = ctx.layer_painter(LayerId::new(Order::Tooltip, Id::unique("dragged card")));
    let look = Look { dragged: words.is_some(), ..Look::default() };
    face::paint(&painter, rect, face, look, p);
    let Some(words) = words else { return };
    let what = Line::new(words, type_scale::CAPTION, p.onaccent);
    let width = what.layout(&painter, f32::INFINITY).size().x + 16.0;
    let center = pos2(rect.right() - 0.2 * rect.width(), rect.bottom() + 18.0);
    let screen = ctx.content_rect().shrink(8.0);
    let half = vec2(width, 22.0) / 2.0;
    let center = center.clamp(screen.min + half, screen.max - half);
    painter.rect_filled(Rect::from_center_size(center, 2.0 * half), radius::CONTROL, p.accent);
    line_center(&painter, center, width, what);
}
