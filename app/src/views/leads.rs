//! Leads: not yet opportunities, in a list.

use eframe::egui::{Frame, Margin, Panel, Rect, Ui, pos2, vec2};
use satchel_core::query::Listing;
use tr::tr;

use super::{
    board::{
        create::{After, QuickCreate},
        unanswerable,
    },
    format,
    list::ListView,
    mass,
};
use crate::{
    design::{icons, palette, size, type_scale},
    shell::{Action, Context},
    widgets::{Line, empty, line, view_bar},
};

pub struct Leads {
    list: ListView,
    create: Option<QuickCreate>,
}

/// How wide the quick create is.
const CREATE: f32 = 320.0;

impl Default for Leads {
    fn default() -> Leads {
        Leads { list: ListView::new(Listing::Leads), create: None }
    }
}

impl Leads {
    /// What is typed and not saved.
    pub fn unsaved(&self, cx: &mut Context) {
        self.list.unsaved(cx);
        self.create.iter().for_each(|create| create.unsaved(cx));
    }

    /// Opens the quick create; what is typed already stays.
    pub fn create(&mut self) {
        self.create.get_or_insert_with(QuickCreate::lead).focus();
    }

    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context) {
        if let Err(why) = self.list.ask(cx) {
            return unanswerable(ui, cx, &why);
        }
        let place = view_bar::show(ui, |ui| ui.max_rect());
        let p = palette(ui);
        let title = tr!("Leads");
        let title = Line::new(&title, type_scale::TITLE, p.text);
        let left = line(ui.painter(), place.left_center(), 200.0, title).right() + 14.0;
        let rest = Rect::from_min_max(pos2(left, place.top()), place.max);
        self.quick_create(ui, cx);
        if self.list.is_empty() && self.create.is_none() {
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

impl Leads {
    /// Over the list, while it is open.
    fn quick_create(&mut self, ui: &mut Ui, cx: &mut Context) {
        let Some(create) = &mut self.create else { return };
        let after = Panel::top("new lead")
            .exact_size(create.height() + 10.0)
            .resizable(false)
            .show_separator_line(false)
            .frame(Frame::new().inner_margin(Margin::symmetric(size::VIEW_MARGIN as i8, 0)))
            .show(ui, |ui| {
                let area = ui.max_rect();
                let rect = Rect::from_min_size(area.min, vec2(CREATE.min(area.width()), create.height()));
                create.show(ui, rect, cx)
            });
        if after.inner == After::Closed {
            self.create = None;
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
