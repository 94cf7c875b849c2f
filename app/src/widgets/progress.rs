//! How far a long piece of work is.

use eframe::egui::{Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};
use tr::tr;

use super::line::{Line, line_center};
use crate::design::{palette, type_scale};

/// A bar with its title and count in the middle of the room; done of total, or nothing known yet.
pub fn show(ui: &mut Ui, title: &str, (done, total): (usize, usize)) {
    let p = palette(ui);
    let width = ui.available_width().min(420.0);
    let (area, response) = ui.allocate_exact_size(vec2(ui.available_width(), 190.0), Sense::hover());
    let middle = pos2(area.center().x, area.top() + 110.0);
    line_center(ui.painter(), middle, area.width(), Line::new(title, type_scale::TITLE, p.text));
    let track = Rect::from_center_size(middle + vec2(0.0, 30.0), vec2(width, 6.0));
    ui.painter().rect_filled(track, 3, p.line);
    let share = if total == 0 { 0.0 } else { (done as f32 / total as f32).clamp(0.0, 1.0) };
    let says = match total {
        0 => String::new(),
        total => tr!("{done} of {total}", done, total),
    };
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::ProgressIndicator, true, title);
        info.value = Some(f64::from(share));
        info
    });
    if share > 0.0 {
        let filled = Rect::from_min_size(track.min, vec2((width * share).max(6.0), 6.0));
        ui.painter().rect_filled(filled, 3, p.accent);
    }
    line_center(ui.painter(), middle + vec2(0.0, 54.0), width, Line::new(&says, type_scale::SECONDARY, p.text3));
}
