//! Commands that read: list, show, history, conflicts.

use anyhow::{Context, Result, ensure};
use chrono::NaiveDate;
use clap::Args;
use satchel_core::{
    Records, Workspace,
    query::{self, Asker, Facet, Group, ListField, ListQuery, Listing, Query, Term, past::end_of},
    record::FieldType,
    workspace::{Conflict, ConflictValue, FieldChange, HistoryEntry},
};
use serde_json::{Value as Json, json};

use super::{
    arguments::{find, parse_day, parse_kind},
    care::short_time,
    json, output,
    place::Place,
    table::Table,
};

#[derive(Args)]
pub struct List {
    #[command(flatten)]
    selection: Selection,
}

/// Which records, in which order; what `list` and `export` share.
#[derive(Args)]
pub struct Selection {
    /// opportunities, leads, contacts, activities, stages, teams, users, products, tags, lost_reasons, custom_fields, favourites
    #[arg(value_parser = parse_kind)]
    pub kind: Listing,
    /// e.g. 'won_status = won and expected_revenue >= 1000'; several must all hold
    #[arg(long, value_name = "EXPR")]
    pub filter: Vec<String>,
    /// Words that must all occur
    #[arg(long, value_name = "TEXT")]
    pub search: Option<String>,
    /// Counts and sums by a field, dates by day, week, month, quarter or year: date_deadline:month
    #[arg(long, value_name = "FIELD[:PERIOD]")]
    pub group_by: Vec<String>,
    /// A field; with - before it, the largest first
    #[arg(long, value_name = "FIELD", allow_hyphen_values = true)]
    pub sort: Option<String>,
    /// At most so many
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
    /// Archived records too, and so lost ones
    #[arg(long)]
    pub archived: bool,
    /// Only what is in the trash
    #[arg(long, conflicts_with = "archived")]
    pub trash: bool,
    /// As it was at the end of that day: opportunities and leads
    #[arg(long, value_name = "DATE", value_parser = parse_day)]
    pub as_of: Option<NaiveDate>,
}

#[derive(Args)]
pub struct Show {
    id: String,
}

#[derive(Args)]
pub struct History {
    id: String,
}

#[derive(Args)]
pub struct Conflicts {
    /// Only this record's
    id: Option<String>,
}

impl Selection {
    /// The question, as core understands it.
    pub fn query(&self, place: &Place, workspace: &Workspace, records: &Records) -> Result<ListQuery> {
        ensure!(self.group_by.len() <= 3, "groups go three levels deep: give --group-by three times at most");
        let facet = |filter: &String| Facet { terms: vec![Term::new("", filter)], ..Facet::default() };
        let query = Query {
            facets: self.filter.iter().map(facet).collect(),
            text: self.search.clone().unwrap_or_default(),
            group_by: self.group_by.clone(),
            sort: self.sort.clone().unwrap_or_default(),
            archived: self.archived,
        };
        let mut asker = Asker::new(&place.environment, workspace.user());
        asker.today = self.as_of.unwrap_or(asker.today);
        Ok(ListQuery { limit: self.limit, trash: self.trash, ..query.ask(records, self.kind, &asker)? })
    }

    /// The records of the day that is asked for; nothing where that is now.
    pub fn then(&self, place: &Place, workspace: &Workspace) -> Result<Option<Records>> {
        let is_kept = matches!(self.kind, Listing::Opportunities | Listing::Leads);
        ensure!(self.as_of.is_none() || is_kept, "--as-of is for opportunities and leads: of others no past is kept");
        self.as_of.map(|day| records_of(place, workspace, day)).transpose()
    }

    /// What was asked for, in words.
    pub fn notes(&self) -> Vec<String> {
        let search = self.search.iter().map(|text| format!("Search: {text}"));
        let filters = self.filter.iter().map(|text| format!("Filter: {text}"));
        let groups = self.group_by.iter().map(|text| format!("Group by: {text}"));
        let sort = self.sort.iter().map(|text| format!("Sort: {text}"));
        let limit = self.limit.iter().map(|n| format!("At most: {n}"));
        let archived = self.archived.then(|| "With archived records".to_owned());
        let trash = self.trash.then(|| "From the trash".to_owned());
        let day = self.as_of.map(|day| format!("As of: {day}"));
        search.chain(filters).chain(groups).chain(sort).chain(limit).chain(archived).chain(trash).chain(day).collect()
    }
}

impl List {
    pub fn run(self, place: &Place) -> Result<()> {
        let workspace = place.open()?;
        let then = self.selection.then(place, &workspace)?;
        let now = workspace.records();
        let records = then.as_ref().unwrap_or(&now);
        let query = self.selection.query(place, &workspace, records)?;
        if place.json {
            return output::json(&query.json(records));
        }
        if query.group_by.is_empty() { table(&query, records)?.print() } else { groups(&query, records).print() }
    }
}

