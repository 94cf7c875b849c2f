//! Streaming commits both ways, at first what was missed, then live.

use std::{collections::VecDeque, mem};

use satchel_core::{DeviceId, Error, commit::Vector};

use super::{
    Happening, Moment, Traffic,
    files::Files,
    holdings::{Heard, Told},
};
use crate::protocol::{
    bounded::Commits,
    claims::Claims,
    frame::{Ack, Chunk, Frame, Terms},
    refusal::Refusal,
    replica::{Replica, Standing},
};

/// About the bytes of commits in one chunk.
const CHUNK: usize = 512 << 10;
/// Chunks that may be on their way unacknowledged. The receiver applies what has come in one go, so a wide window makes
/// for big and therefore cheap transactions.
const WINDOW: u32 = 12;
/// How often one peer may ask to be sent everything again.
const MAX_WANTS: u32 = 4;

pub(super) struct Exchange {
    peer_terms: Terms,
    /// What the peer brought to prove its admission; and what was held here when that was last judged.
    proof: Vec<Vec<u8>>,
    judged: Option<Vector>,
    /// What the peer holds, as it told; nothing until it has.
    peer: Option<Heard>,
    /// Parts of what the peer holds that came and are to be answered, so that who tells much is not taken to be alone.
    heard_parts: bool,
    told: Told,
    /// The arrival number up to which the peer was sent what it lacks.
    cursor: u64,
    /// How many forks of logs were known when it was last looked: what is held is then counted otherwise.
    branches: usize,
    /// There may be commits beyond the cursor.
    pending: bool,
    unacknowledged: u32,
    /// The last chunk sent said that no more follows.
    said_all: bool,
    /// The last chunk that came said so.
    heard_all: bool,
    inbox: Vec<Vec<u8>>,
    inbox_chunks: u32,
    /// This side asked for everything again and the peer has not begun anew yet.
    wanting: bool,
    wants: u32,
    wants_served: u32,
    /// The peer is to be told all that is held, since it was told nothing yet or asked for everything again.
    anew: bool,
    files: Files,
    was_settled: bool,
}

/// Why the session cannot go on.
pub(super) enum Stop {
    Refuse(Refusal),
    Fail(Error),
}

impl Exchange {
    /// Both hold what `vector` says.
    pub fn level(vector: Vector, peer_terms: Terms, replica: &impl Replica) -> Exchange {
        let pending = replica.vector() != vector;
        let (peer, told) = (Some(Heard::level(vector.clone())), Told::of(vector));
        let (said_all, heard_all, anew) = (true, true, false);
        Exchange { peer, told, said_all, heard_all, anew, pending, ..Exchange::uneven(peer_terms) }
    }

    /// Each side tells what it holds.
    pub fn uneven(peer_terms: Terms) -> Exchange {
        Exchange {
            peer_terms,
            proof: Vec::new(),
            judged: None,
            peer: None,
            heard_parts: false,
            told: Told::default(),
            cursor: 0,
            branches: 0,
            pending: true,
            unacknowledged: 0,
            said_all: false,
            heard_all: false,
            inbox: Vec::new(),
            inbox_chunks: 0,
            wanting: false,
            wants: 0,
            wants_served: 0,
            anew: true,
            files: Files::default(),
            was_settled: false,
        }
    }

    /// The peer is not known as a member otherwise.
    pub fn proved_by(self, proof: Vec<Vec<u8>>) -> Exchange {
        Exchange { proof, ..self }
    }

    pub fn peer_terms(&self) -> Terms {
        self.peer_terms
    }

    pub fn look_again(&mut self) {
        self.pending = true;
    }

    pub fn settled(&self) -> bool {
        self.is_level() && self.files.settled()
    }

    /// Both hold the same commits, as far as known.
    fn is_level(&self) -> bool {
        !self.pending
            && self.unacknowledged == 0
            && self.said_all
            && self.heard_all
            && !self.wanting
            && self.inbox.is_empty()
    }

    /// The peer owes an answer.
    pub fn is_owed(&self) -> bool {
        self.unacknowledged > 0 || !self.heard_all || self.wanting || self.files.is_owed()
    }

    /// To be called now and then.
    pub fn tick(&mut self, now: Moment) {
        self.files.tick(now);
    }

