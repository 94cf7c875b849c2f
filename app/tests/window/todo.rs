//! To-do, driven by the names that people who do not see it hear.

use chrono::NaiveDate;
use eframe::egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable;
use satchel_core::{Command, DocId, Kind, Value, record::ActivityType};

use crate::scene::{self, Desk};

/// The board of the look's picture: eleven activities of one's own, three of them overdue, three due today.
fn desk(size: [f32; 2]) -> Desk {
    let mut desk = Desk::at_the_board(size);
    desk.keys(Modifiers::COMMAND, Key::Num5);
    desk
}

/// The activity on the opportunity of this name.
fn activity(desk: &Desk, on: &str) -> DocId {
    let id = desk.named(Kind::Opportunity, on);
    desk.workspace.records().opportunities[&id].activities[0].id
}

fn due(desk: &Desk, id: DocId) -> NaiveDate {
    desk.workspace.records().activity(id).unwrap().1.date_deadline
}

fn is_done(desk: &Desk, id: DocId) -> bool {
    desk.workspace.records().activity(id).unwrap().1.done.is_some()
}

/// The fields of a type of activities.
fn set_up(desk: &Desk, kind: DocId, fields: &[(&str, Value)]) {
    desk.set(kind, fields);
}

#[test]
fn what_is_due_stands_by_state_and_the_rail_counts_it() {
    let mut desk = desk([1440.0, 900.0]);
    assert!(desk.is_there("To-do, 6"), "three overdue, three today");
    for head in ["Overdue, 3", "Today, 3", "Planned, 5"] {
        assert!(desk.is_there(head), "{head}");
    }
    assert!(desk.is_there("Email, GTX Pro for call floor, 3 d late"));
    desk.click("By type");
    assert!(desk.is_there("Call, 6"));
    desk.click("By record");
    assert!(desk.is_there("GTK 500 pilot, 1"));
    // A group folds.
    desk.click("By state");
    desk.click("Planned, 5");
    assert!(!desk.is_there("Call, GTX Basic, front desks"));
}

#[test]
fn one_is_done_with_feedback_by_keys_alone() {
    let mut desk = desk([1280.0, 800.0]);
    let id = activity(&desk, "GTX Pro for call floor");
    // The first line has the focus.
    desk.key(Key::D);
    desk.harness.get_by_label("Feedback").type_text("They sign on Monday");
    desk.harness.run_steps(4);
    assert!(!is_done(&desk, id));
    desk.key(Key::Enter);
    assert!(is_done(&desk, id));
    let feedback = desk.workspace.records().activity(id).unwrap().1.feedback.clone();
    assert_eq!(feedback, "They sign on Monday");
    assert!(desk.is_there("To-do, 5"));
    // On to the next one, without the mouse; Escape gives it up.
    desk.key(Key::D);
    desk.key(Key::Escape);
    assert!(desk.is_there("Overdue, 2"));
    desk.keys(Modifiers::COMMAND, Key::Z);
    assert!(!is_done(&desk, id), "one undo takes it back");
}

#[test]
fn one_key_puts_it_off() {
    let mut desk = desk([1280.0, 800.0]);
    let first = activity(&desk, "GTX Pro for call floor");
    for (key, day) in [(Key::Num2, 13), (Key::Num1, 12), (Key::Num3, 16)] {
        desk.focus_line("Email, GTX Pro for call floor");
        desk.key(key);
        assert_eq!(due(&desk, first), scene::day(day));
    }
    desk.focus_line("Email, GTX Pro for call floor");
    desk.key(Key::Num4);
    desk.harness.get_by_label("Another day").type_text("20 Nov");
    desk.harness.run_steps(4);
    desk.key(Key::Enter);
    assert_eq!(due(&desk, first), scene::day(20));
    // What is no day says why, and stays.
    desk.focus_line("Email, GTX Pro for call floor");
    desk.key(Key::Num4);
    desk.harness.get_by_label("Another day").type_text("31 Feb");
    desk.harness.run_steps(4);
    desk.key(Key::Enter);
    assert!(desk.is_there("There is no 31 Feb"));
    desk.key(Key::Escape);
    // By the menu as well, whose entries show the keys.
    desk.click("Snooze: Call, GTK 500 pilot");
    desk.click("Tomorrow");
    assert_eq!(due(&desk, activity(&desk, "GTK 500 pilot")), scene::day(13));
}

#[test]
fn many_are_put_off_and_done_at_once_and_one_undo_takes_it_back() {
    let mut desk = desk([1440.0, 900.0]);
    let ids = ["GTX Pro for call floor", "GTK 500 pilot", "GTX Pro, imaging suite"].map(|on| activity(&desk, on));
    desk.click("Select Overdue");
    desk.key(Key::Num2);
    assert!(ids.iter().all(|id| due(&desk, *id) == scene::day(13)));
    desk.keys(Modifiers::COMMAND, Key::Z);
    assert!(ids.iter().all(|id| due(&desk, *id) < scene::day(12)));

    desk.click("Clear the selection");
    desk.click("Select Overdue");
    desk.click("Mark the selected done…");
    desk.harness.get_by_label("Feedback").type_text("All called");
    desk.harness.run_steps(4);
    desk.key(Key::Enter);
    assert!(ids.iter().all(|id| is_done(&desk, *id)));
    assert!(!desk.is_there("Overdue, "));
    desk.keys(Modifiers::COMMAND, Key::Z);
    assert!(ids.iter().all(|id| !is_done(&desk, *id)), "all of them");
}

