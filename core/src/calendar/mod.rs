//! What stands in the calendar when: recurrences, occurrences of series, and what was changed in one of them (spec §4).

mod occurrences;
mod recurrence;

pub(crate) use self::recurrence::{exported, moved, property, remaining};
pub use self::{
    occurrences::{Calendar, Occurrence},
    recurrence::Recurrence,
};
