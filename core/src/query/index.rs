//! What boards and searches read instead of whole records: compact rows in the board's order, and folded texts back to
//! back. Texts name other records by slot, so a renamed customer is found by the new name at once.

mod doings;
mod phones;
mod row;
mod texts;
mod words;

use std::{cmp::Reverse, collections::BTreeMap};

use self::phones::Phones;
pub(crate) use self::{
    doings::{Doing, Doings},
    row::{Place, Row, TOLD},
    texts::{Bits, Texts},
    words::{is_near, parts},
};
use crate::{
    id::DocId,
    record::{Activity, Contact, Note, Opportunity, Record},
};

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
    /// Types of activities, by slot only.
    pub types: Texts,
    /// What is written in records of any kind: their descriptions, notes and activities.
    pub notes: Texts,
    opportunity_phones: Phones,
    contact_phones: Phones,
    /// Opportunities in the board's order.
    pub rows: BTreeMap<Place, Row>,
    /// By the slots of opportunities.
    links: Vec<Links>,
    /// The company's slot, by the slots of contacts.
    parents: Vec<u32>,
    /// What is to be done and was done, by the slots of opportunities and of contacts.
    pub opportunity_doings: Vec<Doings>,
    pub contact_doings: Vec<Doings>,
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
    /// The index of records in the order of their ids.
    pub fn of(records: &[Record]) -> Index {
        let mut index = Index::default();
        let mut rows = Vec::new();
        for record in records {
            match record {
                Record::Opportunity(o) => rows.push(index.learn(o)),
                record => index.insert(record),
            }
        }
        index.rows = rows.into_iter().collect();
        index
    }

    pub fn insert(&mut self, record: &Record) {
        match record {
            Record::Opportunity(o) => {
                let (place, row) = self.learn(o);
                self.rows.insert(place, row);
            }
            Record::Contact(c) => self.insert_contact(c),
            Record::User(u) => _ = self.users.put(u.id, &u.name, &[]),
            Record::Tag(t) => _ = self.tags.put(t.id, &t.name, &[]),
            _ => {}
        }
    }

    /// Everything but the row, which is given back with its place.
    fn learn(&mut self, o: &Opportunity) -> (Place, Row) {
        let place = (
            Reverse(o.priority),
            Reverse(o.meta.create_date.map_or(i64::MIN, |t| t.timestamp_millis())),
            Reverse(o.id),
        );
        let slot = self.opportunities.put(o.id, &o.name, &[&o.partner_name, &o.contact_name, &o.email_from]);
        self.opportunity_phones.put(o.id, &[&o.phone, &o.mobile]);
        self.put_notes(o.id, &o.description, &o.activities, &o.notes);
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
            partner: links.partner,
            user: links.user,
            expected_revenue: o.expected_revenue,
            date_deadline: o.date_deadline,
            probability: o.standing.probability,
            date_closed: o.standing.closed,
            recurring_monthly: o.recurring_revenue_monthly(),
            next_deadline: o.activities.iter().filter(|a| a.done.is_none()).map(|a| a.date_deadline).min(),
            is_lost: o.standing.is_lost(),
            is_lead: o.is_lead(),
            is_archived: o.meta.archived,
            is_trashed: o.meta.deleted,
        };
        let is_active = row.is_active();
        let doings = self.doings(&o.activities, is_active, !o.meta.deleted);
        put_at(&mut self.opportunity_doings, slot, doings);
        match self.links.get_mut(slot as usize) {
            Some(old) => {
                if old.place != place {
                    self.rows.remove(&old.place);
                }
                *old = links;
            }
            None => self.links.push(links),
        }
        (place, row)
    }

    fn insert_contact(&mut self, c: &Contact) {
        let slot = self.contacts.put(c.id, &c.name, &[&c.email, &c.email_other]);
        self.contact_phones.put(c.id, &[&c.phone, &c.mobile, &c.phone_other]);
        self.put_notes(c.id, &c.description, &c.activities, &c.notes);
        let parent = self::slot(&mut self.contacts, c.parent);
        let needed = self.contacts.len();
        self.parents.resize(needed, NONE);
        self.parents[slot as usize] = parent;
        let doings = self.doings(&c.activities, !c.meta.archived && !c.meta.deleted, !c.meta.deleted);
        put_at(&mut self.contact_doings, slot, doings);
    }

    fn doings(&mut self, activities: &[Activity], is_active: bool, is_here: bool) -> Doings {
        let doing = |a: &Activity| Doing {
            user: self::slot(&mut self.users, a.user),
            done_by: self::slot(&mut self.users, a.done_by),
            deadline: a.date_deadline,
            kind: self.types.slot(a.kind),
            done: a.done,
        };
        Doings { is_active, is_here, all: activities.iter().map(doing).collect() }
    }

    /// Which opportunities hold all words in their name, customer, contact, salesperson, tags, e-mail or phones. Words are
    /// folded. A word that is nowhere may have one letter wrong or missing, in names.
    pub fn find_opportunities(&self, words: &[&str]) -> Bits {
        let mut found = Bits::all(self.links.len());
        for word in words {
            let hits = self.opportunities_with(word);
            found.keep(&if hits.is_empty() { self.opportunities_near(word) } else { hits });
        }
        if words.len() > 1 {
            self.opportunity_phones.join(&words.concat(), &self.opportunities, &mut found);
        }
        found
    }

    /// Which opportunities hold a folded word.
    pub fn opportunities_with(&self, word: &str) -> Bits {
        let mut hits = self.opportunities.find(word).anywhere;
        self.join_linked(&mut hits, |texts| texts.find(word).in_name);
        self.opportunity_phones.join(word, &self.opportunities, &mut hits);
        hits
    }

    /// Which opportunities have a name like it, or a customer, a salesperson or a tag that has.
    pub fn opportunities_near(&self, word: &str) -> Bits {
        let mut hits = self.opportunities.near(word);
        self.join_linked(&mut hits, |texts| texts.near(word));
        hits
    }

    /// Adds the opportunities of the customers, salespeople and tags that are found.
    fn join_linked(&self, hits: &mut Bits, find: impl Fn(&Texts) -> Bits) {
        let (partners, users, tags) = (find(&self.contacts), find(&self.users), find(&self.tags));
        if partners.is_empty() && users.is_empty() && tags.is_empty() {
            return;
        }
        hits.join_where(|slot| {
            let has = |l: &Links| partners.has(l.partner) || users.has(l.user) || l.tags.iter().any(|t| tags.has(*t));
            self.links.get(slot as usize).is_some_and(has)
        });
    }

    /// Which contacts hold all words in their name, company, e-mails or phones. Words are folded. A word that is nowhere may
    /// have one letter wrong or missing, in names.
    pub fn find_contacts(&self, words: &[&str]) -> Bits {
        let mut found = Bits::all(self.contacts.len());
        for word in words {
            let hits = self.contacts_with(word);
            found.keep(&if hits.is_empty() { self.contacts_near(word) } else { hits });
        }
        if words.len() > 1 {
            self.contact_phones.join(&words.concat(), &self.contacts, &mut found);
        }
        found
    }

    /// Which contacts hold a folded word.
    pub fn contacts_with(&self, word: &str) -> Bits {
        let mut hits = self.contacts.find(word);
        self.contact_phones.join(word, &self.contacts, &mut hits.anywhere);
        self.join_children(&mut hits.anywhere, &hits.in_name);
        hits.anywhere
    }

    /// Which contacts have a name like it, or a company that has.
    pub fn contacts_near(&self, word: &str) -> Bits {
        let named = self.contacts.near(word);
        let mut hits = named.clone();
        self.join_children(&mut hits, &named);
        hits
    }

    fn join_children(&self, hits: &mut Bits, companies: &Bits) {
        for (slot, parent) in self.parents.iter().enumerate() {
            if companies.has(*parent) {
                hits.set(slot as u32);
            }
        }
    }

    /// Keeps what lies within a record: its description, notes and activities.
    fn put_notes(&mut self, id: DocId, description: &str, activities: &[Activity], notes: &[Note]) {
        let mut parts = vec![description];
        parts.extend(notes.iter().map(|n| n.text.as_str()));
        parts.extend(activities.iter().flat_map(|a| [a.summary.as_str(), &a.note, &a.feedback]));
        if self.notes.known_slot(id).is_some() || parts.iter().any(|p| !p.is_empty()) {
            self.notes.put(id, "", &parts);
        }
    }

    /// The slot of an opportunity, and where it stands in the board's order.
    pub fn slot_and_place(&self, id: DocId) -> Option<(u32, Place)> {
        let slot = self.opportunities.known_slot(id)?;
        self.links.get(slot as usize).map(|links| (slot, links.place))
    }

    /// The rows of some opportunities, in the board's order.
    pub fn rows_of(&self, slots: &Bits) -> Vec<(&Place, &Row)> {
        let places = slots.slots().filter_map(|slot| self.links.get(slot as usize)).map(|links| links.place);
        let mut rows: Vec<(&Place, &Row)> = places.filter_map(|place| self.rows.get_key_value(&place)).collect();
        rows.sort_unstable_by_key(|(place, _)| **place);
        rows
    }

    /// Records in whose notes, activities and descriptions all words occur, by slots of `notes`. Words are folded.
    pub fn find_notes(&self, words: &[&str]) -> Bits {
        let mut found = Bits::all(self.notes.len());
        words.iter().for_each(|word| found.keep(&self.notes.find_words(word)));
        found
    }
}

fn put_at(all: &mut Vec<Doings>, slot: u32, doings: Doings) {
    let at = slot as usize;
    if all.len() <= at {
        all.resize_with(at + 1, Doings::default);
    }
    all[at] = doings;
}

fn slot(texts: &mut Texts, id: Option<DocId>) -> u32 {
    id.map_or(NONE, |id| texts.slot(id))
}
