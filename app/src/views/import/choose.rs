//! What every file is, and where each of its columns goes: proposed, and changed by the person.

use eframe::egui::{
    Align, CornerRadius, Key, Layout, Popup, PopupCloseBehavior, Rect, Response, Role, ScrollArea, Sense, Stroke,
    StrokeKind, Ui, UiBuilder, WidgetInfo, pos2, vec2,
};
use satchel_core::exchange::{ColumnMap, Draft, Mapping, RowKind, Table, Target};
use tr::tr;

use super::calls::{self, CallTarget};
use crate::{
    design::{icons, palette, radius, size, type_scale},
    locale::{said, text},
    views::format,
    widgets::{Button, Input, Row, menu},
};

/// What the person wants next.
pub enum Wish {
    /// Other files.
    Files,
    /// A dry run.
    Check,
    Run,
}

pub struct Choose {
    draft: Draft,
    /// The rows become calls of a list.
    pub calls: Option<CallTarget>,
    /// Tables that are left out.
    left_out: Vec<bool>,
    at: usize,
    /// What is typed to find a field.
    wanted: String,
}

const LIST: f32 = 268.0;
const ROW: f32 = 38.0;

impl Choose {
    pub fn new(draft: Draft, calls: bool) -> Choose {
        let name = draft.sheets.first().map_or_else(String::new, |(table, _)| list_name(&table.title()));
        let calls = calls.then_some(CallTarget { name, script: String::new() });
        let left_out = vec![false; draft.sheets.len()];
        Choose { draft, calls, left_out, at: 0, wanted: String::new() }
    }

    /// The draft without what is left out.
    pub fn chosen(&self) -> Draft {
        let kept = self.draft.sheets.iter().zip(&self.left_out).filter(|(_, out)| !**out);
        Draft { sheets: kept.map(|(sheet, _)| sheet.clone()).collect(), unreadable: self.draft.unreadable.clone() }
    }

    pub fn show(&mut self, ui: &mut Ui) -> Option<Wish> {
        let area = ui.available_rect_before_wrap();
        let foot = Rect::from_min_max(pos2(area.left(), area.bottom() - 56.0), area.max);
        let top = area.top() + if self.has_people() { calls::height(self.calls.as_ref()) + 8.0 } else { 0.0 };
        if self.has_people() {
            let strip = Rect::from_min_max(area.min + vec2(0.0, 4.0), pos2(area.right(), top));
            let name = self.draft.sheets.first().map_or_else(String::new, |(table, _)| list_name(&table.title()));
            calls::show(&mut ui.new_child(UiBuilder::new().max_rect(strip).id_salt("calls")), &mut self.calls, &name);
        }
        let list = Rect::from_min_max(pos2(area.left(), top), pos2(area.left() + LIST, foot.top()));
        let columns = Rect::from_min_max(pos2(list.right() + 16.0, top), pos2(area.right(), foot.top()));
        self.files(&mut ui.new_child(UiBuilder::new().max_rect(list).id_salt("files")));
        self.mapping(&mut ui.new_child(UiBuilder::new().max_rect(columns).id_salt("mapping")));
        self.foot(
            &mut ui.new_child(
                UiBuilder::new().max_rect(foot).id_salt("foot").layout(Layout::right_to_left(Align::Center)),
            ),
        )
    }

    /// Whether anybody in these files could be called.
    fn has_people(&self) -> bool {
        let kinds = [RowKind::People, RowKind::Companies, RowKind::Leads];
        self.draft.sheets.iter().any(|(_, mapping)| kinds.contains(&mapping.kind))
    }

