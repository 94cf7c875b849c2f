//! A month of expected closings; one moved to another day closes then.

mod chip;
mod day;

use std::{collections::BTreeMap, rc::Rc};

use chrono::{Datelike, Days, Months, NaiveDate};
use eframe::egui::{Key, Rect, Stroke, StrokeKind, Ui, pos2, vec2};
use satchel_core::{
    DocId, Money,
    query::{Asker, Period, Query, forecast},
};
use tr::tr;

use super::Totals;
use crate::{
    design::{icons, palette, radius, size, type_scale},
    locale::{self, said},
    shell::{Context, UiCommand},
    widgets::{Button, Line, icon_button, line},
};

const HEAD: f32 = 28.0;
const DAY: f32 = 24.0;
const CHIP: f32 = 22.0;
const PITCH: f32 = 25.0;

type Closings = BTreeMap<NaiveDate, Closing>;

/// What closes on one day.
#[derive(Default)]
struct Closing {
    ids: Vec<DocId>,
    expected: Money,
}

#[derive(Default)]
pub struct ClosingView {
    /// The first day of the month in sight.
    month: Option<NaiveDate>,
    shown: Rc<Closings>,
    /// Of the month, without the days of others in sight.
    totals: Totals,
    of: Option<(u64, Query, Asker, NaiveDate)>,
    drag: Option<Drag>,
    /// The one that is to get the focus.
    follow: Option<DocId>,
    /// The one that had it last.
    focused: Option<DocId>,
}

struct Drag {
    card: DocId,
    from: NaiveDate,
    over: Option<NaiveDate>,
}

impl ClosingView {
    pub fn ask(&mut self, cx: &mut Context) -> Result<Totals, String> {
        let month = *self.month.get_or_insert(Period::Month.start(cx.today));
        let of = (cx.records.revision, cx.query.clone(), cx.asker(), month);
        if self.of.as_ref() != Some(&of) {
            let (from, to) = span(month);
            let answer = forecast::closings(cx.records, &of.1, &of.2, from, to);
            let known =
                |ids: &[DocId]| ids.iter().filter_map(|id| cx.records.opportunities.get(id)).collect::<Vec<_>>();
            let (mut shown, mut totals) = (Closings::new(), Totals::default());
            for (day, ids) in answer.map_err(|e| said(&e.message()))? {
                let found = known(&ids);
                let expected = found.iter().map(|o| o.expected_revenue).sum();
                if day.month() == month.month() {
                    totals.count += found.len();
                    totals.expected = [totals.expected, expected].into_iter().sum();
                    let probable = found.iter().map(|o| cx.records.prorated_revenue(o));
                    totals.probable = probable.chain([totals.probable]).sum();
                }
                shown.insert(day, Closing { ids, expected });
            }
            (self.shown, self.totals) = (Rc::new(shown), totals);
            self.of = Some(of);
        }
        Ok(self.totals)
    }

    /// The month and how to get to others, laid out from the right.
    pub fn controls(&mut self, ui: &mut Ui, cx: &mut Context) {
        let p = palette(ui);
        let month = self.month.unwrap_or(cx.today);
        ui.spacing_mut().item_spacing.x = 4.0;
        let key = |key| UiCommand::key_pressed(ui.ctx(), key);
        let (later, earlier) = (key(Key::PageDown), key(Key::PageUp));
        if icon_button(ui, icons::RIGHT, &tr!("Next month")).clicked() || later {
            self.month = month.checked_add_months(Months::new(1));
        }
        if icon_button(ui, icons::LEFT, &tr!("Previous month")).clicked() || earlier {
            self.month = month.checked_sub_months(Months::new(1));
        }
        if ui.add(Button::new(&tr!("Today"))).clicked() {
            self.month = Some(Period::Month.start(cx.today));
        }
        ui.add_space(8.0);
        let title = locale::month_year(month);
        ui.label(type_scale::CARD_TITLE.text(title).color(p.text));
    }

    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context) {
        let p = palette(ui);
        let area = ui.available_rect_before_wrap();
        let area = Rect::from_min_max(
            pos2(area.left() + size::VIEW_MARGIN, area.top()),
            pos2(area.right() - size::VIEW_MARGIN, area.bottom() - 16.0),
        );
        ui.painter().rect(area, radius::CARD, p.card, Stroke::new(1.0, p.line), StrokeKind::Outside);
        let month = self.month.unwrap_or(cx.today);
        let (first, last) = span(month);
        let weeks = ((last - first).num_days() + 1) as usize / 7;
        let wide = area.width() / 7.0;
        for (at, name) in
            [tr!("Mon"), tr!("Tue"), tr!("Wed"), tr!("Thu"), tr!("Fri"), tr!("Sat"), tr!("Sun")].iter().enumerate()
        {
            let at = pos2(area.left() + wide * at as f32 + 10.0, area.top() + HEAD / 2.0);
            line(ui.painter(), at, wide, Line::new(name, type_scale::SECONDARY.medium(), p.text3));
        }
        let high = (area.height() - HEAD) / weeks as f32;
        let pointer = ui.input(|i| i.pointer.latest_pos());
        if let Some(drag) = &mut self.drag {
            drag.over = None;
        }
        let shown = Rc::clone(&self.shown);
        for (at, day) in first.iter_days().take(7 * weeks).enumerate() {
            let corner = pos2(area.left() + wide * (at % 7) as f32, area.top() + HEAD + high * (at / 7) as f32);
            let cell = Rect::from_min_size(corner, vec2(wide, high));
            if let (Some(drag), Some(at)) = (&mut self.drag, pointer)
                && cell.contains(at)
            {
                drag.over = Some(day);
            }
            let none = Closing::default();
            let closing = shown.get(&day).unwrap_or(&none);
            self.day(ui, cx, day, day.month() == month.month(), closing, cell, area);
        }
        self.move_drag(ui, cx);
    }
}

/// The first and the last day of the weeks of a month.
fn span(month: NaiveDate) -> (NaiveDate, NaiveDate) {
    let from = Period::Week.start(month);
    let end = month.checked_add_months(Months::new(1)).and_then(|m| m.checked_sub_days(Days::new(1))).unwrap_or(month);
    let to = Period::Week.start(end).checked_add_days(Days::new(6)).unwrap_or(end);
    (from, to)
}
