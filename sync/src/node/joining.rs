//! Joining a workspace with a ticket.

use std::time::Duration;

use satchel_core::{
    DeviceId, Storage, Workspace,
    environment::Environment,
    members::{Reach, Ticket, Welcome},
    message,
    workspace::DeviceKey,
};
use tokio::{sync::watch, time::Instant};

use super::{
    admission::Search,
    drive::{Onward, Signals, drive},
    link::Link,
    range::Range,
    runtime,
    socket::{bind, remember_port},
};
use crate::{
    Error, Result,
    protocol::{Ending, Happening, Session, Terms},
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
            let accept = |welcome: &Welcome| welcome.answers(&request);
            let search = Search { endpoint: &endpoint, range: &range, ticket, request: &request, accept: &accept };
            let (link, inviter, welcome) = search.run(deadline).await?;
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
            let accept = |welcome: &Welcome| workspace.readmitted(welcome);
            let search = Search { endpoint: &endpoint, range: &range, ticket, request: &request, accept: &accept };
            let (link, inviter, _) = search.run(deadline).await?;
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
