//! Finding each other on the local network by multicast DNS.

use std::sync::Arc;

use iroh::{Endpoint, address_lookup::UserData};
use iroh_mdns_address_lookup::{DiscoveryEvent, MdnsAddressLookup};
use n0_future::StreamExt;
use satchel_core::{DeviceId, WorkspaceId};

use super::{network::Network, socket::device};

const SERVICE: &str = "satchel";

/// Announces an endpoint and hears others. Devices of one workspace know each other by a fingerprint of its id, which
/// tells strangers no more than that two devices belong together.
pub(super) struct Announcements {
    mdns: MdnsAddressLookup,
    fingerprint: String,
}

impl Announcements {
    /// Nothing where the network knows no multicast: known addresses and tickets go on working. A device that only looks
    /// for others does not `advertise`.
    pub fn start(endpoint: &Endpoint, workspace: WorkspaceId, advertise: bool) -> Option<Announcements> {
        let mdns = MdnsAddressLookup::builder().service_name(SERVICE).advertise(advertise).build(endpoint.id()).ok()?;
        let hash = blake3::derive_key("satchel 2026 announcement", &workspace.0);
        let fingerprint: String = hash[..8].iter().map(|byte| format!("{byte:02x}")).collect();
        endpoint.set_user_data_for_address_lookup(UserData::try_from(fingerprint.clone()).ok());
        endpoint.address_lookup().ok()?.add(mdns.clone());
        Some(Announcements { mdns, fingerprint })
    }

    /// Tells of devices of the workspace as they are heard, until `heard` says that it is enough.
    pub async fn hear(&self, mut heard: impl FnMut(DeviceId, Vec<std::net::SocketAddr>) -> bool) {
        let mut events = self.mdns.subscribe().await;
        while let Some(event) = events.next().await {
            let DiscoveryEvent::Discovered { endpoint_info, .. } = event else { continue };
            if endpoint_info.user_data().is_some_and(|data| data.as_ref() == self.fingerprint) {
                let addresses = endpoint_info.ip_addrs().copied().collect();
                if !heard(device(endpoint_info.endpoint_id), addresses) {
                    return;
                }
            }
        }
    }

    /// Keeps the registry's list of announced devices.
    pub async fn keep(self, network: Arc<Network>) {
        self.hear(|device, addresses| {
            if network.registry().announce(device, addresses) {
                network.look.notify_one();
            }
            true
        })
        .await;
    }
}
