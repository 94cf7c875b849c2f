//! Beginnings: founding, joining, opening.

use std::{
    collections::{BTreeMap, HashSet},
    sync::{Arc, Mutex, RwLock},
};

use ed25519_dalek::SigningKey;

use super::{
    DeviceKey, Founding, Inner, SPACE, Workspace, Writer, ZONE, author::Draft, branches::Branches, ledger::Ledger,
    settle::Asides, shown::Shown, zone_named,
};
use crate::{
    commit::{Intent, Opened, Vector},
    crew::by_crew,
    environment::Environment,
    error::{Error, Result},
    id::{CommitId, DeviceId, DocId, Epoch},
    members::{Known, Operation, Welcome, workspace_id},
    message::Message,
    record::Records,
    rules,
    store::{Front, Identity, Storage, Store},
};

impl Workspace {
    /// Founds a workspace; this device's user becomes its owner.
    pub fn found(storage: Storage, environment: Environment, founding: Founding) -> Result<Workspace> {
        let key: [u8; 32] = environment.random();
        let device = DeviceId(SigningKey::from_bytes(&key).verifying_key().to_bytes());
        let nonce: [u8; 16] = environment.random();
        let workspace = workspace_id(device, nonce);
        let now = environment.now();
        let user = rules::user_id(workspace, &founding.user);
        let context = rules::Context { workspace, user, role: None, series: [0; 5], now, today: environment.day(now) };
        let edits = rules::founding(&context, &founding)?;
        let identity = Identity { workspace, key, device_name: founding.device_name.clone(), user };
        let front = Front { epoch: environment.random(), ..Front::default() };
        let store = Store::create(storage, &environment, &identity, &front)?;
        let this = Workspace::assemble(store, environment, identity, front, Derived::default());
        let found = Operation::Found { nonce, user, device_name: founding.device_name };
        let mut writer = this.writer();
        // One commit, and of membership: what the workspace starts with is not undone.
        let built = this.build(&this.actor(&writer.front), edits)?;
        this.author(&mut writer, Draft { built, ..Draft::new("Found the workspace", Intent::Members(vec![found])) })?;
        drop(writer);
        this.inner.store.keep()?;
        Ok(this)
    }

    /// Founds this device's replica of a workspace that has admitted it, as the proof of it shows. The records come by sync.
    pub fn join(
        storage: Storage,
        environment: Environment,
        key: DeviceKey,
        device_name: &str,
        welcome: &Welcome,
    ) -> Result<Workspace> {
        welcome.admits(key.device())?;
        let identity = Identity {
            workspace: welcome.workspace,
            key: key.0,
            device_name: device_name.to_owned(),
            user: welcome.user,
        };
        let front = Front { epoch: environment.random(), ..Front::default() };
        let store = Store::create(storage, &environment, &identity, &front)?;
        store.set_setting("proof", &postcard::to_stdvec(&welcome.proof).unwrap_or_default())?;
        store.keep()?;
        Ok(Workspace::assemble(store, environment, identity, front, Derived::default()))
    }

    /// Opens the workspace that is there. One whose pages are damaged is made anew from its log, and the damaged file put aside.
    pub fn open(storage: Storage, environment: Environment) -> Result<Workspace> {
        let passphrase = storage.passphrase().cloned();
        let in_place = |store, environment, _| Workspace::in_place_of(store, passphrase, environment);
        Workspace::open_or(storage, environment, in_place)
    }

    /// As [`Workspace::open`], with what is done where pages are damaged.
    pub(super) fn open_or(
        storage: Storage,
        environment: Environment,
        damaged: impl FnOnce(Store, Environment, Error) -> Result<Workspace>,
    ) -> Result<Workspace> {
        let store = Store::open(storage, &environment)?;
        match by_crew(|| rayon::join(|| store.check_pages(), || Held::read(&store))) {
            (Err(error @ Error::Damaged(_)), _) => damaged(store, environment, error),
            (pages, held) => pages.and(held)?.open(store, environment),
        }
    }

    pub(super) fn assemble(
        store: Store,
        environment: Environment,
        identity: Identity,
        front: Front,
        derived: Derived,
    ) -> Workspace {
        let Derived { member_commits, forked, sets, asides, shunned, reach, doubtful } = derived;
        let Reach { vector, branches, ends } = reach;
        let mut ledger = Ledger::new(identity.workspace, member_commits, sets);
        if !forked.is_empty() {
            ledger.forked(forked);
            ledger.settle();
        }
        if doubtful {
            ledger.doubt();
        }
        let members = ledger.members();
        let (settings, settings_whole) = store.settings();
        let settings: BTreeMap<String, Vec<u8>> = settings.into_iter().collect();
        environment.choose_zone(settings.get(ZONE).and_then(|name| zone_named(name)));
        let (peers, peers_whole) = store.peers();
        let peers = peers.into_iter().map(|p| (p.device, p)).collect();
        let damaged = not_whole(settings_whole, peers_whole);
        Workspace {
            inner: Arc::new(Inner {
                environment,
                signing: SigningKey::from_bytes(&identity.key),
                identity,
                store,
                ahead: Default::default(),
                writer: parking_lot::Mutex::new(Writer {
                    front,
                    waiting: Default::default(),
                    arrived: Vec::new(),
                    ledger,
                    branches,
                    shunned,
                    large: HashSet::new(),
                }),
                records: Shown::default(),
                past: Mutex::new(None),
                vector: RwLock::new(Arc::new(vector)),
                ends: RwLock::new(ends),
                members: RwLock::new(Arc::new(members)),
                asides: RwLock::new(Arc::new(asides)),
                aside_turns: Default::default(),
                listeners: RwLock::new(Vec::new()),
                settings: RwLock::new(settings),
                peers: RwLock::new(peers),
                damaged,
            }),
        }
    }
}

