//! The pipeline's list, forecast and closings, and what is done with many records, driven by the names that people who do
//! not see them hear.

use eframe::egui::{Key, Modifiers, PointerButton, accesskit::Toggled, vec2};
use egui_kittest::{
    Harness,
    kittest::{NodeT, Queryable},
};
use satchel::SatchelApp;
use satchel_core::{DocId, Value, Workspace, environment::fixed::environment, record::WonStatus};

use crate::scene;

const SIZE: [f32; 2] = [1600.0, 1000.0];

type App = Harness<'static, SatchelApp>;

fn open(view: &str) -> (Workspace, App) {
    let clock = scene::clock();
    let workspace = scene::pipeline(&clock);
    let mut harness = scene::app(Some(workspace.clone()), environment(&clock, 1), SIZE);
    harness.run();
    click(&mut harness, view);
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

fn named(workspace: &Workspace, name: &str) -> DocId {
    workspace.records().opportunities.values().find(|o| o.name == name).unwrap().id
}

/// The value of a field in words.
fn value(workspace: &Workspace, name: &str, field: &str) -> String {
    let id = named(workspace, name);
    match workspace.records().get(id).unwrap().get(field).unwrap() {
        Value::Money(amount) => amount.to_string(),
        Value::Date(day) => day.to_string(),
        Value::Refs(ids) => ids.iter().map(|id| workspace.records().name(*id).to_owned()).collect::<Vec<_>>().join(","),
        other => format!("{other:?}"),
    }
}

/// The names of the rows in sight, from the top.
fn rows(harness: &App) -> Vec<String> {
    let mut rows: Vec<(f32, String)> = harness
        .query_all_by_label_contains("Select ")
        .filter_map(|node| {
            let name = node.accesskit_node().label()?.strip_prefix("Select ")?.to_owned();
            (name != "all").then(|| (node.rect().top(), name))
        })
        .collect();
    rows.sort_by(|a, b| a.0.total_cmp(&b.0));
    rows.into_iter().map(|(_, name)| name).collect()
}

#[test]
fn a_click_on_a_title_sorts_and_the_choice_is_kept() {
    let (workspace, mut harness) = open("List");
    assert_eq!(rows(&harness).len(), 16, "lost ones are not listed");
    click(&mut harness, "Sort by Expected revenue");
    assert_eq!(rows(&harness)[0], "GTK 500 ×2, Seoul fab");
    click(&mut harness, "Sort by Expected revenue, sorted down");
    assert_eq!(rows(&harness)[0], "MG Special test kit");
    harness.get_by_label_contains("16 opportunities, Expected revenue $339,682");

    click(&mut harness, "Choose columns");
    click(&mut harness, "Probable turnover");
    harness.get_by_label("Find a field").focus();
    harness.run();
    harness.get_by_label("Find a field").type_text("e-mail");
    harness.run();
    click(&mut harness, "E-mail");
    click(&mut harness, "Done");
    assert!(harness.query_by_label_contains("Sort by Probable turnover").is_none());
    harness.get_by_label("Sort by E-mail");
    // Another window on this device finds it so.
    let mut harness = scene::app(Some(workspace.clone()), workspace.environment().clone(), SIZE);
    harness.run();
    harness.get_by_label("Sort by E-mail");
    harness.get_by_label("Sort by Expected revenue, sorted up");
}

#[test]
fn a_cell_is_edited_in_place_and_the_tab_key_goes_on() {
    let (workspace, mut harness) = open("List");
    let cell = "Expected revenue of GTX Pro rollout, 4 sites: $48,210";
    harness.get_by_label(cell).click();
    harness.run();
    assert!(harness.get_by_label(cell).is_focused());
    press(&mut harness, Key::F2);
    harness.get_by_label("Expected revenue").type_text("12,34,5");
    harness.run();
    press(&mut harness, Key::Enter);
    harness.get_by_label_contains("is no amount");
    assert_eq!(value(&workspace, "GTX Pro rollout, 4 sites", "expected_revenue"), "48210.00");
    harness.get_by_label("Expected revenue").focus();
    harness.run();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness.run();
    harness.get_by_label("Expected revenue").type_text("50000");
    harness.run();
    press(&mut harness, Key::Tab);
    assert_eq!(value(&workspace, "GTX Pro rollout, 4 sites", "expected_revenue"), "50000.00");
    // On to the next cell that can be typed into.
    assert!(harness.get_by_label("Expected closing").is_focused());
    harness.get_by_label("Expected closing").type_text("2026-12-01");
    harness.run();
    press(&mut harness, Key::Enter);
    assert_eq!(value(&workspace, "GTX Pro rollout, 4 sites", "date_deadline"), "2026-12-01");
    let after = "Expected closing of GTX Pro rollout, 4 sites: Tue 1 Dec";
    assert!(harness.get_by_label(after).is_focused(), "the focus is back on the cell");
}

#[test]
fn what_core_refuses_is_said_under_the_cell() {
    let (workspace, mut harness) = open("List");
    // A won opportunity cannot be set below 100 %.
    harness.get_by_label("Probability of MG Advanced ×6: 100 %").click();
    harness.run();
    press(&mut harness, Key::Enter);
    harness.get_by_label("Probability").type_text("75");
    harness.run();
    press(&mut harness, Key::Enter);
    harness.get_by_label_contains("move it out of its won stage first");
    assert!(harness.get_by_label("Probability").value().is_some_and(|v| v.contains("75")), "what was typed stays");
    assert!(harness.query_by_label("Close this message").is_none(), "not in a toast");
    let records = workspace.records();
    let id = records.opportunities.values().find(|o| o.name == "MG Advanced ×6").unwrap();
    assert_eq!(records.won_status(id), WonStatus::Won);
}

#[test]
fn the_list_is_walked_and_selected_by_keyboard() {
    let (workspace, mut harness) = open("List");
    let names = rows(&harness);
    harness.get_by_label(&format!("Select {}", names[0]));
    let first = format!("Customer of {}:", names[0]);
    harness.get_by_label_contains(&first).click();
    harness.run();
    press(&mut harness, Key::X);
    harness.get_by_label("Clear the selection");
    harness.key_press_modifiers(Modifiers::SHIFT, Key::ArrowDown);
    harness.run();
    harness.key_press_modifiers(Modifiers::SHIFT, Key::ArrowDown);
    harness.run();
    let selected = |harness: &App| {
        names
            .iter()
            .filter(|n| {
                let label = format!("Select {n}");
                let node = harness.get_by_label(&label);
                node.accesskit_node().toggled() == Some(Toggled::True)
            })
            .count()
    };
    assert_eq!(selected(&harness), 3);
    press(&mut harness, Key::Escape);
    assert!(harness.query_by_label("Clear the selection").is_none());
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness.run();
    assert_eq!(selected(&harness), 16);
    press(&mut harness, Key::Escape);
    harness.get_by_label_contains(&format!("Customer of {}:", names[2])).click();
    harness.run();
    press(&mut harness, Key::ArrowLeft);
    press(&mut harness, Key::Enter);
    assert!(harness.query_by_label("Back to the pipeline").is_some(), "Enter on the name opens the record");
    drop(workspace);
}

#[test]
fn many_are_moved_tagged_and_scheduled_and_one_undo_takes_it_back() {
    let (workspace, mut harness) = open("List");
    let chosen = ["GTX Pro rollout, 4 sites", "MG Special test kit"];
    for name in chosen {
        click(&mut harness, &format!("Select {name}"));
    }
    harness.get_by_label("Stage").click();
    harness.run();
    harness.get_by_label("Move to which stage?").type_text("prop");
    harness.run();
    press(&mut harness, Key::Enter);
    let stage = |name: &str| {
        let records = workspace.records();
        let o = records.opportunities.values().find(|o| o.name == name).unwrap();
        records.stage(o).unwrap().name.clone()
    };
    assert!(chosen.iter().all(|name| stage(name) == "Proposition"));
    harness.get_by_label("Moved to Proposition: 2 records");
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run();
    assert!(chosen.iter().all(|name| stage(name) == "Qualified"));

    harness.get_by_label("Tag").click();
    harness.run();
    harness.get_by_label("Which tag?").type_text("Autumn push");
    harness.run();
    press(&mut harness, Key::Enter);
    assert!(chosen.iter().all(|name| value(&workspace, name, "tags").contains("Autumn push")));
    assert_eq!(workspace.records().tags.values().filter(|t| t.name == "Autumn push").count(), 1);

    harness.get_by_label("Activity").click();
    harness.run();
    harness.get_by_label_contains("Which activity").type_text("call tom");
    harness.run();
    press(&mut harness, Key::Enter);
    let id = named(&workspace, chosen[1]);
    assert!(workspace.records().opportunities[&id].activities.iter().any(|a| a.date_deadline == scene::day(13)));
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run();
    assert!(workspace.records().opportunities[&id].activities.iter().all(|a| a.date_deadline != scene::day(13)));

    // Deleting with the key: gone from the list, in the trash, and back.
    press(&mut harness, Key::Delete);
    assert_eq!(rows(&harness).len(), 14);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run();
    assert_eq!(rows(&harness).len(), 16);
}

#[test]
fn the_list_is_written_to_a_file() {
    let (_, mut harness) = open("List");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pipeline.csv");
    harness.key_press_modifiers(Modifiers::COMMAND, Key::E);
    harness.run();
    harness.get_by_label("File").focus();
    harness.run();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness.run();
    harness.get_by_label("File").type_text(&path.display().to_string());
    harness.run();
    click(&mut harness, "Export");
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.starts_with("name,partner,stage,probability,expected_revenue"), "{text}");
    assert_eq!(text.lines().count(), 17);
    harness.get_by_label_contains("16 opportunities written to");
    // What is there already is never written over.
    std::fs::write(&path, "edited since").unwrap();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::E);
    harness.run();
    harness.get_by_label("File").focus();
    harness.run();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness.run();
    harness.get_by_label("File").type_text(&path.display().to_string());
    harness.run();
    press(&mut harness, Key::Enter);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "edited since");
    assert_eq!(std::fs::read_to_string(folder.path().join("pipeline 2.csv")).unwrap(), text);
    harness.get_by_label_contains("pipeline 2.csv");
}

