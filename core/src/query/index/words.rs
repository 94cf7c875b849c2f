//! The words of names, each once, so that one with a wrong or a missing letter is found without looking into every name.

use std::collections::HashMap;

/// Shorter words are looked for as they are typed: with one letter more or less they could be anything.
const SHORTEST: usize = 4;

#[derive(Clone, Debug, Default)]
pub(crate) struct Words {
    places: HashMap<Box<str>, u32>,
    words: Vec<Word>,
}

#[derive(Clone, Debug)]
pub(crate) struct Word {
    pub text: Box<str>,
    /// Whose names have it, or had it before they changed.
    pub slots: Vec<u32>,
}

impl Words {
    /// Adds the words of a folded name.
    pub fn put(&mut self, slot: u32, name: &str) {
        for text in parts(name) {
            let at = match self.places.get(text) {
                Some(at) => *at,
                None => {
                    self.words.push(Word { text: text.into(), slots: Vec::new() });
                    let at = (self.words.len() - 1) as u32;
                    self.places.insert(text.into(), at);
                    at
                }
            };
            let slots = &mut self.words[at as usize].slots;
            if slots.last() != Some(&slot) {
                slots.push(slot);
            }
        }
    }

    /// Words that begin like the typed one, give or take a letter.
    pub fn near<'a>(&'a self, typed: &'a str) -> impl Iterator<Item = &'a Word> {
        let letters: Vec<char> = typed.chars().collect();
        let is_long = letters.len() >= SHORTEST;
        self.words.iter().filter(move |w| is_long && begins_like(typed, &letters, &w.text))
    }

    /// Words that begin with the typed one.
    pub fn starting<'a>(&'a self, typed: &'a str) -> impl Iterator<Item = &'a Word> {
        self.words.iter().filter(move |w| w.text.starts_with(typed))
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
