//! All fields with concurrent values, to be decided.

use eframe::egui;

use crate::shell::Context;

#[derive(Default)]
pub struct Conflicts;

impl Conflicts {
    pub fn show(&mut self, ui: &mut egui::Ui, _cx: &mut Context) {
        ui.label("Under construction");
    }
}
