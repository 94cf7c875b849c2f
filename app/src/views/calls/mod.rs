//! The phone: lists of calls, handed out one after the other.

mod dialog;

use eframe::egui::Ui;

use crate::shell::Context;

pub use dialog::{CallAsk, CallDialog};

#[derive(Default)]
pub struct CallsView {}

impl CallsView {
    pub fn top_bar(&mut self, _ui: &mut Ui, _cx: &mut Context) {}

    pub fn show(&mut self, _ui: &mut Ui, _cx: &mut Context) {}

    /// What is typed and not saved, also while another page is shown.
    pub fn unsaved(&self, _cx: &mut Context) {}
}
