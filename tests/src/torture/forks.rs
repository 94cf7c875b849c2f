//! Laptops whose folders are copied and put back while all go on: an old copy comes back after a crash, a copy is started on a second
//! machine, clocks are ten years off in either direction and jump. People meet by the real protocol, over lines that may break off.
//!
//! What holds in the end, whatever came first: all hold the same commits, with the same digest, records, members and commits
//! set aside; what a colleague had of a laptop came back to it; every record that anybody made and anybody still has is there, also where
//! the log it was made in has forked, with the date that its maker's clock said; nobody took another one's log for a fault.

use std::{
    collections::{BTreeMap, BTreeSet},
    mem,
};

use anyhow::{Context, Result, bail, ensure};
use chrono::{DateTime, TimeDelta, Utc};
use satchel_core::{Command, DocId, Error, Kind, Workspace, members::Role};
use satchel_sync::protocol::{Ending, Happening, Refusal, simulation::Line};

use super::{
    Chance,
    laptop::{Disk, Laptop, team},
    network::{deed, records},
    team::noon,
};

/// Counts commits beyond forks.
pub fn run(seed: u64) -> Result<u64> {
    Ok(trace(seed)?.forked)
}

/// What came of a try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trace {
    pub commits: u64,
    /// Of these, beyond forks.
    pub forked: u64,
    pub digest: [u8; 32],
}

/// Rounds in which everybody meets everybody, after which all must be of one mind: what lies beyond a fork travels, and then what is
/// written again.
const ROUNDS: usize = 6;

pub fn trace(seed: u64) -> Result<Trace> {
    let mut chance = Chance::new(seed);
    let mut laptops: Vec<Laptop> = team()?.into_iter().take(3 + chance.below(3)).collect();
    for laptop in &mut laptops {
        laptop.start()?;
        set_clock(laptop, &mut chance);
    }
    let mut office = Office { laptops, copies: Vec::new(), made: BTreeMap::new(), started: 0 };
    for _ in 0..20 + chance.below(30) {
        let at = chance.below(office.laptops.len());
        match chance.below(14) {
            0 | 1 => {
                let (disk, key) = (office.laptops[at].disk.copy(), office.laptops[at].key.clone());
                office.copies.push((at, disk, key));
            }
            2..=4 => office.use_copy(&mut chance)?,
            5..=7 => {
                let other = chance.below(office.laptops.len());
                let limit = if chance.below(3) == 0 { chance.below(30_000) } else { usize::MAX };
                office.meet(at, other, limit)?;
            }
            8 => set_clock(&office.laptops[at], &mut chance),
            _ => office.work(at, &mut chance)?,
        }
    }
    office.heal()?;
    office.agree()
}

/// Right, or ten years ahead or behind.
fn set_clock(laptop: &Laptop, chance: &mut Chance) {
    let years = [0, 0, 10, -10][chance.below(4)];
    laptop.clock.set(noon() + TimeDelta::days(365 * years) + TimeDelta::seconds(chance.below(100_000) as i64));
}

struct Office {
    /// Several may be one device, by copies.
    laptops: Vec<Laptop>,
    /// Whose folder it was, and what was in it.
    copies: Vec<(usize, Vec<u8>, satchel_core::workspace::DeviceKey)>,
    /// Records that were made, with when they say it was.
    made: BTreeMap<DocId, DateTime<Utc>>,
    /// How many copies were started. Each has luck of its own, as of a system: two with the same one would for ever begin the same logs.
    started: u64,
}

impl Office {
    fn ws(&self, at: usize) -> Result<&Workspace> {
        self.laptops[at].ws().context("a laptop is off")
    }

