//! Custom fields: what the workspace adds to its opportunities and contacts.

use eframe::egui::{Id, Key, Sense, Ui, vec2};
use satchel_core::{
    Command, DocId, Kind, Record, Records, Value,
    record::{CustomField, CustomType},
};
use tr::tr;

use super::{
    order::{Order, STEPS, arrange},
    parts::{self, Forms},
};
use crate::{
    design::{icons, palette, size, type_scale},
    locale::text,
    shell::Context,
    views::format,
    widgets::{
        Button, Input, Row,
        dialog::{buttons, dialog},
        link,
    },
};

#[derive(Default)]
pub struct CustomFields {
    open: Option<DocId>,
    order: Order,
    forms: Forms,
    new: Option<New>,
}

/// A field being made.
struct New {
    name: String,
    on: Kind,
    ty: CustomType,
    choices: String,
    fresh: bool,
    wrong: Option<String>,
}

impl CustomFields {
    pub fn unfold(&mut self, id: DocId) {
        self.open = Some(id);
    }

    /// What is typed and not saved.
    pub fn unsaved(&self, cx: &mut Context) {
        self.forms.unsaved(cx);
        if let Some(new) = self.new.as_ref().filter(|new| !new.name.trim().is_empty()) {
            cx.unsaved.push(tr!("The field ‘{}’ is not created yet", new.name.trim()));
        }
    }

    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context) {
        let says = tr!(
            "Fields of your own on opportunities, leads and contacts. They are in forms, lists, filters, groups, and in \
             files that are imported and exported. Drag one to where forms show it."
        );
        parts::heading(ui, &tr!("Custom fields"), &says);
        let records = cx.records;
        for (kind, title) in [(Kind::Opportunity, tr!("Opportunities and leads")), (Kind::Contact, tr!("Contacts"))] {
            let fields = records.custom_fields_of(kind);
            if fields.is_empty() {
                continue;
            }
            parts::section(ui, &title, |ui| {
                let ids: Vec<DocId> = fields.iter().map(|f| f.id).collect();
                for (at, field) in fields.iter().enumerate() {
                    self.one(ui, cx, field, &ids, at);
                }
                if let Some(moved) = self.order.finish(ui) {
                    let places: Vec<(DocId, i64)> = fields.iter().map(|f| (f.id, f.sequence)).collect();
                    arrange(cx, &places, moved);
                }
            });
        }
        ui.add_space(4.0);
        if link(ui, Some(icons::ADD), &tr!("Add field")).clicked() {
            self.new = Some(New {
                name: String::new(),
                on: Kind::Opportunity,
                ty: CustomType::Text,
                choices: String::new(),
                fresh: true,
                wrong: None,
            });
        }
        if let Some(new) = &mut self.new
            && new.show(ui, cx)
        {
            self.new = None;
        }
    }

    fn one(&mut self, ui: &mut Ui, cx: &mut Context, field: &CustomField, ids: &[DocId], at: usize) {
        let open = self.open == Some(field.id);
        let id = Id::unique(("custom", field.id));
        let ty = text(field.custom_type().label());
        let words = format!("{}, {ty}", field.name);
        let teams = field.teams.iter().map(|t| cx.records.name(*t)).collect::<Vec<_>>().join(", ");
        let response = parts::unfolding(ui, id, &words, open, Sense::click_and_drag(), |ui, row| {
            let p = palette(ui);
            row.icon(icons::DRAG, size::ICON_MEDIUM, p.text3);
            row.gap(10.0);
            row.gap_right(STEPS);
            let cell = row.place_right(vec2(160.0, 18.0));
            Row::new(ui, cell).text_right(&field.key, type_scale::SECONDARY, p.text3);
            row.gap_right(12.0);
            row.text(&field.name, type_scale::VALUE, p.text);
            row.gap(8.0).text(&format::capital(&ty), type_scale::SECONDARY, p.text2);
            row.gap(8.0).text(&teams, type_scale::SECONDARY, p.text3);
        });
        self.order.row(ui, &response, ids, at, &field.name);
        if response.clicked() {
            self.open = if open { None } else { Some(field.id) };
        }
        if self.open != Some(field.id) {
            return;
        }
        let record = Record::CustomField(field.clone());
        parts::unfolded(ui, |ui| {
            self.forms.rows(ui, cx, &record, &["name"]);
            if field.custom_type() == CustomType::Choice {
                self.forms.rows(ui, cx, &record, &["choices"]);
                parts::note(ui, &tr!("Between commas. A value that is no longer among them stays where it is."));
            }
            parts::teams(ui, cx, &record);
            ui.add_space(8.0);
            if parts::trash(ui, cx, field.id, &field.name) {}
        });
    }
}

