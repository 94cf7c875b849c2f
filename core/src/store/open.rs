use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use redb::{Database, DatabaseError, ReadableDatabase, backends::InMemoryBackend};

use super::{
    ACTIONS, ARRIVALS, ASIDES, DOCUMENTS, FILE, FORMAT, Front, HEADS, IDS, Identity, KNOWN, LOG, MEMBERS, META, PAST,
    PEERS, RECORDS, SETS, SETTINGS, Storage, TOUCHED, VECTOR, encode, failed, files::Files, quiet::Quiet,
};
use crate::{
    error::{Error, Result},
    record,
};

/// Pages redb keeps in memory. Records are held by the workspace itself; this is for documents and the log.
const CACHE_BYTES: usize = 48 << 20;

impl Storage {
    /// Whether a workspace can be founded here, before anything that cannot be taken back is done for it. Leaves nothing behind.
    pub fn is_vacant(&self) -> Result<()> {
        let Storage::Folder(folder) = self else { return Ok(()) };
        if folder.join(FILE).exists() {
            return Err(Error::WorkspaceExists(folder.clone()));
        }
        let made = Made {
            file: folder.join(format!("{FILE}.trial")),
            folder: (!folder.exists()).then(|| folder.clone()),
            keep: false,
        };
        fs::create_dir_all(folder).map_err(|e| not_writable(folder, e))?;
        fs::File::create(&made.file).map_err(|e| not_writable(folder, e))?;
        Ok(())
    }
}

/// An open store.
pub(crate) struct Store {
    pub(super) db: Database,
    file: Option<OnDisk>,
    pub(crate) files: Files,
}

