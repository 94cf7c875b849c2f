//! Quotations, orders and invoices on paper: what stands on it ([`Paper`]), where it stands ([`lay_out`]), and the file
//! ([`pdf`]). Of the window and of the command line alike; written as the language and region of who prints it.

mod content;
mod layout;
mod pdf;
pub mod picture;
mod text;

use satchel_core::Workspace;

pub use self::{
    content::{Line, Paper},
    layout::{Mark, Page, lay_out},
    pdf::pdf,
    text::{Cut, Fonts},
};

/// The picture of the company, if it is on this device.
pub fn logo(workspace: &Workspace) -> Option<Vec<u8>> {
    let hash = workspace.records().company.as_ref()?.logo()?.hash;
    workspace.file(hash).ok()
}
