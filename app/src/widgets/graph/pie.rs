//! A ring of shares, and beside it what they are.

use std::f32::consts::{PI, TAU};

use eframe::egui::{
    CursorIcon, Id, Rect, Role, ScrollArea, Sense, Shape, Stroke, Ui, UiBuilder, WidgetInfo, pos2, vec2,
};

use super::{Graph, Mark, Speech, Way, arrows, hue};
use crate::{
    design::{palette, radius, type_scale},
    widgets::{
        Line, Row,
        line::{focus_ring, line_center},
        line_right,
    },
};

const ROW: f32 = 26.0;

pub fn show(ui: &mut Ui, rect: Rect, id: Id, graph: &Graph, speech: &Speech) -> Option<Mark> {
    let p = palette(ui);
    let values: Vec<f64> = (0..graph.steps.len()).map(|s| graph.value(s, 0).unwrap_or(0.0).max(0.0)).collect();
    let sum: f64 = values.iter().sum();
    let size = rect.height().min(rect.width() * if rect.width() < 480.0 { 0.4 } else { 0.48 }).min(380.0);
    let gap = if rect.width() < 480.0 { 14.0 } else { 32.0 };
    let center = pos2(rect.left() + size / 2.0 + rect.width() * 0.02, rect.center().y);
    let (outer, thick) = (size / 2.0 - 4.0, size * 0.17);
    let list = Rect::from_min_max(
        pos2(center.x + size / 2.0 + gap, rect.top()),
        pos2(rect.right().min(center.x + size / 2.0 + gap + 460.0), rect.bottom()),
    );
    let last = graph.steps.len().saturating_sub(1);
    let color = |step: usize| {
        // The rest of many is grey.
        let rest = step == last && graph.series[0].hue.is_none();
        hue(p, (!rest).then_some(step))
    };
    // The ring is the pointer's, the list has the focus.
    let ring = ui.interact(Rect::from_center_size(center, vec2(size, size)), id.with("ring"), Sense::CLICK);
    let under =
        ring.hover_pos().map(|at| at - center).filter(|v| v.length() <= outer + 2.0 && v.length() >= outer - thick);
    let hovered = under.filter(|_| sum > 0.0).and_then(|v| {
        let turned = (v.angle() + PI / 2.0).rem_euclid(TAU) / TAU;
        let mut until = 0.0;
        values.iter().position(|value| {
            until += value / sum;
            f64::from(turned) <= until
        })
    });
    let mut chosen = hovered.filter(|_| ring.clicked()).map(|step| (step, None));
    let mut lit = hovered;
    if hovered.is_some() {
        ui.ctx().set_cursor_icon(CursorIcon::PointingHand);
    }
    let high = (ROW * graph.steps.len() as f32).min(list.height());
    let list = Rect::from_center_size(list.center(), vec2(list.width(), high));
    let mut child = ui.new_child(UiBuilder::new().max_rect(list).id_salt(id));
    ScrollArea::vertical().id_salt(id).auto_shrink(false).show(&mut child, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        for (step, value) in values.iter().enumerate() {
            let (row, _) = ui.allocate_exact_size(vec2(list.width(), ROW), Sense::hover());
            let share = if sum > 0.0 { value / sum * 100.0 } else { 0.0 };
            let written = graph.value(step, 0).map_or_else(|| "–".to_owned(), speech.write);
            let name = format!("{}: {written} ({share:.0} %)", graph.steps[step].name);
            let response = ui.interact(row, id.with((step, 0usize)), Sense::click());
            response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
            if response.hovered() || response.has_focus() {
                lit = Some(step);
            }
            if lit == Some(step) {
                ui.painter().rect_filled(row, radius::MARK, p.hover);
            }
            if response.has_focus() {
                focus_ring(ui.painter(), row.shrink(1.0), radius::MARK, p);
            }
            let y = row.center().y;
            let square = Rect::from_center_size(pos2(row.left() + 13.0, y), vec2(10.0, 10.0));
            ui.painter().rect_filled(square, 2, color(step));
            let percent = format!("{share:.0} %");
            let right = row.right() - 10.0;
            line_right(ui.painter(), pos2(right, y), 60.0, Line::new(&percent, type_scale::SECONDARY, p.text3));
            let medium = type_scale::BODY.medium();
            // Where there is little room the ring's middle tells the amount.
            let end = match row.width() < 250.0 {
                true => right - 44.0,
                false => {
                    line_right(ui.painter(), pos2(right - 52.0, y), 160.0, Line::new(&written, medium, p.text)).left()
                }
            };
            let words = Rect::from_min_max(pos2(row.left() + 26.0, row.top()), pos2(end - 10.0, row.bottom()));
            Row::new(ui, words).text(&graph.steps[step].name, type_scale::BODY, p.text);
            arrows(ui, id, &response, graph, (step, 0), Way::Down);
            if response.on_hover_cursor(CursorIcon::PointingHand).clicked() {
                chosen = Some((step, None));
            }
        }
    });
    let radius = outer - thick / 2.0;
    let arc = |from: f32, to: f32, wide: f32, color| {
        let steps = ((to - from) * 96.0).ceil().max(2.0) as usize;
        let at = |n: usize| {
            let angle = TAU * (from + (to - from) * n as f32 / steps as f32) - PI / 2.0;
            center + radius * vec2(angle.cos(), angle.sin())
        };
        Shape::line((0..=steps).map(at).collect(), Stroke::new(wide, color))
    };
    if sum <= 0.0 {
        ui.painter().add(arc(0.0, 1.0, thick, p.line));
    }
    let gap = if values.iter().filter(|v| **v > 0.0).count() > 1 { 1.2 / (TAU * radius) } else { 0.0 };
    let mut from = 0.0f32;
    for (step, value) in values.iter().enumerate().filter(|(_, v)| **v > 0.0) {
        let to = from + (value / sum) as f32;
        let wide = if lit == Some(step) { thick + 8.0 } else { thick };
        if to - from > 2.0 * gap {
            ui.painter().add(arc(from + gap, to - gap, wide, color(step)));
        }
        from = to;
    }
    let (title, value, count) = match lit {
        Some(step) => {
            let written = graph.value(step, 0).map_or_else(|| "–".to_owned(), speech.write);
            (graph.steps[step].name.clone(), written, graph.count(step))
        }
        None => {
            (graph.series[0].name.clone(), (speech.write)(sum), (0..graph.steps.len()).map(|s| graph.count(s)).sum())
        }
    };
    let room = 2.0 * (outer - thick) - 16.0;
    line_center(ui.painter(), center - vec2(0.0, 24.0), room, Line::new(&title, type_scale::SECONDARY, p.text2));
    let style = if room < 150.0 { type_scale::TITLE } else { type_scale::FIGURE };
    line_center(ui.painter(), center, room, Line::new(&value, style, p.text));
    let count = (speech.count)(count);
    line_center(ui.painter(), center + vec2(0.0, 24.0), room, Line::new(&count, type_scale::SECONDARY, p.text3));
    chosen
}
