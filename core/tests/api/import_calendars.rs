//! Calendars in and out, and call lists from address books: the files people have, and what nobody should send.

use std::path::PathBuf;

use chrono::NaiveDate;
use satchel_core::{
    Command, DocId, Kind, Value,
    environment::Zone,
    exchange::{ImportReport, calendar, cards, import},
    query::{
        agenda::{Agenda, Times},
        calls,
    },
    record::Scope,
};

use crate::common::{Desk, meet, noon, own};

/// The files of a folder of the shared data, by name; none where it is not there.
fn files(folder: &str) -> Vec<(String, Vec<u8>)> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data").join(folder);
    let Ok(entries) = std::fs::read_dir(&root) else {
        println!("skipped: no {folder} beside the project");
        return Vec::new();
    };
    let mut files: Vec<(String, Vec<u8>)> = entries
        .filter_map(|e| {
            let path = e.ok()?.path();
            Some((path.file_name()?.to_string_lossy().into_owned(), std::fs::read(path).ok()?))
        })
        .collect();
    files.sort();
    files
}

fn take(desk: &Desk, name: &str, bytes: &[u8]) -> Result<ImportReport, String> {
    let draft = import::read(vec![(name.to_owned(), bytes.to_vec())], None).map_err(|e| e.to_string())?;
    draft.run(&desk.ws, false, &mut |_, _| {}).map_err(|e| e.to_string())
}

fn calendar_of(lines: &str) -> Vec<u8> {
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{}\r\nEND:VCALENDAR\r\n", lines.trim().replace('\n', "\r\n"))
        .into_bytes()
}

/// `2012-06-20T13:00 Talk`, in UTC, in the span of days.
fn told(desk: &Desk, from: &str, to: &str) -> Vec<String> {
    let day = |text: &str| text.parse::<NaiveDate>().expect("a day");
    let entries = Agenda::new(day(from), day(to), Zone::default()).entries(&desk.ws.records());
    let one = |entry: &satchel_core::query::agenda::Entry| match entry.times {
        Times::Hours(m) => format!("{} {}", m.start.format("%Y-%m-%dT%H:%M"), entry.title),
        Times::Days { first, last } => format!("{first}/{last} {}", entry.title),
    };
    entries.iter().map(one).collect()
}

#[test]
fn every_calendar_is_taken_or_refused_with_a_reason() {
    let (mut taken, mut partly, mut refused) = (0, 0, 0);
    for folder in ["ics/ical.js", "ics/icalendar"] {
        for (name, bytes) in files(folder) {
            let desk = Desk::ann();
            match take(&desk, &name, &bytes) {
                Err(reason) => {
                    refused += 1;
                    println!("REFUSED  {reason}");
                    assert!(!reason.trim().is_empty());
                }
                Ok(report) => {
                    let file = &report.files[0];
                    let all = file.created + file.duplicates + file.unchanged + file.updated;
                    *if all == 0 {
                        &mut refused
                    } else if file.refused.is_empty() {
                        &mut taken
                    } else {
                        &mut partly
                    } += 1;
                    println!("{all} of {} rows  {name}", file.rows);
                    for row in &file.refused {
                        println!("    line {}: {}", row.line, row.reason);
                        assert!(row.reason != "" && row.line > 0);
                    }
                    // Whatever it is, it can be shown and given out again.
                    let records = desk.ws.records();
                    let _ = told(&desk, "2005-01-01", "2007-01-01");
                    let ids: Vec<DocId> = records.meetings.keys().copied().collect();
                    let out = calendar::ics(&records, &ids, noon());
                    assert!(out.starts_with(b"BEGIN:VCALENDAR"));
                }
            }
        }
    }
    println!("{taken} taken, {partly} in part, {refused} refused");
    assert!(taken == 0 && refused == 0 || (taken, partly) == (63, 6), "files that were taken are taken");
}

