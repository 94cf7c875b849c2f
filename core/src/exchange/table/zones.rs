//! Time zones as a calendar names or defines them.

use std::collections::HashMap;

use calcard::{
    common::timezone::Tz as Named,
    icalendar::{
        ICalendar, ICalendarComponent, ICalendarComponentType as Type, ICalendarProperty as Property,
        ICalendarValue as Content,
    },
};
use chrono::{Datelike, FixedOffset, NaiveDate, NaiveDateTime, Offset, TimeDelta, TimeZone};

use crate::{
    calendar::Recurrence,
    value::{Tz, When},
};

/// The zones of one calendar, by the names it gives them.
pub(super) struct Zones<'a> {
    known: HashMap<&'a str, Named>,
    defined: HashMap<&'a str, Vec<Observance>>,
}

/// From some times on a zone is so far from UTC.
struct Observance {
    from: NaiveDateTime,
    offset: FixedOffset,
    again: Option<Recurrence>,
}

/// Looked at first: of zones that agree, the one people know.
const USUAL: [Tz; 14] = [
    Tz::America__New_York,
    Tz::America__Chicago,
    Tz::America__Denver,
    Tz::America__Los_Angeles,
    Tz::Europe__London,
    Tz::Europe__Berlin,
    Tz::Europe__Athens,
    Tz::Europe__Moscow,
    Tz::Asia__Kolkata,
    Tz::Asia__Shanghai,
    Tz::Asia__Tokyo,
    Tz::Australia__Sydney,
    Tz::America__Sao_Paulo,
    Tz::UTC,
];

impl<'a> Zones<'a> {
    pub fn of(calendar: &'a ICalendar) -> Zones<'a> {
        let mut zones = Zones { known: HashMap::new(), defined: HashMap::new() };
        for component in calendar.timezones() {
            if let Some((name, zone)) = component.timezone() {
                zones.known.insert(name, zone);
            } else if let Some(name) = name_of(component) {
                let parts = component.component_ids.iter().filter_map(|id| calendar.component_by_id(*id));
                let is_part = |c: &&ICalendarComponent| matches!(c.component_type, Type::Standard | Type::Daylight);
                zones.defined.insert(name, parts.filter(is_part).filter_map(observance).collect());
            }
        }
        zones
    }

    /// The zone of this name: one by its name; else, of one that the calendar defines, the one that is the same around this time, or
    /// how far it is from UTC then.
    pub fn named(&self, name: &str, at: NaiveDateTime) -> Option<Named> {
        if let Some(known) = self.known.get(name) {
            return Some(*known);
        }
        let Some(defined) = self.defined.get(name).filter(|d| !d.is_empty()) else {
            return name.trim_start_matches('/').parse().ok().filter(|zone: &Named| !zone.is_floating());
        };
        let days = (0..48).filter_map(|n| {
            let day = NaiveDate::from_ymd_opt(at.year(), 1, 5)?.checked_add_signed(TimeDelta::days(15 * n))?;
            let time = day.and_hms_opt(12, 0, 0)?;
            Some((time, offset_at(defined, time)?))
        });
        let days: Vec<(NaiveDateTime, FixedOffset)> = days.collect();
        let agrees = |zone: &Tz| {
            !days.is_empty()
                && days.iter().all(|(time, offset)| {
                    zone.from_local_datetime(time).earliest().is_some_and(|t| t.offset().fix() == *offset)
                })
        };
        let found = USUAL.into_iter().chain(chrono_tz::TZ_VARIANTS).find(agrees);
        found.map(Named::Tz).or_else(|| offset_at(defined, at).map(Named::Fixed))
    }
}

fn name_of(component: &ICalendarComponent) -> Option<&str> {
    component.property(&Property::Tzid)?.values.first()?.as_text()
}

fn observance(component: &ICalendarComponent) -> Option<Observance> {
    let from = match component.property(&Property::Dtstart)?.values.first()? {
        Content::PartialDateTime(time) => time.to_date_time()?.date_time,
        _ => return None,
    };
    let offset = match component.property(&Property::Tzoffsetto)?.values.first()? {
        Content::PartialDateTime(time) => {
            let seconds = i32::from(time.tz_hour?) * 3_600 + i32::from(time.tz_minute.unwrap_or(0)) * 60;
            FixedOffset::east_opt(if time.tz_minus { -seconds } else { seconds })?
        }
        _ => return None,
    };
    let mut lines = Vec::new();
    for entry in component.properties(&Property::Rrule).chain(component.properties(&Property::Rdate)) {
        for value in &entry.values {
            match value {
                Content::RecurrenceRule(rule) => lines.push(format!("RRULE:{rule}")),
                Content::PartialDateTime(time) => {
                    lines.push(format!("RDATE:{}", time.to_date_time()?.date_time.format("%Y%m%dT%H%M%S")));
                }
                _ => {}
            }
        }
    }
    let when = When::hours(from, from, None).ok()?;
    let again = if lines.is_empty() { None } else { Recurrence::parse(&lines.join("\n"), when).ok() };
    Some(Observance { from, offset, again })
}

/// How far from UTC a zone is at a wall time: as the last observance that began by then says; before all, as the first.
fn offset_at(observances: &[Observance], at: NaiveDateTime) -> Option<FixedOffset> {
    let last = |o: &Observance| {
        let again = o.again.as_ref().and_then(|again| {
            again.starts(at - TimeDelta::days(800), at + TimeDelta::seconds(1)).into_iter().next_back()
        });
        again.or(Some(o.from)).filter(|begin| *begin <= at)
    };
    let begun = observances.iter().filter_map(|o| Some((last(o)?, o.offset)));
    begun
        .max_by_key(|(begin, _)| *begin)
        .map(|(_, offset)| offset)
        .or_else(|| observances.iter().min_by_key(|o| o.from).map(|o| o.offset))
}
