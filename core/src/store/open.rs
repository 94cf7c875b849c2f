use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use redb::{
    DatabaseError, StorageBackend,
    backends::{FileBackend, InMemoryBackend},
};

use super::{
    ARRIVALS, ASIDES, CHANGED, COMMANDS, COMMITS, DOCUMENTS, FIELDS, FILE, FORMAT, Front, Identity, KNEW, LOG, MEMBERS,
    META, PEERS, RECORDS, SETS, SETTINGS, Storage, VECTOR,
    database::Database,
    encode, failed,
    files::Files,
    packed::Unpacked,
    quiet::Quiet,
    seal::{PLACE, Passphrase, Sealed},
};
use crate::{
    environment::Environment,
    error::{Error, Result},
    record,
};

impl Storage {
    /// Whether a workspace can be founded here, before anything that cannot be taken back is done for it. Leaves nothing behind.
    pub fn is_vacant(&self) -> Result<()> {
        let Some(folder) = self.folder() else { return Ok(()) };
        if folder.join(FILE).exists() {
            return Err(Error::WorkspaceExists(folder.to_owned()));
        }
        let made = Made {
            file: folder.join(format!("{FILE}.trial")),
            folder: (!folder.exists()).then(|| folder.to_owned()),
            keep: false,
        };
        fs::create_dir_all(folder).map_err(|e| not_writable(folder, &e))?;
        fs::File::create(&made.file).map_err(|e| not_writable(folder, &e))?;
        Ok(())
    }
}

/// An open store.
pub(crate) struct Store {
    pub(super) database: Database,
    pub(super) unpacked: Unpacked,
    /// Held while something is written.
    pub(super) writing: Mutex<()>,
    /// The file, if it is one.
    path: Option<PathBuf>,
    /// What making it has made so far; nothing of a store that is kept.
    made: Mutex<Option<Made>>,
    pub(crate) files: Files,
    /// What lies over the medium where there is a passphrase.
    pub(crate) seal: Option<Sealed>,
}

/// What a store lies on.
pub(super) struct Ground {
    pub medium: Box<dyn StorageBackend>,
    /// The workspace's folder, if it is in one.
    pub folder: Option<PathBuf>,
    pub seal: Option<Sealed>,
}

impl Store {
    /// Makes a new store that belongs to this identity: it is there for others, and after a crash, once it is
    /// [kept](Store::keep), and gone without a trace if it never is.
    pub fn create(storage: Storage, environment: &Environment, identity: &Identity, front: &Front) -> Result<Store> {
        let (storage, passphrase) = storage.parts();
        let (ground, made) = match storage {
            Storage::Folder(folder) => {
                let file = folder.join(FILE);
                if file.exists() {
                    return Err(Error::WorkspaceExists(folder));
                }
                let made_folder = !folder.exists();
                fs::create_dir_all(&folder).map_err(|e| not_writable(&folder, &e))?;
                refuse_read_only(&folder, &folder)?;
                let begun = folder.join(format!("{FILE}.new"));
                // What a crash left of an attempt before this one.
                let _gone = fs::remove_file(&begun);
                let made = Made { file: begun, folder: made_folder.then(|| folder.clone()), keep: false };
                (Ground::folder(folder, &made.file, &of_own())?, Some(made))
            }
            Storage::Backend(medium) => (Ground::bare(medium, None), None),
            Storage::Memory | Storage::Sealed(..) => (Ground::bare(Box::new(InMemoryBackend::new()), None), None),
        };
        let mut store = Store::on(ground.under(passphrase.as_ref(), environment)?)?;
        store.made = Mutex::new(made);
        store.lay_out(identity, front)?;
        Ok(store)
    }

    /// What was made is whole: it gets its name.
    pub fn keep(&self) -> Result<()> {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let (Some(made), Some(path)) = (&mut *made, &self.path) {
            fs::rename(&made.file, path).map_err(|e| not_writable(path, &e))?;
            made.keep = true;
            // Not every system lets a folder be opened; the name then counts as durable as it can be.
            if let Some(folder) = path.parent().and_then(|folder| fs::File::open(folder).ok()) {
                let _ = folder.sync_all();
            }
        }
        Ok(())
    }

