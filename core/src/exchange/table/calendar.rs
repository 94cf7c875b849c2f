//! Calendars (iCalendar) as a table of meetings, one row for each event; what is no event is a row that says why it is not taken.

use std::collections::HashMap;

use calcard::{
    Entry, Parser,
    common::{PartialDateTime, timezone::Tz as Named},
    icalendar::{
        ICalendar, ICalendarComponent, ICalendarComponentType as Type, ICalendarEntry, ICalendarParameterName,
        ICalendarPeriod, ICalendarProperty as Property, ICalendarStatus, ICalendarValue as Content,
    },
};
use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, TimeZone, Utc};

use super::{Row, Table, zones::Zones};
use crate::{
    calendar::{moved, remaining},
    environment::Zone,
    error::Result,
    message::Message,
    panics::caught,
    value::{Tz, When},
};

pub(super) const HEADERS: [&str; 14] = [
    "Calendar UID",
    "Series UID",
    "Seconds after the first",
    "And those that follow",
    "Summary",
    "When",
    "Recurrence",
    "Location",
    "Organizer",
    "Attendees",
    "Reminders",
    "Kind of event",
    "Cancelled",
    "Description",
];

/// An event that others may change occurrences of.
struct Series {
    when: When,
    recurrence: String,
}

pub(super) fn read(file: &str, text: &str) -> Result<Table> {
    let Ok(calendars) = caught(|| parsed(text)) else {
        return Err(refused!("is a calendar that cannot be read"));
    };
    let mut lines = lines_of(text);
    let mut rows = Vec::new();
    for calendar in &calendars {
        let zones = Zones::of(calendar);
        let components: Vec<&ICalendarComponent> = calendar.components.iter().collect();
        let mut series: HashMap<&str, Series> = HashMap::new();
        // What recurs comes before what changes it, wherever it stands in the file.
        let is_change = |c: &&&ICalendarComponent| c.has_property(&Property::RecurrenceId);
        for component in components.iter().filter(|c| c.component_type == Type::VEvent).filter(|c| !is_change(c)) {
            if let (Some(uid), Ok((when, _))) = (component.uid(), when(component, &zones)) {
                let recurrence = recurrence(component, when, &zones).unwrap_or_default();
                series.entry(uid).or_insert(Series { when, recurrence });
            }
        }
        for component in components {
            let line = match name_of(&component.component_type) {
                Some(name) => lines.get_mut(name).and_then(|l| l.pop()).unwrap_or(0),
                None => continue,
            };
            let row = match component.component_type {
                Type::VEvent => caught(|| event(calendar, component, &zones, &series))
                    .unwrap_or_else(|_| Err(message!("it cannot be read"))),
                Type::VTodo => Err(message!("is a to-do, which belongs on a record: add it there as an activity")),
                Type::VJournal => Err(message!("is a journal entry, no event: add it as a note")),
                Type::VFreebusy => Err(message!("says only when somebody is busy, and names no event")),
                _ => Err(message!("says when somebody can be reached, and names no event")),
            };
            rows.push(match row {
                Ok(cells) => Row { line, cells, broken: None, files: Vec::new() },
                Err(reason) => Row { line, cells: blank(component), broken: Some(reason), files: Vec::new() },
            });
        }
    }
    if rows.is_empty() {
        let only_zones = calendars.iter().any(|c| c.timezones().next().is_some());
        return Err(if only_zones {
            refused!("is a calendar with time zones and no events")
        } else {
            refused!("is a calendar without events")
        });
    }
    let headers = HEADERS.iter().map(|h| (*h).to_owned()).collect();
    Ok(Table { file: file.to_owned(), sheet: None, headers, rows })
}

/// The most components that one file may have.
const MOST: usize = 200_000;

fn parsed(text: &str) -> Vec<ICalendar> {
    let mut parser = Parser::new(text);
    let mut all = Vec::new();
    let mut components = 0;
    loop {
        match parser.entry() {
            Entry::ICalendar(calendar) => {
                components += calendar.components.len();
                all.push(calendar);
            }
            Entry::Eof | Entry::TooManyComponents => return all,
            _ => components += 1,
        }
        if components > MOST {
            return all;
        }
    }
}

