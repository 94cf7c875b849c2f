//! A field of one line (or several) to type into.

use eframe::egui::{
    Align, Align2, FontSelection, Frame, Id, Margin, Rect, Response, RichText, Sense, Shape, Stroke, StrokeKind,
    TextEdit, Ui, UiBuilder, epaint::RectShape, pos2, vec2,
};

use super::line::{Line, focus_ring, line};
use crate::design::{Icon, Type, icons, palette, radius, size, type_scale};

pub struct Input<'a> {
    text: &'a mut String,
    name: &'a str,
    hint: &'a str,
    id: Option<Id>,
    icon: Option<Icon>,
    prefix: &'a str,
    height: f32,
    width: Option<f32>,
    /// Room at the right for what the caller draws there.
    reserve: f32,
    rows: usize,
    ty: Type,
    align: Align,
    wrong: bool,
    quiet: bool,
    hidden: bool,
}

impl<'a> Input<'a> {
    /// `name` is what the field is called, for people who do not see its label.
    pub fn new(text: &'a mut String, name: &'a str) -> Input<'a> {
        Input {
            text,
            name,
            hint: "",
            id: None,
            icon: None,
            prefix: "",
            height: size::CONTROL,
            width: None,
            reserve: 0.0,
            rows: 1,
            ty: type_scale::BODY,
            align: Align::LEFT,
            wrong: false,
            quiet: false,
            hidden: false,
        }
    }

    pub fn hint(self, hint: &'a str) -> Input<'a> {
        Input { hint, ..self }
    }

    pub fn id(self, id: Id) -> Input<'a> {
        Input { id: Some(id), ..self }
    }

    pub fn icon(self, icon: Icon) -> Input<'a> {
        Input { icon: Some(icon), ..self }
    }

    /// Quiet text before what is typed: a currency sign.
    pub fn prefix(self, prefix: &'a str) -> Input<'a> {
        Input { prefix, ..self }
    }

    pub fn height(self, height: f32) -> Input<'a> {
        Input { height, ..self }
    }

    pub fn width(self, width: f32) -> Input<'a> {
        Input { width: Some(width), ..self }
    }

    pub fn reserve(self, reserve: f32) -> Input<'a> {
        Input { reserve, ..self }
    }

    /// Several lines; Enter makes a new one.
    pub fn rows(self, rows: usize) -> Input<'a> {
        Input { rows, ..self }
    }

    pub fn ty(self, ty: Type) -> Input<'a> {
        Input { ty, ..self }
    }

    pub fn align(self, align: Align) -> Input<'a> {
        Input { align, ..self }
    }

    /// What is typed cannot be used: the edge is red.
    pub fn wrong(self, wrong: bool) -> Input<'a> {
        Input { wrong, ..self }
    }

    /// Looks like text until the pointer or the focus is on it.
    pub fn quiet(self) -> Input<'a> {
        Input { quiet: true, ..self }
    }

    /// What is typed shows as dots.
    pub fn hidden(self, hidden: bool) -> Input<'a> {
        Input { hidden, ..self }
    }

    pub fn show(self, ui: &mut Ui) -> Response {
        let p = palette(ui);
        let width = self.width.unwrap_or_else(|| ui.available_width()).min(ui.available_width());
        let several = self.rows > 1;
        let height = if several { self.rows as f32 * self.ty.line + 12.0 } else { self.height };
        let (_, rect) = ui.allocate_space(vec2(width, height));
        let behind = ui.painter().add(Shape::Noop);
        let mut left = rect.left() + 9.0;
        if let Some(icon) = self.icon {
            icons::paint(ui.painter(), icon, pos2(left + 8.0, rect.center().y), size::ICON_MEDIUM, p.text3);
            left += size::ICON_MEDIUM + 6.0;
        }
        if !self.prefix.is_empty() {
            let at = pos2(left, rect.center().y);
            left = line(ui.painter(), at, width, Line::new(self.prefix, self.ty, p.text3)).right() + 5.0;
        }
        let room = Rect::from_min_max(pos2(left, rect.top()), pos2(rect.right() - 9.0 - self.reserve, rect.bottom()));
        let mut edit = if several { TextEdit::multiline(self.text) } else { TextEdit::singleline(self.text) };
        edit = edit
            .frame(Frame::NONE.inner_margin(if several { Margin::symmetric(0, 6) } else { Margin::ZERO }))
            .font(FontSelection::FontId(self.ty.font()))
            .text_color(p.text)
            .hint_text(RichText::new(self.hint).font(self.ty.font()).color(p.text3))
            .desired_width(room.width())
            .desired_rows(self.rows)
            .password(self.hidden)
            .align(Align2([self.align, if several { Align::TOP } else { Align::Center }]))
            .min_size(vec2(room.width(), height));
        if let Some(id) = self.id {
            edit = edit.id(id);
        }
        let response = ui
            .scope_builder(UiBuilder::new().max_rect(room), |ui| {
                ui.style_mut().spacing.extra_text_line_spacing = (self.ty.line - self.ty.size * 1.21).max(0.0);
                ui.add(edit)
            })
            .inner
            .accessible_name(self.name);
        // The edge belongs to the field: a click beside the text focuses it.
        let edge = ui.interact(rect, response.id.with("edge"), Sense::hover());
        if edge.contains_pointer()
            && !response.contains_pointer()
            && ui.input(|i| i.pointer.primary_clicked())
            && self.reserve == 0.0
        {
            response.request_focus();
        }
        let hot = edge.contains_pointer() || response.has_focus();
        let line = match (self.wrong, self.quiet && !hot) {
            (true, _) => p.late.text,
            (_, true) => eframe::egui::Color32::TRANSPARENT,
            _ => p.ctl,
        };
        let fill = if self.quiet && !hot { eframe::egui::Color32::TRANSPARENT } else { p.card };
        let frame = RectShape::new(rect, radius::CONTROL, fill, Stroke::new(1.0, line), StrokeKind::Inside);
        ui.painter().set(behind, frame);
        if response.has_focus() && !self.wrong {
            focus_ring(ui.painter(), rect, radius::CONTROL, p);
        }
        response
    }
}