#[test]
fn a_column_is_made_wider_fitted_and_stays_so() {
    let (workspace, mut harness) = open("List");
    let width = |harness: &App, name: &str| harness.get_by_label_contains(name).rect().width();
    let title = "Sort by Customer";
    let before = width(&harness, title);
    let edge = scene::place(&harness, "Width of Customer").center();
    scene::drag(&mut harness, "Width of Customer", edge + vec2(60.0, 0.0));
    harness.drop_at(edge + vec2(60.0, 0.0));
    harness.run();
    let dragged = width(&harness, title);
    assert!((dragged - before - 60.0).abs() <= 2.0, "{before} became {dragged}");
    harness.get_by_label(title).focus();
    harness.run();
    harness.key_press_modifiers(Modifiers::SHIFT, Key::ArrowLeft);
    harness.run();
    assert_eq!(width(&harness, title), dragged - 16.0);
    let mut again = scene::app(Some(workspace.clone()), workspace.environment().clone(), SIZE);
    again.run();
    assert_eq!(width(&again, title), dragged - 16.0, "kept on the device");
    again.get_by_label(title).click_button(PointerButton::Secondary);
    again.run();
    click(&mut again, "Fit the width");
    let fitted = width(&again, title);
    assert!(fitted < dragged - 16.0 && fitted > 60.0, "{fitted}");
    again.get_by_label(title).click_button(PointerButton::Secondary);
    again.run();
    click(&mut again, "The usual width");
    assert_eq!(width(&again, title), before);
}

