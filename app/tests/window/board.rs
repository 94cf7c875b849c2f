//! The board, driven by the names that people who do not see it hear.

use eframe::egui::{Key, Modifiers, vec2};
use egui_kittest::{
    Harness,
    kittest::{NodeT, Queryable},
};
use satchel::SatchelApp;
use satchel_core::{Command, DocId, Money, Workspace, environment::fixed::environment, record::WonStatus};

use crate::scene;

const ROLLOUT: &str = "GTX Pro rollout, 4 sites, Umbrella Corporation, $48,210, Qualified";

fn board() -> (Workspace, Harness<'static, SatchelApp>) {
    let clock = scene::clock();
    let workspace = scene::pipeline(&clock);
    let mut harness = scene::app(Some(workspace.clone()), environment(&clock, 1), [1440.0, 1200.0]);
    harness.run();
    (workspace, harness)
}

fn named(workspace: &Workspace, name: &str) -> DocId {
    let records = workspace.records();
    let found = records.opportunities.values().find(|o| o.name == name);
    found.unwrap_or_else(|| panic!("no opportunity {name}")).id
}

fn stage_of(workspace: &Workspace, name: &str) -> String {
    let id = named(workspace, name);
    let records = workspace.records();
    records.stage(&records.opportunities[&id]).unwrap().name.clone()
}

fn status(workspace: &Workspace, name: &str) -> WonStatus {
    let id = named(workspace, name);
    let records = workspace.records();
    records.won_status(&records.opportunities[&id])
}

#[test]
fn a_card_is_dragged_to_another_column_and_taken_back_from_the_toast() {
    let (workspace, mut harness) = board();
    let to = scene::place(&harness, "Add to Proposition").center() + vec2(-60.0, 380.0);
    scene::drag(&mut harness, ROLLOUT, to);
    assert_eq!(stage_of(&workspace, "GTX Pro rollout, 4 sites"), "Qualified", "nothing happens before the drop");
    harness.get_by_label("Proposition: 4 opportunities, $117,980 expected, $82,586 probable");
    harness.drop_at(to);
    harness.run_steps(6);
    assert_eq!(stage_of(&workspace, "GTX Pro rollout, 4 sites"), "Proposition");
    harness.get_by_label("Proposition: 5 opportunities, $166,190 expected, $116,333 probable");
    harness.get_by_label("Pipeline: 16 opportunities, $339,682 expected, $194,541 probable");
    harness.get_by_label("GTX Pro rollout, 4 sites, Umbrella Corporation, $48,210, Proposition");
    harness.get_by_label("Moved to Proposition: GTX Pro rollout, 4 sites");
    harness.get_by_label("Undo").click();
    harness.run_steps(6);
    assert_eq!(stage_of(&workspace, "GTX Pro rollout, 4 sites"), "Qualified");
    harness.get_by_label(ROLLOUT);
}

#[test]
fn a_drag_that_ends_where_it_began_or_is_escaped_changes_nothing() {
    let (workspace, mut harness) = board();
    let commits = workspace.status().unwrap().commits;
    let home = scene::place(&harness, "Add to Qualified").center() + vec2(-60.0, 500.0);
    scene::drag(&mut harness, ROLLOUT, home);
    harness.drop_at(home);
    harness.run_steps(4);
    let away = scene::place(&harness, "Add to Won").center() + vec2(-60.0, 300.0);
    scene::drag(&mut harness, ROLLOUT, away);
    harness.key_press(Key::Escape);
    harness.run_steps(2);
    harness.drop_at(away);
    harness.run_steps(4);
    assert_eq!(workspace.status().unwrap().commits, commits);
}

#[test]
fn dropping_on_won_wins_and_on_lost_asks_for_the_reason() {
    let (workspace, mut harness) = board();
    let won = scene::place(&harness, "Add to Won").center() + vec2(-60.0, 300.0);
    scene::drag(&mut harness, ROLLOUT, won);
    harness.drop_at(won);
    harness.run_steps(6);
    assert_eq!(status(&workspace, "GTX Pro rollout, 4 sites"), WonStatus::Won);
    harness.get_by_label("Marked won: GTX Pro rollout, 4 sites");

    let lost = scene::place(&harness, "Unfold Lost, 1 opportunity").center();
    scene::drag(&mut harness, "GTX Plus Pro, design lab, Goodsilron, $21,928, Qualified", lost);
    harness.drop_at(lost);
    harness.run_steps(4);
    assert_eq!(status(&workspace, "GTX Plus Pro, design lab"), WonStatus::Pending, "not before the reason was asked");
    harness.get_by_label("Too expensive").click();
    harness.run_steps(2);
    harness.get_by_label("Mark lost").click();
    harness.run_steps(4);
    assert_eq!(status(&workspace, "GTX Plus Pro, design lab"), WonStatus::Lost);
    let id = named(&workspace, "GTX Plus Pro, design lab");
    let records = workspace.records();
    let reason = records.opportunities[&id].standing.lost_reason().unwrap();
    assert_eq!(records.name(reason), "Too expensive");
}

