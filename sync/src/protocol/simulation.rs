//! A replica that is nothing but logs in memory, and a line between two replicas: for tests and simulations of many devices.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use satchel_core::{
    DeviceId, DocId, Epoch, Error, Kind, Result, WorkspaceId,
    commit::Vector,
    members::{JoinRequest, Welcome},
    workspace::Accepted,
};
use serde::{Deserialize, Serialize};

use super::{Batch, Calling, Claims, Happening, Moment, Replica, Session, Standing, Terms, Traffic};

const EPOCH: Epoch = Epoch([0; 16]);

/// A replica whose commits mean nothing but who is a member. Nothing is signed.
pub struct Logs {
    workspace: WorkspaceId,
    device: DeviceId,
    held: Mutex<Held>,
}

#[derive(Default)]
struct Held {
    arrived: Vec<Entry>,
    vector: Vector,
    waiting: Vec<Entry>,
    /// Whether they were removed.
    members: BTreeMap<DeviceId, bool>,
    tickets: BTreeMap<[u8; 32], Option<DeviceId>>,
    proof: Vec<Vec<u8>>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Entry {
    author: DeviceId,
    seq: u64,
    /// All its author held.
    seen: Vector,
    deed: Deed,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Deed {
    Write(Vec<u8>),
    Admit(DeviceId),
    Remove(DeviceId),
}

impl Logs {
    /// Founds a workspace of which this device is the only member.
    pub fn found(workspace: WorkspaceId, device: DeviceId) -> Logs {
        let logs = Logs { workspace, device, held: Mutex::default() };
        logs.held().members.insert(device, false);
        logs
    }

    /// Another device's replica of this workspace, admitted by this one. It knows of no other member than those that its
    /// proof speaks of.
    pub fn admit_device(&self, device: DeviceId) -> Logs {
        self.append(Deed::Admit(device));
        Logs::joined(self.workspace, device, self.device, self.admissions())
    }

    fn joined(workspace: WorkspaceId, device: DeviceId, inviter: DeviceId, proof: Vec<Vec<u8>>) -> Logs {
        let logs = Logs::found(workspace, device);
        let mut held = logs.held();
        held.members.insert(inviter, false);
        held.proof = proof;
        drop(held);
        logs
    }

    /// Of whom each device is in a simulation.
    pub fn user(&self, device: DeviceId) -> DocId {
        DocId::derived(self.workspace, "simulation", Kind::User, &device.to_string())
    }

    pub fn remove_device(&self, device: DeviceId) {
        self.append(Deed::Remove(device));
    }

    pub fn write(&self, bytes: Vec<u8>) {
        self.append(Deed::Write(bytes));
    }

    /// Lets whoever holds this ticket's invitation in, once.
    pub fn offer(&self, invitation: [u8; 32]) {
        self.held().tickets.insert(invitation, None);
    }

    /// The numbers of commits held.
    pub fn len(&self) -> usize {
        self.held().arrived.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn append(&self, deed: Deed) {
        let mut held = self.held();
        let seq = held.vector.get(self.device, EPOCH) + 1;
        let entry = Entry { author: self.device, seq, seen: held.vector.clone(), deed };
        held.apply(entry);
    }

    fn admissions(&self) -> Vec<Vec<u8>> {
        let held = self.held();
        let own = held.arrived.iter().filter(|e| matches!(e.deed, Deed::Admit(_))).map(Entry::bytes);
        held.proof.iter().cloned().chain(own).collect()
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entry {
    fn bytes(&self) -> Vec<u8> {
        postcard::to_stdvec(self).unwrap_or_default()
    }
}

impl Held {
    fn apply(&mut self, entry: Entry) {
        self.vector.0.insert((entry.author, EPOCH), entry.seq);
        match entry.deed {
            Deed::Admit(device) => _ = self.members.entry(device).or_insert(false),
            Deed::Remove(device) => _ = self.members.insert(device, true),
            Deed::Write(_) => {}
        }
        self.arrived.push(entry);
    }

    fn ready(&self, entry: &Entry) -> bool {
        let seen = |(&(device, epoch), &seq): (&(DeviceId, Epoch), &u64)| self.vector.get(device, epoch) >= seq;
        entry.seq == self.vector.get(entry.author, EPOCH) + 1 && entry.seen.0.iter().all(seen)
    }
}

impl Replica for Logs {
    fn workspace(&self) -> WorkspaceId {
        self.workspace
    }

    fn device(&self) -> DeviceId {
        self.device
    }

    fn vector(&self) -> Vector {
        self.held().vector.clone()
    }

    fn holds(&self, device: DeviceId, epoch: Epoch) -> bool {
        self.held().vector.get(device, epoch) > 0
    }

    fn commits_beyond(&self, peer: &Vector, from: u64, max_bytes: usize) -> Result<Batch> {
        let held = self.held();
        let (mut commits, mut bytes, mut next) = (Vec::new(), 0, from);
        for entry in held.arrived.iter().skip(from as usize) {
            if bytes >= max_bytes {
                return Ok(Batch { commits, next, more: true });
            }
            next += 1;
            if entry.seq > peer.get(entry.author, EPOCH) {
                let commit = entry.bytes();
                bytes += commit.len();
                commits.push(commit);
            }
        }
        Ok(Batch { commits, next, more: false })
    }

    fn accept(&self, commits: Vec<Vec<u8>>) -> Result<Accepted> {
        let mut held = self.held();
        let mut accepted = Accepted::default();
        for commit in commits {
            let Ok(entry) = postcard::from_bytes::<Entry>(&commit) else {
                accepted.refused.push("a commit that cannot be read".into());
                continue;
            };
            if entry.seq <= held.vector.get(entry.author, EPOCH) {
                accepted.known += 1;
            } else if !held.waiting.contains(&entry) {
                held.waiting.push(entry);
            }
            while let Some(ready) = held.waiting.iter().position(|e| held.ready(e)) {
                let entry = held.waiting.swap_remove(ready);
                held.apply(entry);
                accepted.applied += 1;
            }
        }
        accepted.waiting = held.waiting.len();
        Ok(accepted)
    }

    fn standing(&self, device: DeviceId) -> Standing {
        match self.held().members.get(&device) {
            None => Standing::Unknown,
            Some(true) => Standing::Removed,
            Some(false) => Standing::Member,
        }
    }

    fn proof(&self) -> Result<Vec<Vec<u8>>> {
        Ok(self.admissions())
    }

    fn user_of(&self, device: DeviceId) -> Option<DocId> {
        (self.standing(device) == Standing::Member).then(|| self.user(device))
    }

    fn recognise(&self, device: DeviceId, proof: &[Vec<u8>]) -> Result<()> {
        let mut members = self.held().members.clone();
        for entry in proof.iter().filter_map(|bytes| postcard::from_bytes::<Entry>(bytes).ok()) {
            if let (Some(false), Deed::Admit(admitted)) = (members.get(&entry.author), entry.deed) {
                members.entry(admitted).or_insert(false);
            }
        }
        match members.get(&device) {
            Some(false) => Ok(()),
            _ => Err(Error::refused("not a member")),
        }
    }

    fn admit(&self, request: &JoinRequest) -> Result<Welcome> {
        match self.held().tickets.get_mut(&request.invitation) {
            None => return Err(Error::refused("this ticket is not known here")),
            Some(Some(_)) => return Err(Error::refused("this ticket was used already: ask for a new one")),
            Some(used) => *used = Some(request.device),
        }
        self.append(Deed::Admit(request.device));
        Ok(Welcome { workspace: self.workspace, user: self.user(request.device), proof: self.admissions() })
    }
}

/// What one side of a meeting saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    pub happenings: Vec<Happening>,
    pub traffic: Traffic,
    pub up_to_date: bool,
    /// All bytes that this side sent.
    pub said: Vec<u8>,
}

/// Two sessions and the line between them.
pub struct Line<'a, A, B> {
    a: (&'a A, Session),
    b: (&'a B, Session),
    said: (Vec<u8>, Vec<u8>),
    now: Moment,
}

impl<'a, A: Replica, B: Replica> Line<'a, A, B> {
    /// `a` dials `b`.
    pub fn connect(a: &'a A, b: &'a B) -> Line<'a, A, B> {
        let terms = Terms { live: true, instance: 0 };
        Line::of(a, b, [terms; 2], Moment::ZERO)
    }

    fn of(a: &'a A, b: &'a B, [a_terms, b_terms]: [Terms; 2], now: Moment) -> Line<'a, A, B> {
        Line {
            a: (a, Session::dial(a, b.device(), a_terms, now)),
            b: (b, Session::answer(a.device(), b_terms, now)),
            said: Default::default(),
            now,
        }
    }

    /// The same between two at their phones; who has none is of an older version.
    pub fn calling(a: &'a A, b: &'a B, [a_phone, b_phone]: [Option<&Calling>; 2], now: Moment) -> Line<'a, A, B> {
        let terms = |phone: Option<&Calling>| match phone {
            Some(_) => Terms::listening(true, 0),
            None => Terms { live: true, instance: 0 },
        };
        let mut line = Line::of(a, b, [terms(a_phone), terms(b_phone)], now);
        for (session, phone) in [(&mut line.a.1, a_phone), (&mut line.b.1, b_phone)] {
            phone.into_iter().for_each(|phone| session.share_phone(phone.clone()));
        }
        line
    }

    /// The clock of both sides goes on.
    pub fn tick(&mut self, now: Moment) {
        self.now = now;
        self.a.1.tick(now);
        self.b.1.tick(now);
    }

    /// The dialling side fetches no file that another line with these claims is fetching.
    pub fn sharing(mut self, claims: &Claims) -> Line<'a, A, B> {
        self.a.1 = self.a.1.sharing(claims.clone());
        self
    }

    /// Carries bytes both ways in turn until neither side has more to say, or until `limit` bytes have been carried.
    /// Gives what was carried.
    pub fn run(&mut self, limit: usize) -> usize {
        let mut carried = 0;
        loop {
            let from_a = pass(&mut self.a.1, self.b.0, &mut self.b.1, &mut self.said.0, limit - carried, self.now);
            let from_b =
                pass(&mut self.b.1, self.a.0, &mut self.a.1, &mut self.said.1, limit - carried - from_a, self.now);
            carried += from_a + from_b;
            if from_a + from_b == 0 || carried == limit {
                return carried;
            }
        }
    }

    /// Tells both sessions that their replicas may have changed.
    pub fn changed(&mut self) {
        self.a.1.changed(self.a.0);
        self.b.1.changed(self.b.0);
    }

    /// Cuts the line.
    pub fn cut(self) -> (Side, Side) {
        (side(self.a.1, self.said.0), side(self.b.1, self.said.1))
    }
}

fn pass<R: Replica>(
    from: &mut Session,
    to: &R,
    session: &mut Session,
    said: &mut Vec<u8>,
    limit: usize,
    now: Moment,
) -> usize {
    let bytes = from.take_output();
    let bytes = &bytes[..bytes.len().min(limit)];
    said.extend_from_slice(bytes);
    session.receive(to, bytes, now);
    bytes.len()
}

fn side(mut session: Session, said: Vec<u8>) -> Side {
    let happenings = std::iter::from_fn(|| session.next_happening()).collect();
    Side { happenings, traffic: session.traffic(), up_to_date: session.up_to_date(), said }
}
