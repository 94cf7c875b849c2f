//! A colleague's ticket makes this device one of the team's.

use std::time::Duration;

use eframe::egui::{Frame, Id, Margin, Ui, ViewportCommand};
use satchel_core::{
    Workspace,
    members::{Reach, Ticket},
};
use tr::tr;

use super::{Coming, Place, foot, heading, label, problem};
use crate::{
    design::{icons, palette, radius, type_scale},
    locale::{said, text},
    shell::Pending,
    widgets::{Button, Input, Line, line},
};

/// How long the colleague's device is looked for.
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Default)]
pub struct Join {
    text: String,
    name: String,
    ticket: Option<Result<Ticket, String>>,
    coming: Option<Coming>,
    problem: Option<String>,
}

impl Join {
    pub fn show(&mut self, ui: &mut Ui, place: &Place) {
        let p = palette(ui);
        heading(ui, &tr!("Join a team"), &tr!("A colleague opens Settings, Invite a colleague."));
        label(ui, &tr!("Paste the ticket"));
        let pasted = self.ticket_field(ui);
        if pasted {
            self.read(place);
        }
        ui.add_space(12.0);
        let named = matches!(&self.ticket, Some(Ok(ticket)) if ticket.user.is_some());
        if !named {
            label(ui, &tr!("Your name"));
            Input::new(&mut self.name, &tr!("Your name in the team")).id(Id::unique("joiner")).height(34.0).show(ui);
            ui.add_space(14.0);
        }
        match &self.ticket {
            Some(Ok(ticket)) => about(ui, ticket, place),
            _ => steps(ui),
        }
        let (busy, ready) = (self.coming.is_some(), self.ready(named));
        let wrong = match &self.ticket {
            Some(Err(text)) => Some(text.clone()),
            _ => self.problem.clone(),
        };
        foot(ui, 96.0, |ui| {
            let name = tr!("Join");
            let words = if busy { tr!("Joining…") } else { name.clone() };
            let button = Button::new(&words).name(&name).large().width(ui.available_width());
            if ui.add(button.enabled(ready && !busy)).clicked() {
                self.start(place);
            }
            if let Some(text) = wrong {
                ui.add_space(8.0);
                problem(ui, &text, p);
            }
        });
    }

    /// True when what stands there has changed.
    fn ticket_field(&mut self, ui: &mut Ui) -> bool {
        let name = tr!("Ticket");
        let input = Input::new(&mut self.text, &name).hint("satchel:join/…").id(Id::unique("ticket")).icon(icons::KEY);
        let field = input.height(34.0).reserve(76.0).show(ui);
        let right = ui.min_rect().right().min(ui.max_rect().right());
        let place = eframe::egui::Rect::from_min_max(
            eframe::egui::pos2(right - 78.0, field.rect.center().y - 12.0),
            eframe::egui::pos2(right - 5.0, field.rect.center().y + 12.0),
        );
        let (words, name) = (tr!("Paste"), tr!("Paste the ticket"));
        let paste = Button::new(&words).name(&name).icon(icons::COPY).small().width(73.0);
        if ui.put(place, paste).clicked() {
            self.text.clear();
            field.request_focus();
            // The clipboard answers with an event for what has the focus.
            ui.ctx().send_viewport_cmd(ViewportCommand::RequestPaste);
        }
        field.changed()
    }

    fn read(&mut self, place: &Place) {
        self.problem = None;
        self.ticket = (!self.text.trim().is_empty()).then(|| match self.text.parse::<Ticket>() {
            Err(error) => Err(sentence(&said(&error.message()))),
            Ok(ticket) if ticket.expires < place.environment.now() => {
                Err(tr!("This ticket has expired: ask your colleague for a new one."))
            }
            Ok(ticket) => Ok(ticket),
        });
    }

    fn ready(&self, named: bool) -> bool {
        matches!(self.ticket, Some(Ok(_))) && (named || !self.name.trim().is_empty())
    }

    fn start(&mut self, place: &Place) {
        let Some(Ok(ticket)) = self.ticket.clone() else { return };
        let name = ticket.user.is_none().then(|| self.name.trim().to_owned());
        let at = place.clone();
        self.problem = None;
        self.coming = Some(Pending::run(place.mode, &place.ctx, move || {
            let name = name.as_deref();
            satchel_sync::join(at.storage(), at.environment, &ticket, &at.device_name, name, PATIENCE)
                .map_err(|e| sentence(&said(&e.message())))
        }));
    }

    pub fn take(&mut self) -> Option<Workspace> {
        let result = self.coming.as_ref().and_then(Pending::take)?;
        self.coming = None;
        result.map_err(|text| self.problem = Some(text)).ok()
    }
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|c| c.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn about(ui: &mut Ui, ticket: &Ticket, place: &Place) {
    let p = palette(ui);
    Frame::new().fill(p.ok.soft).corner_radius(radius::CONTROL).inner_margin(Margin::symmetric(12, 10)).show(
        ui,
        |ui| {
            ui.set_width(ui.available_width());
            ui.spacing_mut().item_spacing.y = 2.0;
            ui.label(type_scale::VALUE.text(&ticket.workspace_name));
            let role = text(ticket.role.label());
            let whom = match &ticket.user {
                Some((_, name)) => tr!("For {name}, as {role}.", name = name, role = role),
                None => tr!("You join as {}.", role),
            };
            ui.label(type_scale::SECONDARY.text(whom).color(p.text2));
            let how = match &ticket.reach {
                Reach::Lan => None,
                Reach::Relay(url) => Some(tr!("Reached by the relay {}, on this network or elsewhere.", url)),
                Reach::Public => Some(tr!("Reached by the public relays of n0, on this network or elsewhere.")),
            };
            if let Some(how) = how {
                ui.label(type_scale::SECONDARY.text(how).color(p.text2));
            }
            let until = crate::views::format::full_day(place.environment.day(ticket.expires));
            ui.label(type_scale::SECONDARY.text(tr!("Works once, until {}.", until)).color(p.text2));
        },
    );
}

fn steps(ui: &mut Ui) {
    let p = palette(ui);
    let steps = [
        tr!("Your colleague makes a ticket, for one use"),
        tr!("They send it to you: one line, by mail or chat"),
        tr!("Their device stays on until you have joined"),
    ];
    for (i, text) in steps.iter().enumerate() {
        let (_, row) = ui.allocate_space(eframe::egui::vec2(ui.available_width(), 26.0));
        let disc = row.left_center() + eframe::egui::vec2(9.0, 0.0);
        ui.painter().circle_filled(disc, 9.0, p.sunken);
        let number = (i + 1).to_string();
        crate::widgets::line::line_center(ui.painter(), disc, 20.0, Line::new(&number, type_scale::CAPTION, p.text2));
        let at = row.left_center() + eframe::egui::vec2(28.0, 0.0);
        line(ui.painter(), at, row.width() - 28.0, Line::new(text, type_scale::BODY, p.text2));
    }
}
