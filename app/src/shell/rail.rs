//! The navigation at the left.

use eframe::egui;

use super::context::{Context, Page};
use crate::views::team::TeamView;

pub fn show(ui: &mut egui::Ui, cx: &mut Context, team: &mut TeamView) {
    for (page, label) in [(Page::Pipeline, "Pipeline"), (Page::Contacts, "Contacts"), (Page::Settings, "Settings")] {
        if ui.button(label).clicked() {
            cx.open(page);
        }
    }
    let line = ui.button(team.line(cx));
    team.popover(&line, cx);
}
