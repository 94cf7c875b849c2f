//! Draws forms, lists, the import wizard and the team into pictures, for people to look at:
//! `SATCHEL_PICTURES=DIR cargo test -p satchel --test form_pictures`. Without the variable nothing is drawn.

use eframe::egui::{self, Theme};
use egui_kittest::{Harness, kittest::Queryable};
use satchel::SatchelApp;
use satchel_core::environment::fixed::environment;

use crate::{dressed, scene};

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

    fn type_over(&mut self, name: &str, text: &str) {
        self.harness.get_by_label(name).focus();
        self.harness.run_steps(3);
        self.harness.get_by_label(name).type_text(text);
        self.harness.run_steps(3);
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
        (Theme::Light, [800.0, 600.0]),
    ] {
        let suffix = format!("{}-{}", if theme == Theme::Dark { "dark" } else { "light" }, size[0]);
        if !only.is_empty() && only != suffix {
            continue;
        }
        let clock = scene::clock();
        let workspace = scene::pipeline(&clock);
        let seoul = dressed::seoul(&workspace);
        dressed::dress(&workspace, &clock, seoul);
        let harness = scene::app(Some(workspace.clone()), environment(&clock, 1), size);
        harness.ctx.set_theme(theme);
        let mut studio = Studio { folder: folder.clone(), harness, suffix };
        studio.harness.run();
        studio.click("GTK 500 ×2, Seoul fab, Hottechi, $53,536, Proposition");
        studio.harness.key_press(egui::Key::Enter);
        studio.shoot("opportunity");
        if size[0] == 1440.0 {
            studio.click("More fields");
            studio.type_over("E-mail", "ji-woo@hottechi.example");
            studio.shoot("editing");
            studio.type_over("Customer", "on");
            studio.shoot("picker");
            studio.harness.key_press(egui::Key::Escape);
            studio.type_over("Expected revenue", "1.2.3");
            studio.harness.key_press(egui::Key::Enter);
            studio.harness.get_by_label("Expected closing").focus();
            studio.harness.run_steps(3);
            studio.click("Expected closing: choose a day");
            studio.shoot("month");
            studio.harness.key_press(egui::Key::Escape);
            studio.click("Fewer fields");
            studio.click("Schedule");
            studio.click("Done: Meeting");
            studio.shoot("activities");
            studio.click("Close without adding");
            studio.click("Add tag");
            studio.shoot("tags");
            studio.harness.key_press(egui::Key::Escape);
            studio.click("Mark lost");
            studio.shoot("lost");
            studio.click("Cancel");
            dressed::disagree(&workspace, &clock, seoul);
            studio.shoot("conflict");
            studio.click("Conflicts, 2");
            studio.shoot("conflicts");
        }
        studio.click("Contacts");
        studio.shoot("contacts");
        studio.click("Hottechi");
        studio.shoot("contact");
        studio.click("Add person");
        studio.shoot("new-contact");
        studio.click("Cancel");
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
