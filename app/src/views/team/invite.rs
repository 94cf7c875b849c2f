//! The dialog that makes an invitation: as whom, for whom, then the ticket as text and as a QR code.

use chrono::TimeDelta;
use eframe::egui::{Context as EguiContext, Ui};
use satchel_core::{
    DocId,
    members::{Role, Ticket},
};
use tr::tr;

use super::members::{Known, Load};
use crate::{
    design::{icons, palette, type_scale},
    locale::said,
    shell::{Action, Context, Pending, Say},
    views::format,
    widgets::{
        Button, Input,
        dialog::{buttons, dialog},
        option,
        qr::Qr,
    },
};

/// Whom an invitation is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum For {
    Colleague,
    /// Another device of this person.
    Myself,
}

/// How many days an invitation may be good for.
const DAYS: [i64; 3] = [1, 7, 30];

pub struct Invite {
    who: For,
    role: Role,
    name: String,
    days: i64,
    asked: Option<Pending<Result<Ticket, String>>>,
    error: Option<String>,
    made: Option<Made>,
}

struct Made {
    text: String,
    qr: Option<Qr>,
    ticket: Ticket,
}

impl Invite {
    pub fn new(who: For, name: String) -> Invite {
        Invite { who, role: Role::Salesperson, name, days: 7, asked: None, error: None, made: None }
    }

    /// True once it is closed.
    pub fn show(&mut self, ctx: &EguiContext, cx: &mut Context, members: &mut Load) -> bool {
        let known = members.get(cx);
        let own = known.role(cx.user);
        if let Some(result) = self.asked.as_ref().and_then(Pending::take) {
            self.asked = None;
            members.stale();
            match result {
                Ok(ticket) => {
                    let ticket = match cx.node {
                        Some(node) => node.fill(ticket),
                        None => ticket,
                    };
                    let text = ticket.to_string();
                    self.made = Some(Made { qr: Qr::new(&text), text, ticket });
                }
                Err(reason) => self.error = Some(reason),
            }
        }
        if self.who == For::Myself
            && self.asked.is_none()
            && self.made.is_none()
            && self.error.is_none()
            && own.is_some()
        {
            self.role = own.unwrap_or(Role::Salesperson);
            self.name = cx.records.name(cx.user).to_owned();
            self.ask(cx);
        }
        let title = match (self.who, self.made.is_some()) {
            (For::Myself, _) => tr!("Add another device of yours"),
            (For::Colleague, false) => tr!("Invite a colleague"),
            (For::Colleague, true) => tr!("The invitation is ready"),
        };
        let width = if self.made.is_some() { 560.0 } else { 420.0 };
        let (close, closed) = dialog(ctx, "invite", width, &title, |ui| match &self.made {
            Some(made) => ticket(ui, cx, made),
            None => self.ask_whom(ui, cx, &known),
        });
        close || closed
    }

    fn ask(&mut self, cx: &mut Context) {
        let (role, expires) = (self.role, cx.now + TimeDelta::days(self.days));
        let name = Some(self.name.trim().to_owned()).filter(|n| !n.is_empty());
        self.error = None;
        self.asked = Some(cx.background(move |workspace, _| {
            workspace.invite(role, name.as_deref(), expires).map_err(|e| said(&e.message()))
        }));
    }

    /// Who of the members has the name that is typed.
    fn member(&self, cx: &Context, known: &Known) -> Option<String> {
        let wanted = self.name.trim().to_lowercase();
        let here = |user: DocId| known.members.devices.values().any(|d| d.user == user && !d.removed);
        let mut same = cx.records.users.values().filter(|u| !wanted.is_empty() && u.name.to_lowercase() == wanted);
        same.find(|user| here(user.id)).map(|user| user.name.clone())
    }

