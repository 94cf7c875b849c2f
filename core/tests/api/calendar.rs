//! Meetings, series and what is changed in their occurrences, on one device and on two (spec §4).

use chrono::{NaiveDate, TimeDelta};
use satchel_core::{
    Command, DocId, Kind, Value,
    environment::Zone,
    query::{
        Asker, ListQuery, Listing,
        agenda::{Agenda, Entry, Source, Times, nearest_meeting, reminders},
    },
    record::Scope,
    value::Tz,
};

use crate::common::{Desk, meet, noon, own};

const DAY: i64 = 86_400;
const WEEK: i64 = 7 * DAY;

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn meeting(desk: &Desk, name: &str, when: &str, more: &[(&str, Value)]) -> DocId {
    let id = desk.ws.new_id(Kind::Meeting);
    let mut fields = own(&[("name", name.into()), ("when", Value::When(when.parse().expect("a time")))]);
    fields.extend(own(more));
    desk.run(Command::Create { id, fields });
    id
}

/// A weekly one from Monday 9 November 2026, 10:00 in Brussels.
fn weekly(desk: &Desk) -> DocId {
    let rule = ("recurrence", "RRULE:FREQ=WEEKLY;BYDAY=MO".into());
    meeting(desk, "Weekly", "2026-11-09T10:00/2026-11-09T11:00 Europe/Brussels", &[rule])
}

fn change(desk: &Desk, meeting: DocId, offset: i64, scope: Scope, fields: &[(&str, Value)]) {
    desk.run(Command::SetOccurrence { meeting, offset, scope, fields: own(fields) });
}

fn when(text: &str) -> Value {
    Value::When(text.parse().expect("a time"))
}

fn entries(desk: &Desk, from: &str, to: &str) -> Vec<Entry> {
    Agenda::new(day(from), day(to), Zone::named(Tz::Europe__Brussels)).entries(&desk.ws.records())
}

/// `09 10:00 Weekly`, on the wall in Brussels.
fn told(desk: &Desk, from: &str, to: &str) -> Vec<String> {
    let zone = Zone::named(Tz::Europe__Brussels);
    let one = |entry: &Entry| match entry.times {
        Times::Hours(moments) => format!("{} {}", zone.wall(moments.start).format("%d %H:%M"), entry.title),
        Times::Days { first, last } => format!("{}-{} {}", first.format("%d"), last.format("%d"), entry.title),
    };
    entries(desk, from, to).iter().map(one).collect()
}

fn november(desk: &Desk) -> Vec<String> {
    told(desk, "2026-11-01", "2026-12-01")
}

#[test]
fn scenario_13_the_nearest_meeting_of_an_opportunity() {
    let ann = Desk::ann();
    let deal = ann.add(&[("name", "Lamps".into())]);
    let now = "2026-07-13T11:00:00Z".parse().expect("a time");
    let words = |desk: &Desk| nearest_meeting(&desk.ws.records(), deal, now, &Zone::default()).words(&Zone::default());
    assert_eq!(words(&ann), "No Meeting");
    let on = |day: u32| {
        let when = format!("2026-07-{day}T09:00/2026-07-{day}T10:00 UTC");
        meeting(&ann, "Talk", &when, &[("opportunity", deal.into())])
    };
    let all = [12, 14, 15].map(on);
    assert_eq!(words(&ann), "Next Meeting 14 Jul");
    ann.run(Command::Trash { ids: all[1..].to_vec() });
    assert_eq!(words(&ann), "Last Meeting 12 Jul");
}

#[test]
fn scenario_14_days_of_two_events_elsewhere() {
    let ann = Desk::ann();
    let [late, early] =
        [17, 2].map(|hour| meeting(&ann, "Talk", &format!("2020-12-13T{hour:02}:00/2020-12-13T{hour:02}:30 UTC"), &[]));
    let days = |zone: Tz| {
        let zone = Zone::named(zone);
        let entries = Agenda::new(day("2020-12-01"), day("2021-01-01"), zone.clone()).entries(&ann.ws.records());
        let of = |id: DocId| match entries.iter().find(|e| e.id == id).expect("is there").times {
            Times::Hours(moments) => zone.day(moments.start),
            Times::Days { first, .. } => first,
        };
        [late, early].map(|id| of(id).to_string())
    };
    assert_eq!(days(Tz::America__New_York), ["2020-12-13", "2020-12-12"]);
    assert_eq!(days(Tz::Europe__Lisbon), ["2020-12-13", "2020-12-13"]);
}

