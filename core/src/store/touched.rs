//! Which commits touched a document: lists of arrival numbers, each under its first one.

use redb::{ReadableTable, Table};

use super::{Bytes, arrival_key, damaged, decode, doc_key, encode, failed};
use crate::{
    error::Result,
    id::{DocId, SpaceId},
};

/// No list is longer, so that adding to it stays quick.
const LONGEST: usize = 64;
const WHAT: &str = "the index of documents";

fn key(space: SpaceId, doc: DocId, arrival: u64) -> [u8; 40] {
    let mut key = [0; 40];
    key[..32].copy_from_slice(&doc_key(space, doc));
    key[32..].copy_from_slice(&arrival_key(space, arrival)[16..]);
    key
}

/// Adds arrival numbers that are greater than all before.
pub(super) fn add(table: &mut Table<Bytes, Bytes>, space: SpaceId, doc: DocId, arrivals: &[u64]) -> Result<()> {
    let (from, to) = (key(space, doc, 0), key(space, doc, u64::MAX));
    let last = table.range::<&[u8]>(from.as_slice()..=to.as_slice()).map_err(failed)?.next_back();
    let last = last.transpose().map_err(failed)?;
    let mut list: Vec<u64> = last.map_or(Ok(Vec::new()), |(_, list)| decode(list.value(), WHAT))?;
    if list.len() >= LONGEST {
        list.clear();
    }
    let mut arrivals = arrivals.iter();
    loop {
        let room = LONGEST - list.len();
        list.extend(arrivals.by_ref().take(room));
        let Some(first) = list.first() else { return Ok(()) };
        table.insert(key(space, doc, *first).as_slice(), encode(&list).as_slice()).map_err(failed)?;
        if arrivals.len() == 0 {
            return Ok(());
        }
        list.clear();
    }
}

/// Oldest first.
pub(super) fn all(table: &impl ReadableTable<Bytes, Bytes>, space: SpaceId, doc: DocId) -> Result<Vec<u64>> {
    let (from, to) = (key(space, doc, 0), key(space, doc, u64::MAX));
    let mut all = Vec::new();
    for entry in table.range::<&[u8]>(from.as_slice()..=to.as_slice()).map_err(failed)? {
        let (first, list) = entry.map_err(failed)?;
        let list: Vec<u64> = decode(list.value(), WHAT)?;
        if list.first().is_none_or(|n| key(space, doc, *n) != first.value()) {
            return Err(damaged(WHAT));
        }
        all.extend(list);
    }
    Ok(all)
}
