use std::path::PathBuf;

/// What can go wrong. Every message is one clear line: what, where, what to do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A rule says no; the message says which and why.
    #[error("{0}")]
    Refused(String),
    /// There is no workspace at this place.
    #[error("there is no workspace in {}: found one with `satchel init` or join one with `satchel join`", .0.display())]
    NoWorkspace(PathBuf),
    /// There is one already.
    #[error("{} already holds a workspace: choose another folder with --data", .0.display())]
    WorkspaceExists(PathBuf),
    #[error("{} is in use by another Satchel: close it first, or choose another folder with --data", .0.display())]
    InUse(PathBuf),
    #[error("{} was written by a newer version of Satchel (format {found}, this one knows {known}): update Satchel", path.display())]
    NewerVersion { path: PathBuf, found: u32, known: u32 },
    #[error("{} cannot be written: {reason}", path.display())]
    NotWritable { path: PathBuf, reason: String },
    /// A checksum or a format does not hold.
    #[error("the workspace is damaged ({0}): run `satchel doctor --rebuild`, or join again from a colleague's device")]
    Damaged(String),
    #[error("storage failed: {0}: nothing was changed, try again once there is room")]
    Storage(String),
}

pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    pub fn refused(message: impl Into<String>) -> Error {
        Error::Refused(message.into())
    }
}
