//! Today in one order: what was done, now, what is late, by the hour, any time.

use eframe::egui::{Id, Rect, Role, ScrollArea, Sense, Stroke, Ui, UiBuilder, WidgetInfo, pos2, vec2};
use satchel_core::{
    Command, Money,
    query::dashboard::{DayLine, Matter, Stand},
    record::ActivityType,
};
use tr::tr;

use crate::{
    design::{Icon, icons, palette, radius, size, type_scale},
    shell::{Action, Context, Page, UiCommand},
    views::{format, meeting::MeetingAsk},
    widgets::{Button, Line, Row, button::icon_button_at, line::focus_ring, line_right},
};

const ROW: f32 = 34.0;
const HEAD: f32 = 48.0;

pub fn show(ui: &mut Ui, cx: &mut Context, area: Rect, lines: &[DayLine]) {
    let p = palette(ui);
    let done = lines.iter().filter(|line| matches!(line.stand, Stand::Done(_))).count();
    let head = Rect::from_min_size(area.min, vec2(area.width(), HEAD));
    let mut row = Row::new(ui, head);
    row.text(&tr!("Today"), type_scale::TITLE, p.text);
    row.gap(8.0).text(&tr!("in order"), type_scale::SECONDARY, p.text3);
    if lines.is_empty() {
        let middle = area.center();
        let words = tr!("Nothing is waiting today.");
        crate::widgets::line::line_center(
            ui.painter(),
            middle,
            area.width(),
            Line::new(&words, type_scale::BODY, p.text2),
        );
        return;
    }
    let all = tr!("All to-dos");
    let wide = Line::new(&all, type_scale::SECONDARY.medium(), p.text).layout(ui.painter(), 300.0).size().x + 36.0;
    let button = row.place_right(vec2(wide, size::CONTROL_SMALL));
    let clicked = ui.put(button, Button::ghost(&all).icon(icons::TODO).small()).clicked();
    let track = row.gap_right(12.0).place_right(vec2(if area.width() < 480.0 { 40.0 } else { 120.0 }, size::BAR));
    ui.painter().rect_filled(track, size::BAR / 2.0, p.line);
    let share = done as f32 / lines.len() as f32;
    ui.painter().rect_filled(
        Rect::from_min_size(track.min, vec2(track.width() * share, size::BAR)),
        size::BAR / 2.0,
        p.ok.fill,
    );
    row.gap_right(10.0).text_right(
        &tr!("{done} of {total} done", done, total = lines.len()),
        type_scale::SECONDARY,
        p.text2,
    );
    let response = ui.interact(head.with_max_x(track.left()), Id::unique("day's head"), Sense::hover());
    let name = tr!("Today: {done} of {total} done", done, total = lines.len());
    response.widget_info(|| WidgetInfo::labeled(Role::Heading, true, &name));
    if clicked {
        cx.actions.push(Action::Perform(UiCommand::Todo));
    }
    let body = Rect::from_min_max(pos2(area.left(), head.bottom()), pos2(area.right(), area.bottom() - 1.0));
    ui.painter().hline(body.x_range(), body.top(), Stroke::new(1.0, p.line));
    let mut child = ui.new_child(UiBuilder::new().max_rect(body));
    child.spacing_mut().item_spacing.y = 0.0;
    ScrollArea::vertical().id_salt("day").auto_shrink(false).show_rows(&mut child, ROW, lines.len(), |ui, seen| {
        for at in seen {
            let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
            one(ui, cx, rect, &lines[at]);
            let after = lines.get(at + 1);
            if matches!(lines[at].stand, Stand::Done(_)) && after.is_some_and(|l| !matches!(l.stand, Stand::Done(_))) {
                now(ui, cx, rect);
            } else {
                ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, Stroke::new(1.0, p.line));
            }
        }
    });
}

/// The line between what is behind and what is ahead.
fn now(ui: &Ui, cx: &Context, above: Rect) {
    let p = palette(ui);
    let y = above.bottom() - 1.0;
    ui.painter().hline(above.x_range(), y, Stroke::new(2.0, p.late.fill));
    let text = format::clock(cx.now, cx.environment);
    let galley = Line::new(&text, type_scale::CAPTION, p.card).layout(ui.painter(), 80.0);
    let label = Rect::from_min_size(pos2(above.left() + 34.0, y - 8.0), vec2(galley.size().x + 10.0, 16.0));
    ui.painter().rect_filled(label, radius::MARK, p.late.text);
    ui.painter().galley(label.center() - galley.size() / 2.0, galley, p.card);
}

