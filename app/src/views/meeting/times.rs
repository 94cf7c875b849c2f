//! From when to when, typed: days, times, all day or not, and whose clock is meant.

use chrono::{NaiveDateTime, NaiveTime, TimeDelta};
use eframe::egui::{Id, Rect, Ui, vec2};
use satchel_core::{
    Message,
    value::{Stretch, Tz, When},
};
use tr::tr;

use crate::{
    design::{icons, palette, size, type_scale},
    locale,
    shell::Context,
    views::{calendar, format, reading, zone::ZonePicker},
    widgets::{Button, Input, in_place::select_all, picker::Picked, switch},
};

pub struct Times {
    start_day: String,
    start_time: String,
    stop_day: String,
    stop_time: String,
    all_day: bool,
    zone: Option<Tz>,
    /// Where it began when that could last be read: a start that is moved takes the end along.
    start: NaiveDateTime,
    /// Choosing another time zone.
    choosing: bool,
    zones: ZonePicker,
    /// Something in it was left: what is wrong is told from then on.
    is_touched: bool,
}

/// Between two fields: a field leaves its own margin of 9 uncounted.
const BESIDE: f32 = 15.0;

impl Times {
    pub fn new(when: When) -> Times {
        let (start, stop) = match when.stretch() {
            Stretch::Days { first, last } => {
                (first.and_time(morning()), last.and_time(morning() + TimeDelta::hours(1)))
            }
            Stretch::Hours { start, stop, .. } => (start, stop),
        };
        Times {
            start_day: locale::full_day(start.date()),
            start_time: locale::clock(start.time()),
            stop_day: locale::full_day(stop.date()),
            stop_time: locale::clock(stop.time()),
            all_day: when.is_all_day(),
            zone: when.zone(),
            start,
            choosing: false,
            zones: ZonePicker::default(),
            is_touched: false,
        }
    }

    /// What is typed, or what is wrong with it.
    pub fn when(&self, cx: &Context) -> Result<When, String> {
        let day = |text: &str, what: String| match reading::day(text, cx.today) {
            Ok(Some(day)) => Ok(day),
            Ok(None) => Err(what),
            Err(why) => Err(why),
        };
        let first = day(&self.start_day, tr!("Say on which day it begins"))?;
        let last = day(&self.stop_day, tr!("Say on which day it ends"))?;
        let said = |why: Message| format::capital(&locale::said(&why));
        if self.all_day {
            return When::days(first, last).map_err(said);
        }
        let (start, stop) = (reading::clock(&self.start_time)?, reading::clock(&self.stop_time)?);
        When::hours(first.and_time(start), last.and_time(stop), self.zone).map_err(said)
    }

