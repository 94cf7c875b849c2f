//! What the pages of the settings are made of: sections, rows that unfold, fields under them, and a line to add a name.

use std::collections::HashMap;

use eframe::egui::{
    Align, CursorIcon, Frame, Id, Key, Layout, Margin, Rect, Response, Role, Sense, Stroke, Ui, UiBuilder, WidgetInfo,
    pos2, vec2,
};
use satchel_core::{Command, DocId, Kind, Record, Records, Value};
use tr::tr;

use crate::{
    design::{icons, palette, radius, size, type_scale},
    shell::Context,
    views::form::{Form, LABEL, ROW, def},
    widgets::{Button, Input, Line, Row, line, line::focus_ring, link, row::paragraph},
};

/// A box of rows under a title.
pub fn section(ui: &mut Ui, title: &str, content: impl FnOnce(&mut Ui)) {
    ui.label(type_scale::VALUE.text(title).color(palette(ui).text2));
    ui.add_space(6.0);
    sheet(ui, content);
    ui.add_space(20.0);
}

/// A box of rows.
pub fn sheet(ui: &mut Ui, content: impl FnOnce(&mut Ui)) {
    let p = palette(ui);
    Frame::new().fill(p.card).stroke(Stroke::new(1.0, p.line)).corner_radius(radius::CARD).show(ui, |ui| {
        ui.set_width(ui.available_width());
        content(ui);
    });
}

/// A row of a section: what it is, a line about it, and its control at the right.
pub fn row(ui: &mut Ui, words: &str, says: &str, first: bool, control: impl FnOnce(&mut Ui)) {
    const HEIGHT: f32 = 44.0;
    let p = palette(ui);
    let (_, rect) = ui.allocate_space(vec2(ui.available_width(), HEIGHT));
    if !first {
        ui.painter().hline(rect.x_range(), rect.top() + 0.5, Stroke::new(1.0, p.line));
    }
    let at = pos2(rect.left() + 16.0, rect.center().y);
    let label = line(ui.painter(), at, 140.0, Line::new(words, type_scale::VALUE, p.text));
    let at = pos2(label.right() + 10.0, rect.center().y);
    line(ui.painter(), at, rect.width() * 0.55, Line::new(says, type_scale::SECONDARY, p.text3));
    let inner = rect.shrink2(vec2(16.0, 4.0));
    // Not a scope: the row's place is taken already.
    let builder = UiBuilder::new().id_salt(words).max_rect(inner).layout(Layout::right_to_left(Align::Center));
    control(&mut ui.new_child(builder));
}

/// What a page is about, over its rows.
pub fn heading(ui: &mut Ui, title: &str, says: &str) {
    let p = palette(ui);
    ui.label(type_scale::TITLE.text(title).color(p.text));
    ui.add_space(2.0);
    let lies = paragraph(ui.painter(), ui.cursor().min, says, type_scale::BODY, p.text2, ui.available_width());
    ui.allocate_space(vec2(ui.available_width(), lies.height() + 12.0));
}

/// The button that moves a record to the trash. True once it did.
pub fn trash(ui: &mut Ui, cx: &mut Context, id: DocId, name: &str) -> bool {
    let (words, name) = (tr!("Move to the trash"), tr!("Move {} to the trash", name));
    let clicked = ui.add(Button::danger(&words).small().icon(icons::DELETE).name(&name)).clicked();
    if clicked {
        cx.execute(Command::Trash { ids: vec![id] });
    }
    clicked
}

/// A row of a box that unfolds when it is clicked; `paint` says what stands in it, left of the arrow.
pub fn unfolding(
    ui: &mut Ui,
    id: Id,
    name: &str,
    open: bool,
    sense: Sense,
    paint: impl FnOnce(&Ui, &mut Row),
) -> Response {
    const HEIGHT: f32 = 44.0;
    let p = palette(ui);
    let (_, rect) = ui.allocate_space(vec2(ui.available_width(), HEIGHT));
    let response = ui.interact(rect, id, sense);
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, open, name));
    if rect.top() > ui.max_rect().top() + 2.0 {
        ui.painter().hline(rect.x_range(), rect.top(), Stroke::new(1.0, p.line));
    }
    if response.hovered() || response.has_focus() {
        ui.painter().rect_filled(rect.shrink2(vec2(1.0, 1.0)), radius::CONTROL, p.hover);
    }
    let mut row = Row::new(ui, rect.shrink2(vec2(14.0, 0.0)));
    row.icon_right(if open { icons::EXPAND_LESS } else { icons::EXPAND_MORE }, size::ICON_MEDIUM, p.text3);
    row.gap_right(8.0);
    paint(ui, &mut row);
    if response.has_focus() {
        focus_ring(ui.painter(), rect.shrink(1.0), radius::CONTROL, p);
    }
    response.on_hover_cursor(CursorIcon::PointingHand)
}

