//! The calendar and the phone: occurrences of meetings, what became of calls, and what there is in the days to come.

use anyhow::{Context, Result, bail};
use chrono::{DateTime, Days, Utc};
use clap::{Args, Subcommand, ValueEnum};
use satchel_core::{
    Command, DocId, Kind, Records,
    command::CallStep,
    query::{
        agenda::{Agenda, Entry, Source, Times},
        json,
    },
    record::Scope,
    value::parse_iso_date,
};
use serde_json::{Value as Json, json};

use super::{
    arguments::find_all,
    edit::{execute, print_id, report},
    environment::parse_moment,
    fields::{self, Purpose, reference},
    output,
    place::Place,
    table::Table,
    when::together,
};

/// One occurrence of a meeting that recurs, those that follow, or all of them.
#[derive(Subcommand)]
pub enum MeetingTask {
    /// Change fields of it
    Set {
        meeting: String,
        #[command(flatten)]
        which: Which,
        #[arg(value_name = "FIELD=VALUE", required = true)]
        fields: Vec<String>,
    },
    /// It does not take place
    Cancel {
        meeting: String,
        #[command(flatten)]
        which: Which,
    },
}

#[derive(Args)]
pub struct Which {
    /// The occurrence, by when the series has it begin: 2026-12-01T10:00, or its day [default: the first]
    #[arg(long, value_name = "START")]
    at: Option<String>,
    #[arg(long, value_enum, default_value_t = Reach::This)]
    scope: Reach,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Reach {
    This,
    Following,
    All,
}

impl MeetingTask {
    pub fn run(self, place: &Place) -> Result<()> {
        let workspace = place.open()?;
        let (MeetingTask::Set { meeting, which, .. } | MeetingTask::Cancel { meeting, which }) = &self;
        let meeting = find_all(&workspace, std::slice::from_ref(meeting), Kind::Meeting)?[0];
        let offset = offset(&workspace.records(), meeting, which)?;
        let scope = match which.scope {
            Reach::This => Scope::This,
            Reach::Following => Scope::Following,
            Reach::All => Scope::All,
        };
        let command = match &self {
            MeetingTask::Set { fields, .. } => {
                let records = workspace.records();
                let before = records.meetings.get(&meeting).and_then(|m| m.at(offset));
                let fields = together(fields, before, &place.environment.zone())?;
                let fields = fields::parse(&records, Kind::Meeting, Purpose::Set, &fields)?;
                Command::SetOccurrence { meeting, offset, scope, fields }
            }
            MeetingTask::Cancel { .. } => Command::CancelOccurrence { meeting, offset, scope },
        };
        let outcome = execute(&workspace, command)?;
        report(place, &outcome)
    }
}

/// Seconds on the wall clock from the first occurrence to the one that is meant.
fn offset(records: &Records, meeting: DocId, which: &Which) -> Result<i64> {
    let Some(text) = which.at.as_deref().map(str::trim) else { return Ok(0) };
    let first = records.meetings.get(&meeting).and_then(|m| m.when).context("this meeting has no time")?.start();
    let at = match parse_iso_date(text) {
        Some(day) => day.and_time(first.time()),
        None => ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
            .iter()
            .find_map(|format| chrono::NaiveDateTime::parse_from_str(text, format).ok())
            .with_context(|| format!("--at ‘{}’: write 2026-12-01T10:00 or 2026-12-01", fields::short(text)))?,
    };
    Ok((at - first).num_seconds())
}

#[derive(Subcommand)]
pub enum CallTask {
    /// It was made
    Called {
        call: String,
        /// How long it took [default: the minutes since its date]
        #[arg(long, value_name = "N")]
        minutes: Option<i64>,
    },
    /// Nobody answered; counts an attempt
    NotCalled {
        call: String,
        /// Try again then
        #[arg(long, value_name = "DATETIME", value_parser = parse_moment)]
        again: Option<DateTime<Utc>>,
    },
    /// It will not be made
    Cancel { call: String },
    /// It is to be made after all
    Reopen { call: String },
    /// Plan another one like it; prints its id
    Again {
        call: String,
        #[arg(long, value_name = "DATETIME", value_parser = parse_moment)]
        date: DateTime<Utc>,
    },
    /// Make an opportunity of it; prints the opportunity's id
    Convert { call: String },
    /// What is to be called next of a list
    Next {
        /// By name or id
        list: String,
    },
}

impl CallTask {
    pub fn run(self, place: &Place) -> Result<()> {
        let workspace = place.open()?;
        let call = |text: String| Ok::<DocId, anyhow::Error>(find_all(&workspace, &[text], Kind::Call)?[0]);
        let (id, step) = match self {
            CallTask::Called { call: text, minutes } => (call(text)?, CallStep::Called { minutes }),
            CallTask::NotCalled { call: text, again } => {
                (call(text)?, CallStep::NotCalled { attempt: workspace.new_id(Kind::Attempt), again })
            }
            CallTask::Cancel { call: text } => (call(text)?, CallStep::Cancel),
            CallTask::Reopen { call: text } => (call(text)?, CallStep::Reopen),
            CallTask::Again { call: text, date } => {
                let (id, new) = (call(text)?, workspace.new_id(Kind::Call));
                execute(&workspace, Command::CallAgain { id, new, date })?;
                return print_id(place, new);
            }
            CallTask::Convert { call: text } => {
                let (id, opportunity) = (call(text)?, workspace.new_id(Kind::Opportunity));
                execute(&workspace, Command::CallToOpportunity { id, opportunity })?;
                return print_id(place, opportunity);
            }
            CallTask::Next { list } => {
                let records = workspace.records();
                let list = reference(&records, Kind::CallList, &list)?;
                let now = place.environment.now();
                let queue = satchel_core::query::calls::queue(&records, list, workspace.user(), now, &|_| None);
                let Some(next) = queue.first() else { bail!("nothing of this list is to be called now") };
                return match place.json {
                    true => output::json(&json!(json::record(&records, next.id, place.environment.today()))),
                    false => output::line(format_args!("{} {} {}", next.id, next.name, next.phone)),
                };
            }
        };
        let outcome = execute(&workspace, Command::Call { id, step })?;
        report(place, &outcome)
    }
}

/// What there is in a span of days: meetings, activities, calls, expected closings.
#[derive(Args)]
pub struct AgendaTask {
    /// The first day [default: today]
    #[arg(long, value_name = "DAY")]
    from: Option<String>,
    #[arg(long, value_name = "N", default_value_t = 7)]
    days: u64,
    /// Only this person's; several times for several
    #[arg(long, value_name = "USER")]
    user: Vec<String>,
    /// meetings, activities, calls, closings; several times for several
    #[arg(long, value_name = "SOURCE")]
    only: Vec<String>,
}

impl AgendaTask {
    pub fn run(self, place: &Place) -> Result<()> {
        let workspace = place.open()?;
        let records = workspace.records();
        let from = match &self.from {
            Some(text) => {
                parse_iso_date(text).with_context(|| format!("--from ‘{}’: write 2026-12-01", fields::short(text)))?
            }
            None => place.environment.today(),
        };
        let to = from.checked_add_days(Days::new(self.days.clamp(1, 3_660))).unwrap_or(from);
        let mut agenda = Agenda::new(from, to, place.environment.zone());
        if !self.user.is_empty() {
            let people = self.user.iter().map(|user| reference(&records, Kind::User, user)).collect::<Result<_>>()?;
            agenda.people = Some(people);
        }
        if !self.only.is_empty() {
            agenda.hidden =
                Source::all(&records).into_iter().filter(|s| !self.only.iter().any(|o| is(&records, *s, o))).collect();
        }
        let entries = agenda.entries(&records);
        if place.json {
            return output::json(&entries.iter().map(|entry| in_json(&records, &agenda, entry)).collect::<Json>());
        }
        let mut table = Table::new(["id", "from", "to", "what", "name", "person"]);
        for entry in &entries {
            let (from, to) = spoken(&agenda, entry);
            let person = entry.person.map(|p| records.name(p)).unwrap_or_default();
            table.row([
                entry.id.to_string(),
                from,
                to,
                entry.source.name(&records).to_owned(),
                entry.title.clone(),
                person.to_owned(),
            ]);
        }
        table.print()
    }
}

fn is(records: &Records, source: Source, text: &str) -> bool {
    source.name(records).eq_ignore_ascii_case(text.trim())
}

fn spoken(agenda: &Agenda, entry: &Entry) -> (String, String) {
    match entry.times {
        Times::Days { first, last } => (first.to_string(), last.to_string()),
        Times::Hours(moments) => {
            let wall = |at| agenda.zone.wall(at).format("%Y-%m-%d %H:%M").to_string();
            (wall(moments.start), wall(moments.stop))
        }
    }
}

fn in_json(records: &Records, agenda: &Agenda, entry: &Entry) -> Json {
    let (start, stop) = spoken(agenda, entry);
    let all_day = matches!(entry.times, Times::Days { .. });
    let reference = |id: Option<DocId>| id.map_or(Json::Null, |id| json::reference(records, id));
    json!({
        "id": entry.id.to_string(), "source": entry.source.name(records), "name": entry.title, "start": start, "stop": stop,
        "all_day": all_day, "user": reference(entry.person), "record": reference(entry.record), "offset": entry.of.map(|of| of.1),
    })
}
