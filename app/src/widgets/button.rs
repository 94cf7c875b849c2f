//! Buttons: one primary a view, the others quiet.

use eframe::egui::{
    Color32, CursorIcon, Id, Rect, Response, Sense, Stroke, StrokeKind, Ui, Vec2, Widget, WidgetInfo, accesskit::Role,
    pos2, vec2,
};

use super::{
    key_cap,
    line::{Line, focus_ring, line},
};
use crate::design::{Icon, Palette, Type, icons, palette, radius, size, type_scale};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Primary,
    Plain,
    Ghost,
    Danger,
}

/// A button with a text and, if wanted, icons and the keys that do the same.
pub struct Button<'a> {
    text: &'a str,
    name: Option<&'a str>,
    kind: Kind,
    icon: Option<Icon>,
    trailing: Option<Icon>,
    keys: Option<&'a str>,
    height: f32,
    width: Option<f32>,
    selected: bool,
    enabled: bool,
}

impl<'a> Button<'a> {
    pub fn new(text: &'a str) -> Button<'a> {
        Button {
            text,
            name: None,
            kind: Kind::Plain,
            icon: None,
            trailing: None,
            keys: None,
            height: size::CONTROL,
            width: None,
            selected: false,
            enabled: true,
        }
    }

    /// The one thing to do in a view.
    pub fn primary(text: &'a str) -> Button<'a> {
        Button { kind: Kind::Primary, ..Button::new(text) }
    }

    /// Without an edge until the pointer is over it.
    pub fn ghost(text: &'a str) -> Button<'a> {
        Button { kind: Kind::Ghost, ..Button::new(text) }
    }

    /// For what takes something away.
    pub fn danger(text: &'a str) -> Button<'a> {
        Button { kind: Kind::Danger, ..Button::new(text) }
    }

    /// What people who do not see it are told, where that is more than the text.
    pub fn name(self, name: &'a str) -> Button<'a> {
        Button { name: Some(name), ..self }
    }

    pub fn icon(self, icon: Icon) -> Button<'a> {
        Button { icon: Some(icon), ..self }
    }

    pub fn trailing(self, icon: Icon) -> Button<'a> {
        Button { trailing: Some(icon), ..self }
    }

    /// A key cap behind the text: `C`, `Ctrl Z`.
    pub fn keys(self, keys: &'a str) -> Button<'a> {
        Button { keys: Some(keys), ..self }
    }

    pub fn small(self) -> Button<'a> {
        Button { height: size::CONTROL_SMALL, ..self }
    }

    pub fn large(self) -> Button<'a> {
        Button { height: size::CONTROL_LARGE, ..self }
    }

    pub fn width(self, width: f32) -> Button<'a> {
        Button { width: Some(width), ..self }
    }

    /// One of several is on.
    pub fn selected(self, selected: bool) -> Button<'a> {
        Button { selected, ..self }
    }

    pub fn enabled(self, enabled: bool) -> Button<'a> {
        Button { enabled, ..self }
    }

    fn small_size(&self) -> bool {
        self.height <= size::CONTROL_SMALL
    }

    fn ty(&self) -> Type {
        if self.small_size() { type_scale::SECONDARY.medium() } else { type_scale::VALUE }
    }

    fn padding(&self) -> f32 {
        match self.height {
            h if h <= size::CONTROL_SMALL => 8.0,
            h if h >= size::CONTROL_LARGE => 14.0,
            _ => 10.0,
        }
    }
}

struct Colours {
    fill: Color32,
    edge: Color32,
    text: Color32,
    icon: Color32,
}

fn colours(button: &Button, hot: bool, down: bool, p: &Palette) -> Colours {
    let clear = Color32::TRANSPARENT;
    if !button.enabled {
        return match button.kind {
            Kind::Ghost => Colours { fill: clear, edge: clear, text: p.text3, icon: p.text3 },
            _ => Colours { fill: p.sunken, edge: p.line, text: p.text3, icon: p.text3 },
        };
    }
    let lit = if down { p.asoft } else { p.hover };
    match button.kind {
        Kind::Primary => {
            let fill = if hot { p.accent2 } else { p.accent };
            Colours { fill, edge: fill, text: p.onaccent, icon: p.onaccent }
        }
        _ if button.selected => Colours { fill: p.asoft, edge: p.accent, text: p.accent, icon: p.accent },
        Kind::Plain => Colours {
            fill: if hot { lit } else { p.card },
            edge: if hot { p.ctl } else { p.line2 },
            text: p.text,
            icon: p.text2,
        },
        Kind::Ghost => Colours {
            fill: if hot { lit } else { clear },
            edge: clear,
            text: if hot { p.text } else { p.text2 },
            icon: if hot { p.text } else { p.text2 },
        },
        Kind::Danger => Colours {
            fill: if hot { p.late.soft } else { p.card },
            edge: if hot { p.late.text } else { p.line2 },
            text: p.late.text,
            icon: p.late.text,
        },
    }
}