#[test]
fn rows_are_walked_selected_and_opened_by_keys() {
    let mut desk = desk([1280.0, 800.0]);
    desk.key(Key::X);
    desk.key(Key::J);
    desk.key(Key::X);
    desk.key(Key::Num2);
    let put_off = ["GTX Pro for call floor", "GTK 500 pilot"].map(|on| due(&desk, activity(&desk, on)));
    assert_eq!(put_off, [scene::day(13); 2]);
    desk.key(Key::Escape);
    assert!(!desk.is_there("Clear the selection"));
    desk.key(Key::K);
    desk.key(Key::ArrowDown);
    desk.key(Key::Enter);
    assert!(desk.is_there("Back to the pipeline"), "the record is open");
    desk.key(Key::Escape);
    assert!(desk.is_there("Whose: My activities"), "and left again");
}

#[test]
fn the_next_is_suggested_with_its_day_and_planned_by_a_click() {
    let mut desk = desk([1440.0, 900.0]);
    let email = ActivityType::EMAIL;
    set_up(&desk, email, &[("summary", "Send the offer".into()), ("delay", "5 days".into())]);
    set_up(&desk, ActivityType::CALL, &[("next", email.into()), ("chaining", "suggest".into())]);
    desk.harness.run_steps(4);
    desk.click("Mark done: Call, GTK 500 pilot");
    desk.key(Key::Enter);
    assert!(desk.is_there("Next: Send the offer, Tue 17 Nov"));
    desk.click("Plan next: Send the offer");
    assert!(!desk.is_there("Plan next"));
    let on = desk.named(Kind::Opportunity, "GTK 500 pilot");
    let records = desk.workspace.records();
    let next = records.opportunities[&on].activities.iter().find(|a| a.done.is_none()).unwrap();
    assert_eq!((next.kind, next.summary.as_str(), next.date_deadline), (email, "Send the offer", scene::day(17)));
}

#[test]
fn the_next_that_is_triggered_is_told() {
    let mut desk = desk([1440.0, 900.0]);
    set_up(&desk, ActivityType::CALL, &[("next", ActivityType::TODO.into()), ("chaining", "trigger".into())]);
    desk.harness.run_steps(4);
    desk.click("Mark done: Call, GTK 500 pilot");
    desk.key(Key::Enter);
    assert!(desk.is_there("Planned next: To-Do"));
    assert!(!desk.is_there("Plan next"), "nothing is asked");
    assert!(desk.is_there("To-Do, GTK 500 pilot"));
}

#[test]
fn what_is_done_counts_for_who_did_it() {
    let clock = scene::clock();
    let workspace = scene::pipeline(&clock);
    let other = scene::colleague(&workspace, &clock);
    // Celia does what was planned for Vicki.
    let on = workspace.records().opportunities.values().find(|o| o.name == "GTK 500 pilot").unwrap().clone();
    other.execute(Command::ActivityDone { id: on.activities[0].id, feedback: "Reached".into() }).unwrap();
    scene::meet(&workspace, &other);
    let mut desk = Desk::over(workspace, clock, [1440.0, 900.0]);
    desk.keys(Modifiers::COMMAND, Key::Num5);
    desk.click("Mark done: Email, GTX Pro for call floor");
    desk.key(Key::Enter);
    desk.click("Show what is done");
    assert!(desk.is_there("Email, GTX Pro for call floor"));
    assert!(!desk.is_there("Call, GTK 500 pilot"), "it counts for Celia");
    desk.click("Whose: My activities");
    desk.click("Celia Rouche");
    assert!(desk.is_there("Call, GTK 500 pilot"));
    desk.click("Whose: Celia Rouche");
    desk.click("Everybody’s");
    assert!(desk.is_there("Call, GTK 500 pilot") && desk.is_there("Email, GTX Pro for call floor"));
    desk.click("Show what is to do");
    assert!(desk.is_there("Overdue, 1"));
}

#[test]
fn done_on_one_device_and_put_off_on_the_other_it_is_done() {
    let clock = scene::clock();
    let workspace = scene::pipeline(&clock);
    let other = scene::colleague(&workspace, &clock);
    let mut desk = Desk::over(workspace, clock, [1440.0, 900.0]);
    desk.keys(Modifiers::COMMAND, Key::Num5);
    let id = activity(&desk, "GTK 500 pilot");
    desk.click("Mark done: Call, GTK 500 pilot");
    desk.key(Key::Enter);
    other.execute(Command::Reschedule { ids: vec![id], date_deadline: scene::day(20) }).unwrap();
    scene::meet(&desk.workspace, &other);
    desk.harness.run_steps(6);
    assert!(!desk.is_there("Call, GTK 500 pilot, "));
    for workspace in [&desk.workspace, &other] {
        assert!(workspace.records().activity(id).unwrap().1.done.is_some());
    }
}

#[test]
fn done_on_two_devices_the_next_is_planned_once() {
    let clock = scene::clock();
    let workspace = scene::pipeline(&clock);
    let other = scene::colleague(&workspace, &clock);
    let mut desk = Desk::over(workspace, clock, [1440.0, 900.0]);
    set_up(&desk, ActivityType::CALL, &[("next", ActivityType::TODO.into()), ("chaining", "trigger".into())]);
    scene::meet(&desk.workspace, &other);
    desk.keys(Modifiers::COMMAND, Key::Num5);
    let id = activity(&desk, "GTK 500 pilot");
    desk.click("Mark done: Call, GTK 500 pilot");
    desk.key(Key::Enter);
    other.execute(Command::ActivityDone { id, feedback: "Reached".into() }).unwrap();
    scene::meet(&desk.workspace, &other);
    desk.harness.run_steps(6);
    assert_eq!(desk.harness.query_all_by_label("Done: To-Do, GTK 500 pilot").count(), 1);
}