    fn files(&mut self, ui: &mut Ui) {
        let p = palette(ui);
        ui.spacing_mut().item_spacing.y = 4.0;
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            for (at, (table, mapping)) in self.draft.sheets.iter().enumerate() {
                let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 52.0), Sense::click());
                let on = at == self.at;
                let title = table.title();
                response.widget_info(|| WidgetInfo::selected(Role::Tab, true, on, &title));
                let corner = CornerRadius::same(radius::CONTROL);
                if on {
                    ui.painter().rect(rect, corner, p.card, Stroke::new(1.0, p.line), StrokeKind::Inside);
                } else if response.hovered() || response.has_focus() {
                    ui.painter().rect_filled(rect, corner, p.hover);
                }
                let out = self.left_out[at];
                let ink = if out { p.text3 } else { p.text };
                let inner = rect.shrink2(vec2(12.0, 0.0));
                let mut top = Row::new(ui, Rect::from_min_size(inner.min + vec2(0.0, 8.0), vec2(inner.width(), 18.0)));
                top.icon(icons::TABLE, 16.0, if on { p.accent } else { p.text3 });
                top.gap(8.0).text(&title, type_scale::VALUE, ink);
                let rows = rows(table.rows.len());
                let says = match (&mapping.refused, out) {
                    (_, true) => tr!("left out · {}", rows),
                    (Some(_), _) => tr!("nothing to import · {}", rows),
                    _ => format!("{} · {rows}", text(mapping.kind.label())),
                };
                let low = Rect::from_min_size(inner.min + vec2(24.0, 27.0), vec2(inner.width() - 24.0, 16.0));
                Row::new(ui, low).text(&says, type_scale::SECONDARY, p.text2);
                if response.clicked() {
                    self.at = at;
                }
            }
            for (file, reason) in &self.draft.unreadable {
                let reason = said(reason);
                let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 52.0), Sense::hover());
                response.widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("{file}: {reason}")));
                let inner = rect.shrink2(vec2(12.0, 0.0));
                let mut top = Row::new(ui, Rect::from_min_size(inner.min + vec2(0.0, 8.0), vec2(inner.width(), 18.0)));
                top.icon(icons::ERROR, 16.0, p.late.text);
                top.gap(8.0).text(file, type_scale::VALUE, p.text);
                let low = Rect::from_min_size(inner.min + vec2(24.0, 27.0), vec2(inner.width() - 24.0, 16.0));
                Row::new(ui, low).text(&reason, type_scale::SECONDARY, p.late.text);
                response.on_hover_text(reason);
            }
        });
    }

    fn mapping(&mut self, ui: &mut Ui) {
        let at = self.at.min(self.draft.sheets.len().saturating_sub(1));
        let Some((table, mapping)) = self.draft.sheets.get_mut(at) else { return };
        let out = &mut self.left_out[at];
        let wanted = &mut self.wanted;
        let p = palette(ui);
        let outer = ui.available_rect_before_wrap();
        let corner = CornerRadius::same(radius::CARD);
        ui.painter().rect(outer, corner, p.card, Stroke::new(1.0, p.line), StrokeKind::Inside);
        let head = Rect::from_min_size(outer.min, vec2(outer.width(), 52.0));
        kind_row(ui, head, table, mapping, out);
        if let Some(reason) = &mapping.refused {
            let below = Rect::from_min_max(pos2(outer.left() + 16.0, head.bottom() + 8.0), outer.max);
            let mut row = Row::new(ui, Rect::from_min_size(below.min, vec2(below.width(), 20.0)));
            row.icon(icons::INFO, 16.0, p.due.text);
            row.gap(8.0).text(&said(reason), type_scale::BODY, p.due.text);
        }
        let top = head.bottom() + if mapping.refused.is_some() { 36.0 } else { 0.0 };
        let names = Rect::from_min_size(pos2(outer.left(), top), vec2(outer.width(), 30.0));
        let cells = Cells::of(names);
        let titles =
            [(cells.header, tr!("Column")), (cells.samples, tr!("For example")), (cells.target, tr!("Goes to"))];
        for (rect, title) in titles {
            Row::new(ui, rect).text(&title, type_scale::SECONDARY.medium(), p.text3);
        }
        ui.painter().hline(outer.x_range(), names.bottom(), (1.0, p.line));
        let body = Rect::from_min_max(
            pos2(outer.left() + 1.0, names.bottom() + 1.0),
            pos2(outer.right() - 1.0, outer.bottom() - 1.0),
        );
        let mut rows = ui.new_child(UiBuilder::new().max_rect(body).id_salt(("columns", at)));
        rows.spacing_mut().item_spacing.y = 0.0;
        rows.add_enabled_ui(!*out, |ui| {
            ScrollArea::vertical().id_salt(at).auto_shrink(false).show_rows(
                ui,
                ROW,
                mapping.columns.len(),
                |ui, range| {
                    for index in range {
                        if let Some(target) = column_row(ui, mapping, index, wanted) {
                            // The menu only offers fields that there are.
                            let _ = mapping.set(table, index, target);
                        }
                    }
                },
            );
        });
    }

    fn foot(&mut self, ui: &mut Ui) -> Option<Wish> {
        let p = palette(ui);
        let chosen = self.chosen();
        let problem = chosen.check().err().map(|e| said(&e.message()));
        let count: usize = chosen.sheets.iter().map(|(t, _)| t.rows.len()).sum();
        let ready = problem.is_none() && count > 0;
        let mut wish = None;
        let run = tr!("Import {}", rows(count));
        if ui.add(Button::primary(&run).name(&tr!("Run import")).icon(icons::UPLOAD).enabled(ready)).clicked() {
            wish = Some(Wish::Run);
        }
        if ui.add(Button::new(&tr!("Check first")).icon(icons::VISIBILITY).enabled(ready)).clicked() {
            wish = Some(Wish::Check);
        }
        if ui.add(Button::ghost(&tr!("Other files…"))).clicked() {
            wish = Some(Wish::Files);
        }
        let left = Rect::from_min_max(ui.max_rect().min, pos2(ui.min_rect().left() - 12.0, ui.max_rect().bottom()));
        let mut row = Row::new(ui, left);
        match &problem {
            Some(problem) => {
                row.icon(icons::WARNING, 16.0, p.late.text);
                let at = row.gap(8.0).text(problem, type_scale::BODY, p.late.text);
                let response = ui.interact(at, ui.scope_id().with("problem"), Sense::hover());
                response.widget_info(|| WidgetInfo::labeled(Role::Label, true, problem));
                response.on_hover_text(problem);
            }
            None => {
                let says =
                    tr!("Rows that are known already are updated, not doubled. The whole import can be taken back.");
                row.text(&says, type_scale::SECONDARY, p.text3);
            }
        }
        wish
    }
}

