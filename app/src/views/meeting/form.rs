//! What is typed about a meeting, and what saving it means.

use eframe::egui::{Id, Popup, Ui, vec2};
use satchel_core::{
    Command, DocId, Kind, Value,
    command::Fields,
    record::Meeting,
    value::{Moments, When},
};
use tr::tr;

use super::{
    MeetingAsk,
    people::{Link, People},
    repeat::Repeat,
    times::{Times, under_icon},
};
use crate::{
    design::{icons, palette, size, type_scale},
    shell::Context,
    views::calendar::{self, usual_start},
    widgets::{Button, Input, menu},
};

pub struct Form {
    pub id: DocId,
    pub of: Option<(DocId, i64)>,
    pub is_new: bool,
    title: String,
    pub times: Times,
    repeat: Repeat,
    people: People,
    location: String,
    opportunity: Link,
    partner: Link,
    kind: Option<DocId>,
    reminders: Vec<i64>,
    description: String,
    organiser: Option<DocId>,
    /// What there was when it was opened.
    before: Values,
    is_focused: bool,
}

/// What is typed, comparable. Times are `When`s, or as they are typed where they are none.
#[derive(Clone, Debug, PartialEq)]
struct Values {
    name: String,
    when: Result<When, String>,
    recurrence: Result<String, String>,
    users: Vec<DocId>,
    contacts: Vec<DocId>,
    location: String,
    opportunity: Option<DocId>,
    partner: Option<DocId>,
    kind: Option<DocId>,
    reminders: Vec<i64>,
    description: String,
}

/// Minutes before the start of which a reminder is offered.
const REMINDERS: [i64; 7] = [0, 5, 15, 30, 60, 1_440, 10_080];

impl Form {
    /// Nothing where the meeting is gone.
    pub fn open(cx: &Context, ask: &MeetingAsk) -> Option<Form> {
        match ask {
            MeetingAsk::New { when, about } => Form::new(cx, *when, *about),
            MeetingAsk::Open { id, of } => {
                let (meeting, when) = effective(cx, *id, *of)?;
                Some(Form::of(cx, &meeting, when, meeting.id, *of, false))
            }
        }
    }

    fn new(cx: &Context, when: Option<When>, about: Option<DocId>) -> Option<Form> {
        let start = usual_start(cx, cx.today);
        let zone = cx.environment.zone().name();
        let usual = || When::hours(start, start + chrono::TimeDelta::hours(1), Some(zone)).ok();
        let id = cx.new_id(Kind::Meeting);
        let mut meeting = Meeting { users: vec![cx.user], user: Some(cx.user), ..Meeting::blank(id) };
        meeting.reminders = "15".to_owned();
        match about {
            Some(opportunity) if opportunity.kind() == Kind::Opportunity => {
                for (name, value) in cx.records.meeting_about(opportunity, cx.user) {
                    match (name.as_str(), value) {
                        ("name", Value::Text(name)) => meeting.name = name,
                        ("opportunity", Value::Ref(id)) => meeting.opportunity = Some(id),
                        ("partner", Value::Ref(id)) => meeting.partner = Some(id),
                        ("contacts", Value::Refs(ids)) => meeting.contacts = ids,
                        _ => {}
                    }
                }
            }
            Some(contact) => {
                meeting.partner = Some(contact);
                meeting.contacts = vec![contact];
            }
            None => {}
        }
        let when = when.or_else(usual).or_else(|| When::days(cx.today, cx.today).ok())?;
        Some(Form::of(cx, &meeting, when, id, None, true))
    }

    fn of(cx: &Context, meeting: &Meeting, when: When, id: DocId, of: Option<(DocId, i64)>, is_new: bool) -> Form {
        let head = |id: &DocId| cx.records.head(*id);
        let mut form = Form {
            id,
            of,
            is_new,
            title: meeting.name.clone(),
            times: Times::new(when),
            repeat: Repeat::read(&meeting.recurrence, when.start().date()),
            people: People::new(meeting.users.clone(), meeting.contacts.iter().map(head).collect()),
            location: meeting.location.clone(),
            opportunity: Link::new(meeting.opportunity.as_ref().map(head)),
            partner: Link::new(meeting.partner.as_ref().map(head)),
            kind: meeting.r#type,
            reminders: meeting.reminder_minutes(),
            description: meeting.description.clone(),
            organiser: meeting.person(),
            before: Values {
                name: String::new(),
                when: Ok(when),
                recurrence: Ok(String::new()),
                users: Vec::new(),
                contacts: Vec::new(),
                location: String::new(),
                opportunity: None,
                partner: None,
                kind: None,
                reminders: Vec::new(),
                description: String::new(),
            },
            is_focused: false,
        };
        form.before = form.values(cx);
        form
    }

