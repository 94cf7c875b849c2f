//! `satchel target`: what people and teams are to reach in a month.

use anyhow::{Context, Result, bail};
use chrono::{Datelike, NaiveDate};
use clap::Subcommand;
use satchel_core::{
    Command, DocId, Kind, Money, Records, Value,
    query::Period,
    record::{Measure, Target},
    value::parse_iso_date,
};
use serde_json::{Value as Json, json};

use super::{edit::execute, fields::reference, output, place::Place, table::Table};

#[derive(Subcommand)]
pub enum TargetTask {
    /// Say what a person or a team is to reach in a month; prints the target’s id
    Set {
        /// A salesperson or a sales team, by name or id
        whom: String,
        /// 2026-11
        #[arg(value_parser = parse_month)]
        month: NaiveDate,
        /// done, won or invoiced
        #[arg(value_parser = parse_measure)]
        measure: Measure,
        /// An amount, of activities done a number; none takes the target away
        target: String,
    },
    /// The targets that are set
    List {
        /// Of one month only
        #[arg(long, value_parser = parse_month)]
        month: Option<NaiveDate>,
    },
}

fn parse_month(text: &str) -> Result<NaiveDate, String> {
    parse_iso_date(&format!("{}-01", text.trim()))
        .or_else(|| parse_iso_date(text))
        .map(|day| Period::Month.start(day))
        .ok_or_else(|| "write a month like 2026-11".to_owned())
}

fn parse_measure(text: &str) -> Result<Measure, String> {
    Measure::named(text).ok_or_else(|| "known are done, won, invoiced".to_owned())
}

impl TargetTask {
    pub fn run(self, place: &Place) -> Result<()> {
        let workspace = place.open()?;
        match self {
            TargetTask::Set { whom, month, measure, target } => {
                let whom = person_or_team(&workspace.records(), &whom)?;
                let target = match (target.trim(), measure) {
                    ("none", _) => Value::Null,
                    (text, Measure::Done) => {
                        Value::Int(text.parse().context("of activities done a whole number is wanted")?)
                    }
                    (text, _) => {
                        Value::Money(Money::parse(text).context("an amount is wanted: write 60000 or 60000.00")?)
                    }
                };
                execute(&workspace, Command::SetTarget { whom, month, measure, target })?;
                let id = workspace.target_id(whom, month, measure).to_string();
                if place.json { output::json(&json!({"id": id})) } else { output::line(id) }
            }
            TargetTask::List { month } => {
                let records = workspace.records();
                let mut set: Vec<&Target> = records.targets.values().filter(|t| t.goal().is_some()).collect();
                set.retain(|t| month.is_none() || t.month == month);
                set.sort_by_key(|t| (t.month, t.whom().map(|whom| records.name(whom).to_owned()), t.measure()));
                if place.json {
                    return output::json(&set.iter().map(|t| target(&records, t)).collect());
                }
                let mut table = Table::new(["month", "of", "measure", "target"]).figures(&[3]);
                for t in set {
                    let whom = t.whom().map_or("", |whom| records.name(whom));
                    table.row([month_of(t), whom.to_owned(), t.measure.clone(), goal(t)]);
                }
                table.print()
            }
        }
    }
}

fn month_of(t: &Target) -> String {
    t.month.map(|m| format!("{:04}-{:02}", m.year(), m.month())).unwrap_or_default()
}

fn goal(t: &Target) -> String {
    if t.measure() == Some(Measure::Done) { t.count.to_string() } else { t.amount.to_string() }
}

fn target(records: &Records, t: &Target) -> Json {
    let reference = |id: Option<DocId>| id.map(|id| json!({"id": id.to_string(), "name": records.name(id)}));
    let goal = if t.measure() == Some(Measure::Done) { json!(t.count) } else { json!(t.amount.to_string()) };
    json!({
        "id": t.id.to_string(),
        "user": reference(t.user),
        "team": reference(t.team),
        "month": month_of(t),
        "measure": t.measure,
        "target": goal,
    })
}

fn person_or_team(records: &Records, text: &str) -> Result<DocId> {
    match (reference(records, Kind::User, text), reference(records, Kind::Team, text)) {
        (Ok(_), Ok(_)) => bail!("‘{}’ is a person and a team: give the id", text.trim()),
        (Ok(id), _) | (_, Ok(id)) => Ok(id),
        (Err(why), Err(_)) => Err(why),
    }
}
