//! Attached files, by the hash of their bytes, in a folder beside the store. What a colleague's device sends comes in parts
//! and counts only when it is whole and its hash is right. Under a passphrase the bytes are sealed, and the names are hashes
//! under a key: who has a file and wonders whether it is attached here is not told.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
    fs,
    io::{self, Read, Seek, SeekFrom, Write as _},
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard},
};

use zeroize::Zeroizing;

use super::seal::{Chunks, SealedReader, Sealer};
use crate::{
    error::{Error, Result, Trouble},
    id::FileHash,
};

const FOLDER: &str = "files";
const PART: &str = "part";
/// Being written by this device; what a crash leaves of it is nothing.
const NEW: &str = "new";
/// Was whole once and is not what it was any more; kept for who wants to look at it.
const DAMAGED: &str = "damaged";
/// Of a file that is sealed.
const SEALED: &str = "sealed";

pub(crate) struct Files {
    place: Place,
    /// Held while a file grows: two colleagues may send the same one.
    growing: Mutex<()>,
}

enum Place {
    Folder(Folder),
    Memory { whole: Mutex<HashMap<FileHash, Vec<u8>>>, parts: Mutex<HashMap<FileHash, Vec<u8>>> },
}

struct Folder {
    path: PathBuf,
    /// By the names they have there.
    held: Mutex<HashSet<String>>,
    seal: Option<Seal>,
}

struct Seal {
    sealer: Sealer,
    /// Makes names of hashes.
    names: Zeroizing<[u8; 32]>,
}

/// What became of a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FilePart {
    /// The file goes on from here.
    More(u64),
    /// All of it is here now.
    Whole,
    /// It was not what it claimed to be and was thrown away.
    Wrong,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

fn failed(what: &str, path: &Path, error: &io::Error) -> Error {
    match Trouble::of(error) {
        Trouble::Other(why) => Error::Storage(Trouble::Other(format!("{} cannot be {what}: {why}", path.display()))),
        known => Error::Storage(known),
    }
}

impl Files {
    /// Beside a workspace's file, which is this process's alone; nothing is made before the first file comes.
    pub fn beside(folder: &Path, sealer: Option<Sealer>) -> Files {
        let path = folder.join(FOLDER);
        let names = names_in(&path);
        let mut held = HashSet::new();
        let whole = |name: &str| match &sealer {
            Some(_) => name.strip_suffix(SEALED).is_some_and(|name| name.ends_with('.')),
            None => name.parse::<FileHash>().is_ok(),
        };
        for name in names {
            if name.ends_with(&format!(".{NEW}")) {
                // One that cannot be deleted is in nobody's way.
                _ = fs::remove_file(path.join(name));
            } else if whole(&name) {
                held.insert(name);
            }
        }
        let seal = sealer.map(|sealer| Seal { names: sealer.derived("Satchel names of attached files"), sealer });
        Files::at(Place::Folder(Folder { path, held: Mutex::new(held), seal }))
    }

    /// As [`Files::beside`], of files that are to come: what lies there is none of them, also if it is called like one.
    pub fn to_come(folder: &Path, sealer: Option<Sealer>) -> Files {
        let files = Files::beside(folder, sealer);
        if let Place::Folder(folder) = &files.place {
            lock(&folder.held).clear();
        }
        files
    }

    /// Seals what a crash left in the open while the workspace was put under its passphrase.
    pub fn seal_leftovers(&self) {
        let Place::Folder(folder @ Folder { seal: Some(_), .. }) = &self.place else { return };
        for name in names_in(&folder.path).filter(|name| !name.contains(SEALED)) {
            let left = folder.path.join(&name);
            let kept = match (name.parse::<FileHash>(), fs::read(&left)) {
                (Ok(hash), Ok(bytes)) if FileHash::of(&bytes) == hash => self.put(&bytes).is_ok(),
                _ => true,
            };
            if kept {
                _ = fs::remove_file(left);
            }
        }
    }

    pub fn in_memory() -> Files {
        Files::at(Place::Memory { whole: Mutex::default(), parts: Mutex::default() })
    }

    fn at(place: Place) -> Files {
        Files { place, growing: Mutex::default() }
    }

