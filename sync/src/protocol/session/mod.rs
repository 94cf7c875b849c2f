//! One connection's state.

use std::{collections::VecDeque, mem, time::Duration};

use satchel_core::{DeviceId, Error};

use super::{
    bounded::Block,
    calling::{Calling, Ear},
    claims::Claims,
    frame::{BadFrame, Frame, Frames, MAX_FRAME, MAX_STRANGERS_FRAME, Terms, VERSION},
    refusal::{Ending, Refusal},
    replica::Replica,
};
use exchange::{Exchange, Stop};
use greeting::Greeting;

mod exchange;
mod files;
mod greeting;
mod holdings;

/// The time since whenever the caller's clock began.
pub type Moment = Duration;

/// A peer that has not proved to be a member by then is let go, however much it says meanwhile.
pub const GREETING_PATIENCE: Duration = Duration::from_secs(20);
/// A peer that owes an answer for so long is let go.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// What happened in a session, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Happening {
    /// The peer proved to be a member. Before this nothing of this replica was sent.
    Trusted,
    /// This device admitted the peer to the workspace.
    Admitted,
    /// So many commits were applied here.
    Received(usize),
    /// Nothing is missing on either side just now.
    Settled,
    /// The session is over; send what output there is and close.
    Ended(Ending),
}

/// What a session cost so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Commits sent.
    pub sent: u64,
    /// Commits applied.
    pub received: u64,
    /// Bytes of frames, both directions.
    pub bytes: u64,
    /// How often this side sent and then heard.
    pub round_trips: u64,
}

impl Traffic {
    /// With that of another session: round trips are made at the same time.
    pub fn beside(self, other: Traffic) -> Traffic {
        Traffic {
            sent: self.sent + other.sent,
            received: self.received + other.received,
            bytes: self.bytes + other.bytes,
            round_trips: self.round_trips.max(other.round_trips),
        }
    }

    /// What was carried after a moment; how often it went to and fro is not told.
    pub fn since(self, before: Traffic) -> Traffic {
        Traffic {
            sent: self.sent - before.sent,
            received: self.received - before.received,
            bytes: self.bytes - before.bytes,
            round_trips: 0,
        }
    }
}

/// One side of one connection: bytes and the clock in, bytes and [`Happening`]s out. See the [module](super) for the whole.
pub struct Session {
    peer: DeviceId,
    dialled: bool,
    terms: Terms,
    phase: Phase,
    frames: Frames,
    out: Vec<u8>,
    happenings: VecDeque<Happening>,
    traffic: Traffic,
    /// When the peer was connected to, or admitted.
    begun: Moment,
    /// Sent since it was last heard from.
    asked: bool,
    last_heard: Moment,
    /// As it was last looked at.
    clock: Moment,
    /// The peer has said its last word.
    parted: bool,
    claims: Claims,
    calling: Option<Calling>,
    /// Once both are known to listen.
    ear: Option<Ear>,
}

enum Phase {
    /// The dialling side's hello, or its request to join, is awaited.
    Listening,
    Greeting(Greeting),
    Exchanging(Box<Exchange>),
    Ended(Ending),
}

impl Session {
    /// The side that connected. Its hello is ready to be sent.
    pub fn dial(replica: &impl Replica, peer: DeviceId, terms: Terms, now: Moment) -> Session {
        let mut session = Session { dialled: true, ..Session::answer(peer, terms, now) };
        session.greet(replica);
        session
    }

    /// The side that was connected to.
    pub fn answer(peer: DeviceId, terms: Terms, now: Moment) -> Session {
        Session {
            peer,
            dialled: false,
            terms,
            phase: Phase::Listening,
            frames: Frames::default(),
            out: Vec::new(),
            happenings: VecDeque::new(),
            traffic: Traffic::default(),
            begun: now,
            asked: false,
            last_heard: now,
            clock: now,
            parted: false,
            claims: Claims::default(),
            calling: None,
            ear: None,
        }
    }

    /// Fetches no file that another session with these claims is fetching.
    pub fn sharing(mut self, claims: Claims) -> Session {
        self.claims = claims;
        self
    }

