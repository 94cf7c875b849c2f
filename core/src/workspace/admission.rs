//! Which commits may be taken: those whose causes are held, each log going on by one.

use std::collections::HashMap;

use super::{
    SPACE, Workspace, Writer,
    accept::Operations,
    branches::{Branches, Where},
    ledger::{Ledger, founding},
    waiting::Counted,
};
use crate::{
    commit::{Body, Intent, Opened},
    error::{Error, Result},
    id::{CommitId, DeviceId, Epoch, WorkspaceId},
    members::{Operation, workspace_id},
    store::{Place, Split},
};

/// A commit that may be taken.
pub(super) struct Fresh {
    /// The number it will have.
    pub arrival: u64,
    pub opened: Opened,
    pub operations: Vec<Operations>,
    /// What it knew of membership.
    pub set: u32,
    /// Under which epoch it is held.
    pub held: Epoch,
}

impl Fresh {
    /// As it came.
    pub fn counted(self) -> Counted {
        (self.opened, self.operations)
    }
}

/// A log that is held and has forked.
pub(super) struct Cut {
    pub split: Split,
    /// What comes after the fork, with its arrival numbers.
    pub rest: Vec<(u64, Opened)>,
    /// The last one before it.
    pub before: Option<CommitId>,
}

pub(super) enum Verdict {
    /// With the number of the set that it knew, and where it goes in its log.
    Ready(u32, Where),
    Known,
    /// For a cause that may come, if it names one.
    Waits(Option<CommitId>),
    Refused(String),
}

/// Which commits may be taken now, as the ones before them are.
pub(super) struct Admission {
    vector: HashMap<(DeviceId, Epoch), u64>,
    /// Those admitted so far, with what they knew.
    places: HashMap<CommitId, (Place, u32)>,
    arrival: u64,
    pub ready: Vec<Fresh>,
    pub branches: Branches,
    /// The log that forks, if one does: at most one, and first of all.
    pub cut: Option<Cut>,
    /// What lies beyond forks.
    pub forked: Vec<CommitId>,
}

impl Admission {
    pub fn new(workspace: &Workspace, writer: &Writer) -> Admission {
        let vector = workspace.vector().0.iter().map(|(k, v)| (*k, *v)).collect();
        let (arrival, branches) = (writer.front.arrival, writer.branches.clone());
        let (places, ready, forked) = Default::default();
        Admission { vector, places, arrival, ready, branches, cut: None, forked }
    }

    fn end(&self, device: DeviceId, held: Epoch) -> u64 {
        self.vector.get(&(device, held)).copied().unwrap_or(0)
    }

    /// Where a commit stands in the graph and what it knew, if it is held or admitted.
    fn place(&self, workspace: &Workspace, commit: CommitId) -> Result<Option<(Place, u32)>> {
        match self.places.get(&commit) {
            Some(place) => Ok(Some(*place)),
            None => {
                let stored = workspace.inner.store.place_of(SPACE, commit)?;
                Ok(stored.map(|(mut place, set)| {
                    if let Some(Cut { split, .. }) = &self.cut
                        && (place.device, place.epoch) == (split.device, split.from)
                        && place.seq >= split.first
                    {
                        place.epoch = split.to;
                    }
                    (place, set)
                }))
            }
        }
    }

    pub fn judge(&self, workspace: &Workspace, ledger: &mut Ledger, opened: &Opened) -> Result<Verdict> {
        let body = &opened.body;
        let refused = |why: &str| Ok(Verdict::Refused(why.to_owned()));
        let end = |held: Epoch| self.end(body.device, held);
        let highest = self.branches.highest(body.device, body.epoch, end);
        if body.seq <= highest && self.place(workspace, opened.id)?.is_some() {
            return Ok(Verdict::Known);
        }
        if body.seq > highest + 1 {
            let previous = body.parents.first().copied();
            let is_held = previous.map(|id| self.place(workspace, id)).transpose()?.flatten().is_some();
            return Ok(Verdict::Waits(previous.filter(|_| !is_held)));
        }
        let mut lamport = 1;
        let mut own = None;
        let mut parents = Vec::with_capacity(body.parents.len());
        for parent in &body.parents {
            let Some((place, set)) = self.place(workspace, *parent)? else {
                return Ok(Verdict::Waits(Some(*parent)));
            };
            lamport = lamport.max(place.lamport.saturating_add(1));
            own = own.or(Some(place));
            parents.push((*parent, set));
        }
        if body.lamport != lamport {
            return refused("a commit does not count itself right after its causes");
        }
        let place = match self.branches.place(opened, own, end) {
            Ok(place) => place,
            Err(why) => return refused(why),
        };
        if founding(body) && !(parents.is_empty() && ledger.commits().is_empty() && founds(body, workspace.id())) {
            return refused("a second founding");
        }
        let set = ledger.after(&parents);
        match ledger.refuses(body, set) {
            Some(why) => refused(why),
            None => Ok(Verdict::Ready(set, place)),
        }
    }

    pub fn admit(
        &mut self,
        workspace: &Workspace,
        ledger: &mut Ledger,
        (opened, operations): Counted,
        set: u32,
        place: Where,
    ) -> Result<()> {
        let Body { device, seq, lamport, .. } = opened.body;
        let held = match place {
            Where::On(held) => held,
            Where::Beside(after) => self.branches.begin(device, after, opened.id),
            Where::Within(stretch) => {
                self.cut(workspace, device, stretch, seq)?;
                self.branches.begin(device, stretch, opened.id)
            }
        };
        self.vector.insert((device, held), seq);
        self.places.insert(opened.id, (Place { device, epoch: held, seq, lamport, received: 0 }, set));
        ledger.learn(&opened, set);
        if held.is_branch() {
            self.forked.push(opened.id);
        }
        self.arrival += 1;
        self.ready.push(Fresh { arrival: self.arrival, opened, operations, set, held });
        Ok(())
    }

    /// A stretch that is held ends before a number.
    fn cut(&mut self, workspace: &Workspace, device: DeviceId, from: Epoch, first: u64) -> Result<()> {
        let store = &workspace.inner.store;
        let mut rest = Vec::new();
        for commit in store.stretch(SPACE, device, from, first, usize::MAX)? {
            let arrival =
                store.arrival_of(SPACE, commit.id)?.ok_or_else(|| Error::Damaged("the index of commits".into()))?;
            rest.push((arrival, commit));
        }
        let Some((_, second)) = rest.first() else { return Err(Error::Damaged("the log".into())) };
        let to = self.branches.split(device, from, second.id);
        let before = store.id_in_log(SPACE, device, from, first - 1)?;
        let last = self.end(device, from);
        self.vector.insert((device, from), first - 1);
        self.vector.insert((device, to), last);
        self.forked.extend(rest.iter().map(|(_, commit)| commit.id));
        let arrivals = rest.iter().map(|(arrival, _)| *arrival).collect();
        self.cut = Some(Cut { split: Split { device, from, to, first, last, arrivals }, rest, before });
        Ok(())
    }
}

fn founds(body: &Body, workspace: WorkspaceId) -> bool {
    matches!(&body.intent, Intent::Members(all)
        if matches!(all.first(), Some(Operation::Found { nonce, .. }) if workspace_id(body.device, *nonce) == workspace))
}
