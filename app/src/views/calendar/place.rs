//! Where something stands on the wall of who looks at it, and what it means to stand elsewhere.

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use satchel_core::{
    Command, Message, Value,
    command::Fields,
    environment::Zone,
    query::agenda::{Source, Times},
    value::{Moments, When},
};
use tr::tr;

use super::{shown::Item, span::later};
use crate::locale;

/// Steps in which things are moved, in minutes.
pub const STEP: i64 = 15;
/// How long a meeting is that nobody said a length of, in minutes.
pub const USUAL: i64 = 60;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The last day is part of it.
    Days { first: NaiveDate, last: NaiveDate },
    /// On the wall of who looks.
    Hours { start: NaiveDateTime, stop: NaiveDateTime },
}

impl Place {
    pub fn of(times: Times, zone: &Zone) -> Place {
        match times {
            Times::Days { first, last } => Place::Days { first, last },
            Times::Hours(Moments { start, stop }) => {
                let start_wall = zone.wall(start);
                // In the night that the clocks go back the wall may show less.
                Place::Hours { start: start_wall, stop: zone.wall(stop).max(start_wall) }
            }
        }
    }

    /// So long from a time on.
    pub fn hours(start: NaiveDateTime, minutes: i64) -> Place {
        Place::Hours { start, stop: start.checked_add_signed(TimeDelta::minutes(minutes)).unwrap_or(start) }
    }

    pub fn first(self) -> NaiveDate {
        match self {
            Place::Days { first, .. } => first,
            Place::Hours { start, .. } => start.date(),
        }
    }

    /// The last day it touches.
    pub fn last(self) -> NaiveDate {
        match self {
            Place::Days { last, .. } => last,
            Place::Hours { start, stop } if stop > start => (stop - TimeDelta::seconds(1)).date(),
            Place::Hours { start, .. } => start.date(),
        }
    }

    pub fn is_all_day(self) -> bool {
        matches!(self, Place::Days { .. })
    }

    /// Drawn as a bar over its days: all day, or a day and longer.
    pub fn is_bar(self) -> bool {
        match self {
            Place::Days { .. } => true,
            Place::Hours { start, stop } => stop - start >= TimeDelta::days(1),
        }
    }

    /// So many days and minutes later. Whole days know no minutes.
    pub fn moved(self, days: i64, minutes: i64) -> Place {
        match self {
            Place::Days { first, last } => Place::Days { first: later(first, days), last: later(last, days) },
            Place::Hours { start, stop } => {
                let by = TimeDelta::days(days) + TimeDelta::minutes(minutes);
                let both = start.checked_add_signed(by).zip(stop.checked_add_signed(by));
                both.map_or(self, |(start, stop)| Place::Hours { start, stop })
            }
        }
    }

    /// It ends so many days or minutes later; never before it begins.
    pub fn longer(self, days: i64, minutes: i64) -> Place {
        match self {
            Place::Days { first, last } => Place::Days { first, last: later(last, days).max(first) },
            Place::Hours { start, stop } => {
                let stop = stop.checked_add_signed(TimeDelta::minutes(minutes)).unwrap_or(stop);
                Place::Hours { start, stop: stop.max(start + TimeDelta::minutes(STEP)) }
            }
        }
    }

    /// `13:00 – 14:30`; of days the days.
    pub fn words(self) -> String {
        match self {
            Place::Days { first, last } => locale::days(first, last),
            Place::Hours { start, stop } => span_of_clock(start, stop),
        }
    }

    /// `Fri 13 Nov 2026, 13:00 – 14:30`
    pub fn full_words(self) -> String {
        match self {
            Place::Days { first, last } if first == last => tr!("{day}, all day", day = locale::full_day(first)),
            Place::Days { first, last } => format!("{} – {}", locale::full_day(first), locale::full_day(last)),
            Place::Hours { start, stop } if start.date() == self.last() => {
                format!("{}, {}", locale::full_day(start.date()), span_of_clock(start, stop))
            }
            Place::Hours { start, stop } => {
                let at =
                    |time: NaiveDateTime| format!("{} {}", locale::full_day(time.date()), locale::clock(time.time()));
                format!("{} – {}", at(start), at(stop))
            }
        }
    }

    /// `1 h 30 min`
    pub fn length_words(self) -> String {
        match self {
            Place::Days { first, last } => {
                let days = (last - first).num_days() + 1;
                tr!("{n} day" | "{n} days" % days)
            }
            Place::Hours { start, stop } => minutes_words((stop - start).num_minutes()),
        }
    }

    /// As a meeting has it that was elsewhere before, or that is new.
    ///
    /// Errors: what is wrong with it, in words.
    pub fn when(self, zone: &Zone, before: Option<(&Place, When)>) -> Result<When, String> {
        let said = |why: Message| locale::said(&why);
        let (start, stop) = match self {
            Place::Days { first, last } => return When::days(first, last).map_err(said),
            Place::Hours { start, stop } => (start, stop),
        };
        let Some((place, when)) = before.filter(|(_, when)| !when.is_all_day()) else {
            return When::hours(start, stop, Some(zone.name())).map_err(said);
        };
        let Some(own) = when.zone() else { return When::hours(start, stop, None).map_err(said) };
        let now = self.moments(zone, Some((place, when.moments(zone))));
        When::between(now.start, now.stop, own).map_err(said)
    }

