//! A workspace in one file: the log of signed commits, who this device is, its settings, and the attached files, in a zip.
//! Everything else is made again from the log, by the same checks that a colleague's commits pass; so a backup is read by
//! every later version, and what was changed in it is noticed.
//!
//! A workspace under a passphrase makes backups under that passphrase: in front the lock as it was then, behind it the zip,
//! sealed.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Read, Seek, Write},
};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use zip::{CompressionMethod, ZipArchive, ZipWriter, result::ZipError, write::SimpleFileOptions};

use super::{Peer, SPACE, Workspace, begin::Derived};
use crate::{
    commit::Vector,
    document::Origin,
    environment::Environment,
    error::{Error, Result, Trouble},
    id::{FileHash, WorkspaceId},
    record::MAX_FILE,
    store::{
        Chunks, Found, Front, Identity, LOCK, LOCK_VERSION, Lock, Passphrase, SealedReader, SealedWriter, Sealer,
        Storage, Store, decode, encode,
    },
};

/// The form that this program writes; it reads this and older ones.
const FORMAT: u32 = 1;
const ABOUT: &str = "satchel.json";
const DEVICE: &str = "device";
/// What of a sealed backup lies in front of the zip: the lock and the backup's own name.
const SEALED_HEAD: u64 = LOCK as u64 + 16;
const COMMITS: &str = "commits";
/// When each of the commits was received; earlier builds left that out.
const RECEIVED: &str = "received";
const FILES: &str = "files/";
/// How much of the log is read and checked at a time.
const CHUNK_BYTES: usize = 4 << 20;
/// A commit is 1 MiB at most, and somewhat more around it.
const MOST_COMMIT: u32 = 4 << 20;
/// What a backup says of itself, and of the device and its peers: more is not read, whatever the file claims.
const MOST_ABOUT: u64 = 1 << 20;
const MOST_DEVICE: u64 = 64 << 20;
const MOST_RECEIVED: u64 = 256 << 20;

/// What a backup holds, as it says itself; also for who opens it by other means.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Backup {
    /// The form of the file: 1.
    pub satchel_backup: u32,
    pub workspace: WorkspaceId,
    pub name: String,
    pub user: String,
    pub device: String,
    pub made: DateTime<Utc>,
    pub commits: u64,
    pub files: u64,
}

/// What is of this device only. The key in it lets who holds the backup write as this device.
#[derive(Serialize, Deserialize)]
struct Own {
    identity: Identity,
    settings: BTreeMap<String, Vec<u8>>,
    peers: Vec<Peer>,
}

impl Workspace {
    /// Writes a backup while everything goes on: the log as it is now, and the files that are here.
    pub fn back_up(&self, to: impl Write + Seek) -> Result<Backup> {
        let commits = self.inner.store.front()?.arrival;
        let about = {
            let records = self.records();
            let held = records.files().filter(|(hash, _)| self.has_file(*hash)).count();
            Backup {
                satchel_backup: FORMAT,
                workspace: self.id(),
                name: records.company.as_ref().map(|c| c.name.clone()).unwrap_or_default(),
                user: records.name(self.user()).to_owned(),
                device: self.inner.identity.device_name.clone(),
                made: self.inner.environment.now(),
                commits,
                files: held as u64,
            }
        };
        match &self.inner.store.seal {
            None => self.pack(&about, ZipWriter::new(to))?.flush().map_err(|e| unwritten(ZipError::Io(e)))?,
            Some(seal) => {
                let mut to = to;
                let name: [u8; 16] = self.inner.environment.random();
                to.write_all(&seal.lock())
                    .and_then(|()| to.write_all(&name))
                    .map_err(ZipError::Io)
                    .map_err(unwritten)?;
                let to = SealedWriter::new(to, Chunks::of(&seal.sealer(), &name));
                let packed = self.pack(&about, ZipWriter::new_stream(to))?;
                packed.into_inner().finish().map_err(ZipError::Io).map_err(unwritten)?;
            }
        }
        Ok(about)
    }

