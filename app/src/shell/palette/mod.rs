//! The command palette: everything that can be gone to or done, found by typing. The same field asks for the person, the
//! stage, the tag or the activity that a command needs.

mod choose;
mod entries;
mod matching;

use eframe::egui::{
    Align2, Color32, CursorIcon, FontSelection, Frame, Id, Key, Margin, Modal, Modifiers, Rect, RichText, ScrollArea,
    Sense, Stroke, TextEdit, Ui, WidgetInfo,
    accesskit::Role,
    pos2,
    text::{LayoutJob, TextFormat, TextWrapping},
    vec2,
};
use tr::tr;

pub use self::{choose::Choose, entries::can};
use self::{
    entries::{Entry, What},
    matching::Marked,
};
use super::{
    command::UiCommand,
    context::{Action, Context},
    hand::Hand,
};
use crate::{
    design::{Type, fonts::Weight, icons, palette, radius, shadow, size, type_scale},
    widgets::{Line, key_cap, line, line_right},
};

pub struct Palette {
    query: String,
    choose: Option<Choose>,
    hand: Hand,
    /// Whether a list is in sight.
    list: bool,
    at: usize,
    /// The entry chosen by keys has to be scrolled into sight.
    moved: bool,
    entries: Vec<Entry>,
    /// For which query and revision the entries hold.
    entries_of: Option<(String, u64)>,
    /// What had the focus before.
    back_to: Option<Id>,
}

const WIDTH: f32 = 640.0;
const ITEM: f32 = 36.0;
const HEAD: f32 = 28.0;
const FIELD: f32 = 52.0;
const FOOT: f32 = 38.0;
const TYPED: Type = Type::new(16.0, 22.0, Weight::Regular);

impl Palette {
    pub fn new(ctx: &eframe::egui::Context, hand: Hand, list: bool, choose: Option<Choose>) -> Palette {
        Palette {
            query: String::new(),
            choose,
            hand,
            list,
            at: 0,
            moved: false,
            entries: Vec::new(),
            entries_of: None,
            back_to: ctx.memory(|m| m.focused()),
        }
    }

