//! `satchel report`: core's reports, in words, as JSON or as a workbook.

use std::{fs, path::PathBuf};

use anyhow::{Context, Result, ensure};
use chrono::NaiveDate;
use clap::Args;
use satchel_core::{
    DocId, Kind,
    exchange::pages::{self, Entry, Page, Report as Named, Wish},
    query::{Asker, Facet, Period, Query, Term, dashboard::Whose, past::end_of},
    record::FieldType,
};
use serde_json::{Value as Json, json};

use super::{arguments::parse_day, fields::reference, output, place::Place, read::records_of, table::Table};

#[derive(Args)]
pub struct Report {
    /// my-dashboard, team-dashboard, missed-sales, actual-vs-target, sales-cycle, win-loss, revenue, pipeline, forecast, activities
    #[arg(value_parser = parse_report)]
    name: Named,
    /// This person’s figures: a name, an id, or me
    #[arg(long, value_name = "USER", conflicts_with = "team")]
    user: Option<String>,
    /// This team’s figures
    #[arg(long, value_name = "TEAM")]
    team: Option<String>,
    /// month, quarter or year: the one that today lies in
    #[arg(long, value_parser = parse_period)]
    period: Option<Period>,
    /// As it was at the end of that day
    #[arg(long, value_name = "DATE", value_parser = parse_day)]
    as_of: Option<NaiveDate>,
    /// Narrows pipeline and forecast, as in `list`
    #[arg(long, value_name = "EXPR")]
    filter: Vec<String>,
    /// What the pipeline is measured by: prorated_revenue, expected_revenue, count, day_close…
    #[arg(long, value_name = "FIELD")]
    measure: Option<String>,
    /// The pipeline’s rows; twice for rows within rows
    #[arg(long, value_name = "FIELD[:PERIOD]")]
    rows: Vec<String>,
    /// The pipeline’s columns
    #[arg(long, value_name = "FIELD[:PERIOD]")]
    column: Option<String>,
    /// Write a workbook (.xlsx) instead
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

fn parse_report(text: &str) -> Result<Named, String> {
    Named::named(text).map_err(|e| e.to_string())
}

fn parse_period(text: &str) -> Result<Period, String> {
    match Period::named(text) {
        Some(period @ (Period::Month | Period::Quarter | Period::Year)) => Ok(period),
        _ => Err("known are month, quarter, year".to_owned()),
    }
}

impl Report {
    pub fn run(self, place: &Place) -> Result<()> {
        let is_pipeline = self.name == Named::Pipeline;
        let is_laid_out = self.measure.is_some() || self.column.is_some() || !self.rows.is_empty();
        ensure!(is_pipeline || !is_laid_out, "--measure, --rows and --column are for `report pipeline`");
        let is_narrowed = is_pipeline || self.name == Named::Forecast;
        ensure!(is_narrowed || self.filter.is_empty(), "--filter is for `report pipeline` and `report forecast`");
        let workspace = place.open()?;
        let mut asker = Asker::new(&place.environment, workspace.user());
        let then = self.as_of.map(|day| records_of(place, &workspace, day)).transpose()?;
        let current = workspace.records();
        let records = then.as_ref().unwrap_or(&current);
        let now = self.as_of.map_or_else(|| place.environment.now(), |day| end_of(day, &asker));
        asker.today = self.as_of.unwrap_or(asker.today);
        let mut wish = Wish::new(self.name, &asker);
        wish.period = self.period.unwrap_or(wish.period);
        if let Some(user) = &self.user {
            let id = if user == "me" { workspace.user() } else { reference(records, Kind::User, user)? };
            wish.whose = Whose::User(id);
        }
        if let Some(team) = &self.team {
            wish.whose = Whose::Team(reference(records, Kind::Team, team)?);
        }
        let facet = |filter: &String| Facet { terms: vec![Term::new("", filter)], ..Facet::default() };
        wish.query = Query { facets: self.filter.iter().map(facet).collect(), ..Query::default() };
        if let Some(measure) = &self.measure {
            wish.layout.measure.clone_from(measure);
        }
        if !self.rows.is_empty() {
            wish.layout.rows.clone_from(&self.rows);
        }
        wish.layout.column.clone_from(&self.column);
        // Reading what was takes its time: only where it is told.
        let past = (self.name == Named::MissedSales).then(|| workspace.past()).transpose()?;
        let lost = |id| past.as_ref().and_then(|past| past.expected_when_lost(id));
        let pages = pages::pages(records, &wish, &asker, now, lost)?;
        let names = |id| records.name(id).to_owned();
        if let Some(path) = &self.output {
            let bytes = pages::xlsx(&pages, &wish.notes(records, &asker), &names)?;
            fs::write(path, bytes).with_context(|| format!("{} cannot be written", path.display()))?;
            let rows: usize = pages.iter().map(|page| page.rows.len()).sum();
            if place.json {
                return output::json(&json!({"file": path.display().to_string(), "rows": rows}));
            }
            output::message(format_args!("Wrote the report to {}", path.display()));
            return Ok(());
        }
        if place.json {
            let period = wish.period.title(wish.period.start(asker.today));
            let mut answer = json!({"report": self.name.name(), "period": period, "today": asker.today.to_string()});
            if let (Some(answer), Json::Object(told)) = (answer.as_object_mut(), pages::json(&pages, &names)) {
                answer.extend(told);
            }
            return output::json(&answer);
        }
        for (at, page) in pages.iter().filter(|page| !page.rows.is_empty()).enumerate() {
            if at > 0 {
                output::line("")?;
            }
            print(page, &names)?;
        }
        Ok(())
    }
}

fn print(page: &Page, names: &dyn Fn(DocId) -> String) -> Result<()> {
    let is_figure = |ty| matches!(ty, FieldType::Money | FieldType::Percent | FieldType::Int | FieldType::Number);
    let right: Vec<usize> = (1..page.columns.len()).filter(|at| is_figure(page.columns[*at].ty)).collect();
    let mut table = Table::new(page.columns.iter().map(|column| column.label.clone())).figures(&right);
    let cells = |entries: &[Entry]| entries.iter().map(|entry| entry.text(names)).collect::<Vec<String>>();
    for line in &page.rows {
        let mut cells = cells(&line.entries);
        if let Some(first) = cells.first_mut() {
            let shown = if first.is_empty() { "–" } else { first.as_str() };
            *first = format!("{}{shown}", "  ".repeat(line.depth.into()));
        }
        table.row(cells);
    }
    if let Some(total) = &page.total {
        table.row(cells(total));
    }
    table.print()
}
