//! Which files the sessions of one device are fetching just now, so that several colleagues are not asked for the same one.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use satchel_core::FileHash;

/// Shared by the sessions of a device ([`Session::sharing`](super::Session::sharing)). Clones are handles to the same one.
#[derive(Clone, Default)]
pub struct Claims(Arc<Shared>);

#[derive(Default)]
struct Shared {
    taken: Mutex<BTreeSet<FileHash>>,
    freed: Option<Box<dyn Fn() + Send + Sync>>,
}

/// A file being fetched by one session; dropped with it.
pub(super) struct Claim {
    pub hash: FileHash,
    claims: Claims,
}

impl Claims {
    /// Calls back whenever a file may be taken by another session: whole now, given up, or its session ended.
    pub fn new(freed: impl Fn() + Send + Sync + 'static) -> Claims {
        Claims(Arc::new(Shared { freed: Some(Box::new(freed)), ..Shared::default() }))
    }

    /// Nothing while another session fetches it.
    pub(super) fn take(&self, hash: FileHash) -> Option<Claim> {
        self.taken().insert(hash).then(|| Claim { hash, claims: self.clone() })
    }

    fn taken(&self) -> MutexGuard<'_, BTreeSet<FileHash>> {
        self.0.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        self.claims.taken().remove(&self.hash);
        if let Some(freed) = &self.claims.0.freed {
            freed();
        }
    }
}