    pub fn has(&self, hash: FileHash) -> bool {
        match &self.place {
            Place::Folder(folder) => lock(&folder.held).contains(&folder.name(hash)),
            Place::Memory { whole, .. } => lock(whole).contains_key(&hash),
        }
    }

    /// Keeps a file, durably; says whether it is new. Of one for which there is no room nothing stays.
    pub fn put(&self, bytes: &[u8]) -> Result<bool> {
        let hash = FileHash::of(bytes);
        let _growing = lock(&self.growing);
        let new = !self.has(hash);
        match &self.place {
            // On disk it may have been taken away or cut since.
            Place::Folder(folder) if self.has(hash) && folder.length(hash) == Some(bytes.len() as u64) => {}
            Place::Folder(folder) => {
                let part = folder.file(hash, Some(NEW));
                self.make_folder()?;
                let kept = write_durably(&part, &folder.sealed(hash, 0, bytes))
                    .map_err(|e| failed("written", &part, &e))
                    .and_then(|()| self.settle(hash, &part));
                if kept.is_err() {
                    // What cannot be deleted either is, when the workspace is opened next.
                    _ = fs::remove_file(&part);
                }
                kept?;
            }
            Place::Memory { whole, .. } => _ = lock(whole).insert(hash, bytes.to_vec()),
        }
        Ok(new)
    }

    /// Deletes a file that nothing names.
    pub fn take_back(&self, hash: FileHash) {
        let _growing = lock(&self.growing);
        match &self.place {
            Place::Folder(folder) => {
                lock(&folder.held).remove(&folder.name(hash));
                _ = fs::remove_file(folder.file(hash, None));
            }
            Place::Memory { whole, .. } => _ = lock(whole).remove(&hash),
        }
    }

    /// At most `most` bytes from an offset on; nothing if it is not here. Of one that somebody changed under its seal, none.
    pub fn read(&self, hash: FileHash, offset: u64, most: u64) -> Result<Option<Vec<u8>>> {
        if !self.has(hash) {
            return Ok(None);
        }
        match &self.place {
            Place::Folder(folder) => {
                let file = folder.file(hash, None);
                let read = || -> io::Result<Vec<u8>> {
                    let mut file = folder.open(hash, &file)?;
                    file.seek(SeekFrom::Start(offset))?;
                    let mut bytes = Vec::new();
                    file.take(most).read_to_end(&mut bytes)?;
                    Ok(bytes)
                };
                match read() {
                    Ok(read) => Ok(Some(read)),
                    Err(error) if error.kind() == io::ErrorKind::NotFound => {
                        // Somebody took it away: a colleague's device may have it.
                        lock(&folder.held).remove(&folder.name(hash));
                        Ok(None)
                    }
                    Err(error) if error.kind() == io::ErrorKind::InvalidData => Ok(Some(Vec::new())),
                    Err(error) => Err(failed("read", &file, &error)),
                }
            }
            Place::Memory { whole, .. } => Ok(lock(whole).get(&hash).map(|bytes| {
                let from = (offset as usize).min(bytes.len());
                let to = from.saturating_add(most as usize).min(bytes.len());
                bytes[from..to].to_vec()
            })),
        }
    }

    /// What lies under this name is something else: put aside, so that the file is wanted again.
    pub fn set_aside(&self, hash: FileHash) -> Result<()> {
        let _growing = lock(&self.growing);
        match &self.place {
            Place::Folder(folder) => {
                let (file, aside) = (folder.file(hash, None), folder.file(hash, Some(DAMAGED)));
                fs::rename(&file, aside).map_err(|e| failed("put aside", &file, &e))?;
                lock(&folder.held).remove(&folder.name(hash));
            }
            Place::Memory { whole, .. } => _ = lock(whole).remove(&hash),
        }
        Ok(())
    }

    /// How much of a file that is not whole yet has come.
    pub fn begun(&self, hash: FileHash) -> u64 {
        match &self.place {
            Place::Folder(folder) => folder.length_of_part(hash).map_or(0, |(plain, _)| plain),
            Place::Memory { parts, .. } => lock(parts).get(&hash).map_or(0, |p| p.len() as u64),
        }
    }