#[test]
fn quick_create_adds_and_stays_open() {
    let (workspace, mut harness) = board();
    harness.get_by_label("Add to Qualified").click();
    harness.run();
    harness.get_by_label("Customer").type_text("Konex");
    harness.run();
    harness.get_by_label("Title").focus();
    harness.run();
    harness.get_by_label("Title").type_text("GTX Basic for reception");
    harness.run();
    harness.get_by_label("Expected revenue").focus();
    harness.run();
    harness.get_by_label("Expected revenue").type_text("5500");
    harness.run();
    harness.key_press(Key::Enter);
    harness.run();
    let id = named(&workspace, "GTX Basic for reception");
    {
        let records = workspace.records();
        let opportunity = &records.opportunities[&id];
        assert_eq!(records.name(opportunity.partner.unwrap()), "Konex");
        assert_eq!(opportunity.expected_revenue.to_string(), "5500.00");
        assert_eq!(records.contacts.values().filter(|c| c.name == "Konex").count(), 1, "the known customer was taken");
    }
    assert_eq!(stage_of(&workspace, "GTX Basic for reception"), "Qualified");
    harness.get_by_label("GTX Basic for reception, Konex, $5,500, Qualified");
    // Still open, and empty: the next one has a new customer and no title.
    harness.get_by_label("Customer").type_text("Brand New Ltd");
    harness.run();
    harness.key_press(Key::Enter);
    harness.run();
    named(&workspace, "Brand New Ltd’s opportunity");
    assert!(workspace.records().contacts.values().any(|c| c.name == "Brand New Ltd" && c.is_company));
    harness.key_press(Key::Escape);
    harness.run();
    assert!(harness.query_by_label("Customer").is_none());
}

#[test]
fn searching_narrows_as_one_types() {
    let (_, mut harness) = board();
    harness.key_press(Key::Slash);
    harness.run();
    harness.get_by_label("Search").type_text("umbrella");
    harness.run();
    harness.get_by_label(ROLLOUT);
    assert!(harness.query_by_label("GTX Plus Pro, design lab, Goodsilron, $21,928, Qualified").is_none());
    harness.get_by_label("Search").type_text(" zzz");
    harness.run();
    harness.get_by_label("Clear search").click();
    harness.run();
    harness.get_by_label("GTX Plus Pro, design lab, Goodsilron, $21,928, Qualified");
}

#[test]
fn cards_are_moved_and_marked_by_keyboard() {
    let (workspace, mut harness) = board();
    harness.get_by_label(ROLLOUT).focus();
    harness.run();
    harness.key_press_modifiers(Modifiers::SHIFT, Key::ArrowRight);
    harness.run();
    assert_eq!(stage_of(&workspace, "GTX Pro rollout, 4 sites"), "Proposition");
    let moved = "GTX Pro rollout, 4 sites, Umbrella Corporation, $48,210, Proposition";
    assert!(harness.get_by_label(moved).is_focused(), "the focus goes with the card");
    harness.key_press(Key::ArrowLeft);
    harness.run();
    let beside = harness.get_by_label("GTX Pro for call floor, Rantouch, $14,463, Qualified");
    assert!(beside.is_focused(), "the focus moves at the same height");
    harness.get_by_label(moved).focus();
    harness.run();
    harness.key_press(Key::W);
    harness.run();
    assert_eq!(status(&workspace, "GTX Pro rollout, 4 sites"), WonStatus::Won);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run();
    assert_eq!(status(&workspace, "GTX Pro rollout, 4 sites"), WonStatus::Pending);
    harness.get_by_label(moved).focus();
    harness.run();
    harness.key_press(Key::L);
    harness.run();
    harness.get_by_label("Closing note");
    harness.key_press(Key::Enter);
    harness.run();
    assert_eq!(status(&workspace, "GTX Pro rollout, 4 sites"), WonStatus::Lost);
}

