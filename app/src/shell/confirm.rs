//! Asks why opportunities were lost.

use eframe::egui;
use satchel_core::{Command, DocId};

use super::context::Context;

pub struct LostDialog {
    ids: Vec<DocId>,
    reason: Option<DocId>,
    note: String,
}

impl LostDialog {
    pub fn new(ids: Vec<DocId>) -> LostDialog {
        LostDialog { ids, reason: None, note: String::new() }
    }

    /// True once it is answered or closed.
    pub fn show(&mut self, _ctx: &egui::Context, cx: &mut Context) -> bool {
        cx.execute(Command::MarkLost { ids: self.ids.clone(), reason: self.reason, note: self.note.clone() });
        true
    }
}
