//! Text search over names: all words must occur, in any case and with or without accents.

mod everywhere;
mod suggest;

use std::cmp::Reverse;

use super::{
    Item, fold,
    index::{Bits, Place, Row},
};
use crate::{
    id::{DocId, Kind},
    record::Records,
};

pub use self::{
    everywhere::{Hit, Section, everywhere, names, notes},
    suggest::{Suggestion, suggestions},
};

/// Which records of a kind hold all words of a text; asked one by one.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    bits: Option<Bits>,
    words: Vec<String>,
}

impl Found {
    pub fn new(records: &Records, kind: Kind, text: &str) -> Found {
        let words = words(text);
        let refs: Vec<&str> = words.iter().map(String::as_str).collect();
        let bits = match kind {
            _ if words.is_empty() => None,
            Kind::Opportunity => Some(records.index.find_opportunities(&refs)),
            Kind::Contact => Some(records.index.find_contacts(&refs)),
            _ => None,
        };
        Found { bits, words }
    }

    pub fn has(&self, records: &Records, item: Item) -> bool {
        if self.words.is_empty() {
            return true;
        }
        let id = item.id();
        let slots = match id.kind() {
            Kind::Opportunity => &records.index.opportunities,
            Kind::Contact => &records.index.contacts,
            _ => return self.in_text(records, item),
        };
        slots.known_slot(id).is_some_and(|slot| self.has_slot(slot))
    }

    /// As [`Found::has`], for opportunities and contacts by slot.
    pub fn has_slot(&self, slot: u32) -> bool {
        self.words.is_empty() || self.bits.as_ref().is_some_and(|bits| bits.has(slot))
    }

    /// Rows of the index in the board's order; fewer than all where few are found.
    pub fn rows<'a>(&self, records: &'a Records) -> Vec<(&'a Place, &'a Row)> {
        let index = &records.index;
        match &self.bits {
            Some(bits) if bits.count() * 8 < index.rows.len() => index.rows_of(bits),
            _ => index.rows.iter().collect(),
        }
    }

    fn in_text(&self, records: &Records, item: Item) -> bool {
        let text = match item {
            Item::Activity(_, a) => {
                fold(&[a.summary.as_str(), &a.note, &records.activity_type(a.kind).name].join("\n"))
            }
            item => fold(records.name(item.id())),
        };
        self.words.iter().all(|w| text.contains(w.as_str()))
    }
}

/// The folded words of a text.
pub(crate) fn words(text: &str) -> Vec<String> {
    fold(text).split_whitespace().map(|w| w.replace('\0', "")).filter(|w| !w.is_empty()).collect()
}

/// Opportunities and leads that hold all words in their name, customer, contact, salesperson, tags or e-mail; in the
/// board's order, without the trash, at most `limit`.
pub fn opportunities(records: &Records, text: &str, limit: usize) -> Vec<DocId> {
    let words = words(text);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let found = records.index.find_opportunities(&words);
    let rows = records.index.rows.iter().filter(|(_, row)| found.has(row.slot) && !row.is_trashed);
    rows.take(limit).map(|((.., Reverse(id)), _)| *id).collect()
}

/// Contacts that hold all words in their name, company, e-mails or phones; by name, without archived ones and the
/// trash, at most `limit`.
pub fn contacts(records: &Records, text: &str, limit: usize) -> Vec<DocId> {
    let words = words(text);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let found = records.index.find_contacts(&words);
    let contacts = &records.index.contacts;
    let mut slots: Vec<u32> = (0..contacts.len() as u32).filter(|slot| found.has(*slot)).collect();
    slots.sort_unstable_by_key(|slot| (contacts.folded_name(*slot), contacts.id(*slot)));
    let is_live = |id: &DocId| records.contacts.get(id).is_some_and(|c| !c.meta.deleted && !c.meta.archived);
    slots.into_iter().map(|slot| contacts.id(slot)).filter(is_live).take(limit).collect()
}
