//! Tags and marks.

use eframe::egui::{Color32, Painter, Pos2, Rect, Stroke, StrokeKind, pos2, vec2};

use super::line::{Line, line};
use crate::design::{Icon, Palette, icons, radius, tokens::Tone, type_scale};

const TAG: f32 = 18.0;
const MARK: f32 = 18.0;

pub fn tag_width(painter: &Painter, text: &str) -> f32 {
    (Line::new(text, type_scale::TAG, Color32::PLACEHOLDER).layout(painter, f32::INFINITY).size().x + 25.0).ceil()
}

/// A tag with its right edge at a point, at most so wide. Returns where it lies.
pub fn tag_right(
    painter: &Painter,
    right_center: Pos2,
    max_width: f32,
    text: &str,
    number: u64,
    palette: &Palette,
) -> Rect {
    let width = tag_width(painter, text).min(max_width);
    let rect = Rect::from_min_size(pos2(right_center.x - width, right_center.y - TAG / 2.0), vec2(width, TAG));
    painter.rect_stroke(rect, TAG / 2.0, Stroke::new(1.0, palette.line), StrokeKind::Inside);
    painter.circle_filled(pos2(rect.left() + 10.0, rect.center().y), 3.0, palette.person(number).0);
    let at = pos2(rect.left() + 18.0, rect.center().y);
    line(painter, at, rect.right() - 6.0 - at.x, Line::new(text, type_scale::TAG, palette.text2));
    rect
}

/// A tag from its left edge on.
pub fn tag(painter: &Painter, left_center: Pos2, max_width: f32, text: &str, number: u64, palette: &Palette) -> Rect {
    let width = tag_width(painter, text).min(max_width);
    tag_right(painter, left_center + vec2(width, 0.0), max_width, text, number, palette)
}

fn mark_width(painter: &Painter, text: &str, icon: bool) -> f32 {
    let text = Line::new(text, type_scale::CAPTION, Color32::PLACEHOLDER).layout(painter, f32::INFINITY).size().x;
    (text + 10.0 + if icon { 16.0 } else { 0.0 }).ceil()
}

/// A mark (icon and words on a soft fill) with its right edge at a point.
pub fn mark_right(painter: &Painter, right_center: Pos2, icon: Option<Icon>, text: &str, tone: Tone) -> Rect {
    let width = mark_width(painter, text, icon.is_some());
    let rect = Rect::from_min_size(pos2(right_center.x - width, right_center.y - MARK / 2.0), vec2(width, MARK));
    painter.rect_filled(rect, radius::MARK, tone.soft);
    let mut x = rect.left() + 5.0;
    if let Some(icon) = icon {
        icons::paint(painter, icon, pos2(x + 6.5, rect.center().y), 13.0, tone.text);
        x += 16.0;
    }
    line(painter, pos2(x, rect.center().y), f32::INFINITY, Line::new(text, type_scale::CAPTION, tone.text));
    rect
}

/// A mark from its left edge on.
pub fn mark(painter: &Painter, left_center: Pos2, icon: Option<Icon>, text: &str, tone: Tone) -> Rect {
    let width = mark_width(painter, text, icon.is_some());
    mark_right(painter, left_center + vec2(width, 0.0), icon, text, tone)
}
