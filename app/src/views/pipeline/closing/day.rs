//! One day of the month: its closings, as many as it has room for, and the others behind them.

use chrono::{Datelike, NaiveDate};
use eframe::egui::{
    CursorIcon, Id, Popup, Rect, ScrollArea, Sense, Stroke, StrokeKind, Ui, WidgetInfo, accesskit::Role, pos2, vec2,
};
use satchel_core::DocId;
use tr::tr;

use super::{super::opportunities, CHIP, Closing, ClosingView, DAY, PITCH};
use crate::{
    design::{palette, radius, type_scale},
    locale::{self},
    shell::Context,
    views::format,
    widgets::{Line, line, line::focus_ring, line_right},
};

impl ClosingView {
    #[expect(clippy::too_many_arguments)]
    pub(super) fn day(
        &mut self,
        ui: &mut Ui,
        cx: &mut Context,
        day: NaiveDate,
        within: bool,
        closing: &Closing,
        cell: Rect,
        area: Rect,
    ) {
        let p = palette(ui);
        let over = self.drag.as_ref().is_some_and(|d| d.over == Some(day) && d.from != day);
        let painter = ui.painter();
        let bottom_left = cell.bottom() > area.bottom() - 2.0 && cell.left() < area.left() + 2.0;
        let bottom_right = cell.bottom() > area.bottom() - 2.0 && cell.right() > area.right() - 2.0;
        let corner = eframe::egui::CornerRadius {
            sw: if bottom_left { radius::CARD } else { 0 },
            se: if bottom_right { radius::CARD } else { 0 },
            ..eframe::egui::CornerRadius::ZERO
        };
        if over {
            painter.rect_filled(cell, corner, p.drop);
        } else if !within {
            painter.rect_filled(cell, corner, p.panel);
        }
        painter.hline(cell.x_range(), cell.top() + 0.5, Stroke::new(1.0, p.line));
        if cell.left() > area.left() + 2.0 {
            painter.vline(cell.left() + 0.5, cell.y_range(), Stroke::new(1.0, p.line));
        }
        let y = cell.top() + 14.0;
        let number = day.day().to_string();
        let number = if day.day() == 1 { locale::month_day(day) } else { number };
        if day == cx.today {
            let center = pos2(cell.left() + 17.0, y);
            painter.circle_filled(center, 10.0, p.accent);
            crate::widgets::line::line_center(
                painter,
                center,
                40.0,
                Line::new(&number, type_scale::SECONDARY.strong(), p.onaccent),
            );
        } else {
            let color = if within { p.text } else { p.text3 };
            line(painter, pos2(cell.left() + 10.0, y), 60.0, Line::new(&number, type_scale::SECONDARY, color));
        }
        let ids = closing.ids.as_slice();
        if !ids.is_empty() {
            let sum = format::money_round(closing.expected, format::currency(cx.records));
            line_right(
                painter,
                pos2(cell.right() - 8.0, y),
                cell.width() - 50.0,
                Line::new(&sum, type_scale::TAG, p.text3),
            );
            let said = tr!(
                "{day}: {count}, {sum} expected",
                day = format::full_day(day),
                count = opportunities(ids.len()),
                sum
            );
            let head = Rect::from_min_size(cell.min, vec2(cell.width(), DAY));
            let response = ui.interact(head, Id::unique(("closing day", day)), Sense::hover());
            response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &said));
        }
        if over {
            painter.rect_stroke(cell, 0, Stroke::new(1.5, p.accent), StrokeKind::Inside);
        }
        let room = ((cell.height() - DAY - 4.0) / PITCH).floor().max(1.0) as usize;
        let fits = if ids.len() > room { room.saturating_sub(1) } else { ids.len() };
        // The one that has the focus, or gets it, is never hidden behind "more".
        let (front, behind) = ids.split_at(fits);
        let kept = self.follow.or(self.focused).filter(|kept| fits > 0 && behind.contains(kept));
        let in_sight = |at: usize| kept.filter(|_| at + 1 == fits).unwrap_or(front[at]);
        let place = |at: usize| {
            let top = cell.top() + DAY + PITCH * at as f32;
            Rect::from_min_max(pos2(cell.left() + 6.0, top), pos2(cell.right() - 5.0, top + CHIP))
        };
        for at in 0..fits {
            self.chip(ui, cx, in_sight(at), day, place(at));
        }
        if !behind.is_empty() {
            let last = front.last().filter(|_| kept.is_some());
            self.more(ui, cx, day, behind, kept.zip(last.copied()), place(fits));
        }
    }

    /// Those that have no room, in a list; one of them may have changed places with one that had.
    fn more(
        &mut self,
        ui: &mut Ui,
        cx: &mut Context,
        day: NaiveDate,
        rest: &[DocId],
        changed: Option<(DocId, DocId)>,
        place: Rect,
    ) {
        let p = palette(ui);
        let response = ui.interact(place, Id::unique(("more closings", day)), Sense::click());
        let words = tr!("{} more", rest.len());
        response.widget_info(|| {
            WidgetInfo::labeled(Role::Button, true, {
                tr!("{count} more on {day}", count = rest.len(), day = format::full_day(day))
            })
        });
        if response.hovered() {
            ui.painter().rect_filled(place, radius::CHIP, p.hover);
        }
        line(
            ui.painter(),
            place.left_center() + vec2(7.0, 0.0),
            place.width(),
            Line::new(&words, type_scale::TAG, p.text2),
        );
        if response.has_focus() {
            focus_ring(ui.painter(), place, radius::CHIP, p);
        }
        let response = response.on_hover_cursor(CursorIcon::PointingHand);
        Popup::menu(&response).gap(2.0).width(280.0).show(|ui| {
            ui.spacing_mut().item_spacing.y = 3.0;
            ScrollArea::vertical().max_height(320.0).show(ui, |ui| {
                for id in rest {
                    let id = changed.filter(|(from, _)| from == id).map_or(*id, |(_, to)| to);
                    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), CHIP), Sense::hover());
                    self.chip(ui, cx, id, day, rect);
                }
            });
        });
    }
}
