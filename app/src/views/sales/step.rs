//! A step of a quotation or an invoice that was asked for: it waits until what was being typed is on its way.

use eframe::egui::{Key, Modifiers, Ui};
use satchel_core::Command;
use tr::tr;

use crate::shell::{Action, Context, Page, Say};

#[derive(Default)]
pub struct Step {
    asked: Option<(Command, Option<Page>)>,
    /// Drawn once since: fields that lost the focus have saved themselves.
    is_ready: bool,
}

impl Step {
    /// Asks for it; the page is opened with it.
    pub fn ask(&mut self, ui: &Ui, command: Command, then: Option<Page>) {
        ui.memory_mut(|m| m.focused().into_iter().for_each(|id| m.surrender_focus(id)));
        ui.ctx().request_repaint();
        (self.asked, self.is_ready) = (Some((command, then)), false);
    }

    /// Said at the end of a frame. What was typed wrong holds it back.
    pub fn turn(&mut self, ui: &Ui, cx: &mut Context, is_wrong: bool) {
        if self.asked.is_some() && !std::mem::replace(&mut self.is_ready, true) {
            ui.ctx().request_repaint();
            return;
        }
        let Some((command, then)) = self.asked.take() else { return };
        if is_wrong {
            let words = tr!("A field marked red is not saved yet: correct it first");
            cx.actions.push(Action::Say(Say::Refused(words)));
            return;
        }
        cx.execute(command);
        cx.actions.extend(then.map(Action::Open));
    }
}

/// Whether the keys of the page's one primary button were pressed.
pub fn pressed(ui: &Ui) -> bool {
    let free = ui.ctx().memory(|m| m.top_modal_layer().is_none());
    free && ui.input_mut(|i| i.consume_key(Modifiers::COMMAND, Key::Enter))
}
