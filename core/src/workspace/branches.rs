//! Logs that have forked: two commits that carry one device, epoch and number, as a folder was copied, or an old one put back.
//!
//! A log is a tree by what each commit names as its author's previous one. Up to the first commit that has two successors it
//! counts; all beyond is aside, on every device that holds both, whichever came first. Every stretch without a fork is held as a log
//! of its own: the first one under the epoch that it says, each other one under an epoch derived from its first commit. So it is
//! the same everywhere, and vectors, arrivals and the protocol carry forks without knowing of them.

use std::{collections::BTreeMap, ops::RangeInclusive};

use super::{Event, SPACE, Workspace, author::Draft, ledger::Aside};
use crate::{
    commit::{Intent, Opened},
    error::{Error, Result},
    id::{CommitId, DeviceId, Epoch},
    members::Operation,
    message::Message,
    store::{Place, Store},
};

/// A stretch after a fork.
#[derive(Clone, Copy, Debug)]
struct Branch {
    /// The epoch that its commits say.
    origin: Epoch,
    /// The stretch that it comes after.
    after: Epoch,
}

/// All stretches but the first ones, by device and the epoch they are held under.
#[derive(Clone, Debug, Default)]
pub(super) struct Branches(BTreeMap<(DeviceId, Epoch), Branch>);

/// Where a commit goes in its author's log.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Where {
    /// At the end of a stretch.
    On(Epoch),
    /// Beside those that begin after a stretch.
    Beside(Epoch),
    /// Within a stretch, which ends before it from now on.
    Within(Epoch),
}

impl Branches {
    pub fn read(store: &Store) -> Result<Branches> {
        let mut all = Branches::default();
        for (device, held) in store.vector(SPACE)?.0.into_keys().filter(|(_, held)| held.is_branch()) {
            let Some(first) = store.first_of(SPACE, device, held)? else { continue };
            let previous = first.body.parents.first().filter(|_| first.body.seq > 1);
            let after = previous.map(|p| store.place_of(SPACE, *p)).transpose()?.flatten();
            let origin = first.body.epoch;
            all.0.insert((device, held), Branch { origin, after: after.map_or(origin, |(place, _)| place.epoch) });
        }
        Ok(all)
    }

    /// The epoch that the commits of a stretch say.
    fn origin(&self, device: DeviceId, held: Epoch) -> Epoch {
        self.0.get(&(device, held)).map_or(held, |branch| branch.origin)
    }

    /// The highest number in a log, whichever way it forked.
    pub fn highest(&self, device: DeviceId, epoch: Epoch, end: impl Fn(Epoch) -> u64) -> u64 {
        let ends = self.of(device).filter(|(_, branch)| branch.origin == epoch).map(|(held, _)| end(*held));
        ends.max().unwrap_or(0).max(end(epoch))
    }

    /// Where a commit goes whose author's previous one is at `previous`; nothing if that is no such one.
    pub fn place(
        &self,
        commit: &Opened,
        previous: Option<Place>,
        end: impl Fn(Epoch) -> u64,
    ) -> Result<Where, &'static str> {
        let body = &commit.body;
        let stretch = match previous.filter(|_| body.seq > 1) {
            None if body.seq == 1 => body.epoch,
            Some(Place { device, epoch, seq, .. })
                if device == body.device && seq + 1 == body.seq && self.origin(device, epoch) == body.epoch =>
            {
                epoch
            }
            _ => return Err("a commit does not name its author's previous one"),
        };
        let forks = self.of(body.device).any(|(_, branch)| branch.after == stretch);
        // It may fork however often: of those who took different branches to be too many nobody would hold the same again.
        Ok(match () {
            () if body.seq <= end(stretch) => Where::Within(stretch),
            () if forks => Where::Beside(stretch),
            () => Where::On(stretch),
        })
    }

    fn of(&self, device: DeviceId) -> impl Iterator<Item = (&Epoch, &Branch)> {
        self.0.range(all_of(device)).map(|((_, held), branch)| (held, branch))
    }

    /// Notes that another stretch begins after `after`. Returns the epoch it is held under.
    pub fn begin(&mut self, device: DeviceId, after: Epoch, first: CommitId) -> Epoch {
        let (origin, held) = (self.origin(device, after), Epoch::of_branch(first));
        self.0.insert((device, held), Branch { origin, after });
        held
    }

    /// Notes that a stretch ends before its commit `first`; the rest becomes a stretch of its own, and what came after the whole
    /// comes after that.
    pub fn split(&mut self, device: DeviceId, stretch: Epoch, first: CommitId) -> Epoch {
        let rest = Epoch::of_branch(first);
        let later = self.0.range_mut(all_of(device)).filter(|(_, branch)| branch.after == stretch);
        later.for_each(|(_, branch)| branch.after = rest);
        self.begin(device, stretch, first)
    }
}