/// What unfolds under a row.
pub fn unfolded<R>(ui: &mut Ui, content: impl FnOnce(&mut Ui) -> R) -> R {
    let margin = Margin { left: 40, right: 16, top: 4, bottom: 14 };
    Frame::new()
        .inner_margin(margin)
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.spacing_mut().item_spacing.y = 0.0;
            content(ui)
        })
        .inner
}

/// A label and controls beside it, as a form has them.
pub fn labelled(ui: &mut Ui, label: &str, controls: impl FnOnce(&mut Ui)) {
    let p = palette(ui);
    let corner = ui.cursor().min;
    let width = ui.available_width();
    line(ui.painter(), pos2(corner.x, corner.y + ROW / 2.0), LABEL - 8.0, Line::new(label, type_scale::BODY, p.text3));
    let rect = Rect::from_min_size(corner + vec2(LABEL, 2.0), vec2(width - LABEL, size::CONTROL_SMALL));
    let layout = Layout::left_to_right(Align::Center).with_main_wrap(true);
    let mut child = ui.new_child(UiBuilder::new().max_rect(rect).layout(layout).id_salt(label));
    child.spacing_mut().item_spacing = vec2(6.0, 4.0);
    controls(&mut child);
    let height = (child.min_rect().height() + 4.0).max(ROW);
    ui.allocate_space(vec2(width, height));
}

/// A note under a field.
pub fn note(ui: &mut Ui, text: &str) {
    let p = palette(ui);
    let corner = ui.cursor().min + vec2(LABEL, 0.0);
    let lies = paragraph(ui.painter(), corner, text, type_scale::SECONDARY, p.text3, ui.available_width() - LABEL);
    ui.allocate_space(vec2(ui.available_width(), lies.height() + 4.0));
}

/// Which teams something belongs to: every one, or those chosen. A click changes it at once.
pub fn teams(ui: &mut Ui, cx: &mut Context, record: &Record) {
    let records = cx.records;
    let now = match record.get("teams") {
        Some(Value::Refs(teams)) => teams,
        _ => Vec::new(),
    };
    let mut wanted = None;
    labelled(ui, &tr!("Teams"), |ui| {
        if ui.add(Button::new(&tr!("Every team")).small().selected(now.is_empty())).clicked() && !now.is_empty() {
            wanted = Some(Vec::new());
        }
        for (team, name) in live_teams(records) {
            let has = now.contains(&team);
            if ui.add(Button::new(name).small().selected(has)).clicked() {
                let mut teams = now.clone();
                teams.retain(|t| *t != team);
                teams.extend((!has).then_some(team));
                wanted = Some(teams);
            }
        }
    });
    if let Some(teams) = wanted {
        let fields = vec![("teams".to_owned(), Value::Refs(teams))];
        cx.execute(Command::Set { id: record.id(), fields, seen: None });
    }
}

/// Teams by name.
pub fn live_teams(records: &Records) -> Vec<(DocId, &str)> {
    let live = records.teams.values().filter(|t| !t.meta.deleted && !t.meta.archived);
    let mut teams: Vec<(DocId, &str)> = live.map(|t| (t.id, t.name.as_str())).collect();
    teams.sort_by_key(|(_, name)| name.to_lowercase());
    teams
}