/// `contacts` of `contacts.csv`
fn list_name(title: &str) -> String {
    title.rsplit_once('.').map_or(title, |(name, _)| name).to_owned()
}

/// Where the parts of a row lie.
struct Cells {
    header: Rect,
    samples: Rect,
    target: Rect,
}

impl Cells {
    fn of(row: Rect) -> Cells {
        let inner = row.shrink2(vec2(16.0, 0.0));
        let target = 250.0_f32.min(inner.width() * 0.4);
        let header = (inner.width() - target) * 0.38;
        let part = |left: f32, right: f32| {
            Rect::from_min_max(pos2(inner.left() + left, row.top()), pos2(inner.left() + right, row.bottom()))
        };
        Cells {
            header: part(0.0, header - 12.0),
            samples: part(header, inner.width() - target - 16.0),
            target: part(inner.width() - target, inner.width()),
        }
    }
}

fn kind_row(ui: &mut Ui, rect: Rect, table: &Table, mapping: &mut Mapping, out: &mut bool) {
    let p = palette(ui);
    let inner = rect.shrink2(vec2(16.0, 0.0));
    let mut right = ui.new_child(UiBuilder::new().max_rect(inner).layout(Layout::right_to_left(Align::Center)));
    let (words, name) = match *out {
        true => (tr!("Take it in"), tr!("Take it in: {}", table.title())),
        false => (tr!("Leave out"), tr!("Leave out: {}", table.title())),
    };
    if right.add(Button::ghost(&words).name(&name)).clicked() {
        *out = !*out;
    }
    let label = text(mapping.kind.label());
    let name = tr!("Rows are: {}", label);
    let button = Button::new(&label).name(&name).trailing(icons::EXPAND_MORE).enabled(!*out);
    let response = right.add(button);
    let mut kind = None;
    Popup::menu(&response).gap(4.0).width(220.0).show(|ui| {
        for option in RowKind::ALL {
            if menu::choice(ui, &text(option.label()), option == mapping.kind).clicked() {
                kind = Some(option);
            }
        }
    });
    right.label(type_scale::BODY.text(tr!("Each row is one of")).color(p.text3));
    let mut row = Row::new(ui, Rect::from_min_max(inner.min, pos2(right.min_rect().left() - 12.0, inner.bottom())));
    row.text(&table.title(), type_scale::TITLE, p.text);
    let from = tr!("read as {}", text(mapping.profile.label()));
    row.gap(10.0).text(&from, type_scale::SECONDARY, p.text3);
    if let Some(kind) = kind.filter(|k| *k != mapping.kind || mapping.refused.is_some()) {
        mapping.set_kind(table, kind);
    }
}

