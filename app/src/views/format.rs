//! How values read: amounts, days, names.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use satchel_core::{
    DocId, Money, Percent, Records,
    environment::Environment,
    record::{Activity, ActivityType},
};
use tr::tr;

use crate::locale;
pub use crate::locale::full_day;

/// What a type of activities is called: as people named it, and the ones that every workspace has in the language spoken.
pub fn activity_type(r#type: &ActivityType) -> String {
    r#type.first_name().map_or_else(|| r#type.name.clone(), locale::text)
}

/// As [`activity_type`], the type of this name; another name stays what it is.
pub fn activity_type_named(records: &Records, name: &str) -> String {
    let named = records.activity_types.values().find(|t| t.name == name);
    named.map_or_else(|| name.to_owned(), activity_type)
}

/// What an activity is called: its summary, else its type.
pub fn activity(records: &Records, activity: &Activity) -> String {
    match activity.summary.is_empty() {
        true => activity_type(records.activity_type(activity.kind)),
        false => activity.summary.clone(),
    }
}

/// The workspace's currency, ISO 4217.
pub fn currency(records: &Records) -> &str {
    records.company.as_ref().map(|c| c.currency.as_str()).filter(|c| !c.is_empty()).unwrap_or("USD")
}

/// The sign of a currency, its code where it has none of its own.
pub fn currency_sign(code: &str) -> &str {
    match code {
        "USD" | "AUD" | "CAD" | "NZD" | "HKD" | "SGD" | "MXN" => "$",
        "EUR" => "€",
        "GBP" => "£",
        "JPY" | "CNY" => "¥",
        "INR" => "₹",
        code => code,
    }
}

/// `$53,536`, cents only when there are some: `$53,536.50`; elsewhere `53.536,50 €`.
pub fn money(amount: Money, currency: &str) -> String {
    locale::money(amount.0, currency, currency_sign(currency))
}

/// The amount to whole units, for sums where cents only make noise.
pub fn money_round(amount: Money, currency: &str) -> String {
    let half = if amount.0 < 0 { -50 } else { 50 };
    money(Money((amount.0 + half) / 100 * 100), currency)
}

/// `$400k`, `$1.2M`, `400 Tsd. €`: short, for the scale of a graph.
pub fn money_short(amount: Money, currency: &str) -> String {
    let (scaled, unit) = scaled(amount.0 as f64 / 100.0);
    let hundredths = (scaled * 100.0).round() as i64;
    let written = money(Money(hundredths), currency);
    // The unit goes behind the last digit; a last 0 of the cents says nothing.
    let end = written.rfind(|c: char| c.is_ascii_digit()).map_or(written.len(), |at| at + 1);
    let (number, sign) = written.split_at(end);
    let number = if hundredths % 100 != 0 { number.trim_end_matches('0') } else { number };
    format!("{number}{unit}{sign}")
}

/// `40k`, `1.2M`
pub fn short(value: f64) -> String {
    let (scaled, unit) = scaled(value);
    let number = format!("{:.2}", scaled.abs());
    let number = number.trim_end_matches('0').trim_end_matches('.');
    format!("{}{}{unit}", if scaled < 0.0 { "−" } else { "" }, locale::decimal(number))
}

/// In thousands or millions from there on.
fn scaled(value: f64) -> (f64, String) {
    match value.abs() {
        size if size >= 999_995.0 => (value / 1e6, tr!("million, short" => "M")),
        size if size >= 1_000.0 => (value / 1e3, tr!("thousand, short" => "k")),
        _ => (value, String::new()),
    }
}

/// `1,234,567`, `1.234.567`
pub fn thousands(number: u64) -> String {
    locale::whole(number)
}

/// `Fri 13 Nov`, with the year when it is not this one.
pub fn day(day: NaiveDate, today: NaiveDate) -> String {
    if day.year() == today.year() { locale::short_day(day) } else { full_day(day) }
}

/// `Today`, `Tomorrow`, `Yesterday`, else as [`day`].
pub fn near_day(date: NaiveDate, today: NaiveDate) -> String {
    match (date - today).num_days() {
        0 => tr!("Today"),
        1 => tr!("Tomorrow"),
        -1 => tr!("Yesterday"),
        _ => day(date, today),
    }
}

/// `09:40`, by the person's clock.
pub fn clock(at: DateTime<Utc>, environment: &Environment) -> String {
    locale::clock(environment.zone().wall(at).time())
}

/// `today 09:12`, `yesterday 17:40`, `Fri 6 Nov 15:20`
pub fn moment(at: DateTime<Utc>, environment: &Environment) -> String {
    let (date, today) = (environment.day(at), environment.today());
    let near = match (date - today).num_days() {
        0 => tr!("today"),
        1 => tr!("tomorrow"),
        -1 => tr!("yesterday"),
        _ => day(date, today),
    };
    format!("{near} {}", clock(at, environment))
}

/// `now`, `2 min ago`, else as [`moment`].
pub fn ago(at: DateTime<Utc>, environment: &Environment) -> String {
    match (environment.now() - at).num_minutes() {
        ..1 => tr!("now"),
        minutes @ 1..60 => tr!("{minutes} min ago", minutes),
        _ => moment(at, environment),
    }
}

/// `75 %`
pub fn percent(share: Percent) -> String {
    format!("{} %", locale::decimal(&share.to_string()))
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
        _ => format!("{} MB", locale::decimal(&format!("{:.1}", size as f64 / 1e6))),
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
