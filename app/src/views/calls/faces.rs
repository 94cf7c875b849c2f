//! Pieces of the phone that are painted alike in several places.

use eframe::egui::{
    Color32, CursorIcon, Id, Rect, Sense, Stroke, StrokeKind, Ui, WidgetInfo, accesskit::Role, pos2, vec2,
};
use satchel_core::{query::calls::Progress, record::Call};
use tr::tr;

use crate::{
    design::{Icon, icons, palette, radius, tokens::Tone, type_scale},
    widgets::{
        Line, key_cap,
        line::{focus_ring, line},
    },
};

/// One of the three answers, high enough to be hit without looking.
pub struct Answer<'a> {
    pub icon: Icon,
    pub text: &'a str,
    pub key: &'a str,
    /// Filled in this colour, or edged; the icon's colour then.
    pub fill: Option<Color32>,
    pub ink: Color32,
    /// Suggested.
    pub urged: bool,
}

pub fn answer(ui: &mut Ui, rect: Rect, answer: &Answer) -> bool {
    let p = palette(ui);
    let response = ui.interact(rect, ui.scope_id().with(("answer", answer.key)), Sense::click());
    let enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::labeled(Role::Button, enabled, answer.text));
    let hot = response.hovered();
    let (fill, edge, text) = match answer.fill {
        Some(fill) => (if hot { fill.gamma_multiply(0.9) } else { fill }, fill, answer.ink),
        None if answer.urged => (p.late.soft, p.late.text, p.late.text),
        None if hot => (p.hover, p.ctl, p.text),
        None => (p.card, p.line2, p.text),
    };
    ui.painter().rect(rect, radius::CARD, fill, Stroke::new(1.0, edge), StrokeKind::Inside);
    let style = type_scale::TITLE;
    let width = Line::new(answer.text, style, text).layout(ui.painter(), f32::INFINITY).size().x;
    let cap = key_cap::width(ui.painter(), answer.key);
    let icon = if rect.width() > width + cap + 52.0 { 32.0 } else { 0.0 };
    let mut x = rect.center().x - (width + cap + icon + 12.0) / 2.0;
    let y = rect.center().y;
    if icon > 0.0 {
        icons::paint(ui.painter(), answer.icon, pos2(x + 10.0, y), 20.0, answer.ink);
    }
    x += icon;
    line(ui.painter(), pos2(x, y), width + 1.0, Line::new(answer.text, style, text));
    let quiet = answer.fill.map(|_| answer.ink.gamma_multiply(0.8));
    key_cap::paint(ui.painter(), pos2(x + width + 12.0, y), answer.key, p, quiet);
    if response.has_focus() {
        focus_ring(ui.painter(), rect, radius::CARD, p);
    }
    response.on_hover_cursor(CursorIcon::PointingHand).clicked()
}

/// A line that can be clicked.
pub fn line_button(ui: &mut Ui, rect: Rect, id: Id, name: &str, paint: impl FnOnce(&Ui, Rect)) -> bool {
    let p = palette(ui);
    let response = ui.interact(rect, id, Sense::click()).on_hover_cursor(CursorIcon::PointingHand);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, name));
    if response.hovered() {
        ui.painter().rect_filled(rect.expand2(vec2(6.0, 0.0)), radius::CONTROL, p.hover);
    }
    paint(ui, rect);
    if response.has_focus() {
        focus_ring(ui.painter(), rect.expand2(vec2(6.0, 0.0)), radius::CONTROL, p);
    }
    response.clicked()
}

/// How far a list is: called, not reached, cancelled, still to call.
pub fn bar(ui: &Ui, rect: Rect, progress: &Progress) {
    let p = palette(ui);
    let parts = [
        (progress.called, p.ok.fill),
        (progress.not_called, p.due.fill),
        (progress.cancelled, p.none),
        (progress.to_call, p.line),
    ];
    let shown = parts.iter().filter(|(count, _)| *count > 0).count().max(1) as f32;
    let room = (rect.width() - 2.0 * (shown - 1.0)).max(0.0);
    let mut x = rect.left();
    for (count, color) in parts.into_iter().filter(|(count, _)| *count > 0) {
        let width = room * count as f32 / progress.total.max(1) as f32;
        ui.painter().rect_filled(Rect::from_min_size(pos2(x, rect.top()), vec2(width, rect.height())), 3, color);
        x += width + 2.0;
    }
}

/// `26 of 40 handled · 19 called · 5 not called · 2 cancelled`
pub fn words(progress: &Progress) -> (String, String) {
    let handled = progress.total - progress.to_call;
    let mut parts = vec![tr!("{} called", progress.called)];
    if progress.not_called > 0 {
        parts.push(tr!("{} not called", progress.not_called));
    }
    if progress.cancelled > 0 {
        parts.push(tr!("{} cancelled", progress.cancelled));
    }
    (tr!("{handled} of {total} handled", handled, total = progress.total), parts.join(" · "))
}

/// What became of a call, in a word, with its colour and icon.
pub fn state(call: &Call, ui: &Ui) -> (String, Tone, Icon) {
    let p = palette(ui);
    let quiet = Tone { text: p.text2, fill: p.none, soft: p.sunken };
    let accent = Tone { text: p.accent, fill: p.accent, soft: p.asoft };
    match call.state.as_str() {
        Call::CALLED => (tr!("Called"), p.ok, icons::CHECK_CIRCLE_FILLED),
        Call::NOT_CALLED => (tr!("Not called"), p.due, icons::MISSED),
        Call::CANCELLED => (tr!("call" => "Cancelled"), quiet, icons::CANCEL),
        _ => (tr!("To call"), accent, icons::RADIO_OFF),
    }
}

/// Attempts as cells: four, then a number says how many there were.
pub fn cells(ui: &Ui, right_center: eframe::egui::Pos2, attempts: usize, width: f32) {
    let cell_width = width;
    let p = palette(ui);
    let text = attempts.to_string();
    let style = type_scale::SECONDARY;
    let width = Line::new(&text, style, p.text2).layout(ui.painter(), 60.0).size().x;
    line(ui.painter(), pos2(right_center.x - width, right_center.y), width + 1.0, Line::new(&text, style, p.text2));
    let mut x = right_center.x - width - 8.0;
    for cell in (0..4).rev() {
        let rect = Rect::from_min_size(pos2(x - cell_width, right_center.y - 3.5), vec2(cell_width, 7.0));
        ui.painter().rect_filled(rect, 3, if cell < attempts { p.due.fill } else { p.line });
        x -= cell_width + 4.0;
    }
}

/// How many lines a field needs for a text, at least `least`.
pub fn rows(text: &str, least: usize) -> usize {
    const ACROSS: usize = 76;
    let lines = text.split('\n').map(|line| line.chars().count().div_ceil(ACROSS).max(1));
    lines.sum::<usize>().clamp(least, 400)
}
