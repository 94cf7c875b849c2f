//! The queue beside the call: what was handed to whom, what comes next, what colleagues have.

use chrono::{TimeDelta, Utc};
use eframe::egui::{
    Color32, CursorIcon, Rect, ScrollArea, Sense, Stroke, StrokeKind, Ui, UiBuilder, WidgetInfo, accesskit::Role, pos2,
    vec2,
};
use satchel_core::{DocId, query::fold, record::Call};
use tr::tr;

use super::{CallAsk, faces, queue::Queue, script};
use crate::{
    design::{Icon, icons, palette, radius, type_scale},
    shell::{Action, Context},
    views::format,
    widgets::{Line, Row, avatar, line, line::focus_ring},
};

const ROW: f32 = 46.0;
/// Rows of colleagues and doubles that are shown.
const MOST: usize = 4;

/// Draws the queue; returns the call that was clicked, to be taken now.
pub fn show(ui: &mut Ui, cx: &mut Context, queue: &Queue, now: Option<DocId>, wanted: &str) -> Option<DocId> {
    let p = palette(ui);
    let area = ui.available_rect_before_wrap();
    let mut foot = 0.0;
    if !queue.taken.is_empty() {
        foot += 34.0 + ROW * queue.taken.len().min(MOST) as f32;
    }
    if !queue.doubles.is_empty() {
        foot += 34.0 + ROW * queue.doubles.len().min(MOST) as f32;
    }
    let foot = foot.min(area.height() * 0.5);
    let (head, _) = ui.allocate_exact_size(vec2(ui.available_width(), 34.0), Sense::hover());
    let mut row = Row::new(ui, head.shrink2(vec2(10.0, 0.0)));
    row.text(&tr!("Handed to you"), type_scale::SECONDARY, p.text2);
    row.text_right(&tr!("{} left", queue.due.len()), type_scale::SECONDARY, p.text2);

    let words = fold(wanted.trim());
    let matches = |id: &DocId| {
        words.is_empty()
            || cx
                .records
                .calls
                .get(id)
                .is_some_and(|call| fold(&format!("{} {} {}", call.name, call.phone, call.mobile)).contains(&words))
    };
    let next = queue.due.iter().find(|id| Some(**id) != now).copied();
    let waiting = queue.due.iter().filter(|id| Some(**id) != now).chain(&queue.later);
    let ids: Vec<DocId> = queue
        .handled
        .iter()
        .filter(|id| Some(**id) != now)
        .chain(now.iter())
        .chain(waiting)
        .copied()
        .filter(matches)
        .collect();
    let list = Rect::from_min_max(head.left_bottom(), pos2(area.right(), area.bottom() - foot));
    let mut clicked = None;
    let mut child = ui.new_child(UiBuilder::new().max_rect(list).id_salt("queue"));
    child.spacing_mut().item_spacing.y = 0.0;
    ScrollArea::vertical().auto_shrink(false).show_rows(&mut child, ROW, ids.len(), |ui, range| {
        for id in &ids[range] {
            let Some(call) = cx.records.calls.get(id) else { continue };
            if entry(ui, cx, call, now == Some(*id), next == Some(*id)) {
                clicked = Some(*id);
            }
        }
    });
    if ids.is_empty() && !words.is_empty() {
        let none = tr!("No call of this list matches.");
        line(
            ui.painter(),
            list.left_top() + vec2(10.0, 20.0),
            list.width(),
            Line::new(&none, type_scale::SECONDARY, p.text3),
        );
    }
    let foot = Rect::from_min_max(pos2(area.left(), list.bottom()), area.max);
    let mut child = ui.new_child(UiBuilder::new().max_rect(foot).id_salt("others"));
    child.spacing_mut().item_spacing.y = 0.0;
    others(&mut child, cx, queue);
    // What is taken up again is one that waits; what was called opens.
    clicked.filter(|id| match cx.records.calls.get(id) {
        Some(call) if call.is_to_be_made() => now != Some(*id),
        _ => {
            cx.actions.push(Action::Call(CallAsk::Open(*id)));
            false
        }
    })
}