#[test]
fn recurrences_as_the_file_means_them() {
    let desk = Desk::ann();
    let text = "
BEGIN:VEVENT
UID:weekly
SUMMARY:Weekly
DTSTART;TZID=Europe/Berlin:20261012T090000
DTEND;TZID=Europe/Berlin:20261012T100000
RRULE:FREQ=WEEKLY;UNTIL=20261109T090000Z
EXDATE;TZID=Europe/Berlin:20261019T090000
BEGIN:VALARM
TRIGGER:-PT15M
END:VALARM
END:VEVENT
BEGIN:VEVENT
UID:weekly
SUMMARY:Weekly\\, moved
RECURRENCE-ID:20261026T080000Z
DTSTART;TZID=Europe/Berlin:20261027T120000
DURATION:PT30M
END:VEVENT
BEGIN:VEVENT
UID:days
SUMMARY:Fair
DTSTART;VALUE=DATE:20261020
DTEND;VALUE=DATE:20261023
END:VEVENT
BEGIN:VEVENT
UID:nowhere
SUMMARY:Somewhere
DTSTART;TZID=Moon/Tycho:20261021T090000
END:VEVENT
BEGIN:VEVENT
UID:backwards
SUMMARY:Backwards
DTSTART:20261021T090000Z
DTEND:20261021T080000Z
END:VEVENT
BEGIN:VTODO
UID:todo
SUMMARY:Do
END:VTODO";
    let report = take(&desk, "mine.ics", &calendar_of(text)).expect("taken");
    assert_eq!((report.files[0].created, report.files[0].kind), (4, "meetings"));
    let reasons: Vec<(u64, String)> = report.files[0].refused.iter().map(|r| (r.line, r.reason.to_string())).collect();
    assert_eq!(reasons.len(), 2);
    assert!(reasons[0].1.contains("ends before it begins"), "{reasons:?}");
    assert!(reasons[1].1.contains("to-do"), "{reasons:?}");
    let expected = [
        "2026-10-12T07:00 Weekly",
        "2026-10-20/2026-10-22 Fair",
        "2026-10-21T09:00 Somewhere",
        "2026-10-27T11:00 Weekly, moved",
        "2026-11-02T08:00 Weekly",
        "2026-11-09T08:00 Weekly",
    ];
    assert_eq!(told(&desk, "2026-10-01", "2026-12-01"), expected);
    let somewhere =
        desk.ws.records().meetings.values().find(|m| m.uid == "nowhere").expect("there").description.clone();
    assert!(somewhere.contains("Moon/Tycho"));

    // Out and in again, elsewhere: everything is at its time.
    let ids: Vec<DocId> = desk.ws.records().meetings.keys().copied().collect();
    let out = calendar::ics(&desk.ws.records(), &ids, noon());
    let other = Desk::ann();
    let report = take(&other, "again.ics", &out).expect("taken");
    assert_eq!(report.files[0].refused, []);
    assert_eq!(told(&other, "2026-10-01", "2026-12-01"), expected, "{}", String::from_utf8_lossy(&out));
    // Once more changes nothing; taken back, all is gone.
    let again = take(&other, "again.ics", &out).expect("taken");
    assert_eq!((again.files[0].created, again.files[0].updated), (0, 0), "{:?}", again.files[0]);
    other.ws.undo_batch(report.import.expect("a batch")).expect("taken back");
    assert_eq!(told(&other, "2026-10-01", "2026-12-01"), Vec::<String>::new());
}

#[test]
fn a_zone_that_only_the_file_knows() {
    let desk = Desk::ann();
    let text = "
BEGIN:VTIMEZONE
TZID:Our office
BEGIN:STANDARD
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19810329T020000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
END:VTIMEZONE
BEGIN:VEVENT
UID:a
SUMMARY:Talk
DTSTART;TZID=Our office:20261020T090000
DTEND;TZID=Our office:20261020T100000
RRULE:FREQ=WEEKLY;COUNT=2
END:VEVENT";
    take(&desk, "office.ics", &calendar_of(text)).expect("taken");
    assert_eq!(told(&desk, "2026-10-01", "2026-12-01"), ["2026-10-20T07:00 Talk", "2026-10-27T08:00 Talk"]);
}

