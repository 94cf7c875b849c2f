//! One thing in the calendar under the pointer and the keys: opened, dragged, made longer, taken out.

use eframe::egui::{CursorIcon, EventFilter, Id, Pos2, Rect, Response, Sense, Ui, WidgetInfo, accesskit::Role};
use satchel_core::{Command, query::agenda::Source};
use tr::tr;

use super::{
    CalendarView, Target,
    drag::{Drag, Under, What},
    place::{Place, Step, step},
    shown::{Item, Key},
    tile::{self, State},
};
use crate::{
    design::{icons, palette, radius},
    shell::{Action, Context, Page, Say},
    views::meeting::{MeetingAsk, Scoped},
    widgets::{line::focus_ring, menu},
};

/// As what it is drawn.
#[derive(Clone, Copy, PartialEq)]
pub enum Look {
    Block,
    Bar { begins: bool, ends: bool },
    Row,
}

/// So near to an edge the edge is taken.
const GRIP: f32 = 7.0;

impl CalendarView {
    /// `salt` tells the pieces of one thing apart that lie on several days; its first one has the same wherever it is moved.
    pub(super) fn item(
        &mut self,
        ui: &mut Ui,
        cx: &mut Context,
        item: &Item,
        (salt, look): (i64, Look),
        rect: Rect,
        under: &dyn Fn(Pos2) -> Option<Under>,
    ) {
        let p = palette(ui);
        let response = ui.interact(rect, Id::unique(("calendar", item.key, salt)), Sense::click_and_drag());
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &item.name));
        if self.follow && self.at == Some(Target::Item(item.key)) {
            response.request_focus();
            response.scroll_to_me(None);
            self.follow = false;
        }
        let state = State {
            hovered: response.hovered() && self.drag.is_none(),
            faded: self.moving() == Some(item.key),
            has_focus: response.has_focus(),
        };
        match look {
            Look::Block => tile::block(ui.painter(), rect, item, p, state),
            Look::Bar { begins, ends } => tile::bar(ui.painter(), rect, item, begins, ends, p, state),
            Look::Row => tile::row(ui.painter(), rect, item, p, state),
        }
        if state.has_focus {
            focus_ring(ui.painter(), rect, radius::MARK, p);
            lock_arrows(ui, response.id);
            self.has_focus(Target::Item(item.key));
        }
        let what = edge(item, look, rect, &response);
        if response.hovered() && self.drag.is_none() {
            ui.ctx().set_cursor_icon(match (what, look) {
                (What::Move | What::New, _) => CursorIcon::PointingHand,
                (_, Look::Block) => CursorIcon::ResizeVertical,
                _ => CursorIcon::ResizeHorizontal,
            });
        }
        if response.drag_started()
            && let Some(from) = ui.input(|i| i.pointer.press_origin())
            && let Some(grabbed) = under(from)
        {
            let what = edge_at(item, look, rect, from);
            self.drag = Some(Drag::of(what, item.key, item.is_meeting(), grabbed, item.place));
        }
        if response.clicked() {
            self.at = Some(Target::Item(item.key));
            self.follow = true;
            open(cx, item);
        }
        let response = if self.drag.is_none() { response.on_hover_ui(|ui| tip(ui, item)) } else { response };
        response.context_menu(|ui| self.menu(ui, cx, item));
    }

    fn menu(&mut self, ui: &mut Ui, cx: &mut Context, item: &Item) {
        if menu::item(ui, Some(icons::OPEN), &tr!("command" => "Open"), Some("Enter")).clicked() {
            open(cx, item);
        }
        if item.is_meeting() {
            if let Some(record) = item.entry.record
                && menu::item(ui, Some(icons::LINK), &tr!("Open {}", cx.records.name(record)), None).clicked()
            {
                cx.open(Page::of(record));
            }
            if menu::item(ui, Some(icons::DOWNLOAD), &tr!("Export this meeting…"), None).clicked() {
                self.files.export_one(cx, item.entry.id);
            }
        }
        if is_cancellable(item) && menu::item(ui, Some(icons::DELETE), &tr!("Cancel it"), Some("Del")).clicked() {
            self.cancel(cx, item);
        }
    }

    /// Said of what has the focus, which is what is chosen unless something else is about to be.
    pub(super) fn has_focus(&mut self, target: Target) {
        self.focused = Some(target);
        if !self.follow {
            self.at = self.focused;
        }
    }

    /// What is being moved, or was and is not there yet.
    pub(super) fn moving(&self) -> Option<Key> {
        let dragged = self.drag.as_ref().and_then(|drag| drag.key);
        dragged.or_else(|| self.settling.as_ref().map(|settling| settling.key))
    }

    /// Where something stands, or will as soon as that is written.
    pub(super) fn place_of(&self, item: &Item) -> Place {
        let settling = self.settling.as_ref().filter(|settling| settling.key == item.key);
        settling.map_or(item.place, |settling| settling.place)
    }

    /// Has it stand elsewhere; of a series it is asked which are meant.
    pub(super) fn put(&mut self, cx: &mut Context, item: &Item, place: Place) {
        let title = item.title.clone();
        match (step(item, place, &cx.environment.zone()), item.entry.of) {
            (Step::Nothing, _) => return,
            (Step::Now(command), _) => cx.execute(command),
            (Step::Ask(fields), Some(of)) => self.scoped = Some(Scoped::change(of, title, fields)),
            (Step::Ask(_), None) => return,
            (Step::Refused(why), _) => {
                cx.actions.push(Action::Say(Say::Refused(why)));
                return;
            }
        }
        self.settle(cx, item.key, place);
    }

    pub(super) fn cancel(&mut self, cx: &mut Context, item: &Item) {
        let id = item.entry.id;
        match (item.entry.source, item.entry.of) {
            (Source::Meetings | Source::Events(_), Some(of)) => {
                self.scoped = Some(Scoped::cancel(of, item.title.clone()));
            }
            (Source::Meetings | Source::Events(_), None) => cx.execute(Command::Trash { ids: vec![id] }),
            (Source::Activities, _) => cx.execute(Command::ActivityCancel { id }),
            (Source::Calls, _) => cx.execute(Command::Call { id, step: satchel_core::command::CallStep::Cancel }),
            (Source::Closings, _) => {
                let says = tr!("An expected closing goes with its opportunity: open it to change that");
                cx.actions.push(Action::Say(Say::Refused(says)));
            }
        }
    }
}

