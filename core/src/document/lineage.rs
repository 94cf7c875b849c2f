//! Whether a change fits what it builds on. That is told from what it builds on alone, whatever else of its document is here, so
//! that every device says the same of it: automerge takes what speaks of operations that it does not build on wherever they happen
//! to be.

use std::collections::{BTreeSet, HashMap, HashSet};

use automerge::{Automerge, Change};

use super::{
    Document, DocumentError,
    chunk::{DELETE, Id, Key, Parts},
    decode, guarded,
};
use crate::commit;

/// The changes of a document, each of which fits.
#[derive(Default)]
pub(super) struct Lineage {
    nodes: Vec<Node>,
    places: HashMap<[u8; 32], usize>,
    /// Those of each author, each of which builds on the one before.
    authors: HashMap<Vec<u8>, Vec<usize>>,
    /// Those on which none builds.
    tips: BTreeSet<usize>,
    /// The highest number of an operation, and how many there are.
    end: u64,
    operations: u64,
    /// When each was last found among what another builds on; and how often that was asked.
    found: Vec<usize>,
    asked: usize,
}

struct Node {
    causes: Vec<usize>,
    /// The numbers of its first operation and of its last.
    start: u64,
    end: u64,
}

impl Node {
    fn operations(&self) -> u64 {
        (self.end + 1).saturating_sub(self.start)
    }
}

/// How many numbers may be left out before a change: what is written beside an older version goes on from all that its author
/// holds. Who leaves out more would use up the numbers that there are, and nobody could go on.
const MAX_SKIPPED: u64 = 1_000_000;

impl Lineage {
    pub fn of(document: &Automerge) -> Lineage {
        let mut lineage = Lineage::default();
        for change in document.get_changes_meta(&[]) {
            let causes = change.deps.iter().filter_map(|dep| lineage.places.get(&dep.0).copied()).collect();
            lineage.put(
                change.hash.0,
                change.actor.to_bytes(),
                Node { causes, start: change.start_op, end: change.max_op },
            );
        }
        lineage
    }

    pub fn has_causes(&self, change: &Change) -> bool {
        change.deps().iter().all(|dep| self.places.contains_key(&dep.0))
    }

    /// Takes a change that fits; one that is here already is no error.
    pub fn add(&mut self, change: &Change) -> Result<(), DocumentError> {
        let unfit = |why: &str| Err(DocumentError::Unfit(why.to_owned()));
        let hash = change.hash().0;
        if self.places.contains_key(&hash) {
            return Ok(());
        }
        let causes: Option<Vec<usize>> = change.deps().iter().map(|dep| self.places.get(&dep.0).copied()).collect();
        let Some(mut causes) = causes else { return unfit("it builds on a change that is not here") };
        causes.sort_unstable();
        let is_last = self.tips.iter().all(|tip| causes.binary_search(tip).is_ok());
        let (end, operations) = if is_last { (self.end, self.operations) } else { self.find(&causes) };
        let is_cause = |at: &usize| is_last || self.found[*at] == self.asked;
        let start = change.start_op().get();
        if start <= end {
            return unfit("it counts its operations anew");
        }
        if start > operations + MAX_SKIPPED {
            return unfit("it leaves out too many numbers");
        }
        let own = self.authors.get(change.actor_id().to_bytes()).map_or(&[][..], Vec::as_slice);
        if !own.last().is_none_or(is_cause) || change.seq() != own.len() as u64 + 1 {
            return unfit("it does not go on from its author's last one");
        }
        self.check_operations(change, is_cause)?;
        self.put(hash, change.actor_id().to_bytes(), Node { causes, start, end: change.max_op() });
        Ok(())
    }