/// The records as they were at the end of a day, opportunities and leads by their history.
pub fn records_of(place: &Place, workspace: &Workspace, day: NaiveDate) -> Result<Records> {
    let asker = Asker::new(&place.environment, workspace.user());
    let past = workspace.past()?;
    Ok(past.records(&workspace.records(), end_of(day, &asker)))
}

/// The fields a person reads in a table; JSON has them all.
fn columns(listing: Listing) -> &'static [&'static str] {
    match listing {
        Listing::Opportunities => &[
            "id",
            "name",
            "stage",
            "won_status",
            "expected_revenue",
            "probability",
            "partner",
            "user",
            "date_deadline",
        ],
        Listing::Leads => &["id", "name", "contact_name", "email_from", "phone", "expected_revenue", "user"],
        Listing::Contacts => &["id", "name", "parent", "email", "phone", "city", "country"],
        Listing::Activities => &["id", "type", "summary", "date_deadline", "state", "record", "user"],
        Listing::Stages => &["id", "name", "sequence", "probability", "is_won"],
        Listing::Teams => &["id", "name", "leader", "region"],
        Listing::Users => &["id", "name", "team", "email"],
        Listing::Products => &["id", "name", "category", "list_price"],
        Listing::Meetings => &["id", "name", "when", "location", "opportunity", "partner", "user"],
        Listing::Calls => &["id", "name", "state", "date", "duration", "phone", "partner", "user", "attempts"],
        Listing::CallLists => &["id", "name", "team", "users"],
        Listing::EventKinds => &["id", "name", "color"],
        Listing::ActivityTypes => &["id", "name", "summary", "delay", "chaining", "next"],
        Listing::ActivityPlans => &["id", "name"],
        Listing::PlanSteps => &["id", "plan", "sequence", "type", "name", "delay", "user"],
        Listing::Tags | Listing::LostReasons => &["id", "name"],
        Listing::CustomFields => &["id", "key", "name", "on", "type", "teams"],
        Listing::Quotations => &["id", "name", "state", "partner", "opportunity", "untaxed", "total", "user"],
        Listing::OrderLines => &["id", "order", "name", "quantity", "price", "discount", "tax", "subtotal"],
        Listing::Invoices => &["id", "name", "state", "date", "partner", "untaxed", "total", "date_paid"],
        Listing::RevenueLines => &["id", "name", "channel", "date", "team", "amount"],
        Listing::PriceLists => &["id", "name", "customers", "discount", "sequence"],
        Listing::Prices => &["id", "list", "product", "price"],
        Listing::Targets => &["id", "user", "team", "month", "measure", "amount", "count"],
        Listing::Favourites => &["id", "name", "owner", "shared", "default", "listing", "view"],
    }
}

fn table(query: &ListQuery, records: &Records) -> Result<Table> {
    let named = |name: &&str| ListField::named(records, query.listing, name);
    let fields = columns(query.listing).iter().map(named).collect::<Result<Vec<_>, _>>()?;
    let figures = |ty| matches!(ty, FieldType::Money | FieldType::Percent | FieldType::Int | FieldType::Number);
    let right: Vec<usize> = (0..fields.len()).filter(|i| figures(fields[*i].ty)).collect();
    let mut table = Table::new(fields.iter().map(|f| f.name.clone())).figures(&right);
    for row in query.rows(records, &fields) {
        table.row(row.iter().map(|value| words(records, value)));
    }
    Ok(table)
}

fn groups(query: &ListQuery, records: &Records) -> Table {
    fn add(table: &mut Table, groups: &[Group], depth: usize) {
        for group in groups {
            let title = format!("{}{}", "  ".repeat(depth), group.title.as_deref().unwrap_or("–"));
            let sums = [group.expected_revenue, group.prorated_revenue].map(|sum| sum.to_string());
            table.row([title, group.count.to_string()].into_iter().chain(sums));
            add(table, &group.groups, depth + 1);
        }
    }
    let mut table = Table::new(["group", "count", "expected_revenue", "prorated_revenue"]).figures(&[1, 2, 3]);
    add(&mut table, &query.groups(records), 0);
    table
}

impl Show {
    pub fn run(self, place: &Place) -> Result<()> {
        let workspace = place.open()?;
        let id = find(&workspace, &self.id)?;
        let records = workspace.records();
        let record = query::json::record(&records, id, place.environment.today());
        let record = record.with_context(|| format!("{id} cannot be shown"))?;
        if place.json {
            return output::json(&record);
        }
        let fields = record.as_object().into_iter().flatten().map(|(name, value)| (name, cell(value)));
        let fields: Vec<_> = fields.filter(|(_, text)| !text.is_empty()).collect();
        let width = fields.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        for (name, text) in fields {
            output::line(format_args!("{name:<width$}  {}", text.replace('\n', &format!("\n{:1$}", "", width + 2))))?;
        }
        Ok(())
    }
}

