//! How the month goes: beside the last one, and on the way to the target.

use chrono::Datelike;
use eframe::egui::{Id, Rect, Sense, Stroke, Ui, WidgetInfo, accesskit::Role, pos2, vec2};
use satchel_core::{
    Money,
    query::dashboard::{Dashboard, Figure, Performance, Whose},
    record::Measure,
};
use tr::tr;

use super::{HEAD, ROW, open, place, todo::caption};
use crate::{
    design::{icons, palette, type_scale},
    locale,
    shell::Context,
    views::format,
    widgets::{Line, line, line_right},
};

/// Returns the measure whose target is to be set.
pub fn show(ui: &mut Ui, cx: &mut Context, area: Rect, board: &Dashboard, is_sample: bool) -> Option<Measure> {
    let p = palette(ui);
    let title = pos2(area.left(), area.top() + 26.0);
    let end = line(ui.painter(), title, 200.0, Line::new(&tr!("Performances"), type_scale::TITLE, p.text)).right();
    let month = locale::full_month(cx.today.month());
    line(ui.painter(), pos2(end + 8.0, title.y), 120.0, Line::new(month, type_scale::SECONDARY, p.text3));
    let target = area.right();
    let last = target - 84.0;
    let bar_right = last - 92.0;
    let bar_left = (bar_right - 180.0).max(area.left() + area.width() * 0.46);
    let this = bar_left - 14.0;
    let y = area.top() + 51.0;
    for (right, head) in [(this, tr!("This month")), (last, tr!("Last month")), (target, tr!("Target"))] {
        let words = line_right(ui.painter(), pos2(right, y), 90.0, Line::new(&head, type_scale::SECONDARY, p.text2));
        if right == last {
            // What the tick in the bars means.
            ui.painter().vline(words.left() - 7.0, y - 5.0..=y + 5.0, Stroke::new(2.0, p.text2));
        }
    }
    let done_by = match board.whose {
        Whose::User(_) => tr!("Done by you"),
        Whose::Team(_) | Whose::All => tr!("Done by the team"),
    };
    let won = tr!("{n} opportunity" | "{n} opportunities" % board.won.this_month.count);
    let rows = [
        (icons::CHECK_CIRCLE, tr!("Activities done"), done_by, &board.done),
        (icons::WON, tr!("Won"), won, &board.won),
        (icons::INVOICE, tr!("Invoiced"), tr!("Untaxed, less refunds"), &board.invoiced),
    ];
    let mut set = None;
    for (at, (icon, title, under, performance)) in rows.into_iter().enumerate() {
        let top = area.top() + HEAD + ROW * at as f32;
        let rect = Rect::from_min_size(pos2(area.left(), top), vec2(area.width(), ROW));
        let y = rect.center().y;
        ui.painter().hline(rect.x_range(), top, Stroke::new(1.0, p.line));
        let write = |figure: &Figure| amount(cx, performance.measure, performance.value(figure));
        let (now, before) = (write(&performance.this_month), write(&performance.last_month));
        let wide = Line::new(&now, type_scale::FIGURE, p.text).layout(ui.painter(), 200.0).size().x;
        let words = Rect::from_min_max(rect.min, pos2(this - wide - 10.0, rect.bottom()));
        caption(ui, words, icon, &title, &under, is_sample);
        if is_sample {
            line_right(ui.painter(), pos2(this, y), 160.0, Line::new(&now, type_scale::FIGURE, p.none));
            bar(ui, bar_rect(bar_left, bar_right, y), performance, p.none);
            line_right(ui.painter(), pos2(last, y), 90.0, Line::new(&before, type_scale::BODY, p.none));
            continue;
        }
        let figure = Rect::from_min_max(pos2(this - wide - 6.0, y - 20.0), pos2(this + 6.0, y + 20.0));
        let name = tr!("{what}, this month: {value}", what = title, value = now);
        let id = |part: &str| Id::unique(("performance", at, part));
        let response = place(ui, figure, id("this"), &name);
        let strong = if performance.value(&performance.this_month) == 0 { p.text3 } else { p.text };
        line_right(ui.painter(), pos2(this, y), 200.0, Line::new(&now, type_scale::FIGURE, strong));
        if response.clicked() {
            open(cx, &performance.this_month);
        }
        progress(ui, bar_rect(bar_left, bar_right, y), performance, id("bar"), &title);
        let name = tr!("{what}, last month: {value}", what = title, value = before);
        let place_of = |right: f32| Rect::from_min_max(pos2(right - 74.0, y - 15.0), pos2(right + 6.0, y + 15.0));
        let response = place(ui, place_of(last), id("last"), &name);
        line_right(ui.painter(), pos2(last, y), 76.0, Line::new(&before, type_scale::BODY, p.text));
        if response.clicked() {
            open(cx, &performance.last_month);
        }
        let (words, color) = match performance.target {
            Some(goal) => (amount(cx, performance.measure, goal), p.text),
            None => (tr!("Click to set"), p.accent),
        };
        let name = tr!("Target of {what}: {value}", what = title, value = words);
        let response = place(ui, place_of(target), id("target"), &name);
        line_right(ui.painter(), pos2(target, y), 78.0, Line::new(&words, type_scale::BODY, color));
        if response.clicked() {
            set = Some(performance.measure);
        }
    }
    set
}

