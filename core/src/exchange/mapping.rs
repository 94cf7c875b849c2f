//! What a table's columns mean: proposed from headers and cells, shown to a person, changed, then followed.

use super::{dates::DateOrder, numbers, profiles, table::Table};
use crate::{
    error::Result,
    id::{DocId, Kind},
    message::Message,
    record::{CustomField, FieldDef, FieldType, Records, fields},
};

/// Where a file comes from. Rows of one source with one identifier are one record, on every device and in every later
/// import.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Profile {
    /// Exported by Satchel: the `id` column keeps the ids.
    Satchel,
    /// The CRM sales opportunities of Maven Analytics.
    Maven,
    Salesforce,
    HubSpot,
    Atomic,
    Odoo,
    Pipedrive,
    Google,
    Outlook,
    /// Thunderbird, Roundcube and other address books.
    AddressBook,
    /// An iCalendar file.
    Calendar,
    /// A mail: a lead.
    Mail,
    /// Anything else: worked out from the words in its headers.
    Generic,
}

impl Profile {
    pub const ALL: [Profile; 13] = [
        Profile::Satchel,
        Profile::Maven,
        Profile::Salesforce,
        Profile::HubSpot,
        Profile::Atomic,
        Profile::Odoo,
        Profile::Pipedrive,
        Profile::Google,
        Profile::Outlook,
        Profile::AddressBook,
        Profile::Calendar,
        Profile::Mail,
        Profile::Generic,
    ];

    /// As given to `--profile`.
    pub fn name(self) -> &'static str {
        match self {
            Profile::Satchel => "satchel",
            Profile::Maven => "maven",
            Profile::Salesforce => "salesforce",
            Profile::HubSpot => "hubspot",
            Profile::Atomic => "atomic",
            Profile::Odoo => "odoo",
            Profile::Pipedrive => "pipedrive",
            Profile::Google => "google",
            Profile::Outlook => "outlook",
            Profile::AddressBook => "addressbook",
            Profile::Calendar => "calendar",
            Profile::Mail => "mail",
            Profile::Generic => "generic",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Profile::Satchel => "Satchel",
            Profile::Maven => "Maven sales pipeline",
            Profile::Salesforce => "Salesforce",
            Profile::HubSpot => "HubSpot",
            Profile::Atomic => "Atomic CRM",
            Profile::Odoo => "Odoo",
            Profile::Pipedrive => "Pipedrive",
            Profile::Google => "Google Contacts",
            Profile::Outlook => "Outlook",
            Profile::AddressBook => "Address book",
            Profile::Calendar => "Calendar",
            Profile::Mail => "Mail",
            Profile::Generic => "Other table",
        }
    }

    /// Errors: an unknown name, with the known ones.
    pub fn named(name: &str) -> Result<Profile> {
        Profile::ALL.into_iter().find(|p| p.name().eq_ignore_ascii_case(name.trim())).ok_or_else(|| {
            let known: Vec<&str> = Profile::ALL.iter().map(|p| p.name()).collect();
            refused!("there is no profile ‘{name}’: choose one of {known}", name, known = known.join(", "))
        })
    }
}

/// What one row of a table is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RowKind {
    Opportunities,
    Leads,
    Companies,
    People,
    Products,
    /// Names for the categories that products point to; no records of their own.
    Categories,
    /// Salespeople, with their manager and team.
    Users,
    Teams,
    Stages,
    Tags,
    LostReasons,
    /// What was sold elsewhere: in a shop, on the web.
    RevenueLines,
    /// Events of a calendar.
    Meetings,
    /// Whoever is to be called, with a number: [`Mapping::list`] says in which list.
    Calls,
}

impl RowKind {
    pub const ALL: [RowKind; 13] = [
        RowKind::Opportunities,
        RowKind::Leads,
        RowKind::Companies,
        RowKind::People,
        RowKind::Products,
        RowKind::Categories,
        RowKind::Users,
        RowKind::Teams,
        RowKind::Stages,
        RowKind::Tags,
        RowKind::LostReasons,
        RowKind::RevenueLines,
        RowKind::Meetings,
    ];