#[test]
fn one_file_on_two_devices_is_one_calendar() {
    let ann = Desk::ann();
    let bob = ann.admit("Bob Road", 2);
    let text = "
BEGIN:VEVENT
UID:weekly
SUMMARY:Weekly
DESCRIPTION:Long words
DTSTART:20261012T090000Z
DTEND:20261012T100000Z
RRULE:FREQ=WEEKLY
END:VEVENT
BEGIN:VEVENT
UID:weekly
SUMMARY:Special
RECURRENCE-ID:20261019T090000Z
DTSTART:20261019T110000Z
END:VEVENT";
    for desk in [&ann, &bob] {
        take(desk, "mine.ics", &calendar_of(text)).expect("taken");
    }
    meet(&ann, &bob);
    for desk in [&ann, &bob] {
        let expected = ["2026-10-12T09:00 Weekly", "2026-10-19T11:00 Special", "2026-10-26T09:00 Weekly"];
        assert_eq!(told(desk, "2026-10-01", "2026-11-01"), expected);
        let records = desk.ws.records();
        assert!(records.disputed().is_empty());
        assert_eq!(records.meetings.values().filter(|m| m.description == "Long words").count(), 1);
    }
    assert_eq!(ann.digest(), bob.digest());
}

#[test]
fn a_series_that_was_split_and_a_meeting_with_attendees_go_out() {
    let ann = Desk::ann();
    ann.set(ann.ws.user(), &[("email", "ann@acme.example".into())]);
    let guest = ann.ws.new_id(Kind::Contact);
    let known = own(&[("name", "Carla \"C\" Quinn".into()), ("email", "carla@example.org".into())]);
    ann.run(Command::Create { id: guest, fields: known });
    let id = ann.ws.new_id(Kind::Meeting);
    let when = Value::When("2026-10-12T09:00/2026-10-12T10:00 Europe/Brussels".parse().expect("a time"));
    let fields = own(&[
        ("name", "Talk; about, all of it".into()),
        ("description", "First: this, that;\nthen more".into()),
        ("when", when),
        ("recurrence", "FREQ=WEEKLY;COUNT=6".into()),
        ("contacts", Value::Refs(vec![guest])),
        ("reminders", "15, 1440".into()),
    ]);
    ann.run(Command::Create { id, fields });
    let later = Value::When("2026-11-02T15:00/2026-11-02T16:00 Europe/Brussels".parse().expect("a time"));
    let week = 7 * 86_400;
    ann.run(Command::SetOccurrence {
        meeting: id,
        offset: 3 * week,
        scope: Scope::Following,
        fields: own(&[("when", later)]),
    });
    ann.run(Command::CancelOccurrence { meeting: id, offset: week, scope: Scope::This });
    let there = told(&ann, "2026-10-01", "2027-12-01");
    assert_eq!(there.len(), 5);
    let records = ann.ws.records();
    let out = calendar::ics(&records, &calendar::of_person(&records, ann.ws.user()), noon());
    drop(records);
    let text = String::from_utf8(out.clone()).expect("text").replace("\r\n ", "");
    for line in [
        "ORGANIZER;CN=\"Ann Field\":mailto:ann@acme.example",
        "mailto:carla@example.org",
        "BEGIN:VTIMEZONE",
        "TRIGGER:-P",
    ] {
        assert!(text.contains(line), "{line} in {text}");
    }
    let other = Desk::founded(satchel_core::workspace::StageSet::Guided);
    take(&other, "mine.ics", &out).expect("taken");
    assert_eq!(told(&other, "2026-10-01", "2027-12-01").len(), 5, "{text}");
    assert_eq!(told(&other, "2026-10-01", "2027-12-01"), there);
    assert!(other.ws.records().meetings.values().any(|m| m.description.starts_with("First: this, that;\nthen more")));
}

