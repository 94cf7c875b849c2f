//! Leads: not yet opportunities, in a list.

use eframe::egui::{Frame, Margin, Panel, Rect, Ui, pos2};
use satchel_core::query::Listing;
use tr::tr;

use super::{board::unanswerable, format, list::ListView, mass};
use crate::{
    design::{icons, palette, size, type_scale},
    shell::{Action, Context},
    widgets::{Line, empty, line},
};

pub struct Leads {
    list: ListView,
}

impl Default for Leads {
    fn default() -> Leads {
        Leads { list: ListView::new(Listing::Leads) }
    }
}

impl Leads {
    /// What is typed and not saved.
    pub fn unsaved(&self, cx: &mut Context) {
        self.list.unsaved(cx);
    }

    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context) {
        if let Err(why) = self.list.ask(cx) {
            return unanswerable(ui, cx, &why);
        }
        let place = Panel::top("view bar")
            .exact_size(size::VIEW_BAR)
            .resizable(false)
            .show_separator_line(false)
            .frame(Frame::new().inner_margin(Margin::symmetric(size::VIEW_MARGIN as i8, 0)))
            .show(ui, |ui| ui.max_rect())
            .inner;
        let p = palette(ui);
        let title = tr!("Leads");
        let title = Line::new(&title, type_scale::TITLE, p.text);
        let left = line(ui.painter(), place.left_center(), 200.0, title).right() + 14.0;
        let rest = Rect::from_min_max(pos2(left, place.top()), place.max);
        if self.list.is_empty() {
            nothing(ui, cx);
            return;
        }
        let selected = self.list.selected();
        if selected == 0 {
            let count = self.list.count();
            let count = tr!("{count} lead" | "{count} leads" % count, count = format::thousands(count as u64));
            line(ui.painter(), rest.left_center(), 200.0, Line::new(&count, type_scale::SECONDARY, p.text3));
        }
        self.list.show(ui, cx);
        if selected > 0 && mass::bar(ui, rest, cx, selected) {
            self.list.clear_selection();
        }
    }
}

fn nothing(ui: &mut Ui, cx: &mut Context) {
    if cx.query.is_open() {
        let sentence = tr!("What comes in from outside and is not worth an opportunity yet: bring it from a file.");
        if empty::show(ui, icons::LEADS, &tr!("No leads yet"), &sentence, &[&tr!("Import a file")]).is_some() {
            cx.actions.push(Action::Import(Vec::new()));
        }
    } else {
        let sentence = tr!("There are leads that the search leaves out.");
        if empty::show(ui, icons::SEARCH, &tr!("No match"), &sentence, &[&tr!("Clear search")]).is_some() {
            cx.query.clear();
        }
    }
}
