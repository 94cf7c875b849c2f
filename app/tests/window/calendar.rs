//! The calendar as a person uses it: by pointer and by keys, alone and in series.

use std::sync::Arc;

use eframe::egui::{Key, Modifiers, Vec2, vec2};
use egui_kittest::kittest::Queryable;
use satchel_core::{
    DocId, Workspace,
    environment::{Zone, fixed::FixedClock},
    query::agenda::{Agenda, Times},
};

use crate::{diary, scene, scene::Desk};

const SIZE: [f32; 2] = [1440.0, 900.0];

fn desk(workspace: Workspace, clock: Arc<FixedClock>) -> Desk {
    let mut desk = Desk::over(workspace, clock, SIZE);
    desk.click("Calendar");
    desk
}

/// An empty calendar with one colleague.
fn quiet() -> (Desk, DocId) {
    let clock = diary::clock();
    let (workspace, celia) = diary::quiet(&clock);
    (desk(workspace, clock), celia)
}

/// `12 10:00-11:00 Title`, of November, as the wall shows it; days as `12-13 Title`.
fn november(desk: &Desk) -> Vec<String> {
    let zone = Zone::named(diary::ZONE);
    let agenda = Agenda::new(scene::day(1), scene::day(30), zone.clone());
    let told = |entry: &satchel_core::query::agenda::Entry| match entry.times {
        Times::Hours(moments) => {
            let wall = |at| zone.wall(at);
            format!("{}-{} {}", wall(moments.start).format("%d %H:%M"), wall(moments.stop).format("%H:%M"), entry.title)
        }
        Times::Days { first, last } => format!("{}-{} {}", first.format("%d"), last.format("%d"), entry.title),
    };
    agenda.entries(&desk.workspace.records()).iter().map(told).collect()
}

/// From the middle of one thing by so much, in steps as a hand does it.
fn pull(desk: &mut Desk, name: &str, at: impl Fn(eframe::egui::Rect) -> eframe::egui::Pos2, by: Vec2) {
    let from = at(scene::place(&desk.harness, name));
    desk.harness.hover_at(from);
    desk.harness.run_steps(2);
    desk.harness.drag_at(from);
    desk.harness.run_steps(2);
    for share in [0.3, 0.7, 1.0, 1.0] {
        desk.harness.hover_at(from + by * share);
        desk.harness.run_steps(2);
    }
    desk.harness.drop_at(from + by);
    desk.harness.run_steps(8);
}

const HOUR: f32 = 62.0;

#[test]
fn a_slot_is_clicked_and_a_meeting_stands_there() {
    let (mut desk, _) = quiet();
    desk.click("New meeting, Fri 13 Nov 2026, 13:00");
    assert!(desk.is_there("Repeat: Does not repeat"), "the form is open");
    desk.harness.get_by_label("Title").type_text("Offer");
    desk.harness.run_steps(4);
    desk.click("Save");
    assert_eq!(november(&desk), ["13 13:00-14:00 Offer"]);
    assert!(desk.is_there("Offer, Fri 13 Nov 2026, 13:00 – 14:00, Vicki Laflamme"));
    let records = desk.workspace.records();
    let meeting = records.meetings.values().next().unwrap();
    assert_eq!((meeting.users.clone(), meeting.reminders.as_str()), (vec![desk.workspace.user()], "15"));
}

#[test]
fn dragging_over_hours_gives_that_duration() {
    let (mut desk, _) = quiet();
    pull(
        &mut desk,
        "New meeting, Fri 13 Nov 2026, 13:00",
        |r| r.left_top() + vec2(30.0, 3.0),
        vec2(4.0, 1.5 * HOUR - 6.0),
    );
    desk.harness.get_by_label("Title").type_text("Workshop");
    desk.harness.run_steps(4);
    desk.keys(Modifiers::COMMAND, Key::Enter);
    assert_eq!(november(&desk), ["13 13:00-14:30 Workshop"]);
}

#[test]
fn what_stands_there_is_moved_made_longer_and_put_back() {
    let (mut desk, _) = quiet();
    diary::meeting(&desk.workspace, "Visit", "2026-11-11T09:00/2026-11-11T10:00", &[]);
    desk.harness.run_steps(4);
    let name = "Visit, Wed 11 Nov 2026, 09:00 – 10:00, Vicki Laflamme";
    let column = scene::place(&desk.harness, "New meeting, Thu 12 Nov 2026, 09:00").left()
        - scene::place(&desk.harness, "New meeting, Wed 11 Nov 2026, 09:00").left();
    pull(&mut desk, name, |r| r.center(), vec2(column, 1.25 * HOUR));
    assert_eq!(november(&desk), ["12 10:15-11:15 Visit"]);
    let name = "Visit, Thu 12 Nov 2026, 10:15 – 11:15, Vicki Laflamme";
    pull(&mut desk, name, |r| r.center_bottom() - vec2(0.0, 3.0), vec2(0.0, HOUR / 2.0));
    assert_eq!(november(&desk), ["12 10:15-11:45 Visit"]);
    desk.keys(Modifiers::COMMAND, Key::Z);
    assert_eq!(november(&desk), ["12 10:15-11:15 Visit"]);
    desk.keys(Modifiers::COMMAND, Key::Z);
    assert_eq!(november(&desk), ["11 09:00-10:00 Visit"]);
}

#[test]
fn all_of_it_by_keyboard() {
    let (mut desk, _) = quiet();
    diary::meeting(&desk.workspace, "Visit", "2026-11-12T11:00/2026-11-12T12:00", &[]);
    desk.harness.run_steps(4);
    desk.key(Key::ArrowDown);
    assert!(desk.is_there("Selected: Thu 12 Nov 2026, 10:00 – 10:30"), "the arrows begin at now");
    desk.key(Key::ArrowDown);
    desk.key(Key::ArrowDown);
    desk.keys(Modifiers::ALT, Key::ArrowRight);
    desk.keys(Modifiers::ALT, Key::ArrowDown);
    assert_eq!(november(&desk), ["13 11:15-12:15 Visit"]);
    desk.keys(Modifiers::SHIFT, Key::ArrowDown);
    desk.keys(Modifiers::SHIFT, Key::ArrowDown);
    assert_eq!(november(&desk), ["13 11:15-12:45 Visit"]);
    desk.key(Key::Enter);
    assert!(desk.is_there("Cancel meeting"), "Enter opens it");
    desk.key(Key::Escape);
    assert!(!desk.is_there("Cancel meeting"));
    desk.key(Key::ArrowDown);
    desk.keys(Modifiers::SHIFT, Key::ArrowDown);
    assert!(desk.is_there("Selected: Fri 13 Nov 2026, 13:00 – 14:00"));
    desk.key(Key::N);
    desk.harness.get_by_label("Title").type_text("After it");
    desk.harness.run_steps(4);
    desk.keys(Modifiers::COMMAND, Key::Enter);
    assert_eq!(november(&desk), ["13 11:15-12:45 Visit", "13 13:00-14:00 After it"]);
    desk.focus("Visit, Fri 13 Nov 2026, 11:15 – 12:45, Vicki Laflamme");
    desk.key(Key::Delete);
    assert_eq!(november(&desk), ["13 13:00-14:00 After it"]);
    desk.keys(Modifiers::COMMAND, Key::Z);
    assert_eq!(november(&desk).len(), 2);
}
