//! Which call who of the connected colleagues has in hand, so that two of them are never handed the same one (spec §5).
//!
//! Nothing of this is kept: each device says in a few bytes which call it asks for or has ([`Word`]), the others pass it on.
//! Who asks has the call once everybody who is there has heard it and nobody has more right to it: whoever has it already, and of
//! two who ask at once the one whom [`arbiter`] names, which is the same for all. An answer also tells what its sender asks for itself,
//! so of two who ask at once at least one sees the other's wish in the answer to its own. What two took while they were apart is
//! decided in the same way when they meet again.
//!
//! A word counts for [`LAPSE`]; who has a call says so again every [`BEAT`].

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use satchel_core::{DeviceId, DocId, Kind, query::calls::arbiter};
use serde::{Deserialize, Serialize};

use super::{Moment, Replica};

/// A call is free again when who had it was not heard of for so long.
pub const LAPSE: Duration = Duration::from_secs(20);
/// How often who has a call, or sits at the phone, says so.
pub const BEAT: Duration = Duration::from_secs(5);
/// Who has not answered by then is not there.
pub const ASKING_PATIENCE: Duration = Duration::from_secs(4);
/// Who comes to the phone waits until those have been heard who are connected only through others.
pub const ARRIVAL: Duration = Duration::from_millis(400);
/// The longest word that is listened to.
pub(super) const MAX_WORD: usize = 4 << 10;
/// Askers answered in one word.
const MAX_HEARD: usize = 64;
/// Colleagues kept in mind.
const MAX_OTHERS: usize = 256;
/// Words of one peer in a second; more are passed over.
const MAX_WORDS: u32 = 200;

/// What a device says of itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Word {
    device: DeviceId,
    user: DocId,
    /// Higher with every word.
    number: u64,
    /// Sits at the phone.
    present: bool,
    claim: Option<Claim>,
    /// Of those who ask, the number of the last word that was heard.
    heard: Vec<(DeviceId, u64)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Claim {
    call: DocId,
    /// In hand; else asked for.
    held: bool,
    /// The number of the word that first asked for it: what is only said again needs no answer.
    asked: u64,
    /// For how many seconds.
    seconds: u32,
}

/// What this device has in hand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Hand {
    #[default]
    Empty,
    /// Being asked for: not to be shown yet.
    Asks(DocId),
    Holds(DocId),
    /// A colleague took the same call while they were apart, and has it.
    Lost(DocId, DeviceId),
}

/// A call that a colleague has in hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken {
    pub call: DocId,
    pub device: DeviceId,
    pub user: DocId,
    pub since: Duration,
}

/// The phone of a device, shared by its sessions ([`Session::calling`](super::Session::calling)). Clones are handles to the same one.
#[derive(Clone)]
pub struct Calling(Arc<Shared>);

struct Shared {
    table: Mutex<Table>,
    changed: Box<dyn Fn() + Send + Sync>,
}

struct Table {
    device: DeviceId,
    user: DocId,
    number: u64,
    /// Since when somebody sits at the phone.
    present: Option<Moment>,
    hand: Hand,
    /// Since when it is so, and with which number it was asked for.
    since: Moment,
    asked: u64,
    /// What to ask for if this one is somebody else's.
    rest: VecDeque<DocId>,
    said: Moment,
    others: BTreeMap<DeviceId, Other>,
    /// How many sessions there are with each device that listens.
    lines: BTreeMap<DeviceId, usize>,
}

struct Other {
    word: Word,
    at: Moment,
    /// Its own session broke off, and nobody else has told of it since.
    parted: bool,
}

impl Calling {
    /// `first` is higher at every start of a device, such as the time. `changed` is called whenever sessions have something to pass
    /// on or the hand changed; it must not block.
    pub fn new(device: DeviceId, user: DocId, first: u64, changed: impl Fn() + Send + Sync + 'static) -> Calling {
        let table = Table {
            device,
            user,
            number: first,
            present: None,
            hand: Hand::Empty,
            since: Moment::ZERO,
            asked: 0,
            rest: VecDeque::new(),
            said: Moment::ZERO,
            others: BTreeMap::new(),
            lines: BTreeMap::new(),
        };
        Calling(Arc::new(Shared { table: Mutex::new(table), changed: Box::new(changed) }))
    }

    /// Asks for the first of these calls that nobody has; what was in hand is given back, unless it is that one.
    pub fn ask(&self, calls: impl IntoIterator<Item = DocId>, now: Moment) {
        self.change(|table| {
            table.present.get_or_insert(now);
            table.rest = calls.into_iter().filter(|call| call.kind() == Kind::Call).collect();
            if !matches!(table.hand, Hand::Holds(call) if table.rest.front() == Some(&call)) {
                table.next(now);
                table.decide(now);
            }
            true
        });
    }

