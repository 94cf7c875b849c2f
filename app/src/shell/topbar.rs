//! Search and New.

use eframe::egui;

use super::context::{Action, Context};

pub fn show(ui: &mut egui::Ui, cx: &mut Context, search: &mut String) {
    ui.horizontal_centered(|ui| {
        ui.add(egui::TextEdit::singleline(search).hint_text("Search…"));
        if ui.button("New").clicked() {
            cx.actions.push(Action::New(None));
        }
    });
}
