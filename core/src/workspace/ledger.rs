//! Who had which right where: membership commits with what each knew, and the judgement of every other commit by them.

use std::{collections::HashMap, sync::Arc};

use crate::{
    commit::{Body, Intent, Opened},
    id::{CommitId, DeviceId, DocId, Epoch, WorkspaceId},
    members::{
        Device, Known, Members, Operation, Replayed, Replayer, Role, Stamped, proves,
        rights::{Matter, Matters, refusal},
    },
    message::Message,
    store::Place,
};
use serde::{Deserialize, Serialize};

/// Why a commit that is held has no effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Aside {
    /// Written by a removed device after the last commit of it that counts.
    AfterRemoval,
    /// Written by a device whose admission does not hold.
    Unadmitted,
    /// Its author did not have the right to it, or lost it at a place before.
    NotAllowed(Role, Matter),
    /// It builds on one that has no effect, or that is not here.
    Fell,
    /// A change of members that has none, as its author did not have the right to it at its place.
    Void,
    /// Written beyond a fork of its author's log.
    Forked,
    /// It does not fit what it builds on, wherever it comes: no honest program wrote it.
    Unfit,
    /// Its author wrote more into a document than counts of one person.
    TooMuch,
}

impl Aside {
    /// Whether that follows from the commit and its place alone, whatever else touched its documents.
    pub fn is_own(self) -> bool {
        !matches!(self, Aside::Fell | Aside::TooMuch)
    }

    pub fn message(self) -> Message {
        match self {
            Aside::AfterRemoval => message!("written on a removed device, after the last change of it that counts"),
            Aside::Unadmitted => message!("written on a device whose admission does not hold"),
            Aside::NotAllowed(role, matter) => refusal(role, matter),
            Aside::Fell => message!("what it builds on has no effect or is not here"),
            Aside::Forked => {
                message!(
                    "written on a laptop whose folder was copied or put back: it is written again there, under a new log"
                )
            }
            Aside::Unfit => message!("it does not fit what it builds on: no honest program writes this"),
            Aside::TooMuch => message!("its author has written more into one record than counts of one person"),
            Aside::Void => message!("a change of members that does not hold: its author had no right to it any more"),
        }
    }
}

/// What of a commit its judgement depends on, besides what it knew.
#[derive(Clone, Copy, Debug)]
pub(super) struct Facts {
    commit: CommitId,
    device: DeviceId,
    epoch: Epoch,
    seq: u64,
    lamport: u64,
    user: DocId,
    matters: Matters,
    founding: bool,
}

impl Facts {
    pub fn of(commit: &Opened) -> Facts {
        let Body { device, epoch, seq, lamport, user, .. } = commit.body;
        let (matters, founding) = (Matters::of(&commit.body), founding(&commit.body));
        Facts { commit: commit.id, device, epoch, seq, lamport, user, matters, founding }
    }
}

pub(super) fn founding(body: &Body) -> bool {
    matches!(&body.intent, Intent::Members(all) if matches!(all.first(), Some(Operation::Found { .. })))
}

/// The membership commits held here, numbered in the order they arrived, and the sets of them that commits knew.
pub(super) struct Ledger {
    workspace: WorkspaceId,
    commits: Vec<Stamped>,
    numbers: HashMap<CommitId, usize>,
    sets: Vec<Known>,
    by_set: HashMap<Known, u32>,
    /// How many of the sets are stored.
    saved: usize,
    replayer: Replayer,
    /// A commit is held whose reason a later version knows: it may have admitted somebody.
    doubtful: bool,
    /// Those beyond a fork of their author's log: they have no effect, whoever knew them.
    forked: Known,
    /// What all of them make.
    overall: Arc<Replayed>,
}

/// A state of the ledger to go back to.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Mark {
    commits: usize,
    sets: usize,
}

impl Ledger {
    /// `commits` in the order of arrival, each with the number of the set that it knew.
    pub fn new(workspace: WorkspaceId, commits: Vec<(Opened, u32)>, sets: Vec<Known>) -> Ledger {
        let by_set = (0..).zip(&sets).map(|(number, set)| (set.clone(), number)).collect();
        let (none, numbers, overall) = Default::default();
        let (saved, replayer) = (sets.len(), Replayer::new(workspace));
        let forked = Known::NONE;
        let mut ledger = Ledger {
            workspace,
            commits: none,
            numbers,
            sets,
            by_set,
            saved,
            replayer,
            doubtful: false,
            forked,
            overall,
        };
        for (commit, set) in &commits {
            ledger.learn(commit, *set);
        }
        ledger.settle();
        ledger
    }

    pub fn mark(&self) -> Mark {
        Mark { commits: self.commits.len(), sets: self.sets.len() }
    }

    /// Forgets what was learned since.
    pub fn back(&mut self, mark: Mark) {
        if self.commits.len() > mark.commits {
            for gone in self.commits.drain(mark.commits..) {
                self.numbers.remove(&gone.commit);
            }
            self.replayer.forget();
            self.settle();
        }
        for gone in self.sets.drain(mark.sets..) {
            self.by_set.remove(&gone);
        }
    }