#[test]
fn columns_fold_and_their_bars_narrow_them() {
    let (_, mut harness) = board();
    harness.get_by_label("Qualified: 1 overdue").click();
    harness.run();
    harness.get_by_label("GTX Pro for call floor, Rantouch, $14,463, Qualified");
    assert!(harness.query_by_label(ROLLOUT).is_none());
    harness.get_by_label("Qualified: 1 overdue").click();
    harness.run();
    harness.get_by_label(ROLLOUT);
    harness.get_by_label("Unfold Lost, 1 opportunity").click();
    harness.run();
    harness.get_by_label("GTX Basic trial, Isdom, $4,800, Lost");
}

#[test]
fn an_empty_board_says_what_to_do() {
    let clock = scene::clock();
    let workspace = scene::empty(environment(&clock, 7));
    let mut harness = scene::app(Some(workspace), environment(&clock, 1), [1280.0, 800.0]);
    harness.run();
    harness.get_by_label("Import a file");
    harness.get_by_label("Create one").click();
    harness.run();
    harness.get_by_label("Title");
}

#[test]
fn what_a_colleague_changed_is_marked_until_it_is_opened_and_two_values_stay_marked() {
    let clock = scene::clock();
    let workspace = scene::pipeline(&clock);
    let other = scene::colleague(&workspace, &clock);
    let mut harness = scene::app(Some(workspace.clone()), environment(&clock, 1), [1440.0, 1200.0]);
    harness.run();
    let id = named(&workspace, "GTX Pro rollout, 4 sites");
    let set = |by: &Workspace, revenue: i64| {
        let fields = vec![("expected_revenue".to_owned(), Money(revenue * 100).into())];
        by.execute(Command::Set { id, fields, seen: None }).unwrap();
    };
    set(&workspace, 50_000);
    set(&other, 60_000);
    scene::meet(&workspace, &other);
    harness.run();
    let said = |harness: &Harness<'static, SatchelApp>| {
        let card = harness.get_by_label_contains("GTX Pro rollout, 4 sites, Umbrella Corporation");
        card.accesskit_node().data().description().unwrap_or_default().to_owned()
    };
    assert!(said(&harness).contains("2 values"), "{}", said(&harness));
    assert!(said(&harness).contains("changed by somebody else"), "{}", said(&harness));
    harness.get_by_label("Conflicts, 1");
    harness.get_by_label_contains("GTX Pro rollout, 4 sites, Umbrella Corporation").click();
    harness.run();
    harness.key_press(Key::Escape);
    harness.run();
    assert!(said(&harness).contains("2 values"), "{}", said(&harness));
    assert!(!said(&harness).contains("changed by somebody else"), "{}", said(&harness));
}

#[test]
fn a_move_that_is_refused_goes_back_at_once_with_the_reason() {
    let clock = scene::clock();
    let workspace = scene::pipeline(&clock);
    let other = scene::colleague(&workspace, &clock);
    let mut harness = scene::app(Some(other.clone()), environment(&clock, 1), [1440.0, 1200.0]);
    harness.run();
    // Meanwhile the colleague's device is removed from the workspace: it may write no more.
    workspace.remove_device(other.device()).unwrap();
    scene::meet(&workspace, &other);
    harness.run();
    let to = scene::place(&harness, "Add to Proposition").center() + vec2(-60.0, 500.0);
    scene::drag(&mut harness, ROLLOUT, to);
    harness.drop_at(to);
    harness.run_steps(4);
    harness.get_by_label(ROLLOUT);
    harness.get_by_label_contains("removed");
}

#[test]
fn a_card_gets_a_colour_and_a_tag_by_keyboard() {
    let (workspace, mut harness) = board();
    for (key, modifiers, typed) in [(Key::C, Modifiers::SHIFT, "rose"), (Key::T, Modifiers::NONE, "renew")] {
        harness.get_by_label(ROLLOUT).focus();
        harness.run();
        harness.key_press_modifiers(modifiers, key);
        harness.run();
        harness.get_by_label_contains("Which").type_text(typed);
        harness.run();
        harness.key_press(Key::Enter);
        harness.run();
        assert!(harness.get_by_label(ROLLOUT).is_focused(), "the focus is back on the card");
    }
    let id = named(&workspace, "GTX Pro rollout, 4 sites");
    let records = workspace.records();
    let opportunity = &records.opportunities[&id];
    assert_eq!(opportunity.color, 3);
    assert!(opportunity.tags.iter().any(|t| records.name(*t) == "Renewal"));
}
