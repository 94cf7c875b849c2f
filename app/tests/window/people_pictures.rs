//! Draws leads, duplicates, merges and settled conflicts into pictures, for people to look at:
//! `SATCHEL_PICTURES=DIR cargo test -p satchel --test people_pictures`. Without the variable nothing is drawn.

use eframe::egui::{Key, Theme};
use egui_kittest::{Harness, kittest::Queryable};
use satchel::SatchelApp;
use satchel_core::{Command, DocId, Kind, Value, Workspace, environment::fixed::environment};

use crate::scene;

struct Studio {
    folder: String,
    suffix: String,
    harness: Harness<'static, SatchelApp>,
}

impl Studio {
    fn shoot(&mut self, name: &str) {
        self.harness.run_steps(4);
        let picture = self.harness.render().expect("a software GPU");
        picture.save(format!("{}/{name}-{}.png", self.folder, self.suffix)).unwrap();
    }

    fn click(&mut self, name: &str) {
        self.harness.get_by_label(name).click();
        self.harness.run_steps(5);
    }
}

fn set(workspace: &Workspace, id: DocId, fields: &[(&str, Value)]) {
    let fields = fields.iter().map(|(n, v)| ((*n).to_owned(), v.clone())).collect();
    workspace.execute(Command::Set { id, fields, seen: None }).unwrap();
}

#[test]
fn pictures() {
    let Ok(folder) = std::env::var("SATCHEL_PICTURES") else { return };
    for theme in [Theme::Light, Theme::Dark] {
        let clock = scene::clock();
        let workspace = scene::pipeline(&clock);
        let deal = |name: &str| workspace.records().opportunities.values().find(|o| o.name == name).unwrap().id;
        let (kept, other) = (deal("GTX Plus Pro renewal"), deal("GTX Plus Basic refresh"));
        set(&workspace, kept, &[("email_from", "info@kan.example".into()), ("phone", "+32485001122".into())]);
        let words = "They want the same as last year, with two more seats.";
        set(
            &workspace,
            other,
            &[
                ("email_from", "info@kan.example".into()),
                ("phone", "+12025550143".into()),
                ("city", "Ghent".into()),
                ("street", "Main Street 4".into()),
                ("description", words.into()),
            ],
        );
        let celia = scene::colleague(&workspace, &clock);
        set(&workspace, kept, &[("city", "Ghent".into())]);
        set(&celia, kept, &[("zip", "9000".into())]);
        let third = deal("GTX Pro for call floor");
        set(&workspace, third, &[("phone", "+12025550143".into())]);
        set(&celia, third, &[("phone", "+12025550199".into())]);
        set(&workspace, deal("MG Special test kit"), &[("city", "Rome".into())]);
        set(&celia, deal("MG Special test kit"), &[("city", "Milan".into())]);
        scene::meet(&workspace, &celia);
        let field = "city".to_owned();
        celia.execute(Command::Resolve { id: deal("MG Special test kit"), field, choice: 1 }).unwrap();
        scene::meet(&workspace, &celia);
        let person = workspace.new_id(Kind::Contact);
        let company = workspace.records().opportunities[&kept].partner.unwrap();
        let fields = vec![("name".into(), "Eve Adams".into()), ("parent".into(), company.into())];
        workspace.execute(Command::Create { id: person, fields }).unwrap();

        let harness = scene::app(Some(workspace.clone()), environment(&clock, 1), [1440.0, 900.0]);
        harness.ctx.set_theme(theme);
        let suffix = if theme == Theme::Dark { "dark" } else { "light" }.to_owned();
        let mut studio = Studio { folder: folder.clone(), suffix, harness };
        studio.harness.run();
        studio.click("Add to New");
        studio.harness.get_by_label("Customer").type_text("Kan-code");
        studio.harness.run_steps(5);
        studio.shoot("quick-create");
        studio.harness.key_press(Key::Escape);
        studio.harness.run_steps(4);
        studio.harness.get_by_label_contains("GTX Plus Basic refresh, Plexzap").click();
        studio.harness.run_steps(4);
        studio.harness.key_press(Key::Enter);
        studio.shoot("duplicates");
        studio.click("Merge with GTX Plus Pro renewal");
        studio.shoot("merge");
        studio.click("Merge");
        studio.shoot("merged");
        set(
            &workspace,
            third,
            &[("type", "lead".into()), ("partner", Value::Null), ("contact_name", "Eve Adams".into())],
        );
        studio.click("Leads");
        studio.shoot("leads");
        let lead = studio.harness.query_all_by_label_contains("GTX Pro for call floor").next().unwrap();
        lead.click();
        studio.harness.run_steps(4);
        studio.harness.key_press(Key::O);
        studio.shoot("lead");
        if studio.harness.query_by_label("Convert to opportunity").is_some() {
            studio.click("Convert to opportunity");
            studio.shoot("convert");
            studio.click("Cancel");
        }
        studio.click("Contacts");
        studio.harness.query_all_by_label_contains("Kan-code").next().unwrap().click();
        studio.harness.run_steps(4);
        studio.harness.key_press(Key::O);
        studio.shoot("contact");
        studio.click("Conflicts, 1");
        studio.shoot("conflicts");
        studio.click("Decided 1");
        studio.shoot("decided");
    }
}
