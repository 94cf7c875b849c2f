//! The table: heads and names stay in sight, rows are drawn where they can be seen.

use std::rc::Rc;

use eframe::egui::{
    CornerRadius, CursorIcon, Id, Popup, Rect, Response, ScrollArea, Sense, Stroke, StrokeKind, Ui, UiBuilder,
    WidgetInfo,
    accesskit::Role,
    containers::scroll_area::{DragScroll, ScrollSource},
    pos2, vec2,
};
use satchel_core::{DocId, Kind, Value, query::Listing};

use super::{
    ListView,
    arranged::Head,
    chooser::Chooser,
    columns::Column,
    edit::{self, After},
    lines::{self, Line},
};
use crate::{
    design::{Palette, icons, palette, radius, size, type_scale},
    shell::{Context, Hand, palette as commands},
    views::format,
    widgets::{Line as Text, avatar, bar, button::icon_button_at, check, line, line::focus_ring, line_right, menu},
};

const HEAD: f32 = 34.0;
/// Check box and mark, before the name.
const BEFORE: f32 = 72.0;
const GAP: f32 = 13.0;
/// Room for the button that chooses columns.
const AFTER: f32 = 34.0;

/// Where columns lie: the first one stays, the others scroll.
struct Places {
    /// From the table's left edge, for the first; from where the scrolled part begins, for the others.
    columns: Vec<(f32, f32)>,
    /// How wide the part is that stays.
    fixed: f32,
    /// How wide the part is that scrolls.
    wide: f32,
}

impl Places {
    fn of(columns: &[Column], width: f32) -> Places {
        let least: f32 = columns.iter().map(|c| c.width + GAP).sum::<f32>() + BEFORE + AFTER;
        let shares: f32 = columns.iter().map(|c| c.share).sum::<f32>().max(f32::MIN_POSITIVE);
        let spare = (width - least).max(0.0);
        let wide = |c: &Column| (c.width + spare * c.share / shares).floor();
        let fixed = BEFORE + columns.first().map_or(0.0, wide) + GAP;
        let mut x = 0.0;
        let mut places = vec![(BEFORE, fixed - GAP)];
        for column in columns.iter().skip(1) {
            let end = x + wide(column);
            places.push((x, end));
            x = end + GAP;
        }
        Places { columns: places, fixed, wide: x + AFTER }
    }
}

impl ListView {
    pub(super) fn table(&mut self, ui: &mut Ui, cx: &mut Context, area: Rect) {
        let p = palette(ui);
        let corner = CornerRadius::same(radius::CARD);
        let places = Places::of(&self.columns, area.width());
        // Room for the bar where columns scroll.
        let bar = if places.fixed + places.wide > area.width() + 1.0 { 12.0 } else { 0.0 };
        let wanted = HEAD + self.lines.height() as f32 + size::FOOTER + bar;
        let area = Rect::from_min_size(area.min, vec2(area.width(), area.height().min(wanted)));
        ui.painter().rect(area, corner, p.card, Stroke::new(1.0, p.line), StrokeKind::Outside);
        let head = Rect::from_min_size(area.min, vec2(area.width(), HEAD));
        let foot = Rect::from_min_max(pos2(area.left(), area.bottom() - size::FOOTER), area.max);
        let body = Rect::from_min_max(pos2(area.left(), head.bottom()), pos2(area.right(), foot.top()));
        self.body(ui, cx, body, &places);
        self.head(ui, cx, head, &places);
        self.foot(ui, cx, foot, &places);
        ui.allocate_rect(area, Sense::hover());
    }

    /// Where a column lies on the screen, and what of it is in sight.
    fn place(&self, places: &Places, at: usize, row: Rect) -> Rect {
        let (from, to) = places.columns[at];
        let left = if at == 0 { row.left() } else { row.left() + places.fixed - self.offset.x };
        Rect::from_min_max(pos2(left + from, row.top()), pos2(left + to, row.bottom()))
    }

    /// The part of a row where columns scroll.
    fn scrolled(places: &Places, row: Rect) -> Rect {
        Rect::from_min_max(pos2(row.left() + places.fixed, row.top()), row.max)
    }

