//! A filter put together by hand: a field, how it is compared, with what.

use eframe::egui::{Popup, PopupCloseBehavior, ScrollArea, Ui, vec2};
use satchel_core::{
    query::{
        Filter, ListField, Listing, Term,
        custom::{Operator, condition},
        fields, fold,
    },
    record::FieldType,
};
use tr::tr;

use crate::{
    design::{icons, palette, type_scale},
    locale::{said, text},
    shell::Context,
    views::format,
    widgets::{Button, Input, menu},
};

pub struct CustomFilter {
    /// By name.
    field: String,
    operator: Operator,
    value: String,
    /// What is typed to find a field.
    find: String,
    error: Option<String>,
}

impl Default for CustomFilter {
    fn default() -> CustomFilter {
        CustomFilter {
            field: "name".into(),
            operator: Operator::Contains,
            value: String::new(),
            find: String::new(),
            error: None,
        }
    }
}

impl CustomFilter {
    /// Returns true when it is done with.
    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context) -> bool {
        let listing = cx.page.listing();
        let mut known = fields(cx.records, listing);
        known.retain(|f| f.name != "id");
        known.iter_mut().for_each(|f| f.label = text(&f.label).into());
        known.sort_by_key(|f| fold(&f.label));
        let Some(field) = known.iter().find(|f| f.name == self.field).or(known.first()).cloned() else { return true };
        let operators = Operator::of(field.ty);
        if !operators.contains(&self.operator) {
            self.operator = operators[0];
        }
        let mut done = false;
        ui.add_space(4.0);
        ui.horizontal(|ui| {
            ui.add_space(8.0);
            ui.vertical(|ui| {
                ui.set_width(ui.available_width() - 8.0);
                ui.spacing_mut().item_spacing = vec2(6.0, 6.0);
                self.choose_field(ui, &known, &field);
                self.choose_operator(ui, &field, operators);
                if self.operator.takes_value() {
                    self.choose_value(ui, cx, &field);
                }
                if let Some(error) = &self.error {
                    let p = palette(ui);
                    ui.label(type_scale::SECONDARY.text(error).color(p.late.text));
                }
                ui.horizontal(|ui| {
                    if ui.add(Button::primary(&tr!("Add filter")).small()).clicked() {
                        done = self.add(cx, &field);
                    }
                    done |= ui.add(Button::ghost(&tr!("Cancel")).name(&tr!("Cancel the filter")).small()).clicked();
                });
            });
        });
        done
    }

    fn choose_field(&mut self, ui: &mut Ui, known: &[ListField], field: &ListField) {
        let name = tr!("Field: {}", field.label);
        let width = ui.available_width();
        let button = Button::new(&field.label).name(&name).trailing(icons::UNFOLD).width(width);
        let button = ui.add(button);
        let menu = Popup::menu(&button).close_behavior(PopupCloseBehavior::CloseOnClickOutside);
        menu.show(|ui| {
            ui.set_width(230.0);
            ui.spacing_mut().item_spacing.y = 4.0;
            let name = tr!("Find a field");
            let search = Input::new(&mut self.find, &name).hint(&name).icon(icons::SEARCH).show(ui);
            if button.clicked() {
                self.find.clear();
                search.request_focus();
            }
            let wanted = fold(&self.find);
            ui.spacing_mut().item_spacing.y = 0.0;
            ScrollArea::vertical().max_height(320.0).show(ui, |ui| {
                for other in known.iter().filter(|f| fold(&f.label).contains(wanted.trim())) {
                    if menu::choice(ui, &other.label, other.name == field.name).clicked() {
                        self.field = other.name.to_string();
                        self.value.clear();
                        self.error = None;
                        self.operator = Operator::of(other.ty)[0];
                        ui.close();
                    }
                }
            });
        });
    }

    fn choose_operator(&mut self, ui: &mut Ui, field: &ListField, operators: &[Operator]) {
        let label = text(self.operator.label(field.ty));
        let name = tr!("Comparison: {}", label);
        let button = ui.add(Button::new(&label).name(&name).trailing(icons::UNFOLD).width(ui.available_width()));
        Popup::menu(&button).show(|ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            for operator in operators {
                if menu::choice(ui, &text(operator.label(field.ty)), *operator == self.operator).clicked() {
                    self.operator = *operator;
                    self.error = None;
                }
            }
        });
    }

    fn choose_value(&mut self, ui: &mut Ui, cx: &Context, field: &ListField) {
        let types: Vec<&str> = cx.records.activity_types_in_order().into_iter().map(|t| t.name.as_str()).collect();
        let spoken = |choice: &str| match types.contains(&choice) {
            true => format::activity_type_named(cx.records, choice),
            false => text(choice),
        };
        let choices: Vec<&str> = match field.ty {
            FieldType::Choice(choices) => choices.to_vec(),
            FieldType::Bool => vec!["yes", "no"],
            _ if self.is_of_types(cx, field) => types.clone(),
            _ => {
                let hint = match field.ty {
                    FieldType::Date | FieldType::Time => "this month, 2026-11, today+7".to_owned(),
                    FieldType::Money => "1,500".to_owned(),
                    FieldType::Percent => "50".to_owned(),
                    FieldType::Ref(satchel_core::Kind::User) => tr!("a name, or me"),
                    FieldType::Ref(_) | FieldType::Refs(_) => tr!("a name"),
                    _ => String::new(),
                };
                let name = tr!("Value");
                let input = Input::new(&mut self.value, &name).hint(&hint).wrong(self.error.is_some());
                if input.show(ui).changed() {
                    self.error = None;
                }
                return;
            }
        };
        if !choices.contains(&self.value.as_str()) {
            self.value = choices.first().copied().unwrap_or_default().to_owned();
        }
        let value = spoken(&self.value);
        let name = tr!("Value: {}", value);
        let button = ui.add(Button::new(&value).name(&name).trailing(icons::UNFOLD).width(ui.available_width()));
        Popup::menu(&button).show(|ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            for choice in choices {
                if menu::choice(ui, &spoken(choice), choice == self.value).clicked() {
                    self.value = choice.to_owned();
                }
            }
        });
    }

    /// Whether the field is the type of an activity, compared as a whole: people have set up what there is.
    fn is_of_types(&self, cx: &Context, field: &ListField) -> bool {
        let name = if cx.page.listing() == Listing::Activities { "type" } else { "activity_type" };
        field.name == name && matches!(self.operator, Operator::Is | Operator::IsNot)
    }

    /// Adds the filter as a facet of its own; false, with the reason shown, if it means nothing.
    fn add(&mut self, cx: &mut Context, field: &ListField) -> bool {
        let filter = condition(field, self.operator, &self.value);
        let value = self.value.trim();
        if self.operator.takes_value() && value.is_empty() {
            self.error = Some(tr!("Say what it is compared with."));
            return false;
        }
        if let Err(error) = Filter::parse(cx.records, cx.page.listing(), &filter, cx.asker()) {
            let message = error.message();
            // Not where in the expression it is, which the person has not written.
            self.error = Some(said(message.at("why").unwrap_or(&message)));
            return false;
        }
        let operator = text(self.operator.label(field.ty));
        let label = match self.operator.takes_value() {
            true => format!("{} {operator} {value}", field.label),
            false => format!("{} {operator}", field.label),
        };
        // Each stands by itself: two of them must both hold.
        cx.query.add(&label.clone(), Term::new(label, filter));
        true
    }
}
