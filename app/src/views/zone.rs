//! A time zone picked by typing a city.

use eframe::egui::{Id, Rect, Ui};
use satchel_core::value::{Tz, ZONES};
use tr::tr;

use crate::widgets::{
    in_place::{Draft, InPlace},
    picker::{self, Picked, Picker, Suggestion},
};

#[derive(Default)]
pub struct ZonePicker {
    draft: Option<Draft>,
    list: Option<picker::Open<Tz>>,
}

impl ZonePicker {
    /// Shows it in a rectangle, and `none` where there is no zone now.
    pub fn show(&mut self, ui: &mut Ui, rect: Rect, id: Id, now: Option<Tz>, none: &str) -> Picked<Tz> {
        let (name, hint, what) = (tr!("Time zone"), tr!("A city, such as Brussels"), tr!("time zone"));
        let start = now.map_or("", |zone| zone.name());
        let shown = if now.is_some() { start } else { none };
        let text = InPlace { boxed: true, hint: &hint, shown, ..InPlace::new(id, &name, start) };
        Picker { text, create: None, what: &what }.show(ui, rect, &mut self.draft, &mut self.list, zones)
    }

    /// What is wrong with what was typed.
    pub fn problem(&self) -> Option<&str> {
        self.draft.as_ref()?.error.as_deref()
    }
}

fn zones(query: &str) -> Vec<Suggestion<Tz>> {
    let query = query.trim().to_lowercase().replace(' ', "_");
    let found = ZONES.iter().filter(|zone| zone.name().to_lowercase().contains(&query)).take(60);
    let one = |zone: &Tz| Suggestion { key: *zone, title: zone.name().to_owned(), detail: String::new() };
    found.map(one).collect()
}
