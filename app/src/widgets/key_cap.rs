//! A key as printed on a keyboard.

use eframe::egui::{Color32, Painter, Pos2, Rect, Stroke, StrokeKind, pos2, vec2};

use super::line::Line;
use crate::design::{Palette, icons, radius, type_scale};

const HEIGHT: f32 = 18.0;

/// The Enter key, which is drawn as its arrow.
pub const ENTER: &str = "⏎";

pub fn width(painter: &Painter, keys: &str) -> f32 {
    if keys == ENTER {
        return HEIGHT + 2.0;
    }
    let text = Line::new(keys, type_scale::CAPTION, Color32::PLACEHOLDER).layout(painter, f32::INFINITY).size().x;
    (text + 10.0).max(HEIGHT).ceil()
}

/// Paints the cap from its left centre. `ink` is the colour on other than the usual surfaces.
pub fn paint(painter: &Painter, left_center: Pos2, keys: &str, palette: &Palette, ink: Option<Color32>) -> Rect {
    let rect =
        Rect::from_min_size(pos2(left_center.x, left_center.y - HEIGHT / 2.0), vec2(width(painter, keys), HEIGHT));
    let (fill, edge, text) = match ink {
        Some(ink) => (Color32::TRANSPARENT, ink, ink),
        None => (palette.panel, palette.line2, palette.text3),
    };
    painter.rect(rect, radius::MARK, fill, Stroke::new(1.0, edge), StrokeKind::Inside);
    if keys == ENTER {
        icons::paint(painter, icons::RETURN, rect.center(), 13.0, text);
        return rect;
    }
    super::line::line_center(painter, rect.center(), f32::INFINITY, Line::new(keys, type_scale::CAPTION, text));
    rect
}
