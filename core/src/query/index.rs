//! What boards and searches read instead of whole records: compact rows in the board's order, and folded texts back to
//! back. Texts name other records by slot, so a renamed customer is found by the new name at once.

mod texts;

use std::{cmp::Reverse, collections::BTreeMap};

use chrono::NaiveDate;

pub(crate) use self::texts::{Bits, Texts};
use crate::{
    id::DocId,
    record::{Contact, Opportunity, Record},
    value::{Money, Percent},
};

/// Priority descending, then newest first.
pub(crate) type Place = (Reverse<i64>, Reverse<i64>, Reverse<DocId>);

/// The slot of nothing.
pub(crate) const NONE: u32 = u32::MAX;

#[derive(Clone, Debug, Default)]
pub(crate) struct Index {
    pub opportunities: Texts,
    pub contacts: Texts,
    pub users: Texts,
    pub tags: Texts,
    pub stages: Texts,
    pub teams: Texts,
    /// Opportunities in the board's order.
    pub rows: BTreeMap<Place, Row>,
    /// By the slots of opportunities.
    links: Vec<Links>,
    /// The company's slot, by the slots of contacts.
    parents: Vec<u32>,
}

/// What a board needs of an opportunity, small and in order: a sweep over all of them stays within the processor's caches.
/// References are slots.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    /// Of the opportunity itself.
    pub slot: u32,
    pub stage: u32,
    pub team: u32,
    pub user: u32,
    pub expected_revenue: Money,
    /// Expected closing.
    pub date_deadline: Option<NaiveDate>,
    /// The manual one.
    pub probability: Option<Percent>,
    /// Of the open activities.
    pub next_deadline: Option<NaiveDate>,
    pub is_lost: bool,
    pub is_lead: bool,
    pub is_archived: bool,
    pub is_trashed: bool,
}

/// Where an opportunity is found in the order, and by whose names it is found too.
#[derive(Clone, Debug)]
struct Links {
    place: Place,
    partner: u32,
    user: u32,
    tags: Box<[u32]>,
}

impl Index {
    pub fn insert(&mut self, record: &Record) {
        match record {
            Record::Opportunity(o) => self.insert_opportunity(o),
            Record::Contact(c) => self.insert_contact(c),
            Record::User(u) => _ = self.users.put(u.id, &u.name, &[]),
            Record::Tag(t) => _ = self.tags.put(t.id, &t.name, &[]),
            _ => {}
        }
    }

    fn insert_opportunity(&mut self, o: &Opportunity) {
        let place = (
            Reverse(o.priority),
            Reverse(o.meta.create_date.map_or(i64::MIN, |t| t.timestamp_millis())),
            Reverse(o.id),
        );
        let slot = self.opportunities.put(o.id, &o.name, &[&o.partner_name, &o.contact_name, &o.email_from]);
        let links = Links {
            place,
            partner: self::slot(&mut self.contacts, o.partner),
            user: self::slot(&mut self.users, o.user),
            tags: o.tags.iter().map(|t| self.tags.slot(*t)).collect(),
        };
        let row = Row {
            slot,
            stage: self::slot(&mut self.stages, o.standing.stage),
            team: self::slot(&mut self.teams, o.team),
            user: links.user,
            expected_revenue: o.expected_revenue,
            date_deadline: o.date_deadline,
            probability: o.standing.probability,
            next_deadline: o.activities.iter().filter(|a| a.done.is_none()).map(|a| a.date_deadline).min(),
            is_lost: o.standing.is_lost(),
            is_lead: o.is_lead(),
            is_archived: o.meta.archived,
            is_trashed: o.meta.deleted,
        };
        match self.links.get_mut(slot as usize) {
            Some(old) => {
                if old.place != place {
                    self.rows.remove(&old.place);
                }
                *old = links;
            }
            None => self.links.push(links),
        }
        self.rows.insert(place, row);
    }

    fn insert_contact(&mut self, c: &Contact) {
        let phones = [&c.phone, &c.mobile, &c.phone_other].map(|p| phone_digits(p));
        let mut rest = vec![c.email.as_str(), &c.email_other, &c.phone, &c.mobile, &c.phone_other];
        rest.extend(phones.iter().map(String::as_str));
        let slot = self.contacts.put(c.id, &c.name, &rest);
        let parent = self::slot(&mut self.contacts, c.parent);
        let needed = self.contacts.len();
        self.parents.resize(needed, NONE);
        self.parents[slot as usize] = parent;
    }

    /// Which opportunities hold all words in their name, customer, contact, salesperson, tags or e-mail. Words are folded.
    pub fn find_opportunities(&self, words: &[&str]) -> Bits {
        let mut found = Bits::all(self.links.len());
        for word in words {
            let mut hits = self.opportunities.find(word).anywhere;
            let (partners, users, tags) =
                (self.contacts.find(word).in_name, self.users.find(word).in_name, self.tags.find(word).in_name);
            if !(partners.is_empty() && users.is_empty() && tags.is_empty()) {
                for (slot, row) in self.links.iter().enumerate() {
                    if partners.has(row.partner) || users.has(row.user) || row.tags.iter().any(|t| tags.has(*t)) {
                        hits.set(slot as u32);
                    }
                }
            }
            found.keep(&hits);
        }
        found
    }

    /// Which contacts hold all words in their name, company, e-mails or phones. Words are folded.
    pub fn find_contacts(&self, words: &[&str]) -> Bits {
        let mut found = Bits::all(self.contacts.len());
        for word in words {
            let mut hits = self.contacts.find(word);
            let digits = phone_digits(word);
            if digits.len() >= 3 && digits != *word && word.chars().all(|c| "0123456789+()-./".contains(c)) {
                hits.anywhere.join(&self.contacts.find(&digits).anywhere);
            }
            for (slot, parent) in self.parents.iter().enumerate() {
                if hits.in_name.has(*parent) {
                    hits.anywhere.set(slot as u32);
                }
            }
            found.keep(&hits.anywhere);
        }
        found
    }
}

fn slot(texts: &mut Texts, id: Option<DocId>) -> u32 {
    id.map_or(NONE, |id| texts.slot(id))
}

/// A phone number's digits without international prefixes, so that +32485001122, 0032485001122 and 485001122 meet.
fn phone_digits(phone: &str) -> String {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    digits.trim_start_matches('0').to_owned()
}
