//! How what a person writes is read: amounts, shares, numbers, days. What cannot be read comes back as one line saying why.

use chrono::{Datelike, Days, NaiveDate, TimeDelta, Weekday};
use satchel_core::{Money, Percent};

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Reads an amount, or says what is wrong with it. Nothing written is nothing: 0.
pub fn money(text: &str) -> Result<Money, String> {
    if text.trim().is_empty() {
        return Ok(Money(0));
    }
    let amount = if separated(text) { Money::parse(text) } else { None };
    amount.ok_or_else(|| format!("‘{}’ is no amount: write it as 1234.50", shortened(text)))
}

/// Whether thousands are set apart properly: groups of three, then at most one decimal sign of the other kind.
fn separated(text: &str) -> bool {
    let body: String = text.chars().filter(|c| c.is_ascii_digit() || ".,".contains(*c)).collect();
    let Some(last) = body.rfind(['.', ',']) else { return true };
    let decimal = body.as_bytes()[last] as char;
    let (whole, thousands) = if body.matches(decimal).count() == 1 {
        (&body[..last], if decimal == '.' { ',' } else { '.' })
    } else {
        (body.as_str(), decimal)
    };
    let mut groups = whole.split(thousands);
    let first = groups.next().unwrap_or_default();
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let mut groups = groups.peekable();
    digits(first) && (groups.peek().is_none() || first.len() <= 3) && groups.all(|g| g.len() == 3 && digits(g))
}

/// Reads a probability: 0 to 100 (spec §1).
pub fn probability(text: &str) -> Result<Percent, String> {
    let share =
        Percent::parse(text).ok_or_else(|| format!("‘{}’ is no percentage: write it as 70", shortened(text)))?;
    if share < Percent::ZERO || share > Percent::HUNDRED {
        return Err("The probability of closing the deal should be between 0% and 100%".into());
    }
    Ok(share)
}

/// Reads a whole number, or nothing.
pub fn number(text: &str) -> Result<Option<i64>, String> {
    let plain: String = text.chars().filter(|c| !c.is_whitespace() && *c != ',').collect();
    if plain.is_empty() {
        return Ok(None);
    }
    plain.parse().map(Some).map_err(|_| format!("‘{}’ is no whole number", shortened(text)))
}

/// Reads a day: `2026-11-13`, `13 Nov`, `Fri 13 Nov 2026`, `13.11.2026`, `today`, `tomorrow`, `monday`, `+7`. A day without a
/// year is the next such day.
pub fn day(text: &str, today: NaiveDate) -> Result<Option<NaiveDate>, String> {
    let text = text.trim();
    let lower = text.to_lowercase();
    match lower.as_str() {
        "" => return Ok(None),
        "today" => return Ok(Some(today)),
        "tomorrow" => return Ok(Some(today + Days::new(1))),
        "yesterday" => return Ok(Some(today - Days::new(1))),
        _ => {}
    }
    if let Some(days) = lower.strip_prefix('+').and_then(|d| d.trim().parse::<u32>().ok()) {
        return Ok(today.checked_add_days(Days::new(u64::from(days))));
    }
    if let Ok(weekday) = lower.trim_start_matches("next ").parse::<Weekday>() {
        return Ok(Some(next_weekday(today, weekday)));
    }
    let unclear = || format!("‘{}’ is no day: write it as 2026-11-13 or 13 Nov", shortened(text));
    let parts: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|p| !p.is_empty()).collect();
    let numbers: Vec<u32> = parts.iter().filter_map(|p| p.parse().ok()).collect();
    let month_of = |word: &&str| MONTHS.iter().position(|m| word.starts_with(m)).map(|m| m as u32 + 1);
    let named = parts.iter().filter(|p| p.chars().all(char::is_alphabetic)).find_map(month_of);
    let (year, month, day) = match (named, numbers.as_slice()) {
        (Some(month), &[day]) => (None, month, day),
        (Some(month), &[day, year]) if year > 31 => (Some(year), month, day),
        (Some(month), &[year, day]) => (Some(year), month, day),
        (None, &[year, month, day]) if year > 31 => (Some(year), month, day),
        (None, &[day, month, year]) if text.contains('.') || day > 12 => (Some(year), month, day),
        (None, &[month, day, year]) if day > 12 || month == day => (Some(year), month, day),
        (None, &[_, _, _]) => {
            return Err(format!("‘{}’ may mean two days: write it as 2026-11-13 or 13 Nov", shortened(text)));
        }
        _ => return Err(unclear()),
    };
    let year = year.map(|y| if y < 100 { y + 2000 } else { y } as i32);
    let date = |year: i32| NaiveDate::from_ymd_opt(year, month, day);
    if !(1..=12).contains(&month) {
        return Err(unclear());
    }
    let found = match year {
        Some(year) if !(1900..=2200).contains(&year) => return Err(unclear()),
        Some(year) => date(year),
        None => (today.year()..today.year() + 5).filter_map(date).find(|d| *d >= today),
    };
    let missing = || {
        let name = MONTHS[month as usize - 1];
        let year = year.map_or(String::new(), |y| format!(" {y}"));
        format!("There is no {day} {}{}{year}", name[..1].to_uppercase(), &name[1..])
    };
    found.map(Some).ok_or_else(missing)
}

