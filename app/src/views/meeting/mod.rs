//! A meeting in a dialog, over whatever page is shown.

use eframe::egui::Ui;
use satchel_core::{DocId, value::When};

use crate::shell::Context;

/// Which meeting is opened.
#[derive(Clone, Debug, PartialEq)]
pub enum MeetingAsk {
    /// A new one: when, and about which opportunity or contact, as far as that is known.
    New { when: Option<When>, about: Option<DocId> },
    /// One that is there; of a series, which occurrence ([`Entry::of`](satchel_core::query::agenda::Entry)).
    Open { id: DocId, of: Option<(DocId, i64)> },
}

impl Default for MeetingAsk {
    fn default() -> MeetingAsk {
        MeetingAsk::New { when: None, about: None }
    }
}

pub struct MeetingDialog {
    #[expect(dead_code)]
    ask: MeetingAsk,
}

impl MeetingDialog {
    pub fn new(ask: MeetingAsk) -> MeetingDialog {
        MeetingDialog { ask }
    }

    /// True once it is saved or closed.
    pub fn show(&mut self, _ui: &mut Ui, _cx: &mut Context) -> bool {
        true
    }

    pub fn unsaved(&self, _cx: &mut Context) {}
}