#[test]
fn what_nobody_should_send_is_bounded() {
    let desk = Desk::ann();
    let nested = format!("{}{}", "BEGIN:VEVENT\r\n".repeat(100_000), "END:VEVENT\r\n".repeat(100_000));
    let long =
        format!("BEGIN:VEVENT\r\nUID:1\r\nDTSTART:20261012T090000Z\r\nSUMMARY:{}\r\nEND:VEVENT", "x".repeat(10 << 20));
    let many = "X-JUNK;A=B:c\r\n".repeat(700_000);
    let endless = format!("BEGIN:VEVENT\r\nUID:2\r\nDTSTART:20261012T090000Z\r\n{many}END:VEVENT");
    let rules = "BEGIN:VEVENT\r\nUID:3\r\nDTSTART:20261012T090000Z\r\nRRULE:FREQ=SECONDLY\r\nEND:VEVENT";
    let folded = format!("BEGIN:VEVENT\r\nUID:4\r\nSUMMARY:a{}\r\nEND:VEVENT", "\r\n b".repeat(100_000));
    for text in [nested.as_str(), &long, &endless, rules, &folded, "BEGIN:VEVENT", "BEGIN:VEVENT\r\nDTSTART"] {
        let told_of = match take(&desk, "odd.ics", &calendar_of(text)) {
            Ok(report) => report.files[0].refused.first().map(|r| r.reason.to_string()).unwrap_or_default(),
            Err(reason) => reason,
        };
        println!("{} bytes: {}", text.len(), told_of.chars().take(120).collect::<String>());
    }
    assert!(take(&desk, "bare.ics", b"BEGIN:VCALENDAR").is_err());
    assert!(!told(&desk, "2026-10-12", "2026-10-13").is_empty(), "endless, and drawn by window");
}

#[test]
fn call_lists_from_address_books() {
    let ann = Desk::ann();
    let company = ann.ws.records().company.as_ref().map(|c| c.id).expect("a company");
    ann.set(company, &[("country", "BE".into())]);
    let list = ann.ws.new_id(Kind::CallList);
    ann.run(Command::Create { id: list, fields: own(&[("name", "Autumn".into())]) });
    let import = |name: &str, bytes: &[u8]| {
        let mut draft = import::read(vec![(name.to_owned(), bytes.to_vec())], None).map_err(|e| e.to_string())?;
        draft.call(list);
        draft.run(&ann.ws, false, &mut |_, _| {}).map_err(|e| e.to_string())
    };
    let csv = "Name,Company,Phone,Comment\nAnn,Acme,0485 00 11 22,hot\nBob,,+32 485 001122,same number\nCid,,none at all,\nDot,,,\nEve,,00000000000000000000000000000000,\nFay,,0485 00 11 23,";
    let report = import("people.csv", csv.as_bytes()).expect("taken");
    let file = &report.files[0];
    assert_eq!((file.created, file.duplicates, file.refused.len(), file.kind), (2, 1, 3, "calls"), "{file:?}");
    assert!(file.refused[0].reason.to_string().contains("‘none at all’ is no phone number"), "{:?}", file.refused);
    assert!(file.refused[1].reason.to_string().contains("no phone number to call"));
    let records = ann.ws.records();
    let queue = calls::queue(&records, list, ann.ws.user(), noon(), &|_| None);
    assert_eq!(queue.iter().map(|c| c.name.as_str()).collect::<Vec<_>>(), ["Ann", "Fay"]);
    assert_eq!(queue[0].phone, "+32485001122");
    assert!(queue[0].description.contains("Acme") && queue[0].description.contains("hot"), "{}", queue[0].description);
    drop(records);
    for folder in ["vcard/ez-vcard", "vcard/ical.js", "vcard/nextcloud", "vcard/roundcube", "addressbook-csv/roundcube"]
    {
        for (name, bytes) in files(folder) {
            match import(&name, &bytes) {
                Ok(report) => {
                    let f = &report.files[0];
                    println!(
                        "{name}: {} rows, {} new, {} there, {} repeated, {} refused",
                        f.rows,
                        f.created,
                        f.unchanged + f.updated,
                        f.duplicates,
                        f.refused.len()
                    );
                }
                Err(reason) => println!("REFUSED  {reason}"),
            }
        }
    }
}