fn one(ui: &mut Ui, cx: &mut Context, rect: Rect, line: &DayLine) {
    let p = palette(ui);
    let is_done = matches!(line.stand, Stand::Done(_));
    let (when, tint) = match line.stand {
        Stand::Done(time) => (format::clock(time, cx.environment), p.text3),
        Stand::Late(days) => (tr!("{} d late", days), p.due.text),
        Stand::At(start, _) => (format::clock(start, cx.environment), p.text),
        Stand::AnyTime => (tr!("Any time"), p.text),
    };
    let about = line.record.map(|id| about(cx, id, line)).unwrap_or_default();
    let title = match line.matter {
        Matter::Won => tr!("Marked won: {}", line.title),
        Matter::Activity(_) => {
            cx.records.activity(line.id).map_or_else(|| line.title.clone(), |(_, a)| format::activity(cx.records, a))
        }
        _ => line.title.clone(),
    };
    let amount = line.record.and_then(|id| cx.records.opportunities.get(&id)).map(|o| o.expected_revenue);
    let amount = amount.filter(|a| *a != Money(0)).map(|a| cx.money(a)).unwrap_or_default();
    let id = Id::unique(("day", line.id, line.of));
    let response = ui.interact(rect, id, Sense::click());
    let name = [&*when, &*title, &*about].into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>().join(", ");
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
    if response.hovered() {
        ui.painter().rect_filled(rect.expand2(vec2(8.0, 0.0)), radius::CONTROL, p.hover);
    }
    if response.has_focus() {
        focus_ring(ui.painter(), rect.expand2(vec2(6.0, -1.0)), radius::CONTROL, p);
    }
    let mark = Rect::from_center_size(pos2(rect.left() + 9.0, rect.center().y), vec2(24.0, 24.0));
    match (line.matter, is_done) {
        (_, true) => _ = icons::paint(ui.painter(), icons::CHECK_CIRCLE_FILLED, mark.center(), size::ICON, p.ok.text),
        (Matter::Activity(_), false) => {
            let done = tr!("Done: {}", if about.is_empty() { title.clone() } else { format!("{title}, {about}") });
            if icon_button_at(ui, mark, id.with("done"), icons::RADIO_OFF, &done, size::ICON).clicked() {
                cx.execute(Command::ActivityDone { id: line.id, feedback: String::new() });
            }
        }
        _ => {}
    }
    let icon: Icon = match line.matter {
        Matter::Won => icons::WON,
        Matter::Call => icons::CALL,
        Matter::Meeting => icons::GROUPS,
        Matter::Activity(ActivityType::CALL) => icons::CALL,
        Matter::Activity(ActivityType::EMAIL) => icons::MAIL,
        Matter::Activity(ActivityType::MEETING) => icons::GROUPS,
        Matter::Activity(_) => icons::TODO,
    };
    let y = rect.center().y;
    let left =
        |x: f32, to: f32| Rect::from_min_max(pos2(rect.left() + x, rect.top()), pos2(rect.left() + to, rect.bottom()));
    let titles = 118.0 + (rect.width() - 118.0) * 0.42;
    Row::new(ui, left(34.0, 96.0)).text(&when, type_scale::BODY, tint);
    let icon_tint = if matches!(line.stand, Stand::Late(_)) { p.due.text } else { p.text2 };
    icons::paint(ui.painter(), icon, pos2(rect.left() + 106.0, y), size::ICON_MEDIUM, icon_tint);
    let mut words = Row::new(ui, left(128.0, titles - 12.0));
    match is_done {
        true => words.struck(&title, type_scale::BODY, p.text3),
        false => words.text(&title, type_scale::BODY, p.text),
    };
    let end = rect.width() - 30.0;
    let wide =
        line_right(ui.painter(), pos2(rect.left() + end, y), 110.0, Line::new(&amount, type_scale::SECONDARY, p.text2))
            .width();
    Row::new(ui, left(titles, end - wide - 10.0)).text(&about, type_scale::BODY, p.text2);
    icons::paint(ui.painter(), icons::RIGHT, pos2(rect.right() - 10.0, y), size::ICON_MEDIUM, p.text3);
    if response.clicked() {
        match (line.matter, line.record) {
            (Matter::Meeting, _) => cx.actions.push(Action::Meeting(MeetingAsk::Open { id: line.id, of: line.of })),
            (_, Some(record)) => cx.open(Page::of(record)),
            _ => {}
        }
    }
}

/// `Hottechi · GTK 500 ×2`
fn about(cx: &Context, id: satchel_core::DocId, line: &DayLine) -> String {
    let name = cx.records.name(id);
    let partner = cx.records.opportunities.get(&id).and_then(|o| o.partner).map(|p| cx.records.name(p));
    match (line.matter, partner.filter(|p| !p.is_empty())) {
        (Matter::Won, partner) => partner.unwrap_or_default().to_owned(),
        (_, Some(partner)) => format!("{partner} · {name}"),
        (_, None) => name.to_owned(),
    }
}
