//! The lines of a list from top to bottom: heads of groups and records; folded groups hide theirs.

use std::collections::HashSet;

use satchel_core::DocId;

use super::arranged::{Arranged, Head};
use crate::design::size;

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Line {
    /// The head of a group: its number in [`Lines::heads`].
    Head(u32),
    /// A record, with the number of the group it is shown in.
    Record(DocId, u32),
}

/// Without groups.
pub const NO_HEAD: u32 = u32::MAX;

/// A group's place in the tree: indexes from the top.
pub type Path = Vec<usize>;

#[derive(Debug, Default)]
pub struct Lines {
    pub lines: Vec<Line>,
    pub heads: Vec<Path>,
    /// Where each line begins, and where the last one ends.
    tops: Vec<f64>,
}

impl Lines {
    pub fn of(arranged: &Arranged, folded: &HashSet<String>) -> Lines {
        let mut lines = Lines::default();
        match arranged.heads.is_empty() {
            true => lines.lines.extend(arranged.ids.iter().map(|id| Line::Record(*id, NO_HEAD))),
            false => lines.add(&arranged.heads, &mut Vec::new(), "", folded),
        }
        let mut top = 0.0;
        lines.tops.reserve(lines.lines.len() + 1);
        lines.tops.push(0.0);
        for line in &lines.lines {
            top += f64::from(height(*line));
            lines.tops.push(top);
        }
        lines
    }

    fn add(&mut self, heads: &[Head], path: &mut Path, above: &str, folded: &HashSet<String>) {
        for (at, head) in heads.iter().enumerate() {
            path.push(at);
            let number = self.heads.len() as u32;
            self.heads.push(path.clone());
            self.lines.push(Line::Head(number));
            let key = key(above, head);
            if !folded.contains(&key) {
                match head.heads.is_empty() {
                    true => self.lines.extend(head.ids.iter().map(|id| Line::Record(*id, number))),
                    false => self.add(&head.heads, path, &key, folded),
                }
            }
            path.pop();
        }
    }

    /// The line of a record that is nearest to one: it may stand in several groups.
    pub fn nearest(&self, id: DocId, to: usize) -> Option<usize> {
        if matches!(self.lines.get(to), Some(Line::Record(there, _)) if *there == id) {
            return Some(to);
        }
        let own = self.lines.iter().enumerate().filter(|(_, line)| matches!(line, Line::Record(one, _) if *one == id));
        own.map(|(at, _)| at).min_by_key(|at| at.abs_diff(to))
    }

    pub fn len(&self) -> usize {
        self.lines.len()
    }

    pub fn height(&self) -> f64 {
        self.tops.last().copied().unwrap_or(0.0)
    }

    pub fn top(&self, line: usize) -> f64 {
        self.tops[line.min(self.tops.len() - 1)]
    }

    /// The lines that lie between two heights.
    pub fn between(&self, from: f64, to: f64) -> std::ops::Range<usize> {
        let first = self.tops.partition_point(|top| *top <= from).saturating_sub(1);
        first..self.tops.partition_point(|top| *top < to).min(self.len()).max(first)
    }

    pub fn head<'a>(&self, arranged: &'a Arranged, number: u32) -> Option<&'a Head> {
        let (first, rest) = self.heads.get(number as usize)?.split_first()?;
        rest.iter().try_fold(arranged.heads.get(*first)?, |head, at| head.heads.get(*at))
    }

    /// What a group is called among those folded.
    pub fn key(&self, arranged: &Arranged, number: u32) -> String {
        let mut heads = arranged.heads.as_slice();
        let mut name = String::new();
        for at in self.heads.get(number as usize).map_or(&[][..], Vec::as_slice) {
            let Some(head) = heads.get(*at) else { break };
            name = key(&name, head);
            heads = &head.heads;
        }
        name
    }
}

fn key(above: &str, head: &Head) -> String {
    format!("{above}/{:?}", head.value)
}

pub fn height(line: Line) -> f32 {
    match line {
        Line::Head(_) => size::GROUP_ROW,
        Line::Record(..) => size::LIST_ROW,
    }
}
