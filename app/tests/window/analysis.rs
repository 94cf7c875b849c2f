//! Pipeline Analysis, changes and the team's dashboard as a manager uses them: choose, look, drill, come back.

use eframe::egui::{self, Key, Modifiers};
use egui_kittest::{
    Harness,
    kittest::{NodeT, Queryable},
};
use satchel::{
    SatchelApp,
    locale::{Language, Locale},
};
use satchel_core::{Workspace, demo, environment::fixed::environment};

use crate::scene;

type App = Harness<'static, SatchelApp>;

fn open(size: [f32; 2], report: &str) -> (Workspace, App) {
    let clock = scene::clock();
    let workspace = scene::empty(environment(&clock, 9));
    demo::populate(&workspace).unwrap();
    let mut harness = scene::opened(Some(workspace.clone()), environment(&clock, 1), size);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Num9);
    harness.run();
    click(&mut harness, &format!("Report: {report}"));
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

fn said(harness: &App, start: &str) -> String {
    let labels = harness
        .get_all_by_label_contains(start)
        .filter_map(|n| n.accesskit_node().label().or(n.accesskit_node().value()));
    labels.into_iter().find(|l| l.starts_with(start)).unwrap()
}

fn names(harness: &App, part: &str) -> Vec<String> {
    harness
        .get_all_by_label_contains(part)
        .filter_map(|n| n.accesskit_node().label().or(n.accesskit_node().value()))
        .collect()
}

/// `$1,234,567` in a name as whole units.
fn amount(name: &str) -> i64 {
    let digits: String = name.rsplit('$').next().unwrap().chars().filter(char::is_ascii_digit).collect();
    digits.parse().unwrap()
}

#[test]
fn a_bar_opens_its_records_and_one_comes_back_to_the_same_filters() {
    let (_, mut harness) = open([1280.0, 800.0], "Pipeline analysis");
    harness.get_by_label("Measure: Probable turnover");
    let bars = names(&harness, "Vicki Laflamme, ");
    assert!(bars.len() > 1, "{bars:?}");
    let total = amount(&said(&harness, "Total: ").split(',').take(3).collect::<Vec<_>>().join(","));
    let all: i64 = ["New", "Qualified", "Proposition"]
        .iter()
        .flat_map(|stage| names(&harness, &format!(", {stage}: $")))
        .map(|name| amount(&name))
        .sum();
    assert!((all - total).abs() < 30, "{all} beside {total}");
    let qualified = said(&harness, "Vicki Laflamme, Qualified: ");
    click(&mut harness, &qualified);
    harness.get_by_label("Remove Qualified");
    harness.get_by_label("Remove Vicki Laflamme");
    let probable = said(&harness, "Pipeline: ");
    assert_eq!(amount(&probable), amount(&qualified), "{probable}");
    press(&mut harness, Key::Escape);
    assert_eq!(said(&harness, "Vicki Laflamme, Qualified: "), qualified);
    harness.get_by_label("Remove Open");
    assert!(harness.query_by_label("Remove Qualified").is_none(), "the report’s own filters stay");
}

#[test]
fn measure_rows_and_columns_are_chosen_and_the_table_has_totals() {
    let (workspace, mut harness) = open([1440.0, 900.0], "Pipeline analysis");
    click(&mut harness, "Measure: Probable turnover");
    click(&mut harness, "Count");
    click(&mut harness, "Rows within rows: then …");
    click(&mut harness, "Priority");
    click(&mut harness, "As a table");
    let records = workspace.records();
    let open = records.opportunities.values().filter(|o| !o.is_lead() && !o.meta.deleted);
    let open = open.filter(|o| records.won_status(o) == satchel_core::record::WonStatus::Pending).count();
    drop(records);
    harness.get_by_label(&format!("Total, Total: {open}"));
    let inner = names(&harness, "Bea Lindqvist, ");
    assert!(inner.iter().any(|name| name.matches(", ").count() == 2), "rows within rows: {inner:?}");
    let cell = said(&harness, "Bea Lindqvist, Proposition: ");
    let count: usize = cell.rsplit(' ').next().unwrap().parse().unwrap();
    // From cell to cell by the arrows, and in by Enter.
    harness.get_by_label(&said(&harness, "Bea Lindqvist, Qualified: ")).focus();
    harness.run();
    press(&mut harness, Key::ArrowRight);
    harness.run();
    assert!(harness.get_by_label(&cell).accesskit_node().is_focused(), "the arrow goes to the next cell");
    press(&mut harness, Key::Enter);
    assert!(said(&harness, "Pipeline: ").starts_with(&format!("Pipeline: {count} opportunit")));
}

#[test]
fn the_keys_go_from_bar_to_bar_and_enter_opens() {
    let (_, mut harness) = open([1280.0, 800.0], "Pipeline analysis");
    let first = said(&harness, "Bea Lindqvist, Qualified: ");
    harness.get_by_label(&first).focus();
    harness.run();
    press(&mut harness, Key::ArrowRight);
    let second = said(&harness, "Carlos Medina, Qualified: ");
    assert!(harness.get_by_label(&second).accesskit_node().is_focused());
    press(&mut harness, Key::ArrowUp);
    let above = said(&harness, "Carlos Medina, Proposition: ");
    assert!(harness.get_by_label(&above).accesskit_node().is_focused());
    press(&mut harness, Key::Enter);
    harness.get_by_label("Remove Proposition");
    harness.get_by_label("Remove Carlos Medina");
}

