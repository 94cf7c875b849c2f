//! Every page in English and in German: what reads the same in both, and is no data, was never translated.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use eframe::egui::{self, Key, Modifiers};
use egui_kittest::{
    Harness,
    kittest::{NodeT, Queryable},
};
use satchel::{
    SatchelApp,
    locale::{Language, Locale, text},
    shell::{UiCommand, command::Scope},
};
use satchel_core::{Command, Kind, Record, Value, Workspace, environment::fixed::environment};

use crate::{dressed, scene};

/// Written alike in both languages and no text of the catalogue: names, key caps, formats, what stands in the data.
const ALIKE: &[&str] = &[
    "Satchel",
    "satchel",
    "join",
    "Ctrl",
    "Alt",
    "Shift",
    "Del",
    "Esc",
    "Tab",
    "Enter",
    "PgUp",
    "PgDn",
    "CSV",
    "XLSX",
    "English",
    "Deutsch",
    "USD",
    "International",
    "Deutschland",
    "Österreich",
    "Schweiz",
    "Version",
    "Filter",
    "Status",
    "Jan",
    "Feb",
    "Apr",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Nov",
    "April",
    "August",
    "September",
    "November",
    "vCard",
    "ics",
    "vcf",
    "MiB",
    "KB",
    "min",
    "UTC", // What a card is tagged with, and German for a day.
    "Tag",
];

struct Tour {
    harness: Harness<'static, SatchelApp>,
    /// What was read, and where first.
    read: BTreeMap<String, String>,
}

impl Tour {
    fn over(workspace: Option<Workspace>, language: Language) -> Tour {
        let environment = environment(&scene::clock(), 1);
        let locale = Locale { language, ..Locale::default() };
        let mut harness = scene::app_in(locale, workspace, environment, [1280.0, 800.0]);
        harness.run_steps(8);
        Tour { harness, read: BTreeMap::new() }
    }

    /// Notes all that is painted and all that is told to people who do not see it.
    fn look(&mut self, place: &str) {
        self.harness.run_steps(3);
        let mut found = BTreeSet::new();
        for clipped in &self.harness.output().shapes {
            painted(&clipped.shape, &mut found);
        }
        for node in self.harness.root().children_recursive() {
            let node = node.accesskit_node();
            found.extend([node.label(), node.value()].into_iter().flatten());
        }
        for text in found {
            self.read.entry(text).or_insert_with(|| place.to_owned());
        }
    }

    fn key(&mut self, modifiers: Modifiers, key: Key) {
        self.harness.key_press_modifiers(modifiers, key);
        self.harness.run_steps(2);
    }

    fn close(&mut self) {
        for _ in 0..2 {
            self.key(Modifiers::NONE, Key::Escape);
        }
    }

    /// Carries out a command by its name in the palette.
    fn perform(&mut self, command: UiCommand) {
        self.key(Modifiers::COMMAND, Key::K);
        self.harness.event(egui::Event::Text(command.words()));
        self.harness.run_steps(2);
        self.key(Modifiers::NONE, Key::Enter);
    }

    /// Presses whatever has this name, if it is there; the name is that of the source.
    fn press(&mut self, english: &str, secondary: bool) -> bool {
        let name = text(english);
        let Some(found) = self.harness.query_all_by_label_contains(&name).next() else { return false };
        match secondary {
            true => found.click_button(egui::PointerButton::Secondary),
            false => found.click(),
        }
        self.harness.run_steps(4);
        true
    }
}

fn painted(shape: &egui::Shape, found: &mut BTreeSet<String>) {
    match shape {
        egui::Shape::Text(text) => _ = found.insert(text.galley.text().to_owned()),
        egui::Shape::Vec(shapes) => shapes.iter().for_each(|shape| painted(shape, found)),
        _ => {}
    }
}

/// A workspace in which there is something of everything.
fn workspace() -> Workspace {
    let clock = scene::clock();
    let workspace = scene::pipeline(&clock);
    dressed::dress(&workspace, &clock, dressed::seoul(&workspace));
    let other = scene::colleague(&workspace, &clock);
    let run = |workspace: &Workspace, command| workspace.execute(command).unwrap();
    let id = dressed::seoul(&workspace);
    for (by, city) in [(&workspace, "Busan"), (&other, "Incheon")] {
        run(by, Command::Set { id, fields: vec![("city".into(), city.into())], seen: None });
    }
    for (kind, name, more) in [
        (Kind::Opportunity, "Tablets for the fair", vec![("type", Value::from("lead"))]),
        (Kind::LostReason, "Too expensive", vec![]),
        (Kind::CustomField, "Machine hours", vec![("on", "opportunity".into()), ("type", "number".into())]),
        (Kind::ActivityPlan, "Follow up", vec![]),
        (Kind::CallList, "Winter calls", vec![]),
        (Kind::Contact, "Thrown Away", vec![]),
    ] {
        let id = workspace.new_id(kind);
        let mut fields = vec![("name".to_owned(), Value::from(name))];
        fields.extend(more.into_iter().map(|(field, value)| (field.to_owned(), value)));
        run(&workspace, Command::Create { id, fields });
        if name == "Thrown Away" {
            run(&workspace, Command::Trash { ids: vec![id] });
        }
    }
    scene::meet(&workspace, &other);
    workspace
}

