//! How what a person writes is read: amounts, shares, numbers, days. What cannot be read comes back as one line saying why.

use chrono::{Datelike, Days, NaiveDate, NaiveTime, TimeDelta, Weekday};
use satchel_core::{Money, Percent};
use tr::tr;

use crate::locale;

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Reads an amount as the region writes it, or says what is wrong with it. Nothing written is nothing: 0.
pub fn money(text: &str) -> Result<Money, String> {
    if text.trim().is_empty() {
        return Ok(Money(0));
    }
    let amount = locale::plain(text).and_then(|plain| Money::parse(&plain));
    let model = locale::decimal("1234.50");
    amount.ok_or_else(|| tr!("‘{}’ is no amount: write it as {}", shortened(text), model))
}

/// Reads a probability: 0 to 100 (spec §1).
pub fn probability(text: &str) -> Result<Percent, String> {
    let plain = text.replace(locale::current().region.separators().decimal, ".");
    let share = Percent::parse(&plain).ok_or_else(|| tr!("‘{}’ is no percentage: write it as 70", shortened(text)))?;
    if share < Percent::ZERO || share > Percent::HUNDRED {
        return Err(tr!("The probability of closing the deal should be between 0% and 100%"));
    }
    Ok(share)
}

/// Reads a share of a whole, a discount or a tax; nothing written is none.
pub fn share(text: &str) -> Result<Percent, String> {
    let plain = text.trim().trim_end_matches('%').replace(locale::current().region.separators().decimal, ".");
    if plain.trim().is_empty() {
        return Ok(Percent::ZERO);
    }
    let share = Percent::parse(&plain).ok_or_else(|| tr!("‘{}’ is no percentage: write it as 20", shortened(text)))?;
    match share < Percent::ZERO || share > Percent::HUNDRED {
        true => Err(tr!("It lies between 0 % and 100 %")),
        false => Ok(share),
    }
}

/// Reads a whole number, or nothing.
pub fn number(text: &str) -> Result<Option<i64>, String> {
    let thousands = locale::current().region.separators().thousands;
    let plain: String = text.chars().filter(|c| !c.is_whitespace() && *c != thousands).collect();
    if plain.is_empty() {
        return Ok(None);
    }
    plain.parse().map(Some).map_err(|_| tr!("‘{}’ is no whole number", shortened(text)))
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
        word if word == tr!("today") => return Ok(Some(today)),
        word if word == tr!("tomorrow") => return Ok(Some(today + Days::new(1))),
        word if word == tr!("yesterday") => return Ok(Some(today - Days::new(1))),
        _ => {}
    }
    if let Some(days) = lower.strip_prefix('+').and_then(|d| d.trim().parse::<u32>().ok()) {
        return Ok(today.checked_add_days(Days::new(u64::from(days))));
    }
    if let Some(weekday) = weekday(lower.trim_start_matches("next ")) {
        return Ok(Some(next_weekday(today, weekday)));
    }
    let unclear = || tr!("‘{}’ is no day: write it as 2026-11-13 or {}", shortened(text), model(13));
    let parts: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|p| !p.is_empty()).collect();
    let numbers: Vec<u32> = parts.iter().filter_map(|p| p.parse().ok()).collect();
    let month_of = |word: &&str| month(word);
    let named = parts.iter().filter(|p| p.chars().all(char::is_alphabetic)).find_map(month_of);
    let (year, month, day) = match (named, numbers.as_slice()) {
        (Some(month), &[day]) => (None, month, day),
        (Some(month), &[day, year]) if year > 31 => (Some(year), month, day),
        (Some(month), &[year, day]) => (Some(year), month, day),
        (None, &[year, month, day]) if year > 31 => (Some(year), month, day),
        (None, &[day, month, year]) if text.contains('.') || day > 12 => (Some(year), month, day),
        (None, &[month, day, year]) if day > 12 || month == day => (Some(year), month, day),
        (None, &[first, second, year]) if let Some(month_first) = locale::current().region.month_first() => {
            let (month, day) = if month_first { (first, second) } else { (second, first) };
            (Some(year), month, day)
        }
        (None, &[_, _, _]) => {
            return Err(tr!("‘{}’ may mean two days: write it as 2026-11-13 or {}", shortened(text), model(13)));
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
        let year = year.map_or(String::new(), |y| format!(" {y}"));
        tr!("There is no {}", format!("{day} {}{year}", locale::short_month(month)))
    };
    found.map(Some).ok_or_else(missing)
}