fn name_of(component: &Type) -> Option<&'static str> {
    Some(match component {
        Type::VEvent => "VEVENT",
        Type::VTodo => "VTODO",
        Type::VJournal => "VJOURNAL",
        Type::VFreebusy => "VFREEBUSY",
        Type::VAvailability => "VAVAILABILITY",
        _ => return None,
    })
}

/// In which lines the components of a kind begin, the last first.
fn lines_of(text: &str) -> HashMap<&'static str, Vec<u64>> {
    let mut lines: HashMap<&str, Vec<u64>> = HashMap::new();
    for (number, line) in (1..).zip(text.lines()) {
        for name in ["VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY", "VAVAILABILITY"] {
            let begins = line.trim().get(..6).is_some_and(|b| b.eq_ignore_ascii_case("BEGIN:"));
            if begins && line.trim()[6..].trim().eq_ignore_ascii_case(name) {
                lines.entry(name).or_default().push(number);
            }
        }
    }
    lines.values_mut().for_each(|l| l.reverse());
    lines
}

fn blank(component: &ICalendarComponent) -> Vec<String> {
    let mut cells = vec![String::new(); HEADERS.len()];
    cells[0] = component.uid().unwrap_or_default().to_owned();
    cells[4] = text_of(component, &Property::Summary);
    cells
}

fn text_of(component: &ICalendarComponent, property: &Property) -> String {
    let values = component.property(property).map_or(&[][..], |entry| &entry.values);
    let texts: Vec<&str> = values.iter().filter_map(Content::as_text).collect();
    texts.join(",").trim().to_owned()
}

/// The cells of one event, or why it is not taken.
fn event(
    calendar: &ICalendar,
    component: &ICalendarComponent,
    zones: &Zones,
    series: &HashMap<&str, Series>,
) -> Result<Vec<String>, Message> {
    let mut cells = blank(component);
    let mut notes = Vec::new();
    let change = component.property(&Property::RecurrenceId);
    let of = component.uid().and_then(|uid| series.get(uid));
    let (when, note) = when(component, zones)?;
    notes.extend(note);
    let mut rule = recurrence(component, when, zones)?;
    if let (Some(change), Some(of)) = (change, of) {
        let original = point(change, zones).map_err(|why| message!("RECURRENCE-ID: {why}", why))?;
        let offset = (original.on_wall(of.when) - of.when.start()).num_seconds();
        cells[1] = cells[0].clone();
        cells[2] = offset.to_string();
        let following = change.parameters(&ICalendarParameterName::Range).next().is_some();
        if following && offset > 0 {
            cells[3] = "true".to_owned();
            let first = of.when.start() + TimeDelta::seconds(offset);
            let there =
                of.when.starting(first).ok_or_else(|| message!("RECURRENCE-ID: it lies beyond the calendar"))?;
            rule = moved(&remaining(&of.recurrence, of.when, first), there, when);
        }
    } else if change.is_some() {
        // The series is in another file: it stands by itself.
        cells[0] = format!("{} {when}", cells[0]);
    }
    cells[5] = when.to_string();
    cells[6] = rule;
    cells[7] = text_of(component, &Property::Location);
    cells[8] = component.property(&Property::Organizer).map(person).unwrap_or_default();
    cells[9] = component.properties(&Property::Attendee).map(person).collect::<Vec<_>>().join(" ::: ");
    cells[10] = reminders(calendar, component);
    cells[11] = text_of(component, &Property::Categories);
    let status = component.property(&Property::Status).and_then(|s| s.values.first());
    if matches!(status, Some(Content::Status(ICalendarStatus::Cancelled))) {
        cells[12] = "true".to_owned();
    }
    let mut description = text_of(component, &Property::Description);
    let link = text_of(component, &Property::Url);
    for line in std::iter::once(link).chain(notes).filter(|line| !line.is_empty()) {
        if !description.is_empty() {
            description.push('\n');
        }
        description.push_str(&line);
    }
    cells[13] = description;
    Ok(cells)
}

/// `Ann Field <ann@example.com>`
fn person(entry: &ICalendarEntry) -> String {
    let address = entry.calendar_address().unwrap_or_default().trim().to_owned();
    let name = entry.parameters(&ICalendarParameterName::Cn).find_map(|v| v.as_text()).unwrap_or_default().trim();
    match (name.is_empty(), address.is_empty()) {
        (true, _) => address,
        (false, true) => name.to_owned(),
        (false, false) => format!("{name} <{address}>"),
    }
}