    fn pack<W: Write + Seek>(&self, about: &Backup, mut zip: ZipWriter<W>) -> Result<W> {
        let packed = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated).large_file(true);
        let plain = packed.compression_method(CompressionMethod::Stored);
        zip.start_file(ABOUT, packed).map_err(unwritten)?;
        zip.write_all(&serde_json::to_vec_pretty(about).map_err(|e| Error::Storage(Trouble::Other(e.to_string())))?)
            .map_err(unwritten)?;
        let own = Own { identity: self.inner.identity.clone(), settings: self.settings(), peers: self.peers() };
        zip.start_file(DEVICE, plain).map_err(unwritten)?;
        zip.write_all(&encode(&own)).map_err(unwritten)?;
        zip.start_file(COMMITS, packed).map_err(unwritten)?;
        let mut from = Some(0);
        while let Some(at) = from {
            let (commits, next) = self.inner.store.commits_beyond(SPACE, &Vector::default(), at, CHUNK_BYTES)?;
            for commit in commits {
                zip.write_all(&(commit.len() as u32).to_le_bytes()).map_err(unwritten)?;
                zip.write_all(&commit).map_err(unwritten)?;
            }
            from = next;
        }
        zip.start_file(RECEIVED, packed).map_err(unwritten)?;
        zip.write_all(&encode(&self.inner.store.received(SPACE)?)).map_err(unwritten)?;
        let files: Vec<FileHash> = self.records().files().map(|(hash, _)| hash).collect();
        for hash in files.into_iter().filter(|hash| self.has_file(*hash)) {
            // One that is damaged is fetched from a colleague, not kept for later.
            let Ok(bytes) = self.file(hash) else { continue };
            zip.start_file(format!("{FILES}{hash}"), plain).map_err(unwritten)?;
            zip.write_all(&bytes).map_err(unwritten)?;
        }
        zip.finish().map_err(unwritten)
    }

    /// What a backup says of itself; one under a passphrase only to who knows it.
    pub fn read_backup(
        from: impl Read + Seek,
        passphrase: Option<&Passphrase>,
        environment: &Environment,
    ) -> Result<Backup> {
        about(&mut open(from, passphrase, environment)?)
    }

    /// Whether a backup is under a passphrase. Of one by a later version that is not asked: no passphrase opens it here.
    pub fn is_backup_sealed(mut from: impl Read + Seek) -> bool {
        let mut lock = Vec::new();
        let read = from.rewind().and_then(|()| from.take(SEALED_HEAD).read_to_end(&mut lock));
        read.is_ok() && matches!(Lock::read(&lock), Found::Lock(_) | Found::Damaged)
    }

    /// Puts a backup back at a place where there is no workspace. The device goes on under a new epoch, as the log that it
    /// had when the backup was made may have gone on elsewhere; what it wrote since comes back from colleagues. A storage under
    /// a passphrase opens with it a backup that is under one, and is under it itself. Leaves nothing behind when it fails.
    pub fn restore_backup(from: impl Read + Seek, storage: Storage, environment: Environment) -> Result<Workspace> {
        let mut zip = open(from, storage.passphrase(), &environment)?;
        let about = about(&mut zip)?;
        let own = bytes_of(&mut zip, DEVICE, MOST_DEVICE)?;
        let own: Own = decode(&own, DEVICE).map_err(|_| damaged("who the device is"))?;
        storage.is_vacant()?;
        let made = storage.folder().filter(|folder| !folder.exists()).map(ToOwned::to_owned);
        let front = Front { epoch: environment.random(), ..Front::default() };
        let store = Store::create(storage, &environment, &own.identity, &front)?;
        let filled = fill(&mut zip, &about, own, store, environment);
        let kept = filled.and_then(|filled| filled.inner.store.keep().map(|()| filled));
        if let (Err(_), Some(folder)) = (&kept, made) {
            // Made just now, by this very attempt.
            let _gone = fs::remove_dir_all(folder);
        }
        kept
    }
}

fn fill<R: Read + Seek>(
    zip: &mut ZipArchive<R>,
    about: &Backup,
    own: Own,
    store: Store,
    environment: Environment,
) -> Result<Workspace> {
    for (name, value) in &own.settings {
        store.set_setting(name, value)?;
    }
    for peer in &own.peers {
        store.put_peer(peer)?;
    }
    let front = store.front()?;
    let workspace = Workspace::assemble(store, environment, own.identity, front, Derived::default());
    let mut log = zip.by_name(COMMITS).map_err(unread)?;
    loop {
        let commits = some_of(&mut log)?;
        if commits.is_empty() {
            break;
        }
        let accepted = workspace.take_from(Origin::Own, commits)?;
        if let Some(why) = accepted.refused.first() {
            return Err(damaged(why));
        }
    }
    drop(log);
    let taken = workspace.inner.store.front()?.arrival;
    // Earlier builds counted by where logs end, which of those that have forked is more than there are.
    if taken.max(workspace.vector().0.values().sum()) < about.commits {
        return Err(damaged("commits are missing"));
    }
    if zip.index_for_name(RECEIVED).is_some() {
        let received: Vec<i64> =
            decode(&bytes_of(zip, RECEIVED, MOST_RECEIVED)?, RECEIVED).map_err(|_| damaged(RECEIVED))?;
        if received.len() as u64 >= taken {
            workspace.received_as((1..=taken).zip(received).collect())?;
        }
    }
    let names = zip.file_names().filter_map(|name| Some(name.ok()?.into_owned()));
    let names: Vec<String> = names.filter(|name| name.starts_with(FILES)).collect();
    for name in names {
        let bytes = bytes_of(zip, &name, MAX_FILE)?;
        // What is not what it is called is wanted from colleagues again.
        if name.strip_prefix(FILES).and_then(|hash| hash.parse().ok()) == Some(FileHash::of(&bytes)) {
            workspace.keep_file(&bytes)?;
        }
    }
    workspace.mend()?;
    Ok(workspace)
}