#[test]
fn a_card_of_the_forecast_goes_to_the_last_day_of_a_month() {
    let (workspace, mut harness) = open("Forecast");
    let card = "GTX Basic starter, Green-Plus, $5,500, November 2026";
    harness.get_by_label(card).focus();
    harness.run();
    harness.key_press_modifiers(Modifiers::SHIFT, Key::ArrowRight);
    harness.run();
    assert_eq!(value(&workspace, "GTX Basic starter", "date_deadline"), "2026-12-31");
    let moved = "GTX Basic starter, Green-Plus, $5,500, December 2026";
    assert!(harness.get_by_label(moved).is_focused(), "the focus goes with the card");
    harness.get_by_label("December 2026: 1 opportunity, $5,500 expected, $5,500 probable");
    let to = harness.get_by_label_contains("January 2027:").rect().center() + eframe::egui::vec2(0.0, 300.0);
    scene::drag(&mut harness, moved, to);
    harness.drop_at(to);
    harness.run();
    assert_eq!(value(&workspace, "GTX Basic starter", "date_deadline"), "2027-01-31");
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run();
    assert_eq!(value(&workspace, "GTX Basic starter", "date_deadline"), "2026-12-31");
}

#[test]
fn a_closing_is_moved_to_another_day() {
    let (workspace, mut harness) = open("By closing date");
    let chip = "GTX Pro, imaging suite, $19,284, closes Tue 10 Nov 2026";
    harness.get_by_label(chip).focus();
    harness.run();
    harness.key_press_modifiers(Modifiers::SHIFT, Key::ArrowDown);
    harness.run();
    assert_eq!(value(&workspace, "GTX Pro, imaging suite", "date_deadline"), "2026-11-17");
    let moved = "GTX Pro, imaging suite, $19,284, closes Tue 17 Nov 2026";
    assert!(harness.get_by_label(moved).is_focused());
    let to = harness.get_by_label_contains("Thu 19 Nov 2026:").rect().center() + eframe::egui::vec2(0.0, 60.0);
    scene::drag(&mut harness, moved, to);
    harness.drop_at(to);
    harness.run();
    assert_eq!(value(&workspace, "GTX Pro, imaging suite", "date_deadline"), "2026-11-19");
    click(&mut harness, "Next month");
    harness.get_by_label("December 2026");
}

