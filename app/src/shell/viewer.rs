//! Attached files shown by the system's programs. These need copies that whoever has the disk can read, so of a workspace under a
//! passphrase the copies are gone once it is locked or closed; all others at the next start, as a program may still be reading.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use tr::tr;

type Open = dyn Fn(&Path) -> io::Result<()> + Send + Sync;

/// Held by whoever laid the copies beside it, while they are not to be swept.
const LOCK: &str = "lock";

/// Where copies are laid, and what opens them.
#[derive(Clone)]
pub struct Viewer {
    folder: Option<PathBuf>,
    open: Arc<Open>,
}

impl Viewer {
    /// One of the caller's. What it lays in the folder is deleted by and by.
    pub fn new(folder: Option<PathBuf>, open: impl Fn(&Path) -> io::Result<()> + Send + Sync + 'static) -> Viewer {
        Viewer { folder, open: Arc::new(open) }
    }

    /// Deletes the copies that no open workspace has laid: a crash left them, or they were to stay until now.
    pub fn sweep(&self) {
        for room in self.folder.iter().flat_map(fs::read_dir).flatten().flatten() {
            let is_held = File::open(room.path().join(LOCK)).is_ok_and(|lock| lock.try_lock().is_err());
            if room.file_type().is_ok_and(|kind| kind.is_dir()) && !is_held {
                clear(&room.path());
            }
        }
    }
}

impl Default for Viewer {
    /// The system's.
    fn default() -> Viewer {
        let dirs = directories::ProjectDirs::from("", "", "satchel");
        Viewer::new(dirs.map(|dirs| dirs.cache_dir().join("attachments")), |path| open::that_detached(path))
    }
}

/// What an open workspace shows: it goes with the last handle, so also what work that outlasts the workspace has laid there.
pub struct Copies {
    viewer: Viewer,
    room: Mutex<Option<Room>>,
    /// They go when the workspace is left, not only at the next start.
    is_sealed: bool,
}

/// A folder of these copies alone.
struct Room {
    folder: PathBuf,
    _lock: File,
}

impl Copies {
    pub fn of(viewer: Viewer, is_sealed: bool) -> Arc<Copies> {
        if is_sealed {
            viewer.sweep();
        }
        Arc::new(Copies { viewer, room: Mutex::default(), is_sealed })
    }

    /// Shows a file in the system's program for its kind. It does not wait for that.
    pub fn show(&self, name: &str, bytes: &[u8]) -> Result<(), String> {
        let folder = self.viewer.folder.as_deref().ok_or_else(|| tr!("There is no folder to show files from."))?;
        let copied = self.room(folder).and_then(|room| copied(&room, name, bytes));
        let path = copied.map_err(|why| tr!("{path} cannot be written: {why}", path = name, why))?;
        (self.viewer.open)(&path)
            .map_err(|why| tr!("‘{name}’ could not be opened: {why}. Save it and open it yourself.", name, why))
    }

    fn room(&self, folder: &Path) -> io::Result<PathBuf> {
        let mut room = self.room.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(room) = &*room {
            return Ok(room.folder.clone());
        }
        fs::create_dir_all(folder)?;
        let made = tempfile::tempdir_in(folder)?;
        let lock = File::create(made.path().join(LOCK))?;
        lock.lock()?;
        Ok(room.insert(Room { folder: made.keep(), _lock: lock }).folder.clone())
    }
}

impl Drop for Copies {
    fn drop(&mut self) {
        let room = self.room.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(Room { folder, _lock }) = room.filter(|_| self.is_sealed) {
            drop(_lock);
            clear(&folder);
        }
    }
}

/// In a folder of its own, whose name says nothing. It can be looked at and not changed, as a change would go with it.
fn copied(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<PathBuf> {
    let path = tempfile::tempdir_in(folder)?.keep().join(name);
    fs::write(&path, bytes)?;
    let mut permissions = fs::metadata(&path)?.permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&path, permissions)?;
    Ok(path)
}

/// Deletes copies. What somebody saved beside them, which can be written, stays; what a program holds open is left to the next time.
fn clear(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let (path, Ok(about)) = (entry.path(), entry.metadata()) else { continue };
        if about.is_dir() {
            clear(&path);
        } else if about.permissions().readonly() || entry.file_name() == LOCK {
            let _held = writable(&path, about.permissions()).and_then(|()| fs::remove_file(&path));
        }
    }
    let _not_empty = fs::remove_dir(folder);
}

/// Some systems delete nothing that cannot be written.
#[cfg(windows)]
#[allow(clippy::permissions_set_readonly_false)]
fn writable(path: &Path, mut permissions: fs::Permissions) -> io::Result<()> {
    permissions.set_readonly(false);
    fs::set_permissions(path, permissions)
}

#[cfg(not(windows))]
fn writable(_: &Path, _: fs::Permissions) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[test]
    fn copies_are_there_while_a_workspace_is_open() {
        let folder = tempfile::tempdir().unwrap();
        let copies_in = folder.path().join("attachments");
        let opened: Arc<Mutex<Vec<PathBuf>>> = Arc::default();
        let told = opened.clone();
        let viewer = Viewer::new(Some(copies_in.clone()), move |path| {
            told.lock().unwrap().push(path.to_owned());
            Ok(())
        });
        let copies = Copies::of(viewer.clone(), true);
        copies.show("Offer.pdf", b"one").unwrap();
        copies.show("Offer.pdf", b"two").unwrap();
        let plain = Copies::of(viewer.clone(), false);
        plain.show("Offer.pdf", b"three").unwrap();
        let paths = opened.lock().unwrap().clone();
        assert_eq!(
            paths.iter().map(|path| fs::read(path).unwrap()).collect::<Vec<_>>(),
            [&b"one"[..], b"two", b"three"]
        );
        let is_copy =
            |path: &PathBuf| path.ends_with("Offer.pdf") && fs::metadata(path).unwrap().permissions().readonly();
        assert!(paths.iter().all(is_copy));
        // Another window that starts leaves them alone.
        viewer.sweep();
        let late = copies.clone();
        drop(copies);
        assert!(paths[0].exists(), "work goes on with it");
        let saved = paths[1].with_file_name("Offer, mine.pdf");
        fs::write(&saved, b"changed").unwrap();
        drop((late, plain));
        assert!(!paths[0].exists() && !paths[1].exists() && paths[2].exists() && saved.exists());
        viewer.sweep();
        assert!(!paths[2].exists() && saved.exists());
        fs::remove_file(&saved).unwrap();
        viewer.sweep();
        assert_eq!(fs::read_dir(copies_in).unwrap().count(), 0);
    }
}