    /// Takes the next part of a file of this size at most; an empty one says that there is no more. Only what makes the whole
    /// wrong throws away what others sent.
    pub fn take(&self, hash: FileHash, size: u64, offset: u64, bytes: &[u8]) -> Result<FilePart> {
        let _growing = lock(&self.growing);
        if self.has(hash) {
            return Ok(FilePart::Whole);
        }
        let begun = self.begun(hash);
        if offset != begun {
            return Ok(FilePart::More(begun));
        }
        let now = begun + bytes.len() as u64;
        if begun > size {
            self.forget(hash);
            return Ok(FilePart::Wrong);
        }
        if now > size {
            return Ok(FilePart::Wrong);
        }
        if bytes.is_empty() && now < size {
            // Some record may tell a larger size than the file has.
            let whole = begun > 0 && self.hash_of_part(hash)? == Some(hash);
            return if whole { self.finish(hash) } else { Ok(FilePart::Wrong) };
        }
        self.append(hash, bytes)?;
        if now < size {
            return Ok(FilePart::More(now));
        }
        self.finish(hash)
    }

    fn append(&self, hash: FileHash, bytes: &[u8]) -> Result<()> {
        match &self.place {
            Place::Folder(folder) => {
                self.make_folder()?;
                let part = folder.file(hash, Some(PART));
                let append = || -> io::Result<()> {
                    let (plain, end) = folder.length_of_part(hash).unwrap_or_default();
                    let mut file = fs::OpenOptions::new().create(true).append(true).open(&part)?;
                    // A chunk that a crash has cut is written again.
                    file.set_len(end)?;
                    file.write_all(&folder.sealed(hash, plain, bytes))
                };
                append().map_err(|e| failed("written", &part, &e))
            }
            Place::Memory { parts, .. } => {
                lock(parts).entry(hash).or_default().extend_from_slice(bytes);
                Ok(())
            }
        }
    }

    /// Puts every whole file into another place. One that is damaged stays out: it is fetched from a colleague. Where one cannot be
    /// put the others are all the same.
    pub fn copy_into(&self, other: &Files) -> Result<()> {
        let Place::Folder(folder) = &self.place else { return Ok(()) };
        let copy = |name: &String| match folder.read_whole(name)? {
            Some(bytes) => other.put(&bytes).map(drop),
            None => Ok(()),
        };
        let copied: Vec<Result<()>> = lock(&folder.held).clone().iter().map(copy).collect();
        copied.into_iter().collect()
    }

    /// Deletes what lies in the folder and is not one of these files.
    pub fn sweep(&self) -> Result<()> {
        let Place::Folder(folder) = &self.place else { return Ok(()) };
        let held = lock(&folder.held).clone();
        for name in names_in(&folder.path).filter(|name| !held.contains(name)) {
            let file = folder.path.join(name);
            fs::remove_file(&file).map_err(|e| failed("deleted", &file, &e))?;
        }
        Ok(())
    }

    fn finish(&self, hash: FileHash) -> Result<FilePart> {
        if self.hash_of_part(hash)? != Some(hash) {
            self.forget(hash);
            return Ok(FilePart::Wrong);
        }
        match &self.place {
            Place::Folder(folder) => self.settle(hash, &folder.file(hash, Some(PART)))?,
            Place::Memory { whole, parts } => {
                let bytes = lock(parts).remove(&hash).unwrap_or_default();
                lock(whole).insert(hash, bytes);
            }
        }
        Ok(FilePart::Whole)
    }

    /// Of what has come, which is durable when this returns; none if somebody changed it.
    fn hash_of_part(&self, hash: FileHash) -> Result<Option<FileHash>> {
        match &self.place {
            Place::Folder(folder) => {
                let part = folder.file(hash, Some(PART));
                let read = || -> io::Result<FileHash> {
                    fs::File::open(&part)?.sync_all()?;
                    let mut hasher = blake3::Hasher::new();
                    hasher.update_reader(folder.open(hash, &part)?)?;
                    Ok(FileHash(*hasher.finalize().as_bytes()))
                };
                match read() {
                    Err(error) if error.kind() == io::ErrorKind::InvalidData => Ok(None),
                    read => read.map(Some).map_err(|e| failed("read", &part, &e)),
                }
            }
            Place::Memory { parts, .. } => {
                Ok(Some(lock(parts).get(&hash).map_or_else(|| FileHash::of(&[]), |bytes| FileHash::of(bytes))))
            }
        }
    }

