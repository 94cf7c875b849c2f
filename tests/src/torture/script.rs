//! A day at one desk, from a seed: what a person, an import and a colleague's device do to one workspace.

use std::{collections::BTreeMap, sync::Arc};

use anyhow::{Result, ensure};
use chrono::TimeDelta;
use satchel_core::{
    Command, DocId, Error, Kind, Money, Storage, Workspace,
    commit::Vector,
    environment::fixed::{FixedClock, environment},
    members::Role,
    record::ActivityType,
};

use super::{
    Chance,
    team::{Desk, noon},
};

/// One thing that is done; it can be tried again as it is.
#[derive(Clone)]
pub enum Act {
    Do(Command),
    /// Rows of a file, all or nothing.
    Import(Vec<Command>),
    Undo,
    Redo,
    /// Commits of a colleague's device.
    Take(Vec<Vec<u8>>),
    Setting(String, Vec<u8>),
    Invite,
    Rebuild,
}

impl Act {
    /// What a rule refuses is done: nothing is to be changed.
    pub fn on(&self, ws: &Workspace) -> Result<(), Error> {
        let done = match self {
            Act::Do(command) => ws.execute(command.clone()).map(drop),
            Act::Import(rows) => ws.execute_batch("Import", rows.clone(), false, &mut |_, _| {}).map(drop),
            Act::Undo => ws.undo().map(drop),
            Act::Redo => ws.redo().map(drop),
            Act::Take(commits) => ws.accept(commits.clone()).map(drop),
            Act::Setting(name, value) => ws.set_setting(name, value),
            Act::Invite => ws.invite(Role::Salesperson, None, noon() + TimeDelta::days(7)).map(drop),
            Act::Rebuild => ws.rebuild().map(drop),
        };
        match done {
            Err(Error::Refused(_)) => Ok(()),
            done => done,
        }
    }
}

/// What is to be the same after opening again.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    digest: [u8; 32],
    pub vector: Arc<Vector>,
    pub settings: BTreeMap<String, Vec<u8>>,
}

impl Standing {
    pub fn of(ws: &Workspace) -> Result<Standing> {
        Ok(Standing::read(ws)?)
    }

    pub fn read(ws: &Workspace) -> Result<Standing, Error> {
        Ok(Standing { digest: ws.status()?.digest, vector: ws.vector(), settings: ws.settings() })
    }
}

pub struct Script {
    chance: Chance,
    colleague: Desk,
    clock: Arc<FixedClock>,
    made: u64,
}

impl Script {
    /// A workspace with a colleague, who has it too.
    pub fn begin(storage: Storage, seed: u64) -> Result<(Script, Workspace)> {
        let desk = Desk::found_on(storage, "Acme", seed)?;
        let colleague = desk.admit(Role::Manager, "Bob Road", seed ^ 0xb0b)?;
        let ws = desk.ws.clone();
        Ok((Script { chance: Chance::new(seed), colleague, clock: desk.clock, made: 0 }, ws))
    }

    pub fn open(storage: Storage, seed: u64) -> Result<Workspace, Error> {
        Workspace::open(storage, environment(&FixedClock::at(noon()), seed))
    }

    pub fn anew(from: Storage, into: Storage, seed: u64) -> Result<Workspace, Error> {
        Workspace::make_anew(from, into, environment(&FixedClock::at(noon()), seed))
    }

