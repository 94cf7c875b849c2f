//! The network is good again: what must hold then.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use satchel_core::{DocId, Kind, Record, Workspace, members::Role};

use super::World;

/// Rounds of meetings after which all must be of one mind.
const ROUNDS: usize = 12;
/// Turns within which a round must be over: more than the patience of a session whose line broke unnoticed.
const TURNS: usize = 400;

impl World {
    /// The power stays on, all lines are good; everybody meets in rings, each in another order.
    pub fn heal(&mut self) -> Result<()> {
        self.blocked.clear();
        for person in &mut self.people {
            person.laptop.disk.keep_power();
            person.off_until = person.off_until.map(|_| self.now);
        }
        self.wake()?;
        self.carried = std::mem::take(&mut self.brought);
        self.hand_over(|_| true)?;
        for round in 0..ROUNDS {
            let mut ring: Vec<usize> = (0..self.people.len()).collect();
            self.chance.shuffle(&mut ring);
            for (place, one) in ring.iter().enumerate() {
                self.connect(*one, ring[(place + 1) % ring.len()]);
            }
            self.seek(round >= ROUNDS / 2);
            self.settle()?;
            if self.is_level()? {
                return Ok(());
            }
            self.part();
            self.settle()?;
        }
        let standing = |p: &super::Person| {
            let ws = p.ws()?;
            let (known, commits) = (ws.members(), ws.vector().0.values().sum::<u64>());
            let removed = ws.status().is_ok_and(|status| status.removed);
            let roles: Vec<_> = self.people.iter().map(|p| known.role_of(p.laptop.key.device())).collect();
            Some(format!("{commits} commits, removed: {removed}, roles {roles:?}, {:?}", p.refusals))
        };
        let all: Vec<_> = self.people.iter().map(standing).collect();
        anyhow::bail!("after {ROUNDS} rounds of meetings they do not hold the same: {all:#?}");
    }

    /// Who is not let in, or was told of a removal, asks everybody who is a member as far as it knows: a removal that did not hold is
    /// taken back by who told of it. In time `everybody` does: who was removed by one of the others and has not called it does
    /// not know, as it is not called.
    fn seek(&mut self, everybody: bool) {
        let device = |p: &super::Person| p.laptop.key.device();
        for one in 0..self.people.len() {
            let ws = self.people[one].ws().cloned();
            let told = ws.as_ref().is_none_or(|ws| ws.status().is_ok_and(|status| status.removed));
            let alone = self.owner().is_ok_and(|owner| !owner.members().is_member(device(&self.people[one])));
            for other in 0..self.people.len() {
                let known = ws.as_ref().is_none_or(|ws| ws.members().is_member(device(&self.people[other])));
                if known && (told || alone || everybody) {
                    self.connect(one, other);
                }
            }
        }
    }

    /// Everybody hangs up.
    fn part(&mut self) {
        for end in self.wires.iter_mut().flat_map(|wire| &mut wire.ends) {
            if let super::Talk::Session(session) = &mut end.talk {
                session.goodbye();
            }
        }
    }

    /// Until all is quiet.
    fn settle(&mut self) -> Result<()> {
        for turn in 0..TURNS {
            // Who lost power once more comes back.
            let all_on = self.people.iter().all(|person| person.off_until.is_none());
            if all_on && self.wires.iter().all(|wire| wire.is_quiet()) && turn > 0 {
                return Ok(());
            }
            if turn > 40 {
                self.now += Duration::from_secs(5);
            }
            self.step(false)?;
        }
        anyhow::bail!("stuck: the sessions do not come to rest");
    }

    /// An owner who is a member still: at least one stays, whoever removes whom.
    fn owner(&self) -> Result<&Workspace> {
        let owner = self.people.iter().filter_map(|p| p.ws()).find(|ws| {
            let stays = ws.status().is_ok_and(|status| !status.removed);
            stays && ws.members().role_of(ws.device()) == Some(Role::Owner)
        });
        owner.context("there is no owner any more")
    }

