//! What happened, newest first, by day: who did what, old struck through → new, from where.

use std::collections::BTreeSet;

use eframe::egui::{Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};
use tr::tr;

use super::{
    avatar, chip,
    row::{Row, cut, wrapped},
};
use crate::design::{Icon, icons, palette, type_scale};

/// What stands at the left of an entry.
#[derive(Clone, Debug)]
pub enum Mark {
    /// Initials and the number that gives a person their colour.
    Person(String, u64),
    Icon(Icon),
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Change {
    /// The field, where the head does not name it.
    pub label: String,
    pub old: String,
    pub new: String,
    /// The field holds several values now.
    pub conflict: bool,
}

#[derive(Clone, Debug)]
pub struct Entry {
    pub mark: Mark,
    pub who: String,
    /// What they did, after the name.
    pub did: String,
    pub changes: Vec<Change>,
    pub body: String,
    /// `09:40`
    pub when: String,
    pub device: Option<Icon>,
    /// `phone, received 10:21`
    pub via: String,
    /// This person may undo it.
    pub undo: bool,
    /// The record can go back to how this left it.
    pub restore: bool,
}

/// What was clicked, with the entry counted over all days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clicked {
    Undo(usize),
    Restore(usize),
}

#[derive(Clone, Debug)]
pub struct Day {
    pub title: String,
    pub entries: Vec<Entry>,
}

/// Keeps what is unfolded and how high entries are, so that only visible ones are laid out.
#[derive(Default)]
pub struct Timeline {
    open: BTreeSet<usize>,
    heights: Vec<f32>,
    width: f32,
}

const SHOWN_CHANGES: usize = 3;

impl Timeline {
    /// Forgets what was measured: the entries are others now.
    pub fn reset(&mut self) {
        *self = Timeline::default();
    }

    pub fn show(&mut self, ui: &mut Ui, days: &[Day]) -> Option<Clicked> {
        let palette = palette(ui);
        let total: usize = days.iter().map(|d| d.entries.len()).sum();
        let width = ui.available_width();
        if self.heights.len() != total || (self.width - width).abs() > 0.5 {
            self.heights = vec![0.0; total];
            self.width = width;
        }
        ui.spacing_mut().item_spacing.y = 0.0;
        let mut at = 0;
        let mut all = None;
        for day in days {
            let (head, _) = ui.allocate_exact_size(vec2(width, 27.0), Sense::hover());
            Row::new(ui, head.translate(vec2(0.0, 3.0))).text(&day.title, type_scale::CAPTION.strong(), palette.text3);
            for (nth, entry) in day.entries.iter().enumerate() {
                let last = nth + 1 == day.entries.len();
                let known = self.heights[at];
                let next = ui.cursor().min;
                let guess = Rect::from_min_size(next, vec2(width, known));
                if known > 0.0 && !ui.is_rect_visible(guess) {
                    ui.allocate_exact_size(guess.size(), Sense::hover());
                } else {
                    let clicked = self.entry(ui, entry, at, last);
                    self.heights[at] = ui.cursor().min.y - next.y;
                    all = clicked.or(all);
                }
                at += 1;
            }
        }
        all
    }

