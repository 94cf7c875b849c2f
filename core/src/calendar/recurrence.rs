//! When a series comes about, by the rules of RFC 5545 on the wall clock of its time zone.
//!
//! Rules are worked out as if the wall clock were UTC, and become moments afterwards: ten o'clock stays ten o'clock when the clocks
//! change. A rule without an end is asked about a span of time only, and no rule is followed for long.

use std::{collections::BTreeSet, fmt};

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, TimeDelta, Utc, Weekday};
use rrule::{Frequency, NWeekday, RRule, RRuleSet, Tz, Unvalidated, Validated};

use crate::{environment::Zone, message::Message, panics::caught, value::When};

/// The most occurrences of one series that are given for one span.
const MOST: usize = 5_000;
/// The most steps that one rule is followed.
const STEPS: usize = 100_000;
/// The most rules, and days beside them, that one series has.
const MOST_RULES: usize = 16;
const MOST_DATES: usize = 5_000;

/// Lines of RFC 5545: `RRULE:FREQ=WEEKLY;BYDAY=MO`, and `RDATE`, `EXDATE`, `EXRULE`; a rule may stand without its name.
#[derive(Clone, Debug)]
pub struct Recurrence {
    start: NaiveDateTime,
    rules: Vec<RRule<Validated>>,
    /// Rules of what does not come about.
    except: Vec<RRule<Validated>>,
    dates: BTreeSet<NaiveDateTime>,
    without: BTreeSet<NaiveDateTime>,
}

impl Recurrence {
    /// Of a series that is first at `when`. An end in UTC is taken for what the wall clock shows then.
    ///
    /// Errors: what cannot be followed about it, in words.
    pub fn parse(text: &str, when: When) -> Result<Recurrence, Message> {
        let start = when.start();
        let none = BTreeSet::new;
        let mut all = Recurrence { start, rules: vec![], except: vec![], dates: none(), without: none() };
        for line in text.lines().map(str::trim).filter(|l| !l.is_empty()) {
            let (name, value) = line.split_once(':').unwrap_or(("RRULE", line));
            let name = name.split(';').next().unwrap_or_default().to_ascii_uppercase();
            match name.as_str() {
                "RRULE" => all.rules.extend(rule(value, when)?),
                "EXRULE" => all.except.extend(rule(value, when)?),
                "RDATE" => all.dates.extend(dates(value, when)?),
                "EXDATE" => all.without.extend(dates(value, when)?),
                other => {
                    return Err(message!(
                        "‘{text}’ is no recurrence: write RRULE:FREQ=WEEKLY;BYDAY=MO",
                        text = short(other)
                    ));
                }
            }
        }
        if all.rules.len() + all.except.len() > MOST_RULES || all.dates.len() + all.without.len() > MOST_DATES {
            return Err(message!(
                "more than {rules} rules or {days} days: write it shorter",
                rules = MOST_RULES,
                days = MOST_DATES
            ));
        }
        Ok(all)
    }

    /// The wall times at which it begins from one time up to another, the latter not included; 5,000 at most.
    ///
    /// The first time is always one of them, whether its rule names it or not.
    pub fn starts(&self, from: NaiveDateTime, to: NaiveDateTime) -> Vec<NaiveDateTime> {
        let within = |time: &NaiveDateTime| from <= *time && *time < to;
        let mut all: BTreeSet<NaiveDateTime> = self.dates.iter().copied().chain([self.start]).filter(within).collect();
        for rule in &self.rules {
            all.extend(self.follow(rule, from, to));
        }
        for rule in &self.except {
            for time in self.follow(rule, from, to) {
                all.remove(&time);
            }
        }
        all.into_iter().filter(|time| !self.without.contains(time)).take(MOST).collect()
    }

    /// Whether it comes about at this wall time.
    pub fn comes_at(&self, time: NaiveDateTime) -> bool {
        self.starts(time, time + TimeDelta::seconds(1)).contains(&time)
    }

    /// How often it comes about before this wall time.
    fn count_before(&self, time: NaiveDateTime) -> usize {
        self.starts(self.start, time).len()
    }

