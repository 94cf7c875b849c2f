//! Commits whose causes have not arrived: kept until they do, in bounded room.

use std::collections::HashMap;

use super::accept::Operations;
use crate::{
    commit::Opened,
    id::{CommitId, DeviceId},
};

const MOST_BYTES: usize = 16 << 20;

/// A commit, and how many operations each of its changes makes.
pub(super) type Counted = (Opened, Vec<Operations>);

#[derive(Default)]
pub(super) struct Waiting {
    /// With whether a member signed it.
    all: HashMap<CommitId, (Counted, bool)>,
    /// Those that a missing one is the cause of; looked at again when that comes, and not before.
    of: HashMap<CommitId, Vec<CommitId>>,
    bytes: usize,
    /// Of them, those of strangers.
    strange: usize,
}

impl Waiting {
    /// Keeps one that lacks a cause; one without a cause that could come is kept too, as its sender would send it again. What there is
    /// no room for is let go and will be sent again: of members last, as anybody can sign what waits for ever.
    pub fn put(&mut self, counted: Counted, cause: Option<CommitId>, is_member: impl FnOnce(DeviceId) -> bool) {
        let (opened, _) = &counted;
        let size = opened.bytes.len();
        if self.all.contains_key(&opened.id) {
            return;
        }
        let own = is_member(opened.body.device);
        if self.bytes + size > MOST_BYTES && own && self.strange > 0 {
            self.all.retain(|_, (_, of_member)| *of_member);
            (self.bytes, self.strange) = (self.bytes - self.strange, 0);
            self.of.values_mut().for_each(|waiting| waiting.retain(|id| self.all.contains_key(id)));
            self.of.retain(|_, waiting| !waiting.is_empty());
        }
        if self.bytes + size > MOST_BYTES {
            return;
        }
        self.bytes += size;
        self.strange += if own { 0 } else { size };
        if let Some(cause) = cause {
            self.of.entry(cause).or_default().push(opened.id);
        }
        self.all.insert(opened.id, (counted, own));
    }

    /// Takes out those that one of these was the missing cause of.
    pub fn freed_by(&mut self, arrived: &[CommitId]) -> Vec<Counted> {
        let ids: Vec<CommitId> = arrived.iter().filter_map(|id| self.of.remove(id)).flatten().collect();
        let freed: Vec<(Counted, bool)> = ids.iter().filter_map(|id| self.all.remove(id)).collect();
        for ((opened, _), of_member) in &freed {
            self.bytes -= opened.bytes.len();
            self.strange -= if *of_member { 0 } else { opened.bytes.len() };
        }
        freed.into_iter().map(|(counted, _)| counted).collect()
    }

    pub fn len(&self) -> usize {
        self.all.len()
    }
}
