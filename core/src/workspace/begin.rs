//! Beginnings: founding, joining, opening.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, RwLock},
};

use ed25519_dalek::SigningKey;

use super::{DeviceKey, Founding, Inner, SPACE, Workspace, Writer, ZONE, author::Draft, zone_named};
use crate::{
    commit::Intent,
    environment::Environment,
    error::{Error, Result},
    id::DeviceId,
    members::{Operation, Stamped, Welcome, replay, workspace_id},
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
        let store = Store::create(storage, &identity, &front)?;
        let this = Workspace::assemble(store, environment, identity, front, Vec::new())?;
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
        let store = Store::create(storage, &identity, &front)?;
        store.set_setting("proof", &postcard::to_stdvec(&welcome.proof).unwrap_or_default())?;
        Workspace::assemble(store, environment, identity, front, Vec::new())
    }

    pub fn open(storage: Storage, environment: Environment) -> Result<Workspace> {
        let store = Store::open(storage)?;
        let mut missing = store.missing_tables()?;
        // Made again from the log.
        let has_past = !missing.contains(&"past");
        missing.retain(|table| *table != "past");
        if !missing.is_empty() {
            return Err(Error::Damaged(format!("tables are missing: {}", missing.join(", "))));
        }
        let identity = store.identity()?;
        let front = store.front()?;
        if !store.has_our_records()? {
            let this = Workspace::assemble(store, environment, identity, front, Vec::new())?;
            this.rebuild()?;
            return Ok(this);
        }
        let (records, damaged) = store.records(SPACE)?;
        let problems = damaged.into_iter().map(|id| format!("the record {id} is damaged")).collect();
        let this = Workspace::assemble(store, environment, identity, front, problems)?;
        *super::write(&this.inner.records) = Records::of(records);
        if !has_past {
            this.remake_past()?;
        }
        Ok(this)
    }

    pub(super) fn assemble(
        store: Store,
        environment: Environment,
        identity: Identity,
        front: Front,
        damaged: Vec<String>,
    ) -> Result<Workspace> {
        let stamped: Vec<Stamped> = store.member_commits(SPACE)?.iter().filter_map(super::members::stamped).collect();
        let members = replay(identity.workspace, &stamped);
        let vector = store.vector(SPACE)?;
        let settings: BTreeMap<String, Vec<u8>> = store.settings()?.into_iter().collect();
        environment.choose_zone(settings.get(ZONE).and_then(|name| zone_named(name)));
        let peers = store.peers()?.into_iter().map(|p| (p.device, p)).collect();
        Ok(Workspace {
            inner: Arc::new(Inner {
                environment,
                signing: SigningKey::from_bytes(&identity.key),
                identity,
                store,
                writer: Mutex::new(Writer { front, waiting: HashMap::new(), waiting_bytes: 0 }),
                records: RwLock::new(Records::default()),
                past: Mutex::new(None),
                vector: RwLock::new(Arc::new(vector)),
                members: RwLock::new(Arc::new(members)),
                listeners: RwLock::new(Vec::new()),
                settings: RwLock::new(settings),
                peers: RwLock::new(peers),
                damaged,
            }),
        })
    }
}
