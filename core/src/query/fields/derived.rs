//! The fields that no record stores: worked out from it, from others and from the user's day.

use super::{OfActivity, OfAny, OfOpportunity, Row};
use crate::{
    environment::Zone,
    id::Kind,
    query::{
        duplicates,
        item::{Item, is_active},
    },
    record::{Activity, ActivityState, FieldType, Opportunity, Records, Totals, WonStatus},
    value::{Moments, Value, When},
};

pub(super) const STANDING: &[Row<OfOpportunity>] = &[
    ("stage", "Stage", FieldType::Ref(Kind::Stage), |records, o, _| {
        records.stage(o).map(|s| s.id).or(o.standing.stage).into()
    }),
    ("won_status", "Won status", FieldType::Choice(&["pending", "won", "lost"]), |records, o, _| {
        records.won_status(o).label().into()
    }),
    ("probability", "Probability", FieldType::Percent, |records, o, _| records.probability(o).into()),
    ("prorated_revenue", "Probable turnover", FieldType::Money, |records, o, _| records.prorated_revenue(o).into()),
    ("lost_reason", "Lost reason", FieldType::Ref(Kind::LostReason), |_, o, _| o.standing.lost_reason().into()),
    ("date_closed", "Closed on", FieldType::Time, |_, o, _| o.standing.closed.into()),
];

pub(super) const DERIVED: &[Row<OfOpportunity>] = &[
    ("date_last_stage_update", "Last stage update", FieldType::Time, |_, o, _| o.standing.since.into()),
    ("day_open", "Days to assign", FieldType::Number, |_, o, _| days_from_creation(o, o.date_open)),
    ("day_close", "Days to close", FieldType::Number, |_, o, _| days_from_creation(o, o.standing.closed)),
    ("recurring_revenue_monthly", "Monthly recurring revenue", FieldType::Money, |_, o, _| {
        o.recurring_revenue_monthly().into()
    }),
    ("recurring_revenue_prorated", "Probable monthly recurring revenue", FieldType::Money, |records, o, _| {
        records.recurring_revenue_prorated(o).into()
    }),
    ("activity_state", "Activity state", FieldType::Choice(&["overdue", "today", "planned"]), |records, o, today| {
        records.activity_state(&o.activities, today).map_or(Value::Null, |s| s.name().into())
    }),
    ("activity_date_deadline", "Next activity", FieldType::Date, |_, o, _| {
        next_activity(o).map(|a| a.date_deadline).into()
    }),
    ("activity_type", "Next activity type", FieldType::Text, |records, o, _| {
        next_activity(o).map_or(Value::Null, |a| type_name(records, a).into())
    }),
    ("rotting_days", "Days rotting", FieldType::Number, |records, o, today| records.rotting_days(o, today).into()),
];

/// Whole days, none before the creation (an imported deal may have been closed long before it came here).
fn days_from_creation(o: &Opportunity, to: Option<chrono::DateTime<chrono::Utc>>) -> Value {
    to.zip(o.meta.create_date).map(|(to, from)| (to - from).num_days().max(0)).into()
}

fn next_activity(o: &Opportunity) -> Option<&Activity> {
    o.activities.iter().filter(|a| a.done.is_none()).min_by_key(|a| (a.date_deadline, a.id))
}

fn type_name<'a>(records: &'a Records, a: &Activity) -> &'a str {
    &records.activity_type(a.kind).name
}

pub(super) const ACTIVITY: &[Row<OfActivity>] = &[
    ("name", "Activity", FieldType::Text, |records, a, _, _| records.activity_name(a).into()),
    ("type", "Type", FieldType::Text, |records, a, _, _| type_name(records, a).into()),
    ("summary", "Summary", FieldType::Text, |_, a, _, _| a.summary.as_str().into()),
    ("note", "Note", FieldType::LongText, |_, a, _, _| a.note.as_str().into()),
    ("date_deadline", "Deadline", FieldType::Date, |_, a, _, _| a.date_deadline.into()),
    ("user", "Assigned to", FieldType::Ref(Kind::User), |_, a, _, _| a.user.into()),
    ("state", "Activity state", FieldType::Choice(&["overdue", "today", "planned", "done"]), |_, a, _, today| {
        a.state(today).map_or("done", ActivityState::name).into()
    }),
    ("done", "Done on", FieldType::Time, |_, a, _, _| a.done.into()),
    ("done_by", "Done by", FieldType::Ref(Kind::User), |_, a, _, _| a.done_by.into()),
    ("feedback", "Feedback", FieldType::LongText, |_, a, _, _| a.feedback.as_str().into()),
    ("record", "Record", FieldType::Ref(Kind::Opportunity), |_, _, record, _| record.into()),
];

