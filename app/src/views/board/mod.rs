//! The pipeline as columns of cards: seen, moved by mouse and by keyboard, added to.

mod cached;
mod column;
pub mod create;
pub mod drag;
pub mod face;
pub mod faces;
mod keys;
mod moves;

use std::collections::HashMap;

use eframe::egui::{
    Align, CursorIcon, Layout, Pos2, Rect, ScrollArea, Ui, UiBuilder,
    containers::scroll_area::{DragScroll, ScrollSource},
    pos2, vec2,
};
use satchel_core::{
    DocId, Value,
    query::{
        GroupBy,
        board::{BoardView, Column, ColumnKey},
    },
};
use tr::tr;

use self::{
    cached::{Cached, State},
    create::QuickCreate,
    drag::{Drag, Settling},
    moves::Move,
};
use crate::{
    design::{icons, palette, size},
    locale::said,
    shell::{Action, Context, Reply, Say},
    views::pipeline,
    widgets::{
        dragged::{Fate, fate},
        empty, view_bar,
    },
};

#[derive(Default)]
pub struct Board {
    cached: Cached,
    /// Columns folded or unfolded by hand.
    folds: HashMap<ColumnKey, bool>,
    /// Empty columns that are folded because not all columns have room.
    spare: Vec<ColumnKey>,
    /// Columns narrowed to a part of their bar.
    narrow: HashMap<ColumnKey, State>,
    /// How far each column is scrolled.
    offsets: HashMap<ColumnKey, f32>,
    /// The columns shown, in their order.
    order: Vec<ColumnKey>,
    /// What they stand for, where that is not the stage.
    by: Option<GroupBy>,
    create: Option<QuickCreate>,
    drag: Option<Drag>,
    settling: Option<Settling>,
    /// The card that is to get the focus, and whether its column has to be scrolled to it first.
    follow: Option<(DocId, bool)>,
    /// From which card the focus moves: columns across, cards along.
    wants: Option<(DocId, isize, isize)>,
    /// How far the board is scrolled.
    across: f32,
    /// Where quick create opens with the next frame: in this one it may be drawn elsewhere already.
    wants_create: Option<Wanted>,
}

/// Where a card is to be made.
enum Wanted {
    /// In the first open one without a stage.
    Stage(Option<DocId>),
    /// In a column, with what that asks of its cards.
    Column(ColumnKey, Vec<(String, Value)>),
}

/// By how much the board may be too wide before columns are folded for it: part of its right margin.
const SLACK: f32 = 16.0;

/// What stands in the board's place when its question cannot be answered.
pub fn unanswerable(ui: &mut Ui, cx: &mut Context, why: &str) {
    if empty::show(ui, icons::FILTER, &tr!("This search cannot be used"), why, &[&tr!("Clear filters")]).is_some() {
        cx.query.clear();
    }
}

impl Board {
    /// What is typed in the quick create.
    pub fn unsaved(&self, cx: &mut Context) {
        if let Some(create) = &self.create {
            create.unsaved(cx);
        }
    }

    /// Opens the quick create in a column, in the first open one without a stage.
    pub fn create_in(&mut self, stage: Option<DocId>) {
        self.wants_create = Some(Wanted::Stage(stage));
    }

    /// The cards of the column that a card lies in, in the order last shown; none if it is not on the board.
    pub fn column_of(&self, id: DocId) -> Vec<DocId> {
        let mut columns = self.cached.shown().into_iter().flat_map(|shown| &shown.view.columns);
        let column = columns.find(|c| c.cards.contains(&id));
        column.map_or_else(Vec::new, |c| c.cards.clone())
    }

