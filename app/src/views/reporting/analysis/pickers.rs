//! What is measured, by what it is grouped, and as of which day.

use chrono::{Days, NaiveDate};
use eframe::egui::{Id, Key, Popup, PopupCloseBehavior, ScrollArea, Ui};
use satchel_core::query::{
    GroupBy, Listing, Period,
    pivot::{Look, Measure},
};
use tr::tr;

use super::{Desk, known_groups};
use crate::{
    design::{icons, palette, type_scale},
    locale::{self, text},
    shell::Context,
    views::reading,
    widgets::{Button, Input, menu},
};

const WIDE: f32 = 230.0;
const HIGH: f32 = 420.0;

pub fn measure(ui: &mut Ui, cx: &Context, desk: Desk, look: &mut Look) {
    let listing = desk.listing();
    let words = super::words::measure_of(cx.records, listing, &look.layout.measure);
    let name = tr!("Measure: {}", words);
    let button = ui.add(Button::new(&words).name(&name).trailing(icons::UNFOLD));
    Popup::menu(&button).show(|ui| {
        list(ui, |ui| {
            for known in measures(cx, listing) {
                if menu::choice(ui, &text(&known.label), known.name == look.layout.measure).clicked() {
                    look.layout.measure = known.name;
                }
            }
        });
    });
}

/// Probable turnover and what one asks for most first.
fn measures(cx: &Context, listing: Listing) -> Vec<Measure> {
    let first = ["prorated_revenue", "expected_revenue", "count", "recurring_revenue_monthly"];
    let mut all = Measure::all(cx.records, listing);
    all.sort_by_key(|m| first.iter().position(|name| *name == m.name).unwrap_or(first.len()));
    all
}

/// The rows, the rows within them, the columns.
pub fn groups(ui: &mut Ui, cx: &mut Context, desk: Desk, look: &mut Look) {
    let listing = desk.listing();
    let said = |cx: &Context, group: &str| {
        let by = GroupBy::parse(cx.records, listing, group).ok();
        let field = by.map_or_else(|| group.to_owned(), |by| text(&by.field.label));
        match group.split_once(':') {
            Some((_, period)) => tr!("{field} by {period}", field, period = text(period)),
            None => field,
        }
    };
    for level in 0..=cx.query.group_by.len().min(1) {
        let now = cx.query.group_by.get(level).cloned();
        let words = match (&now, level) {
            (Some(group), 0) => tr!("Rows: {}", said(cx, group)),
            (Some(group), _) => tr!("then {}", said(cx, group)),
            (None, 0) => tr!("Rows: none"),
            (None, _) => tr!("then …"),
        };
        let name = if level == 0 { words.clone() } else { tr!("Rows within rows: {}", words) };
        if let Some(chosen) = group(ui, cx, listing, &words, &name, now.as_deref()) {
            match (chosen, level < cx.query.group_by.len()) {
                (Some(group), true) => cx.query.group_by[level] = group,
                (Some(group), false) => cx.query.group_by.push(group),
                (None, true) => _ = cx.query.group_by.remove(level),
                (None, false) => {}
            }
        }
    }
    let words = match &look.layout.column {
        Some(group) => tr!("Columns: {}", said(cx, group)),
        None => tr!("Columns: none"),
    };
    let now = look.layout.column.clone();
    if let Some(chosen) = group(ui, cx, listing, &words, &words, now.as_deref()) {
        look.layout.column = chosen;
    }
}

