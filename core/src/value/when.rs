//! From when to when, as a person says it: a wall clock in a place, or whole days.

use std::{fmt, str::FromStr};

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
pub use chrono_tz::{TZ_VARIANTS as ZONES, Tz};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::environment::Zone;
use crate::message::Message;

/// A stretch of time whose end is never before its start.
///
/// Wall times, not moments: a weekly meeting at 10:00 in Brussels is at 10:00 there before and after the clocks change. Without a
/// time zone it is at that time of day wherever somebody looks at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct When(Stretch);

/// What a [`When`] may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stretch {
    /// The last day is part of it.
    Days {
        first: NaiveDate,
        last: NaiveDate,
    },
    Hours {
        start: NaiveDateTime,
        stop: NaiveDateTime,
        zone: Option<Tz>,
    },
}

/// Moments from start to stop, the latter not part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Moments {
    pub start: DateTime<Utc>,
    pub stop: DateTime<Utc>,
}

/// Nothing lasts longer: some hundred years.
const LONGEST: TimeDelta = TimeDelta::days(40_000);

fn backwards() -> Message {
    message!("it ends before it begins: give an end after the start")
}

fn endless() -> Message {
    message!("it lasts longer than a hundred years: give a nearer end")
}

fn beyond() -> Message {
    message!("it lies outside the years 1 to 9999: give another date")
}

fn form() -> Message {
    message!("write 2026-12-01T10:00/2026-12-01T11:00 Europe/Brussels, or 2026-12-01/2026-12-02 for whole days")
}

impl When {
    /// Whole days, the last one included.
    ///
    /// Errors: an end before the start, in words.
    pub fn days(first: NaiveDate, last: NaiveDate) -> Result<When, Message> {
        if !is_within(first) || !is_within(last) {
            return Err(beyond());
        }
        match last - first {
            length if length < TimeDelta::zero() => Err(backwards()),
            length if length > LONGEST => Err(endless()),
            _ => Ok(When(Stretch::Days { first, last })),
        }
    }

    /// By the wall clock of a zone; whole seconds.
    ///
    /// Errors: an end before the start, in words.
    pub fn hours(start: NaiveDateTime, stop: NaiveDateTime, zone: Option<Tz>) -> Result<When, Message> {
        let whole = |time: NaiveDateTime| chrono::SubsecRound::trunc_subsecs(time, 0);
        let (start, stop) = (whole(start), whole(stop));
        if !is_within(start.date()) || !is_within(stop.date()) {
            return Err(beyond());
        }
        // Across a change of the clocks the wall may run backwards while time does not.
        let moments = Moments { start: moment(start, zone), stop: moment(stop, zone) };
        match moments.stop - moments.start {
            length if length < TimeDelta::zero() => Err(backwards()),
            length if length > LONGEST => Err(endless()),
            _ => Ok(When(Stretch::Hours { start, stop, zone })),
        }
    }

    /// Between two moments, as a zone's wall clock shows them.
    ///
    /// Errors: an end before the start, in words.
    pub fn between(start: DateTime<Utc>, stop: DateTime<Utc>, zone: Tz) -> Result<When, Message> {
        if stop < start {
            return Err(backwards());
        }
        let wall = |time: DateTime<Utc>| time.with_timezone(&zone).naive_local();
        let when = When::hours(wall(start), wall(stop), Some(zone));
        // In the hour that the clocks show twice only UTC tells the two apart.
        match when {
            Ok(when) if when.moments(&Zone::default()) == (Moments { start, stop }) => Ok(when),
            _ => When::hours(start.naive_utc(), stop.naive_utc(), Some(Tz::UTC)),
        }
    }

    pub fn stretch(self) -> Stretch {
        self.0
    }

    pub fn is_all_day(self) -> bool {
        matches!(self.0, Stretch::Days { .. })
    }

    pub fn zone(self) -> Option<Tz> {
        match self.0 {
            Stretch::Days { .. } => None,
            Stretch::Hours { zone, .. } => zone,
        }
    }

    /// The wall time at which it begins; midnight of whole days.
    pub fn start(self) -> NaiveDateTime {
        match self.0 {
            Stretch::Days { first, .. } => first.and_time(NaiveTime::MIN),
            Stretch::Hours { start, .. } => start,
        }
    }

    /// The wall time at which it ends: of whole days the midnight after the last.
    pub fn stop(self) -> NaiveDateTime {
        match self.0 {
            Stretch::Days { last, .. } => (last + Days::new(1)).and_time(NaiveTime::MIN),
            Stretch::Hours { stop, .. } => stop,
        }
    }

    /// How long it lasts on the wall clock.
    pub fn length(self) -> TimeDelta {
        self.stop() - self.start()
    }

    /// As long, beginning at another wall time; of whole days its day. Nothing beyond the calendar.
    pub fn starting(self, start: NaiveDateTime) -> Option<When> {
        let by = start - self.start();
        if !is_within(start.date()) {
            return None;
        }
        Some(match self.0 {
            Stretch::Days { last, .. } => {
                let by = start.date() - self.start().date();
                When(Stretch::Days { first: start.date(), last: last.checked_add_signed(by)? })
            }
            Stretch::Hours { stop, zone, .. } => {
                When(Stretch::Hours { start, stop: stop.checked_add_signed(by)?, zone })
            }
        })
    }

