//! Records that were merged, as everybody sees them: in their head (spec §1 Merge).
//!
//! A merge writes one register in the records that were merged. What they hold besides stays theirs; what the head shows of
//! them is worked out here, whenever one of them changes.

use std::collections::{BTreeSet, HashMap};

use super::{Contact, Merged, Opportunity, Record, Records, custom::is_custom};
use crate::{
    id::{DocId, Kind},
    value::Value,
};

#[derive(Clone, Debug, Default)]
pub(super) struct Merges {
    /// What the documents make of records that are shown otherwise, or not at all: heads, what was merged into them, and
    /// what refers to a merged contact.
    own: HashMap<DocId, Record>,
    into: HashMap<DocId, DocId>,
    from: HashMap<DocId, BTreeSet<DocId>>,
}

impl Merges {
    pub fn own(&self, id: DocId) -> Option<&Record> {
        self.own.get(&id)
    }

    fn takes_part(&self, record: &Record) -> bool {
        let id = record.id();
        record.meta().merged.is_some() || self.into.contains_key(&id) || self.from.contains_key(&id)
    }

    fn note(&mut self, id: DocId, merged: Option<&Merged>) {
        if let Some(before) = self.into.remove(&id)
            && let Some(others) = self.from.get_mut(&before)
        {
            others.remove(&id);
            if others.is_empty() {
                self.from.remove(&before);
            }
        }
        if let Some(Merged { into, .. }) = merged {
            self.into.insert(id, *into);
            self.from.entry(*into).or_default().insert(id);
        }
    }

    /// Where a record is shown: the end of the chain; where the chain is a ring, the lowest id of the ring.
    fn head(&self, id: DocId) -> DocId {
        let mut way = vec![id];
        loop {
            let last = way[way.len() - 1];
            let Some(next) = self.into.get(&last) else { return last };
            if let Some(at) = way.iter().position(|id| id == next) {
                return way[at..].iter().copied().min().unwrap_or(last);
            }
            way.push(*next);
        }
    }

    /// Everything that is shown in a head, without itself.
    fn shown_in(&self, head: DocId) -> BTreeSet<DocId> {
        let mut all = BTreeSet::new();
        let mut next = vec![head];
        while let Some(id) = next.pop() {
            for other in self.from.get(&id).into_iter().flatten() {
                if *other != head && all.insert(*other) {
                    next.push(*other);
                }
            }
        }
        all
    }
}

impl Records {
    /// The record in which a record is shown: itself, unless it was merged.
    pub fn head(&self, id: DocId) -> DocId {
        if self.merges.into.is_empty() {
            return id;
        }
        let head = self.merges.head(id);
        // A head that has not arrived shows nothing.
        if self.meta(head).is_some() { head } else { id }
    }

    /// Puts records in, replacing those with their ids.
    pub fn insert_all(&mut self, records: impl IntoIterator<Item = Record>) {
        let mut unsettled = BTreeSet::new();
        for mut record in records {
            self.revision += 1;
            let id = record.id();
            if let Some((activities, notes)) = record.inner_mut() {
                let inner = activities.iter().map(|a| a.id).chain(notes.iter().map(|n| n.id));
                self.holders.extend(inner.map(|i| (i, id)));
            }
            for attachment in record.attachments() {
                self.holders.insert(attachment.id, id);
                self.files.insert(attachment.hash, attachment.size);
            }
            if self.merges.takes_part(&record) {
                unsettled.extend([id, self.merges.head(id)]);
                self.merges.note(id, record.meta().merged.as_ref());
                self.merges.own.insert(id, record);
            } else {
                self.refer_and_show(record);
            }
        }
        if !unsettled.is_empty() {
            self.settle(unsettled);
        }
    }

    /// Shows these records, and all that are merged with them, where they belong now.
    fn settle(&mut self, unsettled: BTreeSet<DocId>) {
        let mut all = BTreeSet::new();
        for id in unsettled {
            let head = self.merges.head(id);
            all.extend([id, head]);
            all.extend(self.merges.shown_in(head));
        }
        let moved: BTreeSet<DocId> = all.iter().copied().filter(|id| id.kind() == Kind::Contact).collect();
        for id in all {
            let Some(own) = self.merges.own.get(&id).cloned().or_else(|| self.get(id)) else { continue };
            let others = self.merges.shown_in(id);
            if self.head(id) != id {
                self.hide(&own);
            } else if others.is_empty() {
                self.refer_and_show(own);
            } else {
                self.merges.own.insert(id, own.clone());
                let others: Vec<&Record> = others.iter().filter_map(|other| self.merges.own.get(other)).collect();
                let mut shown = with_merged(own, &others);
                self.refer_to_heads(&mut shown);
                self.show(shown);
            }
        }
        if !moved.is_empty() {
            self.refer_anew(&moved);
        }
    }

