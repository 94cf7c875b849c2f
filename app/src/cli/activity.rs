//! What is to be done on records: plan it, say it is done, put it off.

use anyhow::{Result, bail};
use chrono::{Days, NaiveDate, Weekday};
use clap::Subcommand;
use satchel_core::{
    Command, DocId, Kind, Value, Workspace, command::Fields, record::ActivityType, value::parse_iso_date,
};

use super::{
    arguments::{find, find_all},
    edit::{execute, print_id, report},
    fields::{self, Purpose, reference, short},
    place::Place,
};

#[derive(Subcommand)]
pub enum ActivityTask {
    /// Plan something to do on an opportunity or contact; prints the activity's id
    Add {
        /// The opportunity or contact
        id: String,
        /// e.g. type=Call summary="Offer" date_deadline=2026-12-01 user="Ann Field"
        #[arg(value_name = "FIELD=VALUE")]
        fields: Vec<String>,
    },
    /// Say that they are done
    Done {
        #[arg(value_name = "ACTIVITY", required = true)]
        activities: Vec<String>,
        /// How it went; goes to the history
        #[arg(long, value_name = "TEXT", default_value = "")]
        feedback: String,
    },
    /// Put them off
    Reschedule {
        #[arg(value_name = "ACTIVITY", required = true)]
        activities: Vec<String>,
        /// today, tomorrow, monday (the next one), or a day
        #[arg(long, value_name = "DAY")]
        to: String,
    },
    /// Plan all activities of a plan on records
    Plan {
        /// By name or id
        plan: String,
        #[arg(value_name = "ID", required = true)]
        ids: Vec<String>,
        /// The day from which its steps count [default: today]
        #[arg(long, value_name = "DAY")]
        from: Option<String>,
        /// For whom, where a step does not say
        #[arg(long, value_name = "USER")]
        user: Option<String>,
    },
    /// Take it off the plan
    Cancel { activity: String },
}

impl ActivityTask {
    pub fn run(self, place: &Place) -> Result<()> {
        let workspace = place.open()?;
        let activities = |texts: &[String]| find_all(&workspace, texts, Kind::Activity);
        let today = place.environment.today();
        let command = match self {
            ActivityTask::Add { id, fields } => {
                let on = find(&workspace, &id)?;
                let fields = fields::parse(&workspace.records(), Kind::Activity, Purpose::Add, &fields)?;
                let id = workspace.new_id(Kind::Activity);
                execute(&workspace, add(&workspace, on, id, fields))?;
                return print_id(place, id);
            }
            ActivityTask::Done { activities: texts, feedback } => {
                let ids = activities(&texts)?;
                let label = if ids.len() == 1 { String::new() } else { format!("{} activities done", ids.len()) };
                let commands = ids.into_iter().map(|id| Command::ActivityDone { id, feedback: feedback.clone() });
                Command::Together { label, commands: commands.collect() }
            }
            ActivityTask::Reschedule { activities: texts, to } => {
                Command::Reschedule { ids: activities(&texts)?, date_deadline: day(&to, today)? }
            }
            ActivityTask::Plan { plan, ids, from, user } => {
                let plan = reference(&workspace.records(), Kind::ActivityPlan, &plan)?;
                let on = ids.iter().map(|id| find(&workspace, id)).collect::<Result<_>>()?;
                let from = from.map_or(Ok(today), |text| day(&text, today))?;
                let user = user.map(|user| reference(&workspace.records(), Kind::User, &user)).transpose()?;
                Command::ApplyPlan { plan, on, id: workspace.new_id(Kind::Activity), from, user }
            }
            ActivityTask::Cancel { activity } => Command::ActivityCancel { id: activities(&[activity])?[0] },
        };
        let outcome = execute(&workspace, command)?;
        report(place, &outcome)
    }
}

fn day(text: &str, today: NaiveDate) -> Result<NaiveDate> {
    let next = |weekday: Weekday| today.iter_days().skip(1).find(|day| chrono::Datelike::weekday(day) == weekday);
    let day = match text.trim().to_ascii_lowercase().as_str() {
        "today" => Some(today),
        "tomorrow" => today.checked_add_days(Days::new(1)),
        "monday" | "next monday" => next(Weekday::Mon),
        text => parse_iso_date(text),
    };
    match day {
        Some(day) => Ok(day),
        None => bail!("‘{}’ is no day: write today, tomorrow, monday or 2026-12-01", short(text)),
    }
}

/// A To-Do for oneself, due as its type says, where the fields do not say otherwise.
fn add(workspace: &Workspace, on: DocId, id: DocId, fields: Fields) -> Command {
    let records = workspace.records();
    let mut kind = ActivityType::TODO;
    let (mut given_summary, mut note, mut deadline) = (None, String::new(), None);
    let mut user = Some(workspace.user());
    for (name, value) in fields {
        match (name.as_str(), value) {
            ("type", Value::Ref(id)) => kind = id,
            ("summary", Value::Text(text)) => given_summary = Some(text),
            ("note", Value::Text(text)) => note = text,
            ("date_deadline", Value::Date(day)) => deadline = Some(day),
            ("user", Value::Ref(other)) => user = Some(other),
            ("user", Value::Null) => user = None,
            _ => {}
        }
    }
    let r#type = records.activity_type(kind);
    let date_deadline = deadline.unwrap_or_else(|| r#type.deadline(workspace.environment().today(), None));
    let summary = given_summary.unwrap_or_else(|| r#type.summary.clone());
    Command::AddActivity { on, id, kind, summary, note, date_deadline, user }
}
