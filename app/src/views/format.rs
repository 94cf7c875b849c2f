//! How values read: amounts, days, names.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use satchel_core::{DocId, Money, Percent, Records, environment::Environment};

/// The workspace's currency, ISO 4217.
pub fn currency(records: &Records) -> &str {
    records.company.as_ref().map(|c| c.currency.as_str()).filter(|c| !c.is_empty()).unwrap_or("USD")
}

/// The sign of a currency, its code and a space where it has none of its own.
pub fn currency_sign(code: &str) -> String {
    match code {
        "USD" | "AUD" | "CAD" | "NZD" | "HKD" | "SGD" | "MXN" => "$".to_owned(),
        "EUR" => "€".to_owned(),
        "GBP" => "£".to_owned(),
        "JPY" | "CNY" => "¥".to_owned(),
        "INR" => "₹".to_owned(),
        code => format!("{code}\u{a0}"),
    }
}

/// `$53,536`, cents only when there are some: `$53,536.50`.
pub fn money(amount: Money, currency: &str) -> String {
    let sign = if amount.0 < 0 { "−" } else { "" };
    let (whole, cents) = (amount.0.unsigned_abs() / 100, amount.0.unsigned_abs() % 100);
    let mut text = format!("{sign}{}{}", currency_sign(currency), thousands(whole));
    if cents != 0 {
        text.push_str(&format!(".{cents:02}"));
    }
    text
}

/// The amount to whole units, for sums where cents only make noise.
pub fn money_round(amount: Money, currency: &str) -> String {
    let half = if amount.0 < 0 { -50 } else { 50 };
    money(Money((amount.0 + half) / 100 * 100), currency)
}

/// `1,234,567`
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `Fri 13 Nov`, with the year when it is not this one.
pub fn day(day: NaiveDate, today: NaiveDate) -> String {
    let pattern = if day.year() == today.year() { "%a %-d %b" } else { "%a %-d %b %Y" };
    day.format(pattern).to_string()
}

/// `Fri 13 Nov 2026`
pub fn full_day(day: NaiveDate) -> String {
    day.format("%a %-d %b %Y").to_string()
}

/// `Today`, `Tomorrow`, `Yesterday`, else as [`day`].
pub fn near_day(date: NaiveDate, today: NaiveDate) -> String {
    match (date - today).num_days() {
        0 => "Today".to_owned(),
        1 => "Tomorrow".to_owned(),
        -1 => "Yesterday".to_owned(),
        _ => day(date, today),
    }
}

/// `09:40`, by the person's clock.
pub fn clock(at: DateTime<Utc>, environment: &Environment) -> String {
    at.with_timezone(&environment.clock.offset(at)).format("%H:%M").to_string()
}

/// `today 09:12`, `yesterday 17:40`, `Fri 6 Nov 15:20`
pub fn moment(at: DateTime<Utc>, environment: &Environment) -> String {
    let (date, today) = (environment.day(at), environment.today());
    let near = near_day(date, today);
    let near = if (date - today).num_days().abs() <= 1 { near.to_lowercase() } else { near };
    format!("{near} {}", clock(at, environment))
}

/// `now`, `2 min ago`, else as [`moment`].
pub fn ago(at: DateTime<Utc>, environment: &Environment) -> String {
    match (environment.now() - at).num_minutes() {
        ..1 => "now".to_owned(),
        minutes @ 1..60 => format!("{minutes} min ago"),
        _ => moment(at, environment),
    }
}

/// `75 %`
pub fn percent(share: Percent) -> String {
    format!("{share} %")
}

/// `Salesperson` for `salesperson`.
pub fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// `1 opportunity`, `16 opportunities`
pub fn count(number: usize, one: &str, many: &str) -> String {
    format!("{} {}", thousands(number as u64), if number == 1 { one } else { many })
}

/// Up to two initials of a person's name: `VL`.
pub fn initials(name: &str) -> String {
    let mut words = name.split_whitespace().filter_map(|w| w.chars().find(|c| c.is_alphanumeric()));
    let first = words.next();
    let last = words.next_back();
    first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
}

/// The number of a person's colour: from the id, so that it is the same everywhere.
pub fn person_number(user: DocId) -> u64 {
    let bytes = user.as_bytes();
    bytes[8..].iter().fold(0, |sum, byte| sum * 31 + u64::from(*byte))
}

/// A size as people read it: `812 B`, `12 KB`, `1.4 MB`.
pub fn bytes(size: u64) -> String {
    match size {
        0..1_000 => format!("{size} B"),
        1_000..1_000_000 => format!("{} KB", size.div_ceil(1_000)),
        _ => format!("{:.1} MB", size as f64 / 1e6),
    }
}

/// `a call`, `an e-mail`.
pub fn a(noun: &str) -> String {
    let article = if noun.starts_with(['a', 'e', 'i', 'o']) { "an" } else { "a" };
    format!("{article} {noun}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_and_days_read_as_people_write_them() {
        assert_eq!(money(Money(5_353_600), "USD"), "$53,536");
        assert_eq!(money(Money(-123_450), "EUR"), "−€1,234.50");
        assert_eq!(money(Money(0), "CHF"), "CHF\u{a0}0");
        assert_eq!(money_round(Money(99_950), "USD"), "$1,000");
        let today = NaiveDate::from_ymd_opt(2026, 11, 12).unwrap();
        assert_eq!(day(NaiveDate::from_ymd_opt(2026, 11, 13).unwrap(), today), "Fri 13 Nov");
        assert_eq!(day(NaiveDate::from_ymd_opt(2027, 1, 1).unwrap(), today), "Fri 1 Jan 2027");
        assert_eq!(initials("Vicki van Laflamme"), "VL");
        assert_eq!(count(1, "opportunity", "opportunities"), "1 opportunity");
    }
}
