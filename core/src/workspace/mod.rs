//! A workspace on this device: takes commands, keeps everything, hands out plain data.
//!
//! `Workspace` is a cheap handle (clone it, share it between threads). Reading ([`Workspace::records`]) never waits for a
//! write to disk; writing prepares its work outside the locks and holds them only to publish.

mod accept;
mod admission;
mod ahead;
mod allowance;
mod anew;
mod aside;
mod attach;
mod author;
mod backup;
mod batch;
mod begin;
mod branches;
mod check;
mod conflicts;
mod decided;
mod history;
pub mod label;
mod ledger;
mod members;
mod numbers;
mod past;
mod proof;
mod report;
mod settle;
mod shown;
mod stamp;
mod undo;
mod waiting;
mod weigh;

use std::{
    collections::{BTreeMap, HashSet},
    net::SocketAddr,
    path::PathBuf,
    sync::{
        Arc, Mutex, RwLock, RwLockReadGuard,
        atomic::{AtomicU64, Ordering},
    },
};

use automerge::ActorId;
use chrono::NaiveDate;
use ed25519_dalek::SigningKey;

pub(crate) use self::ledger::Aside;
use self::shown::Shown;
pub use self::{
    backup::Backup,
    branches::told_copied,
    numbers::{Counted, Gone, Missing},
    report::{
        Accepted, BatchOutcome, CheckReport, Conflict, ConflictValue, Decision, DeviceKey, Event, FieldChange,
        Founding, HistoryEntry, Outcome, Peer, RowOutcome, SelfMerged, SetAside, StageSet, Status, UndoOutcome,
    },
};
use crate::{
    commit::{Mark, Opened, Vector},
    document::{self, Document},
    environment::Environment,
    error::{Error, Result},
    id::{CommitId, DeviceId, DocId, Epoch, Kind, SpaceId, WorkspaceId},
    members::{Members, Reach},
    message::Message,
    query::past::Past,
    record::{CustomField, Measure, Records, Target},
    rules,
    store::{Front, Identity, Passphrase, Store},
    value::Tz,
};

type Listener = Arc<dyn Fn(&Event) + Send + Sync>;

/// The setting that says in which time zone the person's days and hours are, by its IANA name: where it is not the device's.
pub const ZONE: &str = "zone";

/// The setting that keeps how far the device reaches.
const REACH: &str = "reach";

fn zone_named(name: &[u8]) -> Option<Tz> {
    std::str::from_utf8(name).ok()?.parse().ok()
}

/// The one space of this version.
const SPACE: SpaceId = SpaceId::COMPANY;

struct Inner {
    environment: Environment,
    identity: Identity,
    signing: SigningKey,
    store: Store,
    /// Held while a commit is authored or accepted: one writer at a time.
    writer: parking_lot::Mutex<Writer>,
    /// Large documents that are made while nobody holds it.
    ahead: ahead::Ahead,
    /// What readers see; replaced after the store has it.
    records: Shown,
    /// The log of fields, once somebody has asked for the past.
    past: Mutex<Option<Arc<Past>>>,
    vector: RwLock<Arc<Vector>>,
    /// The commit that each log ends with.
    ends: RwLock<BTreeMap<(DeviceId, Epoch), CommitId>>,
    members: RwLock<Arc<Members>>,
    /// Commits that have no effect.
    asides: RwLock<Arc<settle::Asides>>,
    /// How often those have changed.
    aside_turns: AtomicU64,
    listeners: RwLock<Vec<Listener>>,
    /// Local settings, as in the store.
    settings: RwLock<BTreeMap<String, Vec<u8>>>,
    peers: RwLock<BTreeMap<DeviceId, Peer>>,
    damaged: Vec<Message>,
}

/// What only the writer needs.
struct Writer {
    front: Front,
    waiting: waiting::Waiting,
    /// What has been taken since what waits was looked at.
    arrived: Vec<CommitId>,
    ledger: ledger::Ledger,
    /// Logs that have forked.
    branches: branches::Branches,
    /// Documents that commits without effect touch, or touched: made from the log when more comes for them.
    shunned: HashSet<DocId>,
    /// Documents that were found to be large.
    large: HashSet<DocId>,
}