    /// `switch` draws the views there are at the right of the view bar and returns the one to turn to.
    pub fn show<T>(
        &mut self,
        ui: &mut Ui,
        cx: &mut Context,
        switch: &mut dyn FnMut(&mut Ui) -> Option<T>,
    ) -> Option<T> {
        let shown = match self.cached.ask(cx) {
            Ok(shown) => shown,
            Err(error) => {
                unanswerable(ui, cx, &said(&error.message()));
                return None;
            }
        };
        let view = &shown.view;
        self.by.clone_from(&shown.by);
        self.order.clear();
        self.order.extend(view.columns.iter().map(|c| c.key.clone()));
        match self.wants_create.take() {
            Some(Wanted::Stage(stage)) => self.create_at(cx, view, stage),
            Some(Wanted::Column(column, beginning)) => self.begin_create(column, beginning),
            None => {}
        }
        let turned = view_bar::show(ui, |ui| self.view_bar(ui, cx, view, switch));
        if self.create.is_none() && self.nothing(ui, cx, view) {
            return turned;
        }
        self.columns(ui, cx, view);
        self.move_focus(&view.columns);
        self.move_drag(ui, cx, view);
        turned
    }

    /// Opens the quick create where it was asked for: in a stage's column, or in the first one where a card can be made.
    fn create_at(&mut self, cx: &Context, view: &BoardView, stage: Option<DocId>) {
        let stage = stage.or_else(|| cx.records.default_stage(view.team).map(|s| s.id));
        let Some(stage) = stage else { return };
        let of_stage = view.columns.iter().map(|c| &c.key).find(|key| **key == ColumnKey::Stage(stage));
        let first = || self.order.iter().find(|k| moves::beginning(cx.records, self.by.as_ref(), k).is_some());
        let Some(key) = of_stage.or_else(first).cloned() else { return };
        let mut beginning = vec![("stage".to_owned(), Value::Ref(stage))];
        beginning.extend(moves::beginning(cx.records, self.by.as_ref(), &key).filter(|(name, _)| name != "stage"));
        self.begin_create(key, beginning);
    }

    /// What is typed already goes along.
    fn begin_create(&mut self, column: ColumnKey, beginning: Vec<(String, Value)>) {
        self.folds.insert(column.clone(), false);
        self.create = Some(QuickCreate::again(self.create.take(), column, beginning));
    }

    fn view_bar<T>(
        &mut self,
        ui: &mut Ui,
        cx: &mut Context,
        view: &BoardView,
        switch: &mut dyn FnMut(&mut Ui) -> Option<T>,
    ) -> Option<T> {
        let area = ui.max_rect();
        let mut right = ui.new_child(UiBuilder::new().max_rect(area).layout(Layout::right_to_left(Align::Center)));
        let turned = switch(&mut right);
        let room = Rect::from_min_max(area.min, pos2(right.min_rect().left() - 8.0, area.bottom()));
        let (count, expected, probable) = (view.count, view.expected_revenue, view.prorated_revenue);
        pipeline::totals_line(ui, cx, room, &pipeline::Totals { count, expected, probable });
        turned
    }

    /// What stands there when there is no card at all; false when there is one.
    fn nothing(&mut self, ui: &mut Ui, cx: &mut Context, view: &BoardView) -> bool {
        if view.columns.iter().any(|c| !c.cards.is_empty()) {
            return false;
        }
        if cx.records.opportunities.values().all(|o| o.meta.deleted) {
            let sentence = tr!("Create the first one, or bring in what you have from a spreadsheet or another CRM.");
            let buttons = [tr!("Create one"), tr!("Import a file")];
            let buttons = buttons.each_ref().map(String::as_str);
            match empty::show(ui, icons::PIPELINE, &tr!("No opportunities yet"), &sentence, &buttons) {
                Some(0) => cx.actions.push(Action::New(None)),
                Some(_) => cx.actions.push(Action::Import(Vec::new())),
                None => {}
            }
        } else if !cx.query.text.trim().is_empty() {
            let title = tr!("No match for ‘{}’", cx.query.text.trim());
            let sentence = tr!("Names, customers, contacts, salespeople and tags were searched.");
            if empty::show(ui, icons::SEARCH, &title, &sentence, &[&tr!("Clear search")]).is_some() {
                cx.query.text.clear();
            }
        } else if !cx.query.facets.is_empty() {
            let sentence = tr!("There are opportunities that the filters leave out.");
            if empty::show(ui, icons::FILTER, &tr!("No match"), &sentence, &[&tr!("Clear filters")]).is_some() {
                cx.query.clear();
            }
        } else {
            return false;
        }
        true
    }

