//! The search bar, driven by the names that people who do not see it hear. With `SATCHEL_PICTURES=DIR` it is also drawn.

use eframe::egui::{self, Key};
use egui_kittest::{
    Harness,
    kittest::{NodeT, Queryable},
};
use satchel::SatchelApp;
use satchel_core::{Command, DocId, Kind, Workspace, environment::fixed::environment, query::Query};

use crate::scene;

fn desk() -> (Workspace, Harness<'static, SatchelApp>) {
    desk_at([1440.0, 900.0])
}

fn desk_at(size: [f32; 2]) -> (Workspace, Harness<'static, SatchelApp>) {
    let clock = scene::clock();
    let workspace = scene::pipeline(&clock);
    let on = named(&workspace, "GTK 500 ×2, Seoul fab");
    let text = "They want a warranty of five years and on-site service".to_owned();
    workspace.execute(Command::AddNote { on, id: workspace.new_id(Kind::Note), text }).unwrap();
    let mut harness = scene::app(Some(workspace.clone()), environment(&clock, 1), size);
    harness.run();
    (workspace, harness)
}

fn named(workspace: &Workspace, name: &str) -> DocId {
    workspace.records().opportunities.values().find(|o| o.name == name).unwrap().id
}

fn typed(harness: &mut Harness<'_, SatchelApp>, text: &str) {
    harness.get_by_label("Search").focus();
    harness.run();
    harness.get_by_label("Search").type_text(text);
    harness.run();
}

fn press(harness: &mut Harness<'_, SatchelApp>, key: Key) {
    harness.key_press(key);
    harness.run();
}

fn click(harness: &mut Harness<'_, SatchelApp>, name: &str) {
    harness.get_by_label(name).click();
    harness.run();
}

fn shows(harness: &Harness<'_, SatchelApp>, name: &str) -> bool {
    harness.query_by_label(name).is_some()
}

/// How many opportunities the view bar says there are.
fn count(harness: &Harness<'_, SatchelApp>) -> String {
    let said = |node: &egui_kittest::kittest::AccessKitNode<'_>| node.label().or_else(|| node.value());
    let totals = harness.get_by(|node| said(node).is_some_and(|label| label.starts_with("Pipeline: ")));
    let label = said(&totals.accesskit_node()).unwrap();
    label["Pipeline: ".len()..].split(',').next().unwrap().to_owned()
}

#[test]
fn typing_suggests_fields_and_enter_makes_a_chip_that_backspace_takes_away() {
    let (_, mut harness) = desk();
    typed(&mut harness, "hott");
    assert_eq!(count(&harness), "1 opportunity");
    assert!(shows(&harness, "Search hott in everything"));
    assert!(shows(&harness, "Search hott in Customer"));
    press(&mut harness, Key::ArrowDown);
    press(&mut harness, Key::Enter);
    assert!(shows(&harness, "Filter: Hottechi"));
    assert_eq!(count(&harness), "1 opportunity");
    typed(&mut harness, "ron-t");
    press(&mut harness, Key::ArrowUp);
    press(&mut harness, Key::ArrowDown);
    press(&mut harness, Key::Enter);
    assert!(shows(&harness, "No match"), "everything with ron-t and Hottechi as customer");
    click(&mut harness, "Clear filters");
    assert_eq!(count(&harness), "16 opportunities");
    typed(&mut harness, "hott");
    press(&mut harness, Key::Enter);
    assert!(shows(&harness, "Filter: ‘hott’"));
    press(&mut harness, Key::Backspace);
    assert!(!shows(&harness, "Filter: ‘hott’"));
    assert_eq!(count(&harness), "16 opportunities");
}

#[test]
fn a_mistyped_name_and_words_of_a_note_lead_to_the_record() {
    let (_, mut harness) = desk();
    typed(&mut harness, "hotechi");
    assert!(shows(&harness, "GTK 500 ×2, Seoul fab Hottechi · Proposition · $53,536"));
    assert!(shows(&harness, "Hottechi Company"));
    press(&mut harness, Key::Escape);
    typed(&mut harness, "warranty serv");
    click(&mut harness, "GTK 500 ×2, Seoul fab They want a warranty of five years and on-site service");
    assert!(shows(&harness, "Expected revenue"), "the form is open");
}

