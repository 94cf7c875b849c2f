//! A month of days to pick one from.

use chrono::{Datelike, Days, Months, NaiveDate};
use eframe::egui::{Align2, CornerRadius, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};
use tr::tr;

use crate::design::{Icon, icons, palette, radius, type_scale};

const CELL: f32 = 30.0;

/// Shows the month that `cursor` lies in and returns the day that was clicked. `cursor` is moved by the arrows.
pub fn month(ui: &mut Ui, cursor: &mut NaiveDate, chosen: Option<NaiveDate>, today: NaiveDate) -> Option<NaiveDate> {
    let palette = palette(ui);
    let (head, _) = ui.allocate_exact_size(vec2(7.0 * CELL, 28.0), Sense::hover());
    let title = cursor.format("%B %Y").to_string();
    ui.painter().text(head.center(), Align2::CENTER_CENTER, &title, type_scale::CARD_TITLE.font(), palette.text);
    let step = |ui: &Ui, rect: Rect, icon: Icon, by: i32, name: &str| {
        let response = ui.interact(rect, ui.scope_id().with(("step", by)), Sense::click());
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, name));
        if response.hovered() {
            ui.painter().rect_filled(rect, CornerRadius::same(radius::CHIP), palette.hover);
        }
        icons::paint(ui.painter(), icon, rect.center(), 18.0, palette.text2);
        response.clicked()
    };
    if step(ui, Rect::from_min_size(head.min, vec2(28.0, 28.0)), icons::LEFT, -1, &tr!("Previous month")) {
        *cursor = cursor.checked_sub_months(Months::new(1)).unwrap_or(*cursor);
    }
    if step(
        ui,
        Rect::from_min_size(pos2(head.right() - 28.0, head.top()), vec2(28.0, 28.0)),
        icons::RIGHT,
        1,
        &tr!("Next month"),
    ) {
        *cursor = cursor.checked_add_months(Months::new(1)).unwrap_or(*cursor);
    }

    let (names, _) = ui.allocate_exact_size(vec2(7.0 * CELL, 18.0), Sense::hover());
    for (at, name) in
        [tr!("Mo"), tr!("Tu"), tr!("We"), tr!("Th"), tr!("Fr"), tr!("Sa"), tr!("Su")].into_iter().enumerate()
    {
        let center = pos2(names.left() + (at as f32 + 0.5) * CELL, names.center().y);
        ui.painter().text(center, Align2::CENTER_CENTER, name, type_scale::TAG.font(), palette.text3);
    }
    let first = cursor.with_day(1).unwrap_or(*cursor);
    let start = first.checked_sub_days(Days::new(u64::from(first.weekday().num_days_from_monday()))).unwrap_or(first);
    let mut picked = None;
    let (grid, _) = ui.allocate_exact_size(vec2(7.0 * CELL, 6.0 * CELL), Sense::hover());
    for (at, date) in start.iter_days().take(42).enumerate() {
        let corner = grid.min + vec2((at % 7) as f32 * CELL, (at / 7) as f32 * CELL);
        let rect = Rect::from_min_size(corner, vec2(CELL, CELL)).shrink(1.0);
        let response = ui.interact(rect, ui.scope_id().with(date), Sense::click());
        response.widget_info(|| {
            WidgetInfo::selected(Role::Button, true, chosen == Some(date), date.format("%a %-d %b %Y").to_string())
        });
        let corner = CornerRadius::same(radius::CHIP);
        if chosen == Some(date) {
            ui.painter().rect_filled(rect, corner, palette.accent);
        } else if response.hovered() || response.has_focus() {
            ui.painter().rect_filled(rect, corner, palette.hover);
        }
        if date == today && chosen != Some(date) {
            ui.painter().rect_stroke(rect, corner, Stroke::new(1.0, palette.accent), StrokeKind::Inside);
        }
        let color = if chosen == Some(date) {
            palette.onaccent
        } else if date.month() != cursor.month() {
            palette.text3
        } else {
            palette.text
        };
        let font = if date == today { type_scale::CARD_TITLE.font() } else { type_scale::BODY.font() };
        ui.painter().text(rect.center(), Align2::CENTER_CENTER, date.day().to_string(), font, color);
        if response.clicked() {
            picked = Some(date);
        }
    }
    picked
}
