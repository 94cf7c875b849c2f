//! Days beside each other: their names, what lasts all day in lanes, and the hours under them.

use std::time::Duration;

use chrono::{Datelike, NaiveDate, NaiveDateTime, TimeDelta, Timelike, Weekday};
use eframe::egui::{
    Align, CursorIcon, Id, Popup, Pos2, Rangef, Rect, ScrollArea, Sense, Stroke, StrokeKind, Ui, UiBuilder, WidgetInfo,
    accesskit::Role, pos2, vec2,
};
use tr::tr;

use super::{
    CalendarView, Target,
    drag::{Drag, Under, What},
    place::{Place, USUAL},
    shown::{Bar, Shown, Week, minutes_of},
    span::{Mode, later},
    tile,
    touch::{Look, lock_arrows},
};
use crate::{
    design::{palette, radius, type_scale},
    locale,
    shell::Context,
    widgets::{Line, line, line::focus_ring, line_right},
};

pub const HOUR: f32 = 62.0;
const GUTTER: f32 = 54.0;
const HEAD: f32 = 46.0;
pub const BAR: f32 = 22.0;
pub const PITCH: f32 = 25.0;
/// So many lanes at most are drawn of a week; the rest is behind “more”.
const LANES: usize = 5;
/// Half an hour: what a click makes something in.
const SLOT: i64 = 30;

/// Days side by side.
#[derive(Clone, Copy)]
pub struct Columns {
    pub left: f32,
    pub wide: f32,
    pub first: NaiveDate,
    pub days: usize,
}

impl Columns {
    pub fn range(&self, at: usize) -> Rangef {
        Rangef::new(self.left + self.wide * at as f32, self.left + self.wide * (at + 1) as f32)
    }

    pub fn day_at(&self, x: f32) -> Option<NaiveDate> {
        let at = ((x - self.left) / self.wide).floor();
        (at >= 0.0 && (at as usize) < self.days).then(|| later(self.first, at as i64))
    }

    fn at_of(&self, day: NaiveDate) -> Option<usize> {
        let at = usize::try_from((day - self.first).num_days()).ok()?;
        (at < self.days).then_some(at)
    }

    /// Where a bar lies whose lanes begin at this height.
    pub fn bar(&self, bar: &Bar, top: f32) -> Rect {
        let (from, to) = (self.range(bar.first).min, self.range(bar.last).max);
        let left = from + if bar.begins { 3.0 } else { 0.0 };
        let right = to - if bar.ends { 4.0 } else { 0.0 };
        Rect::from_min_max(pos2(left, top), pos2(right, top + BAR))
    }
}

impl CalendarView {
    pub(super) fn hours(&mut self, ui: &mut Ui, cx: &mut Context, area: Rect, shown: &Shown, days: usize) {
        let p = palette(ui);
        let (first, _) = self.mode.span(self.day(cx));
        let wide = (area.width() - GUTTER - 1.0) / days as f32;
        let columns = Columns { left: area.left() + GUTTER, wide, first, days };
        let week = shown.weeks.first().filter(|week| week.first == first && week.days == days);
        heads(ui, cx, area, &columns);
        let top = area.top() + HEAD;
        let lanes = week.map_or(0, |week| week.lanes);
        let most = if days == 1 { 3 * LANES } else { LANES };
        let high = 6.0 + PITCH * lanes.clamp(1, most) as f32;
        let lane = Rect::from_min_max(pos2(area.left(), top), pos2(area.right(), top + high));
        self.all_day(ui, cx, lane, &columns, week, shown, most);
        ui.painter().hline(area.x_range(), lane.bottom() + 0.5, Stroke::new(1.0, p.line2));

        let body = Rect::from_min_max(pos2(area.left(), lane.bottom() + 1.0), area.max);
        let mut child = ui.new_child(UiBuilder::new().max_rect(body).id_salt("hours"));
        let mut scroll = ScrollArea::vertical().id_salt("hours").auto_shrink(false);
        if let Some(minutes) = self.scroll_to.take() {
            scroll = scroll.vertical_scroll_offset(first_in_sight(minutes, body.height()));
        }
        scroll.show(&mut child, |ui| {
            let (content, _) = ui.allocate_exact_size(vec2(area.width(), 24.0 * HOUR), Sense::hover());
            self.day_columns(ui, cx, content, &columns, week, shown);
        });
    }