fn entry(ui: &mut Ui, cx: &Context, call: &Call, now: bool, next: bool) -> bool {
    let p = palette(ui);
    let retry = call.attempts() > 0 && call.is_to_be_made();
    let (state, tone, icon) = faces::state(call, ui);
    let (icon, color): (Icon, Color32) = match () {
        () if now => (icons::IN_TALK, p.accent),
        () if retry => (icons::SCHEDULE, p.due.text),
        () if call.is_to_be_made() => (icons::RADIO_OFF, p.text3),
        () => (icon, tone.text),
    };
    let company = call.partner.and_then(|id| cx.records.contacts.get(&id)).and_then(|c| c.parent);
    let company = company.map_or("", |id| cx.records.name(id));
    let detail = match () {
        () if retry => tr!("Retry · {n} attempt" | "Retry · {n} attempts" % call.attempts()),
        () if call.state == Call::CALLED && call.minutes() > 0 => {
            format!("{state} · {}", tr!("{} min", call.minutes()))
        }
        () if !call.is_to_be_made() => state,
        () if company.is_empty() => satchel_core::phone::readable(&call.phone),
        () => company.to_owned(),
    };
    let later = call.date.filter(|date| *date > cx.now && call.is_to_be_made());
    let right = match () {
        () if now => tr!("call" => "now"),
        () if next => tr!("call" => "next"),
        () => later.map_or_else(String::new, |at| script::due(cx, at)),
    };
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
    let parts = [call.name.as_str(), &detail, &right];
    let name = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
    response.widget_info(|| WidgetInfo::selected(Role::ListItem, true, now, &name));
    let inside = rect.shrink2(vec2(1.0, 1.0));
    if now {
        ui.painter().rect(inside, radius::CONTROL, p.card, Stroke::new(1.0, p.line), StrokeKind::Inside);
        let edge = Rect::from_min_size(inside.min + vec2(0.0, 4.0), vec2(3.0, inside.height() - 8.0));
        ui.painter().rect_filled(edge, 2, p.accent);
    } else if response.hovered() {
        ui.painter().rect_filled(inside, radius::CONTROL, p.hover);
    }
    icons::paint(ui.painter(), icon, pos2(rect.left() + 19.0, rect.center().y), 18.0, color);
    let left = rect.left() + 40.0;
    let wide = Line::new(&right, type_scale::CAPTION, p.text2).layout(ui.painter(), 110.0).size().x;
    let end = rect.right() - 10.0;
    line(ui.painter(), pos2(end - wide, rect.center().y), wide + 1.0, Line::new(&right, type_scale::CAPTION, p.text2));
    let room = end - left - if wide > 0.0 { wide + 8.0 } else { 0.0 };
    let text = if call.is_to_be_made() { p.text } else { p.text2 };
    line(ui.painter(), pos2(left, rect.center().y - 8.0), room, Line::new(&call.name, type_scale::BODY, text));
    line(ui.painter(), pos2(left, rect.center().y + 9.0), room, Line::new(&detail, type_scale::SECONDARY, p.text2));
    if response.has_focus() {
        focus_ring(ui.painter(), inside, radius::CONTROL, p);
    }
    response.on_hover_cursor(CursorIcon::PointingHand).clicked()
}

fn others(ui: &mut Ui, cx: &mut Context, queue: &Queue) {
    let p = palette(ui);
    if !queue.taken.is_empty() {
        section(ui, &tr!("Taken by others now"));
        for taken in queue.taken.iter().take(MOST) {
            let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
            let (call, who) = (cx.records.name(taken.call), cx.records.name(taken.user));
            let since = TimeDelta::from_std(taken.since).ok().and_then(|ago| cx.now.checked_sub_signed(ago));
            let since: chrono::DateTime<Utc> = since.unwrap_or(cx.now);
            let says = tr!("{who}, since {time}", who, time = format::clock(since, cx.environment));
            response.widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("{call}, {says}")));
            let center = pos2(rect.left() + 20.0, rect.center().y);
            avatar::paint(ui.painter(), center, 22.0, &format::initials(who), format::person_number(taken.user), p);
            two_lines(ui, rect, call, &says);
        }
    }
    if !queue.doubles.is_empty() {
        section(ui, &tr!("Called twice"));
        for id in queue.doubles.iter().take(MOST) {
            let Some(call) = cx.records.calls.get(id) else { continue };
            let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
            let owner = call.done_by.map_or("", |user| cx.records.name(user));
            let says = if owner.is_empty() { tr!("Decided twice") } else { tr!("Counts for {}", owner) };
            response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("{}, {says}", call.name)));
            if response.hovered() {
                ui.painter().rect_filled(rect.shrink(1.0), radius::CONTROL, p.hover);
            }
            icons::paint(ui.painter(), icons::CONFLICT, pos2(rect.left() + 19.0, rect.center().y), 18.0, p.two.text);
            two_lines(ui, rect, &call.name, &says);
            if response.has_focus() {
                focus_ring(ui.painter(), rect.shrink(1.0), radius::CONTROL, p);
            }
            if response.clicked() {
                cx.actions.push(Action::Call(CallAsk::Open(*id)));
            }
        }
    }
}

fn section(ui: &mut Ui, title: &str) {
    let p = palette(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 34.0), Sense::hover());
    ui.painter().hline(rect.x_range(), rect.top() + 2.0, (1.0, p.line));
    line(
        ui.painter(),
        pos2(rect.left() + 10.0, rect.center().y + 3.0),
        rect.width() - 20.0,
        Line::new(title, type_scale::SECONDARY, p.text2),
    );
}

fn two_lines(ui: &Ui, rect: Rect, title: &str, detail: &str) {
    let p = palette(ui);
    let (left, room) = (rect.left() + 40.0, rect.width() - 50.0);
    line(ui.painter(), pos2(left, rect.center().y - 8.0), room, Line::new(title, type_scale::BODY, p.text));
    line(ui.painter(), pos2(left, rect.center().y + 9.0), room, Line::new(detail, type_scale::SECONDARY, p.text2));
}