    fn follow(&self, rule: &RRule<Validated>, from: NaiveDateTime, to: NaiveDateTime) -> Vec<NaiveDateTime> {
        let start = ahead(rule, self.start, from);
        let times = || {
            let set = RRuleSet::new(fake(start)).rrule(rule.clone()).limit();
            let times = set.into_iter().take(STEPS).map(|time| time.naive_utc());
            times.take_while(|time| *time < to).filter(|time| from <= *time).take(MOST).collect()
        };
        // The library's arithmetic is not to be trusted with everything that a colleague's device may send.
        caught(times).unwrap_or_default()
    }
}

/// A wall time as if it were UTC.
fn fake(wall: NaiveDateTime) -> DateTime<Tz> {
    wall.and_utc().with_timezone(&Tz::UTC)
}

/// A later start that gives the same times from then on, so that a rule of years ago need not be followed from its beginning.
fn ahead(rule: &RRule<Validated>, start: NaiveDateTime, from: NaiveDateTime) -> NaiveDateTime {
    let unit = match rule.get_freq() {
        Frequency::Secondly => 1,
        Frequency::Minutely => 60,
        Frequency::Hourly => 3_600,
        Frequency::Daily => 86_400,
        Frequency::Weekly => 7 * 86_400,
        Frequency::Monthly | Frequency::Yearly => return start,
    };
    let step = unit * i64::from(rule.get_interval());
    let way = (from - start).num_seconds() - 2 * step;
    if rule.get_count().is_some() || step == 0 || way <= 0 {
        return start;
    }
    start + TimeDelta::seconds(way / step * step)
}

/// One rule; nothing where it ends before it begins.
fn rule(value: &str, when: When) -> Result<Option<RRule<Validated>>, Message> {
    let mut parts = Vec::new();
    for part in value.split(';').map(str::trim).filter(|p| !p.is_empty()) {
        match part.split_once('=').map(|(name, value)| (name.to_ascii_uppercase(), value)) {
            Some((name, value)) if name == "UNTIL" => {
                let until =
                    until(value, when).ok_or_else(|| message!("UNTIL: ‘{text}’ is no date", text = short(value)))?;
                if until < when.start() {
                    return Ok(None);
                }
                parts.push(format!("UNTIL={}Z", until.format("%Y%m%dT%H%M%S")));
            }
            Some((name, value)) if name == "RSCALE" && !value.eq_ignore_ascii_case("GREGORIAN") => {
                return Err(message!("RSCALE={text}: only the Gregorian calendar is known", text = short(value)));
            }
            Some((name, _)) if name == "RSCALE" || name == "SKIP" || name.starts_with("X-") => {}
            Some((name, value)) => parts.push(format!("{name}={}", value.to_ascii_uppercase())),
            None => return Err(message!("‘{text}’ is no part of a rule: write FREQ=WEEKLY", text = short(part))),
        }
    }
    let text = parts.join(";");
    let parsed = caught(|| text.parse::<RRule<Unvalidated>>().and_then(|rule| rule.validate(fake(when.start()))));
    match parsed {
        Ok(Ok(rule)) if rule.get_interval() == 0 => Err(message!("INTERVAL=0: it would never go on")),
        Ok(Ok(rule)) => Ok(Some(rule)),
        Ok(Err(error)) => {
            Err(message!("the rule ‘{rule}’ cannot be followed: {why}", rule = short(value), why = error.to_string()))
        }
        Err(_) => Err(message!("the rule ‘{rule}’ cannot be followed", rule = short(value))),
    }
}

fn until(text: &str, when: When) -> Option<NaiveDateTime> {
    if text.len() == 8 {
        return NaiveDate::parse_from_str(text, "%Y%m%d").ok()?.and_hms_opt(23, 59, 59);
    }
    time(text, when)
}

