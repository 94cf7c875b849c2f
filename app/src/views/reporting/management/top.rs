//! Who the year's revenue came from: customers, and salespeople.

use eframe::egui::{CursorIcon, Id, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};
use satchel_core::{DocId, Money, Value, query::pivot::Pivot};
use tr::tr;

use super::{Shown, ask, head};
use crate::{
    design::{palette, radius, size, type_scale},
    shell::Context,
    views::format,
    widgets::{Line, Row, avatar, line::focus_ring, line_right},
};

pub const CUSTOMERS: usize = 10;
pub const PEOPLE: usize = 5;
const ROW: f32 = 24.0;

pub fn height(shown: &Shown) -> f32 {
    let customers = shown.customers.len() as f32 * ROW;
    let people = shown.people.len() as f32 * 2.0 * ROW;
    52.0 + customers.max(people).max(ROW)
}

pub fn customers(ui: &mut Ui, cx: &mut Context, area: Rect, shown: &Shown) {
    let rest = head(ui, area, &tr!("Top 10 customers"), &year(shown));
    let pivot = &shown.revenue.customers;
    rows(ui, cx, rest, (pivot, &shown.customers), ROW, |_, _| 0.0);
}

pub fn people(ui: &mut Ui, cx: &mut Context, area: Rect, shown: &Shown) {
    let rest = head(ui, area, &tr!("Top 5 salespeople"), &year(shown));
    let pivot = &shown.revenue.people;
    rows(ui, cx, rest, (pivot, &shown.people), 2.0 * ROW, |ui, (rect, id, name)| {
        let center = pos2(rect.left() + 14.0, rect.center().y);
        avatar::paint(
            ui.painter(),
            center,
            size::AVATAR,
            &format::initials(name),
            format::person_number(id),
            palette(ui),
        );
        34.0
    });
}

fn year(shown: &Shown) -> String {
    shown.revenue.years.first().map(i32::to_string).unwrap_or_default()
}

/// Rows with bars as long as their share of the first. `before` paints what stands before a name and says how wide it is.
fn rows(
    ui: &mut Ui,
    cx: &mut Context,
    area: Rect,
    (pivot, top): (&Pivot, &[usize]),
    height: f32,
    before: impl Fn(&Ui, (Rect, DocId, &str)) -> f32,
) {
    let p = palette(ui);
    let of = pivot.row_groups.first().map(|group| group.field.name.to_string());
    let largest = top.first().map_or(0, |row| pivot.rows[*row].total.sum).max(1);
    if top.is_empty() {
        Row::new(ui, Rect::from_min_size(area.min, vec2(area.width(), ROW))).text(
            &tr!("Nothing was won"),
            type_scale::BODY,
            p.text3,
        );
    }
    for (at, row) in top.iter().copied().enumerate() {
        let cells = &pivot.rows[row];
        let rect = Rect::from_min_size(pos2(area.left(), area.top() + height * at as f32), vec2(area.width(), height));
        let name = cells.head().and_then(|h| h.title.clone()).unwrap_or_default();
        let amount = format::money_round(Money(cells.total.sum), format::currency(cx.records));
        let response = ui.interact(rect, Id::unique(("top", &of, at)), Sense::click());
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("{name}: {amount}")));
        if response.hovered() {
            ui.painter().rect_filled(rect.expand2(vec2(8.0, -1.0)), radius::MARK, p.hover);
        }
        if response.has_focus() {
            focus_ring(ui.painter(), rect.expand2(vec2(6.0, -1.0)), radius::MARK, p);
        }
        let id = cells.head().and_then(|h| if let Value::Ref(id) = h.value { Some(id) } else { None });
        let indent = id.map_or(0.0, |id| before(ui, (rect, id, &name)));
        let y = rect.center().y;
        line_right(
            ui.painter(),
            pos2(rect.right(), y),
            100.0,
            Line::new(&amount, type_scale::SECONDARY.medium(), p.text),
        );
        let bar = rect.left() + (rect.width() * 0.36).min(190.0);
        let words = Rect::from_min_max(pos2(rect.left() + indent, rect.top()), pos2(bar - 10.0, rect.bottom()));
        Row::new(ui, words).text(&name, type_scale::BODY, p.text);
        let room = (rect.right() - 108.0 - bar).max(10.0);
        let share = cells.total.sum as f32 / largest as f32;
        let shape = Rect::from_min_size(pos2(bar, y - 5.0), vec2((room * share).max(2.0), 10.0));
        ui.painter().rect_filled(shape, 2, p.accent);
        if response.on_hover_cursor(CursorIcon::PointingHand).clicked() {
            ask(cx, pivot.drill(Some(row), None));
        }
    }
}