impl Widget for Button<'_> {
    fn ui(self, ui: &mut Ui) -> Response {
        let p = palette(ui);
        let painter = ui.painter();
        let gap = 6.0;
        let icon_size = if self.small_size() { size::ICON_SMALL } else { size::ICON_MEDIUM };
        let text = (!self.text.is_empty()).then(|| {
            Line::new(self.text, self.ty(), p.text).layout(painter, self.width.unwrap_or(f32::INFINITY)).size().x
        });
        let cap = self.keys.map(|keys| key_cap::width(painter, keys));
        let parts = [self.icon.map(|_| icon_size), text, cap, self.trailing.map(|_| icon_size)];
        let content =
            parts.iter().flatten().sum::<f32>() + gap * parts.iter().flatten().count().saturating_sub(1) as f32;
        let width = self.width.unwrap_or(content + 2.0 * self.padding()).max(self.height);
        let sense = if self.enabled { Sense::click() } else { Sense::hover() };
        let (rect, response) = ui.allocate_exact_size(vec2(width, self.height), sense);
        let (name, enabled, selected) =
            (self.name.unwrap_or(self.text), self.enabled && ui.is_enabled(), self.selected);
        response.widget_info(|| match selected {
            true => WidgetInfo::selected(Role::Button, enabled, true, name),
            false => WidgetInfo::labeled(Role::Button, enabled, name),
        });
        if ui.is_rect_visible(rect) {
            let down = response.is_pointer_button_down_on();
            let c = colours(&self, response.hovered(), down, p);
            let corner = if self.small_size() { radius::CHIP } else { radius::CONTROL };
            let painter = ui.painter();
            painter.rect(rect, corner, c.fill, Stroke::new(1.0, c.edge), StrokeKind::Inside);
            let mut x = rect.center().x - content / 2.0;
            let y = rect.center().y;
            if let Some(icon) = self.icon {
                icons::paint(painter, icon, pos2(x + icon_size / 2.0, y), icon_size, c.icon);
                x += icon_size + gap;
            }
            if let Some(width) = text {
                line(painter, pos2(x, y), width + 1.0, Line::new(self.text, self.ty(), c.text));
                x += width + gap;
            }
            if let (Some(keys), Some(width)) = (self.keys, cap) {
                let quiet = if self.kind == Kind::Primary { Some(c.text.gamma_multiply(0.75)) } else { None };
                key_cap::paint(painter, pos2(x, y), keys, p, quiet);
                x += width + gap;
            }
            if let Some(icon) = self.trailing {
                icons::paint(painter, icon, pos2(x + icon_size / 2.0, y), icon_size, c.icon);
            }
            if response.has_focus() {
                focus_ring(painter, rect, corner, p);
            }
        }
        if self.enabled { response.on_hover_cursor(CursorIcon::PointingHand) } else { response }
    }
}

/// A button of an icon alone; its name is also its tooltip.
pub fn icon_button(ui: &mut Ui, icon: Icon, name: &str) -> Response {
    icon_button_sized(ui, icon, name, Vec2::splat(size::CONTROL), size::ICON)
}

pub fn icon_button_sized(ui: &mut Ui, icon: Icon, name: &str, area: Vec2, icon_size: f32) -> Response {
    let (rect, response) = ui.allocate_exact_size(area, Sense::click());
    paint_icon_button(ui, &response, rect, icon, name, icon_size)
}

/// The same at a place of the caller's.
pub fn icon_button_at(ui: &mut Ui, rect: Rect, id: Id, icon: Icon, name: &str, icon_size: f32) -> Response {
    let response = ui.interact(rect, id, Sense::click());
    paint_icon_button(ui, &response, rect, icon, name, icon_size)
}

fn paint_icon_button(ui: &Ui, response: &Response, rect: Rect, icon: Icon, name: &str, icon_size: f32) -> Response {
    let p = palette(ui);
    let enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::labeled(Role::Button, enabled, name));
    if ui.is_rect_visible(rect) {
        let hot = response.hovered();
        if hot {
            ui.painter().rect_filled(rect, radius::CHIP, p.hover);
        }
        icons::paint(ui.painter(), icon, rect.center(), icon_size, if hot { p.text } else { p.text2 });
        if response.has_focus() {
            focus_ring(ui.painter(), rect, radius::CHIP, p);
        }
    }
    response.clone().on_hover_cursor(CursorIcon::PointingHand).on_hover_text(name)
}

/// Accent text that can be clicked, with an icon if wanted.
pub fn link(ui: &mut Ui, icon: Option<Icon>, text: &str) -> Response {
    let p = palette(ui);
    let ty = type_scale::VALUE;
    let width = Line::new(text, ty, p.accent).layout(ui.painter(), f32::INFINITY).size().x;
    let lead = icon.map_or(0.0, |_| size::ICON_MEDIUM + 6.0);
    let (rect, response) = ui.allocate_exact_size(vec2(lead + width, 20.0), Sense::click());
    let enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::labeled(Role::Link, enabled, text));
    let color = if response.hovered() { p.accent2 } else { p.accent };
    let y = rect.center().y;
    if let Some(icon) = icon {
        icons::paint(ui.painter(), icon, pos2(rect.left() + size::ICON_MEDIUM / 2.0, y), size::ICON_MEDIUM, color);
    }
    let at = line(ui.painter(), pos2(rect.left() + lead, y), width + 1.0, Line::new(text, ty, color));
    if response.hovered() {
        ui.painter().hline(at.x_range(), at.bottom() + 0.5, Stroke::new(1.0, color));
    }
    if response.has_focus() {
        focus_ring(ui.painter(), rect.expand2(vec2(3.0, 1.0)), radius::MARK, p);
    }
    response.on_hover_cursor(CursorIcon::PointingHand)
}
