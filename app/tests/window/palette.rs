//! The palette: what it finds, in which order, and what Enter does.

use eframe::egui::Key;
use egui_kittest::kittest::Queryable;
use satchel_core::{Command, Kind, record::WonStatus};

use crate::scene::Desk;

/// At the pipeline's list.
fn desk() -> Desk {
    let mut desk = Desk::at_the_board([1600.0, 1000.0]);
    desk.click("List");
    desk
}

/// At the list, with an opportunity of this name that has just come.
fn desk_with(name: &str) -> Desk {
    let mut desk = desk();
    let id = desk.workspace.new_id(Kind::Opportunity);
    desk.workspace.execute(Command::Create { id, fields: vec![("name".to_owned(), name.into())] }).unwrap();
    desk.harness.run();
    desk
}

#[test]
fn it_goes_to_records_and_does_things() {
    let mut desk = desk();
    desk.palette("hott");
    desk.harness.get_by_label("GTK 500 ×2, Seoul fab, Hottechi · Proposition · $53,536");
    desk.key(Key::Enter);
    assert!(desk.harness.query_by_label("Back to the pipeline").is_some());
    // What is open is in hand.
    desk.palette(">mark w");
    desk.key(Key::Enter);
    let id = desk.named(Kind::Opportunity, "GTK 500 ×2, Seoul fab");
    {
        let records = desk.workspace.records();
        assert_eq!(records.won_status(&records.opportunities[&id]), WonStatus::Won);
    }
    desk.palette("forec");
    desk.key(Key::Enter);
    desk.harness.get_by_label_contains("December 2026:");
    desk.key(Key::Questionmark);
    desk.harness.get_by_label("Command palette…: Ctrl K");
    desk.key(Key::Escape);
    assert!(desk.harness.query_by_label("Command palette…: Ctrl K").is_none());
}

#[test]
fn a_misspelt_name_is_opened_though_records_are_selected() {
    let mut desk = desk_with("Darcel Mills");
    for name in ["GTK 500 ×2, Seoul fab", "GTX Pro rollout, 4 sites"] {
        desk.click(&format!("Select {name}"));
    }
    desk.palette("darzel mills");
    desk.key(Key::Enter);
    assert!(desk.harness.query_by_label("Back to the pipeline").is_some(), "and nothing is done to what is selected");
}

#[test]
fn a_command_that_is_called_so_goes_before_records_that_are_only_near() {
    let mut desk = desk_with("Darcel Mills");
    let mut tops = |typed: &str, record: &str| {
        desk.palette(typed);
        let top = |name: &str| desk.harness.query_by_label(name).map(|node| node.rect().top());
        let tops = [record, "Dark theme"].map(top);
        desk.key(Key::Escape);
        tops
    };
    let [record, command] = tops("dark", "Darcel Mills, New");
    assert!(command.unwrap() < record.unwrap(), "what is called so");
    let [record, command] = tops("dar", "Darcel Mills, New");
    assert!(record.unwrap() < command.unwrap(), "a record that shows what was typed");
}
