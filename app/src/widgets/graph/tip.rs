//! What is told of a mark under the pointer or with the focus.

use eframe::egui::{Color32, Id, LayerId, Order, Rect, Stroke, StrokeKind, Ui, pos2, vec2};

use super::{Graph, Speech, hue};
use crate::{
    design::{palette, radius, shadow, type_scale},
    widgets::{Line, line, line_right},
};

/// One line: its colour, what it is, how much.
pub struct Told {
    pub color: Option<Color32>,
    pub what: String,
    pub value: String,
    pub strong: bool,
}

/// So many series are told of at once.
const MOST: usize = 9;
const ROW: f32 = 19.0;

/// Of a step: all its series, one of them the chosen one.
pub fn of_step(ui: &Ui, beside: Rect, graph: &Graph, (step, series): (usize, Option<usize>), speech: &Speech) {
    let p = palette(ui);
    let write = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), speech.write);
    let several = graph.series.len() > 1;
    let mut rows: Vec<Told> = graph
        .series
        .iter()
        .enumerate()
        .filter(|(at, _)| series == Some(*at) || graph.is_mark(step, *at))
        .map(|(at, of)| Told {
            color: several.then(|| hue(p, of.hue)),
            what: of.name.clone(),
            value: write(graph.value(step, at)),
            strong: series == Some(at) && several,
        })
        .collect();
    if rows.len() > MOST {
        let chosen = rows.iter().position(|row| row.strong).unwrap_or(0);
        let from = chosen.saturating_sub(MOST / 2).min(rows.len() - MOST);
        rows = rows.drain(from..from + MOST).collect();
    }
    let note = graph.steps[step].note.clone();
    rows.extend(note.map(|(what, value)| Told { color: None, what, value, strong: false }));
    let count = match series {
        Some(at) => graph.series[at].points.get(step).map_or(0, |point| point.count),
        None => graph.count(step),
    };
    paint(ui, beside, &graph.steps[step].name, &rows, &(speech.count)(count));
}

/// Beside a place, within the window.
pub fn paint(ui: &Ui, beside: Rect, title: &str, rows: &[Told], foot: &str) {
    let p = palette(ui);
    let painter = ui.ctx().layer_painter(LayerId::new(Order::Tooltip, Id::unique("graph tip")));
    let wide = |text: &str, ty| Line::new(text, ty, p.text).layout(&painter, 320.0).size().x;
    let row = |told: &Told| {
        let lead = if told.color.is_some() { 16.0 } else { 0.0 };
        lead + wide(&told.what, type_scale::SECONDARY) + 28.0 + wide(&told.value, type_scale::SECONDARY.medium())
    };
    let widest = rows.iter().map(row).fold(0.0, f32::max);
    let width = widest.max(wide(title, type_scale::CARD_TITLE)).max(wide(foot, type_scale::SECONDARY)) + 24.0;
    let size = vec2(width, 10.0 + 22.0 + ROW * rows.len() as f32 + 28.0);
    let screen = ui.ctx().content_rect().shrink(6.0);
    let left = if beside.right() + 10.0 + size.x <= screen.right() {
        beside.right() + 10.0
    } else {
        (beside.left() - 10.0 - size.x).max(screen.left())
    };
    let top = (beside.center().y - size.y / 2.0).min(screen.bottom() - size.y).max(screen.top());
    let rect = Rect::from_min_size(pos2(left, top), size);
    painter.add(shadow::lifted(p).as_shape(rect, radius::CARD));
    painter.rect(rect, radius::CARD, p.card, Stroke::new(1.0, p.line2), StrokeKind::Inside);
    let (left, right) = (rect.left() + 12.0, rect.right() - 12.0);
    let mut y = rect.top() + 19.0;
    line(&painter, pos2(left, y), width, Line::new(title, type_scale::CARD_TITLE, p.text));
    y += 2.0;
    for told in rows {
        y += ROW;
        let mut x = left;
        if let Some(color) = told.color {
            painter.rect_filled(Rect::from_center_size(pos2(x + 5.0, y), vec2(10.0, 10.0)), 2, color);
            x += 16.0;
        }
        let (ty, color) = match told.strong {
            true => (type_scale::SECONDARY.strong(), p.text),
            false => (type_scale::SECONDARY, p.text2),
        };
        let value = type_scale::SECONDARY.medium();
        let end = line_right(&painter, pos2(right, y), 200.0, Line::new(&told.value, value, p.text)).left();
        line(&painter, pos2(x, y), end - x - 8.0, Line::new(&told.what, ty, color));
    }
    y += ROW / 2.0 + 4.0;
    painter.hline(left..=right, y, Stroke::new(1.0, p.line));
    line(&painter, pos2(left, y + 13.0), width, Line::new(foot, type_scale::SECONDARY, p.text3));
}
