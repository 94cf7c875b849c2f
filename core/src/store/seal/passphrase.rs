//! What a person knows and types, and how much work guessing it is made.

use std::fmt;

use icu_normalizer::ComposingNormalizerBorrowed;
use zeroize::Zeroizing;

use crate::error::{Error, Result, Trouble};

/// Fewer characters than this are refused where a passphrase is chosen.
pub const SHORTEST: usize = 8;

/// A passphrase. Wiped from memory with the last handle to it; never shown.
#[derive(Clone)]
pub struct Passphrase {
    text: Zeroizing<String>,
    cost: Cost,
}

/// What Argon2id is given to do for every guess.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    pub memory_kib: u32,
    pub passes: u32,
    pub lanes: u32,
}

impl Cost {
    /// The second recommendation of RFC 9106: 64 MiB, 3 passes, 4 lanes.
    pub const DEFAULT: Cost = Cost { memory_kib: 64 << 10, passes: 3, lanes: 4 };
    /// Next to nothing: for tests alone.
    pub const FOR_TESTS: Cost = Cost { memory_kib: 8, passes: 1, lanes: 1 };

    /// Whether a file may ask for this: somebody may have changed it to make us run out of memory.
    pub(super) fn is_bearable(self) -> bool {
        let Cost { memory_kib, passes, lanes } = self;
        (1..=64).contains(&passes) && (1..=64).contains(&lanes) && (8 * lanes..=1 << 20).contains(&memory_kib)
    }
}

impl Passphrase {
    /// As typed. Letters that can be written in several ways (as `é`) count as the same however the keyboard gives them.
    pub fn new(text: &str) -> Passphrase {
        let text = Zeroizing::new(ComposingNormalizerBorrowed::new_nfc().normalize(text).into_owned());
        Passphrase { text, cost: Cost::DEFAULT }
    }

    /// Makes guesses cheaper or dearer, of what is put under it from now on.
    pub fn at_cost(self, cost: Cost) -> Passphrase {
        Passphrase { cost, ..self }
    }

    /// Refuses one that is too short to be worth anything.
    pub fn chosen(self) -> Result<Passphrase> {
        if self.text.chars().count() < SHORTEST {
            return Err(refused!(
                "the passphrase is too short: take {least} characters or more, best a few words",
                least = SHORTEST
            ));
        }
        Ok(self)
    }

    pub(super) fn cost(&self) -> Cost {
        self.cost
    }

    /// The key that this passphrase makes, with this salt and cost.
    pub(super) fn key(&self, salt: &[u8; 16], cost: Cost) -> Result<Zeroizing<[u8; 32]>> {
        let mut key = Zeroizing::new([0; 32]);
        let params = argon2::Params::new(cost.memory_kib, cost.passes, cost.lanes, Some(key.len()));
        params
            .map(|params| argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params))
            .and_then(|argon| argon.hash_password_into(self.text.as_bytes(), salt, key.as_mut_slice()))
            .map_err(|e| Error::Storage(Trouble::Other(format!("the passphrase cannot be worked out: {e}"))))?;
        Ok(key)
    }
}

impl PartialEq for Passphrase {
    /// Whether the same was typed.
    fn eq(&self, other: &Passphrase) -> bool {
        self.text == other.text
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(…)")
    }
}
