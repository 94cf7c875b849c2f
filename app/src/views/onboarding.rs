//! First start: found a workspace, join one, or look at sample data.

use std::path::PathBuf;

use eframe::egui;
use satchel_core::{Workspace, environment::Environment};

use crate::shell::Mode;

/// What the first start led to.
pub struct Opened {
    pub workspace: Workspace,
    /// Sample data in memory: never shared.
    pub sample: bool,
    /// Go on with the import wizard.
    pub import: bool,
}

pub struct Onboarding {
    _folder: Option<PathBuf>,
    _environment: Environment,
    _mode: Mode,
}

impl Onboarding {
    pub fn new(folder: Option<PathBuf>, environment: Environment, mode: Mode) -> Onboarding {
        Onboarding { _folder: folder, _environment: environment, _mode: mode }
    }

    /// The workspace, once there is one.
    pub fn show(&mut self, ui: &mut egui::Ui) -> Option<Opened> {
        ui.label("Welcome to Satchel");
        None
    }
}
