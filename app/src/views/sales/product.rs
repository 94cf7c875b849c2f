//! A product, in a dialog over whatever page is shown.

use eframe::egui::{Id, Key, Ui};
use satchel_core::{Command, DocId, Kind, Money, Record, Value};
use tr::tr;

use crate::{
    design::{icons, palette, type_scale},
    locale,
    shell::Context,
    views::form::{Form, def},
    widgets::{Button, Input, dialog},
};

#[derive(Default)]
pub struct ProductDialog {
    id: Option<DocId>,
    form: Form,
    name: String,
    is_open: bool,
}

const FIELDS: [&str; 6] = ["name", "reference", "category", "list_price", "tax", "cost"];

impl ProductDialog {
    /// Of a product, or of a new one.
    pub fn new(id: Option<DocId>) -> ProductDialog {
        ProductDialog { id, ..ProductDialog::default() }
    }

    pub fn unsaved(&self, cx: &mut Context) {
        self.form.unsaved(cx);
        if self.id.is_none() && !self.name.trim().is_empty() {
            cx.unsaved.push(tr!("The new product “{}” is not created yet", self.name.trim()));
        }
    }

    /// True once it is closed.
    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context) -> bool {
        let product = self.id.and_then(|id| cx.records.products.get(&id));
        match product {
            Some(product) => self.form(ui, cx, &Record::Product(product.clone())),
            None if self.id.is_some() => false,
            None => self.begin(ui, cx),
        }
    }

    fn begin(&mut self, ui: &mut Ui, cx: &mut Context) -> bool {
        let (mut create, mut cancel) = (false, false);
        let ((), closed) = dialog::dialog(ui.ctx(), "product", 480.0, &tr!("New product"), |ui| {
            let name = tr!("Name of the product");
            let field = Input::new(&mut self.name, &name).hint(&tr!("Name")).id(Id::unique("product")).show(ui);
            if !std::mem::replace(&mut self.is_open, true) {
                field.request_focus();
            }
            create = ui.input(|i| i.key_pressed(Key::Enter));
            dialog::buttons(ui, |ui| {
                create |= ui.add(Button::primary(&tr!("Create"))).clicked();
                cancel = ui.add(Button::new(&tr!("Cancel")).keys("Esc")).clicked();
            });
        });
        if create && !self.name.trim().is_empty() {
            let id = cx.new_id(Kind::Product);
            let fields = vec![("name".to_owned(), Value::from(self.name.trim()))];
            cx.execute(Command::Create { id, fields });
            *self = ProductDialog::new(Some(id));
            return false;
        }
        cancel || closed
    }

    fn form(&mut self, ui: &mut Ui, cx: &mut Context, record: &Record) -> bool {
        let id = record.id();
        self.form.turn_to(id);
        let mut done = false;
        if !std::mem::replace(&mut self.is_open, true) && record.get("list_price") == Some(Value::Money(Money(0))) {
            // Before it is drawn: a field notices that it gets the focus while it is drawn.
            ui.memory_mut(|m| m.request_focus(Form::field_id(record, "list_price")));
        }
        let ((), closed) = dialog::dialog(ui.ctx(), "product", 480.0, &record.name(), |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            for field in FIELDS {
                let Some(def) = def(Kind::Product, field) else { continue };
                let label = if field == "name" { tr!("Name") } else { locale::text(def.label) };
                self.form.labelled(ui, cx, record, def, &label);
            }
            ui.add_space(10.0);
            ui.label(type_scale::SECONDARY.text(tr!("Description")).color(palette(ui).text3));
            if let Some(def) = def(Kind::Product, "description") {
                self.form.long_text(ui, cx, record, def, &tr!("Add a description"));
            }
            ui.add_space(10.0);
            dialog::buttons(ui, |ui| {
                done = ui.add(Button::primary(&tr!("Close"))).clicked();
                if ui.add(Button::danger(&tr!("Move to the trash")).icon(icons::DELETE)).clicked() {
                    cx.execute(Command::Trash { ids: vec![id] });
                    done = true;
                }
                let (status, fine) = self.form.status();
                let p = palette(ui);
                let color = if fine { p.text3 } else { p.late.text };
                ui.label(type_scale::SECONDARY.text(locale::text(status)).color(color));
            });
        });
        (done || closed) && self.form.status().1
    }
}