/// `20261201T100000`, also with `Z`: then as the wall clock shows it; a day is its midnight, for whole days, or at the time of day
/// of the first.
fn time(text: &str, when: When) -> Option<NaiveDateTime> {
    if text.len() == 8 {
        return Some(NaiveDate::parse_from_str(text, "%Y%m%d").ok()?.and_time(when.start().time()));
    }
    let read = |text| NaiveDateTime::parse_from_str(text, "%Y%m%dT%H%M%S").ok();
    match (text.strip_suffix(['Z', 'z']), when.zone()) {
        (Some(utc), Some(zone)) => Some(Zone::named(zone).wall(read(utc)?.and_utc())),
        (Some(wall), None) => read(wall),
        (None, _) => read(text),
    }
}

fn dates(value: &str, when: When) -> Result<Vec<NaiveDateTime>, Message> {
    let one = |text: &str| {
        // Of a period the beginning.
        let text = text.trim().split('/').next().unwrap_or_default();
        time(text, when).ok_or_else(|| message!("‘{text}’ is no date: write 20261201T100000", text = short(text)))
    };
    value.split(',').filter(|d| !d.trim().is_empty()).map(one).collect()
}

fn short(text: &str) -> String {
    text.chars().take(80).collect()
}

/// The lines of a recurrence, each rule as the parts it has.
fn rewritten(text: &str, mut part: impl FnMut(&str, &str) -> Option<String>) -> String {
    let mut lines = Vec::new();
    for line in text.lines().map(str::trim).filter(|l| !l.is_empty()) {
        let (name, value) = line.split_once(':').unwrap_or(("RRULE", line));
        if name.to_ascii_uppercase().ends_with("RULE") {
            let parts = value.split(';').filter_map(|p| {
                let (key, said) = p.split_once('=')?;
                part(&key.to_ascii_uppercase(), said).map(|said| format!("{key}={said}"))
            });
            lines.push(format!("{name}:{}", parts.collect::<Vec<_>>().join(";")));
        } else {
            let times = value.split(',').filter_map(|t| part(name, t));
            lines.push(format!("{name}:{}", times.collect::<Vec<_>>().join(",")));
        }
    }
    lines.join("\n")
}

/// What is left of a recurrence from one of its occurrences on: of a count the rest.
pub(crate) fn remaining(text: &str, when: When, from: NaiveDateTime) -> String {
    let Ok(whole) = Recurrence::parse(text, when) else { return text.to_owned() };
    let before = whole.count_before(from) as u64;
    rewritten(text, |name, said| match (name, said.parse::<u64>()) {
        ("COUNT", Ok(count)) => Some(count.saturating_sub(before).max(1).to_string()),
        _ => Some(said.to_owned()),
    })
}

/// The recurrence of a series whose first moves from one time to another: its single days move along, and the days of the week
/// or month that its rules name, as far as they name the first one's.
pub(crate) fn moved(text: &str, from: When, to: When) -> String {
    let by = to.start() - from.start();
    let (old, new) = (from.start().date(), to.start().date());
    let days = (new - old).num_days();
    let later = |text: &str, when: When| match text.len() {
        8 => {
            let day = NaiveDate::parse_from_str(text, "%Y%m%d").ok()?.checked_add_signed(TimeDelta::days(days))?;
            Some(day.format("%Y%m%d").to_string())
        }
        _ => Some(time(text, when)?.checked_add_signed(by)?.format("%Y%m%dT%H%M%S").to_string()),
    };
    rewritten(text, |name, said| match name {
        "RDATE" | "EXDATE" | "UNTIL" => Some(later(said, from).unwrap_or_else(|| said.to_owned())),
        "BYDAY" => Some(said.split(',').map(|day| weekday(day, days, old, new)).collect::<Vec<_>>().join(",")),
        "BYMONTHDAY" if said == old.day().to_string() => Some(new.day().to_string()),
        "BYMONTH" if said == old.month().to_string() => Some(new.month().to_string()),
        _ => Some(said.to_owned()),
    })
}

/// A time as a property of iCalendar has it: `;TZID=Europe/Brussels:20261201T100000`, `:20261201T090000Z`, `;VALUE=DATE:20261201`.
pub(crate) fn property(at: NaiveDateTime, of: When) -> String {
    let wall = at.format("%Y%m%dT%H%M%S");
    match of.zone() {
        _ if of.is_all_day() => format!(";VALUE=DATE:{}", at.format("%Y%m%d")),
        None => format!(":{wall}"),
        Some(zone) if zone == chrono_tz::UTC => format!(":{wall}Z"),
        Some(zone) => format!(";TZID={}:{wall}", zone.name()),
    }
}

