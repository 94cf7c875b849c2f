//! The calendar by keyboard: arrows choose, with Shift they make longer, with Alt they move.

use chrono::{NaiveDateTime, TimeDelta};
use eframe::egui::{Key, Modifiers, Ui};

use super::{
    CalendarView, Target,
    place::{Place, STEP, USUAL},
    shown::{Item, Shown, minutes_of},
    span::{Mode, later},
};
use crate::shell::{Context, UiCommand};

const SLOT: i64 = 30;
const ARROWS: [(Key, i64, i64); 4] =
    [(Key::ArrowLeft, -1, 0), (Key::ArrowRight, 1, 0), (Key::ArrowUp, 0, -1), (Key::ArrowDown, 0, 1)];

impl CalendarView {
    pub(super) fn keys(&mut self, ui: &Ui, cx: &mut Context, shown: &Shown) {
        let ctx = ui.ctx();
        let here = self.focused.take();
        if UiCommand::is_covered(ctx) || ctx.text_edit_focused() {
            return;
        }
        let key = |key| UiCommand::key_pressed(ctx, key);
        if let Some(mode) = Mode::ALL.into_iter().find(|mode| key(mode.key())) {
            self.turn_to(cx, mode);
        }
        if key(Key::T) {
            self.go_to_today(cx);
        }
        for (pressed, by) in [(Key::PageUp, -1), (Key::PageDown, 1)] {
            if key(pressed) {
                self.step(cx, by);
            }
        }
        if key(Key::N) {
            self.begin_at(cx, here);
        }
        let is_free = here.is_some() || ui.memory(|m| m.focused().is_none());
        if !is_free || self.drag.is_some() {
            return;
        }
        let item = match here {
            Some(Target::Item(key)) => shown.find(key),
            _ => None,
        };
        if let Some(item) = item
            && (key(Key::Delete) || key(Key::Backspace))
        {
            self.cancel(cx, item);
            return;
        }
        let pressed = |modifiers, key| ui.input_mut(|i| i.consume_key(modifiers, key));
        for (key, x, y) in ARROWS {
            if let Some(item) = item
                && pressed(Modifiers::ALT, key)
            {
                self.shift(cx, item, x, y);
                return;
            }
            if pressed(Modifiers::SHIFT, key) {
                self.stretch(cx, here, item, x, y);
                return;
            }
            if ui.input(|i| !i.modifiers.alt) && pressed(Modifiers::NONE, key) {
                self.go(cx, here, item, shown, x, y);
                return;
            }
        }
    }

    /// Moves what is chosen: by quarters of an hour and by days.
    fn shift(&mut self, cx: &mut Context, item: &Item, x: i64, y: i64) {
        let place = self.place_of(item);
        let moved = match (place, self.has_hours()) {
            (Place::Hours { .. }, true) => place.moved(x, y * STEP),
            (_, false) if self.mode == Mode::Month => place.moved(x + 7 * y, 0),
            _ => place.moved(x + y, 0),
        };
        self.put(cx, item, moved);
        self.keep_in_sight(moved);
    }

    fn stretch(&mut self, cx: &mut Context, here: Option<Target>, item: Option<&Item>, x: i64, y: i64) {
        match (here, item) {
            (_, Some(item)) if item.has_length() => {
                let place = self.place_of(item);
                let longer =
                    if place.is_all_day() { place.longer(x + y, 0) } else { place.longer(0, (x * 4 + y) * STEP) };
                self.put(cx, item, longer);
            }
            (Some(Target::Slot { start, minutes }), _) => {
                let minutes = (minutes + y * SLOT).clamp(SLOT, 24 * 60 - minutes_of(start));
                self.choose(Target::Slot { start, minutes });
            }
            _ => {}
        }
    }

    fn choose(&mut self, target: Target) {
        self.at = Some(target);
        self.follow = true;
    }

    /// To the next slot or thing in this direction.
    fn go(&mut self, cx: &mut Context, here: Option<Target>, item: Option<&Item>, shown: &Shown, x: i64, y: i64) {
        let now = self.place_of_cursor(cx, here, item);
        if here.is_none() {
            let first =
                if self.has_hours() { Target::Slot { start: now, minutes: SLOT } } else { Target::Day(now.date()) };
            match (self.mode, shown.items.first()) {
                (Mode::Agenda, Some(item)) => self.choose(Target::Item(item.key)),
                (Mode::Agenda, None) => {}
                _ => self.choose(first),
            }
            // This key moves egui's focus too, as nothing has it that would keep the arrows.
            self.follow = false;
            self.follow_next = true;
            return;
        }
        match self.mode {
            Mode::Agenda => {
                let next = match item.and_then(|item| shown.items.iter().position(|other| other.key == item.key)) {
                    Some(at) => at.checked_add_signed((x + y) as isize).and_then(|at| shown.items.get(at)),
                    // A day or an hour was chosen where those are drawn.
                    None => shown.items.iter().find(|item| item.place.first() >= now.date()),
                };
                if let Some(next) = next {
                    self.choose(Target::Item(next.key));
                }
            }
            Mode::Month => self.go_by_days(now, item, shown, x, y),
            _ => self.go_by_hours(now, item, shown, x, y),
        }
    }

