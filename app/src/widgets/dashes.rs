//! Dashed frames.

use eframe::egui::{Color32, Painter, Pos2, Rect, Shape, Stroke, Vec2, pos2};

/// A dashed rounded frame: 1.5 px, dashes of 4 and gaps of 3.
pub fn frame(painter: &Painter, rect: Rect, corner: f32, color: Color32) {
    let rect = rect.shrink(0.75);
    let mut points = Vec::with_capacity(40);
    let corners = [
        (pos2(rect.right() - corner, rect.top() + corner), -0.25),
        (pos2(rect.right() - corner, rect.bottom() - corner), 0.0),
        (pos2(rect.left() + corner, rect.bottom() - corner), 0.25),
        (pos2(rect.left() + corner, rect.top() + corner), 0.5),
    ];
    for (center, from) in corners {
        points.extend((0..=8).map(|i| {
            let turn: f32 = from + i as f32 / 32.0;
            center + corner * Vec2::angled(turn * std::f32::consts::TAU)
        }));
    }
    points.push(points[0]);
    along(painter, &points, Stroke::new(1.5, color), 4.0, 3.0);
}

/// Dashes along a path.
pub fn along(painter: &Painter, points: &[Pos2], stroke: Stroke, dash: f32, gap: f32) {
    painter.extend(Shape::dashed_line(points, stroke, dash, gap));
}