    /// True once something was chosen or it was closed.
    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context) -> bool {
        self.find(cx);
        let p = palette(ui);
        let chosen_by_key = self.keys(ui);
        let frame = Frame::new()
            .fill(p.card)
            .stroke(Stroke::new(1.0, p.line2))
            .corner_radius(radius::COLUMN)
            .shadow(shadow::popup(p))
            .inner_margin(Margin::ZERO);
        let screen = ui.ctx().content_rect();
        let id = Id::unique("palette");
        let area = Modal::default_area(id).anchor(Align2::CENTER_TOP, vec2(0.0, (0.3 * screen.height()).round()));
        let width = WIDTH.min(screen.width() - 40.0);
        let modal = Modal::new(id).area(area).frame(frame).backdrop_color(p.scrim).show(ui.ctx(), |ui| {
            ui.set_width(width);
            ui.spacing_mut().item_spacing = vec2(0.0, 0.0);
            self.field(ui);
            let room = (screen.height() * 0.7 - FIELD - FOOT - 40.0).max(ITEM * 3.0);
            let clicked = self.list(ui, room);
            self.foot(ui);
            clicked
        });
        let chosen = modal.inner.or(chosen_by_key).and_then(|at| self.entries.get(at)).map(|e| e.what.clone());
        let closed = modal.should_close();
        if let Some(what) = &chosen {
            self.carry_out(what, cx);
        }
        chosen.is_some() || closed
    }

    /// What had the focus before it was opened.
    pub fn back_to(&self) -> Option<Id> {
        self.back_to
    }

    fn carry_out(&self, what: &What, cx: &mut Context) {
        match what {
            What::Open(page) => cx.open(*page),
            What::Show(id) => cx.actions.push(Action::show(*id)),
            What::Run(command) => cx.actions.push(Action::PerformOn(*command, self.hand.clone())),
            What::Do(deed) => cx.act(deed, &self.hand.ids),
        }
    }

    fn find(&mut self, cx: &Context) {
        let of = (self.query.clone(), cx.records.revision);
        if self.entries_of.as_ref() == Some(&of) {
            return;
        }
        if self.entries_of.as_ref().is_none_or(|(query, _)| *query != of.0) {
            self.at = 0;
        }
        self.entries = match self.choose {
            Some(choose) => choose::entries(choose, cx, &self.hand.ids, &self.query),
            None => entries::everything(cx, &self.hand, self.list, &self.query),
        };
        self.entries_of = Some(of);
        self.at = self.at.min(self.entries.len().saturating_sub(1));
    }

    /// Up, down, Enter; returns what Enter chose.
    fn keys(&mut self, ui: &Ui) -> Option<usize> {
        let count = self.entries.len();
        let (mut step, mut enter) = (0_i64, false);
        ui.input_mut(|i| {
            step += i.count_and_consume_key(Modifiers::NONE, Key::ArrowDown) as i64;
            step -= i.count_and_consume_key(Modifiers::NONE, Key::ArrowUp) as i64;
            step += 8 * i.count_and_consume_key(Modifiers::NONE, Key::PageDown) as i64;
            step -= 8 * i.count_and_consume_key(Modifiers::NONE, Key::PageUp) as i64;
            enter = i.consume_key(Modifiers::NONE, Key::Enter);
        });
        if count > 0 && step != 0 {
            let to = self.at as i64 + step;
            self.at = match step.abs() {
                1 => to.rem_euclid(count as i64),
                _ => to.clamp(0, count as i64 - 1),
            } as usize;
            self.moved = true;
        }
        (enter && self.at < count).then_some(self.at)
    }

    fn field(&mut self, ui: &mut Ui) {
        let p = palette(ui);
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), FIELD), Sense::hover());
        icons::paint(ui.painter(), icons::SEARCH, pos2(rect.left() + 24.0, rect.center().y), size::ICON, p.text3);
        let cap = key_cap::width(ui.painter(), "Esc");
        let mut right = rect.right() - 16.0 - cap;
        key_cap::paint(ui.painter(), pos2(right, rect.center().y), "Esc", p, None);
        if self.hand.selected {
            let words = tr!("{} selected", crate::views::format::thousands(self.hand.ids.len() as u64));
            let what = Line::new(&words, type_scale::CAPTION, p.accent);
            let wide = what.layout(ui.painter(), f32::INFINITY).size().x + 12.0;
            let chip = Rect::from_min_size(pos2(right - 10.0 - wide, rect.center().y - 9.0), vec2(wide, 18.0));
            ui.painter().rect_filled(chip, radius::MARK, p.asoft);
            line(ui.painter(), chip.left_center() + vec2(6.0, 0.0), wide, what);
            right = chip.left();
        }
        let room = Rect::from_min_max(pos2(rect.left() + 43.0, rect.top()), pos2(right - 10.0, rect.bottom()));
        let hint = self.choose.map_or_else(|| tr!("Search, or type a command"), Choose::question);
        let edit = TextEdit::singleline(&mut self.query)
            .id(Id::unique("palette field"))
            .frame(Frame::NONE)
            .margin(Margin::ZERO)
            .font(FontSelection::FontId(TYPED.font()))
            .text_color(p.text)
            .hint_text(RichText::new(hint).font(TYPED.font()).color(p.text3))
            .desired_width(room.width())
            .min_size(room.size())
            .align(Align2::LEFT_CENTER);
        let field = ui.put(room, edit);
        let name = self.choose.map_or_else(|| tr!("Command palette"), Choose::question);
        let field = field.accessible_name(name);
        if !field.has_focus() {
            field.request_focus();
        }
        if field.changed() {
            ui.ctx().request_repaint();
        }
        ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, Stroke::new(1.0, p.line));
    }

    /// The entries under the heads of their sections. Returns the one that was clicked.
    fn list(&mut self, ui: &mut Ui, room: f32) -> Option<usize> {
        let p = palette(ui);
        let mut clicked = None;
        if self.entries.is_empty() {
            let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 3.0 * ITEM), Sense::hover());
            let words = tr!("Nothing is called ‘{}’", self.query.trim());
            response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &words));
            let what = Line::new(&words, type_scale::BODY, p.text3);
            crate::widgets::line::line_center(ui.painter(), rect.center(), rect.width() - 40.0, what);
            return None;
        }
        let mut heads = 0;
        let mut section = "";
        for entry in &self.entries {
            heads += usize::from(entry.section != section);
            section = &entry.section;
        }
        let height = ITEM * self.entries.len() as f32 + HEAD * heads as f32 + 16.0;
        ScrollArea::vertical().max_height(room).min_scrolled_height(height.min(room)).show(ui, |ui| {
            ui.add_space(8.0);
            let mut section = "";
            for at in 0..self.entries.len() {
                let entry = &self.entries[at];
                if entry.section != section {
                    section = &entry.section;
                    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), HEAD), Sense::hover());
                    let what = Line::new(section, type_scale::CAPTION.strong(), p.text3);
                    line(ui.painter(), rect.left_center() + vec2(16.0, 1.0), rect.width() - 32.0, what);
                }
                if entry_row(ui, entry, at == self.at, &mut self.moved) {
                    clicked = Some(at);
                }
            }
            ui.add_space(8.0);
        });
        clicked
    }

    fn foot(&self, ui: &mut Ui) {
        let p = palette(ui);
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), FOOT), Sense::hover());
        ui.painter().hline(rect.x_range(), rect.top() + 0.5, Stroke::new(1.0, p.line));
        let y = rect.center().y;
        let mut x = rect.left() + 16.0;
        let words = if self.choose.is_some() { tr!("choose") } else { tr!("open or do") };
        for (caps, words) in [(&["↑", "↓"][..], tr!("move")), (&[key_cap::ENTER], words)] {
            for cap in caps {
                x = key_cap::paint(ui.painter(), pos2(x, y), cap, p, None).right() + 4.0;
            }
            let what = Line::new(&words, type_scale::SECONDARY, p.text2);
            x = line(ui.painter(), pos2(x + 2.0, y), 200.0, what).right() + 18.0;
        }
        if self.choose.is_none() {
            let words = tr!("for commands only");
            let what = Line::new(&words, type_scale::SECONDARY, p.text2);
            let at = line_right(ui.painter(), pos2(rect.right() - 16.0, y), 200.0, what);
            let cap = key_cap::width(ui.painter(), ">");
            let cap = key_cap::paint(ui.painter(), pos2(at.left() - 6.0 - cap, y), ">", p, None);
            line_right(
                ui.painter(),
                pos2(cap.left() - 6.0, y),
                100.0,
                Line::new(&tr!("to type" => "Type"), type_scale::SECONDARY, p.text2),
            );
        }
    }
}

