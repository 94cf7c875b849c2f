//! The search bar, and the one primary button.

use eframe::egui::{Rect, Stroke, Ui, UiBuilder, pos2};
use tr::tr;

use super::{
    command::UiCommand,
    context::{Action, Context},
};
use crate::{
    design::{icons, palette, size, type_scale},
    views::search::{self, How, SearchBar},
    widgets::{Button, Line, key_cap},
};

pub fn show(ui: &mut Ui, cx: &mut Context, bar: &mut SearchBar, how: &How) {
    let p = palette(ui);
    let area = ui.max_rect();
    ui.painter().hline(area.x_range(), area.bottom() - 0.5, Stroke::new(1.0, p.line));
    let y = area.center().y - 0.5;
    let new = tr!("New");
    let keys = UiCommand::New.keys().unwrap_or_default();
    let text = Line::new(&new, type_scale::VALUE, p.text).layout(ui.painter(), f32::INFINITY).size().x;
    let width = (20.0 + 16.0 + 6.0 + text + 6.0 + key_cap::width(ui.painter(), &keys)).ceil();
    let right = area.right() - size::VIEW_MARGIN;
    let place = Rect::from_min_max(pos2(right - width, y - size::CONTROL / 2.0), pos2(right, y + size::CONTROL / 2.0));
    let name = UiCommand::New.words_in(cx.team());
    let button = Button::primary(&new).name(&name).icon(icons::ADD).keys(&keys).width(width);
    let pressed = ui.scope_builder(UiBuilder::new().max_rect(place), |ui| ui.add(button)).inner;
    if pressed.on_hover_text(UiCommand::New.with_keys(name.clone())).clicked() {
        cx.actions.push(Action::New(None));
    }

    let left = area.left() + size::VIEW_MARGIN;
    let room = Rect::from_min_max(pos2(left, area.top()), pos2(place.left() - 12.0, area.bottom() - 1.0));
    bar.show(ui, cx, room, how);
}

/// Puts the cursor into the search box.
pub fn focus_search(ctx: &eframe::egui::Context) {
    ctx.memory_mut(|m| m.request_focus(search::field()));
}
