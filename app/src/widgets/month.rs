//! A month of days to pick one from.

use chrono::{Datelike, Days, Months, NaiveDate};
use eframe::egui::{Align2, CornerRadius, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};
use tr::tr;

use crate::{
    design::{Icon, icons, palette, radius, type_scale},
    locale,
    widgets::{Line, line},
};

const CELL: f32 = 30.0;

/// How a month is drawn.
#[derive(Clone, Copy, Debug)]
pub struct Month {
    pub chosen: Option<NaiveDate>,
    pub today: NaiveDate,
    /// The side of a day.
    pub cell: f32,
    /// Days that are tinted, the last one included.
    pub band: Option<(NaiveDate, NaiveDate)>,
}

/// Shows the month that `cursor` lies in and returns the day that was clicked. `cursor` is moved by the arrows.
pub fn month(ui: &mut Ui, cursor: &mut NaiveDate, chosen: Option<NaiveDate>, today: NaiveDate) -> Option<NaiveDate> {
    month_in(ui, cursor, Month { chosen, today, cell: CELL, band: None })
}

/// The same in a size of its own.
pub fn month_in(ui: &mut Ui, cursor: &mut NaiveDate, look: Month) -> Option<NaiveDate> {
    let palette = palette(ui);
    let Month { chosen, today, cell, band } = look;
    let wide = 7.0 * cell;
    let (head, _) = ui.allocate_exact_size(vec2(wide, 28.0), Sense::hover());
    let title = locale::month_year(*cursor);
    let at = head.left_center() + vec2(if band.is_some() { 4.0 } else { 8.0 }, 0.0);
    line(ui.painter(), at, wide - 60.0, Line::new(&title, type_scale::CARD_TITLE, palette.text));
    let step = |ui: &Ui, rect: Rect, icon: Icon, by: i32, name: &str| {
        let response = ui.interact(rect, ui.scope_id().with(("step", by)), Sense::click());
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, name));
        if response.hovered() || response.has_focus() {
            ui.painter().rect_filled(rect, CornerRadius::same(radius::CHIP), palette.hover);
        }
        icons::paint(ui.painter(), icon, rect.center(), 18.0, palette.text2);
        response.clicked()
    };
    let side = vec2(26.0, 26.0);
    let (earlier, later) = (tr!("Earlier months"), tr!("Later months"));
    if step(ui, Rect::from_min_size(pos2(head.right() - 54.0, head.top() + 1.0), side), icons::LEFT, -1, &earlier) {
        *cursor = cursor.checked_sub_months(Months::new(1)).unwrap_or(*cursor);
    }
    if step(ui, Rect::from_min_size(pos2(head.right() - 26.0, head.top() + 1.0), side), icons::RIGHT, 1, &later) {
        *cursor = cursor.checked_add_months(Months::new(1)).unwrap_or(*cursor);
    }

    let first = cursor.with_day(1).unwrap_or(*cursor);
    let begins = locale::current().region.first_weekday();
    let start = first.checked_sub_days(Days::new(u64::from(first.weekday().days_since(begins)))).unwrap_or(first);
    let (names, _) = ui.allocate_exact_size(vec2(wide, 18.0), Sense::hover());
    for (at, day) in start.iter_days().take(7).enumerate() {
        let center = pos2(names.left() + (at as f32 + 0.5) * cell, names.center().y);
        let name: String = locale::weekday(day.weekday()).chars().take(2).collect();
        ui.painter().text(center, Align2::CENTER_CENTER, name, type_scale::TAG.font(), palette.text3);
    }
    let mut picked = None;
    let (grid, _) = ui.allocate_exact_size(vec2(wide, 6.0 * cell), Sense::hover());
    if let Some((from, to)) = band {
        for row in 0..6 {
            let cell_of = |day: NaiveDate| (day - start).num_days() - 7 * row;
            let (first, last) = (cell_of(from).max(0), cell_of(to).min(6));
            if first <= last {
                let min = grid.min + vec2(first as f32 * cell, row as f32 * cell + 2.0);
                let size = vec2((last - first + 1) as f32 * cell, cell - 4.0);
                ui.painter().rect_filled(Rect::from_min_size(min, size), size.y / 2.0, palette.sunken);
            }
        }
    }
    for (at, date) in start.iter_days().take(42).enumerate() {
        let corner = grid.min + vec2((at % 7) as f32 * cell, (at / 7) as f32 * cell);
        let rect = Rect::from_min_size(corner, vec2(cell, cell)).shrink(1.0);
        let response = ui.interact(rect, ui.scope_id().with(date), Sense::click());
        response.widget_info(|| WidgetInfo::selected(Role::Button, true, chosen == Some(date), locale::full_day(date)));
        let corner = CornerRadius::same(radius::CHIP);
        let is_filled = chosen == Some(date) || band.is_some() && date == today;
        if chosen == Some(date) {
            ui.painter().rect_filled(rect, corner, palette.accent);
        } else if is_filled {
            ui.painter().circle_filled(rect.center(), rect.width() / 2.0, palette.accent);
        } else if response.hovered() || response.has_focus() {
            ui.painter().rect_filled(rect, corner, palette.hover);
        }
        if date == today && !is_filled {
            ui.painter().rect_stroke(rect, corner, Stroke::new(1.0, palette.accent), StrokeKind::Inside);
        }
        let color = if is_filled {
            palette.onaccent
        } else if date.month() != cursor.month() {
            palette.text3
        } else {
            palette.text
        };
        let ty = if cell < CELL { type_scale::SECONDARY } else { type_scale::BODY };
        let font = if date == today { ty.strong().font() } else { ty.font() };
        ui.painter().text(rect.center(), Align2::CENTER_CENTER, date.day().to_string(), font, color);
        if response.clicked() {
            picked = Some(date);
        }
    }
    picked
}
