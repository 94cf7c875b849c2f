//! Attached files, by the hash of their bytes, in a folder beside the store. What a colleague's device sends comes in parts
//! and counts only when it is whole and its hash is right.

use std::{
    collections::{HashMap, HashSet},
    fs,
    io::{self, Read, Seek, SeekFrom, Write as _},
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard},
};

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

pub(crate) struct Files {
    place: Place,
    /// Held while a file grows: two colleagues may send the same one.
    growing: Mutex<()>,
}

enum Place {
    Folder { path: PathBuf, held: Mutex<HashSet<FileHash>> },
    Memory { whole: Mutex<HashMap<FileHash, Vec<u8>>>, parts: Mutex<HashMap<FileHash, Vec<u8>>> },
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
    pub fn beside(folder: &Path) -> Files {
        let path = folder.join(FOLDER);
        let names =
            fs::read_dir(&path).into_iter().flatten().filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        let mut held = HashSet::new();
        for name in names {
            match (name.parse(), name.rsplit_once('.')) {
                (Ok(hash), _) => _ = held.insert(hash),
                // One that cannot be deleted is in nobody's way.
                (_, Some((_, NEW))) => _ = fs::remove_file(path.join(name)),
                _ => {}
            }
        }
        Files::at(Place::Folder { path, held: Mutex::new(held) })
    }

    pub fn in_memory() -> Files {
        Files::at(Place::Memory { whole: Mutex::default(), parts: Mutex::default() })
    }

    fn at(place: Place) -> Files {
        Files { place, growing: Mutex::default() }
    }

    pub fn has(&self, hash: FileHash) -> bool {
        match &self.place {
            Place::Folder { held, .. } => lock(held).contains(&hash),
            Place::Memory { whole, .. } => lock(whole).contains_key(&hash),
        }
    }

    /// Keeps a file, durably.
    pub fn put(&self, bytes: &[u8]) -> Result<FileHash> {
        let hash = FileHash::of(bytes);
        let _growing = lock(&self.growing);
        match &self.place {
            // On disk it may have been taken away or cut since.
            Place::Folder { path, .. }
                if self.has(hash)
                    && fs::metadata(path.join(hash.to_string())).is_ok_and(|m| m.len() == bytes.len() as u64) => {}
            Place::Folder { path, .. } => {
                let part = path.join(format!("{hash}.{NEW}"));
                self.make_folder()?;
                write_durably(&part, bytes).map_err(|e| failed("written", &part, &e))?;
                self.settle(hash, &part)?;
            }
            Place::Memory { whole, .. } => _ = lock(whole).insert(hash, bytes.to_vec()),
        }
        Ok(hash)
    }

    /// At most `most` bytes from an offset on; nothing if it is not here.
    pub fn read(&self, hash: FileHash, offset: u64, most: u64) -> Result<Option<Vec<u8>>> {
        if !self.has(hash) {
            return Ok(None);
        }
        match &self.place {
            Place::Folder { path, held } => {
                let file = path.join(hash.to_string());
                let read = || -> io::Result<Vec<u8>> {
                    let mut file = fs::File::open(&file)?;
                    file.seek(SeekFrom::Start(offset))?;
                    let mut bytes = Vec::new();
                    file.take(most).read_to_end(&mut bytes)?;
                    Ok(bytes)
                };
                match read() {
                    Ok(read) => Ok(Some(read)),
                    Err(error) if error.kind() == io::ErrorKind::NotFound => {
                        // Somebody took it away: a colleague's device may have it.
                        lock(held).remove(&hash);
                        Ok(None)
                    }
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
            Place::Folder { path, held } => {
                let (file, aside) = (path.join(hash.to_string()), path.join(format!("{hash}.{DAMAGED}")));
                fs::rename(&file, aside).map_err(|e| failed("put aside", &file, &e))?;
                lock(held).remove(&hash);
            }
            Place::Memory { whole, .. } => _ = lock(whole).remove(&hash),
        }
        Ok(())
    }

    /// How much of a file that is not whole yet has come.
    pub fn begun(&self, hash: FileHash) -> u64 {
        match &self.place {
            Place::Folder { path, .. } => fs::metadata(part_of(path, hash)).map_or(0, |m| m.len()),
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
            return if begun > 0 && self.hash_of_part(hash)? == hash { self.finish(hash) } else { Ok(FilePart::Wrong) };
        }
        self.append(hash, bytes)?;
        if now < size {
            return Ok(FilePart::More(now));
        }
        self.finish(hash)
    }

    fn append(&self, hash: FileHash, bytes: &[u8]) -> Result<()> {
        match &self.place {
            Place::Folder { path, .. } => {
                self.make_folder()?;
                let part = part_of(path, hash);
                let append = || fs::OpenOptions::new().create(true).append(true).open(&part)?.write_all(bytes);
                append().map_err(|e| failed("written", &part, &e))
            }
            Place::Memory { parts, .. } => {
                lock(parts).entry(hash).or_default().extend_from_slice(bytes);
                Ok(())
            }
        }
    }

    fn finish(&self, hash: FileHash) -> Result<FilePart> {
        if self.hash_of_part(hash)? != hash {
            self.forget(hash);
            return Ok(FilePart::Wrong);
        }
        match &self.place {
            Place::Folder { path, .. } => self.settle(hash, &part_of(path, hash))?,
            Place::Memory { whole, parts } => {
                let bytes = lock(parts).remove(&hash).unwrap_or_default();
                lock(whole).insert(hash, bytes);
            }
        }
        Ok(FilePart::Whole)
    }

    /// Of what has come, which is durable when this returns.
    fn hash_of_part(&self, hash: FileHash) -> Result<FileHash> {
        match &self.place {
            Place::Folder { path, .. } => {
                let part = part_of(path, hash);
                let read = || -> io::Result<FileHash> {
                    let file = fs::File::open(&part)?;
                    file.sync_all()?;
                    let mut hasher = blake3::Hasher::new();
                    hasher.update_reader(file)?;
                    Ok(FileHash(*hasher.finalize().as_bytes()))
                };
                read().map_err(|e| failed("read", &part, &e))
            }
            Place::Memory { parts, .. } => {
                Ok(lock(parts).get(&hash).map_or_else(|| FileHash::of(&[]), |bytes| FileHash::of(bytes)))
            }
        }
    }

    /// A durable file gets its final name, and this the folder's durability.
    fn settle(&self, hash: FileHash, from: &Path) -> Result<()> {
        if let Place::Folder { path, held } = &self.place {
            let file = path.join(hash.to_string());
            fs::rename(from, &file).map_err(|e| failed("written", &file, &e))?;
            // Not every system lets a folder be opened; the rename then counts as durable as it can be.
            if let Ok(folder) = fs::File::open(path) {
                let _ = folder.sync_all();
            }
            lock(held).insert(hash);
        }
        Ok(())
    }

    fn forget(&self, hash: FileHash) {
        match &self.place {
            Place::Folder { path, .. } => _ = fs::remove_file(part_of(path, hash)),
            Place::Memory { parts, .. } => _ = lock(parts).remove(&hash),
        }
    }

    fn make_folder(&self) -> Result<()> {
        match &self.place {
            Place::Folder { path, .. } => fs::create_dir_all(path).map_err(|e| failed("made", path, &e)),
            Place::Memory { .. } => Ok(()),
        }
    }
}

fn part_of(path: &Path, hash: FileHash) -> PathBuf {
    path.join(format!("{hash}.{PART}"))
}

fn write_durably(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = fs::File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}