    /// What is done next.
    pub fn next(&mut self, ws: &Workspace) -> Result<Act> {
        self.clock.advance(TimeDelta::seconds(self.chance.below(3600) as i64));
        self.made += 1;
        let known: Vec<DocId> = {
            let records = ws.records();
            records.opportunities.keys().chain(records.contacts.keys()).copied().collect()
        };
        let Some(id) = self.chance.pick(&known).copied() else { return Ok(self.create(ws)) };
        let deal = Some(id).filter(|id| id.kind() == Kind::Opportunity);
        let stages: Vec<DocId> = ws.records().stages.keys().copied().collect();
        Ok(match self.chance.below(24) {
            0..=3 => self.create(ws),
            4..=8 => {
                let field = ["city", "street", "zip", "name", "description"][self.chance.below(5)];
                let value = self.words(if field == "description" { 60 } else { 3 });
                Act::Do(Command::Set { id, fields: vec![(field.into(), value.as_str().into())], seen: None })
            }
            9 if let Some(id) = deal => {
                let amount = Money(self.chance.below(100_000) as i64 * 100);
                Act::Do(Command::Set { id, fields: vec![("expected_revenue".into(), amount.into())], seen: None })
            }
            10 if let (Some(id), Some(stage)) = (deal, self.chance.pick(&stages)) => {
                Act::Do(Command::MoveToStage { ids: vec![id], stage: *stage })
            }
            11 if let Some(id) = deal => match self.chance.below(2) {
                0 => Act::Do(Command::MarkWon { ids: vec![id] }),
                _ => Act::Do(Command::MarkLost { ids: vec![id], reason: None, note: self.words(5) }),
            },
            12 => Act::Do(Command::AddNote { on: id, id: ws.new_id(Kind::Note), text: self.words(20) }),
            13 => Act::Do(Command::AddActivity {
                on: id,
                id: ws.new_id(Kind::Activity),
                kind: ActivityType::CALL,
                summary: self.words(3),
                note: String::new(),
                date_deadline: ws.environment().today() + TimeDelta::days(self.chance.below(9) as i64),
                user: None,
            }),
            14 | 15 => Act::Undo,
            16 => Act::Redo,
            17 => Act::Do(Command::Trash { ids: vec![id] }),
            18 => Act::Do(Command::Restore { ids: vec![id] }),
            19 => self.import(ws),
            20 | 21 => self.hear(ws)?,
            22 => Act::Setting(["theme", "port", "zone"][self.chance.below(3)].into(), self.words(1).into_bytes()),
            _ if self.chance.below(4) == 0 => Act::Rebuild,
            _ => Act::Invite,
        })
    }

    fn create(&mut self, ws: &Workspace) -> Act {
        let kind = [Kind::Opportunity, Kind::Opportunity, Kind::Contact][self.chance.below(3)];
        let fields = vec![
            ("name".into(), self.words(3).as_str().into()),
            ("description".into(), self.words(40).as_str().into()),
        ];
        Act::Do(Command::Create { id: ws.new_id(kind), fields })
    }

    fn import(&mut self, ws: &Workspace) -> Act {
        // Some are so large that they are several commits.
        let (rows, words) = if self.chance.below(6) == 0 { (40, 1600) } else { (2 + self.chance.below(12), 30) };
        let rows = (0..rows).map(|_| {
            let id = DocId::derived(ws.id(), "torture", Kind::Contact, &self.chance.below(60).to_string());
            let fields = vec![
                ("name".into(), self.words(2).as_str().into()),
                ("description".into(), self.words(words).as_str().into()),
            ];
            Command::ImportRow { id, source: "torture".into(), fields }
        });
        Act::Import(rows.collect())
    }

    /// The colleague looks at what there is, works on it, and sends what is new.
    fn hear(&mut self, ws: &Workspace) -> Result<Act> {
        if self.chance.below(3) > 0 {
            let (commits, _) = ws.commits_beyond(&self.colleague.ws.vector(), 0, usize::MAX)?;
            let accepted = self.colleague.ws.accept(commits)?;
            ensure!(accepted.refused.is_empty(), "the colleague refuses {:?}", accepted.refused);
        }
        for _ in 0..1 + self.chance.below(4) {
            let known: Vec<DocId> = self.colleague.ws.records().opportunities.keys().copied().collect();
            let act = match self.chance.pick(&known).copied() {
                Some(id) if self.chance.below(3) > 0 => {
                    let field = ["city", "street", "description"][self.chance.below(3)];
                    let value = self.words(4);
                    Act::Do(Command::Set { id, fields: vec![(field.into(), value.as_str().into())], seen: None })
                }
                _ => {
                    let ws = self.colleague.ws.clone();
                    self.create(&ws)
                }
            };
            act.on(&self.colleague.ws)?;
        }
        Ok(Act::Take(self.colleague.ws.commits_beyond(&ws.vector(), 0, usize::MAX)?.0))
    }

    fn words(&mut self, count: usize) -> String {
        let mut text = String::new();
        for _ in 0..1 + self.chance.below(count) {
            text.push_str(&format!("{:x} ", self.chance.below(1 << 24)));
        }
        text.push_str(&self.made.to_string());
        text
    }
}
