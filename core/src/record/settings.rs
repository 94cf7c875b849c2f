//! The kinds that a manager sets up: company, teams, people, products, tags, lost reasons.

use super::{Attachment, Letterhead};
use crate::id::{DocId, Kind, WorkspaceId};

record!(
    /// The workspace itself. Its id is derived, so there is one.
    Company {
        name: Text = "Company",
        /// ISO 4217, chosen when the workspace is founded.
        currency: Text = "Currency",
        /// ISO 3166, `BE`: whose phone numbers are written without an international prefix.
        country: Text = "Country",
        /// Which starting set of stages was chosen.
        stages: Choice(&["standard", "guided"]) = "Stages",
        /// In lines, as on an envelope; without the name.
        address: Text = "Address",
        phone: Text = "Phone",
        email: Text = "E-mail",
        website: Text = "Website",
        tax_id: Text = "Tax number",
        /// To which account customers pay, in lines.
        bank: Text = "Bank",
        /// What is said under every quotation and invoice.
        terms: Text = "Terms",
    }
    plus {
        attachments: Vec<Attachment>,
    }
);

impl Company {
    /// The picture on what is printed: the attached file called `logo.png` or `logo.jpg` that came last.
    pub fn logo(&self) -> Option<&Attachment> {
        self.attachments.iter().filter(|a| a.name.to_lowercase().starts_with("logo.")).max_by_key(|a| (a.time, a.id))
    }

    /// Who sells, as it is printed now.
    pub fn letterhead(&self) -> Letterhead {
        Letterhead {
            name: self.name.clone(),
            address: self.address.clone(),
            phone: self.phone.clone(),
            email: self.email.clone(),
            website: self.website.clone(),
            tax_id: self.tax_id.clone(),
            bank: self.bank.clone(),
        }
    }
}

record!(
    /// A sales team.
    Team {
        name: Text = "Sales team",
        leader: Ref(Kind::User) = "Team leader",
        region: Text = "Region",
        alias: Text = "E-mail alias",
        color: Int = "Colour",
        use_leads: Bool = "Leads",
        use_opportunities: Bool = "Opportunities",
        /// Which unassigned records are the team's, as a filter; none means those it has already.
        assignment_filter: Text = "Assignment filter",
    }
);

record!(
    /// A person of the sales team. The team is one register here, so that a person has one team on every replica.
    User {
        name: Text = "Name",
        email: Text = "E-mail",
        phone: Text = "Phone",
        team: Ref(Kind::Team) = "Sales team",
        /// How many records assignment by rules gives this person in 30 days; [`User::CAPACITY`] where empty, 0 none.
        assignment_max: Number = "Capacity",
        /// Which records assignment by rules may give this person; empty means any.
        assignment_filter: Text = "Assignment filter",
    }
);

impl Team {
    /// Works with leads and hands what it makes of them to other teams (spec §1 Types, §2).
    pub fn has_leads_only(&self) -> bool {
        self.use_leads && !self.use_opportunities
    }
}

impl User {
    /// What assignment by rules gives a person in 30 days where nobody said otherwise.
    pub const CAPACITY: i64 = 30;

    /// The id under which the person of this name is made: one, whether added, imported or invited, and on whichever device.
    pub fn id_of(workspace: WorkspaceId, name: &str) -> DocId {
        DocId::derived(workspace, "user", Kind::User, &name.trim().to_lowercase())
    }

    pub fn capacity(&self) -> i64 {
        self.assignment_max.unwrap_or(User::CAPACITY).max(0)
    }
}

record!(Product {
    name: Text = "Product",
    reference: Text = "Reference",
    category: Text = "Category",
    list_price: Money = "Sales price",
    tax: Percent = "Tax",
    cost: Money = "Cost",
    description: Text = "Description",
});

record!(Tag { name: Text = "Tag", color: Int = "Colour" });

record!(LostReason { name: Text = "Lost reason" });
