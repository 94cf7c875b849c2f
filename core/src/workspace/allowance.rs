//! How much of one document counts of one person. What a member's key can make others hold would else have no end: few bytes delete
//! a long text again and again, under as many logs as a changed program begins. Each bears what it wrote itself: of a person's commits
//! the first count, in the graph's order, as long as there is room; so it hangs on which commits there are, never on how they came.

use std::collections::{HashMap, HashSet};

use super::ledger::Aside;
use crate::{
    commit::Opened,
    document::{Links, MAX_OF_ONE},
    id::{CommitId, DocId},
};

/// What commits make of one document.
#[derive(Default)]
pub(super) struct Allowance {
    of: HashMap<DocId, Vec<Share>>,
    /// One change that lies in several commits of a person is one.
    counted: HashSet<(DocId, [u8; 32])>,
}

/// Of one commit: its place in the graph's order, its number, and how many operations it makes.
type Share = ((u64, CommitId), u64, u64);

impl Allowance {
    /// Whether a commit takes up room. What has no effect for a reason of its own takes none; what does not fit does, as it is found
    /// only where there was room to look.
    pub fn bears(aside: Option<&Aside>) -> bool {
        aside.is_none_or(|aside| *aside == Aside::Unfit || !aside.is_own())
    }

    pub fn count(&mut self, arrival: u64, commit: &Opened, change: &Links) {
        let person = commit.body.user;
        if !self.counted.insert((person, change.hash)) {
            return;
        }
        let shares = self.of.entry(person).or_default();
        match shares.last_mut() {
            Some((_, last, operations)) if *last == arrival => *operations += change.operations,
            _ => shares.push(((commit.body.lamport, commit.id), arrival, change.operations)),
        }
    }

    /// The numbers of commits for which there is no room.
    pub fn exceeded(mut self) -> Vec<u64> {
        let mut exceeded = Vec::new();
        for shares in self.of.values_mut() {
            left(shares, |arrival| exceeded.push(arrival));
        }
        exceeded
    }

    /// How many operations there is still room for, of a person.
    pub fn left(mut self, person: DocId) -> u64 {
        left(self.of.entry(person).or_default(), |_| {})
    }
}

fn left(shares: &mut [Share], mut exceeds: impl FnMut(u64)) -> u64 {
    shares.sort_unstable();
    shares.iter().fold(MAX_OF_ONE, |left, (_, arrival, operations)| match left.checked_sub(*operations) {
        Some(left) => left,
        None => {
            exceeds(*arrival);
            left
        }
    })
}
