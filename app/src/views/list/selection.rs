//! Which records are selected, one by one or from one to another.

use std::{collections::HashSet, rc::Rc};

use satchel_core::DocId;

use super::lines::{Line, Lines};

#[derive(Default)]
pub struct Selection {
    ids: HashSet<DocId>,
    /// Where a range begins.
    anchor: Option<DocId>,
    /// In the order of the list.
    ordered: Option<Rc<[DocId]>>,
    /// Counts up with every change.
    version: u64,
}

impl Selection {
    pub fn has(&self, id: DocId) -> bool {
        self.ids.contains(&id)
    }

    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    pub fn len(&self) -> usize {
        self.ids.len()
    }

    pub fn version(&self) -> u64 {
        self.version
    }

    fn changed(&mut self) {
        self.ordered = None;
        self.version += 1;
    }

    pub fn clear(&mut self) {
        self.ids.clear();
        self.changed();
    }

    pub fn toggle(&mut self, id: DocId) {
        if !self.ids.remove(&id) {
            self.ids.insert(id);
        }
        self.anchor = Some(id);
        self.changed();
    }

    /// All of these, or none of them if all are.
    pub fn toggle_all(&mut self, ids: &[DocId]) {
        if ids.iter().all(|id| self.ids.contains(id)) {
            ids.iter().for_each(|id| _ = self.ids.remove(id));
        } else {
            self.ids.extend(ids);
        }
        self.changed();
    }

    /// From the last one that was selected to this one.
    pub fn extend_to(&mut self, lines: &Lines, id: DocId) {
        let place = |wanted: DocId| lines.lines.iter().position(|l| matches!(l, Line::Record(id, _) if *id == wanted));
        let anchor = self.anchor.unwrap_or(id);
        let (Some(from), Some(to)) = (place(anchor), place(id)) else { return self.toggle(id) };
        let range = &lines.lines[from.min(to)..=from.max(to)];
        self.ids.extend(range.iter().filter_map(|line| match line {
            Line::Record(id, _) => Some(*id),
            Line::Head(_) => None,
        }));
        self.anchor.get_or_insert(id);
        self.changed();
    }

    /// Forgets what is no longer in the list.
    pub fn keep(&mut self, ids: &[DocId]) {
        if !self.ids.is_empty() {
            let there: HashSet<DocId> = ids.iter().filter(|id| self.ids.contains(id)).copied().collect();
            self.ids = there;
            self.changed();
        }
    }

    /// In the order of the list.
    pub fn ordered(&mut self, ids: &[DocId]) -> Rc<[DocId]> {
        let chosen = &self.ids;
        let ordered =
            self.ordered.get_or_insert_with(|| ids.iter().filter(|id| chosen.contains(id)).copied().collect());
        Rc::clone(ordered)
    }
}