/// Minutes before it at which its alarms go off; those at a fixed time or after it are none of ours.
fn reminders(calendar: &ICalendar, component: &ICalendarComponent) -> String {
    let children = component.component_ids.iter().filter_map(|id| calendar.component_by_id(*id));
    let triggers = children.filter(|c| c.component_type == Type::VAlarm).filter_map(|c| c.property(&Property::Trigger));
    let mut minutes: Vec<i64> = triggers
        .filter_map(|trigger| match trigger.values.first() {
            Some(Content::Duration(before)) => Some(-before.as_seconds() / 60),
            _ => None,
        })
        .filter(|minutes| (0..=40_320).contains(minutes))
        .collect();
    minutes.sort_unstable();
    minutes.dedup();
    minutes.iter().take(10).map(i64::to_string).collect::<Vec<_>>().join(", ")
}

/// A time as a file writes it.
pub(super) enum Point {
    Day(NaiveDate),
    /// On the wall of a zone that is known.
    Wall(NaiveDateTime, Tz),
    Moment(DateTime<Utc>),
    /// On the wall wherever one is; with the name of a zone that nobody knows, if that is why.
    Floating(NaiveDateTime, Option<String>),
}

impl Point {
    /// What the wall clock of another time shows then.
    fn on_wall(&self, of: When) -> NaiveDateTime {
        match self {
            Point::Day(day) => day.and_time(of.start().time()),
            Point::Floating(wall, _) => *wall,
            Point::Wall(wall, zone) if of.zone() == Some(*zone) => *wall,
            Point::Wall(wall, zone) => {
                of.zone().map_or(*wall, |to| Zone::named(to).wall(Zone::named(*zone).moment(*wall)))
            }
            Point::Moment(at) => of.zone().map_or(at.naive_utc(), |to| Zone::named(to).wall(*at)),
        }
    }

    fn zone(&self) -> Option<Tz> {
        match self {
            Point::Wall(_, zone) => Some(*zone),
            Point::Moment(_) => Some(Tz::UTC),
            Point::Day(_) | Point::Floating(..) => None,
        }
    }
}

fn point(entry: &ICalendarEntry, zones: &Zones) -> Result<Point, Message> {
    match entry.values.first() {
        Some(Content::PartialDateTime(time)) => read_point(time, entry.tz_id(), zones),
        Some(other) => {
            let text: String = other.as_text().unwrap_or_default().chars().take(60).collect();
            Err(message!("‘{text}’ is no date", text))
        }
        None => Err(message!("it is empty")),
    }
}

fn read_point(time: &PartialDateTime, zone: Option<&str>, zones: &Zones) -> Result<Point, Message> {
    if !time.has_date() {
        return Err(message!("it names no day"));
    }
    let read = time.to_date_time().ok_or_else(|| message!("there is no such date"))?;
    if !time.has_time() {
        return Ok(Point::Day(read.date_time.date()));
    }
    if let Some(offset) = read.offset {
        let at =
            offset.from_local_datetime(&read.date_time).single().ok_or_else(|| message!("there is no such time"))?;
        return Ok(Point::Moment(at.to_utc()));
    }
    let Some(name) = zone else { return Ok(Point::Floating(read.date_time, None)) };
    match zones.named(name, read.date_time) {
        Some(Named::Tz(zone)) => Ok(Point::Wall(read.date_time, zone)),
        Some(Named::Fixed(offset)) => {
            let at = offset
                .from_local_datetime(&read.date_time)
                .single()
                .ok_or_else(|| message!("there is no such time"))?;
            Ok(Point::Moment(at.to_utc()))
        }
        Some(Named::Floating) | None => Ok(Point::Floating(read.date_time, Some(name.to_owned()))),
    }
}

