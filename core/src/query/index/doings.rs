//! What is kept of every activity for dashboards: a sweep over half a million of them stays within a few milliseconds.

use chrono::{DateTime, NaiveDate, Utc};

/// The activities of one record.
#[derive(Clone, Debug, Default)]
pub(crate) struct Doings {
    /// Whether those to do are shown without asking for archived records.
    pub is_active: bool,
    /// Not in the trash.
    pub is_here: bool,
    pub all: Box<[Doing]>,
}

/// One activity; people and types by slot.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Doing {
    pub user: u32,
    pub done_by: u32,
    /// Its type.
    pub kind: u32,
    pub deadline: NaiveDate,
    pub done: Option<DateTime<Utc>>,
}
