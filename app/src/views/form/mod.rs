//! Fields of a record edited in place: each is saved alone, when it is left, against the version the person was looking
//! at when they began. What cannot be saved stays as it was typed, with the reason under it.

pub mod activities;
pub mod attachments;
pub mod calls;
pub mod chronicle;
pub mod columns;
pub mod conflict;
pub mod custom;
mod editors;
pub mod next_meeting;
pub mod page;
pub mod tags;
pub mod words;

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use eframe::egui::{Id, Pos2, Rect, Sense, Ui, pos2, vec2};
use satchel_core::{
    Command, DocId, Kind, Record, Value,
    command::Seen,
    record::{Contact, Field, FieldDef, FieldType, Opportunity},
};

use crate::{
    design::{palette, type_scale},
    locale,
    shell::{Action, Context, Reply},
    views::format,
    widgets::{in_place::Draft, picker, row::Row},
};

/// Width of the labels at the left of the values.
pub const LABEL: f32 = 122.0;
pub const ROW: f32 = 28.0;

/// What is being typed on one record.
#[derive(Default)]
pub struct Form {
    id: Option<DocId>,
    fields: BTreeMap<&'static str, FieldState>,
    /// What was typed on other records and could not be saved: it stands there again when they are opened.
    kept: HashMap<DocId, BTreeMap<&'static str, FieldState>>,
}

#[derive(Default)]
struct FieldState {
    draft: Option<Draft>,
    seen: Option<Seen>,
    /// A value that is on its way to the disk: shown until the record has moved on.
    sent: Option<Sent>,
    list: Option<picker::Open<DocId>>,
    month: Option<NaiveDate>,
}

struct Sent {
    value: Value,
    arrival: u64,
    frames: u32,
    /// What was typed, to stand there again if it is refused.
    text: String,
    reply: Reply,
}

/// Frames for which a value that was sent is shown although the record does not have it yet.
const PATIENCE: u32 = 120;

/// A stored field of opportunities or contacts.
pub fn def(kind: Kind, name: &str) -> Option<FieldDef> {
    match kind {
        Kind::Opportunity => Opportunity::field(name).map(Field::def),
        Kind::Contact => Contact::field(name).map(Field::def),
        kind => satchel_core::record::field(kind, name),
    }
}

impl Form {
    /// Where the focus is while a field is edited.
    pub fn field_id(record: &Record, field: &str) -> Id {
        Id::unique(("field", record.id(), field))
    }

    /// Turns to a record; what could not be saved on another one waits there.
    pub fn turn_to(&mut self, id: DocId) {
        if self.id == Some(id) {
            return;
        }
        let mut left = std::mem::take(&mut self.fields);
        left.retain(|_, state| state.draft.as_ref().is_some_and(|d| d.error.is_some()));
        if let Some(before) = self.id.filter(|_| !left.is_empty()) {
            self.kept.insert(before, left);
        }
        self.fields = self.kept.remove(&id).unwrap_or_default();
        self.id = Some(id);
    }

    /// What is being typed in these fields and not saved yet.
    pub fn typed(&self, fields: &[&str]) -> satchel_core::command::Fields {
        let typed = self.fields.iter().filter(|(name, _)| fields.contains(*name));
        typed.filter_map(|(name, state)| crate::views::alike::typed(name, &state.draft.as_ref()?.text)).collect()
    }

    /// `Saved`, or what is not: in English, for [`locale::text`] where it is drawn.
    pub fn status(&self) -> (&'static str, bool) {
        if self.fields.values().any(|f| f.draft.as_ref().is_some_and(|d| d.error.is_some())) {
            ("Not saved: see the field marked red", false)
        } else {
            ("Saved", true)
        }
    }

    /// Gives a field of the record a value, against the version seen when its editing began.
    pub fn save(&mut self, cx: &mut Context, record: &Record, field: &'static str, value: Value) {
        let state = self.fields.entry(field).or_default();
        state.draft = None;
        let seen = state.seen.take();
        let text = match &value {
            Value::Ref(id) => cx.records.name(*id).to_owned(),
            value => self::words::editable(value),
        };
        let reply = Reply::default();
        let arrival = record.meta().arrival;
        state.sent = Some(Sent { value: value.clone(), arrival, frames: 0, text, reply: reply.clone() });
        let command = Command::Set { id: record.id(), fields: vec![(field.to_owned(), value)], seen };
        cx.actions.push(Action::ExecuteFor(command, reply));
    }

    /// Remembers what the person is looking at.
    pub fn begin(&mut self, cx: &mut Context, record: &Record, field: &'static str) {
        self.fields.entry(field).or_default().seen = cx.records.seen(record.id());
    }

    /// The value to show: the record's, or one that was just sent.
    fn shown(&mut self, record: &Record, field: &'static str) -> Value {
        let actual = record.get(field).unwrap_or(Value::Null);
        self.sent(record, field, actual)
    }