fn bar_rect(left: f32, right: f32, y: f32) -> Rect {
    Rect::from_min_max(pos2(left, y - 15.0), pos2(right, y - 5.0))
}

/// `34`, `$53,258`
pub fn amount(cx: &Context, measure: Measure, value: i64) -> String {
    match measure {
        Measure::Done => format::thousands(value.unsigned_abs()),
        _ => format::money_round(Money(value), format::currency(cx.records)),
    }
}

/// How far on the way to the target, with a tick where the last month ended, and the same in words.
fn progress(ui: &mut Ui, rect: Rect, performance: &Performance, id: Id, title: &str) {
    let p = palette(ui);
    let under = pos2(rect.left(), rect.bottom() + 13.0);
    let (words, color) = match (performance.percent(), performance.reached()) {
        (Some(percent), true) => (tr!("Target reached, {percent} %", percent), p.ok.text),
        (Some(percent), false) => (tr!("{percent} % of target", percent), p.text3),
        (None, _) => (String::new(), p.text3),
    };
    let fill = if performance.reached() { p.ok.fill } else { p.accent };
    bar(ui, rect, performance, fill);
    line(ui.painter(), under, rect.width(), Line::new(&words, type_scale::SECONDARY, color));
    let response = ui.interact(rect, id, Sense::hover());
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::ProgressIndicator, true, tr!("{what}: {words}", what = title, words));
        info.value = performance.percent().map(|percent| percent as f64 / 100.0);
        info
    });
}

/// The longest of target, this month and the last one is the whole bar.
fn bar(ui: &Ui, rect: Rect, performance: &Performance, fill: eframe::egui::Color32) {
    let p = palette(ui);
    let (this, last) = (performance.value(&performance.this_month), performance.value(&performance.last_month));
    let whole = performance.target.unwrap_or(0).max(if performance.target.is_some() { last } else { this.max(last) });
    let share = |value: i64| if whole <= 0 { 0.0 } else { (value as f32 / whole as f32).clamp(0.0, 1.0) };
    ui.painter().rect_filled(rect, rect.height() / 2.0, p.line);
    let width = rect.width() * share(this);
    if width > 0.0 {
        let filled = Rect::from_min_size(rect.min, vec2(width.max(rect.height()), rect.height()));
        ui.painter().rect_filled(filled, rect.height() / 2.0, fill);
    }
    if last > 0 {
        let x = rect.left() + (rect.width() * share(last)).clamp(1.0, rect.width() - 1.0);
        ui.painter().vline(x, rect.top() - 4.0..=rect.bottom() + 4.0, Stroke::new(2.0, p.text2));
    }
}
