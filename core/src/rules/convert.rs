//! Leads become opportunities (spec §1 Convert, scenario 8).

use std::collections::HashMap;

use super::{draft::Draft, fields, standing::among, teams, validate};
use crate::{
    command::{Customer, Fields},
    error::Result,
    id::{DocId, Kind},
    message::Message,
    query::duplicates,
    record::{Contact, Opportunity, Records, WonStatus},
    value::Value,
};

pub(super) fn convert(draft: &mut Draft, ids: &[DocId], customer: Customer, users: &[DocId]) -> Result<String> {
    users.iter().try_for_each(|user| validate::refers(draft, "Salesperson", Kind::User, *user))?;
    let ids = draft.heads(ids);
    let mut known = Known::default();
    if matches!(customer, Customer::Find | Customer::Create) {
        known = Known::of(draft.contacts());
    }
    let mut converted = Vec::new();
    let mut left = Vec::new();
    for id in &ids {
        let lead = draft.edit_opportunity(*id)?.clone();
        let user = users.get(converted.len() % users.len().max(1)).copied();
        let team = user.and_then(|user| draft.user(user)).and_then(|user| user.team).or(lead.team);
        let name = &lead.name;
        let why = match draft.won_status(&lead) {
            _ if !lead.is_lead() => message!("‘{name}’ is an opportunity already", name),
            _ if teams::has_leads_only(draft, team) => {
                message!("‘{name}’ would be of a team that has leads only: assign it to somebody of another team", name)
            }
            _ if lead.meta.archived => message!("‘{name}’ is archived: restore it first", name),
            WonStatus::Won => message!("‘{name}’ is won", name),
            WonStatus::Lost => message!("‘{name}’ is lost: restore it first", name),
            WonStatus::Pending => {
                let partner = partner(draft, &mut known, &lead, customer)?;
                become_opportunity(draft, &lead, partner, user)?;
                converted.push(*id);
                continue;
            }
        };
        left.push(why);
    }
    match (converted.as_slice(), left.first()) {
        ([], Some(why)) => return Err(refused!("{why}: there is nothing to convert", why)),
        ([], None) => return Err(refused!("there is nothing to convert: choose leads")),
        ([one], _) => propose_merge(draft, *one),
        _ => {}
    }
    left.into_iter().for_each(|why| draft.notice(why));
    Ok(format!("Convert to opportunity{}", among(&converted)))
}

fn become_opportunity(
    draft: &mut Draft,
    lead: &Opportunity,
    partner: Option<DocId>,
    user: Option<DocId>,
) -> Result<()> {
    let mut given: Fields = vec![("type".into(), "opportunity".into())];
    if partner != lead.partner {
        given.push(("partner".into(), partner.into()));
    }
    if let Some(user) = user {
        given.push(("user".into(), user.into()));
    }
    fields::set(draft, lead.id, &given, None)?;
    let now = draft.context.now;
    draft.write_field(lead.id, "date_conversion", now);
    Ok(())
}

fn propose_merge(draft: &mut Draft, id: DocId) {
    let Some(like) = duplicates::of(draft.records(), id).into_iter().find(|d| d.id.kind() == Kind::Opportunity) else {
        return;
    };
    let (name, other) = (draft.name(id), draft.name(like.id));
    draft.notice(message!(
        "‘{name}’ looks like ‘{other}’ ({alike}): they can be merged",
        name,
        other,
        alike = Message::from(like.words())
    ));
}

/// The customer that a lead has or, by its e-mail, contact or company, seems to have.
pub fn customer_of(records: &Records, lead: DocId) -> Option<DocId> {
    let lead = records.opportunities.get(&lead)?;
    let live = records.contacts.values().filter(|c| !c.meta.deleted);
    lead.partner.or_else(|| Known::of(live).find(lead))
}

/// Contacts by what a lead may know of them; of several the oldest.
#[derive(Default)]
struct Known {
    by_email: HashMap<String, DocId>,
    people: HashMap<String, DocId>,
    companies: HashMap<String, DocId>,
}

fn key(text: &str) -> String {
    text.trim().to_lowercase()
}

