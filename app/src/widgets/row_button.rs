//! Buttons on a row that are painted while the row is in hand, and always there for the keyboard and for people who do not
//! see them.

use eframe::egui::{
    Color32, CornerRadius, CursorIcon, Id, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, vec2,
};

use crate::{
    design::{Icon, icons, palette, radius, type_scale},
    widgets::{Row, row::cut},
};

/// What a row button shows.
#[derive(Clone, Copy)]
pub struct Face<'a> {
    pub icon: Icon,
    /// Empty for an icon alone.
    pub text: &'a str,
    pub edge: bool,
}

/// How wide a button with this word is.
pub fn width(ui: &Ui, text: &str) -> f32 {
    let style = type_scale::SECONDARY.medium();
    cut(ui.painter(), text, style, Color32::PLACEHOLDER, f32::INFINITY).size().x + 36.0
}

/// A button that is painted only while its row is in hand.
pub fn show(ui: &mut Ui, rect: Rect, id: Id, shown: bool, face: Face, name: &str) -> Response {
    let response = ui.interact(rect, id, Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, name));
    if !shown {
        return response;
    }
    let p = palette(ui);
    let hot = response.hovered();
    let corner = CornerRadius::same(radius::CHIP);
    let fill = if hot { p.hover } else { p.card };
    let line = if face.edge { Stroke::new(1.0, if hot { p.ctl } else { p.line2 }) } else { Stroke::NONE };
    ui.painter().rect(rect, corner, fill, line, StrokeKind::Inside);
    if response.has_focus() {
        ui.painter().rect_stroke(rect, corner, (2.0, p.aline), StrokeKind::Inside);
    }
    let color = if hot || face.edge { p.text } else { p.text2 };
    if face.text.is_empty() {
        icons::paint(ui.painter(), face.icon, rect.center(), 16.0, color);
        return response.on_hover_text(name);
    }
    let mut row = Row::new(ui, rect.shrink2(vec2(8.0, 0.0)));
    row.icon(face.icon, 14.0, p.text2);
    row.gap(6.0).text(face.text, type_scale::SECONDARY.medium(), color);
    response.on_hover_cursor(CursorIcon::PointingHand)
}