    pub fn open(storage: Storage, environment: &Environment) -> Result<Store> {
        let (storage, passphrase) = storage.parts();
        let ground = match storage {
            Storage::Folder(folder) => {
                let file = folder.join(FILE);
                if !file.exists() {
                    return Err(Error::NoWorkspace(folder));
                }
                refuse_read_only(&folder, &folder)?;
                refuse_read_only(&file, &folder)?;
                Ground::folder(folder, &file, fs::OpenOptions::new().read(true).write(true))?
            }
            Storage::Backend(medium) => Ground::bare(medium, None),
            Storage::Memory | Storage::Sealed(..) => return Err(Error::NoWorkspace(PathBuf::from("memory"))),
        };
        if ground.medium.len().map_err(failed)? == 0 {
            return Err(super::damaged("the file is empty"));
        }
        let store = Store::on(ground.unlocked(passphrase.as_ref(), environment)?)?;
        let found = store.format()?;
        if found > FORMAT {
            return Err(Error::NewerVersion { path: store.path.unwrap_or_default(), found, known: FORMAT });
        }
        if found == 1 {
            store.add_packed()?;
        }
        store.files.seal_leftovers();
        Ok(store)
    }

    /// Lays the layers over each other: medium (sealed or not), quiet, redb.
    fn on(Ground { medium, folder, seal }: Ground) -> Result<Store> {
        let place = folder.clone().unwrap_or_default();
        let quiet = Quiet::over(medium).map_err(failed)?;
        let opened = crate::panics::caught(|| Database::open(quiet));
        let (database, repaired) = opened.map_err(|_| super::damaged("the file"))?.map_err(|e| opening(e, &place))?;
        let sealer = seal.as_ref().map(Sealed::sealer);
        let files = folder.as_deref().map_or_else(Files::in_memory, |folder| Files::beside(folder, sealer));
        let store = Store {
            database,
            unpacked: Unpacked::default(),
            writing: Mutex::default(),
            path: folder.map(|folder| folder.join(FILE)),
            made: Mutex::default(),
            files,
            seal,
        };
        if repaired {
            // What a crash left is put in order once, not by every command that only reads.
            store.wake()?;
        }
        if let Some(seal) = &store.seal {
            // What redb went back from is no damage.
            seal.lost();
        }
        Ok(store)
    }

    /// To be called before anything is written: until then a file is left as it is.
    pub(super) fn wake(&self) -> Result<()> {
        self.sound(|| self.database.wake())
    }

    /// Whatever its pages are, redb writes nothing more when it closes.
    pub fn distrust(&self) {
        self.database.distrust();
    }

    /// Reads every page there is and checks it.
    pub fn check_pages(&self) -> Result<()> {
        let _nobody_writes = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let beside = self.sound(|| self.database.beside())?;
        let last = |database: &Database| -> Result<Vec<u8>> {
            let meta = database.read()?.open_table(META).map_err(failed)?;
            Ok(meta.get("front").map_err(failed)?.map(|v| v.value().to_vec()).unwrap_or_default())
        };
        // redb goes back to the commit before where the last one is damaged.
        self.sound(|| {
            if last(&beside)? == last(&self.database)? { Ok(()) } else { Err(super::damaged("the last commit")) }
        })
    }

    pub(super) fn sound<T>(&self, work: impl FnOnce() -> Result<T>) -> Result<T> {
        self.database.sound(work)
    }

    pub(super) fn format(&self) -> Result<u32> {
        self.sound(|| {
            let read = self.database.read()?;
            let meta = read.open_table(META).map_err(|_| super::damaged("the file holds no workspace"))?;
            let value = meta.get("format").map_err(failed)?.ok_or_else(|| super::damaged("the format's number"))?;
            super::decode(value.value(), "the format's number")
        })
    }

    /// Whether the records lie in the shape that this program reads: another version's are made again from the documents.
    pub fn has_our_records(&self) -> Result<bool> {
        self.sound(|| {
            let read = self.database.read()?;
            let meta = read.open_table(META).map_err(failed)?;
            Ok(meta.get("records").map_err(failed)?.is_some_and(|v| v.value() == encode(&record::shape()).as_slice()))
        })
    }

