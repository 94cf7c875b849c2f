//! One line of painted pieces: from the left, and from the right, until they meet. What does not fit ends in ….

use std::sync::Arc;

use eframe::egui::{
    Color32, Galley, Painter, Pos2, Rect, Stroke, TextFormat, Ui, Vec2, pos2,
    text::{LayoutJob, TextWrapping},
};

use crate::design::{Icon, Type, icons};

pub struct Row {
    painter: Painter,
    left: f32,
    right: f32,
    middle: f32,
}

impl Row {
    pub fn new(ui: &Ui, rect: Rect) -> Row {
        Row { painter: ui.painter().clone(), left: rect.left(), right: rect.right(), middle: rect.center().y }
    }

    pub fn room(&self) -> f32 {
        (self.right - self.left).max(0.0)
    }

    /// Where the next piece from the left begins.
    pub fn left(&self) -> f32 {
        self.left
    }

    /// Where the next piece from the right ends.
    pub fn right(&self) -> f32 {
        self.right
    }

    /// The height of the line's middle.
    pub fn middle(&self) -> f32 {
        self.middle
    }

    pub fn gap(&mut self, width: f32) -> &mut Row {
        self.left += width;
        self
    }

    pub fn gap_right(&mut self, width: f32) -> &mut Row {
        self.right -= width;
        self
    }

    pub fn text(&mut self, text: &str, style: Type, color: Color32) -> Rect {
        let galley = cut(&self.painter, text, style, color, self.room());
        self.galley(galley, color)
    }

    /// Old values: struck through.
    pub fn struck(&mut self, text: &str, style: Type, color: Color32) -> Rect {
        let format = TextFormat { strikethrough: Stroke::new(1.0, color), ..TextFormat::simple(style.font(), color) };
        let galley = cut_with(&self.painter, text, format, self.room());
        self.galley(galley, color)
    }

    pub fn icon(&mut self, icon: Icon, size: f32, color: Color32) -> Rect {
        let rect = self.place(Vec2::splat(size));
        icons::paint(&self.painter, icon, rect.center(), size, color)
    }

    /// Leaves room from the left, for a piece that the caller paints.
    pub fn place(&mut self, size: Vec2) -> Rect {
        let rect = Rect::from_min_size(pos2(self.left, self.middle - size.y / 2.0), size);
        self.left += size.x;
        rect
    }

    pub fn place_right(&mut self, size: Vec2) -> Rect {
        let rect = Rect::from_min_size(pos2(self.right - size.x, self.middle - size.y / 2.0), size);
        self.right -= size.x;
        rect
    }

    pub fn text_right(&mut self, text: &str, style: Type, color: Color32) -> Rect {
        let galley = cut(&self.painter, text, style, color, self.room());
        let rect = self.place_right(galley.size());
        self.painter.galley(rect.min, galley, color);
        rect
    }

    pub fn icon_right(&mut self, icon: Icon, size: f32, color: Color32) -> Rect {
        let rect = self.place_right(Vec2::splat(size));
        icons::paint(&self.painter, icon, rect.center(), size, color)
    }

    fn galley(&mut self, galley: Arc<Galley>, color: Color32) -> Rect {
        let rect = self.place(galley.size());
        self.painter.galley(rect.min, galley, color);
        rect
    }
}

/// One line of text, cut to a width.
pub fn cut(painter: &Painter, text: &str, style: Type, color: Color32, width: f32) -> Arc<Galley> {
    cut_with(painter, text, TextFormat::simple(style.font(), color), width)
}

fn cut_with(painter: &Painter, text: &str, format: TextFormat, width: f32) -> Arc<Galley> {
    let text: String = text.lines().next().unwrap_or_default().chars().take(400).collect();
    let mut job = LayoutJob::single_section(text, format);
    job.wrap = TextWrapping { max_width: width.max(0.0), max_rows: 1, break_anywhere: true, ..Default::default() };
    painter.layout_job(job)
}

/// Text over as many lines as it needs, painted from a corner. Returns what it covers.
pub fn paragraph(painter: &Painter, corner: Pos2, text: &str, style: Type, color: Color32, width: f32) -> Rect {
    let galley = wrapped(painter, text, style, color, width);
    let rect = Rect::from_min_size(corner, galley.size());
    painter.galley(corner, galley, color);
    rect
}

pub fn wrapped(painter: &Painter, text: &str, style: Type, color: Color32, width: f32) -> Arc<Galley> {
    let format = TextFormat { line_height: Some(style.line), ..TextFormat::simple(style.font(), color) };
    let mut job = LayoutJob::single_section(text.to_owned(), format);
    job.wrap.max_width = width;
    painter.layout_job(job)
}
