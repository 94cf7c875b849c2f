//! The page before a workspace that is under a passphrase: it asks for it, and says what who forgot it can do. And the page
//! while a workspace is written anew.

use std::{fs::File, io::BufReader, path::PathBuf, thread, time::Duration};

use eframe::egui::{Context, Id, Key, Rect, Ui, pos2, text_edit, vec2};
use satchel_core::{Error, Passphrase, Storage, Workspace, environment::Environment};
use tr::tr;
use zeroize::Zeroizing;

use crate::{
    design::{icons, palette, type_scale},
    locale::said,
    shell::{Mode, Pending, Say},
    views::opening,
    widgets::{Button, Input, link},
};

/// What became of the page.
pub enum Left {
    Opened(Box<Workspace>, Option<Say>),
    /// It is under no passphrase: it is opened without one.
    Open(PathBuf, Option<Say>),
    /// The workspace is put aside: this device may join again.
    PutAside,
    /// Something else is to be opened.
    Back,
}

/// What is done while the workspace is closed: what to tell then, and the passphrase that opens it.
type Rewritten = (Result<String, Error>, Option<Passphrase>);

pub struct LockPage {
    folder: PathBuf,
    /// What is put back there.
    backup: Option<PathBuf>,
    /// It was chosen to be opened: one can choose otherwise.
    chosen: bool,
    environment: Environment,
    mode: Mode,
    typed: Zeroizing<String>,
    shown: bool,
    forgot: bool,
    problem: Option<String>,
    /// What the toast says once it is open.
    say: Option<Say>,
    opening: Option<Pending<Result<Workspace, Error>>>,
    rewriting: Option<Pending<Rewritten>>,
    focus: bool,
}

const WIDTH: f32 = 400.0;
/// The network and the threads of the window that was locked let go of the file by and by.
const PATIENCE: (u32, Duration) = (60, Duration::from_millis(50));

impl LockPage {
    pub fn new(folder: PathBuf, environment: Environment, mode: Mode) -> LockPage {
        LockPage {
            folder,
            backup: None,
            chosen: false,
            environment,
            mode,
            typed: Zeroizing::default(),
            shown: false,
            forgot: false,
            problem: None,
            say: None,
            opening: None,
            rewriting: None,
            focus: true,
        }
    }

    /// Of a folder or a backup that a person chose.
    pub fn chosen(self, backup: Option<PathBuf>) -> LockPage {
        LockPage { backup, chosen: true, ..self }
    }

    /// Writes the workspace anew, under another passphrase or none, and opens it again.
    pub fn rewrite(&mut self, ctx: &Context, now: Option<Passphrase>, with: Option<Passphrase>) {
        let (folder, environment) = (self.folder.clone(), self.environment.clone());
        let open = Storage::Folder(folder.clone()).left_in_the_open();
        let says = match (&with, open.first()) {
            (None, _) => tr!("The workspace is under no passphrase any more"),
            (Some(_), None) => tr!("The workspace is under the passphrase"),
            (Some(_), Some(aside)) => tr!(
                "The workspace is under the passphrase. What was put aside before is not: delete {path} once nobody needs it",
                path = aside.display()
            ),
        };
        self.rewriting = Some(Pending::run(self.mode, ctx, move || {
            let storage = || Storage::Folder(folder.clone()).under(now.clone());
            match patiently(|| storage().protect(with.as_ref(), &environment)) {
                Ok(()) => (Ok(says), with),
                Err(error) => (Err(error), now),
            }
        }));
    }

    pub fn show(&mut self, ui: &mut Ui) -> Option<Left> {
        if let Some((done, passphrase)) = self.rewriting.as_ref().and_then(Pending::take) {
            self.rewriting = None;
            self.say = Some(done.map_or_else(|error| Say::Refused(said(&error.message())), Say::Done));
            if passphrase.is_none() {
                return Some(Left::Open(self.folder.clone(), self.say.take()));
            }
            self.open(ui, passphrase);
        }
        if let Some(opened) = self.opening.as_ref().and_then(Pending::take) {
            self.opening = None;
            match opened {
                Ok(workspace) => {
                    self.forget(ui);
                    return Some(Left::Opened(Box::new(workspace), self.say.take()));
                }
                Err(Error::WrongPassphrase) => {
                    self.problem = Some(tr!("This is not the passphrase. Nothing was changed: try again."));
                    self.focus = true;
                }
                Err(error) => self.problem = Some(said(&error.message())),
            }
        }
        let mut left = None;
        opening::card(ui, WIDTH, |ui| {
            match self.rewriting.is_some() || (self.opening.is_some() && self.say.is_some()) {
                true => at_work(ui),
                false => left = self.locked(ui),
            }
        });
        left
    }

