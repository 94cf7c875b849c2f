//! Which days are in sight, and how to get to others.

use chrono::{Datelike, Days, Months, NaiveDate};
use eframe::egui::Key;
use tr::tr;

use crate::locale;

/// How the calendar is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    Month,
    #[default]
    Week,
    Day,
    Agenda,
}

/// So many days ahead are listed.
const AHEAD: u64 = 42;

impl Mode {
    pub const ALL: [Mode; 4] = [Mode::Month, Mode::Week, Mode::Day, Mode::Agenda];

    /// As the settings of a device keep it.
    pub fn name(self) -> &'static str {
        match self {
            Mode::Month => "month",
            Mode::Week => "week",
            Mode::Day => "day",
            Mode::Agenda => "agenda",
        }
    }

    pub fn named(name: &str) -> Option<Mode> {
        Mode::ALL.into_iter().find(|m| m.name() == name)
    }

    pub fn label(self) -> String {
        match self {
            Mode::Month => tr!("Month"),
            Mode::Week => tr!("Week"),
            Mode::Day => tr!("Day"),
            Mode::Agenda => tr!("Agenda"),
        }
    }

    pub fn key(self) -> Key {
        match self {
            Mode::Month => Key::M,
            Mode::Week => Key::W,
            Mode::Day => Key::D,
            Mode::Agenda => Key::A,
        }
    }

    /// The days that a day is seen among, the last one not included.
    pub fn span(self, day: NaiveDate) -> (NaiveDate, NaiveDate) {
        match self {
            Mode::Month => {
                let first = day.with_day(1).unwrap_or(day);
                let next = first.checked_add_months(Months::new(1)).unwrap_or(first);
                let last = week_of(later(next, -1));
                (week_of(first), later(last, 7))
            }
            Mode::Week => (week_of(day), later(week_of(day), 7)),
            Mode::Day => (day, later(day, 1)),
            Mode::Agenda => (day, day.checked_add_days(Days::new(AHEAD)).unwrap_or(day)),
        }
    }

    /// The day to look at after going on or back by so many steps.
    pub fn step(self, day: NaiveDate, by: i64) -> NaiveDate {
        match self {
            Mode::Month => {
                let first = day.with_day(1).unwrap_or(day);
                let months = Months::new(by.unsigned_abs() as u32);
                let moved = if by < 0 { first.checked_sub_months(months) } else { first.checked_add_months(months) };
                moved.unwrap_or(day)
            }
            Mode::Week | Mode::Agenda => later(day, 7 * by),
            Mode::Day => later(day, by),
        }
    }

    /// `9 – 15 November 2026`, `November 2026`
    pub fn title(self, day: NaiveDate) -> String {
        let (from, to) = self.span(day);
        match self {
            Mode::Month => locale::month_year(day),
            Mode::Day => format!("{}, {}", locale::full_weekday(day.weekday()), locale::days(day, day)),
            Mode::Week | Mode::Agenda => locale::days(from, later(to, -1)),
        }
    }
}

/// The first day of the week that a day lies in, as the region begins weeks.
pub fn week_of(day: NaiveDate) -> NaiveDate {
    day.week(locale::current().region.first_weekday()).checked_first_day().unwrap_or(day)
}

/// `Week 46`: of ISO 8601, by the Thursday in it.
pub fn week_number(day: NaiveDate) -> String {
    let first = week_of(day);
    let thursday = first.iter_days().take(7).find(|d| d.weekday() == chrono::Weekday::Thu).unwrap_or(day);
    tr!("Week {}", thursday.iso_week().week())
}

/// A day so many days later; the same at the end of the calendar.
pub fn later(day: NaiveDate, by: i64) -> NaiveDate {
    day.checked_add_signed(chrono::TimeDelta::days(by)).unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::{Locale, Region, speak};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn weeks_begin_as_in_the_region() {
        speak(Locale::default());
        let thursday = day("2026-11-12");
        assert_eq!(Mode::Week.span(thursday), (day("2026-11-09"), day("2026-11-16")));
        assert_eq!(Mode::Month.span(thursday), (day("2026-10-26"), day("2026-12-07")));
        assert_eq!(Mode::Week.title(thursday), "9 – 15 November 2026");
        assert_eq!(Mode::Week.title(day("2026-12-30")), "28 Dec 2026 – 3 Jan 2027");
        assert_eq!(Mode::Month.step(day("2026-01-31"), 1), day("2026-02-01"));
        assert_eq!(week_number(thursday), "Week 46");
        speak(Locale { region: Region::UnitedStates, ..Locale::default() });
        assert_eq!(Mode::Week.span(thursday), (day("2026-11-08"), day("2026-11-15")));
        assert_eq!(Mode::Week.title(thursday), "November 8 – 14, 2026");
        speak(Locale::default());
    }
}
