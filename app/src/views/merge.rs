//! Two to five records side by side, to make one of them: the head at the left, and of every field the value that is kept.

use std::collections::BTreeMap;

use eframe::egui::{
    Align, CursorIcon, Layout, Rect, Role, ScrollArea, Sense, Stroke, StrokeKind, Ui, UiBuilder, WidgetInfo, pos2, vec2,
};
use satchel_core::{
    ADDRESS, Command, DocId, Kind, MergePreview, Record, Value, merge_preview, phone, record::FieldType,
};
use tr::tr;

use super::{form::words, format};
use crate::{
    design::{icons, palette, radius, size, type_scale},
    locale,
    shell::{Context, Page},
    widgets::{
        Button, Row, chip,
        dialog::{buttons, dialog},
        line::focus_ring,
    },
};

const LABELS: f32 = 132.0;
const COLUMN: f32 = 216.0;
const HEAD: f32 = 48.0;
const ROW: f32 = 30.0;

/// Fields that say nothing to whoever chooses.
const QUIET: [&str; 5] = ["type", "color", "date_open", "date_conversion", "is_company"];

pub struct MergeDialog {
    ids: Vec<DocId>,
    /// What was worked out, and at which revision.
    sheet: Option<((u64, locale::Locale), Result<Sheet, String>)>,
    /// By the key of a line, where it is not the rule's.
    chosen: BTreeMap<String, DocId>,
}

struct Sheet {
    order: Vec<DocId>,
    heads: Vec<(String, String)>,
    lines: Vec<Line>,
    /// Fields in which all are equal.
    same: usize,
}

/// One field of all records.
struct Line {
    key: String,
    label: String,
    /// In the order of the records; nothing where one has none.
    texts: Vec<String>,
    /// Whose is kept by the rule; of what is joined, nobody's.
    by_rule: Option<DocId>,
}

impl MergeDialog {
    pub fn new(ids: Vec<DocId>) -> MergeDialog {
        MergeDialog { ids, sheet: None, chosen: BTreeMap::new() }
    }

    /// True once it is answered or closed.
    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context) -> bool {
        if self.sheet.as_ref().is_none_or(|(shown, _)| *shown != (cx.records.revision, locale::current())) {
            let sheet = merge_preview(cx.records, &self.ids).map(|preview| Sheet::of(cx, &preview));
            self.sheet =
                Some(((cx.records.revision, locale::current()), sheet.map_err(|why| locale::said(&why.message()))));
        }
        let Some((_, sheet)) = &self.sheet else { return true };
        let chosen = &mut self.chosen;
        let (ids, columns) = (self.ids.clone(), self.ids.len().clamp(2, 5) as f32);
        let title = tr!("Merge {n} record" | "Merge {n} records" % ids.len());
        let width = LABELS + columns * COLUMN;
        let (answer, closed) = dialog(ui.ctx(), "merge", width, &title, |ui| {
            let palette = palette(ui);
            let room = ui.ctx().content_rect().height() - 230.0;
            match sheet {
                Ok(sheet) => sheet.show(ui, chosen, room),
                Err(why) => _ = ui.label(type_scale::BODY.text(why).color(palette.late.text)),
            }
            buttons(ui, |ui| {
                let merge = ui.add(Button::primary(&tr!("Merge")).icon(icons::MERGE).enabled(sheet.is_ok())).clicked();
                let cancel = ui.add(Button::new(&tr!("Cancel")).keys("Esc")).clicked();
                let note = tr!("The others stay linked to the first. Undo takes them apart again.");
                ui.label(type_scale::SECONDARY.text(note).color(palette.text3));
                (merge, cancel)
            })
        });
        let (merge, cancel) = answer;
        if let (true, Ok(sheet)) = (merge, sheet) {
            let choices = std::mem::take(chosen).into_iter().collect();
            cx.execute(Command::Merge { ids, choices });
            cx.open(Page::of(sheet.order[0]));
        }
        merge || cancel || closed
    }
}

