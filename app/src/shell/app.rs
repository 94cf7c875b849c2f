use std::{path::PathBuf, sync::Arc};

use anyhow::anyhow;
use eframe::egui;
use satchel_core::{Storage, Workspace, environment::Environment};
use satchel_sync::{Node, Phone};

use super::{
    context::Say,
    dialler::Dialler,
    engine::Mode,
    idle::Leave,
    reminders::Notices,
    session::{LOCALE, Session, THEME},
    viewer::Viewer,
};
use crate::{
    design::{Theme, theme},
    locale::{self, Locale},
    views::{
        lock::{Left, LockPage},
        onboarding::{Locked, Onboarding},
        opening::{self, OpeningPage},
    },
};

/// What the window opens on.
pub struct Start {
    /// Nothing shows the first start.
    pub workspace: Option<Workspace>,
    /// Where a workspace founded or joined at the first start will lie; nothing keeps it in memory.
    pub folder: Option<PathBuf>,
    pub environment: Environment,
    /// What this device is called among the others.
    pub device_name: String,
    pub mode: Mode,
    /// Take part in the network.
    pub network: bool,
    /// What is spoken until a person chooses.
    pub locale: Locale,
    pub dialler: Dialler,
    pub notices: Notices,
    pub viewer: Viewer,
}

/// What the command line opens the window with.
pub struct WindowOptions {
    /// The workspace's folder.
    pub data: PathBuf,
    pub environment: Environment,
    /// What this device is called among the others.
    pub device_name: String,
    /// This workspace rather than the one in `data`: sample data.
    pub workspace: Option<Workspace>,
    /// Take part in the network.
    pub network: bool,
}

/// The whole application.
pub struct SatchelApp {
    state: State,
    /// Where a workspace is founded or joined when there is none.
    first: First,
    mode: Mode,
    network: bool,
    dialler: Dialler,
    notices: Notices,
    viewer: Viewer,
}

/// What the first start needs to know.
#[derive(Clone)]
struct First {
    folder: Option<PathBuf>,
    environment: Environment,
    device_name: String,
}

enum State {
    First(Box<Onboarding>),
    Opening(Box<OpeningPage>),
    Locked(Box<LockPage>),
    Open(Box<Session>),
}

impl SatchelApp {
    pub fn new(ctx: &egui::Context, start: Start) -> SatchelApp {
        theme::install(ctx);
        locale::install();
        let Start { workspace, folder, environment, device_name, mode, network, locale, dialler, notices, viewer } =
            start;
        locale::speak(locale);
        // What a crash left.
        viewer.sweep();
        let first = First { folder, environment, device_name };
        let outside = (dialler.clone(), notices.clone(), viewer.clone());
        let state = match (workspace, first.folder.clone()) {
            (Some(workspace), _) => State::Open(Box::new(Session::new(ctx, workspace, mode, network, outside))),
            (None, Some(folder)) if Storage::Folder(folder.clone()).holds_workspace() => first.door(ctx, folder, mode),
            (None, _) => first.onboarding(ctx, mode),
        };
        SatchelApp { state, first, mode, network, dialler, notices, viewer }
    }

    /// The phone of this device, while a workspace is open.
    pub fn phone(&self) -> Option<&Phone> {
        match &self.state {
            State::Open(session) => Some(session.phone()),
            State::First(_) | State::Opening(_) | State::Locked(_) => None,
        }
    }

    /// The network node, once it runs.
    pub fn node(&self) -> Option<Arc<Node>> {
        match &self.state {
            State::Open(session) => session.node(),
            State::First(_) | State::Opening(_) | State::Locked(_) => None,
        }
    }
}

impl First {
    fn onboarding(&self, ctx: &egui::Context, mode: Mode) -> State {
        let First { folder, environment, device_name } = self.clone();
        State::First(Box::new(Onboarding::new(ctx, folder, environment, device_name, mode)))
    }

    /// Before the workspace of a folder: it is opened, or its passphrase asked for.
    fn door(&self, ctx: &egui::Context, folder: PathBuf, mode: Mode) -> State {
        let environment = self.environment.clone();
        match Storage::Folder(folder.clone()).is_locked() {
            Ok(true) => State::Locked(Box::new(LockPage::new(folder, environment, mode))),
            // What cannot be looked into is told of when it is opened.
            Ok(false) | Err(_) => State::Opening(Box::new(OpeningPage::new(ctx, folder, environment, mode))),
        }
    }
}

impl eframe::App for SatchelApp {
    fn logic(&mut self, ctx: &egui::Context, _frame: &mut eframe::Frame) {
        if let State::Open(session) = &mut self.state {
            session.receive(ctx);
            session.lock_in_time(ctx);
        }
        self.leave(ctx);
    }

    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        self.draw(ui);
    }
}