    fn locked(&mut self, ui: &mut Ui) -> Option<Left> {
        let p = palette(ui);
        let (title, says) = match self.backup {
            Some(_) => (
                tr!("This backup is locked"),
                tr!("It is under the passphrase that the workspace had then, and so will be what is put back."),
            ),
            None => (tr!("Satchel is locked"), tr!("The workspace on this device is under a passphrase.")),
        };
        ui.label(type_scale::TITLE.text(title));
        ui.add_space(2.0);
        ui.label(type_scale::BODY.text(says).color(p.text2));
        ui.add_space(18.0);
        let busy = self.opening.is_some();
        let (name, id) = (tr!("Passphrase"), Id::unique("passphrase"));
        let input = Input::new(&mut self.typed, &name).id(id).icon(icons::KEY).height(34.0).reserve(34.0);
        let field = input.hidden(!self.shown).wrong(self.problem.is_some()).show(ui);
        if std::mem::take(&mut self.focus) {
            field.request_focus();
        }
        let eye = Rect::from_center_size(pos2(field.rect.right() + 24.0, field.rect.center().y), vec2(28.0, 26.0));
        let name = if self.shown { tr!("Hide the passphrase") } else { tr!("Show the passphrase") };
        let button = Button::ghost("").icon(icons::VISIBILITY).name(&name).small().selected(self.shown);
        if ui.put(eye, button).clicked() {
            self.shown = !self.shown;
        }
        if field.changed() {
            self.problem = None;
        }
        if let Some(problem) = &self.problem {
            ui.add_space(6.0);
            ui.label(type_scale::SECONDARY.text(problem).color(p.late.text));
        }
        ui.add_space(14.0);
        let entered = field.lost_focus() && ui.input(|i| i.key_pressed(Key::Enter));
        let name = tr!("Unlock");
        let words = if busy { tr!("Unlocking…") } else { name.clone() };
        let ready = !busy && !self.typed.is_empty();
        let unlock = Button::primary(&words).name(&name).large().width(ui.available_width()).enabled(ready);
        if (ui.add(unlock).clicked() || entered) && ready {
            let passphrase = Passphrase::new(&self.typed);
            self.open(ui, Some(passphrase));
        }
        ui.add_space(16.0);
        if self.chosen {
            return link(ui, None, &tr!("Back")).clicked().then_some(Left::Back);
        }
        if link(ui, None, &tr!("Forgot the passphrase?")).clicked() {
            self.forgot = !self.forgot;
        }
        if self.forgot { self.way_back(ui, busy) } else { None }
    }

    fn way_back(&mut self, ui: &mut Ui, busy: bool) -> Option<Left> {
        let p = palette(ui);
        ui.add_space(8.0);
        let says = tr!(
            "Nobody can get a passphrase back. But a colleague can invite this laptop again: then everything is here that \
             your team has. What was on this laptop alone stays in its folder, put aside and not deleted, for the case that \
             the passphrase comes back to you."
        );
        ui.label(type_scale::BODY.text(says).color(p.text2));
        ui.add_space(10.0);
        if ui.add(Button::new(&tr!("Put it aside and join again")).enabled(!busy)).clicked() {
            match Storage::Folder(self.folder.clone()).put_aside(&self.environment) {
                Ok(_) => {
                    self.forget(ui);
                    return Some(Left::PutAside);
                }
                Err(error) => self.problem = Some(said(&error.message())),
            }
        }
        None
    }

    fn open(&mut self, ui: &Ui, passphrase: Option<Passphrase>) {
        self.problem = None;
        let (folder, backup, environment) = (self.folder.clone(), self.backup.clone(), self.environment.clone());
        self.opening = Some(Pending::run(self.mode, ui.ctx(), move || {
            if let Some(backup) = &backup {
                let file = File::open(backup).map_err(|e| Error::refused(e.to_string()))?;
                let storage = Storage::Folder(folder).under(passphrase);
                return Workspace::restore_backup(BufReader::new(file), storage, environment);
            }
            patiently(|| {
                Workspace::open(Storage::Folder(folder.clone()).under(passphrase.clone()), environment.clone())
            })
        }));
    }

    /// Nothing of what was typed stays in the window's memory.
    fn forget(&mut self, ui: &Ui) {
        self.typed = Zeroizing::default();
        text_edit::TextEditState::default().store(ui.ctx(), Id::unique("passphrase"));
    }
}

fn at_work(ui: &mut Ui) {
    let p = palette(ui);
    ui.label(type_scale::TITLE.text(tr!("Writing everything anew…")));
    ui.add_space(2.0);
    let says = tr!("It takes a moment. If the power goes now, nothing is lost: it is as it was, or done.");
    ui.label(type_scale::BODY.text(says).color(p.text2));
}

fn patiently<T>(work: impl Fn() -> Result<T, Error>) -> Result<T, Error> {
    let (times, pause) = PATIENCE;
    for _ in 0..times {
        match work() {
            Err(Error::InUse(_)) => thread::sleep(pause),
            done => return done,
        }
    }
    work()
}
