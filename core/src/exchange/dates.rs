//! Dates as files write them. The order of day and month is worked out from all cells of a column.

use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};

use crate::value::parse_iso_time;

/// In which order a column writes its dates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum DateOrder {
    /// 2026-12-01, also with slashes or points.
    #[default]
    YearMonthDay,
    /// 1.12.2026
    DayMonthYear,
    /// 12/1/2026
    MonthDayYear,
    /// Days since 1899-12-30, as spreadsheets count.
    Serial,
}

/// What a cell says about the order of its column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hint {
    Is(DateOrder),
    /// 3/4/2026 with this separator: either order.
    Either(char, bool),
}

impl DateOrder {
    pub const ALL: [DateOrder; 4] =
        [DateOrder::YearMonthDay, DateOrder::DayMonthYear, DateOrder::MonthDayYear, DateOrder::Serial];

    pub fn label(self) -> &'static str {
        match self {
            DateOrder::YearMonthDay => "year-month-day",
            DateOrder::DayMonthYear => "day.month.year",
            DateOrder::MonthDayYear => "month/day/year",
            DateOrder::Serial => "days since 1900",
        }
    }

    /// The order that the cells show, and whether they prove it. Nothing when no cell is a date.
    pub fn of<'a>(cells: impl Iterator<Item = &'a str>) -> Option<(DateOrder, bool)> {
        let hints: Vec<Hint> = cells.take(5000).filter_map(hint).collect();
        for order in [DateOrder::DayMonthYear, DateOrder::MonthDayYear] {
            let other =
                if order == DateOrder::DayMonthYear { DateOrder::MonthDayYear } else { DateOrder::DayMonthYear };
            let (ours, theirs) = (count(&hints, order), count(&hints, other));
            if ours > theirs {
                return Some((order, true));
            }
        }
        let either = hints.iter().find_map(|h| match h {
            Hint::Either(separator, american) => Some((*separator, *american)),
            Hint::Is(_) => None,
        });
        match either {
            Some((separator, american)) if american || separator == '/' => Some((DateOrder::MonthDayYear, false)),
            Some(_) => Some((DateOrder::DayMonthYear, false)),
            None if hints.is_empty() => None,
            None if hints.iter().all(|h| *h == Hint::Is(DateOrder::Serial)) => Some((DateOrder::Serial, true)),
            None => Some((DateOrder::YearMonthDay, true)),
        }
    }
}

fn count(hints: &[Hint], order: DateOrder) -> usize {
    hints.iter().filter(|h| **h == Hint::Is(order)).count()
}

fn hint(cell: &str) -> Option<Hint> {
    if serial(cell).is_some() {
        return Some(Hint::Is(DateOrder::Serial));
    }
    let (parts, separator, rest) = parts(cell)?;
    Some(match parts {
        [first, ..] if first.len() == 4 => Hint::Is(DateOrder::YearMonthDay),
        [_, month, _] if month.starts_with(char::is_alphabetic) => Hint::Is(DateOrder::YearMonthDay),
        [first, ..] if first.parse::<u32>().is_ok_and(|n| n > 12) => Hint::Is(DateOrder::DayMonthYear),
        [_, second, _] if second.parse::<u32>().is_ok_and(|n| n > 12) => Hint::Is(DateOrder::MonthDayYear),
        _ => Hint::Either(separator, rest.to_ascii_uppercase().ends_with('M')),
    })
}

/// The three parts of a day, the sign between them, and what follows.
fn parts(cell: &str) -> Option<([&str; 3], char, &str)> {
    let cell = cell.trim();
    let separator = cell.chars().find(|c| !c.is_alphanumeric())?;
    if !['/', '.', '-', ' '].contains(&separator) {
        return None;
    }
    let mut pieces = cell.splitn(3, separator);
    let (first, second, third) = (pieces.next()?, pieces.next()?, pieces.next()?);
    let third = third.trim_start();
    let end = third.find(|c: char| !c.is_ascii_digit()).unwrap_or(third.len());
    let numeric = |s: &str, longest: usize| (1..=longest).contains(&s.len()) && s.bytes().all(|b| b.is_ascii_digit());
    let second = second.trim();
    let is_month = numeric(second, 2) || month_named(second).is_some();
    (numeric(first, 4) && is_month && numeric(&third[..end], 4)).then_some((
        [first, second, &third[..end]],
        separator,
        &third[end..],
    ))
}

fn month_named(text: &str) -> Option<u32> {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let text = text.trim_end_matches('.').to_lowercase();
    if text.len() < 3 {
        return None;
    }
    MONTHS.iter().position(|m| text.starts_with(m)).map(|i| i as u32 + 1)
}

/// A spreadsheet's count of days between 1954 and 2119.
fn serial(cell: &str) -> Option<NaiveDateTime> {
    let cell = cell.trim();
    if !cell.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        return None;
    }
    let days: f64 = cell.parse().ok()?;
    if !(20_000.0..80_000.0).contains(&days) {
        return None;
    }
    let midnight =
        NaiveDate::from_ymd_opt(1899, 12, 30)?.checked_add_days(Days::new(days as u64))?.and_time(NaiveTime::MIN);
    midnight.checked_add_signed(TimeDelta::seconds((days.fract() * 86_400.0).round() as i64))
}

/// The day a cell names; the time of day, if any, is dropped. Nothing for what is no date or does not exist.
pub fn day(cell: &str, order: DateOrder) -> Option<NaiveDate> {
    moment(cell, order).map(|m| match m {
        Moment::Day(day) => day,
        Moment::Time(time) => time.date_naive(),
    })
}