#[test]
fn the_view_is_kept_and_the_right_button_opens_a_menu() {
    let (workspace, mut harness) = open("List");
    let name = harness.get_by_label("GTX Pro rollout, 4 sites").rect().center();
    harness.hover_at(name);
    harness.run();
    harness.get_by_label("GTX Pro rollout, 4 sites").click_button(PointerButton::Secondary);
    harness.run();
    click(&mut harness, "Mark won");
    let id = named(&workspace, "GTX Pro rollout, 4 sites");
    {
        let records = workspace.records();
        assert_eq!(records.won_status(&records.opportunities[&id]), WonStatus::Won);
    }
    let mut again = scene::app(Some(workspace.clone()), workspace.environment().clone(), SIZE);
    again.run();
    assert!(again.query_by_label("Choose columns").is_some());
}

#[test]
fn groups_within_groups_count_sum_and_fold() {
    let (_, mut harness) = open("List");
    for title in ["Sort by Salesperson", "Sort by Stage"] {
        harness.get_by_label(title).click_button(PointerButton::Secondary);
        harness.run();
        click(&mut harness, "Group by it");
    }
    harness.get_by_label("Vicki Laflamme, 13, Expected revenue $301,635, Probable turnover $171,233");
    let qualified = "Qualified, 4, Expected revenue $111,745, Probable turnover $33,524";
    harness.get_by_label(qualified).click();
    harness.run();
    assert!(!rows(&harness).contains(&"GTX Pro rollout, 4 sites".to_owned()), "folded");
    // By keyboard: unfolded again, and on to its first row.
    let folded = format!("{qualified}, folded");
    harness.get_by_label(&folded).focus();
    harness.run();
    press(&mut harness, Key::ArrowRight);
    assert!(rows(&harness).contains(&"GTX Pro rollout, 4 sites".to_owned()), "unfolded");
    press(&mut harness, Key::ArrowDown);
    press(&mut harness, Key::X);
    harness.get_by_label("Clear the selection");
    click(&mut harness, "Select Vicki Laflamme");
    harness.get_by_label("Activity");
    harness.get_by_label_contains("16 opportunities, 2 groups");
}

