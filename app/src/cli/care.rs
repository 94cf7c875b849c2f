//! How the workspace is: status and doctor.

use anyhow::{Result, bail};
use chrono::{DateTime, Utc};
use clap::Args;
use satchel_core::{
    Error, Workspace,
    workspace::{CheckReport, Peer, Status, told_copied},
};
use serde_json::{Value as Json, json};

use super::{json, output, place::Place};

#[derive(Args)]
pub struct Doctor {
    /// Throw the records away and rebuild them from the documents, damaged documents from the log
    #[arg(long)]
    rebuild: bool,
}

pub fn status(place: &Place) -> Result<()> {
    let workspace = place.open()?;
    let status = workspace.status()?;
    if place.json {
        return output::json(&as_json(&workspace, &status));
    }
    let records = workspace.records();
    output::line(format_args!("Workspace  {} ({})", status.name, status.workspace))?;
    output::line(format_args!(
        "Device     {} of {} ({})",
        status.device_name,
        records.name(status.user),
        status.device
    ))?;
    let counts: Vec<String> = status
        .records
        .iter()
        .filter(|(_, n)| **n > 0)
        .map(|(kind, n)| format!("{n} {}", kind.replace('_', " ")))
        .collect();
    output::line(format_args!("Records    {}", counts.join(", ")))?;
    output::line(format_args!("Commits    {}", status.commits))?;
    output::line(format_args!("Digest     {}", hex(&status.digest)))?;
    output::line(format_args!("File       {} bytes", status.bytes))?;
    if let Some(by) = status.removed_by_word_of {
        let name = workspace.members().devices.get(&by).map_or(String::new(), |d| records.name(d.user).to_owned());
        output::line(format_args!(
            "Removed    {name}'s device says that this one was removed: ask for a ticket to come back"
        ))?;
    } else if status.removed {
        output::line("Removed    this device was removed from the workspace: it keeps what it has and syncs no more")?;
    }
    if status.forked > 0 {
        output::line(format_args!("Copied     {}", told_copied(status.forked)))?;
    }
    if status.asides > 0 {
        let what = count(status.asides, "commit");
        output::line(format_args!("Aside      {what} without effect: see `satchel members aside`"))?;
    }
    if status.newer > 0 {
        let what = count(status.newer, "commit");
        output::line(format_args!(
            "Newer      {what} of a newer version of Satchel, kept and passed on: update to see all of it"
        ))?;
    }
    output::line(format_args!("Reach      {}", workspace.reach().name()))?;
    for peer in &status.peers {
        let seen = peer.last_seen.map_or("never met".to_owned(), |at| format!("last seen {}", short_time(at)));
        output::line(format_args!("Peer       {} of {}, {seen}", peer.device_name, peer.user_name))?;
    }
    output::line(format_args!("Last sync  {}", status.last_sync.map_or("never".to_owned(), short_time)))
}

fn as_json(workspace: &Workspace, status: &Status) -> Json {
    json!({
        "workspace": json::named(status.workspace, &status.name),
        "device": json::named(status.device, &status.device_name),
        "user": json::reference(&workspace.records(), status.user),
        "records": status.records,
        "commits": status.commits,
        "digest": hex(&status.digest),
        "bytes": status.bytes,
        "reach": workspace.reach().name(),
        "removed": status.removed,
        "aside": status.asides,
        "newer": status.newer,
        "forked": status.forked,
        "peers": status.peers.iter().map(|p| peer(workspace, p)).collect::<Vec<_>>(),
        "last_sync": status.last_sync.map(json::time),
    })
}

fn peer(workspace: &Workspace, peer: &Peer) -> Json {
    let user = workspace.members().devices.get(&peer.device).map(|device| device.user);
    json!({
        "user": user.map(|user| json::named(user, &peer.user_name)),
        "device": json::named(peer.device, &peer.device_name),
        "addresses": peer.addresses.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "last_seen": peer.last_seen.map(json::time),
    })
}

pub fn short_time(at: DateTime<Utc>) -> String {
    at.with_timezone(&chrono::Local).format("%Y-%m-%d %H:%M").to_string()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

impl Doctor {
    pub fn run(self, place: &Place) -> Result<()> {
        let workspace = match place.open() {
            Err(error) if self.rebuild => match error.downcast_ref() {
                Some(Error::Damaged(what)) => bail!(
                    "the workspace is damaged beyond what can be rebuilt from its file ({what}): put a backup back, or join \
                     again from a colleague's device"
                ),
                _ => return Err(error),
            },
            opened => opened?,
        };
        let report = if self.rebuild { workspace.rebuild()? } else { workspace.check()? };
        self.print(place, &report)?;
        if !report.problems.is_empty() {
            let advice = if self.rebuild {
                "what could not be rebuilt comes back from a colleague's device with `satchel sync`"
            } else {
                "run `satchel doctor --rebuild`"
            };
            bail!("{} found: {advice}", count(report.problems.len(), "problem"));
        }
        Ok(())
    }

    fn print(&self, place: &Place, report: &CheckReport) -> Result<()> {
        if place.json {
            return output::json(&json!({
                "ok": report.problems.is_empty(),
                "rebuilt": self.rebuild,
                "commits": report.commits,
                "documents": report.documents,
                "records": report.records,
                "problems": report.problems,
            }));
        }
        for problem in &report.problems {
            output::line(problem)?;
        }
        let verb = if self.rebuild { "Rebuilt" } else { "Checked" };
        output::line(format_args!(
            "{verb}: {}, {}, {}; {}",
            count(report.commits as usize, "commit"),
            count(report.documents as usize, "document"),
            count(report.records as usize, "record"),
            if report.problems.is_empty() { "all is well".into() } else { count(report.problems.len(), "problem") },
        ))
    }
}

/// `1 record`, `2 records`.
pub fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}
