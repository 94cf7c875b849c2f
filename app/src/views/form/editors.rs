//! One editor a type of field.

use chrono::NaiveDate;
use eframe::egui::{
    CornerRadius, Id, Key, Modifiers, Popup, PopupCloseBehavior, Rect, RectAlign, Role, Sense, Ui, WidgetInfo, pos2,
    vec2,
};
use satchel_core::{
    Command, Kind, Percent, Record, Value, phone,
    query::{Filter, Listing},
    record::{FieldDef, FieldType},
};
use tr::tr;

use super::{Form, words};
use crate::{
    design::{Type, icons, palette, radius, type_scale},
    locale,
    shell::{Context, Page},
    views::{format, reading},
    widgets::{
        avatar,
        in_place::{Edit, InPlace},
        menu,
        month::month,
        picker::{Picked, Picker},
        row::Row,
    },
};

/// What a person typed as a value of the field's type, or why it is none.
pub fn read(ty: FieldType, text: &str, today: NaiveDate) -> Result<Value, String> {
    match ty {
        FieldType::Money => reading::money(text).map(Value::Money),
        FieldType::Percent => reading::probability(text).map(Value::Percent),
        FieldType::Number => reading::number(text).map(|n| n.map_or(Value::Null, Value::Int)),
        FieldType::Int => reading::number(text).map(|n| Value::Int(n.unwrap_or(0))),
        FieldType::Date => reading::day(text, today).map(Value::from),
        FieldType::When if text.trim().is_empty() => Ok(Value::Null),
        FieldType::When => text.parse().map(Value::When).map_err(|why| locale::said(&why)),
        FieldType::LongText => {
            bounded(text).map(|t| if t.is_empty() { Value::Null } else { Value::Text(t.to_owned()) })
        }
        _ => bounded(text.trim()).map(|t| if t.is_empty() { Value::Null } else { Value::Text(t.to_owned()) }),
    }
}

/// As [`read`], where the field says more than its type: only one share is a probability.
fn read_field(def: &FieldDef, text: &str, today: NaiveDate) -> Result<Value, String> {
    match def.name {
        "discount" | "tax" => reading::share(text).map(Value::Percent),
        _ => read(def.ty, text, today),
    }
}

/// What is more than its type says: a filter that can be read.
fn sound(cx: &Context, field: &str, value: Value) -> Result<Value, String> {
    if let (Value::Text(text), "assignment_filter") = (&value, field) {
        Filter::parse(cx.records, Listing::Opportunities, text, cx.asker()).map_err(|e| locale::said(&e.message()))?;
    }
    Ok(value)
}

/// A field of text holds 64 KB at most.
fn bounded(text: &str) -> Result<&str, String> {
    if text.len() > 64 * 1024 { Err(tr!("This is longer than 64 KB: shorten it")) } else { Ok(text) }
}

fn id(record: &Record, field: &str) -> Id {
    Form::field_id(record, field)
}

/// A field that is edited as text.
struct Text {
    def: FieldDef,
    current: Value,
    shown: String,
    start: String,
}

impl Form {
    pub(super) fn text(&mut self, ui: &mut Ui, cx: &mut Context, record: &Record, def: FieldDef, rect: Rect) {
        self.styled(ui, cx, record, def, rect, type_scale::BODY, "");
    }

    /// Text in a style of its own. Without a hint of its own it invites only who points at it.
    #[expect(clippy::too_many_arguments)]
    pub fn styled(
        &mut self,
        ui: &mut Ui,
        cx: &mut Context,
        record: &Record,
        def: FieldDef,
        rect: Rect,
        style: Type,
        hint: &str,
    ) {
        let current = self.shown(record, def.name);
        let mut shown = words::value(cx, def.ty, &current);
        if phone::FIELDS.contains(&def.name) {
            shown = phone::readable(&shown);
        }
        let pointed = ui.rect_contains_pointer(rect);
        let id = id(record, def.name);
        let choosing = self.fields.get(def.name).is_some_and(|f| f.month.is_some());
        let button = def.ty == FieldType::Date && (pointed || choosing || ui.memory(|m| m.has_focus(id)));
        let room = if button { Rect::from_min_max(rect.min, pos2(rect.right() - 26.0, rect.bottom())) } else { rect };
        let field = Text { def, start: words::editable(&current), current, shown };
        let (add, label) = (tr!("Add"), words::label(&def));
        let hint = if pointed && hint.is_empty() { add.as_str() } else { hint };
        let in_place = InPlace { style, hint, ..InPlace::new(id, &label, "") };
        if button && let Some(day) = self.day_button(ui, cx, record, def, rect, &field.current) {
            self.save(cx, record, def.name, Value::Date(day));
            return;
        }
        self.edit(ui, cx, record, field, in_place, room);
    }

