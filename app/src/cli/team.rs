//! People and devices: invite, join, members.

use std::{collections::BTreeMap, time::Duration};

use anyhow::{Context, Result, bail, ensure};
use chrono::TimeDelta;
use clap::{Args, Subcommand};
use satchel_core::{
    DeviceId, DocId, Error, Storage, Workspace,
    members::{Device, Reach, Role, Ticket},
};
use satchel_sync::{Node, Options};
use serde_json::{Value as Json, json};

use super::{arguments::parse_span, care::short_time, environment, fields, json, output, place::Place, table::Table};

#[derive(Args)]
pub struct Invite {
    /// owner, manager, salesperson or guest
    #[arg(long, value_parser = parse_role, default_value = "salesperson")]
    role: Role,
    /// Whom it is for; the name of an existing user adds a device to that user
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
    /// How long it is good for
    #[arg(long, value_name = "SPAN", value_parser = parse_span, default_value = "7d")]
    expires: TimeDelta,
}

#[derive(Args)]
pub struct Join {
    /// The line that begins with satchel:join/
    ticket: String,
    /// Your name; needed unless the ticket names you
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
    /// How long to look for the inviting device
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    timeout: u64,
}

#[derive(Args)]
pub struct Members {
    #[command(subcommand)]
    task: Option<MembersTask>,
}

#[derive(Subcommand)]
enum MembersTask {
    /// The members, their roles and devices (the same as no subcommand)
    List,
    /// Remove a user or one device
    Remove {
        /// A user's name or id, or a device's name or id
        who: String,
    },
    /// Give a user another role
    Role {
        /// The user's name or id
        user: String,
        /// owner, manager, salesperson or guest
        #[arg(value_parser = parse_role)]
        role: Role,
    },
    /// A number to compare by eye or on the phone: both see the same one if nobody is between
    Safety {
        /// A device's name or id, or a user with one other device
        who: String,
    },
    /// Whether salespeople post and refund invoices
    Posting {
        #[arg(action = clap::ArgAction::Set, value_parser = clap::builder::BoolishValueParser::new())]
        salespeople: bool,
    },
    /// What has no effect, such as what a removed device wrote later, and why
    Aside,
    /// Give one's own commands again that lost their effect through no fault of one's own
    Again {
        /// The command's id as `satchel members aside` tells it; all that are offered if left out
        commit: Option<String>,
    },
}

fn parse_role(text: &str) -> Result<Role, String> {
    Role::named(text).ok_or_else(|| "known are owner, manager, salesperson, guest".to_owned())
}

impl Invite {
    pub fn run(self, place: &Place) -> Result<()> {
        let workspace = place.open()?;
        let expires = place.environment.now() + self.expires;
        let ticket = workspace.invite(self.role, self.user.as_deref(), expires)?;
        let ticket = with_addresses(workspace, ticket);
        if place.json { output::json(&json!({"ticket": ticket.to_string()})) } else { output::line(ticket) }
    }
}

/// A ticket says where this device will be reached: the port it keeps from start to start.
fn with_addresses(workspace: Workspace, ticket: Ticket) -> Ticket {
    match Node::start(workspace, Options { listen: None, discover: false, live: false }) {
        Ok(node) => {
            let ticket = node.fill(ticket);
            node.stop();
            ticket
        }
        Err(error) => {
            output::message(format_args!(
                "the ticket holds no address, it will only be found on the same network: {error}"
            ));
            ticket
        }
    }
}

impl Join {
    pub fn run(self, place: &Place) -> Result<()> {
        let ticket: Ticket = self.ticket.parse()?;
        if ticket.user.is_none() && self.user.as_deref().is_none_or(|name| name.trim().is_empty()) {
            bail!("this ticket names nobody: say who you are with --user \"Your Name\"");
        }
        if ticket.reach != Reach::Lan {
            output::message(super::reach::meaning(&ticket.reach));
            output::message(
                "So says the ticket; `satchel reach lan` keeps this device to the local network afterwards",
            );
        }
        output::progress(format_args!("Looking for the device that invites to ‘{}’ …", ticket.workspace_name));
        // A device that was removed and invited again keeps what it has.
        if Storage::Folder(place.folder()?).holds_workspace() {
            let workspace = place.open()?;
            ensure!(workspace.id() == ticket.workspace, Error::WorkspaceExists(place.folder()?));
            satchel_sync::rejoin(&workspace, &ticket, Duration::from_secs(self.timeout))?;
            return joined(place, &workspace, &ticket);
        }
        let workspace = satchel_sync::join(
            place.vacant()?,
            place.environment.clone(),
            &ticket,
            &environment::device_name(),
            self.user.as_deref(),
            Duration::from_secs(self.timeout),
        )?;
        joined(place, &workspace, &ticket)
    }
}