/// A workspace on this device. Clones are handles to the same one.
#[derive(Clone)]
pub struct Workspace {
    inner: Arc<Inner>,
}

impl Workspace {
    /// Bytes of its file that stay in memory at most; what is written may fill them.
    pub const PAGES_KEPT: usize = crate::store::PAGES_KEPT;

    pub fn id(&self) -> WorkspaceId {
        self.inner.identity.workspace
    }

    pub fn device(&self) -> DeviceId {
        DeviceId(self.inner.signing.verifying_key().to_bytes())
    }

    pub fn device_key(&self) -> DeviceKey {
        DeviceKey(self.inner.identity.key)
    }

    /// The user this device belongs to.
    pub fn user(&self) -> DocId {
        self.inner.identity.user
    }

    pub fn environment(&self) -> &Environment {
        &self.inner.environment
    }

    /// A new id of a kind.
    pub fn new_id(&self, kind: Kind) -> DocId {
        let environment = &self.inner.environment;
        DocId::new(kind, environment.now().timestamp_millis(), environment.random())
    }

    /// The id under which a custom field with this technical name is made: one, though two devices make it.
    pub fn custom_field_id(&self, on: Kind, key: &str) -> DocId {
        CustomField::id_of(self.id(), on, key)
    }

    /// The id under which what a person or a team is to reach in a month is kept: one, whoever sets it first.
    pub fn target_id(&self, whom: DocId, month: NaiveDate, measure: Measure) -> DocId {
        Target::id_of(self.id(), whom, month, measure)
    }

    /// Whether it lies under a passphrase on this device.
    pub fn is_sealed(&self) -> bool {
        self.inner.store.seal.is_some()
    }

    /// The folder it lies in; nothing if it lies in none.
    pub fn folder(&self) -> Option<PathBuf> {
        self.inner.store.folder()
    }

    /// `Error::WrongPassphrase` if it is under another one. Takes as long as unlocking.
    pub fn prove_passphrase(&self, passphrase: &Passphrase) -> Result<()> {
        let seal = self.inner.store.seal.as_ref();
        seal.ok_or_else(|| refused!("this workspace is under no passphrase: set one first"))?.prove(passphrase)
    }

    /// Another passphrase instead of the one it is under; nothing is rewritten but the lock, and a crash leaves the one or the
    /// other. Takes as long as unlocking, twice.
    pub fn change_passphrase(&self, old: &Passphrase, new: &Passphrase) -> Result<()> {
        let seal = self.inner.store.seal.as_ref();
        seal.ok_or_else(|| refused!("this workspace is under no passphrase: set one first"))?.change(old, new)
    }

    /// Calls back after every change, from the thread that made it. Must not block and must not call back into the
    /// workspace's writing methods.
    pub fn listen(&self, listener: Box<dyn Fn(&Event) + Send + Sync>) {
        write(&self.inner.listeners).push(Arc::from(listener));
    }