/// Reads a time of day: `9`, `9:30`, `930`, `9.30`, `2:30 pm`, `14h`.
pub fn clock(text: &str) -> Result<NaiveTime, String> {
    let unclear = || tr!("‘{}’ is no time: write it as {}", shortened(text), locale::clock(model_time()));
    let lower = text.trim().to_lowercase().replace(['.', ' ', '\u{a0}', '\u{202f}'], "");
    let (rest, half) = match (lower.strip_suffix("am"), lower.strip_suffix("pm")) {
        (Some(rest), _) => (rest, Some(0)),
        (_, Some(rest)) => (rest, Some(12)),
        _ => (lower.trim_end_matches("uhr").trim_end_matches('h'), None),
    };
    // A point between hours and minutes is gone by now; without a sign the last two digits are the minutes.
    let (hours, minutes) = match rest.split_once([':', 'h']) {
        Some((hours, minutes)) => (hours, minutes),
        None if rest.len() >= 3 && rest.is_ascii() => rest.split_at(rest.len() - 2),
        None => (rest, "0"),
    };
    let number = |text: &str| text.parse::<u32>().ok().filter(|_| text.len() <= 2);
    let (hours, minutes) = number(hours).zip(number(minutes)).ok_or_else(unclear)?;
    let hours = match half {
        Some(_) if !(1..=12).contains(&hours) => return Err(unclear()),
        Some(half) => hours % 12 + half,
        None => hours,
    };
    NaiveTime::from_hms_opt(hours, minutes, 0).ok_or_else(unclear)
}

fn model_time() -> NaiveTime {
    NaiveTime::from_hms_opt(14, 30, 0).unwrap_or_default()
}

/// The month from 1 that a word begins like, in English or in the language spoken.
fn month(word: &str) -> Option<u32> {
    let local = |m: &u32| word.starts_with(&locale::short_month(*m).to_lowercase());
    let english = || MONTHS.iter().position(|m| word.starts_with(m)).map(|m| m as u32 + 1);
    (1..=12).find(local).or_else(english)
}

/// The day of the week that a word is, in English or in the language spoken.
fn weekday(word: &str) -> Option<Weekday> {
    let all = [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];
    let local = |day: &Weekday| {
        word == locale::weekday(*day).to_lowercase() || word == locale::full_weekday(*day).to_lowercase()
    };
    all.into_iter().find(local).or_else(|| word.parse().ok())
}

/// A day of November as it is written here, to write others by.
fn model(day: u32) -> String {
    NaiveDate::from_ymd_opt(2026, 11, day).map(locale::month_day).unwrap_or_default()
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
    fn times_read_as_people_write_them() {
        for (text, expected) in [
            ("9", "09:00"),
            ("9:30", "09:30"),
            ("930", "09:30"),
            ("14.15", "14:15"),
            ("2:30 PM", "14:30"),
            ("12 am", "00:00"),
            ("14 Uhr", "14:00"),
            ("14h30", "14:30"),
        ] {
            assert_eq!(clock(text).map(|t| t.format("%H:%M").to_string()), Ok(expected.to_owned()), "{text}");
        }
        for text in ["", "25", "9:75", "13 pm", "noon", "1:2:3"] {
            assert!(clock(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_probability_stays_between_0_and_100() {
        assert_eq!(probability("75 %"), Ok(Percent::whole(75)));
        assert!(probability("140").unwrap_err().contains("between 0% and 100%"));
        assert!(probability("-1").is_err());
    }
}