#[test]
fn the_pipeline_of_a_day_that_is_over_opens_the_records_of_that_day() {
    let (_, mut harness) = open([1280.0, 800.0], "Pipeline analysis");
    let now = said(&harness, "Total: ");
    click(&mut harness, "As of now");
    click(&mut harness, "End of last month");
    let then = said(&harness, "Total: ");
    assert_ne!(now, then);
    harness.get_by_label("As of Sat 31 Oct");
    let count = then.split(", ").last().unwrap().to_owned();
    click(&mut harness, &then);
    harness.run();
    assert!(said(&harness, "Pipeline: ").starts_with(&format!("Pipeline: {count}")), "{count}");
    press(&mut harness, Key::Escape);
    assert_eq!(said(&harness, "Total: "), then);
}

#[test]
fn what_changed_adds_up_and_every_step_opens() {
    let (_, mut harness) = open([1280.0, 800.0], "Changes");
    click(&mut harness, "This quarter");
    let value = |harness: &App, name: &str| {
        let said = said(harness, &format!("{name}: "));
        let sign = if said.contains('−') { -1 } else { 1 };
        sign * amount(&said)
    };
    let steps = ["Added", "Won", "Lost", "Removed", "Moved", "Re-valued"];
    let sum: i64 = steps.iter().map(|step| value(&harness, step)).sum();
    let end = value(&harness, "End of 12 Nov");
    assert!((value(&harness, "End of 30 Sep") + sum - end).abs() < 10);
    let row = said(&harness, "Added, ");
    let count = row.split(", ").nth(1).unwrap().to_owned();
    click(&mut harness, &row);
    assert!(said(&harness, "Pipeline: ").starts_with(&format!("Pipeline: {count}")), "{count}");
    press(&mut harness, Key::Escape);
    assert_eq!(said(&harness, "Added, "), row);
}

#[test]
fn a_teams_figures_open_what_they_count() {
    let (_, mut harness) = open([1280.0, 800.0], "Team dashboard");
    let open = said(&harness, "Open opportunities: ");
    click(&mut harness, "All");
    assert_ne!(said(&harness, "Open opportunities: "), open);
    click(&mut harness, "My team");
    let count = open.split(", ").find(|part| part.ends_with("opportunities")).unwrap().to_owned();
    click(&mut harness, &open);
    assert!(said(&harness, "Pipeline: ").starts_with(&format!("Pipeline: {count}")), "{count}");
    press(&mut harness, Key::Escape);
    said(&harness, "Sales orders: ");
    harness.get_by_label("Write as a workbook");
}

/// Replaces what stands in a field.
fn type_over(harness: &mut App, field: &str, text: &str) {
    harness.get_by_label(field).focus();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness.run();
    harness.get_by_label(field).type_text(text);
    harness.run();
}

#[test]
fn a_report_is_kept_shared_and_put_on_the_dashboard() {
    let (workspace, mut harness) = open([1440.0, 900.0], "Pipeline analysis");
    click(&mut harness, "As a pie");
    click(&mut harness, "Favourites");
    type_over(&mut harness, "Name of the favourite", "By person");
    click(&mut harness, "Share with all users");
    click(&mut harness, "Save the favourite");
    press(&mut harness, Key::Escape);
    let kept = workspace.records().favourites.values().next().unwrap().clone();
    assert!(kept.shared && kept.is_report() && kept.look().unwrap().graph == satchel_core::query::pivot::Graph::Pie);
    // It is no search of the pipeline.
    assert!(
        workspace.records().favourites_of(workspace.user(), satchel_core::query::Listing::Opportunities).is_empty()
    );
    click(&mut harness, "Put it on my dashboard");
    assert_eq!(workspace.records().pinned_reports(workspace.user()).len(), 1, "the one that was kept");
    click(&mut harness, "As bars");
    click(&mut harness, "Put it on my dashboard");
    assert_eq!(workspace.records().pinned_reports(workspace.user()).len(), 2, "another look is another report");
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Num0);
    harness.run();
    let slice = said(&harness, "Vicki Laflamme: ");
    click(&mut harness, &slice);
    harness.get_by_label("Remove Vicki Laflamme");
    press(&mut harness, Key::Escape);
    click(&mut harness, "Open the report By person");
    harness.get_by_label("Take it off my dashboard");
    assert_eq!(said(&harness, "Vicki Laflamme: "), slice, "as a pie, as it was kept");
    press(&mut harness, Key::Escape);
    click(&mut harness, "Take By person off my dashboard");
    assert_eq!(workspace.records().pinned_reports(workspace.user()).len(), 1);
}

