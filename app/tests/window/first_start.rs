//! The first start, by the names of its controls.

use eframe::egui::{Key, accesskit::Role};
use egui_kittest::kittest::Queryable;
use satchel::locale::{Language, current, text};
use satchel_core::{Storage, Workspace, environment::fixed::environment};

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

#[test]
fn the_language_is_chosen_at_first_and_kept_with_the_workspace() {
    let clock = scene::clock();
    let folder = tempfile::tempdir().unwrap();
    let size = [1280.0, 800.0];
    let mut harness = scene::over_folder(folder.path().to_owned(), None, environment(&clock, 1), size);
    harness.run();
    harness.get_by_label("Your name").focus();
    harness.run();
    harness.get_by_label("Your name").type_text("Ann Field");
    harness.run();
    harness.get_by_label("Deutsch").click();
    harness.run();
    assert_eq!(text("Company"), "Firma", "what is spoken from now on");
    harness.get_by_label("Firma").focus();
    harness.run();
    harness.get_by_label("Firma").type_text("Acme");
    harness.run();
    harness.get_by_role_and_label(Role::Button, &text("Found the workspace")).click();
    harness.run();
    harness.get_by_label(&text("Create an opportunity"));
    drop(harness);
    let workspace = Workspace::open(Storage::Folder(folder.path().to_owned()), environment(&clock, 2)).unwrap();
    assert_eq!(workspace.records().users[&workspace.user()].name, "Ann Field", "nothing typed was lost");
    // Another window, which would speak English of itself.
    let harness = scene::over_folder(folder.path().to_owned(), Some(workspace), environment(&clock, 2), size);
    assert_eq!(current().language, Language::German);
    drop(harness);
}
