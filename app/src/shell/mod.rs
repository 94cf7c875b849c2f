//! The window around the views: rail, top bar, toasts, the engine that carries commands, and what views may ask for.

mod app;
mod assign;
mod closing;
pub mod command;
mod confirm;
pub mod context;
pub mod dialler;
pub mod engine;
pub mod hand;
pub mod idle;
mod offered;
pub mod palette;
pub mod questions;
mod rail;
pub mod read_marks;
mod reminders;
mod session;
mod shortcuts;
mod toast;
mod topbar;
pub mod viewer;
pub mod words;

pub use app::{SatchelApp, Start, WindowOptions, run_window};
pub use command::UiCommand;
pub use context::{Action, Context, Page, Reply, Say};
pub use dialler::Dialler;
pub use engine::{Mode, Pending, Progress};
pub use hand::{Deed, Hand};
pub use read_marks::ReadMarks;
pub use reminders::{Notices, Wanted};
pub use viewer::{Copies, Viewer};
