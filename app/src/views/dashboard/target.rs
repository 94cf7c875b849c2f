//! What is to be reached in a month: a small question, answered by managers.

use chrono::Datelike;
use eframe::egui::{Id, Key, Ui};
use satchel_core::{Command, DocId, Money, Value, record::Measure};
use tr::tr;

use super::performances::amount;
use crate::{
    design::{palette, type_scale},
    locale,
    shell::{Action, Context, Reply},
    views::{reading, saving::entered},
    widgets::{Button, Input, dialog},
};

pub struct TargetDialog {
    whom: DocId,
    measure: Measure,
    text: String,
    /// As it was when the dialog opened.
    before: String,
    problem: Option<String>,
    waiting: Option<Reply>,
    is_new: bool,
}

impl TargetDialog {
    pub fn new(cx: &Context, whom: DocId, measure: Measure, goal: Option<i64>) -> TargetDialog {
        let exact = |goal| match measure {
            Measure::Done => amount(cx, measure, goal),
            _ => cx.money(Money(goal)),
        };
        let before = goal.map(exact).unwrap_or_default();
        TargetDialog { whom, measure, text: before.clone(), before, problem: None, waiting: None, is_new: true }
    }

    pub fn unsaved(&self, cx: &mut Context) {
        if self.text != self.before {
            cx.unsaved.push(tr!("The target “{}” is not saved yet", self.text));
        }
    }

    /// True once it is saved or closed.
    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context) -> bool {
        match self.waiting.as_ref().and_then(Reply::take) {
            Some(Ok(())) => return true,
            Some(Err(problem)) => (self.problem, self.waiting) = (Some(problem), None),
            None => {}
        }
        let name = cx.records.name(self.whom).to_owned();
        let month = locale::month_year(cx.today);
        let title = match self.measure {
            Measure::Done => tr!("Activities to be done by {name} in {month}", name, month),
            Measure::Won => tr!("To be won by {name} in {month}", name, month),
            Measure::Invoiced => tr!("To be invoiced by {name} in {month}", name, month),
        };
        let field = Id::unique("target");
        let (mut save, mut cancel) = (false, false);
        let ((), closed) = dialog::dialog(ui.ctx(), "target", 380.0, &title, |ui| {
            let p = palette(ui);
            let label = tr!("Target");
            let response = Input::new(&mut self.text, &label).id(field).hint(&tr!("None")).show(ui);
            if std::mem::take(&mut self.is_new) {
                response.request_focus();
            }
            save = entered(ui, &response);
            let (words, color) = match &self.problem {
                Some(problem) => (problem.clone(), p.late.text),
                None => (tr!("For this month. Leave it empty for none."), p.text3),
            };
            ui.label(type_scale::SECONDARY.text(words).color(color));
            dialog::buttons(ui, |ui| {
                save |= ui.add(Button::primary(&tr!("Save"))).clicked();
                cancel = ui.add(Button::new(&tr!("Cancel"))).clicked();
            });
        });
        if save && self.text == self.before {
            return true;
        }
        if save && self.waiting.is_none() {
            match self.value() {
                Ok(target) => {
                    let (whom, measure) = (self.whom, self.measure);
                    let month = cx.today.with_day(1).unwrap_or(cx.today);
                    let reply = Reply::default();
                    let command = Command::SetTarget { whom, month, measure, target };
                    cx.actions.push(Action::ExecuteFor(command, reply.clone()));
                    self.waiting = Some(reply);
                }
                Err(problem) => {
                    self.problem = Some(problem);
                    self.is_new = true;
                }
            }
        }
        // A click beside it gives nothing up that was typed.
        let escaped = ui.input(|i| i.key_pressed(Key::Escape));
        cancel || closed && (escaped || self.text == self.before)
    }

    fn value(&self) -> Result<Value, String> {
        let text = self.text.trim();
        if text.is_empty() {
            return Ok(Value::Null);
        }
        match self.measure {
            Measure::Done => reading::number(text).map(|n| n.map_or(Value::Null, Value::Int)),
            _ => reading::money(text).map(Value::Money),
        }
    }
}
