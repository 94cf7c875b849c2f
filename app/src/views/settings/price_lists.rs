//! Price lists: for whom they are, what they take off, what single products cost in them.

use eframe::egui::{Id, Sense, Ui, UiBuilder, vec2};
use satchel_core::{
    Command, DocId, Kind, Record, Value,
    record::{Price, PriceList},
};
use tr::tr;

use super::{
    order::{Order, STEPS, arrange},
    parts::{self, Adder, Forms},
};
use crate::{
    design::{icons, palette, size, type_scale},
    shell::Context,
    views::{
        form::{ROW, def, words},
        format,
    },
    widgets::{
        Row,
        button::icon_button_at,
        in_place::{Draft, InPlace},
        picker::{Open, Picked, Picker},
    },
};

#[derive(Default)]
pub struct PriceLists {
    open: Option<DocId>,
    forms: Forms,
    add: Adder,
    order: Order,
    draft: Option<Draft>,
    list: Option<Open<DocId>>,
}

impl PriceLists {
    pub fn unfold(&mut self, id: DocId) {
        self.open = Some(id);
    }

    /// What is typed and not saved.
    pub fn unsaved(&self, cx: &mut Context) {
        self.forms.unsaved(cx);
        self.add.unsaved(cx);
    }

    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context) {
        let says = tr!(
            "What products cost for some of the customers. The first list that is for a customer and says something of a product counts."
        );
        parts::heading(ui, &tr!("Price lists"), &says);
        let mut all: Vec<&PriceList> = cx.records.price_lists.values().filter(|l| !l.meta.deleted).collect();
        all.sort_by_key(|list| (list.sequence, list.id));
        let ids: Vec<DocId> = all.iter().map(|list| list.id).collect();
        if !all.is_empty() {
            parts::sheet(ui, |ui| {
                for (at, list) in all.iter().enumerate() {
                    self.one(ui, cx, list, &ids, at);
                }
            });
        }
        if let Some(moved) = self.order.finish(ui) {
            let places: Vec<(DocId, i64)> = all.iter().map(|list| (list.id, list.sequence)).collect();
            arrange(cx, &places, moved);
        }
        if let Some(name) = self.add.show(ui, &tr!("Add price list")) {
            let sequence = all.iter().map(|list| list.sequence).max().unwrap_or(0) + 10;
            let (id, command) = parts::make(cx, Kind::PriceList, name, vec![("sequence", Value::Int(sequence))]);
            cx.execute(command);
            self.open = Some(id);
        }
    }

    fn one(&mut self, ui: &mut Ui, cx: &mut Context, list: &PriceList, ids: &[DocId], at: usize) {
        let open = self.open == Some(list.id);
        let id = Id::unique(("price list", list.id));
        let words = tr!("Price list {}", list.name);
        let response = parts::unfolding(ui, id, &words, open, Sense::click_and_drag(), |ui, row| {
            let p = palette(ui);
            row.icon(icons::DRAG, size::ICON_MEDIUM, p.text3);
            row.gap(10.0);
            row.gap_right(STEPS);
            let says = match (list.customers.trim(), list.discount.0) {
                ("", 0) => tr!("every customer"),
                ("", _) => tr!("every customer, {} off", format::percent(list.discount)),
                (whom, 0) => whom.to_owned(),
                (whom, _) => tr!("{whom}, {share} off", whom, share = format::percent(list.discount)),
            };
            row.text_right(&says, type_scale::SECONDARY, p.text3);
            row.gap_right(12.0).text(&list.name, type_scale::VALUE, p.text);
        });
        self.order.row(ui, &response, ids, at, &list.name);
        if response.clicked() {
            self.open = if open { None } else { Some(list.id) };
        }
        if self.open != Some(list.id) {
            return;
        }
        let record = Record::PriceList(list.clone());
        parts::unfolded(ui, |ui| {
            self.forms.rows(ui, cx, &record, &["name", "customers"]);
            parts::note(
                ui,
                &tr!("A filter over contacts, such as: tags = VIP or country = BE. Empty means everybody."),
            );
            self.forms.rows(ui, cx, &record, &["discount"]);
            parts::note(ui, &tr!("Off the sales price of products that have no price of their own here."));
            ui.add_space(8.0);
            self.prices(ui, cx, list.id);
            ui.add_space(8.0);
            if parts::trash(ui, cx, list.id, &list.name) {
                self.open = None;
            }
        });
    }

    /// Products that have a price of their own in the list, and one to add more.
    fn prices(&mut self, ui: &mut Ui, cx: &mut Context, list: DocId) {
        let records = cx.records;
        let is_of = |price: &&Price| price.list == Some(list) && !price.meta.deleted;
        let mut prices: Vec<&Price> = records.prices.values().filter(is_of).collect();
        let product = |price: &Price| price.product.map_or("", |id| records.name(id));
        prices.sort_by_key(|price| (product(price).to_lowercase(), price.id));
        let p = palette(ui);
        for price in prices {
            let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
            let mut row = Row::new(ui, rect);
            let button = row.place_right(vec2(26.0, 26.0));
            row.gap_right(8.0);
            let cell = row.place_right(vec2(120.0, ROW - 2.0));
            row.gap_right(12.0);
            let name = product(price).to_owned();
            row.text(&name, type_scale::BODY, p.text);
            let record = Record::Price(price.clone());
            if let Some(def) = def(Kind::Price, "price") {
                let form = self.forms.of(price.id);
                form.cell(ui, cx, &record, def, cell, &tr!("Price of {}", name));
                form.error(ui, "price", rect.left());
            }
            let id = Id::unique(("price", price.id));
            if icon_button_at(ui, button, id, icons::CLOSE, &tr!("Remove the price of {}", name), 16.0).clicked()
                && let Some(product) = price.product
            {
                cx.execute(Command::SetPrice { list, product, price: None });
            }
        }
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
        let child = ui.new_child(UiBuilder::new().max_rect(rect));
        let mut child = child;
        let (name, what) = (tr!("Set the price of a product"), tr!("product"));
        let text = InPlace { hint: &name, ..InPlace::new(Id::unique(("new price", list)), &name, "") };
        let picker = Picker { text, create: None, what: &what };
        let picked = picker.show(&mut child, rect, &mut self.draft, &mut self.list, |query| {
            words::suggestions(records, Kind::Product, query)
        });
        match picked {
            Picked::Item(product) => {
                let price = records.products.get(&product).map(|p| p.list_price).unwrap_or_default();
                cx.execute(Command::SetPrice { list, product, price: Some(price) });
            }
            Picked::Cleared => (self.draft, self.list) = (None, None),
            _ => {}
        }
    }
}