impl SatchelApp {
    /// One frame, over the whole of `ui`.
    pub fn draw(&mut self, ui: &mut egui::Ui) {
        match &mut self.state {
            State::Open(session) => {
                session.ui(ui);
                self.leave(ui.ctx());
            }
            State::Opening(page) => match page.show(ui) {
                Some(opening::Left::Opened(workspace, say)) => self.come_back(ui, *workspace, say),
                Some(opening::Left::Locked) => {
                    if let Some(folder) = self.first.folder.clone() {
                        self.state = self.first.door(ui.ctx(), folder, self.mode);
                    }
                }
                Some(opening::Left::Elsewhere) => self.state = self.first.onboarding(ui.ctx(), self.mode),
                None => {}
            },
            State::Locked(page) => match page.show(ui) {
                Some(Left::Opened(workspace, say)) => self.come_back(ui, *workspace, say),
                Some(Left::Open(folder, say)) => {
                    let page = OpeningPage::new(ui.ctx(), folder, self.first.environment.clone(), self.mode);
                    self.state = State::Opening(Box::new(page.saying(say)));
                }
                Some(Left::PutAside | Left::Back) => self.state = self.first.onboarding(ui.ctx(), self.mode),
                None => {}
            },
            State::First(onboarding) => {
                if let Some(opened) = onboarding.show(ui) {
                    let network = self.network && !opened.sample;
                    if opened.theme != Theme::default() {
                        let _ = opened.workspace.set_setting(THEME, opened.theme.name().as_bytes());
                    }
                    if let Some(locale) = opened.locale {
                        let _ = opened.workspace.set_setting(LOCALE, locale.stored().as_bytes());
                    }
                    self.enter(ui, opened.workspace, network, |session| {
                        if opened.import {
                            session.open_import();
                        }
                    });
                } else if let Some(locked) = onboarding.take_locked() {
                    let (folder, backup) = match locked {
                        Locked::Workspace(folder) => (Some(folder), None),
                        Locked::Backup(file) => (self.first.folder.clone(), Some(file)),
                    };
                    if let Some(folder) = folder {
                        let page = LockPage::new(folder, self.first.environment.clone(), self.mode).chosen(backup);
                        self.state = State::Locked(Box::new(page));
                        ui.ctx().request_repaint();
                    }
                }
            }
        }
    }
}

impl SatchelApp {
    /// Into a workspace that was opened again, with what became of its passphrase.
    fn come_back(&mut self, ui: &egui::Ui, workspace: Workspace, say: Option<Say>) {
        self.enter(ui, workspace, self.network, |session| say.into_iter().for_each(|say| session.come_back(say)));
    }

    fn enter(&mut self, ui: &egui::Ui, workspace: Workspace, network: bool, begin: impl FnOnce(&mut Session)) {
        let outside = (self.dialler.clone(), self.notices.clone(), self.viewer.clone());
        let mut session = Session::new(ui.ctx(), workspace, self.mode, network, outside);
        begin(&mut session);
        session.say_damaged();
        self.state = State::Open(Box::new(session));
        ui.ctx().request_repaint();
    }

    /// Closes the open workspace if it is to be: nothing of it stays in sight, and the network stops.
    fn leave(&mut self, ctx: &egui::Context) {
        let State::Open(session) = &mut self.state else { return };
        let Some((leave, folder, environment)) = session.take_leave() else { return };
        let page = LockPage::new(folder, environment, self.mode);
        let before = std::mem::replace(&mut self.state, State::Locked(Box::new(page)));
        if let State::Open(session) = before {
            session.part();
        }
        if let (State::Locked(page), Leave::Protect { now, with }) = (&mut self.state, leave) {
            page.rewrite(ctx, now, with);
        }
        ctx.request_repaint();
    }
}

/// Opens the window and returns when it is closed. What is wrong with the workspace (in use, of a newer version, damaged) is said
/// there. Fails with one line when there is no screen.
pub fn run_window(options: WindowOptions) -> anyhow::Result<()> {
    let WindowOptions { data, environment, device_name, workspace, network } = options;
    let locale = Locale::of_system();
    let start = Start {
        workspace,
        folder: Some(data),
        environment,
        device_name,
        mode: Mode::Threads,
        network,
        locale,
        dialler: Dialler::default(),
        notices: Notices::default(),
        viewer: Viewer::default(),
    };
    let native = eframe::NativeOptions {
        viewport: egui::ViewportBuilder::default()
            .with_title("Satchel")
            .with_app_id("satchel")
            .with_inner_size([1280.0, 800.0])
            .with_min_inner_size([760.0, 480.0]),
        ..Default::default()
    };
    eframe::run_native("Satchel", native, Box::new(|cc| Ok(Box::new(SatchelApp::new(&cc.egui_ctx, start)))))
        .map_err(|error| anyhow!("no window could be opened: {error}"))
}
