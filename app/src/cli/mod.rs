//! The command line: names, output and exit codes. Nothing is decided here that core could decide.

use std::{path::PathBuf, process::ExitCode};

use anyhow::Result;
use clap::{Args, Parser, Subcommand};

mod activity;
mod arguments;
mod attachment;
mod backup;
mod calendar;
mod care;
mod edit;
mod environment;
mod exchange;
mod failure;
mod fields;
mod found;
mod json;
mod meet;
mod output;
mod passphrase;
mod people;
mod pipeline;
mod place;
mod price;
mod reach;
mod read;
mod report;
mod sale;
mod table;
mod takeout;
mod target;
mod team;
mod when;
mod window;

use self::place::Place;

/// A CRM that holds a sales team's whole CRM on each laptop, works offline and merges peer to peer.
///
/// Without a command the desktop app opens.
#[derive(Parser)]
#[command(name = "satchel", version, disable_help_subcommand = true)]
struct Line {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    task: Option<Task>,
}

/// What every command understands.
#[derive(Args)]
struct Common {
    /// The workspace's folder [default: $SATCHEL_DATA, else the platform's data directory]
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Print one JSON value on standard output and nothing else
    #[arg(long, global = true)]
    json: bool,
    /// The workspace's passphrase is in the first line of this file; - is standard input [default: $SATCHEL_PASSPHRASE_FILE,
    /// else asked for]
    #[arg(long, global = true, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
    /// Fix the clock, e.g. 2026-11-12T10:24:00Z (without an offset: local time)
    #[arg(long, global = true, value_name = "DATETIME", value_parser = environment::parse_moment)]
    now: Option<environment::Moment>,
}

#[derive(Subcommand)]
enum Task {
    /// Found a workspace on this device
    Init(found::Init),
    /// Import files; several together are linked
    Import(exchange::Import),
    /// Write records to a file
    Export(exchange::Export),
    /// List records
    List(read::List),
    /// Show one record
    Show(read::Show),
    /// A record's history, newest first
    History(read::History),
    /// Fields that two people changed at once
    Conflicts(read::Conflicts),
    /// Add a record; prints its id
    Add(edit::Add),
    /// Change fields of a record; prints its id
    Set(edit::Set),
    /// Mark opportunities won
    Won(edit::Won),
    /// Mark opportunities lost
    Lost(edit::Lost),
    /// Make opportunities of leads
    Convert(people::Convert),
    /// Make one record of two to five; prints its id
    Merge(people::Merge),
    /// Records that may be the same thing as this one
    Duplicates(people::Duplicates),
    /// Take lost, archived or trashed records back, or an earlier version of one
    Restore(edit::Restore),
    /// Move records to the trash; `list KIND --trash` shows it, `restore` takes them out
    Trash(edit::Trash),
    /// Give records to salespeople: in turn, or by the teams' rules
    Assign(pipeline::Assign),
    /// Put stages in order, merge and remove them
    #[command(subcommand)]
    Stage(pipeline::StageTask),
    /// Who is in which sales team
    #[command(subcommand)]
    Team(pipeline::TeamTask),
    /// Plan what is to be done on a record, and say it is done
    #[command(subcommand)]
    Activity(activity::ActivityTask),
    /// Change one occurrence of a meeting, those that follow, or all
    #[command(subcommand)]
    Meeting(calendar::MeetingTask),
    /// What became of phone calls, and what is to be called next
    #[command(subcommand)]
    Call(calendar::CallTask),
    /// What there is in the days to come: meetings, activities, calls, expected closings
    Agenda(calendar::AgendaTask),
    /// How it goes: dashboards, what was won and missed, the pipeline
    Report(report::Report),
    /// From a quotation to a paid invoice; lines: `satchel add order_line order=ID name=…`
    #[command(subcommand)]
    Sale(sale::SaleTask),
    /// What products cost which customers; price lists: `satchel add price_list name=… customers="tags = VIP" discount=10`
    #[command(subcommand)]
    Price(price::PriceTask),
    /// What people and teams are to reach in a month
    #[command(subcommand)]
    Target(target::TargetTask),
    /// Attach files to records, write them out, take them off
    #[command(subcommand)]
    Attachment(attachment::AttachmentTask),
    /// Undo your last command
    Undo,
    /// Redo what was undone last
    Redo,
    /// Print a ticket with which one device may join
    Invite(team::Invite),
    /// Join a colleague's workspace with a ticket
    Join(team::Join),
    /// The members, their roles and devices
    Members(team::Members),
    /// How far this device reaches out for others: the local network only, or by relays
    Reach(reach::Reach),
    /// Be a member without a screen: stay reachable and sync
    Serve(meet::Serve),
    /// One round with whoever is reachable
    Sync(meet::Sync),
    /// Records, commits, digest, size, peers
    Status,
    /// Check file, log, signatures, documents and records
    Doctor(care::Doctor),
    /// Put the workspace under a passphrase, for a laptop that is lost or stolen
    #[command(subcommand)]
    Passphrase(passphrase::PassphraseTask),
    /// One file with everything: made, looked at, put back
    #[command(subcommand)]
    Backup(backup::BackupTask),
    /// Everything in open formats, for other programs
    Takeout(takeout::Takeout),
    /// Open the app on sample data in a temporary folder
    Demo,
}

