//! Reminders of meetings, in the window and outside it, each once.

use std::sync::Arc;

use chrono::{DateTime, TimeZone, Utc};
use egui_kittest::kittest::Queryable;
use satchel_core::{Command, Kind, Value, Workspace, environment::fixed::FixedClock};

use crate::scene::{self, Desk, NOTICED};

fn at(hour: u32, minute: u32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 12, hour, minute, 0).unwrap()
}

/// Today at 14:00, with a reminder a quarter of an hour before.
fn meeting(workspace: &Workspace, name: &str, when: &str) {
    let fields = vec![
        ("name".to_owned(), name.into()),
        ("when".to_owned(), Value::When(when.parse().unwrap())),
        ("reminders".to_owned(), "15".into()),
        ("location".to_owned(), "Room 3".into()),
        ("user".to_owned(), workspace.user().into()),
    ];
    workspace.execute(Command::Create { id: workspace.new_id(Kind::Meeting), fields }).unwrap();
}

fn desk(clock: &Arc<FixedClock>, workspace: &Workspace) -> Desk {
    Desk::over(workspace.clone(), clock.clone(), [1280.0, 800.0])
}

fn noticed() -> Vec<String> {
    NOTICED.with_borrow_mut(std::mem::take)
}

impl Desk {
    fn turn_to(&mut self, hour: u32, minute: u32) {
        self.clock.set(at(hour, minute));
        self.harness.run_steps(4);
    }
}

#[test]
fn a_meeting_is_told_once_inside_and_outside_the_window() {
    let clock = scene::clock();
    let workspace = scene::pipeline(&clock);
    meeting(&workspace, "Quotation", "2026-11-12T14:00/2026-11-12T15:00 UTC");
    let mut desk = desk(&clock, &workspace);
    desk.turn_to(13, 44);
    assert!(!desk.is_there("Reminder") && noticed().is_empty());
    desk.turn_to(13, 45);
    assert!(desk.is_there("Reminder: Quotation, today 14:00 · Room 3"));
    assert_eq!(noticed(), ["Quotation: today 14:00 · Room 3"]);
    desk.turn_to(13, 50);
    assert!(noticed().is_empty(), "not twice");
    desk.click("Dismiss: Quotation");
    assert!(!desk.is_there("Reminder: "));
    // Nor after the program is started anew.
    drop(desk);
    let desk = self::desk(&clock, &workspace);
    assert!(!desk.is_there("Reminder: ") && noticed().is_empty());
}

#[test]
fn put_off_it_comes_again_also_in_the_next_run() {
    let clock = scene::clock();
    let workspace = scene::pipeline(&clock);
    meeting(&workspace, "Quotation", "2026-11-12T14:00/2026-11-12T15:00 UTC");
    let mut desk = desk(&clock, &workspace);
    desk.turn_to(13, 45);
    desk.click("Remind again in 5 minutes: Quotation");
    assert!(!desk.is_there("Reminder: "));
    noticed();
    desk.turn_to(13, 51);
    assert!(desk.is_there("Reminder: Quotation"));
    assert_eq!(noticed().len(), 1);
    desk.click("Remind again in 5 minutes: Quotation");
    drop(desk);
    clock.set(at(13, 57));
    let desk = self::desk(&clock, &workspace);
    assert!(desk.is_there("Reminder: Quotation"));
}

#[test]
fn what_fell_due_while_it_was_closed_is_told_when_it_opens() {
    let clock = scene::clock();
    let workspace = scene::pipeline(&clock);
    drop(desk(&clock, &workspace));
    meeting(&workspace, "Quotation", "2026-11-12T14:00/2026-11-12T15:00 UTC");
    clock.set(at(13, 50));
    let mut desk = desk(&clock, &workspace);
    desk.harness.run_steps(4);
    assert!(desk.is_there("Reminder: Quotation"));
    assert_eq!(noticed().len(), 1);
}

#[test]
fn it_is_switched_off_in_the_settings() {
    let clock = scene::clock();
    let workspace = scene::pipeline(&clock);
    meeting(&workspace, "Quotation", "2026-11-12T14:00/2026-11-12T15:00 UTC");
    meeting(&workspace, "Review", "2026-11-12T16:00/2026-11-12T17:00 UTC");
    let mut desk = desk(&clock, &workspace);
    desk.click("Settings");
    desk.click("Notifications of the system");
    desk.turn_to(13, 45);
    assert!(desk.is_there("Reminder: Quotation") && noticed().is_empty(), "in the window only");
    desk.harness.get_by_label("Remind of meetings").click();
    desk.harness.run_steps(4);
    assert!(!desk.is_there("Reminder: "));
    desk.turn_to(15, 45);
    assert!(!desk.is_there("Reminder: ") && noticed().is_empty());
}
