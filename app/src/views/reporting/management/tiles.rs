//! Four figures in a row: won against lost, missed, how long, how much of the target.

use chrono::Datelike;
use eframe::egui::{Color32, CursorIcon, Id, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};
use satchel_core::{
    Money,
    query::{
        dashboard::{Figure, Whose},
        pivot::Number,
        reports::{Ratio, Won},
    },
};
use tr::tr;

use super::{Shown, head, number, open, title};
use crate::{
    design::{palette, radius, size, type_scale},
    locale,
    shell::Context,
    views::format,
    widgets::{Button, Line, Row, gauge, line, line::focus_ring, line::line_center, line_right},
};

fn money(cx: &Context, amount: Money) -> String {
    format::money_round(amount, format::currency(cx.records))
}

pub fn win_loss(ui: &mut Ui, cx: &mut Context, area: Rect, shown: &Shown, by: &mut Won) {
    let p = palette(ui);
    let rest = head(ui, area, &tr!("Win/loss ratio"), &shown.frame.first.year().to_string());
    let rate = shown.win_loss.rate(*by);
    let base = pos2(rest.left() + 78.0, rest.top() + 92.0);
    match rate {
        Some(rate) => gauge::paint(ui.painter(), base, 62.0, rate as f32, p.ok.fill, p.late.fill),
        None => gauge::paint(ui.painter(), base, 62.0, 0.0, p.line, p.line),
    }
    let words = rate.map_or_else(|| "–".to_owned(), |rate| format!("{:.0} %", rate * 100.0));
    line_center(ui.painter(), base - vec2(0.0, 16.0), 110.0, Line::new(&words, type_scale::FIGURE, p.text));
    let under = match shown.win_loss.ratio(*by) {
        Ratio::Nothing => tr!("nothing closed"),
        Ratio::NoLosses => tr!("no losses"),
        Ratio::Ratio(_) => tr!("outcome" => "won"),
    };
    line_center(ui.painter(), base + vec2(0.0, 8.0), 120.0, Line::new(&under, type_scale::SECONDARY, p.text3));
    let parts = [(tr!("Won"), &shown.win_loss.won, p.ok.fill), (tr!("Lost"), &shown.win_loss.lost, p.late.fill)];
    for (at, (name, figure, color)) in parts.into_iter().enumerate() {
        let y = rest.top() + 12.0 + 44.0 * at as f32;
        let left = rest.left() + 164.0;
        ui.painter().rect_filled(Rect::from_center_size(pos2(left + 4.0, y), vec2(8.0, 8.0)), 2, color);
        line(ui.painter(), pos2(left + 14.0, y), 80.0, Line::new(&name, type_scale::SECONDARY, p.text2));
        let text = match by {
            Won::ByCount => format::thousands(figure.count as u64),
            Won::ByAmount => money(cx, figure.amount),
        };
        let place = Rect::from_min_max(pos2(left, y + 9.0), pos2(rest.right(), y + 30.0));
        small(ui, cx, place, &text, &name, figure);
    }
    let place = Rect::from_min_max(pos2(rest.left(), rest.bottom() - 24.0), rest.max);
    let mut row = ui.new_child(eframe::egui::UiBuilder::new().max_rect(place));
    row.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 2.0;
        for (which, text) in [(Won::ByCount, tr!("By count")), (Won::ByAmount, tr!("By amount"))] {
            if ui.add(Button::ghost(&text).small().selected(*by == which)).clicked() {
                *by = which;
            }
        }
    });
}

/// A number in a line that opens what it counts.
fn small(ui: &mut Ui, cx: &mut Context, rect: Rect, text: &str, name: &str, figure: &Figure) {
    let p = palette(ui);
    let written = line(ui.painter(), rect.left_center(), rect.width(), Line::new(text, type_scale::AMOUNT, p.text));
    let response = ui.interact(written, Id::unique(("part", name)), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("{name}: {text}")));
    if response.has_focus() {
        focus_ring(ui.painter(), written.expand(2.0), radius::MARK, p);
    }
    if response.on_hover_cursor(CursorIcon::PointingHand).clicked() {
        open(cx, figure);
    }
}

pub fn missed(ui: &mut Ui, cx: &mut Context, area: Rect, shown: &Shown) {
    let p = palette(ui);
    let name = tr!("Missed sales");
    let rest = head(ui, area, &name, &title(shown.frame));
    let total = money(cx, shown.missed.total.amount);
    let at = pos2(rest.left(), rest.top() + 14.0);
    let right = number(ui, cx, at, &total, &name, &shown.missed.total);
    let lost = tr!("{n} lost" | "{n} lost" % shown.missed.total.count);
    line(ui.painter(), pos2(right + 8.0, at.y), 80.0, Line::new(&lost, type_scale::SECONDARY, p.text3));
    let most = shown.missed.by_reason.iter().map(|(_, _, f)| f.amount.0).max().unwrap_or(0);
    for (at, (_, reason, figure)) in shown.missed.by_reason.iter().take(4).enumerate() {
        let reason = if reason.is_empty() { tr!("No reason") } else { reason.clone() };
        let rect =
            Rect::from_min_size(pos2(rest.left(), rest.top() + 38.0 + 24.0 * at as f32), vec2(rest.width(), 22.0));
        bar_row(ui, cx, rect, &reason, (figure.amount.0, most), figure, p.late.fill);
    }
}

