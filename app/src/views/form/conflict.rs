//! A field with several values: each with who, where and when, and a button that keeps it.

use eframe::egui::{
    Align, CornerRadius, Frame, Layout, Margin, Rect, Sense, Shape, Stroke, StrokeKind, Ui, UiBuilder,
    epaint::RectShape, pos2, vec2,
};
use satchel_core::{
    Command, DocId, Kind, Records, Value,
    workspace::{Conflict, ConflictValue},
};
use tr::tr;

use super::{custom, def, words};
use crate::{
    design::{icons, palette, radius, type_scale},
    shell::Context,
    views::format,
    widgets::{Button, Row, avatar},
};

/// The name of the field as a person knows it.
pub fn label(conflict: &Conflict) -> String {
    match conflict.field.as_str() {
        "standing" => tr!("Where it stands"),
        field if field.starts_with("x_") => custom::label(field).unwrap_or_default(),
        field => def(conflict.kind, field).map_or_else(|| field.replace('_', " "), |d| words::label(&d)),
    }
}

/// As [`label`], of any field of a kind, custom ones too.
pub fn field_label(records: &Records, kind: Kind, field: &str) -> String {
    match field {
        "stage" => tr!("Stage"),
        "probability" => tr!("Probability"),
        "won_status" | "standing" => tr!("Outcome"),
        field => records.field(kind, field).map_or_else(|| field.replace('_', " "), |d| words::label(&d)),
    }
}

/// The violet panel on a form. Returns true when the person wants to decide later.
pub fn panel(ui: &mut Ui, cx: &mut Context, conflict: &Conflict) -> bool {
    let palette = palette(ui);
    let mut later = false;
    let frame = Frame::new()
        .fill(palette.two.soft)
        .stroke(Stroke::new(1.0, palette.two_line))
        .corner_radius(CornerRadius::same(radius::CARD))
        .inner_margin(Margin { left: 12, right: 12, top: 10, bottom: 12 });
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.spacing_mut().item_spacing.y = 6.0;
        let (head, _) = ui.allocate_exact_size(vec2(ui.available_width(), 24.0), Sense::hover());
        let mut right = ui.new_child(UiBuilder::new().max_rect(head).layout(Layout::right_to_left(Align::Center)));
        later = right.add(Button::ghost(&tr!("Decide later")).small()).clicked();
        let mut row = Row::new(ui, Rect::from_min_max(head.min, pos2(right.min_rect().left() - 8.0, head.bottom())));
        row.icon(icons::CONFLICT, 16.0, palette.two.text);
        let field = label(conflict);
        let title = match conflict.others.len() + 1 {
            2 => tr!("{} has two values", field),
            3 => tr!("{} has three values", field),
            4 => tr!("{} has four values", field),
            count => tr!("{field} has {count} values", field, count),
        };
        row.gap(8.0).text(&title, type_scale::CARD_TITLE, palette.text);
        let why = tr!("Both were saved while the devices were apart.");
        row.gap(8.0).text(&why, type_scale::SECONDARY, palette.text2);
        values(ui, cx, conflict, false);
    });
    later
}

/// The values side by side, or one under the other where there is no room. Among many conflicts they are smaller, and the one
/// that is shown now is tinted.
pub fn values(ui: &mut Ui, cx: &mut Context, conflict: &Conflict, among_many: bool) {
    let all: Vec<&ConflictValue> = std::iter::once(&conflict.value).chain(&conflict.others).collect();
    let gap = 10.0;
    let width = ui.available_width();
    let columns = ((width + gap) / (260.0 + gap)).floor().clamp(1.0, all.len() as f32);
    let wide = (width - gap * (columns - 1.0)) / columns;
    for (at, chunk) in all.chunks(columns as usize).enumerate() {
        let (row, _) = ui.allocate_exact_size(vec2(width, 54.0), Sense::hover());
        for (nth, value) in chunk.iter().enumerate() {
            let choice = at * columns as usize + nth;
            let left = row.left() + nth as f32 * (wide + gap);
            let rect = Rect::from_min_size(pos2(left, row.top()), vec2(wide, row.height()));
            if card(ui, cx, conflict, value, choice, &all, rect, among_many) {
                cx.execute(Command::Resolve { id: conflict.id, field: conflict.field.clone(), choice });
            }
        }
    }
}

