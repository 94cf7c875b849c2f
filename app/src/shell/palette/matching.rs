//! Which texts match what is typed, and where.

use std::ops::Range;

use nucleo_matcher::{
    Config, Matcher, Utf32Str,
    pattern::{CaseMatching, Normalization, Pattern},
};
use satchel_core::query::fold;

/// A text and the places to be shown as matches, in bytes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Marked {
    pub text: String,
    pub marks: Vec<Range<usize>>,
}

impl Marked {
    pub fn plain(text: impl Into<String>) -> Marked {
        Marked { text: text.into(), marks: Vec::new() }
    }

    /// Marks where words of the query occur, in any case and with or without accents.
    pub fn words(text: &str, query: &str) -> Marked {
        let words: Vec<String> = fold(query).split_whitespace().map(str::to_owned).collect();
        let mut marks = Vec::new();
        let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
        for word in &words {
            // Folding may change lengths, so matches are looked for in the text itself.
            for from in &starts {
                let rest = &text[*from..];
                let len = rest.char_indices().map(|(at, c)| at + c.len_utf8()).find(|len| fold(&rest[..*len]) == *word);
                if let Some(len) = len.filter(|_| fold(rest).starts_with(word.as_str())) {
                    marks.push(*from..from + len);
                    break;
                }
            }
        }
        Marked { text: text.to_owned(), marks: joined(marks) }
    }
}

/// What a letter is worth at least, for the whole to be a match.
const LEAST: u32 = 16;

/// What is typed, to be found in short texts with letters left out.
pub struct Matching {
    matcher: Matcher,
    pattern: Pattern,
    letters: Vec<char>,
    found: Vec<u32>,
}

impl Matching {
    pub fn new(query: &str) -> Matching {
        Matching {
            matcher: Matcher::new(Config::DEFAULT),
            pattern: Pattern::parse(query, CaseMatching::Ignore, Normalization::Smart),
            letters: Vec::new(),
            found: Vec::new(),
        }
    }

    /// How well a text matches, and where; everything matches nothing typed.
    pub fn of(&mut self, text: &str) -> Option<(u32, Marked)> {
        self.found.clear();
        let score = self.pattern.indices(Utf32Str::new(text, &mut self.letters), &mut self.matcher, &mut self.found)?;
        // Letters strewn over the words are no match.
        if score < LEAST * self.found.len() as u32 {
            return None;
        }
        self.found.sort_unstable();
        self.found.dedup();
        let places: Vec<(usize, char)> = text.char_indices().collect();
        let mark = |at: &u32| places.get(*at as usize).map(|(from, c)| *from..from + c.len_utf8());
        let marks = joined(self.found.iter().filter_map(mark).collect());
        Some((score, Marked { text: text.to_owned(), marks }))
    }
}

fn joined(mut marks: Vec<Range<usize>>) -> Vec<Range<usize>> {
    marks.sort_by_key(|m| (m.start, m.end));
    let mut out: Vec<Range<usize>> = Vec::new();
    for mark in marks {
        match out.last_mut().filter(|last| last.end >= mark.start) {
            Some(last) => last.end = last.end.max(mark.end),
            None => out.push(mark),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_are_found_with_letters_left_out_and_words_in_any_case() {
        let (_, marked) = Matching::new("mvst").of("Move to stage…").unwrap();
        let shown: String = marked.marks.iter().map(|m| &marked.text[m.clone()]).collect();
        assert_eq!(shown.to_lowercase(), "mvst");
        assert!(Matching::new("zz").of("Move to stage…").is_none());
        assert!(Matching::new("hott").of("Keyboard shortcuts").is_none());
        assert_eq!(Marked::words("Übel & Hottechi", "hott ubel").marks, [0..5, 8..12]);
        assert!(Marked::words("Hottechi", "xyz").marks.is_empty());
    }
}
