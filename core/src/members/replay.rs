//! Who the members are, worked out from membership commits alone, the same whatever order they arrived in.
//!
//! Causes come first. Of operations that did not know of each other those that take (removals, demotions) come before those that
//! give; among either kind the higher rank before the lower, then whose author was admitted earlier. A taking that stands voids
//! what those it takes from did without knowing of it; so of two who remove each other one stays. An operation whose author lacks
//! the right at its place has no effect.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use chrono::DateTime;

use super::{Device, Invitation, Known, Members, Operation, Role, Stamped, workspace_id};
use crate::id::{CommitId, DeviceId, DocId, WorkspaceId};

/// What a set of membership commits makes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Replayed {
    pub members: Members,
    /// Those that had an effect.
    pub effective: Known,
    /// Those that took something from somebody, and hold.
    pub takings: Vec<usize>,
}

/// Of sets that were worked out so many people, devices and invitations are kept, some 20 MB.
const MOST_KEPT: usize = 100_000;

pub(crate) struct Replayer {
    workspace: WorkspaceId,
    kept: HashMap<Known, Arc<Replayed>>,
    weight: usize,
}

/// Who goes first: the higher rank, then the earlier admission, then chance.
type Precedence = (Reverse<Option<Role>>, (u64, CommitId), CommitId);

impl Replayer {
    pub fn new(workspace: WorkspaceId) -> Replayer {
        Replayer { workspace, kept: HashMap::new(), weight: 0 }
    }

    /// To be called when commits were taken back: their numbers will be others'.
    pub fn forget(&mut self) {
        self.kept.clear();
        self.weight = 0;
    }

    /// What some of these commits make.
    pub fn replay(&mut self, commits: &[Stamped], among: &Known) -> Arc<Replayed> {
        if self.weight > MOST_KEPT {
            self.forget();
        }
        self.work_out(commits, among)
    }

    /// Most teams have one history: while one commit knows all others, it comes last, whatever it is, and the rest is worked
    /// out without it.
    fn work_out(&mut self, commits: &[Stamped], among: &Known) -> Arc<Replayed> {
        let mut last = Vec::new();
        let mut rest = among.clone();
        let begun = loop {
            if let Some(known) = self.kept.get(&rest) {
                break known.clone();
            }
            let Some(tip) = tip(commits, &rest) else { break self.decide(commits, &rest) };
            last.push(tip);
            rest = rest.without(&one(tip));
        };
        if last.is_empty() {
            return begun;
        }
        let mut made = Replayed::clone(&begun);
        for number in last.into_iter().rev() {
            let stamped = &commits[number];
            let rank = made.members.role_of(stamped.author);
            if stamped.takes() {
                if !stamped.operations.iter().any(|o| made.members.allows(rank, stamped.author, o)) {
                    continue;
                }
                made.takings.push(number);
            }
            self.apply(number, stamped, &mut made);
            made.takings.retain(|taking| *taking != number || made.effective.contains(number));
        }
        self.keep(among, made)
    }

    fn keep(&mut self, among: &Known, made: Replayed) -> Arc<Replayed> {
        let made = Arc::new(made);
        self.weight += 1 + made.members.devices.len() + made.members.roles.len() + made.members.invitations.len();
        self.kept.insert(among.clone(), made.clone());
        made
    }

    /// Of a set in which several did not know of each other.
    fn decide(&mut self, commits: &[Stamped], among: &Known) -> Arc<Replayed> {
        let (takings, void) = self.takings(commits, among);
        let mut rest = among.without(&void);
        for taking in among.iter().filter(|n| commits[*n].takes() && !takings.contains(n)) {
            rest = rest.without(&one(taking));
        }
        let mut made = Replayed { takings, ..Replayed::default() };
        for taking in made.takings.clone() {
            let mut causes = commits[taking].past.clone();
            causes.insert(taking);
            let causes = causes.within(&rest);
            rest = rest.without(&causes);
            self.carry_out(commits, causes, &mut made);
        }
        self.carry_out(commits, rest, &mut made);
        let effective = made.effective.clone();
        made.takings.retain(|taking| effective.contains(*taking));
        self.keep(among, made)
    }

