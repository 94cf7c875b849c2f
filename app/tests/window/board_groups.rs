//! The board grouped by something else than the stage.

use eframe::egui::{Key, Modifiers, vec2};
use egui_kittest::{Harness, kittest::Queryable};
use satchel::SatchelApp;
use satchel_core::{DocId, Record, Value, Workspace, environment::fixed::environment};

use crate::scene;

const ROLLOUT: &str = "GTX Pro rollout, 4 sites, Umbrella Corporation, $48,210, Qualified";

fn grouped(by: &str) -> (Workspace, Harness<'static, SatchelApp>) {
    let clock = scene::clock();
    let workspace = scene::pipeline(&clock);
    scene::colleague(&workspace, &clock);
    let mut harness = scene::app(Some(workspace.clone()), environment(&clock, 1), [1440.0, 1200.0]);
    harness.run();
    group_by(&mut harness, by);
    (workspace, harness)
}

fn group_by(harness: &mut Harness<'static, SatchelApp>, by: &str) {
    harness.get_by_label("Group by").click();
    harness.run();
    harness.get_by_label(&format!("Group by {by}")).click();
    harness.run();
    harness.key_press(Key::Escape);
    harness.run();
}

fn rollout(workspace: &Workspace) -> (DocId, Record) {
    let records = workspace.records();
    let id = records.opportunities.values().find(|o| o.name == "GTX Pro rollout, 4 sites").unwrap().id;
    (id, records.get(id).unwrap())
}

fn value(workspace: &Workspace, field: &str) -> Value {
    rollout(workspace).1.get(field).unwrap()
}

/// Drags the card from its column to another one by their names.
fn drag(harness: &mut Harness<'static, SatchelApp>, card: &str, to: &str) {
    let to = harness.get_by_label_contains(to).rect().center() + vec2(0.0, 400.0);
    scene::drag(harness, card, to);
    harness.drop_at(to);
    harness.run_steps(6);
}

#[test]
fn by_salesperson_a_card_is_handed_over_and_taken_back() {
    let (workspace, mut harness) = grouped("Salesperson");
    harness.get_by_label("Celia Rouche: 0 opportunities, $0 expected, $0 probable");
    let mine = "Vicki Laflamme: 13 opportunities, $301,635 expected, $171,233 probable";
    harness.get_by_label(mine);
    harness.get_by_label_contains("No salesperson: 3 opportunities");
    harness.get_by_label("Pipeline: 16 opportunities, $339,682 expected, $175,257 probable");
    let commits = workspace.status().unwrap().commits;
    drag(&mut harness, ROLLOUT, "Celia Rouche: 0");
    assert_eq!(workspace.status().unwrap().commits, commits + 1);
    let Value::Ref(user) = value(&workspace, "user") else { panic!("it has a salesperson") };
    assert_eq!(workspace.records().name(user), "Celia Rouche");
    harness.get_by_label("Celia Rouche: 1 opportunity, $48,210 expected, $14,463 probable");
    harness.get_by_label(ROLLOUT);
    harness.get_by_label("Undo").click();
    harness.run_steps(6);
    assert_eq!(value(&workspace, "user"), workspace.user().into());
    harness.get_by_label(mine);
}

#[test]
fn by_keyboard_it_goes_to_the_next_column_with_the_focus() {
    let (workspace, mut harness) = grouped("Priority");
    harness.get_by_label("Very high priority: 2 opportunities, $91,910 expected, $64,337 probable");
    harness.get_by_label(ROLLOUT).focus();
    harness.run();
    harness.key_press_modifiers(Modifiers::SHIFT, Key::ArrowRight);
    harness.run();
    assert_eq!(value(&workspace, "priority"), Value::Int(3));
    assert!(harness.get_by_label(ROLLOUT).is_focused(), "the focus goes with the card");
    harness.key_press(Key::W);
    harness.run();
    harness.get_by_label("GTX Pro rollout, 4 sites, Umbrella Corporation, $48,210, Won");
}

#[test]
fn by_month_of_closing_it_closes_on_the_last_day_and_a_card_is_added_there() {
    let (workspace, mut harness) = grouped("Expected closing");
    {
        let records = workspace.records();
        let other = records.opportunities.values().find(|o| o.name == "MG Special test kit").unwrap().id;
        drop(records);
        let day = chrono::NaiveDate::from_ymd_opt(2027, 1, 15).unwrap();
        let fields = vec![("date_deadline".to_owned(), day.into())];
        workspace.execute(satchel_core::Command::Set { id: other, fields, seen: None }).unwrap();
    }
    harness.run();
    harness.get_by_label_contains("December 2026: 0 opportunities");
    drag(&mut harness, ROLLOUT, "January 2027: 1 opportunity");
    let last = chrono::NaiveDate::from_ymd_opt(2027, 1, 31).unwrap();
    assert_eq!(value(&workspace, "date_deadline"), last.into());
    harness.get_by_label("Add to January 2027").click();
    harness.run();
    harness.get_by_label("Customer").type_text("Konex");
    harness.run();
    harness.key_press(Key::Enter);
    harness.run();
    let records = workspace.records();
    let added = records.opportunities.values().find(|o| o.name == "Konex’s opportunity").unwrap();
    assert_eq!(added.date_deadline, Some(last));
}

#[test]
fn by_tag_the_tag_is_changed_for_the_other() {
    let (workspace, mut harness) = grouped("Tag");
    drag(&mut harness, ROLLOUT, "Design: 1 opportunity");
    let Value::Refs(tags) = value(&workspace, "tags") else { panic!("tags are references") };
    let records = workspace.records();
    assert_eq!(tags.iter().map(|t| records.name(*t)).collect::<Vec<_>>(), ["Design"]);
}

#[test]
fn where_the_field_is_not_set_by_hand_the_card_stays_and_a_line_says_why() {
    let (workspace, mut harness) = grouped("Outcome");
    harness.get_by_label_contains("Pending: 13 opportunities");
    // Won is marked, lost asked for.
    drag(&mut harness, ROLLOUT, "Won: 3 opportunities");
    harness.get_by_label("Marked won: GTX Pro rollout, 4 sites");
    let commits = workspace.status().unwrap().commits;
    drag(&mut harness, "GTX Pro rollout, 4 sites, Umbrella Corporation, $48,210, Won", "Pending: 12 opportunities");
    harness.get_by_label_contains("Won status is not set by hand");
    assert_eq!(workspace.status().unwrap().commits, commits);
    assert!(harness.query_by_label("Add to Pending").is_none());
}

#[test]
fn columns_of_groups_fold_and_are_narrowed_by_their_bars() {
    let (_, mut harness) = grouped("Priority");
    harness.get_by_label("High priority: 2 overdue").click();
    harness.run();
    assert!(harness.query_by_label(ROLLOUT).is_none());
    harness.get_by_label("High priority: 2 overdue").click();
    harness.run();
    harness.get_by_label("More for High priority").click();
    harness.run();
    harness.get_by_label("Fold the column").click();
    harness.run();
    assert!(harness.query_by_label(ROLLOUT).is_none());
    harness.get_by_label_contains("Unfold High priority").click();
    harness.run();
    harness.get_by_label(ROLLOUT);
    // Grouped no more, the stages are back.
    harness.get_by_label("Remove Priority").click();
    harness.run();
    harness.get_by_label_contains("Qualified: 5 opportunities");
}