    /// What lasts all day, and what lasts longer than one.
    #[expect(clippy::too_many_arguments, reason = "where, and of what")]
    fn all_day(
        &mut self,
        ui: &mut Ui,
        cx: &mut Context,
        lane: Rect,
        columns: &Columns,
        week: Option<&Week>,
        shown: &Shown,
        most: usize,
    ) {
        let p = palette(ui);
        let painter = ui.painter();
        for at in 0..columns.days {
            let x = columns.range(at);
            let cell = Rect::from_x_y_ranges(x, lane.y_range());
            ground(ui, cx, later(columns.first, at as i64), cell);
            painter.vline(x.min + 0.5, lane.y_range(), Stroke::new(1.0, p.line));
        }
        let words = tr!("gutter" => "All day");
        let at = pos2(lane.left() + GUTTER - 8.0, lane.top() + 14.0);
        line_right(painter, at, GUTTER - 8.0, Line::new(&words, type_scale::CAPTION, p.text3));
        let under = |at: Pos2| columns.day_at(at.x).map(Under::AllDay);
        if let Some(at) = ui.input(|i| i.pointer.latest_pos()).filter(|at| lane.contains(*at)) {
            self.under = under(at);
        }
        for at in 0..columns.days {
            let day = later(columns.first, at as i64);
            let cell = Rect::from_x_y_ranges(columns.range(at), lane.y_range());
            let id = Id::unique(("all day", day));
            let response = ui.interact(cell, id, Sense::CLICK | Sense::DRAG);
            let name = tr!("New all-day meeting, {}", locale::full_day(day));
            response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
            if response.clicked() {
                self.begin(cx, Place::Days { first: day, last: day });
            }
            if response.drag_started() {
                self.drag = Some(Drag::new(Under::AllDay(day)));
            }
        }
        let Some(week) = week else { return };
        let top = |lane_at: usize| lane.top() + 4.0 + PITCH * lane_at as f32;
        let full = week.lanes > most;
        let fits = if full { most - 1 } else { most };
        for bar in week.bars.iter().filter(|bar| bar.lane < fits) {
            let look = Look::Bar { begins: bar.begins, ends: bar.ends };
            let rect = columns.bar(bar, top(bar.lane));
            self.item(ui, cx, &shown.items[bar.item], (i64::from(!bar.begins), look), rect, &under);
        }
        if full {
            for at in 0..columns.days {
                let behind: Vec<usize> = week
                    .bars
                    .iter()
                    .filter(|bar| bar.lane >= fits && (bar.first..=bar.last).contains(&at))
                    .map(|bar| bar.item)
                    .collect();
                let x = columns.range(at);
                let rect = Rect::from_min_max(pos2(x.min + 3.0, top(fits)), pos2(x.max - 4.0, top(fits) + BAR));
                self.more(ui, cx, shown, later(columns.first, at as i64), &behind, rect, &under);
            }
        }
        let ghosted = self.ghost_place().filter(|(_, _, place)| place.is_bar());
        if let Some((title, _, place)) = ghosted {
            let bar = Bar {
                item: 0,
                lane: 0,
                first: (place.first() - columns.first).num_days().clamp(0, columns.days as i64 - 1) as usize,
                last: (place.last() - columns.first).num_days().clamp(0, columns.days as i64 - 1) as usize,
                begins: true,
                ends: true,
            };
            if place.last() >= columns.first && place.first() < later(columns.first, columns.days as i64) {
                tile::ghost(ui.painter(), columns.bar(&bar, top(0)), &title, place, false, p);
            }
        }
    }

