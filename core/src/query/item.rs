//! One record of a list, whatever its kind.

use crate::{
    id::{DocId, Kind},
    record::{
        Activity, ActivityPlan, ActivityType, Call, CallList, Contact, CustomField, EventKind, Favourite, Invoice,
        LostReason, Meeting, Meta, Opportunity, OrderLine, PlanStep, Price, PriceList, Product, Quotation, Records,
        RevenueLine, Stage, Tag, Target, Team, User,
    },
};

/// One record of a list, or an activity with the record it lies in.
#[derive(Clone, Copy, Debug)]
pub enum Item<'a> {
    Opportunity(&'a Opportunity),
    Contact(&'a Contact),
    Activity(DocId, &'a Activity),
    Stage(&'a Stage),
    Team(&'a Team),
    User(&'a User),
    Product(&'a Product),
    Tag(&'a Tag),
    LostReason(&'a LostReason),
    CustomField(&'a CustomField),
    Favourite(&'a Favourite),
    Meeting(&'a Meeting),
    Call(&'a Call),
    CallList(&'a CallList),
    EventKind(&'a EventKind),
    ActivityType(&'a ActivityType),
    ActivityPlan(&'a ActivityPlan),
    PlanStep(&'a PlanStep),
    Target(&'a Target),
    Quotation(&'a Quotation),
    OrderLine(&'a OrderLine),
    Invoice(&'a Invoice),
    RevenueLine(&'a RevenueLine),
    PriceList(&'a PriceList),
    Price(&'a Price),
}

impl<'a> Item<'a> {
    /// The record with this id; nothing for ids that are not here and for the company.
    pub fn of(records: &'a Records, id: DocId) -> Option<Item<'a>> {
        match id.kind() {
            Kind::Opportunity => records.opportunities.get(&id).map(Item::Opportunity),
            Kind::Contact => records.contacts.get(&id).map(Item::Contact),
            Kind::Activity => records.activity(id).map(|(record, a)| Item::Activity(record, a)),
            Kind::Stage => records.stages.get(&id).map(Item::Stage),
            Kind::Team => records.teams.get(&id).map(Item::Team),
            Kind::User => records.users.get(&id).map(Item::User),
            Kind::Product => records.products.get(&id).map(Item::Product),
            Kind::Tag => records.tags.get(&id).map(Item::Tag),
            Kind::LostReason => records.lost_reasons.get(&id).map(Item::LostReason),
            Kind::CustomField => records.custom_fields.get(&id).map(Item::CustomField),
            Kind::Favourite => records.favourites.get(&id).map(Item::Favourite),
            Kind::Meeting => records.meetings.get(&id).map(Item::Meeting),
            Kind::Call => records.calls.get(&id).map(Item::Call),
            Kind::CallList => records.call_lists.get(&id).map(Item::CallList),
            Kind::EventKind => records.event_kinds.get(&id).map(Item::EventKind),
            Kind::ActivityType => records.activity_types.get(&id).map(Item::ActivityType),
            Kind::ActivityPlan => records.activity_plans.get(&id).map(Item::ActivityPlan),
            Kind::PlanStep => records.plan_steps.get(&id).map(Item::PlanStep),
            Kind::Target => records.targets.get(&id).map(Item::Target),
            Kind::Quotation => records.quotations.get(&id).map(Item::Quotation),
            Kind::OrderLine => records.order_lines.get(&id).map(Item::OrderLine),
            Kind::Invoice => records.invoices.get(&id).map(Item::Invoice),
            Kind::RevenueLine => records.revenue_lines.get(&id).map(Item::RevenueLine),
            Kind::PriceList => records.price_lists.get(&id).map(Item::PriceList),
            Kind::Price => records.prices.get(&id).map(Item::Price),
            Kind::Company | Kind::Note | Kind::Attachment | Kind::Attempt | Kind::Series => None,
        }
    }

    pub fn id(self) -> DocId {
        match self {
            Item::Activity(_, a) => a.id,
            Item::Opportunity(o) => o.id,
            Item::Contact(r) => r.id,
            Item::Stage(r) => r.id,
            Item::Team(r) => r.id,
            Item::User(r) => r.id,
            Item::Product(r) => r.id,
            Item::Tag(r) => r.id,
            Item::LostReason(r) => r.id,
            Item::CustomField(r) => r.id,
            Item::Favourite(r) => r.id,
            Item::Meeting(r) => r.id,
            Item::Call(r) => r.id,
            Item::CallList(r) => r.id,
            Item::EventKind(r) => r.id,
            Item::ActivityType(r) => r.id,
            Item::ActivityPlan(r) => r.id,
            Item::PlanStep(r) => r.id,
            Item::Target(r) => r.id,
            Item::Quotation(r) => r.id,
            Item::OrderLine(r) => r.id,
            Item::Invoice(r) => r.id,
            Item::RevenueLine(r) => r.id,
            Item::PriceList(r) => r.id,
            Item::Price(r) => r.id,
        }
    }

    pub(super) fn meta(self) -> Option<&'a Meta> {
        match self {
            Item::Activity(..) => None,
            Item::Opportunity(o) => Some(&o.meta),
            Item::Contact(r) => Some(&r.meta),
            Item::Stage(r) => Some(&r.meta),
            Item::Team(r) => Some(&r.meta),
            Item::User(r) => Some(&r.meta),
            Item::Product(r) => Some(&r.meta),
            Item::Tag(r) => Some(&r.meta),
            Item::LostReason(r) => Some(&r.meta),
            Item::CustomField(r) => Some(&r.meta),
            Item::Favourite(r) => Some(&r.meta),
            Item::Meeting(r) => Some(&r.meta),
            Item::Call(r) => Some(&r.meta),
            Item::CallList(r) => Some(&r.meta),
            Item::EventKind(r) => Some(&r.meta),
            Item::ActivityType(r) => Some(&r.meta),
            Item::ActivityPlan(r) => Some(&r.meta),
            Item::PlanStep(r) => Some(&r.meta),
            Item::Target(r) => Some(&r.meta),
            Item::Quotation(r) => Some(&r.meta),
            Item::OrderLine(r) => Some(&r.meta),
            Item::Invoice(r) => Some(&r.meta),
            Item::RevenueLine(r) => Some(&r.meta),
            Item::PriceList(r) => Some(&r.meta),
            Item::Price(r) => Some(&r.meta),
        }
    }
}

/// Shown without asking for archived records: neither archived nor lost, nor done with.
pub(super) fn is_active(records: &Records, item: Item) -> bool {
    match item {
        Item::Opportunity(o) => records.is_active(o),
        Item::Activity(record, a) => {
            a.done.is_none() && Item::of(records, record).is_some_and(|record| is_active(records, record))
        }
        Item::Stage(s) => !s.meta.archived && !records.is_gone(s),
        Item::Meeting(m) => m.is_live(),
        item => item.meta().is_some_and(|m| !m.archived && !m.deleted),
    }
}

/// In the trash, or in a record that is.
pub(super) fn is_trashed(records: &Records, item: Item) -> bool {
    match item {
        Item::Activity(record, _) => Item::of(records, record).is_none_or(|record| is_trashed(records, record)),
        Item::Stage(s) => records.is_gone(s),
        item => item.meta().is_some_and(|m| m.deleted),
    }
}
