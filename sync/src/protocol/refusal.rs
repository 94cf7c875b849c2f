//! How a session ends, in words for a person.

use std::fmt;

use satchel_core::{Message, message};
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

impl Refusal {
    /// In words for whoever was refused.
    pub fn message(&self) -> Message {
        match self {
            Refusal::Stranger => {
                message!("the other device does not know this one as a member: ask an owner or manager for a ticket")
            }
            Refusal::Removed => message!(
                "this device was removed from the workspace: it keeps what it has but no longer syncs; ask an owner for a new ticket"
            ),
            Refusal::WrongWorkspace => message!("the other device belongs to another workspace"),
            Refusal::Version(theirs) => message!(
                "the other device speaks sync version {theirs}, this one {ours}: update Satchel on both",
                theirs,
                ours = super::frame::VERSION
            ),
            Refusal::Ticket(words) => plain(words).into(),
            Refusal::Fault(words) => {
                message!("the other device did not accept what this one sent: {why}", why = Message::from(plain(words)))
            }
            Refusal::Trouble => message!("the other device cannot sync just now: try again in a while"),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.message().fmt(f)
    }
}

impl Ending {
    /// In words for a person.
    pub fn message(&self) -> Message {
        match self {
            Ending::Done => message!("done"),
            Ending::Refused(refusal) => refusal.message(),
            Ending::Refusing(Refusal::Stranger) => message!("a device that is not a member was refused"),
            Ending::Refusing(Refusal::Removed) => message!("a removed device was refused"),
            Ending::Refusing(Refusal::WrongWorkspace) => message!("the other device belongs to another workspace"),
            Ending::Refusing(Refusal::Version(_)) => {
                message!("the other device speaks another version of sync: update Satchel on both")
            }
            Ending::Refusing(Refusal::Ticket(words)) => {
                message!("a ticket was refused: {why}", why = Message::from(plain(words)))
            }
            Ending::Refusing(Refusal::Fault(words)) | Ending::Fault(words) => {
                message!(
                    "the other device sent something wrong ({why}) and is left alone for a while",
                    why = Message::from(plain(words))
                )
            }
            Ending::Refusing(Refusal::Trouble) => message!("this device cannot sync just now"),
            Ending::Trouble(words) => words.clone().into(),
            Ending::Lost => message!("the connection broke off"),
            Ending::Silent => message!("the other device stopped answering"),
        }
    }
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.message().fmt(f)
    }
}

/// A peer's words on one line, so that they cannot pass for anything else on a terminal.
fn plain(words: &str) -> String {
    words.chars().map(|c| if c.is_control() { ' ' } else { c }).take(300).collect()
}
