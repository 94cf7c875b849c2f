//! How numbers, amounts, days and times of the day are written: by the region's own rules.

use chrono::{Datelike, NaiveDate, NaiveTime, Weekday};
use pure_rust_locales::{Locale as Rules, locale_match};

use super::{Language, current};

/// A region whose way of writing a person chooses, beside the language.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Region {
    /// `1,234.50`, `13 Nov`, and no guess which of `5/6/2026` is the month.
    #[default]
    International,
    UnitedStates,
    UnitedKingdom,
    Germany,
    Austria,
    Switzerland,
    France,
    Italy,
    Spain,
    Netherlands,
    Sweden,
    Denmark,
    Poland,
    Brazil,
}

/// What lies between the parts of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Separators {
    pub decimal: char,
    pub thousands: char,
}

impl Region {
    pub const ALL: [Region; 14] = [
        Region::International,
        Region::UnitedStates,
        Region::UnitedKingdom,
        Region::Germany,
        Region::Austria,
        Region::Switzerland,
        Region::France,
        Region::Italy,
        Region::Spain,
        Region::Netherlands,
        Region::Sweden,
        Region::Denmark,
        Region::Poland,
        Region::Brazil,
    ];

    /// As the settings keep it: `de-DE`.
    pub fn tag(self) -> &'static str {
        match self {
            Region::International => "001",
            Region::UnitedStates => "en-US",
            Region::UnitedKingdom => "en-GB",
            Region::Germany => "de-DE",
            Region::Austria => "de-AT",
            Region::Switzerland => "de-CH",
            Region::France => "fr-FR",
            Region::Italy => "it-IT",
            Region::Spain => "es-ES",
            Region::Netherlands => "nl-NL",
            Region::Sweden => "sv-SE",
            Region::Denmark => "da-DK",
            Region::Poland => "pl-PL",
            Region::Brazil => "pt-BR",
        }
    }

    /// In its own language, as regions are listed everywhere.
    pub fn name(self) -> &'static str {
        match self {
            Region::International => "International",
            Region::UnitedStates => "United States",
            Region::UnitedKingdom => "United Kingdom",
            Region::Germany => "Deutschland",
            Region::Austria => "Österreich",
            Region::Switzerland => "Schweiz",
            Region::France => "France",
            Region::Italy => "Italia",
            Region::Spain => "España",
            Region::Netherlands => "Nederland",
            Region::Sweden => "Sverige",
            Region::Denmark => "Danmark",
            Region::Poland => "Polska",
            Region::Brazil => "Brasil",
        }
    }

    /// The region of a tag, exactly or, for `de-LU` or `fr`, the first one of its language.
    pub fn of_tag(tag: &str) -> Option<Region> {
        let tag = tag.replace('_', "-");
        let language = tag.split('-').next().unwrap_or_default().to_owned() + "-";
        let found = |same: &dyn Fn(&str) -> bool| Region::ALL.into_iter().find(|r| same(r.tag()));
        found(&|t| t.eq_ignore_ascii_case(&tag)).or_else(|| found(&|t| t != "en-US" && t.starts_with(&language)))
    }

    fn rules(self) -> Rules {
        match self {
            Region::International | Region::UnitedKingdom => Rules::en_GB,
            Region::UnitedStates => Rules::en_US,
            Region::Germany => Rules::de_DE,
            Region::Austria => Rules::de_AT,
            Region::Switzerland => Rules::de_CH,
            Region::France => Rules::fr_FR,
            Region::Italy => Rules::it_IT,
            Region::Spain => Rules::es_ES,
            Region::Netherlands => Rules::nl_NL,
            Region::Sweden => Rules::sv_SE,
            Region::Denmark => Rules::da_DK,
            Region::Poland => Rules::pl_PL,
            Region::Brazil => Rules::pt_BR,
        }
    }

    pub fn separators(self) -> Separators {
        let rules = self.rules();
        let first = |text: &str| text.chars().next();
        let decimal = first(locale_match!(rules => LC_MONETARY::MON_DECIMAL_POINT)).unwrap_or('.');
        let thousands = first(locale_match!(rules => LC_MONETARY::MON_THOUSANDS_SEP));
        Separators { decimal, thousands: thousands.unwrap_or(if decimal == ',' { '.' } else { ',' }) }
    }

    /// Whether the sign of the currency stands before the amount.
    fn sign_first(self) -> bool {
        locale_match!(self.rules() => LC_MONETARY::P_CS_PRECEDES) == 1
    }

    /// Whether a space lies between an amount and the sign before it.
    fn sign_apart(self) -> bool {
        locale_match!(self.rules() => LC_MONETARY::P_SEP_BY_SPACE) == 1
    }

    /// Whether the month stands before the day in a day of three numbers; nothing where both may be meant.
    pub fn month_first(self) -> Option<bool> {
        let pattern: &str = locale_match!(self.rules() => LC_TIME::D_FMT);
        (self != Region::International).then(|| pattern.find("%m") < pattern.find("%d"))
    }

    /// Whether the day has twice twelve hours.
    pub fn twelve_hours(self) -> bool {
        let pattern: &str = locale_match!(self.rules() => LC_TIME::T_FMT);
        pattern.contains("%r") || pattern.contains("%I")
    }

    pub fn first_weekday(self) -> Weekday {
        match self {
            Region::UnitedStates | Region::Brazil => Weekday::Sun,
            _ => Weekday::Mon,
        }
    }

    /// An amount and a day, to choose by.
    pub fn sample(self) -> String {
        let day = NaiveDate::from_ymd_opt(2026, 11, 13).unwrap_or_default();
        let pattern: &str = locale_match!(self.rules() => LC_TIME::D_FMT);
        let day = if self == Region::International { day.to_string() } else { day.format(pattern).to_string() };
        format!("{}   {day}", amount(self, 123_450, "EUR", "€"))
    }
}

