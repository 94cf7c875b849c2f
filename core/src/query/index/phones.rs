//! Phone numbers, found in any form (scenario 9).

use super::{Bits, Texts};
use crate::{id::DocId, phone};

#[derive(Clone, Debug, Default)]
pub(crate) struct Phones(Texts);

impl Phones {
    pub fn put(&mut self, id: DocId, phones: &[&str]) {
        let digits: Vec<String> = phones.iter().filter_map(|p| phone::search_digits(p)).collect();
        if !digits.is_empty() || self.0.known_slot(id).is_some() {
            self.0.put(id, "", &digits.iter().map(String::as_str).collect::<Vec<_>>());
        }
    }

    /// Adds those whose number holds the digits of a word, if it is one that numbers are searched by. Slots are those of
    /// `texts`.
    pub fn join(&self, word: &str, texts: &Texts, hits: &mut Bits) {
        let Some(digits) = phone::search_digits(word) else { return };
        let found = self.0.find(&digits).anywhere;
        let slots = (0..self.0.len() as u32).filter(|slot| found.has(*slot));
        slots.filter_map(|slot| texts.known_slot(self.0.id(slot))).for_each(|slot| hits.set(slot));
    }
}
