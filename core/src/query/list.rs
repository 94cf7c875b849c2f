//! Lists: which records, in which order.

use std::cmp::{Ordering, Reverse};

use chrono::NaiveDate;
use rayon::prelude::*;
use serde_json::Value as Json;

use super::{
    Asker, Item, Listing,
    fields::ListField,
    filter::Filter,
    fold,
    group::{self, Group, GroupBy},
    index::Row,
    item::{is_active, is_trashed},
    json,
    search::Found,
};
use crate::{
    error::Result,
    id::DocId,
    record::{FieldType, Records},
    value::Value,
};

/// A question for a list.
#[derive(Clone, Debug)]
pub struct ListQuery {
    pub listing: Listing,
    /// All must hold.
    pub filters: Vec<Filter>,
    /// Words that must all occur in names.
    pub search: String,
    /// Up to three levels.
    pub group_by: Vec<GroupBy>,
    /// Else the list's own order: opportunities by priority and newest first, what has a sequence or a date by that, all
    /// others by name.
    pub sort: Vec<Sort>,
    pub limit: Option<usize>,
    /// Archived records too (so also lost ones, and activities that are done). The trash never.
    pub archived: bool,
    /// Only what is in the trash.
    pub trash: bool,
    pub asker: Asker,
}

/// A field to sort by. Empty values come last, either way.
#[derive(Clone, Debug)]
pub struct Sort {
    pub field: ListField,
    pub descending: bool,
}

impl Sort {
    /// Reads `expected_revenue`, `-expected_revenue`, `expected_revenue desc`; several with commas.
    pub fn parse(records: &Records, listing: Listing, text: &str) -> Result<Vec<Sort>> {
        let one = |part: &str| {
            let part = part.trim();
            let (name, direction) = part.split_once(char::is_whitespace).unwrap_or((part, ""));
            let (name, minus) = name.strip_prefix('-').map_or((name, false), |name| (name, true));
            let descending = minus || direction.trim().eq_ignore_ascii_case("desc");
            ListField::named(records, listing, name).map(|field| Sort { field, descending })
        };
        text.split(',').map(one).collect()
    }
}

impl ListQuery {
    /// Everything of a list that is not archived.
    pub fn new(listing: Listing, asker: impl Into<Asker>) -> ListQuery {
        ListQuery {
            listing,
            filters: Vec::new(),
            search: String::new(),
            group_by: Vec::new(),
            sort: Vec::new(),
            limit: None,
            archived: false,
            trash: false,
            asker: asker.into(),
        }
    }

