//! A team at work over a bad network, all of it from one seed: two to eight devices with real workspaces on disks that lie in
//! memory, joined by the real protocol's sessions. Then the network is good again, and all must be of one mind.
//!
//! What the network does. A connection is a stream over QUIC: it carries every byte once and in order, or breaks. So
//! - a lost packet is sent again: three of ten pieces come late, and all that follows them on that stream with them;
//! - a loss that lasts is a connection that breaks off: anywhere, also within a frame, and the two ends notice at different times;
//! - a partition one way lets bytes through in one direction only, and nobody dial;
//! - duplicates and reordering do not exist within a stream. Between streams they do, as everybody passes on everybody's
//!   commits; and beside them, when commits are carried by other means. That is done here by giving what one device holds to another
//!   one's [`Workspace::accept`] directly: half of the commits twice, in any order, some only much later.
//!
//! What happens to devices: the power goes between two commands or within the writing of one, and they start from what was durable; new
//! ones join (over lines that break off too), others are removed, roles change, while some have not heard of it.
//!
//! What holds in the end, once the lines are good: all members hold the same commits, have the same digest, records, members and
//! commits set aside; nothing waits for its causes; what was acknowledged on them is there; who was removed has been told so, in words
//! (but for who has removed all of them in turn, and so does not listen); and no session ever accused another of a fault.

mod deeds;
mod end;
mod wire;

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use anyhow::{Context, Result, bail, ensure};
use chrono::TimeDelta;
use satchel_core::{
    DeviceId, Epoch, Error, Workspace,
    members::{Role, Ticket},
    workspace::DeviceKey,
};
use satchel_sync::protocol::{Ending, Happening, Joining, Moment, Refusal, Session, Terms};

pub use self::{deeds::deed, end::records};

use self::wire::{End, Talk, Wire};
use super::{
    Chance,
    laptop::{Disk, Laptop, TEAM, team},
    team::noon,
};

pub fn run(seed: u64) -> Result<u64> {
    Ok(trace(seed)?.delivered)
}

/// What came of a try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// Over every byte that was delivered and everything that happened: the same whenever the seed is tried.
    pub hash: [u8; 32],
    /// Pieces of streams that were delivered.
    pub delivered: u64,
    /// What happened, how often.
    pub tally: BTreeMap<&'static str, u64>,
}

pub fn trace(seed: u64) -> Result<Trace> {
    let mut world = World::new(seed)?;
    for _ in 0..world.steps {
        world.step(true)?;
    }
    world.heal()?;
    world.agree()?;
    Ok(Trace { hash: *world.hasher.finalize().as_bytes(), delivered: world.delivered, tally: world.tally })
}

/// Live connections of one device, as in the product.
const MAX_LIVE: usize = 8;

struct World {
    chance: Chance,
    now: Moment,
    steps: usize,
    people: Vec<Person>,
    wires: Vec<Wire>,
    /// From whom to whom nothing comes through.
    blocked: BTreeSet<(usize, usize)>,
    /// Commits on their way by other means: to whom.
    carried: Vec<(usize, Vec<u8>)>,
    /// All that ever were: what waits for its causes is forgotten when the power goes, so it is brought again in the end.
    brought: Vec<(usize, Vec<u8>)>,
    hasher: blake3::Hasher,
    delivered: u64,
    tally: BTreeMap<&'static str, u64>,
}

struct Person {
    laptop: Laptop,
    /// Who is to join, and has not yet.
    ticket: Option<Ticket>,
    /// When the power comes back.
    off_until: Option<Moment>,
    /// The last number of each of its logs that was acknowledged to the person.
    told: BTreeMap<Epoch, u64>,
    /// Why others would not talk to it.
    refusals: BTreeSet<String>,
}

impl Person {
    fn ws(&self) -> Option<&Workspace> {
        self.laptop.ws()
    }
}

impl World {
    fn new(seed: u64) -> Result<World> {
        let mut chance = Chance::new(seed);
        let count = 2 + chance.below(5);
        let mut people = Vec::with_capacity(TEAM);
        // The others of the team are members too, and on holiday.
        for mut laptop in team()?.into_iter().take(count) {
            laptop.start()?;
            people.push(Person::new(laptop));
        }
        let steps = 16 + chance.below(24);
        let (wires, blocked, carried, brought, delivered, tally) = Default::default();
        let (now, hasher) = (Moment::ZERO, blake3::Hasher::new());
        Ok(World { chance, now, steps, people, wires, blocked, carried, brought, hasher, delivered, tally })
    }