    fn ask_whom(&mut self, ui: &mut Ui, cx: &mut Context, known: &Known) -> bool {
        let own = known.role(cx.user);
        let p = palette(ui);
        ui.spacing_mut().item_spacing.y = 8.0;
        if self.who == For::Colleague {
            ui.label(type_scale::BODY.text(tr!("The invitation is for one device and one use.")).color(p.text2));
            let roles = [
                (Role::Salesperson, tr!("Salesperson"), tr!("Works on opportunities, contacts and activities")),
                (Role::Manager, tr!("Manager"), tr!("Also stages, teams and inviting salespeople")),
                (Role::Guest, tr!("Guest"), tr!("Reads, and writes notes")),
                (Role::Owner, tr!("Owner"), tr!("Everything, also who else is here")),
            ];
            for (role, title, explanation) in roles {
                let may = own == Some(Role::Owner) || role < Role::Manager;
                if may && option::show(ui, self.role == role, &title, &explanation).clicked() {
                    self.role = role;
                }
            }
            let (name, hint) = (tr!("Their name"), tr!("Their name, if you know it"));
            Input::new(&mut self.name, &name).hint(&hint).icon(icons::PERSON).show(ui);
            if let Some(name) = self.member(cx, known) {
                let says =
                    tr!("{name} is here already: the ticket adds a device, with the role of {name}.", name = name);
                ui.label(type_scale::SECONDARY.text(says).color(p.text2));
            }
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = 6.0;
                ui.label(type_scale::BODY.text(tr!("Good for")).color(p.text2));
                for days in DAYS {
                    let words = tr!("{n} day" | "{n} days" % days as usize);
                    if ui.add(Button::new(&words).small().selected(days == self.days)).clicked() {
                        self.days = days;
                    }
                }
            });
        }
        if let Some(error) = &self.error {
            ui.label(type_scale::BODY.text(error).color(p.late.text));
        }
        if own.is_some_and(|role| role < Role::Manager) {
            let text = tr!("Only owners and managers may invite. Ask one of them.");
            ui.label(type_scale::BODY.text(text).color(p.text2));
        }
        let mut close = false;
        buttons(ui, |ui| {
            let ready = self.asked.is_none();
            if self.who == For::Colleague && ui.add(Button::primary(&tr!("Make invitation")).enabled(ready)).clicked() {
                self.ask(cx);
            }
            close = ui.add(Button::new(&tr!("Cancel")).keys("Esc")).clicked();
        });
        close
    }
}

fn ticket(ui: &mut Ui, cx: &mut Context, made: &Made) -> bool {
    let p = palette(ui);
    let mut close = false;
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 20.0;
        match &made.qr {
            Some(qr) => _ = qr.show(ui, 240.0, &tr!("Invitation as a QR code")),
            None => _ = ui.label(tr!("The ticket is too long for a QR code: send the text.")),
        }
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 8.0;
            ui.set_width(ui.available_width());
            let name = made.ticket.user.as_ref().map_or_else(|| tr!("Whoever holds it"), |(_, name)| name.clone());
            let day = format::near_day(cx.environment.day(made.ticket.expires), cx.today);
            let role = crate::locale::text(made.ticket.role.label());
            let says = tr!("{name} joins as {role} with it, once, until {day}.", name = name, role = role, day = day);
            ui.label(type_scale::BODY.text(says).color(p.text2));
            let how = tr!(
                "They scan the code, or paste the text at their first start of Satchel, while this device is in reach."
            );
            ui.label(type_scale::BODY.text(how).color(p.text2));
            let mut shown = made.text.clone();
            Input::new(&mut shown, &tr!("Ticket")).height(30.0).show(ui);
            let copy = tr!("Copy ticket");
            if ui.add(Button::primary(&copy).icon(icons::COPY).width(ui.available_width())).clicked() {
                ui.ctx().copy_text(made.text.clone());
                cx.actions.push(Action::Say(Say::Done(tr!("Ticket copied: send it to them"))));
            }
            let warning = tr!("Anyone who holds it can join: send it where only they can read it.");
            ui.label(type_scale::SECONDARY.text(warning).color(p.text3));
            if made.ticket.addresses.is_empty() {
                let off = tr!("This device is off the network: they can only join through another member.");
                ui.label(type_scale::SECONDARY.text(off).color(p.due.text));
            }
        });
    });
    buttons(ui, |ui| {
        close = ui.add(Button::new(&tr!("Done")).keys("Esc")).clicked();
    });
    close
}