#[test]
fn ready_filters_are_alternatives_within_a_facet_and_narrow_between() {
    let (_, mut harness) = desk();
    click(&mut harness, "Filters");
    click(&mut harness, "My Pipeline");
    assert_eq!(count(&harness), "13 opportunities");
    click(&mut harness, "Unassigned");
    assert_eq!(count(&harness), "16 opportunities");
    assert!(shows(&harness, "Filter: My Pipeline or Unassigned"));
    click(&mut harness, "Overdue");
    assert!(shows(&harness, "Filter: Overdue"));
    assert_eq!(count(&harness), "2 opportunities");
    click(&mut harness, "Remove My Pipeline or Unassigned");
    assert_eq!(count(&harness), "2 opportunities");
    press(&mut harness, Key::Escape);
    assert!(!shows(&harness, "Add custom filter…"));
    click(&mut harness, "Filters");
    click(&mut harness, "Creation Date");
    click(&mut harness, "Created last month");
    assert!(shows(&harness, "No match"));
}

#[test]
fn a_custom_filter_on_any_field_says_what_is_wrong_with_it() {
    let (_, mut harness) = desk();
    click(&mut harness, "Filters");
    click(&mut harness, "Add custom filter…");
    click(&mut harness, "Field: Opportunity");
    harness.get_by_label("Find a field").type_text("expected rev");
    harness.run();
    click(&mut harness, "Expected revenue");
    click(&mut harness, "Comparison: is");
    click(&mut harness, "is at least");
    click(&mut harness, "Add filter");
    assert!(shows(&harness, "Say what it is compared with."));
    harness.get_by_label("Value").focus();
    harness.run();
    harness.get_by_label("Value").type_text("much");
    harness.run();
    click(&mut harness, "Add filter");
    assert!(shows(&harness, "‘much’ is not an amount"));
    harness.key_press_modifiers(egui::Modifiers::COMMAND, Key::A);
    harness.get_by_label("Value").focus();
    harness.run();
    harness.key_press_modifiers(egui::Modifiers::COMMAND, Key::A);
    harness.run();
    harness.get_by_label("Value").type_text("$38,000");
    harness.run();
    click(&mut harness, "Add filter");
    assert!(shows(&harness, "Filter: Expected revenue is at least $38,000"));
    assert_eq!(count(&harness), "3 opportunities");
}

#[test]
fn groups_are_three_levels_and_dates_have_periods() {
    let (_, mut harness) = desk();
    click(&mut harness, "Group by");
    click(&mut harness, "Group by Creation Date");
    click(&mut harness, "Creation Date by quarter");
    assert!(shows(&harness, "Filter: Created on by quarter"));
    click(&mut harness, "Add custom group");
    click(&mut harness, "Group by City");
    click(&mut harness, "Group by Tag");
    assert!(shows(&harness, "Filter: Created on by quarter › City › Tags"));
    assert!(shows(&harness, "Three levels are the most."));
    click(&mut harness, "Group by Outcome");
    assert!(shows(&harness, "Filter: Created on by quarter › City › Tags"), "a fourth is not added");
    click(&mut harness, "Remove Created on by quarter › City › Tags");
    assert!(shows(&harness, "Group by"));
}

