use std::{fmt, io, path::PathBuf};

use crate::message::Message;

/// What can go wrong. Every message is one clear line: what, where, what to do.
#[derive(Debug)]
pub enum Error {
    /// A rule says no; the message says which and why.
    Refused(Message),
    /// There is no workspace at this place.
    NoWorkspace(PathBuf),
    /// There is one already.
    WorkspaceExists(PathBuf),
    InUse(PathBuf),
    /// The workspace is under a passphrase, and none was given.
    Locked(PathBuf),
    WrongPassphrase,
    NewerVersion {
        path: PathBuf,
        found: u32,
        known: u32,
    },
    NotWritable {
        path: PathBuf,
        reason: String,
    },
    /// A checksum or a format does not hold.
    Damaged(String),
    /// The disk did not do what it was asked. Nothing was changed.
    Storage(Trouble),
}

/// What is the matter with a disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    Full,
    ReadOnly,
    /// In the system's words.
    Other(String),
}

impl Trouble {
    pub fn of(error: &io::Error) -> Trouble {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => Trouble::Full,
            io::ErrorKind::ReadOnlyFilesystem => Trouble::ReadOnly,
            _ => {
                let words = error.to_string();
                Trouble::Other(words.split(" (os error").next().unwrap_or_default().to_owned())
            }
        }
    }
}

pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    pub fn refused(message: impl Into<Message>) -> Error {
        Error::Refused(message.into())
    }

    /// What is told of it.
    pub fn message(&self) -> Message {
        let shown = |path: &PathBuf| path.display().to_string();
        match self {
            Error::Refused(message) => message.clone(),
            Error::NoWorkspace(path) => message!(
                "there is no workspace in {path}: found one with `satchel init` or join one with `satchel join`",
                path = shown(path)
            ),
            Error::WorkspaceExists(path) => {
                message!("{path} already holds a workspace: choose another folder with --data", path = shown(path))
            }
            Error::InUse(path) => message!(
                "{path} is in use by another Satchel: close it first, or choose another folder with --data",
                path = shown(path)
            ),
            Error::Locked(path) => message!(
                "{path} is under a passphrase: give it when asked in a terminal, or with --passphrase-file FILE",
                path = shown(path)
            ),
            Error::WrongPassphrase => {
                message!("this is not the passphrase of this workspace: nothing was changed, try again")
            }
            Error::NewerVersion { path, found, known } => message!(
                "{path} was written by a newer version of Satchel (format {found}, this one knows {known}): update Satchel",
                path = shown(path),
                found,
                known
            ),
            Error::NotWritable { path, reason } => {
                message!("{path} cannot be written: {reason}", path = shown(path), reason)
            }
            Error::Damaged(why) => message!(
                "the workspace is damaged ({why}): run `satchel doctor --rebuild`; what that cannot make again comes back with a \
                 backup, or by joining again from a colleague's device",
                why
            ),
            Error::Storage(Trouble::Full) => {
                message!("the disk is full: nothing was changed and nothing is lost; make room on it, then do it again")
            }
            Error::Storage(Trouble::ReadOnly) => message!(
                "the disk cannot be written to: nothing was changed and nothing is lost; allow writing, then do it again"
            ),
            Error::Storage(Trouble::Other(why)) => message!(
                "the disk failed ({why}): nothing was changed and nothing is lost; see that it is connected and sound, then do \
                 it again",
                why
            ),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.message().fmt(f)
    }
}

impl std::error::Error for Error {}
