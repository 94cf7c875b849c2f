//! The store: one redb file per workspace.

use std::path::PathBuf;

/// Where a workspace lies.
pub enum Storage {
    /// A folder of this file system; the workspace is one file in it.
    Folder(PathBuf),
    /// In memory, for tests and for sample data.
    Memory,
    /// A backend of the caller's, for fault injection.
    Backend(Box<dyn redb::StorageBackend>),
}
