//! Who may write what: by the kind that a document's id says, and for few kinds by what is written.

use serde::{Deserialize, Serialize};

use super::{Members, Role};
use crate::{
    commit::{Body, Change, DocChange, Intent},
    document,
    id::{DocId, Kind},
    message::Message,
    rules::{Edit, Write},
    value::Value,
};

/// What a right is to. (One line of the table of rights.)
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) enum Matter {
    /// One's own profile, private favourites.
    Own,
    /// Leads, opportunities, contacts, activities, meetings, calls, tags, quotations, shared favourites…
    Work,
    /// Posting and refunding invoices.
    Posting,
    /// Other people, and who is in which team.
    People,
    /// Company, stages, teams, targets, activity types, lost reasons, custom fields, products, price lists…
    Setup,
}

/// Several of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Matters(u8);

impl Matters {
    pub fn add(&mut self, matter: Matter) {
        self.0 |= 1 << matter as u8;
    }

    fn iter(self) -> impl Iterator<Item = Matter> {
        let all = [Matter::Own, Matter::Work, Matter::Posting, Matter::People, Matter::Setup];
        all.into_iter().filter(move |m| self.0 >> *m as u8 & 1 == 1)
    }

    /// What a commit writes.
    pub fn of(body: &Body) -> Matters {
        let mut all = Matters::default();
        // What a workspace starts with is the founder's.
        if matches!(&body.intent, Intent::Members(operations) if matches!(operations.first(), Some(super::Operation::Found { .. })))
        {
            return all;
        }
        for change in &body.changes {
            all.add_change(change, body.user);
        }
        all
    }

    /// What a change writes.
    pub fn add_change(&mut self, change: &DocChange, user: DocId) {
        self.add(match (by_kind(change.doc.kind()), &change.change) {
            (Some(matter), _) => matter,
            (None, Change::Seed { .. }) => Matter::Work,
            (None, Change::Automerge(bytes)) => match document::written(bytes) {
                Some(written) => by_keys(change.doc, user, written.iter().map(|(key, yes)| (key.as_str(), *yes))),
                None => Matter::Setup,
            },
        });
    }

    /// What edits would write.
    pub fn of_edits(edits: &[Edit], user: DocId) -> Matters {
        let mut all = Matters::default();
        for edit in edits {
            let keys = edit.writes.iter().map(|write| match write {
                Write::Field(name, value) => (*name, *value == Value::Bool(true)),
                _ => ("", false),
            });
            all.add(by_kind(edit.doc.kind()).unwrap_or_else(|| by_keys(edit.doc, user, keys)));
        }
        all
    }

    /// The first one that a role does not have.
    pub fn lacking(self, role: Role, members: &Members) -> Option<Matter> {
        self.iter().find(|matter| match matter {
            Matter::Own => false,
            Matter::Work => role < Role::Salesperson,
            Matter::Posting => role < Role::Manager && !(role == Role::Salesperson && members.salespeople_post),
            Matter::People | Matter::Setup => role < Role::Manager,
        })
    }
}

/// Where the kind alone says it.
fn by_kind(kind: Kind) -> Option<Matter> {
    match kind {
        Kind::Company
        | Kind::Stage
        | Kind::Team
        | Kind::Product
        | Kind::LostReason
        | Kind::CustomField
        | Kind::ActivityType
        | Kind::ActivityPlan
        | Kind::PlanStep
        | Kind::EventKind
        | Kind::Target
        | Kind::PriceList
        | Kind::Price => Some(Matter::Setup),
        Kind::User | Kind::Favourite | Kind::Invoice => None,
        Kind::Opportunity
        | Kind::Contact
        | Kind::Tag
        | Kind::Activity
        | Kind::Note
        | Kind::Attachment
        | Kind::Meeting
        | Kind::Call
        | Kind::CallList
        | Kind::Attempt
        | Kind::Quotation
        | Kind::OrderLine
        | Kind::RevenueLine
        | Kind::Series => Some(Matter::Work),
    }
}

/// What a person says of themselves; all else of a person is others' to say.
const PROFILE: [&str; 6] = ["name", "email", "phone", "create_date", "create_user", "schema"];

/// Where it depends on what is written: keys, and whether each is set to yes.
fn by_keys<'a>(doc: DocId, user: DocId, mut keys: impl Iterator<Item = (&'a str, bool)>) -> Matter {
    match doc.kind() {
        Kind::User if doc == user && keys.all(|(key, _)| PROFILE.contains(&key)) => Matter::Own,
        Kind::User => Matter::People,
        Kind::Favourite if keys.any(|(key, yes)| key == "shared" && yes) => Matter::Work,
        Kind::Favourite => Matter::Own,
        Kind::Invoice if keys.any(|(key, _)| ["frozen", "refund_of"].contains(&key)) => Matter::Posting,
        _ => Matter::Work,
    }
}

/// That a role may not do this, and who may.
pub(crate) fn refusal(role: Role, matter: Matter) -> Message {
    let role = Message::from(role.label());
    match matter {
        Matter::Own | Matter::Work => message!("a {role} may not write this: a salesperson may", role),
        Matter::Posting => message!("a {role} may not post or refund invoices here: a manager may", role),
        Matter::People => message!("a {role} may not change other people or who is in which team: a manager may", role),
        Matter::Setup => {
            message!("a {role} may not change how the company is set up (stages, teams, targets…): a manager may", role)
        }
    }
}
