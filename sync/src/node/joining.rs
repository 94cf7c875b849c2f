//! Joining a workspace with a ticket.

use std::{net::SocketAddr, time::Duration};

use iroh::Endpoint;
use satchel_core::{
    DeviceId, Message, Storage, Workspace,
    environment::Environment,
    members::{JoinRequest, Reach, Ticket, Welcome},
    message,
    workspace::DeviceKey,
};
use tokio::{
    sync::watch,
    time::{Instant, sleep, timeout, timeout_at},
};

use super::{
    announce::Announcements,
    drive::{Onward, Signals, drive},
    link::Link,
    range::Range,
    round::listed,
    runtime,
    socket::{ALPN, DIAL_PATIENCE, bind, remember_port},
};
use crate::{
    Error, Result,
    protocol::{Ending, GREETING_PATIENCE, Happening, Joining, Session, Terms},
};

/// Asks to be admitted with a ticket, founds the replica in `storage` and completes a first sync. Blocks for at most
/// `timeout` until admitted, then for as long as records keep coming. Nothing is written before the admission is granted; what a first sync that breaks off then leaves behind is
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
        return Err(Error::Refused(message!("this ticket expired on {day}: ask for a new one", day)));
    }
    let runtime = runtime()?;
    let key = DeviceKey::generate(&environment);
    let request = ticket.request(key.device(), device_name, user_name);
    let joined = runtime.block_on(async {
        let deadline = Instant::now() + timeout;
        let range = Range::of(&ticket.reach);
        let endpoint = bind(&key, None, None, &range).await?;
        let joined = async {
            let (link, inviter, welcome) = admission((&endpoint, &range), ticket, &request, deadline).await?;
            let name = device_name.to_owned();
            let founded =
                tokio::task::spawn_blocking(move || Workspace::join(storage, environment, key, &name, &welcome)).await;
            let workspace =
                founded.map_err(|_| Error::Network(message!("founding the replica failed: please report this")))??;
            remember_port(&workspace, &endpoint)?;
            if ticket.reach != Reach::Lan {
                workspace.set_reach(&ticket.reach)?;
            }
            workspace.note_peer(ticket.device, &ticket.addresses, false)?;
            workspace.note_peer(inviter, link.address().as_slice(), true)?;
            first_sync(link, inviter, &workspace).await?;
            Ok(workspace)
        };
        let joined = joined.await;
        let _ = tokio::time::timeout(Duration::from_secs(1), endpoint.close()).await;
        joined
    });
    runtime.shutdown_background();
    joined
}

/// Asks to be admitted again, for a device that was removed and keeps its replica; then syncs. Blocks as [`join`] does.
pub fn rejoin(workspace: &Workspace, ticket: &Ticket, timeout: Duration) -> Result<()> {
    let request = workspace.ask_again(ticket)?;
    let reach = if ticket.reach == Reach::Lan { workspace.reach() } else { ticket.reach.clone() };
    let runtime = runtime()?;
    let joined = runtime.block_on(async {
        let deadline = Instant::now() + timeout;
        let range = Range::of(&reach);
        let endpoint = bind(&workspace.device_key(), None, None, &range).await?;
        let joined = async {
            let (link, inviter, welcome) = admission((&endpoint, &range), ticket, &request, deadline).await?;
            workspace.readmitted(&welcome)?;
            workspace.note_peer(inviter, link.address().as_slice(), true)?;
            first_sync(link, inviter, workspace).await
        };
        let joined = joined.await;
        let _ = tokio::time::timeout(Duration::from_secs(1), endpoint.close()).await;
        joined
    });
    runtime.shutdown_background();
    joined
}

/// The connection to the member that admitted this device, and its welcome.
type Admitted = (Link, DeviceId, Welcome);

/// How long after a failure the inviter is asked again.
const AGAIN: Duration = Duration::from_millis(500);

