//! All contacts as a table.

use std::collections::HashMap;

use eframe::egui::{Align, Layout, Rect, Ui, UiBuilder, pos2, vec2};
use satchel_core::{
    DocId, Records,
    query::fold,
    record::{Contact, WonStatus},
};

use crate::{
    design::{icons, palette, size, type_scale},
    shell::{Action, Context, Page},
    views::format,
    widgets::{
        Button, Row, chip, empty,
        table::{Column, Sort, table},
    },
};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Show {
    #[default]
    All,
    Companies,
    People,
}

/// One line of the table, worked out when the records change.
struct Line {
    id: DocId,
    name: String,
    company: String,
    email: String,
    phone: String,
    city: String,
    is_company: bool,
    conflict: bool,
    open: usize,
    /// All of it in lower case, to be searched.
    words: String,
}

pub struct List {
    revision: Option<u64>,
    lines: Vec<Line>,
    narrowed: Option<(String, Show, Sort)>,
    /// Indexes into `lines`, in the order shown.
    shown: Vec<usize>,
    show: Show,
    sort: Sort,
}

impl Default for List {
    fn default() -> List {
        List {
            revision: None,
            lines: Vec::new(),
            narrowed: None,
            shown: Vec::new(),
            show: Show::All,
            sort: Sort { column: 0, descending: false },
        }
    }
}

const COLUMNS: [Column; 6] = [
    Column { title: "Name", width: 150.0, share: 3.0, right: false },
    Column { title: "Company", width: 110.0, share: 2.0, right: false },
    Column { title: "E-mail", width: 120.0, share: 2.5, right: false },
    Column { title: "Phone", width: 96.0, share: 1.2, right: false },
    Column { title: "City", width: 70.0, share: 1.2, right: false },
    Column { title: "Open", width: 56.0, share: 0.0, right: true },
];

