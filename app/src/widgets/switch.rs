//! On or off.

use eframe::egui::{CursorIcon, Response, Sense, Stroke, StrokeKind, Ui, WidgetInfo, accesskit::Role, pos2, vec2};

use super::line::focus_ring;
use crate::design::palette;

/// Draws the switch; clicking it is the caller's to answer.
pub fn show(ui: &mut Ui, on: bool, name: &str) -> Response {
    let p = palette(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(34.0, 20.0), Sense::click());
    let enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::selected(Role::CheckBox, enabled, on, name));
    let t = ui.ctx().animate_bool_responsive(response.id, on);
    let (fill, edge) = if on { (p.accent, p.accent) } else { (p.card, p.ctl) };
    ui.painter().rect(rect, 10, fill, Stroke::new(1.0, edge), StrokeKind::Inside);
    let x = rect.left() + 10.0 + 14.0 * t;
    ui.painter().circle_filled(pos2(x, rect.center().y), 6.0, if on { p.onaccent } else { p.ctl });
    if response.has_focus() {
        focus_ring(ui.painter(), rect, 10, p);
    }
    response.on_hover_cursor(CursorIcon::PointingHand)
}
