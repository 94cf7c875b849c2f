//! Text search over names: all words must occur, in any case and with or without accents.

use std::cmp::Reverse;

use super::{fold, index::Bits};
use crate::{
    id::{DocId, Kind},
    record::Records,
};

/// Which records of a kind hold all words of a text; asked by id.
pub(crate) struct Found<'a> {
    records: &'a Records,
    bits: Option<Bits>,
    words: Vec<String>,
}

impl<'a> Found<'a> {
    pub fn new(records: &'a Records, kind: Kind, text: &str) -> Found<'a> {
        let words = words(text);
        let refs: Vec<&str> = words.iter().map(String::as_str).collect();
        let bits = match kind {
            _ if words.is_empty() => None,
            Kind::Opportunity => Some(records.index.find_opportunities(&refs)),
            Kind::Contact => Some(records.index.find_contacts(&refs)),
            _ => None,
        };
        Found { records, bits, words }
    }

    pub fn holds(&self, id: DocId) -> bool {
        if self.words.is_empty() {
            return true;
        }
        let slots = match id.kind() {
            Kind::Opportunity => &self.records.index.opportunities,
            Kind::Contact => &self.records.index.contacts,
            _ => return self.in_text(&[self.records.name(id)]),
        };
        slots.known_slot(id).zip(self.bits.as_ref()).is_some_and(|(slot, bits)| bits.has(slot))
    }
}

impl Found<'_> {
    /// Whether all words occur in these texts.
    pub fn in_text(&self, texts: &[&str]) -> bool {
        let texts = fold(&texts.join("\n"));
        self.words.iter().all(|w| texts.contains(w.as_str()))
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