impl Sheet {
    fn of(cx: &Context, preview: &MergePreview) -> Sheet {
        let records: Vec<Record> = preview.order.iter().filter_map(|id| cx.records.get(*id)).collect();
        let mut sheet = Sheet {
            order: preview.order.clone(),
            heads: records.iter().map(|r| (r.name(), detail(cx, r))).collect(),
            lines: Vec::new(),
            same: 0,
        };
        let taken = |field: &str| preview.taken.iter().find(|(name, _)| *name == field).map(|(_, from)| *from);
        if preview.order[0].kind() == Kind::Opportunity {
            let texts = records.iter().map(|r| stands(cx, r)).collect();
            sheet.add("standing", tr!("Where it stands"), texts, Some(preview.order[0]));
        }
        let mut address = false;
        for field in cx.records.fields(preview.order[0].kind()) {
            if QUIET.contains(&field.name) {
                continue;
            }
            if ADDRESS.contains(&field.name) {
                if !std::mem::replace(&mut address, true) {
                    let whole = |r: &Record| {
                        let parts =
                            ADDRESS.map(|name| words::value(cx, FieldType::Text, &r.get(name).unwrap_or(Value::Null)));
                        parts.into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(", ")
                    };
                    sheet.add("address", tr!("Address"), records.iter().map(whole).collect(), taken(field.name));
                }
                continue;
            }
            let is_phone = phone::FIELDS.contains(&field.name);
            let text = |r: &Record| {
                let text = words::value(cx, field.ty, &r.get(field.name).unwrap_or(Value::Null));
                if is_phone { phone::readable(&text) } else { text }
            };
            sheet.add(field.name, words::label(&field), records.iter().map(text).collect(), taken(field.name));
        }
        sheet
    }

    fn add(&mut self, key: &str, label: String, texts: Vec<String>, by_rule: Option<DocId>) {
        match texts.iter().all(|t| *t == texts[0]) {
            true => self.same += usize::from(!texts[0].is_empty()),
            false => self.lines.push(Line { key: key.to_owned(), label, texts, by_rule }),
        }
    }

    fn show(&self, ui: &mut Ui, chosen: &mut BTreeMap<String, DocId>, room: f32) {
        let p = palette(ui);
        let width = ui.available_width();
        let column = (width - LABELS) / self.order.len() as f32;
        let place = |rect: Rect, at: usize| {
            let left = rect.left() + LABELS + column * at as f32;
            Rect::from_min_max(pos2(left + 3.0, rect.top() + 1.0), pos2(left + column - 3.0, rect.bottom() - 1.0))
        };
        let (head, _) = ui.allocate_exact_size(vec2(width, HEAD), Sense::hover());
        for (at, (name, detail)) in self.heads.iter().enumerate() {
            let cell = place(head, at);
            let (top, foot) = cell.split_top_bottom_at_fraction(0.5);
            let mut row = Row::new(ui, top.shrink2(vec2(8.0, 0.0)));
            if at == 0 {
                let mark = chip::mark_right(ui.painter(), pos2(row.right(), row.middle()), None, &tr!("stays"), p.ok);
                row.gap_right(mark.width() + 6.0);
            }
            row.text(name, type_scale::CARD_TITLE, p.text);
            Row::new(ui, foot.shrink2(vec2(8.0, 0.0))).text(detail, type_scale::SECONDARY, p.text2);
            let spoken =
                if at == 0 { tr!("{name}, {detail}, stays", name, detail) } else { format!("{name}, {detail}") };
            let response = ui.interact(cell, ui.scope_id().with(("head", at)), Sense::hover());
            response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &spoken));
        }
        ui.painter().hline(head.x_range(), head.bottom(), (1.0, p.line));
        ScrollArea::vertical().id_salt("fields").max_height(room - HEAD).auto_shrink([false, true]).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            ui.add_space(4.0);
            for line in &self.lines {
                let (rect, _) = ui.allocate_exact_size(vec2(width, ROW), Sense::hover());
                let label = Rect::from_min_size(rect.min, vec2(LABELS - 8.0, ROW));
                Row::new(ui, label).text(&line.label, type_scale::BODY, p.text3);
                let kept = chosen.get(&line.key).copied().or(line.by_rule);
                for (at, text) in line.texts.iter().enumerate() {
                    let mine = kept == Some(self.order[at]);
                    let joined = kept.is_none() && !text.is_empty();
                    if cell(ui, place(rect, at), line, text, &self.heads[at].0, mine, joined) {
                        match line.by_rule == Some(self.order[at]) {
                            true => _ = chosen.remove(&line.key),
                            false => _ = chosen.insert(line.key.clone(), self.order[at]),
                        }
                    }
                }
            }
            if self.lines.is_empty() || self.same > 0 {
                let text = match (self.lines.is_empty(), self.same) {
                    (true, _) => tr!("All fields are the same."),
                    (false, same) => tr!("{n} field is the same in all." | "{n} fields are the same in all." % same),
                };
                let (rect, _) = ui.allocate_exact_size(vec2(width, ROW), Sense::hover());
                let rest = Rect::from_min_max(pos2(rect.left() + LABELS + 11.0, rect.top()), rect.max);
                Row::new(ui, rest).text(&text, type_scale::SECONDARY, p.text3);
            }
            ui.add_space(size::GRID);
        });
    }
}

