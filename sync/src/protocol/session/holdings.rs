//! What each side tells the other that it holds: all of it, then what changed.

use satchel_core::{DeviceId, Epoch, commit::Vector};

use crate::protocol::replica::Replica;

/// Logs that one frame tells of at most: there is room for them beside the largest chunk of commits. A frame without commits that tells of
/// exactly as many says that more follow.
const LOGS: usize = 5_000;
/// Logs that this side does not hold and yet remembers a peer to hold. Beyond them, what comes of such a log may be sent back to
/// who sent it, and is known there.
const UNHELD: usize = 100_000;

/// What the peer was told that this side holds.
#[derive(Default)]
pub(super) struct Told(Vector);

impl Told {
    pub fn of(vector: Vector) -> Told {
        Told(vector)
    }

    /// What this side holds, as far as it changed since the peer was told: in as many parts as it takes, of which the last is never full.
    pub fn news(&mut self, replica: &impl Replica) -> Vec<Vector> {
        let held = replica.vector();
        let logs = held.0.iter().map(|(log, seq)| (*log, *seq));
        let news: Vec<_> = logs.filter(|((device, epoch), seq)| self.0.get(*device, *epoch) != *seq).collect();
        self.0 = held;
        let (full, last) = news.as_chunks::<LOGS>();
        let parts = full.iter().map(|part| &part[..]).chain([last]);
        parts.map(|part| marked(replica, Vector(part.iter().copied().collect()))).collect()
    }
}

fn marked(replica: &impl Replica, vector: Vector) -> Vector {
    vector.marked(|device, epoch, seq| replica.mark(device, epoch, seq))
}

/// What the peer told that it holds.
#[derive(Default)]
pub(super) struct Heard {
    vector: Vector,
    /// How many of these logs were not held here when they were told of.
    unheld: usize,
    /// More follows, so that it is not known yet what the peer lacks.
    pub goes_on: bool,
}

impl Heard {
    /// The peer holds what is held here.
    pub fn level(vector: Vector) -> Heard {
        Heard { vector, ..Heard::default() }
    }

    /// The peer begins to tell all that it holds.
    pub fn begun(replica: &impl Replica, vector: Vector) -> Heard {
        let mut heard = Heard::default();
        heard.add(replica, vector, true);
        heard
    }

    pub fn vector(&self) -> &Vector {
        &self.vector
    }

    /// Adds what the peer tells besides, in a frame that may be one of several. Gives whether some of what it was sent has to be sent again
    /// from the beginning.
    pub fn add(&mut self, replica: &impl Replica, mut news: Vector, may_go_on: bool) -> bool {
        let forked = doubt(replica, &mut news);
        self.goes_on = may_go_on && news.0.len() + forked.len() == LOGS;
        for (log, seq) in news.0 {
            if let Some(known) = self.vector.0.get_mut(&log) {
                *known = (*known).max(seq);
                continue;
            }
            let is_held = replica.holds(log.0, log.1);
            if is_held || self.unheld < UNHELD {
                self.unheld += usize::from(!is_held);
                self.vector.0.insert(log, seq);
            }
        }
        forked.iter().filter(|log| self.vector.0.remove(log).is_some()).count() > 0
    }
}

/// Where the peer's log ends with another commit than is held here under that number, it is taken to hold nothing of it: the log has
/// forked, and one of the two does not know yet.
fn doubt(replica: &impl Replica, vector: &mut Vector) -> Vec<(DeviceId, Epoch)> {
    let differs =
        |(device, epoch): (DeviceId, Epoch), seq, mark| replica.mark(device, epoch, seq).is_some_and(|m| m != mark);
    let marks = vector.take_marks();
    let forked = marks.into_iter().filter(|(log, seq, mark)| differs(*log, *seq, *mark));
    let forked: Vec<_> = forked.map(|(log, ..)| log).collect();
    forked.iter().for_each(|log| _ = vector.0.remove(log));
    forked
}
