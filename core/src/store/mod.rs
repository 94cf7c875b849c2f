//! The store: one redb file per workspace. Every commit is one write transaction; every value carries a checksum, so that
//! damage is noticed and never shown as a wrong figure.
//!
//! Tables marked * are [packed]: what is no longer new lies many entries to a row, compressed, in a second table.
//!
//! | table | key | value |
//! |---|---|---|
//! | meta | name | identity, heads of the graph, format version |
//! | settings, peers | name, device | of this device only, never shared |
//! | log * | space, device, epoch, seq | the signed commit |
//! | arrivals * | space, arrival number | where in the log and the graph, when it came |
//! | commits | first 16 bytes of a commit's id | arrival number |
//! | changed | space, document, arrival number | this and the next arrival numbers of commits that touched it |
//! | documents | space, document | the saved automerge document |
//! | records | space, document | the projected record |
//! | fields * | space, arrival number, number within the commit, opportunity | what a change says of the pipeline |
//! | vector | space, device, epoch | how far that log is held |
//! | members | arrival number | – (which commits change membership) |
//! | knew * | arrival number | the number of the set of membership commits that the commit knew |
//! | sets | number of the set | membership commits, by their number in the order of `members` |
//! | asides | arrival number | why the commit has no effect |
//! | newer | arrival number | whether not even its reason is understood (commits of later versions that are not wholly understood) |
//! | commands * | arrival number | this user's commands, for undo |

mod database;
mod files;
mod guard;
mod log;
mod open;
mod packed;
mod parts;
mod protect;
mod quiet;
mod read;
mod seal;
mod touched;
mod write;

use std::path::{Path, PathBuf};

use redb::TableDefinition;
use serde::{Deserialize, Serialize};

use self::packed::Packed;
pub(crate) use self::{
    database::PAGES_KEPT,
    files::Files,
    guard::{guard, unguard},
    open::Store,
    parts::Coming,
    protect::put_beside,
    seal::{Chunks, Found, LOCK, LOCK_VERSION, Lock, SealedReader, SealedWriter, Sealer},
    write::{Action, Batch, PastChange, Split, StoredDoc, past_of},
};
pub use self::{
    files::FilePart,
    seal::{Cost, Passphrase, SHORTEST},
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
pub(crate) const FORMAT: u32 = 3;
/// The file's name within the workspace's folder.
pub(crate) const FILE: &str = "workspace.satchel";

type Bytes = &'static [u8];

const META: TableDefinition<&str, Bytes> = TableDefinition::new("meta");
const SETTINGS: TableDefinition<&str, Bytes> = TableDefinition::new("settings");
const PEERS: TableDefinition<Bytes, Bytes> = TableDefinition::new("peers");
static LOG: Packed = Packed::new(["log", "log, packed"], 64, 16 << 10, "the log");
static ARRIVALS: Packed = Packed::new(["arrivals", "arrivals, packed"], 16, 4 << 10, "the order of arrival");
static KNEW: Packed = Packed::new(["knew", "knew, packed"], 0, 4 << 10, "the index of what commits knew");
static FIELDS: Packed = Packed::new(["fields", "fields, packed"], 16, 4 << 10, "the log of fields");
static COMMANDS: Packed = Packed::new(["commands", "commands, packed"], 0, 4 << 10, "the list of commands");
const COMMITS: TableDefinition<Bytes, Bytes> = TableDefinition::new("commits");
const CHANGED: TableDefinition<Bytes, Bytes> = TableDefinition::new("changed");
const DOCUMENTS: TableDefinition<Bytes, Bytes> = TableDefinition::new("documents");
const RECORDS: TableDefinition<Bytes, Bytes> = TableDefinition::new("records");
const VECTOR: TableDefinition<Bytes, u64> = TableDefinition::new("vector");
const MEMBERS: TableDefinition<u64, ()> = TableDefinition::new("members");
const SETS: TableDefinition<u64, Bytes> = TableDefinition::new("sets");
const ASIDES: TableDefinition<u64, Bytes> = TableDefinition::new("asides");
/// Made with the first of them.
const NEWER: TableDefinition<u64, bool> = TableDefinition::new("newer");
/// Of format 1, which held the same in other shapes; and of format 2, which held documents' heads beside the records that tell them.
const OF_OLDER_FORMATS: [&str; 6] = ["ids", "touched", "past", "known", "actions", "heads"];

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

impl Front {
    /// How many heads a commit that goes on from all of this names.
    pub fn heads(&self) -> usize {
        self.tips.len() + usize::from(self.own.is_some_and(|own| !self.tips.contains(&own)))
    }
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

/// Behind the arrival number comes the number within the commit.
fn field_key(space: SpaceId, arrival: u64, number: u32, doc: DocId) -> [u8; 44] {
    let mut key = [0; 44];
    key[..24].copy_from_slice(&arrival_key(space, arrival));
    key[24..28].copy_from_slice(&number.to_be_bytes());
    key[28..].copy_from_slice(doc.as_bytes());
    key
}

/// By what a commit is found: half of its id. Whoever asks for it by a whole id is told of none that has but this half of it.
fn commit_key(id: &CommitId) -> &[u8] {
    &id.0[..16]
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

fn plain<T: Serialize>(value: &T) -> Vec<u8> {
    postcard::to_stdvec(value).expect("plain data always encodes")
}

fn parse<'a, T: Deserialize<'a>>(bytes: &'a [u8], what: &str) -> Result<T, Error> {
    postcard::from_bytes(bytes).map_err(|_| damaged(what))
}

/// Encodes a value with its checksum.
pub(crate) fn encode<T: Serialize>(value: &T) -> Vec<u8> {
    guard(&plain(value))
}

pub(crate) fn decode<'a, T: Deserialize<'a>>(bytes: &'a [u8], what: &str) -> Result<T, Error> {
    parse(unguard(bytes).ok_or_else(|| damaged(what))?, what)
}