/// Asks the inviter, again and again as it may be starting just now; and once it did not answer, also other members that
/// announce themselves on this network.
async fn admission(
    (endpoint, range): (&Endpoint, &Range),
    ticket: &Ticket,
    request: &JoinRequest,
    deadline: Instant,
) -> Result<Admitted> {
    let announcements = Announcements::start(endpoint, ticket.workspace, false);
    let near = range.admitted(endpoint, ticket.addresses.clone());
    let inviter = || ask((endpoint, range), ticket.device, &near, request);
    let search = async {
        if let Some(answer) = inviter().await {
            return answer;
        }
        let inviter_again = async {
            loop {
                sleep(AGAIN).await;
                if let Some(answer) = inviter().await {
                    return answer;
                }
            }
        };
        tokio::select! {
            answer = inviter_again => answer,
            answer = others((endpoint, range), announcements, request) => answer,
        }
    };
    timeout_at(deadline, search).await.unwrap_or_else(|_| {
        if near.is_empty() && !ticket.addresses.is_empty() && !range.has_relays() {
            return Err(Error::Unreachable(elsewhere(ticket)));
        }
        Err(Error::Unreachable(message!(
            "nobody who could admit this device was reached at {addresses}: the inviter's Satchel must be running (`satchel serve`)",
            addresses = listed(&ticket.addresses)
        )))
    })
}

/// Asks whoever of the workspace announces itself, one after the other.
async fn others(
    (endpoint, range): (&Endpoint, &Range),
    announcements: Option<Announcements>,
    request: &JoinRequest,
) -> Result<Admitted> {
    let Some(announcements) = announcements else { return std::future::pending().await };
    let (heard, mut others) = tokio::sync::mpsc::unbounded_channel();
    let hear = announcements
        .hear(move |device, addresses| addresses.is_none_or(|addresses| heard.send((device, addresses)).is_ok()));
    let ask_each = async {
        while let Some((device, addresses)) = others.recv().await {
            let near = range.admitted(endpoint, addresses);
            if let Some(answer) = ask((endpoint, range), device, &near, request).await {
                return answer;
            }
        }
        std::future::pending().await
    };
    tokio::select! {
        answer = ask_each => answer,
        () = hear => std::future::pending().await,
    }
}

fn elsewhere(ticket: &Ticket) -> Message {
    message!(
        "the ticket names only addresses outside the local network ({addresses}), which are not asked: be on one network with the inviter, or let the inviter use a relay (`satchel reach`) and make a new ticket",
        addresses = listed(&ticket.addresses)
    )
}

/// Nothing if nobody answered there.
async fn ask(
    (endpoint, range): (&Endpoint, &Range),
    device: DeviceId,
    addresses: &[SocketAddr],
    request: &JoinRequest,
) -> Option<Result<Admitted>> {
    let address = range.address(device, addresses)?;
    let connection = timeout(DIAL_PATIENCE, endpoint.connect(address, ALPN)).await.ok()?.ok()?;
    let mut link = Link::dialled(connection).await?;
    let mut joining = Joining::new(request);
    link.send(joining.take_output());
    loop {
        let bytes = timeout(GREETING_PATIENCE, link.receive()).await.ok()??;
        if let Some(answer) = joining.receive(&bytes) {
            let refused = |ending: Ending| Error::Refused(ending.message());
            return Some(answer.map(|welcome| (link, device, welcome)).map_err(refused));
        }
    }
}

/// On the same connection, now as a member.
async fn first_sync(link: Link, peer: DeviceId, workspace: &Workspace) -> Result<()> {
    let start = Instant::now();
    let session = Session::dial(workspace, peer, Terms::default(), start.elapsed());
    let (_changed, changed) = watch::channel(0);
    let (_stop, stop) = watch::channel(false);
    let mut settled = false;
    let observe = |_: &Link, _: &Session, happening: Option<&Happening>| {
        settled |= happening == Some(&Happening::Settled);
        if settled { Onward::Leave } else { Onward::Stay }
    };
    let session = drive(link, session, workspace, start, Signals { changed, stop }, observe).await;
    if settled {
        return Ok(());
    }
    let why = session.ended().unwrap_or(&Ending::Lost);
    Err(Error::Unreachable(message!(
        "this device was admitted, but the records did not all arrive ({why}): run `satchel sync` to fetch the rest",
        why = why.message()
    )))
}