pub(super) const MEETING: &[Row<OfAny>] = &[
    ("start", "Start", FieldType::Time, |_, item| moments(item).map(|m| m.start).into()),
    ("stop", "Stop", FieldType::Time, |_, item| moments(item).map(|m| m.stop).into()),
    ("all_day", "All day", FieldType::Bool, |_, item| when(item).is_some_and(When::is_all_day).into()),
];

fn when(item: Item) -> Option<When> {
    match item {
        Item::Meeting(m) => m.when,
        _ => None,
    }
}

fn moments(item: Item) -> Option<Moments> {
    when(item).map(|when| when.moments(&Zone::default()))
}

pub(super) const CONTACT: &[Row<OfAny>] =
    &[("opportunity_count", "Open opportunities", FieldType::Number, |records, item| {
        let Item::Contact(contact) = item else { return Value::Null };
        let is_open =
            |o: &&Opportunity| !o.is_lead() && records.is_active(o) && records.won_status(o) == WonStatus::Pending;
        Value::Int(duplicates::of_customer(records, contact.id).filter(is_open).count() as i64)
    })];

pub(super) const CALL: &[Row<OfAny>] = &[("attempts", "Attempts", FieldType::Int, |_, item| match item {
    Item::Call(call) => Value::Int(call.attempts() as i64),
    _ => Value::Null,
})];

pub(super) const QUOTATION: &[Row<OfAny>] = &[
    ("untaxed", "Untaxed", FieldType::Money, |records, item| totals(records, item).map(|t| t.untaxed).into()),
    ("tax", "Tax", FieldType::Money, |records, item| totals(records, item).map(|t| t.tax).into()),
    ("total", "Total", FieldType::Money, |records, item| totals(records, item).map(Totals::total).into()),
];

fn totals(records: &Records, item: Item) -> Option<Totals> {
    match item {
        Item::Quotation(q) => Some(records.totals(q.id)),
        Item::Invoice(i) => Some(records.invoice_totals(i)),
        _ => None,
    }
}

pub(super) const LINE: &[Row<OfAny>] = &[("subtotal", "Subtotal", FieldType::Money, |_, item| match item {
    Item::OrderLine(line) => line.subtotal().into(),
    _ => Value::Null,
})];

pub(super) const INVOICE: &[Row<OfAny>] = &[
    ("state", "State", FieldType::Choice(&["draft", "posted", "paid"]), |_, item| match item {
        Item::Invoice(invoice) => invoice.state().into(),
        _ => Value::Null,
    }),
    ("date", "Posted on", FieldType::Date, |_, item| match item {
        Item::Invoice(invoice) => invoice.posted().map(|(date, _)| date).into(),
        _ => Value::Null,
    }),
    ("untaxed", "Untaxed", FieldType::Money, |records, item| totals(records, item).map(|t| t.untaxed).into()),
    ("tax", "Tax", FieldType::Money, |records, item| totals(records, item).map(|t| t.tax).into()),
    ("total", "Total", FieldType::Money, |records, item| totals(records, item).map(Totals::total).into()),
];

pub(super) const META: &[Row<OfAny>] = &[
    ("active", "Active", FieldType::Bool, |records, item| is_active(records, item).into()),
    ("create_date", "Created on", FieldType::Time, |_, item| item.meta().and_then(|m| m.create_date).into()),
    ("create_user", "Created by", FieldType::Ref(Kind::User), |_, item| item.meta().and_then(|m| m.create_user).into()),
    ("write_date", "Last updated on", FieldType::Time, |_, item| item.meta().and_then(|m| m.write_date).into()),
    ("write_user", "Last updated by", FieldType::Ref(Kind::User), |_, item| {
        item.meta().and_then(|m| m.write_user).into()
    }),
];
