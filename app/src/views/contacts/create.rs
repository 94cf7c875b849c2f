//! The dialog that makes a contact.

use eframe::egui::{Key, Rect, Ui, vec2};
use satchel_core::{Command, DocId, Kind, Value};
use tr::tr;

use crate::{
    design::{icons, palette, size, type_scale},
    shell::{Context, Page},
    views::{
        alike::{self, Alike},
        form::words,
    },
    widgets::{
        Button, Input,
        dialog::{buttons, dialog},
        in_place::{Draft, InPlace},
        picker::{self, Picked, Picker},
    },
};

pub struct Create {
    company: bool,
    name: String,
    email: String,
    phone: String,
    parent: Option<DocId>,
    parent_draft: Option<Draft>,
    parent_list: Option<picker::Open<DocId>>,
    error: bool,
    fresh: bool,
    alike: Alike,
}

impl Create {
    /// A person of this company, or anybody.
    pub fn new(parent: Option<DocId>) -> Create {
        Create {
            company: false,
            name: String::new(),
            email: String::new(),
            phone: String::new(),
            parent,
            parent_draft: None,
            parent_list: None,
            error: false,
            fresh: true,
            alike: Alike::default(),
        }
    }

    /// Who is typed and not created.
    pub fn unsaved(&self, cx: &mut Context) {
        let typed = [&self.name, &self.email, &self.phone].into_iter().find(|text| !text.trim().is_empty());
        cx.unsaved.extend(typed.map(|text| tr!("The contact ‘{}’ is not created yet", text.trim())));
    }

    /// True once it is answered or closed.
    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context) -> bool {
        let ((create, cancel), closed) =
            dialog(ui.ctx(), "contact", 380.0, &tr!("New contact"), |ui| self.fields(ui, cx));
        if create && self.name.trim().is_empty() {
            self.error = true;
            self.fresh = true;
            return false;
        }
        if create {
            let id = cx.new_id(Kind::Contact);
            let mut fields = vec![
                ("name".to_owned(), Value::Text(self.name.trim().to_owned())),
                ("is_company".to_owned(), Value::Bool(self.company)),
            ];
            for (field, text) in [("email", &self.email), ("phone", &self.phone)] {
                if !text.trim().is_empty() {
                    fields.push((field.to_owned(), Value::Text(text.trim().to_owned())));
                }
            }
            if let Some(parent) = self.parent.filter(|_| !self.company) {
                fields.push(("parent".to_owned(), Value::Ref(parent)));
            }
            cx.execute(Command::Create { id, fields });
            cx.open(Page::Contact(id));
        }
        create || cancel || closed
    }

    fn fields(&mut self, ui: &mut Ui, cx: &mut Context) -> (bool, bool) {
        let palette = palette(ui);
        ui.spacing_mut().item_spacing.y = 8.0;
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 4.0;
            let kinds = [
                (false, tr!("Person"), tr!("It is a person"), icons::PERSON),
                (true, tr!("Company"), tr!("It is a company"), icons::BUSINESS),
            ];
            for (company, text, name, icon) in kinds {
                let button = Button::ghost(&text).name(&name).icon(icon).selected(self.company == company);
                if ui.add(button).clicked() {
                    self.company = company;
                }
            }
        });
        let hint = if self.company { tr!("Company’s name") } else { tr!("First and last name") };
        let name = Input::new(&mut self.name, &tr!("Name")).hint(&hint).wrong(self.error).show(ui);
        if std::mem::take(&mut self.fresh) {
            name.request_focus();
        }
        if name.changed() {
            self.error = false;
        }
        if self.error {
            ui.label(type_scale::SECONDARY.text(tr!("A contact needs a name")).color(palette.late.text));
        }
        if !self.company {
            let (_, rect) = ui.allocate_space(vec2(ui.available_width(), size::CONTROL));
            self.parent_field(ui, cx, rect);
        }
        let email = Input::new(&mut self.email, &tr!("E-mail")).hint(&tr!("E-mail")).icon(icons::MAIL).show(ui);
        let phone = Input::new(&mut self.phone, &tr!("Phone")).hint(&tr!("Phone")).icon(icons::CALL).show(ui);
        let typed = [alike::typed("email", &self.email), alike::typed("phone", &self.phone)].into_iter().flatten();
        let typed = typed.chain([("is_company".to_owned(), Value::Bool(self.company))]).collect();
        let opened = self.alike.line(ui, cx, Kind::Contact, &typed);
        let enter = ui.input(|i| i.key_pressed(Key::Enter));
        let mut create = enter && [&name, &email, &phone].iter().any(|r| r.lost_focus());
        let mut cancel = false;
        buttons(ui, |ui| {
            create |= ui.add(Button::primary(&tr!("Create contact"))).clicked();
            cancel = ui.add(Button::new(&tr!("Cancel")).keys("Esc")).clicked();
        });
        if let Some(id) = opened {
            cx.open(Page::of(id));
            cancel = true;
        }
        (create, cancel)
    }

    fn parent_field(&mut self, ui: &mut Ui, cx: &mut Context, rect: Rect) {
        let name = self.parent.map_or("", |p| cx.records.name(p)).to_owned();
        let id = eframe::egui::Id::unique("new contact's company");
        let (hint, label, what) = (tr!("Company, if any"), tr!("Company"), tr!("company"));
        let picker = Picker {
            text: InPlace { boxed: true, hint: &hint, ..InPlace::new(id, &label, &name) },
            create: None,
            what: &what,
        };
        let records = cx.records;
        let picked = picker.show(ui, rect, &mut self.parent_draft, &mut self.parent_list, |query| {
            let mut found = words::suggestions(records, Kind::Contact, query);
            found.retain(|s| records.contacts.get(&s.key).is_some_and(|c| c.is_company));
            found
        });
        match picked {
            Picked::Item(company) => self.parent = Some(company),
            Picked::Cleared => self.parent = None,
            _ => {}
        }
        if let Some(error) = self.parent_draft.as_ref().and_then(|d| d.error.as_ref()) {
            ui.label(type_scale::SECONDARY.text(error).color(palette(ui).late.text));
        }
    }
}
