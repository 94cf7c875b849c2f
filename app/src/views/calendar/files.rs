//! The calendar as files: exported when asked, and one that other programs subscribe to, kept as the calendar is.

use std::path::{Path, PathBuf};

use eframe::egui::{Id, Key, Ui};
use satchel_core::{
    DocId, Workspace,
    exchange::calendar::{ics, of_person},
};
use tr::tr;

use crate::{
    design::{palette, type_scale},
    numbered,
    shell::{Action, Context, Pending, Say},
    views::format,
    widgets::{Button, Input, dialog},
};

/// The setting of this device that holds the path of the subscription file.
const SETTING: &str = "calendar file";

#[derive(Default)]
pub struct Files {
    dialog: Option<Dialog>,
    subscription: Subscription,
}

#[derive(Default)]
struct Subscription {
    /// Nothing before the setting was read.
    path: Option<Option<PathBuf>>,
    /// The revision that the file is of, or that could not be written.
    written: Option<u64>,
    writing: Option<(u64, Pending<Result<(), String>>)>,
    problem: Option<String>,
}

enum What {
    /// Everything that one is in.
    Mine,
    One(DocId),
    Subscription,
}

struct Dialog {
    what: What,
    path: String,
    problem: Option<String>,
    is_focused: bool,
    writing: Option<Pending<Result<PathBuf, String>>>,
    choosing: Option<Pending<Option<PathBuf>>>,
    /// What the system's dialog was told to replace.
    replaced: Option<PathBuf>,
}

impl Dialog {
    fn new(what: What, path: PathBuf) -> Dialog {
        Dialog {
            what,
            path: path.display().to_string(),
            problem: None,
            is_focused: false,
            writing: None,
            choosing: None,
            replaced: None,
        }
    }
}

fn folder() -> PathBuf {
    let dirs = directories::UserDirs::new();
    dirs.and_then(|dirs| dirs.download_dir().map(PathBuf::from).or_else(|| Some(dirs.home_dir().to_owned())))
        .unwrap_or_default()
}

/// A name without what some system's names may not have.
fn file_name(name: &str) -> String {
    let kept = |c: char| if c.is_alphanumeric() || " -_.,&".contains(c) { c } else { ' ' };
    let name: String = name.chars().map(kept).take(80).collect();
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() { "Meeting".to_owned() } else { name }
}

impl Files {
    pub fn export_all(&mut self, cx: &Context) {
        let path = folder().join(format!("{} {}.ics", tr!("Calendar"), cx.today));
        self.dialog = Some(Dialog::new(What::Mine, path));
    }

    pub fn export_one(&mut self, cx: &Context, meeting: DocId) {
        let path = folder().join(format!("{}.ics", file_name(cx.records.name(meeting))));
        self.dialog = Some(Dialog::new(What::One(meeting), path));
    }

    pub fn open_subscription(&mut self, cx: &Context) {
        let path = self.path(cx).unwrap_or_else(|| folder().join("satchel.ics"));
        self.dialog = Some(Dialog::new(What::Subscription, path));
    }

    fn path(&mut self, cx: &Context) -> Option<PathBuf> {
        let read = || {
            let text = (cx.setting)(SETTING).and_then(|bytes| String::from_utf8(bytes).ok());
            text.filter(|path| !path.is_empty()).map(PathBuf::from)
        };
        self.subscription.path.get_or_insert_with(read).clone()
    }

    pub fn unsaved(&self, cx: &mut Context) {
        if let Some(dialog) = self.dialog.as_ref().filter(|d| d.writing.as_ref().is_some_and(|w| !w.is_done())) {
            cx.unsaved.push(tr!("{} is still being written", dialog.path.trim()));
        }
    }

