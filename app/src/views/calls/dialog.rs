//! One call in a dialog, over whatever page is shown: logged, scheduled, looked at again.

mod typed;

use eframe::egui::{Id, Ui, vec2};
use satchel_core::{Command, DocId, Kind, Value, command::CallStep, record::Call};
use tr::tr;

use self::typed::{Typed, begin, moment, number_of, written};
use super::{again, faces};
use crate::{
    design::{icons, palette, size, type_scale},
    shell::{Action, Context, Page},
    views::{form::words, reading},
    widgets::{
        Button, Input,
        dialog::{buttons, dialog},
        in_place::{Draft, InPlace},
        link,
        picker::{self, Picked, Picker},
    },
};

/// Which call is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallAsk {
    /// One that was made just now, about which opportunity or contact, as far as that is known.
    Log {
        about: Option<DocId>,
    },
    /// One to be made.
    Schedule {
        about: Option<DocId>,
    },
    /// Another one like this.
    Again(DocId),
    Open(DocId),
}

pub struct CallDialog {
    ask: CallAsk,
    /// What is typed; nothing before the first frame.
    typed: Option<Typed>,
    draft: Option<Draft>,
    list: Option<picker::Open<DocId>>,
    error: Option<String>,
    fresh: bool,
}

/// What was wanted in this frame.
enum Wish {
    Save,
    Close,
    Step(CallStep),
    Convert,
    Go(Page),
}

impl CallDialog {
    pub fn new(ask: CallAsk) -> CallDialog {
        CallDialog { ask, typed: None, draft: None, list: None, error: None, fresh: true }
    }

    pub fn unsaved(&self, cx: &mut Context) {
        let Some(typed) = &self.typed else { return };
        if *typed != begin(cx, self.ask) {
            cx.unsaved.push(tr!("The call ‘{}’ is not saved yet", typed.name.trim()));
        }
    }

