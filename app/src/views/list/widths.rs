//! How wide columns are: their edges dragged, fitted to what stands in them by a double click, changed by Shift and arrows.

use eframe::egui::{CursorIcon, EventFilter, Id, Key, Modifiers, Rect, Sense, Ui, WidgetInfo, accesskit::Role};
use tr::tr;

use super::{
    ListView,
    draw::{GAP, Places},
};
use crate::{
    design::{palette, type_scale},
    shell::Context,
    widgets::Line as Text,
};

/// How wide the edge is that can be taken.
const EDGE: f32 = 9.0;
const STEP: f32 = 16.0;
/// What a head needs beside its title: the arrow of the order.
const ARROW: f32 = 18.0;

impl ListView {
    /// The edge at the right of a column's head.
    pub(super) fn edge(&mut self, ui: &mut Ui, cx: &mut Context, at: usize, cell: Rect, places: &Places) {
        let p = palette(ui);
        let x = cell.right() + GAP / 2.0;
        let place = Rect::from_x_y_ranges(x - EDGE / 2.0..=x + EDGE / 2.0, cell.y_range());
        let field = self.columns[at].field.clone();
        let id = Id::unique(("edge", self.listing, &*field.name));
        let response = ui.interact(place, id, Sense::DRAG | Sense::CLICK);
        response.widget_info(|| {
            WidgetInfo::labeled(Role::Splitter, true, tr!("Width of {}", crate::locale::text(&field.label)))
        });
        if response.hovered() || response.dragged() {
            ui.ctx().set_cursor_icon(CursorIcon::ResizeHorizontal);
            let color = if response.dragged() { p.accent } else { p.line2 };
            ui.painter().vline(x, cell.y_range().shrink(8.0), (2.0, color));
        }
        if response.drag_started() {
            self.hold(at, places);
        }
        if response.dragged()
            && let Some(pointer) = response.interact_pointer_pos()
        {
            self.set_width(at, pointer.x - cell.left() - GAP / 2.0);
        }
        if response.drag_stopped() {
            self.keep(cx);
        }
        if response.double_clicked() {
            self.fit(ui, cx, at);
        }
    }

    /// Shift and arrows, while a head has the focus.
    pub(super) fn width_keys(&mut self, ui: &Ui, cx: &mut Context, at: usize, focus: Id, places: &Places) {
        let arrows = EventFilter { horizontal_arrows: true, ..EventFilter::default() };
        ui.memory_mut(|m| m.set_focus_lock_filter(focus, arrows));
        for (key, by) in [(Key::ArrowRight, STEP), (Key::ArrowLeft, -STEP)] {
            if ui.input_mut(|i| i.consume_key(Modifiers::SHIFT, key)) {
                self.hold(at, places);
                self.set_width(at, self.columns[at].width + by);
                self.keep(cx);
            }
        }
    }

    /// As wide as its head and what of it has been in sight.
    pub(super) fn fit(&mut self, ui: &Ui, cx: &mut Context, at: usize) {
        let p = palette(ui);
        let title = Text::new(&self.columns[at].title, type_scale::SECONDARY.medium(), p.text2);
        let title = title.layout(ui.painter(), f32::INFINITY).size().x + ARROW;
        let cells = self.rows.values().filter_map(|row| row.cells.get(at)).map(|cell| cell.width(ui.painter()));
        self.set_width(at, cells.fold(title, f32::max).ceil());
        self.keep(cx);
    }

    /// From here on the left stays as it is, so that the edge stays under the pointer.
    fn hold(&mut self, at: usize, places: &Places) {
        for (at, (from, to)) in places.columns.iter().enumerate().take(at + 1) {
            self.set_width(at, to - from);
        }
    }

    fn set_width(&mut self, at: usize, width: f32) {
        let column = &mut self.columns[at];
        self.chosen.set_width(&column.field.name, Some(width));
        self.chosen.widen(column);
    }
}
