//! Values of fields: what a cell, a filter, a form and a document all mean by "money" or "a day".

pub(crate) mod brief;
mod when;

use std::fmt;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use serde::{Deserialize, Serialize};

pub use self::when::{Moments, Stretch, Tz, When, ZONES};
use crate::id::DocId;

/// An amount in the workspace's one currency, in whole minor units (cents).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Money(pub i64);

impl Money {
    /// The largest amount, either way: ten million million units. Sums over millions of records stay within i64.
    pub const MAX: Money = Money(1_000_000_000_000_000);

    /// The share of the amount, rounded half away from zero to whole minor units.
    pub fn share(self, percent: Percent) -> Money {
        if let Some(exact) = self.0.checked_mul(i64::from(percent.0))
            && let Some(exact) = exact.checked_add(if exact < 0 { -5_000 } else { 5_000 })
        {
            return Money(exact / 10_000);
        }
        let exact = i128::from(self.0) * i128::from(percent.0);
        let half = if exact < 0 { -5_000 } else { 5_000 };
        Money(((exact + half) / 10_000) as i64)
    }

    /// The amount divided by a positive count (months of a plan), rounded half away from zero.
    pub fn over(self, parts: i64) -> Money {
        let parts = parts.max(1);
        let half = if self.0 < 0 { -parts } else { parts };
        Money((2 * self.0 + half) / (2 * parts))
    }

    /// Reads `1054`, `1054.00`, `1,054.00`, `1.054,00`, `$1,234.5`, `-12`, `1 234,50 €`. The last of `.` and `,` followed by
    /// other than three digits is the decimal sign; more than two decimals are rounded half away from zero.
    pub fn parse(text: &str) -> Option<Money> {
        parse_decimal(text).and_then(|d| d.scaled(2)).map(Money).filter(|m| m.0.abs() <= Money::MAX.0)
    }
}

impl std::ops::Add for Money {
    type Output = Money;
    fn add(self, other: Money) -> Money {
        Money(self.0.saturating_add(other.0))
    }
}

impl std::ops::Sub for Money {
    type Output = Money;
    fn sub(self, other: Money) -> Money {
        Money(self.0.saturating_sub(other.0))
    }
}

impl std::iter::Sum for Money {
    fn sum<I: Iterator<Item = Money>>(iter: I) -> Money {
        iter.fold(Money(0), |a, b| a + b)
    }
}

/// `1054.00`, as in JSON.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        write!(f, "{sign}{}.{:02}", self.0.unsigned_abs() / 100, self.0.unsigned_abs() % 100)
    }
}

/// A percentage in hundredths of a percent: 7000 is 70 %.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Percent(pub i32);

impl Percent {
    pub const ZERO: Percent = Percent(0);
    pub const HUNDRED: Percent = Percent(10_000);

    pub const fn whole(percent: i32) -> Percent {
        Percent(percent * 100)
    }

    /// Reads `70`, `12.5`, `70 %`. No bounds: who stores it decides them.
    pub fn parse(text: &str) -> Option<Percent> {
        let text = text.trim().trim_end_matches('%').trim_end();
        parse_decimal(text).and_then(|d| d.scaled(2)).and_then(|v| i32::try_from(v).ok()).map(Percent)
    }

    pub fn as_f64(self) -> f64 {
        f64::from(self.0) / 100.0
    }
}

/// `70` or `12.5`, without the sign.
impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, part) = (self.0 / 100, (self.0 % 100).abs());
        let sign = if self.0 < 0 && whole == 0 { "-" } else { "" };
        match part {
            0 => write!(f, "{sign}{whole}"),
            p if p % 10 == 0 => write!(f, "{sign}{whole}.{}", p / 10),
            p => write!(f, "{sign}{whole}.{p:02}"),
        }
    }
}

/// A decimal number as written, before it is scaled.
struct Decimal {
    negative: bool,
    whole: String,
    part: String,
}

