//! Draws the calendar into pictures, for people to look at: `SATCHEL_PICTURES=DIR cargo test --test window
//! calendar_pictures`. Without the variable nothing is drawn.

use eframe::egui::{self, Key, vec2};
use egui_kittest::{Harness, kittest::Queryable};
use satchel_core::environment::fixed::environment;

use crate::{diary, scene};

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
            if only.as_ref().is_some_and(|only| !only.split(',').any(|one| one == size[0].to_string())) {
                continue;
            }
            let clock = diary::clock();
            let workspace = diary::busy(&clock);
            let mut harness = scene::app(Some(workspace), environment(&clock, 1), size);
            harness.ctx.set_theme(if dark { egui::Theme::Dark } else { egui::Theme::Light });
            harness.run_steps(4);
            harness.get_by_label("Calendar").click();
            harness.run_steps(6);
            let file = |what: &str| format!("calendar-{what}-{theme}-{}", size[0]);
            save(&mut harness, &folder, &file("week"));
            let from = scene::place(&harness, "New meeting, Fri 13 Nov 2026, 13:00").center() - vec2(0.0, 14.0);
            harness.hover_at(from);
            harness.run_steps(2);
            harness.drag_at(from);
            harness.run_steps(2);
            for step in [20.0, 60.0, 92.0] {
                harness.hover_at(from + vec2(6.0, step));
                harness.run_steps(2);
            }
            save(&mut harness, &folder, &file("drawing"));
            harness.drop_at(from + vec2(6.0, 92.0));
            harness.run_steps(6);
            harness.get_by_label("Title").type_text("Offer for Finjob");
            harness.run_steps(2);
            harness.get_by_label("Repeat: Does not repeat").click();
            harness.run_steps(3);
            harness.get_by_label("Every week").click();
            harness.run_steps(4);
            save(&mut harness, &folder, &file("form"));
            harness.get_by_label("Cancel").click();
            harness.run_steps(4);
            harness.get_by_label("Discard").click();
            harness.run_steps(4);
            for (view, key) in [("month", Key::M), ("day", Key::D), ("agenda", Key::A)] {
                harness.key_press(key);
                harness.run_steps(6);
                save(&mut harness, &folder, &file(view));
            }
        }
    }
}
