//! What stands where nothing is: one sentence, and what to do about it.

use eframe::egui::{Align, Layout, Rect, Sense, Ui, WidgetInfo, accesskit::Role, vec2};

use super::{
    Button,
    line::{Line, line_center},
};
use crate::design::{Icon, icons, palette, type_scale};

/// Draws the icon, the title, the sentence and the buttons in the middle of what is left of the view; the first button is
/// the primary one. Returns the button that was clicked.
pub fn show(ui: &mut Ui, icon: Icon, title: &str, sentence: &str, buttons: &[&str]) -> Option<usize> {
    let p = palette(ui);
    let area = ui.available_rect_before_wrap();
    let middle = area.center() - vec2(0.0, 60.0);
    icons::paint(ui.painter(), icon, middle - vec2(0.0, 44.0), 40.0, p.none);
    let words = ui.interact(
        Rect::from_center_size(middle, vec2(area.width(), 60.0)),
        ui.scope_id().with("empty"),
        Sense::hover(),
    );
    words.widget_info(|| WidgetInfo::labeled(Role::Label, true, title));
    line_center(ui.painter(), middle, area.width(), Line::new(title, type_scale::TITLE, p.text));
    line_center(ui.painter(), middle + vec2(0.0, 26.0), area.width(), Line::new(sentence, type_scale::BODY, p.text2));
    let mut clicked = None;
    let row = Rect::from_center_size(middle + vec2(0.0, 66.0), vec2(area.width(), 36.0));
    // Laid out once invisibly to know how wide the row is, so that it stands in the middle.
    let builder = || eframe::egui::UiBuilder::new().max_rect(row).layout(Layout::left_to_right(Align::Center));
    let width = buttons
        .iter()
        .map(|b| Line::new(b, type_scale::VALUE, p.text).layout(ui.painter(), f32::INFINITY).size().x + 28.0);
    let width = width.sum::<f32>() + 8.0 * buttons.len().saturating_sub(1) as f32;
    ui.scope_builder(builder(), |ui| {
        ui.add_space((row.width() - width) / 2.0);
        for (i, text) in buttons.iter().enumerate() {
            let button = if i == 0 { Button::primary(text) } else { Button::new(text) };
            if ui.add(button.large()).clicked() {
                clicked = Some(i);
            }
        }
    });
    clicked
}