    /// Takes a call that was in hand before anybody was there to ask.
    pub fn keep(&self, call: DocId, now: Moment) {
        self.change(|table| {
            table.present.get_or_insert(now);
            (table.hand, table.since) = (Hand::Holds(call), now);
            table.yield_hand(now);
            table.say(now);
            true
        });
    }

    /// Nothing is in hand; the colleague stays at the phone.
    pub fn give_back(&self, now: Moment) {
        self.change(|table| {
            let had = std::mem::take(&mut table.hand) != Hand::Empty;
            table.rest.clear();
            if had {
                table.say(now);
            }
            had
        });
    }

    /// Leaves the phone.
    pub fn leave(&self, now: Moment) {
        self.change(|table| {
            let was = table.present.take().is_some();
            (table.hand, table.rest) = (Hand::Empty, VecDeque::new());
            if was {
                table.say(now);
            }
            was
        });
    }

    pub fn hand(&self) -> Hand {
        self.table().hand
    }

    /// Whether a colleague is connected who listens.
    pub fn is_heard(&self) -> bool {
        !self.table().lines.is_empty()
    }

    /// What colleagues have in hand just now.
    pub fn taken(&self, now: Moment) -> Vec<Taken> {
        let table = self.table();
        let live = table.live(now).filter_map(|other| Some((other, other.word.claim.filter(|claim| claim.held)?)));
        live.map(|(other, claim)| Taken {
            call: claim.call,
            device: other.word.device,
            user: other.word.user,
            since: Duration::from_secs(claim.seconds.into()) + now.saturating_sub(other.at),
        })
        .collect()
    }

    /// To be called now and then: what nobody speaks of any more lapses, what is in hand is said again.
    pub fn tick(&self, now: Moment) {
        self.change(|table| table.tick(now));
    }