    /// Writes the subscription file anew when records changed since; one writing at a time.
    pub fn subscription(&mut self, cx: &mut Context) {
        let Some(path) = self.path(cx) else { return };
        let state = &mut self.subscription;
        if let Some((revision, pending)) = &state.writing {
            let Some(result) = pending.take() else { return };
            state.written = Some(*revision);
            state.writing = None;
            if let Err(why) = result {
                // Said once, not with every change.
                if state.problem.as_ref() != Some(&why) {
                    cx.actions.push(Action::Say(Say::Refused(why.clone())));
                }
                state.problem = Some(why);
            } else {
                state.problem = None;
            }
        }
        let revision = cx.records.revision;
        if state.written != Some(revision) {
            let user = cx.user;
            let work = cx.background(move |workspace, _| replace(&path, &mine(workspace, user)));
            state.writing = Some((revision, work));
        }
    }

    pub fn dialogs(&mut self, ui: &mut Ui, cx: &mut Context) {
        let subscribed = self.path(cx);
        let Some(dialog) = &mut self.dialog else { return };
        match dialog.show(ui, cx, subscribed.as_deref()) {
            Answer::Stays => {}
            Answer::Closed => self.dialog = None,
            Answer::Subscribed(path) => {
                let says = match &path {
                    Some(path) => tr!("Your calendar is kept in {}", path.display()),
                    None => tr!("The subscription file is not written any more"),
                };
                cx.actions.push(Action::Say(Say::Done(says)));
                let stored = path.as_ref().map(|p| p.display().to_string()).unwrap_or_default();
                cx.actions.push(Action::Keep(SETTING.to_owned(), stored.into_bytes()));
                self.subscription = Subscription { path: Some(path), ..Subscription::default() };
                self.dialog = None;
            }
        }
    }
}

enum Answer {
    Stays,
    Closed,
    Subscribed(Option<PathBuf>),
}

impl Dialog {
    fn show(&mut self, ui: &mut Ui, cx: &mut Context, subscribed: Option<&Path>) -> Answer {
        if let Some(Some(path)) = self.choosing.as_ref().and_then(Pending::take) {
            self.path = path.display().to_string();
            self.replaced = Some(path).filter(|path| path.exists());
        }
        if let Some(result) = self.writing.as_ref().and_then(Pending::take) {
            self.writing = None;
            match result {
                Ok(path) => {
                    let what = match self.what {
                        What::One(meeting) => cx.records.name(meeting).to_owned(),
                        _ => tr!("Your calendar"),
                    };
                    let words = tr!("{what} written to {path}", what = what, path = path.display());
                    cx.actions.push(Action::Say(Say::Done(words)));
                    return Answer::Closed;
                }
                Err(problem) => self.problem = Some(problem),
            }
        }
        let p = palette(ui);
        let is_subscription = matches!(self.what, What::Subscription);
        let (title, says, button) = match self.what {
            What::Mine => (
                tr!("Export my calendar"),
                tr!("All meetings that you are in, with their series, as a file that every calendar reads (.ics)."),
                tr!("Export"),
            ),
            What::One(meeting) => (
                tr!("Export {}", cx.records.name(meeting)),
                tr!("With its guests, as a file that every calendar reads (.ics): to send by e-mail, for example."),
                tr!("Export"),
            ),
            What::Subscription => (
                tr!("Subscription file"),
                tr!("Your meetings in a file of your choice, written anew whenever they change while Satchel runs. \
                     Have your usual calendar subscribe to it."),
                if subscribed.is_some() { tr!("Save") } else { tr!("Switch on") },
            ),
        };
        let (answer, escaped) = dialog::dialog(ui.ctx(), "calendar file", 520.0, &title, |ui| {
            ui.label(type_scale::BODY.text(says).color(p.text2));
            ui.add_space(2.0);
            let name = tr!("File");
            let id = Id::unique("calendar file path");
            let response = Input::new(&mut self.path, &name).id(id).wrong(self.problem.is_some()).show(ui);
            if !std::mem::replace(&mut self.is_focused, true) {
                response.request_focus();
            }
            if response.changed() {
                self.problem = None;
            }
            if let Some(problem) = &self.problem {
                ui.label(type_scale::SECONDARY.text(problem).color(p.late.text));
            }
            if ui.add(Button::ghost(&tr!("Choose a folder…")).small()).clicked() {
                self.choose(cx);
            }
            let entered = response.lost_focus() && ui.input(|i| i.key_pressed(Key::Enter));
            dialog::buttons(ui, |ui| {
                ui.spacing_mut().item_spacing.x = 6.0;
                let write = ui.add(Button::primary(&button).enabled(self.writing.is_none())).clicked();
                let off = subscribed.is_some() && is_subscription && ui.add(Button::new(&tr!("Switch off"))).clicked();
                (write || entered, off, ui.add(Button::new(&tr!("Cancel")).keys("Esc")).clicked())
            })
        });
        let (write, off, cancel) = answer;
        if off {
            return Answer::Subscribed(None);
        }
        if write && is_subscription {
            return match self.checked(subscribed) {
                Ok(path) => Answer::Subscribed(Some(path)),
                Err(why) => {
                    self.problem = Some(why);
                    Answer::Stays
                }
            };
        }
        if write {
            self.write(cx);
        }
        if (cancel || escaped) && self.writing.is_none() { Answer::Closed } else { Answer::Stays }
    }