    pub fn take(&mut self, replica: &impl Replica, frame: Frame) -> Result<(), &'static str> {
        match (frame, &mut self.peer) {
            (Frame::Have(vector), peer) => {
                if peer.is_some() && !mem::take(&mut self.wanting) {
                    return Err("a frame out of turn");
                }
                self.heard_parts |= peer.insert(Heard::begun(replica, vector)).goes_on;
                self.heard_all = false;
            }
            (Frame::Chunk(chunk), Some(peer)) => {
                if peer.add(replica, chunk.have, chunk.commits.0.is_empty()) {
                    self.cursor = 0;
                    self.pending = true;
                }
                self.heard_parts |= peer.goes_on;
                self.heard_all = !chunk.more;
                if !chunk.commits.0.is_empty() {
                    self.inbox_chunks += 1;
                    if self.inbox_chunks > WINDOW {
                        return Err("more chunks than agreed");
                    }
                    self.inbox.extend(chunk.commits.0);
                }
            }
            (Frame::Ack(ack), Some(peer)) => {
                // Of no chunks: only that what is told arrives.
                if ack.chunks > 0 && peer.add(replica, ack.have, false) {
                    self.cursor = 0;
                    self.pending = true;
                }
                self.unacknowledged =
                    self.unacknowledged.checked_sub(ack.chunks).ok_or("an acknowledgement of what was not sent")?;
                if self.unacknowledged == 0 && self.said_all {
                    self.wants_served = 0;
                }
            }
            (Frame::Want(vector), Some(peer)) => {
                self.wants_served += 1;
                if self.wants_served > MAX_WANTS {
                    return Err("the same request again and again");
                }
                *peer = Heard::begun(replica, vector);
                self.heard_parts |= peer.goes_on;
                self.cursor = 0;
                self.pending = true;
                self.said_all = false;
                self.anew = true;
            }
            (frame, _) => return self.files.take(frame),
        }
        Ok(())
    }

    /// Applies what came, answers, and passes on what the peer lacks as far as the window allows. Gives frames to be sent.
    pub fn carry_on(
        &mut self,
        replica: &impl Replica,
        device: DeviceId,
        claims: &Claims,
        happenings: &mut VecDeque<Happening>,
        traffic: &mut Traffic,
    ) -> Result<Vec<Frame>, Stop> {
        let mut frames = Vec::new();
        self.still_a_member(replica, device)?;
        if mem::take(&mut self.anew) {
            self.tell_all(replica, Frame::Have, &mut frames);
        }
        if mem::take(&mut self.heard_parts) {
            frames.push(Frame::Ack(Ack { chunks: 0, have: Vector::default() }));
        }
        self.apply(replica, &mut frames, happenings, traffic)?;
        // What was just applied may have removed the peer, or who admitted it.
        self.still_a_member(replica, device)?;
        self.pass_on(replica, &mut frames, traffic)?;
        self.files.carry_on(replica, self.is_level(), claims, &mut frames).map_err(Stop::Fail)?;
        let settled = self.settled();
        if settled && !self.was_settled {
            happenings.push_back(Happening::Settled);
        }
        self.was_settled = settled;
        Ok(frames)
    }

    /// Whether the peer is known as a member, or what it brought still proves it with all that is held by now.
    fn still_a_member(&mut self, replica: &impl Replica, device: DeviceId) -> Result<(), Stop> {
        let standing = replica.standing(device);
        if standing == Standing::Member {
            return Ok(());
        }
        let held = replica.vector();
        if self.judged.as_ref() != Some(&held) {
            replica.recognise(device, &self.proof).map_err(|error| match error {
                Error::Refused(_) => Stop::Refuse(standing.refusal()),
                error => Stop::Fail(error),
            })?;
            self.judged = Some(held);
        }
        Ok(())
    }

    /// Applies all that came as one.
    fn apply(
        &mut self,
        replica: &impl Replica,
        frames: &mut Vec<Frame>,
        happenings: &mut VecDeque<Happening>,
        traffic: &mut Traffic,
    ) -> Result<(), Stop> {
        if self.inbox.is_empty() {
            return Ok(());
        }
        let chunks = mem::take(&mut self.inbox_chunks);
        let came = self.inbox.len();
        let accepted = replica.accept(mem::take(&mut self.inbox)).map_err(Stop::Fail)?;
        if accepted.applied > 0 {
            traffic.received += accepted.applied as u64;
            happenings.push_back(Happening::Received(accepted.applied));
            self.pending = true;
        }
        if let Some(reason) = accepted.refused.into_iter().next() {
            return Err(Stop::Refuse(Refusal::Fault(reason)));
        }
        let have = self.tell(replica, frames);
        frames.push(Frame::Ack(Ack { chunks, have }));
        // Others may have commits waiting too; only what came here is this peer's to explain.
        let missing = accepted.waiting > 0 && accepted.applied + accepted.known < came;
        if !missing {
            self.wants = 0;
        } else if !self.wanting {
            self.wants += 1;
            if self.wants >= MAX_WANTS {
                return Err(Stop::Refuse(Refusal::Fault("commits whose causes it does not send".into())));
            }
            self.wanting = true;
            self.tell_all(replica, Frame::Want, frames);
        }
        Ok(())
    }

    fn pass_on(&mut self, replica: &impl Replica, frames: &mut Vec<Frame>, traffic: &mut Traffic) -> Result<(), Stop> {
        let branches = replica.vector().branches();
        if mem::replace(&mut self.branches, branches) != branches {
            // What forked is held under other names, also what was sent before.
            self.cursor = 0;
            self.pending = true;
        }
        while (self.pending || !self.said_all) && self.unacknowledged < WINDOW {
            let Some(peer) = self.peer.as_ref().filter(|peer| !peer.goes_on) else { break };
            let batch = replica.commits_beyond(peer.vector(), self.cursor, CHUNK).map_err(Stop::Fail)?;
            self.cursor = batch.next;
            self.pending = batch.more;
            if batch.commits.is_empty() {
                // Nothing to pass on: worth a frame only if the peer still waits to hear so.
                if batch.more || self.said_all {
                    continue;
                }
            } else {
                self.unacknowledged += 1;
                traffic.sent += batch.commits.len() as u64;
            }
            self.said_all = !batch.more;
            let have = self.tell(replica, frames);
            frames.push(Frame::Chunk(Chunk { have, commits: Commits(batch.commits), more: batch.more }));
        }
        Ok(())
    }

    /// Tells all that is held.
    fn tell_all(&mut self, replica: &impl Replica, first: fn(Vector) -> Frame, frames: &mut Vec<Frame>) {
        self.told = Told::default();
        let mut parts = self.told.news(replica).into_iter();
        frames.extend(parts.next().map(first));
        frames.extend(parts.map(|part| self.part(part)));
    }

    /// Tells what has changed but for the last part of it, which is given.
    fn tell(&mut self, replica: &impl Replica, frames: &mut Vec<Frame>) -> Vector {
        let mut parts = self.told.news(replica);
        let last = parts.pop().unwrap_or_default();
        frames.extend(parts.into_iter().map(|part| self.part(part)));
        last
    }

    fn part(&self, have: Vector) -> Frame {
        Frame::Chunk(Chunk { have, commits: Commits::default(), more: !self.said_all })
    }
}
