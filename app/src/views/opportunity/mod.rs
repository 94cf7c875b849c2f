//! One opportunity: its form, its activities and its timeline.

use eframe::egui;
use satchel_core::DocId;

use crate::shell::Context;

#[derive(Default)]
pub struct OpportunityView;

impl OpportunityView {
    /// The id may change from frame to frame: another one was opened.
    pub fn show(&mut self, _id: DocId, ui: &mut egui::Ui, _cx: &mut Context) {
        ui.label("Under construction");
    }
}
