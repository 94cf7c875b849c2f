//! Meeting other devices: serve and sync.

use std::{
    net::SocketAddr,
    sync::mpsc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use clap::Args;
use satchel_core::members::Ticket;
use satchel_sync::{Node, Options, ReachedPeer, SyncReport, Target};
use serde_json::{Value as Json, json};

use super::{json, output, place::Place};

#[derive(Args)]
pub struct Serve {
    /// Where to listen [default: every interface, at the port of the last start]
    #[arg(long, value_name = "ADDR:PORT")]
    listen: Option<SocketAddr>,
    /// Stop by itself after so long
    #[arg(long = "for", value_name = "SECONDS")]
    seconds: Option<u64>,
}

#[derive(Args)]
pub struct Sync {
    /// Only this device: a ticket of its making, or its address
    #[arg(long, value_name = "TICKET|ADDR")]
    peer: Option<String>,
    /// How long to look for members
    #[arg(long, value_name = "SECONDS", default_value_t = 15)]
    timeout: u64,
}

impl Serve {
    pub fn run(self, place: &Place) -> Result<()> {
        let (stop, stopped) = mpsc::channel();
        ctrlc::set_handler(move || _ = stop.send(())).context("cannot wait for a signal to stop")?;
        let workspace = place.open()?;
        let node = Node::start(workspace, Options { listen: self.listen, ..Options::default() })?;
        let address = node.addresses().first().copied().context("no network interface can be listened on")?;
        output::line(format_args!("ready {address}"))?;
        let end = self.seconds.map(|s| Instant::now() + Duration::from_secs(s));
        let mut told = None;
        loop {
            // Woken now and then to pass on what keeps the device from syncing.
            let second = Duration::from_secs(1);
            let wait = end.map_or(second, |end| end.saturating_duration_since(Instant::now()).min(second));
            let signal = stopped.recv_timeout(wait);
            let over = end.is_some_and(|end| Instant::now() >= end);
            if over || !matches!(signal, Err(mpsc::RecvTimeoutError::Timeout)) {
                break;
            }
            let problem = node.state().problem;
            if problem != told {
                problem.iter().for_each(output::message);
                told = problem;
            }
        }
        node.stop();
        Ok(())
    }
}

impl Sync {
    pub fn run(self, place: &Place) -> Result<()> {
        let target = self.peer.as_deref().map(parse_target).transpose()?;
        let workspace = place.open()?;
        let node = Node::start(workspace, Options { listen: None, discover: target.is_none(), live: false })?;
        let report = node.sync_once(target, Duration::from_secs(self.timeout));
        node.stop();
        print(place, &report?)
    }
}

fn parse_target(text: &str) -> Result<Target> {
    let text = text.trim();
    if let Ok(address) = text.parse() {
        return Ok(Target::Address(address));
    }
    if text.starts_with("satchel:") {
        return Ok(Target::Ticket(text.parse::<Ticket>()?));
    }
    bail!("‘{}’ is neither a ticket nor an address such as 192.168.1.20:41000", super::fields::short(text))
}

fn print(place: &Place, report: &SyncReport) -> Result<()> {
    if place.json {
        return output::json(&json!({
            "peers": report.peers.iter().map(peer).collect::<Vec<_>>(),
            "sent": report.sent,
            "received": report.received,
            "bytes": report.bytes,
            "round_trips": report.round_trips,
        }));
    }
    for peer in &report.peers {
        output::line(format_args!("Met {} of {}", peer.device_name, peer.user_name))?;
    }
    output::line(format_args!("Sent {} and received {} commits, {} bytes", report.sent, report.received, report.bytes))
}

fn peer(peer: &ReachedPeer) -> Json {
    let user = peer.user.map_or(Json::Null, |user| json::named(user, &peer.user_name));
    json!({
        "user": user,
        "device": json::named(peer.device, &peer.device_name),
        "address": peer.address.map(|a| a.to_string()),
    })
}
