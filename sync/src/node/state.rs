//! How the network looks, for the interface.

use std::collections::BTreeMap;

use satchel_core::DeviceId;

use super::{NodeState, PeerState, network::Network, socket};

pub(super) fn state(network: &Network) -> NodeState {
    let mut peers: BTreeMap<DeviceId, PeerState> = BTreeMap::new();
    let own = network.workspace.device();
    let unknown = |device: DeviceId| PeerState {
        device,
        user_name: String::new(),
        device_name: String::new(),
        address: None,
        connected: false,
        up_to_date: false,
        last_seen: None,
    };
    for peer in network.workspace.peers() {
        let state = peers.entry(peer.device).or_insert_with(|| unknown(peer.device));
        state.address = peer.addresses.first().copied();
        state.last_seen = peer.last_seen;
        (state.user_name, state.device_name) = (peer.user_name, peer.device_name);
    }
    let members = network.workspace.members();
    {
        let records = network.workspace.records();
        for (device, member) in &members.devices {
            let state = peers.entry(*device).or_insert_with(|| unknown(*device));
            state.user_name = records.name(member.user).to_owned();
            state.device_name = member.name.clone();
        }
    }
    let registry = network.registry();
    for open in registry.sessions().filter(|s| s.trusted) {
        let state = peers.entry(open.device).or_insert_with(|| unknown(open.device));
        state.connected = true;
        state.up_to_date |= open.up_to_date;
        state.address = open.address.or(state.address);
    }
    let removed = |device: &DeviceId| members.devices.get(device).is_some_and(|d| d.removed);
    peers.retain(|device, state| *device != own && (state.connected || !removed(device)));
    NodeState {
        listening: socket::addresses(&network.endpoint),
        peers: peers.into_values().collect(),
        problem: registry.problem.clone(),
    }
}
