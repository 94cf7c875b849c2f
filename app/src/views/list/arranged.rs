//! What a list shows, worked out once for a question and a revision: the records in order, their groups, and sums.

use satchel_core::{
    DocId, Money, Records, Value,
    query::{Group, GroupBy, Item, ListField, ListQuery, Listing},
    record::{ActivityState, FieldType},
};

use crate::views::groups;

/// The records of a list.
#[derive(Debug, Default)]
pub struct Arranged {
    /// In order; without groups.
    pub ids: Vec<DocId>,
    pub heads: Vec<Head>,
    /// For every column its sum, nothing where sums mean nothing.
    pub sums: Vec<Option<Money>>,
    /// Of opportunities: expected revenue and probable turnover.
    pub revenue: (Money, Money),
}

/// A group and what is told about it.
#[derive(Debug)]
pub struct Head {
    pub title: String,
    /// What tells it from others on its level.
    pub value: Value,
    pub ids: Vec<DocId>,
    pub sums: Vec<Option<Money>>,
    /// How many records have as their worst activity: planned, today, overdue, none.
    pub states: [usize; 4],
    pub heads: Vec<Head>,
}

impl Arranged {
    pub fn of(records: &Records, query: &ListQuery, columns: &[ListField]) -> Arranged {
        let (ids, groups) = query.arranged(records);
        let sums = sums(records, query, columns, &ids);
        let heads = heads(records, query, columns, groups, &query.group_by);
        let known = || ids.iter().filter_map(|id| records.opportunities.get(id));
        let revenue = (known().map(|o| o.expected_revenue).sum(), known().map(|o| records.prorated_revenue(o)).sum());
        Arranged { ids, heads, sums, revenue }
    }
}

fn heads(records: &Records, query: &ListQuery, columns: &[ListField], groups: Vec<Group>, by: &[GroupBy]) -> Vec<Head> {
    let Some((first, rest)) = by.split_first() else { return Vec::new() };
    let head = |group: Group| Head {
        title: groups::title(records, first, &group.value, group.title.as_deref()),
        sums: sums(records, query, columns, &group.ids),
        states: states(records, query, &group.ids),
        heads: heads(records, query, columns, group.groups, rest),
        value: group.value,
        ids: group.ids,
    };
    groups.into_iter().map(head).collect()
}

fn sums(records: &Records, query: &ListQuery, columns: &[ListField], ids: &[DocId]) -> Vec<Option<Money>> {
    let sum = |field: &ListField| {
        let amount = |id: &DocId| match field.value(records, Item::of(records, *id)?, query.asker.today) {
            Value::Money(amount) => Some(amount),
            _ => None,
        };
        // What one piece of everything costs is no figure.
        (field.ty == FieldType::Money && query.listing != Listing::Products)
            .then(|| ids.iter().filter_map(amount).sum())
    };
    columns.iter().map(sum).collect()
}

fn states(records: &Records, query: &ListQuery, ids: &[DocId]) -> [usize; 4] {
    let mut states = [0; 4];
    for id in ids {
        let activities = match Item::of(records, *id) {
            Some(Item::Opportunity(o)) => &o.activities,
            Some(Item::Contact(c)) => &c.activities,
            _ => continue,
        };
        let at = match records.activity_state(activities, query.asker.today) {
            Some(ActivityState::Planned) => 0,
            Some(ActivityState::Today) => 1,
            Some(ActivityState::Overdue) => 2,
            None => 3,
        };
        states[at] += 1;
    }
    states
}
