//! One round of syncing with whoever is reachable.

use std::{collections::BTreeSet, net::SocketAddr, sync::Arc, time::Duration};

use satchel_core::{DeviceId, Message, WorkspaceId, message};
use tokio::{
    task::JoinSet,
    time::{Instant, sleep, sleep_until},
};

use super::{
    ReachedPeer, SyncReport, Target,
    network::{Met, Network},
};
use crate::{
    Error, Result,
    protocol::{Ending, MAX_LIVE, Traffic},
};

/// Once somebody was met, how long the others may still take.
const GRACE: Duration = Duration::from_secs(2);
/// How often announcements heard meanwhile are looked at.
const LOOK: Duration = Duration::from_millis(200);

pub(super) async fn round(network: &Arc<Network>, target: Option<Target>, patience: Duration) -> Result<SyncReport> {
    let deadline = Instant::now() + patience;
    let before = network.registry().answered();
    let (met, nobody) = match &target {
        None => (everybody(network, deadline).await, no_member(network)),
        Some(Target::Ticket(ticket)) if ticket.workspace != network.workspace.id() => {
            return Err(Error::Refused(other_workspace(ticket.workspace)));
        }
        Some(Target::Ticket(ticket)) => {
            let words = message!(
                "the device that made this ticket does not answer at {addresses}",
                addresses = listed(&ticket.addresses)
            );
            let addresses = network.range.admitted(&network.endpoint, ticket.addresses.clone());
            (one(network, ticket.device, &addresses, deadline).await, words)
        }
        Some(Target::Device(device)) => {
            let addresses = network.candidates().remove(device).unwrap_or_default();
            (one(network, *device, &addresses, deadline).await, message!("that device does not answer"))
        }
        Some(Target::Address(address)) => {
            let words = message!(
                "no member of this workspace answers at {address}: is `satchel serve` or the app running there?",
                address = address.to_string()
            );
            (whoever_listens(network, *address, deadline).await, words)
        }
    };
    // A device that is met may dial back, and what either lacks may come over that connection.
    let answered = network.registry().answered().since(before);
    report(network, met, answered, nobody)
}

/// All who can be reached, at most as many at once as the live network would hold.
async fn everybody(network: &Arc<Network>, deadline: Instant) -> Vec<Met> {
    let mut tried = BTreeSet::new();
    let mut running = JoinSet::new();
    let mut met: Vec<Met> = Vec::new();
    let mut until = deadline;
    loop {
        for (device, addresses) in network.candidates() {
            let findable = !addresses.is_empty() || network.range.has_relays();
            if findable && running.len() < 2 * MAX_LIVE && tried.insert(device) {
                let network = network.clone();
                running.spawn(async move { network.dial(device, &addresses, true).await });
            }
        }
        let next = Instant::now() + LOOK;
        tokio::select! {
            Some(joined) = running.join_next() => {
                met.extend(joined.ok().flatten());
                if met.iter().any(|m| m.settled) {
                    until = until.min(Instant::now() + GRACE);
                }
            }
            () = sleep_until(next) => {}
        }
        let all_known_tried = running.is_empty() && met.iter().any(|m| m.settled);
        let over = Instant::now() >= until && !network.registry().is_exchanging();
        if over || all_known_tried || (running.is_empty() && !tried.is_empty() && !network.discovers) {
            return met;
        }
    }
}

async fn one(network: &Arc<Network>, device: DeviceId, addresses: &[SocketAddr], deadline: Instant) -> Vec<Met> {
    let met = in_time(network, deadline, network.dial(device, addresses, true)).await;
    met.flatten().into_iter().collect()
}

/// Waits until the deadline, and beyond it while commits are on their way.
async fn in_time<T>(network: &Network, deadline: Instant, work: impl Future<Output = T>) -> Option<T> {
    let over = async {
        sleep_until(deadline).await;
        while network.registry().is_exchanging() {
            sleep(LOOK).await;
        }
    };
    tokio::select! {
        done = work => Some(done),
        () = over => None,
    }
}

/// Who listens at an address is not told by the address: every member is tried there, likely ones first.
async fn whoever_listens(network: &Arc<Network>, address: SocketAddr, deadline: Instant) -> Vec<Met> {
    let mut candidates: Vec<(DeviceId, Vec<SocketAddr>)> = network.candidates().into_iter().collect();
    candidates.sort_by_key(|(_, addresses)| !addresses.contains(&address));
    let mut waiting = candidates.into_iter().map(|(device, _)| device);
    let mut running = JoinSet::new();
    loop {
        while running.len() < MAX_LIVE
            && let Some(device) = waiting.next()
        {
            let network = network.clone();
            running.spawn(async move { network.dial(device, &[address], true).await });
        }
        match in_time(network, deadline, running.join_next()).await.flatten() {
            Some(Ok(Some(met))) => return vec![met],
            Some(_) => {}
            None => return Vec::new(),
        }
    }
}

fn report(network: &Network, met: Vec<Met>, answered: Traffic, nobody: Message) -> Result<SyncReport> {
    let settled: Vec<&Met> = met.iter().filter(|m| m.settled).collect();
    let Traffic { sent, received, bytes, round_trips } =
        settled.iter().fold(answered, |sum, met| sum.beside(met.traffic));
    let peers = settled.into_iter().map(|met| reached(network, met)).collect();
    let report = SyncReport { peers, sent, received, bytes, round_trips };
    if !report.peers.is_empty() {
        return Ok(report);
    }
    Err(match met.into_iter().map(|m| m.ending).next() {
        Some(ending @ (Ending::Refused(_) | Ending::Refusing(_) | Ending::Fault(_))) => {
            Error::Refused(ending.message())
        }
        Some(ending) => {
            Error::Unreachable(message!("syncing did not come to its end: {ending}", ending = ending.message()))
        }
        None => Error::Unreachable(nobody),
    })
}

fn reached(network: &Network, met: &Met) -> ReachedPeer {
    let members = network.workspace.members();
    let known = members.devices.get(&met.device);
    let user = known.map(|d| d.user);
    ReachedPeer {
        device: met.device,
        user,
        user_name: user.map(|u| network.workspace.records().name(u).to_owned()).unwrap_or_default(),
        device_name: known.map(|d| d.name.clone()).unwrap_or_default(),
        address: met.address,
    }
}

fn no_member(network: &Network) -> Message {
    match network.candidates().len() {
        0 => message!("there is nobody to sync with yet: invite a colleague with `satchel invite`"),
        1 => message!(
            "the other device was not reached: is Satchel running there, on the same network? Its address can be given with --peer"
        ),
        others => message!(
            "none of the {others} other devices was reached: is Satchel running there, on the same network? Its address can be given with --peer",
            others
        ),
    }
}

fn other_workspace(id: WorkspaceId) -> Message {
    message!("this ticket is for another workspace ({id})", id = id.to_string())
}

pub(super) fn listed(addresses: &[SocketAddr]) -> Message {
    if addresses.is_empty() {
        return message!("any address (the ticket names none)");
    }
    addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ").into()
}