    fn head(&mut self, ui: &mut Ui, cx: &mut Context, rect: Rect, places: &Places) {
        let p = palette(ui);
        ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, (1.0, p.line));
        let all = !self.arranged.ids.is_empty() && self.selection.len() == self.arranged.ids.len();
        let place = Rect::from_center_size(pos2(rect.left() + 22.0, rect.center().y), vec2(24.0, 24.0));
        let some = if all {
            check::State::On
        } else if self.selection.is_empty() {
            check::State::Off
        } else {
            check::State::Some
        };
        if check::show_at(ui, place, Id::unique(("list all", self.listing)), some, "Select all", Sense::click())
            .clicked()
        {
            let ids = if self.selection.is_empty() { self.arranged.ids.clone() } else { Vec::new() };
            self.selection.clear();
            self.selection.toggle_all(&ids);
        }
        for at in 0..self.columns.len() {
            let cell = self.place(places, at, rect);
            let clip = if at == 0 { rect } else { Self::scrolled(places, rect) };
            if cell.intersects(clip) {
                let mut child = ui.new_child(UiBuilder::new().max_rect(cell).id_salt(("head", at)));
                child.set_clip_rect(clip.intersect(ui.clip_rect()));
                self.title(&mut child, cx, at, cell);
            }
        }
        let square = Rect::from_center_size(pos2(rect.right() - 18.0, rect.center().y), vec2(26.0, 26.0));
        ui.painter().rect_filled(square, radius::CHIP, p.card);
        let id = Id::unique(("columns", self.listing));
        if icon_button_at(ui, square, id, icons::COLUMNS, "Choose columns", size::ICON_MEDIUM).clicked() {
            self.chooser = Some(Chooser::default());
        }
    }

    fn title(&mut self, ui: &mut Ui, cx: &mut Context, at: usize, cell: Rect) {
        let p = palette(ui);
        let column = self.columns[at].clone();
        let name = &*column.field.name;
        let response = ui.interact(cell, Id::unique(("title", self.listing, name)), Sense::click());
        let sorted = self.sorted(cx).filter(|(by, _)| by == name).map(|(_, down)| down);
        let signed = |down: bool| format!("{}{name}", if down { "-" } else { "" });
        let order = match sorted {
            None => "",
            Some(true) => ", sorted down",
            Some(false) => ", sorted up",
        };
        response
            .widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("Sort by {}{order}", column.field.label)));
        let color = if response.hovered() || response.has_focus() || sorted.is_some() { p.text } else { p.text2 };
        let arrow = sorted.map(|down| if down { icons::ARROW_DOWN } else { icons::ARROW_UP });
        let room = cell.width() - if arrow.is_some() { 18.0 } else { 0.0 };
        let text = Text::new(&column.title, type_scale::SECONDARY.medium(), color);
        let y = cell.center().y;
        if column.right {
            let end = cell.right() - if arrow.is_some() { 16.0 } else { 0.0 };
            line_right(ui.painter(), pos2(end, y), room, text);
            arrow.map(|icon| icons::paint(ui.painter(), icon, pos2(cell.right() - 6.0, y), size::ICON_SMALL, p.accent));
        } else {
            let end = line(ui.painter(), pos2(cell.left(), y), room, text).right();
            arrow.map(|icon| icons::paint(ui.painter(), icon, pos2(end + 10.0, y), size::ICON_SMALL, p.accent));
        }
        if response.has_focus() {
            focus_ring(ui.painter(), cell.expand2(vec2(4.0, -5.0)), radius::CHIP, p);
        }
        if response.clicked() {
            // Figures are looked at from the largest.
            let down = sorted.map_or(column.right, |down| !down);
            self.sort_by(cx, signed(down));
        }
        let listing = self.listing;
        let response = response.on_hover_cursor(CursorIcon::PointingHand);
        response.context_menu(|ui| {
            ui.spacing_mut().item_spacing.y = 1.0;
            if menu::item(ui, Some(icons::ARROW_UP), "Sort up", None).clicked() {
                self.sort_by(cx, signed(false));
            }
            if menu::item(ui, Some(icons::ARROW_DOWN), "Sort down", None).clicked() {
                self.sort_by(cx, signed(true));
            }
            if sorted.is_some() && menu::item(ui, Some(icons::CLOSE), "Do not sort", None).clicked() {
                self.sort_by(cx, String::new());
            }
            let grouped = cx.query.group_by.iter().position(|g| g.split(':').next() == Some(name));
            let words = if grouped.is_some() { "Do not group by it" } else { "Group by it" };
            if at > 0 && menu::item(ui, Some(icons::GROUP_BY), words, None).clicked() {
                let group = grouped.map_or_else(|| name.to_owned(), |at| cx.query.group_by[at].clone());
                cx.query.toggle_group(&group);
            }
            if at > 0 {
                for (icon, words, by) in [(icons::LEFT, "Move left", -1), (icons::RIGHT, "Move right", 1)] {
                    if menu::item(ui, Some(icon), words, None).clicked() {
                        self.chosen.shift(listing, name, by);
                        self.keep(cx);
                    }
                }
                if menu::item(ui, Some(icons::VISIBILITY), "Hide the column", None).clicked() {
                    self.chosen.toggle(listing, name);
                    self.keep(cx);
                }
            }
        });
    }

    fn body(&mut self, ui: &mut Ui, cx: &mut Context, body: Rect, places: &Places) {
        let p = palette(ui);
        let total = vec2((places.fixed + places.wide).max(1.0), self.lines.height() as f32);
        let mut scroll = ScrollArea::both()
            .id_salt(("list", self.listing))
            .auto_shrink(false)
            .scroll_source(ScrollSource { drag: DragScroll::Never, ..ScrollSource::ALL });
        let follow = std::mem::take(&mut self.follow);
        if follow {
            let to = self.offset_of_cursor(body, places);
            scroll = scroll.scroll_offset(to);
        } else if std::mem::take(&mut self.to_top) {
            scroll = scroll.vertical_scroll_offset(0.0);
        }
        let mut edited = None;
        let output = ui.scope_builder(UiBuilder::new().max_rect(body).id_salt("body"), |ui| {
            ui.set_clip_rect(body.intersect(ui.clip_rect()));
            scroll.show_viewport(ui, |ui, viewport| {
                ui.set_min_size(total);
                self.offset = viewport.min.to_vec2();
                let (from, to) = (f64::from(viewport.top()), f64::from(viewport.bottom()));
                let range = self.lines.between(from, to);
                // The Tab key finds the list where it is looked at.
                if !range.contains(&self.cursor.0) && !follow && self.editing.is_none() {
                    self.cursor.0 = range.start;
                }
                for at in range {
                    let top = body.top() + (self.lines.top(at) - from) as f32;
                    let Some(&line) = self.lines.lines.get(at) else { break };
                    let row = Rect::from_min_size(pos2(body.left(), top), vec2(body.width(), lines::height(line)));
                    match line {
                        Line::Head(number) => self.group(ui, cx, at, number, row, places, follow),
                        Line::Record(id, head) => {
                            let cell = self.record(ui, cx, at, id, head, row, places, follow);
                            edited = cell.or(edited);
                        }
                    }
                }
            })
        });
        self.offset = output.inner.state.clamped_offset();
        if self.offset.x > 0.0 {
            let x = body.left() + places.fixed;
            ui.painter().vline(x - 1.0, body.y_range(), Stroke::new(1.0, p.line));
        }
        self.editor(ui, cx, body, edited);
        // Not while lines are drawn: they are others then.
        if let Some((number, folded)) = self.folding.take() {
            self.fold(number, folded);
            ui.ctx().request_repaint();
        }
    }

    /// So far that the cell of the cursor is in sight.
    fn offset_of_cursor(&self, body: Rect, places: &Places) -> eframe::egui::Vec2 {
        let (top, bottom) = (self.lines.top(self.cursor.0) as f32, self.lines.top(self.cursor.0 + 1) as f32);
        let y = self.offset.y.min(top).max(bottom - body.height() + 8.0).max(0.0);
        let x = match places.columns.get(self.cursor.1) {
            Some((from, to)) if self.cursor.1 > 0 => {
                let room = body.width() - places.fixed;
                self.offset.x.min(*from).max(to - room + AFTER).max(0.0)
            }
            _ => self.offset.x,
        };
        vec2(x, y)
    }

    fn editor(&mut self, ui: &mut Ui, cx: &mut Context, body: Rect, cell: Option<Rect>) {
        let Some(mut editing) = self.editing.take() else { return };
        // Scrolled out of sight it saves itself: it is no longer drawn where it was.
        let Some(cell) = cell else {
            if editing.stays() {
                self.editing = Some(editing);
                ui.ctx().request_repaint();
            }
            return;
        };
        let mut child = ui.new_child(UiBuilder::new().max_rect(body).id_salt("editing"));
        child.set_clip_rect(body.intersect(ui.clip_rect()));
        match editing.show(&mut child, cx, cell) {
            After::Open => self.editing = Some(editing),
            After::Done => {
                self.follow = ui.memory(|m| m.focused()).is_none();
                ui.ctx().request_repaint();
            }
            After::Next(by) => {
                let (line, column) = self.cursor;
                match self.editable(cx.records, line, column, by) {
                    Some(column) => self.edit(cx, line, column),
                    None => self.follow = true,
                }
                ui.ctx().request_repaint();
            }
        }
    }

    #[expect(clippy::too_many_arguments)]
    fn group(
        &mut self,
        ui: &mut Ui,
        cx: &mut Context,
        at: usize,
        number: u32,
        row: Rect,
        places: &Places,
        follow: bool,
    ) {
        let p = palette(ui);
        let arranged = Rc::clone(&self.arranged);
        let Some(head) = self.lines.head(&arranged, number) else { return };
        let depth = self.lines.heads[number as usize].len() as f32 - 1.0;
        let folded = self.folded.contains(&self.lines.key(&arranged, number));
        ui.painter().rect_filled(row, 0, p.sunken);
        ui.painter().hline(row.x_range(), row.bottom() - 0.5, (1.0, p.line));
        let id = Id::unique(("group", self.listing, number));
        let at_cursor = self.cursor.0 == at;
        let response = ui.interact(row, id, if at_cursor { Sense::click() } else { Sense::CLICK });
        let count = format::thousands(head.ids.len() as u64);
        let sums: Vec<String> =
            self.sums_of(cx, &head.sums).into_iter().map(|(_, label, sum)| format!("{label} {sum}")).collect();
        let name = format!(
            "{}, {count}{}{}",
            head.title,
            if sums.is_empty() { String::new() } else { format!(", {}", sums.join(", ")) },
            if folded { ", folded" } else { "" }
        );
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
        let chosen = self.chosen_of(number, &head.ids);
        let y = row.center().y;
        let state = match chosen {
            0 => check::State::Off,
            n if n == head.ids.len() => check::State::On,
            _ => check::State::Some,
        };
        let place = Rect::from_center_size(pos2(row.left() + 22.0, y), vec2(24.0, 24.0));
        let words = format!("Select {}", head.title);
        if check::show_at(ui, place, id.with("check"), state, &words, Sense::CLICK).clicked() {
            self.selection.toggle_all(&head.ids);
        }
        let arrow = if folded { icons::RIGHT } else { icons::EXPAND_MORE };
        let mut x = row.left() + 46.0 + 16.0 * depth;
        icons::paint(ui.painter(), arrow, pos2(x + 8.0, y), size::ICON, p.text2);
        x += 26.0;
        let mut fixed = ui.painter().clone();
        // A title may run on where nothing is summed.
        let first_sum = head
            .sums
            .iter()
            .skip(1)
            .position(Option::is_some)
            .map_or(row.right(), |at| self.place(places, at + 1, row).left());
        let end =
            if self.offset.x > 0.0 { row.left() + places.fixed } else { first_sum.max(row.left() + places.fixed) };
        fixed.set_clip_rect(Rect::from_min_max(row.min, pos2(end, row.bottom())).intersect(ui.clip_rect()));
        if let Value::Ref(id) = &head.value
            && id.kind() == Kind::User
        {
            let centre = pos2(x + 9.0, y);
            avatar::paint(
                &fixed,
                centre,
                size::AVATAR_SMALL,
                &format::initials(&head.title),
                format::person_number(*id),
                p,
            );
            x += 25.0;
        }
        let title = line(
            &fixed,
            pos2(x, y),
            (end - x - 60.0).max(40.0),
            Text::new(&head.title, type_scale::CARD_TITLE, p.text),
        );
        line(&fixed, pos2(title.right() + 7.0, y), 80.0, Text::new(&count, type_scale::BODY, p.text3));
        self.figures(ui, cx, row, places, &head.sums, Some(head));
        if at_cursor && follow {
            response.request_focus();
        }
        if response.has_focus() {
            ui.painter().rect_stroke(row.shrink(1.0), 3, Stroke::new(1.5, p.accent), StrokeKind::Inside);
            self.keys(ui, cx, id, at, self.cursor.1);
        }
        if response.on_hover_cursor(CursorIcon::PointingHand).clicked() {
            self.cursor.0 = at;
            self.folding = Some((number, None));
        }
    }

    /// Sums under their columns, with the columns' names.
    fn sums_of(&self, cx: &Context, sums: &[Option<satchel_core::Money>]) -> Vec<(usize, String, String)> {
        let currency = format::currency(cx.records);
        let sum = |(at, sum): (usize, &Option<satchel_core::Money>)| {
            let field = &self.columns.get(at)?.field;
            Some((at, field.label.to_string(), format::money_round((*sum)?, currency)))
        };
        sums.iter().enumerate().filter_map(sum).collect()
    }

    fn figures(
        &self,
        ui: &Ui,
        cx: &Context,
        row: Rect,
        places: &Places,
        sums: &[Option<satchel_core::Money>],
        head: Option<&Head>,
    ) {
        let p = palette(ui);
        let mut painter = ui.painter().clone();
        painter.set_clip_rect(Self::scrolled(places, row).intersect(ui.clip_rect()));
        for (at, _, sum) in self.sums_of(cx, sums) {
            let cell = self.place(places, at, row);
            line_right(
                &painter,
                cell.right_center(),
                cell.width() + GAP,
                Text::new(&sum, type_scale::CARD_TITLE, p.text),
            );
        }
        let Some(head) = head else { return };
        if let Some(at) =
            self.columns.iter().position(|c| c.field.name == "activity_date_deadline").filter(|at| *at > 0)
        {
            let cell = self.place(places, at, row);
            let wide = cell.width().min(104.0);
            let rect = Rect::from_min_size(pos2(cell.left(), row.center().y - 3.0), vec2(wide, size::BAR));
            let colors = [p.ok.fill, p.due.fill, p.late.fill, p.none];
            bar::paint(&painter, rect, &std::array::from_fn::<_, 4, _>(|i| (head.states[i], colors[i])), p);
        }
    }

    /// Draws a row; returns the cell that is being edited, if it is one of its.
    #[expect(clippy::too_many_arguments)]
    fn record(
        &mut self,
        ui: &mut Ui,
        cx: &mut Context,
        at: usize,
        id: DocId,
        head: u32,
        row: Rect,
        places: &Places,
        follow: bool,
    ) -> Option<Rect> {
        let p = palette(ui);
        let shown = self.row(cx, id)?;
        let selected = self.selection.has(id);
        let key = Id::unique(("row", self.listing, id, head));
        let hover = ui.interact(row, key, Sense::hover());
        let name = shown.cells.first().map_or("", |c| &c.words).to_owned();
        let pointed = hover.contains_pointer();
        let fill = match (selected, pointed) {
            (true, _) => p.asoft,
            (false, true) => p.hover,
            (false, false) => p.card,
        };
        if fill != p.card {
            ui.painter().rect_filled(row, 0, fill);
        }
        ui.painter().hline(row.x_range(), row.bottom() - 0.5, (1.0, p.line));
        let mut edited = None;
        for column in (0..self.columns.len()).rev() {
            let cell = self.place(places, column, row);
            let clip = if column == 0 { row } else { Self::scrolled(places, row) };
            if !cell.intersects(clip) {
                continue;
            }
            let mut child = ui.new_child(UiBuilder::new().max_rect(cell).id_salt(("cell", id, head, column)));
            child.set_clip_rect(clip.intersect(ui.clip_rect()));
            let open = self.editing.as_ref().is_some_and(|e| {
                e.id == id && *e.field.name == *self.columns[column].field.name && self.cursor.0 == at
            });
            if open {
                edited = Some(cell);
            }
            self.cell(&mut child, cx, at, id, column, cell, key, &shown, follow);
        }
        let y = row.center().y;
        let place = Rect::from_center_size(pos2(row.left() + 22.0, y), vec2(24.0, 24.0));
        let state = if selected { check::State::On } else { check::State::Off };
        let words = format!("Select {name}");
        let checked = check::show_at(ui, place, key.with("check"), state, &words, Sense::CLICK);
        if checked.clicked() {
            match ui.input(|i| i.modifiers.shift) {
                true => self.selection.extend_to(&self.lines, id),
                false => self.selection.toggle(id),
            }
            self.cursor.0 = at;
        }
        let mark = Rect::from_center_size(pos2(row.left() + 54.0, y), vec2(24.0, 24.0));
        shown.marks.paint(ui.painter(), mark, p);
        if let Some(words) = shown.marks.words() {
            let response = ui.interact(mark, key.with("mark"), Sense::hover());
            response.widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("{name}: {words}")));
            response.on_hover_text(format::capital(&words));
        }
        edited
    }

    #[expect(clippy::too_many_arguments)]
    fn cell(
        &mut self,
        ui: &mut Ui,
        cx: &mut Context,
        at: usize,
        id: DocId,
        column: usize,
        cell: Rect,
        key: Id,
        shown: &super::Row,
        follow: bool,
    ) {
        let p = palette(ui);
        let field = &self.columns[column].field;
        let label = field.label.clone();
        let focus = key.with(&*field.name);
        let here = self.cursor == (at, column);
        // Only the cursor's cell is a stop of the Tab key.
        let response = ui.interact(cell, focus, if here { Sense::click() } else { Sense::CLICK });
        let Some(content) = shown.cells.get(column) else { return };
        let title = shown.cells.first().map_or("", |c| &c.words);
        response.widget_info(|| match column {
            0 => WidgetInfo::labeled(Role::Link, true, title),
            _ => WidgetInfo::labeled(Role::Cell, true, format!("{label} of {title}: {}", content.words)),
        });
        content.paint(ui.painter(), cell, column == 0 && response.hovered(), p);
        if here && follow && self.editing.is_none() {
            response.request_focus();
        }
        if response.has_focus() {
            focus_box(ui, cell, p);
            if self.selection.is_empty() {
                *cx.hand = Hand::one(id);
            }
            self.keys(ui, cx, focus, at, column);
        }
        let response = if column == 0 { response.on_hover_cursor(CursorIcon::PointingHand) } else { response };
        self.clicked(ui, cx, at, id, column, cell, &response);
    }

    #[expect(clippy::too_many_arguments)]
    fn clicked(
        &mut self,
        ui: &Ui,
        cx: &mut Context,
        at: usize,
        id: DocId,
        column: usize,
        cell: Rect,
        response: &Response,
    ) {
        if response.double_clicked() && column > 0 {
            return self.edit(cx, at, column);
        }
        if response.clicked() {
            let modifiers = ui.input(|i| i.modifiers);
            self.cursor = (at, column);
            if modifiers.shift {
                self.selection.extend_to(&self.lines, id);
            } else if modifiers.command {
                self.selection.toggle(id);
            } else if column == 0 {
                self.open(cx, commands::page(id));
            } else if self.columns[column].field.name == "priority" {
                self.rate(cx, id, cell, response);
            } else {
                self.follow = true;
            }
        }
        if response.secondary_clicked() {
            self.cursor = (at, column);
        }
        let chosen = if self.selection.has(id) {
            Hand { ids: self.selection.ordered(&self.arranged.ids), selected: true }
        } else {
            Hand::one(id)
        };
        Popup::context_menu(response).show(|ui| crate::views::mass::menu(ui, cx, &chosen));
    }

    /// Stars are given by a click: the n-th gives n, once more takes it back.
    fn rate(&mut self, cx: &mut Context, id: DocId, cell: Rect, response: &Response) {
        let Some(at) = response.interact_pointer_pos() else { return };
        let Some(now) = cx.records.opportunities.get(&id).map(|o| o.priority) else { return };
        let nth = (((at.x - cell.left()) / 15.0).floor() as i64 + 1).clamp(1, 3);
        edit::rate(cx, id, if now == nth { nth - 1 } else { nth });
    }

    fn foot(&self, ui: &mut Ui, cx: &Context, rect: Rect, places: &Places) {
        let p = palette(ui);
        ui.painter().hline(rect.x_range(), rect.top() + 0.5, (1.0, p.line));
        let mut words = count(self.listing, self.arranged.ids.len());
        if !self.arranged.heads.is_empty() {
            words = format!("{words}, {}", format::count(self.arranged.heads.len(), "group", "groups"));
        }
        let sums = self.sums_of(cx, &self.arranged.sums);
        let said: Vec<String> = sums.iter().map(|(_, label, sum)| format!("{label} {sum}")).collect();
        let name = [vec![words.clone()], said].concat().join(", ");
        let response = ui.interact(rect, Id::unique(("list foot", self.listing)), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &name));
        let room = places.fixed - BEFORE;
        line(ui.painter(), rect.left_center() + vec2(BEFORE, 0.0), room, Text::new(&words, type_scale::BODY, p.text2));
        self.figures(ui, cx, rect, places, &self.arranged.sums, None);
    }
}

fn focus_box(ui: &Ui, cell: Rect, p: &Palette) {
    focus_ring(ui.painter(), cell.expand2(vec2(6.0, -3.0)).intersect(ui.clip_rect()), radius::CHIP, p);
}

/// `27 opportunities`
pub(super) fn count(listing: Listing, number: usize) -> String {
    let (one, many) = match listing {
        Listing::Leads => ("lead", "leads"),
        Listing::Contacts => ("contact", "contacts"),
        Listing::Opportunities => ("opportunity", "opportunities"),
        _ => ("record", "records"),
    };
    format::count(number, one, many)
}