fn is_cancellable(item: &Item) -> bool {
    item.entry.source != Source::Closings && !item.entry.is_done
}

/// Opens a meeting, or the record that something is about.
pub fn open(cx: &mut Context, item: &Item) {
    let entry = &item.entry;
    match (item.is_meeting(), entry.record) {
        (true, _) => cx.actions.push(Action::Meeting(MeetingAsk::Open { id: entry.id, of: entry.of })),
        _ if entry.source == Source::Calls => cx.actions.push(Action::show(entry.id)),
        (false, Some(record)) => cx.open(Page::of(record)),
        (false, None) => {
            cx.actions.push(Action::Say(Say::Refused(tr!("‘{}’ is about no record that could be opened", item.title))));
        }
    }
}

fn edge(item: &Item, look: Look, rect: Rect, response: &Response) -> What {
    response.hover_pos().map_or(What::Move, |at| edge_at(item, look, rect, at))
}

/// What the pointer has in hand there.
fn edge_at(item: &Item, look: Look, rect: Rect, at: Pos2) -> What {
    match look {
        _ if !item.has_length() => What::Move,
        Look::Block if at.y > rect.bottom() - GRIP => What::Stop,
        Look::Block if at.y < rect.top() + 4.0 && rect.height() > 34.0 && item.is_meeting() => What::Start,
        Look::Bar { ends: true, .. } if at.x > rect.right() - GRIP && item.place.is_all_day() => What::Stop,
        Look::Bar { begins: true, .. } if at.x < rect.left() + 5.0 && item.place.is_all_day() => What::Start,
        _ => What::Move,
    }
}

/// Arrows are the calendar's, not the focus's.
pub fn lock_arrows(ui: &Ui, id: Id) {
    let arrows = EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
    ui.memory_mut(|m| m.set_focus_lock_filter(id, arrows));
}

fn tip(ui: &mut Ui, item: &Item) {
    use crate::design::type_scale;
    let p = palette(ui);
    ui.spacing_mut().item_spacing.y = 2.0;
    ui.set_max_width(300.0);
    ui.label(type_scale::CARD_TITLE.text(&item.title));
    ui.label(type_scale::BODY.text(item.place.full_words()).color(p.text2));
    let rest = if item.place.is_all_day() { item.lines.as_slice() } else { item.lines.get(1..).unwrap_or_default() };
    for line in rest {
        ui.label(type_scale::SECONDARY.text(line).color(p.text2));
    }
}
