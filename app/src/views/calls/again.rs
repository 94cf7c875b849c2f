//! When to try again what nobody answered: suggested before it is asked.

use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike, Weekday};
use tr::tr;

use crate::{locale, views::reading};

/// One suggestion.
#[derive(Clone, Debug, PartialEq)]
pub struct Again {
    pub says: String,
    /// On the wall of who calls; nothing is not at all.
    pub at: Option<NaiveDateTime>,
}

/// Nobody is called later than this without being asked to.
const LATEST: u32 = 18;
const MORNING: u32 = 10;

/// Later today while that is not too late, the next working day, the next Monday, not again; and which of them is to be taken unless
/// a person says otherwise: the further off the more often it was tried.
pub fn suggestions(now: NaiveDateTime, attempts: usize) -> (Vec<Again>, usize) {
    let mut found = Vec::new();
    let later = half_hour(now + TimeDelta::hours(3));
    if later.date() == now.date() && later.hour() < LATEST {
        found.push(Again { says: tr!("Today {}", locale::clock(later.time())), at: Some(later) });
    }
    let tomorrow = now.date() + Days::new(1);
    let monday = reading::next_weekday(now.date(), Weekday::Mon);
    if tomorrow < monday && !is_weekend(tomorrow) {
        found.push(Again { says: tr!("Tomorrow"), at: morning(tomorrow) });
    }
    found.push(Again { says: tr!("Next Monday"), at: morning(monday) });
    let suggested = attempts.min(found.len() - 1);
    found.push(Again { says: tr!("Not again"), at: None });
    (found, suggested)
}

fn morning(day: NaiveDate) -> Option<NaiveDateTime> {
    NaiveTime::from_hms_opt(MORNING, 0, 0).map(|time| day.and_time(time))
}

fn is_weekend(day: NaiveDate) -> bool {
    matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

/// The half hour that it is, or that comes.
fn half_hour(at: NaiveDateTime) -> NaiveDateTime {
    let beyond = i64::from(at.minute() % 30 * 60 + at.second());
    let whole = at.with_nanosecond(0).unwrap_or(at) - TimeDelta::seconds(beyond);
    if beyond == 0 { whole } else { whole + TimeDelta::minutes(30) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> NaiveDateTime {
        text.parse().unwrap()
    }

    #[test]
    fn what_is_suggested_moves_on_with_the_attempts_and_the_hour() {
        // A Thursday.
        let (found, first) = suggestions(at("2026-11-12T10:24:00"), 0);
        assert_eq!(found[first].at, Some(at("2026-11-12T13:30:00")));
        let (found, third) = suggestions(at("2026-11-12T10:24:00"), 5);
        assert_eq!(found[third].at, Some(at("2026-11-16T10:00:00")));
        let (found, first) = suggestions(at("2026-11-12T16:01:00"), 0);
        assert_eq!((found[first].at, found.len()), (Some(at("2026-11-13T10:00:00")), 3));
        let (found, first) = suggestions(at("2026-11-13T23:30:00"), 0);
        assert_eq!(found[first].at, Some(at("2026-11-16T10:00:00")), "nobody is called at the weekend");
        assert_eq!(found.last().unwrap().at, None);
        // The day before a Monday.
        let (found, _) = suggestions(at("2026-11-15T12:00:00"), 0);
        assert_eq!(found.iter().filter(|again| again.at == Some(at("2026-11-16T10:00:00"))).count(), 1);
    }
}
