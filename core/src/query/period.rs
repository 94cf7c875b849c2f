//! Spans of days: today+7, this month, last quarter, 2026-11; and the period a day lies in, for groups.

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};

use crate::value::parse_iso_date;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Period {
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

impl Period {
    pub fn named(text: &str) -> Option<Period> {
        Some(match text.trim().trim_end_matches('s').to_lowercase().as_str() {
            "day" => Period::Day,
            "week" => Period::Week,
            "month" => Period::Month,
            "quarter" => Period::Quarter,
            "year" => Period::Year,
            _ => return None,
        })
    }

    /// The first day of the period a day lies in. Weeks begin on Monday.
    pub fn start(self, day: NaiveDate) -> NaiveDate {
        let first = |month| NaiveDate::from_ymd_opt(day.year(), month, 1).unwrap_or(day);
        match self {
            Period::Day => day,
            Period::Week => day - Days::new(u64::from(day.weekday().num_days_from_monday())),
            Period::Month => first(day.month()),
            Period::Quarter => first(day.month0() / 3 * 3 + 1),
            Period::Year => first(1),
        }
    }

    /// The day so many periods later, nothing beyond the calendar.
    pub fn later(self, day: NaiveDate, by: i64) -> Option<NaiveDate> {
        let count = u32::try_from(by.unsigned_abs()).ok()?;
        let months = match self {
            Period::Day | Period::Week => {
                let days = Days::new(u64::from(count) * if self == Period::Week { 7 } else { 1 });
                return if by < 0 { day.checked_sub_days(days) } else { day.checked_add_days(days) };
            }
            Period::Month => 1,
            Period::Quarter => 3,
            Period::Year => 12,
        };
        let months = Months::new(count.checked_mul(months)?);
        if by < 0 { day.checked_sub_months(months) } else { day.checked_add_months(months) }
    }

    fn around(self, day: NaiveDate) -> Option<Span> {
        let from = self.start(day);
        Some(Span { from, to: self.later(from, 1)?.pred_opt()? })
    }

    /// `2026-11-12`, `2026-W46`, `2026-11`, `2026-Q4`, `2026`; they sort as text.
    pub fn title(self, day: NaiveDate) -> String {
        match self {
            Period::Day => day.to_string(),
            Period::Week => format!("{:04}-W{:02}", day.iso_week().year(), day.iso_week().week()),
            Period::Month => format!("{:04}-{:02}", day.year(), day.month()),
            Period::Quarter => format!("{:04}-Q{}", day.year(), day.month0() / 3 + 1),
            Period::Year => format!("{:04}", day.year()),
        }
    }
}

/// From a day to a day, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub from: NaiveDate,
    pub to: NaiveDate,
}

impl Span {
    fn day(day: NaiveDate) -> Span {
        Span { from: day, to: day }
    }

    /// Reads a day (`2026-12-01`, `today`, `yesterday`, `today+7`, `today - 2 weeks`) or a period (`2026-12`, `2026`,
    /// `this month`, `last quarter`, `next year`).
    pub fn parse(text: &str, today: NaiveDate) -> Option<Span> {
        let text = text.trim().to_lowercase();
        if let Some(day) = parse_iso_date(&text) {
            return Some(Span::day(day));
        }
        for (word, shift) in [("today", 0), ("tomorrow", 1), ("yesterday", -1)] {
            if let Some(rest) = text.strip_prefix(word) {
                let day = Period::Day.later(today, shift)?;
                return shifted(day, rest.trim()).map(Span::day);
            }
        }
        if text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit()) {
            return Period::Year.around(NaiveDate::from_ymd_opt(text.parse().ok()?, 1, 1)?);
        }
        if let Some(span) = numbered(&text) {
            return Some(span);
        }
        let (which, period) = text.split_once([' ', '_'])?;
        let by = match which {
            "this" | "current" => 0,
            "last" | "previous" => -1,
            "next" => 1,
            _ => return None,
        };
        let period = Period::named(period)?;
        period.around(period.later(period.start(today), by)?)
    }
}

/// `2026-12`, `2026-q4`, `2026-w46`.
fn numbered(text: &str) -> Option<Span> {
    let (year, part) = text.split_once('-').filter(|(year, _)| year.len() == 4)?;
    let year = year.parse().ok()?;
    if let Some(week) = part.strip_prefix('w') {
        return Period::Week.around(NaiveDate::from_isoywd_opt(year, week.parse().ok()?, Weekday::Mon)?);
    }
    if let Some(quarter) = part.strip_prefix('q') {
        let quarter: u32 = quarter.parse().ok().filter(|q| (1..=4).contains(q))?;
        return Period::Quarter.around(NaiveDate::from_ymd_opt(year, quarter * 3 - 2, 1)?);
    }
    Period::Month.around(NaiveDate::from_ymd_opt(year, part.parse().ok()?, 1)?)
}

/// A day shifted by `+7`, `-2 weeks`, or nothing.
fn shifted(day: NaiveDate, by: &str) -> Option<NaiveDate> {
    if by.is_empty() {
        return Some(day);
    }
    let (sign, rest) = match by.split_at_checked(1)? {
        ("+", rest) => (1, rest.trim()),
        ("-", rest) => (-1, rest.trim()),
        _ => return None,
    };
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let count: i64 = rest[..digits].parse().ok()?;
    let period = match rest[digits..].trim() {
        "" | "d" => Period::Day,
        "w" => Period::Week,
        "m" => Period::Month,
        "y" => Period::Year,
        word => Period::named(word)?,
    };
    period.later(day, sign * count)
}