    fn values(&self, cx: &Context) -> Values {
        let when = self.times.when(cx);
        let first = when.as_ref().map_or(self.times.start().date(), |when| when.start().date());
        Values {
            name: self.title.trim().to_owned(),
            recurrence: self.repeat.text(first, cx.today),
            when: when.map_err(|_| format!("{:?}", self.times.texts())),
            users: self.people.users.clone(),
            contacts: self.people.contacts.clone(),
            location: self.location.trim().to_owned(),
            opportunity: self.opportunity.id,
            partner: self.partner.id,
            kind: self.kind,
            reminders: self.reminders.clone(),
            description: self.description.trim().to_owned(),
        }
    }

    /// Whether something would be lost with it.
    pub fn is_typed(&self, cx: &Context) -> bool {
        self.values(cx) != self.before
    }

    pub fn name(&self) -> String {
        let title = self.title.trim();
        if title.is_empty() { tr!("New meeting") } else { title.to_owned() }
    }

    /// What saving it changes; nothing where something in it is wrong.
    pub fn fields(&self, cx: &Context) -> Option<Fields> {
        let (now, before) = (self.values(cx), &self.before);
        let when = now.when.as_ref().ok()?;
        let recurrence = now.recurrence.as_ref().ok()?;
        if self.repeat.problem(Some(*when), cx.today).is_some() {
            return None;
        }
        let mut fields: Fields = Vec::new();
        let mut set = |is_changed: bool, name: &str, value: Value| {
            if is_changed || self.is_new && !value.is_null() {
                fields.push((name.to_owned(), value));
            }
        };
        let text = |text: &str| if text.is_empty() { Value::Null } else { Value::from(text) };
        let title = if now.name.is_empty() { tr!("Meeting") } else { now.name.clone() };
        set(now.name != before.name, "name", title.as_str().into());
        set(now.when != before.when, "when", (*when).into());
        // Of an occurrence the days that its rule names may follow the first one's: only what was chosen counts.
        set(now.recurrence != before.recurrence && self.is_rule_chosen(before), "recurrence", text(recurrence));
        set(now.users != before.users, "users", Value::Refs(now.users.clone()));
        set(now.contacts != before.contacts, "contacts", Value::Refs(now.contacts.clone()));
        set(now.location != before.location, "location", text(&now.location));
        set(now.opportunity != before.opportunity, "opportunity", now.opportunity.into());
        set(now.partner != before.partner, "partner", now.partner.into());
        set(now.kind != before.kind, "type", now.kind.into());
        let minutes = |all: &[i64]| all.iter().map(i64::to_string).collect::<Vec<_>>().join(", ");
        set(now.reminders != before.reminders, "reminders", text(&minutes(&now.reminders)));
        set(now.description != before.description, "description", text(&now.description));
        Some(fields)
    }

    /// A series that is moved takes its rule along by itself: that is no other rule.
    fn is_rule_chosen(&self, before: &Values) -> bool {
        let (Ok(rule), Ok(when)) = (&before.recurrence, &before.when) else { return true };
        self.repeat != Repeat::read(rule, when.start().date())
    }