#[test]
fn a_search_is_kept_used_by_default_and_thrown_away() {
    let (workspace, mut harness) = desk();
    click(&mut harness, "Filters");
    click(&mut harness, "My Pipeline");
    harness.get_by_label("Name of the favourite").focus();
    harness.run();
    harness.get_by_label("Name of the favourite").type_text("This week’s push");
    harness.run();
    click(&mut harness, "Use by default");
    click(&mut harness, "Share with all users");
    click(&mut harness, "Save the favourite");
    {
        let records = workspace.records();
        let kept = records.favourites.values().next().unwrap();
        assert_eq!((kept.name.as_str(), kept.default, kept.shared), ("This week’s push", true, true));
        assert_eq!(kept.question().map(|q: Query| q.filters()), Some(vec!["user = me".to_owned()]));
    }
    let clock = scene::clock();
    let mut again = scene::app(Some(workspace.clone()), environment(&clock, 2), [1440.0, 900.0]);
    again.run();
    assert!(shows(&again, "Filter: My Pipeline"), "the pipeline opens with it");
    click(&mut again, "Remove My Pipeline");
    assert_eq!(count(&again), "16 opportunities");
    click(&mut again, "Favourites");
    click(&mut again, "This week’s push");
    assert_eq!(count(&again), "13 opportunities");
    click(&mut again, "Move favourite This week’s push to the trash");
    assert!(workspace.records().favourites.values().all(|f| f.meta.deleted));
}

#[test]
fn the_same_search_stays_while_the_view_changes_and_a_favourite_brings_its_view() {
    let (workspace, mut harness) = desk();
    click(&mut harness, "Filters");
    click(&mut harness, "My Pipeline");
    click(&mut harness, "Group by Stage");
    press(&mut harness, Key::Escape);
    click(&mut harness, "List");
    assert_eq!(count(&harness), "13 opportunities");
    click(&mut harness, "Favourites");
    harness.get_by_label("Name of the favourite").focus();
    harness.run();
    harness.get_by_label("Name of the favourite").type_text("Mine by stage");
    harness.run();
    click(&mut harness, "Save the favourite");
    press(&mut harness, Key::Escape);
    assert_eq!(workspace.records().favourites.values().next().unwrap().view, "list");
    click(&mut harness, "Board");
    click(&mut harness, "Remove My Pipeline");
    click(&mut harness, "Remove Stage");
    assert_eq!(count(&harness), "16 opportunities");
    click(&mut harness, "Favourites");
    click(&mut harness, "Mine by stage");
    press(&mut harness, Key::Escape);
    assert_eq!(count(&harness), "13 opportunities");
    assert!(shows(&harness, "Filter: Stage"));
    assert!(!shows(&harness, "Add to New"), "it is a list again");
    click(&mut harness, "Board");
    let again = |workspace: &Workspace| {
        let mut harness = scene::app(Some(workspace.clone()), workspace.environment().clone(), [1440.0, 1000.0]);
        harness.run();
        harness
    };
    assert!(shows(&again(&workspace), "Add to New"), "the view it was left in");
    let id = workspace.records().favourites.values().next().unwrap().id;
    let fields = vec![("default".to_owned(), true.into())];
    workspace.execute(Command::Set { id, fields, seen: None }).unwrap();
    assert!(!shows(&again(&workspace), "Add to New"), "the favourite by default brings its view");
}

#[test]
fn pictures() {
    let Ok(folder) = std::env::var("SATCHEL_PICTURES") else { return };
    for (theme, chosen) in [("light", egui::Theme::Light), ("dark", egui::Theme::Dark)] {
        for size in [[1440.0, 900.0], [1280.0, 800.0]] {
            let (_, mut harness) = desk_at(size);
            harness.ctx.set_theme(chosen);
            harness.run();
            let save = |harness: &mut Harness<'_, SatchelApp>, what: &str| {
                let picture = harness.render().expect("a software GPU");
                picture.save(format!("{folder}/search-{what}-{theme}-{}.png", size[0])).unwrap();
            };
            typed(&mut harness, "hott");
            save(&mut harness, "typed");
            press(&mut harness, Key::Escape);
            click(&mut harness, "Filters");
            click(&mut harness, "My Pipeline");
            click(&mut harness, "Unassigned");
            click(&mut harness, "Overdue");
            click(&mut harness, "Closing soon");
            click(&mut harness, "Creation Date");
            click(&mut harness, "Group by Salesperson");
            save(&mut harness, "panel");
            click(&mut harness, "Add custom filter…");
            save(&mut harness, "custom");
            press(&mut harness, Key::Escape);
            save(&mut harness, "chips");
        }
    }
}
