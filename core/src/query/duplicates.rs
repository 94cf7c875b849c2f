//! Records that may be the same thing twice (spec §1 Duplicates): the same e-mail address, phone number or customer, or
//! the e-mail domain of one company. Quick enough to ask at every letter typed.

use std::collections::{BTreeSet, HashMap};

use rayon::prelude::*;

use crate::{
    command::Fields,
    id::{DocId, Kind},
    phone,
    record::{Contact, Opportunity, Record, Records, WonStatus},
    value::Value,
};

/// A domain or phone number that more records have than these says nothing.
pub const TOO_MANY: usize = 20;

/// What two records have in common, the strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Likeness {
    Email,
    Phone,
    Customer,
    Domain,
}

impl Likeness {
    /// `same e-mail`
    pub fn words(self) -> &'static str {
        match self {
            Likeness::Email => "same e-mail",
            Likeness::Phone => "same phone",
            Likeness::Customer => "same customer",
            Likeness::Domain => "same company domain",
        }
    }
}

/// A record that may be a duplicate of another.
#[derive(Clone, Debug, PartialEq)]
pub struct Duplicate {
    pub id: DocId,
    /// In what, the strongest first; never empty.
    pub alike: Vec<Likeness>,
}

impl Duplicate {
    /// `same e-mail, same phone`
    pub fn words(&self) -> String {
        self.alike.iter().map(|l| l.words()).collect::<Vec<_>>().join(", ")
    }
}

/// What is known of a record, or of one about to be made.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Probe {
    /// The record itself, which is no duplicate of itself.
    pub id: Option<DocId>,
    pub emails: Vec<String>,
    pub phones: Vec<String>,
    /// Of a lead or opportunity.
    pub customer: Option<DocId>,
    /// Two people of one company share its domain and are not the same; a company's own is asked for.
    pub is_person: bool,
}

impl Probe {
    pub fn of(record: &Record) -> Probe {
        match record {
            Record::Opportunity(o) => opportunity(o),
            Record::Contact(c) => contact(c),
            _ => Probe::default(),
        }
    }

    /// Of the fields of a form that is being filled in.
    pub fn of_fields(records: &Records, kind: Kind, fields: &Fields) -> Probe {
        let region = records.company.as_ref().map(|c| c.country.as_str()).filter(|c| !c.is_empty());
        let mut probe = Probe { is_person: kind == Kind::Contact, ..Probe::default() };
        for (name, value) in fields {
            match (name.as_str(), value) {
                ("email_from" | "email" | "email_other", Value::Text(text)) => probe.emails.push(text.clone()),
                (name, Value::Text(text)) if phone::FIELDS.contains(&name) => {
                    probe.phones.extend(phone::normal(text, region));
                }
                ("partner", Value::Ref(customer)) => probe.customer = Some(records.head(*customer)),
                ("is_company", Value::Bool(is_company)) => probe.is_person = !is_company,
                _ => {}
            }
        }
        probe
    }

    fn keys(&self) -> impl Iterator<Item = (Likeness, u64)> {
        let emails = self.emails.iter().filter_map(|e| email(e));
        let domains = self.emails.iter().filter(|_| !self.is_person).filter_map(|e| company_domain(e));
        let phones = self.phones.iter().filter(|p| phone::is_normal(p));
        let customer = self.customer.iter().map(|c| (Likeness::Customer, key(Likeness::Customer, c.as_bytes())));
        emails
            .map(|e| (Likeness::Email, key(Likeness::Email, e.as_bytes())))
            .chain(phones.map(|p| (Likeness::Phone, key(Likeness::Phone, p.as_bytes()))))
            .chain(customer)
            .chain(domains.map(|d| (Likeness::Domain, key(Likeness::Domain, d.as_bytes()))))
    }
}

pub(crate) fn opportunity(o: &Opportunity) -> Probe {
    let phones = [&o.phone, &o.mobile].into_iter().filter(|p| !p.is_empty()).cloned().collect();
    let emails = if o.email_from.is_empty() { Vec::new() } else { vec![o.email_from.clone()] };
    Probe { id: Some(o.id), emails, phones, customer: o.partner, is_person: false }
}

