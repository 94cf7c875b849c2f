//! Draws the pipeline's views, the palette and the shortcuts into pictures, for people to look at: `SATCHEL_PICTURES=DIR
//! cargo test -p satchel --test view_pictures`. Without the variable nothing is drawn.

#![allow(clippy::unwrap_used)]

mod scene;

use eframe::egui::{self, Key, Modifiers};
use egui_kittest::{Harness, kittest::Queryable};
use satchel_core::environment::fixed::environment;

fn save(harness: &mut Harness<'_, satchel::SatchelApp>, folder: &str, name: &str) {
    let picture = harness.render().expect("a software GPU");
    picture.save(format!("{folder}/{name}.png")).unwrap();
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
            let mut harness = scene::app(Some(workspace), environment(&clock, 1), size);
            harness.ctx.set_theme(if dark { egui::Theme::Dark } else { egui::Theme::Light });
            harness.run();
            let file = |what: &str| format!("{what}-{theme}-{}", size[0]);
            for (view, name) in [("List", "list"), ("Forecast", "forecast"), ("By closing date", "closing")] {
                harness.get_by_label(view).click();
                harness.run();
                save(&mut harness, &folder, &file(name));
            }
            harness.get_by_label("List").click();
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
        }
    }
}