/// Whatever is held of a device.
fn all_of(device: DeviceId) -> RangeInclusive<(DeviceId, Epoch)> {
    (device, Epoch([0; 16]))..=(device, Epoch([u8::MAX; 16]))
}

impl Epoch {
    /// The epoch under which a stretch of a log is held that begins with this commit, after a fork.
    fn of_branch(first: CommitId) -> Epoch {
        let hash = blake3::derive_key("satchel 2026 branch of a log", &first.0);
        let mut epoch = [0; 16];
        epoch[..4].copy_from_slice(BRANCH);
        epoch[4..].copy_from_slice(&hash[..12]);
        Epoch(epoch)
    }

    /// No device begins such an epoch: stretches after forks are held under them.
    pub fn is_branch(self) -> bool {
        self.0.starts_with(BRANCH)
    }
}

const BRANCH: &[u8] = b"fork";

impl Workspace {
    /// Commits of this device that have no effect since its log has forked.
    pub fn forked(&self) -> Result<usize> {
        Ok(self.own_forked()?.len())
    }

    fn own_forked(&self) -> Result<Vec<(u64, u64, Opened)>> {
        let mut all = Vec::new();
        for arrival in self.asides().iter().filter(|(_, aside)| **aside == Aside::Forked).map(|(arrival, _)| *arrival) {
            let Some((commit, _)) = self.inner.store.commit_at(SPACE, arrival)? else { continue };
            if commit.body.device == self.device() {
                all.push((commit.body.lamport, arrival, commit));
            }
        }
        all.sort_by_key(|(lamport, arrival, _)| (*lamport, *arrival));
        Ok(all)
    }

    /// Writes again, under the new epoch, what this device wrote beyond a fork of its log, in the order of the graph; but for what was
    /// written again already, here or by the copy. What cannot be done by itself is offered.
    pub(super) fn mend(&self) -> Result<()> {
        let forked = self.own_forked()?;
        if forked.is_empty() || self.is_removed() {
            return Ok(());
        }
        let mut done = 0;
        for (_, _, commit) in &forked {
            let again = match &commit.body.intent {
                Intent::Members(operations) => self.operate_again(&commit.body.label, operations),
                _ => self.again(commit.id).map(drop),
            };
            match again {
                Ok(()) => done += 1,
                Err(Error::Refused(_)) => {}
                Err(error) => return Err(error),
            }
        }
        if done > 0 {
            self.notify(&Event::Problem(told_copied(forked.len())));
        }
        Ok(())
    }

    /// A change of members has effect again, unless it has meanwhile.
    fn operate_again(&self, label: &str, operations: &[Operation]) -> Result<()> {
        let mut writer = self.writer();
        if writer.ledger.holds(operations) {
            return Ok(());
        }
        let draft = Draft::new(label, Intent::Members(operations.to_vec()));
        self.author(&mut writer, draft).map(drop)
    }
}

/// In words for the person whose laptop's log has forked, with how many changes were made after that.
pub fn told_copied(forked: usize) -> Message {
    message!(
        "This laptop’s folder was copied or put back and went on in both places. What was written there ({forked} changes) has been written again.",
        forked
    )
}
