//! What all of a node's tasks share: the replica, the socket, and who is connected.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak},
};

use iroh::Endpoint;
use satchel_core::{DeviceId, Workspace, workspace::Event};
use tokio::{
    sync::{Notify, OwnedSemaphorePermit, Semaphore, watch},
    time::{Instant, timeout, timeout_at},
};

use super::{
    drive::{Onward, Signals, drive, step},
    link::Link,
    phone::first_word,
    range::Range,
    registry::Registry,
    socket::{ALPN, DIAL_PATIENCE, device},
};
use crate::protocol::{
    Calling, Claims, Ending, GREETING_PATIENCE, Happening, MAX_LIVE, Refusal, Replica, Session, Standing, Terms,
    Traffic,
};

/// Connections of devices that have not proved to be members, from their first packet on, at most.
const MAX_STRANGERS: usize = 16;

type Callback = Arc<dyn Fn() + Send + Sync>;

pub(super) struct Network {
    pub workspace: Workspace,
    pub endpoint: Endpoint,
    pub range: Range,
    /// Stay connected.
    pub live: bool,
    /// Others are found by their announcements.
    pub discovers: bool,
    /// Of this start.
    instance: u32,
    /// When the clock of all sessions began.
    pub start: Instant,
    pub changed: watch::Sender<u64>,
    /// What the sessions are fetching.
    claims: Claims,
    pub calling: Calling,
    pub stop: watch::Sender<bool>,
    /// There may be somebody to dial.
    pub look: Notify,
    /// A session has ended.
    closed: Notify,
    /// Room for strangers' connections.
    strangers: Arc<Semaphore>,
    registry: Mutex<Registry>,
    callbacks: Mutex<Vec<Callback>>,
}

/// Tells the interface when what is in hand has changed.
#[derive(Default)]
struct Called(OnceLock<Weak<Network>>);

impl Called {
    fn tell(&self) {
        if let Some(network) = self.0.get().and_then(Weak::upgrade) {
            network.tell();
        }
    }
}

/// How a session with a device went.
#[derive(Clone, Debug)]
pub(super) struct Met {
    pub device: DeviceId,
    pub address: Option<SocketAddr>,
    pub traffic: Traffic,
    /// At some moment nothing was missing on either side.
    pub settled: bool,
    pub ending: Ending,
}

impl Network {
    pub fn new(
        workspace: Workspace,
        (endpoint, range): (Endpoint, Range),
        live: bool,
        discovers: bool,
    ) -> Arc<Network> {
        let instance = u32::from_le_bytes(workspace.environment().random());
        let changed = watch::Sender::new(0);
        let freed = changed.clone();
        let called = Arc::new(Called::default());
        let (told, woken) = (called.clone(), changed.clone());
        let calling = Calling::new(workspace.device(), workspace.user(), first_word(&workspace), move || {
            woken.send_modify(|n| *n += 1);
            told.tell();
        });
        let network = Arc::new(Network {
            workspace,
            instance,
            endpoint,
            range,
            live,
            discovers,
            changed,
            start: Instant::now(),
            calling,
            claims: Claims::new(move || freed.send_modify(|n| *n += 1)),
            stop: watch::Sender::new(false),
            look: Notify::new(),
            closed: Notify::new(),
            strangers: Arc::new(Semaphore::new(MAX_STRANGERS)),
            registry: Mutex::default(),
            callbacks: Mutex::default(),
        });
        called.0.set(Arc::downgrade(&network)).unwrap_or_default();
        let weak = Arc::downgrade(&network);
        network.workspace.listen(Box::new(move |event| {
            if !matches!(event, Event::Progress { .. })
                && let Some(network) = weak.upgrade()
            {
                network.changed.send_modify(|n| *n += 1);
            }
        }));
        network
    }

