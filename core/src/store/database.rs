//! redb over its medium. After an error of the disk redb does nothing more until it is opened again: that is done here, in
//! place, so that nobody has to start Satchel again.

use std::sync::{
    Arc, PoisonError, RwLock,
    atomic::{AtomicBool, Ordering},
};

use redb::{DatabaseError, ReadTransaction, ReadableDatabase, WriteTransaction};

use super::{failed, quiet::Quiet, sound};
use crate::error::{Error, Result};

/// Bytes of pages that redb keeps in memory at most. Records are held by the workspace itself; this is for documents and the log.
pub(crate) const PAGES_KEPT: usize = 48 << 20;
/// The same where every page is looked at once.
const PAGES_CHECKED: usize = 4 << 20;

pub(super) struct Database {
    now: RwLock<Arc<Opened>>,
    damaged: Arc<AtomicBool>,
}

/// One opening.
struct Opened {
    /// There until it is dropped.
    redb: Option<redb::Database>,
    quiet: Quiet,
    gave_up: AtomicBool,
    /// Pages of the file are: redb is not to write when it closes.
    damaged: Arc<AtomicBool>,
}

impl Database {
    /// With whether redb had to put in order what a crash left.
    pub fn open(quiet: Quiet) -> Result<(Database, bool), DatabaseError> {
        let damaged = Arc::default();
        let (opened, repaired) = Opened::over(quiet, PAGES_KEPT, false, &damaged)?;
        Ok((Database { now: RwLock::new(Arc::new(opened)), damaged }, repaired))
    }

    /// To be called before anything is written: until then the medium is left as it is.
    pub fn wake(&self) -> Result<()> {
        self.current()?.quiet.wake().map_err(failed)
    }

    pub fn read(&self) -> Result<ReadTransaction> {
        self.current()?.redb()?.begin_read().map_err(failed)
    }

    pub fn write(&self) -> Result<WriteTransaction> {
        let current = self.current()?;
        current.quiet.wake().map_err(failed)?;
        current.redb()?.begin_write().map_err(failed)
    }

    /// As [`Database::write`], but the medium has it with what is written next: if nothing ever is, it stays as it is.
    pub fn write_in_passing(&self) -> Result<WriteTransaction> {
        self.current()?.redb()?.begin_write().map_err(failed)
    }

    /// Works on the file, whose pages may be damaged, on a disk that may fail.
    pub fn sound<T>(&self, work: impl FnOnce() -> Result<T>) -> Result<T> {
        let current = self.current()?;
        let done = sound(work);
        if matches!(done, Err(Error::Damaged(_))) {
            self.distrust();
        }
        if matches!(done, Err(Error::Storage(_) | Error::Damaged(_))) {
            // If redb has not given up, as it does over pages beyond the end of the file too, opening it again does no harm.
            current.gave_up.store(true, Ordering::Release);
        }
        done
    }

    /// See [`Opened::damaged`].
    pub fn distrust(&self) {
        self.damaged.store(true, Ordering::Release);
    }

    pub fn is_distrusted(&self) -> bool {
        self.damaged.load(Ordering::Acquire)
    }

    /// The same as it lies on the medium, every page of it checked. Nobody may write meanwhile.
    pub fn beside(&self) -> Result<Database> {
        let quiet = self.current()?.quiet.beside().map_err(failed)?;
        let damaged = Arc::default();
        let opened = sound(|| Opened::over(quiet, PAGES_CHECKED, true, &damaged).map_err(failed))?.0;
        Ok(Database { now: RwLock::new(Arc::new(opened)), damaged })
    }

    fn current(&self) -> Result<Arc<Opened>> {
        let current = self.now.read().unwrap_or_else(PoisonError::into_inner).clone();
        if !current.gave_up.load(Ordering::Acquire) {
            return Ok(current);
        }
        let mut now = self.now.write().unwrap_or_else(PoisonError::into_inner);
        if now.gave_up.load(Ordering::Acquire) {
            let quiet = now.quiet.fall_asleep().map_err(failed)?;
            *now = Arc::new(sound(|| Opened::over(quiet, PAGES_KEPT, false, &self.damaged).map_err(failed))?.0);
        }
        Ok(now.clone())
    }
}

impl Opened {
    fn over(
        quiet: Quiet,
        pages_kept: usize,
        check_pages: bool,
        damaged: &Arc<AtomicBool>,
    ) -> Result<(Opened, bool), DatabaseError> {
        let repaired = Arc::new(AtomicBool::new(false));
        let mut builder = redb::Database::builder();
        builder.set_cache_size(pages_kept);
        builder.set_check_integrity_on_open(check_pages);
        builder.set_repair_callback({
            let repaired = repaired.clone();
            move |_| repaired.store(true, Ordering::Relaxed)
        });
        let redb = builder.create_with_backend(quiet.clone())?;
        let (redb, gave_up, damaged) = (Some(redb), AtomicBool::new(false), damaged.clone());
        Ok((Opened { redb, quiet, gave_up, damaged }, repaired.load(Ordering::Relaxed)))
    }

    fn redb(&self) -> Result<&redb::Database> {
        self.redb.as_ref().ok_or_else(|| super::damaged("the file's pages"))
    }
}

impl Drop for Opened {
    /// What redb panicked over before, as damaged pages made no sense, it panics over again when it closes; and again while it
    /// clears up after that, which ends the process. So damaged pages are out of its reach by then.
    fn drop(&mut self) {
        if self.damaged.load(Ordering::Acquire) {
            self.quiet.let_go();
        }
        let redb = self.redb.take();
        let _closed = crate::panics::caught(move || drop(redb));
    }
}
