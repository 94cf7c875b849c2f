//! Rows of a menu.

use eframe::egui::{CursorIcon, Response, Sense, Ui, WidgetInfo, accesskit::Role, pos2, vec2};

use super::{
    key_cap,
    line::{Line, line},
};
use crate::design::{Icon, icons, palette, radius, size, type_scale};

/// One row: icon, words, keys. The menu closes when it is clicked (egui's menus do).
pub fn item(ui: &mut Ui, icon: Option<Icon>, text: &str, keys: Option<&str>) -> Response {
    row(ui, icon, text, keys, false)
}

/// A row that is the chosen one of several.
pub fn choice(ui: &mut Ui, text: &str, chosen: bool) -> Response {
    row(ui, chosen.then_some(icons::CHECK), text, None, chosen)
}

fn row(ui: &mut Ui, icon: Option<Icon>, text: &str, keys: Option<&str>, chosen: bool) -> Response {
    let p = palette(ui);
    let words = Line::new(text, type_scale::BODY, p.text).layout(ui.painter(), f32::INFINITY).size().x;
    let cap = keys.map_or(0.0, |k| key_cap::width(ui.painter(), k) + 16.0);
    let width = ui.available_width().max(36.0 + words + cap + 10.0);
    let (rect, response) = ui.allocate_exact_size(vec2(width, 30.0), Sense::click());
    let enabled = ui.is_enabled();
    response.widget_info(|| match chosen {
        true => WidgetInfo::selected(Role::MenuItem, enabled, true, text),
        false => WidgetInfo::labeled(Role::MenuItem, enabled, text),
    });
    if response.hovered() || response.has_focus() {
        ui.painter().rect_filled(rect, radius::CONTROL, p.hover);
    }
    if let Some(icon) = icon {
        icons::paint(ui.painter(), icon, pos2(rect.left() + 18.0, rect.center().y), size::ICON_MEDIUM, p.text2);
    }
    line(
        ui.painter(),
        pos2(rect.left() + 36.0, rect.center().y),
        rect.width(),
        Line::new(text, type_scale::BODY, p.text),
    );
    if let Some(keys) = keys {
        let at = pos2(rect.right() - 8.0 - cap + 16.0, rect.center().y);
        key_cap::paint(ui.painter(), at, keys, p, None);
    }
    response.on_hover_cursor(CursorIcon::PointingHand)
}
