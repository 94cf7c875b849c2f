//! The calendar as files: exported when asked, and one that other programs subscribe to, kept as the calendar is.

use std::path::{Path, PathBuf};

use eframe::egui::{Id, Ui};
use satchel_core::{
    DocId, Workspace,
    exchange::calendar::{ics, of_person},
};
use tr::tr;

use crate::{
    design::{palette, type_scale},
    shell::{Action, Context, Pending, Say},
    views::saving::{Saving, downloads, entered, replace},
    widgets::{Button, dialog},
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
    file: Saving,
}

impl Dialog {
    fn new(what: What, path: &Path) -> Dialog {
        Dialog { what, file: Saving::new(path) }
    }
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
        let path = downloads().join(format!("{} {}.ics", tr!("Calendar"), cx.today));
        self.dialog = Some(Dialog::new(What::Mine, &path));
    }

    pub fn export_one(&mut self, cx: &Context, meeting: DocId) {
        let path = downloads().join(format!("{}.ics", file_name(cx.records.name(meeting))));
        self.dialog = Some(Dialog::new(What::One(meeting), &path));
    }

    pub fn open_subscription(&mut self, cx: &Context) {
        let path = self.path(cx).unwrap_or_else(|| downloads().join("satchel.ics"));
        self.dialog = Some(Dialog::new(What::Subscription, &path));
    }

    fn path(&mut self, cx: &Context) -> Option<PathBuf> {
        let read = || {
            let text = (cx.setting)(SETTING).and_then(|bytes| String::from_utf8(bytes).ok());
            text.filter(|path| !path.is_empty()).map(PathBuf::from)
        };
        self.subscription.path.get_or_insert_with(read).clone()
    }

    pub fn unsaved(&self, cx: &mut Context) {
        self.dialog.iter().for_each(|dialog| dialog.file.unsaved(cx));
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
        if let Some(path) = self.file.turn() {
            let what = match self.what {
                What::One(meeting) => cx.records.name(meeting).to_owned(),
                _ => tr!("Your calendar"),
            };
            let words = tr!("{what} written to {path}", what = what, path = path.display());
            cx.actions.push(Action::Say(Say::Done(words)));
            return Answer::Closed;
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
            let response = self.file.field(ui, Id::unique("calendar file path"));
            self.file.chooser(ui, cx);
            let entered = entered(ui, &response);
            dialog::buttons(ui, |ui| {
                ui.spacing_mut().item_spacing.x = 6.0;
                let write = ui.add(Button::primary(&button).enabled(!self.file.is_writing())).clicked();
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
                    self.file.refuse(why);
                    Answer::Stays
                }
            };
        }
        if write {
            self.write(cx);
        }
        if (cancel || escaped) && !self.file.is_writing() { Answer::Closed } else { Answer::Stays }
    }

    /// The path of a subscription file: nothing of other people's making is written over.
    fn checked(&self, subscribed: Option<&Path>) -> Result<PathBuf, String> {
        let path = self.path()?;
        let is_ours = subscribed == Some(path.as_path()) || self.file.replaces(&path);
        if path.exists() && !is_ours {
            return Err(tr!("{} is there already: choose another name", path.display()));
        }
        if !path.parent().is_some_and(Path::is_dir) {
            return Err(tr!("There is no folder {}", path.parent().unwrap_or(&path).display()));
        }
        Ok(path)
    }

    fn path(&self) -> Result<PathBuf, String> {
        let path = self.file.path();
        let is_ics = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("ics"));
        is_ics.then_some(path).ok_or_else(|| tr!("A calendar is written as .ics: end the file’s name with that"))
    }

    fn write(&mut self, cx: &mut Context) {
        let path = match self.path() {
            Ok(path) => path,
            Err(why) => return self.file.refuse(why),
        };
        let (user, meeting) = (cx.user, if let What::One(id) = self.what { Some(id) } else { None });
        self.file.write(cx, path, move |workspace| {
            Ok(match meeting {
                Some(meeting) => ics(&workspace.records(), &[meeting], workspace.environment().now()),
                None => mine(workspace, user),
            })
        });
    }
}

/// The calendar of a person.
fn mine(workspace: &Workspace, user: DocId) -> Vec<u8> {
    let records = workspace.records();
    ics(&records, &of_person(&records, user), workspace.environment().now())
}
