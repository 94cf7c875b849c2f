//! Which columns a list has: fields ticked in a list, found by typing.

use eframe::egui::{CursorIcon, Id, ScrollArea, Sense, Ui, WidgetInfo, accesskit::Role, vec2};
use satchel_core::query::fold;
use tr::tr;

use super::{ListView, columns};
use crate::{
    design::{icons, palette, radius, size, type_scale},
    locale::text,
    shell::Context,
    widgets::{Button, Input, Line, button::icon_button_at, check, dialog, line},
};

#[derive(Default)]
pub struct Chooser {
    query: String,
    focused: bool,
}

const ROW: f32 = 32.0;

impl ListView {
    pub(super) fn choose_columns(&mut self, ui: &mut Ui, cx: &mut Context) {
        let Some(mut chooser) = self.chooser.take() else { return };
        let shown = self.chosen.names(self.listing);
        let mut all = columns::choices(cx.records, self.listing);
        // Those in sight first, in their order.
        all.sort_by_key(|f| {
            (shown.iter().position(|n| **n == *f.name).unwrap_or(usize::MAX), text(&f.label).to_lowercase())
        });
        let wanted = fold(chooser.query.trim());
        all.retain(|f| fold(&text(&f.label)).contains(&wanted));
        let mut changed = false;
        let (done, escaped) = dialog::dialog(ui.ctx(), "columns", 380.0, &tr!("Columns"), |ui| {
            let find = tr!("Find a field");
            let field = Input::new(&mut chooser.query, &find).hint(&find).id(Id::unique("find a field"));
            let response = field.show(ui);
            if !std::mem::replace(&mut chooser.focused, true) {
                response.request_focus();
            }
            ui.add_space(4.0);
            let height = (ui.ctx().content_rect().height() - 260.0).clamp(120.0, 460.0);
            let high = (ROW * all.len() as f32).min(height);
            ScrollArea::vertical().max_height(height).min_scrolled_height(high).auto_shrink([false, true]).show(
                ui,
                |ui| {
                    ui.spacing_mut().item_spacing.y = 0.0;
                    for field in &all {
                        let at = shown.iter().position(|n| **n == *field.name);
                        match row(ui, &text(&field.label), &field.name, at, shown.len()) {
                            Some(Change::Toggle) => {
                                self.chosen.toggle(self.listing, &field.name);
                                changed = true;
                            }
                            Some(Change::Shift(by)) => {
                                self.chosen.shift(self.listing, &field.name, by);
                                changed = true;
                            }
                            None => {}
                        }
                    }
                },
            );
            dialog::buttons(ui, |ui| {
                let done = ui.add(Button::primary(&tr!("Done"))).clicked();
                if ui.add(Button::new(&tr!("The usual columns"))).clicked() {
                    self.chosen.reset();
                    changed = true;
                }
                done
            })
        });
        if changed {
            self.keep(cx);
        }
        if !(done || escaped) {
            self.chooser = Some(chooser);
        }
    }
}

enum Change {
    Toggle,
    Shift(isize),
}

/// A field: ticked or not, and moved up and down among those that are.
fn row(ui: &mut Ui, label: &str, name: &str, at: Option<usize>, count: usize) -> Option<Change> {
    let p = palette(ui);
    let id = Id::unique(("column", name));
    let (_, rect) = ui.allocate_space(vec2(ui.available_width(), ROW));
    let response = ui.interact(rect, id, Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, at.is_some(), label));
    if response.hovered() || response.has_focus() {
        ui.painter().rect_filled(rect, radius::CONTROL, p.hover);
    }
    let state = if at.is_some() { check::State::On } else { check::State::Off };
    check::paint(ui.painter(), rect.left_center() + vec2(16.0, 0.0), state, false, p);
    let color = if at == Some(0) { p.text3 } else { p.text };
    line(
        ui.painter(),
        rect.left_center() + vec2(34.0, 0.0),
        rect.width() - 110.0,
        Line::new(label, type_scale::BODY, color),
    );
    let mut change = None;
    if let Some(at) = at.filter(|at| *at > 0) {
        let moves = [
            (icons::ARROW_UP, tr!("Move {} up", label), -1, at > 1, 50.0),
            (icons::ARROW_DOWN, tr!("Move {} down", label), 1, at + 1 < count, 22.0),
        ];
        for (icon, name, by, can, x) in moves {
            let square = eframe::egui::Rect::from_center_size(rect.right_center() - vec2(x, 0.0), vec2(24.0, 24.0));
            if can && icon_button_at(ui, square, id.with(by), icon, &name, size::ICON_SMALL).clicked() {
                change = Some(Change::Shift(by));
            }
        }
    }
    if response.on_hover_cursor(CursorIcon::PointingHand).clicked() && change.is_none() && at != Some(0) {
        change = Some(Change::Toggle);
    }
    change
}