    /// What is as long on the wall as before is as long in truth, whatever the clocks do.
    fn moments(self, zone: &Zone, before: Option<(&Place, Moments)>) -> Moments {
        let (start, stop) = match self {
            Place::Days { first, last } => {
                (first.and_time(chrono::NaiveTime::MIN), later(last, 1).and_time(chrono::NaiveTime::MIN))
            }
            Place::Hours { start, stop } => (start, stop),
        };
        let begins = zone.moment(start);
        let as_long = before.filter(|(place, _)| match place {
            Place::Hours { start: a, stop: b } => *b - *a == stop - start,
            Place::Days { .. } => false,
        });
        let ends = as_long.map_or_else(|| zone.moment(stop), |(_, was)| begins + (was.stop - was.start));
        Moments { start: begins, stop: ends.max(begins) }
    }
}

fn span_of_clock(start: NaiveDateTime, stop: NaiveDateTime) -> String {
    format!("{} – {}", locale::clock(start.time()), locale::clock(stop.time()))
}

/// `45 min`, `1 h 30 min`
pub fn minutes_words(minutes: i64) -> String {
    match (minutes / 60, minutes % 60) {
        (0, minutes) => tr!("{minutes} min", minutes),
        (hours, 0) => tr!("{hours} h", hours),
        (hours, minutes) => tr!("{hours} h {minutes} min", hours, minutes),
    }
}

/// What is done to have something stand elsewhere.
pub enum Step {
    Nothing,
    Now(Command),
    /// It is one of a series: which of them are meant is to be asked.
    Ask(Fields),
    Refused(String),
}

/// What having it there means: a meeting is changed, an activity rescheduled, a call dated, a closing expected then.
pub fn step(item: &Item, place: Place, zone: &Zone) -> Step {
    let entry = &item.entry;
    if place == item.place {
        return Step::Nothing;
    }
    let set =
        |name: &str, value: Value| Command::Set { id: entry.id, fields: vec![(name.to_owned(), value)], seen: None };
    match entry.source {
        Source::Meetings | Source::Events(_) => {
            let when = match place.when(zone, entry.when.map(|when| (&item.place, when))) {
                Ok(when) => when,
                Err(why) => return Step::Refused(why),
            };
            match entry.of {
                Some(_) => Step::Ask(vec![("when".to_owned(), when.into())]),
                None => Step::Now(set("when", when.into())),
            }
        }
        Source::Activities => Step::Now(Command::Reschedule { ids: vec![entry.id], date_deadline: place.first() }),
        Source::Closings => Step::Now(set("date_deadline", Value::Date(place.first()))),
        Source::Calls => match (place, item.place) {
            (Place::Hours { start, stop }, Place::Hours { start: a, stop: b }) => {
                let mut fields = vec![("date".to_owned(), Value::Time(moment(zone, start)))];
                if stop - start != b - a {
                    fields.push(("duration".to_owned(), Value::Int((stop - start).num_minutes())));
                }
                Step::Now(Command::Set { id: entry.id, fields, seen: None })
            }
            _ => Step::Refused(tr!("A call has a time: drop it on an hour")),
        },
    }
}

fn moment(zone: &Zone, wall: NaiveDateTime) -> DateTime<Utc> {
    zone.moment(wall)
}

#[cfg(test)]
mod tests {
    use satchel_core::value::Tz;

    use super::*;

    fn wall(text: &str) -> NaiveDateTime {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").unwrap()
    }

    #[test]
    fn moved_across_the_change_of_the_clocks_it_is_as_long() {
        let brussels = Zone::named(Tz::Europe__Brussels);
        let seoul: When = "2026-10-24T16:00/2026-10-24T17:00 Asia/Seoul".parse().unwrap();
        let place = Place::of(Times::Hours(seoul.moments(&brussels)), &brussels);
        assert_eq!(place, Place::hours(wall("2026-10-24T09:00"), 60));
        let next = place.moved(2, 30).when(&brussels, Some((&place, seoul))).unwrap();
        assert_eq!(next.to_string(), "2026-10-26T17:30/2026-10-26T18:30 Asia/Seoul", "09:30 in Brussels by then");
        let night = Place::hours(wall("2026-10-24T01:30"), 120);
        let before: When = "2026-10-24T01:30/2026-10-24T03:30 Europe/Brussels".parse().unwrap();
        let moved = night.moved(1, 0).when(&brussels, Some((&night, before))).unwrap();
        let moments = moved.moments(&brussels);
        assert_eq!(moments.stop - moments.start, TimeDelta::hours(2), "two hours, though the wall shows one");
    }

    #[test]
    fn an_end_never_comes_before_the_start() {
        let place = Place::hours(wall("2026-11-12T10:00"), 30);
        assert_eq!(place.longer(0, -60), Place::hours(wall("2026-11-12T10:00"), 15));
        let day = wall("2026-11-12T10:00").date();
        let days = Place::Days { first: day, last: day };
        assert_eq!(days.longer(-3, 0), days);
    }
}
