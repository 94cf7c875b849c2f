//! What is kept of every opportunity for boards, facets and groups.

use std::cmp::Reverse;

use chrono::{DateTime, NaiveDate, Utc};

use super::{NONE, Texts};
use crate::{
    id::DocId,
    record::{ActivityState, Records},
    value::{Money, Percent, Value},
};

/// Priority descending, then newest first.
pub(crate) type Place = (Reverse<i64>, Reverse<i64>, Reverse<DocId>);

/// What a board needs of an opportunity, small and in order: a sweep over all of them stays within the processor's caches.
/// References are slots.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    /// Of the opportunity itself.
    pub slot: u32,
    pub stage: u32,
    pub team: u32,
    pub user: u32,
    /// The customer.
    pub partner: u32,
    pub expected_revenue: Money,
    /// Expected closing.
    pub date_deadline: Option<NaiveDate>,
    /// When it was won or lost.
    pub date_closed: Option<DateTime<Utc>>,
    pub recurring_monthly: Money,
    /// The manual one.
    pub probability: Option<Percent>,
    /// Of the open activities.
    pub next_deadline: Option<NaiveDate>,
    pub is_lost: bool,
    pub is_lead: bool,
    pub is_archived: bool,
    pub is_trashed: bool,
}

/// Fields whose values a row tells: [`Row::value`].
pub(crate) const TOLD: [&str; 16] = [
    "user",
    "team",
    "partner",
    "stage",
    "expected_revenue",
    "prorated_revenue",
    "probability",
    "recurring_revenue_monthly",
    "recurring_revenue_prorated",
    "date_closed",
    "day_close",
    "priority",
    "date_deadline",
    "active",
    "won_status",
    "activity_state",
];

impl Row {
    /// A field's value, where the row tells it: the record need not be looked at then.
    pub fn value(&self, records: &Records, place: &Place, field: &str, today: NaiveDate) -> Option<Value> {
        let index = &records.index;
        Some(match field {
            "user" => reference(&index.users, self.user),
            "team" => reference(&index.teams, self.team),
            "partner" => reference(&index.contacts, self.partner),
            "stage" => match reference(&index.stages, self.stage) {
                Value::Ref(stage) => records.stage_now(stage).map_or(stage, |s| s.id).into(),
                none => none,
            },
            "expected_revenue" => Value::Money(self.expected_revenue),
            "prorated_revenue" => Value::Money(self.expected_revenue.share(self.shown_probability(records))),
            "probability" => Value::Percent(self.shown_probability(records)),
            "recurring_revenue_monthly" => Value::Money(self.recurring_monthly),
            "recurring_revenue_prorated" => Value::Money(self.recurring_monthly.share(self.shown_probability(records))),
            "date_closed" => self.date_closed.into(),
            "day_close" => {
                let created = Some(place.1.0).filter(|millis| *millis != i64::MIN);
                let created = created.and_then(DateTime::<Utc>::from_timestamp_millis);
                self.date_closed.zip(created).map(|(closed, from)| (closed - from).num_days().max(0)).into()
            }
            "priority" => Value::Int(place.0.0),
            "date_deadline" => self.date_deadline.into(),
            "active" => Value::Bool(self.is_active()),
            "won_status" => self.won_status(records).into(),
            "activity_state" => match self.next_deadline {
                Some(day) => ActivityState::on(day, today).name().into(),
                None => Value::Null,
            },
            _ => return None,
        })
    }

    /// As [`Records::probability`].
    pub fn shown_probability(&self, records: &Records) -> Percent {
        let stage = || (self.stage != NONE).then(|| records.index.stages.id(self.stage));
        match (self.is_lost, stage().and_then(|s| records.stage_now(s))) {
            (true, _) => Percent::ZERO,
            (_, Some(stage)) if stage.is_won => Percent::HUNDRED,
            (_, stage) => self.probability.or(stage.map(|s| s.probability)).unwrap_or_default(),
        }
    }

    pub fn won_status(&self, records: &Records) -> &'static str {
        let stage = || (self.stage != NONE).then(|| records.index.stages.id(self.stage));
        match self.is_lost {
            true => "lost",
            false if stage().and_then(|s| records.stage_now(s)).is_some_and(|s| s.is_won) => "won",
            false => "pending",
        }
    }

    /// Shown without asking for archived records.
    pub fn is_active(&self) -> bool {
        !self.is_archived && !self.is_lost && !self.is_trashed
    }
}

fn reference(texts: &Texts, slot: u32) -> Value {
    Value::from((slot != NONE).then(|| texts.id(slot)))
}