    pub fn start(&self) -> NaiveDateTime {
        self.start
    }

    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context, tried: bool) {
        let p = palette(ui);
        let when = self.when(cx);
        let wrong = when.is_err() && (self.is_touched || tried);
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            let mut left = false;
            let mut field = |ui: &mut Ui, text: &mut String, name: &str, wide: f32| {
                let response = Input::new(text, name).width(wide).wrong(wrong).show(ui);
                if response.gained_focus() && !response.clicked() {
                    select_all(&response, text);
                }
                left |= response.lost_focus();
                response.lost_focus()
            };
            let mut started = field(ui, &mut self.start_day, &tr!("Start day"), 128.0);
            if !self.all_day {
                ui.add_space(BESIDE);
                started |= field(ui, &mut self.start_time, &tr!("Start time"), 78.0);
            }
            ui.add_space(BESIDE);
            ui.label(type_scale::BODY.text("–").color(p.text3));
            ui.add_space(8.0);
            if !self.all_day {
                field(ui, &mut self.stop_time, &tr!("End time"), 78.0);
                ui.add_space(BESIDE);
            }
            field(ui, &mut self.stop_day, &tr!("End day"), 128.0);
            if started {
                self.take_end_along(cx);
            }
            if left {
                self.is_touched = true;
                self.tidy(cx);
            }
        });
        if let (Err(why), true) = (&when, wrong) {
            ui.label(type_scale::SECONDARY.text(why).color(p.late.text));
        }
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 8.0;
            if switch::show(ui, self.all_day, &tr!("All day")).clicked() {
                self.all_day = !self.all_day;
                if !self.all_day && self.zone.is_none() {
                    self.zone = Some(cx.environment.zone().name());
                }
            }
            ui.label(type_scale::BODY.text(tr!("All day")));
            if let Ok(when) = when {
                ui.add_space(6.0);
                self.length(ui, cx, when);
            }
        });
        if self.choosing {
            self.choose_zone(ui);
        }
    }

    /// How long it lasts, by whose clock, and when that is here.
    fn length(&mut self, ui: &mut Ui, cx: &Context, when: When) {
        let p = palette(ui);
        let Stretch::Hours { start, stop, zone } = when.stretch() else { return };
        let length = calendar::minutes_words((stop - start).num_minutes());
        ui.label(type_scale::SECONDARY.text(length).color(p.text3));
        let name = zone.map_or_else(|| tr!("No time zone"), |zone| calendar::zone_name(zone.name()));
        let label = tr!("Time zone: {}", name);
        if ui.add(Button::ghost(&name).name(&label).icon(icons::WORLD).small()).clicked() {
            self.choosing = !self.choosing;
        }
        let here = cx.environment.zone();
        let moments = when.moments(&here);
        if zone.is_some() && here.wall(moments.start) != start {
            let time = locale::clock(here.wall(moments.start).time());
            let day = format::day(here.day(moments.start), cx.today);
            ui.label(type_scale::SECONDARY.text(tr!("here {day}, {time}", day, time)).color(p.text3));
        }
    }

    fn choose_zone(&mut self, ui: &mut Ui) {
        let (_, rect) = ui.allocate_space(vec2(ui.available_width().min(300.0), size::CONTROL));
        match self.zones.show(ui, rect, Id::unique("meeting's zone"), self.zone, "") {
            Picked::Item(zone) => {
                self.zone = Some(zone);
                self.choosing = false;
            }
            Picked::Cleared => {
                self.zone = None;
                self.choosing = false;
            }
            _ => {}
        }
        if let Some(why) = self.zones.problem() {
            ui.label(type_scale::SECONDARY.text(why).color(palette(ui).late.text));
        }
    }

    /// The end follows a start that was moved; also where Ctrl+Enter saves while the start has the focus.
    pub fn take_end_along(&mut self, cx: &Context) {
        let day = reading::day(&self.start_day, cx.today).ok().flatten();
        let time = if self.all_day { Ok(self.start.time()) } else { reading::clock(&self.start_time) };
        let (Some(day), Ok(time)) = (day, time) else { return };
        let start = day.and_time(time);
        let by = start - self.start;
        self.start = start;
        let stop_day = reading::day(&self.stop_day, cx.today).ok().flatten();
        if let (Some(stop_day), Ok(stop_time)) = (stop_day, reading::clock(&self.stop_time))
            && let Some(stop) = stop_day.and_time(stop_time).checked_add_signed(by)
        {
            self.stop_day = locale::full_day(stop.date());
            self.stop_time = locale::clock(stop.time());
        }
    }

    /// What can be read is written as it is written here.
    fn tidy(&mut self, cx: &Context) {
        for text in [&mut self.start_day, &mut self.stop_day] {
            if let Ok(Some(day)) = reading::day(text, cx.today) {
                *text = locale::full_day(day);
            }
        }
        for text in [&mut self.start_time, &mut self.stop_time] {
            if let Ok(time) = reading::clock(text) {
                *text = locale::clock(time);
            }
        }
    }

    /// What of it would be lost.
    pub fn texts(&self) -> (&str, &str, &str, &str, bool, Option<Tz>) {
        (&self.start_day, &self.start_time, &self.stop_day, &self.stop_time, self.all_day, self.zone)
    }
}

fn morning() -> NaiveTime {
    NaiveTime::from_hms_opt(9, 0, 0).unwrap_or_default()
}

/// Somewhere for what stands under an icon.
pub fn under_icon(ui: &mut Ui, icon: crate::design::Icon, add: impl FnOnce(&mut Ui)) {
    let p = palette(ui);
    let left = ui.cursor().min;
    let width = ui.available_width();
    icons::paint(ui.painter(), icon, left + vec2(9.0, size::CONTROL / 2.0), size::ICON, p.text3);
    let room = Rect::from_min_size(left + vec2(32.0, 0.0), vec2(width - 32.0, f32::INFINITY));
    let mut child = ui.new_child(eframe::egui::UiBuilder::new().max_rect(room));
    child.spacing_mut().item_spacing.y = 6.0;
    add(&mut child);
    let bottom = child.min_rect().bottom().max(left.y + size::CONTROL);
    ui.allocate_rect(
        Rect::from_min_max(left, eframe::egui::pos2(left.x + width, bottom)),
        eframe::egui::Sense::hover(),
    );
}
