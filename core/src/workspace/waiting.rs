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
    all: HashMap<CommitId, Counted>,
    /// Those that a missing one is the cause of; looked at again when that comes, and not before.
    of: HashMap<CommitId, Vec<CommitId>>,
    bytes: usize,
}

impl Waiting {
    /// Keeps one that lacks a cause; one without a cause that could come is kept too, as its sender would send it again. What there is
    /// no room for is let go and will be sent again: of members last, as anybody can sign what waits for ever.
    pub fn put(&mut self, counted: Counted, cause: Option<CommitId>, is_member: impl Fn(DeviceId) -> bool) {
        let (opened, _) = &counted;
        let size = opened.bytes.len();
        if self.all.contains_key(&opened.id) {
            return;
        }
        if self.bytes + size > MOST_BYTES && is_member(opened.body.device) {
            self.all.retain(|_, (other, _)| is_member(other.body.device));
            self.bytes = self.all.values().map(|(other, _)| other.bytes.len()).sum();
            self.of.values_mut().for_each(|waiting| waiting.retain(|id| self.all.contains_key(id)));
            self.of.retain(|_, waiting| !waiting.is_empty());
        }
        if self.bytes + size > MOST_BYTES {
            return;
        }
        self.bytes += size;
        if let Some(cause) = cause {
            self.of.entry(cause).or_default().push(opened.id);
        }
        self.all.insert(opened.id, counted);
    }

    /// Takes out those that one of these was the missing cause of.
    pub fn freed_by(&mut self, arrived: &[CommitId]) -> Vec<Counted> {
        let ids: Vec<CommitId> = arrived.iter().filter_map(|id| self.of.remove(id)).flatten().collect();
        let freed: Vec<Counted> = ids.iter().filter_map(|id| self.all.remove(id)).collect();
        self.bytes -= freed.iter().map(|(opened, _)| opened.bytes.len()).sum::<usize>();
        freed
    }

    pub fn len(&self) -> usize {
        self.all.len()
    }
}