    /// Those that have no room, in a list.
    #[expect(clippy::too_many_arguments, reason = "where, and of what")]
    pub(super) fn more(
        &mut self,
        ui: &mut Ui,
        cx: &mut Context,
        shown: &Shown,
        day: NaiveDate,
        behind: &[usize],
        rect: Rect,
        under: &dyn Fn(Pos2) -> Option<Under>,
    ) {
        if behind.is_empty() {
            return;
        }
        let p = palette(ui);
        let response = ui.interact(rect, Id::unique(("more in the calendar", day)), Sense::click());
        let words = tr!("{} more", behind.len());
        let name = tr!("{count} more on {day}", count = behind.len(), day = locale::full_day(day));
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
        if response.hovered() {
            ui.painter().rect_filled(rect, radius::CHIP, p.hover);
        }
        let at = rect.left_center() + vec2(7.0, 0.0);
        line(ui.painter(), at, rect.width(), Line::new(&words, type_scale::SECONDARY, p.text2));
        if response.has_focus() {
            focus_ring(ui.painter(), rect, radius::CHIP, p);
        }
        let response = response.on_hover_cursor(CursorIcon::PointingHand);
        Popup::menu(&response).gap(2.0).width(280.0).show(|ui| {
            ui.spacing_mut().item_spacing.y = 3.0;
            ScrollArea::vertical().max_height(320.0).show(ui, |ui| {
                for at in behind {
                    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), BAR), Sense::hover());
                    let item = &shown.items[*at];
                    let look = if item.place.is_bar() { Look::Bar { begins: true, ends: true } } else { Look::Row };
                    self.item(ui, cx, item, (i64::from(day.num_days_from_ce()), look), rect, under);
                }
            });
        });
    }

    fn day_columns(
        &mut self,
        ui: &mut Ui,
        cx: &mut Context,
        content: Rect,
        columns: &Columns,
        week: Option<&Week>,
        shown: &Shown,
    ) {
        let clip = ui.clip_rect();
        for at in 0..columns.days {
            let cell = Rect::from_x_y_ranges(columns.range(at), content.y_range());
            ground(ui, cx, later(columns.first, at as i64), cell);
        }
        let now = cx.environment.zone().wall(cx.now);
        lines(ui, content, columns, now);
        let y = |minutes: i64| content.top() + minutes as f32 / 60.0 * HOUR;
        let minutes_at = |at: f32| ((at - content.top()) / HOUR * 60.0).clamp(0.0, 24.0 * 60.0 - 1.0) as i64;
        let under = |at: Pos2| columns.day_at(at.x).map(|day| Under::Hour(day, minutes_at(at.y)));
        if let Some(at) = ui.input(|i| i.pointer.latest_pos()).filter(|at| clip.contains(*at)) {
            self.under = under(at);
        }
        let in_sight = minutes_at(clip.top()) / SLOT..=minutes_at(clip.bottom()) / SLOT;
        for at in 0..columns.days {
            let day = later(columns.first, at as i64);
            for slot in in_sight.clone() {
                let rect = Rect::from_x_y_ranges(columns.range(at), y(slot * SLOT)..=y(slot * SLOT + SLOT));
                self.slot(ui, cx, day, slot * SLOT, rect, &under);
            }
        }
        let cell = |at: usize, top: i64, bottom: i64| {
            let x = columns.range(at);
            Rect::from_min_max(pos2(x.min + 3.0, y(top) + 1.0), pos2(x.max - 4.0, y(bottom) - 1.0))
        };
        for (at, blocks) in week.iter().flat_map(|week| week.blocks.iter().enumerate()) {
            for block in blocks {
                let whole = cell(at, block.top, block.bottom);
                let wide = whole.width() / block.columns as f32;
                let left = whole.left() + wide * block.column as f32;
                let gap = if block.column + block.wide < block.columns { 2.0 } else { 0.0 };
                let right = left + wide * block.wide as f32 - gap;
                let rect = Rect::from_x_y_ranges(left..=right, whole.y_range());
                let item = &shown.items[block.item];
                let wanted = self.follow && self.at == Some(Target::Item(item.key));
                if rect.intersects(clip) || wanted {
                    let piece = (later(columns.first, at as i64) - item.place.first()).num_days();
                    self.item(ui, cx, item, (piece, Look::Block), rect, &under);
                }
            }
        }
        self.cursor(ui, cx, columns, content);
        now_line(ui, columns, content, now);
        if let Some((title, what, Place::Hours { start, stop })) =
            self.ghost_place().filter(|(.., place)| !place.is_bar())
        {
            let place = Place::Hours { start, stop };
            for at in 0..columns.days {
                let day = later(columns.first, at as i64);
                let midnight = day.and_time(chrono::NaiveTime::MIN);
                let end = midnight + TimeDelta::days(1);
                if start < end && stop > midnight {
                    let minutes = |time: NaiveDateTime| (time.clamp(midnight, end) - midnight).num_minutes();
                    let rect = cell(at, minutes(start), minutes(stop).max(minutes(start) + 15));
                    let grip = matches!(what, What::New | What::Stop);
                    tile::ghost(ui.painter(), rect, &title, place, grip, palette(ui));
                }
            }
        }
        if self.drag.is_some()
            && let Some(at) = ui.input(|i| i.pointer.latest_pos())
        {
            let room = clip.shrink(28.0);
            if at.y > room.bottom() && at.y < clip.bottom() + 60.0 {
                ui.scroll_with_delta(vec2(0.0, -8.0));
            } else if at.y < room.top() && at.y > clip.top() {
                ui.scroll_with_delta(vec2(0.0, 8.0));
            }
        }
    }

    /// Half an hour of a day: what is clicked or dragged over to make something there.
    fn slot(
        &mut self,
        ui: &mut Ui,
        cx: &mut Context,
        day: NaiveDate,
        minutes: i64,
        rect: Rect,
        under: &dyn Fn(Pos2) -> Option<Under>,
    ) {
        let p = palette(ui);
        let response = ui.interact(rect, Id::unique(("slot", day, minutes)), Sense::CLICK | Sense::DRAG);
        let start = day.and_time(chrono::NaiveTime::MIN) + TimeDelta::minutes(minutes);
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, slot_name(start)));
        if response.hovered() && self.drag.is_none() {
            let inner = rect.shrink2(vec2(2.0, 1.0));
            ui.painter().rect_filled(inner, radius::MARK, p.hover.gamma_multiply(0.6));
        }
        if response.clicked() {
            self.at = Some(Target::Slot { start, minutes: SLOT });
            self.begin(cx, Place::hours(start, USUAL));
        }
        if response.drag_started()
            && let Some(from) = ui.input(|i| i.pointer.press_origin())
            && let Some(grabbed) = under(from)
        {
            self.drag = Some(Drag::new(grabbed));
        }
    }

    /// The slot that the arrows have chosen.
    fn cursor(&mut self, ui: &mut Ui, cx: &mut Context, columns: &Columns, content: Rect) {
        let Some(Target::Slot { start, minutes }) = self.at else { return };
        let Some(at) = columns.at_of(start.date()) else { return };
        let p = palette(ui);
        let from = minutes_of(start) as f32 / 60.0 * HOUR + content.top();
        let x = columns.range(at);
        let rect = Rect::from_min_size(pos2(x.min + 2.0, from), vec2(x.span() - 4.0, minutes as f32 / 60.0 * HOUR));
        let response = ui.interact(rect.shrink(1.0), Id::unique("chosen slot"), Sense::focusable_noninteractive());
        let words = Place::hours(start, minutes).full_words();
        let name = tr!("Selected: {}", words);
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
        if self.follow {
            response.request_focus();
            ui.scroll_to_rect(rect.expand(HOUR / 2.0), None::<Align>);
            self.follow = false;
        }
        if response.has_focus() {
            ui.painter().rect_filled(rect, radius::MARK, p.asoft.gamma_multiply(0.7));
            focus_ring(ui.painter(), rect, radius::MARK, p);
            lock_arrows(ui, response.id);
            self.focused = self.at;
            if ui.input(|i| i.key_pressed(eframe::egui::Key::Enter)) && !crate::shell::UiCommand::is_covered(ui.ctx()) {
                let length = if minutes <= SLOT { USUAL } else { minutes };
                self.begin(cx, Place::hours(start, length));
            }
        }
    }
}

