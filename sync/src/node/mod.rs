//! A device on the network.

use std::{net::SocketAddr, time::Duration};

use chrono::{DateTime, Utc};
use satchel_core::{DeviceId, DocId, Storage, Workspace, environment::Environment, members::Ticket};

use crate::Result;

/// How a device takes part in the network.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// Where to listen; without it, every interface at the port of the last start while that is free.
    pub listen: Option<SocketAddr>,
    /// Look for members by mDNS and at their last known addresses.
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
pub struct Node {}

impl Node {
    /// Binds and begins to listen, and with [`Options::live`] to look for members. Blocks until bound (well under a second).
    pub fn start(_workspace: Workspace, _options: Options) -> Result<Node> {
        todo!()
    }

    /// The addresses under which this device can be reached, loopback last. Does not block.
    pub fn addresses(&self) -> Vec<SocketAddr> {
        todo!()
    }

    /// Adds this device's addresses to an invitation.
    pub fn fill(&self, _ticket: Ticket) -> Ticket {
        todo!()
    }

    /// Does not block.
    pub fn state(&self) -> NodeState {
        todo!()
    }

    /// Calls back whenever [`Node::state`] changed, from one of the node's threads. Must not block.
    pub fn on_change(&self, _callback: Box<dyn Fn() + Send + Sync>) {
        todo!()
    }

    /// One round with the target, or with whoever of the members is reachable: returns once nothing is missing on either
    /// side. Blocks for at most `timeout`; an error if nobody was reached.
    pub fn sync_once(&self, _target: Option<Target>, _timeout: Duration) -> Result<SyncReport> {
        todo!()
    }

    /// Says goodbye and ends the threads. Blocks for a second at most.
    pub fn stop(self) {
        todo!()
    }
}

/// Asks to be admitted with a ticket, founds the replica in `storage` and completes a first sync. On failure nothing is
/// written: the storage is first touched when the admission is granted. Blocks for at most `timeout`.
pub fn join(
    _storage: Storage,
    _environment: Environment,
    _ticket: &Ticket,
    _device_name: &str,
    _user_name: Option<&str>,
    _timeout: Duration,
) -> Result<Workspace> {
    todo!()
}
