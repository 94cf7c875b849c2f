//! One line of text painted at a place, cut with … where it would not fit.

use std::sync::Arc;

use eframe::egui::{
    Color32, Galley, Painter, Pos2, Rect, Response, Stroke, StrokeKind, Ui,
    text::{LayoutJob, TextFormat, TextWrapping},
    vec2,
};

use crate::design::{Palette, Type, radius};

/// What to paint: text, step of the type scale, colour.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    pub text: &'a str,
    pub ty: Type,
    pub color: Color32,
}

impl<'a> Line<'a> {
    pub fn new(text: &'a str, ty: Type, color: Color32) -> Line<'a> {
        Line { text, ty, color }
    }

    pub fn layout(self, painter: &Painter, max_width: f32) -> Arc<Galley> {
        let format = TextFormat { font_id: self.ty.font(), color: self.color, ..Default::default() };
        let mut job = LayoutJob::single_section(self.text.to_owned(), format);
        job.wrap =
            TextWrapping { max_width: max_width.max(0.0), max_rows: 1, break_anywhere: true, ..Default::default() };
        painter.layout_job(job)
    }
}

/// Paints the line with its left edge at x, centred on y, at most so wide. Returns where it lies.
pub fn line(painter: &Painter, left_center: Pos2, max_width: f32, what: Line) -> Rect {
    let galley = what.layout(painter, max_width);
    let at = left_center - vec2(0.0, galley.size().y / 2.0);
    let rect = Rect::from_min_size(at, galley.size());
    painter.galley(at, galley, what.color);
    rect
}

/// Paints the line with its right edge at x.
pub fn line_right(painter: &Painter, right_center: Pos2, max_width: f32, what: Line) -> Rect {
    let galley = what.layout(painter, max_width);
    let at = right_center - vec2(galley.size().x, galley.size().y / 2.0);
    let rect = Rect::from_min_size(at, galley.size());
    painter.galley(at, galley, what.color);
    rect
}

/// Paints the line centred around a point.
pub fn line_center(painter: &Painter, center: Pos2, max_width: f32, what: Line) -> Rect {
    let galley = what.layout(painter, max_width);
    let at = center - galley.size() / 2.0;
    let rect = Rect::from_min_size(at, galley.size());
    painter.galley(at, galley, what.color);
    rect
}

/// The ring around what has the focus: 1 px accent and 2 px outside.
pub fn focus_ring(painter: &Painter, rect: Rect, corner: u8, palette: &Palette) {
    painter.rect_stroke(rect.expand(0.5), corner, Stroke::new(2.0, palette.aline), StrokeKind::Outside);
    painter.rect_stroke(rect, corner, Stroke::new(1.0, palette.accent), StrokeKind::Inside);
}

/// The ring of a control, where it has the keyboard's focus.
pub fn focus_ring_of(ui: &Ui, response: &Response, palette: &Palette) {
    if response.has_focus() {
        focus_ring(ui.painter(), response.rect, radius::CONTROL, palette);
    }
}
