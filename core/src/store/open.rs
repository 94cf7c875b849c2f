use std::{
    fs,
    path::{Path, PathBuf},
};

use redb::{Database, DatabaseError, ReadableDatabase, backends::InMemoryBackend};

use super::{
    ACTIONS, ARRIVALS, DOCUMENTS, FILE, FORMAT, Front, HEADS, IDS, Identity, LOG, MEMBERS, META, PEERS, RECORDS,
    SETTINGS, Storage, TOUCHED, VECTOR, encode, failed,
};
use crate::error::{Error, Result};

/// Pages redb keeps in memory. Records are held by the workspace itself; this is for documents and the log.
const CACHE_BYTES: usize = 48 << 20;

/// An open store.
pub(crate) struct Store {
    pub(super) db: Database,
    path: Option<PathBuf>,
}

impl Store {
    /// Makes a new store that belongs to this identity. Leaves nothing behind when it fails.
    pub fn create(storage: Storage, identity: &Identity, front: &Front) -> Result<Store> {
        let (store, made) = match storage {
            Storage::Folder(folder) => {
                let file = folder.join(FILE);
                if file.exists() {
                    return Err(Error::WorkspaceExists(folder));
                }
                let made_folder = !folder.exists();
                fs::create_dir_all(&folder).map_err(|e| not_writable(&folder, e))?;
                let made = Made { file: file.clone(), folder: made_folder.then(|| folder.clone()), keep: false };
                let db = builder().create(&file).map_err(|e| opening(e, &folder))?;
                (Store { db, path: Some(file) }, Some(made))
            }
            Storage::Memory => (Store::on(InMemoryBackend::new())?, None),
            Storage::Backend(backend) => {
                let db = builder().create_with_boxed(backend)?;
                (Store { db, path: None }, None)
            }
        };
        store.lay_out(identity, front)?;
        if let Some(mut made) = made {
            made.keep = true;
        }
        Ok(store)
    }

    pub fn open(storage: Storage) -> Result<Store> {
        let store = match storage {
            Storage::Folder(folder) => {
                let file = folder.join(FILE);
                if !file.exists() {
                    return Err(Error::NoWorkspace(folder));
                }
                fs::OpenOptions::new().read(true).write(true).open(&file).map_err(|e| not_writable(&folder, e))?;
                let opened = crate::panics::caught(|| builder().open(&file));
                let db = opened.map_err(|_| super::damaged("the file"))?.map_err(|e| opening(e, &folder))?;
                Store { db, path: Some(file) }
            }
            Storage::Memory => return Err(Error::NoWorkspace(PathBuf::from("memory"))),
            Storage::Backend(backend) => Store { db: builder().create_with_boxed(backend)?, path: None },
        };
        let found = store.format()?;
        if found > FORMAT {
            let path = store.path.clone().unwrap_or_default();
            return Err(Error::NewerVersion { path, found, known: FORMAT });
        }
        Ok(store)
    }

    fn on(backend: impl redb::StorageBackend) -> Result<Store> {
        let db = builder().create_with_backend(backend).map_err(failed)?;
        Ok(Store { db, path: None })
    }

    fn format(&self) -> Result<u32> {
        let read = self.db.begin_read().map_err(failed)?;
        let meta = read.open_table(META).map_err(|_| super::damaged("the file holds no workspace"))?;
        let value = meta.get("format").map_err(failed)?.ok_or_else(|| super::damaged("the format's number"))?;
        super::decode(value.value(), "the format's number")
    }

    fn lay_out(&self, identity: &Identity, front: &Front) -> Result<()> {
        let write = self.db.begin_write().map_err(failed)?;
        {
            let mut meta = write.open_table(META).map_err(failed)?;
            meta.insert("format", encode(&FORMAT).as_slice()).map_err(failed)?;
            meta.insert("identity", encode(identity).as_slice()).map_err(failed)?;
            meta.insert("front", encode(front).as_slice()).map_err(failed)?;
            write.open_table(SETTINGS).map_err(failed)?;
            for table in [PEERS, LOG, ARRIVALS, IDS, DOCUMENTS, HEADS, RECORDS] {
                write.open_table(table).map_err(failed)?;
            }
            write.open_table(TOUCHED).map_err(failed)?;
            write.open_table(VECTOR).map_err(failed)?;
            write.open_table(MEMBERS).map_err(failed)?;
            write.open_table(ACTIONS).map_err(failed)?;
        }
        write.commit().map_err(failed)
    }

    /// The size of the file in bytes; 0 in memory.
    pub fn bytes(&self) -> u64 {
        self.path.as_ref().and_then(|p| fs::metadata(p).ok()).map_or(0, |m| m.len())
    }
}

fn builder() -> redb::Builder {
    let mut builder = Database::builder();
    builder.set_cache_size(CACHE_BYTES);
    builder
}

trait CreateBoxed {
    fn create_with_boxed(&self, backend: Box<dyn redb::StorageBackend>) -> Result<Database>;
}

impl CreateBoxed for redb::Builder {
    fn create_with_boxed(&self, backend: Box<dyn redb::StorageBackend>) -> Result<Database> {
        self.create_with_backend(Boxed(backend)).map_err(failed)
    }
}

/// redb takes backends by value.
#[derive(Debug)]
struct Boxed(Box<dyn redb::StorageBackend>);

impl redb::StorageBackend for Boxed {
    fn len(&self) -> std::io::Result<u64> {
        self.0.len()
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> std::io::Result<()> {
        self.0.read(offset, out)
    }

    fn set_len(&self, len: u64) -> std::io::Result<()> {
        self.0.set_len(len)
    }

    fn sync_data(&self) -> std::io::Result<()> {
        self.0.sync_data()
    }

    fn write(&self, offset: u64, data: &[u8]) -> std::io::Result<()> {
        self.0.write(offset, data)
    }

    fn close(&self) -> std::io::Result<()> {
        self.0.close()
    }
}

/// What creating a store has made so far; removed again unless it is kept.
struct Made {
    file: PathBuf,
    folder: Option<PathBuf>,
    keep: bool,
}

impl Drop for Made {
    fn drop(&mut self) {
        if !self.keep {
            // Only what this very attempt made, and the folder only while empty.
            let _gone = fs::remove_file(&self.file);
            if let Some(folder) = &self.folder {
                let _empty = fs::remove_dir(folder);
            }
        }
    }
}

fn not_writable(folder: &Path, error: std::io::Error) -> Error {
    Error::NotWritable { path: folder.to_owned(), reason: error.to_string() }
}

fn opening(error: DatabaseError, folder: &Path) -> Error {
    match error {
        DatabaseError::DatabaseAlreadyOpen => Error::InUse(folder.to_owned()),
        DatabaseError::Storage(redb::StorageError::Io(e)) if e.kind() == std::io::ErrorKind::PermissionDenied => {
            not_writable(folder, e)
        }
        DatabaseError::Storage(redb::StorageError::Io(e)) if e.kind() == std::io::ErrorKind::InvalidData => {
            super::damaged("the file is no workspace")
        }
        other => failed(other),
    }
}