    /// What refers to one of these contacts, or did, shows the one it is merged into now.
    fn refer_anew(&mut self, moved: &BTreeSet<DocId>) {
        let refers = |id: &Option<DocId>| id.is_some_and(|id| moved.contains(&id));
        let opportunities = self.opportunities.values().filter(|o| refers(&o.partner)).map(|o| o.id);
        let contacts = self.contacts.values().filter(|c| refers(&c.parent)).map(|c| c.id);
        let all: Vec<DocId> = opportunities.chain(contacts).collect();
        for id in all {
            match self.get(id) {
                Some(mut head) if !head.meta().merges.is_empty() => {
                    let own = self.merges.own(id).and_then(Record::refers_to);
                    head.refer_to(own);
                    self.refer_to_heads(&mut head);
                    self.show(head);
                }
                _ => _ = self.own(id).map(|own| self.refer_and_show(own)),
            }
        }
    }

    /// Shows a record that is no part of a merge.
    fn refer_and_show(&mut self, own: Record) {
        let id = own.id();
        let mut shown = own;
        let before = shown.refers_to();
        if self.refer_to_heads(&mut shown) {
            let mut own = shown.clone();
            own.refer_to(before);
            self.merges.own.insert(id, own);
        } else {
            self.merges.own.remove(&id);
        }
        self.show(shown);
    }

    /// A contact that was merged stands for its head. True if that makes a difference.
    fn refer_to_heads(&self, record: &mut Record) -> bool {
        let Some(before) = record.refers_to() else { return false };
        let head = Some(self.head(before)).filter(|head| *head != record.id());
        record.refer_to(head);
        head != Some(before)
    }
}

impl Record {
    /// The contact this record belongs to.
    fn refers_to(&self) -> Option<DocId> {
        match self {
            Record::Opportunity(Opportunity { partner, .. }) => *partner,
            Record::Contact(Contact { parent, .. }) => *parent,
            _ => None,
        }
    }

    fn refer_to(&mut self, contact: Option<DocId>) {
        match self {
            Record::Opportunity(o) => o.partner = contact,
            Record::Contact(c) => c.parent = contact,
            _ => {}
        }
    }
}

/// A head as it is shown: with the activities and notes of what was merged into it, the members that their sets gained since,
/// and a conflict for every other field that was changed in them since and differs.
fn with_merged(mut head: Record, others: &[&Record]) -> Record {
    for other in others {
        head.meta_mut().merges.push(other.id());
        if let (Some((activities, notes)), Some((more, written))) = (head.inner_mut(), other.inner()) {
            activities.extend(more.iter().cloned());
            notes.extend(written.iter().cloned());
        }
        if let Some(attached) = head.attachments_mut() {
            attached.extend(other.attachments().iter().cloned());
        }
        let inner = other.meta().conflicts.iter().filter(|key| is_inner(key));
        let mut conflicts: Vec<String> = inner.cloned().collect();
        for key in other.meta().merged.iter().flat_map(|merged| &merged.changed) {
            match key.split_once(':') {
                Some((set, member)) if !is_custom(set) => {
                    if let (Some(Value::Refs(mut all)), Ok(member)) = (head.get(set), member.parse()) {
                        all.push(member);
                        head.put(set, Value::Refs(all));
                    }
                }
                _ if other.meta().conflicts.contains(key) || differs(&head, other, key) => conflicts.push(key.clone()),
                _ => {}
            }
        }
        let known = &mut head.meta_mut().conflicts;
        conflicts.retain(|key| !known.contains(key));
        known.extend(conflicts);
    }
    if let Some((activities, notes)) = head.inner_mut() {
        activities.sort_by_key(|a| a.id);
        notes.sort_by_key(|n| n.id);
    }
    head
}

/// Whether a conflict is about something that lies inside a record.
pub(crate) fn is_inner(key: &str) -> bool {
    ["activity:", "note:", "attachment:"].iter().any(|inner| key.starts_with(inner))
}

fn differs(head: &Record, other: &Record, key: &str) -> bool {
    // A custom field's key tells its type too.
    let name = key.split(':').next().unwrap_or(key);
    match (name, head, other) {
        ("standing", Record::Opportunity(a), Record::Opportunity(b)) => !a.standing.agrees(&b.standing),
        ("archived", ..) => head.meta().archived != other.meta().archived,
        _ => head.get(name) != other.get(name),
    }
}
