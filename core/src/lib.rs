//! Satchel's core: what the CRM is. Records, rules, documents, commits, store, queries and exchange.
//!
//! No interface, no network, no environment: a [`Workspace`] is given its storage, clock and randomness, takes
//! [`Command`]s, and hands out plain data. See ARCHITECTURE.md at the top of the project for a walk through the house.

#[macro_use]
pub mod message;

pub mod calendar;
pub mod command;
pub mod commit;
mod crew;
pub mod demo;
mod document;
pub mod environment;
mod error;
pub mod exchange;
pub mod id;
pub mod members;
mod panics;
pub mod phone;
pub mod query;
pub mod record;
mod rules;
mod store;
pub mod value;
pub mod workspace;

pub use command::Command;
pub use error::{Error, Result, Trouble};
pub use id::{BatchId, CommitId, DeviceId, DocId, Epoch, FileHash, Kind, SpaceId, WorkspaceId};
pub use message::Message;
pub use record::{Record, Records};
pub use rules::{ADDRESS, MergePreview, customer_of, merge_preview};
pub use store::{Cost, FilePart, Passphrase, SHORTEST as SHORTEST_PASSPHRASE, Storage};
pub use value::{Money, Percent, Value};
pub use workspace::Workspace;