pub(crate) fn contact(c: &Contact) -> Probe {
    let filled = |texts: &[&String]| texts.iter().filter(|t| !t.is_empty()).map(|t| (*t).clone()).collect();
    let phones = filled(&[&c.phone, &c.mobile, &c.phone_other]);
    Probe {
        id: Some(c.id),
        emails: filled(&[&c.email, &c.email_other]),
        phones,
        customer: None,
        is_person: !c.is_company,
    }
}

/// The leads and opportunities of a customer, without the trash.
pub(crate) fn of_customer(records: &Records, contact: DocId) -> impl Iterator<Item = &Opportunity> {
    let key = key(Likeness::Customer, contact.as_bytes());
    let ids = holders(&records.alike.opportunities, key, Kind::Opportunity);
    ids.filter_map(|id| records.opportunities.get(&id)).filter(move |o| o.partner == Some(contact))
}

/// Records like this one; without the trash, what is still open first, then the most alike, then the newest.
pub fn of(records: &Records, id: DocId) -> Vec<Duplicate> {
    records.get(id).map(|record| like(records, id.kind(), &Probe::of(&record))).unwrap_or_default()
}

/// Records of a kind like what is known, in the order of [`of`].
pub fn like(records: &Records, kind: Kind, probe: &Probe) -> Vec<Duplicate> {
    let own = probe.id.map(|id| records.head(id));
    let alike = records.alike.of(kind);
    let mut found: HashMap<DocId, Vec<Likeness>> = HashMap::new();
    for (likeness, key) in probe.keys() {
        let Some(alike) = alike else { continue };
        let others = holders(alike, key, kind).filter(|id| Some(*id) != own);
        if matches!(likeness, Likeness::Domain | Likeness::Phone)
            && others.clone().take(TOO_MANY + 1).count() > TOO_MANY
        {
            continue;
        }
        for id in others {
            let alike = found.entry(id).or_default();
            if !alike.contains(&likeness) {
                alike.push(likeness);
            }
        }
    }
    // The same address says all that its domain says.
    for alike in found.values_mut() {
        alike.sort();
        if alike[0] == Likeness::Email {
            alike.retain(|l| *l != Likeness::Domain);
        }
    }
    let mut all: Vec<Duplicate> = found.into_iter().map(|(id, alike)| Duplicate { id, alike }).collect();
    all.sort_by_cached_key(|d| {
        (is_closed(records, d.id), d.alike.clone(), std::cmp::Reverse((created(records, d.id), d.id)))
    });
    all
}

fn created(records: &Records, id: DocId) -> Option<chrono::DateTime<chrono::Utc>> {
    records.meta(id).and_then(|meta| meta.create_date)
}

fn is_closed(records: &Records, id: DocId) -> bool {
    match records.opportunities.get(&id) {
        Some(o) => o.meta.archived || records.won_status(o) != WonStatus::Pending,
        None => records.meta(id).is_some_and(|meta| meta.archived),
    }
}

/// Who has which address, phone, customer, domain.
#[derive(Clone, Debug, Default)]
pub(crate) struct Alike {
    opportunities: Keys,
    contacts: Keys,
}

/// Hashes of 64 bits, each with one who has it.
type Keys = BTreeSet<(u64, DocId)>;

fn holders(all: &Keys, key: u64, kind: Kind) -> impl Iterator<Item = DocId> + Clone {
    all.range((key, DocId::new(kind, 0, [0; 9]))..).take_while(move |(other, _)| *other == key).map(|(_, id)| *id)
}

impl Alike {
    /// What is alike among records, by all cores: sorted first and laid down as a whole, which takes the least room.
    pub fn among(records: &[Record]) -> Alike {
        let of = |kind: Kind| -> Keys {
            let pairs = |record: &Record| {
                let id = record.id();
                keys(&Probe::of(record), record.meta().deleted).into_iter().map(move |key| (key, id))
            };
            let records = records.par_iter().filter(|record| record.id().kind() == kind);
            let mut all: Vec<(u64, DocId)> = records.flat_map_iter(pairs).collect();
            all.par_sort_unstable();
            all.into_iter().collect()
        };
        Alike { opportunities: of(Kind::Opportunity), contacts: of(Kind::Contact) }
    }