    pub fn registry(&self) -> MutexGuard<'_, Registry> {
        self.registry.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn on_change(&self, callback: Callback) {
        self.callbacks.lock().unwrap_or_else(PoisonError::into_inner).push(callback);
    }

    pub fn tell(&self) {
        let callbacks = self.callbacks.lock().unwrap_or_else(PoisonError::into_inner).clone();
        callbacks.iter().for_each(|callback| callback());
    }

    /// Everybody who may be a member and might be reached, with the addresses known: members, devices met before (a new
    /// replica does not know the members yet), and devices of this workspace that announce themselves.
    pub fn candidates(&self) -> BTreeMap<DeviceId, Vec<SocketAddr>> {
        let mut found: BTreeMap<DeviceId, Vec<SocketAddr>> = BTreeMap::new();
        for member in self.workspace.members().devices.keys() {
            found.entry(*member).or_default();
        }
        for (device, addresses) in &self.registry().announced {
            found.entry(*device).or_default().extend(addresses);
        }
        for peer in self.workspace.peers() {
            found.entry(peer.device).or_default().extend(peer.addresses);
        }
        found.remove(&self.workspace.device());
        found.retain(|device, _| self.workspace.standing(*device) != Standing::Removed);
        for addresses in found.values_mut() {
            let mut seen = BTreeSet::new();
            addresses.retain(|a| seen.insert(*a));
            *addresses = self.range.admitted(&self.endpoint, std::mem::take(addresses));
        }
        found
    }

    fn terms(&self, live: bool) -> Terms {
        Terms::listening(live, self.instance)
    }

    fn signals(&self) -> Signals {
        Signals { changed: self.changed.subscribe(), stop: self.stop.subscribe() }
    }

    /// Returns once no session goes on.
    pub async fn all_closed(&self) {
        loop {
            let closed = self.closed.notified();
            if self.registry().sessions().next().is_none() {
                return;
            }
            closed.await;
        }
    }

    /// Connects and holds a session. With `once` it ends as soon as nothing is missing; else it lasts while both sides
    /// would stay connected. Nothing if nobody answered there.
    pub async fn dial(self: &Arc<Self>, peer: DeviceId, addresses: &[SocketAddr], once: bool) -> Option<Met> {
        let address = self.range.address(peer, addresses)?;
        let connection = timeout(DIAL_PATIENCE, self.endpoint.connect(address, ALPN)).await.ok()?.ok()?;
        let link = Link::dialled(connection).await?;
        let start = self.start;
        let terms = self.terms(self.live && !once);
        let (workspace, claims, calling) = (self.workspace.clone(), self.claims.clone(), self.calling.clone());
        // Saying hello reads the replica.
        let session = step(Session::answer(peer, terms, start.elapsed()), &workspace, move |session, workspace| {
            *session = Session::dial(workspace, peer, terms, start.elapsed()).sharing(claims).calling(calling);
        });
        Some(self.hold(link, session.await, None).await)
    }

    /// Answers connections until the node is stopped.
    pub async fn answer_all(self: Arc<Self>) {
        while let Some(incoming) = self.endpoint.accept().await {
            let accepted = Instant::now();
            // Where room gets scarce it is for those who are where they say.
            if self.strangers.available_permits() <= MAX_STRANGERS / 2 && !incoming.remote_addr_validated() {
                let _asked_again = incoming.retry();
                continue;
            }
            let Ok(room) = self.strangers.clone().try_acquire_owned() else {
                incoming.refuse();
                continue;
            };
            let network = self.clone();
            tokio::spawn(async move {
                let connected = async {
                    let connection = incoming.accept().ok()?.await.ok()?;
                    Some((device(connection.remote_id()), Link::answered(connection).await?))
                };
                let Ok(Some((peer, link))) = timeout_at(accepted + GREETING_PATIENCE, connected).await else { return };
                let (live, unwelcome) = {
                    let registry = network.registry();
                    (network.live && registry.live_sessions() < MAX_LIVE, registry.is_quarantined(peer, Instant::now()))
                };
                let mut session = Session::answer(peer, network.terms(live), accepted - network.start)
                    .sharing(network.claims.clone())
                    .calling(network.calling.clone());
                if unwelcome {
                    session.turn_away();
                }
                network.hold(link, session, Some(room)).await;
            });
        }
    }

