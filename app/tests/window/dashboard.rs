//! The dashboard as a person uses it: figures that open what they count, targets, the day in order.

use eframe::egui::{self, Key, Modifiers};
use egui_kittest::{
    Harness,
    kittest::{NodeT, Queryable},
};
use satchel::SatchelApp;
use satchel_core::{Command, Money, Workspace, environment::fixed::environment, record::Measure};

use crate::scene;

type App = Harness<'static, SatchelApp>;

const SIZE: [f32; 2] = [1440.0, 900.0];

fn open() -> (Workspace, App) {
    let clock = scene::clock();
    let workspace = scene::pipeline(&clock);
    let mut harness = scene::opened(Some(workspace.clone()), environment(&clock, 1), SIZE);
    harness.run();
    (workspace, harness)
}

fn click(harness: &mut App, name: &str) {
    harness.get_by_label(name).click();
    harness.run();
}

fn press(harness: &mut App, key: Key) {
    harness.key_press(key);
    harness.run();
}

#[test]
fn it_opens_first_and_a_figure_opens_what_it_counts() {
    let (_, mut harness) = open();
    harness.get_by_label("Good morning, Vicki");
    let late = harness.get_by_label_contains("Next actions, Overdue: ").accesskit_node().label().unwrap();
    let count: usize = late.rsplit(' ').next().unwrap().parse().unwrap();
    assert!(count > 1, "{late}");
    click(&mut harness, &late);
    harness.get_by_label("Whose: My activities");
    assert_eq!(harness.get_all_by_label_contains("d late").count(), count);
    press(&mut harness, Key::Escape);
    harness.get_by_label("Good morning, Vicki");
    let won = harness.get_by_label_contains("Won, this month: ").accesskit_node().label().unwrap();
    click(&mut harness, &won);
    harness.get_by_label_contains("opportunities, Expected");
    press(&mut harness, Key::Escape);
    harness.get_by_label("Good morning, Vicki");
}

#[test]
fn a_target_is_set_shown_as_progress_and_reached() {
    let (workspace, mut harness) = open();
    click(&mut harness, "Target of Won: Click to set");
    harness.get_by_label("Target").type_text("much");
    harness.run();
    press(&mut harness, Key::Enter);
    assert!(workspace.records().targets.is_empty(), "nothing is kept of what is no amount");
    harness.get_by_label("Target").focus();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness.get_by_label("Target").type_text("10,000");
    harness.run();
    press(&mut harness, Key::Enter);
    harness.get_by_label("Target of Won: $10,000");
    harness.get_by_label_contains("Won: Target reached");
    let target = workspace.records().targets.values().next().unwrap().clone();
    assert_eq!((target.measure(), target.goal()), (Some(Measure::Won), Some(1_000_000)));
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run();
    harness.get_by_label("Target of Won: Click to set");
}

#[test]
fn a_target_keeps_its_cents_and_cancel_is_no_save() {
    let (workspace, mut harness) = open();
    let (whom, month, measure) = (workspace.user(), scene::day(1), Measure::Won);
    workspace.execute(Command::SetTarget { whom, month, measure, target: Money(1_000_075).into() }).unwrap();
    harness.run();
    let goal = || workspace.records().targets.values().next().and_then(|t| t.goal());
    click(&mut harness, "Target of Won: $10,001");
    press(&mut harness, Key::Enter);
    assert_eq!(goal(), Some(1_000_075), "nothing was typed, nothing is rounded");
    assert!(harness.query_by_label("Target").is_none());
    click(&mut harness, "Target of Won: $10,001");
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness.get_by_label("Target").type_text("5");
    harness.run();
    harness.get_by_label("Cancel").focus();
    harness.run();
    press(&mut harness, Key::Enter);
    assert_eq!(goal(), Some(1_000_075));
}

#[test]
fn the_day_goes_in_order_and_what_is_done_moves_up() {
    let (workspace, mut harness) = open();
    let open = |w: &Workspace| {
        w.records().opportunities.values().flat_map(|o| &o.activities).filter(|a| a.done.is_none()).count()
    };
    let before = open(&workspace);
    harness.get_by_label_contains("Today: 3 of ");
    let name = harness
        .get_all_by_role(egui::accesskit::Role::Button)
        .filter_map(|n| n.accesskit_node().label())
        .find(|l| l.starts_with("Done: "));
    click(&mut harness, &name.expect("something to be done"));
    assert_eq!(open(&workspace), before - 1);
    harness.get_by_label_contains("Today: 4 of ");
}

#[test]
fn colleagues_changes_show_at_once() {
    let (workspace, mut harness) = open();
    let clock = scene::clock();
    let other = scene::colleague(&workspace, &clock);
    let id = workspace.records().opportunities.values().find(|o| o.name == "GTX Basic starter").unwrap().id;
    let before = harness.get_by_label_contains("Won, this month: ").accesskit_node().label().unwrap();
    let fields = vec![("expected_revenue".to_owned(), Money(9_900_000).into())];
    other.execute(Command::Set { id, fields, seen: None }).unwrap();
    scene::meet(&workspace, &other);
    harness.run();
    assert_ne!(harness.get_by_label_contains("Won, this month: ").accesskit_node().label().unwrap(), before);
}

#[test]
fn with_nothing_yet_there_are_ways_to_begin() {
    let clock = scene::clock();
    let workspace = scene::empty(environment(&clock, 9));
    let mut harness = scene::opened(Some(workspace.clone()), environment(&clock, 1), SIZE);
    harness.run();
    harness.get_by_label("This is how it could look");
    assert!(harness.query_by_label_contains("Next actions, Overdue").is_none(), "made up figures open nothing");
    click(&mut harness, "Load sample data");
    harness.run();
    assert!(workspace.records().opportunities.len() > 300);
    assert!(harness.query_by_label("This is how it could look").is_none());
}

#[test]
fn pictures() {
    let Ok(folder) = std::env::var("SATCHEL_PICTURES") else { return };
    for (theme, name) in [(egui::Theme::Light, "light"), (egui::Theme::Dark, "dark")] {
        for size in [[1280.0, 800.0], [1920.0, 1080.0]] {
            let clock = scene::clock();
            let workspace = scene::empty(environment(&clock, 9));
            let mut harness = scene::opened(Some(workspace.clone()), environment(&clock, 1), size);
            harness.ctx.set_theme(theme);
            harness.run();
            harness.render().unwrap().save(format!("{folder}/dashboard-new-{name}-{}.png", size[0])).unwrap();
            satchel_core::demo::populate(&workspace).unwrap();
            for (measure, target) in [(Measure::Done, 20i64.into()), (Measure::Won, Money(30_000_000).into())] {
                let month = scene::day(1);
                workspace.execute(Command::SetTarget { whom: workspace.user(), month, measure, target }).unwrap();
            }
            harness.run();
            harness.render().unwrap().save(format!("{folder}/dashboard-{name}-{}.png", size[0])).unwrap();
        }
    }
}