/// `1,234,567`
pub fn whole(number: u64) -> String {
    grouped(current().region, number)
}

fn grouped(region: Region, number: u64) -> String {
    let (digits, between) = (number.to_string(), region.separators().thousands);
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(between);
        }
        out.push(digit);
    }
    out
}

/// An amount of hundredths with its currency: `$53,536`, `53.536,50 €`; cents only when there are some. `code` stands where
/// the sign is the code itself.
pub fn money(hundredths: i64, code: &str, sign: &str) -> String {
    amount(current().region, hundredths, code, sign)
}

/// As [`money`], with cents always, as bills are written: `$1,234.00`.
pub fn exact_money(hundredths: i64, code: &str, sign: &str) -> String {
    signed(current().region, hundredths, code, sign, true)
}

/// An amount of hundredths without its currency, with cents always: `1,234.00`.
pub fn exact(hundredths: i64) -> String {
    let minus = if hundredths < 0 { "−" } else { "" };
    format!("{minus}{}", number(current().region, hundredths, true))
}

fn number(region: Region, hundredths: i64, always: bool) -> String {
    let (units, cents) = (hundredths.unsigned_abs() / 100, hundredths.unsigned_abs() % 100);
    let mut number = grouped(region, units);
    if cents != 0 || always {
        number.push_str(&format!("{}{cents:02}", region.separators().decimal));
    }
    number
}

fn amount(region: Region, hundredths: i64, code: &str, sign: &str) -> String {
    signed(region, hundredths, code, sign, false)
}

fn signed(region: Region, hundredths: i64, code: &str, sign: &str, always: bool) -> String {
    let minus = if hundredths < 0 { "−" } else { "" };
    let number = number(region, hundredths, always);
    match (region.sign_first(), sign == code || region.sign_apart()) {
        (true, false) => format!("{minus}{sign}{number}"),
        (true, true) => format!("{minus}{sign}\u{a0}{number}"),
        (false, _) => format!("{minus}{number}\u{a0}{sign}"),
    }
}

/// A number that is no amount, as the code writes it, with the region's decimal sign: `12.5` is `12,5` elsewhere.
pub fn decimal(plain: &str) -> String {
    plain.replace('.', &current().region.separators().decimal.to_string())
}

