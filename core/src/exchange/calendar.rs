//! Calendars out, as iCalendar: what a person's usual calendar reads, and [`super::import`] too.

use std::fmt::Write;

use calcard::icalendar::ICalendar;
use chrono::{DateTime, Utc};

use crate::{
    calendar::{Calendar, exported, property},
    id::DocId,
    panics::caught,
    record::{Meeting, Records},
    value::When,
};

/// Events and series, with all that was changed in their occurrences, as one calendar. `now` stamps what has no time of its last
/// change. Ids of what is no event are passed over.
pub fn ics(records: &Records, ids: &[DocId], now: DateTime<Utc>) -> Vec<u8> {
    let calendar = Calendar::new(records);
    let mut text =
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Satchel//Satchel//EN\r\nCALSCALE:GREGORIAN\r\n".to_owned();
    let name = records.company.as_ref().map(|c| c.name.as_str()).unwrap_or_default();
    _ = write!(text, "X-WR-CALNAME:{}\r\n", escaped(name));
    let events = ids.iter().filter_map(|id| records.meetings.get(id));
    let mut roots: Vec<&Meeting> = events.map(|m| calendar.root(m)).filter(|m| m.is_live()).collect();
    roots.sort_by_key(|m| m.id);
    roots.dedup_by_key(|m| m.id);
    for root in roots {
        for segment in calendar.segments(root) {
            series(&mut text, records, &calendar, segment, now);
        }
    }
    text.push_str("END:VCALENDAR\r\n");
    // Folded lines and the definitions of time zones are the library's.
    let whole = caught(|| {
        let mut calendar = ICalendar::parse(&text).ok()?;
        calendar.add_missing_timezones();
        Some(calendar.to_string())
    });
    whole.ok().flatten().unwrap_or(text).into_bytes()
}

/// A segment of a series, or an event, and what was changed in it.
fn series(text: &mut String, records: &Records, calendar: &Calendar, segment: &Meeting, now: DateTime<Utc>) {
    let Some(when) = segment.when else { return };
    let own = if segment.uid.is_empty() || segment.following {
        format!("{}@satchel", segment.id)
    } else {
        segment.uid.clone()
    };
    let changes = calendar.changes_of(segment.id);
    let end = changes.iter().filter(|c| c.following).filter_map(|c| segment.at(c.offset?)).map(When::start).min();
    let mut lines = exported(&segment.recurrence, when, end);
    for cancelled in changes.iter().filter(|c| !c.following && c.cancelled) {
        if let Some(at) = cancelled.offset.and_then(|offset| segment.at(offset)) {
            lines.push(format!("EXDATE{}", property(at.start(), when)));
        }
    }
    event(text, records, segment, &own, when, &lines, now);
    for change in changes.iter().filter(|c| !c.following && !c.cancelled) {
        let Some(at) = change.offset.and_then(|offset| segment.at(offset)) else { continue };
        if end.is_some_and(|end| at.start() >= end) {
            continue;
        }
        let whole = Meeting { recurrence: String::new(), ..segment.with(change) };
        let lines = [format!("RECURRENCE-ID{}", property(at.start(), when))];
        event(text, records, &whole, &own, change.when.unwrap_or(at), &lines, now);
    }
}

fn event(
    text: &mut String,
    records: &Records,
    meeting: &Meeting,
    uid: &str,
    when: When,
    lines: &[String],
    now: DateTime<Utc>,
) {
    let mut put = |line: &str| {
        text.push_str(line);
        text.push_str("\r\n");
    };
    put("BEGIN:VEVENT");
    put(&format!("UID:{}", escaped(uid)));
    put(&format!("DTSTAMP:{}", meeting.meta.write_date.unwrap_or(now).format("%Y%m%dT%H%M%SZ")));
    put(&format!("DTSTART{}", property(when.start(), when)));
    put(&format!("DTEND{}", property(when.stop(), when)));
    lines.iter().for_each(|line| put(line));
    put(&format!("SUMMARY:{}", escaped(&meeting.name)));
    for (name, value) in [("LOCATION", &meeting.location), ("DESCRIPTION", &meeting.description)] {
        if !value.is_empty() {
            put(&format!("{name}:{}", escaped(value)));
        }
    }
    if let Some(kind) = meeting.r#type {
        put(&format!("CATEGORIES:{}", escaped(records.name(kind))));
    }
    let of_user = |id: &DocId| records.users.get(id).map(|u| (u.name.as_str(), u.email.as_str()));
    let of_contact = |id: &DocId| records.contacts.get(&records.head(*id)).map(|c| (c.name.as_str(), c.email.as_str()));
    if let Some((name, email)) = meeting.user.as_ref().and_then(of_user).filter(|(_, email)| !email.is_empty()) {
        put(&format!("ORGANIZER{}", address(name, email)));
    }
    let people = meeting.users.iter().filter_map(of_user).chain(meeting.contacts.iter().filter_map(of_contact));
    for (name, email) in people {
        put(&format!("ATTENDEE{}", address(name, email)));
    }
    for minutes in meeting.reminder_minutes() {
        put("BEGIN:VALARM");
        put("ACTION:DISPLAY");
        put(&format!("TRIGGER:-PT{minutes}M"));
        put(&format!("DESCRIPTION:{}", escaped(&meeting.name)));
        put("END:VALARM");
    }
    put("END:VEVENT");
}

/// `;CN="Ann Field":mailto:ann@example.com`; without an address by name alone.
fn address(name: &str, email: &str) -> String {
    let plain = |text: &str| text.chars().filter(|c| !c.is_control() && *c != '"').collect::<String>();
    match email.trim() {
        "" => format!(";CN=\"{0}\":invalid:nomail", plain(name)),
        email => format!(";CN=\"{}\":mailto:{}", plain(name), plain(email)),
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.replace("\r\n", "\n").chars() {
        match letter {
            '\\' | ';' | ',' => out.extend(['\\', letter]),
            '\n' => out.push_str("\\n"),
            letter if letter.is_control() && letter != '\t' => {}
            letter => out.push(letter),
        }
    }
    out
}

/// The events that a person is in: their calendar.
pub fn of_person(records: &Records, person: DocId) -> Vec<DocId> {
    let calendar = Calendar::new(records);
    let live = records.meetings.values().filter(|m| m.series.is_none() && m.is_live());
    let is_in = |root: &&Meeting| {
        calendar.segments(root).into_iter().any(|segment| {
            segment.is_of(person) || calendar.changes_of(segment.id).iter().any(|c| c.users.contains(&person))
        })
    };
    live.filter(is_in).map(|m| m.id).collect()
}
