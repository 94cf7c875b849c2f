//! The fields that lists, filters, groups and JSON know: a kind's stored ones and the derived ones.

mod derived;

use std::{borrow::Cow, sync::Arc};

use chrono::NaiveDate;

use self::derived::{ACTIVITY, CALL, CONTACT, DERIVED, INVOICE, LINE, MEETING, META, QUOTATION, STANDING};
use super::{Item, Listing};
use crate::{
    error::Result,
    id::DocId,
    message::Message,
    record::{
        Activity, ActivityPlan, ActivityType, Call, CallList, Contact, CustomField, EventKind, Favourite, FieldDef,
        FieldType, Invoice, LostReason, Meeting, Opportunity, OrderLine, PlanStep, Price, PriceList, Product,
        Quotation, Records, RevenueLine, Stage, Tag, Target, Team, User,
    },
    value::Value,
};

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
    PriceList(fn(&PriceList) -> Value),
    Price(fn(&Price) -> Value),
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
            (Read::PriceList(read), Item::PriceList(r)) => read(r),
            (Read::Price(read), Item::Price(r)) => read(r),
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
        Listing::PriceLists => fields.extend(stored!(PriceList)),
        Listing::Prices => fields.extend(stored!(Price)),
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
