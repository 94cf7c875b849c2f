//! The endpoint: iroh on the local network, with no public DNS, and with relays only where the device was told so.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

use iroh::{
    Endpoint, EndpointId, SecretKey,
    endpoint::{BindOpts, QuicTransportConfig, presets},
};
use satchel_core::{DeviceId, Workspace, message, workspace::DeviceKey};

use super::range::Range;
use crate::{Error, Result};

pub(super) const ALPN: &[u8] = b"satchel/sync/1";

/// A peer that cannot be reached is given up after this long.
pub(super) const DIAL_PATIENCE: Duration = Duration::from_secs(10);
/// A connection over which nothing comes, not even a sign of life, is closed.
const IDLE: Duration = Duration::from_secs(20);
const SIGN_OF_LIFE: Duration = Duration::from_secs(5);
/// Where the port of the last start is kept.
const PORT_SETTING: &str = "sync.port";
/// Addresses named in a ticket: more would make for a QR code that is hard to scan.
const MAX_ADDRESSES: usize = 5;

/// Binds where told, else on all interfaces at the port of the last start while that is free.
pub(super) async fn bind(
    key: &DeviceKey,
    listen: Option<SocketAddr>,
    port: Option<u16>,
    range: &Range,
) -> Result<Endpoint> {
    if let Some(address) = listen {
        return bind_at(key, address, None, range).await.map_err(|e| {
            Error::Network(message!(
                "{address} cannot be listened on ({why}): choose another address or port",
                address = address.to_string(),
                why = e
            ))
        });
    }
    let all = |port| SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), port);
    let also = |port| Some(SocketAddr::new(IpAddr::V6(Ipv6Addr::UNSPECIFIED), port));
    if let Some(port) = port
        && let Ok(endpoint) = bind_at(key, all(port), also(port), range).await
    {
        return Ok(endpoint);
    }
    bind_at(key, all(0), also(0), range)
        .await
        .map_err(|e| Error::Network(message!("the network cannot be used ({why})", why = e)))
}

async fn bind_at(
    key: &DeviceKey,
    address: SocketAddr,
    also: Option<SocketAddr>,
    range: &Range,
) -> Result<Endpoint, String> {
    let words = |e: &dyn std::error::Error| e.source().map_or_else(|| e.to_string(), |cause| cause.to_string());
    let idle = IDLE.try_into().map_err(|_| "no idle timeout".to_owned())?;
    let transport = QuicTransportConfig::builder()
        .max_idle_timeout(Some(idle))
        .keep_alive_interval(SIGN_OF_LIFE)
        .max_concurrent_bidi_streams(1u32.into())
        .max_concurrent_uni_streams(0u32.into())
        .build();
    let mut builder = Endpoint::builder(presets::Minimal)
        .secret_key(SecretKey::from_bytes(&key.0))
        .alpns(vec![ALPN.to_vec()])
        .transport_config(transport)
        .relay_mode(range.mode())
        .clear_ip_transports()
        .bind_addr(address)
        .map_err(|e| words(&e))?;
    if let Some(also) = also {
        // A machine without IPv6 does without.
        builder =
            builder.bind_addr_with_opts(also, BindOpts::default().set_is_required(false)).map_err(|e| words(&e))?;
    }
    builder.bind().await.map_err(|e| words(&e))
}

pub(super) fn remembered_port(workspace: &Workspace) -> Option<u16> {
    String::from_utf8(workspace.setting(PORT_SETTING)?).ok()?.parse().ok()
}

/// A device keeps its port, so that others find it again where they last met it.
pub(super) fn remember_port(workspace: &Workspace, endpoint: &Endpoint) -> Result<()> {
    if let Some(socket) = endpoint.bound_sockets().iter().find(|s| s.is_ipv4()) {
        workspace.set_setting(PORT_SETTING, socket.port().to_string().as_bytes())?;
    }
    Ok(())
}

/// Where this endpoint can be reached: IPv4 before IPv6, loopback last.
pub(super) fn addresses(endpoint: &Endpoint) -> Vec<SocketAddr> {
    let mut found: Vec<SocketAddr> = endpoint.addr().ip_addrs().copied().filter(|a| !is_link_local(a.ip())).collect();
    for socket in endpoint.bound_sockets() {
        if !socket.ip().is_unspecified() {
            found.push(socket);
        } else if socket.is_ipv4() {
            found.push(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), socket.port()));
        }
    }
    found.sort_by_key(|a| (a.ip().is_loopback(), a.is_ipv6(), *a));
    found.dedup();
    if found.len() > MAX_ADDRESSES {
        // The last is the loopback address.
        let last = found.len() - 1;
        found.swap(MAX_ADDRESSES - 1, last);
        found.truncate(MAX_ADDRESSES);
    }
    found
}

fn is_link_local(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.is_link_local(),
        IpAddr::V6(ip) => ip.is_unicast_link_local(),
    }
}

pub(super) fn device(id: EndpointId) -> DeviceId {
    DeviceId(*id.as_bytes())
}

/// Nothing for a device id that is no key.
pub(super) fn endpoint_id(device: DeviceId) -> Option<EndpointId> {
    EndpointId::from_bytes(&device.0).ok()
}
