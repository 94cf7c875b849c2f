//! A file that is about to be written: its path, typed or chosen, and what became of the writing.

use std::{
    fs::File,
    path::{Path, PathBuf},
};

use eframe::egui::{Id, Key, Response, Ui};
use satchel_core::Workspace;
use tr::tr;

use crate::{
    design::{palette, type_scale},
    numbered,
    shell::{Context, Pending},
    widgets::{Button, Input},
};

pub struct Saving {
    path: String,
    problem: Option<String>,
    is_focused: bool,
    writing: Option<Pending<Result<PathBuf, String>>>,
    choosing: Option<Pending<Option<PathBuf>>>,
    /// What the system's dialog was told to replace.
    replaced: Option<PathBuf>,
}

/// Where people look for what a program gave them.
pub fn downloads() -> PathBuf {
    let dirs = directories::UserDirs::new();
    dirs.and_then(|dirs| dirs.download_dir().map(PathBuf::from).or_else(|| Some(dirs.home_dir().to_owned())))
        .unwrap_or_default()
}

impl Saving {
    pub fn new(path: &Path) -> Saving {
        let path = path.display().to_string();
        Saving { path, problem: None, is_focused: false, writing: None, choosing: None, replaced: None }
    }

    /// As it is typed.
    pub fn path(&self) -> PathBuf {
        PathBuf::from(self.path.trim())
    }

    pub fn set_path(&mut self, path: &Path) {
        self.path = path.display().to_string();
    }

    /// Whether a person said that this file may go.
    pub fn replaces(&self, path: &Path) -> bool {
        self.replaced.as_deref() == Some(path)
    }

    pub fn is_writing(&self) -> bool {
        self.writing.is_some()
    }

    pub fn refuse(&mut self, why: String) {
        self.problem = Some(why);
    }

    /// A file that is being written.
    pub fn unsaved(&self, cx: &mut Context) {
        if self.writing.as_ref().is_some_and(|writing| !writing.is_done()) {
            cx.unsaved.push(tr!("{} is still being written", self.path.trim()));
        }
    }

    /// Takes what was chosen and what was done since. The file, once it is written.
    pub fn turn(&mut self) -> Option<PathBuf> {
        if let Some(Some(path)) = self.choosing.as_ref().and_then(Pending::take) {
            self.set_path(&path);
            self.replaced = Some(path).filter(|path| path.exists());
        }
        let result = self.writing.as_ref().and_then(Pending::take)?;
        self.writing = None;
        result.map_err(|problem| self.problem = Some(problem)).ok()
    }

    /// The field for the path, with what is wrong under it.
    pub fn field(&mut self, ui: &mut Ui, id: Id) -> Response {
        let name = tr!("File");
        let response = Input::new(&mut self.path, &name).id(id).wrong(self.problem.is_some()).show(ui);
        if !std::mem::replace(&mut self.is_focused, true) {
            response.request_focus();
        }
        if response.changed() {
            self.problem = None;
        }
        if let Some(problem) = &self.problem {
            ui.label(type_scale::SECONDARY.text(problem).color(palette(ui).late.text));
        }
        response
    }

    /// The button that asks the system's dialog for a place.
    pub fn chooser(&mut self, ui: &mut Ui, cx: &mut Context) {
        if ui.add(Button::ghost(&tr!("Choose a folder…")).small()).clicked() {
            let file = PathBuf::from(&self.path).file_name().map(|n| n.to_string_lossy().into_owned());
            let dialog = rfd::FileDialog::new().set_title(tr!("Export")).set_file_name(file.unwrap_or_default());
            self.choosing = Some(cx.background(move |_, _| dialog.save_file()));
        }
    }

    /// Writes in a thread of its own, one file at a time; another file of the name stays unless it is to be replaced.
    pub fn write(
        &mut self,
        cx: &mut Context,
        path: PathBuf,
        bytes: impl FnOnce(&Workspace) -> Result<Vec<u8>, String> + Send + 'static,
    ) {
        let over = self.replaces(&path);
        self.work(cx, move |workspace| {
            let bytes = bytes(workspace)?;
            match over {
                true => replace(&path, &bytes).map(|()| path),
                false => numbered::write(&path, &bytes).map_err(|why| unwritten(&path, &why)),
            }
        });
    }

    /// As [`Saving::write`], for what is too much to be held at once: always a new file, which goes again where it fails.
    pub fn stream(
        &mut self,
        cx: &mut Context,
        path: PathBuf,
        fill: impl FnOnce(&Workspace, &File) -> Result<(), String> + Send + 'static,
    ) {
        self.work(cx, move |workspace| {
            let filled = numbered::stream(&path, |file| fill(workspace, file), |path, why| unwritten(path, &why));
            filled.map(|(path, ())| path)
        });
    }

    fn work(&mut self, cx: &mut Context, work: impl FnOnce(&Workspace) -> Result<PathBuf, String> + Send + 'static) {
        if !self.is_writing() {
            self.writing = Some(cx.background(move |workspace, _| work(workspace)));
        }
    }
}

/// Whether Enter ended the typing.
pub fn entered(ui: &Ui, response: &Response) -> bool {
    response.lost_focus() && ui.input(|i| i.key_pressed(Key::Enter))
}

/// Whole or not at all; not touched where it says the same.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<(), String> {
    if std::fs::read(path).is_ok_and(|there| there == bytes) {
        return Ok(());
    }
    let mut beside = path.as_os_str().to_owned();
    beside.push(".part");
    let beside = PathBuf::from(beside);
    let written = std::fs::write(&beside, bytes).and_then(|()| std::fs::rename(&beside, path));
    written.map_err(|why| {
        let _ = std::fs::remove_file(&beside);
        unwritten(path, &why)
    })
}

fn unwritten(path: &Path, why: &std::io::Error) -> String {
    tr!("{file} cannot be written: {reason}", file = path.display(), reason = why)
}
