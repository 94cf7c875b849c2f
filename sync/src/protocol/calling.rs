//! Which call who of the connected colleagues has in hand, so that two of them are never handed the same one (spec §5).
//!
//! Nothing of this is kept: each device says in a few bytes which call it asks for or has (a word), the others pass it on.
//! Who asks has the call once everybody who is there has heard it and nobody has more right to it: whoever has it already, and of
//! two who ask at once the one whom [`arbiter`] names, which is the same for all. An answer also tells what its sender asks for itself,
//! so of two who ask at once at least one sees the other's wish in the answer to its own. What two took while they were apart is
//! decided in the same way when they meet again.
//!
//! A word counts for [`LAPSE`]; who has a call says so again every [`BEAT`].

mod ear;
mod table;
mod word;

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use satchel_core::{DeviceId, DocId, Kind};

pub(super) use self::ear::Ear;
use self::table::Table;
use super::Moment;

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
