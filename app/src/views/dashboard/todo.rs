//! What is to do: today, in the next days, and what is late.

use chrono::Datelike;
use eframe::egui::{Color32, Id, Rect, Stroke, Ui, pos2, vec2};
use satchel_core::query::{
    agenda::Times,
    dashboard::{Dashboard, Figure, ToDo},
};
use tr::tr;

use super::{HEAD, ROW, open, place};
use crate::{
    design::{Icon, icons, palette, size, type_scale},
    locale,
    shell::Context,
    views::format,
    widgets::{Line, Row, line, line_right},
};

pub fn show(ui: &mut Ui, cx: &mut Context, area: Rect, board: &Dashboard, is_sample: bool) {
    let p = palette(ui);
    line(
        ui.painter(),
        pos2(area.left(), area.top() + 26.0),
        200.0,
        Line::new(&tr!("To do"), type_scale::TITLE, p.text),
    );
    let columns = [area.right() - 160.0, area.right() - 76.0, area.right()];
    let heads = [tr!("Today"), tr!("Next 7 days"), tr!("Overdue")];
    for (right, head) in columns.iter().zip(&heads) {
        let at = pos2(*right, area.top() + 51.0);
        line_right(ui.painter(), at, 90.0, Line::new(head, type_scale::SECONDARY, p.text2));
    }
    let next = board.next_meeting.as_ref().map(|entry| {
        let at = match entry.times {
            Times::Hours(moments) if cx.environment.day(moments.start) == cx.today => {
                format::clock(moments.start, cx.environment)
            }
            Times::Hours(moments) => locale::weekday(cx.environment.day(moments.start).weekday()).to_owned(),
            Times::Days { first, .. } => locale::weekday(first.weekday()).to_owned(),
        };
        tr!("Next: {at} {what}", at, what = entry.title)
    });
    let closing = cx.money(board.closings.next_days.amount);
    let rows: [(Icon, String, String, &ToDo); 3] = [
        (icons::GROUPS, tr!("Meetings"), next.unwrap_or_else(|| tr!("None planned")), &board.meetings),
        (icons::TODO, tr!("Next actions"), tr!("Calls, e-mails, to-dos"), &board.next_actions),
        (icons::CLOSING, tr!("Expected closing"), tr!("{amount} in 7 days", amount = closing), &board.closings),
    ];
    for (at, (icon, title, under, todo)) in rows.into_iter().enumerate() {
        let top = area.top() + HEAD + ROW * at as f32;
        let rect = Rect::from_min_size(pos2(area.left(), top), vec2(area.width(), ROW));
        ui.painter().hline(rect.x_range(), rect.top(), Stroke::new(1.0, p.line));
        let words = Rect::from_min_max(rect.min, pos2(columns[0] - 40.0, rect.bottom()));
        caption(ui, words, icon, &title, &under, is_sample);
        let figures = [(&todo.today, false), (&todo.next_days, false), (&todo.overdue, true)];
        for ((column, right), (figure, late)) in columns.iter().enumerate().zip(figures) {
            if is_sample || (late && at == 0) {
                let is_dash = late && (at == 0 || !is_sample);
                let text = if is_dash { "–".to_owned() } else { figure.count.to_string() };
                let style = if is_dash { type_scale::BODY } else { type_scale::FIGURE };
                line_right(ui.painter(), pos2(*right, rect.center().y), 60.0, Line::new(&text, style, p.none));
                continue;
            }
            let name = tr!("{what}, {when}: {count}", what = title, when = heads[column], count = figure.count);
            number(ui, cx, pos2(*right, rect.center().y), figure, late, Id::unique(("to do", at, column)), &name);
        }
    }
}

/// An icon, what it is, and a word more.
pub fn caption(ui: &Ui, rect: Rect, icon: Icon, title: &str, under: &str, is_sample: bool) {
    let p = palette(ui);
    let (strong, weak) = if is_sample { (p.none, p.none) } else { (p.text, p.text3) };
    let y = rect.center().y;
    let tint = if is_sample { p.none } else { p.text2 };
    icons::paint(ui.painter(), icon, pos2(rect.left() + 9.0, y), size::ICON, tint);
    let left = rect.left() + 30.0;
    let room = rect.right() - left - 4.0;
    line(ui.painter(), pos2(left, y - 9.0), room, Line::new(title, type_scale::CARD_TITLE, strong));
    line(ui.painter(), pos2(left, y + 9.0), room, Line::new(under, type_scale::SECONDARY, weak));
}

/// A figure that opens what it counts. What is late is orange with a sign; nothing late is nothing to see.
fn number(ui: &mut Ui, cx: &mut Context, at: eframe::egui::Pos2, figure: &Figure, late: bool, id: Id, name: &str) {
    let p = palette(ui);
    if late && figure.count == 0 {
        line_right(ui.painter(), at, 60.0, Line::new("–", type_scale::BODY, p.text3));
        return;
    }
    let text = format::thousands(figure.count as u64);
    let color: Color32 = match (late, figure.count) {
        (true, _) => p.due.text,
        (_, 0) => p.text3,
        _ => p.text,
    };
    let wide = Line::new(&text, type_scale::FIGURE, color).layout(ui.painter(), 90.0).size().x;
    let sign = if late { 24.0 } else { 0.0 };
    let rect = Rect::from_min_max(pos2(at.x - wide - sign - 6.0, at.y - 20.0), pos2(at.x + 6.0, at.y + 20.0));
    let response = place(ui, rect, id, name);
    let mut row = Row::new(ui, rect.shrink2(vec2(6.0, 0.0)));
    if late {
        row.icon(icons::WARNING, size::ICON_MEDIUM, p.due.text);
        row.gap(8.0);
    }
    row.text(&text, type_scale::FIGURE, color);
    if response.clicked() {
        open(cx, figure);
    }
}
