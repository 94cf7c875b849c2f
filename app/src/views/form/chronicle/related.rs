//! What belongs to what happened with a record: of a contact its people and their opportunities, and the calls and meetings of all.

use std::collections::BTreeSet;

use satchel_core::{DocId, Record};

use super::appointments::{self, Kept};
use crate::shell::Context;

/// A contact's people and their opportunities: what happened with them happened with the contact.
#[derive(Default)]
pub(super) struct Related {
    key: Option<(DocId, u64)>,
    pub ids: Vec<DocId>,
    /// When the last of what shows here came.
    pub arrival: u64,
    /// Calls that were made and meetings that began, the latest first.
    pub kept: Vec<Kept>,
}

/// Whose histories are read together, at most; those touched last.
const MOST_RELATED: usize = 60;

impl Related {
    pub fn find(&mut self, cx: &Context, record: &Record) {
        let records = cx.records;
        let key = Some((record.id(), records.revision));
        if self.key == key {
            return;
        }
        self.key = key;
        self.ids.clear();
        if let Record::Contact(contact) = record {
            let people = records.contacts.values().filter(|c| c.parent == Some(contact.id) && !c.meta.deleted);
            let people: Vec<DocId> = people.map(|c| c.id).collect();
            let is_theirs = |id: DocId| id == contact.id || people.contains(&id);
            let deals = records.opportunities.values().filter(|o| !o.meta.deleted && o.partner.is_some_and(is_theirs));
            self.ids = deals.map(|o| o.id).chain(people.iter().copied()).collect();
            let arrival = |id: &DocId| records.meta(*id).map_or(0, |meta| meta.arrival);
            self.ids.sort_by_key(|id| std::cmp::Reverse(arrival(id)));
            self.ids.truncate(MOST_RELATED);
        }
        let all = std::iter::once(record.meta()).chain(self.ids.iter().filter_map(|id| records.meta(*id)));
        let merged = record.meta().merges.iter().filter_map(|id| records.meta(*id));
        self.arrival = all.chain(merged).map(|meta| meta.arrival).max().unwrap_or(0);
        let whose: BTreeSet<DocId> = std::iter::once(record.id()).chain(self.ids.iter().copied()).collect();
        self.kept = appointments::kept(cx, &whose);
        let kept = self.kept.iter().filter_map(|kept| records.meta(kept.id)).map(|meta| meta.arrival);
        self.arrival = kept.max().unwrap_or(0).max(self.arrival);
    }
}
