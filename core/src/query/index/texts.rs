//! Folded texts of records of one kind, back to back, so that a word is looked for in one sweep over memory.

use std::{collections::HashMap, ops::Range};

use memchr::memmem::Finder;
use rayon::prelude::*;

use crate::{id::DocId, query::folding::fold_into};

#[derive(Clone, Debug, Default)]
pub(crate) struct Texts {
    slots: HashMap<DocId, u32>,
    ids: Vec<DocId>,
    spans: Vec<Span>,
    text: String,
    /// Which slot the text from here on belongs to, or belonged to before it was replaced.
    starts: Vec<(u32, u32)>,
    /// Bytes of texts that were replaced.
    dead: usize,
}

/// Where a record's text lies: first the name, then the rest.
#[derive(Clone, Copy, Debug, Default)]
struct Span {
    start: u32,
    name_end: u32,
    end: u32,
}

/// Where a word was found, by slots.
pub(crate) struct Hits {
    pub in_name: Bits,
    pub anywhere: Bits,
}

impl Texts {
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    pub fn id(&self, slot: u32) -> DocId {
        self.ids[slot as usize]
    }

    pub fn folded_name(&self, slot: u32) -> &[u8] {
        let span = self.spans[slot as usize];
        &self.text.as_bytes()[span.start as usize..span.name_end as usize]
    }

    pub fn known_slot(&self, id: DocId) -> Option<u32> {
        self.slots.get(&id).copied()
    }

    /// The slot of a record, which may arrive later.
    pub fn slot(&mut self, id: DocId) -> u32 {
        *self.slots.entry(id).or_insert_with(|| {
            self.ids.push(id);
            self.spans.push(Span::default());
            (self.ids.len() - 1) as u32
        })
    }

    /// Replaces a record's text.
    pub fn put(&mut self, id: DocId, name: &str, rest: &[&str]) -> u32 {
        let slot = self.slot(id);
        let old = self.spans[slot as usize];
        self.dead += (old.end - old.start) as usize;
        if self.dead > 65_536 && self.dead > self.text.len() / 2 {
            self.spans[slot as usize] = Span::default();
            self.compact();
        }
        let start = self.text.len() as u32;
        fold_into(&mut self.text, name);
        let name_end = self.text.len() as u32;
        for part in rest.iter().filter(|p| !p.is_empty()) {
            self.text.push('\n');
            fold_into(&mut self.text, part);
        }
        self.text.push('\0');
        self.spans[slot as usize] = Span { start, name_end, end: self.text.len() as u32 };
        self.starts.push((start, slot));
        slot
    }

    fn compact(&mut self) {
        let mut text = String::with_capacity(self.text.len() - self.dead);
        self.starts.clear();
        for (slot, span) in self.spans.iter_mut().enumerate().filter(|(_, s)| s.end > s.start) {
            let start = text.len() as u32;
            text.push_str(&self.text[span.start as usize..span.end as usize]);
            let name_end = start + (span.name_end - span.start);
            *span = Span { start, name_end, end: text.len() as u32 };
            self.starts.push((start, slot as u32));
        }
        self.text = text;
        self.dead = 0;
    }

    /// Where a folded word occurs. Large texts are swept by all cores.
    pub fn find(&self, word: &str) -> Hits {
        let nowhere = || Hits { in_name: Bits::none(self.len()), anywhere: Bits::none(self.len()) };
        let finder = Finder::new(word.as_bytes());
        let part = self.starts.len().div_ceil(rayon::current_num_threads()).max(8_192);
        if self.starts.len() <= part {
            return self.sweep(&finder, 0..self.starts.len(), nowhere());
        }
        let parts = (0..self.starts.len()).into_par_iter().step_by(part);
        let hits = parts.map(|from| self.sweep(&finder, from..self.starts.len().min(from + part), nowhere()));
        hits.reduce(nowhere, |mut a, b| {
            a.in_name.join(&b.in_name);
            a.anywhere.join(&b.anywhere);
            a
        })
    }

    /// Looks through some of the texts, in the order they lie in.
    fn sweep(&self, finder: &Finder, texts: Range<usize>, mut hits: Hits) -> Hits {
        let end = self.starts.get(texts.end).map_or(self.text.len(), |(start, _)| *start as usize);
        let starts = &self.starts[texts];
        let text = &self.text.as_bytes()[..end];
        let mut at = 0;
        while let Some((from, _)) = starts.get(at) {
            let from = *from as usize;
            let Some(found) = finder.find(&text[from..]).map(|found| from + found) else { break };
            while starts.get(at + 1).is_some_and(|(start, _)| *start as usize <= found) {
                at += 1;
            }
            let (start, slot) = starts[at];
            let span = self.spans[slot as usize];
            if span.start == start && span.end > start {
                hits.anywhere.set(slot);
                if found + finder.needle().len() <= span.name_end as usize {
                    hits.in_name.set(slot);
                }
            }
            // The rest of this text need not be looked at.
            at += 1;
        }
        hits
    }
}

/// A set of slots.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Bits(Vec<u64>);

impl Bits {
    pub fn none(len: usize) -> Bits {
        Bits(vec![0; len.div_ceil(64)])
    }

    pub fn all(len: usize) -> Bits {
        Bits(vec![u64::MAX; len.div_ceil(64)])
    }

    pub fn set(&mut self, slot: u32) {
        self.0[slot as usize / 64] |= 1 << (slot % 64);
    }

    pub fn has(&self, slot: u32) -> bool {
        self.0.get(slot as usize / 64).is_some_and(|word| word & (1 << (slot % 64)) != 0)
    }

    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    /// Keeps only what the other has too.
    pub fn keep(&mut self, other: &Bits) {
        self.0.iter_mut().zip(&other.0).for_each(|(a, b)| *a &= b);
    }

    pub fn join(&mut self, other: &Bits) {
        self.0.iter_mut().zip(&other.0).for_each(|(a, b)| *a |= b);
    }
}
