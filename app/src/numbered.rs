//! Files written beside what is there already, never over it: `List.xlsx`, `List 2.xlsx`.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

/// More of one name are refused.
const MOST: u32 = 1_000;

/// Writes a new file of this name or the next free one. Returns where it lies.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<PathBuf> {
    let (mut file, path) = begin(path)?;
    file.write_all(bytes).map(|()| path)
}

/// As [`write`], for what is too much to be held at once: what `fill` wrote is on disk, or the file is gone again.
/// `failed` says in the caller's words what a failing disk does to which file.
pub fn stream<T, E>(
    path: &Path,
    fill: impl FnOnce(&File) -> Result<T, E>,
    failed: impl Fn(&Path, io::Error) -> E,
) -> Result<(PathBuf, T), E> {
    let (file, path) = begin(path).map_err(|why| failed(path, why))?;
    let filled = fill(&file).and_then(|told| file.sync_all().map(|()| told).map_err(|why| failed(&path, why)));
    match filled {
        Ok(told) => Ok((path, told)),
        Err(why) => {
            let _half = fs::remove_file(&path);
            Err(why)
        }
    }
}

/// A new file of this name or the next free one, and where it lies.
fn begin(path: &Path) -> io::Result<(File, PathBuf)> {
    for path in names(path) {
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(file) => return Ok((file, path)),
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
            Err(e) => return Err(e),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

fn names(path: &Path) -> impl Iterator<Item = PathBuf> {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let ending = path.extension().map(|e| format!(".{}", e.to_string_lossy())).unwrap_or_default();
    let (first, folder) = (path.to_owned(), path.to_owned());
    let rest = (2..=MOST).map(move |n| folder.with_file_name(format!("{stem} {n}{ending}")));
    std::iter::once(first).chain(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("List.xlsx");
        assert_eq!(write(&path, b"one").unwrap(), path);
        assert_eq!(write(&path, b"two").unwrap(), folder.path().join("List 2.xlsx"));
        assert_eq!(write(&folder.path().join("List"), b"three").unwrap(), folder.path().join("List"));
        assert_eq!(fs::read(&path).unwrap(), b"one");
        assert!(write(&folder.path().join("no folder").join("List.xlsx"), b"").is_err());
    }
}