    /// Who is no member here may be one by a commit that is held and not understood.
    pub fn doubt(&mut self) {
        self.doubtful = true;
    }

    /// Notes a commit if it is of membership. What all make is worked out by [`Ledger::settle`].
    pub fn learn(&mut self, commit: &Opened, set: u32) {
        self.doubtful |= commit.beyond.is_some_and(|beyond| beyond.intent);
        if let Some(stamped) = stamped(self.workspace, commit, self.set(set).clone()) {
            self.numbers.insert(commit.id, self.commits.len());
            self.commits.push(stamped);
        }
    }

    /// Works out what all make; returns what they made before.
    pub fn settle(&mut self) -> Arc<Replayed> {
        let all = Known::first(self.commits.len()).without(&self.forked);
        let overall = self.replayer.replay(&self.commits, &all);
        std::mem::replace(&mut self.overall, overall)
    }

    /// Notes which of them lie beyond a fork. What all make is worked out by [`Ledger::settle`]. Returns what was noted before.
    pub fn forked(&mut self, commits: impl IntoIterator<Item = CommitId>) -> Known {
        let before = self.forked.clone();
        for number in commits.into_iter().filter_map(|id| self.numbers.get(&id)) {
            self.forked.insert(*number);
        }
        before
    }

    /// Goes back to what was noted of forks before.
    pub fn unfork(&mut self, before: Known) {
        if self.forked != before {
            self.forked = before;
            self.settle();
        }
    }

    /// Whether one that has an effect says this.
    pub fn holds(&self, operations: &[Operation]) -> bool {
        self.overall.effective.iter().any(|number| self.commits[number].operations == operations)
    }

    pub fn commits(&self) -> &[Stamped] {
        &self.commits
    }