impl List {
    /// Returns true when a new contact is wanted.
    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context) -> bool {
        if self.revision != Some(cx.records.revision) {
            self.revision = Some(cx.records.revision);
            self.lines = lines(cx.records);
            self.narrowed = None;
        }
        let key = (fold(&cx.query.text), self.show, self.sort);
        if self.narrowed.as_ref() != Some(&key) {
            self.narrow(&key.0);
            self.narrowed = Some(key);
        }
        let new = self.bar(ui, cx);
        let area = ui.available_rect_before_wrap();
        let area = Rect::from_min_max(
            pos2(area.left() + size::VIEW_MARGIN, area.top()),
            pos2((area.right() - size::VIEW_MARGIN).min(area.left() + size::LIST_MAX), area.bottom() - 16.0),
        );
        let mut child = ui.new_child(UiBuilder::new().max_rect(area));
        if self.lines.is_empty() {
            let doors = ["Import contacts", "New contact"];
            let sentence = "Bring them from a file, or write down the first one.";
            return match empty::show(&mut child, icons::CONTACTS, "No contacts yet", sentence, &doors) {
                Some(0) => {
                    cx.actions.push(Action::Import(Vec::new()));
                    new
                }
                Some(_) => true,
                None => new,
            };
        }
        if self.shown.is_empty() {
            let sentence = "Nobody has all of these words in name, company, e-mail, phone or city.";
            if empty::show(&mut child, icons::SEARCH, "No match", sentence, &["Clear search"]).is_some() {
                cx.query.clear();
                self.show = Show::All;
            }
            return new;
        }
        self.rows(&mut child, cx);
        new
    }

    fn bar(&mut self, ui: &mut Ui, cx: &mut Context) -> bool {
        let palette = palette(ui);
        let (_, bar) = ui.allocate_space(vec2(ui.available_width(), size::VIEW_BAR));
        let inner = bar.shrink2(vec2(size::VIEW_MARGIN, 0.0));
        let mut right = ui.new_child(UiBuilder::new().max_rect(inner).layout(Layout::right_to_left(Align::Center)));
        let new = right.add(Button::new("New contact").icon(icons::PERSON_ADD)).clicked();
        right.spacing_mut().item_spacing.x = 4.0;
        right.add_space(4.0);
        for (show, text) in [(Show::People, "People"), (Show::Companies, "Companies"), (Show::All, "All")] {
            if right.add(Button::ghost(text).selected(self.show == show)).clicked() {
                self.show = show;
            }
        }
        let mut row = Row::new(ui, Rect::from_min_max(inner.min, pos2(right.min_rect().left(), inner.bottom())));
        row.text("Contacts", type_scale::TITLE, palette.text);
        let count = match self.shown.len() == self.lines.len() {
            true => format::thousands(self.lines.len() as u64),
            false => format!("{} of {}", self.shown.len(), format::thousands(self.lines.len() as u64)),
        };
        row.gap(8.0).text(&count, type_scale::BODY, palette.text3);
        let _ = cx;
        new
    }

    fn rows(&mut self, ui: &mut Ui, cx: &mut Context) {
        let palette = palette(ui);
        let (lines, shown) = (&self.lines, &self.shown);
        let open: usize = shown.iter().map(|at| lines[*at].open).sum();
        let footer = format!(
            "{}, {} open",
            format::count(shown.len(), "contact", "contacts"),
            format::count(open, "opportunity", "opportunities")
        );
        let name = |row: usize| {
            let line = &lines[shown[row]];
            match line.company.is_empty() {
                true => line.name.clone(),
                false => format!("{}, {}", line.name, line.company),
            }
        };
        let mut cell = |ui: &mut Ui, row: usize, column: usize, place: &mut Row| {
            let line = &lines[shown[row]];
            match column {
                0 => {
                    let icon = if line.is_company { icons::BUSINESS } else { icons::PERSON };
                    place.icon(icon, 16.0, palette.text3);
                    place.gap(8.0);
                    if line.conflict {
                        let at = pos2(place.right(), place.middle());
                        let mark = chip::mark_right(ui.painter(), at, Some(icons::CONFLICT), "2 values", palette.two);
                        place.gap_right(mark.width() + 6.0);
                    }
                    place.text(&line.name, type_scale::VALUE, palette.text);
                }
                1 => _ = place.text(&line.company, type_scale::BODY, palette.text2),
                2 => _ = place.text(&line.email, type_scale::BODY, palette.text2),
                3 => _ = place.text(&line.phone, type_scale::BODY, palette.text2),
                4 => _ = place.text(&line.city, type_scale::BODY, palette.text2),
                _ if line.open == 0 => _ = place.text_right("–", type_scale::BODY, palette.text3),
                _ => _ = place.text_right(&line.open.to_string(), type_scale::VALUE, palette.text),
            }
        };
        let response = table(ui, &COLUMNS, &mut self.sort, shown.len(), &footer, &name, &mut cell);
        if let Some(row) = response.opened {
            cx.open(Page::Contact(lines[shown[row]].id));
        }
    }

    fn narrow(&mut self, search: &str) {
        let words: Vec<&str> = search.split_whitespace().collect();
        let show = self.show;
        let lines = &self.lines;
        let mut shown: Vec<usize> = (0..lines.len())
            .filter(|at| match show {
                Show::All => true,
                Show::Companies => lines[*at].is_company,
                Show::People => !lines[*at].is_company,
            })
            .filter(|at| words.iter().all(|w| lines[*at].words.contains(w)))
            .collect();
        let column = self.sort.column;
        let text = |at: usize| {
            let line = &lines[at];
            [&line.name, &line.company, &line.email, &line.phone, &line.city][column.min(4)].to_lowercase()
        };
        if column == 5 {
            shown.sort_by_key(|at| (lines[*at].open, std::cmp::Reverse(*at)));
        } else {
            // Empty cells last, whichever way.
            let down = self.sort.descending;
            shown.sort_by_cached_key(|at| {
                let text = text(*at);
                (text.is_empty() != down, text)
            });
        }
        if self.sort.descending {
            shown.reverse();
        }
        self.shown = shown;
    }
}

fn lines(records: &Records) -> Vec<Line> {
    let mut open: HashMap<DocId, usize> = HashMap::new();
    let pending =
        |o: &satchel_core::record::Opportunity| records.is_active(o) && records.won_status(o) == WonStatus::Pending;
    for partner in records.opportunities.values().filter(|o| pending(o)).filter_map(|o| o.partner) {
        *open.entry(partner).or_default() += 1;
    }
    let live = records.contacts.values().filter(|c| !c.meta.deleted && !c.meta.archived);
    let mut lines: Vec<Line> = live.map(|c| line(records, c, open.get(&c.id).copied().unwrap_or(0))).collect();
    lines.sort_by_cached_key(|l| (l.name.to_lowercase(), l.id));
    lines
}

fn line(records: &Records, contact: &Contact, open: usize) -> Line {
    let company = contact.parent.map_or("", |p| records.name(p)).to_owned();
    let phone = if contact.phone.is_empty() { &contact.mobile } else { &contact.phone };
    let city = match (contact.city.is_empty(), contact.country.is_empty()) {
        (true, _) => contact.country.clone(),
        (false, _) => contact.city.clone(),
    };
    let all = [&contact.name, &company, &contact.email, phone, &contact.mobile, &contact.city, &contact.country];
    let words = all.iter().map(|s| fold(s)).collect::<Vec<_>>().join("\n");
    Line {
        id: contact.id,
        name: contact.name.clone(),
        email: contact.email.clone(),
        phone: phone.clone(),
        city,
        is_company: contact.is_company,
        conflict: !contact.meta.conflicts.is_empty(),
        company,
        open,
        words,
    }
}