/// A name, a bar, an amount.
fn bar_row(
    ui: &mut Ui,
    cx: &mut Context,
    rect: Rect,
    name: &str,
    (value, most): (i64, i64),
    figure: &Figure,
    color: Color32,
) {
    let p = palette(ui);
    let amount = money(cx, figure.amount);
    let response = ui.interact(rect, Id::unique(("reason", name)), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("{name}: {amount}")));
    if response.hovered() {
        ui.painter().rect_filled(rect.expand2(vec2(6.0, 0.0)), radius::MARK, p.hover);
    }
    if response.has_focus() {
        focus_ring(ui.painter(), rect.expand2(vec2(4.0, 0.0)), radius::MARK, p);
    }
    let y = rect.center().y;
    line_right(ui.painter(), pos2(rect.right(), y), 84.0, Line::new(&amount, type_scale::SECONDARY, p.text));
    let bar = rect.left() + rect.width() * 0.46;
    Row::new(ui, Rect::from_min_max(rect.min, pos2(bar - 6.0, rect.bottom()))).text(
        name,
        type_scale::SECONDARY,
        p.text2,
    );
    let room = (rect.right() - 88.0 - bar).max(8.0);
    let share = if most > 0 { value as f32 / most as f32 } else { 0.0 };
    let shape = Rect::from_min_size(pos2(bar, y - 3.0), vec2((room * share).max(2.0), size::BAR));
    ui.painter().rect_filled(shape, 2, color);
    if response.on_hover_cursor(CursorIcon::PointingHand).clicked() {
        open(cx, figure);
    }
}

pub fn cycle(ui: &mut Ui, cx: &mut Context, area: Rect, shown: &Shown) {
    let p = palette(ui);
    let name = tr!("Average sales cycle");
    let rest = head(ui, area, &name, &shown.frame.first.year().to_string());
    let at = pos2(rest.left(), rest.top() + 14.0);
    let text = match shown.cycle.days {
        Some(days) => tr!("{n} day" | "{n} days" % days.round() as u64),
        None => tr!("No wins"),
    };
    let right = number(ui, cx, at, &text, &name, &shown.cycle.won);
    if let (Some(days), Some(before)) = (shown.cycle.days, shown.cycle.days_before) {
        let change = (days - before).round() as i64;
        let words = match change {
            0 => tr!("as before"),
            ..0 => tr!("{} faster", -change),
            _ => tr!("{} slower", change),
        };
        let tone = if change <= 0 { p.ok.text } else { p.due.text };
        line(ui.painter(), pos2(right + 8.0, at.y), 110.0, Line::new(&words, type_scale::SECONDARY, tone));
    }
    // Month by month: how long what was won then had taken.
    let pivot = &shown.cycle.months;
    let days = |month: u32| {
        let row = pivot.outer_rows().find(|(_, row)| {
            row.head().is_some_and(|head| matches!(&head.value, satchel_core::Value::Date(day) if day.month() == month))
        });
        row.map_or(0.0, |(_, row)| match pivot.number(&row.total) {
            Number::Mean(days) => days,
            _ => 0.0,
        })
    };
    let all: Vec<f64> = (1..=12).map(days).collect();
    let most = all.iter().copied().fold(1.0, f64::max);
    let wide = rest.width() / 12.0;
    let foot = rest.bottom() - 6.0;
    let room = foot - 14.0 - (rest.top() + 40.0);
    for (at, days) in all.iter().enumerate() {
        let left = rest.left() + wide * at as f32;
        let height = room * (*days / most) as f32;
        let shape = Rect::from_min_max(pos2(left + 3.0, foot - 14.0 - height), pos2(left + wide - 3.0, foot - 14.0));
        let month = at as u32 + 1;
        let is_now = shown.frame.period == satchel_core::query::Period::Month && shown.frame.first.month() == month;
        let color = if is_now { p.accent } else { p.aline };
        if *days > 0.0 {
            ui.painter().rect_filled(shape, 2, color);
        }
        let letter: String = locale::short_month(month).chars().take(1).collect();
        let style = if is_now { type_scale::TAG.strong() } else { type_scale::TAG };
        line_center(ui.painter(), pos2(left + wide / 2.0, foot), wide, Line::new(&letter, style, p.text2));
    }
}

pub fn actual(ui: &mut Ui, cx: &mut Context, area: Rect, shown: &Shown) {
    let p = palette(ui);
    let name = tr!("Actual against target");
    let rest = head(ui, area, &name, &title(shown.frame));
    let at = pos2(rest.left(), rest.top() + 14.0);
    let total = &shown.actual.total;
    let text = money(cx, total.actual.amount);
    let right = number(ui, cx, at, &text, &name, &total.actual);
    let (words, tone) = match total.percent() {
        Some(percent) => (tr!("{} %", percent), if percent >= 100 { p.ok.text } else { p.text2 }),
        None => (tr!("no target"), p.text3),
    };
    line(ui.painter(), pos2(right + 8.0, at.y), 110.0, Line::new(&words, type_scale::SECONDARY, tone));
    let most = shown.actual.lines.iter().map(|l| l.actual.amount.0.max(l.target.unwrap_or(0))).max().unwrap_or(0);
    for (at, line) in shown.actual.lines.iter().take(4).enumerate() {
        let rect =
            Rect::from_min_size(pos2(rest.left(), rest.top() + 38.0 + 24.0 * at as f32), vec2(rest.width(), 22.0));
        let who = match (line.name.is_empty(), shown.frame.whose) {
            (false, _) => line.name.clone(),
            (true, Whose::All) => tr!("Without a team"),
            (true, _) => tr!("Without a salesperson"),
        };
        let fill = if line.percent().is_some_and(|p| p >= 100) { p.ok.fill } else { p.accent };
        bar_row(ui, cx, rect, &who, (line.actual.amount.0, most), &line.actual, fill);
    }
}