    /// Those that have an effect.
    pub fn effective(&self) -> impl Iterator<Item = CommitId> + '_ {
        self.overall.effective.iter().map(|number| self.commits[number].commit)
    }

    pub fn beyond_forks(&self) -> &Known {
        &self.forked
    }

    /// Whether a device is or was a member.
    pub fn is_known(&self, device: DeviceId) -> bool {
        self.overall.members.devices.contains_key(&device)
    }

    pub fn members(&self) -> Members {
        self.overall.members.clone()
    }

    pub fn set(&self, number: u32) -> &Known {
        static NONE: Known = Known::NONE;
        self.sets.get(number as usize).unwrap_or(&NONE)
    }

    /// The sets that are not stored yet.
    pub fn unsaved(&self) -> Vec<(u32, &Known)> {
        (0..).zip(&self.sets).skip(self.saved).collect()
    }

    pub fn saved(&mut self) {
        self.saved = self.sets.len();
    }

    /// The number of a set.
    pub fn number(&mut self, set: Known) -> u32 {
        if let Some(number) = self.by_set.get(&set) {
            return *number;
        }
        let number = self.sets.len() as u32;
        self.by_set.insert(set.clone(), number);
        self.sets.push(set);
        number
    }

    /// The set of all that are here, as a commit of this device knows it.
    pub fn all(&mut self) -> u32 {
        self.number(Known::first(self.commits.len()))
    }

    /// What a commit knew, by its parents and the sets that they knew.
    pub fn after(&mut self, parents: &[(CommitId, u32)]) -> u32 {
        let of_members = parents.iter().filter_map(|(id, _)| self.numbers.get(id)).copied().collect::<Vec<_>>();
        match parents.first() {
            Some((_, first)) if of_members.is_empty() && parents.iter().all(|(_, set)| set == first) => *first,
            _ => {
                let mut known = Known::default();
                parents.iter().for_each(|(_, set)| known.join(self.set(*set)));
                of_members.into_iter().for_each(|number| known.insert(number));
                self.number(known)
            }
        }
    }

    /// The members as a set of commits makes them.
    pub fn members_by(&mut self, set: u32) -> Arc<Replayed> {
        let set = self.set(set).clone();
        self.replayer.replay(&self.commits, &set)
    }

    /// Why a commit cannot be held at all: who wrote it was nobody, by what it knew itself.
    pub fn refuses(&mut self, body: &Body, set: u32) -> Option<&'static str> {
        if founding(body) {
            return None;
        }
        match self.members_by(set).members.devices.get(&body.device) {
            Some(device) if device.user != body.user => Some("a commit in another user's name"),
            // It is put aside, until a later version judges it.
            Some(Device { removed: true, .. }) | None if self.doubtful => None,
            Some(device) if device.removed => Some("a commit of a device that was removed, which knew it"),
            Some(_) => None,
            None => Some("a commit of a device that is not a member"),
        }
    }

    /// What other devices will say of a commit of this one's, if they will not take it as it is: they go by what it knew, also where that
    /// has no effect as a log has forked.
    pub fn others_say(&mut self, commit: &Opened, set: u32) -> Option<Message> {
        if self.refuses(&commit.body, set).is_some() {
            return Some(message!("this device was removed from the workspace: what it writes would reach nobody"));
        }
        let is_sure = self.forked.is_empty() && !matches!(commit.body.intent, Intent::Members(_));
        if is_sure { None } else { self.judge(&Facts::of(commit), set).map(Aside::message) }
    }

    /// Why a commit has no effect, if it has none; whether what it builds on has one is not looked at.
    ///
    /// It counts if its author had the right by what it knew, still has it when what does not hold of that is left out, and no
    /// taking that it did not know took it.
    pub fn judge(&mut self, facts: &Facts, set: u32) -> Option<Aside> {
        if facts.founding {
            return None;
        }
        let known = self.set(set).clone();
        let seen = self.replayer.replay(&self.commits, &known);
        let role = seen.members.role_of(facts.device);
        let Some(role) = role else { return Some(Aside::Unadmitted) };
        if let Some(matter) = facts.matters.lacking(role, &seen.members) {
            return Some(Aside::NotAllowed(role, matter));
        }
        let mut role = role;
        if !known.is_within(&self.overall.effective) {
            let holds = known.within(&self.overall.effective);
            let held = self.replayer.replay(&self.commits, &holds).members.role_of(facts.device);
            let Some(held) = held else { return Some(Aside::Unadmitted) };
            role = role.min(held);
        }
        for taking in self.overall.takings.iter().filter(|t| !known.contains(**t)) {
            for operation in &self.commits[*taking].operations {
                match operation {
                    _ if counts_before(operation, self.commits[*taking].lamport, facts) => {}
                    Operation::Remove { device, .. } | Operation::RemoveDevice { device }
                        if *device == facts.device =>
                    {
                        return Some(Aside::AfterRemoval);
                    }
                    Operation::RemoveUser { user, .. } if *user == facts.user => return Some(Aside::AfterRemoval),
                    Operation::Demote { user, role: lower, .. } if *user == facts.user => role = role.min(*lower),
                    _ => {}
                }
            }
        }
        if let Some(matter) = facts.matters.lacking(role, &seen.members) {
            return Some(Aside::NotAllowed(role, matter));
        }
        let number = self.numbers.get(&facts.commit);
        number.is_some_and(|number| !self.overall.effective.contains(*number)).then_some(Aside::Void)
    }

    /// Those held before that have an effect now and had none, or the other way round.
    pub fn turned(&self, before: &Replayed, mark: Mark) -> Vec<CommitId> {
        self.turned_set(before, mark).iter().map(|number| self.commits[number].commit).collect()
    }

    fn turned_set(&self, before: &Replayed, mark: Mark) -> Known {
        let held = Known::first(mark.commits);
        let (then, now) = (before.effective.within(&held), self.overall.effective.within(&held));
        let mut turned = then.without(&now);
        turned.join(&now.without(&then));
        turned
    }

    /// Whether anything that was judged before may be judged otherwise now. Then says of which commits.
    pub fn reconsiders(&self, before: &Replayed, mark: Mark) -> Option<impl Fn(&Place, u32) -> bool + '_> {
        let turned = self.turned_set(before, mark);
        let differing: Vec<usize> = before
            .takings
            .iter()
            .filter(|t| !self.overall.takings.contains(t))
            .chain(self.overall.takings.iter().filter(|t| !before.takings.contains(t)))
            .copied()
            .collect();
        (!turned.is_empty() || !differing.is_empty()).then_some(move |place: &Place, set: u32| {
            let takes = |operation: &Operation| match operation {
                Operation::Remove { device, .. } | Operation::RemoveDevice { device } => *device == place.device,
                Operation::RemoveUser { user, .. } | Operation::Demote { user, .. } => {
                    self.overall.members.devices.get(&place.device).is_none_or(|d| d.user == *user)
                }
                _ => false,
            };
            !self.set(set).within(&turned).is_empty()
                || differing.iter().any(|t| self.commits[*t].operations.iter().any(takes))
        })
    }
}

/// Whether a commit lies before the cut of a taking.
fn counts_before(operation: &Operation, lamport: u64, facts: &Facts) -> bool {
    match operation {
        Operation::RemoveDevice { .. } => facts.lamport < lamport,
        _ => operation.last().iter().any(|l| (l.device, l.epoch) == (facts.device, facts.epoch) && facts.seq <= l.seq),
    }
}

/// The membership operations of a commit, if it is one of that kind.
pub(super) fn stamped(workspace: WorkspaceId, opened: &Opened, past: Known) -> Option<Stamped> {
    let body = &opened.body;
    let Intent::Members(operations) = &body.intent else { return None };
    let sound = operations.iter().all(|operation| match operation {
        Operation::Admit { invitation, device, signature, .. } => proves(workspace, invitation, *device, signature),
        _ => true,
    });
    Some(Stamped {
        commit: opened.id,
        author: body.device,
        lamport: body.lamport,
        time: body.time,
        operations: operations.clone(),
        past,
        sound,
    })
}
