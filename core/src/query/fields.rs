//! The fields that lists, filters, groups and JSON know: a kind's stored ones and the derived ones.

use std::{borrow::Cow, sync::Arc};

use chrono::NaiveDate;

use super::duplicates;
use crate::{
    environment::Zone,
    error::Result,
    id::{DocId, Kind},
    message::Message,
    record::{
        Activity, ActivityPlan, ActivityState, ActivityType, Call, CallList, Contact, CustomField, EventKind,
        Favourite, FieldDef, FieldType, Invoice, LostReason, Meeting, Meta, Opportunity, OrderLine, PlanStep, Product,
        Quotation, Records, RevenueLine, Stage, Tag, Target, Team, Totals, User, WonStatus,
    },
    value::{Moments, Value, When},
};

/// What can be listed. Leads and opportunities are one kind of record in two lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Listing {
    Opportunities,
    Leads,
    Contacts,
    Activities,
    Stages,
    Teams,
    Users,
    Products,
    Tags,
    LostReasons,
    CustomFields,
    Favourites,
    Meetings,
    Calls,
    CallLists,
    EventKinds,
    ActivityTypes,
    ActivityPlans,
    PlanSteps,
    Targets,
    Quotations,
    OrderLines,
    Invoices,
    RevenueLines,
}

impl Listing {
    pub const ALL: [Listing; 24] = [
        Listing::Opportunities,
        Listing::Leads,
        Listing::Contacts,
        Listing::Activities,
        Listing::Stages,
        Listing::Teams,
        Listing::Users,
        Listing::Products,
        Listing::Tags,
        Listing::LostReasons,
        Listing::CustomFields,
        Listing::Favourites,
        Listing::Meetings,
        Listing::Calls,
        Listing::CallLists,
        Listing::EventKinds,
        Listing::ActivityTypes,
        Listing::ActivityPlans,
        Listing::PlanSteps,
        Listing::Targets,
        Listing::Quotations,
        Listing::OrderLines,
        Listing::Invoices,
        Listing::RevenueLines,
    ];

    pub fn kind(self) -> Kind {
        match self {
            Listing::Opportunities | Listing::Leads => Kind::Opportunity,
            Listing::Contacts => Kind::Contact,
            Listing::Activities => Kind::Activity,
            Listing::Stages => Kind::Stage,
            Listing::Teams => Kind::Team,
            Listing::Users => Kind::User,
            Listing::Products => Kind::Product,
            Listing::Tags => Kind::Tag,
            Listing::LostReasons => Kind::LostReason,
            Listing::CustomFields => Kind::CustomField,
            Listing::Favourites => Kind::Favourite,
            Listing::Meetings => Kind::Meeting,
            Listing::Calls => Kind::Call,
            Listing::CallLists => Kind::CallList,
            Listing::EventKinds => Kind::EventKind,
            Listing::ActivityTypes => Kind::ActivityType,
            Listing::ActivityPlans => Kind::ActivityPlan,
            Listing::PlanSteps => Kind::PlanStep,
            Listing::Targets => Kind::Target,
            Listing::Quotations => Kind::Quotation,
            Listing::OrderLines => Kind::OrderLine,
            Listing::Invoices => Kind::Invoice,
            Listing::RevenueLines => Kind::RevenueLine,
        }
    }

    /// `opportunities`, `leads`, `lost_reasons`
    pub fn name(self) -> &'static str {
        if self == Listing::Leads { "leads" } else { self.kind().plural() }
    }

    /// By singular or plural name.
    pub fn named(text: &str) -> Option<Listing> {
        let text = text.trim().to_lowercase().replace([' ', '-'], "_");
        Listing::ALL.into_iter().find(|l| {
            let singular = if *l == Listing::Leads { "lead" } else { l.kind().singular() };
            text == l.name() || text == singular
        })
    }
}

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
            Kind::Company | Kind::Note | Kind::Attachment | Kind::Attempt => None,
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
        }
    }
}

/// A field of a list: a stored or a derived one, or one of a record that such a field refers to (`partner.country`).
#[derive(Clone, Debug)]
pub struct ListField {
    pub name: Cow<'static, str>,
    pub label: Cow<'static, str>,
    pub ty: FieldType,
    read: Read,
}

