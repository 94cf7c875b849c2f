//! How a session ends, in words for a person.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Why a device will not sync with another. Read by the device that was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refusal {
    /// Not a member, and no proof that holds.
    Stranger,
    /// Was a member.
    Removed,
    WrongWorkspace,
    /// Speaks another version of the protocol; the refusing device speaks this one.
    Version(u8),
    /// The ticket does not admit; the words say why.
    Ticket(String),
    /// Sent something that no honest device sends.
    Fault(String),
    /// The refusing device cannot go on just now (storage full, too many connections).
    Trouble,
}

/// How a session ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// One of the two said goodbye.
    Done,
    /// The peer said no.
    Refused(Refusal),
    /// This device said no.
    Refusing(Refusal),
    /// The peer broke the protocol or sent commits that do not hold: best left alone for a while.
    Fault(String),
    /// This device's own replica failed.
    Trouble(String),
    /// The peer went silent.
    Silent,
    /// The connection broke off.
    Lost,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::Stranger => {
                f.write_str("the other device does not know this one as a member: ask an owner or manager for a ticket")
            }
            Refusal::Removed => f.write_str(
                "this device was removed from the workspace: it keeps what it has but no longer syncs; ask an owner for a new ticket",
            ),
            Refusal::WrongWorkspace => f.write_str("the other device belongs to another workspace"),
            Refusal::Version(theirs) => write!(
                f,
                "the other device speaks sync version {theirs}, this one {}: update Satchel on both",
                super::frame::VERSION
            ),
            Refusal::Ticket(words) => f.write_str(&plain(words)),
            Refusal::Fault(words) => write!(f, "the other device did not accept what this one sent: {}", plain(words)),
            Refusal::Trouble => f.write_str("the other device cannot sync just now: try again in a while"),
        }
    }
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Ending::Done => f.write_str("done"),
            Ending::Refused(refusal) => refusal.fmt(f),
            Ending::Refusing(Refusal::Stranger) => f.write_str("a device that is not a member was refused"),
            Ending::Refusing(Refusal::Removed) => f.write_str("a removed device was refused"),
            Ending::Refusing(Refusal::WrongWorkspace) => f.write_str("the other device belongs to another workspace"),
            Ending::Refusing(Refusal::Version(_)) => {
                f.write_str("the other device speaks another version of sync: update Satchel on both")
            }
            Ending::Refusing(Refusal::Ticket(words)) => write!(f, "a ticket was refused: {}", plain(words)),
            Ending::Refusing(Refusal::Fault(words)) | Ending::Fault(words) => {
                write!(f, "the other device sent something wrong ({}) and is left alone for a while", plain(words))
            }
            Ending::Refusing(Refusal::Trouble) => f.write_str("this device cannot sync just now"),
            Ending::Trouble(words) => f.write_str(words),
            Ending::Lost => f.write_str("the connection broke off"),
            Ending::Silent => f.write_str("the other device stopped answering"),
        }
    }
}

/// A peer's words on one line, so that they cannot pass for anything else on a terminal.
fn plain(words: &str) -> String {
    words.chars().map(|c| if c.is_control() { ' ' } else { c }).take(300).collect()
}
