//! People as a disc with their initials in their own colour.

use eframe::egui::{Color32, Painter, Pos2, Stroke, vec2};

use super::{
    dashes,
    line::{Line, line_center},
};
use crate::design::{Palette, Type, fonts::Weight};

/// Paints the disc of a person. `number` chooses the colour: a hash of the person's id.
pub fn paint(painter: &Painter, center: Pos2, diameter: f32, initials: &str, number: u64, palette: &Palette) {
    let (text, soft) = palette.person(number);
    painter.circle_filled(center, diameter / 2.0, soft);
    letters(painter, center, diameter, initials, text);
}

/// Nobody yet: a dashed ring with a question mark.
pub fn paint_nobody(painter: &Painter, center: Pos2, diameter: f32, palette: &Palette) {
    let radius = diameter / 2.0 - 0.5;
    let ring: Vec<Pos2> = (0..=48)
        .map(|i| center + radius * eframe::egui::Vec2::angled(i as f32 / 48.0 * std::f32::consts::TAU))
        .collect();
    dashes::along(painter, &ring, Stroke::new(1.0, palette.text3), 3.0, 2.5);
    letters(painter, center, diameter, "?", palette.text3);
}

fn letters(painter: &Painter, center: Pos2, diameter: f32, text: &str, color: Color32) {
    let size = match diameter {
        d if d >= 30.0 => 12.0,
        d if d >= 22.0 => 9.5,
        _ => 8.0,
    };
    line_center(
        painter,
        center + vec2(0.0, 0.0),
        f32::INFINITY,
        Line::new(text, Type::new(size, size, Weight::SemiBold), color),
    );
}
