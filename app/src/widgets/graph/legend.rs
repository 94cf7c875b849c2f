//! What the colours mean.

use eframe::egui::{Rect, Ui, pos2, vec2};

use super::{Graph, hue};
use crate::{
    design::{palette, type_scale},
    widgets::{Line, line},
};

const ROW: f32 = 20.0;
/// No name is longer.
const MOST: f32 = 180.0;

/// In as many rows as it takes, three at most. Returns the room left below.
pub fn show(ui: &Ui, rect: Rect, graph: &Graph) -> Rect {
    let p = palette(ui);
    let (mut x, mut y) = (rect.left(), rect.top() + ROW / 2.0);
    for (at, series) in graph.series.iter().enumerate() {
        let text = Line::new(&series.name, type_scale::SECONDARY, p.text2);
        let wide = 16.0 + text.layout(ui.painter(), MOST).size().x + 18.0;
        if x > rect.left() && x + wide > rect.right() {
            if y + 1.5 * ROW > rect.top() + 3.0 * ROW {
                let rest = format!("+ {}", graph.series.len() - at);
                line(ui.painter(), pos2(x, y), 60.0, Line::new(&rest, type_scale::SECONDARY, p.text3));
                break;
            }
            (x, y) = (rect.left(), y + ROW);
        }
        ui.painter().rect_filled(Rect::from_center_size(pos2(x + 5.0, y), vec2(10.0, 10.0)), 2, hue(p, series.hue));
        line(ui.painter(), pos2(x + 16.0, y), MOST, text);
        x += wide;
    }
    Rect::from_min_max(pos2(rect.left(), y + ROW / 2.0 + 6.0), rect.max)
}
