//! The documents of a batch, part by part: the crew makes and encodes one while the part before it is put down.

use rayon::prelude::*;

use super::{doc_key, encode, guard, write::StoredDoc};
use crate::{
    error::{Error, Result},
    id::{DocId, SpaceId},
    record::Record,
};

/// Documents that are made while a batch is written: what does not depend on them need not wait.
#[derive(Clone, Copy)]
pub(crate) struct Coming<'a> {
    /// In their order.
    pub ids: &'a [DocId],
    pub make: &'a (dyn Fn(DocId) -> Result<StoredDoc> + Sync),
}

/// A document as its tables hold it.
pub(super) struct Encoded {
    pub key: [u8; 32],
    pub is_new: bool,
    pub saved: Vec<u8>,
    pub record: Vec<u8>,
}

/// So many documents are made or encoded while the log is put down, which takes about as long.
const FIRST: usize = 2_048;
/// And so many while those before them are.
const PART: usize = 512;

/// Some of the documents of a batch.
pub(super) enum Part<'a> {
    There(&'a [&'a StoredDoc]),
    Coming(&'a [DocId]),
}

pub(super) fn in_parts<'a>(there: &'a [&'a StoredDoc], coming: &'a [DocId]) -> impl Iterator<Item = Part<'a>> {
    let (first, rest) = there.split_at(there.len().min(FIRST));
    let ahead = if there.is_empty() { coming.len().min(FIRST) } else { 0 };
    let (soon, later) = coming.split_at(ahead);
    let there = first.chunks(FIRST).chain(rest.chunks(PART)).map(Part::There);
    there.chain(soon.chunks(FIRST).chain(later.chunks(PART)).map(Part::Coming))
}

impl Coming<'_> {
    pub const NONE: Coming<'static> = Coming { ids: &[], make: &|_| Err(Error::Refused("nothing comes".into())) };

    /// The documents of a part as their tables hold them, and the records of those that were made for it.
    pub(super) fn ready(&self, space: SpaceId, part: Part<'_>) -> Result<(Vec<Encoded>, Vec<Record>)> {
        let made = |id: &DocId| (self.make)(*id).map(|doc| (encoded(space, &doc), doc.record));
        match part {
            Part::There(docs) => Ok((docs.par_iter().map(|doc| encoded(space, doc)).collect(), Vec::new())),
            Part::Coming(ids) => Ok(ids.par_iter().map(made).collect::<Result<Vec<_>>>()?.into_iter().unzip()),
        }
    }
}

/// As their keys are: the trees' pages are then visited once each.
pub(super) fn in_order(docs: &[StoredDoc]) -> Vec<&StoredDoc> {
    let mut docs: Vec<&StoredDoc> = docs.iter().collect();
    docs.sort_unstable_by_key(|doc| doc.id);
    docs
}

fn encoded(space: SpaceId, doc: &StoredDoc) -> Encoded {
    let key = doc_key(space, doc.id);
    Encoded { key, is_new: doc.is_new, saved: guard(&doc.saved), record: encode(&doc.record) }
}