fn column_row(ui: &mut Ui, mapping: &Mapping, index: usize, wanted: &mut String) -> Option<Target> {
    let p = palette(ui);
    let column = &mapping.columns[index];
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
    if index > 0 {
        ui.painter().hline(rect.x_range(), rect.top(), (1.0, p.line));
    }
    let cells = Cells::of(rect.translate(vec2(-1.0, 0.0)));
    let used = column.target != Target::Skip;
    Row::new(ui, cells.header).text(&column.header, type_scale::VALUE, if used { p.text } else { p.text3 });
    let mut samples = Row::new(ui, cells.samples);
    if let Some(note) = note(mapping, column) {
        samples.text_right(&note, type_scale::SECONDARY, p.due.text);
        samples.gap_right(10.0);
    }
    let shown = match column.samples.is_empty() {
        true => tr!("column without values" => "empty"),
        false => column.samples.join(" · "),
    };
    samples.text(&shown, type_scale::SECONDARY, p.text3);
    target_menu(ui, cells.target, mapping, index, wanted)
}

fn rows(number: usize) -> String {
    tr!("{count} row" | "{count} rows" % number, count = format::thousands(number as u64))
}

/// What is worth a look: dates whose order the cells leave open, amounts in millions.
fn note(mapping: &Mapping, column: &ColumnMap) -> Option<String> {
    if let Target::Field(name) = &column.target
        && mapping.columns.iter().filter(|c| c.target == column.target).count() > 1
    {
        return Some(tr!("two columns go to {}", target_label(mapping, &Target::Field(name.clone()))));
    }
    if !column.dates_sure {
        return Some(tr!("day and month may be swapped"));
    }
    (column.times == 1_000_000).then(|| tr!("in millions"))
}

fn target_label(mapping: &Mapping, target: &Target) -> String {
    match target {
        Target::Skip => tr!("Not imported"),
        Target::Notes => tr!("Notes"),
        Target::Field(name) => mapping.target(name).map_or_else(|| name.clone(), |t| text(t.1)),
    }
}

fn target_menu(ui: &mut Ui, rect: Rect, mapping: &Mapping, index: usize, wanted: &mut String) -> Option<Target> {
    let column = &mapping.columns[index];
    let label = target_label(mapping, &column.target);
    let name = tr!("{} goes to", column.header);
    let response = combo(ui, rect, index, &name, &label, column.target == Target::Skip);
    if response.clicked() {
        wanted.clear();
    }
    let mut chosen = None;
    let popup = Popup::menu(&response).gap(4.0).width(rect.width());
    popup.close_behavior(PopupCloseBehavior::CloseOnClickOutside).show(|ui| {
        ui.set_width(rect.width());
        let find = tr!("Find a field");
        let field = Input::new(wanted, &find).hint(&find).icon(icons::SEARCH).show(ui);
        if !field.has_focus() && !field.lost_focus() {
            field.request_focus();
        }
        let enter = field.lost_focus() && ui.input(|i| i.key_pressed(Key::Enter));
        let mut options = vec![Target::Skip];
        if mapping.kind.has_notes() {
            options.push(Target::Notes);
        }
        options.extend(mapping.targets().iter().map(|t| Target::Field(t.0.to_owned())));
        let words = wanted.to_lowercase();
        options.retain(|o| target_label(mapping, o).to_lowercase().contains(words.trim()));
        if enter {
            chosen = options.first().cloned();
        }
        ScrollArea::vertical().max_height(340.0).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            for option in options {
                if menu::choice(ui, &target_label(mapping, &option), option == column.target).clicked() {
                    chosen = Some(option);
                }
            }
        });
        if chosen.is_some() {
            ui.close();
        }
    });
    chosen.filter(|t| *t != column.target)
}

fn combo(ui: &mut Ui, rect: Rect, index: usize, name: &str, value: &str, quiet: bool) -> Response {
    let p = palette(ui);
    let place = Rect::from_center_size(rect.center(), vec2(rect.width(), size::CONTROL_SMALL + 4.0));
    let response = ui.interact(place, ui.scope_id().with(("goes to", index)), Sense::click());
    let enabled = ui.is_enabled();
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::ComboBox, enabled, name);
        info.current_text_value = Some(value.to_owned());
        info
    });
    let hot = response.hovered() || response.has_focus();
    let corner = CornerRadius::same(radius::CONTROL);
    let (fill, line) = if hot { (p.hover, p.ctl) } else { (p.card, p.line2) };
    ui.painter().rect(place, corner, fill, Stroke::new(1.0, line), StrokeKind::Inside);
    let mut row = Row::new(ui, place.shrink2(vec2(9.0, 0.0)));
    row.icon_right(icons::EXPAND_MORE, 16.0, p.text3);
    row.text(value, type_scale::BODY, if quiet { p.text3 } else { p.text });
    response.on_hover_cursor(eframe::egui::CursorIcon::PointingHand)
}
