//! A month: weeks under each other, what is on a day in lines, what lasts longer in bars over its days.

use chrono::{Datelike, NaiveDate};
use eframe::egui::{Id, Pos2, Rect, Sense, Stroke, Ui, WidgetInfo, accesskit::Role, pos2};
use tr::tr;

use super::{
    CalendarView, Target,
    drag::{Drag, Under},
    grid::{self, BAR, Columns, PITCH},
    place::{Place, USUAL},
    shown::{Bar, Shown, Week},
    span::{later, week_of},
    tile,
    touch::{Look, lock_arrows},
};
use crate::{
    design::{palette, radius, type_scale},
    locale,
    shell::{Context, UiCommand},
    widgets::{Line, line, line::line_center},
};

const HEAD: f32 = 28.0;
const NUMBER: f32 = 26.0;

impl CalendarView {
    pub(super) fn month(&mut self, ui: &mut Ui, cx: &mut Context, area: Rect, shown: &Shown) {
        let p = palette(ui);
        let day = self.day(cx);
        let (first, end) = self.mode.span(day);
        let weeks = (end - first).num_days() as usize / 7;
        let wide = area.width() / 7.0;
        for at in 0..7 {
            let name = locale::weekday(later(first, at as i64).weekday());
            let at = pos2(area.left() + wide * at as f32 + 9.0, area.top() + HEAD / 2.0);
            line(ui.painter(), at, wide, Line::new(name, type_scale::SECONDARY, p.text2));
        }
        ui.painter().vline(area.left() + 0.5, area.y_range(), Stroke::new(1.0, p.line));
        let high = (area.height() - HEAD) / weeks as f32;
        let under = |at: Pos2| {
            let row = ((at.y - area.top() - HEAD) / high).floor();
            let column = ((at.x - area.left()) / wide).floor();
            let is_within = row >= 0.0 && (row as usize) < weeks && (0.0..7.0).contains(&column);
            is_within.then(|| Under::Day(later(first, row as i64 * 7 + column as i64)))
        };
        if let Some(at) = ui.input(|i| i.pointer.latest_pos()) {
            self.under = under(at);
        }
        for row in 0..weeks {
            let monday = later(first, 7 * row as i64);
            let top = area.top() + HEAD + high * row as f32;
            let columns = Columns { left: area.left(), wide, first: monday, days: 7 };
            for at in 0..7 {
                let cell = Rect::from_x_y_ranges(columns.range(at), top..=top + high);
                self.cell(ui, cx, later(monday, at as i64), day, cell);
            }
            let week = shown.weeks.iter().find(|week| week.first == monday && week.days == 7);
            if let Some(week) = week {
                self.week(ui, cx, week, &columns, (top, high), shown, &under);
            }
            if let Some((title, _, place)) = self.ghost_place()
                && week_of(place.first()) <= monday
                && place.last() >= monday
                && place.first() < later(monday, 7)
            {
                let within = |day: NaiveDate| (day - monday).num_days().clamp(0, 6) as usize;
                let (first, last) = (within(place.first()), within(place.last()));
                let bar = Bar { item: 0, lane: 0, first, last, begins: true, ends: true };
                tile::ghost(ui.painter(), columns.bar(&bar, top + NUMBER), &title, place, false, p);
            }
        }
    }

    fn cell(&mut self, ui: &mut Ui, cx: &mut Context, day: NaiveDate, of: NaiveDate, cell: Rect) {
        let p = palette(ui);
        let within = day.month() == of.month();
        grid::ground(ui, cx, day, cell);
        let response = ui.interact(cell, Id::unique(("day of the month", day)), Sense::CLICK | Sense::DRAG);
        let name = tr!("New meeting, {}", locale::full_day(day));
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
        let painter = ui.painter();
        if response.hovered() && self.drag.is_none() {
            painter.rect_filled(cell.shrink(2.0), radius::MARK, p.hover.gamma_multiply(0.5));
        }
        painter.hline(cell.x_range(), cell.top() + 0.5, Stroke::new(1.0, p.line));
        painter.vline(cell.right() - 0.5, cell.y_range(), Stroke::new(1.0, p.line));
        let number = if day.day() == 1 { locale::month_day(day) } else { day.day().to_string() };
        let at = pos2(cell.left() + 9.0, cell.top() + 14.0);
        if day == cx.today {
            let wide = Line::new(&number, type_scale::SECONDARY.strong(), p.onaccent).layout(painter, 80.0).size().x;
            let pill = Rect::from_center_size(pos2(at.x + wide / 2.0, at.y), eframe::egui::vec2(wide + 12.0, 20.0));
            painter.rect_filled(pill, 10, p.accent);
            line_center(painter, pill.center(), 80.0, Line::new(&number, type_scale::SECONDARY.strong(), p.onaccent));
        } else {
            let color = if within { p.text } else { p.text3 };
            line(painter, at, cell.width(), Line::new(&number, type_scale::SECONDARY.medium(), color));
        }
        if response.clicked() {
            self.at = Some(Target::Day(day));
            self.begin(cx, Place::hours(self.usual_start(cx, day), USUAL));
        }
        if response.drag_started() {
            self.drag = Some(Drag::new(Under::Day(day)));
        }
        if self.at == Some(Target::Day(day)) {
            let id = Id::unique("chosen day");
            let response = ui.interact(cell.shrink(2.0), id, Sense::focusable_noninteractive());
            let name = tr!("Selected: {}", locale::full_day(day));
            response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
            if self.follow {
                response.request_focus();
                self.follow = false;
            }
            if response.has_focus() {
                grid::chosen_frame(ui, cell);
                lock_arrows(ui, id);
                self.focused = self.at;
                if ui.input(|i| i.key_pressed(eframe::egui::Key::Enter)) && !UiCommand::is_covered(ui.ctx()) {
                    self.begin(cx, Place::hours(self.usual_start(cx, day), USUAL));
                }
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "where, and of what")]
    fn week(
        &mut self,
        ui: &mut Ui,
        cx: &mut Context,
        week: &Week,
        columns: &Columns,
        (top, high): (f32, f32),
        shown: &Shown,
        under: &dyn Fn(Pos2) -> Option<Under>,
    ) {
        let room = ((high - NUMBER - 2.0) / PITCH).floor().max(1.0) as usize;
        let full = week.lanes > room;
        let fits = if full { room.saturating_sub(1) } else { room };
        let y = |lane: usize| top + NUMBER + PITCH * lane as f32;
        for bar in week.bars.iter().filter(|bar| bar.lane < fits) {
            let item = &shown.items[bar.item];
            let is_bar = item.place.is_bar();
            let look = if is_bar { Look::Bar { begins: bar.begins, ends: bar.ends } } else { Look::Row };
            let salt = if bar.begins { 0 } else { i64::from(week.first.num_days_from_ce()) };
            self.item(ui, cx, item, (salt, look), columns.bar(bar, y(bar.lane)), under);
        }
        if !full {
            return;
        }
        for at in 0..columns.days {
            let here = |bar: &&Bar| bar.lane >= fits && (bar.first..=bar.last).contains(&at);
            let behind: Vec<usize> = week.bars.iter().filter(here).map(|bar| bar.item).collect();
            let x = columns.range(at);
            let rect = Rect::from_min_max(pos2(x.min + 3.0, y(fits)), pos2(x.max - 4.0, y(fits) + BAR));
            self.more(ui, cx, shown, later(columns.first, at as i64), &behind, rect, under);
        }
    }
}
