//! The small questions of an invoice: when it was paid, how much of it is given back.

use chrono::Datelike;
use eframe::egui::{Id, Key, Ui};
use satchel_core::{Command, DocId, Kind, Money, Records, command::SaleStep};
use tr::tr;

use super::totals::exact;
use crate::{
    design::{palette, type_scale},
    locale,
    shell::{Action, Context, Page, Reply},
    views::{format, reading},
    widgets::{Button, Input, dialog, in_place},
};

#[derive(Clone, Copy, PartialEq)]
enum What {
    Pay,
    /// Of so much that was not given back yet.
    Refund(Money),
}

pub struct Ask {
    what: What,
    invoice: DocId,
    text: String,
    before: String,
    problem: Option<String>,
    waiting: Option<(Reply, Option<DocId>)>,
    is_new: bool,
}

impl Ask {
    pub fn payment(cx: &Context, invoice: DocId) -> Ask {
        Ask::new(What::Pay, invoice, format::full_day(cx.today))
    }

    pub fn refund(cx: &Context, invoice: DocId) -> Ask {
        let rest = refundable(cx.records, invoice);
        Ask::new(What::Refund(rest), invoice, locale::exact(rest.0))
    }

    fn new(what: What, invoice: DocId, text: String) -> Ask {
        Ask { what, invoice, before: text.clone(), text, problem: None, waiting: None, is_new: true }
    }

    pub fn unsaved(&self, cx: &mut Context) {
        if self.text != self.before {
            cx.unsaved.push(tr!("“{}” is not saved yet", self.text));
        }
    }

    /// True once it is done or closed.
    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context) -> bool {
        let told = self.waiting.as_ref().and_then(|(reply, _)| reply.take());
        match told {
            Some(Ok(())) => {
                let made = self.waiting.take().and_then(|(_, made)| made);
                cx.actions.extend(made.map(|id| Action::Open(Page::Invoice(id))));
                return true;
            }
            Some(Err(problem)) => {
                self.problem = Some(format::capital(&locale::text(&problem)));
                self.waiting = None;
            }
            None => {}
        }
        let number = cx.records.name(self.invoice).to_owned();
        let (title, label, says, save) = match self.what {
            What::Pay => (
                tr!("Payment of {}", number),
                tr!("Paid on"),
                tr!("Paid in full on this day."),
                tr!("Register payment"),
            ),
            What::Refund(rest) => (
                tr!("Refund of {}", number),
                tr!("Amount without tax"),
                tr!("Up to {}; its tax goes back with it. The refund is a draft until it is posted.", exact(cx, rest)),
                tr!("Create refund"),
            ),
        };
        let (mut saved, mut cancelled) = (false, false);
        let ((), closed) = dialog::dialog(ui.ctx(), "sale", 400.0, &title, |ui| {
            let p = palette(ui);
            let response = Input::new(&mut self.text, &label).id(Id::unique("asked of an invoice")).show(ui);
            if std::mem::take(&mut self.is_new) {
                response.request_focus();
                in_place::select_all(&response, &self.text);
            }
            saved = ui.input(|i| i.key_pressed(Key::Enter));
            let (words, color) = match &self.problem {
                Some(problem) => (problem, p.late.text),
                None => (&says, p.text3),
            };
            ui.label(type_scale::SECONDARY.text(words).color(color));
            dialog::buttons(ui, |ui| {
                saved |= ui.add(Button::primary(&save)).clicked();
                cancelled = ui.add(Button::new(&tr!("Cancel")).keys("Esc")).clicked();
            });
        });
        if saved && self.waiting.is_none() {
            match self.command(cx) {
                Ok((command, made)) => {
                    let reply = Reply::default();
                    cx.actions.push(Action::ExecuteFor(command, reply.clone()));
                    self.waiting = Some((reply, made));
                }
                Err(problem) => self.problem = Some(problem),
            }
        }
        cancelled || closed
    }

    fn command(&self, cx: &Context) -> Result<(Command, Option<DocId>), String> {
        let id = self.invoice;
        match self.what {
            What::Pay => {
                let on = reading::day(&self.text, cx.today)?.ok_or_else(|| tr!("Say on which day it was paid"))?;
                // Who writes no year means the last such day, not the next.
                let is_told = self.text.contains(&on.year().to_string());
                let on = if on > cx.today && !is_told { on.with_year(on.year() - 1).unwrap_or(on) } else { on };
                Ok((Command::Sale(SaleStep::Pay { id, on }), None))
            }
            What::Refund(_) => {
                let new = cx.new_id(Kind::Invoice);
                let untaxed = Some(reading::money(&self.text)?);
                Ok((Command::Sale(SaleStep::Refund { id, new, untaxed }), Some(new)))
            }
        }
    }
}

/// How much of a posted invoice, without tax, no refund gives back yet, drafts counted.
pub fn refundable(records: &Records, invoice: DocId) -> Money {
    let Some(of) = records.invoices.get(&invoice) else { return Money(0) };
    let drafts = records.invoices.values().filter(|i| i.refund_of == Some(invoice) && i.posted().is_none());
    let drafted = drafts.filter(|i| !i.meta.deleted).map(|i| i.refunded).sum::<Money>();
    Money((records.refundable(of) - drafted).0.max(0))
}
