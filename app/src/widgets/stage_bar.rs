//! Steps in a row: done, now, next. A click moves.

use eframe::egui::{Align2, CornerRadius, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use super::Line;
use crate::design::{icons, palette, radius, type_scale};

/// The room of what stands before the name of a step.
const MARK: f32 = 22.0;

/// One step of the bar.
pub struct Step<'a> {
    pub title: &'a str,
    /// Shown beside the title of the current step: `6 d`.
    pub detail: String,
    pub tooltip: &'a str,
}

/// How the current step is coloured.
#[derive(Clone, Copy, PartialEq)]
pub enum Mood {
    Open,
    Won,
    Lost,
}

/// Shows the steps across the width and returns the one that was clicked, unless it is the current one and the mood is open.
pub fn stage_bar(ui: &mut Ui, steps: &[Step], current: Option<usize>, mood: Mood) -> Option<usize> {
    let palette = palette(ui);
    let (bar, _) = ui.allocate_exact_size(vec2(ui.available_width(), 32.0), Sense::hover());
    let gap = 3.0;
    let width = (bar.width() - gap * (steps.len().saturating_sub(1)) as f32) / steps.len().max(1) as f32;
    let mut clicked = None;
    for (at, step) in steps.iter().enumerate() {
        let left = bar.left() + at as f32 * (width + gap);
        let rect = Rect::from_min_size(pos2(left, bar.top()), vec2(width, bar.height()));
        let is_now = current == Some(at);
        let done = current.is_some_and(|now| at < now);
        let (west, east) =
            (if at == 0 { radius::CONTROL } else { 0 }, if at + 1 == steps.len() { radius::CONTROL } else { 0 });
        let corners = CornerRadius { nw: west, sw: west, ne: east, se: east };
        let mut response = ui.interact(rect, ui.scope_id().with(("step", at)), Sense::click());
        response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, is_now, step.title));
        let (mut fill, ink) = match (is_now, mood, done) {
            (true, Mood::Open, _) => (palette.accent, palette.onaccent),
            (true, Mood::Won, _) => (palette.ok.soft, palette.ok.text),
            (true, Mood::Lost, _) => (palette.late.soft, palette.late.text),
            (false, _, true) => (palette.asoft, palette.accent),
            (false, _, false) => (palette.sunken, palette.text2),
        };
        if response.hovered() && !is_now {
            fill = if done { palette.aline } else { palette.hover };
        }
        ui.painter().rect_filled(rect, corners, fill);
        if response.has_focus() {
            ui.painter().rect_stroke(rect, corners, (2.0, palette.aline), eframe::egui::StrokeKind::Inside);
        }
        let style = if is_now { type_scale::CARD_TITLE } else { type_scale::VALUE };
        let room = rect.width() - 12.0;
        let name = Line::new(step.title, style, ink);
        let whole = name.layout(ui.painter(), f32::INFINITY).size().x;
        let detail = (is_now && !step.detail.is_empty())
            .then(|| ui.painter().layout(step.detail.clone(), type_scale::SECONDARY.font(), ink, f32::INFINITY));
        let mark = match (is_now, mood) {
            (true, Mood::Won) => Some(icons::WON),
            (true, Mood::Lost) => Some(icons::LOST),
            // Its colour says so too: where steps are many, the name goes first.
            _ => (done && MARK + whole <= room).then_some(icons::CHECK),
        };
        let mark_width = if mark.is_some() { MARK } else { 0.0 };
        let title = name.layout(ui.painter(), room - mark_width);
        let detail_width = detail.as_ref().map_or(0.0, |d| d.size().x + 6.0);
        let shown_detail = detail.filter(|_| mark_width + title.size().x + detail_width <= room);
        let total = mark_width + title.size().x + shown_detail.as_ref().map_or(0.0, |d| d.size().x + 6.0);
        let mut x = rect.left() + ((rect.width() - total) / 2.0).max(6.0);
        let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
        if let Some(icon) = mark {
            icons::paint(&painter, icon, pos2(x + 8.0, rect.center().y), 16.0, ink);
            x += mark_width;
        }
        let place =
            |size: eframe::egui::Vec2, x: f32| Align2::LEFT_CENTER.anchor_size(pos2(x, rect.center().y), size).min;
        let title_width = title.size().x;
        painter.galley(place(title.size(), x), title, ink);
        if let Some(detail) = shown_detail {
            painter.galley(place(detail.size(), x + title_width + 6.0), detail, ink);
        }
        let said = if title_width < whole { step.title } else { "" };
        let said: Vec<&str> = [said, step.tooltip].into_iter().filter(|words| !words.is_empty()).collect();
        if !said.is_empty() {
            response = response.on_hover_text(said.join("\n"));
        }
        if response.clicked() && (!is_now || mood == Mood::Lost) {
            clicked = Some(at);
        }
    }
    clicked
}