/// When an event is, and what is to be said about that.
fn when(component: &ICalendarComponent, zones: &Zones) -> Result<(When, Option<String>), Message> {
    let start = component.property(&Property::Dtstart).or_else(|| component.property(&Property::RecurrenceId));
    let start = start.ok_or_else(|| message!("it has no start"))?;
    let start = point(start, zones).map_err(|why| message!("its start cannot be read: {why}", why))?;
    let end = component.property(&Property::Dtend).map(|end| point(end, zones)).transpose();
    let end = end.map_err(|why| message!("its end cannot be read: {why}", why))?;
    let length = match component.property(&Property::Duration).and_then(|d| d.values.first()) {
        Some(Content::Duration(length)) => {
            Some(TimeDelta::try_seconds(length.as_seconds()).ok_or_else(|| message!("its duration is too long"))?)
        }
        Some(_) if end.is_none() => return Err(message!("its duration cannot be read")),
        _ => None,
    };
    if let Point::Day(first) = start {
        let after = match (&end, length) {
            (Some(Point::Day(after)), _) => *after,
            (Some(other), _) => other.on_wall(When::days(first, first)?).date() + TimeDelta::days(1),
            (None, Some(length)) => first
                .checked_add_signed(TimeDelta::days(length.num_days().max(1)))
                .ok_or_else(|| message!("it never ends"))?,
            (None, None) => first + TimeDelta::days(1),
        };
        // Some programs write the same day as the end of a day.
        let last = if after == first { first } else { after.pred_opt().unwrap_or(after) };
        return When::days(first, last).map(|when| (when, None));
    }
    let zone = start.zone();
    let begins = match &start {
        Point::Moment(at) => at.naive_utc(),
        Point::Wall(wall, _) | Point::Floating(wall, _) => *wall,
        Point::Day(day) => day.and_time(chrono::NaiveTime::MIN),
    };
    let instant = When::hours(begins, begins, zone)?;
    let ends = match (&end, length) {
        (Some(end), _) => end.on_wall(instant),
        (None, Some(length)) => begins.checked_add_signed(length).ok_or_else(|| message!("it never ends"))?,
        (None, None) => begins,
    };
    let note = match &start {
        Point::Floating(_, Some(name)) => {
            Some(format!("Time zone ‘{name}’ is not known: kept at the time of day it says."))
        }
        _ => None,
    };
    When::hours(begins, ends, zone).map(|when| (when, note))
}

/// The lines of its recurrence, times as the wall clock of `when` shows them.
fn recurrence(component: &ICalendarComponent, when: When, zones: &Zones) -> Result<String, Message> {
    let mut lines = Vec::new();
    for entry in &component.entries {
        let (name, is_rule) = match &entry.name {
            Property::Rrule => ("RRULE", true),
            Property::Rdate => ("RDATE", false),
            Property::Exdate => ("EXDATE", false),
            Property::Other(name) if name.eq_ignore_ascii_case("EXRULE") => ("EXRULE", true),
            _ => continue,
        };
        let mut values = Vec::new();
        for value in &entry.values {
            values.push(match value {
                Content::RecurrenceRule(rule) => rule.to_string(),
                other if is_rule => other.as_text().unwrap_or_default().to_owned(),
                Content::PartialDateTime(time) => on_wall(time, entry, when, zones, name)?,
                Content::Period(ICalendarPeriod::Range { start, .. } | ICalendarPeriod::Duration { start, .. }) => {
                    on_wall(start, entry, when, zones, name)?
                }
                other => match other.as_text() {
                    Some(text) if !text.trim().is_empty() => {
                        return Err(message!(
                            "{name}: ‘{text}’ is no date",
                            name,
                            text = text.chars().take(60).collect::<String>()
                        ));
                    }
                    _ => continue,
                },
            });
        }
        if !values.is_empty() {
            lines.push(format!("{name}:{}", values.join(",")));
        }
    }
    let text = lines.join("\n");
    match crate::calendar::Recurrence::parse(&text, when) {
        Ok(_) => Ok(text),
        Err(why) => Err(message!("its recurrence cannot be followed: {why}", why)),
    }
}

fn on_wall(
    time: &PartialDateTime,
    entry: &ICalendarEntry,
    when: When,
    zones: &Zones,
    name: &str,
) -> Result<String, Message> {
    let point = read_point(time, entry.tz_id(), zones).map_err(|why| message!("{name}: {why}", name, why))?;
    Ok(match (&point, when.is_all_day()) {
        (Point::Day(day), true) => day.format("%Y%m%d").to_string(),
        _ => point.on_wall(when).format("%Y%m%dT%H%M%S").to_string(),
    })
}