impl New {
    /// True once it is answered or closed.
    fn show(&mut self, ui: &mut Ui, cx: &mut Context) -> bool {
        let ((create, cancel), closed) =
            dialog(ui.ctx(), "custom field", 420.0, &tr!("New field"), |ui| self.fields(ui));
        if create {
            self.wrong = self.mistake(cx.records);
            if self.wrong.is_some() {
                self.fresh = true;
                return false;
            }
            self.create(cx);
        }
        create || cancel || closed
    }

    fn fields(&mut self, ui: &mut Ui) -> (bool, bool) {
        let p = palette(ui);
        ui.spacing_mut().item_spacing.y = 8.0;
        let (name, hint) = (tr!("Field name"), tr!("Machine hours"));
        let input = Input::new(&mut self.name, &name).hint(&hint).wrong(self.wrong.is_some()).show(ui);
        if std::mem::take(&mut self.fresh) {
            input.request_focus();
        }
        if input.changed() {
            self.wrong = None;
        }
        let key = CustomField::key_for(&self.name);
        let under = match (&self.wrong, CustomField::is_key(&key)) {
            (Some(wrong), _) => (wrong.clone(), p.late.text),
            (None, true) => (tr!("In filters and files: {}", key), p.text3),
            (None, false) => (tr!("What people read beside it"), p.text3),
        };
        ui.label(type_scale::SECONDARY.text(under.0).color(under.1));
        let kinds = [(Kind::Opportunity, tr!("Opportunities")), (Kind::Contact, tr!("Contacts"))];
        choice(ui, &tr!("a field on records" => "On"), &kinds, &mut self.on);
        let types = CustomType::ALL.map(|t| (t, text(t.label())));
        choice(ui, &tr!("a field and its values" => "Holds"), &types, &mut self.ty);
        if self.ty == CustomType::Choice {
            let (name, hint) = (tr!("Choices, one a line"), tr!("One a line"));
            Input::new(&mut self.choices, &name).hint(&hint).rows(4).show(ui);
        }
        let enter = input.lost_focus() && ui.input(|i| i.key_pressed(Key::Enter));
        buttons(ui, |ui| {
            ui.spacing_mut().item_spacing.x = 6.0;
            let create = ui.add(Button::primary(&tr!("Create field"))).clicked();
            (create || enter, ui.add(Button::new(&tr!("Cancel")).keys("Esc")).clicked())
        })
    }

    fn mistake(&self, records: &Records) -> Option<String> {
        let key = CustomField::key_for(&self.name);
        if self.name.trim().is_empty() {
            return Some(tr!("A field needs a name"));
        }
        if !CustomField::is_key(&key) {
            return Some(tr!("Give it a name with Latin letters, for filters and files"));
        }
        if records.field(self.on, &key).is_some() {
            return Some(tr!("There is a field {} already", key));
        }
        let empty = self.ty == CustomType::Choice && self.choices.trim().is_empty();
        empty.then(|| tr!("Give something to choose from, one a line"))
    }

    fn create(&self, cx: &mut Context) {
        let key = CustomField::key_for(&self.name);
        let id = CustomField::id_of(cx.workspace, self.on, &key);
        // Made and thrown away before: it comes back, with the values that records still hold.
        if cx.records.custom_fields.contains_key(&id) {
            cx.execute(Command::Restore { ids: vec![id] });
            return;
        }
        let choices: Vec<&str> = self.choices.lines().map(str::trim).filter(|c| !c.is_empty()).collect();
        let choices = choices.join(", ");
        let fields = [
            ("name", self.name.trim()),
            ("key", &key),
            ("on", self.on.singular()),
            ("type", self.ty.label()),
            ("choices", &choices),
        ];
        let fields = fields.into_iter().filter(|(_, text)| !text.is_empty());
        let fields = fields.map(|(name, text)| (name.to_owned(), Value::from(text))).collect();
        cx.execute(Command::Create { id, fields });
    }
}

/// Buttons of which one is on.
fn choice<T: Copy + PartialEq>(ui: &mut Ui, label: &str, all: &[(T, String)], now: &mut T) {
    parts::labelled(ui, label, |ui| {
        for (value, words) in all {
            let name = format!("{label} {words}");
            let button = Button::new(words).small().name(&name).selected(*value == *now);
            if ui.add(button).clicked() {
                *now = *value;
            }
        }
    });
}
