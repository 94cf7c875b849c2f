//! Founding a workspace.

use anyhow::{Context, Result, ensure};
use clap::{Args, ValueEnum};
use satchel_core::{
    Command, Workspace,
    workspace::{Founding, StageSet},
};
use serde_json::json;

use super::{environment, fields::short, json, output, place::Place};

#[derive(Args)]
pub struct Init {
    /// The company's or team's name
    #[arg(long)]
    name: String,
    /// Your name; you become the workspace's owner
    #[arg(long)]
    user: String,
    /// The starting set of stages
    #[arg(long, value_enum, default_value_t)]
    stages: Stages,
    /// The one currency of all amounts, ISO 4217
    #[arg(long, default_value = "USD")]
    currency: String,
    /// Whose phone numbers are written without an international prefix, ISO 3166, e.g. US or BE
    #[arg(long)]
    country: Option<String>,
}

#[derive(Clone, Copy, Default, ValueEnum)]
enum Stages {
    /// New, Qualified, Proposition, Won
    #[default]
    Standard,
    /// New, First Activity, Follow up, Quotation, Won, and a Lost column
    Guided,
}

impl Init {
    pub fn run(self, place: &Place) -> Result<()> {
        if let Some(country) = &self.country {
            let known = satchel_core::phone::is_region(&country.trim().to_uppercase());
            ensure!(known, "--country: ‘{}’ is no country’s code: write two letters, like US or BE", short(country));
        }
        let founding = Founding {
            name: self.name,
            user: self.user,
            device_name: environment::device_name(),
            currency: self.currency,
            stages: match self.stages {
                Stages::Standard => StageSet::Standard,
                Stages::Guided => StageSet::Guided,
            },
        };
        let name = founding.name.clone();
        let workspace = Workspace::found(place.vacant()?, place.environment.clone(), founding)?;
        if let Some(country) = self.country {
            let company = workspace.records().company.as_ref().map(|c| c.id).context("the workspace has no company")?;
            let fields = vec![("country".to_owned(), country.into())];
            workspace.execute(Command::Set { id: company, fields, seen: None })?;
        }
        if place.json {
            return output::json(&json!({
                "workspace": json::named(workspace.id(), &name),
                "device": workspace.device().to_string(),
                "user": json::reference(&workspace.records(), workspace.user()),
            }));
        }
        output::line(format_args!("Founded ‘{name}’ in {}", place.folder()?.display()))
    }
}
