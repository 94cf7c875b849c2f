//! What people set up for activities (spec §3): types, and plans that are a sequence of them.

use std::{
    collections::BTreeMap,
    ops::{Deref, DerefMut},
};

use chrono::NaiveDate;

use super::{Activity, Records};
use crate::{
    id::{DocId, Kind},
    query::Period,
};

record!(
    /// What is to be done. Four of them every workspace has from the beginning, under ids that are the same everywhere, though
    /// their documents are written only when somebody changes them.
    ActivityType {
        name: Text = "Activity type",
        summary: Text = "Default summary",
        /// [`Delay`]: `5 days`.
        delay: Text = "Delay",
        delay_from: Choice(&["today", "previous deadline"]) = "Delay counts from",
        /// What becomes of the next one when one of this type is done. It is either, as they share what is next.
        chaining: Choice(&["suggest", "trigger"]) = "The next one is",
        next: Ref(Kind::ActivityType) = "Next activity",
        /// The name of a picture: `call`.
        icon: Text = "Icon",
        color: Int = "Colour",
        sequence: Int = "Sequence",
    }
);

record!(
    /// Activities that are planned in one go, in the order of their steps.
    ActivityPlan { name: Text = "Activity plan" }
);

record!(
    /// One activity of a plan.
    PlanStep {
        /// The summary of the activity.
        name: Text = "Plan step",
        plan: Ref(Kind::ActivityPlan) = "Plan",
        r#type: Ref(Kind::ActivityType) = "Type",
        note: Text = "Note",
        /// [`Delay`], from the day the plan begins.
        delay: Text = "Delay",
        /// Nobody means whoever is named when the plan is applied.
        user: Ref(Kind::User) = "Assigned to",
        sequence: Int = "Sequence",
    }
);

const BUILT_IN: [(DocId, &str, &str); 4] = [
    (ActivityType::TODO, "To-Do", "todo"),
    (ActivityType::EMAIL, "Email", "mail"),
    (ActivityType::CALL, "Call", "call"),
    (ActivityType::MEETING, "Meeting", "meeting"),
];

impl ActivityType {
    pub const TODO: DocId = DocId::well_known(Kind::ActivityType, 1);
    pub const EMAIL: DocId = DocId::well_known(Kind::ActivityType, 2);
    pub const CALL: DocId = DocId::well_known(Kind::ActivityType, 3);
    pub const MEETING: DocId = DocId::well_known(Kind::ActivityType, 4);

    /// What a built-in type is before anybody changes it.
    pub(super) fn fill_built_in(&mut self) {
        if let Some((at, (_, name, icon))) = (1..).zip(BUILT_IN).find(|(_, (id, ..))| *id == self.id) {
            self.name = name.to_owned();
            self.icon = icon.to_owned();
            self.sequence = 10 * at;
        }
    }

    /// The name it has from the beginning, a text of this program's; nothing once people called it otherwise.
    pub fn first_name(&self) -> Option<&'static str> {
        let built_in = BUILT_IN.into_iter().find(|(known, ..)| *known == self.id).map(|(_, name, _)| name);
        built_in.filter(|name| *name == self.name)
    }

    /// How documents write it: the built-in ones by their first name, as they always did, others by id.
    pub(crate) fn written(id: DocId) -> String {
        let built_in = BUILT_IN.into_iter().find(|(known, ..)| *known == id);
        built_in.map_or_else(|| id.to_string(), |(_, name, _)| name.to_owned())
    }

    /// Reads [`ActivityType::written`].
    pub(crate) fn read(text: &str) -> Option<DocId> {
        let built_in = BUILT_IN.into_iter().find(|(_, name, _)| *name == text).map(|(id, ..)| id);
        built_in.or_else(|| text.parse().ok().filter(|id: &DocId| id.kind() == Kind::ActivityType))
    }

    /// When one of this type is due: so long after today or, where the type says so, after the previous one's deadline.
    pub fn deadline(&self, today: NaiveDate, previous: Option<NaiveDate>) -> NaiveDate {
        let from = if self.delay_from == "previous deadline" { previous.unwrap_or(today) } else { today };
        Delay::parse(&self.delay).unwrap_or_default().after(from)
    }

    /// Whether doing one makes the next one by itself.
    pub fn triggers(&self) -> Option<DocId> {
        self.next.filter(|_| self.chaining == "trigger")
    }

    /// The type that is suggested once one is done.
    pub fn suggests(&self) -> Option<DocId> {
        self.next.filter(|_| self.chaining != "trigger")
    }
}

