//! Records that name another one in their place: where such a chain ends. In a ring, as two devices can make it, that is the
//! lowest id.

use std::collections::{HashMap, HashSet};

use crate::id::DocId;

/// Where the chain that begins with a record ends.
pub(crate) fn end(id: DocId, next: impl Fn(DocId) -> Option<DocId>) -> DocId {
    let (mut last, mut seen) = (id, HashSet::new());
    while let Some(further) = next(last) {
        if !seen.insert(last) {
            return lowest(last, &next);
        }
        last = further;
    }
    last
}

/// Where the chains of several records end, and of all that they lead through: each link is followed once.
pub(crate) fn ends(
    ids: impl IntoIterator<Item = DocId>,
    next: impl Fn(DocId) -> Option<DocId>,
) -> HashMap<DocId, DocId> {
    let mut ends: HashMap<DocId, DocId> = HashMap::new();
    for id in ids {
        let (mut way, mut seen, mut last) = (Vec::new(), HashSet::new(), id);
        let end = loop {
            if let Some(known) = ends.get(&last) {
                break *known;
            }
            if !seen.insert(last) {
                break lowest(last, &next);
            }
            way.push(last);
            match next(last) {
                Some(further) => last = further,
                None => break last,
            }
        };
        ends.extend(way.into_iter().map(|id| (id, end)));
    }
    ends
}

/// The lowest id of the ring that a record is part of.
fn lowest(on_ring: DocId, next: &impl Fn(DocId) -> Option<DocId>) -> DocId {
    let (mut lowest, mut at) = (on_ring, next(on_ring));
    while let Some(id) = at.filter(|id| *id != on_ring) {
        lowest = lowest.min(id);
        at = next(id);
    }
    lowest
}
