use serde::{Deserialize, Serialize};

/// A set of membership commits, by the number each has here in the order of arrival. Most commits know the same set, so sets are
/// kept once and commits refer to them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Known(Vec<u64>);

impl Known {
    pub const NONE: Known = Known(Vec::new());

    /// The first `count`.
    pub fn first(count: usize) -> Known {
        let mut all = Known(vec![u64::MAX; count / 64]);
        if !count.is_multiple_of(64) {
            all.0.push((1 << (count % 64)) - 1);
        }
        all
    }

    pub fn contains(&self, number: usize) -> bool {
        self.0.get(number / 64).is_some_and(|word| word >> (number % 64) & 1 == 1)
    }

    pub fn insert(&mut self, number: usize) {
        if self.0.len() <= number / 64 {
            self.0.resize(number / 64 + 1, 0);
        }
        self.0[number / 64] |= 1 << (number % 64);
    }

    pub fn join(&mut self, other: &Known) {
        if self.0.len() < other.0.len() {
            self.0.resize(other.0.len(), 0);
        }
        self.0.iter_mut().zip(&other.0).for_each(|(word, more)| *word |= more);
    }

    pub fn without(&self, other: &Known) -> Known {
        let word = |at: usize| other.0.get(at).copied().unwrap_or(0);
        Known(self.0.iter().enumerate().map(|(at, own)| own & !word(at)).collect()).trimmed()
    }

    pub fn within(&self, other: &Known) -> Known {
        Known(self.0.iter().zip(&other.0).map(|(own, other)| own & other).collect()).trimmed()
    }

    pub fn is_within(&self, other: &Known) -> bool {
        self.without(other).0.is_empty()
    }

    pub fn last(&self) -> Option<usize> {
        let at = self.0.iter().rposition(|word| *word != 0)?;
        Some(at * 64 + 63 - self.0[at].leading_zeros() as usize)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.0
            .iter()
            .enumerate()
            .flat_map(|(at, word)| (0..64).filter(move |bit| word >> bit & 1 == 1).map(move |bit| at * 64 + bit))
    }

    /// Equal sets are equal words.
    fn trimmed(mut self) -> Known {
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
        self
    }
}
