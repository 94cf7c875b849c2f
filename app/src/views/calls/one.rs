//! The one call in hand: the number biggest, three answers, what was tried, when to try again, notes, what comes after.

mod after;
mod head;
mod tries;

use chrono::{DateTime, Utc};
use eframe::egui::{Id, Key, Rect, Sense, Ui, WidgetInfo, accesskit::Role, pos2, vec2};
use satchel_core::{Command, DocId, Kind, Value, command::CallStep, record::Call};
use satchel_sync::protocol::Hand as InHand;
use tr::tr;

use self::{after::after, tries::Tries};
use super::{faces, script};
use crate::{
    design::{icons, palette, type_scale},
    shell::{Action, Context, Reply, UiCommand},
    views::photo::Photo,
    widgets::{Button, Input, Line, Row, line, line_right},
};

/// What is being done with a call.
pub struct One {
    pub call: DocId,
    /// When it was handed out, and when it was dialled.
    since: DateTime<Utc>,
    dialled: Option<DateTime<Utc>>,
    /// How many steps of the script are done.
    pub steps: usize,
    notes: String,
    /// The notes of the record, as they were last looked at.
    notes_then: String,
    /// Which suggestion is chosen, if a person chose.
    again: Option<usize>,
    /// The answer that was given, while it is carried out.
    answering: Option<Reply>,
    error: Option<String>,
    tries: Tries,
    photo: Photo,
}

/// What becomes of the hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Onward {
    Stay,
    /// The next call, please.
    Next,
}

const GAP: f32 = 16.0;

impl One {
    pub fn new(cx: &Context, call: &Call) -> One {
        One {
            call: call.id,
            since: cx.now,
            dialled: None,
            steps: 0,
            notes: call.description.clone(),
            notes_then: call.description.clone(),
            again: None,
            answering: None,
            error: None,
            tries: Tries::default(),
            photo: Photo::default(),
        }
    }

    /// Notes that are typed and not saved.
    pub fn unsaved(&self, cx: &mut Context) {
        if self.notes != self.notes_then {
            cx.unsaved.push(tr!("Notes on the call ‘{}’ are not saved yet", cx.records.name(self.call)));
        }
    }

    /// Saves the notes as they are.
    fn keep_notes(&mut self, cx: &mut Context) {
        if self.notes != self.notes_then {
            self.notes_then.clone_from(&self.notes);
            let fields = vec![("description".to_owned(), Value::Text(self.notes.clone()))];
            cx.execute(Command::Set { id: self.call, fields, seen: None });
        }
    }

    fn answer(&mut self, cx: &mut Context, step: CallStep) {
        self.keep_notes(cx);
        let reply = Reply::default();
        self.answering = Some(reply.clone());
        self.error = None;
        cx.actions.push(Action::ExecuteFor(Command::Call { id: self.call, step }, reply));
    }

    fn dial(&mut self, cx: &mut Context, number: &str) {
        self.dialled = Some(cx.now);
        cx.actions.push(Action::Dial(number.to_owned()));
    }

