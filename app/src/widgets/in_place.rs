//! Text that is edited where it stands: plain text until it has the focus, then an input. Enter or leaving it commits,
//! Escape gives up. What was typed stays, with the reason under it, until it is valid.

use eframe::egui::{
    self, Align2, CornerRadius, Frame, Id, Key, Margin, Rect, Response, Stroke, StrokeKind, TextEdit, Ui, UiBuilder,
    pos2, text::CCursorRange, vec2,
};

use crate::design::{Type, palette, radius, type_scale};

/// What is being typed and not yet committed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Draft {
    pub text: String,
    /// Why it was not taken.
    pub error: Option<String>,
}

/// What happened to the field in this frame.
#[derive(Clone, Debug, PartialEq)]
pub enum Edit {
    None,
    /// It got the focus: the moment to remember what the person is looking at.
    Began,
    /// The person is done with it and the text differs from where it began.
    Commit(String),
}

/// One field.
pub struct InPlace<'a> {
    pub id: Id,
    /// Its accessible name.
    pub name: &'a str,
    /// The text while it is not edited.
    pub shown: &'a str,
    /// The text that editing starts with.
    pub start: &'a str,
    pub hint: &'a str,
    pub lines: Option<usize>,
    pub style: Type,
    /// Right-aligned, for figures.
    pub right: bool,
    /// Drawn as an input even when it is at rest.
    pub boxed: bool,
    pub color: Option<egui::Color32>,
}

impl<'a> InPlace<'a> {
    pub fn new(id: Id, name: &'a str, text: &'a str) -> InPlace<'a> {
        InPlace {
            id,
            name,
            shown: text,
            start: text,
            hint: "",
            lines: None,
            style: type_scale::BODY,
            right: false,
            boxed: false,
            color: None,
        }
    }

    /// Shows the field in the rectangle; the text starts at its left edge, its frame stands out by 6 points.
    pub fn show(self, ui: &mut Ui, rect: Rect, draft: &mut Option<Draft>) -> (Edit, Response) {
        let palette = palette(ui);
        let focused = ui.memory(|m| m.has_focus(self.id));
        let pad = if self.boxed { 0.0 } else { 6.0 };
        let frame = Rect::from_min_max(rect.min - vec2(pad, 0.0), rect.max);
        let wrong = draft.as_ref().is_some_and(|d| d.error.is_some());
        self.paint_frame(ui, frame, focused, wrong);

        let mut text = draft.as_ref().map_or_else(|| self.shown.to_owned(), |d| d.text.clone());
        let row = ui.fonts_mut(|f| f.row_height(&self.style.font()));
        let inset = if self.lines.is_some() { 5.0 } else { ((rect.height() - row) / 2.0).max(0.0) };
        let side = if self.boxed { 8.0 } else { 6.0 };
        let inner = frame.shrink2(vec2(side, 0.0));
        let inner = Rect::from_min_max(pos2(inner.left(), frame.top() + inset), inner.right_bottom());
        let mut child = ui.new_child(UiBuilder::new().max_rect(inner).id_salt(self.id));
        child.style_mut().interaction.selectable_labels = false;
        let edit = match self.lines {
            Some(lines) => TextEdit::multiline(&mut text).desired_rows(lines),
            None => TextEdit::singleline(&mut text).clip_text(true),
        };
        let output = edit
            .id(self.id)
            .frame(Frame::NONE)
            .margin(Margin::ZERO)
            .min_size(vec2(0.0, 0.0))
            .desired_width(inner.width())
            .font(self.style.font())
            .text_color(self.color.unwrap_or(palette.text))
            .align(if self.right { Align2::RIGHT_TOP } else { Align2::LEFT_TOP })
            .hint_text(egui::RichText::new(self.hint).font(self.style.font()).color(palette.text3))
            .show(&mut child);
        let mut state = output.state;
        let response = output.response.response;
        let name = self.name.to_owned();
        response.clone().accessible_name(name);

        let mut edit = Edit::None;
        if response.gained_focus() {
            if draft.is_none() {
                *draft = Some(Draft { text: self.start.to_owned(), error: None });
            }
            if !response.clicked() && !response.is_pointer_button_down_on() {
                let text = draft.as_ref().map_or(self.start, |d| d.text.as_str());
                state.cursor.set_char_range(Some(CCursorRange::select_all_str(text)));
                state.store(ui.ctx(), self.id);
            }
            edit = Edit::Began;
        } else if response.changed()
            && let Some(draft) = draft
        {
            *draft = Draft { text, error: None };
        }
        let save = self.lines.is_some()
            && response.has_focus()
            && ui.input(|i| i.modifiers.command && i.key_pressed(Key::Enter));
        if save {
            response.surrender_focus();
        }
        // Also when it was left while it was not drawn.
        let left = response.lost_focus() || !response.has_focus() && draft.as_ref().is_some_and(|d| d.error.is_none());
        if (save || left)
            && let Some(current) = draft.take()
        {
            let escaped = ui.input(|i| i.key_pressed(Key::Escape));
            if !escaped && (current.text != self.start || current.error.is_some()) {
                edit = Edit::Commit(current.text.clone());
                *draft = Some(current);
            }
        }
        (edit, response)
    }

    fn paint_frame(&self, ui: &Ui, frame: Rect, focused: bool, wrong: bool) {
        let palette = palette(ui);
        let hovered = ui.is_enabled() && ui.rect_contains_pointer(frame);
        let corner = CornerRadius::same(radius::CONTROL);
        let painter = ui.painter();
        let (fill, line) = if wrong {
            (palette.card, Some(palette.late.fill))
        } else if focused {
            (palette.card, Some(palette.accent))
        } else if self.boxed {
            (palette.card, Some(palette.ctl))
        } else if hovered {
            (palette.hover, None)
        } else {
            return;
        };
        if focused {
            painter.rect_stroke(frame, corner, Stroke::new(2.0, palette.aline), StrokeKind::Outside);
        }
        let stroke = line.map_or(Stroke::NONE, |color| Stroke::new(1.0, color));
        painter.rect(frame, corner, fill, stroke, StrokeKind::Inside);
    }
}

/// Marks the whole text of a field, so that typing replaces it.
pub fn select_all(field: &Response, text: &str) {
    if let Some(mut state) = TextEdit::load_state(&field.ctx, field.id) {
        state.cursor.set_char_range(Some(CCursorRange::select_all_str(text)));
        state.store(&field.ctx, field.id);
    }
}
