//! Which records others have changed since this person last looked, kept on this device.

use std::collections::HashMap;

use satchel_core::{DocId, Records, record::Meta};
use serde::{Deserialize, Serialize};

/// Arrival numbers (see [`Meta::arrival`]) up to which records have been seen.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ReadMarks {
    /// Everything up to here counts as seen.
    baseline: u64,
    /// Records opened since, and what they were at.
    opened: HashMap<DocId, u64>,
    #[serde(skip)]
    version: u64,
}

pub const SETTING: &str = "read_marks";

impl ReadMarks {
    /// As stored; at the first time everything here counts as seen.
    pub fn load(stored: Option<Vec<u8>>, records: &Records) -> ReadMarks {
        let stored = stored.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        stored.unwrap_or_else(|| ReadMarks { baseline: latest(records), ..ReadMarks::default() })
    }

    pub fn store(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// Counts up with every change.
    pub fn version(&self) -> u64 {
        self.version
    }

    pub fn is_unread(&self, id: DocId, meta: &Meta, me: DocId) -> bool {
        let seen = self.opened.get(&id).copied().unwrap_or(0).max(self.baseline);
        meta.arrival > seen && meta.arrived_from.is_some_and(|user| user != me)
    }

    /// True if that changed anything.
    pub fn mark(&mut self, id: DocId, meta: &Meta) -> bool {
        let news = meta.arrival > self.opened.get(&id).copied().unwrap_or(0).max(self.baseline);
        if news {
            self.opened.insert(id, meta.arrival);
            self.version += 1;
        }
        news
    }

    pub fn mark_all(&mut self, records: &Records) {
        self.baseline = latest(records);
        self.opened.clear();
        self.version += 1;
    }
}

fn latest(records: &Records) -> u64 {
    let opportunities = records.opportunities.values().map(|o| o.meta.arrival);
    opportunities.chain(records.contacts.values().map(|c| c.meta.arrival)).max().unwrap_or(0)
}