#[test]
fn a_customer_is_chosen_in_the_cell_and_stars_are_given_by_their_number() {
    let (workspace, mut harness) = open("List");
    harness.get_by_label("Customer of GTX Pro rollout, 4 sites: Umbrella Corporation").click();
    harness.run();
    press(&mut harness, Key::Enter);
    harness.get_by_label("Customer").type_text("kone");
    harness.run();
    harness.get_by_label("Konex").click();
    harness.run();
    let id = named(&workspace, "GTX Pro rollout, 4 sites");
    let partner = workspace.records().opportunities[&id].partner.unwrap();
    assert_eq!(workspace.records().name(partner), "Konex");
    harness.get_by_label("Priority of GTX Pro rollout, 4 sites: 2 of 3 stars");
    harness.get_by_label("Expected revenue of GTX Pro rollout, 4 sites: $48,210").click();
    harness.run();
    press(&mut harness, Key::ArrowRight);
    press(&mut harness, Key::Num3);
    harness.get_by_label("Priority of GTX Pro rollout, 4 sites: 3 of 3 stars");
}

#[test]
fn leads_and_contacts_are_lists_too() {
    let (workspace, mut harness) = open("List");
    let id = workspace.new_id(satchel_core::Kind::Opportunity);
    let fields = vec![("type".to_owned(), "lead".into()), ("name".to_owned(), "Trade fair, stand 12".into())];
    workspace.execute(satchel_core::Command::Create { id, fields }).unwrap();
    click(&mut harness, "Leads");
    assert_eq!(rows(&harness), ["Trade fair, stand 12"]);
    harness.get_by_label("E-mail of Trade fair, stand 12: ").click();
    harness.run();
    press(&mut harness, Key::Enter);
    harness.get_by_label("E-mail").type_text("ann@fair.example");
    harness.run();
    press(&mut harness, Key::Enter);
    harness.get_by_label("E-mail of Trade fair, stand 12: ann@fair.example");

    click(&mut harness, "Contacts");
    assert_eq!(rows(&harness).len(), 17);
    click(&mut harness, "Select Konex");
    click(&mut harness, "Select Bioplex");
    click(&mut harness, "Assign");
    press(&mut harness, Key::Enter);
    harness.get_by_label("Assigned to Vicki Laflamme: 2 records");
    harness.get_by_label("Salesperson of Konex: Vicki Laflamme");
    assert!(harness.query_by_label("Stage").is_none(), "contacts stand in no stage");
    press(&mut harness, Key::Escape);
    // One letter is wrong.
    harness.key_press_modifiers(Modifiers::COMMAND, Key::K);
    harness.run();
    harness.get_by_label("Command palette").type_text("biopelx");
    harness.run();
    press(&mut harness, Key::Enter);
    assert!(harness.query_by_label("Back").is_some());
}

#[test]
fn how_many_open_opportunities_a_contact_has_is_a_column_to_choose() {
    let workspace = scene::pipeline(&scene::clock());
    let mut harness = scene::app(Some(workspace.clone()), workspace.environment().clone(), SIZE);
    click(&mut harness, "Contacts");
    click(&mut harness, "Choose columns");
    harness.get_by_label("Find a field").focus();
    harness.run();
    harness.get_by_label("Find a field").type_text("open opp");
    harness.run();
    click(&mut harness, "Open opportunities");
    click(&mut harness, "Done");
    harness.get_by_label("Sort by Open opportunities");
    harness.get_by_label_contains("Open opportunities of Hottechi: 1");
}
