//! Draws the pipeline's views, the palette and the shortcuts into pictures, for people to look at: `SATCHEL_PICTURES=DIR
//! cargo test -p satchel --test view_pictures`. Without the variable nothing is drawn.

use eframe::egui::{self, Key, Modifiers};
use egui_kittest::{Harness, kittest::Queryable};
use satchel_core::{Command, Money, Workspace, environment::fixed::environment};

use crate::scene;

fn save(harness: &mut Harness<'_, satchel::SatchelApp>, folder: &str, name: &str) {
    let picture = harness.render().expect("a software GPU");
    picture.save(format!("{folder}/{name}.png")).unwrap();
}

/// Something a colleague changed, and something that has two values.
fn marked(workspace: &Workspace, other: &Workspace) {
    let set = |by: &Workspace, name: &str, revenue: i64| {
        let id = workspace.records().opportunities.values().find(|o| o.name == name).unwrap().id;
        let fields = vec![("expected_revenue".to_owned(), Money(revenue * 100).into())];
        by.execute(Command::Set { id, fields, seen: None }).unwrap();
    };
    set(workspace, "GTK 500 ×2, Seoul fab", 53_000);
    set(workspace, "GTK 500 ×2, Seoul fab", 53_536);
    set(other, "GTK 500 ×2, Seoul fab", 54_000);
    set(other, "GTX Plus Basic refresh", 13_152);
    scene::meet(workspace, other);
}

#[test]
fn pictures() {
    let Ok(folder) = std::env::var("SATCHEL_PICTURES") else { return };
    let only = std::env::var("SATCHEL_SIZES").ok();
    for (theme, dark) in [("light", false), ("dark", true)] {
        for size in [[1440.0, 900.0], [1280.0, 800.0], [1920.0, 1080.0]] {
            if only.as_ref().is_some_and(|only| *only != size[0].to_string()) {
                continue;
            }
            let clock = scene::clock();
            let workspace = scene::pipeline(&clock);
            marked(&workspace, &scene::colleague(&workspace, &clock));
            let mut harness = scene::app(Some(workspace), environment(&clock, 1), size);
            harness.ctx.set_theme(if dark { egui::Theme::Dark } else { egui::Theme::Light });
            harness.run();
            let file = |what: &str| format!("{what}-{theme}-{}", size[0]);
            harness.get_by_label_contains("GTX Pro rollout, 4 sites, Umbrella").focus();
            harness.run();
            harness.key_press_modifiers(Modifiers::SHIFT, Key::C);
            harness.run();
            save(&mut harness, &folder, &file("colour"));
            harness.get_by_label("Rose").click();
            harness.run();
            save(&mut harness, &folder, &file("pipeline"));
            for (view, name) in [("List", "list"), ("Forecast", "forecast"), ("By closing date", "closing")] {
                harness.get_by_label(view).click();
                harness.run();
                save(&mut harness, &folder, &file(name));
            }
            harness.get_by_label("List").click();
            harness.run();
            let by = if size[0] < 1300.0 { "Sort by Stage" } else { "Sort by Salesperson" };
            harness.get_by_label(by).click_button(egui::PointerButton::Secondary);
            harness.run();
            harness.get_by_label("Group by it").click();
            harness.run();
            harness.get_by_label("Expected revenue of GTX Pro rollout, 4 sites: $48,210").click();
            harness.run();
            save(&mut harness, &folder, &file("grouped"));
            harness.key_press(Key::F2);
            harness.run();
            harness.get_by_label("Expected revenue").type_text("much");
            harness.run();
            harness.key_press(Key::Enter);
            harness.run();
            save(&mut harness, &folder, &file("editing"));
            harness.get_by_label("Expected revenue").focus();
            harness.run();
            harness.key_press(Key::Escape);
            harness.run();
            for name in ["GTX Plus Pro renewal", "GTX Pro for call floor"] {
                harness.get_by_label(&format!("Select {name}")).click();
                harness.run();
            }
            save(&mut harness, &folder, &file("selected"));
            harness.key_press_modifiers(Modifiers::COMMAND, Key::K);
            harness.run();
            save(&mut harness, &folder, &file("palette-empty"));
            harness.get_by_label("Command palette").type_text("hott");
            harness.run();
            save(&mut harness, &folder, &file("palette"));
            harness.key_press(Key::Escape);
            harness.run();
            harness.key_press(Key::Questionmark);
            harness.run();
            save(&mut harness, &folder, &file("shortcuts"));
            harness.key_press(Key::Escape);
            harness.run();
            harness.get_by_label("Choose columns").click();
            harness.run();
            save(&mut harness, &folder, &file("columns"));
            harness.key_press(Key::Escape);
            harness.run();
            harness.key_press_modifiers(Modifiers::COMMAND, Key::E);
            harness.run();
            save(&mut harness, &folder, &file("export"));
            harness.key_press(Key::Escape);
            harness.run();
            harness.get_by_label("Activity").click();
            harness.run();
            harness.get_by_label_contains("Which activity").type_text("call tom");
            harness.run();
            save(&mut harness, &folder, &file("schedule"));
            harness.key_press(Key::Escape);
            harness.run();
            harness.get_by_label("Contacts").click();
            harness.run();
            save(&mut harness, &folder, &file("contacts"));
            harness.get_by_label("Leads").click();
            harness.run();
            save(&mut harness, &folder, &file("leads"));
            if size[0] == 1280.0 {
                let clock = scene::clock();
                let workspace = scene::pipeline(&clock);
                let mut harness = scene::app(Some(workspace), environment(&clock, 1), [900.0, 600.0]);
                harness.ctx.set_theme(if dark { egui::Theme::Dark } else { egui::Theme::Light });
                harness.run();
                harness.key_press_modifiers(Modifiers::ALT, Key::Num2);
                harness.run();
                harness.get_by_label("Stage of GTX Pro rollout, 4 sites: Qualified").click();
                harness.run();
                for _ in 0..4 {
                    harness.key_press(Key::ArrowRight);
                    harness.run();
                }
                save(&mut harness, &folder, &file("narrow-list"));
            }
        }
    }
}
