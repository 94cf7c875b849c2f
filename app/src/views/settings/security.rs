//! The passphrase of this device's workspace, and when the window locks.

use eframe::egui::{Id, Ui};
use satchel_core::{Error, Passphrase};
use tr::tr;
use zeroize::Zeroizing;

use super::parts::{row, section};
use crate::{
    design::{icons, palette, type_scale},
    locale::{said, text},
    shell::{
        Action, Context, Pending, Say, UiCommand,
        idle::{CHOICES, LOCK_AFTER, Leave, minutes, stored},
    },
    widgets::{Button, Input},
};

const LABEL: f32 = 184.0;
/// Between a label and its field.
const GAP: f32 = 8.0;

#[derive(Default)]
pub struct Security {
    current: Zeroizing<String>,
    new: Zeroizing<String>,
    again: Zeroizing<String>,
    to_remove: Zeroizing<String>,
    problem: Option<(Part, String)>,
    changing: Option<Pending<Result<(), Error>>>,
    /// Whether what was typed to remove it is right.
    proving: Option<Pending<Result<(), Error>>>,
}

#[derive(Clone, Copy, PartialEq)]
enum Part {
    New,
    Current,
    Remove,
}

impl Security {
    /// What is typed and not set.
    pub fn unsaved(&self, cx: &mut Context) {
        if [&self.current, &self.new, &self.again].iter().any(|text| !text.is_empty()) {
            cx.unsaved.push(tr!("A passphrase that is typed and not set"));
        }
    }

    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context) {
        self.turn(cx);
        match cx.sealed {
            None => {
                let says = tr!("This workspace is kept in memory alone: there is nothing to put under a passphrase.");
                section(ui, &tr!("Passphrase"), |ui| paragraph(ui, &says));
            }
            Some(false) => self.set(ui, cx),
            Some(true) => {
                locking(ui, cx);
                self.change(ui, cx);
                self.remove(ui, cx);
            }
        }
    }

    fn turn(&mut self, cx: &mut Context) {
        if let Some(done) = self.changing.as_ref().and_then(Pending::take) {
            self.changing = None;
            match done {
                Ok(()) => {
                    *self = Security::default();
                    cx.actions.push(Action::Say(Say::Done(tr!("The passphrase is changed"))));
                }
                Err(error) => self.problem = Some((Part::Current, wrong(&error))),
            }
        }
        if let Some(proved) = self.proving.as_ref().and_then(Pending::take) {
            self.proving = None;
            match proved {
                Ok(()) => {
                    let now = Some(Passphrase::new(&self.to_remove));
                    *self = Security::default();
                    cx.actions.push(Action::Leave(Leave::Protect { now, with: None }));
                }
                Err(error) => self.problem = Some((Part::Remove, wrong(&error))),
            }
        }
    }

    fn set(&mut self, ui: &mut Ui, cx: &mut Context) {
        section(ui, &tr!("Passphrase"), |ui| {
            paragraph(
                ui,
                &tr!("Whoever takes this laptop’s disk can read the workspace on it. Under a passphrase they cannot: \
                     everything in its folder is sealed, and Satchel asks for it at every start. An attached file that is \
                     opened lies readable in another folder until Satchel is locked or closed. Nobody can get the \
                     passphrase back for you, so keep it somewhere else too."),
            );
            self.two_fields(ui);
            self.said(ui, Part::New);
            let set = foot(ui, |ui| ui.add(Button::primary(&tr!("Set the passphrase"))).clicked());
            paragraph(
                ui,
                &tr!(
                    "The file is written anew and the old one deleted. Disks, SSDs above all, may keep parts of what was \
                     deleted for a while; backups made before stay readable. Backups from then on are under the same \
                     passphrase; exports are not."
                ),
            );
            if set && let Some(with) = self.chosen() {
                *self = Security::default();
                cx.actions.push(Action::Leave(Leave::Protect { now: None, with: Some(with) }));
            }
        });
    }

    fn change(&mut self, ui: &mut Ui, cx: &mut Context) {
        section(ui, &tr!("Another passphrase"), |ui| {
            paragraph(
                ui,
                &tr!(
                    "The key under it stays: whoever has an earlier backup or copy and the old passphrase can read what is \
                     written later too. If somebody may know the old one, remove the passphrase and set a new one, which \
                     writes everything under a new key."
                ),
            );
            field(ui, &tr!("Passphrase until now"), &mut self.current, "passphrase until now");
            self.said(ui, Part::Current);
            self.two_fields(ui);
            self.said(ui, Part::New);
            let ready = self.changing.is_none();
            let change = foot(ui, |ui| ui.add(Button::new(&tr!("Change the passphrase")).enabled(ready)).clicked());
            if change && let Some(new) = self.chosen() {
                let old = Passphrase::new(&self.current);
                self.problem = None;
                self.changing = Some(cx.background(move |workspace, _| workspace.change_passphrase(&old, &new)));
            }
        });
    }

    fn remove(&mut self, ui: &mut Ui, cx: &mut Context) {
        section(ui, &tr!("No passphrase"), |ui| {
            paragraph(ui, &tr!("Everything is written anew, readable by whoever has the folder."));
            field(ui, &tr!("Passphrase to remove"), &mut self.to_remove, "passphrase to remove");
            self.said(ui, Part::Remove);
            let ready = self.proving.is_none();
            let remove = foot(ui, |ui| ui.add(Button::danger(&tr!("Remove the passphrase")).enabled(ready)).clicked());
            if remove {
                let typed = Passphrase::new(&self.to_remove);
                self.problem = None;
                self.proving = Some(cx.background(move |workspace, _| workspace.prove_passphrase(&typed)));
            }
        });
    }

    fn two_fields(&mut self, ui: &mut Ui) {
        field(ui, &tr!("New passphrase"), &mut self.new, "new passphrase");
        field(ui, &tr!("Once more"), &mut self.again, "new passphrase again");
    }

    /// What is typed twice, if it is the same and long enough.
    fn chosen(&mut self) -> Option<Passphrase> {
        let chosen = Passphrase::new(&self.new).chosen().map_err(|error| said(&error.message()));
        let chosen = match *self.new == *self.again {
            true => chosen,
            false => Err(tr!("The two are not the same")),
        };
        chosen.map_err(|problem| self.problem = Some((Part::New, problem))).ok()
    }

    fn said(&self, ui: &mut Ui, part: Part) {
        if let Some((_, problem)) = self.problem.as_ref().filter(|(at, _)| *at == part) {
            ui.horizontal(|ui| {
                ui.add_space(16.0 + LABEL + GAP);
                ui.label(type_scale::SECONDARY.text(problem).color(palette(ui).late.text));
            });
        }
    }
}

