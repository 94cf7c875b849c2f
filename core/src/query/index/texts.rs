//! Folded texts of records of one kind, back to back, so that a word is looked for in one sweep over memory.

use std::{collections::HashMap, ops::Range};

use memchr::memmem::Finder;
use rayon::prelude::*;

use super::words::{Word, Words};
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
    words: Words,
    /// Whether a name has changed, so that `words` may lead to records that no longer have them.
    renamed: bool,
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
            self.renamed = true;
            self.compact();
        }
        let start = self.text.len() as u32;
        fold_into(&mut self.text, name);
        let name_end = self.text.len() as u32;
        self.learn(slot, start..name_end);
        for part in rest.iter().filter(|p| !p.is_empty()) {
            self.text.push('\n');
            fold_into(&mut self.text, part);
        }
        self.text.push('\0');
        self.spans[slot as usize] = Span { start, name_end, end: self.text.len() as u32 };
        self.starts.push((start, slot));
        slot
    }

    /// Takes up the words of a name, if it is not the name the record had.
    fn learn(&mut self, slot: u32, name: Range<u32>) {
        let name = &self.text[name.start as usize..name.end as usize];
        let old = self.spans[slot as usize];
        let old_name = &self.text[old.start as usize..old.name_end as usize];
        if old_name == name {
            return;
        }
        self.renamed |= !old_name.is_empty();
        self.words.put(slot, name);
    }

    /// Whose names have a word that begins like the typed one, with one letter wrong or missing.
    pub fn near(&self, typed: &str) -> Bits {
        self.with_words(self.words.near(typed))
    }

    /// Whose names have a word that begins with the typed one.
    pub fn starting(&self, typed: &str) -> Bits {
        self.with_words(self.words.starting(typed))
    }

    fn with_words<'a>(&self, words: impl Iterator<Item = Word<'a>>) -> Bits {
        let mut bits = Bits::none(self.len());
        for word in words {
            let finder = Finder::new(word.text.as_bytes());
            for slot in word.slots {
                if !self.renamed || finder.find(self.folded_name(*slot)).is_some() {
                    bits.set(*slot);
                }
            }
        }
        bits
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
        self.look_for(word, false)
    }

    /// Whose texts have a word that begins with a folded one.
    pub fn find_words(&self, word: &str) -> Bits {
        self.look_for(word, true).anywhere
    }

    fn look_for(&self, word: &str, at_start: bool) -> Hits {
        let nowhere = || Hits { in_name: Bits::none(self.len()), anywhere: Bits::none(self.len()) };
        let finder = Finder::new(word.as_bytes());
        let part = self.starts.len().div_ceil(rayon::current_num_threads()).max(8_192);
        if self.starts.len() <= part {
            return self.sweep(&finder, 0..self.starts.len(), at_start, nowhere());
        }
        let parts = (0..self.starts.len()).into_par_iter().step_by(part);
        let hits = parts.map(|from| self.sweep(&finder, from..self.starts.len().min(from + part), at_start, nowhere()));
        hits.reduce(nowhere, |mut a, b| {
            a.in_name.join(&b.in_name);
            a.anywhere.join(&b.anywhere);
            a
        })
    }

    /// Looks through some of the texts, in the order they lie in.
    fn sweep(&self, finder: &Finder, texts: Range<usize>, at_start: bool, mut hits: Hits) -> Hits {
        let end = self.starts.get(texts.end).map_or(self.text.len(), |(start, _)| *start as usize);
        let starts = &self.starts[texts];
        let text = &self.text.as_bytes()[..end];
        let mut at = 0;
        let mut from = 0;
        while let Some((start, _)) = starts.get(at) {
            from = from.max(*start as usize);
            let Some(found) = finder.find(&text[from..]).map(|found| from + found) else { break };
            if at_start && self.text[..found].chars().next_back().is_some_and(char::is_alphanumeric) {
                from = found + 1;
                continue;
            }
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

    /// The slots in it, in order.
    pub fn slots(&self) -> impl Iterator<Item = u32> {
        self.0.iter().enumerate().flat_map(|(at, word)| {
            let mut word = *word;
            std::iter::from_fn(move || {
                let bit = (word != 0).then(|| word.trailing_zeros())?;
                word &= word - 1;
                Some(at as u32 * 64 + bit)
            })
        })
    }

    pub fn count(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    /// Keeps only what the other has too.
    pub fn keep(&mut self, other: &Bits) {
        self.0.iter_mut().zip(&other.0).for_each(|(a, b)| *a &= b);
    }

    /// Adds the slots for which it holds, by all cores.
    pub fn join_where(&mut self, holds: impl Fn(u32) -> bool + Sync) {
        // So many words of 64 slots at a time.
        const PART: usize = 256;
        self.0.par_chunks_mut(PART).enumerate().for_each(|(part, words)| {
            for (at, word) in words.iter_mut().enumerate() {
                let first = ((part * PART + at) * 64) as u32;
                *word |= (0..64).filter(|bit| holds(first + bit)).fold(0, |all, bit| all | 1 << bit);
            }
        });
    }

    pub fn union(&self, other: &Bits) -> Bits {
        let mut all = self.clone();
        all.join(other);
        all
    }

    pub fn join(&mut self, other: &Bits) {
        self.0.iter_mut().zip(&other.0).for_each(|(a, b)| *a |= b);
    }
}
