//! The columns of a list: which there are, which the person chose, how wide they are.

use std::collections::BTreeMap;

use satchel_core::{
    Kind, Records,
    query::{ListField, Listing, fields},
    record::FieldType,
};
use serde::{Deserialize, Serialize};
use tr::tr;

/// What the person chose for a list, kept on this device.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Chosen {
    /// Names of fields, from the left; nothing means the usual ones.
    columns: Vec<String>,
    /// As in [`satchel_core::query::Query::sort`].
    pub sort: String,
    /// How wide columns were made, by field, in points.
    #[serde(default)]
    widths: BTreeMap<String, f32>,
}

/// How narrow and how wide a person can make a column.
const NARROWEST: f32 = 40.0;
const WIDEST: f32 = 720.0;

/// A column in sight.
#[derive(Clone, Debug)]
pub struct Column {
    pub field: ListField,
    /// Short, for the head.
    pub title: String,
    /// Least width and share of what is left.
    pub width: f32,
    pub share: f32,
    /// Figures stand at the right.
    pub right: bool,
}

/// Under which name the choice for a list is kept.
pub fn setting(listing: Listing) -> String {
    format!("list.{}", listing.name())
}

impl Chosen {
    pub fn load(stored: Option<Vec<u8>>) -> Chosen {
        stored.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
    }

    pub fn store(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// The names of the columns in sight; the name always stands first.
    pub fn names(&self, listing: Listing) -> Vec<String> {
        match self.columns.is_empty() {
            true => usual(listing).iter().map(|name| (*name).to_owned()).collect(),
            false => self.columns.clone(),
        }
    }

    /// The columns in sight, without those the list is grouped by: their groups say it.
    pub fn columns(&self, records: &Records, listing: Listing, grouped_by: &[&str]) -> Vec<Column> {
        let known = fields(records, listing);
        let names = self.names(listing);
        let shown = names.iter().filter(|name| !grouped_by.contains(&name.as_str()));
        shown.filter_map(|name| known.iter().find(|f| *f.name == **name)).map(|f| column(listing, f)).collect()
    }

    pub fn toggle(&mut self, listing: Listing, name: &str) {
        let mut names = self.names(listing);
        match names.iter().position(|n| n == name) {
            Some(0) => return,
            Some(at) => _ = names.remove(at),
            None => names.push(name.to_owned()),
        }
        self.columns = names;
    }

    /// Moves a column among the others; the first stays.
    pub fn shift(&mut self, listing: Listing, name: &str, by: isize) {
        let mut names = self.names(listing);
        let Some(at) = names.iter().position(|n| n == name) else { return };
        if let Some(to) = at.checked_add_signed(by).filter(|to| *to >= 1 && *to < names.len()) {
            names.swap(at, to);
            self.columns = names;
        }
    }

    /// Gives a column a width of its own, or with nothing the usual one.
    pub fn set_width(&mut self, name: &str, width: Option<f32>) {
        match width {
            Some(width) => _ = self.widths.insert(name.to_owned(), width.clamp(NARROWEST, WIDEST).round()),
            None => _ = self.widths.remove(name),
        }
    }

    pub fn has_width(&self, name: &str) -> bool {
        self.widths.contains_key(name)
    }

    /// Makes a column as wide as the person made it: it takes no share of what is left then.
    pub fn widen(&self, column: &mut Column) {
        if let Some(width) = self.widths.get(&*column.field.name) {
            (column.width, column.share) = (width.clamp(NARROWEST, WIDEST), 0.0);
        }
    }

    /// Back to the usual columns.
    pub fn reset(&mut self) {
        self.columns.clear();
        self.widths.clear();
    }
}

/// All fields that can be columns, as a person chooses them.
pub fn choices(records: &Records, listing: Listing) -> Vec<ListField> {
    let hidden = ["id", "type", "active", "color"];
    fields(records, listing)
        .into_iter()
        .filter(|f| !hidden.contains(&&*f.name) && f.ty != FieldType::LongText)
        .collect()
}

/// The order of who chose none; empty for core's own.
pub fn usual_sort(listing: Listing) -> &'static str {
    match listing {
        Listing::Quotations | Listing::Invoices => "-create_date",
        _ => "",
    }
}

fn usual(listing: Listing) -> &'static [&'static str] {
    match listing {
        Listing::Leads => &[
            "name",
            "contact_name",
            "partner_name",
            "email_from",
            "phone",
            "source",
            "priority",
            "user",
            "create_date",
            "activity_date_deadline",
        ],
        Listing::Activities => {
            &["summary", "type", "record", "date_deadline", "state", "user", "done", "done_by", "feedback"]
        }
        Listing::Quotations => &["name", "partner", "opportunity", "state", "validity", "date_order", "total", "user"],
        Listing::Invoices => &["name", "partner", "state", "date", "date_paid", "untaxed", "total", "user"],
        Listing::RevenueLines => &["name", "date", "channel", "partner", "amount", "team", "user"],
        Listing::Products => &["name", "reference", "category", "list_price", "tax", "cost"],
        Listing::Contacts => &["name", "parent", "email", "phone", "city", "country", "user", "tags"],
        _ => &[
            "name",
            "partner",
            "stage",
            "probability",
            "expected_revenue",
            "priority",
            "prorated_revenue",
            "date_deadline",
            "activity_date_deadline",
            "user",
        ],
    }
}

/// A column of the usual width.
pub fn column(listing: Listing, field: &ListField) -> Column {
    let name = &*field.name;
    let (width, share, right) = match field.ty {
        _ if name == "name" && matches!(listing, Listing::Quotations | Listing::Invoices) => (156.0, 0.6, false),
        _ if name == "name" || name == "summary" => (208.0, 2.6, false),
        _ if name == "priority" => (50.0, 0.0, false),
        _ if name == "activity_date_deadline" => (108.0, 0.6, false),
        FieldType::Ref(Kind::Stage) => (98.0, 1.0, false),
        FieldType::Ref(Kind::Contact) => (114.0, 1.8, false),
        FieldType::Ref(_) => (96.0, 1.0, false),
        FieldType::Refs(_) => (140.0, 1.0, false),
        FieldType::Percent => (46.0, 0.2, true),
        FieldType::Money => (80.0, 0.6, true),
        FieldType::Int | FieldType::Number => (70.0, 0.2, true),
        FieldType::Date => (112.0, 0.4, false),
        FieldType::Time => (148.0, 0.4, false),
        FieldType::Bool => (60.0, 0.2, false),
        FieldType::Choice(_) => (90.0, 0.5, false),
        FieldType::Text if name.starts_with("email") => (150.0, 1.4, false),
        _ => (104.0, 1.0, false),
    };
    Column { title: title(listing, field), width, share, right, field: field.clone() }
}

fn title(listing: Listing, field: &ListField) -> String {
    match &*field.name {
        "name" if listing == Listing::Leads => tr!("Lead"),
        "probability" => tr!("Prob."),
        "expected_revenue" => tr!("head of a column" => "Expected"),
        "prorated_revenue" => tr!("head of a column" => "Probable"),
        "date_deadline" => tr!("head of a column" => "Closing"),
        _ => crate::locale::text(&field.label),
    }
}
