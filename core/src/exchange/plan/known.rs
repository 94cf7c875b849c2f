//! What the workspace has already, as an import needs to know it: taken from the records once, quickly.

use std::collections::{HashMap, HashSet};

use crate::{
    Records,
    id::{DocId, Kind},
    record::Meta,
    value::Percent,
};

/// Names as keys: what differs in case or spaces around only is one thing.
pub(in crate::exchange) fn key(name: &str) -> String {
    name.trim().to_lowercase()
}

/// Product names as keys: `GTXPro` is `GTX Pro`.
pub(in crate::exchange) fn squashed(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The host of a web address or domain, without `www.`.
pub(in crate::exchange) fn host(address: &str) -> String {
    let address = key(address);
    let host = address.split_once("://").map_or(address.as_str(), |(_, rest)| rest);
    let host = host.split(['/', '?', ':']).next().unwrap_or_default();
    host.strip_prefix("www.").unwrap_or(host).to_owned()
}

/// A stage as the import sees it.
#[derive(Clone, Debug)]
pub(in crate::exchange) struct KnownStage {
    pub id: DocId,
    pub name: String,
    pub sequence: i64,
    pub probability: Percent,
    pub is_won: bool,
    pub fold: bool,
    /// Belongs to every team.
    pub general: bool,
}

/// The records there are, found by name, e-mail and domain. Records in the trash do not count.
#[derive(Default)]
pub(in crate::exchange) struct Known {
    pub ids: HashSet<DocId>,
    /// By kind and name key.
    pub named: HashMap<(Kind, String), DocId>,
    pub companies: HashMap<String, DocId>,
    pub people: HashMap<String, DocId>,
    pub contact_emails: HashMap<String, DocId>,
    pub domains: HashMap<String, DocId>,
    pub user_emails: HashMap<String, DocId>,
    pub user_teams: HashMap<DocId, DocId>,
    pub product_names: HashMap<DocId, String>,
    /// In their order.
    pub stages: Vec<KnownStage>,
    /// Whose phone numbers are written without an international prefix.
    pub region: Option<String>,
}

impl Known {
    pub fn of(records: &Records) -> Known {
        let mut known = Known::default();
        let live = |meta: &Meta| !meta.deleted;
        known.ids.extend(records.opportunities.values().filter(|r| live(&r.meta)).map(|r| r.id));
        for contact in records.contacts.values().filter(|r| live(&r.meta)) {
            known.ids.insert(contact.id);
            let by_name = if contact.is_company { &mut known.companies } else { &mut known.people };
            by_name.entry(key(&contact.name)).or_insert(contact.id);
            for email in [&contact.email, &contact.email_other].into_iter().filter(|e| !e.is_empty()) {
                known.contact_emails.entry(key(email)).or_insert(contact.id);
            }
            if contact.is_company && !contact.website.is_empty() {
                known.domains.entry(host(&contact.website)).or_insert(contact.id);
            }
        }
        for user in records.users.values().filter(|r| live(&r.meta)) {
            known.name(user.id, key(&user.name));
            if !user.email.is_empty() {
                known.user_emails.entry(key(&user.email)).or_insert(user.id);
            }
            known.user_teams.extend(user.team.map(|team| (user.id, team)));
        }
        for product in records.products.values().filter(|r| live(&r.meta)) {
            known.name(product.id, squashed(&product.name));
            known.product_names.insert(product.id, product.name.clone());
        }
        let teams = records.teams.values().filter(|r| live(&r.meta)).map(|r| (r.id, &r.name));
        let tags = records.tags.values().filter(|r| live(&r.meta)).map(|r| (r.id, &r.name));
        let reasons = records.lost_reasons.values().filter(|r| live(&r.meta)).map(|r| (r.id, &r.name));
        let kinds = records.event_kinds.values().filter(|r| live(&r.meta)).map(|r| (r.id, &r.name));
        known.region = records.company.as_ref().map(|c| c.country.clone()).filter(|country| !country.is_empty());
        for (id, name) in teams.chain(tags).chain(reasons).chain(kinds) {
            known.name(id, key(name));
        }
        for stage in records.stages.values().filter(|s| !records.is_gone(s)) {
            known.name(stage.id, key(&stage.name));
            known.stages.push(KnownStage {
                id: stage.id,
                name: stage.name.clone(),
                sequence: stage.sequence,
                probability: stage.probability,
                is_won: stage.is_won,
                fold: stage.fold,
                general: stage.teams.is_empty(),
            });
        }
        known.stages.sort_by_key(|s| (s.sequence, s.id));
        known
    }

    fn name(&mut self, id: DocId, key: String) {
        self.ids.insert(id);
        self.named.entry((id.kind(), key)).or_insert(id);
    }
}