    /// Which takings stand, in the order they were decided; and what they void.
    fn takings(&mut self, commits: &[Stamped], among: &Known) -> (Vec<usize>, Known) {
        let mut undecided = Known::default();
        among.iter().filter(|n| commits[*n].takes()).for_each(|n| undecided.insert(n));
        let (mut standing, mut stands, mut void) = (Vec::new(), Known::default(), Known::default());
        let mut order = Order::of(commits, undecided);
        // As long as no more is void, who goes first stays who goes first.
        let mut first: BTreeMap<Precedence, usize> = BTreeMap::new();
        loop {
            for taking in order.ready.drain(..) {
                let seen = self.work_out(commits, &commits[taking].past.within(among).without(&void));
                first.insert(precedence(&seen.members, &commits[taking]), taking);
            }
            let Some((_, taking)) = first.pop_first() else { break };
            let seen = self.work_out(commits, &commits[taking].past.within(among).without(&void));
            order.done(commits, taking);
            let stamped = &commits[taking];
            let rank = seen.members.role_of(stamped.author);
            let holds = stamped.operations.iter().any(|o| seen.members.allows(rank, stamped.author, o));
            if holds && !void.contains(taking) {
                standing.push(taking);
                stands.insert(taking);
                let before = void.clone();
                for other in among.iter() {
                    let apart = other != taking
                        && !stamped.past.contains(other)
                        && !commits[other].past.contains(taking)
                        && !stands.contains(other);
                    if apart && self.is_hit(commits, among, &seen.members, stamped, other) {
                        void.insert(other);
                    }
                }
                if void != before {
                    order.ready.extend(std::mem::take(&mut first).into_values());
                }
            }
        }
        (standing, void)
    }

    /// Whether a taking leaves the author of another operation without the right to it.
    fn is_hit(&mut self, commits: &[Stamped], among: &Known, seen: &Members, taking: &Stamped, other: usize) -> bool {
        let author = commits[other].author;
        let user = seen.devices.get(&author).map(|d| d.user);
        taking.operations.iter().any(|operation| match operation {
            Operation::RemoveDevice { device } | Operation::Remove { device, .. } => *device == author,
            Operation::RemoveUser { user: gone, .. } => Some(*gone) == user,
            Operation::Demote { user: lowered, role, .. } if Some(*lowered) == user => {
                let before = self.work_out(commits, &commits[other].past.within(among));
                !commits[other].operations.iter().any(|o| before.members.allows(Some(*role), author, o))
            }
            _ => false,
        })
    }

    /// Applies commits, causes first.
    fn carry_out(&self, commits: &[Stamped], left: Known, made: &mut Replayed) {
        let mut order = Order::of(commits, left);
        while let Some((at, _)) =
            order.ready.iter().enumerate().min_by_key(|(_, n)| precedence(&made.members, &commits[**n]))
        {
            let number = order.ready.swap_remove(at);
            order.done(commits, number);
            self.apply(number, &commits[number], made);
        }
    }

    fn apply(&self, number: usize, stamped: &Stamped, made: &mut Replayed) {
        let mut changed = false;
        for operation in stamped.operations.iter().filter(|_| stamped.sound) {
            changed |= made.members.apply(self.workspace, stamped, operation);
        }
        if changed {
            made.effective.insert(number);
        }
    }
}

/// Some commits, causes first.
struct Order {
    ready: Vec<usize>,
    /// How many of its causes each other one waits for.
    owed: HashMap<usize, usize>,
}

impl Order {
    fn of(commits: &[Stamped], all: Known) -> Order {
        let mut order = Order { ready: Vec::new(), owed: HashMap::new() };
        for number in all.iter() {
            match commits[number].past.within(&all).iter().count() {
                0 => order.ready.push(number),
                causes => _ = order.owed.insert(number, causes),
            }
        }
        order
    }

