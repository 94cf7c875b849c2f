//! Check boxes: on, off, or some of what they stand for.

use eframe::egui::{
    CursorIcon, Id, Painter, Pos2, Rect, Response, Sense, Stroke, StrokeKind, Ui, WidgetInfo, accesskit::Role, vec2,
};

use super::line::focus_ring;
use crate::design::{Palette, icons, palette, radius};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Off,
    On,
    /// Not all of them.
    Some,
}

const SIDE: f32 = 16.0;

/// Draws the box in the middle of a place of the caller's; ticking it is the caller's to answer.
pub fn show_at(ui: &Ui, rect: Rect, id: Id, state: State, name: &str, sense: Sense) -> Response {
    let p = palette(ui);
    let response = ui.interact(rect, id, sense);
    let enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::selected(Role::CheckBox, enabled, state == State::On, name));
    paint(ui.painter(), rect.center(), state, response.hovered(), p);
    if response.has_focus() {
        focus_ring(ui.painter(), Rect::from_center_size(rect.center(), vec2(SIDE + 4.0, SIDE + 4.0)), radius::MARK, p);
    }
    response.on_hover_cursor(CursorIcon::PointingHand)
}

pub fn paint(painter: &Painter, center: Pos2, state: State, hovered: bool, p: &Palette) {
    let rect = Rect::from_center_size(center, vec2(SIDE, SIDE));
    if state == State::Off {
        let edge = if hovered { p.accent } else { p.ctl };
        painter.rect(rect, radius::MARK, p.card, Stroke::new(1.0, edge), StrokeKind::Inside);
        return;
    }
    painter.rect_filled(rect, radius::MARK, p.accent);
    match state {
        State::On => _ = icons::paint(painter, icons::CHECK, center, 14.0, p.onaccent),
        _ => _ = painter.hline(center.x - 4.0..=center.x + 4.0, center.y, Stroke::new(2.0, p.onaccent)),
    }
}