    fn change(&self, change: impl FnOnce(&mut Table) -> bool) {
        if change(&mut self.table()) {
            (self.0.changed)();
        }
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.0.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    fn live(&self, now: Moment) -> impl Iterator<Item = &Other> {
        self.others.values().filter(move |other| now.saturating_sub(other.at) < LAPSE)
    }

    /// Asks for the next call that nobody has or asks for.
    fn next(&mut self, now: Moment) {
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
    fn say(&mut self, now: Moment) {
        self.number += 1;
        self.said = now;
    }

    fn word(&self) -> Word {
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
    fn yield_hand(&mut self, now: Moment) -> bool {
        let Hand::Holds(call) = self.hand else { return false };
        let winner = self.outdone(now);
        if let Some(winner) = winner {
            self.hand = Hand::Lost(call, winner);
        }
        winner.is_some()
    }

    /// Takes what is asked for as soon as it may be taken. Whether anything changed.
    fn decide(&mut self, now: Moment) -> bool {
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

    fn tick(&mut self, now: Moment) -> bool {
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
    fn hear(&mut self, word: Word, from: DeviceId, now: Moment) -> bool {
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

/// What one session has told its peer, and how much it listens to.
pub(super) struct Ear {
    calling: Calling,
    peer: DeviceId,
    told: BTreeMap<DeviceId, u64>,
    words: u32,
    second: u64,
}

impl Ear {
    pub fn new(calling: Calling, peer: DeviceId) -> Ear {
        let mut table = calling.table();
        *table.lines.entry(peer).or_default() += 1;
        // Who is away from the phone has nothing to say.
        let told = table.present.is_none().then_some((table.device, table.number)).into_iter().collect();
        drop(table);
        Ear { calling, peer, told, words: 0, second: 0 }
    }

    /// Takes what the peer says of itself or of others. What is not understood, too long, too much or of no member is passed over.
    pub fn hear(&mut self, replica: &impl Replica, bytes: &[u8], now: Moment) {
        if self.second != now.as_secs() {
            (self.words, self.second) = (0, now.as_secs());
        }
        self.words += 1;
        if self.words > MAX_WORDS || bytes.len() > MAX_WORD {
            return;
        }
        let Ok(word) = postcard::from_bytes::<Word>(bytes) else { return };
        let honest = replica.user_of(word.device) == Some(word.user)
            && word.claim.is_none_or(|claim| claim.call.kind() == Kind::Call)
            && word.heard.len() <= MAX_HEARD;
        if !honest {
            return;
        }
        self.told.insert(word.device, word.number);
        self.calling.change(|table| table.hear(word, self.peer, now));
    }

    /// What the peer has not been told yet: of others first, since the own word answers what was heard of them.
    pub fn news(&mut self, now: Moment) -> Vec<Vec<u8>> {
        let table = self.calling.table();
        let of_others = table.live(now).map(|other| other.word.clone()).filter(|word| word.device != self.peer);
        let words: Vec<Word> = of_others.chain([table.word()]).collect();
        drop(table);
        let news = words.into_iter().filter(|word| self.told.get(&word.device).is_none_or(|told| *told < word.number));
        let news: Vec<Word> = news.collect();
        self.told.extend(news.iter().map(|word| (word.device, word.number)));
        news.iter().filter_map(|word| postcard::to_stdvec(word).ok()).collect()
    }

    pub fn tick(&self, now: Moment) {
        self.calling.tick(now);
    }
}

/// Nobody is waited for who is gone; what they had in hand lapses if they do not come back.
impl Drop for Ear {
    fn drop(&mut self) {
        let peer = self.peer;
        self.calling.change(|table| {
            let lines = table.lines.get_mut(&peer).map_or(0, |lines| {
                *lines -= 1;
                *lines
            });
            if lines == 0 {
                table.lines.remove(&peer);
                table.others.get_mut(&peer).into_iter().for_each(|other| other.parted = true);
            }
            true
        });
    }
}

#[cfg(test)]
mod tests {
    use satchel_core::WorkspaceId;

    use super::*;
    use crate::protocol::simulation::Logs;

    fn call(number: u8) -> DocId {
        DocId::derived(WorkspaceId([9; 16]), "test", Kind::Call, &number.to_string())
    }

    fn word(replica: &Logs, device: DeviceId, number: u64) -> Word {
        let claim = Some(Claim { call: call(1), held: true, asked: 0, seconds: 0 });
        Word { device, user: replica.user(device), number, present: true, claim, heard: Vec::new() }
    }

    /// What a device hears from a peer that says these words.
    fn heard(words: &[Word]) -> usize {
        let [own, peer, third] = [1, 2, 3].map(|n| DeviceId([n; 32]));
        let replica = Logs::found(WorkspaceId([9; 16]), own);
        replica.admit_device(peer);
        replica.admit_device(third);
        let phone = Calling::new(own, replica.user(own), 0, || {});
        let mut ear = Ear::new(phone.clone(), peer);
        for word in words {
            ear.hear(&replica, &postcard::to_stdvec(word).unwrap(), Moment::ZERO);
        }
        ear.hear(&replica, &[0xff; 300], Moment::ZERO);
        phone.taken(Moment::ZERO).len()
    }

    #[test]
    fn only_members_words_count_and_only_so_much_of_each() {
        let [own, peer, third, stranger] = [1, 2, 3, 4].map(|n| DeviceId([n; 32]));
        let replica = Logs::found(WorkspaceId([9; 16]), own);
        let honest = word(&replica, peer, 5);
        assert_eq!(heard(&[honest.clone(), honest.clone()]), 1);
        assert_eq!(heard(&[word(&replica, third, 5)]), 1, "passed on");
        assert_eq!(heard(&[word(&replica, stranger, 5)]), 0);
        assert_eq!(heard(&[word(&replica, own, 5)]), 0, "of oneself nobody else tells");
        assert_eq!(heard(&[Word { user: replica.user(third), ..honest.clone() }]), 0, "under another's name");
        assert_eq!(heard(&[Word { heard: vec![(third, 1); MAX_HEARD + 1], ..honest.clone() }]), 0);
        let other = Claim { call: replica.user(own), held: true, asked: 0, seconds: 0 };
        assert_eq!(heard(&[Word { claim: Some(other), ..honest.clone() }]), 0, "no call");
        // Many calls are one: the last.
        let many: Vec<Word> = (0..200u8)
            .map(|n| Word {
                number: u64::from(n) + 1,
                claim: Some(Claim { call: call(n), held: true, asked: 0, seconds: 0 }),
                ..honest.clone()
            })
            .collect();
        assert_eq!(heard(&many), 1);
    }

    #[test]
    fn a_peer_that_talks_without_end_is_not_listened_to() {
        let [own, peer] = [1, 2].map(|n| DeviceId([n; 32]));
        let replica = Logs::found(WorkspaceId([9; 16]), own);
        replica.admit_device(peer);
        let phone = Calling::new(own, replica.user(own), 0, || {});
        let mut ear = Ear::new(phone.clone(), peer);
        let mut say = |number: u64, now: u64| {
            let bytes = postcard::to_stdvec(&word(&replica, peer, number)).unwrap();
            ear.hear(&replica, &bytes, Duration::from_secs(now));
        };
        (1..=10_000).for_each(|number| say(number, 7));
        assert_eq!(phone.table().others[&peer].word.number, u64::from(MAX_WORDS));
        say(20_000, 8);
        assert_eq!(phone.table().others[&peer].word.number, 20_000);
    }

    #[test]
    fn of_who_is_connected_only_its_own_word_counts() {
        let [own, peer, third] = [1, 2, 3].map(|n| DeviceId([n; 32]));
        let replica = Logs::found(WorkspaceId([9; 16]), own);
        replica.admit_device(peer);
        replica.admit_device(third);
        let phone = Calling::new(own, replica.user(own), 0, || {});
        let (mut liar, _line) = (Ear::new(phone.clone(), peer), Ear::new(phone.clone(), third));
        liar.hear(&replica, &postcard::to_stdvec(&word(&replica, third, u64::MAX)).unwrap(), Moment::ZERO);
        assert!(phone.taken(Moment::ZERO).is_empty());
    }
}