    fn done(&mut self, commits: &[Stamped], number: usize) {
        self.owed.retain(|other, causes| {
            *causes -= usize::from(commits[*other].past.contains(number));
            if *causes == 0 {
                self.ready.push(*other);
            }
            *causes > 0
        });
    }
}

/// The one of them that knows all others, if there is one: the last to arrive, as causes arrive before effects.
fn tip(commits: &[Stamped], among: &Known) -> Option<usize> {
    let last = among.last()?;
    among.without(&one(last)).is_within(&commits[last].past).then_some(last)
}

fn one(number: usize) -> Known {
    let mut set = Known::default();
    set.insert(number);
    set
}

fn precedence(members: &Members, stamped: &Stamped) -> Precedence {
    let admission = members.devices.get(&stamped.author).map_or((0, CommitId([0; 32])), |d| d.admission);
    (Reverse(members.role_of(stamped.author)), admission, stamped.commit)
}

/// Whether somebody of a rank may make others what `role` says, or take it from them.
pub(crate) fn outranks(rank: Option<Role>, role: Role) -> bool {
    match rank {
        Some(Role::Owner) => true,
        Some(Role::Manager) => role < Role::Manager,
        _ => false,
    }
}

impl Members {
    /// Whether somebody of this rank may do this here.
    pub(crate) fn allows(&self, rank: Option<Role>, author: DeviceId, operation: &Operation) -> bool {
        let of = |user: &DocId| self.roles.get(user).copied().unwrap_or(Role::Guest);
        match operation {
            Operation::Found { .. } => self.devices.is_empty(),
            // A device of somebody has that person's role, whatever the invitation says.
            Operation::Invite { role, user, .. } => {
                outranks(rank, *role) && user.is_none_or(|user| self.may_invite_for(rank, author, user))
            }
            Operation::Admit { invitation, user, .. } => {
                self.invitations.get(invitation).is_some_and(|open| self.may_admit(rank, author, open, *user))
            }
            Operation::SetRole { user, role } => {
                self.roles.contains_key(user) && outranks(rank, of(user)) && outranks(rank, *role)
            }
            Operation::Demote { user, role, .. } => {
                self.roles.contains_key(user) && *role < of(user) && outranks(rank, of(user))
            }
            Operation::RemoveDevice { device } | Operation::Remove { device, .. } => {
                let live = self.devices.get(device).filter(|d| !d.removed);
                *device != author && live.is_some_and(|d| outranks(rank, of(&d.user)))
            }
            Operation::RemoveUser { user, .. } => self.roles.contains_key(user) && outranks(rank, of(user)),
            Operation::Posting { .. } => rank >= Some(Role::Manager),
        }
    }

    /// Whether somebody may invite another device of a person: of oneself, and of whom one could have invited.
    pub(crate) fn may_invite_for(&self, rank: Option<Role>, author: DeviceId, user: DocId) -> bool {
        let own = self.devices.get(&author).is_some_and(|d| d.user == user);
        own || self.roles.get(&user).is_none_or(|role| outranks(rank, *role))
    }

    /// Whether somebody of this rank may admit a device by this invitation: who could invite somebody of its role, and, or else who
    /// made it for that person, another device of a person who is known, as that is what it will be.
    pub(crate) fn may_admit(&self, rank: Option<Role>, author: DeviceId, invitation: &Invitation, user: DocId) -> bool {
        let by = invitation.by;
        outranks(rank, invitation.role)
            && (self.gone.contains(&user)
                || self.may_invite_for(rank, author, user)
                || invitation.user == Some(user) && self.may_invite_for(self.role_of(by), by, user))
    }

