//! Records that were merged, as everybody sees them: in their head (spec §1 Merge).
//!
//! A merge writes one register in the records that were merged. What they hold besides stays theirs; what the head shows of
//! them is worked out here, whenever one of them changes.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{Contact, Merged, Opportunity, Record, Records, chain, custom::is_custom};
use crate::{
    id::{DocId, Kind},
    value::Value,
};

#[derive(Clone, Debug, Default)]
pub(super) struct Merges {
    /// What the documents make of records that are shown otherwise, or not at all: heads, what was merged into them, and
    /// what refers to a merged contact or tag.
    own: HashMap<DocId, Record>,
    into: HashMap<DocId, DocId>,
    from: HashMap<DocId, BTreeSet<DocId>>,
    /// Where each record that is shown in another one is shown.
    heads: HashMap<DocId, DocId>,
}

impl Merges {
    /// The records that are shown otherwise than their documents make them.
    pub fn own_ids(&self) -> impl Iterator<Item = DocId> + '_ {
        self.own.keys().copied()
    }

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

    fn head(&self, id: DocId) -> DocId {
        self.heads.get(&id).copied().unwrap_or(id)
    }

    /// Everything that leads to a record, without itself.
    fn leading_to(&self, head: DocId) -> BTreeSet<DocId> {
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
        self.merges.head(id)
    }

    /// The records of a kind that are meant themselves, or in which one is shown that is.
    pub(crate) fn heads_of(&self, kind: Kind, is_meant: impl Fn(&DocId) -> bool) -> impl Iterator<Item = DocId> {
        let merged = self.merges.heads.keys().copied().filter(move |id| id.kind() == kind);
        self.ids(kind).chain(merged).filter(is_meant).map(|id| self.head(id))
    }

    /// Puts records in, replacing those with their ids.
    pub fn insert_all(&mut self, records: impl IntoIterator<Item = Record>) {
        let mut unsettled = BTreeSet::new();
        for record in records {
            self.revision += 1;
            let id = record.id();
            self.note_inner(&record);
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

    /// What lies inside a record is found by its own id.
    pub(super) fn note_inner(&mut self, record: &Record) {
        let id = record.id();
        if let Some((activities, notes)) = record.inner() {
            let inner = activities.iter().map(|a| a.id).chain(notes.iter().map(|n| n.id));
            self.holders.extend(inner.map(|i| (i, id)));
        }
        for attachment in record.attachments() {
            self.holders.insert(attachment.id, id);
            // Two records may tell two sizes of one file; the hash decides which is right.
            let size = self.files.entry(attachment.hash).or_default();
            *size = attachment.size.max(*size);
        }
    }

    /// Shows these records, and all that are merged with them, where they belong now.
    fn settle(&mut self, unsettled: BTreeSet<DocId>) {
        let mut families: BTreeMap<DocId, BTreeSet<DocId>> = BTreeMap::new();
        let ends = chain::ends(unsettled, |id| self.merges.into.get(&id).copied());
        for end in ends.into_values().collect::<BTreeSet<DocId>>() {
            let here = |id: DocId| self.merges.own.contains_key(&id) || self.meta(id).is_some();
            // An end that has not arrived shows nothing: what leads to it is shown in what was merged into it itself.
            let heads = match here(end) {
                true => vec![end],
                false => self.merges.from.get(&end).into_iter().flatten().copied().collect(),
            };
            families.extend(heads.into_iter().map(|head| (head, self.merges.leading_to(head))));
        }
        let mut moved = BTreeSet::new();
        for (head, others) in &families {
            for id in others.iter().chain([head]) {
                let before =
                    if id == head { self.merges.heads.remove(id) } else { self.merges.heads.insert(*id, *head) };
                let before = before.unwrap_or(*id);
                if before != *head {
                    moved.extend([*id, before]);
                }
            }
        }
        for (head, others) in families {
            for other in &others {
                if let (false, Some(shown)) = (self.merges.own.contains_key(other), self.get(*other)) {
                    self.merges.own.insert(*other, shown);
                }
                self.hide(*other);
            }
            let Some(own) = self.own(head) else { continue };
            if others.is_empty() {
                self.refer_and_show(own);
                continue;
            }
            self.merges.own.insert(head, own.clone());
            let others: Vec<&Record> = others.iter().filter_map(|other| self.merges.own.get(other)).collect();
            let mut shown = with_merged(own, &others);
            self.refer_to_heads(&mut shown);
            self.show(shown);
        }
        moved.retain(|id| matches!(id.kind(), Kind::Contact | Kind::Tag));
        if !moved.is_empty() {
            self.refer_anew(&moved);
        }
    }

    /// What refers to one of these contacts and tags, or did, shows those that they are merged into now.
    fn refer_anew(&mut self, moved: &BTreeSet<DocId>) {
        let refers = |contact: &Option<DocId>, tags: &[DocId]| contact.iter().chain(tags).any(|id| moved.contains(id));
        let opportunities = self.opportunities.values().filter(|o| refers(&o.partner, &o.tags)).map(|o| o.id);
        let contacts = self.contacts.values().filter(|c| refers(&c.parent, &c.tags)).map(|c| c.id);
        let all: BTreeSet<DocId> = opportunities.chain(contacts).collect();
        let (heads, others): (BTreeSet<DocId>, BTreeSet<DocId>) =
            all.into_iter().partition(|id| self.merges.from.contains_key(id));
        for id in others {
            if let Some(own) = self.own(id) {
                self.refer_and_show(own);
            }
        }
        if !heads.is_empty() {
            self.settle(heads);
        }
    }

    /// Shows a record that is no part of a merge.
    fn refer_and_show(&mut self, own: Record) {
        let mut shown = own;
        let before = self.refers_elsewhere(&shown).then(|| shown.clone());
        match before {
            Some(own) => {
                self.refer_to_heads(&mut shown);
                self.merges.own.insert(own.id(), own);
            }
            None => _ = self.merges.own.remove(&shown.id()),
        }
        self.show(shown);
    }

    /// Whether a record refers to a contact or a tag that was merged.
    fn refers_elsewhere(&self, record: &Record) -> bool {
        let (contact, tags) = record.refers_to();
        let is_merged = || contact.iter().chain(tags).any(|id| self.head(*id) != *id);
        contact == Some(record.id()) || !self.merges.heads.is_empty() && is_merged()
    }

    /// A contact or tag that was merged stands for its head.
    fn refer_to_heads(&self, record: &mut Record) {
        let id = record.id();
        let (contact, tags) = match record {
            Record::Opportunity(Opportunity { partner, tags, .. }) => (partner, tags),
            Record::Contact(Contact { parent, tags, .. }) => (parent, tags),
            _ => return,
        };
        *contact = contact.map(|contact| self.head(contact)).filter(|head| *head != id);
        if tags.iter().any(|tag| self.head(*tag) != *tag) {
            tags.iter_mut().for_each(|tag| *tag = self.head(*tag));
            tags.sort();
            tags.dedup();
        }
    }
}

impl Record {
    /// The contact this record belongs to, and its tags.
    pub(super) fn refers_to(&self) -> (Option<DocId>, &[DocId]) {
        match self {
            Record::Opportunity(Opportunity { partner, tags, .. }) => (*partner, tags),
            Record::Contact(Contact { parent, tags, .. }) => (*parent, tags),
            _ => (None, &[]),
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