#[test]
fn a_series_stays_at_its_hour_when_the_clocks_change() {
    let ann = Desk::ann();
    let rule = ("recurrence", "FREQ=DAILY".into());
    meeting(&ann, "Standup", "2026-10-01T09:30/2026-10-01T09:45 Europe/Brussels", &[rule]);
    assert_eq!(told(&ann, "2026-10-24", "2026-10-27"), ["24 09:30 Standup", "25 09:30 Standup", "26 09:30 Standup"]);
    let elsewhere = Agenda::new(day("2026-10-24"), day("2026-10-27"), Zone::named(Tz::America__New_York));
    let hours: Vec<String> = elsewhere
        .entries(&ann.ws.records())
        .iter()
        .filter_map(|e| match e.times {
            Times::Hours(m) => Some(elsewhere.zone.wall(m.start).format("%H:%M").to_string()),
            Times::Days { .. } => None,
        })
        .collect();
    assert_eq!(hours, ["03:30", "04:30", "04:30"], "New York changes a week later");
}

#[test]
fn one_occurrence_those_that_follow_and_all() {
    let ann = Desk::ann();
    let id = weekly(&ann);
    assert_eq!(november(&ann), ["09 10:00 Weekly", "16 10:00 Weekly", "23 10:00 Weekly", "30 10:00 Weekly"]);
    change(
        &ann,
        id,
        WEEK,
        Scope::This,
        &[("name", "Special".into()), ("when", when("2026-11-17T15:00/2026-11-17T16:00 Europe/Brussels"))],
    );
    ann.run(Command::CancelOccurrence { meeting: id, offset: 3 * WEEK, scope: Scope::This });
    assert_eq!(november(&ann), ["09 10:00 Weekly", "17 15:00 Special", "23 10:00 Weekly"]);
    ann.ws.undo().expect("undone");
    assert_eq!(november(&ann).len(), 4);
    change(
        &ann,
        id,
        2 * WEEK,
        Scope::Following,
        &[("when", when("2026-11-24T14:00/2026-11-24T14:30 Europe/Brussels")), ("location", "Room 2".into())],
    );
    assert_eq!(
        told(&ann, "2026-11-01", "2026-12-10"),
        ["09 10:00 Weekly", "17 15:00 Special", "24 14:00 Weekly", "01 14:00 Weekly", "08 14:00 Weekly"]
    );
    let later = entries(&ann, "2026-12-01", "2026-12-02")[0].clone();
    assert_eq!((later.location.as_str(), later.of.map(|of| of.1)), ("Room 2", Some(WEEK)));
    // All, from one of those that follow: both halves, as far.
    let (series, offset) = later.of.expect("of a series");
    change(
        &ann,
        series,
        offset,
        Scope::All,
        &[("name", "Monthly? No".into()), ("when", when("2026-12-01T15:00/2026-12-01T15:30 Europe/Brussels"))],
    );
    assert_eq!(
        told(&ann, "2026-11-01", "2026-12-10"),
        [
            "09 11:00 Monthly? No",
            "17 15:00 Special",
            "24 15:00 Monthly? No",
            "01 15:00 Monthly? No",
            "08 15:00 Monthly? No"
        ]
    );
    ann.run(Command::CancelOccurrence { meeting: series, offset, scope: Scope::Following });
    assert_eq!(told(&ann, "2026-11-01", "2026-12-10").len(), 3);
    ann.run(Command::CancelOccurrence { meeting: id, offset: 0, scope: Scope::All });
    assert_eq!(told(&ann, "2026-11-01", "2027-12-10"), Vec::<String>::new());
    let gone =
        Command::SetOccurrence { meeting: id, offset: DAY, scope: Scope::This, fields: own(&[("name", "x".into())]) };
    assert!(ann.ws.execute(gone).is_err());
}