    pub fn label(self) -> &'static str {
        match self {
            RowKind::Opportunities => "Opportunities",
            RowKind::Leads => "Leads",
            RowKind::Companies => "Companies",
            RowKind::People => "People",
            RowKind::Products => "Products",
            RowKind::Categories => "Product categories",
            RowKind::Users => "Salespeople",
            RowKind::Teams => "Sales teams",
            RowKind::Stages => "Stages",
            RowKind::Tags => "Tags",
            RowKind::LostReasons => "Lost reasons",
            RowKind::RevenueLines => "Revenue lines",
            RowKind::Meetings => "Meetings",
            RowKind::Calls => "Calls",
        }
    }

    /// The word for it in reports and on the command line.
    pub fn plural(self) -> &'static str {
        match self {
            RowKind::Leads => "leads",
            RowKind::Categories => "categories",
            _ => self.kind().plural(),
        }
    }

    /// The kind of record that a row becomes.
    pub fn kind(self) -> Kind {
        match self {
            RowKind::Opportunities | RowKind::Leads => Kind::Opportunity,
            RowKind::Companies | RowKind::People => Kind::Contact,
            RowKind::Products | RowKind::Categories => Kind::Product,
            RowKind::Users => Kind::User,
            RowKind::Teams => Kind::Team,
            RowKind::Stages => Kind::Stage,
            RowKind::Tags => Kind::Tag,
            RowKind::LostReasons => Kind::LostReason,
            RowKind::RevenueLines => Kind::RevenueLine,
            RowKind::Meetings => Kind::Meeting,
            RowKind::Calls => Kind::Call,
        }
    }

    /// What a column of such rows can mean: (name, label, type), the stored fields and what is worked out from others.
    pub fn targets(self) -> Vec<(&'static str, &'static str, FieldType)> {
        use FieldType::{Bool, Percent, Text, Time};
        let mut targets = vec![("id", "Identifier", Text)];
        let stored = fields(self.kind()).into_iter().filter(|f| f.name != "color");
        match self {
            RowKind::Categories => targets.push(("name", "Name", Text)),
            RowKind::Calls => targets.extend(CALLED),
            _ => targets.extend(stored.map(|f| (f.name, f.label, f.ty))),
        }
        targets.extend(match self {
            RowKind::Opportunities | RowKind::Leads => {
                vec![
                    ("stage", "Stage", Text),
                    ("probability", "Probability", Percent),
                    ("won_status", "Won, lost or pending", Text),
                    ("is_closed", "Closed (yes or no)", Bool),
                    ("is_won", "Won (yes or no)", Bool),
                    ("lost_reason", "Lost reason", Text),
                    ("close_date", "Closing date, expected or actual", Time),
                    ("date_closed", "Closed on", Time),
                    ("date_last_stage_update", "In this stage since", Time),
                    ("partner_id", "Customer, by identifier", Text),
                    ("partner_domain", "Customer, by web domain", Text),
                    ("contact_email", "Contact, by e-mail", Text),
                    ("user_email", "Salesperson, by e-mail", Text),
                    ("user_id", "Salesperson, by identifier", Text),
                    ("converted", "Converted lead (kept archived)", Bool),
                    ("first_name", "Contact's first name", Text),
                    ("last_name", "Contact's last name", Text),
                ]
            }
            RowKind::Companies | RowKind::People => vec![
                ("first_name", "First name", Text),
                ("middle_name", "Middle name", Text),
                ("last_name", "Last name", Text),
                ("parent_id", "Company, by identifier", Text),
                ("parent_domain", "Company, by web domain", Text),
                ("domain", "Own web domain", Text),
                ("user_email", "Salesperson, by e-mail", Text),
                ("user_id", "Salesperson, by identifier", Text),
                ("email_3", "Third e-mail", Text),
                ("phone_3", "Third phone", Text),
                ("photo", "Photo (base64)", Text),
            ],
            RowKind::Users => vec![
                ("first_name", "First name", Text),
                ("last_name", "Last name", Text),
                ("manager", "Manager", Text),
                ("region", "Region", Text),
            ],
            RowKind::Meetings => vec![
                ("series_uid", "Series, by identifier", Text),
                ("organizer", "Organiser, by e-mail", Text),
                ("attendees", "Attendees, by e-mail", Text),
            ],
            RowKind::Products => vec![("category_id", "Category, by identifier", Text)],
            _ => Vec::new(),
        });
        if self != RowKind::Categories {
            targets.push(("create_date", "Created on", Time));
            targets.push(("active", "Active (yes or no)", Bool));
            targets.push(("deleted", "Deleted (such rows are left out)", Bool));
        }
        targets
    }

    pub fn target(self, name: &str) -> Option<(&'static str, &'static str, FieldType)> {
        self.targets().into_iter().find(|t| t.0 == name)
    }

    /// Whether rows have a description that columns can be kept in.
    pub fn has_notes(self) -> bool {
        fields(self.kind()).iter().any(|f| f.name == "description")
    }
}

/// Where the column goes that names what came with a row, for it to be attached.
pub(super) const ATTACHMENTS: &str = "attachments";

