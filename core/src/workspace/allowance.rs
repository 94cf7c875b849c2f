//! How much of one document counts of one person. What a member's key can make others hold would else have no end: few bytes delete
//! a long text again and again, under as many logs as a changed program begins. Each bears what it wrote itself: of a person's commits
//! the first count, in the graph's order, as long as there is room; so it hangs on which commits there are, never on how they came.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::{SPACE, Workspace, Writer, author::Built, ledger::Aside};
use crate::{
    commit::Opened,
    document::{self, Links, MAX_OF_ONE},
    error::Result,
    id::{CommitId, DocId},
    message::Message,
};

/// What commits make of one document.
#[derive(Default)]
pub(super) struct Allowance {
    of: HashMap<DocId, Vec<Share>>,
}

/// Of one commit: its place in the graph's order, its number, and its changes, each with how many operations it makes.
type Share = ((u64, CommitId), u64, Vec<([u8; 32], u64)>);

impl Allowance {
    /// Whether a commit takes up room. What has no effect for a reason of its own takes none; what does not fit does, as it is found
    /// only where there was room to look.
    pub fn bears(aside: Option<&Aside>) -> bool {
        aside.is_none_or(|aside| *aside == Aside::Unfit || !aside.is_own())
    }

    pub fn count(&mut self, arrival: u64, commit: &Opened, change: &Links) {
        let place = (commit.body.lamport, commit.id);
        self.put(commit.body.user, place, arrival, (change.hash, change.operations));
    }

    fn put(&mut self, person: DocId, place: (u64, CommitId), arrival: u64, change: ([u8; 32], u64)) {
        let shares = self.of.entry(person).or_default();
        match shares.last_mut() {
            Some((_, last, changes)) if *last == arrival => changes.push(change),
            _ => shares.push((place, arrival, vec![change])),
        }
    }

    /// The numbers of commits for which there is no room, and how many operations there is still room for, by person.
    pub fn weigh(self) -> (Vec<u64>, HashMap<DocId, u64>) {
        let mut exceeding = Vec::new();
        let room = |(person, mut shares): (DocId, Vec<Share>)| {
            shares.sort_unstable();
            // One change that lies in several commits is made once, by the first that counts.
            let mut counted: HashSet<[u8; 32]> = HashSet::new();
            let mut left = MAX_OF_ONE;
            for (_, arrival, changes) in shares {
                let mut coming: Vec<([u8; 32], u64)> = changes;
                coming.sort_unstable();
                coming.dedup();
                coming.retain(|(hash, _)| !counted.contains(hash));
                let sum = coming.iter().fold(0u64, |sum, (_, operations)| sum.saturating_add(*operations));
                match left.checked_sub(sum) {
                    Some(rest) => {
                        left = rest;
                        counted.extend(coming.into_iter().map(|(hash, _)| hash));
                    }
                    None => exceeding.push(arrival),
                }
            }
            (person, left)
        };
        let left = self.of.into_iter().map(room).collect();
        (exceeding, left)
    }
}

impl Workspace {
    /// What is said where this is more than counts of one person: others would leave it without effect.
    pub(super) fn overfills<'b>(
        &self,
        writer: &Writer,
        built: impl Iterator<Item = &'b Built> + Clone,
    ) -> Result<Option<Message>> {
        // What has no effect may take up room too, and is not in the document.
        let is_asked = |built: &&Built| built.holds_much || writer.shunned.contains(&built.document.id);
        let docs: BTreeSet<DocId> = built.clone().filter(is_asked).map(|built| built.document.id).collect();
        let asides = self.asides();
        for doc in docs {
            let changes = built.clone().filter(|built| built.document.id == doc).flat_map(|built| &built.changes);
            let coming: u64 =
                changes.filter_map(|change| document::links(doc, change)).map(|said| said.operations).sum();
            let mut allowance = Allowance::default();
            for borne in self.inner.store.touching(SPACE, doc, |arrival| Allowance::bears(asides.get(&arrival)))? {
                let (arrival, commit) = borne?;
                if commit.body.user == self.user() {
                    let own = commit.body.changes.iter().filter(|change| change.doc == doc);
                    own.filter_map(|change| document::links(doc, &change.change))
                        .for_each(|said| allowance.count(arrival, &commit, &said));
                }
            }
            let (_, left) = allowance.weigh();
            if left.get(&self.user()).is_some_and(|left| *left < coming) {
                let name = self.records().name(doc).to_owned();
                return Ok(Some(message!(
                    "you have written all into ‘{name}’ that one person may ({most} letters put or deleted): go on in a new record",
                    name,
                    most = MAX_OF_ONE
                )));
            }
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::id::Kind;

    /// A commit of a person at a place, with changes that may lie in others too, each of as many operations as its number says.
    type Commit = (u8, u64, Vec<u8>);

    fn exceeding(commits: &[Commit], order: &[usize]) -> BTreeSet<usize> {
        let mut allowance = Allowance::default();
        for (arrival, at) in order.iter().enumerate() {
            let (person, lamport, changes) = &commits[*at];
            let place = (*lamport, CommitId([*at as u8; 32]));
            for change in changes {
                let person = DocId::new(Kind::User, 1, [*person; 9]);
                allowance.put(person, place, arrival as u64, ([*change; 32], u64::from(*change) * 50_000));
            }
        }
        allowance.weigh().0.into_iter().map(|arrival| order[arrival as usize]).collect()
    }

    proptest! {
        #[test]
        fn what_counts_hangs_on_which_commits_there_are_and_has_an_end(
            (commits, order) in prop::collection::vec((0..2u8, 0..9u64, prop::collection::vec(0..6u8, 1..4)), 1..12)
                .prop_flat_map(|commits| {
                    let all: Vec<usize> = (0..commits.len()).collect();
                    (Just(commits), Just(all).prop_shuffle())
                })
        ) {
            let all: Vec<usize> = (0..commits.len()).collect();
            let exceeding_now = exceeding(&commits, &all);
            prop_assert_eq!(&exceeding_now, &exceeding(&commits, &order));
            for person in 0..2 {
                let own: Vec<usize> = all.iter().copied().filter(|at| commits[*at].0 == person).collect();
                let sum = |counts: &dyn Fn(&usize) -> bool| {
                    let of = own.iter().filter(|at| counts(at)).flat_map(|at| commits[*at].2.clone());
                    of.collect::<BTreeSet<u8>>().into_iter().map(|change| u64::from(change) * 50_000).sum::<u64>()
                };
                prop_assert!(sum(&|at| !exceeding_now.contains(at)) <= MAX_OF_ONE);
                let is_full = own.iter().any(|at| exceeding_now.contains(at));
                prop_assert_eq!(is_full, sum(&|_| true) > MAX_OF_ONE);
            }
        }
    }
}