/// The lines of a recurrence as iCalendar has them. With `end` it goes on to before that time, whatever it says itself.
pub(crate) fn exported(text: &str, when: When, end: Option<NaiveDateTime>) -> Vec<String> {
    let last = |at: NaiveDateTime| match when.zone() {
        _ if when.is_all_day() => at.format("%Y%m%d").to_string(),
        None => at.format("%Y%m%dT%H%M%S").to_string(),
        Some(zone) => Zone::named(zone).moment(at).format("%Y%m%dT%H%M%SZ").to_string(),
    };
    let text = rewritten(text, |name, said| match name {
        "UNTIL" | "COUNT" if end.is_some() => None,
        "UNTIL" => Some(until(said, when).map_or_else(|| said.to_owned(), last)),
        _ => Some(said.to_owned()),
    });
    let mut lines = Vec::new();
    for line in text.lines() {
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        match name {
            "RRULE" => {
                let until = end.map(|end| format!(";UNTIL={}", last(end - TimeDelta::seconds(1))));
                lines.push(format!("{line}{}", until.unwrap_or_default()));
            }
            "RDATE" | "EXDATE" => {
                let times = value.split(',').filter_map(|text| time(text, when));
                lines.extend(times.map(|at| format!("{name}{}", property(at, when))));
            }
            _ => lines.push(line.to_owned()),
        }
    }
    lines
}

/// `MO` so many days later; of `2MO`, if the first was on it, the same of the new first.
fn weekday(text: &str, days: i64, old: NaiveDate, new: NaiveDate) -> String {
    const DAYS: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
    let text = text.trim().to_ascii_uppercase();
    let name = |day: Weekday| DAYS[day.num_days_from_monday() as usize];
    let Some(at) = text.get(text.len().saturating_sub(2)..).and_then(|d| DAYS.iter().position(|n| *n == d)) else {
        return text;
    };
    match &text[..text.len() - 2] {
        "" => DAYS[(at as i64 + days).rem_euclid(7) as usize].to_owned(),
        number if name(old.weekday()) == DAYS[at] && number.starts_with('-') => {
            format!("{number}{}", name(new.weekday()))
        }
        _ if name(old.weekday()) == DAYS[at] => format!("{}{}", (new.day() - 1) / 7 + 1, name(new.weekday())),
        _ => text,
    }
}

/// `every 2 weeks on Monday, 10 times`
impl fmt::Display for Recurrence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(rule) = self.rules.first() else { return f.write_str("on chosen days") };
        let unit = match rule.get_freq() {
            Frequency::Secondly => "second",
            Frequency::Minutely => "minute",
            Frequency::Hourly => "hour",
            Frequency::Daily => "day",
            Frequency::Weekly => "week",
            Frequency::Monthly => "month",
            Frequency::Yearly => "year",
        };
        match rule.get_interval() {
            1 => write!(f, "every {unit}")?,
            many => write!(f, "every {many} {unit}s")?,
        }
        let days: Vec<String> = rule.get_by_weekday().iter().map(named).collect();
        if !days.is_empty() {
            write!(f, " on {}", days.join(", "))?;
        }
        if let Some(count) = rule.get_count() {
            write!(f, ", {count} times")?;
        }
        if let Some(until) = rule.get_until() {
            write!(f, ", until {}", until.with_timezone(&Utc).date_naive())?;
        }
        Ok(())
    }
}

