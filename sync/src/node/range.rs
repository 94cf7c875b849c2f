//! Which relays an endpoint uses and which addresses it dials, by how far the device is to reach.

use std::net::{IpAddr, SocketAddr};

use iroh::{Endpoint, EndpointAddr, RelayMode, RelayUrl, TransportAddr};
use satchel_core::{DeviceId, members::Reach, message};

use super::socket::endpoint_id;
use crate::{Error, Result};

#[derive(Clone, Debug)]
pub(super) struct Range {
    reach: Reach,
    relays: Vec<RelayUrl>,
}

impl Range {
    /// A relay whose address cannot be read is none: then nothing leaves the local network.
    pub fn of(reach: &Reach) -> Range {
        let relays = match reach {
            Reach::Lan => Vec::new(),
            Reach::Relay(url) => url.parse().into_iter().collect(),
            Reach::Public => RelayMode::Default.relay_map().urls(),
        };
        let reach = if relays.is_empty() { Reach::Lan } else { reach.clone() };
        Range { reach, relays }
    }

    pub fn reach(&self) -> &Reach {
        &self.reach
    }

    /// Whether a device may be found whose addresses are not known.
    pub fn has_relays(&self) -> bool {
        !self.relays.is_empty()
    }

    pub fn mode(&self) -> RelayMode {
        match &self.reach {
            Reach::Lan => RelayMode::Disabled,
            Reach::Relay(_) => RelayMode::custom(self.relays.clone()),
            Reach::Public => RelayMode::Default,
        }
    }

    /// Where a device is dialled: at these addresses, and by every relay that is used, as no one tells which one it is at.
    pub fn address(&self, device: DeviceId, addresses: &[SocketAddr]) -> Option<EndpointAddr> {
        let relays = self.relays.iter().cloned().map(TransportAddr::Relay);
        let known = addresses.iter().copied().map(TransportAddr::Ip);
        Some(EndpointAddr::from_parts(endpoint_id(device)?, known.chain(relays)))
    }

    /// Of addresses that others told, those that may be dialled.
    pub fn admitted(&self, endpoint: &Endpoint, mut addresses: Vec<SocketAddr>) -> Vec<SocketAddr> {
        let own: Vec<IpAddr> = endpoint.addr().ip_addrs().map(SocketAddr::ip).collect();
        addresses.retain(|address| self.admits(&TransportAddr::Ip(*address), &own));
        addresses
    }

    /// Whether an address that others told may be dialled by a device with these of its own.
    pub fn admits(&self, address: &TransportAddr, own: &[IpAddr]) -> bool {
        let is_near = |address: &TransportAddr| matches!(address, TransportAddr::Ip(ip) if is_near(ip.ip(), own));
        self.reach != Reach::Lan || is_near(address)
    }
}

/// A reach that can be used, or why its relay's address cannot be read.
pub fn usable(reach: Reach) -> Result<Reach> {
    match &reach {
        Reach::Relay(url) if url.parse::<RelayUrl>().is_err() => Err(Error::Network(message!(
            "‘{url}’ is no address of a relay: it is written such as https://relay.example.com",
            url = url.clone()
        ))),
        _ => Ok(reach),
    }
}

/// Whether an address is of a local network: private, of this link, or beside one of this device's own.
fn is_near(ip: IpAddr, own: &[IpAddr]) -> bool {
    let ip = ip.to_canonical();
    let beside = |other: &IpAddr| match (ip, other.to_canonical()) {
        (IpAddr::V4(ip), IpAddr::V4(own)) => ip.octets()[..3] == own.octets()[..3],
        (IpAddr::V6(ip), IpAddr::V6(own)) => ip.octets()[..8] == own.octets()[..8],
        _ => false,
    };
    let of_a_local_network = match ip {
        // The last are those that providers, and virtual private networks, use inside.
        IpAddr::V4(ip) => {
            let [a, b, ..] = ip.octets();
            ip.is_loopback() || ip.is_private() || ip.is_link_local() || (a == 100 && (64..128).contains(&b))
        }
        IpAddr::V6(ip) => ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local(),
    };
    of_a_local_network || own.iter().any(beside)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_is_what_lies_on_a_local_network() {
        let own = ["203.0.113.20".parse().unwrap(), "2001:db8:1:2::5".parse().unwrap()];
        let near = |ip: &str| is_near(ip.parse().unwrap(), &own);
        for ip in ["127.0.0.1", "192.168.1.7", "10.2.3.4", "172.20.0.1", "169.254.3.3", "100.100.1.1", "::1", "fd00::7"]
        {
            assert!(near(ip), "{ip}");
        }
        for ip in ["fe80::1", "::ffff:192.168.0.9", "203.0.113.77", "2001:db8:1:2:9::1"] {
            assert!(near(ip), "{ip}");
        }
        for ip in ["8.8.8.8", "203.0.114.1", "100.128.0.1", "172.32.0.1", "2001:db8:1:3::1", "::ffff:8.8.8.8"] {
            assert!(!near(ip), "{ip}");
        }
    }

    #[test]
    fn a_relay_that_cannot_be_read_is_none() {
        let range = Range::of(&Reach::Relay("https://[".into()));
        assert_eq!((range.reach(), range.mode()), (&Reach::Lan, RelayMode::Disabled));
        assert!(Range::of(&Reach::Relay("https://relay.example.com".into())).has_relays());
        assert!(Range::of(&Reach::Public).has_relays() && !Range::of(&Reach::Lan).has_relays());
    }
}