/// The next commits of the log, none at its end.
fn some_of(log: &mut impl Read) -> Result<Vec<Vec<u8>>> {
    let (mut commits, mut bytes) = (Vec::new(), 0);
    while bytes < CHUNK_BYTES {
        let mut length = [0; 4];
        let read = log.read(&mut length[..1]).map_err(|e| unread(ZipError::Io(e)))?;
        if read == 0 {
            break;
        }
        log.read_exact(&mut length[1..]).map_err(|e| unread(ZipError::Io(e)))?;
        let length = u32::from_le_bytes(length);
        if length > MOST_COMMIT {
            return Err(damaged("the log"));
        }
        let mut commit = vec![0; length as usize];
        log.read_exact(&mut commit).map_err(|e| unread(ZipError::Io(e)))?;
        bytes += commit.len();
        commits.push(commit);
    }
    Ok(commits)
}

trait ReadSeek: Read + Seek {}

impl<T: Read + Seek> ReadSeek for T {}

fn open<'a>(
    mut from: impl Read + Seek + 'a,
    passphrase: Option<&Passphrase>,
    environment: &Environment,
) -> Result<ZipArchive<Box<dyn ReadSeek + 'a>>> {
    let mut head = Vec::new();
    let read = from.rewind().and_then(|()| from.by_ref().take(SEALED_HEAD).read_to_end(&mut head));
    read.map_err(|e| unread(ZipError::Io(e)))?;
    let zip: Box<dyn ReadSeek> = match Lock::read(&head) {
        Found::Nothing => Box::new(from),
        Found::Later(version) => return Err(newer(version.into(), LOCK_VERSION.into())),
        Found::Damaged => return Err(damaged("its lock")),
        Found::Lock(lock) => {
            let passphrase = passphrase.ok_or_else(|| Error::Locked("the backup".into()))?;
            let sealer = Sealer::new(lock.open(passphrase)?, environment);
            let name = head.get(LOCK..).unwrap_or_default();
            Box::new(
                SealedReader::new(from, SEALED_HEAD, Chunks::of(&sealer, name)).map_err(|e| unread(ZipError::Io(e)))?,
            )
        }
    };
    ZipArchive::new(zip).map_err(|_| refused!("this is no backup of Satchel, or it was cut short"))
}

fn about<R: Read + Seek>(zip: &mut ZipArchive<R>) -> Result<Backup> {
    #[derive(Deserialize)]
    struct Form {
        satchel_backup: u32,
    }
    let bytes =
        bytes_of(zip, ABOUT, MOST_ABOUT).map_err(|_| refused!("this is no backup of Satchel, or it was cut short"))?;
    let form: Form = serde_json::from_slice(&bytes).map_err(|_| damaged(ABOUT))?;
    if form.satchel_backup > FORMAT {
        return Err(newer(form.satchel_backup, FORMAT));
    }
    serde_json::from_slice(&bytes).map_err(|_| damaged(ABOUT))
}

fn bytes_of<R: Read + Seek>(zip: &mut ZipArchive<R>, name: &str, most: u64) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let entry = zip.by_name(name).map_err(unread)?;
    entry.take(most + 1).read_to_end(&mut bytes).map_err(|e| unread(ZipError::Io(e)))?;
    if bytes.len() as u64 > most {
        return Err(damaged(name));
    }
    Ok(bytes)
}

fn newer(found: u32, known: u32) -> Error {
    refused!(
        "this backup was made by a newer version of Satchel (form {found}, this one knows {known}): update Satchel",
        found,
        known
    )
}

fn damaged(what: &str) -> Error {
    refused!("the backup is damaged ({what}): take an older one, or join again from a colleague’s device", what)
}

fn unread(error: ZipError) -> Error {
    damaged(&error.to_string())
}

fn unwritten(error: impl Into<ZipError>) -> Error {
    match error.into() {
        ZipError::Io(error) if error.kind() == io::ErrorKind::StorageFull => {
            refused!("there is no room for the backup: choose another disk")
        }
        error => refused!("the backup cannot be written: {reason}", reason = error.to_string()),
    }
}
