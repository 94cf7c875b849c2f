use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::id::DocId;

/// One thing to do on a record (spec §3). Lies in its record's document under `activity:<id>:…`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Activity {
    pub id: DocId,
    /// Its type: an [`ActivityType`](super::ActivityType).
    pub kind: DocId,
    pub summary: String,
    pub note: String,
    #[serde(with = "crate::value::brief")]
    pub date_deadline: NaiveDate,
    pub user: Option<DocId>,
    /// When it was done, by whom, with what feedback. Done activities stay in the history.
    #[serde(with = "crate::value::brief")]
    pub done: Option<DateTime<Utc>>,
    pub done_by: Option<DocId>,
    pub feedback: String,
}

/// Derived from the deadline and today, never stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ActivityState {
    Overdue,
    Today,
    Planned,
}

impl Activity {
    /// The state on the given day of the assignee; nothing once done.
    pub fn state(&self, today: NaiveDate) -> Option<ActivityState> {
        self.done.is_none().then(|| ActivityState::on(self.date_deadline, today))
    }
}

impl ActivityState {
    /// Of a deadline, seen today.
    pub fn on(deadline: NaiveDate, today: NaiveDate) -> ActivityState {
        match deadline.cmp(&today) {
            std::cmp::Ordering::Less => ActivityState::Overdue,
            std::cmp::Ordering::Equal => ActivityState::Today,
            std::cmp::Ordering::Greater => ActivityState::Planned,
        }
    }

    /// As lists and filters write it.
    pub fn name(self) -> &'static str {
        match self {
            ActivityState::Overdue => "overdue",
            ActivityState::Today => "today",
            ActivityState::Planned => "planned",
        }
    }
}

/// A note in the history of a record. Lies in its record's document under `note:<id>:…`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Note {
    pub id: DocId,
    pub text: String,
    #[serde(with = "crate::value::brief")]
    pub time: DateTime<Utc>,
    pub user: Option<DocId>,
}