    /// True once it is saved or closed.
    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context) -> bool {
        if self.typed.is_none() {
            self.typed = Some(begin(cx, self.ask));
        }
        let title = match self.ask {
            CallAsk::Log { .. } => tr!("Log a call"),
            CallAsk::Schedule { .. } => tr!("Schedule a call"),
            CallAsk::Again(_) => tr!("Schedule another call"),
            CallAsk::Open(_) => tr!("Call"),
        };
        let (wish, escaped) = dialog(ui.ctx(), "call", 480.0, &title, |ui| self.fields(ui, cx));
        match wish {
            Some(Wish::Save) => match self.save(cx) {
                Ok(()) => return true,
                Err(why) => self.error = Some(why),
            },
            Some(Wish::Step(step)) => {
                if let (CallAsk::Open(id), Ok(())) = (self.ask, self.save(cx)) {
                    cx.execute(Command::Call { id, step });
                    return true;
                }
            }
            Some(Wish::Convert) => {
                if let CallAsk::Open(id) = self.ask {
                    let opportunity = cx.new_id(Kind::Opportunity);
                    cx.execute(Command::CallToOpportunity { id, opportunity });
                    return true;
                }
            }
            Some(Wish::Go(page)) => {
                cx.open(page);
                return true;
            }
            Some(Wish::Close) => return true,
            None => {}
        }
        escaped
    }

    /// What is typed as a command. Nothing changed is nothing to do.
    fn save(&self, cx: &mut Context) -> Result<(), String> {
        let Some(typed) = &self.typed else { return Ok(()) };
        let before = begin(cx, self.ask);
        let at = moment(cx, typed)?;
        let minutes = reading::number(&typed.minutes)?.unwrap_or(0);
        if minutes < 0 {
            return Err(tr!("A call lasts no less than 0 minutes"));
        }
        if let CallAsk::Again(id) = self.ask {
            let date = at.ok_or_else(|| tr!("Say when the call is to be made"))?;
            cx.execute(Command::CallAgain { id, new: cx.new_id(Kind::Call), date });
            return Ok(());
        }
        let given = [&typed.name, &typed.phone].into_iter().find(|text| !text.trim().is_empty());
        let name = match (given, typed.partner) {
            (Some(text), _) => text.trim().to_owned(),
            (None, Some(partner)) => cx.records.name(partner).to_owned(),
            (None, None) => return Err(tr!("Say whom the call is with, or what about")),
        };
        let open = matches!(self.ask, CallAsk::Open(_));
        let mut fields: Vec<(String, Value)> = Vec::new();
        let mut say = |field: &str, changed: bool, value: Value| {
            if changed || (!open && !value.is_null()) {
                fields.push((field.to_owned(), value));
            }
        };
        let direction = if typed.incoming { "incoming" } else { "outgoing" };
        say("name", name != before.name, name.as_str().into());
        say("direction", typed.incoming != before.incoming, direction.into());
        say("partner", typed.partner != before.partner, typed.partner.into());
        say("opportunity", typed.opportunity != before.opportunity, typed.opportunity.into());
        say("phone", typed.phone != before.phone, Value::Text(typed.phone.trim().to_owned()));
        let moved = (&typed.day, &typed.time) != (&before.day, &before.time);
        say("date", moved, at.map_or(Value::Null, Value::from));
        say("duration", typed.minutes != before.minutes, Value::Int(minutes));
        say("description", typed.notes != before.notes, Value::Text(typed.notes.clone()));
        match self.ask {
            CallAsk::Open(_) if fields.is_empty() => {}
            CallAsk::Open(id) => cx.execute(Command::Set { id, fields, seen: None }),
            _ => {
                let state = if matches!(self.ask, CallAsk::Log { .. }) { Call::CALLED } else { Call::TO_CALL };
                fields.push(("state".to_owned(), state.into()));
                fields.push(("user".to_owned(), cx.user.into()));
                cx.execute(Command::Create { id: cx.new_id(Kind::Call), fields });
            }
        }
        Ok(())
    }

    fn fields(&mut self, ui: &mut Ui, cx: &mut Context) -> Option<Wish> {
        let p = palette(ui);
        let ask = self.ask;
        let Some(typed) = &mut self.typed else { return None };
        let call = match ask {
            CallAsk::Open(id) => cx.records.calls.get(&id),
            _ => None,
        };
        let mut wish = None;
        ui.spacing_mut().item_spacing = vec2(8.0, 8.0);
        if let Some(call) = call {
            let (state, tone, _) = faces::state(call, ui);
            let who = call.done_by.or(call.user).map_or("", |user| cx.records.name(user));
            let says = if who.is_empty() { state } else { format!("{state} · {who}") };
            ui.label(type_scale::SECONDARY.text(says).color(tone.text));
        }
        let again = matches!(ask, CallAsk::Again(_));
        if !again {
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = 4.0;
                let ways = [
                    (false, tr!("Outgoing"), tr!("They were called"), icons::CALL_MADE),
                    (true, tr!("Incoming"), tr!("They called"), icons::CALL_IN),
                ];
                for (incoming, text, name, icon) in ways {
                    let button = Button::ghost(&text).name(&name).icon(icon).selected(typed.incoming == incoming);
                    if ui.add(button).clicked() {
                        typed.incoming = incoming;
                    }
                }
            });
            customer(ui, cx, typed, &mut self.draft, &mut self.list);
            let what = tr!("What about");
            let name = Input::new(&mut typed.name, &what).hint(&what).icon(icons::NOTE).show(ui);
            if std::mem::take(&mut self.fresh) && typed.partner.is_some() {
                name.request_focus();
            }
            ui.horizontal(|ui| {
                let phone = tr!("Phone");
                let room = ui.available_width() - 84.0;
                Input::new(&mut typed.phone, &phone).hint(&phone).icon(icons::CALL).width(room).show(ui);
                ui.add_space(8.0);
                let ready = !typed.phone.trim().is_empty();
                let name = tr!("Dial {}", satchel_core::phone::readable(typed.phone.trim()));
                if ui.add(Button::new(&tr!("Dial")).name(&name).enabled(ready).width(76.0)).clicked() {
                    cx.actions.push(Action::Dial(typed.phone.trim().to_owned()));
                }
            });
        } else {
            let says = tr!("Copies customer, numbers, team, priority and opportunity.");
            ui.label(type_scale::SECONDARY.text(says).color(p.text3));
        }
        ui.horizontal(|ui| {
            let (day, time) = (tr!("Day"), tr!("Time"));
            Input::new(&mut typed.day, &day).hint(&day).icon(icons::CALENDAR).width(180.0).show(ui);
            ui.add_space(8.0);
            Input::new(&mut typed.time, &time).hint(&time).icon(icons::SCHEDULE).width(110.0).show(ui);
            ui.add_space(8.0);
            let made = matches!(ask, CallAsk::Log { .. }) || call.is_some_and(|call| call.state == Call::CALLED);
            if made {
                let minutes = tr!("Minutes");
                Input::new(&mut typed.minutes, &minutes).hint(&minutes).width(100.0).show(ui);
            }
        });
        if matches!(ask, CallAsk::Schedule { .. } | CallAsk::Again(_)) {
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = 6.0;
                let (all, _) = again::suggestions(cx.local(cx.now), 0);
                for suggestion in all.into_iter().filter(|again| again.at.is_some()) {
                    if ui.add(Button::new(&suggestion.says).small()).clicked()
                        && let Some(at) = suggestion.at
                    {
                        (typed.day, typed.time) = written(at);
                    }
                }
            });
        }
        if !again {
            let (name, hint) = (tr!("Notes on this call"), tr!("Notes"));
            Input::new(&mut typed.notes, &name).hint(&hint).rows(4).show(ui);
            if let Some(deal) = typed.opportunity.filter(|id| cx.records.opportunities.contains_key(id)) {
                let name = cx.records.name(deal).to_owned();
                if link(ui, Some(icons::TAG), &tr!("About {}", name)).clicked() {
                    wish = Some(Wish::Go(Page::Opportunity(deal)));
                }
            }
        }
        if let Some(error) = &self.error {
            ui.label(type_scale::SECONDARY.text(error).color(p.late.text));
        }
        if let Some(call) = call {
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = 6.0;
                for (text, step) in steps(cx, call) {
                    if ui.add(Button::new(&text).small()).clicked() {
                        wish = Some(Wish::Step(step));
                    }
                }
                let linked = call.opportunity.is_some_and(|id| cx.records.opportunities.contains_key(&id));
                if !linked && ui.add(Button::new(&tr!("Make it an opportunity")).small()).clicked() {
                    wish = Some(Wish::Convert);
                }
            });
        }
        buttons(ui, |ui| {
            let text = match ask {
                CallAsk::Log { .. } => tr!("Log call"),
                CallAsk::Schedule { .. } | CallAsk::Again(_) => tr!("Schedule call"),
                CallAsk::Open(_) => tr!("Save"),
            };
            if ui.add(Button::primary(&text)).clicked() {
                wish = Some(Wish::Save);
            }
            if ui.add(Button::new(&tr!("Close")).keys("Esc")).clicked() {
                wish = Some(Wish::Close);
            }
        });
        wish
    }
}

