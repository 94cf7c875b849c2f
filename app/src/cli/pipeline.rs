//! What a manager does to the pipeline: assign, stages, teams.

use anyhow::{Result, ensure};
use clap::{Args, Subcommand};
use satchel_core::{Command, DocId, Kind, Value, Workspace};

use super::{
    arguments::find_all,
    edit::{execute, report},
    fields::reference,
    place::Place,
};

#[derive(Args)]
pub struct Assign {
    /// Leads and opportunities
    #[arg(value_name = "ID", required_unless_present = "rules", conflicts_with = "rules")]
    ids: Vec<String>,
    /// A salesperson by name or id; several take turns in this order, none takes them away
    #[arg(long, value_name = "USER", conflicts_with = "rules")]
    to: Vec<String>,
    /// Take them away from whoever has them
    #[arg(long, conflicts_with_all = ["to", "rules"])]
    nobody: bool,
    /// What has no salesperson, by the teams' filters and their members' capacity
    #[arg(long)]
    rules: bool,
    /// Only this team's rules
    #[arg(long, value_name = "TEAM", requires = "rules")]
    team: Option<String>,
}

/// Stages by name or id.
#[derive(Subcommand)]
pub enum StageTask {
    /// Put a stage before another one, or last
    Move {
        stage: String,
        #[arg(long, value_name = "STAGE")]
        before: Option<String>,
    },
    /// Make one of several stages
    Merge {
        #[arg(value_name = "STAGE", required = true)]
        stages: Vec<String>,
        /// The one that is left, with all their records
        #[arg(long, value_name = "STAGE")]
        into: String,
    },
    /// Take a stage away
    Remove {
        stage: String,
        /// Where its records go
        #[arg(long, value_name = "STAGE")]
        into: Option<String>,
    },
}

/// Teams and users by name or id.
#[derive(Subcommand)]
pub enum TeamTask {
    /// Make people members; they leave the team they were in
    Join {
        team: String,
        #[arg(value_name = "USER", required = true)]
        users: Vec<String>,
    },
    /// Take people out of their team
    Leave {
        #[arg(value_name = "USER", required = true)]
        users: Vec<String>,
    },
}

fn named(workspace: &Workspace, kind: Kind, text: &str) -> Result<DocId> {
    reference(&workspace.records(), kind, text)
}

fn all_named(workspace: &Workspace, kind: Kind, texts: &[String]) -> Result<Vec<DocId>> {
    texts.iter().map(|text| named(workspace, kind, text)).collect()
}

impl Assign {
    pub fn run(self, place: &Place) -> Result<()> {
        let workspace = place.open()?;
        let command = if self.rules {
            let team = self.team.as_deref().map(|team| named(&workspace, Kind::Team, team)).transpose()?;
            Command::AssignByRules { team }
        } else {
            ensure!(self.nobody || !self.to.is_empty(), "say to whom: --to USER, or --nobody");
            let ids = find_all(&workspace, &self.ids, Kind::Opportunity)?;
            Command::Assign { ids, users: all_named(&workspace, Kind::User, &self.to)? }
        };
        report(place, &execute(&workspace, command)?)
    }
}

impl StageTask {
    pub fn run(self, place: &Place) -> Result<()> {
        let workspace = place.open()?;
        let stage = |text: &str| named(&workspace, Kind::Stage, text);
        let command = match self {
            StageTask::Move { stage: id, before } => {
                Command::ArrangeStage { id: stage(&id)?, before: before.as_deref().map(stage).transpose()? }
            }
            StageTask::Merge { stages, into } => {
                Command::MergeStages { ids: all_named(&workspace, Kind::Stage, &stages)?, into: stage(&into)? }
            }
            StageTask::Remove { stage: id, into } => {
                Command::RemoveStage { id: stage(&id)?, into: into.as_deref().map(stage).transpose()? }
            }
        };
        report(place, &execute(&workspace, command)?)
    }
}

impl TeamTask {
    pub fn run(self, place: &Place) -> Result<()> {
        let workspace = place.open()?;
        let command = match self {
            TeamTask::Join { team, users } => {
                let users = all_named(&workspace, Kind::User, &users)?;
                Command::JoinTeam { team: named(&workspace, Kind::Team, &team)?, users }
            }
            TeamTask::Leave { users } => {
                let leave = |id| Command::Set { id, fields: vec![("team".into(), Value::Null)], seen: None };
                let commands: Vec<Command> =
                    all_named(&workspace, Kind::User, &users)?.into_iter().map(leave).collect();
                Command::Together { label: "Leave the team".into(), commands }
            }
        };
        report(place, &execute(&workspace, command)?)
    }
}
