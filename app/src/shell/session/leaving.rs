//! Leaving a page while something is typed on it.

use eframe::egui;

use crate::shell::{command::UiCommand, context::Action};

/// Takes out what leads away from a page on which somebody is typing: a page is left once what is typed on it is, since
/// a field saves itself when it loses the focus, which it does here.
pub(super) fn held_back(ui: &egui::Ui, actions: &mut Vec<Action>) -> Vec<Action> {
    if !ui.ctx().text_edit_focused() {
        return Vec::new();
    }
    let held: Vec<Action> = actions.extract_if(.., |action| leads_away(action)).collect();
    if !held.is_empty() {
        ui.memory_mut(|m| m.focused().into_iter().for_each(|id| m.surrender_focus(id)));
        ui.ctx().request_repaint();
    }
    held
}

fn leads_away(action: &Action) -> bool {
    match action {
        Action::Open(_)
        | Action::Report(_)
        | Action::Ask(..)
        | Action::Back
        | Action::Leave(_)
        | Action::New(_)
        | Action::SetUp(..)
        | Action::Import(_) => true,
        Action::Perform(command) | Action::PerformOn(command, _) => matches!(
            command,
            UiCommand::Open
                | UiCommand::Back
                | UiCommand::New
                | UiCommand::Dashboard
                | UiCommand::Reporting
                | UiCommand::Analysis(_)
                | UiCommand::Pipeline
                | UiCommand::Todo
                | UiCommand::Leads
                | UiCommand::Contacts
                | UiCommand::Calendar
                | UiCommand::Calls
                | UiCommand::Sales
                | UiCommand::Quotations
                | UiCommand::Invoices
                | UiCommand::Products
                | UiCommand::OtherSales
                | UiCommand::Quote
                | UiCommand::Import
                | UiCommand::Conflicts
                | UiCommand::Settings
                | UiCommand::SetUp(_)
                | UiCommand::ShowBoard
                | UiCommand::ShowList
                | UiCommand::ShowClosing
                | UiCommand::ShowForecast
                | UiCommand::Lock
                | UiCommand::Trash
        ),
        _ => false,
    }
}