/// One of the seven colours, as discs to choose from.
pub fn colours(ui: &mut Ui, cx: &mut Context, record: &Record) {
    let now = match record.get("color") {
        Some(Value::Int(color)) => color.unsigned_abs() % 7,
        _ => 0,
    };
    let mut wanted = None;
    let names = [tr!("Blue"), tr!("Teal"), tr!("Rose"), tr!("Olive"), tr!("Ochre"), tr!("Slate"), tr!("Brick")];
    labelled(ui, &tr!("Colour"), |ui| {
        for (number, name) in names.iter().enumerate() {
            let p = palette(ui);
            let (rect, response) = ui.allocate_exact_size(vec2(22.0, 22.0), Sense::click());
            let on = number as u64 == now;
            response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, on, name));
            ui.painter().circle_filled(rect.center(), 7.0, p.person(number as u64).0);
            if on || response.has_focus() {
                ui.painter().circle_stroke(rect.center(), 10.0, Stroke::new(1.5, p.accent));
            }
            if response.on_hover_cursor(CursorIcon::PointingHand).on_hover_text(name).clicked() && !on {
                wanted = Some(number as i64);
            }
        }
    });
    if let Some(color) = wanted {
        let fields = vec![("color".to_owned(), Value::Int(color))];
        cx.execute(Command::Set { id: record.id(), fields, seen: None });
    }
}

/// What is being typed on several records at once, each with its own form.
#[derive(Default)]
pub struct Forms(HashMap<DocId, Form>);

impl Forms {
    pub fn of(&mut self, id: DocId) -> &mut Form {
        let form = self.0.entry(id).or_default();
        form.turn_to(id);
        form
    }

    /// What is typed in them and not saved.
    pub fn unsaved(&self, cx: &mut Context) {
        self.0.values().for_each(|form| form.unsaved(cx));
    }

    pub fn rows(&mut self, ui: &mut Ui, cx: &mut Context, record: &Record, fields: &[&'static str]) {
        for field in fields {
            let Some(def) = def(record.id().kind(), field) else { continue };
            let label = if *field == "name" { tr!("Name") } else { crate::locale::text(def.label) };
            self.of(record.id()).labelled(ui, cx, record, def, &label);
        }
    }
}

/// A line to add something by its name: Enter adds and stays open, Escape closes.
#[derive(Default)]
pub struct Adder {
    text: String,
    open: bool,
    fresh: bool,
    wrong: bool,
}

impl Adder {
    /// A name that is typed and not added.
    pub fn unsaved(&self, cx: &mut Context) {
        let typed = Some(self.text.trim()).filter(|text| self.open && !text.is_empty());
        cx.unsaved.extend(typed.map(|text| tr!("‘{}’ is not added yet", text)));
    }

    /// The name that was given.
    pub fn show(&mut self, ui: &mut Ui, words: &str) -> Option<String> {
        ui.add_space(10.0);
        if !self.open {
            if link(ui, Some(icons::ADD), words).clicked() {
                *self = Adder { open: true, fresh: true, ..Adder::default() };
            }
            return None;
        }
        let (mut add, mut close) = (false, false);
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 6.0;
            let (name, hint) = (tr!("{}: name", words), tr!("Name"));
            let input = Input::new(&mut self.text, &name).hint(&hint).width(280.0).wrong(self.wrong).show(ui);
            if std::mem::take(&mut self.fresh) {
                input.request_focus();
            }
            if input.changed() {
                self.wrong = false;
            }
            if input.lost_focus() {
                add = ui.input(|i| i.key_pressed(Key::Enter));
                close = ui.input(|i| i.key_pressed(Key::Escape));
            }
            add |= ui.add(Button::primary(&tr!("Add"))).clicked();
            close |= ui.add(Button::new(&tr!("Cancel")).keys("Esc")).clicked();
        });
        if self.wrong {
            ui.add_space(4.0);
            ui.label(type_scale::SECONDARY.text(tr!("It needs a name")).color(palette(ui).late.text));
        }
        if close {
            *self = Adder::default();
            return None;
        }
        if !add {
            return None;
        }
        let name = self.text.trim().to_owned();
        self.fresh = true;
        self.wrong = name.is_empty();
        self.text.clear();
        (!name.is_empty()).then_some(name)
    }
}

/// The command that makes a record of this name.
pub fn make(cx: &Context, kind: Kind, name: String, more: Vec<(&str, Value)>) -> (DocId, Command) {
    let id = cx.new_id(kind);
    let mut fields = vec![("name".to_owned(), Value::Text(name))];
    fields.extend(more.into_iter().map(|(name, value)| (name.to_owned(), value)));
    (id, Command::Create { id, fields })
}