    /// As [`Form::current`] for what is no stored field: `actual` is what the record has.
    pub fn sent(&mut self, record: &Record, field: &'static str, actual: Value) -> Value {
        let Some(state) = self.fields.get_mut(field) else { return actual };
        let Some(sent) = &mut state.sent else { return actual };
        if let Some(outcome) = sent.reply.take() {
            if let Err(reason) = outcome {
                let text = std::mem::take(&mut sent.text);
                state.draft = Some(Draft { text, error: Some(format::capital(&locale::text(&reason))) });
            }
            state.sent = None;
            return actual;
        }
        sent.frames += 1;
        if sent.arrival != record.meta().arrival || sent.frames > PATIENCE || sent.value == actual {
            state.sent = None;
            return actual;
        }
        sent.value.clone()
    }

    /// The value as it is shown now.
    pub fn current(&mut self, record: &Record, field: &'static str) -> Value {
        self.shown(record, field)
    }

    /// A label and its value in one row over the width that is there. Returns whether its mark of a conflict was clicked.
    pub fn row(&mut self, ui: &mut Ui, cx: &mut Context, record: &Record, field: &'static str) -> bool {
        let Some(def) = def(record.id().kind(), field) else { return false };
        self.labelled(ui, cx, record, def, &self::words::label(&def))
    }

    /// As [`Form::row`], under another label.
    pub fn labelled(&mut self, ui: &mut Ui, cx: &mut Context, record: &Record, def: FieldDef, label: &str) -> bool {
        let palette = palette(ui);
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
        Row::new(ui, Rect::from_min_size(rect.min, vec2(LABEL - 8.0, ROW))).text(
            label,
            type_scale::BODY,
            palette.text3,
        );
        let mut value =
            Rect::from_min_max(pos2(rect.left() + LABEL, rect.top() + 1.0), pos2(rect.right(), rect.bottom() - 1.0));
        let conflict = record.meta().conflicts.iter().any(|c| custom::is_of(c, def.name));
        let clicked = conflict && {
            let (left, clicked) = self::words::conflict_mark(ui, value, &self::words::label(&def));
            value.max.x = left - 6.0;
            clicked
        };
        self.value(ui, cx, record, def, value);
        self.error(ui, def.name, value.left());
        clicked
    }

    /// The value alone, in a rectangle.
    pub fn value(&mut self, ui: &mut Ui, cx: &mut Context, record: &Record, def: FieldDef, rect: Rect) {
        match def.ty {
            FieldType::Ref(kind) => self.reference(ui, cx, record, def, kind, rect),
            FieldType::Choice(options) => self.choice(ui, cx, record, def, options, rect),
            FieldType::Bool => self.check(ui, cx, record, def, rect),
            FieldType::Time => {
                let text = words::value(cx, def.ty, &self.shown(record, def.name));
                Row::new(ui, rect).text(&text, type_scale::BODY, palette(ui).text);
            }
            FieldType::Refs(_) => {}
            _ => self.text(ui, cx, record, def, rect),
        }
    }

    /// Whether a value of the field is on its way to the disk, or a list of choices lies open.
    pub fn is_busy(&self, field: &str) -> bool {
        let waits = |sent: &Sent| sent.frames < PATIENCE;
        self.fields
            .get(field)
            .is_some_and(|f| f.sent.as_ref().is_some_and(waits) || f.month.is_some() || f.list.is_some())
    }

    /// What is typed and not taken, here and on records that were left, for who asks before it is lost.
    pub fn unsaved(&self, cx: &mut Context) {
        let here = self.id.map(|id| (id, &self.fields));
        let all = self.kept.iter().map(|(id, fields)| (*id, fields)).chain(here);
        for (id, name, state) in all.flat_map(|(id, fields)| fields.iter().map(move |(name, state)| (id, name, state)))
        {
            if let Some(Draft { text, error: Some(reason) }) = &state.draft {
                let def = cx.records.fields(id.kind()).into_iter().find(|f| f.name == *name);
                let label = def.map_or_else(|| (*name).to_owned(), |def| words::label(&def));
                let text: String = text.chars().take(60).collect();
                cx.unsaved.push(format!("{}, {label} ‘{text}’: {reason}", cx.records.name(id)));
            }
        }
    }

    /// Whether what was typed in a field was not taken.
    pub fn is_wrong(&self, field: &str) -> bool {
        self.fields.get(field).and_then(|f| f.draft.as_ref()).is_some_and(|d| d.error.is_some())
    }

    /// The reason why a field was not taken, in a line of its own.
    pub fn error(&self, ui: &mut Ui, field: &str, left: f32) {
        let error = self.fields.get(field).and_then(|f| f.draft.as_ref()).and_then(|d| d.error.as_deref());
        let Some(error) = error else { return };
        let palette = palette(ui);
        let width = ui.max_rect().right() - left;
        let galley = crate::widgets::row::wrapped(ui.painter(), error, type_scale::SECONDARY, palette.late.text, width);
        let (rect, response) =
            ui.allocate_exact_size(vec2(ui.available_width(), galley.size().y + 4.0), Sense::hover());
        response.widget_info(|| eframe::egui::WidgetInfo::labeled(eframe::egui::Role::Label, true, error));
        ui.painter().galley(Pos2::new(left, rect.top()), galley, palette.late.text);
    }
}
