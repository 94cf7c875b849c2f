//! A bar in parts whose lengths are shares.

use eframe::egui::{
    Color32, CursorIcon, Id, Painter, Rect, Response, Sense, Ui, WidgetInfo, accesskit::Role, pos2, vec2,
};

use super::line::focus_ring;
use crate::design::{Palette, palette, size};

/// One part: how much, its colour, what it is in words, and whether it is chosen.
pub struct Part<'a> {
    pub share: usize,
    pub color: Color32,
    pub name: &'a str,
    pub chosen: bool,
}

/// Paints the parts with gaps of 2 in a rectangle 6 high and lets them be clicked. Empty parts are not there; a chosen one
/// keeps its colour and the others pale. Returns the part that was clicked.
pub fn parts(ui: &mut Ui, rect: Rect, id: Id, parts: &[Part]) -> Option<usize> {
    let p = palette(ui);
    let total: usize = parts.iter().map(|part| part.share).sum();
    if total == 0 {
        ui.painter().rect_filled(rect, size::BAR / 2.0, p.line);
        return None;
    }
    let shown = parts.iter().filter(|part| part.share > 0).count();
    let room = rect.width() - 2.0 * (shown - 1) as f32;
    // A part of one in a thousand is still to be seen and hit.
    let least = 6.0_f32.min(room / shown as f32);
    let spare = room - least * shown as f32;
    let chosen = parts.iter().any(|part| part.chosen);
    let mut x = rect.left();
    let mut clicked = None;
    for (i, part) in parts.iter().enumerate().filter(|(_, part)| part.share > 0) {
        let width = least + spare * part.share as f32 / total as f32;
        let piece = Rect::from_min_size(pos2(x, rect.top()), vec2(width, rect.height()));
        x += width + 2.0;
        let response: Response = ui.interact(piece.expand2(vec2(0.0, 4.0)), id.with(i), Sense::click());
        let enabled = ui.is_enabled();
        response.widget_info(|| WidgetInfo::selected(Role::Button, enabled, part.chosen, part.name));
        let pale = chosen && !part.chosen;
        let color = if pale { part.color.gamma_multiply(0.35) } else { part.color };
        let grown = if response.hovered() { piece.expand2(vec2(0.0, 1.0)) } else { piece };
        ui.painter().rect_filled(grown, grown.height() / 2.0, color);
        if response.has_focus() {
            focus_ring(ui.painter(), piece.expand(2.0), 4, p);
        }
        if response.on_hover_cursor(CursorIcon::PointingHand).on_hover_text(part.name).clicked() {
            clicked = Some(i);
        }
    }
    clicked
}

/// The same only to be seen.
pub fn paint(painter: &Painter, rect: Rect, parts: &[(usize, Color32)], p: &Palette) {
    let total: usize = parts.iter().map(|(share, _)| share).sum();
    if total == 0 {
        painter.rect_filled(rect, rect.height() / 2.0, p.line);
        return;
    }
    let shown: Vec<&(usize, Color32)> = parts.iter().filter(|(share, _)| *share > 0).collect();
    let least = 4.0;
    let spare = rect.width() - (least + 2.0) * shown.len() as f32 + 2.0;
    let mut x = rect.left();
    for (share, color) in shown {
        let wide = least + spare * *share as f32 / total as f32;
        let piece = Rect::from_min_size(pos2(x, rect.top()), vec2(wide, rect.height()));
        painter.rect_filled(piece, rect.height() / 2.0, *color);
        x += wide + 2.0;
    }
}