#[test]
fn an_occurrence_edited_here_while_the_series_moves_there() {
    let ann = Desk::ann();
    let id = weekly(&ann);
    let bob = ann.admit("Bob Road", 2);
    change(&ann, id, WEEK, Scope::This, &[("name", "With the boss".into())]);
    change(&ann, id, 2 * WEEK, Scope::This, &[("when", when("2026-11-25T09:00/2026-11-25T10:00 Europe/Brussels"))]);
    change(&bob, id, 0, Scope::All, &[("when", when("2026-11-10T14:00/2026-11-10T15:00 Europe/Brussels"))]);
    // And the same occurrence on both.
    change(&bob, id, WEEK, Scope::This, &[("location", "Roof".into())]);
    meet(&ann, &bob);
    for desk in [&ann, &bob] {
        assert_eq!(november(desk), ["10 14:00 Weekly", "17 14:00 With the boss", "25 09:00 Weekly"]);
        assert_eq!(entries(desk, "2026-11-17", "2026-11-18")[0].location, "Roof");
        assert!(desk.ws.records().disputed().is_empty());
    }
    assert_eq!(ann.digest(), bob.digest());
}

#[test]
fn one_retitles_alone_what_the_other_splits_off() {
    let ann = Desk::ann();
    let id = weekly(&ann);
    let bob = ann.admit("Bob Road", 2);
    change(&ann, id, 3 * WEEK, Scope::This, &[("name", "Year's end".into())]);
    change(
        &bob,
        id,
        2 * WEEK,
        Scope::Following,
        &[("when", when("2026-11-23T16:00/2026-11-23T17:00 Europe/Brussels"))],
    );
    ann.run(Command::CancelOccurrence { meeting: id, offset: WEEK, scope: Scope::This });
    meet(&ann, &bob);
    for desk in [&ann, &bob] {
        assert_eq!(november(desk), ["09 10:00 Weekly", "23 16:00 Weekly", "30 16:00 Year's end"]);
    }
}

#[test]
fn moved_here_and_retitled_there_is_both_and_two_times_are_a_conflict() {
    let ann = Desk::ann();
    let id = meeting(&ann, "Talk", "2026-11-12T10:00/2026-11-12T11:00 Europe/Brussels", &[]);
    let bob = ann.admit("Bob Road", 2);
    ann.set(id, &[("when", when("2026-11-12T12:00/2026-11-12T14:00 Europe/Brussels"))]);
    bob.set(id, &[("name", "Lunch".into())]);
    meet(&ann, &bob);
    assert_eq!(november(&bob), ["12 12:00 Lunch"]);
    ann.set(id, &[("when", when("2026-11-12T08:00/2026-11-12T09:00 Europe/Brussels"))]);
    bob.set(id, &[("when", when("2026-11-12T18:00/2026-11-12T20:00 Europe/Brussels"))]);
    meet(&ann, &bob);
    assert_eq!(november(&ann), november(&bob));
    assert_eq!(ann.ws.records().meetings[&id].meta.conflicts, ["when"], "start and stop are one thing");
}

