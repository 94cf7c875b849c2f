//! The CRM's rules: pure functions from records and a command to the writes it means.

use chrono::{DateTime, NaiveDate, Utc};

use crate::{
    command::{Command, Seen},
    error::Result,
    id::{DocId, WorkspaceId},
    record::{Records, Standing},
    value::Value,
};

/// Who gives a command, and when.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Context {
    pub workspace: WorkspaceId,
    pub user: DocId,
    pub now: DateTime<Utc>,
    /// The user's day.
    pub today: NaiveDate,
}

/// What a command means for one document.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Edit {
    pub doc: DocId,
    pub writes: Vec<Write>,
    /// The version the edit is based on, if not the current one.
    pub seen: Option<Seen>,
}

/// One write into a document.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Write {
    /// A stored field, or one of `archived`, `deleted` (Bool), `create_date` (Time), `create_user` (Ref).
    /// For a set of references the whole new set: members are added and removed one by one against the version seen.
    Field(&'static str, Value),
    Standing(Standing),
    /// `activity:<id>:<field>`: kind, summary, note (Text), date_deadline (Date), user, done_by (Ref), done (Time), feedback (Text), cancelled (Bool).
    Activity(DocId, &'static str, Value),
    /// `note:<id>:<field>`: text (Text), time (Time), user (Ref).
    Note(DocId, &'static str, Value),
    /// The last imported values of a source: pairs of (hash of the field's name, hash of its value).
    Imported(String, Vec<(u32, u32)>),
}

/// What a command means: its label for the history ("Mark won") and the edits, one per document at most.
pub(crate) struct Plan {
    pub label: String,
    pub edits: Vec<Edit>,
    /// What the person is to be told besides "done".
    pub notices: Vec<String>,
}

/// Works out what a command means, or why it is refused. Pure: reads records, writes nothing.
pub(crate) fn plan(_records: &Records, _context: &Context, _command: &Command) -> Result<Plan> {
    todo!()
}
