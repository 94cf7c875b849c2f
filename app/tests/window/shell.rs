//! What is around the views: settings, toasts, keys.

use eframe::egui::{self, Key, Modifiers, Theme};
use egui_kittest::kittest::Queryable;
use satchel_core::environment::fixed::environment;

use crate::scene::{self, Desk};

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

#[test]
fn what_is_typed_is_saved_when_the_window_is_closed_and_what_cannot_be_is_asked_about() {
    let clock = scene::clock();
    let workspace = scene::pipeline(&clock);
    let mut harness = scene::app(Some(workspace.clone()), environment(&clock, 1), SIZE);
    harness.run();
    harness.get_by_label("GTX Pro rollout, 4 sites, Umbrella Corporation, $48,210, Qualified").click();
    harness.run();
    let id = workspace.records().opportunities.values().find(|o| o.name.contains("rollout")).unwrap().id;
    let revenue = || workspace.records().opportunities[&id].expected_revenue.to_string();
    let type_over = |harness: &mut egui_kittest::Harness<'_, satchel::SatchelApp>, text: &str| {
        harness.get_by_label("Expected revenue").focus();
        harness.run();
        harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
        harness.run();
        harness.get_by_label("Expected revenue").type_text(text);
        harness.run();
    };
    type_over(&mut harness, "51000");
    let commands = scene::close(&mut harness);
    assert_eq!(revenue(), "51000.00");
    assert_eq!(commands, [egui::ViewportCommand::CancelClose, egui::ViewportCommand::Close]);

    let mut harness = scene::app(Some(workspace.clone()), environment(&clock, 1), SIZE);
    harness.run();
    harness.get_by_label("GTX Pro rollout, 4 sites, Umbrella Corporation, $51,000, Qualified").click();
    harness.run();
    type_over(&mut harness, "much");
    harness.key_press(Key::Enter);
    harness.run();
    // Left and opened again, what could not be saved still stands there with the reason.
    harness.get_by_label("Contacts").click();
    harness.run();
    harness.get_by_label("Pipeline").click();
    harness.run();
    harness.get_by_label("GTX Pro rollout, 4 sites, Umbrella Corporation, $51,000, Qualified").click();
    harness.run();
    harness.get_by_label_contains("is no amount");
    assert_eq!(scene::close(&mut harness), [egui::ViewportCommand::CancelClose]);
    harness.run();
    harness.get_by_label_contains("Expected revenue ‘much’:");
    harness.get_by_label("Stay").click();
    harness.run();
    assert!(harness.query_by_label("Stay").is_none());
    let _ = scene::close(&mut harness);
    harness.get_by_label("Close and lose it").click();
    harness.step();
    let last = &harness.output().viewport_output[&egui::ViewportId::ROOT].commands;
    assert!(last.contains(&egui::ViewportCommand::Close), "{last:?}");
}

#[test]
fn a_note_that_was_begun_waits_on_its_record() {
    let clock = scene::clock();
    let workspace = scene::pipeline(&clock);
    let mut harness = scene::app(Some(workspace), environment(&clock, 1), SIZE);
    harness.run();
    let open = |harness: &mut egui_kittest::Harness<'_, satchel::SatchelApp>, card: &str| {
        harness.get_by_label("Pipeline").click();
        harness.run();
        harness.get_by_label_contains(card).click();
        harness.run();
    };
    open(&mut harness, "GTX Pro rollout, 4 sites, Umbrella");
    harness.get_by_label("Write a note").focus();
    harness.run();
    harness.get_by_label("Write a note").type_text("They want two more sites");
    harness.run();
    open(&mut harness, "GTX Plus Pro renewal, Kan-code");
    assert_eq!(harness.get_by_label("Write a note").value().as_deref(), Some(""));
    assert_eq!(scene::close(&mut harness), [egui::ViewportCommand::CancelClose]);
    harness.run();
    harness.get_by_label_contains("A note about GTX Pro rollout, 4 sites");
    harness.get_by_label("Stay").click();
    harness.run();
    open(&mut harness, "GTX Pro rollout, 4 sites, Umbrella");
    assert_eq!(harness.get_by_label("Write a note").value().as_deref(), Some("They want two more sites"));
}

#[test]
fn single_keys_are_not_the_pages_while_a_panel_a_menu_or_a_dialog_is_open() {
    let mut desk = Desk::at_the_board(SIZE);
    let card = "GTX Pro rollout, 4 sites, Umbrella Corporation, $48,210, Qualified";
    let opened = |desk: &Desk| desk.harness.query_by_label("Customer").is_some();
    let won = |desk: &Desk| !desk.is_there(card);
    desk.click("Filters");
    desk.focus(card);
    for key in [Key::C, Key::W, Key::L, Key::O] {
        desk.key(key);
    }
    assert!(desk.is_there("Add custom filter") && !opened(&desk) && !won(&desk), "the panel has the keys");
    desk.key(Key::Escape);
    desk.click("More for Qualified");
    desk.key(Key::C);
    assert!(!opened(&desk), "the menu has the keys");
    desk.key(Key::Escape);
    desk.focus(card);
    desk.key(Key::L);
    desk.key(Key::C);
    assert!(desk.is_there("Why was it lost?") && !opened(&desk), "the dialog has the keys");
    desk.key(Key::Escape);
    desk.focus(card);
    desk.key(Key::W);
    assert!(won(&desk), "now they are the card's");
    desk.key(Key::C);
    assert!(opened(&desk));
}

#[test]
fn the_search_and_the_new_button_have_room_in_a_narrow_window() {
    for width in [760.0, 800.0, 1000.0] {
        let desk = Desk::at_the_board([width, 600.0]);
        let place = |name: &str| scene::place(&desk.harness, name);
        let row = ["Filters", "Group by", "Favourites", "New opportunity"].map(place);
        assert!(row.windows(2).all(|w| w[0].right() + 4.0 <= w[1].left()), "{width}: {row:?}");
        assert!(row[3].right() <= width, "{width}: {row:?}");
        assert!(place("Search").right() < row[0].left(), "{width}");
        assert!(place("Board").left() > place("Pipeline").right(), "{width}");
    }
}
