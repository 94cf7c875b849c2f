//! The store: one redb file per workspace. Every commit is one write transaction; every value carries a checksum, so that
//! damage is noticed and never shown as a wrong figure.
//!
//! | table | key | value |
//! |---|---|---|
//! | meta | name | identity, heads of the graph, format version |
//! | settings, peers | name, device | of this device only, never shared |
//! | log | space, device, epoch, seq | the signed commit |
//! | arrivals | space, arrival number | where in the log and the graph, when it came |
//! | ids | commit id | arrival number |
//! | touched | space, document, arrival number | – |
//! | documents | space, document | the saved automerge document |
//! | heads | space, document | its heads, 32 bytes each |
//! | records | space, document | the projected record |
//! | past | space, opportunity, arrival number, number within the commit | what a change says of the pipeline |
//! | vector | space, device, epoch | how far that log is held |
//! | members | arrival number | – (which commits change membership) |
//! | known | arrival number | the number of the set of membership commits that the commit knew |
//! | sets | number of the set | membership commits, by their number in the order of `members` |
//! | asides | arrival number | why the commit has no effect |
//! | newer | arrival number | whether not even its reason is understood (commits of later versions that are not wholly understood) |
//! | actions | arrival number | this user's commands, for undo |

mod database;
mod files;
mod guard;
mod open;
mod protect;
mod quiet;
mod read;
mod seal;
mod write;

use std::path::{Path, PathBuf};

use redb::TableDefinition;
use serde::{Deserialize, Serialize};

pub use self::{
    files::FilePart,
    seal::{Cost, Passphrase, SHORTEST},
};
pub(crate) use self::{
    guard::{guard, unguard},
    open::Store,
    seal::{Chunks, Found, LOCK, LOCK_VERSION, Lock, SealedReader, SealedWriter, Sealer},
    write::{Action, Batch, PastChange, Split, StoredDoc, past_of},
};
use crate::{
    error::{Error, Trouble},
    id::{CommitId, DeviceId, DocId, Epoch, SpaceId, WorkspaceId},
};

/// Where a workspace lies.
pub enum Storage {
    /// A folder of this file system; the workspace is one file in it.
    Folder(PathBuf),
    /// In memory, for tests and for sample data.
    Memory,
    /// A backend of the caller's, for fault injection: under the same layers as a file.
    Backend(Box<dyn redb::StorageBackend>),
    /// One of these under a passphrase: what is made there is sealed, what is there is unlocked with it. A workspace that is
    /// not under one opens all the same.
    Sealed(Box<Storage>, Passphrase),
}

impl Storage {
    /// Under a passphrase, if there is one.
    pub fn under(self, passphrase: Option<Passphrase>) -> Storage {
        match passphrase {
            Some(passphrase) => Storage::Sealed(Box::new(self), passphrase),
            None => self,
        }
    }

    fn parts(self) -> (Storage, Option<Passphrase>) {
        match self {
            Storage::Sealed(inner, passphrase) => (inner.parts().0, Some(passphrase)),
            plain => (plain, None),
        }
    }

    pub(crate) fn passphrase(&self) -> Option<&Passphrase> {
        match self {
            Storage::Sealed(_, passphrase) => Some(passphrase),
            _ => None,
        }
    }

    pub(crate) fn folder(&self) -> Option<&Path> {
        match self {
            Storage::Folder(folder) => Some(folder),
            Storage::Sealed(inner, _) => inner.folder(),
            Storage::Memory | Storage::Backend(_) => None,
        }
    }
}

/// The format of the file that this program reads and writes.
pub(crate) const FORMAT: u32 = 1;
/// The file's name within the workspace's folder.
pub(crate) const FILE: &str = "workspace.satchel";

type Bytes = &'static [u8];

const META: TableDefinition<&str, Bytes> = TableDefinition::new("meta");
const SETTINGS: TableDefinition<&str, Bytes> = TableDefinition::new("settings");
const PEERS: TableDefinition<Bytes, Bytes> = TableDefinition::new("peers");
const LOG: TableDefinition<Bytes, Bytes> = TableDefinition::new("log");
const ARRIVALS: TableDefinition<Bytes, Bytes> = TableDefinition::new("arrivals");
const IDS: TableDefinition<Bytes, Bytes> = TableDefinition::new("ids");
const TOUCHED: TableDefinition<Bytes, ()> = TableDefinition::new("touched");
const DOCUMENTS: TableDefinition<Bytes, Bytes> = TableDefinition::new("documents");
const HEADS: TableDefinition<Bytes, Bytes> = TableDefinition::new("heads");
const RECORDS: TableDefinition<Bytes, Bytes> = TableDefinition::new("records");
const PAST: TableDefinition<Bytes, Bytes> = TableDefinition::new("past");
const VECTOR: TableDefinition<Bytes, u64> = TableDefinition::new("vector");
const MEMBERS: TableDefinition<u64, ()> = TableDefinition::new("members");
const KNOWN: TableDefinition<u64, Bytes> = TableDefinition::new("known");
const SETS: TableDefinition<u64, Bytes> = TableDefinition::new("sets");
const ASIDES: TableDefinition<u64, Bytes> = TableDefinition::new("asides");
/// Made with the first of them.
const NEWER: TableDefinition<u64, bool> = TableDefinition::new("newer");
const ACTIONS: TableDefinition<u64, Bytes> = TableDefinition::new("actions");