#[expect(clippy::too_many_arguments)]
fn card(
    ui: &mut Ui,
    cx: &Context,
    conflict: &Conflict,
    value: &ConflictValue,
    choice: usize,
    all: &[&ConflictValue],
    rect: Rect,
    among_many: bool,
) -> bool {
    let palette = palette(ui);
    let (fill, line) =
        if among_many && choice == 0 { (palette.two.soft, palette.two_line) } else { (palette.card, palette.line) };
    let corner = CornerRadius::same(radius::CONTROL);
    let shape = RectShape::new(rect, corner, fill, Stroke::new(1.0, line), StrokeKind::Inside);
    ui.painter().add(Shape::Rect(shape));
    let inner = rect.shrink2(vec2(10.0, 0.0));
    let mut right = ui.new_child(UiBuilder::new().max_rect(inner).layout(Layout::right_to_left(Align::Center)));
    let text = text(cx, conflict, value);
    let keep = keep_words(cx.user, value, all);
    let name = format!("{keep}: {} {text}", label(conflict));
    let button = Button::new(&keep).name(&name);
    let clicked = right.add(if among_many { button.small() } else { button }).clicked();

    let room = pos2(right.min_rect().left() - 8.0, inner.bottom());
    let mut top =
        Row::new(ui, Rect::from_min_max(pos2(inner.left(), rect.top() + 8.0), pos2(room.x, rect.top() + 28.0)));
    let style = if among_many { type_scale::CARD_TITLE } else { type_scale::TITLE };
    if choice == 0 {
        // The words at the end keep their room, the value is cut.
        top.gap_right(64.0);
    }
    let at = top.text(&text, style, palette.text);
    if choice == 0 {
        let mut note =
            Row::new(ui, Rect::from_min_max(pos2(at.right() + 6.0, rect.top() + 9.0), pos2(room.x, rect.top() + 29.0)));
        note.text(&tr!("shown now"), type_scale::TAG, palette.text3);
    }
    let foot = Rect::from_min_max(pos2(inner.left(), rect.top() + 28.0), pos2(room.x, rect.top() + 47.0));
    let mut row = Row::new(ui, foot);
    let disc = row.place(vec2(18.0, 18.0));
    let number = format::person_number(value.user);
    avatar::paint(ui.painter(), disc.center(), 18.0, &format::initials(&value.user_name), number, palette);
    let who = if value.user == cx.user { tr!("You") } else { value.user_name.clone() };
    let when = format::moment(value.time, cx.environment);
    row.gap(4.0).text(&format!("{who} · {} · {when}", value.device_name), type_scale::SECONDARY, palette.text2);
    clicked
}

/// `Keep mine`, `Keep theirs`, or whose it is.
fn keep_words(user: DocId, value: &ConflictValue, all: &[&ConflictValue]) -> String {
    let owners = all.iter().filter(|v| v.user == value.user).count();
    if owners > 1 {
        return tr!("Keep this");
    }
    if value.user == user {
        return tr!("Keep mine");
    }
    let mine = all.iter().any(|v| v.user == user);
    match value.user_name.split_whitespace().next() {
        _ if mine && all.len() == 2 => tr!("Keep theirs"),
        Some(first) => tr!("Keep {}’s", first),
        None => tr!("Keep this"),
    }
}

fn text(cx: &Context, conflict: &Conflict, value: &ConflictValue) -> String {
    if conflict.field == "standing" {
        return value.text.clone();
    }
    let in_words = match (def(conflict.kind, &conflict.field), &value.value) {
        (Some(def), Value::Money(_) | Value::Date(_) | Value::Time(_) | Value::Percent(_) | Value::Ref(_)) => {
            words::value(cx, def.ty, &value.value)
        }
        _ => value.text.clone(),
    };
    if in_words.is_empty() { tr!("field" => "empty") } else { in_words }
}
