//! `satchel sale`: quotations, sales orders, invoices.

use std::path::PathBuf;

use anyhow::{Context, Result};
use chrono::NaiveDate;
use clap::Subcommand;
use satchel::{
    locale::{self, Locale},
    numbered,
    paper::{self, Paper},
};
use satchel_core::{
    Command, DocId, Kind, Money, Workspace,
    command::SaleStep,
    workspace::{Counted, Gone, Missing},
};
use serde_json::json;

use super::{
    arguments::{find, parse_day},
    edit::execute,
    fields::reference,
    output,
    place::Place,
};

#[derive(Subcommand)]
pub enum SaleTask {
    /// Draw up a quotation for an opportunity; prints its id
    Quote {
        /// The opportunity
        id: String,
    },
    /// Say that a quotation was sent
    Send {
        /// A quotation, by number or id
        id: String,
    },
    /// Make a sales order of a quotation
    Confirm { id: String },
    /// Cancel a quotation or a sales order
    Cancel { id: String },
    /// Draft the invoice of a sales order; prints its id
    Invoice {
        /// A sales order, by number or id
        id: String,
    },
    /// Give an invoice its number: from then on it stays as it is
    Post {
        /// An invoice, by number or id
        id: String,
    },
    /// How far quotations and invoices are numbered, and why some numbers are missing
    Numbers,
    /// Say that an invoice was paid
    Pay {
        id: String,
        /// [default: today]
        #[arg(long, value_name = "DATE", value_parser = parse_day)]
        on: Option<NaiveDate>,
    },
    /// Write a quotation, an order or an invoice as a PDF; prints where
    Print {
        /// A quotation or an invoice, by number or id
        id: String,
        /// The file; one that is there is not written over [default: by its number, in this folder]
        #[arg(long, value_name = "FILE")]
        pdf: Option<PathBuf>,
        /// In which language and region, such as de-DE [default: as the window on this device]
        #[arg(long, value_name = "TAG")]
        locale: Option<String>,
    },
    /// Draft the refund of a posted invoice; prints its id
    Refund {
        id: String,
        /// Only so much of it, without tax
        #[arg(long, value_name = "AMOUNT")]
        untaxed: Option<String>,
    },
}

impl SaleTask {
    pub fn run(self, place: &Place) -> Result<()> {
        let workspace = place.open()?;
        let quotation = |text: &str| reference(&workspace.records(), Kind::Quotation, text);
        let invoice = |text: &str| reference(&workspace.records(), Kind::Invoice, text);
        if let SaleTask::Print { id, pdf, locale } = self {
            let found = invoice(&id).or_else(|_| quotation(&id))?;
            return print(place, &workspace, found, pdf, locale);
        }
        let (step, told) = match self {
            SaleTask::Numbers => return numbers(place, &workspace),
            SaleTask::Print { .. } => return Ok(()),
            SaleTask::Quote { id } => {
                let new = workspace.new_id(Kind::Quotation);
                (SaleStep::Quote { opportunity: find(&workspace, &id)?, id: new }, new)
            }
            SaleTask::Send { id } => of(quotation(&id)?, |id| SaleStep::Send { id }),
            SaleTask::Confirm { id } => of(quotation(&id)?, |id| SaleStep::Confirm { id }),
            SaleTask::Cancel { id } => of(quotation(&id)?, |id| SaleStep::Cancel { id }),
            SaleTask::Invoice { id } => {
                let new = workspace.new_id(Kind::Invoice);
                (SaleStep::Invoice { order: quotation(&id)?, id: new }, new)
            }
            SaleTask::Post { id } => of(invoice(&id)?, |id| SaleStep::Post { id }),
            SaleTask::Pay { id, on } => {
                let on = on.unwrap_or_else(|| place.environment.today());
                of(invoice(&id)?, |id| SaleStep::Pay { id, on })
            }
            SaleTask::Refund { id, untaxed } => {
                let amount = |text: String| Money::parse(&text).context("an amount is wanted: write 100 or 100.00");
                let untaxed = untaxed.map(amount).transpose()?;
                let new = workspace.new_id(Kind::Invoice);
                (SaleStep::Refund { id: invoice(&id)?, new, untaxed }, new)
            }
        };
        execute(&workspace, Command::Sale(step))?;
        tell(place, &workspace, told)
    }
}

fn numbers(place: &Place, workspace: &Workspace) -> Result<()> {
    let all = workspace.numbers()?;
    let records = workspace.records();
    let why = |gone: Gone| match gone {
        Gone::Trashed(_) => "in the trash".to_owned(),
        Gone::Replaced(id) => format!("given to {} first", records.name(id)),
        Gone::Unknown => "nothing here says".to_owned(),
    };
    if place.json {
        let missing = |gone: &Missing| {
            let of = match gone.why {
                Gone::Trashed(id) | Gone::Replaced(id) => Some(id.to_string()),
                Gone::Unknown => None,
            };
            json!({"count": gone.count, "number": gone.number, "why": why(gone.why), "record": of})
        };
        let series = |of: &Counted| {
            let missing: Vec<_> = of.missing.iter().map(missing).collect();
            json!({"series": of.series, "kind": of.kind.singular(), "last": of.last, "missing": missing})
        };
        return output::json(&all.iter().map(series).collect());
    }
    for of in &all {
        output::line(format_args!("{}  {}  {} given", of.series, of.kind.plural(), of.last))?;
        for gone in &of.missing {
            let number = gone.number.clone().unwrap_or_else(|| format!("number {}", gone.count));
            output::line(format_args!("    {number}: {}", why(gone.why)))?;
        }
    }
    Ok(())
}

/// Writes the paper and tells the file.
fn print(place: &Place, workspace: &Workspace, id: DocId, file: Option<PathBuf>, tag: Option<String>) -> Result<()> {
    let kept = workspace.setting("locale").and_then(|kept| String::from_utf8(kept).ok());
    let asked = match tag {
        Some(tag) => Locale::of_tag(&tag),
        None => kept.and_then(|kept| Locale::of_stored(&kept)).unwrap_or_default(),
    };
    locale::install();
    locale::speak(asked);
    let logo = paper::logo(workspace);
    let paper = Paper::of(&workspace.records(), id, &place.environment, logo).context("it is not here")?;
    let bytes = paper::pdf(&paper).map_err(anyhow::Error::msg)?;
    locale::speak(Locale::default());
    let file = file.unwrap_or_else(|| PathBuf::from(paper.file_name()));
    let written = numbered::write(&file, &bytes).with_context(|| format!("{} cannot be written", file.display()))?;
    match place.json {
        true => output::json(&json!({"id": id.to_string(), "file": written.display().to_string()})),
        false => output::line(written.display()),
    }
}

fn of(id: DocId, step: impl Fn(DocId) -> SaleStep) -> (SaleStep, DocId) {
    (step(id), id)
}

fn tell(place: &Place, workspace: &Workspace, id: DocId) -> Result<()> {
    let number = workspace.records().name(id).to_owned();
    match place.json {
        true => output::json(&json!({"id": id.to_string(), "name": number})),
        false => output::line(id),
    }
}
