//! The search box, and the one primary button.

use eframe::egui::{Id, Key, Modifiers, Rect, Stroke, Ui, UiBuilder, pos2, vec2};

use super::{
    command::UiCommand,
    context::{Action, Context},
};
use crate::{
    design::{icons, palette, size, type_scale},
    widgets::{Button, Input, Line, button::icon_button_at, key_cap},
};

pub fn show(ui: &mut Ui, cx: &mut Context) {
    let p = palette(ui);
    let area = ui.max_rect();
    ui.painter().hline(area.x_range(), area.bottom() - 0.5, Stroke::new(1.0, p.line));
    let y = area.center().y - 0.5;
    let new = "New";
    let keys = UiCommand::New.keys().unwrap_or_default();
    let text = Line::new(new, type_scale::VALUE, p.text).layout(ui.painter(), f32::INFINITY).size().x;
    let width = (20.0 + 16.0 + 6.0 + text + 6.0 + key_cap::width(ui.painter(), &keys)).ceil();
    let right = area.right() - size::VIEW_MARGIN;
    let place = Rect::from_min_max(pos2(right - width, y - size::CONTROL / 2.0), pos2(right, y + size::CONTROL / 2.0));
    let button = Button::primary(new).name(UiCommand::New.label()).icon(icons::ADD).keys(&keys).width(width);
    let pressed = ui.scope_builder(UiBuilder::new().max_rect(place), |ui| ui.add(button)).inner;
    if pressed.on_hover_text(UiCommand::New.tooltip()).clicked() {
        cx.actions.push(Action::New(None));
    }

    let left = area.left() + size::VIEW_MARGIN;
    let room = (place.left() - 12.0 - left).min(size::SEARCH_MAX);
    let field = Rect::from_min_size(pos2(left, y - size::SEARCH / 2.0), vec2(room, size::SEARCH));
    search_box(ui, field, &mut cx.query.text);
}

/// Puts the cursor into the search box.
pub fn focus_search(ctx: &eframe::egui::Context) {
    ctx.memory_mut(|m| m.request_focus(Id::unique("search")));
}

fn search_box(ui: &mut Ui, rect: Rect, search: &mut String) {
    let p = palette(ui);
    let id = Id::unique("search");
    // Escape empties the box first and leaves it then.
    if ui.memory(|m| m.has_focus(id)) && ui.input_mut(|i| i.consume_key(Modifiers::NONE, Key::Escape)) {
        match search.is_empty() {
            true => ui.memory_mut(|m| m.surrender_focus(id)),
            false => search.clear(),
        }
    }
    let response = ui
        .scope_builder(UiBuilder::new().max_rect(rect), |ui| {
            Input::new(search, "Search")
                .hint("Search opportunities, customers, people, tags")
                .id(id)
                .icon(icons::SEARCH)
                .height(size::SEARCH)
                .reserve(24.0)
                .show(ui)
        })
        .inner;
    let end = pos2(rect.right() - 8.0, rect.center().y);
    if !search.is_empty() {
        let area = Rect::from_center_size(end - vec2(10.0, 0.0), vec2(22.0, 22.0));
        if icon_button_at(ui, area, id.with("clear"), icons::CLOSE, "Empty the search box", size::ICON_SMALL).clicked()
        {
            search.clear();
        }
    } else if !response.has_focus() {
        let keys = UiCommand::Search.keys().unwrap_or_default();
        let width = key_cap::width(ui.painter(), &keys);
        key_cap::paint(ui.painter(), end - vec2(width, 0.0), &keys, p, None);
    }
}
