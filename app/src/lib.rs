//! Satchel's window and command line. Nothing is decided here that satchel-core could decide.

pub mod attach;
pub mod design;
pub mod locale;
pub mod numbered;
pub mod paper;
pub mod shell;
pub mod views;
pub mod widgets;

pub use shell::{SatchelApp, WindowOptions, run_window};
