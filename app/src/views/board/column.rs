//! One column: its head with sums and bar, and the cards that can be seen.

use eframe::egui::{
    CursorIcon, Id, Popup, Rect, ScrollArea, Sense, Shape, Stroke, StrokeKind, Ui, UiBuilder, WidgetInfo,
    accesskit::Role, containers::scroll_area::ScrollSource, epaint::TextShape, pos2, vec2,
};
use satchel_core::{
    DocId,
    query::board::{Column, ColumnKey},
    record::ActivityState,
};
use tr::tr;

use super::{
    Board, Wanted,
    cached::State,
    create::After,
    drag::Drag,
    face::{self, Look},
    moves,
};
use crate::{
    design::{icons, palette, radius, size, type_scale},
    shell::{Action, Context, Hand, Page},
    views::{
        format, mass, pipeline,
        settings::{Naming, Place},
    },
    widgets::{
        Line, bar,
        button::icon_button_at,
        dashes, line,
        line::{focus_ring, line_center},
        line_right, menu,
    },
};

const PITCH: f32 = size::CARD + size::CARD_GAP;
/// A card with several tags lies in several columns.
pub(super) fn card_id(column: &ColumnKey, card: DocId) -> Id {
    match column {
        ColumnKey::Value(value) => Id::unique(("card", card, value)),
        _ => Id::unique(("card", card)),
    }
}

/// What stands at the head of a column: that of the lost ones has its name from the core.
pub(super) fn title(column: &Column) -> String {
    match column.key {
        ColumnKey::Lost => tr!("Lost"),
        _ => column.title.clone(),
    }
}

/// From the column's top to its cards.
const HEAD: f32 = 70.0;

impl Board {
    /// A folded column: its count and its title, standing. Takes drops.
    pub(super) fn folded(&mut self, ui: &mut Ui, column: &Column, rect: Rect) {
        let p = palette(ui);
        let over = self.is_over(&column.key);
        let response = ui.interact(rect, Id::unique(("folded", &column.key)), Sense::click());
        let name = tr!(
            "Unfold {column}, {count}",
            column = title(column),
            count = pipeline::opportunities(column.cards.len())
        );
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
        let fill = if over {
            p.drop
        } else if response.hovered() {
            p.hover
        } else {
            p.sunken
        };
        let painter = ui.painter();
        painter.rect_filled(rect, radius::COLUMN, fill);
        if over {
            painter.rect_stroke(rect, radius::COLUMN, Stroke::new(1.5, p.accent), StrokeKind::Inside);
        }
        let x = rect.center().x;
        icons::paint(painter, icons::EXPAND_MORE, pos2(x, rect.top() + 18.0), size::ICON_MEDIUM, p.text2);
        let count = format::thousands(column.cards.len() as u64);
        line_center(
            painter,
            pos2(x, rect.top() + 44.0),
            rect.width(),
            Line::new(&count, type_scale::SECONDARY, p.text3),
        );
        let words = title(column);
        let title = Line::new(&words, type_scale::VALUE, p.text2).layout(painter, rect.height() - 80.0);
        let corner = pos2(x + title.size().y / 2.0, rect.top() + 62.0);
        painter.add(Shape::Text(TextShape::new(corner, title, p.text2).with_angle(std::f32::consts::FRAC_PI_2)));
        if response.has_focus() {
            focus_ring(painter, rect, radius::COLUMN, p);
        }
        if response.on_hover_cursor(CursorIcon::PointingHand).on_hover_text(name).clicked() {
            self.folds.insert(column.key.clone(), false);
        }
    }

    pub(super) fn column(&mut self, ui: &mut Ui, cx: &mut Context, column: &Column, rect: Rect) {
        let p = palette(ui);
        let over = self.is_over(&column.key);
        ui.painter().rect_filled(rect, radius::COLUMN, if over { p.drop } else { p.sunken });
        self.head(ui, cx, column, rect);
        let mut top = rect.top() + HEAD;
        if let Some(create) = self.create.as_mut().filter(|c| c.column == column.key) {
            let place = Rect::from_min_size(pos2(rect.left() + 8.0, top), vec2(rect.width() - 16.0, create.height()));
            top += create.height() + size::CARD_GAP;
            if create.show(ui, place, cx) == After::Closed {
                self.create = None;
            }
        }
        let list = Rect::from_min_max(pos2(rect.left() + 8.0, top), pos2(rect.right() - 8.0, rect.bottom() - 1.0));
        self.cards(ui, cx, column, list);
        if over {
            ui.painter().rect_stroke(rect, radius::COLUMN, Stroke::new(1.5, p.accent), StrokeKind::Inside);
        }
    }

