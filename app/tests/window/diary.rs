//! The week of the look's picture: Vicki's, with three colleagues, an opportunity's meeting, and what is expected to close.

use std::sync::Arc;

use chrono::{TimeZone, Utc};
use satchel_core::{
    Command, DocId, Kind, Storage, Value, Workspace,
    command::Fields,
    environment::fixed::{FixedClock, environment},
    members::Role,
    value::Tz,
    workspace::DeviceKey,
};

use crate::scene;

pub const ZONE: Tz = Tz::Europe__Brussels;

/// Thursday 12 November 2026, 10:24 in Brussels.
pub fn clock() -> Arc<FixedClock> {
    FixedClock::within(ZONE, Utc.with_ymd_and_hms(2026, 11, 12, 9, 24, 0).unwrap())
}

fn fields(fields: &[(&str, Value)]) -> Fields {
    fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
}

/// A meeting: `when` without its zone.
pub fn meeting(workspace: &Workspace, name: &str, when: &str, more: &[(&str, Value)]) -> DocId {
    let id = workspace.new_id(Kind::Meeting);
    let when = if when.contains('T') && !when.contains(' ') { format!("{when} {ZONE}") } else { when.to_owned() };
    let mut all = fields(&[("name", name.into()), ("when", Value::When(when.parse().unwrap()))]);
    all.extend(fields(more));
    workspace.execute(Command::Create { id, fields: all }).unwrap();
    id
}

fn contact(workspace: &Workspace, name: &str) -> DocId {
    let id = workspace.new_id(Kind::Contact);
    workspace.execute(Command::Create { id, fields: fields(&[("name", name.into())]) }).unwrap();
    id
}

/// A colleague who joins from a device of their own.
fn joined(workspace: &Workspace, clock: &Arc<FixedClock>, name: &str, seed: u64) -> DocId {
    let environment = environment(clock, seed);
    let expires = Utc.with_ymd_and_hms(2026, 11, 30, 0, 0, 0).unwrap();
    let ticket = workspace.invite(Role::Salesperson, Some(name), expires).unwrap();
    let key = DeviceKey::generate(&environment);
    let welcome = workspace.admit(&ticket.request(key.device(), name, None)).unwrap();
    let other = Workspace::join(Storage::Memory, environment, key, name, &welcome).unwrap();
    scene::meet(workspace, &other);
    other.user()
}

/// An empty calendar with one colleague.
pub fn quiet(clock: &Arc<FixedClock>) -> (Workspace, DocId) {
    let workspace = scene::empty(environment(clock, 7));
    let celia = joined(&workspace, clock, "Celia Rouche", 99);
    (workspace, celia)
}

