//! Contacts: the list, and the form of one.

use eframe::egui;
use satchel_core::DocId;

use crate::shell::Context;

#[derive(Default)]
pub struct ContactsView;

impl ContactsView {
    pub fn show(&mut self, ui: &mut egui::Ui, _cx: &mut Context) {
        ui.label("Under construction");
    }

    /// Breadcrumb and buttons of one contact.
    pub fn top_bar(&mut self, _id: DocId, _ui: &mut egui::Ui, _cx: &mut Context) {}

    /// The form of one contact. The id may change from frame to frame.
    pub fn show_one(&mut self, _id: DocId, ui: &mut egui::Ui, _cx: &mut Context) {
        ui.label("Under construction");
    }
}
