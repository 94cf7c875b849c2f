//! A card at a place: the ground that what belongs together stands on.

use eframe::egui::{Rect, Stroke, StrokeKind, Ui, Vec2};

use crate::design::{palette, radius};

/// Paints it and returns what lies within its margins.
pub fn at(ui: &Ui, rect: Rect, margin: Vec2) -> Rect {
    let p = palette(ui);
    ui.painter().rect(rect, radius::CARD, p.card, Stroke::new(1.0, p.line), StrokeKind::Inside);
    rect.shrink2(margin)
}
