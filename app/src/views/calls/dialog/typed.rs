//! What is typed into the dialog of a call: what it begins with, and what it says.

use super::{super::again, CallAsk};
use crate::{
    locale,
    shell::Context,
    views::{format, reading},
};
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use satchel_core::{DocId, Kind, record::Opportunity};

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Typed {
    pub(super) incoming: bool,
    pub(super) name: String,
    pub(super) partner: Option<DocId>,
    pub(super) opportunity: Option<DocId>,
    pub(super) phone: String,
    pub(super) day: String,
    pub(super) time: String,
    pub(super) minutes: String,
    pub(super) notes: String,
}

/// What the dialog begins with.
pub(super) fn begin(cx: &Context, ask: CallAsk) -> Typed {
    let mut typed = Typed {
        incoming: false,
        name: String::new(),
        partner: None,
        opportunity: None,
        phone: String::new(),
        day: String::new(),
        time: String::new(),
        minutes: String::new(),
        notes: String::new(),
    };
    let about = |typed: &mut Typed, about: Option<DocId>| match about {
        Some(id) if id.kind() == Kind::Contact => {
            typed.partner = Some(id);
            typed.phone = number_of(cx, id);
        }
        Some(id) => {
            let Some(deal) = cx.records.opportunities.get(&id) else { return };
            let Opportunity { partner, name, phone, .. } = deal;
            (typed.partner, typed.opportunity, typed.name) = (*partner, Some(id), name.clone());
            typed.phone = match (phone.is_empty(), *partner) {
                (true, Some(partner)) => number_of(cx, partner),
                _ => phone.clone(),
            };
        }
        None => {}
    };
    match ask {
        CallAsk::Log { about: id } => {
            about(&mut typed, id);
            (typed.day, typed.time) = written(cx.local(cx.now));
        }
        CallAsk::Schedule { about: id } => {
            about(&mut typed, id);
            (typed.day, typed.time) = written(soon(cx));
        }
        CallAsk::Again(_) => (typed.day, typed.time) = written(soon(cx)),
        CallAsk::Open(id) => {
            let Some(call) = cx.records.calls.get(&id) else { return typed };
            typed.incoming = call.direction == "incoming";
            (typed.name, typed.phone, typed.notes) = (call.name.clone(), call.phone.clone(), call.description.clone());
            (typed.partner, typed.opportunity) = (call.partner, call.opportunity);
            if let Some(at) = call.date {
                (typed.day, typed.time) = written(cx.local(at));
            }
            typed.minutes = call.duration.filter(|m| *m > 0).map_or_else(String::new, |m| m.to_string());
        }
    }
    typed
}

fn soon(cx: &Context) -> NaiveDateTime {
    let now = cx.local(cx.now);
    let (all, suggested) = again::suggestions(now, 0);
    all.get(suggested).and_then(|again| again.at).unwrap_or(now + TimeDelta::hours(1))
}

pub(super) fn written(at: NaiveDateTime) -> (String, String) {
    (format::full_day(at.date()), locale::clock(at.time()))
}

/// When it is, or was; nothing where no day is given. A day alone is its morning.
pub(super) fn moment(cx: &Context, typed: &Typed) -> Result<Option<DateTime<Utc>>, String> {
    let Some(day) = reading::day(&typed.day, cx.today)? else { return Ok(None) };
    let text = typed.time.trim();
    let time = reading::clock(if text.is_empty() { "9:00" } else { text })?;
    Ok(Some(cx.environment.zone().moment(day.and_time(time))))
}

pub(super) fn number_of(cx: &Context, contact: DocId) -> String {
    let Some(contact) = cx.records.contacts.get(&contact) else { return String::new() };
    let numbers = [&contact.phone, &contact.mobile, &contact.phone_other];
    numbers.into_iter().find(|number| !number.is_empty()).cloned().unwrap_or_default()
}
