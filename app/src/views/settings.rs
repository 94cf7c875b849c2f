//! Settings of this device.

use eframe::egui;

use crate::shell::Context;

#[derive(Default)]
pub struct Settings;

impl Settings {
    pub fn show(&mut self, ui: &mut egui::Ui, _cx: &mut Context) {
        ui.label("Under construction");
    }
}
