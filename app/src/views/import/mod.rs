//! The import wizard: files, mapping, dry run, progress, what became of every row.

use std::path::PathBuf;

use eframe::egui;

use crate::shell::Context;

#[derive(Default)]
pub struct ImportView;

impl ImportView {
    /// Begins with these files (dropped, or chosen elsewhere); none means that the person is to choose.
    pub fn begin(&mut self, _files: Vec<PathBuf>) {}

    pub fn show(&mut self, ui: &mut egui::Ui, _cx: &mut Context) {
        ui.label("Under construction");
    }
}
