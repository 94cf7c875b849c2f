//! The sheet of all keys.

use eframe::egui::{Ui, Vec2, WidgetInfo, accesskit::Role, pos2, vec2};
use satchel_core::record::Team;
use tr::tr;

use super::command::{Scope, UiCommand};
use crate::{
    design::{palette, type_scale},
    locale::text,
    widgets::{Button, Line, dialog, key_cap, line},
};

const WIDTH: f32 = 860.0;
const ROW: f32 = 27.0;
const COLUMN: f32 = 400.0;

/// Keys that belong to what has the focus, and are no commands.
const CARDS: [(&str, &[&str]); 4] = [
    ("Move the focus", &["↑", "↓", "←", "→"]),
    ("Move the card to the next column", &["Shift", "→"]),
    ("Move the card back", &["Shift", "←"]),
    ("Open the card", &[key_cap::ENTER]),
];
const ROWS: [(&str, &[&str]); 8] = [
    ("Move between cells", &["↑", "↓", "←", "→"]),
    ("Edit the cell, or open the record", &[key_cap::ENTER]),
    ("The next cell while editing", &["Tab"]),
    ("Select as you go", &["Shift", "↓"]),
    ("Fold or unfold a group", &["←", "→"]),
    ("Clear the selection", &["Esc"]),
    ("Make the focused column wider", &["Shift", "→"]),
    ("Make the focused column narrower", &["Shift", "←"]),
];
const TODO: [(&str, &[&str]); 8] = [
    ("Next and previous line", &["J", "K"]),
    ("Mark done, with what came of it", &["D"]),
    ("Put off: to today", &["1"]),
    ("Put off: to tomorrow", &["2"]),
    ("Put off: to next Monday", &["3"]),
    ("Put off: to another day", &["4"]),
    ("Cancel the activity", &["Del"]),
    ("Open its record", &[key_cap::ENTER]),
];
const PHONE: [(&str, &[&str]); 8] = [
    ("Called", &["1"]),
    ("Not called", &["2"]),
    ("Cancel", &["3"]),
    ("Dial", &["D"]),
    ("Notes on this call", &["N"]),
    ("Make it an opportunity", &["O"]),
    ("Plan a meeting", &["M"]),
    ("Schedule another call", &["R"]),
];
const FORMS: [(&str, &[&str]); 4] = [
    ("Keep what is typed", &[key_cap::ENTER]),
    ("Keep it where that makes a new line", &["Ctrl", key_cap::ENTER]),
    ("Give it up", &["Esc"]),
    ("Next and previous record", &["J", "K"]),
];
const CALENDAR: [(&str, &[&str]); 8] = [
    ("Choose a time, a day or what stands there", &["↑", "↓", "←", "→"]),
    ("New there", &["N"]),
    ("Make it longer or shorter", &["Shift", "↓"]),
    ("Move it", &["Alt", "↓"]),
    ("Cancel it", &["Del"]),
    ("Month, week, day, agenda", &["M", "W", "D", "A"]),
    ("Today", &["T"]),
    ("Earlier and later", &["PgUp", "PgDn"]),
];

/// True once it is closed.
pub fn show(ui: &Ui, team: Option<&Team>) -> bool {
    let commands = |scope: Scope| -> Vec<(&'static str, Vec<&'static str>)> {
        let all = UiCommand::ALL.into_iter().filter(|c| c.scope() == scope && c.shortcut().is_some());
        let all = all.filter(|c| c.is_for(team));
        all.map(|c| (c.label(), c.caps())).collect()
    };
    let more = |rows: &[(&'static str, &'static [&'static str])]| -> Vec<(&'static str, Vec<&'static str>)> {
        rows.iter().map(|(label, caps)| (*label, caps.to_vec())).collect()
    };
    let left = [("Anywhere", commands(Scope::Anywhere)), ("Views of the pipeline", commands(Scope::Views))];
    let right = [
        ("With the records in hand", commands(Scope::Records)),
        ("On the board", more(&CARDS)),
        ("In the calendar", more(&CALENDAR)),
        ("At the phone", more(&PHONE)),
    ];
    let third = [
        ("In a list", commands(Scope::List).into_iter().chain(more(&ROWS)).collect()),
        ("In a form", more(&FORMS)),
        ("With activities", more(&TODO)),
    ];
    let narrow = ui.ctx().content_rect().width() < 1240.0;
    let width = if narrow { WIDTH } else { 1.5 * WIDTH - 100.0 };
    let (closed, escaped) = dialog::dialog(ui.ctx(), "shortcuts", width, &tr!("Keyboard shortcuts"), |ui| {
        let height = (ui.ctx().content_rect().height() - 150.0).max(200.0);
        let rows =
            |sections: &[Section]| -> f32 { sections.iter().map(|(_, rows)| 42.0 + ROW * rows.len() as f32).sum() };
        let wanted = match narrow {
            true => rows(&left).max(rows(&right) + rows(&third)),
            false => rows(&left).max(rows(&right)).max(rows(&third)),
        };
        let high = wanted.min(height);
        eframe::egui::ScrollArea::vertical().max_height(height).min_scrolled_height(high).show(ui, |ui| {
            ui.set_max_width(ui.available_width() - 12.0);
            ui.horizontal_top(|ui| {
                ui.spacing_mut().item_spacing = vec2(24.0, 0.0);
                let count = if narrow { 2.0 } else { 3.0 };
                let wide = ((ui.available_width() - 24.0 * (count - 1.0)) / count).min(COLUMN);
                column(ui, wide, &left);
                if narrow {
                    let both: Vec<_> = right.iter().chain(&third).cloned().collect();
                    column(ui, wide, &both);
                } else {
                    column(ui, wide, &right);
                    column(ui, wide, &third);
                }
            });
        });
        dialog::buttons(ui, |ui| ui.add(Button::new(&tr!("Close")).keys("Esc")).clicked())
    });
    closed || escaped
}

type Section = (&'static str, Vec<(&'static str, Vec<&'static str>)>);

fn column(ui: &mut Ui, width: f32, sections: &[Section]) {
    ui.vertical(|ui| {
        ui.set_width(width);
        ui.spacing_mut().item_spacing = Vec2::ZERO;
        for (title, rows) in sections {
            let p = palette(ui);
            let (_, head) = ui.allocate_space(vec2(width, 30.0));
            line(
                ui.painter(),
                head.left_center() + vec2(0.0, 4.0),
                width,
                Line::new(&text(title), type_scale::VALUE, p.text2),
            );
            for (label, caps) in rows {
                let (rect, response) = ui.allocate_exact_size(vec2(width, ROW), eframe::egui::Sense::hover());
                let label = text(label);
                let words = format!("{label}: {}", caps.join(" ").replace(key_cap::ENTER, "Enter"));
                response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &words));
                ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, (1.0, p.line));
                let mut right = rect.right();
                for cap in caps.iter().rev() {
                    right -= key_cap::width(ui.painter(), cap);
                    key_cap::paint(ui.painter(), pos2(right, rect.center().y), cap, p, None);
                    right -= 4.0;
                }
                let room = right - rect.left() - 8.0;
                line(ui.painter(), rect.left_center(), room, Line::new(&label, type_scale::BODY, p.text));
            }
            ui.add_space(12.0);
        }
    });
}