pub fn busy(clock: &Arc<FixedClock>) -> Workspace {
    let (workspace, celia) = quiet(clock);
    let hayden = joined(&workspace, clock, "Hayden Neloms", 100);
    let markita = joined(&workspace, clock, "Markita Hansen", 101);
    let elease = joined(&workspace, clock, "Elease Gluck", 102);
    let me = workspace.user();
    let kind = workspace.new_id(Kind::EventKind);
    workspace.execute(Command::Create { id: kind, fields: fields(&[("name", "Interventions".into())]) }).unwrap();
    let donna = contact(&workspace, "Donna Reyes");
    let park = contact(&workspace, "Ji-woo Park");
    let of = |user: DocId| ("user", Value::from(user));
    let at = |place: &str| ("location", Value::from(place));
    let with = |ids: &[DocId]| ("contacts", Value::Refs(ids.to_vec()));
    let all = Value::Refs(vec![me, celia, hayden, markita]);
    let add = |name: &str, when: &str, more: &[(&str, Value)]| meeting(&workspace, name, when, more);
    add("Trade fair, Busan", "2026-11-09/2026-11-11", &[of(hayden)]);
    add("Quarter close", "2026-11-09/2026-11-10", &[of(celia)]);
    add("Training at Rangreen", "2026-11-12/2026-11-13", &[of(elease)]);
    add("Away", "2026-11-14/2026-11-15", &[of(markita)]);
    let weekly = ("recurrence", Value::from("RRULE:FREQ=WEEKLY;BYDAY=MO"));
    add("Team kick-off", "2026-11-02T09:00/2026-11-02T10:00", &[of(celia), ("users", all.clone()), weekly]);
    add("Demo GTX Basic", "2026-11-09T11:00/2026-11-09T12:30", &[of(me), at("Green-Plus, at theirs")]);
    add("Sonron visit", "2026-11-09T14:00/2026-11-09T15:00", &[of(markita)]);
    add("Condax, imaging", "2026-11-10T09:30/2026-11-10T11:00", &[of(me), at("Site visit")]);
    add("Fair stand", "2026-11-10T10:00/2026-11-10T11:30", &[of(hayden)]);
    add("Rangreen prep", "2026-11-10T13:00/2026-11-10T14:00", &[of(elease)]);
    add("Konex order", "2026-11-10T15:30/2026-11-10T16:30", &[of(me), at("Closing call")]);
    add("Silis", "2026-11-11T09:00/2026-11-11T10:30", &[of(markita)]);
    add("Inity", "2026-11-11T09:30/2026-11-11T10:30", &[of(me)]);
    add("Isdom", "2026-11-11T09:30/2026-11-11T11:00", &[of(celia)]);
    add("Treequote training plan", "2026-11-11T14:00/2026-11-11T15:30", &[of(me), with(&[donna])]);
    add("Forecast", "2026-11-12T11:00/2026-11-12T12:00", &[of(celia), ("users", all)]);
    add("Demo Isdom", "2026-11-12T11:00/2026-11-12T12:00", &[of(markita)]);
    add(
        "Present the quotation",
        "2026-11-12T14:00/2026-11-12T15:30",
        &[of(me), at("Hottechi, video"), with(&[park, donna])],
    );
    add("West team pipeline review", "2026-11-12T16:30/2026-11-12T17:30", &[of(celia)]);
    add("Seoul stand-up", "2026-11-12T17:00/2026-11-12T17:30 Asia/Seoul", &[of(hayden)]);
    add("Finjob intro", "2026-11-13T09:00/2026-11-13T10:00", &[of(hayden)]);
    add("Goodsilron, design lab", "2026-11-13T10:30/2026-11-13T12:00", &[of(me), with(&[donna])]);
    add("Rangreen wrap-up", "2026-11-13T15:00/2026-11-13T16:00", &[of(elease)]);
    let call = workspace.new_id(Kind::Call);
    let date: Value = Value::Time(Utc.with_ymd_and_hms(2026, 11, 12, 8, 0, 0).unwrap());
    let made = [
        ("name", "Call Plexzap".into()),
        ("date", date),
        ("duration", Value::Int(30)),
        of(me),
        ("state", "called".into()),
    ];
    workspace.execute(Command::Create { id: call, fields: fields(&made) }).unwrap();
    for (name, day) in [("Condax", 10), ("Rantouch", 11), ("Hottechi", 13), ("Stanredtax", 13)] {
        let id = workspace.new_id(Kind::Opportunity);
        let deadline: Value = scene::day(day).into();
        let deal = [("type", "opportunity".into()), ("name", name.into()), ("date_deadline", deadline), of(me)];
        workspace.execute(Command::Create { id, fields: fields(&deal) }).unwrap();
        if name == "Hottechi" {
            workspace
                .execute(Command::AddActivity {
                    on: id,
                    id: workspace.new_id(Kind::Activity),
                    kind: satchel_core::record::ActivityType::EMAIL,
                    summary: "Send the offer".into(),
                    note: String::new(),
                    date_deadline: scene::day(12),
                    user: Some(me),
                })
                .unwrap();
        }
    }
    workspace
}
