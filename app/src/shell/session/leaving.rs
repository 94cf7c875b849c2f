//! Leaving a page while something is typed on it, and the workspace once nobody has touched anything for long enough.

use std::{path::PathBuf, time::Duration};

use eframe::egui::{self, ViewportCommand};
use satchel_core::{Workspace, environment::Environment};

use super::{Session, acts::first_close};
use crate::{
    locale,
    shell::{
        command::UiCommand,
        context::Action,
        idle::{self, FRAMES, LOCK_AFTER, LOOK, Leave, Moment},
    },
};

/// The minutes after which it locks by itself.
pub(super) fn lock_after(workspace: &Workspace) -> Option<u64> {
    workspace.is_sealed().then(|| idle::minutes(workspace.setting(LOCK_AFTER))).flatten()
}

impl Session {
    /// Why the workspace is to be closed, once somebody wants it.
    pub fn take_leave(&mut self) -> Option<(Leave, PathBuf, Environment)> {
        let folder = self.engine.workspace().folder()?;
        Some((self.leave.take()?, folder, self.environment.clone()))
    }

    /// Lets go of the network in a thread of its own: its goodbyes take a moment.
    pub fn part(self) {
        let (node, coming) = (self.running, self.node);
        locale::spawn(move || drop((node, coming)));
    }

    /// Locks when it is time: also while the window is hidden, and before what is done in this frame counts.
    pub fn lock_in_time(&mut self, ctx: &egui::Context) {
        let left = self.idle.left(Moment::now(&self.environment), lock_after(self.engine.workspace()));
        if left == Some(Duration::ZERO) {
            // What is being looked for there is nothing to save.
            self.palette = None;
        } else {
            self.idle.given = 0;
        }
        match left {
            None => {}
            Some(Duration::ZERO) if !self.keeps_open => self.leave = Some(Leave::Lock),
            Some(Duration::ZERO) if self.idle.given < FRAMES => {
                self.idle.given += 1;
                ctx.memory_mut(|m| m.focused().into_iter().for_each(|id| m.surrender_focus(id)));
                // A hidden window has no frames otherwise.
                ctx.send_viewport_cmd(ViewportCommand::RequestPaintWhileHidden);
                self.toast = Some(first_close());
            }
            // Whoever comes saves or closes it, and then it locks.
            Some(Duration::ZERO) => {}
            Some(left) => ctx.request_repaint_after(left.min(LOOK)),
        }
    }
}

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
