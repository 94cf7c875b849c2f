//! How often it comes about: what most rules say as a choice, any other rule as it is.

use chrono::{Datelike, NaiveDate, Weekday};
use eframe::egui::{Popup, Ui};
use satchel_core::{calendar::Recurrence, value::When};
use tr::tr;

use crate::{
    design::{icons, palette, size, type_scale},
    locale,
    shell::Context,
    views::reading,
    widgets::{Button, Input, menu},
};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Freq {
    #[default]
    Never,
    Daily,
    Weekly,
    Monthly,
    Yearly,
    /// A rule of its own making.
    Custom,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum End {
    #[default]
    Never,
    On,
    After,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Repeat {
    freq: Freq,
    every: String,
    /// From Monday on; of a week.
    days: [bool; 7],
    /// The second Tuesday rather than the tenth; of a month.
    by_weekday: bool,
    end: End,
    until: String,
    count: String,
    custom: String,
}

const NAMES: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
const WEEKDAYS: [Weekday; 7] =
    [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];

impl Repeat {
    /// Of a series that is first on a day.
    pub fn read(text: &str, first: NaiveDate) -> Repeat {
        let plain = Repeat { every: "1".to_owned(), count: "10".to_owned(), ..Repeat::default() };
        if text.trim().is_empty() {
            return plain;
        }
        let custom = Repeat { freq: Freq::Custom, custom: text.trim().to_owned(), ..plain.clone() };
        parts(text, first, plain).unwrap_or(custom)
    }

    /// Lines of RFC 5545; nothing where it comes about once.
    ///
    /// Errors: what is wrong with it, in words.
    pub fn text(&self, first: NaiveDate, today: NaiveDate) -> Result<String, String> {
        let freq = match self.freq {
            Freq::Never => return Ok(String::new()),
            Freq::Custom => return Ok(self.custom.trim().to_owned()),
            Freq::Daily => "DAILY",
            Freq::Weekly => "WEEKLY",
            Freq::Monthly => "MONTHLY",
            Freq::Yearly => "YEARLY",
        };
        let mut rule = format!("RRULE:FREQ={freq}");
        let whole = |text: &str| text.trim().parse::<u16>().ok().filter(|n| (1..=999).contains(n));
        match whole(&self.every) {
            Some(1) => {}
            Some(every) => rule.push_str(&format!(";INTERVAL={every}")),
            None => return Err(tr!("‘{}’ is no number of times: write 1 or more", self.every.trim())),
        }
        if self.freq == Freq::Weekly {
            let chosen: Vec<&str> = NAMES.iter().zip(self.days).filter(|(_, on)| *on).map(|(name, _)| *name).collect();
            let own = NAMES[first.weekday().num_days_from_monday() as usize];
            if !chosen.is_empty() && chosen != [own] {
                rule.push_str(&format!(";BYDAY={}", chosen.join(",")));
            }
        }
        if self.freq == Freq::Monthly && self.by_weekday {
            rule.push_str(&format!(";BYDAY={}{}", nth(first), NAMES[first.weekday().num_days_from_monday() as usize]));
        }
        match self.end {
            End::Never => {}
            End::On => match reading::day(&self.until, today)? {
                Some(day) if day < first => return Err(tr!("It would end before it begins: give a later day")),
                Some(day) => rule.push_str(&format!(";UNTIL={}{:02}{:02}", day.year(), day.month(), day.day())),
                None => return Err(tr!("Say on which day it ends")),
            },
            End::After => match whole(&self.count) {
                Some(count) => rule.push_str(&format!(";COUNT={count}")),
                None => return Err(tr!("‘{}’ is no number of times: write 1 or more", self.count.trim())),
            },
        }
        Ok(rule)
    }

    /// What is wrong with it, for a meeting that is first then.
    pub fn problem(&self, when: Option<When>, today: NaiveDate) -> Option<String> {
        let when = when?;
        match self.text(when.start().date(), today) {
            Err(why) => Some(why),
            Ok(text) if text.is_empty() => None,
            Ok(text) => Recurrence::parse(&text, when).err().map(|why| locale::said(&why)),
        }
    }

    pub fn show(&mut self, ui: &mut Ui, cx: &Context, first: NaiveDate, when: Option<When>) {
        let p = palette(ui);
        let choices = [
            (Freq::Never, tr!("Does not repeat")),
            (Freq::Daily, tr!("Every day")),
            (Freq::Weekly, tr!("Every week")),
            (Freq::Monthly, tr!("Every month")),
            (Freq::Yearly, tr!("Every year")),
            (Freq::Custom, tr!("A rule of your own")),
        ];
        let now = choices.iter().find(|(freq, _)| *freq == self.freq).map_or("", |(_, words)| words.as_str());
        let name = tr!("Repeat: {}", now);
        let button = ui.add(Button::new(now).name(&name).trailing(icons::EXPAND_MORE));
        Popup::menu(&button).gap(4.0).width(200.0).show(|ui| {
            for (freq, words) in &choices {
                if menu::choice(ui, words, *freq == self.freq).clicked() {
                    self.turn_to(*freq, first, cx.today);
                }
            }
        });
        if self.freq == Freq::Never {
            return;
        }
        if self.freq == Freq::Custom {
            let (name, hint) = (tr!("Rule"), "RRULE:FREQ=WEEKLY;BYDAY=MO,WE");
            let rows = self.custom.lines().count().clamp(1, 4);
            Input::new(&mut self.custom, &name).hint(hint).rows(rows.max(2)).show(ui);
        } else {
            self.every(ui);
            if self.freq == Freq::Weekly {
                self.weekdays(ui, first);
            }
            if self.freq == Freq::Monthly {
                self.day_of_month(ui, first);
            }
            self.ends(ui, first);
        }
        if let Some(why) = self.problem(when, cx.today) {
            ui.label(type_scale::SECONDARY.text(why).color(p.late.text));
        }
    }

    fn turn_to(&mut self, freq: Freq, first: NaiveDate, today: NaiveDate) {
        if freq == Freq::Custom && self.custom.is_empty() {
            self.custom = self.text(first, today).unwrap_or_default();
        }
        self.freq = freq;
        if freq == Freq::Weekly && !self.days.contains(&true) {
            self.days[first.weekday().num_days_from_monday() as usize] = true;
        }
        if self.until.is_empty() {
            self.until = first.checked_add_months(chrono::Months::new(3)).map(locale::full_day).unwrap_or_default();
        }
    }

    fn every(&mut self, ui: &mut Ui) {
        let unit = match self.freq {
            Freq::Daily => tr!("days"),
            Freq::Weekly => tr!("weeks"),
            Freq::Monthly => tr!("months"),
            _ => tr!("years"),
        };
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 8.0;
            ui.label(type_scale::BODY.text(tr!("Every")));
            let name = tr!("Every so many {}", unit);
            Input::new(&mut self.every, &name).width(52.0).show(ui);
            ui.add_space(8.0);
            ui.label(type_scale::BODY.text(unit));
        });
    }

    fn weekdays(&mut self, ui: &mut Ui, first: NaiveDate) {
        let begins = locale::current().region.first_weekday();
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 4.0;
            let mut day = begins;
            for _ in 0..7 {
                let at = day.num_days_from_monday() as usize;
                let words: String = locale::weekday(day).chars().take(2).collect();
                let name = tr!("On {}", locale::full_weekday(day));
                let own = day == first.weekday();
                if ui.add(Button::new(&words).name(&name).width(36.0).selected(self.days[at])).clicked() && !own {
                    self.days[at] = !self.days[at];
                }
                day = day.succ();
            }
        });
    }

    fn day_of_month(&mut self, ui: &mut Ui, first: NaiveDate) {
        let nth = match nth(first) {
            1 => tr!("On the first {}", locale::full_weekday(first.weekday())),
            2 => tr!("On the second {}", locale::full_weekday(first.weekday())),
            3 => tr!("On the third {}", locale::full_weekday(first.weekday())),
            4 => tr!("On the fourth {}", locale::full_weekday(first.weekday())),
            _ => tr!("On the last {}", locale::full_weekday(first.weekday())),
        };
        let day = tr!("On day {}", first.day());
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 4.0;
            for (by_weekday, words) in [(false, &day), (true, &nth)] {
                if ui.add(Button::new(words).selected(self.by_weekday == by_weekday)).clicked() {
                    self.by_weekday = by_weekday;
                }
            }
        });
    }

    fn ends(&mut self, ui: &mut Ui, first: NaiveDate) {
        let ends =
            [(End::Never, tr!("Without an end")), (End::On, tr!("Until a day")), (End::After, tr!("So many times"))];
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 4.0;
            for (end, words) in &ends {
                if ui.add(Button::new(words).selected(self.end == *end)).clicked() {
                    self.end = *end;
                    if self.until.is_empty() {
                        self.until = locale::full_day(first);
                    }
                }
            }
            ui.add_space(4.0);
            match self.end {
                End::Never => {}
                End::On => {
                    _ = Input::new(&mut self.until, &tr!("Last day")).width(130.0).height(size::CONTROL).show(ui)
                }
                End::After => _ = Input::new(&mut self.count, &tr!("How many times")).width(56.0).show(ui),
            }
        });
    }
}

