//! Finding each other on the local network by multicast DNS.

use std::{net::SocketAddr, sync::Arc};

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

    /// Tells of devices of the workspace as they are heard, with their addresses, and of those that fell silent, with
    /// nothing; until `heard` says that it is enough.
    pub async fn hear(&self, mut heard: impl FnMut(DeviceId, Option<Vec<SocketAddr>>) -> bool) {
        let mut events = self.mdns.subscribe().await;
        while let Some(event) = events.next().await {
            let go_on = match event {
                DiscoveryEvent::Discovered { endpoint_info: info, .. } if self.is_ours(info.user_data()) => {
                    heard(device(info.endpoint_id), Some(info.ip_addrs().copied().collect()))
                }
                DiscoveryEvent::Expired { endpoint_id } => heard(device(endpoint_id), None),
                _ => true,
            };
            if !go_on {
                return;
            }
        }
    }

    fn is_ours(&self, said: Option<&UserData>) -> bool {
        said.is_some_and(|data| data.as_ref() == self.fingerprint)
    }

    /// Keeps the registry's list of announced devices.
    pub async fn keep(self, network: Arc<Network>) {
        self.hear(|device, addresses| {
            let news = match addresses {
                Some(addresses) => network.registry().announce(device, addresses),
                None => {
                    network.registry().announced.remove(&device);
                    false
                }
            };
            if news {
                network.look.notify_one();
            }
            true
        })
        .await;
    }
}