impl History {
    pub fn run(self, place: &Place) -> Result<()> {
        let workspace = place.open()?;
        let id = find(&workspace, &self.id)?;
        let history = workspace.history(id)?;
        let records = workspace.records();
        if place.json {
            return output::json(&history.iter().map(|entry| entry_json(&records, entry)).collect());
        }
        for entry in &history {
            let (time, user) = (short_time(entry.time), &entry.user_name);
            output::line(format_args!("{time}  {user} on {}: {}", entry.device_name, entry.label))?;
            if let Some(why) = &entry.aside {
                output::line(format_args!("    without effect: {why}"))?;
            }
            for change in &entry.changes {
                let (old, new) = (words(&records, &change.old), words(&records, &change.new));
                output::line(format_args!("    {}: {old} → {new}", change.field))?;
            }
        }
        Ok(())
    }
}

pub fn entry_json(records: &Records, entry: &HistoryEntry) -> Json {
    json!({
        "time": json::time(entry.time),
        "received": json::time(entry.received),
        "user": json::named(entry.user, &entry.user_name),
        "device": json::named(entry.device, &entry.device_name),
        "label": entry.label,
        "commit": entry.commit.to_string(),
        "import": entry.batch.map(|batch| batch.to_string()),
        "without_effect": entry.aside.as_ref().map(ToString::to_string),
        "changes": entry.changes.iter().map(|change| change_json(records, change)).collect::<Vec<_>>(),
    })
}

fn change_json(records: &Records, change: &FieldChange) -> Json {
    let mut out = json!({
        "field": change.field,
        "old": json::value(records, &change.old),
        "new": json::value(records, &change.new),
    });
    if let Some(item) = change.item {
        out["item"] = json!(item.to_string());
    }
    out
}

impl Conflicts {
    pub fn run(self, place: &Place) -> Result<()> {
        let workspace = place.open()?;
        let id = self.id.as_deref().map(|id| find(&workspace, id)).transpose()?;
        let conflicts = workspace.conflicts(id)?;
        let records = workspace.records();
        if place.json {
            return output::json(&conflicts.iter().map(|conflict| conflict_json(&records, conflict)).collect());
        }
        let mut table = Table::new(["id", "name", "field", "value", "by", "when"]);
        for conflict in &conflicts {
            let values = std::iter::once(&conflict.value).chain(&conflict.others);
            for (i, value) in values.enumerate() {
                let (id, name) =
                    if i == 0 { (conflict.id.to_string(), conflict.name.clone()) } else { Default::default() };
                let (text, by) = (value.text.clone(), value.user_name.clone());
                table.row([id, name, conflict.field.clone(), text, by, short_time(value.time)]);
            }
        }
        table.print()
    }
}

fn conflict_json(records: &Records, conflict: &Conflict) -> Json {
    let other = |value: &ConflictValue| {
        json!({
            "value": conflict_value(records, conflict, value),
            "text": value.text,
            "user": json::named(value.user, &value.user_name),
            "device": value.device_name,
            "time": json::time(value.time),
        })
    };
    json!({
        "id": conflict.id.to_string(),
        "kind": conflict.kind.singular(),
        "name": conflict.name,
        "field": conflict.field,
        "value": conflict_value(records, conflict, &conflict.value),
        "text": conflict.value.text,
        "user": json::named(conflict.value.user, &conflict.value.user_name),
        "time": json::time(conflict.value.time),
        "others": conflict.others.iter().map(other).collect::<Vec<_>>(),
    })
}

/// Where an opportunity stands is said in words: its register is no single value.
fn conflict_value(records: &Records, conflict: &Conflict, value: &ConflictValue) -> Json {
    if conflict.field == "standing" { json!(value.text) } else { json::value(records, &value.value) }
}

/// A value as a person reads it.
fn words(records: &Records, value: &satchel_core::Value) -> String {
    cell(&json::value(records, value))
}

/// A JSON value as the text of one cell: references by name, nothing for null.
pub fn cell(value: &Json) -> String {
    match value {
        Json::Null => String::new(),
        Json::String(text) => text.clone(),
        Json::Array(items) => items.iter().map(cell).collect::<Vec<_>>().join(", "),
        Json::Object(object) => {
            ["name", "summary", "text"].iter().find_map(|key| object.get(*key)).map(cell).unwrap_or_default()
        }
        other => other.to_string(),
    }
}