    fn of(&self, kind: Kind) -> Option<&Keys> {
        match kind {
            Kind::Opportunity => Some(&self.opportunities),
            Kind::Contact => Some(&self.contacts),
            _ => None,
        }
    }

    /// What a record is found by changes.
    pub fn change(&mut self, id: DocId, before: &[u64], now: &[u64]) {
        let all = match id.kind() {
            Kind::Opportunity => &mut self.opportunities,
            Kind::Contact => &mut self.contacts,
            _ => return,
        };
        before.iter().filter(|key| !now.contains(key)).for_each(|key| _ = all.remove(&(*key, id)));
        all.extend(now.iter().filter(|key| !before.contains(key)).map(|key| (*key, id)));
    }
}

/// What a record is found by, in order; nothing for one in the trash.
pub(crate) fn keys(probe: &Probe, is_trashed: bool) -> Vec<u64> {
    if is_trashed {
        return Vec::new();
    }
    let mut keys: Vec<u64> = probe.keys().map(|(_, key)| key).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

fn key(likeness: Likeness, text: &[u8]) -> u64 {
    // FNV-1a.
    let start = 0xcbf2_9ce4_8422_2325 ^ (likeness as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    text.iter().fold(start, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// An address as it is compared; nothing for what is none.
fn email(text: &str) -> Option<String> {
    let text = text.trim().to_lowercase();
    let (name, domain) = text.rsplit_once('@')?;
    let is_one = !name.is_empty() && domain.contains('.') && !text.contains(char::is_whitespace);
    is_one.then_some(text)
}

/// The domain of an address, if it is a company's own.
fn company_domain(text: &str) -> Option<String> {
    let text = email(text)?;
    let (_, domain) = text.rsplit_once('@')?;
    let first = domain.split('.').next().unwrap_or_default();
    let is_free = FREE.binary_search(&domain).is_ok() || FREE_ANYWHERE.contains(&first);
    (!is_free).then(|| domain.to_owned())
}

/// Providers that give everybody an address under any ending.
const FREE_ANYWHERE: [&str; 7] = ["gmail", "googlemail", "gmx", "hotmail", "live", "outlook", "yahoo"];

/// Other providers that give everybody an address, in order.
const FREE: [&str; 44] = [
    "126.com",
    "163.com",
    "aim.com",
    "aol.com",
    "arcor.de",
    "att.net",
    "bluewin.ch",
    "btinternet.com",
    "comcast.net",
    "cox.net",
    "fastmail.com",
    "fastmail.fm",
    "free.fr",
    "freenet.de",
    "hey.com",
    "hushmail.com",
    "icloud.com",
    "inbox.com",
    "laposte.net",
    "libero.it",
    "mac.com",
    "mail.com",
    "mail.ru",
    "mailbox.org",
    "me.com",
    "msn.com",
    "naver.com",
    "online.de",
    "orange.fr",
    "pm.me",
    "posteo.de",
    "proton.me",
    "protonmail.com",
    "qq.com",
    "rediffmail.com",
    "rocketmail.com",
    "sbcglobal.net",
    "skynet.be",
    "t-online.de",
    "telenet.be",
    "verizon.net",
    "wanadoo.fr",
    "web.de",
    "ymail.com",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_domains() {
        assert_eq!(email(" Ann@Acme.com "), Some("ann@acme.com".into()));
        for text in ["", "ann", "ann@acme", "@acme.com", "ann @acme.com"] {
            assert_eq!(email(text), None, "{text}");
        }
        assert_eq!(company_domain("Ann@ACME.com"), Some("acme.com".into()));
        for text in ["ann@gmail.com", "ann@yahoo.co.uk", "ann@web.de", "ann@proton.me", "ann@live.be"] {
            assert_eq!(company_domain(text), None, "{text}");
        }
        assert!(FREE.is_sorted());
    }
}