    /// A durable file gets its final name, and this the folder's durability.
    fn settle(&self, hash: FileHash, from: &Path) -> Result<()> {
        if let Place::Folder(folder) = &self.place {
            let file = folder.file(hash, None);
            fs::rename(from, &file).map_err(|e| failed("written", &file, &e))?;
            sync_folder(&folder.path);
            lock(&folder.held).insert(folder.name(hash));
        }
        Ok(())
    }

    fn forget(&self, hash: FileHash) {
        match &self.place {
            Place::Folder(folder) => _ = fs::remove_file(folder.file(hash, Some(PART))),
            Place::Memory { parts, .. } => _ = lock(parts).remove(&hash),
        }
    }

    fn make_folder(&self) -> Result<()> {
        match &self.place {
            Place::Folder(Folder { path, .. }) => fs::create_dir_all(path).map_err(|e| failed("made", path, &e)),
            Place::Memory { .. } => Ok(()),
        }
    }
}

impl Folder {
    fn name(&self, hash: FileHash) -> String {
        match &self.seal {
            Some(seal) => format!("{}.{SEALED}", blake3::keyed_hash(&seal.names, &hash.0).to_hex()),
            None => hash.to_string(),
        }
    }

    fn file(&self, hash: FileHash, state: Option<&str>) -> PathBuf {
        let name = self.name(hash);
        self.path.join(state.map_or(name.clone(), |state| format!("{name}.{state}")))
    }

    /// What is sealed in a file is bound to the file's name.
    fn chunks(&self, name: &str) -> Option<Chunks> {
        self.seal.as_ref().map(|seal| Chunks::of(&seal.sealer, name.as_bytes()))
    }

    fn sealed<'a>(&self, hash: FileHash, at: u64, bytes: &'a [u8]) -> Cow<'a, [u8]> {
        match self.chunks(&self.name(hash)) {
            Some(chunks) => chunks.seal(at, bytes).into(),
            None => bytes.into(),
        }
    }

    fn open(&self, hash: FileHash, path: &Path) -> io::Result<Box<dyn ReadSeek>> {
        self.open_named(&self.name(hash), path)
    }

    fn open_named(&self, name: &str, path: &Path) -> io::Result<Box<dyn ReadSeek>> {
        let file = fs::File::open(path)?;
        Ok(match self.chunks(name) {
            Some(chunks) => Box::new(SealedReader::new(file, 0, chunks)?),
            None => Box::new(file),
        })
    }

    fn read_whole(&self, name: &str) -> Result<Option<Vec<u8>>> {
        let file = self.path.join(name);
        let mut bytes = Vec::new();
        match self.open_named(name, &file).and_then(|mut file| file.read_to_end(&mut bytes)) {
            Ok(_) => Ok(Some(bytes).filter(|bytes| self.name(FileHash::of(bytes)) == name)),
            Err(error) if matches!(error.kind(), io::ErrorKind::InvalidData | io::ErrorKind::NotFound) => Ok(None),
            Err(error) => Err(failed("read", &file, &error)),
        }
    }

    /// Of the plain bytes of a whole file.
    fn length(&self, hash: FileHash) -> Option<u64> {
        self.length_at(hash, &self.file(hash, None)).map(|(plain, _)| plain)
    }

    fn length_of_part(&self, hash: FileHash) -> Option<(u64, u64)> {
        self.length_at(hash, &self.file(hash, Some(PART)))
    }

    /// Of the plain bytes, and of the file as far as they go.
    fn length_at(&self, hash: FileHash, path: &Path) -> Option<(u64, u64)> {
        match self.chunks(&self.name(hash)) {
            Some(chunks) => chunks.length(&mut fs::File::open(path).ok()?).ok(),
            None => fs::metadata(path).ok().map(|m| (m.len(), m.len())),
        }
    }
}

trait ReadSeek: Read + Seek {}

impl<T: Read + Seek> ReadSeek for T {}

fn names_in(folder: &Path) -> impl Iterator<Item = String> {
    fs::read_dir(folder).into_iter().flatten().filter_map(|entry| entry.ok()?.file_name().into_string().ok())
}

/// Not every system lets a folder be opened; what was renamed in it then counts as durable as it can be.
pub(super) fn sync_folder(folder: &Path) {
    if let Ok(folder) = fs::File::open(folder) {
        let _ = folder.sync_all();
    }
}

fn write_durably(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = fs::File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}
