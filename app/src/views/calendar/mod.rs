//! The calendar: everything that has a time.

use eframe::egui::Ui;

use crate::shell::Context;

#[derive(Default)]
pub struct CalendarView {}

impl CalendarView {
    pub fn top_bar(&mut self, _ui: &mut Ui, _cx: &mut Context) {}

    pub fn show(&mut self, _ui: &mut Ui, _cx: &mut Context) {}

    pub fn unsaved(&self, _cx: &mut Context) {}

    pub fn meanwhile(&mut self, _cx: &mut Context) {}
}
