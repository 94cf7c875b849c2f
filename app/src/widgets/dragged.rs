//! What becomes of a thing under the pointer.

use eframe::egui::{Key, Modifiers, Ui};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Held,
    /// Escape, or the pointer was lost.
    GivenUp,
    Dropped,
}

/// In this frame; takes the Escape that gives it up.
pub fn fate(ui: &Ui) -> Fate {
    let escaped = ui.input_mut(|i| i.consume_key(Modifiers::NONE, Key::Escape));
    let (released, down) = ui.input(|i| (i.pointer.primary_released(), i.pointer.primary_down()));
    match (escaped, released, down) {
        (true, ..) | (false, false, false) => {
            ui.ctx().stop_dragging();
            Fate::GivenUp
        }
        (false, true, _) => Fate::Dropped,
        (false, false, true) => Fate::Held,
    }
}