#[test]
fn a_report_is_written_as_a_workbook_with_its_filters() {
    let (_, mut harness) = open([1280.0, 800.0], "Pipeline analysis");
    let folder = tempfile::tempdir().unwrap();
    for (report, file) in
        [("Pipeline analysis", "pivot"), ("Changes", "changes"), ("Team dashboard", "team"), ("Overview", "all")]
    {
        click(&mut harness, &format!("Report: {report}"));
        harness.key_press_modifiers(Modifiers::COMMAND, Key::E);
        harness.run();
        let path = folder.path().join(format!("{file}.xlsx"));
        type_over(&mut harness, "File", &path.display().to_string());
        click(&mut harness, "Export");
        harness.run();
        assert!(harness.query_by_label("File").is_none(), "{report} is written");
        let tables = satchel_core::exchange::table::read(file, &std::fs::read(&path).unwrap());
        let tables = tables.unwrap_or_else(|e| panic!("{report}: {e}"));
        assert!(tables.iter().any(|table| !table.rows.is_empty()), "{report}");
    }
}

#[test]
fn a_graph_is_copied_as_a_picture() {
    // Taken by the window itself, where there is one to take it.
    let (_, mut harness) = open([1280.0, 800.0], "Pipeline analysis");
    harness.get_by_label("Copy the graph as a picture").click();
    let mut asked = false;
    for _ in 0..6 {
        harness.step();
        let commands = harness.output().viewport_output.values().flat_map(|viewport| &viewport.commands);
        asked |= commands.into_iter().any(|c| matches!(c, egui::ViewportCommand::Screenshot(_)));
    }
    assert!(asked, "the window is asked for its picture");
}

#[test]
fn a_stream_of_revenue_opens_its_sales() {
    let (workspace, mut harness) = open([1280.0, 800.0], "Team dashboard");
    let team = workspace.records().users[&workspace.user()].team;
    let fields = vec![
        ("name".to_owned(), "Order 17".into()),
        ("channel".to_owned(), "Corner till".into()),
        ("date".to_owned(), scene::day(3).into()),
        ("team".to_owned(), team.into()),
        ("amount".to_owned(), satchel_core::Money(12_500).into()),
    ];
    let id = workspace.new_id(satchel_core::Kind::RevenueLine);
    workspace.execute(satchel_core::Command::Create { id, fields }).unwrap();
    harness.run();
    click(&mut harness, "Corner till: $125");
    harness.get_by_label("Remove Corner till");
    harness.get_by_label_contains("1 record, Amount");
    press(&mut harness, Key::Escape);
    let orders = said(&harness, "Sales orders: ");
    click(&mut harness, &orders);
    harness.get_by_label("Remove Confirmed");
}

#[test]
fn pictures() {
    let Ok(folder) = std::env::var("SATCHEL_PICTURES") else { return };
    for (theme, name) in [(egui::Theme::Light, "light"), (egui::Theme::Dark, "dark")] {
        for size in [[1280.0, 800.0], [1920.0, 1080.0]] {
            let (_, mut harness) = open(size, "Pipeline analysis");
            harness.ctx.set_theme(theme);
            harness.run();
            let save = |harness: &mut App, what: &str| {
                harness.run();
                harness.render().unwrap().save(format!("{folder}/analysis-{what}-{name}-{}.png", size[0])).unwrap();
            };
            save(&mut harness, "bars");
            harness.get_by_label(&said(&harness, "Carlos Medina, Qualified: ")).focus();
            save(&mut harness, "focus");
            click(&mut harness, "Rows: Salesperson");
            click(&mut harness, "Customer");
            save(&mut harness, "customers");
            click(&mut harness, "Rows: Customer");
            click(&mut harness, "Expected closing");
            save(&mut harness, "months");
            click(&mut harness, "Put it on my dashboard");
            click(&mut harness, "As lines");
            save(&mut harness, "lines");
            click(&mut harness, "As a pie");
            save(&mut harness, "pie");
            click(&mut harness, "Put it on my dashboard");
            click(&mut harness, "As a table");
            save(&mut harness, "table");
            click(&mut harness, "Report: Activities");
            save(&mut harness, "activities");
            click(&mut harness, "Report: Changes");
            save(&mut harness, "changes");
            click(&mut harness, "Report: Team dashboard");
            save(&mut harness, "team");
            click(&mut harness, "Report: Overview");
            save(&mut harness, "overview");
            harness.key_press_modifiers(Modifiers::COMMAND, Key::Num0);
            save(&mut harness, "dashboard");
        }
    }
}

#[test]
fn pictures_in_german() {
    let Ok(folder) = std::env::var("SATCHEL_PICTURES") else { return };
    let clock = scene::clock();
    let workspace = scene::empty(environment(&clock, 9));
    demo::populate(&workspace).unwrap();
    let german = Locale { language: Language::German, ..Locale::default() };
    let mut harness = scene::app_in(german, Some(workspace), environment(&clock, 1), [1280.0, 800.0]);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Num9);
    harness.run();
    for (report, file) in
        [("Pipelineanalyse", "bars"), ("Veränderungen", "changes"), ("Teamübersicht", "team"), ("Management", "all")]
    {
        click(&mut harness, &format!("Bericht: {report}"));
        harness.run();
        harness.render().unwrap().save(format!("{folder}/german-{file}.png")).unwrap();
    }
}