    fn is_over(&self, key: &ColumnKey) -> bool {
        self.drag.as_ref().and_then(Drag::target) == Some(key)
    }

    fn head(&mut self, ui: &mut Ui, cx: &mut Context, column: &Column, rect: Rect) {
        let p = palette(ui);
        let (left, mut right) = (rect.left() + 12.0, rect.right() - 12.0);
        let y = rect.top() + 19.0;
        let id = Id::unique(("column", &column.key));
        let square = |x: f32| Rect::from_center_size(pos2(x, y), vec2(24.0, 24.0));
        let name = tr!("More for {}", title(column));
        let more = icon_button_at(ui, square(right - 9.0), id.with("more"), icons::MORE, &name, size::ICON);
        Popup::menu(&more).width(230.0).show(|ui| {
            ui.set_max_width(230.0);
            self.menu(ui, cx, column);
        });
        right -= 24.0;
        let beginning = moves::beginning(cx.records, self.by.as_ref(), &column.key);
        if let Some(beginning) = &beginning {
            let name = tr!("Add to {}", title(column));
            if icon_button_at(ui, square(right - 9.0), id.with("add"), icons::ADD, &name, size::ICON).clicked() {
                self.wants_create = Some(Wanted::Column(column.key.clone(), vec![beginning.clone()]));
                ui.ctx().request_repaint();
            }
            right -= 24.0;
        }
        let count = format::thousands(column.cards.len() as u64);
        let percent = if column.stage().is_some() { format!("· {} %", column.probability) } else { String::new() };
        let room = (right - left - 70.0).max(40.0);
        let title = line(ui.painter(), pos2(left, y), room, Line::new(&title(column), type_scale::CARD_TITLE, p.text));
        let at = pos2(title.right() + 6.0, y);
        let count = line(ui.painter(), at, right - at.x, Line::new(&count, type_scale::BODY, p.text3));
        let at = pos2(count.right() + 6.0, y);
        line(ui.painter(), at, right - at.x, Line::new(&percent, type_scale::SECONDARY, p.text3));
        self.sums(ui, cx, column, rect, id.with("sums"));
        let (left, right) = (rect.left() + 12.0, rect.right() - 12.0);
        self.state_bar(ui, column, Rect::from_min_max(pos2(left, rect.top() + 54.0), pos2(right, rect.top() + 60.0)));
    }

