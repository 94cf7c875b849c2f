//! Finding each other on the local network by multicast DNS.

use std::{
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
};

use iroh::{
    Endpoint, EndpointId,
    address_lookup::{AddressLookup, EndpointData, EndpointInfo, Error as LookupError, Item, UserData},
};
use iroh_mdns_address_lookup::{DiscoveryEvent, MdnsAddressLookup};
use n0_future::{StreamExt, boxed::BoxStream};
use satchel_core::{DeviceId, WorkspaceId};

use super::{network::Network, range::Range, socket::device};

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
    pub fn start(endpoint: &Endpoint, range: &Range, workspace: WorkspaceId, advertise: bool) -> Option<Announcements> {
        let mdns = MdnsAddressLookup::builder().service_name(SERVICE).advertise(advertise).build(endpoint.id()).ok()?;
        let hash = blake3::derive_key("satchel 2026 announcement", &workspace.0);
        let fingerprint: String = hash[..8].iter().map(|byte| format!("{byte:02x}")).collect();
        endpoint.set_user_data_for_address_lookup(UserData::try_from(fingerprint.clone()).ok());
        endpoint.address_lookup().ok()?.add(Within::range(range.clone(), mdns.clone()));
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

/// What iroh itself looks up for the devices that it is told to dial, without what is out of range: it dials all that it finds.
#[derive(Debug)]
struct Within<T> {
    range: Range,
    lookup: T,
    /// This device's own addresses, as they are published.
    own: Arc<Mutex<Vec<IpAddr>>>,
}

impl<T> Within<T> {
    fn range(range: Range, lookup: T) -> Within<T> {
        Within { range, lookup, own: Arc::default() }
    }
}

impl<T: AddressLookup> AddressLookup for Within<T> {
    fn publish(&self, data: &EndpointData) {
        *self.own.lock().unwrap_or_else(PoisonError::into_inner) = data.ip_addrs().map(SocketAddr::ip).collect();
        self.lookup.publish(data);
    }

    fn resolve(&self, id: EndpointId) -> Option<BoxStream<Result<Item, LookupError>>> {
        let (range, own) = (self.range.clone(), self.own.clone());
        let within = move |found: Item| {
            let own = own.lock().unwrap_or_else(PoisonError::into_inner);
            let near = found.addrs().filter(|address| range.admits(address, &own)).cloned();
            let info = EndpointInfo::from_parts(found.endpoint_id(), near.collect());
            Item::new(info, found.provenance(), found.last_updated())
        };
        Some(self.lookup.resolve(id)?.map(move |found| found.map(&within)).boxed())
    }
}

#[cfg(test)]
mod tests {
    use iroh::TransportAddr;
    use satchel_core::members::Reach;

    use super::*;

    /// Finds every device at the same addresses.
    #[derive(Debug)]
    struct Fixed(Vec<TransportAddr>);

    impl AddressLookup for Fixed {
        fn resolve(&self, id: EndpointId) -> Option<BoxStream<Result<Item, LookupError>>> {
            let info = EndpointInfo::from_parts(id, self.0.iter().cloned().collect());
            Some(n0_future::stream::once(Ok(Item::new(info, "fixed", None))).boxed())
        }
    }

    #[tokio::test]
    async fn iroh_is_given_no_announced_address_that_is_out_of_range() {
        let ip = |address: &str| TransportAddr::Ip(address.parse().unwrap());
        let (near, beside, far) = (ip("192.168.1.7:4000"), ip("203.0.113.77:4000"), ip("8.8.8.8:4000"));
        let relay = TransportAddr::Relay("https://relay.example.com".parse().unwrap());
        let told = vec![near.clone(), beside.clone(), far.clone(), relay.clone()];
        let id = iroh::SecretKey::from_bytes(&[7; 32]).public();
        for (reach, expected) in [(Reach::Lan, vec![near, beside]), (Reach::Public, told.clone())] {
            let lookup = Within::range(Range::of(&reach), Fixed(told.clone()));
            lookup.publish(&EndpointData::new(vec![ip("203.0.113.20:4000")]));
            let found = lookup.resolve(id).unwrap().next().await.unwrap().unwrap();
            assert_eq!(found.addrs().cloned().collect::<Vec<_>>(), expected, "{reach:?}");
        }
    }
}
