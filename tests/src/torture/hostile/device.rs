//! The device under attack: Bob's, as it was before each commit of a colleague whose program is not honest.

use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use satchel_core::{
    Command, DocId, Error, Kind, Money, Storage, Value, Workspace,
    commit::Vector,
    environment::fixed::{FixedClock, environment},
    members::{Role, Welcome},
    record::ActivityType,
    workspace::DeviceKey,
};

use crate::torture::team::{Desk, noon};

/// What a colleague may send, and who gets it.
pub struct Attacked {
    pub ann: Desk,
    /// Ann's commits since Bob met her.
    pub commits: Vec<Vec<u8>>,
    pub bob: Workspace,
    /// How many of Ann's commits Bob holds.
    pub at: usize,
    before: Vec<Vec<u8>>,
    welcome: Welcome,
    digest: [u8; 32],
    clock: Arc<FixedClock>,
}

const SEED: u64 = 2;

impl Attacked {
    pub fn new() -> Result<Attacked> {
        let ann = Desk::found("Acme", 1)?;
        let deal = ann.add(Kind::Opportunity, "GTX Pro")?;
        ann.set(deal, "description", "The quick brown fox.".into())?;
        let ticket = ann.ws.invite(Role::Salesperson, None, noon() + chrono::TimeDelta::days(7))?;
        let clock = FixedClock::at(noon());
        let key = DeviceKey::generate(&environment(&clock, SEED));
        let welcome = ann.ws.admit(&ticket.request(key.device(), "notebook", Some("Bob Road")))?;
        let met = ann.ws.vector();
        let before = ann.log()?;
        script(&ann, deal)?;
        let commits = ann.ws.commits_beyond(&met, 0, usize::MAX)?.0;
        let bob = join(&welcome, &clock)?;
        let mut attacked = Attacked { ann, commits, bob, at: 0, before, welcome, digest: [0; 32], clock };
        attacked.reset(0)?;
        Ok(attacked)
    }

    /// Bob's device as it was before the commit of this number.
    pub fn reset(&mut self, at: usize) -> Result<()> {
        self.bob = join(&self.welcome, &self.clock)?;
        let sent = self.before.iter().chain(&self.commits[..at]).cloned().collect();
        let accepted = self.bob.accept(sent)?;
        ensure!(accepted.refused.is_empty() && accepted.waiting == 0, "the honest log is refused: {accepted:?}");
        (self.at, self.digest) = (at, self.bob.status()?.digest);
        Ok(())
    }

    pub fn before(&mut self, at: usize) -> Result<()> {
        if self.at == at { Ok(()) } else { self.reset(at) }
    }

    pub fn is_as_before(&self) -> Result<bool> {
        Ok(self.bob.status()?.digest == self.digest)
    }

    /// Refused, it has changed nothing; taken, it made a workspace that holds in every respect. Then Bob is as before again.
    pub fn give(&mut self, commit: Vec<u8>) -> Result<()> {
        let accepted = self.bob.accept(vec![commit])?;
        if accepted.applied == 0 {
            ensure!(self.is_as_before()?, "refused, and the digest changed: {accepted:?}");
            // What waits for its causes would go on waiting.
            return if accepted.waiting > 0 { self.reset(self.at) } else { Ok(()) };
        }
        self.lives()?;
        self.reset(self.at)
    }

    /// Everything can be read, written and made again.
    pub fn lives(&self) -> Result<()> {
        let bob = &self.bob;
        self.holds()?;
        bob.conflicts(None)?;
        let ids: Vec<DocId> = bob.records().opportunities.keys().copied().collect();
        for id in ids {
            bob.history(id)?;
            let fields = vec![("zip".to_owned(), "9000".into()), ("description".to_owned(), "Bob's words".into())];
            match bob.execute(Command::Set { id, fields, seen: None }) {
                Ok(_) | Err(Error::Refused(_)) => {}
                Err(error) => return Err(error).context("an edit after it"),
            }
        }
        let before = (bob.status()?.digest, bob.records().opportunities.clone());
        bob.rebuild()?;
        let after = (bob.status()?.digest, bob.records().opportunities.clone());
        ensure!(before == after, "a rebuild makes something else");
        Ok(())
    }

    pub fn holds(&self) -> Result<()> {
        let problems = self.bob.check()?.problems;
        ensure!(problems.is_empty(), "the check finds {problems:?}");
        Ok(())
    }

    /// Whether Bob holds nothing that Ann has not written.
    pub fn is_of_ann(&self) -> bool {
        let (bob, ann): (Vector, Vector) = (Vector::clone(&self.bob.vector()), Vector::clone(&self.ann.ws.vector()));
        bob.0.iter().all(|((device, epoch), seq)| ann.get(*device, *epoch) >= *seq || *device == self.bob.device())
    }
}

fn join(welcome: &Welcome, clock: &Arc<FixedClock>) -> Result<Workspace> {
    let environment = environment(clock, SEED);
    let key = DeviceKey::generate(&environment);
    Ok(Workspace::join(Storage::Memory, environment, key, "notebook", welcome)?)
}

/// Something of every kind.
fn script(ann: &Desk, deal: DocId) -> Result<()> {
    let own = |fields: &[(&str, Value)]| fields.iter().map(|(k, v)| ((*k).to_owned(), v.clone())).collect();
    let (tag, activity) = (DocId::derived(ann.ws.id(), "test", Kind::Tag, "a"), ann.ws.new_id(Kind::Activity));
    let script = [
        Command::Create { id: tag, fields: own(&[("name", "Hot".into())]) },
        Command::Create {
            id: ann.ws.new_id(Kind::Opportunity),
            fields: own(&[("name", "GTK 500".into()), ("expected_revenue", Money(120_000).into())]),
        },
        Command::Set {
            id: deal,
            fields: own(&[("city", "Ghent".into()), ("priority", 3i64.into()), ("tags", Value::Refs(vec![tag]))]),
            seen: None,
        },
        Command::Set { id: deal, fields: own(&[("description", "The slow brown foxes jump.".into())]), seen: None },
        Command::AddActivity {
            on: deal,
            id: activity,
            kind: ActivityType::CALL,
            summary: "Offer".into(),
            note: String::new(),
            date_deadline: ann.ws.environment().today(),
            user: None,
        },
        Command::ActivityDone { id: activity, feedback: "well".into() },
        Command::MarkWon { ids: vec![deal] },
        Command::Set { id: deal, fields: own(&[("description", Value::Null), ("city", Value::Null)]), seen: None },
        Command::Trash { ids: vec![deal] },
    ];
    script.into_iter().try_for_each(|command| ann.ws.execute(command).map(drop))?;
    Ok(())
}
