//! The reports as a manager uses them: whose, which period, from a figure to its records and back.

use eframe::egui::{self, Key, Modifiers};
use egui_kittest::{
    Harness,
    kittest::{NodeT, Queryable},
};
use satchel::SatchelApp;
use satchel_core::{Workspace, demo, environment::fixed::environment};

use crate::scene;

type App = Harness<'static, SatchelApp>;

fn open(size: [f32; 2]) -> (Workspace, App) {
    let clock = scene::clock();
    let workspace = scene::empty(environment(&clock, 9));
    demo::populate(&workspace).unwrap();
    let mut harness = scene::opened(Some(workspace.clone()), environment(&clock, 1), size);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Num9);
    harness.run();
    (workspace, harness)
}

fn click(harness: &mut App, name: &str) {
    harness.get_by_label(name).click();
    harness.run();
}

fn said(harness: &App, start: &str) -> String {
    let labels = harness.get_all_by_label_contains(start).filter_map(|n| n.accesskit_node().label());
    labels.into_iter().find(|l| l.starts_with(start)).unwrap()
}

#[test]
fn a_figure_opens_its_opportunities_and_one_comes_back() {
    let (_, mut harness) = open([1440.0, 900.0]);
    let won = said(&harness, "Won: ");
    let count = won.strip_prefix("Won: ").unwrap().to_owned();
    click(&mut harness, &won);
    assert!(harness.get_all_by_label_contains(&format!("{count} opportunities")).count() > 0);
    harness.key_press(Key::Escape);
    harness.run();
    assert_eq!(said(&harness, "Won: "), won);
    click(&mut harness, "By amount");
    assert!(said(&harness, "Won: ").contains('$'));
    let month = said(&harness, "October, 2026: ");
    click(&mut harness, &month);
    let missed = said(&harness, "Missed sales: ");
    click(&mut harness, "Later period");
    assert_ne!(said(&harness, "Missed sales: "), missed, "the tiles follow the period");
    click(&mut harness, "Earlier period");
    click(&mut harness, &month);
    harness.get_by_label_contains("opportunities, Expected");
}

#[test]
fn whose_and_how_long_are_chosen() {
    let (_, mut harness) = open([1280.0, 800.0]);
    let all = said(&harness, "Won: ");
    click(&mut harness, "Me");
    let mine = said(&harness, "Won: ");
    assert_ne!(all, mine);
    click(&mut harness, "All");
    assert_eq!(said(&harness, "Won: "), all);
    let month = said(&harness, "Actual against target: ");
    click(&mut harness, "Year");
    assert_ne!(said(&harness, "Actual against target: "), month);
}

#[test]
fn pictures() {
    let Ok(folder) = std::env::var("SATCHEL_PICTURES") else { return };
    for (theme, name) in [(egui::Theme::Light, "light"), (egui::Theme::Dark, "dark")] {
        for size in [[1280.0, 800.0], [1440.0, 900.0], [1920.0, 1080.0]] {
            let (_, mut harness) = open(size);
            harness.ctx.set_theme(theme);
            harness.run();
            harness.render().unwrap().save(format!("{folder}/reporting-{name}-{}.png", size[0])).unwrap();
        }
    }
}
