//! A question in the middle of the window; what lies behind is dimmed.

use eframe::egui::{Align, Context, Frame, Id, Layout, Margin, Modal, Stroke, Ui, vec2};

use crate::design::{radius, shadow, size, tokens, type_scale};

/// Shows a dialog. The second value is true when it was closed by Escape or by a click beside it.
pub fn dialog<R>(ctx: &Context, name: &str, width: f32, title: &str, add: impl FnOnce(&mut Ui) -> R) -> (R, bool) {
    let palette = tokens::of(ctx.theme() == eframe::egui::Theme::Dark);
    let frame = Frame::new()
        .fill(palette.card)
        .stroke(Stroke::new(1.0, palette.line2))
        .corner_radius(radius::COLUMN)
        .shadow(shadow::popup(palette))
        .inner_margin(Margin::symmetric(20, 16));
    let shown = Modal::new(Id::unique(("dialog", name))).frame(frame).backdrop_color(palette.scrim).show(ctx, |ui| {
        ui.set_width(width.min(ctx.content_rect().width() - 80.0));
        if !title.is_empty() {
            ui.label(type_scale::TITLE.text(title));
            ui.add_space(4.0);
        }
        add(ui)
    });
    let close = shown.should_close();
    (shown.inner, close)
}

/// The buttons at the foot of a dialog, from the right.
pub fn buttons<R>(ui: &mut Ui, add: impl FnOnce(&mut Ui) -> R) -> R {
    ui.add_space(4.0);
    let size = vec2(ui.available_width(), size::CONTROL);
    ui.allocate_ui_with_layout(size, Layout::right_to_left(Align::Center), add).inner
}