    /// The laptops of members, by what an owner knows.
    fn members(&self) -> Result<Vec<&Workspace>> {
        let owner = self.owner()?;
        let members = owner.members();
        Ok(self.people.iter().filter_map(|p| p.ws()).filter(|ws| members.is_member(ws.device())).collect())
    }

    fn is_level(&self) -> Result<bool> {
        // It may be somebody who has been let in and does not know it yet.
        let (Ok(owner), Ok(members)) = (self.owner(), self.members()) else { return Ok(false) };
        let known = owner.members();
        for person in &self.people {
            let Some(ws) = person.ws().filter(|ws| !known.is_member(ws.device())) else { continue };
            let was = known.devices.contains_key(&ws.device());
            let listens = members.iter().any(|member| ws.members().is_member(member.device()));
            if listens && ((was && !ws.status()?.removed) || person.refusals.is_empty()) {
                return Ok(false);
            }
        }
        for ws in &members {
            if ws.status()?.removed {
                return Ok(false);
            }
        }
        Ok(members.windows(2).all(|two| two[0].vector() == two[1].vector()))
    }

    pub fn agree(&mut self) -> Result<()> {
        let members = self.members()?;
        let owner = self.owner()?;
        let (status, records, asides) = (owner.status()?, records(owner), asides(owner)?);
        let vector = owner.vector();
        for ws in &members {
            ensure!(ws.status()?.digest == status.digest, "the digests differ");
            ensure!(records_equal(&self::records(ws), &records)?, "the records differ");
            ensure!(self::asides(ws)? == asides, "other commits are set aside");
            ensure!(*ws.members() == *owner.members(), "the members differ");
            ensure!(ws.accept(Vec::new())?.waiting == 0, "something waits for its causes still");
            ensure!(!ws.status()?.removed, "a member believes to be removed");
        }
        let mut apart = 0;
        for person in &self.people {
            let Some(ws) = person.ws() else { continue };
            let device = ws.device();
            if members.iter().any(|member| member.device() == device) {
                for (epoch, seq) in &person.told {
                    ensure!(vector.get(device, *epoch) >= *seq, "what was acknowledged is not there");
                }
            } else if !members.iter().any(|member| ws.members().is_member(member.device())) {
                apart += 1;
            } else if owner.members().devices.contains_key(&device) {
                ensure!(ws.status()?.removed, "a removed device was not told: {:?}", person.refusals);
            } else {
                ensure!(!person.refusals.is_empty(), "a device whose admission does not hold was not told");
            }
        }
        if self.chance.below(8) == 0 {
            let members = self.members()?;
            let problems = members[members.len() - 1].check()?.problems;
            ensure!(problems.is_empty(), "{problems:?}");
        }
        self.hasher.update(&status.digest);
        self.tally.insert("commits", vector.0.values().sum());
        self.tally.insert("set aside", status.asides as u64);
        self.tally.insert("removed all the others", apart);
        self.tally.insert("laptops", self.people.len() as u64);
        Ok(())
    }
}

fn asides(ws: &Workspace) -> Result<BTreeSet<(String, String)>> {
    Ok(ws.set_aside()?.into_iter().map(|s| (s.commit.to_string(), s.reason.to_string())).collect())
}

/// All records, without what is each device's own to know.
pub fn records(ws: &Workspace) -> BTreeMap<DocId, Record> {
    let records = ws.records();
    let ids = Kind::ALL.into_iter().flat_map(|kind| records.ids(kind));
    let plain = |id: DocId| {
        let mut record = records.get(id)?;
        record.meta_mut().arrival = 0;
        record.meta_mut().arrived_from = None;
        Some((id, record))
    };
    ids.filter_map(plain).collect()
}

fn records_equal(a: &BTreeMap<DocId, Record>, b: &BTreeMap<DocId, Record>) -> Result<bool> {
    for (id, record) in a {
        ensure!(b.get(id) == Some(record), "a record differs: {record:?} and {:?}", b.get(id));
    }
    Ok(a.len() == b.len())
}