/// True when it was clicked.
fn entry_row(ui: &mut Ui, entry: &Entry, chosen: bool, moved: &mut bool) -> bool {
    let p = palette(ui);
    let (full, response) = ui.allocate_exact_size(vec2(ui.available_width(), ITEM), Sense::CLICK);
    let name = match entry.detail.text.is_empty() {
        true => entry.title.text.clone(),
        false => format!("{}, {}", entry.title.text, entry.detail.text),
    };
    response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, chosen, &name));
    if chosen && std::mem::take(moved) {
        ui.scroll_to_rect(full.expand2(vec2(0.0, 12.0)), None);
    }
    if !ui.is_rect_visible(full) {
        return response.clicked();
    }
    let rect = full.shrink2(vec2(8.0, 0.0));
    if chosen {
        ui.painter().rect_filled(rect, radius::CONTROL, p.asoft);
    } else if response.hovered() {
        ui.painter().rect_filled(rect, radius::CONTROL, p.hover);
    }
    let y = rect.center().y;
    let record = matches!(entry.what, What::Open(_) | What::Show(_));
    let tint = if chosen && record { p.accent } else { p.text2 };
    match entry.dot {
        Some(number) => _ = ui.painter().circle_filled(pos2(rect.left() + 19.0, y), 5.0, p.person(number).0),
        None => _ = icons::paint(ui.painter(), entry.icon, pos2(rect.left() + 19.0, y), size::ICON, tint),
    }
    let mut right = rect.right() - 10.0;
    let caps: Vec<&str> = if record && chosen { vec![key_cap::ENTER] } else { entry.caps.clone() };
    for cap in caps.iter().rev() {
        right -= key_cap::width(ui.painter(), cap);
        key_cap::paint(ui.painter(), pos2(right, y), cap, p, None);
        right -= 5.0;
    }
    if record && chosen {
        right = line_right(
            ui.painter(),
            pos2(right - 3.0, y),
            80.0,
            Line::new(&tr!("command" => "Open"), type_scale::SECONDARY, p.text2),
        )
        .left();
    }
    if entry.checked {
        icons::paint(ui.painter(), icons::CHECK, pos2(right - 8.0, y), size::ICON_MEDIUM, p.accent);
        right -= 20.0;
    }
    let left = rect.left() + 40.0;
    let ty = if record { type_scale::VALUE } else { type_scale::BODY };
    let end = marked(ui, pos2(left, y), right - left - 8.0, &entry.title, ty, p.text, p.accent);
    if !entry.detail.text.is_empty() {
        let at = pos2(end + 12.0, y);
        marked(ui, at, right - at.x - 8.0, &entry.detail, type_scale::BODY, p.text2, p.accent);
    }
    response.on_hover_cursor(CursorIcon::PointingHand).clicked()
}

/// Paints a line whose matches stand out. Returns its right edge.
fn marked(ui: &Ui, at: eframe::egui::Pos2, room: f32, what: &Marked, ty: Type, color: Color32, accent: Color32) -> f32 {
    let mut job = LayoutJob::default();
    let plain = TextFormat { font_id: ty.font(), color, ..TextFormat::default() };
    let match_ = TextFormat { font_id: ty.strong().font(), color: accent, ..TextFormat::default() };
    let mut from = 0;
    for mark in &what.marks {
        job.append(&what.text[from..mark.start], 0.0, plain.clone());
        job.append(&what.text[mark.clone()], 0.0, match_.clone());
        from = mark.end;
    }
    job.append(&what.text[from..], 0.0, plain);
    job.wrap = TextWrapping { max_width: room.max(0.0), max_rows: 1, break_anywhere: true, ..TextWrapping::default() };
    let galley = ui.painter().layout_job(job);
    let corner = at - vec2(0.0, galley.size().y / 2.0);
    let right = corner.x + galley.size().x;
    ui.painter().galley(corner, galley, color);
    right
}

impl UiCommand {
    /// What it asks for before it can be done.
    pub fn question(self) -> Option<Choose> {
        match self {
            UiCommand::Assign => Some(Choose::Assign),
            UiCommand::Stage => Some(Choose::Stage),
            UiCommand::Tag => Some(Choose::Tag),
            UiCommand::Colour => Some(Choose::Colour),
            UiCommand::Schedule => Some(Choose::Schedule),
            UiCommand::Plan => Some(Choose::Plan),
            _ => None,
        }
    }
}