    /// The moments it lasts from and to, for somebody in this zone: whole days and times without a zone are their own.
    pub fn moments(self, viewer: &Zone) -> Moments {
        let at = |wall: NaiveDateTime| match self.zone() {
            Some(zone) => moment(wall, Some(zone)),
            None => viewer.moment(wall),
        };
        let start = at(self.start());
        Moments { start, stop: at(self.stop()).max(start) }
    }

    /// Certainly without a moment between these two, whoever looks at it: a quick look before the exact one.
    pub(crate) fn is_beyond(self, from: NaiveDateTime, to: NaiveDateTime) -> bool {
        const FARTHEST: TimeDelta = TimeDelta::hours(27);
        self.stop() + FARTHEST < from || self.start() - FARTHEST > to
    }
}

/// So that whatever is added to a time stays within the calendar.
fn is_within(day: NaiveDate) -> bool {
    (1..=9999).contains(&day.year())
}

fn moment(wall: NaiveDateTime, zone: Option<Tz>) -> DateTime<Utc> {
    zone.map_or_else(|| wall.and_utc(), |zone| Zone::named(zone).moment(wall))
}

/// `2026-12-01T10:00/2026-12-01T11:00 Europe/Brussels`, `2026-12-01/2026-12-02`: how it is stored, given on the command line and
/// printed.
impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let wall = |time: NaiveDateTime| {
            let seconds = time.time().signed_duration_since(NaiveTime::MIN).num_seconds() % 60 != 0;
            time.format(if seconds { "%Y-%m-%dT%H:%M:%S" } else { "%Y-%m-%dT%H:%M" }).to_string()
        };
        match self.0 {
            Stretch::Days { first, last } => write!(f, "{first}/{last}"),
            Stretch::Hours { start, stop, zone } => {
                write!(f, "{}/{}", wall(start), wall(stop))?;
                zone.map_or(Ok(()), |zone| write!(f, " {}", zone.name()))
            }
        }
    }
}

impl FromStr for When {
    type Err = Message;

    fn from_str(text: &str) -> Result<When, Message> {
        let text = text.trim();
        let (times, zone) = text.split_once(char::is_whitespace).map_or((text, ""), |(t, z)| (t, z.trim()));
        let zone =
            match zone {
                "" => None,
                name => Some(name.parse::<Tz>().map_err(|_| {
                    message!("there is no time zone ‘{name}’: {form}", name = short(name), form = form())
                })?),
            };
        let (start, stop) = times.split_once('/').unwrap_or((times, times));
        let day = |text: &str| text.parse::<NaiveDate>().ok();
        if let (Some(first), Some(last)) = (day(start), day(stop)) {
            return When::days(first, last);
        }
        let wall = |text: &str| {
            let utc = text.strip_suffix('Z');
            let formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"];
            let read = |f| NaiveDateTime::parse_from_str(utc.unwrap_or(text), f).ok();
            formats.into_iter().find_map(read).map(|time| (time, utc.is_some()))
        };
        let ((start, utc), (stop, _)) = wall(start)
            .zip(wall(stop))
            .ok_or_else(|| message!("‘{text}’ is no span of time: {form}", text = short(text), form = form()))?;
        let zone = if utc && zone.is_none() { Some(Tz::UTC) } else { zone };
        When::hours(start, stop, zone)
    }
}

fn short(text: &str) -> String {
    text.chars().take(60).collect()
}

impl Serialize for When {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for When {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn when(text: &str) -> When {
        text.parse().unwrap()
    }

    #[test]
    fn written_and_read_again() {
        for text in [
            "2026-12-01T10:00/2026-12-01T11:00 Europe/Brussels",
            "2026-12-01T10:00:30/2026-12-01T11:00",
            "2026-12-01/2026-12-03",
        ] {
            assert_eq!(when(text).to_string(), text);
        }
        assert_eq!(when("2026-12-01").to_string(), "2026-12-01/2026-12-01");
        assert_eq!(when("2026-12-01T10:00Z/2026-12-01T11:00Z").zone(), Some(Tz::UTC));
    }

    #[test]
    fn what_is_no_span_of_time() {
        let refused = |text: &str| text.parse::<When>().unwrap_err().to_string();
        assert!(refused("2026-12-01T10:00/2026-12-01T09:00 UTC").contains("ends before it begins"));
        assert!(refused("2026-12-02/2026-12-01").contains("ends before it begins"));
        assert!(refused("2026-12-01/2526-12-01").contains("hundred years"));
        assert!(refused("2026-12-01T10:00/2026-12-01T11:00 Moon/Tycho").contains("no time zone"));
        assert!(refused("soon").contains("no span of time"));
    }

    #[test]
    fn a_wall_time_is_a_moment_across_the_change_of_the_clocks() {
        let start = |text: &str| when(text).moments(&Zone::default()).start.to_rfc3339();
        assert_eq!(start("2026-10-24T10:00/2026-10-24T11:00 Europe/Brussels"), "2026-10-24T08:00:00+00:00");
        assert_eq!(start("2026-10-26T10:00/2026-10-26T11:00 Europe/Brussels"), "2026-10-26T09:00:00+00:00");
        // 02:30 there is none on the day the clocks go forward.
        assert_eq!(start("2026-03-29T02:30/2026-03-29T03:30 Europe/Brussels"), "2026-03-29T01:30:00+00:00");
    }
}