fn customer(
    ui: &mut Ui,
    cx: &Context,
    typed: &mut Typed,
    draft: &mut Option<Draft>,
    list: &mut Option<picker::Open<DocId>>,
) {
    let name = typed.partner.map_or("", |id| cx.records.name(id)).to_owned();
    let (label, hint, what) = (tr!("Customer"), tr!("Whom the call is with"), tr!("customer"));
    let (_, rect) = ui.allocate_space(vec2(ui.available_width(), size::CONTROL));
    let id = Id::unique("customer of the call");
    let picker = Picker {
        text: InPlace { boxed: true, hint: &hint, ..InPlace::new(id, &label, &name) },
        create: None,
        what: &what,
    };
    let records = cx.records;
    let picked = picker.show(ui, rect, draft, list, |query| words::suggestions(records, Kind::Contact, query));
    match picked {
        Picked::Item(contact) => {
            typed.partner = Some(contact);
            if typed.phone.trim().is_empty() {
                typed.phone = number_of(cx, contact);
            }
        }
        Picked::Cleared => typed.partner = None,
        _ => {}
    }
    if let Some(error) = draft.as_ref().and_then(|draft| draft.error.as_ref()) {
        ui.label(type_scale::SECONDARY.text(error).color(palette(ui).late.text));
    }
}

/// What may become of a call as it stands.
fn steps(cx: &Context, call: &Call) -> Vec<(String, CallStep)> {
    match call.is_to_be_made() {
        true => {
            let attempt = cx.new_id(Kind::Attempt);
            vec![
                (tr!("Called"), CallStep::Called { minutes: None }),
                (tr!("Not called"), CallStep::NotCalled { attempt, again: None }),
                (tr!("Cancel call"), CallStep::Cancel),
            ]
        }
        false => vec![(tr!("Reopen"), CallStep::Reopen)],
    }
}
