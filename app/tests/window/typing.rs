//! What is typed and not saved stays where it belongs until it is saved or given up, and is told of before the window
//! closes, whichever page is in sight.

use eframe::egui::{Event, Key, Modifiers, MouseWheelSource, MouseWheelUnit, TouchPhase, ViewportCommand, vec2};
use egui_kittest::kittest::Queryable;
use satchel_core::{Kind, Money, Value};

use crate::scene::{self, Desk};

const SIZE: [f32; 2] = [1440.0, 900.0];

/// Somebody types an amount into a cell of the list and has not left it.
fn typing_in_a_cell(size: [f32; 2]) -> Desk {
    let mut desk = Desk::at_the_board(size);
    desk.keys(Modifiers::ALT, Key::Num2);
    desk.click("Sort by Expected revenue");
    desk.click("Expected revenue of GTX Pro rollout, 4 sites: $48,210");
    desk.key(Key::F2);
    desk.keys(Modifiers::COMMAND, Key::A);
    desk.harness.get_by_label("Expected revenue").type_text("49000");
    desk.harness.run_steps(4);
    desk
}

fn is_typed(desk: &Desk) -> bool {
    let field = desk.harness.get_by_label("Expected revenue");
    field.is_focused() && field.value().is_some_and(|text| text == "49000")
}

fn revenue(desk: &Desk, name: &str) -> String {
    let id = desk.named(Kind::Opportunity, name);
    desk.workspace.records().opportunities[&id].expected_revenue.to_string()
}

#[test]
fn a_cell_goes_where_its_record_goes() {
    let mut desk = typing_in_a_cell(SIZE);
    let before = scene::place(&desk.harness, "Expected revenue").top();
    // A colleague's change puts another row above it.
    let other = desk.named(Kind::Opportunity, "MG Special test kit");
    desk.set(other, &[("expected_revenue", Money(9_900_000).into())]);
    desk.harness.run_steps(4);
    assert!(is_typed(&desk));
    assert!(scene::place(&desk.harness, "Expected revenue").top() > before, "it moved with its row");
    // Another one takes it out of the list.
    let id = desk.named(Kind::Opportunity, "GTX Pro rollout, 4 sites");
    desk.set(id, &[("archived", Value::Bool(true))]);
    desk.harness.run_steps(4);
    assert!(is_typed(&desk));
    desk.key(Key::Enter);
    assert_eq!(revenue(&desk, "GTX Pro rollout, 4 sites"), "49000.00");
    assert_eq!(revenue(&desk, "GTX Plus Pro renewal"), "38374.00", "no other record was touched");
}

#[test]
fn a_cell_that_is_scrolled_away_stays_at_the_edge() {
    let mut desk = typing_in_a_cell([1440.0, 420.0]);
    let over = scene::place(&desk.harness, "Expected revenue").center();
    desk.harness.hover_at(over);
    for _ in 0..10 {
        let wheel = Event::MouseWheel {
            unit: MouseWheelUnit::Line,
            delta: vec2(0.0, -6.0),
            modifiers: Modifiers::NONE,
            phase: TouchPhase::Move,
            source: MouseWheelSource::Unknown,
        };
        desk.harness.input_mut().events.push(wheel);
        desk.harness.run_steps(4);
    }
    assert!(!desk.is_there("Stage of GTX Pro rollout, 4 sites"), "the row is out of sight");
    assert!(is_typed(&desk));
    desk.key(Key::Enter);
    assert_eq!(revenue(&desk, "GTX Pro rollout, 4 sites"), "49000.00");
}

#[test]
fn a_command_that_leads_away_waits_for_what_is_typed() {
    for (modifiers, key, there) in [
        (Modifiers::ALT, Key::Num1, "Add to New"),
        (Modifiers::COMMAND, Key::Num2, "New contact"),
        (Modifiers::COMMAND, Key::I, "Drop files here"),
        (Modifiers::COMMAND, Key::Comma, "Custom fields"),
    ] {
        let mut desk = typing_in_a_cell(SIZE);
        desk.keys(modifiers, key);
        assert!(desk.is_there(there));
        assert_eq!(revenue(&desk, "GTX Pro rollout, 4 sites"), "49000.00", "before {there}");
    }
}

/// The window is closed; asks about this, and stays open.
fn asks(desk: &mut Desk, about: &str) {
    assert_eq!(desk.close(), [ViewportCommand::CancelClose], "{about}");
    desk.harness.run_steps(4);
    assert!(desk.is_there(about), "{about}");
    desk.click("Stay");
}

#[test]
fn what_is_typed_on_another_page_is_told_of_when_the_window_closes() {
    let mut desk = Desk::at_the_board(SIZE);
    desk.key(Key::C);
    desk.type_over("Title", "Racks for Busan");
    desk.click("Contacts");
    asks(&mut desk, "The new opportunity ‘Racks for Busan’ is not added yet");
    // It is there again, and goes to whichever column is asked for.
    desk.click("Pipeline");
    desk.click("Add to Qualified");
    assert_eq!(desk.harness.get_by_label("Title").value().as_deref(), Some("Racks for Busan"));
    desk.focus("Title");
    desk.key(Key::Enter);
    let id = desk.named(Kind::Opportunity, "Racks for Busan");
    let stage = desk.workspace.records().opportunities[&id].standing.stage;
    assert_eq!(stage, Some(scene::stage(&desk.workspace, "Qualified")));
    desk.key(Key::Escape);

    desk.click("Settings");
    desk.click("Stages");
    desk.click("Qualified, 6 records");
    desk.fill("Probability", "150");
    desk.click("Add stage");
    desk.type_over("Add stage: name", "Tender");
    desk.click("Contacts");
    asks(&mut desk, "‘Tender’ is not added yet");
    asks(&mut desk, "Qualified, Probability ‘150’");
    desk.click("Settings");
    desk.fill("Probability", "30");
    desk.click("Cancel");

    desk.click("Pipeline");
    desk.open("GTX Plus Pro renewal, Kan-code");
    desk.click("Schedule");
    desk.type_over("Summary", "Ask about racks");
    desk.click("Pipeline");
    desk.open("GTX Pro rollout, 4 sites, Umbrella");
    assert!(desk.harness.query_by_label("Summary").is_none(), "it belongs to the other one");
    asks(&mut desk, "The activity ‘Ask about racks’ on GTX Plus Pro renewal");
    desk.click("Pipeline");
    desk.open("GTX Plus Pro renewal, Kan-code");
    assert_eq!(desk.harness.get_by_label("Summary").value().as_deref(), Some("Ask about racks"));
    desk.click("Add activity");
    assert_eq!(desk.close(), [], "nothing is left to be told");
}