    /// Σ expected left, Σ probable right; read out with the column's title and count.
    fn sums(&self, ui: &Ui, cx: &Context, column: &Column, rect: Rect, id: Id) {
        let p = palette(ui);
        let (left, right, y) = (rect.left() + 12.0, rect.right() - 12.0, rect.top() + 41.0);
        let currency = format::currency(cx.records);
        let expected = format::money_round(column.expected_revenue, currency);
        let probable = tr!("{} probable", format::money_round(column.prorated_revenue, currency));
        let count = pipeline::opportunities(column.cards.len());
        let words =
            tr!("{title}: {count}, {expected} expected, {probable}", title = title(column), count, expected, probable);
        let place = Rect::from_min_max(pos2(left, rect.top() + 8.0), pos2(right, y + 8.0));
        let response = ui.interact(place, id, Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &words));
        let stage = column.stage().and_then(|s| cx.records.stages.get(&s));
        if let Some(requirements) = stage.map(|s| s.requirements.trim()).filter(|r| !r.is_empty()) {
            response.on_hover_text(requirements);
        }
        let medium = type_scale::SECONDARY.medium();
        let sum = line(ui.painter(), pos2(left, y), right - left, Line::new(&expected, medium, p.text));
        let mut end = sum.right();
        if let Some(drag) = self.drag.as_ref().filter(|d| d.target() == Some(&column.key)) {
            let more = format!("+ {}", format::money(drag.amount, currency));
            let room = right - end - 6.0;
            end = line(ui.painter(), pos2(end + 6.0, y), room, Line::new(&more, medium, p.accent)).right();
        }
        // What is lost has no probable turnover.
        if column.key != ColumnKey::Lost {
            let probable = Line::new(&probable, type_scale::SECONDARY, p.text3);
            line_right(ui.painter(), pos2(right, y), right - end - 10.0, probable);
        }
    }

    fn state_bar(&mut self, ui: &mut Ui, column: &Column, rect: Rect) {
        let p = palette(ui);
        let title = title(column);
        let states: [(State, usize, _, String); 4] = [
            (
                Some(ActivityState::Planned),
                column.planned,
                p.ok.fill,
                tr!("{column}: {n} with a planned activity", column = title, n = column.planned),
            ),
            (
                Some(ActivityState::Today),
                column.due_today,
                p.due.fill,
                tr!("{column}: {n} due today", column = title, n = column.due_today),
            ),
            (
                Some(ActivityState::Overdue),
                column.overdue,
                p.late.fill,
                tr!("{column}: {n} overdue", column = title, n = column.overdue),
            ),
            (
                None,
                column.no_activity,
                p.none,
                tr!("{column}: {n} without an activity", column = title, n = column.no_activity),
            ),
        ];
        let chosen = self.narrow.get(&column.key).copied();
        let parts: Vec<bar::Part> = states
            .iter()
            .map(|(state, share, color, name)| bar::Part {
                share: *share,
                color: *color,
                name,
                chosen: chosen == Some(*state),
            })
            .collect();
        if let Some(i) = bar::parts(ui, rect, Id::unique(("bar", &column.key)), &parts) {
            match chosen == Some(states[i].0) {
                true => _ = self.narrow.remove(&column.key),
                false => _ = self.narrow.insert(column.key.clone(), states[i].0),
            }
        }
    }

    fn menu(&mut self, ui: &mut Ui, cx: &mut Context, column: &Column) {
        ui.spacing_mut().item_spacing.y = 1.0;
        if let Some(beginning) = moves::beginning(cx.records, self.by.as_ref(), &column.key)
            && menu::item(ui, Some(icons::ADD), &tr!("Add an opportunity"), None).clicked()
        {
            self.wants_create = Some(Wanted::Column(column.key.clone(), vec![beginning]));
            ui.ctx().request_repaint();
        }
        if self.narrow.contains_key(&column.key)
            && menu::item(ui, Some(icons::FILTER), &tr!("Show all cards"), None).clicked()
        {
            self.narrow.remove(&column.key);
        }
        if menu::item(ui, Some(icons::LEFT), &tr!("Fold the column"), None).clicked() {
            self.folds.insert(column.key.clone(), true);
        }
        if let Some(stage) = column.stage() {
            if menu::item(ui, Some(icons::EDIT), &tr!("Rename the stage…"), None).clicked() {
                cx.actions.push(Action::NameStage(Naming::Rename(stage)));
            }
            if menu::item(ui, Some(icons::ADD_CIRCLE), &tr!("Add a stage after it…"), None).clicked() {
                cx.actions.push(Action::NameStage(Naming::After(stage)));
            }
            if menu::item(ui, Some(icons::SETTINGS), &tr!("Edit the stage"), None).clicked() {
                cx.actions.push(Action::SetUp(Place::Stages, Some(stage)));
            }
        }
        if menu::item(ui, Some(icons::CHECK), &tr!("Mark all as read"), None).clicked() {
            cx.actions.push(Action::MarkRead(None));
        }
    }

    fn cards(&mut self, ui: &mut Ui, cx: &mut Context, column: &Column, list: Rect) {
        let shown = match self.narrow.get(&column.key) {
            Some(state) => self.cached.narrowed(cx.records, column, *state, cx.today),
            None => std::rc::Rc::from([]),
        };
        let cards: &[DocId] = if self.narrow.contains_key(&column.key) { &shown } else { &column.cards };
        let slot = self.slot(cx, column, cards);
        let count = cards.len() + usize::from(slot.is_some());
        let mut area =
            ScrollArea::vertical().id_salt(("cards", &column.key)).auto_shrink(false).scroll_source(ScrollSource {
                drag: eframe::egui::containers::scroll_area::DragScroll::Never,
                ..ScrollSource::ALL
            });
        if let Some((card, true)) = self.follow
            && let Some(at) = cards.iter().position(|id| *id == card)
        {
            let top = at as f32 * PITCH;
            let offset = self.offsets.get(&column.key).copied().unwrap_or(0.0);
            let least = top + PITCH - list.height();
            area = area.vertical_scroll_offset(offset.min(top).max(least).max(0.0));
            self.follow = Some((card, false));
        }
        // The scroll bar lies in the column's margin, beside the cards.
        let with_bar = Rect::from_min_max(list.min, pos2(list.right() + 7.0, list.bottom()));
        let mut clip = list.expand2(vec2(4.0, 0.0));
        clip.min.y -= 2.0;
        let output = ui
            .scope_builder(UiBuilder::new().id_salt(("list", &column.key)).max_rect(with_bar), |ui| {
                area.show_viewport(ui, |ui, viewport| {
                    ui.set_clip_rect(clip.intersect(ui.clip_rect().expand2(vec2(4.0, 2.0))));
                    ui.set_min_size(vec2(list.width(), (count as f32 * PITCH).max(1.0)));
                    let first = (viewport.top() / PITCH).floor().max(0.0) as usize;
                    let last = ((viewport.bottom() / PITCH).ceil() as usize).min(count);
                    for i in first..last {
                        let top = list.top() + (i as f64 * f64::from(PITCH) - f64::from(viewport.top())) as f32;
                        let place = Rect::from_min_size(pos2(list.left(), top), vec2(list.width(), size::CARD));
                        match slot {
                            Some(slot) if i == slot => self.paint_slot(ui, column, place),
                            Some(slot) if i > slot => self.card(ui, cx, column, cards[i - 1], place),
                            _ => self.card(ui, cx, column, cards[i], place),
                        }
                    }
                })
            })
            .inner;
        self.offsets.insert(column.key.clone(), output.state.clamped_offset().y);
    }

    /// Where in this column the dragged or settling card will lie.
    fn slot(&self, cx: &Context, column: &Column, cards: &[DocId]) -> Option<usize> {
        let dragged = self.drag.as_ref().filter(|d| d.target() == Some(&column.key)).map(|d| d.card);
        let settling = self.settling.as_ref().filter(|s| s.to == column.key && s.revision == self.cached.revision());
        let card = dragged.or(settling.map(|s| s.card))?;
        let order = |id: &DocId| cx.records.opportunities.get(id).map(|o| (o.priority, o.meta.create_date, o.id));
        let own = order(&card);
        Some(cards.partition_point(|id| order(id) > own))
    }

    fn paint_slot(&mut self, ui: &Ui, column: &Column, place: Rect) {
        let p = palette(ui);
        match &mut self.settling {
            Some(settling) if settling.to == column.key => settling.place = Some(place),
            _ => dashes::frame(ui.painter(), place, f32::from(radius::CARD), p.accent),
        }
    }

    fn card(&mut self, ui: &mut Ui, cx: &mut Context, column: &Column, id: DocId, place: Rect) {
        let p = palette(ui);
        let response = ui.interact(place, card_id(&column.key, id), Sense::click_and_drag());
        if self.drag.as_ref().is_some_and(|d| d.card == id) {
            response.widget_info(|| WidgetInfo::labeled(Role::Button, true, tr!("The card being moved")));
            dashes::frame(ui.painter(), place, f32::from(radius::CARD), p.line2);
            return;
        }
        if let Some(settling) = self.settling.as_mut().filter(|s| s.card == id) {
            response.widget_info(|| WidgetInfo::labeled(Role::Button, true, tr!("The card being moved")));
            // Where it came from it is gone at once; where it goes it arrives.
            if settling.to == column.key {
                settling.place = Some(place);
            }
            return;
        }
        let Some(face) = self.cached.face(cx, id) else { return };
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &face.name));
        ui.ctx().accesskit_node_builder(response.id, |node| node.set_description(face.description.as_str()));
        if self.follow.is_some_and(|(card, _)| card == id) {
            response.request_focus();
            self.follow = None;
        }
        let look =
            Look { hovered: response.hovered() && self.drag.is_none(), focused: response.has_focus(), dragged: false };
        face::paint(ui.painter(), place, &face, look, p);
        if response.has_focus() {
            self.keys(ui, cx, column, id);
        }
        if response.drag_started()
            && let Some(at) = response.interact_pointer_pos()
        {
            let amount = cx.records.opportunities.get(&id).map(|o| o.expected_revenue).unwrap_or_default();
            let press = ui.input(|i| i.pointer.press_origin()).unwrap_or(at);
            let (grip, size) = (press - place.min, place.size());
            self.drag = Some(Drag { card: id, from: column.key.clone(), grip, size, amount, over: None });
        }
        if response.clicked() {
            cx.open(Page::Opportunity(id));
        }
        response.context_menu(|ui| mass::menu(ui, cx, &Hand::one(id)));
    }
}