    /// `answered` is the room that the other side takes, if it connected, until it proves to be a member.
    async fn hold(self: &Arc<Self>, link: Link, session: Session, mut answered: Option<OwnedSemaphorePermit>) -> Met {
        let (peer, dialled) = (session.peer(), answered.is_none());
        let number = self.registry().open(peer, dialled);
        let _open = Entry { network: self, number };
        let mut address = None;
        let mut settled = false;
        let observe = |link: &Link, session: &Session, happening: Option<&Happening>| {
            address = link.address().or(address);
            if happening == Some(&Happening::Trusted) {
                answered = None;
                self.met(peer, address);
            }
            settled |= happening == Some(&Happening::Settled);
            let superseded = self.note(number, session, address, happening);
            let done = dialled && settled && !session.live();
            if superseded || done { Onward::Leave } else { Onward::Stay }
        };
        let session = drive(link, session, &self.workspace, self.start, self.signals(), observe).await;
        if let Some(open) = self.registry().session(number) {
            open.traffic = session.traffic();
        }
        let ending = session.ended().cloned().unwrap_or(Ending::Lost);
        self.ended(peer, &ending);
        Met { device: peer, address, traffic: session.traffic(), settled, ending }
    }

    /// Keeps the registry true. Whether the session is one too many.
    fn note(&self, number: u64, session: &Session, address: Option<SocketAddr>, happening: Option<&Happening>) -> bool {
        let mut registry = self.registry();
        let Some(open) = registry.session(number) else { return false };
        let before = (open.address, open.trusted, open.live, open.up_to_date);
        open.traffic = session.traffic();
        (open.address, open.trusted) = (address, session.trusted());
        (open.live, open.up_to_date) = (session.live(), session.up_to_date());
        open.instance = session.peer_terms().map_or(open.instance, |terms| terms.instance);
        let news = before != (open.address, open.trusted, open.live, open.up_to_date);
        if happening == Some(&Happening::Settled) {
            registry.problem = None;
        }
        if happening == Some(&Happening::Trusted) && session.live() {
            registry.settle_doubles(self.workspace.device(), session.peer());
        }
        let superseded = registry.session(number).is_some_and(|s| s.superseded);
        drop(registry);
        if news {
            self.tell();
        }
        superseded
    }

    /// Remembers where a member was met, off the network's threads.
    fn met(self: &Arc<Self>, peer: DeviceId, address: Option<SocketAddr>) {
        let network = self.clone();
        tokio::task::spawn_blocking(move || {
            // Not being able to note it is no reason not to sync.
            let _ = network.workspace.note_peer(peer, address.as_slice(), true);
        });
    }

    fn ended(&self, peer: DeviceId, ending: &Ending) {
        // Anybody may announce themselves and say no in any words: only members' are told.
        let is_told = match ending {
            Ending::Fault(_) => return self.registry().quarantine(peer, Instant::now()),
            Ending::Refused(Refusal::Removed | Refusal::Version(_) | Refusal::Fault(_)) => {
                self.workspace.members().is_member(peer)
            }
            Ending::Trouble(_) => true,
            _ => false,
        };
        if is_told {
            self.registry().problem = Some(ending.to_string());
        }
    }
}

/// A session's entry in the registry: struck out at the end, also when the session is dropped half-way.
struct Entry<'a> {
    network: &'a Network,
    number: u64,
}

impl Drop for Entry<'_> {
    fn drop(&mut self) {
        self.network.registry().close(self.number);
        self.network.look.notify_one();
        self.network.closed.notify_one();
        self.network.tell();
    }
}