/// `New meeting, Thu 12 Nov 2026, 09:00`
fn slot_name(start: NaiveDateTime) -> String {
    tr!("New meeting, {day}, {time}", day = locale::full_day(start.date()), time = locale::clock(start.time()))
}

/// What a day lies on: today tinted, the weekend sunken.
pub fn ground(ui: &Ui, cx: &Context, day: NaiveDate, cell: Rect) {
    let p = palette(ui);
    if day == cx.today {
        ui.painter().rect_filled(cell, 0, p.drop.gamma_multiply(if p.dark { 0.8 } else { 0.7 }));
    } else if matches!(day.weekday(), Weekday::Sat | Weekday::Sun) {
        ui.painter().rect_filled(cell, 0, p.sunken.gamma_multiply(0.55));
    }
}

/// The names of the days; today's number on the accent.
fn heads(ui: &mut Ui, cx: &Context, area: Rect, columns: &Columns) {
    let p = palette(ui);
    let painter = ui.painter();
    for at in 0..columns.days {
        let (day, x) = (later(columns.first, at as i64), columns.range(at));
        painter.vline(x.min + 0.5, Rangef::new(area.top(), area.top() + HEAD), Stroke::new(1.0, p.line));
        let is_today = day == cx.today;
        let ink = if is_today { p.accent } else { p.text2 };
        let name = locale::weekday(day.weekday());
        line(painter, pos2(x.min + 9.0, area.top() + 13.0), x.span(), Line::new(name, type_scale::SECONDARY, ink));
        let number = day.day().to_string();
        let middle = pos2(x.min + 9.0, area.top() + 32.0);
        if is_today {
            let wide = Line::new(&number, type_scale::TITLE, p.onaccent).layout(painter, 60.0).size().x;
            let pill = Rect::from_min_size(pos2(middle.x - 5.0, middle.y - 10.0), vec2(wide + 14.0, 20.0));
            painter.rect_filled(pill, radius::CONTROL, p.accent);
            line(painter, middle + vec2(2.0, 0.0), 60.0, Line::new(&number, type_scale::TITLE, p.onaccent));
        } else {
            line(painter, middle, 60.0, Line::new(&number, type_scale::TITLE, p.text));
        }
    }
    let y = area.top() + HEAD - 0.5;
    painter.hline(area.x_range(), y, Stroke::new(1.0, p.line));
    painter.vline(area.left() + 0.5, area.y_range(), Stroke::new(1.0, p.line));
}

