//! A cell edited where it stands, with the form's own editors: what cannot be saved stays as typed, with the reason
//! under it.

use eframe::egui::{EventFilter, Frame, Key, Margin, Modifiers, Popup, Rect, Stroke, Ui, UiBuilder, pos2, vec2};
use satchel_core::{
    Command, DocId, Kind, Record, Value,
    query::ListField,
    record::{FieldDef, FieldType},
};

use crate::{
    design::{palette, radius, shadow, type_scale},
    shell::{Action, Context, Hand, UiCommand},
    views::form::Form,
};

/// What double click, F2 or Enter does with a cell.
#[derive(Clone, Debug, PartialEq)]
pub enum How {
    Typed(FieldDef),
    /// Chosen in the palette.
    Asked(UiCommand),
    /// Yes or no, at once.
    Switched,
    /// One star more, after three none.
    Rated,
    Not,
}

pub fn how(records: &satchel_core::Records, kind: Kind, field: &ListField) -> How {
    match &*field.name {
        "stage" => return How::Asked(UiCommand::Stage),
        "tags" => return How::Asked(UiCommand::Tag),
        "probability" => {
            return How::Typed(FieldDef { name: "probability", label: "Probability", ty: FieldType::Percent });
        }
        "activity_date_deadline" | "activity_type" | "activity_state" => return How::Asked(UiCommand::Schedule),
        "type" => return How::Not,
        "priority" => return How::Rated,
        _ => {}
    }
    let stored = records.fields(kind).into_iter().find(|f| f.name == field.name);
    match stored {
        Some(def) if def.ty == FieldType::Bool => How::Switched,
        Some(def) if !matches!(def.ty, FieldType::Time | FieldType::LongText | FieldType::Refs(_)) => How::Typed(def),
        _ => How::Not,
    }
}

/// Yes becomes no.
pub fn switch(cx: &mut Context, record: &Record, field: &str) {
    let on = record.get(field) == Some(Value::Bool(true));
    let fields = vec![(field.to_owned(), Value::Bool(!on))];
    cx.execute(Command::Set { id: record.id(), fields, seen: None });
}

/// Gives an opportunity so many stars.
pub fn rate(cx: &mut Context, id: DocId, stars: i64) {
    cx.execute(Command::Set { id, fields: vec![("priority".to_owned(), Value::Int(stars))], seen: None });
}

pub fn ask(cx: &mut Context, command: UiCommand, id: DocId) {
    cx.actions.push(Action::PerformOn(command, Hand::one(id)));
}

pub struct Editing {
    pub id: DocId,
    pub field: FieldDef,
    /// The line it stands in, while its record is in the list.
    pub line: usize,
    form: Form,
    begun: bool,
    /// Where to go once this is saved: the next cell or the one before.
    next: Option<isize>,
}

/// What became of the cell in this frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum After {
    Open,
    /// Back to the cell.
    Done,
    /// To the next cell, or the one before.
    Next(isize),
}

impl Editing {
    pub fn new(id: DocId, field: FieldDef, line: usize) -> Editing {
        let mut form = Form::default();
        form.turn_to(id);
        Editing { id, field, line, form, begun: false, next: None }
    }

    /// Goes on where it was left: it gets the focus again.
    pub fn resume(&mut self) {
        self.begun = false;
    }

    /// Whether what was typed was not taken.
    pub fn is_wrong(&self) -> bool {
        self.form.is_wrong(self.field.name)
    }

    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context, cell: Rect) -> After {
        let Some(record) = cx.records.get(self.id) else { return After::Done };
        let p = palette(ui);
        let least = match self.field.ty {
            FieldType::Ref(_) => 240.0,
            FieldType::Date => 170.0,
            FieldType::Money | FieldType::Percent | FieldType::Int | FieldType::Number => 96.0,
            _ => 170.0,
        };
        let limit = ui.clip_rect();
        let width = (cell.width() + 12.0).max(least).min(limit.width());
        let left = (cell.left() - 6.0).min(limit.right() - width).max(limit.left());
        let rect = Rect::from_min_size(pos2(left, cell.top() + 1.0), vec2(width, cell.height() - 2.0));
        let id = Form::field_id(&record, self.field.name);
        if !self.begun {
            // Before it is drawn: a field notices that it gets the focus while it is drawn.
            ui.memory_mut(|m| m.request_focus(id));
            if matches!(self.field.ty, FieldType::Choice(_)) {
                Popup::open_id(ui.ctx(), id.with("popup"));
            }
        }
        let focused = ui.memory(|m| m.has_focus(id));
        if focused {
            let tab = ui.input_mut(|i| match () {
                _ if i.consume_key(Modifiers::SHIFT, Key::Tab) => Some(-1),
                _ if i.consume_key(Modifiers::NONE, Key::Tab) => Some(1),
                _ => None,
            });
            if tab.is_some() {
                self.next = tab;
                ui.memory_mut(|m| m.surrender_focus(id));
            }
        }
        ui.painter().add(shadow::lifted(p).as_shape(rect, radius::CONTROL));
        ui.painter().rect_filled(rect, radius::CONTROL, p.card);
        let inner = Rect::from_min_max(rect.min + vec2(6.0, 0.0), rect.max - vec2(2.0, 0.0));
        let mut child = ui.new_child(UiBuilder::new().max_rect(inner).id_salt("editor"));
        match (self.field.name, cx.records.opportunities.get(&self.id)) {
            ("probability", Some(o)) => {
                let now = cx.records.probability(o);
                self.form.sent(&record, "probability", Value::Null);
                self.form.probability(&mut child, cx, &record, now, inner, type_scale::BODY);
            }
            _ => self.form.value(&mut child, cx, &record, self.field, inner),
        }
        if ui.memory(|m| m.has_focus(id)) {
            // The Tab key goes to the next cell, not to whatever comes next.
            let keys = EventFilter { tab: true, horizontal_arrows: true, vertical_arrows: true, escape: false };
            ui.memory_mut(|m| m.set_focus_lock_filter(id, keys));
        }
        if !std::mem::replace(&mut self.begun, true) {
            ui.ctx().request_repaint();
            return After::Open;
        }
        let wrong = self.is_wrong();
        if wrong {
            self.reason(ui, rect);
        }
        let focused = ui.memory(|m| m.has_focus(id));
        if focused || wrong || self.form.is_busy(self.field.name) || Popup::is_any_open(ui.ctx()) {
            if wrong {
                self.next = None;
            }
            return After::Open;
        }
        self.next.map_or(After::Done, After::Next)
    }

    /// Why it was not taken, right under it.
    fn reason(&self, ui: &mut Ui, rect: Rect) {
        let p = palette(ui);
        let at = Rect::from_min_size(pos2(rect.left(), rect.bottom() + 3.0), vec2(rect.width().max(260.0), 60.0));
        let mut child = ui.new_child(UiBuilder::new().max_rect(at).id_salt("reason"));
        let frame = Frame::new()
            .fill(p.card)
            .stroke(Stroke::new(1.0, p.late.fill))
            .corner_radius(radius::CONTROL)
            .shadow(shadow::lifted(p))
            .inner_margin(Margin::symmetric(8, 5));
        frame.show(&mut child, |ui| {
            let left = ui.max_rect().left();
            self.form.error(ui, self.field.name, left);
        });
    }

    /// What is typed and not taken.
    pub fn unsaved(&self, cx: &mut Context) {
        self.form.unsaved(cx);
    }
}