    /// The records that answer the question, in order.
    pub fn items<'a>(&self, records: &'a Records) -> Vec<Item<'a>> {
        let found = Found::new(records, self.listing.kind(), &self.search);
        let mut items = match self.listing {
            Listing::Opportunities | Listing::Leads => self.opportunities(records, &found),
            _ => {
                let mut items: Vec<Item> = all(records, self.listing)
                    .filter(|item| self.may_show(records, *item))
                    .filter(|item| found.has(records, *item))
                    .filter(|item| self.filters.iter().all(|f| f.holds(records, *item, &self.asker)))
                    .collect();
                in_own_order(&mut items);
                items
            }
        };
        if !self.sort.is_empty() {
            let key =
                |item| self.sort.iter().map(|s| Key::of(records, &s.field, item, self.asker.today)).collect::<Vec<_>>();
            let mut keyed: Vec<(Vec<Option<Key>>, Item)> =
                items.into_par_iter().map(|item| (key(item), item)).collect();
            keyed.par_sort_by(|(a, _), (b, _)| self.order(a, b));
            items = keyed.into_iter().map(|(_, item)| item).collect();
        }
        items.truncate(self.limit.unwrap_or(usize::MAX));
        items
    }

    /// The records in whatever order they lie in memory: quicker where they are only counted and summed up.
    pub(super) fn unordered<'a>(&self, records: &'a Records) -> Vec<Item<'a>> {
        let found = Found::new(records, self.listing.kind(), &self.search);
        let passes = |item: &Item| {
            found.has(records, *item) && self.filters.iter().all(|f| f.holds(records, *item, &self.asker))
        };
        let is_here = |is_trashed: bool, is_active: bool| match is_trashed {
            true => self.trash,
            false => !self.trash && (self.archived || is_active),
        };
        let all: Vec<Item> = match self.listing {
            Listing::Opportunities | Listing::Leads => {
                let leads = self.listing == Listing::Leads;
                let shown = records.opportunities.values();
                let shown = shown.filter(|o| o.is_lead() == leads && is_here(o.meta.deleted, records.is_active(o)));
                shown.map(Item::Opportunity).collect()
            }
            // Whether its record is here is asked once, not for every activity.
            Listing::Activities => {
                let of_opportunities = records.opportunities.values().map(|o| {
                    let shows = [is_here(o.meta.deleted, false), is_here(o.meta.deleted, records.is_active(o))];
                    (o.id, &o.activities, shows)
                });
                let of_contacts = records.contacts.values().map(|c| {
                    let shows = [is_here(c.meta.deleted, false), is_here(c.meta.deleted, !c.meta.archived)];
                    (c.id, &c.activities, shows)
                });
                let shown = of_opportunities.chain(of_contacts).flat_map(|(record, all, [done, to_do])| {
                    let shown = all.iter().filter(move |a| if a.done.is_some() { done } else { to_do });
                    shown.map(move |a| Item::Activity(record, a))
                });
                shown.collect()
            }
            _ => all(records, self.listing).filter(|item| self.may_show(records, *item)).collect(),
        };
        all.into_par_iter().with_min_len(1_024).filter(passes).collect()
    }

    /// Whether a record is shown at all: archived ones and the trash where they are asked for, favourites to those who see
    /// them.
    fn may_show(&self, records: &Records, item: Item) -> bool {
        let is_here = match is_trashed(records, item) {
            true => self.trash,
            false => !self.trash && (self.archived || is_active(records, item)),
        };
        is_here && !matches!(item, Item::Favourite(f) if !f.is_seen_by(self.asker.user))
    }

    /// Opportunities or leads in their own order, which is the index's: records are looked at only where their row passes.
    fn opportunities<'a>(&self, records: &'a Records, found: &Found) -> Vec<Item<'a>> {
        let leads = self.listing == Listing::Leads;
        let is_here = |row: &Row| match row.is_trashed {
            true => self.trash,
            false => !self.trash && (self.archived || row.is_active()),
        };
        let rows = records.index.rows.iter();
        let rows: Vec<_> =
            rows.filter(|(_, row)| row.is_lead == leads && is_here(row) && found.has_slot(row.slot)).collect();
        let item = |(place, row)| {
            let passes = self.filters.iter().all(|f| f.holds_row(records, place, row, &self.asker));
            passes.then(|| records.opportunities.get(&place.2.0)).flatten().map(Item::Opportunity)
        };
        rows.into_par_iter().filter_map(item).collect()
    }

    /// The team whose records alone are asked for, if the filters say so: a board then has its stages.
    pub fn team(&self, records: &Records) -> Option<DocId> {
        self.filters.iter().find_map(|f| f.pinned(records, "team"))
    }

    fn order(&self, a: &[Option<Key>], b: &[Option<Key>]) -> Ordering {
        let each = self.sort.iter().zip(a.iter().zip(b)).map(|(sort, keys)| match keys {
            (Some(a), Some(b)) if sort.descending => b.cmp(a),
            (Some(a), Some(b)) => a.cmp(b),
            (a, b) => b.is_some().cmp(&a.is_some()),
        });
        each.fold(Ordering::Equal, Ordering::then)
    }

    pub fn ids(&self, records: &Records) -> Vec<DocId> {
        self.items(records).into_iter().map(Item::id).collect()
    }

    /// The groups of the records, in order; `limit` is the number of groups then.
    pub fn groups(&self, records: &Records) -> Vec<Group> {
        let everything = ListQuery { limit: None, sort: Vec::new(), group_by: Vec::new(), ..self.clone() };
        let mut groups = group::groups(records, &everything.items(records), &self.group_by, &self.asker);
        groups.truncate(self.limit.unwrap_or(usize::MAX));
        groups
    }

    /// The records in order, and in their groups; each group in the same order.
    pub fn arranged(&self, records: &Records) -> (Vec<DocId>, Vec<Group>) {
        let items = self.items(records);
        let groups = group::groups(records, &items, &self.group_by, &self.asker);
        (items.into_iter().map(Item::id).collect(), groups)
    }

    /// As spec/cli.md writes it: an array of records, or of groups.
    pub fn json(&self, records: &Records) -> Json {
        if !self.group_by.is_empty() {
            return self.groups(records).iter().map(|g| json::group(g, self.listing)).collect();
        }
        let fields = super::fields::fields(records, self.listing);
        self.items(records).into_iter().map(|item| json::item(records, &fields, item, self.asker.today)).collect()
    }

    /// The records as rows of values in the order of `columns`, for tables and exports.
    pub fn rows(&self, records: &Records, columns: &[ListField]) -> Vec<Vec<Value>> {
        let row = |item| columns.iter().map(|c| c.value(records, item, self.asker.today)).collect();
        self.items(records).into_iter().map(row).collect()
    }
}

