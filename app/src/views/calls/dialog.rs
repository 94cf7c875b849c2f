//! One call in a dialog, over whatever page is shown.

use eframe::egui::Ui;
use satchel_core::DocId;

use crate::shell::Context;

/// Which call is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallAsk {
    /// One that was made just now, about which opportunity or contact, as far as that is known.
    Log {
        about: Option<DocId>,
    },
    /// One to be made.
    Schedule {
        about: Option<DocId>,
    },
    /// Another one like this.
    Again(DocId),
    Open(DocId),
}

pub struct CallDialog {
    #[expect(dead_code)]
    ask: CallAsk,
}

impl CallDialog {
    pub fn new(ask: CallAsk) -> CallDialog {
        CallDialog { ask }
    }

    /// True once it is saved or closed.
    pub fn show(&mut self, _ui: &mut Ui, _cx: &mut Context) -> bool {
        true
    }

    pub fn unsaved(&self, _cx: &mut Context) {}
}