    /// One turn; in bad `weather` things break.
    fn step(&mut self, weather: bool) -> Result<()> {
        let pause = match self.chance.below(12) {
            0 if weather => Duration::from_secs(30 + self.chance.below(200) as u64),
            _ => Duration::from_millis(200 + self.chance.below(2_000) as u64),
        };
        self.now += pause;
        for person in &self.people {
            person.laptop.clock.advance(TimeDelta::milliseconds(pause.as_millis() as i64));
        }
        self.wake()?;
        if weather {
            self.weather();
            self.work()?;
            self.dial()?;
            self.carry_by_hand()?;
        }
        self.carry(weather)
    }

    fn note(&mut self, what: &'static str, detail: &str) {
        *self.tally.entry(what).or_default() += 1;
        self.hasher.update(what.as_bytes());
        self.hasher.update(detail.as_bytes());
        self.hasher.update(&self.now.as_millis().to_le_bytes());
    }

    /// Whose power is back starts.
    fn wake(&mut self) -> Result<()> {
        for at in 0..self.people.len() {
            if self.people[at].off_until.is_some_and(|until| until <= self.now) {
                let person = &mut self.people[at];
                person.off_until = None;
                person.laptop.start().context("it does not start from what was durable")?;
                self.note("started again", "");
            }
        }
        Ok(())
    }

    fn weather(&mut self) {
        for _ in 0..self.chance.below(3) {
            let (a, b) = (self.chance.below(self.people.len()), self.chance.below(self.people.len()));
            if !self.blocked.remove(&(a, b)) && a != b {
                self.blocked.insert((a, b));
                self.note("parted", "");
                if self.chance.below(2) == 0 {
                    self.blocked.insert((b, a));
                }
            }
        }
        for at in 0..self.wires.len() {
            if self.chance.below(16) == 0 {
                self.break_off(at);
            }
        }
        if self.chance.below(10) == 0 {
            let at = self.chance.below(self.people.len());
            self.crash(at);
        }
    }

    /// A connection is gone: of what is under way something comes, cut off anywhere; each end notices in its own time.
    fn break_off(&mut self, wire: usize) {
        self.note("broken off", "");
        for side in 0..2 {
            let end = &mut self.wires[wire].ends[side];
            let keep = self.chance.below(end.coming.len() + 1);
            end.coming.truncate(keep);
            if let Some((_, bytes)) = end.coming.back_mut() {
                let cut = self.chance.below(bytes.len() + 1);
                bytes.truncate(cut);
            }
            let notices = self.now + Duration::from_secs(self.chance.below(40) as u64);
            end.loses = Some(end.coming.back().map_or(notices, |(last, _)| notices.max(*last)));
            // Nothing more gets onto it.
        }
    }

    fn crash(&mut self, at: usize) {
        let person = &mut self.people[at];
        if person.ws().is_none() {
            return;
        }
        person.laptop.crash();
        person.off_until = Some(self.now + Duration::from_secs(1 + self.chance.below(60) as u64));
        self.note("lost power", "");
        for wire in 0..self.wires.len() {
            for side in 0..2 {
                if self.wires[wire].ends[side].at == at && !self.wires[wire].ends[side].is_gone() {
                    self.break_off(wire);
                    self.wires[wire].ends[side].talk = Talk::Gone;
                }
            }
        }
    }

    /// Everybody works, in no order.
    fn work(&mut self) -> Result<()> {
        for _ in 0..self.chance.below(3) {
            let at = self.chance.below(self.people.len());
            let Some(ws) = self.people[at].ws().cloned() else { continue };
            // The power goes within the writing of it, now and then.
            if self.chance.below(12) == 0 {
                self.people[at].laptop.disk.cut_after(1 + self.chance.below(24) as u32);
            }
            let done = match self.chance.below(9) {
                0 => self.change_members(at, &ws),
                _ => deeds::deed(&ws, &mut self.chance),
            };
            match &done {
                Ok(()) => self.note("done", ""),
                Err(error) => self.note("not done", &error.to_string()),
            }
            match done {
                Ok(()) => {
                    let own = ws.vector();
                    let own = own.0.iter().filter(|((device, _), _)| *device == ws.device());
                    self.people[at].told.extend(own.map(|((_, epoch), seq)| (*epoch, *seq)));
                }
                Err(Error::Refused(_)) => {}
                Err(_) if self.people[at].laptop.disk.is_cut() => self.note("lost power while writing", ""),
                Err(error) => return Err(error.into()),
            }
            drop(ws);
            self.after_cut(at);
        }
        Ok(())
    }

