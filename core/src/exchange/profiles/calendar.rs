//! iCalendar files.

use super::Shape;
use crate::exchange::mapping::{Profile::Calendar, RowKind};

const EVENT: &[(&str, &str)] = &[
    ("calendaruid", "id"),
    ("seriesuid", "series_uid"),
    ("secondsafterthefirst", "offset"),
    ("andthosethatfollow", "following"),
    ("summary", "name"),
    ("when", "when"),
    ("recurrence", "recurrence"),
    ("location", "location"),
    ("organizer", "organizer"),
    ("attendees", "attendees"),
    ("reminders", "reminders"),
    ("kindofevent", "type"),
    ("cancelled", "cancelled"),
    ("description", "description"),
];

pub(super) const SHAPES: &[Shape] =
    &[Shape::new(Calendar, RowKind::Meetings, &["calendaruid", "summary", "when"], EVENT)];