fn joined(place: &Place, workspace: &Workspace, ticket: &Ticket) -> Result<()> {
    if place.json {
        return output::json(&json!({
            "workspace": json::named(workspace.id(), &ticket.workspace_name),
            "device": workspace.device().to_string(),
            "user": json::reference(&workspace.records(), workspace.user()),
        }));
    }
    output::line(format_args!("Joined ‘{}’ in {}", ticket.workspace_name, place.folder()?.display()))
}

impl Members {
    pub fn run(self, place: &Place) -> Result<()> {
        let workspace = place.open()?;
        match self.task.unwrap_or(MembersTask::List) {
            MembersTask::List => list(place, &workspace),
            MembersTask::Remove { who } => {
                match find_member(&workspace, &who)? {
                    Who::User(user) => workspace.remove_user(user)?,
                    Who::Device(device) => workspace.remove_device(device)?,
                }
                done(place, &workspace, format_args!("Removed {who}; what that device already has, it keeps"))
            }
            MembersTask::Role { user, role } => {
                let user = match find_member(&workspace, &user)? {
                    Who::User(user) => user,
                    Who::Device(_) => bail!("a role belongs to a user, not to a device: give the user's name"),
                };
                workspace.set_role(user, role)?;
                let name = workspace.records().name(user).to_owned();
                done(place, &workspace, format_args!("{name} is {} now", role.label()))
            }
            MembersTask::Safety { who } => safety(place, &workspace, &who),
            MembersTask::Posting { salespeople } => {
                workspace.let_salespeople_post(salespeople)?;
                let who = if salespeople { "Salespeople" } else { "Only managers" };
                done(place, &workspace, format_args!("{who} post and refund invoices now"))
            }
            MembersTask::Aside => aside(place, &workspace),
            MembersTask::Again { commit } => {
                let offered = workspace.set_aside()?.into_iter().rev().filter(|one| one.is_offered);
                let wanted = |id: &str| commit.as_deref().is_none_or(|commit| id.starts_with(commit));
                let chosen: Vec<_> = offered.filter(|one| wanted(&one.commit.to_string())).collect();
                if chosen.is_empty() {
                    bail!("there is nothing that could be given again: see `satchel members aside`");
                }
                for one in chosen {
                    workspace.again(one.commit)?;
                    output::message(format_args!("Given again: {}", one.label));
                }
                if place.json { aside(place, &workspace) } else { Ok(()) }
            }
        }
    }
}

fn safety(place: &Place, workspace: &Workspace, who: &str) -> Result<()> {
    let members = workspace.members();
    let devices: Vec<DeviceId> = match find_member(workspace, who)? {
        Who::Device(device) => vec![device],
        Who::User(user) => {
            let of =
                members.devices.iter().filter(|(id, d)| d.user == user && !d.removed && **id != workspace.device());
            of.map(|(id, _)| *id).collect()
        }
    };
    let numbers = devices.iter().map(|id| (id, &members.devices[id].name, workspace.safety_number(*id)));
    if place.json {
        let all = numbers.map(|(id, name, number)| json!({"device": json::named(*id, name), "number": number}));
        return output::json(&all.collect());
    }
    for (_, name, number) in numbers {
        output::line(format_args!("{name}  {number}"))?;
    }
    Ok(())
}

