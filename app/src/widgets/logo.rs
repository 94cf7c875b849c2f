//! The satchel.

use eframe::egui::{Color32, CornerRadius, Painter, Pos2, Rect, Shape, Stroke, Vec2, epaint::CubicBezierShape};

use crate::design::Palette;

/// Paints the mark around a point; `behind` is the colour of what it lies on.
pub fn paint(painter: &Painter, center: Pos2, side: f32, behind: Color32, palette: &Palette) {
    let unit = side / 26.0;
    let at = |x: f32, y: f32| center + unit * Vec2::new(x - 13.0, y - 13.0);
    let leather = palette.leather;
    let mut handle = vec![at(8.5, 9.0)];
    handle.extend((0..=24).map(|i| {
        let turn = std::f32::consts::PI * (1.0 + i as f32 / 24.0);
        at(13.0, 6.5) + 4.5 * unit * Vec2::angled(turn)
    }));
    handle.push(at(17.5, 9.0));
    painter.add(Shape::line(handle, Stroke::new(2.0 * unit, leather)));
    let bag = Rect::from_min_max(at(3.0, 8.0), at(23.0, 23.0));
    painter.rect_filled(bag, CornerRadius::same((3.5 * unit).round() as u8), leather);
    painter.add(CubicBezierShape::from_points_stroke(
        [at(3.0, 11.5), at(5.0, 15.5), at(21.0, 15.5), at(23.0, 11.5)],
        false,
        Color32::TRANSPARENT,
        Stroke::new(1.6 * unit, behind),
    ));
    let buckle = Rect::from_min_max(at(11.2, 12.6), at(14.8, 17.2));
    painter.rect_filled(buckle, CornerRadius::same((1.2 * unit).round() as u8), behind);
}