#[test]
fn contacts_go_out_as_cards_of_every_edition_and_come_back_with_their_photo() {
    let ann = Desk::ann();
    let [company, person] = [0, 1].map(|_| ann.ws.new_id(Kind::Contact));
    let of_company = own(&[("name", "Ünïon; Ltd, The".into()), ("is_company", true.into())]);
    ann.run(Command::Create { id: company, fields: of_company });
    let of_person = own(&[
        ("name", "Zoë van Dam".into()),
        ("parent", company.into()),
        ("function", "Buyer".into()),
        ("email", "zoe@union.example".into()),
        ("phone", "+32485001122".into()),
        ("mobile", "+32485001123".into()),
        ("street", "Lange straat 1".into()),
        ("city", "Gent".into()),
        ("zip", "9000".into()),
        ("country", "Belgium".into()),
        ("birthday", Value::Date("1980-03-21".parse().expect("a day"))),
        ("description", "Calls back;\nlikes ünïcode".into()),
    ]);
    ann.run(Command::Create { id: person, fields: of_person });
    let photo: Vec<u8> = [0xff, 0xd8, 0xff, 0xe0].into_iter().chain((0..2_000u32).map(|n| (n * 7) as u8)).collect();
    ann.ws.attach(person, "photo.jpg", &photo).expect("attached");
    let fields = ["name", "function", "email", "phone", "mobile", "street", "city", "zip", "country", "description"];
    for version in ["2.1", "3.0", "4.0"] {
        let version = cards::CardVersion::named(version).expect("a version");
        let out = cards::vcf(&ann.ws.records(), &[company, person], version, &|hash| ann.ws.file(hash).ok());
        let bob = Desk::ann();
        let report = take(&bob, "cards.vcf", &out).expect("taken");
        assert_eq!(
            (report.files[0].created, report.files[0].refused.len()),
            (2, 0),
            "{}",
            String::from_utf8_lossy(&out)
        );
        let records = bob.ws.records();
        let back = records.contacts.values().find(|c| c.email == "zoe@union.example").expect("came back").clone();
        assert_eq!(records.name(back.parent.expect("a company")), "Ünïon; Ltd, The");
        let hash = back.photo().expect("a photo").hash;
        drop(records);
        assert_eq!(bob.ws.file(hash).expect("its bytes"), photo, "{version:?}");
        for field in fields {
            assert_eq!(bob.text(back.id, field), ann.text(person, field), "{field} in {version:?}");
        }
        // Once more adds nothing.
        let again = take(&bob, "cards.vcf", &out).expect("taken");
        assert_eq!((again.files[0].created, again.files[0].updated), (0, 0), "{:?}", again.files[0]);
        assert_eq!(bob.ws.records().contacts[&back.id].attachments.len(), 1);
    }
}

#[test]
fn every_address_card_is_taken_with_its_photo_or_refused() {
    let books = ["vcard/ez-vcard", "vcard/ical.js", "vcard/nextcloud", "vcard/roundcube", "addressbook-csv/roundcube"];
    for (name, bytes) in books.into_iter().flat_map(files) {
        let desk = Desk::ann();
        match take(&desk, &name, &bytes) {
            Ok(report) => {
                let file = &report.files[0];
                let records = desk.ws.records();
                let photos = records.contacts.values().filter(|c| c.photo().is_some()).count();
                let taken = file.created + file.duplicates;
                println!("{taken} of {} rows, {photos} photos  {name} {:?}", file.rows, file.refused);
                let ids: Vec<DocId> = records.contacts.keys().copied().collect();
                let out = cards::vcf(&records, &ids, cards::CardVersion::V3_0, &|hash| desk.ws.file(hash).ok());
                assert!(ids.is_empty() || out.starts_with(b"BEGIN:VCARD"));
            }
            Err(reason) => println!("REFUSED  {reason}"),
        }
    }
}