fn aside(place: &Place, workspace: &Workspace) -> Result<()> {
    let all = workspace.set_aside()?;
    let (members, records) = (workspace.members(), workspace.records());
    let device = |id: DeviceId| members.devices.get(&id).map_or("", |d| d.name.as_str());
    if place.json {
        let all = all.iter().map(|one| {
            json!({
                "id": one.commit.to_string(),
                "label": one.label,
                "time": json::time(one.time),
                "user": json::reference(&records, one.user),
                "device": json::named(one.device, device(one.device)),
                "reason": one.reason.to_string(),
                "records": one.docs.iter().map(ToString::to_string).collect::<Vec<_>>(),
                "offered": one.is_offered,
            })
        });
        return output::json(&all.collect());
    }
    let mut table = Table::new(["id", "when", "user", "device", "what", "why it has no effect", ""]);
    for one in &all {
        let mark = if one.is_offered { "can be given again" } else { "" };
        let (id, reason) = (one.commit.to_string()[..12].to_owned(), one.reason.to_string());
        let who = records.name(one.user);
        table.row([&id, &short_time(one.time), who, device(one.device), &one.label, &reason, mark].map(str::to_owned));
    }
    table.print()
}

fn done(place: &Place, workspace: &Workspace, message: std::fmt::Arguments) -> Result<()> {
    output::message(message);
    if place.json { list(place, workspace) } else { Ok(()) }
}

enum Who {
    User(DocId),
    Device(DeviceId),
}

/// A member by name or id; a user's name goes before a device's.
fn find_member(workspace: &Workspace, text: &str) -> Result<Who> {
    let (members, records) = (workspace.members(), workspace.records());
    let wanted = text.trim().to_lowercase();
    let mut users =
        members.roles.keys().filter(|u| u.to_string() == wanted || records.name(**u).to_lowercase() == wanted);
    if let Some(user) = users.next() {
        if users.next().is_some() {
            bail!("two members are named ‘{}’: give the id of one, see `satchel members`", fields::short(text));
        }
        return Ok(Who::User(*user));
    }
    let mut devices = members
        .devices
        .iter()
        .filter(|(id, device)| !device.removed && (id.to_string() == wanted || device.name.to_lowercase() == wanted));
    let (device, _) = devices
        .next()
        .with_context(|| format!("there is no member or device ‘{}’: see `satchel members`", fields::short(text)))?;
    if devices.next().is_some() {
        bail!("two devices are named ‘{}’: give the id of one, see `satchel members --json`", fields::short(text));
    }
    Ok(Who::Device(*device))
}

fn list(place: &Place, workspace: &Workspace) -> Result<()> {
    let (members, records) = (workspace.members(), workspace.records());
    let mut devices: BTreeMap<DocId, Vec<(DeviceId, &Device)>> = BTreeMap::new();
    for (id, device) in &members.devices {
        devices.entry(device.user).or_default().push((*id, device));
    }
    let of = |user: &DocId| devices.get(user).map_or(&[][..], Vec::as_slice);
    if place.json {
        let members = members.roles.iter().map(|(user, role)| {
            let devices: Vec<Json> = of(user).iter().map(|(id, device)| device_json(workspace, *id, device)).collect();
            json!({"user": json::reference(&records, *user), "role": role.label(), "devices": devices})
        });
        return output::json(&members.collect());
    }
    let seen = |id: DeviceId| workspace.peers().iter().find(|p| p.device == id).and_then(|p| p.last_seen);
    let mut table = Table::new(["user", "role", "device", "admitted", "last seen", ""]);
    for (user, role) in &members.roles {
        for (id, device) in of(user) {
            let mark = match (device.removed, *id == workspace.device()) {
                (true, _) => "removed",
                (false, true) => "this device",
                (false, false) => "",
            };
            let admitted = short_time(device.admitted);
            let seen = seen(*id).map(short_time).unwrap_or_default();
            table.row([records.name(*user), role.label(), &device.name, &admitted, &seen, mark].map(str::to_owned));
        }
        if of(user).is_empty() {
            table.row([records.name(*user), role.label(), "", "", "", ""].map(str::to_owned));
        }
    }
    table.print()
}

fn device_json(workspace: &Workspace, id: DeviceId, device: &Device) -> Json {
    json!({
        "id": id.to_string(),
        "name": device.name,
        "admitted": json::time(device.admitted),
        "removed": device.removed,
        "this_device": id == workspace.device(),
        "last_seen": workspace.peers().iter().find(|p| p.device == id).and_then(|p| p.last_seen).map(json::time),
    })
}