fn wrong(error: &Error) -> String {
    match error {
        Error::WrongPassphrase => tr!("This is not the passphrase. Nothing was changed: try again."),
        error => said(&error.message()),
    }
}

fn locking(ui: &mut Ui, cx: &mut Context) {
    let now = minutes((cx.setting)(LOCK_AFTER));
    section(ui, &tr!("Lock"), |ui| {
        row(ui, &tr!("Lock after"), &tr!("Without a hand on keys or pointer; sync stops"), true, |ui| {
            ui.spacing_mut().item_spacing.x = 6.0;
            for choice in CHOICES.into_iter().rev() {
                let words = choice.map_or_else(|| tr!("Never"), |n| tr!("{} min", n));
                if ui.add(Button::new(&words).selected(choice == now)).clicked() {
                    cx.actions.push(Action::Keep(LOCK_AFTER.to_owned(), stored(choice)));
                }
            }
        });
        row(ui, &tr!("At once"), &tr!("What is typed and not saved keeps it open"), false, |ui| {
            if ui.add(Button::new(&text(UiCommand::Lock.label())).icon(icons::LOCK)).clicked() {
                cx.actions.push(Action::Perform(UiCommand::Lock));
            }
        });
    });
}

fn paragraph(ui: &mut Ui, says: &str) {
    let color = palette(ui).text2;
    eframe::egui::Frame::new().inner_margin(eframe::egui::Margin::symmetric(16, 10)).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.label(type_scale::BODY.text(says).color(color));
    });
}

fn field(ui: &mut Ui, label: &str, typed: &mut String, id: &str) {
    let p = palette(ui);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = GAP;
        ui.add_space(16.0);
        let (_, place) = ui.allocate_space(eframe::egui::vec2(LABEL, 32.0));
        let says = crate::widgets::Line::new(label, type_scale::VALUE, p.text2);
        crate::widgets::line(ui.painter(), place.left_center(), LABEL - GAP, says);
        Input::new(typed, label).id(Id::unique(id)).width(300.0).hidden(true).show(ui);
    });
    ui.add_space(6.0);
}

fn foot<R>(ui: &mut Ui, content: impl FnOnce(&mut Ui) -> R) -> R {
    ui.add_space(6.0);
    let done = ui.horizontal(|ui| {
        ui.add_space(16.0 + LABEL + GAP);
        content(ui)
    });
    ui.add_space(12.0);
    done.inner
}