    /// Whether its operations speak of such as they may: of the change itself, or of what it builds on.
    fn check_operations(&self, change: &Change, is_cause: impl Fn(&usize) -> bool) -> Result<(), DocumentError> {
        let unfit = |why: &str| DocumentError::Unfit(why.to_owned());
        let parts = Parts::of(change.raw_bytes()).map_err(unfit)?;
        // Whatever builds on one of an author builds on those before it.
        let chain = |author: &&[u8]| {
            let all = self.authors.get(*author).map_or(&[][..], Vec::as_slice);
            &all[..all.partition_point(&is_cause)]
        };
        let authors: Vec<&[usize]> = std::iter::once(&parts.actor).chain(&parts.others).map(chain).collect();
        let is_there = |(author, number): Id| {
            author == 0 && number >= parts.start || authors.get(author).is_some_and(|chain| self.is_of(chain, number))
        };
        let (mut count, mut replaced) = (0, HashSet::new());
        for operation in parts.operations() {
            count += 1;
            let element = if let Key::Element(element) = operation.key { element } else { None };
            if !operation.before.iter().copied().chain(operation.object).chain(element).all(is_there) {
                return Err(unfit("it speaks of operations that it does not build on"));
            }
            // Few bytes would else delete one letter thousands of times.
            if !operation.before.iter().all(|before| replaced.insert(*before)) {
                return Err(unfit("it replaces the same twice"));
            }
            if operation.action == DELETE && operation.before.is_empty() {
                return Err(unfit("it deletes nothing"));
            }
        }
        // Where one is not read as automerge reads it, no more is read.
        if count == change.len() { Ok(()) } else { Err(unfit("it says what no program writes")) }
    }

    /// Whether an operation of this number is of one of these changes of an author.
    fn is_of(&self, chain: &[usize], number: u64) -> bool {
        let at = chain.partition_point(|at| self.nodes[*at].end < number);
        chain.get(at).is_some_and(|at| self.nodes[*at].start <= number)
    }

    fn put(&mut self, hash: [u8; 32], author: &[u8], node: Node) {
        let at = self.nodes.len();
        node.causes.iter().for_each(|cause| _ = self.tips.remove(cause));
        self.tips.insert(at);
        self.places.insert(hash, at);
        self.authors.entry(author.to_vec()).or_default().push(at);
        self.end = self.end.max(node.end);
        self.operations += node.operations();
        self.nodes.push(node);
        self.found.push(0);
    }

    /// Finds all that these build on, themselves among it; returns the highest number of an operation of it, and how many there are.
    fn find(&mut self, causes: &[usize]) -> (u64, u64) {
        self.asked += 1;
        let (mut open, mut end, mut operations) = (causes.to_vec(), 0, 0);
        while let Some(at) = open.pop() {
            if self.found[at] != self.asked {
                self.found[at] = self.asked;
                end = end.max(self.nodes[at].end);
                operations += self.nodes[at].operations();
                open.extend(&self.nodes[at].causes);
            }
        }
        (end, operations)
    }
}

impl Document {
    /// Which of these commits' changes beyond its own do not fit what they build on, each of which comes before it. Of what builds
    /// on those nothing is said.
    pub fn unfit(self, changes: Vec<(u64, &commit::Change)>) -> BTreeSet<u64> {
        let mut lineage = Lineage::of(&self.inner);
        let mut unfit = BTreeSet::new();
        for (commit, change) in &changes {
            let fits = decode(self.id, change).and_then(|change| match lineage.has_causes(&change) {
                true => guarded(|| lineage.add(&change))?,
                false => Ok(()),
            });
            if fits.is_err() {
                unfit.insert(*commit);
            }
        }
        if unfit.is_empty() { self.unreadable(changes) } else { unfit }
    }

    /// Those after which it does not read back as it was written: half by half, as it takes long.
    fn unreadable(mut self, changes: Vec<(u64, &commit::Change)>) -> BTreeSet<u64> {
        let mut unfit = BTreeSet::new();
        let mut open = vec![changes];
        while let Some(mut some) = open.pop() {
            some.retain(|(commit, _)| !unfit.contains(commit));
            let scratch = Document { id: self.id, inner: self.inner.clone() };
            let own: Vec<commit::Change> = some.iter().map(|(_, change)| (*change).clone()).collect();
            match scratch.with(&own) {
                Ok(saved) => self = saved.document,
                Err(_) if some.len() > 1 => {
                    let second = some.split_off(some.len() / 2);
                    open.extend([second, some]);
                }
                Err(_) => {
                    let has_causes = |change| Lineage::of(&self.inner).has_causes(&change);
                    let there = some.iter().filter(|(_, change)| decode(self.id, change).is_ok_and(has_causes));
                    unfit.extend(there.map(|(commit, _)| *commit));
                }
            }
        }
        unfit
    }
}