    pub fn save(&self, fields: Fields) -> Command {
        match self.is_new {
            true => Command::Create { id: self.id, fields },
            false => Command::Set { id: self.id, fields, seen: None },
        }
    }

    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context, tried: bool) {
        let p = palette(ui);
        let (name, hint) = (tr!("Title"), tr!("Add a title"));
        let field = Input::new(&mut self.title, &name).hint(&hint).ty(type_scale::TITLE).height(size::CONTROL_LARGE);
        let response = field.id(Id::unique("meeting's title")).show(ui);
        if !std::mem::replace(&mut self.is_focused, true) && self.is_new {
            response.request_focus();
        }
        ui.add_space(2.0);
        let when = self.times.when(cx).ok();
        under_icon(ui, icons::SCHEDULE, |ui| self.times.show(ui, cx, tried));
        let first = when.map_or(self.times.start().date(), |when| when.start().date());
        under_icon(ui, icons::REPEAT, |ui| self.repeat.show(ui, cx, first, when));
        under_icon(ui, icons::GROUPS, |ui| {
            self.people.show(ui, cx);
            if let Some(organiser) = self.organiser.filter(|id| *id != cx.user) {
                let says = tr!("Called by {}", cx.records.name(organiser));
                ui.label(type_scale::SECONDARY.text(says).color(p.text3));
            }
        });
        under_icon(ui, icons::LOCATION, |ui| {
            let (name, hint) = (tr!("Location"), tr!("A place, or the address of a video call"));
            Input::new(&mut self.location, &name).hint(&hint).show(ui);
        });
        under_icon(ui, icons::LINK, |ui| {
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = 8.0;
                let half = (ui.available_width() - 8.0) / 2.0;
                self.opportunity.show(ui, cx, Kind::Opportunity, &tr!("Opportunity"), &tr!("opportunity"), half);
                self.partner.show(ui, cx, Kind::Contact, &tr!("Customer"), &tr!("customer"), half);
            });
            for why in [self.opportunity.error(), self.partner.error()].into_iter().flatten() {
                ui.label(type_scale::SECONDARY.text(why).color(p.late.text));
            }
        });
        under_icon(ui, icons::NOTIFY, |ui| self.remind(ui));
        self.kinds(ui, cx);
        under_icon(ui, icons::NOTE, |ui| {
            let (name, hint) = (tr!("Description"), tr!("What it is about, what to bring"));
            Input::new(&mut self.description, &name).hint(&hint).rows(3).show(ui);
        });
    }

    fn remind(&mut self, ui: &mut Ui) {
        let mut gone = None;
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = vec2(6.0, 6.0);
            for minutes in &self.reminders {
                let words = before(*minutes);
                let name = tr!("Remove the reminder {}", words);
                if ui.add(Button::new(&words).name(&name).trailing(icons::CLOSE)).clicked() {
                    gone = Some(*minutes);
                }
            }
            let button = ui.add(Button::ghost(&tr!("Add a reminder")).icon(icons::ADD));
            Popup::menu(&button).gap(4.0).width(180.0).show(|ui| {
                for minutes in REMINDERS {
                    if menu::choice(ui, &before(minutes), self.reminders.contains(&minutes)).clicked()
                        && !self.reminders.contains(&minutes)
                    {
                        self.reminders.push(minutes);
                        self.reminders.sort_unstable();
                    }
                }
            });
        });
        self.reminders.retain(|minutes| Some(*minutes) != gone);
    }

    fn kinds(&mut self, ui: &mut Ui, cx: &Context) {
        let kinds = cx.records.event_kinds_in_order();
        if kinds.is_empty() {
            return;
        }
        under_icon(ui, icons::OWN_KIND, |ui| {
            let now = self.kind.map_or_else(|| tr!("Meeting"), |kind| cx.records.name(kind).to_owned());
            let name = tr!("Kind: {}", now);
            let button = ui.add(Button::new(&now).name(&name).trailing(icons::EXPAND_MORE));
            Popup::menu(&button).gap(4.0).width(220.0).show(|ui| {
                if menu::choice(ui, &tr!("Meeting"), self.kind.is_none()).clicked() {
                    self.kind = None;
                }
                for kind in kinds {
                    if menu::choice(ui, &kind.name, self.kind == Some(kind.id)).clicked() {
                        self.kind = Some(kind.id);
                    }
                }
            });
        });
    }
}

/// `15 min before`, `1 day before`
fn before(minutes: i64) -> String {
    match minutes {
        0 => tr!("When it begins"),
        minutes if minutes % 10_080 == 0 => tr!("{n} week before" | "{n} weeks before" % minutes / 10_080),
        minutes if minutes % 1_440 == 0 => tr!("{n} day before" | "{n} days before" % minutes / 1_440),
        minutes => tr!("{} before", calendar::minutes_words(minutes)),
    }
}

/// A meeting as it stands, and when it is this time.
fn effective(cx: &Context, id: DocId, of: Option<(DocId, i64)>) -> Option<(Meeting, When)> {
    let records = cx.records;
    let Some((series, offset)) = of else {
        let meeting = records.meetings.get(&id)?.clone();
        let when = meeting.when?;
        return Some((meeting, when));
    };
    let segment = records.meetings.get(&series)?;
    let zone = cx.environment.zone();
    // What was changed in it may lie with a series that this one was split off: the calendar knows.
    let changed = records.meetings.get(&Meeting::occurrence_id(cx.workspace, series, offset, false));
    let when = changed.filter(|c| !c.meta.deleted).and_then(|c| c.when).or_else(|| segment.at(offset))?;
    let moments = when.moments(&zone);
    let span = Moments { start: moments.start, stop: moments.stop.max(moments.start + chrono::TimeDelta::seconds(1)) };
    let calendar = satchel_core::calendar::Calendar::new(records);
    let found = calendar.between(span, &zone, |_| true).into_iter().find(|found| found.of == Some((series, offset)));
    let meeting =
        found.map_or_else(|| segment.clone(), |found| Meeting { id: segment.id, ..found.meeting.into_owned() });
    let recurrence = segment.recurrence.clone();
    Some((Meeting { recurrence, ..meeting }, when))
}
