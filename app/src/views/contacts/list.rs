//! All contacts in a list.

use eframe::egui::{Align, Layout, Rect, Ui, UiBuilder, pos2};
use satchel_core::query::{Listing, Term};
use tr::tr;

use crate::{
    design::{icons, palette, type_scale},
    locale,
    shell::{Action, Context},
    views::{board::unanswerable, format, list::ListView, mass},
    widgets::{Button, Line, empty, line, view_bar},
};

pub struct List {
    list: ListView,
}

impl Default for List {
    fn default() -> List {
        List { list: ListView::new(Listing::Contacts) }
    }
}

/// What the facet of companies and people is about.
const KIND: &str = "Kind";

impl List {
    /// What is typed and not saved.
    pub fn unsaved(&self, cx: &mut Context) {
        self.list.unsaved(cx);
    }

    /// Returns true when a new contact is wanted.
    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context) -> bool {
        if let Err(why) = self.list.ask(cx) {
            unanswerable(ui, cx, &why);
            return false;
        }
        let mut new = false;
        let place = view_bar::show(ui, |ui| {
            let area = ui.max_rect();
            let builder = UiBuilder::new().max_rect(area).layout(Layout::right_to_left(Align::Center));
            let mut right = ui.new_child(builder);
            new = right.add(Button::new(&tr!("New contact")).icon(icons::PERSON_ADD)).clicked();
            right.spacing_mut().item_spacing.x = 4.0;
            right.add_space(4.0);
            kinds(&mut right, cx);
            Rect::from_min_max(area.min, pos2(right.min_rect().left() - 8.0, area.bottom()))
        });
        let p = palette(ui);
        let title = tr!("Contacts");
        let title = Line::new(&title, type_scale::TITLE, p.text);
        let left = line(ui.painter(), place.left_center(), 200.0, title).right() + 14.0;
        let rest = Rect::from_min_max(pos2(left, place.top()), place.max);
        if self.list.is_empty() {
            return nothing(ui, cx) || new;
        }
        let selected = self.list.selected();
        if selected == 0 {
            let count = self.list.count();
            let count = tr!("{count} contact" | "{count} contacts" % count, count = format::thousands(count as u64));
            line(ui.painter(), rest.left_center(), 200.0, Line::new(&count, type_scale::SECONDARY, p.text3));
        }
        self.list.show(ui, cx);
        if selected > 0 && mass::bar(ui, rest, cx, selected) {
            self.list.clear_selection();
        }
        new
    }
}

/// All, companies or people, laid out from the right.
fn kinds(ui: &mut Ui, cx: &mut Context) {
    let companies = Term::new("Companies", "is_company = true");
    let people = Term::new("People", "is_company = false");
    let either = cx.query.has(&companies) || cx.query.has(&people);
    for term in [people, companies] {
        if ui.add(Button::ghost(&locale::text(&term.label)).selected(cx.query.has(&term))).clicked() {
            cx.query.only(KIND, Some(term));
        }
    }
    if ui.add(Button::ghost(&tr!("All")).selected(!either)).clicked() {
        cx.query.only(KIND, None);
    }
}

/// Returns true when a new contact is wanted.
fn nothing(ui: &mut Ui, cx: &mut Context) -> bool {
    if cx.records.contacts.values().all(|c| c.meta.deleted) {
        let (import, new) = (tr!("Import contacts"), tr!("New contact"));
        let sentence = tr!("Bring them from a file, or write down the first one.");
        match empty::show(ui, icons::CONTACTS, &tr!("No contacts yet"), &sentence, &[&import, &new]) {
            Some(0) => cx.actions.push(Action::Import(Vec::new())),
            Some(_) => return true,
            None => {}
        }
        return false;
    }
    let sentence = tr!("There are contacts that the search leaves out.");
    if empty::show(ui, icons::SEARCH, &tr!("No match"), &sentence, &[&tr!("Clear search")]).is_some() {
        cx.query.clear();
    }
    false
}