/// What a value is sorted by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    Number(i64, i64),
    Text(String),
}

impl Key {
    fn of(records: &Records, field: &ListField, item: Item, today: NaiveDate) -> Option<Key> {
        Key::new(records, field.ty, &field.value(records, item, today))
    }

    pub fn new(records: &Records, ty: FieldType, value: &Value) -> Option<Key> {
        Some(match value {
            value if value.is_null() => return None,
            Value::Null => return None,
            Value::Text(text) => match ty {
                FieldType::Choice(choices) => Key::Number(choices.iter().position(|c| c == text)? as i64, 0),
                _ => Key::Text(fold(text)),
            },
            Value::Bool(yes) => Key::Number(i64::from(*yes), 0),
            Value::Int(n) => Key::Number(*n, 0),
            Value::Percent(p) => Key::Number(i64::from(p.0), 0),
            Value::Money(m) => Key::Number(m.0, 0),
            Value::Date(day) => Key::Number(days(*day), 0),
            Value::Time(time) => Key::Number(time.timestamp(), i64::from(time.timestamp_subsec_nanos())),
            Value::Ref(id) => match records.stages.get(id) {
                Some(stage) => Key::Number(stage.sequence, 0),
                None => Key::Text(fold(records.name(*id))),
            },
            Value::When(when) => Key::Number(when.start().and_utc().timestamp(), 0),
            Value::Refs(ids) => Key::Text(ids.iter().map(|id| fold(records.name(*id))).collect::<Vec<_>>().join(", ")),
        })
    }
}

/// All items of a list, the trash included.
fn all(records: &Records, listing: Listing) -> Box<dyn Iterator<Item = Item<'_>> + '_> {
    match listing {
        // These are taken from the index.
        Listing::Opportunities | Listing::Leads => Box::new(std::iter::empty()),
        Listing::Activities => {
            let of_opportunities = records.opportunities.values().flat_map(|o| o.activities.iter().map(|a| (o.id, a)));
            let of_contacts = records.contacts.values().flat_map(|c| c.activities.iter().map(|a| (c.id, a)));
            Box::new(of_opportunities.chain(of_contacts).map(|(record, a)| Item::Activity(record, a)))
        }
        Listing::Contacts => Box::new(records.contacts.values().map(Item::Contact)),
        Listing::Stages => Box::new(records.stages.values().map(Item::Stage)),
        Listing::Teams => Box::new(records.teams.values().map(Item::Team)),
        Listing::Users => Box::new(records.users.values().map(Item::User)),
        Listing::Products => Box::new(records.products.values().map(Item::Product)),
        Listing::Tags => Box::new(records.tags.values().map(Item::Tag)),
        Listing::LostReasons => Box::new(records.lost_reasons.values().map(Item::LostReason)),
        Listing::CustomFields => Box::new(records.custom_fields.values().map(Item::CustomField)),
        Listing::Favourites => Box::new(records.favourites.values().map(Item::Favourite)),
        Listing::Meetings => {
            // What was changed in one occurrence is part of its series.
            let whole = records.meetings.values().filter(|m| m.series.is_none() || m.following && !m.cancelled);
            Box::new(whole.map(Item::Meeting))
        }
        Listing::Calls => Box::new(records.calls.values().map(Item::Call)),
        Listing::CallLists => Box::new(records.call_lists.values().map(Item::CallList)),
        Listing::EventKinds => Box::new(records.event_kinds.values().map(Item::EventKind)),
        Listing::ActivityTypes => Box::new(records.activity_types.values().map(Item::ActivityType)),
        Listing::ActivityPlans => Box::new(records.activity_plans.values().map(Item::ActivityPlan)),
        Listing::PlanSteps => Box::new(records.plan_steps.values().map(Item::PlanStep)),
        Listing::Targets => Box::new(records.targets.values().map(Item::Target)),
        Listing::Quotations => Box::new(records.quotations.values().map(Item::Quotation)),
        Listing::OrderLines => Box::new(records.order_lines.values().map(Item::OrderLine)),
        Listing::Invoices => Box::new(records.invoices.values().map(Item::Invoice)),
        Listing::RevenueLines => Box::new(records.revenue_lines.values().map(Item::RevenueLine)),
        Listing::PriceLists => Box::new(records.price_lists.values().map(Item::PriceList)),
        Listing::Prices => Box::new(records.prices.values().map(Item::Price)),
    }
}