    /// Draws the call into the middle of the page.
    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context, call: &Call, place: &str) -> Onward {
        if let Some(outcome) = self.answering.as_ref().and_then(Reply::take) {
            self.answering = None;
            match outcome {
                Ok(()) => return Onward::Next,
                Err(why) => self.error = Some(why),
            }
        }
        // What a colleague wrote meanwhile, unless something is being typed here.
        if self.notes == self.notes_then && call.description != self.notes_then {
            self.notes.clone_from(&call.description);
            self.notes_then.clone_from(&call.description);
        }
        self.tries.find(cx, call);
        ui.ctx().request_repaint_after(std::time::Duration::from_secs(1));
        let mut onward = Onward::Stay;
        ui.spacing_mut().item_spacing.y = 0.0;
        self.head(ui, cx, call, place);
        ui.add_space(GAP);
        self.number(ui, cx, call);
        ui.add_space(GAP);
        onward = if self.answers(ui, cx, call) { Onward::Next } else { onward };
        self.says(ui, cx, call, &mut onward);
        ui.add_space(GAP);
        self.boxes(ui, cx, call);
        ui.add_space(GAP);
        self.notes(ui, cx);
        ui.add_space(GAP);
        after(ui, cx, call);
        ui.add_space(GAP);
        onward
    }

    /// Whether the next call is wanted, as this one is answered already.
    fn answers(&mut self, ui: &mut Ui, cx: &mut Context, call: &Call) -> bool {
        let p = palette(ui);
        let (area, _) = ui.allocate_exact_size(vec2(ui.available_width(), 64.0), Sense::hover());
        if !call.is_to_be_made() && self.answering.is_none() {
            let mut child = ui.new_child(eframe::egui::UiBuilder::new().max_rect(area));
            let next = tr!("Next call");
            return child.add(Button::primary(&next).large().trailing(icons::OPEN)).clicked();
        }
        let gap = 12.0;
        let wide = (area.width() - 2.0 * gap) * 0.38;
        let rest = (area.width() - wide - 2.0 * gap) / 2.0;
        let cell = |from: f32, width: f32| {
            Rect::from_min_size(pos2(area.left() + from, area.top()), vec2(width, area.height()))
        };
        let (called, not_called, cancel) = (tr!("Called"), tr!("Not called"), tr!("Cancel"));
        let white = if p.dark { p.bg } else { p.onaccent };
        let faces = [
            (cell(0.0, wide), Key::Num1, icons::CHECK, &called, "1", Some(p.ok.text), white, false),
            (cell(wide + gap, rest), Key::Num2, icons::MISSED, &not_called, "2", None, p.due.text, false),
            (
                cell(wide + rest + 2.0 * gap, rest),
                Key::Num3,
                icons::CLOSE,
                &cancel,
                "3",
                None,
                p.text2,
                call.is_tried_too_often(),
            ),
        ];
        let busy = self.answering.is_some();
        let mut given = None;
        ui.add_enabled_ui(!busy, |ui| {
            for (at, (rect, key, icon, text, cap, fill, ink, urged)) in faces.into_iter().enumerate() {
                let answer = faces::Answer { icon, text, key: cap, fill, ink, urged };
                let pressed = !busy && UiCommand::key_pressed(ui.ctx(), key);
                if faces::answer(ui, rect, &answer) || pressed {
                    given = Some(at);
                }
            }
        });
        match given {
            Some(0) => {
                let since = self.dialled.unwrap_or(self.since);
                let minutes = script::minutes((cx.now - since).num_seconds()).max(1);
                self.answer(cx, CallStep::Called { minutes: Some(minutes) });
            }
            Some(1) => {
                let again = self.chosen(cx, call).at.map(|wall| cx.environment.zone().moment(wall));
                let attempt = cx.new_id(Kind::Attempt);
                self.answer(cx, CallStep::NotCalled { attempt, again });
            }
            Some(_) => self.answer(cx, CallStep::Cancel),
            None => {}
        }
        false
    }

    /// What is worth knowing before anything is answered.
    fn says(&mut self, ui: &mut Ui, cx: &mut Context, call: &Call, onward: &mut Onward) {
        let p = palette(ui);
        if let Some(error) = &self.error {
            notice(ui, icons::ERROR, error, p.late.text);
        }
        if let InHand::Lost(lost, by) = cx.phone.hand()
            && lost == call.id
        {
            let who = cx.phone.taken().iter().find(|taken| taken.device == by).map(|taken| taken.user);
            let name = who.map_or_else(|| tr!("A colleague"), |user| cx.records.name(user).to_owned());
            notice(ui, icons::CONFLICT, &tr!("{} took this call while you were apart, and has it.", name), p.two.text);
            if ui.add(Button::new(&tr!("Next call")).small().trailing(icons::OPEN)).clicked() {
                *onward = Onward::Next;
            }
        }
        if call.is_double() {
            let owner = call.done_by.map_or("", |user| cx.records.name(user));
            let says = match owner {
                "" => tr!("Two people decided differently about this call while they were apart."),
                owner => tr!("Called twice while two of you were apart: it counts for {}.", owner),
            };
            notice(ui, icons::CONFLICT, &says, p.two.text);
        }
        if call.is_tried_too_often() {
            let says = tr!("Tried {n} times without an answer: better cancel it.", n = call.attempts());
            notice(ui, icons::INFO, &says, p.late.text);
        }
    }

    fn notes(&mut self, ui: &mut Ui, cx: &mut Context) {
        let p = palette(ui);
        let (head, _) = ui.allocate_exact_size(vec2(ui.available_width(), 24.0), Sense::hover());
        let (title, hint) = (tr!("Notes"), tr!("Kept when you leave the field or answer"));
        line(ui.painter(), head.left_center(), 200.0, Line::new(&title, type_scale::CARD_TITLE, p.text));
        line_right(ui.painter(), head.right_center(), 320.0, Line::new(&hint, type_scale::SECONDARY, p.text3));
        let id = Id::unique(("notes of the call", self.call));
        let name = tr!("Notes on this call");
        let rows = faces::rows(&self.notes, 5);
        let typed = Input::new(&mut self.notes, &name).id(id).rows(rows).show(ui);
        if typed.lost_focus() {
            self.keep_notes(cx);
        }
        if UiCommand::key_pressed(ui.ctx(), Key::N) {
            typed.request_focus();
        }
    }
}

fn notice(ui: &mut Ui, icon: crate::design::Icon, text: &str, color: eframe::egui::Color32) {
    ui.add_space(8.0);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 20.0), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, text));
    let mut row = Row::new(ui, rect);
    row.icon(icon, 16.0, color);
    row.gap(8.0).text(text, type_scale::BODY, color);
}