    /// A laptop whose power went within a write is off.
    fn after_cut(&mut self, at: usize) {
        if self.people[at].laptop.disk.is_cut() {
            self.crash(at);
        } else {
            self.people[at].laptop.disk.keep_power();
        }
    }

    fn change_members(&mut self, at: usize, ws: &Workspace) -> Result<(), Error> {
        let members = ws.members();
        let others: Vec<DeviceId> =
            self.people.iter().map(|p| p.laptop.key.device()).filter(|d| *d != ws.device()).collect();
        let other = self.chance.pick(&others).copied();
        match (self.chance.below(8), other.and_then(|d| Some((d, members.devices.get(&d)?)))) {
            (0 | 1, Some((device, _))) => ws.remove_device(device),
            (2, Some((_, known))) => ws.remove_user(known.user),
            (3, Some((_, known))) => {
                let roles = [Role::Guest, Role::Salesperson, Role::Manager, Role::Owner];
                ws.set_role(known.user, roles[self.chance.below(4)])
            }
            _ if self.people.len() < TEAM + 2 => {
                let role = if self.chance.below(4) == 0 { Role::Manager } else { Role::Salesperson };
                let number = self.people.len() as u64;
                let ticket = ws.invite(role, Some(&format!("New {at} {number}")), noon() + TimeDelta::days(7))?;
                let key = DeviceKey(*blake3::hash(&self.chance.number().to_le_bytes()).as_bytes());
                let laptop = Laptop::new(Disk::default(), key, 1_000 + number);
                self.people.push(Person { ticket: Some(ticket), ..Person::new(laptop) });
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn dial(&mut self) -> Result<()> {
        for _ in 0..1 + self.people.len() / 2 {
            let (a, b) = (self.chance.below(self.people.len()), self.chance.below(self.people.len()));
            self.connect(a, b);
        }
        Ok(())
    }

    /// One calls another, if there is a way.
    fn connect(&mut self, a: usize, b: usize) {
        let reachable = a != b && !self.blocked.contains(&(a, b)) && !self.blocked.contains(&(b, a));
        let busy = |at: usize| self.wires.iter().filter(|w| w.ends.iter().any(|e| e.at == at)).count() >= MAX_LIVE;
        if !reachable || self.wires.iter().any(|wire| wire.joins(a, b)) || busy(a) || busy(b) {
            return;
        }
        let (dialling, answering) = (&self.people[a].laptop, &self.people[b].laptop);
        // As the node, nobody calls whom it holds for removed: it would be in the way of being called by them.
        let is_removed = |ws: &Workspace| ws.members().devices.get(&answering.key.device()).is_some_and(|d| d.removed);
        if answering.ws().is_none() || dialling.ws().is_some_and(is_removed) {
            return;
        }
        let live = self.chance.below(8) > 0;
        let terms = |laptop: &Laptop| Terms { live, instance: laptop.starts() };
        let talk = match (dialling.ws(), &self.people[a].ticket) {
            (Some(ws), _) => {
                Talk::Session(Box::new(Session::dial(ws, answering.key.device(), terms(dialling), self.now)))
            }
            (None, Some(ticket)) => {
                Talk::Joining(Joining::new(&ticket.request(dialling.key.device(), "notebook", None)))
            }
            (None, None) => return,
        };
        let answer = Session::answer(dialling.key.device(), terms(answering), self.now);
        self.note("connected", "");
        self.wires.push(Wire { ends: [End::new(a, talk), End::new(b, Talk::Session(Box::new(answer)))] });
    }

    /// What one holds comes to another one by other means.
    fn carry_by_hand(&mut self) -> Result<()> {
        if self.chance.below(5) == 0 {
            let (a, b) = (self.chance.below(self.people.len()), self.chance.below(self.people.len()));
            if let (Some(from), Some(to)) = (self.people[a].ws(), self.people[b].ws())
                && a != b
                && from.members().is_member(to.device())
            {
                let (commits, _) = from.commits_beyond(&to.vector(), 0, usize::MAX)?;
                for commit in commits {
                    self.brought.push((b, commit.clone()));
                    if self.chance.below(2) == 0 {
                        self.carried.push((b, commit.clone()));
                    }
                    self.carried.push((b, commit));
                }
            }
        }
        if self.chance.below(3) == 0 {
            self.hand_over(|chance| chance.below(10) < 7)?;
        }
        Ok(())
    }

    /// What was carried by hand arrives, in any order.
    fn hand_over(&mut self, comes: impl Fn(&mut Chance) -> bool) -> Result<()> {
        let mut carried = std::mem::take(&mut self.carried);
        self.chance.shuffle(&mut carried);
        let mut arriving: BTreeMap<usize, Vec<Vec<u8>>> = BTreeMap::new();
        for (to, commit) in carried {
            match self.people[to].ws().is_some() && comes(&mut self.chance) {
                true => arriving.entry(to).or_default().push(commit),
                false => self.carried.push((to, commit)),
            }
        }
        for (to, commits) in arriving {
            let Some(ws) = self.people[to].ws() else { continue };
            let accepted = ws.accept(commits)?;
            ensure!(accepted.refused.is_empty(), "carried by hand: {:?}", accepted.refused);
            self.note("handed over", "");
        }
        Ok(())
    }

    /// Lets everybody speak and what is under way arrive.
    fn carry(&mut self, weather: bool) -> Result<()> {
        for wire in 0..self.wires.len() {
            for side in 0..2 {
                self.speak(wire, side, weather)?;
                self.listen(wire, side)?;
            }
        }
        self.wires.retain(|wire| !wire.is_over());
        Ok(())
    }

    /// What a side has to say gets under way.
    fn speak(&mut self, wire: usize, side: usize, weather: bool) -> Result<()> {
        let now = self.now;
        let at = self.wires[wire].ends[side].at;
        let end = &mut self.wires[wire].ends[side];
        let said = match &mut end.talk {
            Talk::Session(session) => {
                let laptop = &self.people[at].laptop;
                if let Some(ws) = laptop.ws()
                    && session.trusted()
                    && end.told != laptop.news()
                {
                    end.told = laptop.news();
                    session.changed(ws);
                }
                session.tick(now);
                session.take_output()
            }
            Talk::Joining(joining) => joining.take_output(),
            Talk::Gone => return Ok(()),
        };
        self.happened(wire, side)?;
        // What is left to say after that, as a goodbye.
        let more = match &mut self.wires[wire].ends[side].talk {
            Talk::Session(session) => session.take_output(),
            _ => Vec::new(),
        };
        let said = [said, more].concat();
        let is_broken = self.wires[wire].ends.iter().any(|end| end.loses.is_some());
        let other = &mut self.wires[wire].ends[1 - side];
        if !said.is_empty() && !other.is_gone() && !is_broken {
            let mut rest = said.as_slice();
            while !rest.is_empty() {
                let most = if weather && self.chance.below(3) == 0 { rest.len() } else { usize::MAX };
                let (piece, left) = rest.split_at(rest.len().min(1 + self.chance.below(most)));
                let late = if weather && self.chance.below(10) < 3 { 3_000 } else { 0 };
                let delay = Duration::from_millis(10 + self.chance.below(800) as u64 + late);
                other.send(now + delay, piece.to_vec());
                rest = left;
            }
        }
        let end = &self.wires[wire].ends[side];
        let Talk::Session(session) = &end.talk else { return Ok(()) };
        if session.ended().is_some() {
            let other = &mut self.wires[wire].ends[1 - side];
            let last = other.coming.back().map_or(now, |(last, _)| *last);
            other.loses = Some(other.loses.unwrap_or(last).max(last));
            self.wires[wire].ends[side].talk = Talk::Gone;
        }
        Ok(())
    }

    /// What has come for a side is taken in.
    fn listen(&mut self, wire: usize, side: usize) -> Result<()> {
        let (at, from) = (self.wires[wire].ends[side].at, self.wires[wire].ends[1 - side].at);
        if self.blocked.contains(&(from, at)) {
            return Ok(());
        }
        let mut came = Vec::new();
        let end = &mut self.wires[wire].ends[side];
        while let Some((_, bytes)) = end.coming.pop_front_if(|(when, _)| *when <= self.now) {
            came.extend(bytes);
            self.delivered += 1;
        }
        if !came.is_empty() {
            self.hasher.update(&came);
            if self.chance.below(200) == 0 {
                self.people[at].laptop.disk.cut_after(1 + self.chance.below(40) as u32);
            }
            let end = &mut self.wires[wire].ends[side];
            let mut welcome = None;
            match &mut end.talk {
                Talk::Session(session) => match self.people[at].ws() {
                    Some(ws) => session.receive(ws, &came, self.now),
                    None => bail!("a session of a laptop that is off"),
                },
                Talk::Joining(joining) => welcome = joining.receive(&came),
                Talk::Gone => {}
            }
            match welcome {
                Some(Ok(welcome)) => self.welcomed(wire, side, &welcome)?,
                Some(Err(ending)) => {
                    ensure!(matches!(ending, Ending::Refused(_)), "joining: {}", ending.message());
                    self.people[at].refusals.insert(ending.to_string());
                    self.wires[wire].ends[side].talk = Talk::Gone;
                }
                None => {}
            }
            self.happened(wire, side)?;
            self.after_cut(at);
        }
        let end = &mut self.wires[wire].ends[side];
        if end.coming.is_empty() && end.loses.is_some_and(|when| when <= self.now) {
            if let Talk::Session(session) = &mut end.talk {
                session.lost();
            }
            self.happened(wire, side)?;
            self.wires[wire].ends[side].talk = Talk::Gone;
        }
        Ok(())
    }

    /// A newcomer was let in, and goes on talking on the same line.
    fn welcomed(&mut self, wire: usize, side: usize, welcome: &satchel_core::members::Welcome) -> Result<()> {
        let at = self.wires[wire].ends[side].at;
        let peer = self.people[self.wires[wire].ends[1 - side].at].laptop.key.device();
        let laptop = &mut self.people[at].laptop;
        laptop.disk.keep_power();
        if laptop.ws().is_none() {
            laptop.join(welcome)?;
        }
        self.people[at].ticket = None;
        let laptop = &self.people[at].laptop;
        let terms = Terms { live: true, instance: laptop.starts() };
        if let Some(ws) = laptop.ws() {
            self.wires[wire].ends[side].talk = Talk::Session(Box::new(Session::dial(ws, peer, terms, self.now)));
        }
        self.note("let in", "");
        Ok(())
    }

    /// Looks at what happened in a session, as the node does.
    fn happened(&mut self, wire: usize, side: usize) -> Result<()> {
        let (at, peer) = (self.wires[wire].ends[side].at, self.wires[wire].ends[1 - side].at);
        let peer = self.people[peer].laptop.key.device();
        let Talk::Session(session) = &mut self.wires[wire].ends[side].talk else { return Ok(()) };
        let happenings: Vec<Happening> = std::iter::from_fn(|| session.next_happening()).collect();
        if side == 0 && !session.live() && happenings.contains(&Happening::Settled) {
            session.goodbye();
        }
        if let Some(ws) = self.people[at].laptop.ws().filter(|_| session.up_to_date()) {
            match ws.told_member(peer) {
                Err(error) if !self.people[at].laptop.disk.is_cut() => return Err(error.into()),
                _ => {}
            }
        }
        for happening in happenings {
            match happening {
                Happening::Ended(Ending::Refused(refusal)) => {
                    if refusal == Refusal::Removed
                        && let Some(ws) = self.people[at].laptop.ws()
                    {
                        match ws.told_removed(peer) {
                            Err(error) if !self.people[at].laptop.disk.is_cut() => return Err(error.into()),
                            _ => {}
                        }
                    }
                    if let Refusal::Fault(why) = &refusal {
                        bail!("an honest device was told that it sent something wrong: {why}");
                    }
                    self.people[at].refusals.insert(refusal.to_string());
                    self.note(if refusal == Refusal::Removed { "told of removal" } else { "refused" }, "");
                }
                Happening::Ended(Ending::Fault(why) | Ending::Refusing(Refusal::Fault(why))) => {
                    bail!("an honest device sent something wrong: {why}");
                }
                Happening::Ended(Ending::Trouble(why)) if !self.people[at].laptop.disk.is_cut() => bail!("{why}"),
                Happening::Ended(Ending::Silent) => self.note("gave up on a silent peer", ""),
                _ => {}
            }
        }
        Ok(())
    }
}

impl Person {
    fn new(laptop: Laptop) -> Person {
        let (ticket, off_until, told, refusals) = Default::default();
        Person { laptop, ticket, off_until, told, refusals }
    }
}