/// What a row says of somebody who is to be called.
const CALLED: [(&str, &str, FieldType); 13] = [
    ("name", "Name", FieldType::Text),
    ("first_name", "First name", FieldType::Text),
    ("middle_name", "Middle name", FieldType::Text),
    ("last_name", "Last name", FieldType::Text),
    ("parent", "Company", FieldType::Text),
    ("email", "E-mail", FieldType::Text),
    ("phone", "Phone", FieldType::Text),
    ("mobile", "Mobile", FieldType::Text),
    ("phone_other", "Other phone", FieldType::Text),
    ("phone_3", "Third phone", FieldType::Text),
    ("priority", "Priority", FieldType::Int),
    ("country", "Country", FieldType::Text),
    ("description", "Notes", FieldType::LongText),
];

/// Where a column goes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Target {
    /// Nowhere.
    #[default]
    Skip,
    /// Into the record's notes, as a line `header: cell`.
    Notes,
    /// Into one of [`RowKind::targets`].
    Field(String),
}

impl Target {
    /// Reads what `--map column=…` says: a field's name, `notes`, or `skip` or nothing.
    pub fn parse(text: &str) -> Target {
        match text.trim().to_lowercase().as_str() {
            "" | "-" | "skip" => Target::Skip,
            "notes" => Target::Notes,
            field => Target::Field(field.replace([' ', '-'], "_")),
        }
    }
}

/// One column: what it is called, what it holds, where it goes.
#[derive(Clone, Debug, PartialEq)]
pub struct ColumnMap {
    pub header: String,
    /// The first cells that are not empty, three at most.
    pub samples: Vec<String>,
    pub target: Target,
    /// How its dates are written, for a target that is a date or time.
    pub dates: DateOrder,
    /// False when the cells leave the order of day and month open: worth a look.
    pub dates_sure: bool,
    /// The decimal sign its amounts use, when the cells prove one.
    pub decimal_sign: Option<char>,
    /// What its amounts are multiplied by: a million where a file counts in millions.
    pub times: i64,
}

/// What one table means.
#[derive(Clone, Debug, PartialEq)]
pub struct Mapping {
    pub profile: Profile,
    pub kind: RowKind,
    /// One for each header, in their order.
    pub columns: Vec<ColumnMap>,
    /// Why there is nothing to import from this table, in words.
    pub refused: Option<Message>,
    /// The call list that rows become calls of.
    pub list: Option<DocId>,
    /// The fields that the workspace adds to records of a kind.
    custom: Vec<(Kind, FieldDef)>,
}

impl Mapping {
    /// Works out a mapping from file name, headers and cells; `profile` forces where the file comes from.
    pub fn propose(table: &Table, profile: Option<Profile>) -> Mapping {
        let shape = profiles::recognise(table, profile);
        let columns = table.headers.iter().enumerate().map(|(i, header)| ColumnMap {
            header: header.clone(),
            samples: table.column(i).take(3).map(|cell| cell.chars().take(200).collect()).collect(),
            target: Target::Skip,
            dates: DateOrder::default(),
            dates_sure: true,
            decimal_sign: None,
            times: 1,
        });
        let mut mapping = Mapping {
            profile: shape.profile,
            kind: shape.kind,
            columns: columns.collect(),
            refused: shape.refused.map(Message::from),
            list: None,
            custom: Vec::new(),
        };
        profiles::assign(&shape, table, &mut mapping);
        mapping.read_formats(table);
        mapping
    }

    /// Takes another kind of rows: columns go where their words say for that kind.
    pub fn set_kind(&mut self, table: &Table, kind: RowKind) {
        self.kind = kind;
        self.refused = None;
        profiles::assign_by_words(table, self);
        self.assign_custom();
        self.read_formats(table);
    }

    /// Makes calls of a list of the rows: whoever has a number is called. Columns that say nothing of that are kept in the notes.
    pub fn call(&mut self, table: &Table, list: DocId) {
        if ![RowKind::People, RowKind::Companies, RowKind::Leads].contains(&self.kind) {
            self.set_kind(table, RowKind::People);
        }
        self.kind = RowKind::Calls;
        self.list = Some(list);
        for column in &mut self.columns {
            let Target::Field(name) = &column.target else { continue };
            let name = match name.as_str() {
                "contact_name" => "name",
                "partner_name" => "parent",
                "email_from" => "email",
                name => name,
            };
            column.target = match name {
                "id" | "photo" => Target::Skip,
                name if RowKind::Calls.target(name).is_some() => Target::Field(name.to_owned()),
                _ => Target::Notes,
            };
        }
    }

    /// Takes up the workspace's own fields: columns of their names go there.
    pub fn know(&mut self, table: &Table, records: &Records) {
        let of = |kind| records.custom_fields_of(kind).into_iter().filter_map(CustomField::def).map(move |f| (kind, f));
        self.custom = [Kind::Opportunity, Kind::Contact].into_iter().flat_map(of).collect();
        self.assign_custom();
        self.read_formats(table);
    }