/// Opportunities by priority and newest first, what has a sequence by that, what has a date by that, all others by name.
fn in_own_order(items: &mut [Item]) {
    let key = |item: &Item| match item {
        Item::Opportunity(o) => {
            let created = o.meta.create_date.map_or(i64::MIN, |t| t.timestamp_millis());
            (Key::Number(o.priority.saturating_neg(), created.saturating_neg()), Reverse(Some(o.id)))
        }
        Item::Stage(s) => (Key::Number(s.sequence, 0), Reverse(None)),
        Item::Activity(_, a) => (Key::Number(days(a.date_deadline), 0), Reverse(None)),
        Item::Contact(r) => (Key::Text(fold(&r.name)), Reverse(None)),
        Item::Team(r) => (Key::Text(fold(&r.name)), Reverse(None)),
        Item::User(r) => (Key::Text(fold(&r.name)), Reverse(None)),
        Item::Product(r) => (Key::Text(fold(&r.name)), Reverse(None)),
        Item::Tag(r) => (Key::Text(fold(&r.name)), Reverse(None)),
        Item::LostReason(r) => (Key::Text(fold(&r.name)), Reverse(None)),
        Item::CustomField(r) => (Key::Number(r.sequence, 0), Reverse(None)),
        Item::Favourite(r) => (Key::Text(fold(&r.name)), Reverse(None)),
        Item::Meeting(r) => {
            let start = r.when.map_or(i64::MIN, |when| when.start().and_utc().timestamp());
            (Key::Number(start, 0), Reverse(None))
        }
        Item::Call(r) => (Key::Number(r.date.map_or(i64::MAX, |t| t.timestamp()), 0), Reverse(None)),
        Item::CallList(r) => (Key::Text(fold(&r.name)), Reverse(None)),
        Item::EventKind(r) => (Key::Number(r.sequence, 0), Reverse(None)),
        Item::ActivityType(r) => (Key::Number(r.sequence, 0), Reverse(None)),
        Item::ActivityPlan(r) => (Key::Text(fold(&r.name)), Reverse(None)),
        Item::PlanStep(r) => (Key::Number(r.sequence, 0), Reverse(None)),
        Item::Quotation(r) => (Key::Text(fold(&r.name)), Reverse(None)),
        Item::OrderLine(r) => (Key::Number(r.sequence, 0), Reverse(None)),
        Item::Invoice(r) => (Key::Text(fold(&r.name)), Reverse(None)),
        Item::RevenueLine(r) => (Key::Number(r.date.map_or(i64::MAX, days), 0), Reverse(None)),
        Item::PriceList(r) => (Key::Number(r.sequence, 0), Reverse(None)),
        Item::Price(r) => (Key::Text(fold(&r.name)), Reverse(None)),
        Item::Target(r) => (Key::Number(r.month.map_or(i64::MAX, days), 0), Reverse(None)),
    };
    items.sort_by_cached_key(|item| (key(item), item.id()));
}

fn days(day: NaiveDate) -> i64 {
    day.signed_duration_since(NaiveDate::default()).num_days()
}
