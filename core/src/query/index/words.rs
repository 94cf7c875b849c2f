//! The words of names, each once, so that one with a wrong or a missing letter is found without looking into every name.

use std::collections::HashMap;

/// Shorter words are looked for as they are typed: with one letter more or less they could be anything.
const SHORTEST: usize = 4;

#[derive(Clone, Debug, Default)]
pub(crate) struct Words {
    places: HashMap<Box<str>, u32>,
    /// Back to back, so that looking through all of them is a sweep over memory.
    text: String,
    /// Where each word ends in it.
    ends: Vec<u32>,
    /// Whose names have each word, or had it before they changed.
    slots: Vec<Vec<u32>>,
}

/// A word with the slots of the names that have it.
pub(crate) struct Word<'a> {
    pub text: &'a str,
    pub slots: &'a [u32],
}

impl Words {
    /// Adds the words of a folded name; numbers are nobody's to misspell.
    pub fn put(&mut self, slot: u32, name: &str) {
        for text in parts(name).filter(|w| !w.bytes().any(|b| b.is_ascii_digit())) {
            let at = match self.places.get(text) {
                Some(at) => *at as usize,
                None => {
                    self.text.push_str(text);
                    self.ends.push(self.text.len() as u32);
                    self.slots.push(Vec::new());
                    self.places.insert(text.into(), (self.ends.len() - 1) as u32);
                    self.ends.len() - 1
                }
            };
            let slots = &mut self.slots[at];
            if slots.last() != Some(&slot) {
                slots.push(slot);
            }
        }
    }

    /// Words that begin like the typed one, give or take a letter.
    pub fn near<'a>(&'a self, typed: &'a str) -> impl Iterator<Item = Word<'a>> {
        let letters: Vec<char> = typed.chars().collect();
        let is_long = letters.len() >= SHORTEST;
        self.all().filter(move |w| is_long && begins_like(typed, &letters, w.text))
    }

    /// Words that begin with the typed one.
    pub fn starting<'a>(&'a self, typed: &'a str) -> impl Iterator<Item = Word<'a>> {
        self.all().filter(move |w| w.text.starts_with(typed))
    }

    fn all(&self) -> impl Iterator<Item = Word<'_>> {
        let mut from = 0;
        self.ends.iter().zip(&self.slots).map(move |(end, slots)| {
            let text = &self.text[from..*end as usize];
            from = *end as usize;
            Word { text, slots }
        })
    }
}

pub(crate) fn parts(name: &str) -> impl Iterator<Item = &str> {
    name.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty())
}

/// Whether the word begins like the typed one, which has four letters at least, with at most one letter wrong, missing, too
/// many, or two of them swapped. Both are folded.
pub(crate) fn is_near(typed: &str, word: &str) -> bool {
    let letters: Vec<char> = typed.chars().collect();
    letters.len() >= SHORTEST && begins_like(typed, &letters, word)
}

fn begins_like(typed: &str, letters: &[char], word: &str) -> bool {
    if typed.is_ascii() && word.is_ascii() {
        return begins_near(typed.as_bytes(), word.as_bytes());
    }
    begins_near(letters, &word.chars().collect::<Vec<char>>())
}

fn begins_near<T: PartialEq>(typed: &[T], word: &[T]) -> bool {
    let same = typed.iter().zip(word).take_while(|(a, b)| a == b).count();
    let (t, w) = (&typed[same..], &word[same..]);
    let begins = |t: &[T], w: &[T]| w.len() >= t.len() && t.iter().zip(w).all(|(a, b)| a == b);
    match (t, w) {
        ([], _) => true,
        // One letter too many at the end.
        ([_], []) => true,
        (_, []) => false,
        ([_, t_rest @ ..], [_, w_rest @ ..]) => {
            begins(t_rest, w_rest)
                || begins(t, w_rest)
                || begins(t_rest, w)
                || t_rest.first() == w.first() && w_rest.first() == t.first() && begins(&t[2..], &w[2..])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_letter_wrong_missing_too_many_or_swapped() {
        let near = |typed: &str, word: &str| begins_like(typed, &typed.chars().collect::<Vec<_>>(), word);
        for typed in
            ["hottechi", "hotechi", "hottecci", "hottecchi", "hottehci", "hotech", "xottechi", "ottechi", "hottechis"]
        {
            assert!(near(typed, "hottechi"), "{typed}");
        }
        for typed in ["hotecci", "hottechist", "tech", "hxttxchi"] {
            assert!(!near(typed, "hottechi"), "{typed}");
        }
        assert!(near("москв", "москва") && near("масква", "москва") && !near("маскво", "москва"));
    }
}
