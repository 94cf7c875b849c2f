//! The pipeline as columns of cards.

use eframe::egui;

use crate::shell::Context;

#[derive(Default)]
pub struct Board;

impl Board {
    /// Opens the quick create in a column, in the first open one without a stage.
    pub fn create_in(&mut self, _stage: Option<satchel_core::DocId>) {}

    pub fn show(&mut self, ui: &mut egui::Ui, _cx: &mut Context) {
        ui.label("Under construction");
    }
}
