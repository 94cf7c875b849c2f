//! How devices meet: the sync protocol as a state machine without I/O ([`protocol`]), and its thin iroh transport
//! ([`Node`], [`join`]).

mod error;
mod node;
pub mod protocol;

pub use error::{Error, Result};
pub use node::{Node, NodeState, Options, PeerState, Phone, ReachedPeer, SyncReport, Target, join, rejoin, usable};
