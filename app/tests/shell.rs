//! What is around the views: settings, toasts, keys.

#![allow(clippy::unwrap_used)]

mod scene;

use eframe::egui::{Key, Modifiers, Theme};
use egui_kittest::kittest::Queryable;
use satchel_core::environment::fixed::environment;

const SIZE: [f32; 2] = [1440.0, 1000.0];

#[test]
fn the_theme_is_kept_on_the_device() {
    let clock = scene::clock();
    let workspace = scene::pipeline(&clock);
    let mut harness = scene::app(Some(workspace.clone()), environment(&clock, 1), SIZE);
    harness.run();
    // The harness chose dark.
    assert_eq!(harness.ctx.theme(), Theme::Dark);
    harness.get_by_label("Settings").click();
    harness.run();
    harness.get_by_label("Light").click();
    harness.run();
    assert_eq!(harness.ctx.theme(), Theme::Light);
    assert_eq!(workspace.setting("theme").as_deref(), Some(b"light".as_slice()));
}

#[test]
fn what_was_undone_is_redone_from_the_toast() {
    let clock = scene::clock();
    let workspace = scene::pipeline(&clock);
    let mut harness = scene::app(Some(workspace.clone()), environment(&clock, 1), SIZE);
    harness.run();
    let card = |stage: &str| format!("GTK 500 pilot, Ron-tech, $26,768, {stage}");
    harness.get_by_label(&card("New")).focus();
    harness.run();
    harness.key_press(Key::M);
    harness.run();
    harness.get_by_label(&card("Qualified"));
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run();
    harness.get_by_label(&card("New"));
    harness.get_by_label("Redo").click();
    harness.run();
    harness.get_by_label(&card("Qualified"));
}

#[test]
fn with_nothing_to_undo_a_toast_says_so() {
    let clock = scene::clock();
    let mut harness = scene::app(Some(scene::empty(environment(&clock, 7))), environment(&clock, 1), SIZE);
    harness.run();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run();
    harness.get_by_label_contains("othing to undo");
    harness.get_by_label("Close this message").click();
    harness.run();
    assert!(harness.query_by_label("Close this message").is_none());
}

#[test]
fn single_keys_are_letters_while_somebody_types() {
    let clock = scene::clock();
    let workspace = scene::pipeline(&clock);
    let mut harness = scene::app(Some(workspace), environment(&clock, 1), SIZE);
    harness.run();
    harness.get_by_label("Search").focus();
    harness.run();
    harness.key_press(Key::C);
    harness.run();
    assert!(
        harness.query_by_label("Customer").is_none(),
        "C opened the quick create while the search box had the focus"
    );
    harness.key_press(Key::Escape);
    harness.run();
    harness.key_press(Key::C);
    harness.run();
    harness.get_by_label("Customer");
}
