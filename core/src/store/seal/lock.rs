//! The lock of a sealed file: its data key, wrapped under the key that the passphrase makes.
//!
//! The file begins with it, twice, so that one flipped bit does not cost everything, and so that a crash while the
//! passphrase is changed leaves the old one or the new one: the greater generation counts.
//!
//! Whatever a later version changes, name, number and the sum of this length stay where they are (more may follow it): so a
//! lock of a later version is told from a damaged one.

use chacha20poly1305::{KeyInit, XChaCha20Poly1305, aead::AeadInOut};
use zeroize::Zeroizing;

use super::{Key, passphrase::Cost, passphrase::Passphrase};
use crate::{
    environment::Environment,
    error::{Error, Result, Trouble},
};

const MAGIC: &[u8; 14] = b"Satchel sealed";
pub(crate) const VERSION: u16 = 1;
/// Everything before the wrapped key, which it is bound to.
const HEAD: usize = 14 + 2 + 8 + 3 * 4 + 16 + 16;
const WRAPPED: usize = 24 + 32 + 16;
const SUM: usize = 16;
/// The length of a lock in bytes.
pub(crate) const LOCK: usize = HEAD + WRAPPED + SUM;

#[derive(Clone, PartialEq)]
pub(crate) struct Lock {
    pub generation: u64,
    cost: Cost,
    salt: [u8; 16],
    /// The file's, by which what is sealed in it knows that it belongs there.
    id: [u8; 16],
    /// Nonce, sealed data key, tag.
    wrapped: [u8; WRAPPED],
}

/// What stands where a lock may stand.
pub(crate) enum Found {
    Lock(Lock),
    /// Sound, of this later version.
    Later(u16),
    /// It was one.
    Damaged,
    Nothing,
}

impl Lock {
    /// Puts a key under a passphrase.
    pub fn around(key: &Key, passphrase: &Passphrase, generation: u64, environment: &Environment) -> Result<Lock> {
        let mut lock =
            Lock { generation, cost: passphrase.cost(), salt: environment.random(), id: key.id, wrapped: [0; WRAPPED] };
        let wrapping = XChaCha20Poly1305::new((&*passphrase.key(&lock.salt, lock.cost)?).into());
        let nonce: [u8; 24] = environment.random();
        let mut data = key.data.clone();
        let tag = wrapping.encrypt_inout_detached((&nonce).into(), &lock.head(), data.as_mut_slice().into());
        let tag = tag.map_err(|_| Error::Storage(Trouble::Other("the key cannot be sealed".into())))?;
        lock.wrapped[..24].copy_from_slice(&nonce);
        lock.wrapped[24..56].copy_from_slice(&*data);
        lock.wrapped[56..].copy_from_slice(&tag);
        Ok(lock)
    }

    /// The key, if the passphrase is right. Takes as long as the lock's cost says: not for the window's thread.
    pub fn open(&self, passphrase: &Passphrase) -> Result<Key> {
        if !self.cost.is_bearable() {
            return Err(Error::Damaged("the lock asks for more work than Satchel ever sets".into()));
        }
        let wrapping = XChaCha20Poly1305::new((&*passphrase.key(&self.salt, self.cost)?).into());
        let mut data = Zeroizing::new([0; 32]);
        data.copy_from_slice(&self.wrapped[24..56]);
        let (nonce, tag) = (array::<24>(&self.wrapped[..24]), array::<16>(&self.wrapped[56..]));
        wrapping
            .decrypt_inout_detached((&nonce).into(), &self.head(), data.as_mut_slice().into(), (&tag).into())
            .map_err(|_| Error::WrongPassphrase)?;
        Ok(Key::of(self.id, data))
    }

    fn head(&self) -> Vec<u8> {
        let Cost { memory_kib, passes, lanes } = self.cost;
        let mut head = Vec::with_capacity(LOCK);
        head.extend_from_slice(MAGIC);
        head.extend_from_slice(&VERSION.to_le_bytes());
        head.extend_from_slice(&self.generation.to_le_bytes());
        [memory_kib, passes, lanes].iter().for_each(|n| head.extend_from_slice(&n.to_le_bytes()));
        head.extend_from_slice(&self.salt);
        head.extend_from_slice(&self.id);
        head
    }

    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.head();
        bytes.extend_from_slice(&self.wrapped);
        bytes.extend_from_slice(&sum(&bytes));
        bytes
    }

    pub fn read(bytes: &[u8]) -> Found {
        let Some(bytes) = bytes.get(..LOCK).filter(|bytes| bytes.starts_with(MAGIC)) else { return Found::Nothing };
        if sum(&bytes[..LOCK - SUM]) != bytes[LOCK - SUM..] {
            return Found::Damaged;
        }
        match u16::from_le_bytes(array(&bytes[14..16])) {
            VERSION => {}
            later if later > VERSION => return Found::Later(later),
            _ => return Found::Damaged,
        }
        let number = |at: usize| u32::from_le_bytes(array(&bytes[at..at + 4]));
        Found::Lock(Lock {
            generation: u64::from_le_bytes(array(&bytes[16..24])),
            cost: Cost { memory_kib: number(24), passes: number(28), lanes: number(32) },
            salt: array(&bytes[36..52]),
            id: array(&bytes[52..68]),
            wrapped: array(&bytes[HEAD..HEAD + WRAPPED]),
        })
    }
}

fn sum(bytes: &[u8]) -> [u8; SUM] {
    array(&blake3::hash(bytes).as_bytes()[..SUM])
}

fn array<const N: usize>(bytes: &[u8]) -> [u8; N] {
    let mut array = [0; N];
    array.copy_from_slice(bytes);
    array
}