    fn work(&mut self, at: usize, chance: &mut Chance) -> Result<()> {
        let ws = self.ws(at)?.clone();
        let done = match chance.below(6) {
            0..=2 => {
                let id = ws.new_id(Kind::Opportunity);
                let fields = vec![("name".into(), format!("{:x}", chance.number()).as_str().into())];
                let done = ws.execute(Command::Create { id, fields }).map(drop);
                let date = ws.records().own(id).and_then(|record| record.meta().create_date);
                self.made.extend(date.map(|date| (id, date)));
                done
            }
            3 if chance.below(4) == 0 => match chance.below(2) {
                0 => ws.invite(Role::Salesperson, Some("Newt Pond"), noon()).map(drop),
                _ => {
                    let users: Vec<DocId> = ws.members().roles.keys().copied().collect();
                    let role = [Role::Salesperson, Role::Manager][chance.below(2)];
                    chance.pick(&users).map_or(Ok(()), |user| ws.set_role(*user, role))
                }
            },
            _ => deed(&ws, chance),
        };
        match done {
            Ok(()) | Err(Error::Refused(_)) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// A copy is put back, or goes on on a machine of its own.
    fn use_copy(&mut self, chance: &mut Chance) -> Result<()> {
        if self.copies.is_empty() {
            return Ok(());
        }
        // Rather one of the last ones.
        let at = self.copies.len() - 1 - chance.below(self.copies.len().min(3));
        let (of, disk, key) = self.copies[at].clone();
        self.started += 1;
        let luck = (7_000 + chance.number() % 1_000) << 16 | self.started;
        let mut copy = Laptop::new(Disk::of(disk), key, luck);
        set_clock(&copy, chance);
        copy.start()?;
        if chance.below(2) == 0 && self.laptops.len() < 7 {
            self.laptops.push(copy);
            return Ok(());
        }
        let mut gone = mem::replace(&mut self.laptops[of], copy);
        gone.crash();
        // What nobody else had is gone.
        let there = |id: &DocId| self.laptops.iter().filter_map(|l| l.ws()).any(|ws| holds(ws, *id));
        let lost: Vec<DocId> = self.made.keys().filter(|id| !there(id)).copied().collect();
        lost.iter().for_each(|id| _ = self.made.remove(id));
        Ok(())
    }

    /// Two meet until nothing is missing, or so many bytes have passed. A device does not meet itself.
    fn meet(&self, a: usize, b: usize, limit: usize) -> Result<()> {
        let (a, b) = (self.ws(a)?, self.ws(b)?);
        if a.device() == b.device() {
            return Ok(());
        }
        let mut line = Line::connect(a, b);
        line.run(limit);
        let (a, b) = line.cut();
        for happening in a.happenings.into_iter().chain(b.happenings) {
            if let Happening::Ended(Ending::Fault(why) | Ending::Refusing(Refusal::Fault(why)) | Ending::Trouble(why)) =
                happening
            {
                bail!("a session failed: {why}");
            }
        }
        ensure!(limit < usize::MAX || (a.up_to_date && b.up_to_date), "a session is stuck");
        Ok(())
    }

    fn heal(&mut self) -> Result<()> {
        for _ in 0..ROUNDS {
            for a in 0..self.laptops.len() {
                for b in 0..a {
                    self.meet(a, b, usize::MAX)?;
                }
            }
            let first = self.ws(0)?.held();
            if self.laptops.iter().all(|laptop| laptop.ws().is_some_and(|ws| ws.held() == first)) {
                return Ok(());
            }
        }
        bail!("after {ROUNDS} rounds of meetings they do not hold the same")
    }

    fn agree(&self) -> Result<Trace> {
        let reference = self.ws(0)?;
        let status = reference.status()?;
        let (records, asides) = (records(reference), asides(reference)?);
        for (at, laptop) in self.laptops.iter().enumerate() {
            let ws = laptop.ws().context("a laptop is off")?;
            ensure!(ws.status()?.digest == status.digest, "the digests differ");
            ensure!(self::records(ws) == records, "the records differ");
            ensure!(self::asides(ws)? == asides, "other commits are set aside");
            ensure!(*ws.members() == *reference.members(), "the members differ");
            ensure!(ws.accept(Vec::new())?.waiting == 0, "something waits for its causes");
            for (id, date) in &self.made {
                let found = ws.records().own(*id).with_context(|| format!("at {at} the record {id} is not there"))?;
                ensure!(found.meta().create_date == Some(*date), "the date of a record is another one");
            }
        }
        let last = self.ws(self.laptops.len() - 1)?;
        let problems = last.check()?.problems;
        ensure!(problems.is_empty(), "{problems:?}");
        last.rebuild()?;
        ensure!(self::asides(last)? == asides && last.status()?.digest == status.digest, "rebuilt it is another one");
        let forked = reference.set_aside()?.iter().filter(|s| s.reason.to_string().contains("copied")).count() as u64;
        Ok(Trace { commits: status.commits, forked, digest: status.digest })
    }
}

fn holds(ws: &Workspace, id: DocId) -> bool {
    ws.records().own(id).is_some()
}

fn asides(ws: &Workspace) -> Result<BTreeSet<(String, String)>> {
    Ok(ws.set_aside()?.into_iter().map(|s| (s.commit.to_string(), s.reason.to_string())).collect())
}
