//! Records as JSON, in the shape of the command line: dates ISO 8601, amounts as decimal strings, references as
//! `{"id", "name"}` or null.

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use serde_json::{Map, Value as Json, json};

use super::{
    Item, Listing,
    fields::{ListField, fields},
    group::Group,
    item::is_trashed,
};
use crate::{
    id::{DocId, Kind},
    record::{Activity, Attachment, Company, Frozen, FrozenLine, Note, Records},
    value::{Percent, Value},
};

pub fn value(records: &Records, value: &Value) -> Json {
    match value {
        value if value.is_null() && !matches!(value, Value::Refs(_)) => Json::Null,
        Value::Null => Json::Null,
        Value::Text(text) => json!(text),
        Value::Bool(yes) => json!(yes),
        Value::Int(n) => json!(n),
        Value::Percent(p) => percent(*p),
        Value::Money(m) => json!(m.to_string()),
        Value::Date(day) => json!(day.to_string()),
        Value::Time(time) => self::time(*time),
        Value::Ref(id) => reference(records, *id),
        Value::Refs(ids) => ids.iter().map(|id| reference(records, *id)).collect(),
        Value::When(when) => json!(when.to_string()),
    }
}

/// `{"id", "name"}`
pub fn reference(records: &Records, id: DocId) -> Json {
    json!({"id": id.to_string(), "name": records.name(id)})
}

fn time(time: DateTime<Utc>) -> Json {
    json!(time.to_rfc3339_opts(SecondsFormat::AutoSi, true))
}

/// 60, or 12.5.
fn percent(percent: Percent) -> Json {
    if percent.0 % 100 == 0 { json!(percent.0 / 100) } else { json!(percent.as_f64()) }
}

/// All fields of one record of a list.
pub(super) fn item(records: &Records, fields: &[ListField], item: Item, today: NaiveDate) -> Json {
    let cell = |field: &ListField| (field.name.to_string(), value(records, &field.value(records, item, today)));
    Json::Object(fields.iter().map(cell).collect())
}

/// One record with what lies inside it: `activities`, `notes`, what was `posted`, and the names of its `conflicts`. Nothing for
/// unknown ids.
pub fn record(records: &Records, id: DocId, today: NaiveDate) -> Option<Json> {
    if let Some(company) = records.company.as_ref().filter(|c| c.id == id) {
        return Some(self::company(records, company));
    }
    let item = Item::of(records, id)?;
    let listing = match item {
        Item::Opportunity(o) if o.is_lead() => Listing::Leads,
        _ => Listing::ALL.into_iter().find(|l| l.kind() == id.kind())?,
    };
    let mut object = Map::from_iter([("id".to_owned(), json!(id.to_string()))]);
    object.insert("kind".to_owned(), json!(if listing == Listing::Leads { "lead" } else { id.kind().singular() }));
    if let Json::Object(fields) = self::item(records, &fields(records, listing), item, today) {
        object.extend(fields);
    }
    if let Some(meta) = item.meta() {
        object.insert("archived".to_owned(), json!(meta.archived));
        object.insert("deleted".to_owned(), json!(is_trashed(records, item)));
        object.insert("conflicts".to_owned(), json!(meta.conflicts));
    }
    let inner: Option<(&[Activity], &[Note], &[Attachment])> = match item {
        Item::Opportunity(o) => Some((&o.activities, &o.notes, &o.attachments)),
        Item::Contact(c) => Some((&c.activities, &c.notes, &c.attachments)),
        _ => None,
    };
    if let Some((activities, notes, attachments)) = inner {
        let known = fields(records, Listing::Activities);
        let activity = |a| self::item(records, &known, Item::Activity(id, a), today);
        object.insert("activities".to_owned(), activities.iter().map(activity).collect());
        let note = |n: &Note| {
            let user = n.user.map_or(Json::Null, |u| reference(records, u));
            json!({"id": n.id.to_string(), "text": n.text, "time": time(n.time), "user": user})
        };
        object.insert("notes".to_owned(), notes.iter().map(note).collect());
        object.insert("attachments".to_owned(), attachments.iter().map(|a| attachment(records, a)).collect());
    }
    if let Item::Invoice(invoice) = item {
        object.insert("posted".to_owned(), invoice.frozen().map_or(Json::Null, |frozen| posted(&frozen)));
    }
    Some(Json::Object(object))
}

fn attachment(records: &Records, a: &Attachment) -> Json {
    let user = a.user.map_or(Json::Null, |u| reference(records, u));
    let (id, hash) = (a.id.to_string(), a.hash.to_string());
    json!({"id": id, "name": a.name, "size": a.size, "hash": hash, "time": time(a.time), "user": user})
}

fn company(records: &Records, company: &Company) -> Json {
    let fields = Company::FIELDS.iter().map(|f| (f.name.to_owned(), value(records, &(f.get)(company))));
    let mut object = Map::from_iter(fields);
    object.insert("id".to_owned(), json!(company.id.to_string()));
    object.insert("kind".to_owned(), json!("company"));
    object.insert("conflicts".to_owned(), json!(company.meta.conflicts));
    let attachments = company.attachments.iter().map(|a| attachment(records, a));
    object.insert("attachments".to_owned(), attachments.collect());
    Json::Object(object)
}

/// An invoice as it was posted, whatever became of what it was made of.
fn posted(frozen: &Frozen) -> Json {
    let line = |line: &FrozenLine| {
        json!({
            "name": line.name,
            "quantity": line.quantity,
            "price": line.price.to_string(),
            "discount": percent(line.discount),
            "tax": percent(line.tax),
            "subtotal": line.subtotal.to_string(),
        })
    };
    json!({
        "number": frozen.number,
        "date": frozen.date.to_string(),
        "order": frozen.order,
        "customer": frozen.customer,
        "address": frozen.address,
        "seller": frozen.seller,
        "lines": frozen.lines.iter().map(line).collect::<Vec<_>>(),
        "untaxed": frozen.totals.untaxed.to_string(),
        "tax": frozen.totals.tax.to_string(),
        "total": frozen.totals.total().to_string(),
        "note": frozen.note,
    })
}

/// `{"group", "count", "sum"}`; sums of opportunities only; with `groups` by the next field.
pub(super) fn group(group: &Group, listing: Listing) -> Json {
    let sum = match listing.kind() {
        Kind::Opportunity => json!({
            "expected_revenue": group.expected_revenue.to_string(),
            "prorated_revenue": group.prorated_revenue.to_string(),
        }),
        _ => json!({}),
    };
    let mut object = json!({"group": group.title, "count": group.count, "sum": sum});
    if !group.groups.is_empty() {
        object["groups"] = group.groups.iter().map(|g| self::group(g, listing)).collect();
    }
    object
}