    /// Down and up through what is on a day, then to the day a week later or before.
    fn go_by_days(&mut self, now: NaiveDateTime, item: Option<&Item>, shown: &Shown, x: i64, y: i64) {
        let day = now.date();
        let on = shown.of_day(day);
        let at = item.and_then(|item| on.iter().position(|at| shown.items[*at].key == item.key));
        let next = match (at, y) {
            (_, 0) => None,
            (None, 1) => on.first(),
            (Some(at), _) => at.checked_add_signed(y as isize).and_then(|at| on.get(at)),
            _ => None,
        };
        match next {
            Some(next) => self.choose(Target::Item(shown.items[*next].key)),
            None if at.is_some() && y < 0 => self.choose(Target::Day(day)),
            None => {
                let day = later(day, x + 7 * y);
                self.keep_day_in_sight(day);
                self.choose(Target::Day(day));
            }
        }
    }

    /// Over slots; where something stands, to that.
    fn go_by_hours(&mut self, now: NaiveDateTime, item: Option<&Item>, shown: &Shown, x: i64, y: i64) {
        let day = now.date();
        let is_timed = |item: &Item| !item.place.is_bar();
        if let Some(item) = item
            && y != 0
        {
            let on: Vec<&Item> = shown.of_day(day).iter().map(|at| &shown.items[*at]).collect();
            let at = on.iter().position(|other| other.key == item.key);
            let next = at.and_then(|at| at.checked_add_signed(y as isize)).and_then(|at| on.get(at)).copied();
            let beside = |next: &&Item| match (item.place, next.place) {
                _ if !is_timed(item) || !is_timed(next) => {
                    !is_timed(item) && !is_timed(next) || y < 0 && is_timed(item)
                }
                (Place::Hours { start, stop }, Place::Hours { start: a, stop: b }) => a < stop && start < b,
                _ => false,
            };
            if let Some(next) = next.filter(beside) {
                self.choose(Target::Item(next.key));
                return;
            }
        }
        let slot = match (item.map(|item| item.place), y) {
            (Some(Place::Hours { stop, .. }), 1) if item.is_some_and(is_timed) => ceil(stop),
            (Some(place), 1) if place.is_bar() => day.and_time(chrono::NaiveTime::MIN) + TimeDelta::hours(8),
            (Some(_), 1) => now,
            _ => now + TimeDelta::days(x) + TimeDelta::minutes(y * SLOT),
        };
        if slot.date() != day && y != 0 {
            // Above the first hour lies what lasts all day.
            let bar = shown.of_day(day).iter().map(|at| &shown.items[*at]).find(|item| !is_timed(item));
            if let (Some(bar), true) = (bar, y < 0) {
                self.choose(Target::Item(bar.key));
            }
            return;
        }
        self.keep_day_in_sight(slot.date());
        let stands = shown.of_day(slot.date()).iter().map(|at| &shown.items[*at]).find(|other| match other.place {
            Place::Hours { start, stop } => {
                is_timed(other)
                    && start < slot + TimeDelta::minutes(SLOT)
                    && stop > slot
                    && Some(other.key) != item.map(|i| i.key)
            }
            Place::Days { .. } => false,
        });
        match stands {
            Some(item) => self.choose(Target::Item(item.key)),
            None => self.choose(Target::Slot { start: slot, minutes: SLOT }),
        }
    }

    /// Where the arrows begin: the chosen slot, else where the chosen thing begins, else now.
    fn place_of_cursor(&self, cx: &Context, here: Option<Target>, item: Option<&Item>) -> NaiveDateTime {
        match (here, item.map(|item| item.place)) {
            (Some(Target::Slot { start, .. }), _) => start,
            (Some(Target::Day(day)), _) => day.and_time(chrono::NaiveTime::MIN),
            (_, Some(Place::Hours { start, .. })) => floor(start),
            (_, Some(Place::Days { first, .. })) => {
                let (from, _) = self.mode.span(self.day(cx));
                first.max(from).and_time(chrono::NaiveTime::MIN) + TimeDelta::hours(8)
            }
            _ => {
                let now = floor(cx.environment.zone().wall(cx.now));
                let (from, to) = self.mode.span(self.day(cx));
                let is_seen = (from..to).contains(&now.date());
                if is_seen { now } else { from.and_time(chrono::NaiveTime::MIN) + TimeDelta::hours(8) }
            }
        }
    }

    /// Something new where the arrows stand.
    fn begin_at(&mut self, cx: &mut Context, here: Option<Target>) {
        match here {
            Some(Target::Slot { start, minutes }) => {
                let length = if minutes <= SLOT { USUAL } else { minutes };
                self.begin(cx, Place::hours(start, length));
            }
            Some(Target::Day(day)) => self.begin(cx, Place::hours(self.usual_start(cx, day), USUAL)),
            _ => self.begin_anywhere(cx),
        }
    }

    fn keep_in_sight(&mut self, place: Place) {
        self.follow = true;
        self.keep_day_in_sight(place.first());
    }

    fn keep_day_in_sight(&mut self, day: chrono::NaiveDate) {
        if let Some(at) = self.day {
            let (from, to) = self.mode.span(at);
            if !(from..to).contains(&day) {
                self.day = Some(day);
            }
        }
    }
}

fn floor(time: NaiveDateTime) -> NaiveDateTime {
    let minutes = minutes_of(time);
    time.date().and_time(chrono::NaiveTime::MIN) + TimeDelta::minutes(minutes / SLOT * SLOT)
}

fn ceil(time: NaiveDateTime) -> NaiveDateTime {
    let down = floor(time);
    if down == time { down } else { down + TimeDelta::minutes(SLOT) }
}
