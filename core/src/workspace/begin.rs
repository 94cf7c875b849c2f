//! Beginnings: founding, joining, opening.

use std::{
    collections::{BTreeMap, HashSet},
    sync::{Arc, Mutex, RwLock},
};

use ed25519_dalek::SigningKey;

use super::{
    DeviceKey, Founding, Inner, SPACE, Workspace, Writer, ZONE, author::Draft, branches::Branches, ledger::Ledger,
    zone_named,
};
use crate::{
    commit::Intent,
    environment::Environment,
    error::{Error, Result},
    id::DeviceId,
    members::{Operation, Welcome, workspace_id},
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
        let this = Workspace::assemble(store, environment, identity, front, Vec::new(), true)?;
        let found = Operation::Found { nonce, user, device_name: founding.device_name };
        let mut writer = this.writer();
        // One commit, and of membership: what the workspace starts with is not undone.
        let built = this.build(&this.actor(&writer.front), edits)?;
        this.author(&mut writer, Draft { built, ..Draft::new("Found the workspace", Intent::Members(vec![found])) })?;
        drop(writer);
        Ok(this)
    }

    /// Founds this device's replica of a workspace that has admitted it. The records come by sync.
    pub fn join(
        storage: Storage,
        environment: Environment,
        key: DeviceKey,
        device_name: &str,
        welcome: &Welcome,
    ) -> Result<Workspace> {
        let identity = Identity {
            workspace: welcome.workspace,
            key: key.0,
            device_name: device_name.to_owned(),
            user: welcome.user,
        };
        let front = Front { epoch: environment.random(), ..Front::default() };
        let store = Store::create(storage, &environment, &identity, &front)?;
        store.set_setting("proof", &postcard::to_stdvec(&welcome.proof).unwrap_or_default())?;
        Workspace::assemble(store, environment, identity, front, Vec::new(), true)
    }

    pub fn open(storage: Storage, environment: Environment) -> Result<Workspace> {
        let store = Store::open(storage, &environment)?;
        let mut missing = store.missing_tables()?;
        // Made again from the log.
        let (has_past, knows) =
            (!missing.contains(&"past"), !missing.iter().any(|table| ["known", "sets", "asides"].contains(table)));
        missing.retain(|table| !["past", "known", "sets", "asides"].contains(table));
        if !missing.is_empty() {
            return Err(Error::Damaged(format!("tables are missing: {}", missing.join(", "))));
        }
        let identity = store.identity()?;
        let front = store.front()?;
        let ours = knows && store.has_our_records()?;
        if !ours {
            let this = Workspace::assemble(store, environment, identity, front, Vec::new(), false)?;
            this.rebuild()?;
            return Ok(this);
        }
        let (records, damaged) = store.records(SPACE)?;
        let problems = damaged.into_iter().map(|id| format!("the record {id} is damaged")).collect();
        let this = Workspace::assemble(store, environment, identity, front, problems, true)?;
        *super::write(&this.inner.records) = Records::of(records);
        if !has_past {
            this.remake_past()?;
        }
        if this.vector().0.keys().any(|(device, epoch)| *device == this.device() && epoch.is_branch()) {
            this.mend()?;
        }
        Ok(this)
    }

    pub(super) fn assemble(
        store: Store,
        environment: Environment,
        identity: Identity,
        front: Front,
        damaged: Vec<String>,
        // What an earlier version left is made again right after.
        ours: bool,
    ) -> Result<Workspace> {
        let (member_commits, sets) =
            if ours { (store.member_commits(SPACE)?, store.sets()?) } else { Default::default() };
        let mut forked = Vec::new();
        let branches = Branches::read(&store)?;
        for (commit, _) in &member_commits {
            let place = store.place_of(SPACE, commit.id)?;
            forked.extend(place.filter(|(place, _)| place.epoch.is_branch()).map(|_| commit.id));
        }
        let mut ledger = Ledger::new(identity.workspace, member_commits, sets);
        if !forked.is_empty() {
            ledger.forked(forked);
            ledger.settle();
        }
        if store.newer()?.iter().any(|(_, intent)| *intent) {
            ledger.doubt();
        }
        let asides = if ours { store.asides()? } else { Default::default() };
        let mut shunned = HashSet::new();
        for arrival in asides.keys() {
            let touched = store.commit_at(SPACE, *arrival)?.map(|(commit, _)| commit.body.changes).unwrap_or_default();
            shunned.extend(touched.into_iter().map(|change| change.doc));
        }
        let members = ledger.members();
        let vector = store.vector(SPACE)?;
        let mut ends = BTreeMap::new();
        for ((device, epoch), seq) in &vector.0 {
            let end = store.id_in_log(SPACE, *device, *epoch, *seq)?;
            ends.extend(end.map(|id| ((*device, *epoch), id)));
        }
        let settings: BTreeMap<String, Vec<u8>> = store.settings()?.into_iter().collect();
        environment.choose_zone(settings.get(ZONE).and_then(|name| zone_named(name)));
        let peers = store.peers()?.into_iter().map(|p| (p.device, p)).collect();
        Ok(Workspace {
            inner: Arc::new(Inner {
                environment,
                signing: SigningKey::from_bytes(&identity.key),
                identity,
                store,
                writer: Mutex::new(Writer {
                    front,
                    waiting: BTreeMap::new(),
                    waiting_bytes: 0,
                    ledger,
                    branches,
                    shunned,
                }),
                records: RwLock::new(Records::default()),
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
        })
    }
}
