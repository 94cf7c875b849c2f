//! What the log of fields keeps of a change of an opportunity: what a pipeline of any day is made of.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::Standing;
use crate::{id::DocId, value::Money};

/// One field's new value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Trace {
    Standing(Box<Standing>),
    Expected(Money),
    Recurring(Money),
    RecurringPlan(String),
    Deadline(Option<NaiveDate>),
    User(Option<DocId>),
    Team(Option<DocId>),
    Customer(Option<DocId>),
    IsLead(bool),
    Archived(bool),
    Deleted(bool),
    Merged(Option<DocId>),
    Created(Option<DateTime<Utc>>),
}

/// What one change wrote.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Traced {
    /// When its author says it was made, in milliseconds since 1970.
    pub time: i64,
    /// Where it stands in its document: of two values of one field the one of the greater (counter, actor) is shown, on every
    /// device, which is automerge's own rule.
    pub counter: u64,
    pub actor: [u8; 12],
    /// Each with how far its counter lies beyond the change's.
    pub writes: Vec<(u32, Trace)>,
}
