//! Several activities at once: put off, done or cancelled by one command, which one undo takes back.

use std::collections::HashSet;

use chrono::NaiveDate;
use eframe::egui::{Align, Key, Layout, Rect, Ui, UiBuilder};
use satchel_core::{Command, DocId};
use tr::tr;

use crate::{
    design::{icons, palette, type_scale},
    shell::{
        Action, Context,
        words::{self, Words},
    },
    views::{form::activities::snooze, format, reading},
    widgets::{
        Button, Input,
        dialog::{buttons, dialog},
    },
};

/// What is asked about all that are selected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    Feedback,
    Day,
}

#[derive(Default)]
pub struct Many {
    ask: Option<Ask>,
    text: String,
    error: Option<String>,
    fresh: bool,
}

/// So many at most are changed by one command: a commit has a size.
const AT_ONCE: usize = 500;

impl Many {
    pub fn unsaved(&self, cx: &mut Context) {
        let typed = Some(self.text.trim()).filter(|text| self.ask == Some(Ask::Feedback) && !text.is_empty());
        cx.unsaved.extend(typed.map(|text| tr!("‘{}’ is not saved yet", text)));
    }

    pub fn begin(&mut self, ask: Ask) {
        *self = Many { ask: Some(ask), fresh: true, ..Many::default() };
    }

    pub fn reschedule(&self, cx: &mut Context, ids: &[DocId], date_deadline: NaiveDate) {
        let parts = ids.chunks(AT_ONCE);
        let mut commands: Vec<Command> =
            parts.map(|ids| Command::Reschedule { ids: ids.to_vec(), date_deadline }).collect();
        match commands.len() {
            0 => {}
            1 => commands.drain(..).for_each(|command| cx.execute(command)),
            _ => {
                let verb = || tr!("{n} activity rescheduled" | "{n} activities rescheduled" % ids.len());
                let label = words::kept(verb);
                cx.actions.push(Action::Many(Words { verb: verb(), label, ..Words::default() }, commands));
            }
        }
    }

    fn all(&self, cx: &mut Context, verb: impl Fn() -> String, commands: Vec<Command>) {
        let words = Words { verb: verb(), label: words::kept(verb), ..Words::default() };
        cx.actions.push(Action::Many(words, commands));
    }

    /// The view bar while some are selected.
    pub fn bar(&mut self, ui: &mut Ui, cx: &mut Context, rect: Rect, ids: &[DocId], selected: &mut HashSet<DocId>) {
        let builder = UiBuilder::new().max_rect(rect).layout(Layout::left_to_right(Align::Center));
        let mut ui = ui.new_child(builder.id_salt("many"));
        ui.spacing_mut().item_spacing.x = 6.0;
        let words = tr!("{} selected", format::thousands(ids.len() as u64));
        let name = tr!("Clear the selection");
        let clear = Button::new(&words).name(&name).small().selected(true).trailing(icons::CLOSE);
        if ui.add(clear).clicked() {
            selected.clear();
        }
        let open: Vec<DocId> =
            ids.iter().copied().filter(|id| cx.records.activity(*id).is_some_and(|(_, a)| a.done.is_none())).collect();
        if open.is_empty() {
            return;
        }
        let done = tr!("Mark done…");
        if ui
            .add(Button::new(&done).name(&tr!("Mark the selected done…")).icon(icons::CHECK).keys("D").small())
            .clicked()
        {
            self.begin(Ask::Feedback);
        }
        for (at, (text, day)) in snooze::days(cx.today).into_iter().enumerate() {
            let (name, keys) = (tr!("Put off the selected: {}", text), (at + 1).to_string());
            if ui.add(Button::new(&text).name(&name).keys(&keys).small()).clicked() {
                self.reschedule(cx, &open, day);
            }
        }
        let (words, name) = (tr!("Another day…"), tr!("Put off the selected to another day…"));
        if ui.add(Button::new(&words).name(&name).keys(snooze::ASK).small()).clicked() {
            self.begin(Ask::Day);
        }
        let cancel = tr!("Cancel them");
        if ui.add(Button::danger(&cancel).name(&tr!("Cancel the selected activities")).small()).clicked() {
            let commands = open.iter().map(|id| Command::ActivityCancel { id: *id }).collect();
            let count = open.len();
            self.all(cx, || tr!("{n} activity cancelled" | "{n} activities cancelled" % count), commands);
            selected.clear();
        }
    }

    /// The question that is asked about them.
    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context, selected: &mut HashSet<DocId>) {
        let Some(ask) = self.ask else { return };
        let mut open: Vec<DocId> = selected
            .iter()
            .copied()
            .filter(|id| cx.records.activity(*id).is_some_and(|(_, a)| a.done.is_none()))
            .collect();
        open.sort_unstable();
        let count = open.len();
        let (title, name, hint, act) = match ask {
            Ask::Feedback => (
                tr!("Mark {n} activity done" | "Mark {n} activities done" % count),
                tr!("Feedback"),
                tr!("What came of it? The same for all"),
                tr!("Mark done"),
            ),
            Ask::Day => (
                tr!("Put off {n} activity" | "Put off {n} activities" % count),
                tr!("Another day"),
                tr!("20 Nov, +3, friday"),
                tr!("Put off"),
            ),
        };
        let ((done, cancel), closed) = dialog(ui.ctx(), "many activities", 420.0, &title, |ui| {
            ui.spacing_mut().item_spacing.y = 6.0;
            let input = Input::new(&mut self.text, &name).hint(&hint).wrong(self.error.is_some()).show(ui);
            if std::mem::take(&mut self.fresh) {
                input.request_focus();
            }
            if input.changed() {
                self.error = None;
            }
            if let Some(error) = &self.error {
                ui.label(type_scale::SECONDARY.text(error).color(palette(ui).late.text));
            }
            let enter = input.lost_focus() && ui.input(|i| i.key_pressed(Key::Enter));
            buttons(ui, |ui| {
                ui.spacing_mut().item_spacing.x = 6.0;
                let done = ui.add(Button::primary(&act)).clicked() || enter;
                (done, ui.add(Button::new(&tr!("Cancel")).keys("Esc")).clicked())
            })
        });
        if cancel || closed {
            *self = Many::default();
            return;
        }
        if !done {
            return;
        }
        match ask {
            Ask::Feedback => {
                let feedback = self.text.trim().to_owned();
                let one = |id: DocId| Command::ActivityDone { id, feedback: feedback.clone() };
                let commands = open.into_iter().map(one).collect();
                self.all(cx, || tr!("{n} activity done" | "{n} activities done" % count), commands);
            }
            Ask::Day => match reading::day(&self.text, cx.today) {
                Ok(Some(day)) => self.reschedule(cx, &open, day),
                Ok(None) => {
                    self.error = Some(tr!("An activity needs a day: today, 2026-11-13, monday"));
                    self.fresh = true;
                    return;
                }
                Err(reason) => {
                    (self.error, self.fresh) = (Some(reason), true);
                    return;
                }
            },
        }
        *self = Many::default();
        selected.clear();
    }
}
