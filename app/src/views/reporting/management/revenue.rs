//! Month by month, this year beside the one before.

use chrono::{Datelike, NaiveDate};
use eframe::egui::{Id, Rect, Ui, pos2, vec2};
use satchel_core::{
    Money,
    query::{Listing, Period, pivot::Unit},
};
use tr::tr;

use super::{Shown, ask};
use crate::{
    design::{palette, type_scale},
    locale,
    shell::Context,
    views::{format, reporting::speak},
    widgets::{
        Row,
        graph::{self, Graph, Point, Series, Step},
    },
};

/// Returns the first day of a month that was chosen; chosen again, and in the year before, it opens its records.
pub fn show(ui: &mut Ui, cx: &mut Context, area: Rect, shown: &Shown) -> Option<NaiveDate> {
    let p = palette(ui);
    let revenue = &shown.revenue;
    let currency = format::currency(cx.records).to_owned();
    let mut row = Row::new(ui, Rect::from_min_size(area.min, vec2(area.width(), 20.0)));
    row.text(&tr!("Revenue analysis"), type_scale::CARD_TITLE, p.text);
    row.gap(16.0);
    let hue = |at: usize| (at == 0).then_some(0);
    for (at, year) in revenue.years.iter().enumerate() {
        let square = row.place(vec2(10.0, 10.0));
        ui.painter().rect_filled(square, 2, graph::hue(p, hue(at)));
        row.gap(6.0).text(&year.to_string(), type_scale::SECONDARY, p.text2);
        let sum = format::money_round(Money(revenue.total(at).sum), &currency);
        row.gap(6.0).text(&sum, type_scale::SECONDARY.medium(), p.text);
        row.gap(14.0);
    }
    row.text(&tr!("Click a month for its figures, again for its opportunities"), type_scale::SECONDARY, p.text3);
    let is_month = shown.frame.period == Period::Month && Some(&shown.frame.first.year()) == revenue.years.first();
    let marked = is_month.then_some(shown.frame.first.month0() as usize);
    // The year before stands at the left, as time goes.
    let order: Vec<usize> = (0..revenue.years.len()).rev().collect();
    let series = |at: &usize| Series {
        name: revenue.years[*at].to_string(),
        hue: hue(*at),
        points: revenue
            .months
            .iter()
            .map(|month| month.cells.get(*at).copied().unwrap_or_default())
            .map(|cell| Point { value: Some(cell.sum as f64 / 100.0), count: cell.count })
            .collect(),
    };
    let graph = Graph {
        steps: revenue.months.iter().map(step).collect(),
        series: order.iter().map(series).collect(),
        in_time: true,
        marked,
        is_explained: true,
    };
    let plot = Rect::from_min_max(pos2(area.left(), area.top() + 30.0), area.max);
    let words = speak(Unit::Money, &currency, Listing::Opportunities);
    let bars = graph::Kind::Bars { stacked: false };
    let (step, series) = graph::show(ui, plot, Id::unique("revenue"), &graph, bars, &words.borrow())?;
    let year = series.and_then(|series| order.get(series)).copied().unwrap_or(0);
    let month = revenue.months[step].month;
    if year == 0 && marked != Some(step) {
        return NaiveDate::from_ymd_opt(revenue.years[0], month, 1);
    }
    revenue.drill(year, month).into_iter().for_each(|query| ask(cx, query));
    None
}

fn step(month: &satchel_core::query::reports::MonthRevenue) -> Step {
    let note = match month.cells.as_slice() {
        [this, before, ..] if before.sum > 0 => {
            let change = ((this.sum - before.sum) as f64 / before.sum as f64 * 100.0).round();
            Some((tr!("Change"), format!("{change:+.0} %")))
        }
        _ => None,
    };
    Step { label: locale::short_month(month.month).to_owned(), name: locale::full_month(month.month).to_owned(), note }
}
