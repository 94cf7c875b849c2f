//! The first start, by the names of its controls.

use eframe::egui::Key;
use egui_kittest::kittest::Queryable;
use satchel_core::environment::fixed::environment;

use crate::scene;

#[test]
fn a_workspace_is_founded_and_the_first_opportunity_begun() {
    let clock = scene::clock();
    let mut harness = scene::app(None, environment(&clock, 1), [1280.0, 800.0]);
    harness.run();
    harness.get_by_label("Found the workspace").click();
    harness.run();
    harness.get_by_label("Name your company and yourself first.");
    harness.get_by_label("Company").focus();
    harness.run();
    harness.get_by_label("Company").type_text("Acme");
    harness.run();
    harness.get_by_label("Your name").focus();
    harness.run();
    harness.get_by_label("Your name").type_text("Ann Field");
    harness.run();
    harness.get_by_label("Guided six").click();
    harness.run();
    harness.get_by_label("Found the workspace").click();
    harness.run();
    harness.get_by_label("Create an opportunity").click();
    harness.run();
    harness.get_by_label("Add to First Activity");
}

#[test]
fn a_ticket_that_is_none_is_refused_in_words() {
    let clock = scene::clock();
    let mut harness = scene::app(None, environment(&clock, 1), [1280.0, 800.0]);
    harness.run();
    harness.get_by_label("Ticket").focus();
    harness.run();
    harness.get_by_label("Ticket").type_text("satchel:join/nonsense");
    harness.run();
    harness.get_by_label_contains("This ticket was cut short or mistyped");
}

#[test]
fn the_sample_opens_and_is_not_kept() {
    let clock = scene::clock();
    let mut harness = scene::app(None, environment(&clock, 1), [1280.0, 800.0]);
    harness.run();
    harness.get_by_label("Open the sample").click();
    harness.run_steps(4);
    harness.get_by_label("Pipeline");
    harness.key_press(Key::Escape);
    harness.run_steps(2);
}