/// `5 days`, `2 weeks`, `1 month`; nothing is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delay {
    pub count: u16,
    pub unit: Period,
}

impl Default for Delay {
    fn default() -> Delay {
        Delay { count: 0, unit: Period::Day }
    }
}

impl Delay {
    /// Nothing for what is no delay, or longer than ten years.
    pub fn parse(text: &str) -> Option<Delay> {
        let text = text.trim();
        if text.is_empty() {
            return Some(Delay::default());
        }
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let unit = match text[digits..].trim() {
            "" => Period::Day,
            word => Period::named(word).filter(|unit| [Period::Day, Period::Week, Period::Month].contains(unit))?,
        };
        text[..digits].parse().ok().filter(|count| *count <= 3_660).map(|count| Delay { count, unit })
    }

    pub fn after(self, day: NaiveDate) -> NaiveDate {
        self.unit.later(day, self.count.into()).unwrap_or(day)
    }
}

impl std::fmt::Display for Delay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let unit = match self.unit {
            Period::Week => "week",
            Period::Month => "month",
            _ => "day",
        };
        write!(f, "{} {unit}{}", self.count, if self.count == 1 { "" } else { "s" })
    }
}

/// Types by id: those that are built in are always among them.
#[derive(Clone, Debug)]
pub struct ActivityTypes(BTreeMap<DocId, ActivityType>);

impl Default for ActivityTypes {
    fn default() -> Self {
        let built_in = BUILT_IN.map(|(id, ..)| {
            let mut built_in = ActivityType::blank(id);
            built_in.fill_built_in();
            (id, built_in)
        });
        ActivityTypes(BTreeMap::from(built_in))
    }
}

impl Deref for ActivityTypes {
    type Target = BTreeMap<DocId, ActivityType>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl DerefMut for ActivityTypes {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

/// What is to be done after an activity.
#[derive(Clone, Debug, PartialEq)]
pub struct NextActivity {
    pub kind: DocId,
    pub summary: String,
    pub date_deadline: NaiveDate,
    /// It is planned by itself; else it is suggested.
    pub is_triggered: bool,
}

impl Records {
    /// The type with this id; a To-Do for one that has not arrived.
    pub fn activity_type(&self, id: DocId) -> &ActivityType {
        self.activity_types.get(&id).unwrap_or_else(|| &self.activity_types[&ActivityType::TODO])
    }

    /// Live types in their order (sequence, name).
    pub fn activity_types_in_order(&self) -> Vec<&ActivityType> {
        let mut live: Vec<&ActivityType> =
            self.activity_types.values().filter(|t| !t.meta.deleted && !t.meta.archived).collect();
        live.sort_by_key(|t| (t.sequence, t.name.as_str(), t.id));
        live
    }

    /// The live type of this name, in any case; `todo` and `e-mail` too.
    pub fn activity_type_named(&self, name: &str) -> Option<&ActivityType> {
        let plain = |s: &str| s.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
        self.activity_types_in_order().into_iter().find(|t| plain(&t.name) == plain(name))
    }

    /// What an activity is called: its summary, else its type.
    pub fn activity_name<'a>(&'a self, activity: &'a Activity) -> &'a str {
        if activity.summary.is_empty() { &self.activity_type(activity.kind).name } else { &activity.summary }
    }

    /// What comes after an activity that is done on this day, as its type says.
    pub fn next_activity(&self, done: &Activity, today: NaiveDate) -> Option<NextActivity> {
        let r#type = self.activity_type(done.kind);
        let next = self.activity_types.get(&r#type.next?).filter(|t| !t.meta.deleted)?;
        Some(NextActivity {
            kind: next.id,
            summary: next.summary.clone(),
            date_deadline: next.deadline(today, Some(done.date_deadline)),
            is_triggered: r#type.triggers().is_some(),
        })
    }

    /// The live steps of a plan, in their order.
    pub fn steps_of(&self, plan: DocId) -> Vec<&PlanStep> {
        let mut steps: Vec<&PlanStep> =
            self.plan_steps.values().filter(|s| s.plan == Some(plan) && !s.meta.deleted && !s.meta.archived).collect();
        steps.sort_by_key(|s| (s.sequence, s.id));
        steps
    }
}