impl Known {
    fn of<'a>(contacts: impl Iterator<Item = &'a Contact>) -> Known {
        let mut known = Known::default();
        let mut contacts: Vec<&Contact> = contacts.filter(|c| !c.meta.archived).collect();
        contacts.sort_by_key(|c| (c.meta.create_date, c.id));
        for contact in contacts {
            known.add(contact.id, &contact.name, contact.is_company, &[&contact.email, &contact.email_other]);
        }
        known
    }

    fn add(&mut self, id: DocId, name: &str, is_company: bool, emails: &[&str]) {
        for email in emails.iter().filter(|e| !e.trim().is_empty()) {
            self.by_email.entry(key(email)).or_insert(id);
        }
        let by_name = if is_company { &mut self.companies } else { &mut self.people };
        by_name.entry(key(name)).or_insert(id);
    }

    /// The customer with the lead's e-mail; else with its contact's name; else with its company's.
    fn find(&self, lead: &Opportunity) -> Option<DocId> {
        let named = |name: &str, first: &HashMap<String, DocId>, then: &HashMap<String, DocId>| {
            let name = key(name);
            let found = || first.get(&name).or_else(|| then.get(&name)).copied();
            if name.is_empty() { None } else { found() }
        };
        let email = key(&lead.email_from);
        let by_email = if email.is_empty() { None } else { self.by_email.get(&email).copied() };
        by_email
            .or_else(|| named(&lead.contact_name, &self.people, &self.companies))
            .or_else(|| named(&lead.partner_name, &self.companies, &self.people))
    }
}

fn partner(draft: &mut Draft, known: &mut Known, lead: &Opportunity, customer: Customer) -> Result<Option<DocId>> {
    match customer {
        Customer::Keep => Ok(lead.partner),
        Customer::Existing(contact) => {
            validate::refers(draft, "Customer", Kind::Contact, contact)?;
            Ok(Some(draft.head(contact)))
        }
        Customer::Find => {
            if let Some(found) = lead.partner.or_else(|| known.find(lead)) {
                return Ok(Some(found));
            }
            match lead.contact_name.trim().is_empty() && lead.email_from.trim().is_empty() {
                true => Ok(None),
                false => create(draft, known, lead),
            }
        }
        Customer::Create => create(draft, known, lead),
    }
}

/// A new company and person, as far as the lead names them. Their ids follow from the lead: converted on two devices, it
/// makes one customer.
fn create(draft: &mut Draft, known: &mut Known, lead: &Opportunity) -> Result<Option<DocId>> {
    let text = |name: &str, value: &str| (!value.trim().is_empty()).then(|| (name.to_owned(), Value::from(value)));
    let address = [
        text("street", &lead.street),
        text("street2", &lead.street2),
        text("city", &lead.city),
        text("zip", &lead.zip),
        text("state", &lead.state),
        text("country", &lead.country),
        text("website", &lead.website),
    ];
    let reach = [text("email", &lead.email_from), text("phone", &lead.phone), text("mobile", &lead.mobile)];
    let user = lead.user.map(|user| ("user".to_owned(), Value::Ref(user)));
    let is_person = !lead.contact_name.trim().is_empty();

    let mut company = None;
    let company_name = lead.partner_name.trim();
    if !company_name.is_empty() {
        company = known.companies.get(&key(company_name)).copied();
        if company.is_none() {
            let mut given: Fields = vec![("name".into(), company_name.into()), ("is_company".into(), true.into())];
            given.extend(address.iter().flatten().cloned());
            given.extend(user.clone());
            if !is_person {
                given.extend(reach.iter().flatten().cloned());
            }
            let id = made(draft, lead.id, "company", &given)?;
            known.add(id, company_name, true, &[if is_person { "" } else { &lead.email_from }]);
            company = Some(id);
        }
    }
    let name = if is_person { lead.contact_name.trim() } else { lead.email_from.trim() };
    if name.is_empty() || !is_person && company.is_some() {
        return match company {
            Some(company) => Ok(Some(company)),
            None => Err(refused!(
                "‘{lead}’ names neither a company nor a contact nor an e-mail: give it one, or convert it without a customer",
                lead = lead.name
            )),
        };
    }
    let mut given: Fields = vec![("name".into(), name.into())];
    given.extend(company.map(|company| ("parent".to_owned(), Value::Ref(company))));
    given.extend(text("function", &lead.function));
    given.extend(reach.into_iter().flatten());
    given.extend(user);
    if company.is_none() {
        given.extend(address.into_iter().flatten());
    }
    let id = made(draft, lead.id, "person", &given)?;
    known.add(id, name, false, &[&lead.email_from]);
    Ok(Some(id))
}

fn made(draft: &mut Draft, lead: DocId, what: &str, given: &Fields) -> Result<DocId> {
    let id = DocId::derived(draft.context.workspace, "convert", Kind::Contact, &format!("{lead}:{what}"));
    if !draft.exists(id) {
        fields::create(draft, id, given)?;
    } else if fields::is_trashed(draft, id) {
        // Converted before, and undone.
        draft.write_field(id, "deleted", false);
    }
    Ok(draft.head(id))
}
