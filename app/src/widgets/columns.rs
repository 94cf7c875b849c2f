//! Columns over a scale: one group a step, side by side in each as many as there are series.

use eframe::egui::{
    Color32, CursorIcon, Id, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2,
};

use super::line::{Line, focus_ring, line_center, line_right};
use crate::design::{palette, radius, type_scale};

/// One step of the axis.
pub struct Group {
    pub label: String,
    /// What is said of it to who does not see it.
    pub name: String,
    pub values: Vec<f64>,
}

const FOOT: f32 = 26.0;
const SCALE: f32 = 76.0;

/// Draws the groups, each a button; `marked` has a frame. `write` writes a value at the scale. Returns the groups' responses in
/// their order.
pub fn show(
    ui: &mut Ui,
    rect: Rect,
    id: Id,
    groups: &[Group],
    colors: &[Color32],
    marked: Option<usize>,
    write: impl Fn(f64) -> String,
) -> Vec<Response> {
    let p = palette(ui);
    let most = groups.iter().flat_map(|g| &g.values).copied().fold(0.0, f64::max);
    let step = nice(most / 3.5);
    let top = (most / step).ceil().max(1.0) * step;
    let plot = Rect::from_min_max(rect.min + vec2(SCALE, 8.0), rect.max - vec2(0.0, FOOT));
    let y = |value: f64| plot.bottom() - plot.height() * (value / top) as f32;
    let mut value = 0.0;
    while value <= top + step / 2.0 {
        ui.painter().hline(plot.x_range(), y(value), Stroke::new(1.0, p.line));
        let at = pos2(plot.left() - 8.0, y(value));
        line_right(ui.painter(), at, SCALE - 8.0, Line::new(&write(value), type_scale::TAG, p.text3));
        value += step;
    }
    let wide = plot.width() / groups.len().max(1) as f32;
    let series = colors.len().max(1) as f32;
    let bar = ((wide - 16.0) / series - 3.0).clamp(2.0, 15.0);
    let one = |(at, group): (usize, &Group)| {
        let column = Rect::from_min_size(pos2(plot.left() + wide * at as f32, rect.top()), vec2(wide, rect.height()));
        let response = ui.interact(column, id.with(at), Sense::click());
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &group.name));
        let is_marked = marked == Some(at) || response.hovered();
        if is_marked {
            let frame = column.shrink2(vec2(wide * 0.14, 0.0));
            let color = if marked == Some(at) { p.accent } else { p.line2 };
            ui.painter().rect_stroke(frame, radius::MARK, Stroke::new(1.0, color), StrokeKind::Inside);
        }
        let all = series * (bar + 3.0) - 3.0;
        for (which, (value, color)) in group.values.iter().zip(colors).enumerate() {
            let left = column.center().x - all / 2.0 + which as f32 * (bar + 3.0);
            if *value > 0.0 {
                let top = y(*value).min(plot.bottom() - 1.0);
                let shape = Rect::from_min_max(pos2(left, top), pos2(left + bar, plot.bottom()));
                ui.painter().rect_filled(shape, 2, *color);
            }
        }
        let style = if is_marked { type_scale::TAG.strong() } else { type_scale::TAG };
        let color = if is_marked { p.text } else { p.text2 };
        let at = pos2(column.center().x, rect.bottom() - FOOT / 2.0);
        line_center(ui.painter(), at, wide, Line::new(&group.label, style, color));
        if response.has_focus() {
            focus_ring(ui.painter(), column.shrink(2.0), radius::CONTROL, p);
        }
        response.on_hover_cursor(CursorIcon::PointingHand)
    };
    groups.iter().enumerate().map(one).collect()
}

/// The next of 1, 2, 5, 10, 20 … that is no smaller.
fn nice(least: f64) -> f64 {
    if least <= 0.0 {
        return 1.0;
    }
    let power = 10f64.powf(least.log10().floor());
    [1.0, 2.0, 5.0, 10.0].into_iter().map(|n| n * power).find(|n| *n >= least).unwrap_or(10.0 * power)
}