    /// A field as a cell of a table, under a name of its own; figures stand at the right.
    pub fn cell(&mut self, ui: &mut Ui, cx: &mut Context, record: &Record, def: FieldDef, rect: Rect, name: &str) {
        let current = self.shown(record, def.name);
        let shown = match &current {
            Value::Money(amount) => locale::exact(amount.0),
            Value::Percent(share) if share.0 == 0 => String::new(),
            Value::Int(number) => number.to_string(),
            value => words::value(cx, def.ty, value),
        };
        let field = Text { def, start: words::editable(&current), current, shown };
        let right = def.ty != FieldType::Text;
        let in_place = InPlace { right, ..InPlace::new(id(record, def.name), name, "") };
        self.edit(ui, cx, record, field, in_place, rect);
    }

    /// A stored field that is shown as something worked out from it.
    #[expect(clippy::too_many_arguments)]
    pub fn shown_as(
        &mut self,
        ui: &mut Ui,
        cx: &mut Context,
        record: &Record,
        name: &'static str,
        shown: &str,
        rect: Rect,
        style: Type,
    ) {
        let Some(def) = super::def(record.id().kind(), name) else { return };
        let current = self.shown(record, name);
        let field = Text { def, start: words::editable(&current), current, shown: shown.to_owned() };
        let label = words::label(&def);
        let in_place = InPlace { style, ..InPlace::new(id(record, name), &label, "") };
        self.edit(ui, cx, record, field, in_place, rect);
    }

    /// The probability, which is no stored field: it is tied to where the opportunity stands.
    pub fn probability(
        &mut self,
        ui: &mut Ui,
        cx: &mut Context,
        record: &Record,
        now: Percent,
        rect: Rect,
        style: Type,
    ) {
        let def = FieldDef { name: "probability", label: "Probability", ty: FieldType::Percent };
        let current = Value::Percent(now);
        let field = Text { def, start: words::editable(&current), shown: format::percent(now), current };
        let label = words::label(&def);
        let in_place = InPlace { style, ..InPlace::new(id(record, def.name), &label, "") };
        self.edit(ui, cx, record, field, in_place, rect);
    }

    /// Text of many lines over the width that is there.
    pub fn long_text(&mut self, ui: &mut Ui, cx: &mut Context, record: &Record, def: FieldDef, hint: &str) {
        let current = self.shown(record, def.name);
        let text = words::editable(&current);
        let field = Text { def, shown: text.clone(), start: text, current };
        let area = Rect::from_min_size(ui.cursor().min, vec2(ui.available_width(), 30.0));
        let known = Id::unique(("height", record.id(), def.name));
        let height = ui.data(|d| d.get_temp::<f32>(known)).unwrap_or(64.0);
        let rect = Rect::from_min_size(area.min, vec2(area.width(), height));
        let (color, label) = (palette(ui).text2, words::label(&def));
        let in_place =
            InPlace { hint, lines: Some(2), color: Some(color), ..InPlace::new(id(record, def.name), &label, "") };
        let filled = self.edit(ui, cx, record, field, in_place, rect);
        let next = (filled.height() + 10.0).max(46.0);
        if (next - height).abs() > 0.5 {
            ui.data_mut(|d| d.insert_temp(known, next));
            ui.ctx().request_repaint();
        }
        ui.allocate_rect(rect, Sense::hover());
        self.error(ui, def.name, area.left());
    }