/// The file behind the store.
struct OnDisk {
    path: PathBuf,
    quiet: Quiet,
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
                refuse_read_only(&folder, &folder)?;
                let made = Made { file: file.clone(), folder: made_folder.then(|| folder.clone()), keep: false };
                let options = fs::OpenOptions::new().read(true).write(true).create_new(true).clone();
                (Store::in_file(&options, &folder, file)?, Some(made))
            }
            Storage::Memory => (Store::on(InMemoryBackend::new())?, None),
            Storage::Backend(backend) => {
                let db = builder().create_with_boxed(backend)?;
                (Store { db, file: None, files: Files::in_memory() }, None)
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
                refuse_read_only(&folder, &folder)?;
                refuse_read_only(&file, &folder)?;
                if fs::metadata(&file).is_ok_and(|m| m.len() == 0) {
                    return Err(super::damaged("the file is empty"));
                }
                Store::in_file(fs::OpenOptions::new().read(true).write(true), &folder, file)?
            }
            Storage::Memory => return Err(Error::NoWorkspace(PathBuf::from("memory"))),
            Storage::Backend(backend) => {
                Store { db: builder().create_with_boxed(backend)?, file: None, files: Files::in_memory() }
            }
        };
        let found = store.format()?;
        if found > FORMAT {
            let path = store.file.as_ref().map(|file| file.path.clone()).unwrap_or_default();
            return Err(Error::NewerVersion { path, found, known: FORMAT });
        }
        Ok(store)
    }

    fn on(backend: impl redb::StorageBackend) -> Result<Store> {
        let db = builder().create_with_backend(backend).map_err(failed)?;
        Ok(Store { db, file: None, files: Files::in_memory() })
    }

    fn in_file(options: &fs::OpenOptions, folder: &Path, path: PathBuf) -> Result<Store> {
        let file = options.open(&path).map_err(|e| not_writable(folder, e))?;
        let quiet = Quiet::new(file).map_err(|e| opening(e, folder))?;
        let repaired = Arc::new(AtomicBool::new(false));
        let mut builder = builder();
        builder.set_repair_callback({
            let repaired = repaired.clone();
            move |_| repaired.store(true, Ordering::Relaxed)
        });
        let opened = crate::panics::caught(|| builder.create_with_backend(quiet.clone()));
        let db = opened.map_err(|_| super::damaged("the file"))?.map_err(|e| opening(e, folder))?;
        let files = Files::beside(folder);
        let store = Store { db, file: Some(OnDisk { path, quiet }), files };
        if repaired.load(Ordering::Relaxed) {
            // What a crash left is put in order once, not by every command that only reads.
            store.wake()?;
        }
        Ok(store)
    }

    /// To be called before anything is written: until then a file is left as it is.
    pub(super) fn wake(&self) -> Result<()> {
        let Some(OnDisk { path, quiet }) = &self.file else { return Ok(()) };
        quiet.wake().map_err(|e| not_writable(path, e))
    }

    fn format(&self) -> Result<u32> {
        super::sound(|| {
            let read = self.db.begin_read().map_err(failed)?;
            let meta = read.open_table(META).map_err(|_| super::damaged("the file holds no workspace"))?;
            let value = meta.get("format").map_err(failed)?.ok_or_else(|| super::damaged("the format's number"))?;
            super::decode(value.value(), "the format's number")
        })
    }

    /// Whether the records lie in the shape that this program reads: another version's are made again from the documents.
    pub fn has_our_records(&self) -> Result<bool> {
        super::sound(|| {
            let read = self.db.begin_read().map_err(failed)?;
            let meta = read.open_table(META).map_err(failed)?;
            Ok(meta.get("records").map_err(failed)?.is_some_and(|v| v.value() == encode(&record::shape()).as_slice()))
        })
    }

    fn lay_out(&self, identity: &Identity, front: &Front) -> Result<()> {
        self.wake()?;
        let write = self.db.begin_write().map_err(failed)?;
        {
            let mut meta = write.open_table(META).map_err(failed)?;
            meta.insert("format", encode(&FORMAT).as_slice()).map_err(failed)?;
            meta.insert("records", encode(&record::shape()).as_slice()).map_err(failed)?;
            meta.insert("identity", encode(identity).as_slice()).map_err(failed)?;
            meta.insert("front", encode(front).as_slice()).map_err(failed)?;
            write.open_table(SETTINGS).map_err(failed)?;
            for table in [PEERS, LOG, ARRIVALS, IDS, DOCUMENTS, HEADS, RECORDS, PAST] {
                write.open_table(table).map_err(failed)?;
            }
            write.open_table(TOUCHED).map_err(failed)?;
            write.open_table(VECTOR).map_err(failed)?;
            write.open_table(MEMBERS).map_err(failed)?;
            for table in [KNOWN, SETS, ASIDES] {
                write.open_table(table).map_err(failed)?;
            }
            write.open_table(ACTIONS).map_err(failed)?;
        }
        write.commit().map_err(failed)
    }

    /// The size of the file in bytes; 0 in memory.
    pub fn bytes(&self) -> u64 {
        self.file.as_ref().and_then(|f| fs::metadata(&f.path).ok()).map_or(0, |m| m.len())
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
        super::sound(|| self.create_with_backend(Boxed(backend)).map_err(failed))
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

/// A folder or file marked as not to be written is left alone, also for an administrator, who could.
fn refuse_read_only(path: &Path, folder: &Path) -> Result<()> {
    let read_only = fs::metadata(path).is_ok_and(|m| m.permissions().readonly());
    let reason = || "it is marked read-only: allow writing, or copy it elsewhere".to_owned();
    if read_only { Err(Error::NotWritable { path: folder.to_owned(), reason: reason() }) } else { Ok(()) }
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
        DatabaseError::Storage(redb::StorageError::Io(e)) if e.kind() == std::io::ErrorKind::UnexpectedEof => {
            super::damaged("the file was cut short")
        }
        other => failed(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Workspace,
        environment::fixed::{FixedClock, environment},
        workspace::{Founding, StageSet},
    };

    fn acme() -> Founding {
        Founding {
            name: "Acme".into(),
            user: "Ann".into(),
            device_name: "laptop".into(),
            currency: "USD".into(),
            stages: StageSet::Standard,
        }
    }

    #[test]
    fn a_file_of_a_newer_version_is_refused_and_left_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let storage = || Storage::Folder(folder.path().to_owned());
        let environment = environment(&FixedClock::at(Default::default()), 1);
        drop(Workspace::found(storage(), environment.clone(), acme()).unwrap());
        let store = Store::open(storage()).unwrap();
        store.wake().unwrap();
        let write = store.db.begin_write().unwrap();
        write.open_table(META).unwrap().insert("format", encode(&(FORMAT + 1)).as_slice()).unwrap();
        write.commit().unwrap();
        drop(store);

        let file = folder.path().join(FILE);
        let before = fs::read(&file).unwrap();
        let error = Workspace::open(storage(), environment).err().unwrap();
        assert!(matches!(error, Error::NewerVersion { found, known: FORMAT, .. } if found == FORMAT + 1), "{error}");
        assert!(error.to_string().contains("update Satchel"));
        assert!(fs::read(&file).unwrap() == before);
    }

    #[test]
    fn records_of_another_version_are_made_again_from_the_documents() {
        let folder = tempfile::tempdir().unwrap();
        let storage = || Storage::Folder(folder.path().to_owned());
        let environment = environment(&FixedClock::at(Default::default()), 1);
        let stages = Workspace::found(storage(), environment.clone(), acme()).unwrap().records().stages.clone();
        let store = Store::open(storage()).unwrap();
        store.wake().unwrap();
        let write = store.db.begin_write().unwrap();
        write.open_table(META).unwrap().remove("records").unwrap();
        write.open_table(RECORDS).unwrap().retain(|_, _| false).unwrap();
        // As before there were these.
        for table in [KNOWN, SETS, ASIDES] {
            write.delete_table(table).unwrap();
        }
        write.commit().unwrap();
        drop(store);

        for _ in 0..2 {
            let workspace = Workspace::open(storage(), environment.clone()).unwrap();
            assert_eq!(workspace.records().stages, stages);
            assert_eq!(workspace.check().unwrap().problems, Vec::<String>::new());
        }
    }
}
