//! Priority as three stars.

use eframe::egui::{Painter, Pos2, Rect, Response, Sense, Ui, WidgetInfo, accesskit::Role, pos2, vec2};

use super::line::focus_ring;
use crate::design::{Palette, icons, palette, radius};

const STAR: f32 = 15.0;
pub const WIDTH: f32 = 3.0 * STAR;

/// Paints the stars from their left centre.
pub fn paint(painter: &Painter, left_center: Pos2, stars: i64, palette: &Palette) -> Rect {
    for i in 0..3 {
        let center = pos2(left_center.x + STAR * (i as f32 + 0.5), left_center.y);
        let (icon, color) = if i < stars { (icons::STAR_FILLED, palette.star) } else { (icons::STAR, palette.none) };
        icons::paint(painter, icon, center, STAR, color);
    }
    Rect::from_min_size(pos2(left_center.x, left_center.y - STAR / 2.0), vec2(WIDTH, STAR))
}

/// Stars to click: the n-th sets n, once more takes it back; arrow keys when focused. True when changed.
pub fn edit(ui: &mut Ui, stars: &mut i64, name: &str) -> Response {
    let (rect, mut response) = ui.allocate_exact_size(vec2(WIDTH, 24.0), Sense::click());
    let p = palette(ui);
    let before = *stars;
    if response.clicked()
        && let Some(at) = response.interact_pointer_pos()
    {
        let nth = (((at.x - rect.left()) / STAR).floor() as i64 + 1).clamp(1, 3);
        *stars = if *stars == nth { nth - 1 } else { nth };
    }
    if response.has_focus() {
        use eframe::egui::{EventFilter, Key, Modifiers};
        let arrows = EventFilter { horizontal_arrows: true, ..Default::default() };
        ui.memory_mut(|m| m.set_focus_lock_filter(response.id, arrows));
        ui.input_mut(|i| {
            *stars += i.count_and_consume_key(Modifiers::NONE, Key::ArrowRight) as i64;
            *stars -= i.count_and_consume_key(Modifiers::NONE, Key::ArrowLeft) as i64;
        });
        *stars = (*stars).clamp(0, 3);
        focus_ring(ui.painter(), rect.expand2(vec2(3.0, -1.0)), radius::MARK, p);
    }
    if *stars != before {
        response.mark_changed();
    }
    let (enabled, value) = (ui.is_enabled(), *stars);
    response
        .widget_info(|| WidgetInfo { value: Some(value as f64), ..WidgetInfo::labeled(Role::Slider, enabled, name) });
    let shown = match response.hover_pos() {
        Some(at) if response.hovered() => (((at.x - rect.left()) / STAR).floor() as i64 + 1).clamp(1, 3).max(*stars),
        _ => *stars,
    };
    paint(ui.painter(), rect.left_center(), shown, p);
    response.on_hover_cursor(eframe::egui::CursorIcon::PointingHand)
}