/// One value; true when it was chosen.
fn cell(ui: &mut Ui, rect: Rect, line: &Line, text: &str, record: &str, mine: bool, joined: bool) -> bool {
    let p = palette(ui);
    if text.is_empty() {
        Row::new(ui, rect.shrink2(vec2(8.0, 0.0))).text("–", type_scale::BODY, p.text3);
        return false;
    }
    let response = ui.interact(rect, ui.scope_id().with((&line.key, record, rect.left() as i64)), Sense::click());
    let value = text.lines().next().unwrap_or_default();
    let name = tr!("{field}: {value} of {record}", field = line.label, value, record);
    response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, mine || joined, &name));
    let (fill, edge) = match () {
        _ if mine || joined => (p.asoft, p.accent),
        _ if response.hovered() => (p.hover, p.ctl),
        _ => (p.card, p.line2),
    };
    ui.painter().rect(rect, radius::CONTROL, fill, Stroke::new(1.0, edge), StrokeKind::Inside);
    let mut row = Row::new(ui, rect.shrink2(vec2(8.0, 0.0)));
    let (icon, color) =
        if mine || joined { (icons::CHECK_CIRCLE_FILLED, p.accent) } else { (icons::RADIO_OFF, p.text3) };
    row.icon(icon, size::ICON_SMALL, color);
    row.gap(6.0).text(text, type_scale::BODY, p.text);
    if response.has_focus() {
        focus_ring(ui.painter(), rect, radius::CONTROL, p);
    }
    response.on_hover_cursor(CursorIcon::PointingHand).on_hover_text(text).clicked()
}

/// `Lead · New · since Mon 2 Nov`, `Company · Ghent`
fn detail(cx: &Context, record: &Record) -> String {
    let since = record.meta().create_date.map(|at| cx.day(cx.environment.day(at))).unwrap_or_default();
    let parts = match record {
        Record::Opportunity(o) => {
            let kind = if o.is_lead() { tr!("Lead") } else { tr!("Opportunity") };
            [kind, o.partner.map_or_else(String::new, |p| cx.records.name(p).to_owned()), since]
        }
        Record::Contact(c) => {
            let kind = if c.is_company { tr!("Company") } else { tr!("Person") };
            [kind, c.parent.map_or_else(String::new, |p| cx.records.name(p).to_owned()), since]
        }
        _ => [String::new(), String::new(), since],
    };
    parts.into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(" · ")
}

/// `New, 10 %`
fn stands(cx: &Context, record: &Record) -> String {
    let Record::Opportunity(o) = record else { return String::new() };
    let stage = cx.records.stage(o).map_or("", |s| s.name.as_str());
    match cx.records.won_status(o).label() {
        "lost" => tr!("Lost"),
        "won" => tr!("Won"),
        _ => format!("{stage}, {}", format::percent(cx.records.probability(o))),
    }
}

/// The buttons of a line about a record that may be the same: `Open`, `Merge`.
pub fn links(ui: &mut Ui, rect: Rect, cx: &mut Context, id: DocId, other: DocId) -> f32 {
    let mut right = ui.new_child(UiBuilder::new().max_rect(rect).layout(Layout::right_to_left(Align::Center)));
    right.spacing_mut().item_spacing.x = 4.0;
    let name = cx.records.name(other).to_owned();
    if right.add(Button::ghost(&tr!("Merge…")).name(&tr!("Merge with {}", name)).small()).clicked() {
        cx.actions.push(crate::shell::Action::AskMerge(vec![id, other]));
    }
    if right.add(Button::ghost(&tr!("record" => "Open")).name(&tr!("Open {}", name)).small()).clicked() {
        cx.open(Page::of(other));
    }
    right.min_rect().left()
}