    /// The path of a subscription file: nothing of other people's making is written over.
    fn checked(&self, subscribed: Option<&Path>) -> Result<PathBuf, String> {
        let path = self.file()?;
        let is_ours = subscribed == Some(path.as_path()) || self.replaced.as_ref() == Some(&path);
        if path.exists() && !is_ours {
            return Err(tr!("{} is there already: choose another name", path.display()));
        }
        if !path.parent().is_some_and(Path::is_dir) {
            return Err(tr!("There is no folder {}", path.parent().unwrap_or(&path).display()));
        }
        Ok(path)
    }

    fn file(&self) -> Result<PathBuf, String> {
        let path = PathBuf::from(self.path.trim());
        let is_ics = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("ics"));
        is_ics.then_some(path).ok_or_else(|| tr!("A calendar is written as .ics: end the file’s name with that"))
    }

    fn choose(&mut self, cx: &mut Context) {
        let file = PathBuf::from(&self.path).file_name().map(|n| n.to_string_lossy().into_owned());
        let dialog = rfd::FileDialog::new().set_title(tr!("Export")).set_file_name(file.unwrap_or_default());
        self.choosing = Some(cx.background(move |_, _| dialog.save_file()));
    }

    fn write(&mut self, cx: &mut Context) {
        let path = match self.file() {
            Ok(path) if self.writing.is_none() => path,
            Ok(_) => return,
            Err(why) => {
                self.problem = Some(why);
                return;
            }
        };
        let (user, meeting) = (cx.user, if let What::One(id) = self.what { Some(id) } else { None });
        let over = self.replaced.as_ref() == Some(&path);
        self.writing = Some(cx.background(move |workspace, _| {
            let bytes = match meeting {
                Some(meeting) => ics(&workspace.records(), &[meeting], workspace.environment().now()),
                None => mine(workspace, user),
            };
            if over {
                return replace(&path, &bytes).map(|()| path);
            }
            numbered::write(&path, &bytes).map_err(|why| unwritten(&path, &why))
        }));
    }
}

/// The calendar of a person.
fn mine(workspace: &Workspace, user: DocId) -> Vec<u8> {
    let records = workspace.records();
    ics(&records, &of_person(&records, user), workspace.environment().now())
}

/// Whole or not at all; not touched where it says the same.
fn replace(path: &Path, bytes: &[u8]) -> Result<(), String> {
    if std::fs::read(path).is_ok_and(|there| there == bytes) {
        return Ok(());
    }
    let beside = path.with_extension("ics.part");
    let written = std::fs::write(&beside, bytes).and_then(|()| std::fs::rename(&beside, path));
    written.map_err(|why| {
        let _ = std::fs::remove_file(&beside);
        unwritten(path, &why)
    })
}

fn unwritten(path: &Path, why: &std::io::Error) -> String {
    tr!("{file} cannot be written: {reason}", file = path.display(), reason = format::capital(&why.to_string()))
}