#[derive(Clone, Debug)]
enum Read {
    Opportunity(fn(&Opportunity) -> Value),
    Contact(fn(&Contact) -> Value),
    Stage(fn(&Stage) -> Value),
    Team(fn(&Team) -> Value),
    User(fn(&User) -> Value),
    Product(fn(&Product) -> Value),
    Tag(fn(&Tag) -> Value),
    LostReason(fn(&LostReason) -> Value),
    CustomField(fn(&CustomField) -> Value),
    Favourite(fn(&Favourite) -> Value),
    Meeting(fn(&Meeting) -> Value),
    Call(fn(&Call) -> Value),
    CallList(fn(&CallList) -> Value),
    EventKind(fn(&EventKind) -> Value),
    ActivityType(fn(&ActivityType) -> Value),
    ActivityPlan(fn(&ActivityPlan) -> Value),
    PlanStep(fn(&PlanStep) -> Value),
    Target(fn(&Target) -> Value),
    Quotation(fn(&Quotation) -> Value),
    OrderLine(fn(&OrderLine) -> Value),
    Invoice(fn(&Invoice) -> Value),
    RevenueLine(fn(&RevenueLine) -> Value),
    /// The value of a custom field, by its name.
    Custom(&'static str),
    Derived(OfOpportunity),
    Activity(OfActivity),
    Any(OfAny),
    /// A reference, and the field read from what it refers to.
    Through(Arc<(ListField, ListField)>),
}

/// More steps than this lead in circles.
const LONGEST_PATH: usize = 4;

/// A derived value on the user's day.
type OfOpportunity = fn(&Records, &Opportunity, NaiveDate) -> Value;

/// With the record it lies in and the user's day.
type OfActivity = fn(&Records, &Activity, DocId, NaiveDate) -> Value;

type OfAny = fn(&Records, Item) -> Value;

impl ListField {
    /// The field of a list with this name, or reached through references: `partner.country`, `user.team.name`. An error
    /// names those there are.
    pub fn named(records: &Records, listing: Listing, name: &str) -> Result<ListField> {
        let name = name.trim();
        if name.split('.').count() > LONGEST_PATH {
            return Err(refused!(
                "‘{name}’ goes through too many records: {most} steps at most",
                name,
                most = LONGEST_PATH
            ));
        }
        let (first, rest) = name.split_once('.').map_or((name, None), |(first, rest)| (first, Some(rest)));
        let mut known = fields(records, listing);
        let Some(at) = known.iter().position(|f| f.name == first) else {
            let names: Vec<&str> = known.iter().map(|f| &*f.name).collect();
            let list = Message::from(listing.name().replace('_', " "));
            return Err(refused!(
                "{list} have no field ‘{first}’: they have {names}",
                list,
                first,
                names = names.join(", ")
            ));
        };
        let field = known.swap_remove(at);
        let Some(rest) = rest else { return Ok(field) };
        let listing = match field.ty {
            FieldType::Ref(kind) | FieldType::Refs(kind) => Listing::ALL.into_iter().find(|l| l.kind() == kind),
            _ => None,
        };
        let Some(listing) = listing else {
            return Err(refused!("{first} names no record, so ‘{name}’ leads nowhere", first, name));
        };
        let target = ListField::named(records, listing, rest)?;
        Ok(ListField {
            name: name.to_owned().into(),
            label: format!("{}: {}", field.label, target.label).into(),
            ty: match (field.ty, target.ty) {
                (FieldType::Refs(_), FieldType::Ref(kind)) => FieldType::Refs(kind),
                (_, ty) => ty,
            },
            read: Read::Through(Arc::new((field, target))),
        })
    }

    /// The reference it leads through, and the field of what that refers to.
    pub(super) fn path(&self) -> Option<&(ListField, ListField)> {
        match &self.read {
            Read::Through(path) => Some(path),
            _ => None,
        }
    }