    fn entry(&mut self, ui: &mut Ui, entry: &Entry, at: usize, last: bool) -> Option<Clicked> {
        let palette = palette(ui);
        let top = ui.cursor().min;
        let width = ui.available_width();
        let text_left = top.x + 32.0;
        let text_width = width - 32.0;
        let row = |y: f32, height: f32| Rect::from_min_size(pos2(text_left, y), vec2(text_width, height));
        let mut y = top.y + 7.0;

        let mut head = Row::new(ui, row(y, 18.0));
        head.text_right(&entry.when, type_scale::TAG, palette.text3);
        head.gap_right(8.0);
        head.text(&entry.who, type_scale::CARD_TITLE, palette.text);
        head.gap(4.0).text(&entry.did, type_scale::BODY, palette.text);
        y += 18.0;

        let open = self.open.contains(&at);
        let shown = if open || entry.changes.len() <= SHOWN_CHANGES + 1 { entry.changes.len() } else { SHOWN_CHANGES };
        for change in &entry.changes[..shown] {
            y += 1.0;
            y += change_row(ui, change, row(y, 16.0));
        }
        if shown < entry.changes.len() {
            y += 1.0;
            let text = tr!("and {n} more field" | "and {n} more fields" % entry.changes.len() - shown);
            let galley = cut(ui.painter(), &text, type_scale::SECONDARY, palette.accent, text_width);
            let rect = Rect::from_min_size(pos2(text_left, y), galley.size());
            let response = ui.interact(rect, ui.scope_id().with(("more", at)), Sense::click());
            response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &text));
            ui.painter().galley(rect.min, galley, palette.accent);
            if response.clicked() {
                self.open.insert(at);
            }
            y += 16.0;
        }
        if !entry.body.is_empty() {
            y += 1.0;
            let body = wrapped(ui.painter(), &entry.body, type_scale::SECONDARY, palette.text, text_width);
            let size = body.size();
            ui.painter().galley(pos2(text_left, y), body, palette.text);
            y += size.y;
        }
        let mut clicked = None;
        if !entry.via.is_empty() || entry.undo || entry.restore {
            y += 2.0;
            let mut foot = Row::new(ui, row(y, 14.0));
            if let Some(icon) = entry.device {
                foot.icon(icon, 12.0, palette.text3);
                foot.gap(4.0);
            }
            foot.text(&entry.via, type_scale::TAG, palette.text3);
            let links = [
                (entry.undo, "undo", tr!("Undo"), Clicked::Undo(at)),
                (entry.restore, "restore", tr!("Restore this version"), Clicked::Restore(at)),
            ];
            for (_, salt, what, means) in links.into_iter().filter(|(there, ..)| *there) {
                let galley = cut(ui.painter(), &format!(" · {what}"), type_scale::TAG, palette.accent, foot.room());
                let rect = foot.place(galley.size());
                let response = ui.interact(rect.expand(3.0), ui.scope_id().with((salt, at)), Sense::click());
                let name = format!("{what}: {} {}", entry.who, entry.did);
                response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
                // Painted on the entry in hand only: it is there for every one.
                let area = Rect::from_min_max(top, pos2(top.x + width, rect.bottom() + 7.0));
                if response.has_focus() || ui.rect_contains_pointer(area) {
                    ui.painter().galley(rect.min, galley, palette.accent);
                }
                if response.clicked() {
                    clicked = Some(means);
                }
            }
            y += 14.0;
        }
        y += 7.0;

        let centre = pos2(top.x + 11.0, top.y + 7.0 + 11.0);
        match &entry.mark {
            Mark::Person(initials, number) => avatar::paint(ui.painter(), centre, 22.0, initials, *number, palette),
            Mark::Icon(icon) => {
                ui.painter().circle_filled(centre, 11.0, palette.sunken);
                icons::paint(ui.painter(), *icon, centre, 14.0, palette.text2);
            }
        }
        if !last && y - top.y > 40.0 {
            ui.painter().vline(centre.x, top.y + 33.0..=y + 3.0, (1.0, palette.line));
        }
        let whole = Rect::from_min_max(top, pos2(top.x + width, y));
        let response = ui.allocate_rect(whole, Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, spoken(entry)));
        clicked
    }
}

fn change_row(ui: &Ui, change: &Change, rect: Rect) -> f32 {
    let palette = palette(ui);
    let style = type_scale::SECONDARY;
    let mut line = Row::new(ui, rect);
    if change.conflict {
        let mark =
            chip::mark_right(ui.painter(), rect.right_center(), Some(icons::CONFLICT), &tr!("2 values"), palette.two);
        line.gap_right(mark.width());
        line.gap_right(6.0);
    }
    if !change.label.is_empty() {
        line.text(&change.label, style, palette.text2);
        line.gap(5.0);
    }
    if !change.old.is_empty() {
        // The old value never takes the room of the new one.
        let old = cut(ui.painter(), &change.old, style, palette.text3, (line.room() * 0.45).max(20.0));
        let rect = line.place(old.size());
        ui.painter().galley(rect.min, old, palette.text3);
        ui.painter().hline(rect.x_range(), rect.center().y + 0.5, (1.0, palette.text3));
        line.gap(5.0).text("→", style, palette.text2);
        line.gap(5.0);
    }
    let (new, color) =
        if change.new.is_empty() { (tr!("empty"), palette.text3) } else { (change.new.clone(), palette.text) };
    line.text(&new, style.medium(), color);
    16.0
}

/// The entry in one sentence, for people who do not see it.
fn spoken(entry: &Entry) -> String {
    let mut text = format!("{} {}", entry.who, entry.did);
    for change in &entry.changes {
        text.push_str("; ");
        for part in [&change.label, &change.old, &change.new] {
            if !part.is_empty() {
                text.push_str(part);
                text.push(' ');
            }
        }
    }
    if !entry.body.is_empty() {
        text.push_str(": ");
        text.push_str(&entry.body);
    }
    format!("{}, {}", text.trim_end(), entry.when)
}