    fn edit(
        &mut self,
        ui: &mut Ui,
        cx: &mut Context,
        record: &Record,
        field: Text,
        in_place: InPlace,
        rect: Rect,
    ) -> Rect {
        let name = field.def.name;
        let state = self.fields.entry(name).or_default();
        let in_place = InPlace { shown: &field.shown, start: &field.start, ..in_place };
        let (edit, response) = in_place.show(ui, rect, &mut state.draft);
        match edit {
            Edit::None => {}
            Edit::Began => self.begin(cx, record, name),
            Edit::Commit(text) => match read_field(&field.def, &text, cx.today).and_then(|v| sound(cx, name, v)) {
                Err(reason) => {
                    if let Some(draft) = &mut state.draft {
                        draft.error = Some(reason);
                    }
                }
                Ok(value) if value == field.current => state.draft = None,
                Ok(_) if name == "name" && text.trim().is_empty() => {
                    if let Some(draft) = &mut state.draft {
                        draft.error = Some(tr!("A name is needed"));
                    }
                }
                Ok(value) => self.save(cx, record, name, value),
            },
        }
        response.rect
    }

    fn day_button(
        &mut self,
        ui: &mut Ui,
        cx: &mut Context,
        record: &Record,
        def: FieldDef,
        rect: Rect,
        current: &Value,
    ) -> Option<NaiveDate> {
        let palette = palette(ui);
        let square = Rect::from_min_max(pos2(rect.right() - 24.0, rect.top()), rect.max);
        let response = ui.interact(square, id(record, def.name).with("calendar"), Sense::click());
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, tr!("{}: choose a day", words::label(&def))));
        let color = if response.hovered() || response.has_focus() { palette.accent } else { palette.text2 };
        icons::paint(ui.painter(), icons::CALENDAR, square.center(), 16.0, color);
        let chosen = match current {
            Value::Date(day) => Some(*day),
            _ => None,
        };
        let state = self.fields.entry(def.name).or_default();
        if response.clicked() {
            state.month = if state.month.is_some() { None } else { Some(chosen.unwrap_or(cx.today)) };
            if state.month.is_some() {
                self.begin(cx, record, def.name);
            }
        }
        let state = self.fields.entry(def.name).or_default();
        let mut cursor = state.month?;
        let mut open = true;
        let picked = Popup::from_response(&response)
            .align(RectAlign::BOTTOM_END)
            .gap(4.0)
            .open_bool(&mut open)
            .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
            .show(|ui| month(ui, &mut cursor, chosen, cx.today))
            .and_then(|shown| shown.inner);
        state.month = (open && picked.is_none()).then_some(cursor);
        if state.month.is_none() {
            // Escape closed the month and nothing else.
            ui.input_mut(|i| i.consume_key(Modifiers::NONE, Key::Escape));
        }
        picked
    }

    pub(super) fn reference(
        &mut self,
        ui: &mut Ui,
        cx: &mut Context,
        record: &Record,
        def: FieldDef,
        kind: Kind,
        rect: Rect,
    ) {
        let palette = palette(ui);
        let current = self.shown(record, def.name);
        let target = match current {
            Value::Ref(id) => Some(id),
            _ => None,
        };
        let name = words::value(cx, def.ty, &current);
        let id = id(record, def.name);
        let focused = ui.memory(|m| m.has_focus(id));
        let mut room = rect;
        let opens = kind == Kind::Contact && target.is_some() && !focused && ui.rect_contains_pointer(rect);
        if opens {
            room.max.x -= 26.0;
        }
        if kind == Kind::User && !name.is_empty() {
            let number = target.map_or(0, format::person_number);
            let centre = pos2(rect.left() + 9.0, rect.center().y);
            avatar::paint(ui.painter(), centre, 18.0, &format::initials(&name), number, palette);
            room.min.x += 24.0;
        }
        let (create, choose, label) = (tr!("Create"), tr!("Choose"), words::label(&def));
        let what = match kind {
            Kind::Contact => tr!("contact"),
            Kind::User => tr!("person"),
            Kind::Team => tr!("team"),
            Kind::Product => tr!("product"),
            _ => tr!("record"),
        };
        let state = self.fields.entry(def.name).or_default();
        let picker = Picker {
            text: InPlace {
                hint: if ui.rect_contains_pointer(rect) { choose.as_str() } else { "" },
                style: if kind == Kind::Contact { type_scale::VALUE } else { type_scale::BODY },
                color: (kind == Kind::Contact && !focused).then_some(palette.accent),
                ..InPlace::new(id, &label, &name)
            },
            create: (kind == Kind::Contact).then_some(create.as_str()),
            what: &what,
        };
        let records = cx.records;
        let picked = picker.show(ui, room, &mut state.draft, &mut state.list, |query| {
            let mut found = words::suggestions(records, kind, query);
            found.retain(|s| s.key != record.id());
            found
        });
        if opens {
            let square = Rect::from_min_max(pos2(rect.right() - 24.0, rect.top()), rect.max);
            let response = ui.interact(square, id.with("open"), Sense::click());
            response.widget_info(|| WidgetInfo::labeled(Role::Link, true, tr!("Open {}", name)));
            icons::paint(ui.painter(), icons::OPEN, square.center(), 16.0, palette.accent);
            if response.clicked()
                && let Some(target) = target
            {
                cx.open(Page::Contact(target));
            }
        }
        match picked {
            Picked::None => {}
            Picked::Began => self.begin(cx, record, def.name),
            Picked::Cleared => self.save(cx, record, def.name, Value::Null),
            Picked::Item(id) if Some(id) == target => {}
            Picked::Item(id) => self.save(cx, record, def.name, Value::Ref(id)),
            Picked::Create(name) => {
                let made = cx.new_id(kind);
                let company = Value::Bool(def.name == "parent" || record.id().kind() == Kind::Opportunity);
                let fields = vec![("name".to_owned(), Value::Text(name.clone())), ("is_company".to_owned(), company)];
                let link =
                    Command::Set { id: record.id(), fields: vec![(def.name.to_owned(), Value::Ref(made))], seen: None };
                cx.execute(Command::Together {
                    label: format!("Create {name}"),
                    commands: vec![Command::Create { id: made, fields }, link],
                });
            }
        }
    }

    pub(super) fn choice(
        &mut self,
        ui: &mut Ui,
        cx: &mut Context,
        record: &Record,
        def: FieldDef,
        options: &[&'static str],
        rect: Rect,
    ) {
        let palette = palette(ui);
        let current = self.shown(record, def.name);
        let text = words::value(cx, def.ty, &current);
        let title = words::option(&def, &text);
        let frame = Rect::from_min_max(rect.min - vec2(6.0, 0.0), rect.max);
        let response = ui.interact(frame, id(record, def.name), Sense::click());
        response.widget_info(|| {
            let mut info = WidgetInfo::labeled(Role::ComboBox, true, words::label(&def));
            info.current_text_value = Some(text.clone());
            info
        });
        if response.hovered() || response.has_focus() {
            ui.painter().rect_filled(frame, CornerRadius::same(radius::CONTROL), palette.hover);
            let at = pos2(frame.right() - 12.0, frame.center().y);
            icons::paint(ui.painter(), icons::EXPAND_MORE, at, 16.0, palette.text2);
        }
        Row::new(ui, rect).text(&title, type_scale::BODY, palette.text);
        let mut chosen = None;
        Popup::menu(&response).width(180.0).gap(4.0).show(|ui| {
            for option in options {
                if menu::choice(ui, &words::option(&def, option), text == *option).clicked() {
                    chosen = Some(Value::from(*option));
                }
            }
            if def.name != "type" && menu::choice(ui, &tr!("choice" => "None"), text.is_empty()).clicked() {
                chosen = Some(Value::Null);
            }
        });
        if let Some(value) = chosen.filter(|v| *v != current) {
            self.save(cx, record, def.name, value);
        }
    }

    pub(super) fn check(&mut self, ui: &mut Ui, cx: &mut Context, record: &Record, def: FieldDef, rect: Rect) {
        let mut on = self.shown(record, def.name) == Value::Bool(true);
        let mut child = ui.new_child(eframe::egui::UiBuilder::new().max_rect(rect));
        let response = child.add(eframe::egui::Checkbox::without_text(&mut on)).accessible_name(words::label(&def));
        if response.changed() {
            self.save(cx, record, def.name, Value::Bool(on));
        }
    }
}
