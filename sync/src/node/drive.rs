//! Runs one session over one connection.

use std::time::Duration;

use satchel_core::Workspace;
use tokio::{
    sync::watch,
    task,
    time::{Instant, MissedTickBehavior, interval},
};

use super::link::Link;
use crate::protocol::{Ending, Happening, Refusal, Session};

/// How often a session looks at the clock.
const TICK: Duration = Duration::from_secs(1);

/// What reaches a session from outside its connection.
#[derive(Clone)]
pub(super) struct Signals {
    /// Moves on whenever the replica has changed.
    pub changed: watch::Receiver<u64>,
    /// True once the session is to end.
    pub stop: watch::Receiver<bool>,
}

/// Drives a session to its end, telling `observe` what happened; a session whose observer says so says goodbye.
pub(super) async fn drive(
    mut link: Link,
    mut session: Session,
    workspace: &Workspace,
    start: Instant,
    mut signals: Signals,
    mut observe: impl FnMut(&Link, &Session, Option<&Happening>) -> Onward,
) -> Session {
    let mut clock = interval(TICK);
    clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
    signals.changed.mark_unchanged();
    loop {
        link.send(session.take_output());
        let mut onward = Onward::Stay;
        while let Some(happening) = session.next_happening() {
            if observe(&link, &session, Some(&happening)) == Onward::Leave {
                onward = Onward::Leave;
            }
        }
        observe(&link, &session, None);
        if onward == Onward::Leave {
            session.goodbye();
            link.send(session.take_output());
        }
        if session.ended().is_some() {
            if !session.parted() {
                link.close().await;
            }
            return session;
        }
        tokio::select! {
            bytes = link.receive() => match bytes {
                Some(bytes) => session = step(session, workspace, move |s, w| s.receive(w, &bytes, start.elapsed())).await,
                None => session.lost(),
            },
            Ok(()) = signals.changed.changed(), if session.trusted() => {
                session = step(session, workspace, |s, w| s.changed(w)).await;
            }
            () = stopped(&mut signals.stop) => session.goodbye(),
            _ = clock.tick() => session.tick(start.elapsed()),
        }
    }
}

async fn stopped(stop: &mut watch::Receiver<bool>) {
    // An error means that there is nobody left to stop it: that is an end too.
    let _ = stop.wait_for(|stop| *stop).await;
}

/// Whether a session goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Onward {
    Stay,
    Leave,
}

/// Lets a session work on the replica, which may wait for the disk, off the network's threads.
pub(super) async fn step(
    session: Session,
    workspace: &Workspace,
    work: impl FnOnce(&mut Session, &Workspace) + Send + 'static,
) -> Session {
    let (peer, workspace) = (session.peer(), workspace.clone());
    let mut session = session;
    let worked = task::spawn_blocking(move || {
        work(&mut session, &workspace);
        if session.ended() == Some(&Ending::Refused(Refusal::Removed)) {
            // Shown until it syncs with this device again. Not being able to keep it changes nothing.
            let _ = workspace.told_removed(peer);
        }
        if session.up_to_date() {
            let _ = workspace.told_member(peer);
        }
        session
    });
    match worked.await {
        Ok(session) => session,
        // A fault in this program must not take the others' sessions with it.
        Err(_) => Session::broken(peer),
    }
}
