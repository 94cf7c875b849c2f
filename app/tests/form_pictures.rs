//! Draws the forms and lists into pictures, for people to look at: `SATCHEL_PICTURES=DIR cargo test -p satchel --test
//! form_pictures`. Without the variable nothing is drawn.

mod dressed;
mod scene;

use eframe::egui;
use satchel::{
    design::{self, palette},
    shell::{Action, Context, Page, read_marks::ReadMarks},
    views::{contacts::ContactsView, opportunity::OpportunityView},
};
use satchel_core::Workspace;

struct Stage {
    workspace: Workspace,
    page: Page,
    opportunity: OpportunityView,
    contacts: ContactsView,
    marks: ReadMarks,
}

fn draw(ui: &mut egui::Ui, stage: &mut Stage) {
    let records = stage.workspace.records().clone();
    let environment = stage.workspace.environment().clone();
    let mut actions = Vec::new();
    let mut cx = Context {
        records: &records,
        environment: &environment,
        now: environment.now(),
        today: environment.today(),
        user: stage.workspace.user(),
        page: stage.page,
        search: "",
        node: None,
        theme: design::Theme::Light,
        reduced_motion: true,
        read_marks: &stage.marks,
        actions: &mut actions,
    };
    let p = palette(ui);
    egui::Panel::left("rail").exact_size(208.0).resizable(false).frame(egui::Frame::new().fill(p.bg)).show(ui, |ui| {
        ui.label("rail");
    });
    let page = stage.page;
    egui::Panel::top("top")
        .exact_size(52.0)
        .resizable(false)
        .show_separator_line(false)
        .frame(egui::Frame::new().fill(p.bg))
        .show(ui, |ui| match page {
            Page::Opportunity(id) => stage.opportunity.top_bar(id, ui, &mut cx),
            Page::Contact(id) => stage.contacts.top_bar(id, ui, &mut cx),
            _ => {}
        });
    egui::CentralPanel::no_frame().frame(egui::Frame::new().fill(p.panel)).show(ui, |ui| match page {
        Page::Opportunity(id) => stage.opportunity.show(id, ui, &mut cx),
        Page::Contact(id) => stage.contacts.show_one(id, ui, &mut cx),
        Page::Contacts => stage.contacts.show(ui, &mut cx),
        _ => {}
    });
    for action in actions {
        match action {
            Action::Execute(command) => {
                if let Err(e) = stage.workspace.execute(command) {
                    println!("refused: {e}");
                }
                ui.ctx().request_repaint();
            }
            Action::Background(job) => {
                job(&stage.workspace, ui.ctx().clone());
                ui.ctx().request_repaint();
            }
            Action::Open(page) => {
                stage.page = page;
                ui.ctx().request_repaint();
            }
            _ => {}
        }
    }
}

#[test]
fn pictures() {
    let Ok(folder) = std::env::var("SATCHEL_PICTURES") else { return };
    let only = std::env::var("ONLY").unwrap_or_default();
    for (name, theme) in [("light", egui::Theme::Light), ("dark", egui::Theme::Dark)] {
        for size in [[1440.0, 900.0], [1280.0, 800.0], [1920.0, 1080.0]] {
            if (theme == egui::Theme::Dark && size[0] != 1440.0)
                || (!only.is_empty() && format!("{name}{}", size[0]) != only)
            {
                continue;
            }
            let clock = scene::clock();
            let workspace = scene::pipeline(&clock);
            let id = dressed::seoul(&workspace);
            let partner = workspace.records().opportunities[&id].partner.unwrap();
            dressed::dress(&workspace, &clock, id);
            for (what, page) in [
                ("opportunity", Page::Opportunity(id)),
                ("contacts", Page::Contacts),
                ("contact", Page::Contact(partner)),
            ] {
                let marks = ReadMarks::load(None, &workspace.records());
                let stage = Stage {
                    workspace: workspace.clone(),
                    page,
                    opportunity: Default::default(),
                    contacts: Default::default(),
                    marks,
                };
                let mut harness = egui_kittest::Harness::builder()
                    .with_size(size)
                    .with_theme(theme)
                    .with_context_setup(design::theme::install)
                    .build_ui_state(draw, stage);
                harness.run();
                harness
                    .render()
                    .expect("a software GPU")
                    .save(format!("{folder}/{what}-{name}-{}.png", size[0]))
                    .unwrap();
            }
        }
    }
}