    fn lay_out(&self, identity: &Identity, front: &Front) -> Result<()> {
        let write = self.database.write()?;
        {
            let mut meta = write.open_table(META).map_err(failed)?;
            meta.insert("format", encode(&FORMAT).as_slice()).map_err(failed)?;
            meta.insert("records", encode(&record::shape()).as_slice()).map_err(failed)?;
            meta.insert("identity", encode(identity).as_slice()).map_err(failed)?;
            meta.insert("front", encode(front).as_slice()).map_err(failed)?;
            write.open_table(SETTINGS).map_err(failed)?;
            for table in [PEERS, COMMITS, CHANGED, DOCUMENTS, RECORDS] {
                write.open_table(table).map_err(failed)?;
            }
            write.open_table(VECTOR).map_err(failed)?;
            write.open_table(MEMBERS).map_err(failed)?;
            for table in [SETS, ASIDES] {
                write.open_table(table).map_err(failed)?;
            }
            for packed in [&LOG, &ARRIVALS, &KNEW, &FIELDS, &COMMANDS] {
                packed.lay_out(&write)?;
            }
        }
        write.commit().map_err(failed)
    }

    /// Of format 1 log and order of arrival are read as they are; all else is made again from them.
    fn add_packed(&self) -> Result<()> {
        self.sound(|| {
            // Whether the workspace is opened is not said yet: what is refused is left as it was.
            let write = self.database.write_in_passing()?;
            LOG.add_packs(&write)?;
            ARRIVALS.add_packs(&write)?;
            write.commit().map_err(failed)
        })
    }

    pub fn folder(&self) -> Option<PathBuf> {
        self.path.as_ref()?.parent().map(Path::to_owned)
    }

    /// The size of the file in bytes; 0 in memory.
    pub fn bytes(&self) -> u64 {
        self.path.as_ref().and_then(|path| fs::metadata(path).ok()).map_or(0, |m| m.len())
    }
}

impl Ground {
    pub fn bare(medium: Box<dyn StorageBackend>, folder: Option<PathBuf>) -> Ground {
        Ground { medium, folder, seal: None }
    }

    /// A new file under a passphrase, if there is to be one.
    pub fn under(self, passphrase: Option<&Passphrase>, environment: &Environment) -> Result<Ground> {
        let Some(passphrase) = passphrase else { return Ok(self) };
        let seal = Sealed::create(self.medium, passphrase, environment)?;
        Ok(Ground { medium: Box::new(seal.clone()), folder: self.folder, seal: Some(seal) })
    }

    /// A file as redb is to see it.
    pub fn unlocked(self, passphrase: Option<&Passphrase>, environment: &Environment) -> Result<Ground> {
        if !self.is_sealed()? {
            return Ok(self);
        }
        let locked = || Error::Locked(self.folder.clone().unwrap_or_else(|| PLACE.into()));
        let seal = Sealed::open(self.medium, passphrase.ok_or_else(locked)?, environment)?;
        Ok(Ground { medium: Box::new(seal.clone()), folder: self.folder, seal: Some(seal) })
    }

    /// Fails where it was and the lock is damaged or of a later version.
    pub fn is_sealed(&self) -> Result<bool> {
        Sealed::is_at(&*self.medium).map_err(|error| match (error, &self.folder) {
            (Error::NewerVersion { found, known, .. }, Some(folder)) => {
                Error::NewerVersion { path: folder.join(FILE), found, known }
            }
            (error, _) => error,
        })
    }

    pub fn folder(folder: PathBuf, file: &Path, options: &fs::OpenOptions) -> Result<Ground> {
        let file = options.open(file).map_err(|e| not_writable(&folder, &e))?;
        let medium = Box::new(FileBackend::new(file).map_err(|e| opening(e, &folder))?);
        Ok(Ground::bare(medium, Some(folder)))
    }
}

/// How a new file is made: the key of the device lies in it, so that nobody else on the machine is to read it.
pub(super) fn of_own() -> fs::OpenOptions {
    let mut options = fs::OpenOptions::new();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
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

pub(super) fn not_writable(folder: &Path, error: &std::io::Error) -> Error {
    Error::NotWritable { path: folder.to_owned(), reason: error.to_string() }
}

fn opening(error: DatabaseError, folder: &Path) -> Error {
    match error {
        DatabaseError::DatabaseAlreadyOpen => Error::InUse(folder.to_owned()),
        DatabaseError::Storage(redb::StorageError::Io(e)) if e.kind() == std::io::ErrorKind::PermissionDenied => {
            not_writable(folder, &e)
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
        let store = Store::open(storage(), &environment).unwrap();
        let write = store.database.write().unwrap();
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
        let store = Store::open(storage(), &environment).unwrap();
        let write = store.database.write().unwrap();
        write.open_table(META).unwrap().remove("records").unwrap();
        write.open_table(RECORDS).unwrap().retain(|_, _| false).unwrap();
        // As before there were these.
        for table in [SETS, ASIDES] {
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