    fn is_folded(&self, column: &Column) -> bool {
        let folded = column.fold || self.spare.contains(&column.key);
        self.folds.get(&column.key).copied().unwrap_or(folded)
    }

    /// Where not all columns have room, as many empty ones as needed are folded, won ones and the first last. Not while a card is on its way or
    /// something is searched: columns must not jump under one's hands.
    fn fold_spare(&mut self, view: &BoardView, width: f32, searching: bool) {
        if self.drag.is_some() || self.settling.is_some() || searching {
            return;
        }
        self.spare.clear();
        let open = view.columns.iter().filter(|c| !self.is_folded(c)).count() as f32;
        let folded = view.columns.len() as f32 - open;
        let gaps = size::COLUMN_GAP * (view.columns.len() as f32 - 1.0) + 2.0 * size::VIEW_MARGIN;
        let mut wide = open * size::COLUMN_MIN + folded * size::COLUMN_FOLDED + gaps - SLACK;
        if view.columns.iter().all(|c| c.cards.is_empty()) {
            return;
        }
        let by_hand: Vec<ColumnKey> = self.folds.keys().cloned().collect();
        let spare = |c: &&Column| !c.fold && c.cards.is_empty() && !by_hand.contains(&c.key);
        let empty = |won| view.columns.iter().skip(1).filter(spare).filter(move |c| c.is_won == won);
        let first = view.columns.iter().take(1).filter(spare);
        for column in empty(false).chain(empty(true)).chain(first) {
            if wide <= width {
                break;
            }
            self.spare.push(column.key.clone());
            wide -= size::COLUMN_MIN - size::COLUMN_FOLDED;
        }
    }

    fn columns(&mut self, ui: &mut Ui, cx: &mut Context, view: &BoardView) {
        let mut area = ui.available_rect_before_wrap();
        self.fold_spare(view, area.width(), !cx.query.text.is_empty());
        // The board's own scroll bar lies below the columns.
        area.max.y -= 4.0;
        let height = area.height() - 12.0;
        let folded = view.columns.iter().filter(|c| self.is_folded(c)).count() as f32;
        let open = view.columns.len() as f32 - folded;
        let gaps = size::COLUMN_GAP * (view.columns.len() as f32 - 1.0).max(0.0);
        let room = area.width() - 2.0 * size::VIEW_MARGIN - gaps - folded * size::COLUMN_FOLDED;
        let width = (room / open.max(1.0)).clamp(size::COLUMN_MIN - 4.0, size::COLUMN_MAX).floor();
        let total = open * width + folded * size::COLUMN_FOLDED + gaps + 2.0 * size::VIEW_MARGIN;
        if let Some(drag) = &mut self.drag {
            drag.over = None;
        }
        let pointer = ui.input(|i| i.pointer.latest_pos());
        let mut scroll = ScrollArea::horizontal()
            .id_salt("board")
            .auto_shrink(false)
            .scroll_source(ScrollSource { drag: DragScroll::Never, ..ScrollSource::ALL });
        if let (Some(_), Some(at)) = (&self.drag, pointer) {
            scroll = self.scroll_at_the_edge(ui, scroll, area, total - area.width(), at);
        }
        let output = ui.scope_builder(UiBuilder::new().max_rect(area), |ui| {
            scroll.show_viewport(ui, |ui, viewport| {
                ui.set_min_size(vec2(total, height));
                let mut x = area.left() - viewport.left() + size::VIEW_MARGIN;
                for column in &view.columns {
                    let folded = self.is_folded(column);
                    let wide = if folded { size::COLUMN_FOLDED } else { width };
                    let rect = Rect::from_min_size(pos2(x, area.top()), vec2(wide, height));
                    x += wide + size::COLUMN_GAP;
                    if let (Some(drag), Some(at)) = (&mut self.drag, pointer)
                        && rect.expand2(vec2(size::COLUMN_GAP / 2.0, 0.0)).contains(at)
                    {
                        drag.over = Some(column.key.clone());
                    }
                    if !rect.intersects(area) {
                        continue;
                    }
                    match folded {
                        true => self.folded(ui, column, rect),
                        false => self.column(ui, cx, column, rect),
                    }
                }
            })
        });
        self.across = output.inner.state.clamped_offset().x;
    }

