//! The page of a form: the sheet of fields, the column beside it, and the tabs where both do not fit.

use eframe::egui::{Rect, Role, ScrollArea, Sense, Ui, UiBuilder, WidgetInfo, pos2, vec2};

use crate::{
    design::{palette, type_scale},
    widgets::Row,
};

/// Below this width of the window the timeline lies under a tab.
pub const TABBED_BELOW: f32 = 1300.0;

/// A sheet that scrolls, with the margins of a form.
pub fn sheet(ui: &mut Ui, rect: Rect, add: impl FnOnce(&mut Ui)) {
    let mut child = ui.new_child(UiBuilder::new().max_rect(rect).id_salt("sheet"));
    child.set_clip_rect(rect.intersect(ui.clip_rect()));
    ScrollArea::vertical().id_salt("sheet").auto_shrink(false).show(&mut child, |ui| {
        let corner = ui.cursor().min;
        let right = (ui.max_rect().right() - 24.0).min(corner.x + 28.0 + 1200.0);
        let inner = Rect::from_min_max(corner + vec2(28.0, 16.0), pos2(right, f32::INFINITY));
        let mut page = ui.new_child(UiBuilder::new().max_rect(inner));
        page.spacing_mut().item_spacing.y = 14.0;
        add(&mut page);
        let end = pos2(ui.max_rect().right(), page.min_rect().bottom() + 28.0);
        ui.allocate_rect(Rect::from_min_max(corner, end), Sense::hover());
    });
}

/// The column at the right, on its own surface.
pub fn side(ui: &mut Ui, rect: Rect) -> Ui {
    let palette = palette(ui);
    ui.painter().rect_filled(rect, 0, palette.card);
    ui.painter().vline(rect.left() + 0.5, rect.y_range(), (1.0, palette.line));
    let rect = Rect::from_min_max(rect.min + vec2(1.0, 0.0), rect.max);
    let mut child = ui.new_child(UiBuilder::new().max_rect(rect).id_salt("side"));
    child.set_clip_rect(rect.intersect(ui.clip_rect()));
    child.spacing_mut().item_spacing.y = 6.0;
    child
}

/// Tabs across a bar with a line under it; a click changes the current one.
pub fn tabs<T: Copy + PartialEq>(ui: &mut Ui, bar: Rect, current: &mut T, tabs: &[(T, &str)]) {
    if let Some(clicked) = switch(ui, bar.shrink2(vec2(28.0, 0.0)), *current, tabs) {
        *current = clicked;
    }
    ui.painter().hline(bar.x_range(), bar.bottom() - 0.5, (1.0, palette(ui).line));
}

/// Tabs in a row. Returns the one that was clicked.
pub fn switch<T: Copy + PartialEq>(ui: &mut Ui, rect: Rect, current: T, tabs: &[(T, &str)]) -> Option<T> {
    let palette = palette(ui);
    let mut row = Row::new(ui, rect);
    let mut clicked = None;
    for (at, (tab, title)) in tabs.iter().enumerate() {
        let on = *tab == current;
        let text = row.text(title, type_scale::VALUE, if on { palette.text } else { palette.text2 });
        let area = Rect::from_x_y_ranges(text.x_range(), rect.y_range());
        let response = ui.interact(area.expand2(vec2(6.0, 0.0)), ui.scope_id().with(("tab", at)), Sense::click());
        response.widget_info(|| WidgetInfo::selected(Role::Tab, true, on, *title));
        if on || response.hovered() || response.has_focus() {
            let color = if on { palette.accent } else { palette.line2 };
            ui.painter().hline(text.x_range(), rect.bottom() - 1.0, (2.0, color));
        }
        if response.clicked() {
            clicked = Some(*tab);
        }
        row.gap(18.0);
    }
    clicked
}
