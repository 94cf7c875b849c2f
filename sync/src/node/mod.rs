//! A device on the network.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use satchel_core::{DeviceId, DocId, Workspace, members::Ticket, message};
use tokio::runtime::Runtime;

use crate::Result;
use announce::Announcements;
use network::Network;
use range::Range;

mod admission;
mod announce;
mod dialler;
mod drive;
mod joining;
mod link;
mod network;
mod outgoing;
mod phone;
mod range;
mod registry;
mod round;
mod socket;
mod state;

pub use joining::{join, rejoin};
pub use phone::Phone;
pub use range::usable;

/// How a device takes part in the network.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// Where to listen; without it, every interface at the port of the last start while that is free.
    pub listen: Option<SocketAddr>,
    /// Announce this device on the local network and hear the others (mDNS). Last known addresses are tried in any case.
    pub discover: bool,
    /// Stay connected to members and pass changes on at once. Without it only [`Node::sync_once`] connects, though
    /// others may connect to this device.
    pub live: bool,
}

impl Default for Options {
    fn default() -> Options {
        Options { listen: None, discover: true, live: true }
    }
}

/// Whom to sync with.
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    /// The device that made a ticket.
    Ticket(Ticket),
    /// Whichever member listens there.
    Address(SocketAddr),
    Device(DeviceId),
}

/// What one round with the reachable devices did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SyncReport {
    pub peers: Vec<ReachedPeer>,
    /// Commits sent.
    pub sent: u64,
    /// Commits received that were new here.
    pub received: u64,
    /// Bytes of the protocol's frames, both directions, all peers.
    pub bytes: u64,
    /// Round trips after connecting, of the peer that needed most.
    pub round_trips: u64,
}

/// A device that was reached in a round.
#[derive(Clone, Debug, PartialEq)]
pub struct ReachedPeer {
    pub device: DeviceId,
    /// The user it belongs to; none while its admission is not known here.
    pub user: Option<DocId>,
    pub user_name: String,
    pub device_name: String,
    pub address: Option<SocketAddr>,
}

/// How the network looks from this device.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NodeState {
    pub listening: Vec<SocketAddr>,
    pub peers: Vec<PeerState>,
    /// What keeps this device from syncing, in one line (such as having been removed).
    pub problem: Option<String>,
}

/// Another member's device.
#[derive(Clone, Debug, PartialEq)]
pub struct PeerState {
    pub device: DeviceId,
    pub user_name: String,
    pub device_name: String,
    pub address: Option<SocketAddr>,
    pub connected: bool,
    /// Connected, and both hold the same commits as far as known.
    pub up_to_date: bool,
    pub last_seen: Option<DateTime<Utc>>,
}

/// A device on the network: listens, finds members, keeps them in sync. Runs on its own threads.
pub struct Node {
    network: Arc<Network>,
    /// Nothing once stopped.
    runtime: Option<Runtime>,
}

impl Node {
    /// Reaches as far as [`Workspace::reach`] says. Binds and begins to listen, and with [`Options::live`] to look for members. Blocks until bound (well under a second).
    pub fn start(workspace: Workspace, options: Options) -> Result<Node> {
        let runtime = runtime()?;
        let port = socket::remembered_port(&workspace);
        let network = runtime.block_on(async {
            let range = Range::of(&workspace.reach());
            let endpoint = socket::bind(&workspace.device_key(), options.listen, port, &range).await?;
            if options.listen.is_none_or(|address| address.port() != 0) {
                socket::remember_port(&workspace, &endpoint)?;
            }
            let network = Network::new(workspace, (endpoint, range), options.live, options.discover);
            tokio::spawn(network.clone().answer_all());
            if options.discover
                && let Some(announcements) =
                    Announcements::start(&network.endpoint, &network.range, network.workspace.id(), true)
            {
                tokio::spawn(announcements.keep(network.clone()));
            }
            if options.live {
                tokio::spawn(dialler::stay_connected(network.clone()));
            }
            Ok::<_, crate::Error>(network)
        })?;
        Ok(Node { network, runtime: Some(runtime) })
    }

    /// The addresses under which this device can be reached, loopback last. Does not block.
    pub fn addresses(&self) -> Vec<SocketAddr> {
        socket::addresses(&self.network.endpoint)
    }

    /// Adds to an invitation where this device is reached.
    pub fn fill(&self, mut ticket: Ticket) -> Ticket {
        ticket.addresses = self.addresses();
        ticket.reach = self.network.range.reach().clone();
        ticket
    }

    /// Does not block.
    pub fn state(&self) -> NodeState {
        state::state(&self.network)
    }

    /// The phone at which colleagues who are connected are heard.
    pub fn phone(&self) -> Phone {
        let start = self.network.start;
        Phone { calling: self.network.calling.clone(), clock: Arc::new(move || start.elapsed()) }
    }

    /// Calls back whenever [`Node::state`] or [`Node::phone`] changed, from one of the node's threads. Must not block.
    pub fn on_change(&self, callback: Box<dyn Fn() + Send + Sync>) {
        self.network.on_change(Arc::from(callback));
    }

    /// One round with the target, or with whoever of the members is reachable: returns once nothing is missing on either
    /// side. Blocks for at most `timeout`, and beyond while commits are on their way; an error if nobody was reached.
    pub fn sync_once(&self, target: Option<Target>, timeout: Duration) -> Result<SyncReport> {
        match &self.runtime {
            Some(runtime) => runtime.block_on(round::round(&self.network, target, timeout)),
            None => Err(crate::Error::Network(message!("the node was stopped"))),
        }
    }

    /// Says goodbye and ends the threads. Blocks for two seconds at most.
    pub fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        let Some(runtime) = self.runtime.take() else { return };
        self.network.stop.send_replace(true);
        runtime.block_on(async {
            let _ = tokio::time::timeout(PARTING, self.network.all_closed()).await;
            let _ = tokio::time::timeout(PARTING, self.network.endpoint.close()).await;
        });
        runtime.shutdown_timeout(Duration::from_millis(200));
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.end();
    }
}

/// How long goodbyes may take.
const PARTING: Duration = Duration::from_millis(900);

/// The threads of a node, or of one errand on the network.
fn runtime() -> Result<Runtime> {
    let built = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .max_blocking_threads(16)
        .thread_name("satchel-sync")
        .enable_all()
        .build();
    built.map_err(|e| {
        crate::Error::Network(message!(
            "no threads for the network ({why}): close some programs and try again",
            why = e.to_string()
        ))
    })
}
