use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Activity, Attachment, Note, Standing};
use crate::{
    id::Kind,
    value::{Money, Value},
};

record!(
    /// A lead or an opportunity (spec §1). Where it stands is one register, [`Standing`].
    Opportunity {
        name: Text = "Opportunity",
        r#type: Choice(&["lead", "opportunity"]) = "Type",
        partner: Ref(Kind::Contact) = "Customer",
        partner_name: Text = "Company name",
        contact_name: Text = "Contact name",
        function: Text = "Job position",
        email_from: Text = "E-mail",
        email_cc: Text = "E-mail copy",
        phone: Text = "Phone",
        mobile: Text = "Mobile",
        website: Text = "Website",
        street: Text = "Street",
        street2: Text = "Street 2",
        city: Text = "City",
        zip: Text = "ZIP",
        state: Text = "State",
        country: Text = "Country",
        user: Ref(Kind::User) = "Salesperson",
        team: Ref(Kind::Team) = "Sales team",
        /// 0 Low, 1 Medium, 2 High, 3 Very High.
        priority: Int = "Priority",
        tags: Refs(Kind::Tag) = "Tags",
        color: Int = "Colour",
        product: Ref(Kind::Product) = "Product",
        expected_revenue: Money = "Expected revenue",
        recurring_revenue: Money = "Recurring revenue",
        recurring_plan: Choice(&["Monthly", "Yearly", "Over 3 years", "Over 5 years"]) = "Recurring plan",
        date_deadline: Date = "Expected closing",
        referred: Text = "Referred by",
        source: Text = "Source",
        medium: Text = "Medium",
        campaign: Text = "Campaign",
        /// Set on every (re)assignment, cleared on unassignment.
        date_open: Time = "Assigned on",
        date_conversion: Time = "Converted on",
        description: LongText = "Description",
    }
    plus {
        standing: Standing,
        activities: Vec<Activity>,
        notes: Vec<Note>,
        attachments: Vec<Attachment>,
        /// Values of custom fields by name.
        custom: BTreeMap<String, Value>,
    }
);

/// Over how long a recurring revenue is agreed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Plan {
    Monthly,
    Yearly,
    Over3Years,
    Over5Years,
}

impl Plan {
    pub fn named(name: &str) -> Option<Plan> {
        match name {
            "Monthly" => Some(Plan::Monthly),
            "Yearly" => Some(Plan::Yearly),
            "Over 3 years" => Some(Plan::Over3Years),
            "Over 5 years" => Some(Plan::Over5Years),
            _ => None,
        }
    }

    pub fn months(self) -> i64 {
        match self {
            Plan::Monthly => 1,
            Plan::Yearly => 12,
            Plan::Over3Years => 36,
            Plan::Over5Years => 60,
        }
    }
}

impl Opportunity {
    pub fn is_lead(&self) -> bool {
        self.r#type == "lead"
    }

    /// Monthly recurring revenue: recurring revenue / months of the plan (Monthly without one).
    pub fn recurring_revenue_monthly(&self) -> Money {
        let months = Plan::named(&self.recurring_plan).unwrap_or(Plan::Monthly).months();
        self.recurring_revenue.over(months)
    }
}
