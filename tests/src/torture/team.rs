//! A team of devices in memory.

use std::sync::Arc;

use anyhow::{Result, ensure};
use chrono::{DateTime, TimeDelta, Utc};
use satchel_core::{
    Command, DocId, Kind, Storage, Value, Workspace,
    environment::fixed::{FixedClock, environment},
    members::Role,
    workspace::{DeviceKey, Founding, StageSet},
};

pub fn noon() -> DateTime<Utc> {
    DateTime::from_timestamp_millis(1_794_484_800_000).unwrap_or_default()
}

pub struct Desk {
    pub ws: Workspace,
    pub clock: Arc<FixedClock>,
}

impl Desk {
    pub fn found(company: &str, seed: u64) -> Result<Desk> {
        let clock = FixedClock::at(noon());
        let founding = Founding {
            name: company.into(),
            user: "Ann Field".into(),
            device_name: "laptop".into(),
            currency: "USD".into(),
            stages: StageSet::Standard,
        };
        let ws = Workspace::found(Storage::Memory, environment(&clock, seed), founding)?;
        Ok(Desk { ws, clock })
    }

    /// Another person's device joins and receives everything.
    pub fn admit(&self, role: Role, name: &str, seed: u64) -> Result<Desk> {
        let desk = self.admit_unmet(role, name, seed)?;
        meet(self, &desk)?;
        Ok(desk)
    }

    pub fn admit_unmet(&self, role: Role, name: &str, seed: u64) -> Result<Desk> {
        let ticket = self.ws.invite(role, None, noon() + TimeDelta::days(7))?;
        let clock = FixedClock::at(noon());
        let env = environment(&clock, seed);
        let key = DeviceKey::generate(&env);
        let welcome = self.ws.admit(&ticket.request(key.device(), "notebook", Some(name)))?;
        let ws = Workspace::join(Storage::Memory, env, key, "notebook", &welcome)?;
        Ok(Desk { ws, clock })
    }

    pub fn add(&self, kind: Kind, name: &str) -> Result<DocId> {
        let id = self.ws.new_id(kind);
        self.ws.execute(Command::Create { id, fields: vec![("name".into(), name.into())] })?;
        Ok(id)
    }

    pub fn set(&self, id: DocId, field: &str, value: Value) -> Result<()> {
        self.ws.execute(Command::Set { id, fields: vec![(field.into(), value)], seen: None })?;
        Ok(())
    }

    pub fn digest(&self) -> Result<[u8; 32]> {
        Ok(self.ws.status()?.digest)
    }

    pub fn text(&self, id: DocId, field: &str) -> String {
        match self.ws.records().get(id).and_then(|r| r.get(field)) {
            Some(Value::Text(text)) => text,
            _ => String::new(),
        }
    }

    pub fn has(&self, id: DocId) -> bool {
        self.ws.records().get(id).is_some()
    }

    pub fn log(&self) -> Result<Vec<Vec<u8>>> {
        Ok(self.ws.commits_beyond(&Default::default(), 0, usize::MAX)?.0)
    }
}

pub fn give(from: &Desk, to: &Desk) -> Result<()> {
    let (commits, _) = from.ws.commits_beyond(&to.ws.vector(), 0, usize::MAX)?;
    let accepted = to.ws.accept(commits)?;
    ensure!(accepted.refused.is_empty(), "refused: {:?}", accepted.refused);
    Ok(())
}

pub fn meet(a: &Desk, b: &Desk) -> Result<()> {
    give(a, b)?;
    give(b, a)
}