/// Who this device is in the workspace.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Identity {
    pub workspace: WorkspaceId,
    pub key: [u8; 32],
    pub device_name: String,
    pub user: DocId,
}

/// Where the graph of commits stands.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Front {
    /// Commits that no other one builds on yet.
    pub tips: Vec<CommitId>,
    /// The last one of this device.
    pub own: Option<CommitId>,
    pub lamport: u64,
    pub arrival: u64,
    pub epoch: [u8; 16],
    /// The last number in this device's log of this epoch.
    pub seq: u64,
}

/// Where a commit stands: in its author's log and in the graph.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Place {
    pub device: DeviceId,
    pub epoch: Epoch,
    pub seq: u64,
    pub lamport: u64,
    /// Milliseconds since 1970, by this device's clock.
    pub received: i64,
}

fn log_key(space: SpaceId, device: DeviceId, epoch: Epoch, seq: u64) -> [u8; 72] {
    let mut key = [0; 72];
    key[..16].copy_from_slice(&space.0);
    key[16..48].copy_from_slice(&device.0);
    key[48..64].copy_from_slice(&epoch.0);
    key[64..].copy_from_slice(&seq.to_be_bytes());
    key
}

fn doc_key(space: SpaceId, doc: DocId) -> [u8; 32] {
    let mut key = [0; 32];
    key[..16].copy_from_slice(&space.0);
    key[16..].copy_from_slice(doc.as_bytes());
    key
}

fn arrival_key(space: SpaceId, arrival: u64) -> [u8; 24] {
    let mut key = [0; 24];
    key[..16].copy_from_slice(&space.0);
    key[16..].copy_from_slice(&arrival.to_be_bytes());
    key
}

fn touched_key(space: SpaceId, doc: DocId, arrival: u64) -> [u8; 40] {
    let mut key = [0; 40];
    key[..32].copy_from_slice(&doc_key(space, doc));
    key[32..].copy_from_slice(&arrival.to_be_bytes());
    key
}

fn past_key(space: SpaceId, doc: DocId, arrival: u64, number: u32) -> [u8; 44] {
    let mut key = [0; 44];
    key[..40].copy_from_slice(&touched_key(space, doc, arrival));
    key[40..].copy_from_slice(&number.to_be_bytes());
    key
}

fn damaged(what: &str) -> Error {
    Error::Damaged(what.to_owned())
}

/// Works on the file: redb panics where damaged pages make no sense.
fn sound<T>(work: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    crate::panics::caught(work).unwrap_or_else(|_| Err(damaged("the file's pages")))
}

fn failed(error: impl Into<redb::Error>) -> Error {
    match error.into() {
        // What points beyond the end of the file was not written so.
        redb::Error::Io(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => damaged("the file's pages"),
        redb::Error::Io(error) => Error::Storage(Trouble::of(&error)),
        redb::Error::PreviousIo | redb::Error::DatabaseClosed => {
            Error::Storage(Trouble::Other("the file is opened again".into()))
        }
        redb::Error::Corrupted(_) | redb::Error::LockPoisoned(_) => damaged("the file's pages"),
        redb::Error::TableDoesNotExist(table) => damaged(&format!("the table ‘{table}’ is missing")),
        redb::Error::TableTypeMismatch { .. }
        | redb::Error::TableIsMultimap(_)
        | redb::Error::TableIsNotMultimap(_)
        | redb::Error::TypeDefinitionChanged { .. }
        | redb::Error::TransactionPoisoned
        | redb::Error::UpgradeRequired(_) => damaged("the file's tables"),
        other => Error::Storage(Trouble::Other(other.to_string())),
    }
}

/// Encodes a value with its checksum.
pub(crate) fn encode<T: Serialize>(value: &T) -> Vec<u8> {
    guard(&postcard::to_stdvec(value).expect("plain data always encodes"))
}

pub(crate) fn decode<'a, T: Deserialize<'a>>(bytes: &'a [u8], what: &str) -> Result<T, Error> {
    postcard::from_bytes(unguard(bytes).ok_or_else(|| damaged(what))?).map_err(|_| damaged(what))
}
