//! Whether a change fits what it builds on. That is told from what it builds on alone, whatever else of its document is here, so
//! that every device says the same of it: automerge takes what speaks of operations that it does not build on wherever they happen
//! to be.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use automerge::{Automerge, Change};

use super::{
    DocumentError,
    chunk::{Key, Parts},
};

/// The changes of a document, each of which fits.
pub(super) struct Lineage {
    nodes: Vec<Node>,
    places: HashMap<[u8; 32], usize>,
    /// Those of each author, each of which builds on the one before.
    authors: HashMap<Vec<u8>, Vec<usize>>,
    /// Those on which none builds.
    tips: BTreeSet<usize>,
    /// The highest number of an operation.
    end: u64,
    /// When each was last found among what another builds on; and how often that was asked.
    found: Vec<usize>,
    asked: usize,
}

struct Node {
    causes: Vec<usize>,
    end: u64,
}

impl Lineage {
    pub fn of(document: &Automerge) -> Lineage {
        let mut lineage = Lineage {
            nodes: Vec::new(),
            places: HashMap::new(),
            authors: HashMap::new(),
            tips: BTreeSet::new(),
            end: 0,
            found: Vec::new(),
            asked: 0,
        };
        for change in document.get_changes_meta(&[]) {
            let causes = change.deps.iter().filter_map(|dep| lineage.places.get(&dep.0).copied()).collect();
            lineage.put(change.hash.0, change.actor.to_bytes(), Node { causes, end: change.max_op });
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
        let end = if is_last { self.end } else { self.find(&causes) };
        let is_cause = |at: &usize| is_last || self.found[*at] == self.asked;
        let start = change.start_op().get();
        if start <= end {
            return unfit("it counts its operations anew");
        }
        let own = self.authors.get(change.actor_id().to_bytes()).map_or(&[][..], Vec::as_slice);
        if !own.last().is_none_or(is_cause) || change.seq() != own.len() as u64 + 1 {
            return unfit("it does not go on from its author's last one");
        }
        for (author, number) in named(change)? {
            let all = self.authors.get(author).map_or(&[][..], Vec::as_slice);
            // Whatever builds on one builds on those before it.
            let last = all[..all.partition_point(is_cause)].last();
            if last.is_none_or(|last| self.nodes[*last].end < number) {
                return unfit("it speaks of operations that it does not build on");
            }
        }
        self.put(hash, change.actor_id().to_bytes(), Node { causes, end: change.max_op() });
        Ok(())
    }

    fn put(&mut self, hash: [u8; 32], author: &[u8], node: Node) {
        let at = self.nodes.len();
        node.causes.iter().for_each(|cause| _ = self.tips.remove(cause));
        self.tips.insert(at);
        self.places.insert(hash, at);
        self.authors.entry(author.to_vec()).or_default().push(at);
        self.end = self.end.max(node.end);
        self.nodes.push(node);
        self.found.push(0);
    }

    /// Finds all that these build on, themselves among it; returns the highest number of an operation of it.
    fn find(&mut self, causes: &[usize]) -> u64 {
        self.asked += 1;
        let (mut open, mut end) = (causes.to_vec(), 0);
        while let Some(at) = open.pop() {
            if self.found[at] != self.asked {
                self.found[at] = self.asked;
                end = end.max(self.nodes[at].end);
                open.extend(&self.nodes[at].causes);
            }
        }
        end
    }
}

/// The highest number of an operation of each other author that a change speaks of.
fn named(change: &Change) -> Result<BTreeMap<&[u8], u64>, DocumentError> {
    let unfit = |why: &str| DocumentError::Unfit(why.to_owned());
    let parts = Parts::of(change.raw_bytes()).map_err(unfit)?;
    let mut highest = BTreeMap::new();
    let mut count = 0;
    for operation in parts.operations() {
        count += 1;
        let element = if let Key::Element(element) = operation.key { element } else { None };
        for (author, number) in operation.before.into_iter().chain(operation.object).chain(element) {
            let Some(other) = author.checked_sub(1) else { continue };
            let other =
                *parts.others.get(other).ok_or_else(|| unfit("it speaks of an author that it does not name"))?;
            let known = highest.entry(other).or_insert(number);
            *known = number.max(*known);
        }
    }
    // Where one is not read as automerge reads it, no more is read.
    if count == change.len() { Ok(highest) } else { Err(unfit("it says what no program writes")) }
}
