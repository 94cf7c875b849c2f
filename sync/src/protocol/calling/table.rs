//! Who has which call in hand, as one device knows it, and how it comes by its own.

use std::collections::{BTreeMap, VecDeque};

use satchel_core::{DeviceId, DocId, query::calls::arbiter};

use super::{
    super::Moment,
    ARRIVAL, ASKING_PATIENCE, BEAT, Hand, LAPSE, MAX_HEARD, MAX_OTHERS,
    word::{Claim, Word},
};

/// What a device knows of the calls in hand, and its own.
pub(super) struct Table {
    pub(super) device: DeviceId,
    pub(super) user: DocId,
    pub(super) number: u64,
    /// Since when somebody sits at the phone.
    pub(super) present: Option<Moment>,
    pub(super) hand: Hand,
    /// Since when it is so, and with which number it was asked for.
    pub(super) since: Moment,
    pub(super) asked: u64,
    /// What to ask for if this one is somebody else's.
    pub(super) rest: VecDeque<DocId>,
    pub(super) said: Moment,
    pub(super) others: BTreeMap<DeviceId, Other>,
    /// How many sessions there are with each device that listens.
    pub(super) lines: BTreeMap<DeviceId, usize>,
}

pub(super) struct Other {
    pub(super) word: Word,
    pub(super) at: Moment,
    /// Its own session broke off, and nobody else has told of it since.
    pub(super) parted: bool,
}

impl Table {
    pub(super) fn live(&self, now: Moment) -> impl Iterator<Item = &Other> {
        self.others.values().filter(move |other| now.saturating_sub(other.at) < LAPSE)
    }

    /// Asks for the next call that nobody has or asks for.
    pub(super) fn next(&mut self, now: Moment) {
        let taken = |call: DocId| self.live(now).any(|other| other.word.claim.is_some_and(|c| c.call == call));
        let free = self.rest.iter().position(|call| !taken(*call));
        self.hand = match free {
            Some(at) => {
                let call = self.rest[at];
                self.rest.drain(..=at);
                Hand::Asks(call)
            }
            None => {
                self.rest.clear();
                Hand::Empty
            }
        };
        self.since = now;
        self.say(now);
        self.asked = self.number;
    }

    /// Another word of this device.
    pub(super) fn say(&mut self, now: Moment) {
        self.number += 1;
        self.said = now;
    }

    pub(super) fn word(&self) -> Word {
        let seconds = self.said.saturating_sub(self.since).as_secs().try_into().unwrap_or(u32::MAX);
        let claim = match self.hand {
            Hand::Asks(call) => Some(Claim { call, held: false, asked: self.asked, seconds }),
            Hand::Holds(call) => Some(Claim { call, held: true, asked: self.asked, seconds }),
            Hand::Empty | Hand::Lost(..) => None,
        };
        let asks = |other: &&Other| other.word.claim.is_some_and(|claim| !claim.held);
        let heard = self.others.values().filter(asks).map(|other| (other.word.device, other.word.number));
        Word {
            device: self.device,
            user: self.user,
            number: self.number,
            present: self.present.is_some(),
            claim,
            heard: heard.take(MAX_HEARD).collect(),
        }
    }

    /// Whether a colleague has more right to what is in hand here.
    fn outdone(&self, now: Moment) -> Option<DeviceId> {
        let (call, held) = match self.hand {
            Hand::Asks(call) => (call, false),
            Hand::Holds(call) => (call, true),
            Hand::Empty | Hand::Lost(..) => return None,
        };
        let outdoes = |other: &&Other| {
            let Some(claim) = other.word.claim.filter(|claim| claim.call == call) else { return false };
            let (theirs, own) = (other.word.user, self.user);
            match (claim.held, held) {
                (true, false) => true,
                (false, true) => false,
                // Two devices of one person: the lower id's.
                _ if theirs == own => other.word.device < self.device,
                _ => arbiter(call, &[own, theirs]) == Some(theirs),
            }
        };
        self.live(now).find(outdoes).map(|other| other.word.device)
    }

    /// Gives way to who has more right. Whether it did.
    pub(super) fn yield_hand(&mut self, now: Moment) -> bool {
        let Hand::Holds(call) = self.hand else { return false };
        let winner = self.outdone(now);
        if let Some(winner) = winner {
            self.hand = Hand::Lost(call, winner);
        }
        winner.is_some()
    }

    /// Takes what is asked for as soon as it may be taken. Whether anything changed.
    pub(super) fn decide(&mut self, now: Moment) -> bool {
        if self.yield_hand(now) {
            self.say(now);
            return true;
        }
        let mut changed = false;
        while let Hand::Asks(call) = self.hand {
            if self.outdone(now).is_some() {
                self.next(now);
                changed = true;
                continue;
            }
            let is_patient = now.saturating_sub(self.since) < ASKING_PATIENCE;
            let arrives = self.present.is_some_and(|at| now.saturating_sub(at) < ARRIVAL);
            let waits = !self.lines.is_empty() && (arrives || is_patient && !self.is_heard_by_all(now));
            if waits {
                return changed;
            }
            (self.hand, self.since) = (Hand::Holds(call), now);
            self.say(now);
            return true;
        }
        changed
    }

    fn is_heard_by_all(&self, now: Moment) -> bool {
        let answered = |device: &DeviceId| {
            let heard = self.others.get(device).map(|other| other.word.heard.as_slice()).unwrap_or_default();
            heard.iter().any(|(who, number)| *who == self.device && *number >= self.asked)
        };
        let is_there = |other: &&Other| other.word.present && !other.parted;
        self.lines.keys().all(answered) && self.live(now).filter(is_there).all(|other| answered(&other.word.device))
    }

    pub(super) fn tick(&mut self, now: Moment) -> bool {
        let before = self.others.len();
        self.others.retain(|_, other| now.saturating_sub(other.at) < LAPSE);
        let mut changed = self.others.len() != before;
        changed |= self.decide(now);
        if self.present.is_some() && now.saturating_sub(self.said) >= BEAT {
            self.say(now);
            changed = true;
        }
        changed
    }

    /// Whether it is news.
    pub(super) fn hear(&mut self, word: Word, from: DeviceId, now: Moment) -> bool {
        let (device, direct) = (word.device, word.device == from);
        // Of who is connected here only its own word counts.
        let is_hearsay = !direct && self.lines.contains_key(&device);
        let known = self.others.get(&device);
        let is_old = known.is_some_and(|known| word.number <= known.word.number && !(direct && known.parted));
        if device == self.device || is_hearsay || is_old || known.is_none() && self.others.len() >= MAX_OTHERS {
            return false;
        }
        let before = known.and_then(|known| known.word.claim).map(|claim| claim.asked);
        let asks = word.claim.is_some_and(|claim| !claim.held && Some(claim.asked) != before);
        self.others.insert(device, Other { word, at: now, parted: false });
        if !self.decide(now) && asks {
            self.say(now);
        }
        true
    }
}
