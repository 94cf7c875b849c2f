//! Putting an activity off: to today, tomorrow or next Monday by one key each, or to a day that is typed.

use chrono::{Days, NaiveDate, Weekday};
use eframe::egui::{Id, Key, Modifiers, Popup, PopupCloseBehavior, Response, Ui};
use tr::tr;

use crate::{
    design::{icons, palette, type_scale},
    shell::UiCommand,
    views::{format, reading},
    widgets::{Input, menu},
};

/// What one of the keys means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    To(NaiveDate),
    /// To a day that is yet to be said.
    Ask,
}

/// The usual days, with their keys `1` to `3`.
pub fn days(today: NaiveDate) -> [(String, NaiveDate); 3] {
    let monday = reading::next_weekday(today, Weekday::Mon);
    [
        (tr!("Today"), today),
        (tr!("Tomorrow"), today + Days::new(1)),
        (tr!("Next Monday, {}", format::day(monday, today)), monday),
    ]
}

/// The key of a day that is typed.
pub const ASK: &str = "4";

/// What was pressed for the activity in hand.
pub fn pressed(ui: &Ui, today: NaiveDate) -> Option<Wish> {
    let keys = [Key::Num1, Key::Num2, Key::Num3];
    let day = keys.into_iter().zip(days(today)).find(|(key, _)| UiCommand::key_pressed(ui.ctx(), *key));
    let ask = || UiCommand::key_pressed(ui.ctx(), Key::Num4).then_some(Wish::Ask);
    day.map(|(_, (_, day))| Wish::To(day)).or_else(ask)
}

/// The menu of days, and what is typed in it.
#[derive(Default)]
pub struct Snooze {
    text: String,
    error: Option<String>,
    /// Typing begins at once.
    ask: bool,
}

impl Snooze {
    /// Opens the menu of this id where a day is to be typed.
    pub fn open(&mut self, ui: &Ui, id: Id) {
        Popup::open_id(ui.ctx(), id);
        *self = Snooze { ask: true, ..Snooze::default() };
    }

    /// The day that was chosen.
    pub fn menu(&mut self, button: &Response, id: Id, today: NaiveDate) -> Option<NaiveDate> {
        if button.clicked() {
            *self = Snooze::default();
        }
        let menu = Popup::menu(button).id(id).gap(4.0).width(236.0);
        let menu = menu.close_behavior(PopupCloseBehavior::CloseOnClickOutside);
        let shown = menu.show(|ui| {
            ui.spacing_mut().item_spacing.y = 1.0;
            let chosen = self.choices(ui, today);
            if chosen.is_some() {
                ui.close();
            }
            chosen
        });
        shown.and_then(|s| s.inner)
    }

    fn choices(&mut self, ui: &mut Ui, today: NaiveDate) -> Option<NaiveDate> {
        let mut chosen = None;
        let typing = ui.ctx().text_edit_focused();
        let pressed = |ui: &Ui, key| !typing && ui.input_mut(|i| i.consume_key(Modifiers::NONE, key));
        for (at, ((text, day), key)) in days(today).into_iter().zip([Key::Num1, Key::Num2, Key::Num3]).enumerate() {
            let keys = (at + 1).to_string();
            if menu::item(ui, None, &text, Some(&keys)).clicked() || pressed(ui, key) {
                chosen = Some(day);
            }
        }
        self.ask |= pressed(ui, Key::Num4);
        ui.add_space(4.0);
        let (name, hint) = (tr!("Another day"), tr!("Another day: 20 Nov, +3, friday"));
        let input = Input::new(&mut self.text, &name).hint(&hint).icon(icons::CALENDAR).wrong(self.error.is_some());
        let input = input.width(ui.available_width() - 4.0).show(ui);
        if std::mem::take(&mut self.ask) {
            input.request_focus();
        }
        if input.changed() {
            self.error = None;
        }
        if input.lost_focus() && ui.input_mut(|i| i.consume_key(Modifiers::NONE, Key::Enter)) {
            match reading::day(&self.text, today) {
                Ok(Some(day)) => chosen = Some(day),
                Ok(None) => self.error = Some(tr!("An activity needs a day: today, 2026-11-13, monday")),
                Err(reason) => self.error = Some(reason),
            }
            self.ask = self.error.is_some();
        }
        if let Some(error) = &self.error {
            ui.label(type_scale::SECONDARY.text(error).color(palette(ui).late.text));
        }
        chosen
    }
}
