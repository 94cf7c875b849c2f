//! A device that was removed: what that means, and how it comes back with a ticket.

use std::time::Duration;

use eframe::egui::{Frame, Margin, Stroke, Ui};
use satchel_core::members::Ticket;
use tr::tr;

use crate::{
    design::{icons, palette, radius, type_scale},
    locale::said,
    shell::{Action, Context, Pending, Say},
    views::format,
    widgets::{Button, Input},
};

/// How long the device that invites is looked for.
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Default)]
pub struct Again {
    ticket: String,
    joining: Option<Pending<Result<(), String>>>,
    problem: Option<String>,
}

impl Again {
    pub fn unsaved(&self, cx: &mut Context) {
        if self.joining.is_some() {
            cx.unsaved.push(tr!("This device is being admitted again"));
        }
    }

    /// True once it is a member again.
    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context) -> bool {
        let p = palette(ui);
        let result = self.joining.as_ref().and_then(Pending::take);
        let joined = matches!(result, Some(Ok(())));
        if let Some(result) = result {
            *self = Again { problem: result.err(), ticket: std::mem::take(&mut self.ticket), joining: None };
        }
        if joined {
            self.ticket.clear();
            cx.actions.push(Action::Say(Say::Done(tr!("This device is a member again"))));
        }
        let frame = Frame::new().fill(p.due.soft).stroke(Stroke::new(1.0, p.line)).corner_radius(radius::CARD);
        frame.inner_margin(Margin::symmetric(16, 12)).show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.spacing_mut().item_spacing.y = 6.0;
            let says = tr!("This device was removed: it keeps what it has and no longer syncs.");
            ui.label(type_scale::VALUE.text(says).color(p.text));
            let how = tr!("Invited again? Paste the ticket. What you wrote meanwhile can then be given again.");
            ui.label(type_scale::BODY.text(how).color(p.text2));
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = 6.0;
                let name = tr!("Ticket");
                Input::new(&mut self.ticket, &name).hint("satchel:join/…").icon(icons::KEY).width(420.0).show(ui);
                ui.add_space(6.0);
                let ready = self.joining.is_none() && !self.ticket.trim().is_empty();
                if ui.add(Button::primary(&tr!("Join again")).enabled(ready)).clicked() {
                    self.join(cx);
                }
            });
            if let Some(problem) = &self.problem {
                ui.label(type_scale::SECONDARY.text(format::capital(problem)).color(p.late.text));
            }
        });
        ui.add_space(16.0);
        joined
    }

    fn join(&mut self, cx: &mut Context) {
        match self.ticket.parse::<Ticket>() {
            Err(why) => self.problem = Some(said(&why.message())),
            Ok(ticket) if ticket.expires < cx.now => {
                self.problem = Some(tr!("This ticket has expired: ask your colleague for a new one."));
            }
            Ok(ticket) => {
                self.problem = None;
                self.joining = Some(cx.background(move |workspace, _| {
                    satchel_sync::rejoin(workspace, &ticket, PATIENCE).map_err(|why| said(&why.message()))
                }));
            }
        }
    }
}