/// The moment a cell names, in UTC where the file names no offset. A day without a time is 10:00 UTC, which is that same
/// day everywhere from Hawaii to New Zealand.
pub fn time(cell: &str, order: DateOrder) -> Option<DateTime<Utc>> {
    moment(cell, order).and_then(|m| match m {
        Moment::Day(day) => day.and_hms_opt(10, 0, 0).map(|t| t.and_utc()),
        Moment::Time(time) => Some(time),
    })
}

enum Moment {
    Day(NaiveDate),
    Time(DateTime<Utc>),
}

fn moment(cell: &str, order: DateOrder) -> Option<Moment> {
    let cell = cell.trim();
    if let Some(time) = serial(cell) {
        let whole = time.time() == NaiveTime::MIN;
        return Some(if whole { Moment::Day(time.date()) } else { Moment::Time(time.and_utc()) });
    }
    let ([first, second, third], _, rest) = parts(cell)?;
    let number = |s: &str| s.parse::<i32>().ok();
    let named = month_named(second).map(|m| m as i32);
    let (year, month, day) = if first.len() == 4 {
        (number(first)?, named.or(number(second))?, number(third)?)
    } else if let Some(month) = named {
        (full_year(third)?, month, number(first)?)
    } else if order == DateOrder::MonthDayYear {
        (full_year(third)?, number(first)?, number(second)?)
    } else {
        (full_year(third)?, number(second)?, number(first)?)
    };
    let day = NaiveDate::from_ymd_opt(year, month.try_into().ok()?, day.try_into().ok()?)?;
    let rest = rest.trim_start_matches(['T', 't', ',', ' ']).trim();
    if rest.is_empty() {
        return Some(Moment::Day(day));
    }
    let normal = rest.replace(" UTC", "Z").replace(" +", "+");
    if let Some(time) = parse_iso_time(&format!("{day}T{normal}")) {
        return Some(Moment::Time(time));
    }
    if let Ok(time) = DateTime::parse_from_str(&format!("{day} {normal}"), "%Y-%m-%d %H:%M:%S%.f%#z") {
        return Some(Moment::Time(time.to_utc()));
    }
    let clock = normal
        .to_ascii_uppercase()
        .replace([' ', '\u{202f}', '\u{a0}'], "")
        .replace("A.M.", "AM")
        .replace("P.M.", "PM");
    let formats = ["%I:%M%p", "%I:%M:%S%p", "%H:%M", "%H:%M:%S", "%H:%M:%S%.f"];
    let time = formats.iter().find_map(|f| NaiveTime::parse_from_str(&clock, f).ok())?;
    Some(Moment::Time(day.and_time(time).and_utc()))
}

/// Two digits mean 1969 to 2068.
fn full_year(text: &str) -> Option<i32> {
    let year: i32 = text.parse().ok()?;
    match text.len() {
        4 => Some(year),
        1 | 2 => Some(if year < 69 { 2000 + year } else { 1900 + year }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(cells: &[&str]) -> Option<(DateOrder, bool)> {
        DateOrder::of(cells.iter().copied())
    }

    fn days(cell: &str, order: DateOrder) -> String {
        day(cell, order).map_or("none".to_owned(), |d| d.to_string())
    }

    #[test]
    fn order_is_shown_by_all_cells() {
        assert_eq!(order(&["02/03/24", "03/31/26"]), Some((DateOrder::MonthDayYear, true)));
        assert_eq!(order(&["02/03/24", "31/03/26"]), Some((DateOrder::DayMonthYear, true)));
        assert_eq!(order(&["1.2.2024"]), Some((DateOrder::DayMonthYear, false)));
        assert_eq!(order(&["02/03/24"]), Some((DateOrder::MonthDayYear, false)));
        assert_eq!(order(&["2024-02-03", "2024-12-31T10:00:00Z"]), Some((DateOrder::YearMonthDay, true)));
        assert_eq!(order(&["45000", "45001.5"]), Some((DateOrder::Serial, true)));
        assert_eq!(order(&["blue", "red"]), None);
    }

    #[test]
    fn reads_what_files_write() {
        let (dmy, mdy, ymd) = (DateOrder::DayMonthYear, DateOrder::MonthDayYear, DateOrder::YearMonthDay);
        assert_eq!(days("20/01/1991", dmy), "1991-01-20");
        assert_eq!(days("02/03/24", mdy), "2024-02-03");
        assert_eq!(days("3.2.24", dmy), "2024-02-03");
        assert_eq!(days("2024/2/3", ymd), "2024-02-03");
        assert_eq!(days("03-Feb-2024", mdy), "2024-02-03");
        assert_eq!(days("45000", ymd), "2023-03-15");
        assert_eq!(days("30.02.2024", dmy), "none");
        assert_eq!(days("2024-13-01", ymd), "none");
        assert_eq!(days("soon", dmy), "none");
        let at = |cell, order| time(cell, order).map_or("none".to_owned(), |t| t.to_rfc3339());
        assert_eq!(at("02/23/26 08:55 PM", mdy), "2026-02-23T20:55:00+00:00");
        assert_eq!(at("2024-07-01T11:54:49.95+00:00", ymd), "2024-07-01T11:54:49.950+00:00");
        assert_eq!(at("2024-07-01 11:54", ymd), "2024-07-01T11:54:00+00:00");
        assert_eq!(at("1.7.2024, 11:54", dmy), "2024-07-01T11:54:00+00:00");
        assert_eq!(at("2024-07-01T11:00:00+02:00", ymd), "2024-07-01T09:00:00+00:00");
        assert_eq!(at("2016-10-20", ymd), "2016-10-20T10:00:00+00:00");
    }
}
