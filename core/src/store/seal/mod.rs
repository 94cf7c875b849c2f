//! The store under a passphrase: an authenticated cipher (XChaCha20-Poly1305) between the file and redb.
//!
//! A data key, random once for every file, seals everything; it is wrapped under the key that Argon2id makes of the
//! passphrase (`lock.rs`). Every sealing draws a nonce of 192 random bits, so that a file that was copied or put back may
//! go on twice under one key. The file is sealed by sectors (`sectors.rs`), attached files and backups by chunks
//! (`chunks.rs`).
//!
//! What is protected: who has the folder and not the passphrase reads nothing, and whatever they change, move or make up is
//! noticed. What is not: they see sizes, times and how many files there are, and may put back what they had copied
//! before, the whole file or single sectors of it.

mod chunks;
mod lock;
mod passphrase;
mod sectors;

use std::sync::Arc;

use chacha20poly1305::{KeyInit, Tag, XChaCha20Poly1305, aead::AeadInOut};
use zeroize::Zeroizing;

pub use self::passphrase::{Cost, Passphrase, SHORTEST};
pub(crate) use self::{
    chunks::{Chunks, SealedReader, SealedWriter},
    lock::{Found, LOCK, Lock, VERSION as LOCK_VERSION},
    sectors::{PLACE, Sealed},
};
use crate::environment::Environment;

/// What sealing adds: a nonce in front, a tag behind.
const NONCE: usize = 24;
const TAG: usize = 16;

/// The data key of a file; wiped from memory with it.
pub(crate) struct Key {
    /// Of the file that it seals.
    id: [u8; 16],
    data: Zeroizing<[u8; 32]>,
    cipher: XChaCha20Poly1305,
}

impl Key {
    fn of(id: [u8; 16], data: Zeroizing<[u8; 32]>) -> Key {
        let cipher = XChaCha20Poly1305::new((&*data).into());
        Key { id, data, cipher }
    }

    pub fn random(environment: &Environment) -> Key {
        Key::of(environment.random(), Zeroizing::new(environment.random()))
    }
}

/// Seals and opens under one key.
#[derive(Clone)]
pub(crate) struct Sealer {
    key: Arc<Key>,
    environment: Environment,
}

impl Sealer {
    pub fn new(key: Key, environment: &Environment) -> Sealer {
        Sealer { key: Arc::new(key), environment: environment.clone() }
    }

    /// Another key, for something else than the file's sectors.
    pub fn derived(&self, what: &str) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(blake3::derive_key(what, &*self.key.data))
    }

    /// Seals what lies between the room for nonce and tag. `place` says what it is and where it belongs: elsewhere it does
    /// not open.
    fn seal(&self, place: &[u8], room: &mut [u8]) {
        let nonce: [u8; NONCE] = self.environment.random();
        let (head, rest) = room.split_at_mut(NONCE);
        let (body, tail) = rest.split_at_mut(rest.len() - TAG);
        head.copy_from_slice(&nonce);
        let sealed = self.key.cipher.encrypt_inout_detached((&nonce).into(), &self.bound(place), body.into());
        tail.copy_from_slice(&sealed.expect("fewer bytes than the cipher can take"));
    }

    /// Opens in place what [`Sealer::seal`] has sealed for this place; nothing if it is not that.
    fn open<'a>(&self, place: &[u8], sealed: &'a mut [u8]) -> Option<&'a [u8]> {
        let (head, rest) = sealed.split_at_mut_checked(NONCE)?;
        let (body, tail) = rest.split_at_mut_checked(rest.len().checked_sub(TAG)?)?;
        let nonce: &[u8; NONCE] = (&*head).try_into().ok()?;
        let tag: &Tag = (&*tail).try_into().ok()?;
        let opened = self.key.cipher.decrypt_inout_detached(nonce.into(), &self.bound(place), (&mut *body).into(), tag);
        opened.is_ok().then_some(body)
    }

    fn bound(&self, place: &[u8]) -> Vec<u8> {
        [self.key.id.as_slice(), place].concat()
    }
}
