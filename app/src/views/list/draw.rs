//! The table: heads and names stay in sight, rows are drawn where they can be seen.

use std::rc::Rc;

use eframe::egui::{
    CornerRadius, CursorIcon, Id, Rect, ScrollArea, Sense, Stroke, StrokeKind, Ui, UiBuilder, WidgetInfo,
    accesskit::Role,
    containers::scroll_area::{DragScroll, ScrollSource},
    pos2, vec2,
};
use satchel_core::{Kind, Value, query::Listing};
use tr::tr;

use super::{
    ListView,
    arranged::Head,
    columns::Column,
    lines::{self, Line},
};
use crate::{
    design::{icons, palette, radius, size, type_scale},
    shell::{Action, Context, UiCommand},
    views::format,
    widgets::{Line as Text, avatar, bar, button::icon_button_at, check, line, line_right},
};

const HEAD: f32 = 34.0;
/// Check box and mark, before the name.
const BEFORE: f32 = 72.0;
pub(super) const GAP: f32 = 13.0;
/// Room for the button that chooses columns.
pub(super) const AFTER: f32 = 34.0;

/// Where columns lie: the first one stays, the others scroll.
pub(super) struct Places {
    /// From the table's left edge, for the first; from where the scrolled part begins, for the others.
    pub columns: Vec<(f32, f32)>,
    /// How wide the part is that stays.
    pub fixed: f32,
    /// How wide the part is that scrolls.
    pub wide: f32,
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
    pub(super) fn place(&self, places: &Places, at: usize, row: Rect) -> Rect {
        let (from, to) = places.columns[at];
        let left = if at == 0 { row.left() } else { row.left() + places.fixed - self.offset.x };
        Rect::from_min_max(pos2(left + from, row.top()), pos2(left + to, row.bottom()))
    }

    /// The part of a row where columns scroll.
    pub(super) fn scrolled(places: &Places, row: Rect) -> Rect {
        Rect::from_min_max(pos2(row.left() + places.fixed, row.top()), row.max)
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
                        Line::Record(id, head) => self.record(ui, cx, at, id, head, row, places, follow),
                    }
                }
            })
        });
        self.offset = output.inner.state.clamped_offset();
        if self.offset.x > 0.0 {
            let x = body.left() + places.fixed;
            ui.painter().vline(x - 1.0, body.y_range(), Stroke::new(1.0, p.line));
        }
        self.editor(ui, cx, body, places);
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
        let mut said = vec![head.title.clone(), count.clone()];
        said.extend(sums);
        said.extend(folded.then(|| tr!("folded")));
        let name = said.join(", ");
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
        let chosen = self.chosen_of(number, &head.ids);
        let y = row.center().y;
        let state = match chosen {
            0 => check::State::Off,
            n if n == head.ids.len() => check::State::On,
            _ => check::State::Some,
        };
        let place = Rect::from_center_size(pos2(row.left() + 22.0, y), vec2(24.0, 24.0));
        let words = tr!("Select {}", head.title);
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
            Some((at, crate::locale::text(&field.label), format::money_round((*sum)?, currency)))
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

    fn foot(&self, ui: &mut Ui, cx: &mut Context, rect: Rect, places: &Places) {
        let p = palette(ui);
        ui.painter().hline(rect.x_range(), rect.top() + 0.5, (1.0, p.line));
        let mut words = count(self.listing, self.arranged.ids.len());
        if !self.arranged.heads.is_empty() {
            let groups = self.arranged.heads.len();
            let groups = tr!("{count} group" | "{count} groups" % groups, count = format::thousands(groups as u64));
            words = format!("{words}, {groups}");
        }
        let sums = self.sums_of(cx, &self.arranged.sums);
        let said: Vec<String> = sums.iter().map(|(_, label, sum)| format!("{label} {sum}")).collect();
        let name = [vec![words.clone()], said].concat().join(", ");
        let response = ui.interact(rect, Id::unique(("list foot", self.listing)), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &name));
        let room = places.fixed - BEFORE;
        line(ui.painter(), rect.left_center() + vec2(BEFORE, 0.0), room, Text::new(&words, type_scale::BODY, p.text2));
        self.figures(ui, cx, rect, places, &self.arranged.sums, None);
        let square = Rect::from_center_size(pos2(rect.right() - 18.0, rect.center().y), vec2(26.0, 26.0));
        ui.painter().rect_filled(square, radius::CHIP, p.card);
        let id = Id::unique(("list export", self.listing));
        let name = UiCommand::Export.with_keys(tr!("Write the list as a workbook"));
        if icon_button_at(ui, square, id, icons::DOWNLOAD, &name, size::ICON_MEDIUM).clicked() {
            cx.actions.push(Action::Perform(UiCommand::Export));
        }
    }
}

/// `27 opportunities`
pub(super) fn count(listing: Listing, number: usize) -> String {
    let count = format::thousands(number as u64);
    match listing {
        Listing::Leads => tr!("{count} lead" | "{count} leads" % number, count = count),
        Listing::Contacts => tr!("{count} contact" | "{count} contacts" % number, count = count),
        Listing::Opportunities => tr!("{count} opportunity" | "{count} opportunities" % number, count = count),
        Listing::Quotations => tr!("{count} quotation" | "{count} quotations" % number, count = count),
        Listing::Invoices => tr!("{count} invoice" | "{count} invoices" % number, count = count),
        Listing::Products => tr!("{count} product" | "{count} products" % number, count = count),
        _ => tr!("{count} record" | "{count} records" % number, count = count),
    }
}