fn named(day: &NWeekday) -> String {
    const NAMES: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    let name = |day: &Weekday| NAMES[day.num_days_from_monday() as usize];
    match day {
        NWeekday::Every(day) => name(day).to_owned(),
        NWeekday::Nth(-1, day) => format!("the last {}", name(day)),
        NWeekday::Nth(nth, day) => format!("the {nth}. {}", name(day)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn starts(text: &str, when: &str, from: &str, to: &str) -> Vec<String> {
        let at = |t: &str| NaiveDateTime::parse_from_str(t, "%Y-%m-%dT%H:%M").unwrap();
        let found = Recurrence::parse(text, when.parse().unwrap()).unwrap().starts(at(from), at(to));
        found.iter().map(|t| t.format("%Y-%m-%dT%H:%M").to_string()).collect()
    }

    const BRUSSELS: &str = "2010-01-04T10:00/2010-01-04T11:00 Europe/Brussels";

    #[test]
    fn a_rule_of_years_ago_is_asked_about_a_week() {
        let week = |rule| starts(rule, BRUSSELS, "2026-11-09T00:00", "2026-11-16T00:00");
        assert_eq!(week("FREQ=WEEKLY;BYDAY=MO,WE"), ["2026-11-09T10:00", "2026-11-11T10:00"]);
        assert_eq!(week("RRULE:FREQ=DAILY;INTERVAL=5"), ["2026-11-11T10:00"], "1231 times five days later");
        assert_eq!(week("FREQ=MONTHLY;BYDAY=2TU"), ["2026-11-10T10:00"]);
        assert_eq!(week("FREQ=DAILY;COUNT=10"), Vec::<String>::new());
        let without = "FREQ=DAILY\nEXDATE:20261110T100000,20261111T090000Z\nRDATE:20261112T150000";
        let expected = ["09T10", "12T10", "12T15", "13T10", "14T10", "15T10"].map(|t| format!("2026-11-{t}:00"));
        assert_eq!(week(without), expected);
    }

    #[test]
    fn an_end_in_utc_is_on_the_wall() {
        let when = "2026-11-09T10:00/2026-11-09T11:00 Europe/Brussels";
        let all = |rule| starts(rule, when, "2026-11-01T00:00", "2026-12-01T00:00").len();
        assert_eq!(all("FREQ=DAILY;UNTIL=20261111T090000Z"), 3);
        assert_eq!(all("FREQ=DAILY;UNTIL=20261111T085959Z"), 2);
        assert_eq!(all("FREQ=DAILY;UNTIL=20261111"), 3);
        assert_eq!(all("FREQ=DAILY;UNTIL=20261101"), 1, "the first is always there");
    }

    #[test]
    fn what_never_ends_or_never_comes_is_given_up() {
        let day = |rule| starts(rule, BRUSSELS, "2026-11-09T00:00", "2026-11-10T00:00").len();
        assert_eq!(day("FREQ=SECONDLY"), MOST);
        assert_eq!(day("FREQ=SECONDLY;COUNT=4000000000"), 0);
        assert_eq!(day("FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30"), 0);
        assert_eq!(day("FREQ=DAILY;INTERVAL=65535"), 0);
        let when: When = BRUSSELS.parse().unwrap();
        for wrong in ["FREQ=DAILY;INTERVAL=0", "COUNT=3", "FREQ=SOON", "EVERY DAY", "RDATE:tomorrow", "X:FREQ=DAILY"] {
            assert!(Recurrence::parse(wrong, when).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_series_that_moves_takes_its_rule_along() {
        let (old, new): (When, When) =
            (BRUSSELS.parse().unwrap(), "2010-01-05T14:00/2010-01-05T15:00".parse().unwrap());
        assert_eq!(moved("RRULE:FREQ=WEEKLY;BYDAY=MO,SU", old, new), "RRULE:FREQ=WEEKLY;BYDAY=TU,MO");
        assert_eq!(moved("FREQ=MONTHLY;BYDAY=1MO", old, new), "RRULE:FREQ=MONTHLY;BYDAY=1TU");
        assert_eq!(moved("EXDATE:20100111T100000", old, new), "EXDATE:20100112T140000");
        let fourth = "2010-01-25T10:00";
        let rest =
            remaining("FREQ=WEEKLY;COUNT=10", old, NaiveDateTime::parse_from_str(fourth, "%Y-%m-%dT%H:%M").unwrap());
        assert_eq!(rest, "RRULE:FREQ=WEEKLY;COUNT=7");
    }
}
