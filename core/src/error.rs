use std::{fmt, path::PathBuf};

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
    Storage(String),
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
                "the workspace is damaged ({why}): run `satchel doctor --rebuild`, or join again from a colleague's device",
                why
            ),
            Error::Storage(why) => {
                message!("storage failed: {why}: nothing was changed, try again once there is room", why)
            }
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.message().fmt(f)
    }
}

impl std::error::Error for Error {}