/// What a person wrote as a plain number: `1.234,50` is `1234.50` where thousands are parted by points. Nothing if the parts
/// make no sense, or if it may mean two numbers.
pub fn plain(text: &str) -> Option<String> {
    let Separators { decimal, thousands } = current().region.separators();
    let wide = |c: char| c.is_whitespace() || matches!(c, '\'' | '’' | '\u{202f}' | '\u{a0}');
    let body: String = text.chars().filter(|c| c.is_ascii_digit() || ".,".contains(*c)).collect();
    let kinds = (body.matches('.').count(), body.matches(',').count());
    let last = body.rfind(['.', ',']).map(|at| body.as_bytes()[at] as char);
    let point = match (kinds, last) {
        ((0, 0), _) | (_, None) => None,
        ((a, b), Some(last)) if a > 0 && b > 0 => Some(last),
        ((1, 0) | (0, 1), Some(only)) => {
            let after = body.len() - body.rfind(only)? - 1;
            match (only == decimal, after) {
                // Three digits behind the decimal sign are no cents.
                (true, 3) => return None,
                (true, _) => Some(only),
                (false, 3) if only == thousands || ".,".contains(only) => None,
                (false, _) => Some(only),
            }
        }
        _ => None,
    };
    let (front, cents) = match point {
        Some(point) if body.matches(point).count() == 1 => body.split_once(point)?,
        Some(_) => return None,
        None => (body.as_str(), ""),
    };
    let mut groups = front.split(['.', ',']);
    let first = groups.next().unwrap_or_default();
    let grouped: Vec<&str> = groups.collect();
    if !grouped.is_empty() && (first.len() > 3 || grouped.iter().any(|g| g.len() != 3)) {
        return None;
    }
    let number = format!("{first}{}{}{cents}", grouped.concat(), if cents.is_empty() { "" } else { "." });
    // What stands around the number stays, for its reader to judge: a sign, a currency, words.
    let around = |c: char| !c.is_ascii_digit() && !".,".contains(c) && !wide(c);
    let from = text.find(|c: char| c.is_ascii_digit() || ".,".contains(c)).unwrap_or(text.len());
    let (before, after) = text.split_at(from);
    let before: String = before.chars().filter(|c| around(*c)).collect();
    let after: String = after.chars().filter(|c| around(*c)).collect();
    Some(format!("{before}{number}{after}"))
}

/// `Fri 13 Nov`, `Fri Nov 13`, `Fr 13. Nov`.
pub fn short_day(day: NaiveDate) -> String {
    format!("{} {}", weekday(day.weekday()), month_day(day))
}

/// `Fri 13`, `Fr 13.`: a day of the coming week.
pub fn weekday_day(day: NaiveDate) -> String {
    match current().language {
        Language::English => format!("{} {}", weekday(day.weekday()), day.day()),
        Language::German => format!("{} {}.", weekday(day.weekday()), day.day()),
    }
}

/// `13 Nov`, `Nov 13`, `13. Nov`.
pub fn month_day(day: NaiveDate) -> String {
    let (locale, month) = (current(), short_month(day.month()));
    match (locale.region.month_first(), locale.language) {
        (Some(true), Language::English) => format!("{month} {}", day.day()),
        (_, Language::German) => format!("{}. {month}", day.day()),
        _ => format!("{} {month}", day.day()),
    }
}

/// `Thursday 12 November 2026`, `Thursday, November 12, 2026`, `Donnerstag, 12. November 2026`.
pub fn long_day(day: NaiveDate) -> String {
    let locale = current();
    let is_apart = locale.language == Language::German || locale.region.month_first() == Some(true);
    format!("{}{} {}", full_weekday(day.weekday()), if is_apart { "," } else { "" }, days(day, day))
}

/// `November 2026`
pub fn month_year(day: NaiveDate) -> String {
    format!("{} {}", full_month(day.month()), day.year())
}

/// `9 – 15 November 2026`, `November 9 – 15, 2026`, `30 Nov – 6 Dec 2026`: the last day is part of it.
pub fn days(first: NaiveDate, last: NaiveDate) -> String {
    let (locale, year) = (current(), last.year());
    if (first.month(), first.year()) != (last.month(), year) {
        let from = if first.year() == year { String::new() } else { format!(" {}", first.year()) };
        return format!("{}{from} – {} {year}", month_day(first), month_day(last));
    }
    let (from, to, month) = (first.day(), last.day(), full_month(first.month()));
    match (locale.region.month_first(), locale.language) {
        (Some(true), Language::English) if from == to => format!("{month} {from}, {year}"),
        (Some(true), Language::English) => format!("{month} {from} – {to}, {year}"),
        (_, Language::German) if from == to => format!("{from}. {month} {year}"),
        (_, Language::German) => format!("{from}. – {to}. {month} {year}"),
        _ if from == to => format!("{from} {month} {year}"),
        _ => format!("{from} – {to} {month} {year}"),
    }
}