/// The hours and the edges of days.
fn lines(ui: &Ui, content: Rect, columns: &Columns, now: NaiveDateTime) {
    let p = palette(ui);
    let painter = ui.painter();
    let now_y = content.top() + minutes_of(now) as f32 / 60.0 * HOUR;
    let is_now_seen = columns.at_of(now.date()).is_some();
    let right = columns.range(columns.days.saturating_sub(1)).max;
    for hour in 0..24u32 {
        let y = content.top() + HOUR * hour as f32;
        if hour > 0 {
            painter.hline(columns.left..=right, y + 0.5, Stroke::new(1.0, p.line));
            let near = is_now_seen && (now_y - y).abs() < 12.0;
            if !near {
                let said = locale::hour(hour);
                let at = pos2(columns.left - 8.0, y);
                line_right(painter, at, GUTTER - 8.0, Line::new(&said, type_scale::CAPTION, p.text3));
            }
        }
        let half = Stroke::new(1.0, p.line.gamma_multiply(0.5));
        painter.hline(columns.left..=right, y + HOUR / 2.0 + 0.5, half);
    }
    for at in 0..columns.days {
        painter.vline(columns.range(at).min + 0.5, content.y_range(), Stroke::new(1.0, p.line));
    }
}

/// Now: red in today, a hair elsewhere.
fn now_line(ui: &Ui, columns: &Columns, content: Rect, now: NaiveDateTime) {
    let Some(today) = columns.at_of(now.date()) else { return };
    let p = palette(ui);
    let painter = ui.painter();
    let y = content.top() + minutes_of(now) as f32 / 60.0 * HOUR;
    let right = columns.range(columns.days.saturating_sub(1)).max;
    painter.hline(columns.left..=right, y, Stroke::new(1.0, p.late.fill.gamma_multiply(0.35)));
    let x = columns.range(today);
    painter.hline(x.min..=x.max, y, Stroke::new(2.0, p.late.fill));
    painter.circle_filled(pos2(x.min, y), 4.5, p.late.fill);
    let said = locale::clock(now.time());
    line_right(painter, pos2(columns.left - 8.0, y), GUTTER - 8.0, Line::new(&said, type_scale::CAPTION, p.late.text));
    ui.ctx().request_repaint_after(Duration::from_secs(u64::from(60 - now.second().min(59))));
}

/// From eight o'clock on, or so that this time is in sight with what comes after it.
fn first_in_sight(minutes: i64, height: f32) -> f32 {
    let morning = 8.0 * HOUR - 10.0;
    let at = minutes as f32 / 60.0 * HOUR;
    let top = if at < morning + 40.0 { at - HOUR } else { morning };
    let top = if at > top + height - 2.0 * HOUR { at - height / 2.0 } else { top };
    top.clamp(0.0, (24.0 * HOUR - height).max(0.0))
}

impl CalendarView {
    /// Whether hours are in sight.
    pub(super) fn has_hours(&self) -> bool {
        matches!(self.mode, Mode::Week | Mode::Day)
    }
}

/// A frame around a day that the arrows have chosen.
pub fn chosen_frame(ui: &Ui, cell: Rect) {
    let p = palette(ui);
    ui.painter().rect_stroke(cell.shrink(1.0), radius::MARK, Stroke::new(1.5, p.accent), StrokeKind::Inside);
}