    /// The field's value of a record of the list it belongs to; Null for another kind's record.
    pub fn value(&self, records: &Records, item: Item, today: NaiveDate) -> Value {
        match (&self.read, item) {
            (Read::Opportunity(read), Item::Opportunity(r)) => read(r),
            (Read::Contact(read), Item::Contact(r)) => read(r),
            (Read::Stage(read), Item::Stage(r)) => read(r),
            (Read::Team(read), Item::Team(r)) => read(r),
            (Read::User(read), Item::User(r)) => read(r),
            (Read::Product(read), Item::Product(r)) => read(r),
            (Read::Tag(read), Item::Tag(r)) => read(r),
            (Read::LostReason(read), Item::LostReason(r)) => read(r),
            (Read::CustomField(read), Item::CustomField(r)) => read(r),
            (Read::Favourite(read), Item::Favourite(r)) => read(r),
            (Read::Meeting(read), Item::Meeting(r)) => read(r),
            (Read::Call(read), Item::Call(r)) => read(r),
            (Read::CallList(read), Item::CallList(r)) => read(r),
            (Read::EventKind(read), Item::EventKind(r)) => read(r),
            (Read::ActivityType(read), Item::ActivityType(r)) => read(r),
            (Read::ActivityPlan(read), Item::ActivityPlan(r)) => read(r),
            (Read::PlanStep(read), Item::PlanStep(r)) => read(r),
            (Read::Target(read), Item::Target(r)) => read(r),
            (Read::Quotation(read), Item::Quotation(r)) => read(r),
            (Read::OrderLine(read), Item::OrderLine(r)) => read(r),
            (Read::Invoice(read), Item::Invoice(r)) => read(r),
            (Read::RevenueLine(read), Item::RevenueLine(r)) => read(r),
            (Read::Custom(name), Item::Opportunity(r)) => r.custom.get(*name).cloned().unwrap_or(Value::Null),
            (Read::Custom(name), Item::Contact(r)) => r.custom.get(*name).cloned().unwrap_or(Value::Null),
            (Read::Derived(read), Item::Opportunity(r)) => read(records, r, today),
            (Read::Activity(read), Item::Activity(record, a)) => read(records, a, record, today),
            (Read::Any(read), item) => read(records, item),
            (Read::Through(path), item) => {
                let (first, target) = &**path;
                let read = |id| Item::of(records, id).map_or(Value::Null, |item| target.value(records, item, today));
                match first.value(records, item, today) {
                    Value::Ref(id) => read(id),
                    Value::Refs(ids) => all_of(ids.into_iter().map(read)),
                    _ => Value::Null,
                }
            }
            _ => Value::Null,
        }
    }
}

/// Of several values one: references together as a set, of others the first that is not empty.
fn all_of(values: impl Iterator<Item = Value>) -> Value {
    let mut ids = Vec::new();
    let mut first = Value::Null;
    for value in values.filter(|v| !v.is_null()) {
        match value {
            Value::Ref(id) => ids.push(id),
            Value::Refs(more) => ids.extend(more),
            value if first.is_null() => first = value,
            _ => {}
        }
    }
    ids.sort();
    ids.dedup();
    if ids.is_empty() { first } else { Value::Refs(ids) }
}

/// All fields of a list, in the order of JSON and exports: what it is, where it stands, the stored ones, the derived and the
/// custom ones.
pub fn fields(records: &Records, listing: Listing) -> Vec<ListField> {
    macro_rules! stored {
        ($kind:ident) => {
            $kind::FIELDS.iter().map(|f| ListField {
                name: f.name.into(),
                label: f.label.into(),
                ty: f.ty,
                read: Read::$kind(f.get),
            })
        };
    }
    let mut fields = vec![id()];
    match listing {
        Listing::Opportunities | Listing::Leads => {
            let mut stored = stored!(Opportunity);
            fields.extend(stored.next());
            fields.extend(rows(STANDING, Read::Derived));
            fields.extend(stored);
            fields.extend(rows(DERIVED, Read::Derived));
        }
        Listing::Contacts => {
            fields.extend(stored!(Contact));
            fields.extend(rows(CONTACT, Read::Any));
        }
        Listing::Activities => {
            fields.extend(rows(ACTIVITY, Read::Activity));
            fields.extend(rows(&META[..1], Read::Any));
            return fields;
        }
        Listing::Stages => fields.extend(stored!(Stage)),
        Listing::Teams => fields.extend(stored!(Team)),
        Listing::Users => fields.extend(stored!(User)),
        Listing::Products => fields.extend(stored!(Product)),
        Listing::Tags => fields.extend(stored!(Tag)),
        Listing::LostReasons => fields.extend(stored!(LostReason)),
        Listing::CustomFields => fields.extend(stored!(CustomField)),
        Listing::Favourites => fields.extend(stored!(Favourite)),
        Listing::Meetings => {
            let inner = ["series", "offset", "following", "cancelled"];
            fields.extend(stored!(Meeting).filter(|f| !inner.contains(&&*f.name)));
            fields.extend(rows(MEETING, Read::Any));
        }
        Listing::Calls => {
            fields.extend(stored!(Call).filter(|f| f.name != "tried"));
            fields.extend(rows(CALL, Read::Any));
        }
        Listing::CallLists => fields.extend(stored!(CallList)),
        Listing::EventKinds => fields.extend(stored!(EventKind)),
        Listing::ActivityTypes => fields.extend(stored!(ActivityType)),
        Listing::ActivityPlans => fields.extend(stored!(ActivityPlan)),
        Listing::PlanSteps => fields.extend(stored!(PlanStep)),
        Listing::Targets => fields.extend(stored!(Target)),
        Listing::Quotations => {
            fields.extend(stored!(Quotation));
            fields.extend(rows(QUOTATION, Read::Any));
        }
        Listing::OrderLines => {
            fields.extend(stored!(OrderLine));
            fields.extend(rows(LINE, Read::Any));
        }
        Listing::Invoices => {
            fields.extend(stored!(Invoice).filter(|f| f.name != "frozen"));
            fields.extend(rows(INVOICE, Read::Any));
        }
        Listing::RevenueLines => fields.extend(stored!(RevenueLine)),
    }
    let custom = records.custom_fields_of(listing.kind()).into_iter().filter_map(CustomField::def);
    fields.extend(custom.map(|FieldDef { name, label, ty }| ListField {
        name: name.into(),
        label: label.into(),
        ty,
        read: Read::Custom(name),
    }));
    fields.extend(rows(META, Read::Any));
    fields
}

fn id() -> ListField {
    let read = Read::Any(|_, item| item.id().to_string().into());
    ListField { name: "id".into(), label: "Id".into(), ty: FieldType::Text, read }
}

/// A field's name, label and type, and how to read it.
type Row<F> = (&'static str, &'static str, FieldType, F);

fn rows<F: Copy>(rows: &'static [Row<F>], read: fn(F) -> Read) -> impl Iterator<Item = ListField> {
    rows.iter().map(move |(name, label, ty, value)| ListField {
        name: (*name).into(),
        label: (*label).into(),
        ty: *ty,
        read: read(*value),
    })
}

const STANDING: &[Row<OfOpportunity>] = &[
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

const DERIVED: &[Row<OfOpportunity>] = &[
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

const ACTIVITY: &[Row<OfActivity>] = &[
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

const MEETING: &[Row<OfAny>] = &[
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

const CONTACT: &[Row<OfAny>] = &[("opportunity_count", "Open opportunities", FieldType::Number, |records, item| {
    let Item::Contact(contact) = item else { return Value::Null };
    let is_open =
        |o: &&Opportunity| !o.is_lead() && records.is_active(o) && records.won_status(o) == WonStatus::Pending;
    Value::Int(duplicates::of_customer(records, contact.id).filter(is_open).count() as i64)
})];

const CALL: &[Row<OfAny>] = &[("attempts", "Attempts", FieldType::Int, |_, item| match item {
    Item::Call(call) => Value::Int(call.attempts() as i64),
    _ => Value::Null,
})];

const QUOTATION: &[Row<OfAny>] = &[
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

const LINE: &[Row<OfAny>] = &[("subtotal", "Subtotal", FieldType::Money, |_, item| match item {
    Item::OrderLine(line) => line.subtotal().into(),
    _ => Value::Null,
})];

const INVOICE: &[Row<OfAny>] = &[
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

const META: &[Row<OfAny>] = &[
    ("active", "Active", FieldType::Bool, |records, item| is_active(records, item).into()),
    ("create_date", "Created on", FieldType::Time, |_, item| item.meta().and_then(|m| m.create_date).into()),
    ("create_user", "Created by", FieldType::Ref(Kind::User), |_, item| item.meta().and_then(|m| m.create_user).into()),
    ("write_date", "Last updated on", FieldType::Time, |_, item| item.meta().and_then(|m| m.write_date).into()),
    ("write_user", "Last updated by", FieldType::Ref(Kind::User), |_, item| {
        item.meta().and_then(|m| m.write_user).into()
    }),
];

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
