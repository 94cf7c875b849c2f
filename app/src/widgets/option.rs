//! One of a few options, each with a line that explains it.

use eframe::egui::{CursorIcon, Response, Sense, Stroke, StrokeKind, Ui, WidgetInfo, accesskit::Role, pos2, vec2};

use super::line::{Line, focus_ring, line};
use crate::design::{icons, palette, radius, size, type_scale};

/// Draws the option across the width there is; the chosen one is tinted and has a filled tick.
pub fn show(ui: &mut Ui, chosen: bool, title: &str, explanation: &str) -> Response {
    draw(ui, chosen, title, Some(explanation))
}

/// An option that explains itself.
pub fn short(ui: &mut Ui, chosen: bool, title: &str) -> Response {
    draw(ui, chosen, title, None)
}

fn draw(ui: &mut Ui, chosen: bool, title: &str, explanation: Option<&str>) -> Response {
    let p = palette(ui);
    let height = if explanation.is_some() { 52.0 } else { 34.0 };
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::click());
    let enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::selected(Role::RadioButton, enabled, chosen, title));
    let (fill, edge) = match (chosen, response.hovered()) {
        (true, _) => (p.asoft, p.accent),
        (false, true) => (p.hover, p.ctl),
        (false, false) => (p.card, p.line2),
    };
    let painter = ui.painter();
    painter.rect(rect, radius::CONTROL, fill, Stroke::new(1.0, edge), StrokeKind::Inside);
    let (icon, color) = if chosen { (icons::CHECK_CIRCLE_FILLED, p.accent) } else { (icons::RADIO_OFF, p.text3) };
    icons::paint(painter, icon, pos2(rect.left() + 20.0, rect.center().y), size::ICON, color);
    let (left, room) = (rect.left() + 39.0, rect.width() - 49.0);
    let y = rect.center().y;
    let title_y = if explanation.is_some() { y - 8.0 } else { y };
    line(painter, pos2(left, title_y), room, Line::new(title, type_scale::VALUE, p.text));
    if let Some(explanation) = explanation {
        line(painter, pos2(left, y + 9.0), room, Line::new(explanation, type_scale::SECONDARY, p.text2));
    }
    if response.has_focus() {
        focus_ring(painter, rect, radius::CONTROL, p);
    }
    response.on_hover_cursor(CursorIcon::PointingHand)
}