#[test]
fn sources_and_people_are_switched() {
    let ann = Desk::ann();
    let bob = ann.admit("Bob Road", 2);
    let closing = Value::Date(day("2026-11-20"));
    let deal = ann.add(&[("name", "Lamps".into()), ("date_deadline", closing), ("user", ann.ws.user().into())]);
    let kind = ann.ws.new_id(Kind::EventKind);
    ann.run(Command::Create { id: kind, fields: own(&[("name", "Interventions".into()), ("color", Value::Int(3))]) });
    meeting(&ann, "Repair", "2026-11-18/2026-11-19", &[("type", kind.into())]);
    let of_bob = [("user", bob.ws.user().into()), ("opportunity", deal.into())];
    meeting(&ann, "Bob's", "2026-11-18T10:00/2026-11-18T11:00 UTC", &of_bob);
    let (id, on, kind_of) = (ann.ws.new_id(Kind::Activity), deal, satchel_core::record::ActivityType::CALL);
    let (summary, note) = ("Ask".to_owned(), String::new());
    ann.run(Command::AddActivity {
        on,
        id,
        kind: kind_of,
        summary,
        note,
        date_deadline: day("2026-11-18"),
        user: None,
    });
    let call = ann.ws.new_id(Kind::Call);
    let date = Value::Time("2026-11-18T08:00:00Z".parse().expect("a time"));
    ann.run(Command::Create {
        id: call,
        fields: own(&[("name", "Ring".into()), ("date", date), ("user", bob.ws.user().into())]),
    });

    let all = november(&ann);
    assert_eq!(all, ["18-18 Ask", "18-19 Repair", "18 09:00 Ring", "18 11:00 Bob's", "20-20 Lamps"]);
    let records = ann.ws.records();
    let mut agenda = Agenda::new(day("2026-11-01"), day("2026-12-01"), Zone::default());
    let titles = |agenda: &Agenda| agenda.entries(&records).iter().map(|e| e.title.clone()).collect::<Vec<_>>();
    agenda.people = Some([bob.ws.user()].into());
    assert_eq!(titles(&agenda), ["Ring", "Bob's"]);
    agenda.people = None;
    agenda.hidden = Source::all(&records).into_iter().filter(|s| *s != Source::Events(kind)).collect();
    assert_eq!(titles(&agenda), ["Repair"]);
    assert_eq!(Source::all(&records).last().map(|s| s.name(&records)), Some("Interventions"));
}

#[test]
fn what_is_no_meeting_is_refused_in_words() {
    let ann = Desk::ann();
    let refused = |fields: &[(&str, Value)]| {
        let id = ann.ws.new_id(Kind::Meeting);
        ann.ws.execute(Command::Create { id, fields: own(fields) }).unwrap_err().to_string()
    };
    assert!(
        "2026-11-12T11:00/2026-11-12T10:00 UTC"
            .parse::<satchel_core::value::When>()
            .unwrap_err()
            .to_string()
            .contains("ends before it begins")
    );
    assert!(refused(&[("name", "Talk".into())]).contains("needs a start and an end"));
    let at = ("when", when("2026-11-12/2026-11-12"));
    assert!(refused(&[("name", "Talk".into()), at.clone(), ("recurrence", "FREQ=SOON".into())]).contains("Recurrence"));
    assert!(refused(&[("name", "Talk".into()), at.clone(), ("reminders", "soon".into())]).contains("Reminders"));
    // Without an end it is kept, and asked about a span of time.
    meeting(&ann, "For ever", "2001-01-01T10:00/2001-01-01T11:00 UTC", &[("recurrence", "FREQ=DAILY".into())]);
    assert_eq!(told(&ann, "2999-01-01", "2999-01-03").len(), 2);
}

#[test]
fn ten_thousand_events_are_quick() {
    let ann = Desk::ann();
    let start = noon() - TimeDelta::days(500);
    let commands = (0..10_000i64).map(|n| {
        let at = (start + TimeDelta::minutes(137 * n)).naive_utc();
        let when = satchel_core::value::When::hours(at, at + TimeDelta::hours(1), Some(Tz::Europe__Brussels));
        let mut fields = own(&[("name", format!("Talk {n}").into()), ("when", Value::When(when.expect("a time")))]);
        if n % 20 == 0 {
            fields.extend(own(&[("recurrence", "FREQ=WEEKLY".into())]));
        }
        Command::Create { id: ann.ws.new_id(Kind::Meeting), fields }
    });
    ann.ws.execute_batch("Many", commands.collect(), false, &mut |_, _| {}).expect("written");
    let records = ann.ws.records();
    let began = std::time::Instant::now();
    let month = Agenda::new(day("2026-11-01"), day("2026-12-13"), Zone::named(Tz::Europe__Brussels)).entries(&records);
    println!("{} entries of six weeks among 10,000 events, 500 of them series: {:?}", month.len(), began.elapsed());
    assert!(month.len() > 1_500);
}