/// Runs the program; exit code 0 done, 1 refused or failed with one line on standard error, 2 wrong usage.
pub fn main() -> ExitCode {
    failure::guard(|| {
        let line = Line::parse();
        run(line)
    })
}

fn run(line: Line) -> Result<()> {
    let place = Place::new(line.common.data, line.common.json, line.common.now, line.common.passphrase_file);
    let Some(task) = line.task else { return window::open(&place) };
    match task {
        Task::Init(task) => task.run(&place),
        Task::Import(task) => task.run(&place),
        Task::Export(task) => task.run(&place),
        Task::List(task) => task.run(&place),
        Task::Show(task) => task.run(&place),
        Task::History(task) => task.run(&place),
        Task::Conflicts(task) => task.run(&place),
        Task::Add(task) => task.run(&place),
        Task::Set(task) => task.run(&place),
        Task::Won(task) => task.run(&place),
        Task::Lost(task) => task.run(&place),
        Task::Convert(task) => task.run(&place),
        Task::Merge(task) => task.run(&place),
        Task::Duplicates(task) => task.run(&place),
        Task::Restore(task) => task.run(&place),
        Task::Trash(task) => task.run(&place),
        Task::Assign(task) => task.run(&place),
        Task::Stage(task) => task.run(&place),
        Task::Team(task) => task.run(&place),
        Task::Activity(task) => task.run(&place),
        Task::Meeting(task) => task.run(&place),
        Task::Call(task) => task.run(&place),
        Task::Agenda(task) => task.run(&place),
        Task::Report(task) => task.run(&place),
        Task::Sale(task) => task.run(&place),
        Task::Price(task) => task.run(&place),
        Task::Target(task) => task.run(&place),
        Task::Attachment(task) => task.run(&place),
        Task::Undo => edit::undo(&place),
        Task::Redo => edit::redo(&place),
        Task::Invite(task) => task.run(&place),
        Task::Join(task) => task.run(&place),
        Task::Members(task) => task.run(&place),
        Task::Reach(task) => task.run(&place),
        Task::Serve(task) => task.run(&place),
        Task::Sync(task) => task.run(&place),
        Task::Status => care::status(&place),
        Task::Doctor(task) => task.run(&place),
        Task::Passphrase(task) => task.run(&place),
        Task::Backup(task) => task.run(&place),
        Task::Takeout(task) => task.run(&place),
        Task::Demo => window::demo(&place),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn definitions_are_sound() {
        use clap::CommandFactory;
        super::Line::command().debug_assert();
    }
}
