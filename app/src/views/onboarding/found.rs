//! The first of a company founds the workspace.

use eframe::egui::{Id, Key, Popup, Ui};
use satchel_core::{
    Workspace,
    workspace::{Founding, StageSet},
};
use tr::tr;

use super::{Coming, Place, foot, heading, label, problem};
use crate::{
    design::{icons, palette},
    locale::{said, text},
    shell::Pending,
    widgets::{Button, Input, menu, option},
};

#[derive(Default)]
pub struct Found {
    company: String,
    name: String,
    stages: StageSet,
    currency: usize,
    coming: Option<Coming>,
    problem: Option<String>,
    begun: bool,
}

/// ISO 4217, those that are chosen most first.
const CURRENCIES: [(&str, &str); 14] = [
    ("USD", "US dollar"),
    ("EUR", "Euro"),
    ("GBP", "Pound sterling"),
    ("CHF", "Swiss franc"),
    ("AUD", "Australian dollar"),
    ("BRL", "Brazilian real"),
    ("CAD", "Canadian dollar"),
    ("CNY", "Chinese yuan"),
    ("DKK", "Danish krone"),
    ("INR", "Indian rupee"),
    ("JPY", "Japanese yen"),
    ("NOK", "Norwegian krone"),
    ("PLN", "Polish złoty"),
    ("SEK", "Swedish krona"),
];

impl Found {
    pub fn show(&mut self, ui: &mut Ui, place: &Place) {
        let p = palette(ui);
        heading(ui, &tr!("Found a workspace"), &tr!("You are the first of your company."));
        label(ui, &tr!("Company"));
        let company = Input::new(&mut self.company, &tr!("Company")).id(Id::unique("company")).height(34.0).show(ui);
        if !self.begun {
            company.request_focus();
            self.begun = true;
        }
        ui.add_space(12.0);
        label(ui, &tr!("Your name"));
        let name = Input::new(&mut self.name, &tr!("Your name")).id(Id::unique("founder")).height(34.0).show(ui);
        ui.add_space(12.0);
        label(ui, &tr!("Stages"));
        let sets = [
            (StageSet::Standard, tr!("Standard"), tr!("New, Qualified, Proposition, Won")),
            (StageSet::Guided, tr!("Guided six"), tr!("First activity to quotation, step by step")),
        ];
        for (set, title, says) in sets {
            if option::show(ui, self.stages == set, &title, &says).clicked() {
                self.stages = set;
            }
            ui.add_space(6.0);
        }
        ui.add_space(6.0);
        ui.horizontal(|ui| {
            ui.label(crate::design::type_scale::VALUE.text(tr!("Currency")));
            ui.add_space(8.0);
            let (code, words) = CURRENCIES[self.currency];
            let shown = format!("{code} · {}", text(words));
            let name = tr!("Currency: {}", code);
            let button = ui.add(Button::new(&shown).name(&name).trailing(icons::EXPAND_MORE));
            Popup::menu(&button).show(|ui| {
                ui.spacing_mut().item_spacing.y = 1.0;
                for (i, (code, words)) in CURRENCIES.iter().enumerate() {
                    if menu::choice(ui, &format!("{code} · {}", text(words)), i == self.currency).clicked() {
                        self.currency = i;
                    }
                }
            });
        });
        if company.changed() || name.changed() {
            self.problem = None;
        }
        let entered = (company.lost_focus() || name.lost_focus()) && ui.input(|i| i.key_pressed(Key::Enter));
        let busy = self.coming.is_some();
        foot(ui, 92.0, |ui| {
            let name = tr!("Found the workspace");
            let words = if busy { tr!("Founding…") } else { name.clone() };
            let button = Button::primary(&words).name(&name).keys("↵").large().width(ui.available_width());
            if ui.add(button.enabled(!busy)).clicked() || (entered && !busy) {
                self.start(place);
            }
            if let Some(text) = &self.problem {
                ui.add_space(8.0);
                problem(ui, text, p);
            }
        });
    }

    /// Begins founding, if what is needed is there; else says what is missing.
    pub fn start(&mut self, place: &Place) -> bool {
        let (company, user) = (self.company.trim().to_owned(), self.name.trim().to_owned());
        let missing = match (company.is_empty(), user.is_empty()) {
            (true, true) => Some(tr!("Name your company and yourself first.")),
            (true, false) => Some(tr!("Name your company first.")),
            (false, true) => Some(tr!("Your name is needed too: colleagues will see who changed what.")),
            (false, false) => None,
        };
        self.problem = missing;
        if self.problem.is_some() || self.coming.is_some() {
            return false;
        }
        let founding = Founding {
            name: company,
            user,
            device_name: place.device_name.clone(),
            currency: CURRENCIES[self.currency].0.to_owned(),
            stages: self.stages,
        };
        let at = place.clone();
        self.coming = Some(Pending::run(place.mode, &place.ctx, move || {
            Workspace::found(at.storage(), at.environment, founding).map_err(|e| said(&e.message()))
        }));
        true
    }

    pub fn take(&mut self) -> Option<Workspace> {
        let result = self.coming.as_ref().and_then(Pending::take)?;
        self.coming = None;
        result.map_err(|text| self.problem = Some(text)).ok()
    }
}