#[test]
fn a_person_is_reminded_of_each_occurrence_once() {
    let ann = Desk::ann();
    let bob = ann.admit("Bob Road", 2);
    let fields = [("recurrence", "FREQ=DAILY".into()), ("reminders", "15, 1440".into())];
    let id = meeting(&ann, "Standup", "2026-11-12T10:00/2026-11-12T10:15 UTC", &fields);
    change(&ann, id, DAY, Scope::This, &[("when", when("2026-11-13T16:00/2026-11-13T16:15 UTC"))]);
    let at = |text: &str| text.parse::<chrono::DateTime<chrono::Utc>>().expect("a time");
    let due = |person: DocId| -> Vec<String> {
        let (after, upto) = (at("2026-11-12T12:00:00Z"), at("2026-11-13T15:50:00Z"));
        let all = reminders(&ann.ws.records(), person, after, upto, &Zone::default());
        all.iter().map(|(at, entry)| format!("{} {}", at.format("%d %H:%M"), entry.title)).collect()
    };
    assert_eq!(due(ann.ws.user()), ["13 10:00 Standup", "13 15:45 Standup"]);
    assert_eq!(due(bob.ws.user()), Vec::<String>::new());
}

#[test]
fn changed_occurrences_are_in_no_list_and_no_trash() {
    let ann = Desk::ann();
    let id = weekly(&ann);
    change(&ann, id, WEEK, Scope::This, &[("name", "Special".into())]);
    let of = |trash: bool| {
        let query = ListQuery { trash, ..ListQuery::new(Listing::Meetings, Asker::from(noon().date_naive())) };
        query.ids(&ann.ws.records())
    };
    assert_eq!((of(false), of(true)), (vec![id], vec![]));
    ann.run(Command::Trash { ids: vec![id] });
    assert_eq!((of(false), of(true)), (vec![], vec![id]));
    // Whoever asks for days beyond the calendar is given those within.
    let far = NaiveDate::MAX;
    assert!(Agenda::new(NaiveDate::MIN, far, Zone::named(Tz::Europe__Brussels)).entries(&ann.ws.records()).is_empty());
}

#[test]
fn an_edit_taken_back_does_not_come_again_with_the_next() {
    let ann = Desk::ann();
    let id = weekly(&ann);
    change(&ann, id, WEEK, Scope::This, &[("location", "Roof".into())]);
    ann.ws.undo().expect("undone");
    assert_eq!(entries(&ann, "2026-11-16", "2026-11-17")[0].location, "");
    change(&ann, id, WEEK, Scope::This, &[("name", "Special".into())]);
    let again = entries(&ann, "2026-11-16", "2026-11-17")[0].clone();
    assert_eq!((again.title.as_str(), again.location.as_str()), ("Special", ""));
    change(&ann, id, WEEK, Scope::Following, &[("location", "Cellar".into())]);
    assert_eq!(entries(&ann, "2026-11-23", "2026-11-24")[0].location, "Cellar");
    ann.ws.undo().expect("undone");
    assert_eq!(november(&ann), ["09 10:00 Weekly", "16 10:00 Special", "23 10:00 Weekly", "30 10:00 Weekly"]);
    assert_eq!(entries(&ann, "2026-11-23", "2026-11-24")[0].location, "");
}

#[test]
fn a_meeting_about_an_opportunity_begins_with_what_it_says() {
    let ann = Desk::ann();
    let customer = ann.ws.new_id(Kind::Contact);
    ann.run(Command::Create { id: customer, fields: own(&[("name", "Carla".into())]) });
    let deal = ann.add(&[("name", "Lamps".into()), ("partner", customer.into())]);
    let mut fields = ann.ws.records().meeting_about(deal, ann.ws.user());
    fields.push(("when".to_owned(), when("2026-11-12T10:00/2026-11-12T11:00 UTC")));
    let id = ann.ws.new_id(Kind::Meeting);
    ann.run(Command::Create { id, fields });
    let records = ann.ws.records();
    let made = &records.meetings[&id];
    assert_eq!((made.name.as_str(), made.opportunity, made.partner), ("Lamps", Some(deal), Some(customer)));
    assert_eq!((made.users.as_slice(), made.contacts.as_slice()), (&[ann.ws.user()][..], &[customer][..]));
}
