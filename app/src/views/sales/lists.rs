//! The lists of quotations and orders, of invoices and of products, one beside the other.

use eframe::egui::{Align, Layout, Rect, Ui, UiBuilder, pos2};
use satchel_core::query::Listing;
use tr::tr;

use crate::{
    design::{icons, palette, type_scale},
    shell::{Action, Context, Page, UiCommand},
    views::{board::unanswerable, form::page, list::ListView, mass},
    widgets::{Button, empty, view_bar},
};

pub struct Lists {
    quotations: ListView,
    invoices: ListView,
    products: ListView,
    others: ListView,
    last: Page,
}

impl Default for Lists {
    fn default() -> Lists {
        Lists {
            quotations: ListView::new(Listing::Quotations),
            invoices: ListView::new(Listing::Invoices),
            products: ListView::new(Listing::Products),
            others: ListView::new(Listing::RevenueLines),
            last: Page::Quotations,
        }
    }
}

const TABS: [(Page, UiCommand); 4] = [
    (Page::Quotations, UiCommand::Quotations),
    (Page::Invoices, UiCommand::Invoices),
    (Page::Products, UiCommand::Products),
    (Page::OtherSales, UiCommand::OtherSales),
];

impl Lists {
    pub fn last(&self) -> Page {
        self.last
    }

    /// What is typed and not saved.
    pub fn unsaved(&self, cx: &mut Context) {
        [&self.quotations, &self.invoices, &self.products, &self.others].into_iter().for_each(|list| list.unsaved(cx));
    }

    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context) {
        self.last = cx.page;
        let list = match cx.page {
            Page::Invoices => &mut self.invoices,
            Page::Products => &mut self.products,
            Page::OtherSales => &mut self.others,
            _ => &mut self.quotations,
        };
        let asked = list.ask(cx);
        let place = view_bar::show(ui, |ui| bar(ui, cx));
        if let Err(why) = asked {
            return unanswerable(ui, cx, &why);
        }
        if list.is_empty() {
            return nothing(ui, cx);
        }
        let selected = list.selected();
        list.show(ui, cx);
        if selected > 0 && mass::bar(ui, place, cx, selected) {
            list.clear_selection();
        }
    }
}

/// The tabs, and what can be begun here. Returns the room between them.
fn bar(ui: &mut Ui, cx: &mut Context) -> Rect {
    let area = ui.max_rect();
    let titles = TABS.map(|(page, command)| (page, command.words()));
    let tabs: Vec<(Page, &str)> = titles.iter().map(|(page, title)| (*page, title.as_str())).collect();
    if let Some(page) = page::switch(ui, area, cx.page, &tabs) {
        cx.open(page);
    }
    let wide: f32 = titles.iter().map(|(_, title)| width(ui, title) + 18.0).sum();
    let mut end = area.right();
    let new = match cx.page {
        Page::Products => Some(tr!("New product")),
        Page::Quotations => Some(tr!("New quotation")),
        _ => None,
    };
    if let Some(new) = new {
        let mut right = ui.new_child(UiBuilder::new().max_rect(area).layout(Layout::right_to_left(Align::Center)));
        if right.add(Button::new(&new).icon(icons::ADD)).clicked() {
            match cx.page {
                Page::Products => cx.actions.push(Action::Product(None)),
                _ => super::begin(cx),
            }
        }
        end = right.min_rect().left() - 8.0;
    }
    Rect::from_min_max(pos2(area.left() + wide + 8.0, area.top()), pos2(end, area.bottom()))
}

fn width(ui: &Ui, title: &str) -> f32 {
    crate::widgets::Line::new(title, type_scale::VALUE, palette(ui).text).layout(ui.painter(), f32::INFINITY).size().x
}

fn nothing(ui: &mut Ui, cx: &mut Context) {
    let records = cx.records;
    let none = match cx.page {
        Page::Invoices => records.invoices.values().all(|i| i.meta.deleted),
        Page::Products => records.products.values().all(|p| p.meta.deleted),
        Page::OtherSales => records.revenue_lines.values().all(|line| line.meta.deleted),
        _ => records.quotations.values().all(|q| q.meta.deleted),
    };
    if !none {
        let sentence = tr!("The search leaves out what there is.");
        if empty::show(ui, icons::SEARCH, &tr!("No match"), &sentence, &[&tr!("Clear search")]).is_some() {
            cx.query.clear();
        }
        return;
    }
    let (icon, title, sentence, button) = match cx.page {
        Page::Invoices => (
            icons::INVOICE,
            tr!("No invoices yet"),
            tr!("An invoice is made from a sales order: open one and choose Create invoice."),
            tr!("Show quotations and orders"),
        ),
        Page::Products => (
            icons::PRODUCT,
            tr!("No products yet"),
            tr!("What you sell, with its price and tax: quotations take their lines from it."),
            tr!("New product"),
        ),
        Page::OtherSales => (
            icons::BUSINESS,
            tr!("No other sales yet"),
            tr!("What shops and tills have sold, by channel and team: bring it from a file."),
            tr!("Import a file"),
        ),
        _ => (
            icons::QUOTATION,
            tr!("No quotations yet"),
            tr!("A quotation begins at its opportunity: open one and press Q."),
            tr!("Show the pipeline"),
        ),
    };
    if empty::show(ui, icon, &title, &sentence, &[&button]).is_some() {
        match cx.page {
            Page::Invoices => cx.open(Page::Quotations),
            Page::Products => cx.actions.push(Action::Product(None)),
            Page::OtherSales => cx.actions.push(Action::Import(Vec::new())),
            _ => cx.open(Page::Pipeline),
        }
    }
}
