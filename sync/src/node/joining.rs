//! Joining a workspace with a ticket.

use std::{net::SocketAddr, time::Duration};

use iroh::Endpoint;
use satchel_core::{
    DeviceId, Storage, Workspace,
    environment::Environment,
    members::{JoinRequest, Ticket, Welcome},
    workspace::DeviceKey,
};
use tokio::{
    sync::watch,
    time::{Instant, timeout, timeout_at},
};

use super::{
    announce::Announcements,
    drive::{Onward, Signals, drive},
    link::Link,
    round::listed,
    runtime,
    socket::{ALPN, DIAL_PATIENCE, bind, endpoint_address, remember_port},
};
use crate::{
    Error, Result,
    protocol::{Ending, Happening, Joining, Session},
};

/// Asks to be admitted with a ticket, founds the replica in `storage` and completes a first sync. Blocks for at most
/// `timeout`. Nothing is written before the admission is granted; what a first sync that breaks off then leaves behind is
/// a member's replica, to be completed by any later sync.
pub fn join(
    storage: Storage,
    environment: Environment,
    ticket: &Ticket,
    device_name: &str,
    user_name: Option<&str>,
    timeout: Duration,
) -> Result<Workspace> {
    storage.is_vacant()?;
    if ticket.expires < environment.now() {
        let day = ticket.expires.date_naive();
        return Err(Error::Refused(format!("this ticket expired on {day}: ask for a new one")));
    }
    let runtime = runtime()?;
    let key = DeviceKey::generate(&environment);
    let request = ticket.request(key.device(), device_name, user_name);
    let joined = runtime.block_on(async {
        let deadline = Instant::now() + timeout;
        let endpoint = bind(&key, None, None).await?;
        let joined = async {
            let (link, inviter, welcome) = admission(&endpoint, ticket, &request, deadline).await?;
            let name = device_name.to_owned();
            let founded =
                tokio::task::spawn_blocking(move || Workspace::join(storage, environment, key, &name, &welcome)).await;
            let workspace =
                founded.map_err(|_| Error::Network("founding the replica failed: please report this".into()))??;
            remember_port(&workspace, &endpoint)?;
            workspace.note_peer(ticket.device, &ticket.addresses, false)?;
            workspace.note_peer(inviter, link.address().as_slice(), true)?;
            first_sync(link, inviter, &workspace, deadline).await?;
            Ok(workspace)
        };
        let joined = joined.await;
        let _ = tokio::time::timeout(Duration::from_secs(1), endpoint.close()).await;
        joined
    });
    runtime.shutdown_background();
    joined
}

/// Asks the inviter; if it is not there, other members that announce themselves on this network.
async fn admission(
    endpoint: &Endpoint,
    ticket: &Ticket,
    request: &JoinRequest,
    deadline: Instant,
) -> Result<(Link, DeviceId, Welcome)> {
    let announcements = Announcements::start(endpoint, ticket.workspace, false);
    let inviter = timeout_at(deadline, ask(endpoint, ticket.device, &ticket.addresses, request)).await;
    if let Ok(Some((link, answer))) = inviter {
        return Ok((link, ticket.device, answer?));
    }
    if let Some(announcements) = announcements {
        let (heard, mut others) = tokio::sync::mpsc::unbounded_channel();
        let hear = announcements.hear(move |device, addresses| heard.send((device, addresses)).is_ok());
        let ask_others = async {
            while let Some((device, addresses)) = others.recv().await {
                if let Some((link, answer)) = ask(endpoint, device, &addresses, request).await {
                    return answer.map(|welcome| (link, device, welcome));
                }
            }
            std::future::pending().await
        };
        let search = async {
            tokio::select! {
                answer = ask_others => Some(answer),
                () = hear => None,
            }
        };
        if let Ok(Some(answer)) = timeout_at(deadline, search).await {
            return answer;
        }
    }
    Err(Error::Unreachable(format!(
        "nobody who could admit this device was reached at {}: the inviter's Satchel must be running (`satchel serve`)",
        listed(&ticket.addresses)
    )))
}

/// Nothing if nobody answered there.
async fn ask(
    endpoint: &Endpoint,
    device: DeviceId,
    addresses: &[SocketAddr],
    request: &JoinRequest,
) -> Option<(Link, Result<Welcome>)> {
    let address = endpoint_address(device, addresses)?;
    let connection = timeout(DIAL_PATIENCE, endpoint.connect(address, ALPN)).await.ok()?.ok()?;
    let mut link = Link::dialled(connection).await?;
    let mut joining = Joining::new(request);
    link.send(joining.take_output());
    loop {
        let bytes = link.receive().await?;
        if let Some(answer) = joining.receive(&bytes) {
            return Some((link, answer.map_err(|ending| Error::Refused(ending.to_string()))));
        }
    }
}

/// On the same connection, now as a member.
async fn first_sync(link: Link, peer: DeviceId, workspace: &Workspace, deadline: Instant) -> Result<()> {
    let start = Instant::now();
    let session = Session::dial(workspace, peer, false, start.elapsed());
    let (_changed, changed) = watch::channel(0);
    let (_stop, stop) = watch::channel(false);
    let mut settled = false;
    let observe = |_: &Link, _: &Session, happening: Option<&Happening>| {
        settled |= happening == Some(&Happening::Settled);
        if settled { Onward::Leave } else { Onward::Stay }
    };
    let driven = timeout_at(deadline, drive(link, session, workspace, start, Signals { changed, stop }, observe)).await;
    if settled {
        return Ok(());
    }
    let why = match driven {
        Ok(session) => session.ended().unwrap_or(&Ending::Lost).to_string(),
        Err(_) => "it took too long".to_owned(),
    };
    Err(Error::Unreachable(format!(
        "this device was admitted, but the records did not all arrive ({why}): run `satchel sync` to fetch the rest"
    )))
}
