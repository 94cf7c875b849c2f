//! From one sum to another, step by step.

use eframe::egui::{Color32, CursorIcon, Id, Painter, Rect, Role, Sense, Shape, Stroke, Ui, WidgetInfo, pos2, vec2};

use super::{Graph, Speech, Step, Way, arrows, scale::Scale, tip};
use crate::{
    design::{palette, radius, type_scale},
    widgets::{
        Line,
        line::{focus_ring, line_center},
        line_right,
    },
};

/// One bar: a sum that stands, or what is added to the one before.
#[derive(Clone, Debug, PartialEq)]
pub struct Fall {
    pub name: String,
    pub value: f64,
    /// It stands on the base line.
    pub stands: bool,
    pub color: Color32,
    pub count: usize,
}

const FOOT: f32 = 40.0;

/// Draws the bars. Returns the one that was chosen.
pub fn show(ui: &mut Ui, rect: Rect, id: Id, falls: &[Fall], speech: &Speech) -> Option<usize> {
    let p = palette(ui);
    let mut level = 0.0;
    let ends: Vec<(f64, f64)> = falls
        .iter()
        .map(|fall| {
            let from = if fall.stands { 0.0 } else { level };
            level = from + fall.value;
            (from, level)
        })
        .collect();
    let (scale, is_cut) = Scale::of_levels(ends.iter().map(|(_, level)| *level), 4.5);
    let ends: Vec<(f64, f64)> = ends.iter().map(|(from, to)| (from.max(scale.least), *to)).collect();
    let wide = |text: &str| Line::new(text, type_scale::TAG, p.text).layout(ui.painter(), 160.0).size().x;
    let gutter = scale.ticks().map(|v| wide(&(speech.axis)(v))).fold(0.0, f32::max) + 12.0;
    let plot = Rect::from_min_max(rect.min + vec2(gutter, 22.0), rect.max - vec2(0.0, FOOT));
    let y = |value: f64| plot.bottom() - plot.height() * scale.share(value);
    for value in scale.ticks() {
        ui.painter().hline(plot.x_range(), y(value), Stroke::new(1.0, if value == 0.0 { p.line2 } else { p.line }));
        let words = (speech.axis)(value);
        line_right(
            ui.painter(),
            pos2(plot.left() - 8.0, y(value)),
            gutter,
            Line::new(&words, type_scale::TAG, p.text3),
        );
    }
    // One series, for the keys.
    let point = |fall: &Fall| super::Point { value: Some(fall.value), count: fall.count };
    let graph = Graph {
        steps: falls.iter().map(|f| Step { label: f.name.clone(), name: f.name.clone(), note: None }).collect(),
        series: vec![super::Series { points: falls.iter().map(point).collect(), ..Default::default() }],
        in_time: true,
        ..Graph::default()
    };
    let slot = plot.width() / falls.len().max(1) as f32;
    let thick = (slot * 0.62).min(84.0);
    let (mut chosen, mut told) = (None, None);
    for (at, fall) in falls.iter().enumerate() {
        let middle = plot.left() + slot * (at as f32 + 0.5);
        let (from, to) = ends[at];
        let (top, foot) = (y(from.max(to)), y(from.min(to)));
        let shape =
            Rect::from_min_max(pos2(middle - thick / 2.0, top), pos2(middle + thick / 2.0, foot.max(top + 1.5)));
        let column = Rect::from_x_y_ranges(middle - slot / 2.0..=middle + slot / 2.0, rect.y_range());
        let response = ui.interact(column, id.with((at, 0usize)), Sense::click());
        let signed = match fall.stands || fall.value <= 0.0 {
            true => (speech.write)(fall.value),
            false => format!("+{}", (speech.write)(fall.value)),
        };
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("{}: {signed}", fall.name)));
        if response.hovered() {
            ui.painter().rect_filled(column, radius::MARK, p.hover.gamma_multiply(0.5));
        }
        if at + 1 < falls.len() {
            let across = middle + thick / 2.0..=middle + slot - thick / 2.0;
            ui.painter().hline(across, y(to), Stroke::new(1.0, p.line2));
        }
        ui.painter().rect_filled(shape, 3, fall.color);
        if is_cut && fall.stands {
            torn(ui.painter(), shape, p.card);
        }
        let over = pos2(middle, top - 10.0);
        line_center(ui.painter(), over, slot, Line::new(&signed, type_scale::SECONDARY.medium(), p.text));
        let label = pos2(middle, rect.bottom() - FOOT + 13.0);
        line_center(ui.painter(), label, slot - 4.0, Line::new(&fall.name, type_scale::SECONDARY.medium(), p.text2));
        let count = (speech.count)(fall.count);
        let under = label + vec2(0.0, 15.0);
        line_center(ui.painter(), under, slot - 4.0, Line::new(&count, type_scale::TAG, p.text3));
        if response.has_focus() {
            focus_ring(ui.painter(), column.shrink(2.0), radius::CONTROL, p);
        }
        if response.hovered() || response.has_focus() && told.is_none() {
            told = Some((shape, at, signed));
        }
        arrows(ui, id, &response, &graph, (at, 0), Way::Across);
        if response.on_hover_cursor(CursorIcon::PointingHand).clicked() {
            chosen = Some(at);
        }
    }
    if let Some((beside, at, signed)) = told {
        let row =
            tip::Told { color: Some(falls[at].color), what: falls[at].name.clone(), value: signed, strong: false };
        tip::paint(ui, beside, &falls[at].name, &[row], &(speech.count)(falls[at].count));
    }
    chosen
}

/// A bar that does not begin at 0 is torn near its foot.
fn torn(painter: &Painter, bar: Rect, ground: Color32) {
    let y = bar.bottom() - 14.0;
    let teeth = 8;
    let wide = bar.width() / teeth as f32;
    let tooth = |at: usize| pos2(bar.left() + wide * at as f32, y + if at.is_multiple_of(2) { 3.0 } else { -3.0 });
    painter.add(Shape::line((0..=teeth).map(tooth).collect(), Stroke::new(4.0, ground)));
}
