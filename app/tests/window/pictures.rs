//! Draws the board and the first start into pictures, for people to look at: `SATCHEL_PICTURES=DIR cargo test -p satchel
//! --test pictures`. Without the variable nothing is drawn.

use eframe::egui;
use egui_kittest::kittest::Queryable;
use satchel_core::{Command, Money, Workspace, environment::fixed::environment};

use crate::scene;

fn save(harness: &mut egui_kittest::Harness<'_, satchel::SatchelApp>, folder: &str, name: &str) {
    let picture = harness.render().expect("a software GPU");
    picture.save(format!("{folder}/{name}.png")).unwrap();
}

#[test]
fn pictures() {
    let Ok(folder) = std::env::var("SATCHEL_PICTURES") else { return };
    for (theme, dark) in [("light", false), ("dark", true)] {
        for size in [[1440.0, 900.0], [1280.0, 800.0], [1920.0, 1080.0]] {
            let clock = scene::clock();
            let workspace = scene::pipeline(&clock);
            let other = scene::colleague(&workspace, &clock);
            let mut harness = scene::app(Some(workspace.clone()), environment(&clock, 1), size);
            harness.run();
            let named = |name: &str| workspace.records().opportunities.values().find(|o| o.name == name).unwrap().id;
            let set = |by: &Workspace, name: &str, revenue: i64| {
                let fields = vec![("expected_revenue".to_owned(), Money(revenue * 100).into())];
                by.execute(Command::Set { id: named(name), fields, seen: None }).unwrap();
            };
            set(&workspace, "GTK 500 ×2, Seoul fab", 53_536);
            set(&workspace, "GTK 500 ×2, Seoul fab", 53_000);
            set(&other, "GTK 500 ×2, Seoul fab", 54_000);
            set(&other, "GTX Plus Basic refresh", 13_150);
            scene::meet(&workspace, &other);
            let chosen = if dark { egui::Theme::Dark } else { egui::Theme::Light };
            harness.ctx.set_theme(chosen);
            harness.run();
            let file = |what: &str| format!("{what}-{theme}-{}", size[0]);
            save(&mut harness, &folder, &file("board"));
            if size[0] == 1440.0 {
                let card = "GTX Pro rollout, 4 sites, Umbrella Corporation, $48,210, Qualified";
                let to = scene::place(&harness, "Add to Proposition").center() + egui::vec2(-60.0, 380.0);
                scene::drag(&mut harness, card, to);
                save(&mut harness, &folder, &file("drag"));
                harness.drop_at(to);
                harness.run_steps(8);
                save(&mut harness, &folder, &file("dropped"));
                for by in ["Salesperson", "Priority", "Tag"] {
                    harness.get_by_label_contains("Group by").click();
                    harness.run();
                    harness.get_by_label(&format!("Group by {by}")).click();
                    harness.run();
                    harness.key_press(egui::Key::Escape);
                    harness.run();
                    save(&mut harness, &folder, &file(&format!("by-{}", by.to_lowercase())));
                    harness.get_by_label_contains("Remove ").click();
                    harness.run();
                }
            }
            if size[0] == 1280.0 {
                harness.get_by_label("Add to New").click();
                harness.run();
                harness.get_by_label("Customer").type_text("gre");
                harness.run();
                save(&mut harness, &folder, &file("create"));
                harness.key_press(egui::Key::Escape);
                harness.run();
                harness.get_by_label("GTK 500 pilot, Ron-tech, $26,768, New").focus();
                harness.run();
                harness.key_press(egui::Key::L);
                harness.run();
                save(&mut harness, &folder, &file("lost"));
                harness.key_press(egui::Key::Escape);
                harness.run();
                harness.get_by_label("Settings").click();
                harness.run();
                save(&mut harness, &folder, &file("settings"));
                let empty = scene::empty(environment(&clock, 9));
                let mut harness = scene::app(Some(empty), environment(&clock, 1), [1000.0, 700.0]);
                harness.ctx.set_theme(chosen);
                harness.run();
                save(&mut harness, &folder, &file("empty"));
                let clock = scene::clock();
                let mut harness = scene::app(Some(scene::pipeline(&clock)), environment(&clock, 1), [900.0, 640.0]);
                harness.ctx.set_theme(chosen);
                harness.run();
                save(&mut harness, &folder, &file("narrow"));
            }
            let mut harness = scene::app(None, environment(&clock, 1), size);
            harness.ctx.set_theme(chosen);
            harness.run();
            save(&mut harness, &folder, &file("first"));
        }
    }
}
