use std::collections::BTreeMap;

use super::{Activity, Attachment, Note};
use crate::{id::Kind, value::Value};

record!(
    /// A company or a person.
    Contact {
        name: Text = "Name",
        is_company: Bool = "Is a company",
        parent: Ref(Kind::Contact) = "Company",
        function: Text = "Job position",
        email: Text = "E-mail",
        email_other: Text = "Other e-mail",
        phone: Text = "Phone",
        mobile: Text = "Mobile",
        phone_other: Text = "Other phone",
        website: Text = "Website",
        street: Text = "Street",
        street2: Text = "Street 2",
        city: Text = "City",
        zip: Text = "ZIP",
        state: Text = "State",
        country: Text = "Country",
        user: Ref(Kind::User) = "Salesperson",
        tags: Refs(Kind::Tag) = "Tags",
        reference: Text = "Reference",
        industry: Text = "Industry",
        annual_revenue: Money = "Annual revenue",
        employees: Number = "Employees",
        year_founded: Number = "Founded",
        birthday: Date = "Birthday",
        source: Text = "Source",
        description: LongText = "Notes",
    }
    plus {
        activities: Vec<Activity>,
        notes: Vec<Note>,
        attachments: Vec<Attachment>,
        /// Values of custom fields by name.
        custom: BTreeMap<String, Value>,
    }
);

impl Contact {
    /// The address in lines, as on an envelope; without the name.
    pub fn postal(&self) -> Vec<String> {
        let town = format!("{} {}", self.zip, self.city);
        let lines = [self.street.as_str(), &self.street2, &town, &self.state, &self.country];
        lines.map(|line| line.trim().to_owned()).into_iter().filter(|line| !line.is_empty()).collect()
    }

    /// The picture of them that came last: an attached file called `photo.jpg`, `photo.png`.
    pub fn photo(&self) -> Option<&Attachment> {
        self.attachments.iter().filter(|a| a.name.to_lowercase().starts_with("photo.")).max_by_key(|a| (a.time, a.id))
    }
}