    /// All records. Hold the guard shortly: writers wait for it to publish. A thread takes one at a time.
    pub fn records(&self) -> RwLockReadGuard<'_, Records> {
        self.inner.records.read()
    }

    pub fn members(&self) -> Arc<Members> {
        read(&self.inner.members).clone()
    }

    fn asides(&self) -> Arc<settle::Asides> {
        read(&self.inner.asides).clone()
    }

    /// Moves on whenever other commits may have no effect, or may be given again: then [`Workspace::set_aside`] is worth reading
    /// again. Waits for nothing.
    pub fn aside_turns(&self) -> u64 {
        self.inner.aside_turns.load(Ordering::Acquire)
    }

    fn set_asides(&self, asides: settle::Asides) {
        *write(&self.inner.asides) = Arc::new(asides);
        self.turn_asides();
        self.forget_past();
    }

    fn turn_asides(&self) {
        self.inner.aside_turns.fetch_add(1, Ordering::Release);
    }

    pub fn vector(&self) -> Arc<Vector> {
        read(&self.inner.vector).clone()
    }

    /// A fingerprint of all that is held: how far every log, and what it ends with.
    pub fn held(&self) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new_derive_key("satchel 2026 logs and their ends");
        hasher.update(&self.vector().digest());
        read(&self.inner.ends).values().for_each(|id| _ = hasher.update(&id.0));
        *hasher.finalize().as_bytes()
    }

    /// The first bytes of the id that a log's commit of this number has; nothing if it is not held.
    pub fn mark(&self, device: DeviceId, epoch: Epoch, seq: u64) -> Option<Mark> {
        let end =
            (self.vector().get(device, epoch) == seq).then(|| read(&self.inner.ends).get(&(device, epoch)).copied());
        let id = end.flatten().or_else(|| self.inner.store.id_in_log(SPACE, device, epoch, seq).ok()?)?;
        id.0.first_chunk().copied()
    }

    /// Logs end elsewhere now.
    fn note_ends(&self, ends: &[accept::End]) {
        let (mut vector, mut last) = (write(&self.inner.vector), write(&self.inner.ends));
        let vector = Arc::make_mut(&mut vector);
        for (log, seq, id) in ends {
            match id {
                Some(id) => _ = (vector.0.insert(*log, *seq), last.insert(*log, *id)),
                None => _ = (vector.0.remove(log), last.remove(log)),
            }
        }
    }

    /// Commits beyond a peer's vector in this device's arrival order, from an arrival number on, at most about `max_bytes`
    /// (at least one). Returns them with the arrival number to go on from, nothing when there are no more.
    pub fn commits_beyond(&self, peer: &Vector, from: u64, max_bytes: usize) -> Result<(Vec<Vec<u8>>, Option<u64>)> {
        self.inner.store.commits_beyond(SPACE, peer, from, max_bytes)
    }

    /// The arrival number that the next commit will get at least.
    pub fn arrivals(&self) -> Result<u64> {
        self.inner.store.arrivals(SPACE)
    }

    /// Other devices as far as this one has met them or was told where they are.
    pub fn peers(&self) -> Vec<Peer> {
        read(&self.inner.peers).values().cloned().collect()
    }

    /// What was found damaged when the workspace was opened, and what became of it.
    pub fn found_damaged(&self) -> &[Message] {
        &self.inner.damaged
    }

    pub fn status(&self) -> Result<Status> {
        let peers = self.peers();
        let records = self.records();
        let mut hasher = blake3::Hasher::new_derive_key("satchel 2026 state digest");
        for (id, heads) in records.all_heads() {
            hasher.update(id.as_bytes());
            hasher.update(heads.as_flattened());
        }
        Ok(Status {
            workspace: self.id(),
            name: records.company.as_ref().map(|c| c.name.clone()).unwrap_or_default(),
            device: self.device(),
            device_name: self.inner.identity.device_name.clone(),
            user: self.user(),
            records: records.counts(),
            commits: self.inner.store.front()?.arrival,
            digest: *hasher.finalize().as_bytes(),
            bytes: self.inner.store.bytes(),
            removed: self.is_removed() || self.teller_of_removal().is_some(),
            removed_by_word_of: self.teller_of_removal().filter(|_| !self.is_removed()),
            asides: self.asides().len(),
            newer: self.newer()?,
            forked: self.forked()?,
            last_sync: peers.iter().filter_map(|p| p.last_seen).max(),
            peers,
        })
    }

    /// How many commits of a later version are held that this program does not wholly understand. They are passed on, and count as
    /// far as they are understood; [`Workspace::open`] by a program that knows more reads them again.
    pub fn newer(&self) -> Result<usize> {
        Ok(self.inner.store.newer()?.len())
    }

    /// A local setting of this device (port, theme, [`ZONE`], …), never shared.
    pub fn setting(&self, name: &str) -> Option<Vec<u8>> {
        read(&self.inner.settings).get(name).cloned()
    }

    pub fn set_setting(&self, name: &str, value: &[u8]) -> Result<()> {
        if self.setting(name).as_deref() == Some(value) {
            return Ok(());
        }
        self.inner.store.set_setting(name, value)?;
        write(&self.inner.settings).insert(name.to_owned(), value.to_vec());
        if name == ZONE {
            self.inner.environment.choose_zone(zone_named(value));
        }
        Ok(())
    }

    /// How far this device reaches out for others: no further than the local network unless somebody said so.
    pub fn reach(&self) -> Reach {
        Reach::of_stored(self.setting(REACH).as_deref())
    }

    /// Holds from the next start of the network on.
    pub fn set_reach(&self, reach: &Reach) -> Result<()> {
        self.set_setting(REACH, reach.name().as_bytes())
    }

    pub fn settings(&self) -> BTreeMap<String, Vec<u8>> {
        read(&self.inner.settings).clone()
    }

    /// Remembers where a device was reached, and that it was seen just now.
    pub fn note_peer(&self, device: DeviceId, addresses: &[SocketAddr], seen: bool) -> Result<()> {
        let members = self.members();
        let known = members.devices.get(&device);
        let mut peer = read(&self.inner.peers).get(&device).cloned().unwrap_or_else(|| Peer {
            device,
            device_name: String::new(),
            user_name: String::new(),
            addresses: Vec::new(),
            last_seen: None,
        });
        let before = peer.clone();
        if let Some(known) = known {
            peer.device_name = known.name.clone();
            peer.user_name = self.records().name(known.user).to_owned();
        }
        for address in addresses.iter().rev() {
            peer.addresses.retain(|a| a != address);
            peer.addresses.insert(0, *address);
        }
        peer.addresses.truncate(8);
        if seen {
            peer.last_seen = Some(self.inner.environment.now());
        }
        if peer != before {
            self.inner.store.put_peer(&peer)?;
            write(&self.inner.peers).insert(device, peer);
        }
        Ok(())
    }

    fn notify(&self, event: &Event) {
        let listeners = read(&self.inner.listeners).clone();
        for listener in listeners {
            listener(event);
        }
    }

    fn writer(&self) -> parking_lot::MutexGuard<'_, Writer> {
        self.inner.writer.lock()
    }

    fn context(&self) -> rules::Context {
        let (environment, now) = (&self.inner.environment, self.inner.environment.now());
        let role = self.members().role_of(self.device());
        let series = self.inner.store.front().map(|front| document::series(self.device(), Epoch(front.epoch)));
        let series = series.unwrap_or_default();
        rules::Context { workspace: self.id(), user: self.user(), role, series, now, today: environment.day(now) }
    }

    fn actor(&self, front: &Front) -> ActorId {
        document::actor(self.device(), Epoch(front.epoch))
    }

    /// A document as stored, or blank.
    fn document(&self, id: DocId) -> Result<Document> {
        let Some(bytes) = self.inner.store.document(SPACE, id)? else { return Ok(Document::new(id)) };
        Document::load_own(id, &bytes).map_err(|e| Error::Damaged(e.to_string()))
    }

    fn device_name(&self, device: DeviceId) -> String {
        read(&self.inner.members).devices.get(&device).map(|d| d.name.clone()).unwrap_or_default()
    }

    fn commit(&self, id: CommitId) -> Result<Option<Opened>> {
        let Some(arrival) = self.inner.store.arrival_of(SPACE, id)? else { return Ok(None) };
        Ok(self.inner.store.commit_at(SPACE, arrival)?.map(|(opened, _)| opened))
    }
}

/// A lock poisoned by a panic in another thread still guards whole data: it is only ever replaced, never half written.
fn read<T>(lock: &RwLock<T>) -> RwLockReadGuard<'_, T> {
    lock.read().unwrap_or_else(|e| e.into_inner())
}

fn write<T>(lock: &RwLock<T>) -> std::sync::RwLockWriteGuard<'_, T> {
    lock.write().unwrap_or_else(|e| e.into_inner())
}