/// `Mon 9 Nov 2026`
pub fn full_day(day: NaiveDate) -> String {
    format!("{} {}", short_day(day), day.year())
}

/// `November`, for a month from 1 to 12.
pub fn full_month(month: u32) -> &'static str {
    let names: &[&str] = locale_match!(names() => LC_TIME::MON);
    names.get(month.saturating_sub(1) as usize).copied().unwrap_or_default()
}

/// `Fri`
pub fn weekday(day: Weekday) -> &'static str {
    let names: &[&str] = locale_match!(names() => LC_TIME::ABDAY);
    names.get(day.num_days_from_sunday() as usize).copied().unwrap_or_default()
}

/// `Friday`
pub fn full_weekday(day: Weekday) -> &'static str {
    let names: &[&str] = locale_match!(names() => LC_TIME::DAY);
    names.get(day.num_days_from_sunday() as usize).copied().unwrap_or_default()
}

/// `Nov`, for a month from 1 to 12.
pub fn short_month(month: u32) -> &'static str {
    let names: &[&str] = locale_match!(names() => LC_TIME::ABMON);
    names.get(month.saturating_sub(1) as usize).copied().unwrap_or_default()
}

/// `09:40`, `9:40 AM`.
pub fn clock(time: NaiveTime) -> String {
    let pattern = if current().region.twelve_hours() { "%-I:%M %p" } else { "%H:%M" };
    time.format(pattern).to_string()
}

/// `09`, `9 AM`: an hour on the edge of a calendar.
pub fn hour(hour: u32) -> String {
    let time = NaiveTime::from_hms_opt(hour % 24, 0, 0).unwrap_or_default();
    if current().region.twelve_hours() { time.format("%-I %p").to_string() } else { clock(time) }
}

/// The names of days and months are the language's, not the region's.
fn names() -> Rules {
    match current().language {
        Language::English => Rules::en_GB,
        Language::German => Rules::de_DE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::{Locale, speak};

    #[test]
    fn amounts_are_written_as_in_the_region() {
        for (region, expected) in [
            (Region::International, "−€1,234.50"),
            (Region::UnitedStates, "−€1,234.50"),
            (Region::Germany, "−1.234,50\u{a0}€"),
        ] {
            speak(Locale { region, ..Locale::default() });
            assert_eq!(money(-123_450, "EUR", "€"), expected);
        }
        speak(Locale { region: Region::Germany, ..Locale::default() });
        assert_eq!((whole(1_234_567), decimal("12.5")), ("1.234.567".into(), "12,5".into()));
        speak(Locale::default());
        assert_eq!(money(0, "CHF", "CHF"), "CHF\u{a0}0");
    }

    #[test]
    fn typed_numbers_are_read_as_in_the_region() {
        let read = |region, text: &str| {
            speak(Locale { region, ..Locale::default() });
            plain(text)
        };
        for (text, german, english) in [
            ("1.234,50", Some("1234.50"), Some("1234.50")),
            ("$1,234.5", Some("$1234.5"), Some("$1234.5")),
            ("1.234", Some("1234"), None),
            ("1,234", None, Some("1234")),
            ("1234,5", Some("1234.5"), Some("1234.5")),
            ("1.234.567", Some("1234567"), Some("1234567")),
            ("12 345,00 €", Some("12345.00€"), Some("12345.00€")),
            ("12,34,5", None, None),
            ("1.2.3,4", None, None),
        ] {
            assert_eq!(read(Region::Germany, text).as_deref(), german, "{text} in German");
            assert_eq!(read(Region::UnitedStates, text).as_deref(), english, "{text} in English");
        }
    }

    #[test]
    fn days_and_hours_are_written_as_in_language_and_region() {
        let day = NaiveDate::from_ymd_opt(2026, 3, 13).unwrap_or_default();
        let time = NaiveTime::from_hms_opt(15, 5, 0).unwrap_or_default();
        for (language, region, words) in [
            (Language::English, Region::International, "Fri 13 Mar · March 2026 · 15:05"),
            (Language::English, Region::UnitedStates, "Fri Mar 13 · March 2026 · 3:05 PM"),
            (Language::German, Region::Germany, "Fr 13. Mär · März 2026 · 15:05"),
        ] {
            speak(Locale { language, region });
            assert_eq!(format!("{} · {} · {}", short_day(day), month_year(day), clock(time)), words);
        }
    }
}
