//! A team of devices in memory, with a clock that stands still until it is moved.

pub mod disk;

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use satchel_core::{
    Command, DocId, Kind, Storage, Value, Workspace,
    environment::fixed::{FixedClock, environment},
    members::Role,
    workspace::{DeviceKey, Founding, StageSet},
};

pub fn noon() -> DateTime<Utc> {
    "2026-11-12T12:00:00Z".parse().expect("a time")
}

pub struct Desk {
    pub clock: Arc<FixedClock>,
    pub ws: Workspace,
}

impl Desk {
    /// Ann founds Acme.
    pub fn ann() -> Desk {
        Desk::founded(StageSet::Standard)
    }

    /// Ann founds Acme, her wall clock in this zone.
    pub fn in_zone(zone: Tz) -> Desk {
        Desk::with(StageSet::Standard, FixedClock::within(zone, noon()))
    }

    pub fn founded(stages: StageSet) -> Desk {
        Desk::with(stages, FixedClock::at(noon()))
    }

    fn with(stages: StageSet, clock: Arc<FixedClock>) -> Desk {
        let founding = Founding {
            name: "Acme".into(),
            user: "Ann Field".into(),
            device_name: "laptop".into(),
            currency: "USD".into(),
            stages,
        };
        let ws = Workspace::found(Storage::Memory, environment(&clock, 1), founding).expect("founded");
        Desk { clock, ws }
    }

    /// Another person's device joins and receives everything.
    pub fn admit(&self, name: &str, seed: u64) -> Desk {
        let desk = self.admit_on(name, seed, Storage::Memory);
        meet(self, &desk);
        desk
    }

    /// A manager's device joins and receives everything: stages, teams, fields are theirs to change.
    pub fn admit_manager(&self, name: &str, seed: u64) -> Desk {
        self.admit_as(Role::Manager, name, seed)
    }

    pub fn admit_as(&self, role: Role, name: &str, seed: u64) -> Desk {
        let desk = self.admitted(role, name, seed, Storage::Memory);
        meet(self, &desk);
        desk
    }

    /// Another person's device is admitted and has received nothing yet.
    pub fn admit_unmet(&self, name: &str, seed: u64) -> Desk {
        self.admit_on(name, seed, Storage::Memory)
    }

    pub fn admit_on(&self, name: &str, seed: u64, storage: Storage) -> Desk {
        self.admitted(Role::Salesperson, name, seed, storage)
    }

    fn admitted(&self, role: Role, name: &str, seed: u64, storage: Storage) -> Desk {
        let ticket = self.ws.invite(role, None, noon() + TimeDelta::days(7)).expect("invited");
        let clock = FixedClock::at(noon());
        let env = environment(&clock, seed);
        let key = DeviceKey::generate(&env);
        let welcome = self.ws.admit(&ticket.request(key.device(), "notebook", Some(name))).expect("admitted");
        let ws = Workspace::join(storage, env, key, "notebook", &welcome).expect("joined");
        Desk { clock, ws }
    }

    /// A second device of whom this one belongs to, and nothing in it yet.
    pub fn second(&self, seed: u64, storage: Storage) -> Workspace {
        let name = self.ws.records().name(self.ws.user()).to_owned();
        let ticket = self.ws.invite(Role::Owner, Some(&name), noon() + TimeDelta::days(7)).expect("invited");
        let env = environment(&FixedClock::at(noon()), seed);
        let key = DeviceKey::generate(&env);
        let welcome = self.ws.admit(&ticket.request(key.device(), "second", None)).expect("admitted");
        Workspace::join(storage, env, key, "second", &welcome).expect("joined")
    }

    pub fn add(&self, fields: &[(&str, Value)]) -> DocId {
        let id = self.ws.new_id(Kind::Opportunity);
        self.run(Command::Create { id, fields: own(fields) });
        id
    }

    pub fn set(&self, id: DocId, fields: &[(&str, Value)]) {
        self.run(Command::Set { id, fields: own(fields), seen: None });
    }

    pub fn run(&self, command: Command) {
        self.ws.execute(command).expect("carried out");
    }

    pub fn stage(&self, name: &str) -> DocId {
        self.ws.records().stages.values().find(|s| s.name == name).map(|s| s.id).expect("a stage")
    }

    pub fn digest(&self) -> [u8; 32] {
        self.ws.status().expect("a status").digest
    }

    pub fn text(&self, id: DocId, field: &str) -> String {
        match self.ws.records().get(id).and_then(|r| r.get(field)) {
            Some(Value::Text(text)) => text,
            _ => String::new(),
        }
    }
}

pub fn own(fields: &[(&str, Value)]) -> Vec<(String, Value)> {
    fields.iter().map(|(n, v)| ((*n).to_owned(), v.clone())).collect()
}

/// Two devices give each other what the other lacks.
pub fn meet(a: &Desk, b: &Desk) {
    give(a, b);
    give(b, a);
}

/// One gives the other what it lacks; nothing of it is refused.
pub fn give(from: &Desk, to: &Desk) {
    let (commits, _) = from.ws.commits_beyond(&to.ws.vector(), 0, usize::MAX).expect("read");
    let accepted = to.ws.accept(commits).expect("accepted");
    assert_eq!(accepted.refused, Vec::<String>::new());
    assert_eq!(accepted.waiting, 0);
}
