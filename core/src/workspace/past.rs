//! The log of fields, read once somebody asks for the past, and kept in step from then on.

use std::sync::Arc;

use super::{SPACE, Workspace};
use crate::{
    error::{Error, Result},
    query::past::Past,
    store::past_of,
};

/// Of more commits than this the whole log is read again.
const MOST_NEW: u64 = 1_000;

impl Workspace {
    /// What happened to every opportunity, up to now. The first call reads it all, and makes it anew where it is damaged; not for
    /// the window's thread.
    pub fn past(&self) -> Result<Arc<Past>> {
        match self.known_past() {
            Err(Error::Damaged(_)) => {
                self.remake_past()?;
                self.known_past()
            }
            known => known,
        }
    }

    fn known_past(&self) -> Result<Arc<Past>> {
        let asides = self.asides();
        let mut kept = self.inner.past.lock().unwrap_or_else(|e| e.into_inner());
        // The number is read first: what comes while the log is read is learned twice, which changes nothing.
        let next = self.arrivals()?;
        match &mut *kept {
            Some(past) if past.arrival == next => {}
            Some(past) if next.saturating_sub(past.arrival) <= MOST_NEW => {
                let mut learned = Vec::new();
                for arrival in (past.arrival..next).filter(|a| !asides.contains_key(a)) {
                    if let Some((commit, _)) = self.inner.store.commit_at(SPACE, arrival)? {
                        learned.extend(past_of(arrival, &commit).into_iter().map(|(doc, _, _, traced)| (doc, traced)));
                    }
                }
                let past = Arc::make_mut(past);
                past.learn(learned);
                past.arrival = next;
            }
            _ => {
                let mut past = Past::default();
                past.learn(self.inner.store.past(SPACE, &asides)?);
                past.arrival = next;
                *kept = Some(Arc::new(past));
            }
        }
        Ok(kept.clone().unwrap_or_default())
    }

    /// To be read again: what is derived was made anew.
    pub(super) fn forget_past(&self) {
        *self.inner.past.lock().unwrap_or_else(|e| e.into_inner()) = None;
    }
}
