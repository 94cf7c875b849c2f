//! Lines over steps, each series with a mark of its own shape.

use eframe::egui::{
    Color32, CursorIcon, Id, Painter, Pos2, Rect, Role, Sense, Shape, Stroke, Ui, Vec2, WidgetInfo, pos2, vec2,
};

use super::{Graph, Mark, Speech, Way, arrows, hue, scale::Scale, tip};
use crate::{
    design::{palette, radius, type_scale},
    widgets::{
        Line,
        line::{focus_ring, line_center},
        line_right,
    },
};

const FOOT: f32 = 24.0;

pub fn show(ui: &mut Ui, rect: Rect, id: Id, graph: &Graph, speech: &Speech) -> Option<Mark> {
    let p = palette(ui);
    let values = graph.series.iter().flat_map(|series| &series.points).filter_map(|point| point.value);
    let scale = Scale::over(values, if rect.height() < 180.0 { 2.5 } else { 4.5 });
    let wide = |text: &str| Line::new(text, type_scale::TAG, p.text).layout(ui.painter(), 160.0).size().x;
    let gutter = scale.ticks().map(|v| wide(&(speech.axis)(v))).fold(0.0, f32::max) + 12.0;
    let plot = Rect::from_min_max(rect.min + vec2(gutter, 8.0), rect.max - vec2(0.0, FOOT));
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
    let slot = plot.width() / graph.steps.len() as f32;
    let x = |step: usize| plot.left() + slot * (step as f32 + 0.5);
    let names = graph.steps.iter().map(|step| wide(&step.label)).fold(0.0, f32::max);
    let every = ((names + 12.0) / slot).ceil().max(1.0) as usize;
    for (at, step) in graph.steps.iter().enumerate().step_by(every) {
        let at = pos2(x(at), rect.bottom() - FOOT / 2.0);
        line_center(ui.painter(), at, slot * every as f32 - 4.0, Line::new(&step.label, type_scale::TAG, p.text2));
    }
    let (mut chosen, mut hovered, mut focused) = (None, None, None);
    for step in 0..graph.steps.len() {
        let column = Rect::from_x_y_ranges(x(step) - slot / 2.0..=x(step) + slot / 2.0, plot.y_range());
        let whole = ui.interact(column, id.with(("step", step)), Sense::CLICK);
        if whole.contains_pointer() {
            ui.painter().vline(x(step), plot.y_range(), Stroke::new(1.0, p.line2));
        }
        if whole.hovered() {
            hovered = Some((Rect::from_center_size(column.center(), Vec2::splat(12.0)), (step, None)));
        }
        if whole.clicked() {
            chosen = Some((step, None));
        }
    }
    for (at, series) in graph.series.iter().enumerate() {
        let color = hue(p, series.hue);
        let mut run: Vec<Pos2> = Vec::new();
        for (step, point) in series.points.iter().enumerate() {
            match point.value {
                Some(value) => run.push(pos2(x(step), y(value))),
                None => path(ui.painter(), std::mem::take(&mut run), color),
            }
        }
        if graph.series.len() == 1 && run.len() == series.points.len() {
            under(ui.painter(), &run, y(0.0), color.gamma_multiply(0.10));
        }
        path(ui.painter(), run, color);
        for (step, value) in series.points.iter().enumerate().filter_map(|(step, point)| Some((step, point.value?))) {
            let center = pos2(x(step), y(value));
            let response = ui.interact(
                Rect::from_center_size(center, Vec2::splat(slot.clamp(8.0, 16.0))),
                id.with((step, at)),
                Sense::click(),
            );
            response.widget_info(|| WidgetInfo::labeled(Role::Button, true, graph.name((step, at), speech)));
            let lit = response.hovered() || response.has_focus();
            if slot >= 9.0 || lit {
                mark(ui.painter(), at, center, if lit { 5.5 } else { 4.0 }, color, p.card);
            }
            let beside = Rect::from_center_size(center, Vec2::splat(12.0));
            if response.hovered() {
                hovered = Some((beside, (step, Some(at))));
            }
            if response.has_focus() {
                focus_ring(ui.painter(), beside.expand(2.0), radius::CONTROL, p);
                focused = Some((beside, (step, Some(at))));
            }
            arrows(ui, id, &response, graph, (step, at), Way::Across);
            if response.on_hover_cursor(CursorIcon::PointingHand).clicked() {
                chosen = Some((step, Some(at)));
            }
        }
    }
    if let Some((beside, mark)) = hovered.or(focused) {
        tip::of_step(ui, beside, graph, mark, speech);
    }
    chosen
}

fn path(painter: &Painter, points: Vec<Pos2>, color: Color32) {
    if points.len() > 1 {
        painter.add(Shape::line(points, Stroke::new(2.0, color)));
    }
}

/// What lies between a line and the base.
fn under(painter: &Painter, points: &[Pos2], base: f32, color: Color32) {
    let mut mesh = eframe::egui::Mesh::default();
    for point in points {
        mesh.colored_vertex(*point, color);
        mesh.colored_vertex(pos2(point.x, base), color);
    }
    for at in 1..points.len() as u32 {
        mesh.add_triangle(2 * at - 2, 2 * at - 1, 2 * at);
        mesh.add_triangle(2 * at - 1, 2 * at, 2 * at + 1);
    }
    painter.add(Shape::mesh(mesh));
}

/// A circle, a square, a diamond, a triangle, and so on.
fn mark(painter: &Painter, series: usize, center: Pos2, size: f32, color: Color32, ground: Color32) {
    let edge = Stroke::new(1.5, ground);
    let polygon = |corners: &[(f32, f32)]| {
        let at = corners.iter().map(|(x, y)| center + size * 1.25 * vec2(*x, *y)).collect();
        Shape::convex_polygon(at, color, edge)
    };
    painter.add(match series % 4 {
        0 => Shape::Circle(eframe::egui::epaint::CircleShape { center, radius: size, fill: color, stroke: edge }),
        1 => polygon(&[(-0.8, -0.8), (0.8, -0.8), (0.8, 0.8), (-0.8, 0.8)]),
        2 => polygon(&[(0.0, -1.1), (1.1, 0.0), (0.0, 1.1), (-1.1, 0.0)]),
        _ => polygon(&[(0.0, -1.0), (1.0, 0.8), (-1.0, 0.8)]),
    });
}