/// Which one of its month a day is; 5 and beyond: the last.
fn nth(day: NaiveDate) -> i64 {
    match (day.day() - 1) / 7 + 1 {
        5 => -1,
        nth => i64::from(nth),
    }
}

/// The choices that say what a rule says; nothing where none do.
fn parts(text: &str, first: NaiveDate, mut repeat: Repeat) -> Option<Repeat> {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let (line, None) = (lines.next()?, lines.next()) else { return None };
    let rule = line.strip_prefix("RRULE:").unwrap_or(line);
    for part in rule.split(';') {
        let (name, value) = part.split_once('=')?;
        match (name, value) {
            ("FREQ", "DAILY") => repeat.freq = Freq::Daily,
            ("FREQ", "WEEKLY") => repeat.freq = Freq::Weekly,
            ("FREQ", "MONTHLY") => repeat.freq = Freq::Monthly,
            ("FREQ", "YEARLY") => repeat.freq = Freq::Yearly,
            ("INTERVAL", every) => repeat.every = every.parse::<u16>().ok()?.to_string(),
            ("COUNT", count) => {
                repeat.end = End::After;
                repeat.count = count.parse::<u16>().ok()?.to_string();
            }
            // With a time of day it says more than a day does.
            ("UNTIL", until) if until.len() == 8 => {
                repeat.end = End::On;
                repeat.until = locale::full_day(NaiveDate::parse_from_str(until, "%Y%m%d").ok()?);
            }
            ("BYDAY", days) if repeat.freq == Freq::Weekly => {
                for day in days.split(',') {
                    repeat.days[NAMES.iter().position(|name| *name == day)?] = true;
                }
            }
            ("BYDAY", day) if repeat.freq == Freq::Monthly => {
                let own = format!("{}{}", nth(first), NAMES[first.weekday().num_days_from_monday() as usize]);
                if day != own {
                    return None;
                }
                repeat.by_weekday = true;
            }
            ("BYMONTHDAY", day) if repeat.freq == Freq::Monthly && day == first.day().to_string() => {}
            ("WKST", "MO") => {}
            _ => return None,
        }
    }
    if repeat.freq == Freq::Weekly && !repeat.days.contains(&true) {
        repeat.days[WEEKDAYS.iter().position(|day| *day == first.weekday())?] = true;
    }
    (repeat.freq != Freq::Never).then_some(repeat)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_rules_say_is_chosen_and_said_again() {
        let tuesday = NaiveDate::from_ymd_opt(2026, 11, 10).unwrap();
        for rule in [
            "",
            "RRULE:FREQ=DAILY",
            "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TU;COUNT=12",
            "RRULE:FREQ=MONTHLY;BYDAY=2TU",
            "RRULE:FREQ=YEARLY;UNTIL=20301231",
            "RRULE:FREQ=MONTHLY;BYDAY=-1FR",
            "RRULE:FREQ=DAILY\nEXDATE:20261112T100000",
        ] {
            assert_eq!(Repeat::read(rule, tuesday).text(tuesday, tuesday).as_deref(), Ok(rule));
        }
        assert_eq!(Repeat::read("RRULE:FREQ=MONTHLY;BYDAY=-1FR", tuesday).freq, Freq::Custom, "shown as it is");
        let never = Repeat { until: "9 Nov 2026".into(), end: End::On, ..Repeat::read("FREQ=DAILY", tuesday) };
        assert!(never.text(tuesday, tuesday).unwrap_err().contains("before it begins"));
    }
}