/// The next such day after today.
pub fn next_weekday(today: NaiveDate, weekday: Weekday) -> NaiveDate {
    let ahead = (weekday.num_days_from_monday() + 6 - today.weekday().num_days_from_monday()) % 7 + 1;
    today + TimeDelta::days(i64::from(ahead))
}

/// What a person wrote, short enough for a message.
fn shortened(text: &str) -> String {
    let text = text.trim();
    if text.chars().count() > 30 { text.chars().take(29).chain(['…']).collect() } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        satchel_core::value::parse_iso_date(text).unwrap()
    }

    #[test]
    fn amounts_read_as_people_write_them() {
        for (text, cents) in
            [("53536", 5_353_600), ("$1,234.50", 123_450), ("1.234,50", 123_450), ("", 0), ("1,234,567", 123_456_700)]
        {
            assert_eq!(money(text), Ok(Money(cents)), "{text}");
        }
        for text in ["1.2.3", "abc", "12,34,5", "--", "1.2.3,4"] {
            assert!(money(text).is_err(), "{text}");
        }
    }

    #[test]
    fn days_read_as_people_write_them() {
        let today = date("2026-11-12"); // a Thursday
        for (text, expected) in [
            ("2026-11-13", "2026-11-13"),
            ("Fri 13 Nov 2026", "2026-11-13"),
            ("Nov 13, 2026", "2026-11-13"),
            ("13.11.2026", "2026-11-13"),
            ("11/13/2026", "2026-11-13"),
            ("3 Nov", "2027-11-03"),
            ("tomorrow", "2026-11-13"),
            ("+7", "2026-11-19"),
            ("monday", "2026-11-16"),
            ("thu", "2026-11-19"),
        ] {
            assert_eq!(day(text, today), Ok(Some(date(expected))), "{text}");
        }
        assert_eq!(day(" ", today), Ok(None));
        assert_eq!(day("31 Feb 2026", today), Err("There is no 31 Feb 2026".into()));
        assert_eq!(day("2026-02-30", today), Err("There is no 30 Feb 2026".into()));
        assert!(day("5/6/2026", today).unwrap_err().contains("two days"));
        assert!(day("soon", today).is_err());
    }

    #[test]
    fn a_probability_stays_between_0_and_100() {
        assert_eq!(probability("75 %"), Ok(Percent::whole(75)));
        assert!(probability("140").unwrap_err().contains("between 0% and 100%"));
        assert!(probability("-1").is_err());
    }
}