/// A button with the groups to choose from, for dates by period. What was chosen: a group, or none.
fn group(
    ui: &mut Ui,
    cx: &Context,
    listing: Listing,
    words: &str,
    name: &str,
    now: Option<&str>,
) -> Option<Option<String>> {
    let button = ui.add(Button::new(words).name(name).trailing(icons::UNFOLD));
    let mut chosen = None;
    Popup::menu(&button).show(|ui| {
        list(ui, |ui| {
            if menu::choice(ui, &tr!("Not grouped"), now.is_none()).clicked() {
                chosen = Some(None);
            }
            let field = |group: &str| group.split(':').next().unwrap_or_default().to_owned();
            for (label, known) in known_groups(cx, listing) {
                let is_now = now.is_some_and(|now| field(now) == field(&known));
                if menu::choice(ui, &label, is_now).clicked() && !is_now {
                    chosen = Some(Some(known.clone()));
                }
                if !is_now || !known.contains(':') {
                    continue;
                }
                for period in ["day", "week", "month", "quarter", "year"] {
                    let group = format!("{}:{period}", field(&known));
                    let words = tr!("{field} by {period}", field = label, period = text(period));
                    if menu::choice(ui, &words, now == Some(&*group)).clicked() {
                        chosen = Some(Some(group));
                    }
                }
            }
        });
    });
    chosen
}

fn list(ui: &mut Ui, add: impl FnOnce(&mut Ui)) {
    ui.set_min_width(WIDE);
    ui.spacing_mut().item_spacing.y = 0.0;
    ScrollArea::vertical().max_height(HIGH).show(ui, add);
}

/// As of which day, chosen or typed.
#[derive(Default)]
pub struct Day {
    typed: String,
    problem: Option<String>,
}

impl Day {
    pub fn show(&mut self, ui: &mut Ui, cx: &Context, as_of: &mut Option<NaiveDate>) {
        let words = match as_of {
            None => tr!("As of now"),
            Some(day) => tr!("As of {}", cx.day(*day)),
        };
        let button = ui.add(Button::new(&words).icon(icons::HISTORY).selected(as_of.is_some()));
        let popup = Popup::menu(&button).close_behavior(PopupCloseBehavior::CloseOnClickOutside);
        popup.show(|ui| {
            ui.set_width(WIDE);
            ui.spacing_mut().item_spacing.y = 2.0;
            let name = tr!("Another day");
            let hint = locale::month_day(cx.today);
            let input = Input::new(&mut self.typed, &name).hint(&hint).wrong(self.problem.is_some());
            let response = input.id(Id::unique("as of")).show(ui);
            if button.clicked() {
                (self.typed, self.problem) = (String::new(), None);
                response.request_focus();
            }
            if response.changed() {
                self.problem = None;
            }
            if let Some(problem) = &self.problem {
                ui.label(type_scale::SECONDARY.text(problem).color(palette(ui).late.text));
            }
            if response.lost_focus() && ui.input(|i| i.key_pressed(Key::Enter)) {
                match past_day(&self.typed, cx.today) {
                    Ok(day) => {
                        *as_of = day;
                        ui.close();
                    }
                    Err(why) => {
                        self.problem = Some(why);
                        response.request_focus();
                    }
                }
            }
            if menu::choice(ui, &tr!("Now"), as_of.is_none()).clicked() {
                *as_of = None;
                ui.close();
            }
            for (period, words) in [
                (Period::Week, tr!("End of last week")),
                (Period::Month, tr!("End of last month")),
                (Period::Quarter, tr!("End of last quarter")),
                (Period::Year, tr!("End of last year")),
            ] {
                let Some(day) = period.start(cx.today).checked_sub_days(Days::new(1)) else { continue };
                if menu::choice(ui, &words, *as_of == Some(day)).clicked() {
                    *as_of = Some(day);
                    ui.close();
                }
            }
        });
    }
}

/// A day that is over; nothing for today. A day without a year is the last such day.
pub fn past_day(text: &str, today: NaiveDate) -> Result<Option<NaiveDate>, String> {
    let Some(day) = reading::day(text, today)? else { return Ok(None) };
    let has_year = text.split(|c: char| !c.is_ascii_digit()).any(|part| part.len() == 4);
    let day = match day > today && !has_year {
        true => Period::Year.later(day, -1).unwrap_or(day),
        false => day,
    };
    match day.cmp(&today) {
        std::cmp::Ordering::Less => Ok(Some(day)),
        std::cmp::Ordering::Equal => Ok(None),
        std::cmp::Ordering::Greater => {
            Err(tr!("{} is still to come: choose a day that is over", locale::full_day(day)))
        }
    }
}
