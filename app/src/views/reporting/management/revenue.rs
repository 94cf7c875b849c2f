//! Month by month, this year beside the one before.

use chrono::{Datelike, NaiveDate};
use eframe::egui::{Id, Rect, Ui, pos2, vec2};
use satchel_core::{Money, query::Period};
use tr::tr;

use super::{Shown, ask};
use crate::{
    design::{palette, type_scale},
    locale,
    shell::Context,
    views::format,
    widgets::{
        Row,
        columns::{self, Group},
    },
};

/// Returns the first day of a month that was chosen; a double click opens its records.
pub fn show(ui: &mut Ui, cx: &mut Context, area: Rect, shown: &Shown) -> Option<NaiveDate> {
    let p = palette(ui);
    let revenue = &shown.revenue;
    let money = |cx: &Context, cents: i64| format::money_round(Money(cents), format::currency(cx.records));
    let mut row = Row::new(ui, Rect::from_min_size(area.min, vec2(area.width(), 20.0)));
    row.text(&tr!("Revenue analysis"), type_scale::CARD_TITLE, p.text);
    row.gap(16.0);
    let colors = [p.accent, p.none];
    for (at, (year, color)) in revenue.years.iter().zip(colors).enumerate() {
        let square = row.place(vec2(10.0, 10.0));
        ui.painter().rect_filled(square, 2, color);
        row.gap(6.0).text(&year.to_string(), type_scale::SECONDARY, p.text2);
        row.gap(6.0).text(&money(cx, revenue.total(at).sum), type_scale::SECONDARY.medium(), p.text);
        row.gap(14.0);
    }
    row.text(&tr!("Click a month for its figures, again for its opportunities"), type_scale::SECONDARY, p.text3);
    // The year before stands at the left, as time goes.
    let order: Vec<usize> = (0..revenue.years.len()).rev().collect();
    let groups: Vec<Group> = revenue
        .months
        .iter()
        .map(|month| {
            let values = order.iter().map(|at| month.cells.get(*at).map_or(0.0, |c| c.sum as f64 / 100.0)).collect();
            let this = month.cells.first().map_or(0, |c| c.sum);
            let name = tr!("{month}: {amount}", month = locale::full_month(month.month), amount = money(cx, this));
            Group { label: locale::short_month(month.month).to_owned(), name, values }
        })
        .collect();
    let paint: Vec<_> = order.iter().map(|at| colors[*at]).collect();
    let is_month = shown.frame.period == Period::Month;
    let marked = is_month.then_some(shown.frame.first.month0() as usize);
    let plot = Rect::from_min_max(pos2(area.left(), area.top() + 30.0), area.max);
    let currency = format::currency(cx.records).to_owned();
    let write = |value: f64| format::money_round(Money((value * 100.0) as i64), &currency);
    let responses = columns::show(ui, plot, Id::unique("revenue"), &groups, &paint, marked, write);
    let mut chosen = None;
    for (at, response) in responses.into_iter().enumerate() {
        let month = &revenue.months[at];
        if response.clicked() {
            match marked == Some(at) {
                true => revenue.drill(0, month.month).into_iter().for_each(|query| ask(cx, query)),
                false => chosen = NaiveDate::from_ymd_opt(revenue.years[0], month.month, 1),
            }
        }
        let cells = &month.cells;
        let lines: Vec<(String, String)> = revenue
            .years
            .iter()
            .zip(cells)
            .map(|(year, cell)| (year.to_string(), format::money_round(Money(cell.sum), &currency)))
            .collect();
        let count = cells.first().map_or(0, |c| c.count);
        response.on_hover_ui(|ui| {
            ui.label(type_scale::CARD_TITLE.text(locale::full_month(month.month)));
            for (year, amount) in &lines {
                ui.label(type_scale::SECONDARY.text(format!("{year}   {amount}")));
            }
            if let [this, before, ..] = cells.as_slice()
                && before.sum > 0
            {
                let change = ((this.sum - before.sum) as f64 / before.sum as f64 * 100.0).round();
                ui.label(type_scale::SECONDARY.text(tr!("Change {}", format!("{change:+.0} %"))));
            }
            ui.label(type_scale::SECONDARY.text(tr!("{n} opportunity" | "{n} opportunities" % count)));
        });
    }
    chosen
}