/// All that a tour through the window reads.
fn tour(language: Language) -> (BTreeMap<String, String>, Workspace) {
    let workspace = workspace();
    let mut tour = Tour::over(Some(workspace.clone()), language);
    tour.look("the board");
    for command in UiCommand::ALL {
        let (focused, place) = ("GTX Pro for call floor", format!("{command:?}"));
        if matches!(command.scope(), Scope::Records | Scope::List) {
            tour.perform(UiCommand::Pipeline);
            tour.perform(if command.scope() == Scope::List { UiCommand::ShowList } else { UiCommand::ShowBoard });
        }
        if command.scope() == Scope::Records
            && let Some(card) = tour.harness.query_all_by_label_contains(focused).next()
        {
            card.focus();
        }
        tour.perform(command);
        tour.look(&place);
        tour.close();
    }
    // Menus and panels of the pages that have them.
    for page in [UiCommand::ShowBoard, UiCommand::ShowList, UiCommand::ShowClosing, UiCommand::ShowForecast] {
        tour.perform(page);
        tour.look(&format!("{page:?}"));
        for button in ["Group by", "Filters", "Favourites", "More"] {
            if tour.press(button, false) {
                tour.look(&format!("{page:?}, {button}"));
            }
            tour.close();
        }
    }
    tour.perform(UiCommand::ShowBoard);
    for (card, secondary) in [("GTX Pro for call floor", true), ("Seoul", false)] {
        tour.press(card, secondary);
        tour.look(card);
        tour.close();
    }
    for (page, row) in [
        (UiCommand::ShowBoard, "Seoul"),
        (UiCommand::Leads, "Tablets for the fair"),
        (UiCommand::Contacts, "Hottechi"),
        (UiCommand::Conflicts, "Seoul"),
    ] {
        tour.perform(UiCommand::Pipeline);
        tour.perform(page);
        tour.look(&format!("{page:?}"));
        tour.press(row, false);
        tour.key(Modifiers::NONE, Key::Enter);
        tour.look(&format!("{page:?}, {row}"));
        for part in ["All fields", "Details", "Notes", "History", "Activities", "Changes", "More"] {
            if tour.press(part, false) {
                tour.look(&format!("{page:?}, {row}, {part}"));
                tour.key(Modifiers::NONE, Key::Escape);
            }
        }
        tour.close();
    }
    let mut first = Tour::over(None, language);
    first.look("the first start");
    for button in ["Found a new workspace", "Join with a ticket", "Look around with sample data"] {
        first.press(button, false);
        first.look(button);
        first.close();
    }
    tour.read.extend(first.read);
    (tour.read, workspace)
}

/// The words of the catalogue that are the same in German.
fn same_in_german() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("locales/de");
    let mut same = Vec::new();
    for file in fs::read_dir(folder).unwrap() {
        let file = fs::read_to_string(file.unwrap().path()).unwrap();
        let lines: Vec<&str> = file.lines().collect();
        for pair in lines.windows(2) {
            let english = pair[0].strip_prefix("msgid \"").or(pair[0].strip_prefix("msgid_plural \""));
            if let (Some(english), Some((_, german))) = (english, pair[1].split_once(" \""))
                && pair[1].starts_with("msgstr")
                && english == german
            {
                let english = english.trim_end_matches('"');
                same.push(english.to_owned());
                same.extend(english.split(|c: char| !c.is_alphabetic()).map(str::to_owned));
            }
        }
    }
    same
}

#[test]
fn nothing_is_left_in_english() {
    let (english, workspace) = tour(Language::English);
    let (german, _) = tour(Language::German);
    let records = workspace.records();
    let mut data: BTreeSet<String> = ALIKE.iter().map(|word| (*word).to_owned()).collect();
    data.extend(same_in_german());
    data.extend(["Incheon", "Seoul", "celias-phone", "vickis-laptop", "test"].map(str::to_owned));
    // Types of activities are the program's until somebody calls them otherwise.
    for kind in Kind::ALL.into_iter().filter(|kind| *kind != Kind::ActivityType) {
        for record in records.ids(kind).filter_map(|id| records.get(id)) {
            data.extend(strings(&record));
        }
    }
    let mut data: Vec<&str> = data.iter().map(|name| name.trim()).filter(|name| !name.is_empty()).collect();
    data.sort_by_key(|name| std::cmp::Reverse(name.len()));
    let left = english.iter().filter(|(text, _)| german.contains_key(*text) && !is_data(text, &data));
    // Where the file is to be put is told by the system.
    let left: Vec<_> = left.filter(|(text, _)| !text.ends_with(".xlsx")).collect();
    assert!(english.len() > 600, "the tour went through the window: {}", english.len());
    assert!(left.is_empty(), "{} texts read the same in German: {left:#?}", left.len());
}

/// Whether nothing but data, figures, single letters and signs is in it; a line of a longer text is data too.
fn is_data(text: &str, data: &[&str]) -> bool {
    if data.iter().any(|name| name.contains(text.trim_end_matches('…').trim())) {
        return true;
    }
    let mut rest = text.to_owned();
    for name in data {
        if name.chars().count() > 2 {
            rest = rest.replace(name, " ");
        }
    }
    let words = rest.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
    words.into_iter().all(|word| word.chars().count() < 3 || data.contains(&word))
}

fn strings(record: &Record) -> Vec<String> {
    let fields = satchel_core::record::fields(record.id().kind());
    let values = fields.iter().filter_map(|field| record.get(field.name));
    let mut found: Vec<String> = values
        .filter_map(|value| match value {
            Value::Text(text) => Some(text),
            _ => None,
        })
        .collect();
    found.push(record.name());
    if let Record::Opportunity(o) = record {
        found.extend(o.notes.iter().map(|n| n.text.clone()));
        found.extend(o.activities.iter().flat_map(|a| [a.summary.clone(), a.note.clone(), a.feedback.clone()]));
    }
    found
}