    /// Whether it changed anything.
    fn apply(&mut self, workspace: WorkspaceId, stamped: &Stamped, operation: &Operation) -> bool {
        if !self.allows(self.role_of(stamped.author), stamped.author, operation) {
            return false;
        }
        match operation {
            Operation::Found { nonce, user, device_name } => {
                if workspace_id(stamped.author, *nonce) != workspace {
                    return false;
                }
                self.roles.insert(*user, Role::Owner);
                self.put_device(stamped.author, *user, device_name, stamped);
            }
            Operation::Invite { invitation, role, user, expires } => {
                if self.invitations.contains_key(invitation) {
                    return false;
                }
                let expires = DateTime::from_timestamp_millis(*expires).unwrap_or(DateTime::UNIX_EPOCH);
                let (role, user, by) = (*role, *user, stamped.author);
                self.invitations
                    .insert(*invitation, Invitation { role, user, expires, used_by: None, by, revoked: false });
            }
            Operation::Admit { invitation, device, device_name, user, .. } => {
                let Some(open) = self.invitations.get_mut(invitation) else { return false };
                let fits = open.used_by.is_none() && !open.revoked && open.user.is_none_or(|u| u == *user);
                // A device that was removed may be admitted again; for the person it was, as its history says so.
                let here = self.devices.get(device);
                if !fits || here.is_some_and(|d| !d.removed || d.user != *user) {
                    return false;
                }
                // An invitation that names nobody makes a new person, or brings one back who has no device any more: it cannot
                // lend its role to somebody who is here, nor a role that is higher than its own.
                if open.user.is_none() && self.devices.values().any(|d| d.user == *user && !d.removed) {
                    return false;
                }
                open.used_by = Some(*device);
                let (role, is_named) = (open.role, open.user.is_some());
                let before = self.roles.get(user).copied().filter(|_| !self.gone.remove(user));
                let now = before.map_or(role, |before| if is_named { before } else { before.min(role) });
                self.roles.insert(*user, now);
                self.put_device(*device, *user, device_name, stamped);
            }
            Operation::SetRole { user, role } | Operation::Demote { user, role, .. } => {
                if self.leaves_no_owner(&BTreeSet::from([*user]), Some(*role)) {
                    return false;
                }
                self.roles.insert(*user, *role);
            }
            Operation::RemoveDevice { device } | Operation::Remove { device, .. } => {
                let gone: Vec<DeviceId> = vec![*device];
                self.take_out(&gone, matches!(operation, Operation::Remove { .. }));
            }
            Operation::RemoveUser { user, .. } => {
                if self.leaves_no_owner(&BTreeSet::from([*user]), None) {
                    return false;
                }
                let gone: Vec<DeviceId> =
                    self.devices.iter().filter(|(_, d)| d.user == *user).map(|(id, _)| *id).collect();
                self.take_out(&gone, true);
                self.gone.insert(*user);
                for open in self.invitations.values_mut().filter(|i| i.user == Some(*user) && i.used_by.is_none()) {
                    open.revoked = true;
                }
            }
            Operation::Posting { salespeople } => self.salespeople_post = *salespeople,
        }
        true
    }

    /// Devices are members no more; tickets that they gave and nobody has used are taken back.
    fn take_out(&mut self, gone: &[DeviceId], tickets: bool) {
        for device in gone {
            if let Some(found) = self.devices.get_mut(device) {
                found.removed = true;
            }
        }
        for open in self.invitations.values_mut() {
            open.revoked |= tickets && open.used_by.is_none() && gone.contains(&open.by);
        }
    }

    fn put_device(&mut self, device: DeviceId, user: DocId, name: &str, stamped: &Stamped) {
        let admitted = DateTime::from_timestamp_millis(stamped.time).unwrap_or(DateTime::UNIX_EPOCH);
        let admission = (stamped.lamport, stamped.commit);
        self.devices.insert(device, Device { user, name: name.to_owned(), admitted, removed: false, admission });
    }

    /// Whether nobody would be left who may admit owners and managers.
    pub(crate) fn leaves_no_owner(&self, without: &BTreeSet<DocId>, role: Option<Role>) -> bool {
        let here = |user: &DocId| self.devices.values().any(|d| d.user == *user && !d.removed);
        let mut owners = self.roles.iter().filter(|(u, r)| **r == Role::Owner && here(u));
        role != Some(Role::Owner) && owners.all(|(u, _)| without.contains(u))
    }
}
