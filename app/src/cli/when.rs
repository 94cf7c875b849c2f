//! `start=… stop=…` of a meeting, in place of `when=…`: by the user's clock, or with `Z` in UTC.

use anyhow::{Result, bail};
use chrono::TimeDelta;
use satchel_core::{
    environment::Zone,
    value::{Stretch, Tz, When, parse_iso_date},
};

use super::fields::short;

/// Rewrites `start`, `stop` and `all_day` among assignments as the one `when` they mean together; `before` is when the meeting
/// is now, for what is not said. Without a stop it lasts as long as it did, or an hour.
pub fn together(assignments: &[String], before: Option<When>, zone: &Zone) -> Result<Vec<String>> {
    let said = |name: &str| {
        let found = assignments.iter().rev().filter_map(|a| a.split_once('=')).find(|(n, _)| n.trim() == name);
        found.map(|(_, text)| text.trim())
    };
    let (start, stop, all_day) = (said("start"), said("stop"), said("all_day"));
    let mut rest: Vec<String> = assignments.to_vec();
    rest.retain(|a| !["start", "stop", "all_day"].contains(&a.split('=').next().unwrap_or_default().trim()));
    if start.is_none() && stop.is_none() && all_day.is_none() {
        return Ok(rest);
    }
    let all_day = match all_day {
        Some(text) => ["true", "yes", "1"].contains(&text.to_ascii_lowercase().as_str()),
        None if start.is_none() && stop.is_none() => false,
        None => [start, stop].iter().flatten().all(|text| parse_iso_date(text).is_some()),
    };
    let name = before.and_then(When::zone).unwrap_or(zone.name());
    let (begins, utc) = match (start, before) {
        (Some(text), _) => wall("start", text)?,
        (None, Some(before)) => (before.start(), false),
        (None, None) => bail!("start: say when the meeting begins, such as start=2026-12-01T10:00"),
    };
    let length = before.map_or(TimeDelta::hours(1), When::length);
    let ends = match stop {
        Some(text) => wall("stop", text)?.0,
        None => begins + length,
    };
    let when = if all_day {
        let last = match (stop, before.map(When::stretch)) {
            (None, Some(Stretch::Days { first, last })) => begins.date() + (last - first),
            (None, _) => begins.date(),
            _ => ends.date(),
        };
        When::days(begins.date(), last)
    } else {
        When::hours(begins, ends, Some(if utc { Tz::UTC } else { name }))
    };
    match when {
        Ok(when) => rest.push(format!("when={when}")),
        Err(why) => bail!("start, stop: {why}"),
    }
    Ok(rest)
}

/// A time on the wall, and whether it is said to be UTC; a day is its midnight.
fn wall(name: &str, text: &str) -> Result<(chrono::NaiveDateTime, bool)> {
    if let Some(day) = parse_iso_date(text) {
        return Ok((day.and_time(chrono::NaiveTime::MIN), false));
    }
    if let Ok(time) = chrono::DateTime::parse_from_rfc3339(text) {
        return Ok((time.naive_utc(), true));
    }
    let formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S"];
    match formats.iter().find_map(|format| chrono::NaiveDateTime::parse_from_str(text, format).ok()) {
        Some(time) => Ok((time, false)),
        None => bail!("{name}: ‘{}’ is no time: write 2026-12-01T10:00, or 2026-12-01 for a whole day", short(text)),
    }
}