    /// Tells a peer that listens what is in hand at this phone, and hears it of others. To be given before the greeting is over,
    /// with terms that say so ([`Terms::listening`]).
    pub fn calling(mut self, calling: Calling) -> Session {
        self.share_phone(calling);
        self
    }

    pub(super) fn share_phone(&mut self, calling: Calling) {
        self.calling = Some(calling);
    }

    /// Takes bytes from the peer. May take as long as applying the commits in them; the more bytes at once, the better.
    pub fn receive(&mut self, replica: &impl Replica, bytes: &[u8], now: Moment) {
        if self.ended().is_some() || bytes.is_empty() {
            return;
        }
        (self.last_heard, self.clock) = (now, now);
        self.traffic.bytes += bytes.len() as u64;
        self.traffic.round_trips += u64::from(mem::take(&mut self.asked));
        self.frames.push(bytes);
        while self.ended().is_none() {
            let limit = if self.trusted() { MAX_FRAME } else { MAX_STRANGERS_FRAME };
            match self.frames.next(limit) {
                Ok(Some(frame)) => self.take(replica, frame),
                Ok(None) => break,
                Err(BadFrame::Version(_)) => self.refuse(Refusal::Version(VERSION)),
                Err(BadFrame::TooLong(length)) => self.fault(&format!("a frame of {length} bytes")),
                Err(BadFrame::Garbled) => self.fault("a garbled frame"),
            }
        }
        self.carry_on(replica);
    }

    /// To be told whenever the replica has changed: passes on what the peer lacks.
    pub fn changed(&mut self, replica: &impl Replica) {
        if let Phase::Exchanging(exchange) = &mut self.phase {
            exchange.look_again();
            self.carry_on(replica);
        }
    }

    /// To be called now and then: gives up on a silent peer.
    pub fn tick(&mut self, now: Moment) {
        self.clock = now;
        if let Phase::Exchanging(exchange) = &mut self.phase {
            exchange.tick(now);
            self.tell_calls();
        }
        let (since, patience) = match &self.phase {
            Phase::Listening | Phase::Greeting(_) => (self.begun, GREETING_PATIENCE),
            Phase::Exchanging(exchange) if exchange.is_owed() => (self.last_heard, PATIENCE),
            Phase::Exchanging(_) | Phase::Ended(_) => return,
        };
        if now.saturating_sub(since) > patience {
            self.end(Ending::Silent);
        }
    }

    /// Ends the session politely. What was received is kept; what was not can be fetched next time.
    pub fn goodbye(&mut self) {
        if self.ended().is_none() {
            self.send(&Frame::Bye);
            self.end(Ending::Done);
        }
    }

    /// The connection is gone.
    pub fn lost(&mut self) {
        self.parted = true;
        self.end(Ending::Lost);
    }

    /// A session that failed on this side.
    pub(crate) fn broken(peer: DeviceId) -> Session {
        let mut session = Session::answer(peer, Terms::default(), Moment::ZERO);
        session.end(Ending::Trouble("syncing failed on this device: please report this".into()));
        session
    }

    /// Ends the session because this device cannot serve it.
    pub fn turn_away(&mut self) {
        if self.ended().is_none() {
            self.refuse(Refusal::Trouble);
        }
    }

    /// Bytes for the peer, to be sent in this order.
    pub fn take_output(&mut self) -> Vec<u8> {
        self.asked |= !self.out.is_empty();
        self.traffic.bytes += self.out.len() as u64;
        mem::take(&mut self.out)
    }

    pub fn next_happening(&mut self) -> Option<Happening> {
        self.happenings.pop_front()
    }

    pub fn peer(&self) -> DeviceId {
        self.peer
    }

    /// The peer has proved to be a member.
    pub fn trusted(&self) -> bool {
        matches!(self.phase, Phase::Exchanging(_))
    }

    /// Both sides would stay connected.
    pub fn live(&self) -> bool {
        self.terms.live && self.peer_terms().is_some_and(|terms| terms.live)
    }

