//! Leads and records that are the same thing twice: convert, merge, duplicates.

use anyhow::{Result, bail};
use clap::Args;
use satchel_core::{Command, DocId, Kind, command::Customer, query::duplicates};
use serde_json::{Value as Json, json};

use super::{
    arguments::{find, find_all},
    edit::{execute, print_id, report},
    fields, output,
    place::Place,
    table::Table,
};

#[derive(Args)]
pub struct Convert {
    /// Leads
    #[arg(value_name = "ID", required = true)]
    ids: Vec<String>,
    /// Whose they become: a contact by name or id, `new`, or `keep` for the one they have [default: an existing one with
    /// the same e-mail or name, else a new one if there is a contact name or an e-mail]
    #[arg(long, value_name = "WHO")]
    customer: Option<String>,
    /// A salesperson to assign; several are taken in turn
    #[arg(long = "user", value_name = "USER")]
    users: Vec<String>,
}

#[derive(Args)]
pub struct Merge {
    /// Two to five leads and opportunities, or contacts; or tags, by name too: the first one stays
    #[arg(value_name = "ID", required = true)]
    ids: Vec<String>,
    /// The record from which a field is taken, where it is not to be the rule's, e.g. phone=ID, address=ID, standing=ID
    #[arg(long = "take", value_name = "FIELD=ID")]
    choices: Vec<String>,
}

#[derive(Args)]
pub struct Duplicates {
    /// An opportunity, lead or contact
    id: String,
}

impl Convert {
    pub fn run(self, place: &Place) -> Result<()> {
        let workspace = place.open()?;
        let ids = find_all(&workspace, &self.ids, Kind::Opportunity)?;
        let reference = |kind, text: &str| fields::reference(&workspace.records(), kind, text);
        let customer = match self.customer.as_deref() {
            None => Customer::Find,
            Some("new") => Customer::Create,
            Some("keep" | "none") => Customer::Keep,
            Some(text) => Customer::Existing(reference(Kind::Contact, text)?),
        };
        let users = self.users.iter().map(|text| reference(Kind::User, text)).collect::<Result<Vec<_>>>()?;
        let outcome = execute(&workspace, Command::Convert { ids, customer, users })?;
        report(place, &outcome)
    }
}

impl Merge {
    pub fn run(self, place: &Place) -> Result<()> {
        let workspace = place.open()?;
        let named = |text: &String| match text.parse::<DocId>() {
            Ok(_) => find(&workspace, text),
            Err(_) => fields::reference(&workspace.records(), Kind::Tag, text),
        };
        let ids = self.ids.iter().map(named).collect::<Result<Vec<_>>>()?;
        let mut choices = Vec::new();
        for choice in &self.choices {
            let Some((field, id)) = choice.split_once('=') else {
                bail!("‘{}’ is no choice: write field=ID", fields::short(choice))
            };
            choices.push((field.trim().to_owned(), find(&workspace, id)?));
        }
        let first = ids[0];
        execute(&workspace, Command::Merge { ids, choices })?;
        let head = workspace.records().head(first);
        print_id(place, head)
    }
}

impl Duplicates {
    pub fn run(self, place: &Place) -> Result<()> {
        let workspace = place.open()?;
        let id = find(&workspace, &self.id)?;
        let records = workspace.records();
        let found = duplicates::of(&records, id);
        if place.json {
            let one = |d: &duplicates::Duplicate| {
                let alike: Vec<Json> = d.alike.iter().map(|l| json!(l.words())).collect();
                json!({"id": d.id.to_string(), "name": records.name(d.id), "alike": alike})
            };
            return output::json(&found.iter().map(one).collect());
        }
        let mut table = Table::new(["id", "name", "alike"]);
        for one in &found {
            table.row([one.id.to_string(), records.name(one.id).to_owned(), one.words()]);
        }
        table.print()
    }
}
