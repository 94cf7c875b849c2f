//! A half circle whose first part is filled.

use std::f32::consts::PI;

use eframe::egui::{Color32, Painter, Pos2, Shape, Stroke, vec2};

const WIDE: f32 = 16.0;
const STEPS: usize = 48;

/// Paints the half circle around a point on its base line; `share` from 0 to 1 is filled from the left.
pub fn paint(painter: &Painter, base: Pos2, radius: f32, share: f32, filled: Color32, rest: Color32) {
    let share = share.clamp(0.0, 1.0);
    let arc = |from: f32, to: f32, color: Color32| {
        let steps = ((STEPS as f32 * (to - from)).ceil() as usize).max(1);
        let at = |step: usize| {
            let angle = PI * (1.0 + from + (to - from) * step as f32 / steps as f32);
            base + radius * vec2(angle.cos(), angle.sin())
        };
        painter.add(Shape::line((0..=steps).map(at).collect(), Stroke::new(WIDE, color)));
    };
    let gap = if share > 0.0 && share < 1.0 { 0.008 } else { 0.0 };
    if share > 0.0 {
        arc(0.0, share - gap, filled);
    }
    if share < 1.0 {
        arc(share + gap, 1.0, rest);
    }
}