    /// What the peer said of itself, once it is trusted.
    pub fn peer_terms(&self) -> Option<Terms> {
        match &self.phase {
            Phase::Exchanging(exchange) => Some(exchange.peer_terms()),
            _ => None,
        }
    }

    /// Nothing is missing on either side, as far as known.
    pub fn up_to_date(&self) -> bool {
        matches!(&self.phase, Phase::Exchanging(exchange) if exchange.settled())
    }

    /// The peer has said its last word and waits for the connection to be closed.
    pub fn parted(&self) -> bool {
        self.parted
    }

    pub fn traffic(&self) -> Traffic {
        self.traffic
    }

    pub fn ended(&self) -> Option<&Ending> {
        match &self.phase {
            Phase::Ended(ending) => Some(ending),
            _ => None,
        }
    }

    fn take(&mut self, replica: &impl Replica, frame: Frame) {
        if matches!(frame, Frame::Bye | Frame::Refused(_)) {
            self.parted = true;
        }
        match frame {
            Frame::Bye => return self.end(Ending::Done),
            Frame::Refused(refusal) => return self.end(Ending::Refused(refusal)),
            _ => {}
        }
        match &mut self.phase {
            Phase::Listening => match frame {
                Frame::Join(request) => self.admit(replica, &request),
                Frame::Hello(hello) => self.answer_hello(replica, hello),
                _ => self.out_of_turn(),
            },
            Phase::Greeting(_) => match frame {
                Frame::Hello(hello) => self.hello_answered(replica, hello),
                Frame::Proof(proof) => self.prove(replica, proof),
                _ => self.out_of_turn(),
            },
            Phase::Exchanging(exchange) => match (frame, &mut self.ear) {
                (Frame::Fleeting(said), Some(ear)) => ear.hear(replica, &said.0, self.clock),
                (Frame::Fleeting(_), None) => {}
                (frame, _) => {
                    if let Err(fault) = exchange.take(replica, frame) {
                        self.fault(fault);
                    }
                }
            },
            Phase::Ended(_) => {}
        }
    }

    /// Applies what came, answers, and sends what the peer lacks.
    fn carry_on(&mut self, replica: &impl Replica) {
        let Phase::Exchanging(exchange) = &mut self.phase else { return };
        match exchange.carry_on(replica, self.peer, &self.claims, &mut self.happenings, &mut self.traffic) {
            Ok(frames) => frames.iter().for_each(|frame| self.send(frame)),
            Err(Stop::Refuse(refusal)) => self.refuse(refusal),
            Err(Stop::Fail(error)) => self.trouble(&error),
        }
        self.tell_calls();
    }

    /// Passes on what is said of calls.
    fn tell_calls(&mut self) {
        let Some(ear) = &mut self.ear else { return };
        ear.tick(self.clock);
        for word in ear.news(self.clock) {
            self.send(&Frame::Fleeting(Block(word)));
        }
    }

    fn send(&mut self, frame: &Frame) {
        if frame.write(&mut self.out).is_err() {
            self.end(Ending::Trouble("what this device had to send does not fit into one frame".into()));
        }
    }

    fn out_of_turn(&mut self) {
        self.fault("a frame out of turn");
    }

    fn fault(&mut self, what: &str) {
        self.refuse(Refusal::Fault(what.to_owned()));
    }

    fn trouble(&mut self, error: &Error) {
        self.send(&Frame::Refused(Refusal::Trouble));
        self.end(Ending::Trouble(error.to_string()));
    }

    /// Says no: the only frame a stranger ever gets.
    fn refuse(&mut self, refusal: Refusal) {
        self.send(&Frame::Refused(refusal.clone()));
        self.end(match refusal {
            Refusal::Fault(what) => Ending::Fault(what),
            refusal => Ending::Refusing(refusal),
        });
    }

    fn end(&mut self, ending: Ending) {
        if self.ended().is_none() {
            self.ear = None;
            self.happenings.push_back(Happening::Ended(ending.clone()));
            self.phase = Phase::Ended(ending);
        }
    }
}