/// What is told of settings and peers that are damaged.
pub(super) fn not_whole(settings: bool, peers: bool) -> Vec<Message> {
    let settings =
        (!settings).then(|| message!("settings of this device are damaged: look through them and choose again"));
    let peers = (!peers).then(|| message!("some of where colleagues’ devices were met is damaged: it is found again"));
    settings.into_iter().chain(peers).collect()
}

/// What is read of a store to open it.
struct Held {
    identity: Identity,
    front: Front,
    /// The log of fields is missing.
    no_past: bool,
    /// What is made from the log; nothing if it is to be made again.
    made: Option<(Records, Derived)>,
}

impl Held {
    fn read(store: &Store) -> Result<Held> {
        let missing = store.missing_tables()?;
        // All others are made again from these.
        let lost: Vec<&str> = missing.iter().copied().filter(|t| Store::CANNOT_DO_WITHOUT.contains(t)).collect();
        if !lost.is_empty() {
            return Err(Error::Damaged(format!("tables are missing: {}", lost.join(", "))));
        }
        let (identity, front) = (store.identity()?, store.front()?);
        let no_past = missing.iter().any(|table| Store::PAST.contains(table));
        let ours = missing.iter().all(|table| Store::PAST.contains(table)) && store.has_our_records()?;
        let read = || Ok::<_, Error>((Records::of(store.records(SPACE)?), Derived::read(store)?));
        let made = match ours.then(read).transpose() {
            // What is damaged of what is made from the log is made again, before anybody sees it.
            Err(Error::Damaged(_)) => None,
            made => made?,
        };
        Ok(Held { identity, front, no_past, made })
    }

    fn open(self, store: Store, environment: Environment) -> Result<Workspace> {
        let Held { identity, front, no_past, made } = self;
        let Some((records, derived)) = made else {
            let this = Workspace::assemble(store, environment, identity, front, Derived::default());
            this.make_again()?;
            return Ok(this);
        };
        let this = Workspace::assemble(store, environment, identity, front, derived);
        *this.inner.records.write() = records;
        this.inner.store.leave_older()?;
        if no_past {
            this.remake_past()?;
        }
        if this.vector().0.keys().any(|(device, epoch)| *device == this.device() && epoch.is_branch()) {
            this.mend()?;
        }
        Ok(this)
    }
}

/// What a store holds that is made from its log, besides records; of a new store, nothing.
#[derive(Default)]
pub(super) struct Derived {
    member_commits: Vec<(Opened, u32)>,
    sets: Vec<Known>,
    asides: Asides,
    shunned: HashSet<DocId>,
    reach: Reach,
    /// Those of membership that lie on branches.
    forked: Vec<CommitId>,
    /// Commits of later versions are held that may be of membership.
    doubtful: bool,
}

impl Derived {
    fn read(store: &Store) -> Result<Derived> {
        let asides = store.asides()?;
        let mut shunned = HashSet::new();
        for arrival in asides.keys() {
            let touched = store.commit_at(SPACE, *arrival)?.map(|(commit, _)| commit.body.changes).unwrap_or_default();
            shunned.extend(touched.into_iter().map(|change| change.doc));
        }
        let member_commits = store.member_commits(SPACE)?;
        let mut forked = Vec::new();
        for (commit, _) in &member_commits {
            let place = store.place_of(SPACE, commit.id)?;
            forked.extend(place.filter(|(place, _)| place.epoch.is_branch()).map(|_| commit.id));
        }
        Ok(Derived {
            member_commits,
            forked,
            sets: store.sets()?,
            asides,
            shunned,
            reach: Reach::read(store)?,
            doubtful: store.newer()?.iter().any(|(_, intent)| *intent),
        })
    }
}

/// How far logs are held.
#[derive(Default)]
pub(super) struct Reach {
    pub vector: Vector,
    pub branches: Branches,
    pub ends: BTreeMap<(DeviceId, Epoch), CommitId>,
}

impl Reach {
    pub fn read(store: &Store) -> Result<Reach> {
        let vector = store.vector(SPACE)?;
        let mut ends = BTreeMap::new();
        for ((device, epoch), seq) in &vector.0 {
            let end = store.id_in_log(SPACE, *device, *epoch, *seq)?;
            ends.extend(end.map(|id| ((*device, *epoch), id)));
        }
        Ok(Reach { vector, branches: Branches::read(store)?, ends })
    }
}
