//! What is ahead, day by day.

use chrono::{Datelike, NaiveDate};
use eframe::egui::{Id, Rect, ScrollArea, Sense, Stroke, Ui, UiBuilder, WidgetInfo, accesskit::Role, pos2, vec2};
use tr::tr;

use super::{
    CalendarView, Target,
    place::Place,
    shown::{Item, Shown},
    span::later,
    touch::{lock_arrows, open},
};
use crate::{
    design::{icons, palette, radius, size, type_scale},
    locale,
    shell::Context,
    views::format,
    widgets::{Line, Row, empty, line, line::focus_ring},
};

const ROW: f32 = 40.0;
const DAY: f32 = 104.0;
const GAP: f32 = 10.0;
const TIME: f32 = 132.0;

impl CalendarView {
    pub(super) fn agenda(&mut self, ui: &mut Ui, cx: &mut Context, area: Rect, shown: &Shown) {
        let mut child = ui.new_child(UiBuilder::new().max_rect(area).id_salt("agenda"));
        if shown.items.is_empty() {
            let sentence = tr!("In these six weeks there is nothing that is not switched off.");
            let new = tr!("New meeting");
            let title = tr!("Nothing in the calendar");
            if empty::show(&mut child, icons::CALENDAR, &title, &sentence, &[&new]).is_some() {
                self.begin_anywhere(cx);
            }
            return;
        }
        // A day and where it begins.
        let mut heights = Vec::new();
        let mut y = 8.0;
        for (at, items) in shown.days.iter().enumerate().filter(|(_, items)| !items.is_empty()) {
            heights.push((at, y));
            y += ROW * items.len() as f32 + GAP;
        }
        let room = child.available_width().min(size::LIST_MAX);
        ScrollArea::vertical().id_salt("agenda").auto_shrink(false).show(&mut child, |ui| {
            let (content, _) = ui.allocate_exact_size(vec2(room, y), Sense::hover());
            let clip = ui.clip_rect();
            for (at, top) in heights {
                let items = &shown.days[at];
                let day = later(shown.from, at as i64);
                let whole =
                    Rect::from_min_size(content.min + vec2(0.0, top), vec2(content.width(), ROW * items.len() as f32));
                let wanted = self.follow && items.iter().any(|at| self.at == Some(Target::Item(shown.items[*at].key)));
                if whole.intersects(clip) || wanted {
                    self.agenda_day(ui, cx, day, items, whole, shown);
                }
            }
        });
    }

    fn agenda_day(
        &mut self,
        ui: &mut Ui,
        cx: &mut Context,
        day: NaiveDate,
        items: &[usize],
        whole: Rect,
        shown: &Shown,
    ) {
        let p = palette(ui);
        let painter = ui.painter();
        let is_today = day == cx.today;
        let ink = if is_today { p.accent } else { p.text };
        let y = whole.top() + ROW / 2.0;
        let number = day.day().to_string();
        line(painter, pos2(whole.left() + 20.0, y), 40.0, Line::new(&number, type_scale::RECORD_TITLE, ink));
        let name = format!("{} {}", locale::weekday(day.weekday()), locale::short_month(day.month()));
        line(
            painter,
            pos2(whole.left() + 54.0, y + 2.0),
            60.0,
            Line::new(&name, type_scale::SECONDARY, if is_today { p.accent } else { p.text3 }),
        );
        painter.hline(whole.x_range(), whole.bottom() + GAP / 2.0, Stroke::new(1.0, p.line));
        let head = Rect::from_min_size(whole.min, vec2(DAY, ROW));
        let response = ui.interact(head, Id::unique(("agenda day", day)), Sense::hover());
        let words = format!("{}, {}", format::near_day(day, cx.today), items.len());
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &words));
        for (at, item) in items.iter().enumerate() {
            let top = whole.top() + ROW * at as f32;
            let rect = Rect::from_min_max(pos2(whole.left() + DAY + 16.0, top), pos2(whole.right() - 12.0, top + ROW));
            self.agenda_row(ui, cx, &shown.items[*item], day, rect.shrink2(vec2(0.0, 2.0)));
        }
    }

    fn agenda_row(&mut self, ui: &mut Ui, cx: &mut Context, item: &Item, day: NaiveDate, rect: Rect) {
        let p = palette(ui);
        let response = ui.interact(rect, Id::unique(("agenda", item.key, day)), Sense::click());
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &item.name));
        if self.follow && self.at == Some(Target::Item(item.key)) {
            response.request_focus();
            response.scroll_to_me(None);
            self.follow = false;
        }
        if response.hovered() {
            ui.painter().rect_filled(rect, radius::CONTROL, p.hover);
        }
        if response.has_focus() {
            focus_ring(ui.painter(), rect, radius::CONTROL, p);
            lock_arrows(ui, response.id);
            self.has_focus(Target::Item(item.key));
        }
        let ink = item.colour.map_or(p.ctl, |number| p.person(number).0);
        let edge = Rect::from_min_size(rect.min + vec2(6.0, 6.0), vec2(4.0, rect.height() - 12.0));
        ui.painter().rect_filled(edge, 2, ink);
        let mut row = Row::new(ui, rect.shrink2(vec2(20.0, 0.0)));
        let time = match item.place {
            Place::Days { .. } => tr!("All day"),
            place if place.first() == place.last() => place.words(),
            Place::Hours { start, .. } if start.date() == day => tr!("from {}", locale::clock(start.time())),
            Place::Hours { stop, .. } if stop.date() == day => tr!("until {}", locale::clock(stop.time())),
            Place::Hours { .. } => tr!("All day"),
        };
        let left = row.left();
        row.text(&time, type_scale::BODY, p.text2);
        row.gap((left + TIME - row.left()).max(8.0));
        if let Some(icon) = item.icon {
            row.icon(icon, size::ICON_MEDIUM, if item.entry.is_done { p.text3 } else { ink });
            row.gap(8.0);
        }
        let color = if item.entry.is_done { p.text2 } else { p.text };
        row.text(&item.title, type_scale::VALUE, color);
        let rest =
            if item.place.is_all_day() { item.lines.as_slice() } else { item.lines.get(1..).unwrap_or_default() };
        row.gap(12.0).text(&rest.join(" · "), type_scale::SECONDARY, p.text3);
        let response = response.on_hover_cursor(eframe::egui::CursorIcon::PointingHand);
        if response.clicked() {
            self.at = Some(Target::Item(item.key));
            open(cx, item);
        }
    }
}