    /// A card dragged near the board's edge brings the columns beyond it.
    fn scroll_at_the_edge(&self, ui: &Ui, scroll: ScrollArea, area: Rect, most: f32, at: Pos2) -> ScrollArea {
        let speed = 900.0 * ui.input(|i| i.stable_dt).min(0.05);
        let to = match at.x {
            x if x > area.right() - 40.0 => (self.across + speed).min(most.max(0.0)),
            x if x < area.left() + 40.0 => (self.across - speed).max(0.0),
            _ => return scroll,
        };
        if to == self.across {
            return scroll;
        }
        ui.ctx().request_repaint();
        scroll.horizontal_scroll_offset(to)
    }

    /// Draws what is dragged or settling, and drops it.
    fn move_drag(&mut self, ui: &mut Ui, cx: &mut Context, view: &BoardView) {
        let p = palette(ui);
        let now = ui.input(|i| i.time);
        if let Some(Some(Err(reason))) = self.settling.as_ref().map(|s| s.reply.take()) {
            self.settling = None;
            cx.actions.push(Action::Say(Say::Refused(reason)));
        }
        if let Some(settling) = &self.settling {
            if settling.is_over(now, self.cached.revision(), cx.reduced_motion) {
                self.settling = None;
            } else if let Some(face) = self.cached.face(cx, settling.card) {
                drag::paint_above(ui.ctx(), settling.rect(now, cx.reduced_motion), &face, None, p);
            }
            ui.ctx().request_repaint();
        }
        let Some(drag) = &self.drag else { return };
        ui.ctx().set_cursor_icon(CursorIcon::Grabbing);
        let target = drag.target().and_then(|key| view.columns.iter().find(|c| c.key == *key));
        let words = target.map_or_else(|| tr!("Nothing changes"), |to| moves::words(cx.records, self.by.as_ref(), to));
        let pointer = ui.input(|i| i.pointer.latest_pos());
        let rect = pointer.map(|at| drag.rect(at));
        if let (Some(rect), Some(face)) = (rect, self.cached.face(cx, drag.card)) {
            drag::paint_above(ui.ctx(), rect, &face, Some(&words), p);
        }
        let (card, origin, target) = (drag.card, drag.from.clone(), target.map(|c| c.key.clone()));
        let fate = fate(ui);
        if fate != Fate::Held {
            self.drag = None;
        }
        if let (Fate::Dropped, Some(to)) = (fate, target) {
            self.bring(cx, card, &origin, &to, rect.map(|rect| (rect, now)));
        }
    }

    /// Brings a card into another column; one that was let go, from where it was at that moment. False if it stays.
    fn bring(
        &mut self,
        cx: &mut Context,
        card: DocId,
        from: &ColumnKey,
        to: &ColumnKey,
        dropped: Option<(Rect, f64)>,
    ) -> bool {
        let command = match moves::from_to(cx.records, self.by.as_ref(), card, from, to) {
            Move::Command(command) => command,
            Move::Lost => {
                cx.actions.push(Action::AskLost(vec![card]));
                return false;
            }
            Move::Refused(why) => {
                cx.actions.push(Action::Say(Say::Refused(why)));
                return false;
            }
        };
        let Some((from_rect, since)) = dropped else {
            cx.execute(command);
            return true;
        };
        let reply = Reply::default();
        cx.actions.push(Action::ExecuteFor(command, reply.clone()));
        let revision = self.cached.revision();
        self.settling = Some(Settling { card, to: to.clone(), from_rect, place: None, since, revision, reply });
        true
    }
}