impl Decimal {
    fn scaled(&self, places: usize) -> Option<i64> {
        let mut digits = self.whole.clone();
        let mut part = self.part.bytes();
        for _ in 0..places {
            digits.push(part.next().unwrap_or(b'0') as char);
        }
        let round_up = part.next().is_some_and(|d| d >= b'5');
        let value: i64 = if digits.is_empty() { 0 } else { digits.parse().ok()? };
        let value = value.checked_add(i64::from(round_up))?;
        Some(if self.negative { -value } else { value })
    }
}

fn parse_decimal(text: &str) -> Option<Decimal> {
    let mut text = text.trim();
    let mut negative = false;
    if let Some(inner) = text.strip_prefix('(').and_then(|t| t.strip_suffix(')')) {
        (negative, text) = (true, inner);
    }
    let mut body = String::new();
    let mut seen_digit = false;
    let mut ended = false;
    for c in text.chars() {
        match c {
            '0'..='9' if ended => return None,
            '0'..='9' | '.' | ',' => {
                seen_digit |= c.is_ascii_digit();
                body.push(c);
            }
            '-' | '−' if !seen_digit && !negative => negative = true,
            '+' if !seen_digit => {}
            '\'' | '’' | ' ' | '\u{a0}' | '\u{202f}' => {}
            // A currency sign or code before or after the number.
            c if c.is_alphabetic() || "$€£¥₹¤".contains(c) => ended = seen_digit,
            _ => return None,
        }
    }
    if !seen_digit {
        return None;
    }
    let last = body.rfind(['.', ',']);
    let split = last.filter(|&at| {
        let sign = body.as_bytes()[at] as char;
        let other = if sign == '.' { ',' } else { '.' };
        let decimals = body.len() - at - 1;
        let repeated = body.matches(sign).count() > 1;
        let leading = body[..at].trim_start_matches('0');
        !repeated
            && (decimals != 3 || body.contains(other) || sign == '.' && body[..at].len() > 3 || leading.is_empty())
    });
    let (whole, part) = match split {
        Some(at) => (&body[..at], &body[at + 1..]),
        None => (&body[..], ""),
    };
    Some(Decimal { negative, whole: whole.chars().filter(char::is_ascii_digit).collect(), part: part.to_owned() })
}

/// The value of one field of one record.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Value {
    /// The field is empty.
    Null,
    Text(String),
    Bool(bool),
    Int(i64),
    Percent(Percent),
    Money(Money),
    Date(NaiveDate),
    Time(DateTime<Utc>),
    Ref(DocId),
    /// A set of references, in the order of their ids.
    Refs(Vec<DocId>),
    /// From when to when.
    When(When),
}

impl Value {
    pub fn is_null(&self) -> bool {
        match self {
            Value::Null => true,
            Value::Text(t) => t.is_empty(),
            Value::Refs(r) => r.is_empty(),
            _ => false,
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::Text(text)
    }
}

macro_rules! into_value {
    ($($ty:ty => $variant:ident),*) => {$(
        impl From<$ty> for Value {
            fn from(value: $ty) -> Value {
                Value::$variant(value)
            }
        }

        impl From<Option<$ty>> for Value {
            fn from(value: Option<$ty>) -> Value {
                value.map_or(Value::Null, Value::$variant)
            }
        }
    )*};
}

into_value!(bool => Bool, i64 => Int, Percent => Percent, Money => Money, NaiveDate => Date, DateTime<Utc> => Time, DocId => Ref, When => When);

/// Reads an ISO day, `2026-12-01`.
pub fn parse_iso_date(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text.trim(), "%Y-%m-%d").ok()
}

/// Reads an ISO time (`2026-11-12T10:24:00Z`, an offset, or none meaning UTC) or an ISO day, its midnight.
pub fn parse_iso_time(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim();
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Some(time.to_utc());
    }
    ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]
        .iter()
        .find_map(|f| NaiveDateTime::parse_from_str(text, f).ok())
        .or_else(|| parse_iso_date(text).and_then(|d| d.and_hms_opt(0, 0, 0)))
        .map(|t| t.and_utc())
}
