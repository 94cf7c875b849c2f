//! Who shares the workspace: the popover of the sync line, and inviting somebody.

use eframe::egui;

use crate::shell::Context;

#[derive(Default)]
pub struct TeamView;

impl TeamView {
    /// What the sync line at the foot of the rail says: "Shared with 2 of 3".
    pub fn line(&self, _cx: &Context) -> String {
        "Not shared yet".to_owned()
    }

    /// The popover of the sync line. Called every frame after the line was drawn; opens when it was clicked.
    pub fn popover(&mut self, _line: &egui::Response, _cx: &mut Context) {}

    /// Opens the dialog that makes an invitation.
    pub fn open_invite(&mut self) {}

    /// Dialogs over whatever page is shown. Called every frame.
    pub fn dialogs(&mut self, _ctx: &egui::Context, _cx: &mut Context) {}
}
