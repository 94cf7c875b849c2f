//! Attached files shown by the system's programs. These need copies that whoever has the disk can read, so the copies are gone
//! once the workspace is locked or closed, and at the next start.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use tr::tr;

type Open = dyn Fn(&Path) -> io::Result<()> + Send + Sync;

/// Where copies are laid, and what opens them.
#[derive(Clone)]
pub struct Viewer {
    folder: Option<PathBuf>,
    open: Arc<Open>,
}

impl Viewer {
    /// One of the caller's. Whatever lies in the folder is deleted by and by.
    pub fn new(folder: Option<PathBuf>, open: impl Fn(&Path) -> io::Result<()> + Send + Sync + 'static) -> Viewer {
        Viewer { folder, open: Arc::new(open) }
    }

    /// Deletes all copies; one that a program holds open is left to the next time.
    pub fn sweep(&self) {
        for copy in self.folder.iter().flat_map(fs::read_dir).flatten().flatten() {
            let copy = copy.path();
            let _held = fs::remove_dir_all(&copy).or_else(|_| fs::remove_file(&copy));
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
pub struct Copies(Viewer);

impl Copies {
    pub fn of(viewer: Viewer) -> Arc<Copies> {
        Arc::new(Copies(viewer))
    }

    /// Shows a file in the system's program for its kind. It does not wait for that.
    pub fn show(&self, name: &str, bytes: &[u8]) -> Result<(), String> {
        let folder = self.0.folder.as_deref().ok_or_else(|| tr!("There is no folder to show files from."))?;
        let path =
            copied(folder, name, bytes).map_err(|why| tr!("{path} cannot be written: {why}", path = name, why))?;
        (self.0.open)(&path)
            .map_err(|why| tr!("‘{name}’ could not be opened: {why}. Save it and open it yourself.", name, why))
    }
}

impl Drop for Copies {
    fn drop(&mut self) {
        self.0.sweep();
    }
}

/// In a folder of its own, whose name says nothing. It can be looked at and not changed, as a change would go with it.
fn copied(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<PathBuf> {
    fs::create_dir_all(folder)?;
    let path = tempfile::tempdir_in(folder)?.keep().join(name);
    fs::write(&path, bytes)?;
    let mut permissions = fs::metadata(&path)?.permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&path, permissions)?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[test]
    fn copies_are_there_while_a_workspace_is_open() {
        let folder = tempfile::tempdir().unwrap();
        let opened: Arc<Mutex<Vec<PathBuf>>> = Arc::default();
        let told = opened.clone();
        let viewer = Viewer::new(Some(folder.path().join("attachments")), move |path| {
            told.lock().unwrap().push(path.to_owned());
            Ok(())
        });
        let copies = Copies::of(viewer.clone());
        copies.show("Offer.pdf", b"one").unwrap();
        copies.show("Offer.pdf", b"two").unwrap();
        let paths = opened.lock().unwrap().clone();
        assert_eq!(paths.iter().map(|path| fs::read(path).unwrap()).collect::<Vec<_>>(), [b"one", b"two"]);
        assert!(
            paths
                .iter()
                .all(|path| path.ends_with("Offer.pdf") && fs::metadata(path).unwrap().permissions().readonly())
        );
        let late = copies.clone();
        drop(copies);
        assert!(paths[0].exists(), "work goes on with it");
        drop(late);
        assert!(!paths[0].exists() && !paths[1].exists());

        // What a crash left, and earlier versions.
        fs::write(folder.path().join("attachments").join("half"), b"").unwrap();
        viewer.sweep();
        assert_eq!(fs::read_dir(folder.path().join("attachments")).unwrap().count(), 0);
    }
}