    fn assign_custom(&mut self) {
        for field in self.custom_fields() {
            let named = |header: &str| [field.name, field.label].iter().any(|n| n.eq_ignore_ascii_case(header.trim()));
            let free = |c: &ColumnMap| matches!(c.target, Target::Skip | Target::Notes) && named(&c.header);
            if self.column_of(field.name).is_none()
                && let Some(column) = self.columns.iter_mut().find(|c| free(c))
            {
                column.target = Target::Field(field.name.to_owned());
            }
        }
    }

    /// The workspace's own fields of such rows.
    pub fn custom_fields(&self) -> Vec<FieldDef> {
        self.custom.iter().filter(|(kind, _)| *kind == self.kind.kind()).map(|(_, field)| *field).collect()
    }

    /// What a column can mean: those of the kind of rows, and the workspace's own fields.
    pub fn targets(&self) -> Vec<(&'static str, &'static str, FieldType)> {
        let mut targets = self.kind.targets();
        targets.extend(self.custom_fields().into_iter().map(|f| (f.name, f.label, f.ty)));
        if self.profile == Profile::Mail {
            targets.push((ATTACHMENTS, "Attached files", FieldType::Text));
        }
        targets
    }

    pub fn target(&self, name: &str) -> Option<(&'static str, &'static str, FieldType)> {
        self.targets().into_iter().find(|t| t.0 == name)
    }

    /// Sends a column elsewhere.
    ///
    /// Errors: no such field for these rows, with those there are.
    pub fn set(&mut self, table: &Table, column: usize, target: Target) -> Result<()> {
        if let Target::Field(name) = &target
            && self.target(name).is_none()
        {
            let known: Vec<&str> = self.targets().iter().map(|t| t.0).collect();
            let what = self.kind.plural();
            return Err(refused!(
                "{what} have no field ‘{name}’: choose one of {known}",
                what,
                name,
                known = known.join(", ")
            ));
        }
        if let Some(column) = self.columns.get_mut(column) {
            if target != Target::Skip {
                self.refused = None;
            }
            column.target = target;
            column.times = 1;
        }
        self.read_formats(table);
        Ok(())
    }

    /// The column that goes to a field.
    pub fn column_of(&self, field: &str) -> Option<usize> {
        self.columns.iter().position(|c| matches!(&c.target, Target::Field(name) if name == field))
    }

    /// Errors: two columns that go to one field; nothing that goes anywhere.
    pub fn check(&self, table: &Table) -> Result<()> {
        for (i, column) in self.columns.iter().enumerate() {
            let Target::Field(field) = &column.target else { continue };
            if let Some(first) = self.columns[..i].iter().find(|c| c.target == column.target) {
                return Err(refused!(
                    "{title}: the columns ‘{first}’ and ‘{column}’ are both mapped to {field}: map one of them to something else or to skip",
                    title = table.title(),
                    first = first.header,
                    column = column.header,
                    field
                ));
            }
        }
        if self.refused.is_none() && self.columns.iter().all(|c| c.target == Target::Skip) {
            return Err(refused!(
                "{title}: none of its columns is mapped to a field: map one with --map ‘{column}=name’",
                title = table.title(),
                column = self.columns.first().map_or("column", |c| &c.header)
            ));
        }
        Ok(())
    }

    /// Works out how dates and amounts are written. A column that leaves day and month open follows the others of its file.
    fn read_formats(&mut self, table: &Table) {
        let mut proved = None;
        let targets = self.targets();
        for (i, column) in self.columns.iter_mut().enumerate() {
            let Target::Field(field) = &column.target else { continue };
            let Some((_, _, ty)) = targets.iter().find(|t| t.0 == field) else { continue };
            match ty {
                FieldType::Date | FieldType::Time => {
                    let (order, sure) = DateOrder::of(table.column(i)).unwrap_or((DateOrder::default(), true));
                    (column.dates, column.dates_sure) = (order, sure);
                    if sure && [DateOrder::DayMonthYear, DateOrder::MonthDayYear].contains(&order) {
                        proved = Some(order);
                    }
                }
                FieldType::Money => column.decimal_sign = numbers::decimal_sign(table.column(i)),
                // 0.4 for 40 %, when no cell is above 1 and one is between.
                FieldType::Percent => {
                    let share = |c: &str| c.parse::<f64>().ok().filter(|n| (0.0..=1.0).contains(n));
                    let all = table.column(i).all(|c| share(c).is_some());
                    let between = table.column(i).filter_map(share).any(|n| n > 0.0 && n < 1.0);
                    column.times = if all && between { 100 } else { 1 };
                }
                _ => {}
            }
        }
        if let Some(order) = proved {
            for column in self.columns.iter_mut().filter(|c| !c.dates_sure) {
                (column.dates, column.dates_sure) = (order, true);
            }
        }
    }
}
