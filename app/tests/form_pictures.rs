//! Draws forms, lists, the import wizard and the team into pictures, for people to look at:
//! `SATCHEL_PICTURES=DIR cargo test -p satchel --test form_pictures`. Without the variable nothing is drawn.

#![allow(clippy::unwrap_used)]

mod dressed;
mod scene;

use eframe::egui::{self, Theme};
use egui_kittest::{Harness, kittest::Queryable};
use satchel::SatchelApp;
use satchel_core::environment::fixed::environment;

struct Studio {
    folder: String,
    harness: Harness<'static, SatchelApp>,
    suffix: String,
}

impl Studio {
    fn shoot(&mut self, name: &str) {
        self.harness.run_steps(4);
        let picture = self.harness.render().expect("a software GPU");
        picture.save(format!("{}/{name}-{}.png", self.folder, self.suffix)).unwrap();
    }

    fn click(&mut self, name: &str) {
        self.harness.get_by_label(name).click();
        self.harness.run_steps(4);
    }
}

#[test]
fn pictures() {
    let Ok(folder) = std::env::var("SATCHEL_PICTURES") else { return };
    let only = std::env::var("ONLY").unwrap_or_default();
    for (theme, size) in [
        (Theme::Light, [1440.0, 900.0]),
        (Theme::Light, [1280.0, 800.0]),
        (Theme::Light, [1920.0, 1080.0]),
        (Theme::Dark, [1440.0, 900.0]),
    ] {
        let suffix = format!("{}-{}", if theme == Theme::Dark { "dark" } else { "light" }, size[0]);
        if !only.is_empty() && only != suffix {
            continue;
        }
        let clock = scene::clock();
        let workspace = scene::pipeline(&clock);
        dressed::dress(&workspace, &clock, dressed::seoul(&workspace));
        let harness = scene::app(Some(workspace), environment(&clock, 1), size);
        harness.ctx.set_theme(theme);
        let mut studio = Studio { folder: folder.clone(), harness, suffix };
        studio.harness.run();
        studio.click("GTK 500 ×2, Seoul fab, Hottechi, $53,536, Proposition");
        studio.harness.key_press(egui::Key::Enter);
        studio.shoot("opportunity");
        studio.click("Contacts");
        studio.shoot("contacts");
        studio.click("Hottechi");
        studio.shoot("contact");
        studio.click("Settings");
        studio.shoot("settings");
        studio.click("Invite a colleague…");
        studio.shoot("invite");
        studio.click("Make invitation");
        studio.shoot("ticket");
        studio.click("Done");
        studio.click("Off the network");
        studio.shoot("popover");
    }
}
