//! What happened on a record: its history in words, its notes, its calls and meetings, and the conflicts that wait for a decision.

mod appointments;
mod related;
mod telling;

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use eframe::egui::{Id, Key, Rect, ScrollArea, Sense, Ui, UiBuilder, pos2, vec2};
use satchel_core::{
    Command, CommitId, DocId, Kind, Record,
    record::{Activity, Note},
    workspace::{Conflict, HistoryEntry},
};
use tr::tr;

use self::{related::Related, telling::tell_entry};
use super::page;
use crate::{
    design::{Icon, icons, palette, type_scale},
    shell::{Action, Context, Pending, UiCommand},
    views::format,
    widgets::{
        Button, Input, key_cap,
        timeline::{Clicked, Day, Entry, Timeline},
    },
};

pub use self::telling::field_label;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Tab {
    #[default]
    All,
    Notes,
    Changes,
}

/// Read again whenever a commit touched the record; never per frame.
#[derive(Default)]
pub struct Chronicle {
    /// The record, its last commit and the day for which the rest was worked out.
    key: Option<Version>,
    loading: Option<(Version, Pending<Loaded>)>,
    loaded: Loaded,
    tab: Tab,
    days: Vec<Day>,
    /// The commit and the record behind every entry of `days`; nothing behind a call or a meeting.
    commits: Vec<Option<(CommitId, DocId)>>,
    /// What else belongs to what happened with a contact, and at which revision that was found.
    related: Related,
    timeline: Timeline,
    note: String,
    note_of: Option<DocId>,
    /// Notes begun on other records.
    begun: BTreeMap<DocId, String>,
}

/// The record, the last commit that touched it or what belongs to it, and the day.
type Version = (DocId, u64, NaiveDate);

#[derive(Default)]
struct Loaded {
    history: Vec<HistoryEntry>,
    conflicts: Vec<Conflict>,
}

impl Chronicle {
    /// Reads what is new. Call it every frame, before the conflicts or the timeline are shown.
    pub fn refresh(&mut self, cx: &mut Context, record: &Record) {
        let id = record.id();
        self.related.find(cx, record);
        let key = (id, self.related.arrival, cx.today);
        self.turn_note_to(id);
        if self.key.is_some_and(|k| k.0 != id) {
            let (note, note_of) = (std::mem::take(&mut self.note), self.note_of);
            let begun = std::mem::take(&mut self.begun);
            *self = Chronicle { tab: self.tab, note, note_of, begun, ..Chronicle::default() };
        }
        if let Some((loading, pending)) = self.loading.take() {
            match pending.take() {
                Some(loaded) => {
                    self.key = Some(loading);
                    self.loaded = loaded;
                    self.tell(cx, record);
                }
                None => self.loading = Some((loading, pending)),
            }
        }
        if self.key != Some(key) && self.loading.is_none() {
            let related = self.related.ids.clone();
            let pending = cx.background(move |workspace, _| {
                let mut history = workspace.history(id).unwrap_or_default();
                let several = !related.is_empty();
                history.extend(related.into_iter().flat_map(|other| workspace.history(other).unwrap_or_default()));
                if several {
                    history.sort_by_key(|entry| std::cmp::Reverse(entry.time));
                }
                Loaded { history, conflicts: workspace.conflicts(Some(id)).unwrap_or_default() }
            });
            self.loading = Some((key, pending));
        }
    }

    /// A note that was begun waits on its record.
    fn turn_note_to(&mut self, id: DocId) {
        if self.note_of == Some(id) {
            return;
        }
        let left = std::mem::replace(&mut self.note, self.begun.remove(&id).unwrap_or_default());
        if let Some(before) = self.note_of.filter(|_| !left.trim().is_empty()) {
            self.begun.insert(before, left);
        }
        self.note_of = Some(id);
    }

    /// Notes that are begun and not added, for who asks before they are lost.
    pub fn unsaved(&self, cx: &mut Context) {
        let here = self.note_of.filter(|_| !self.note.trim().is_empty());
        for id in self.begun.keys().copied().chain(here) {
            cx.unsaved.push(tr!("A note about {} that is not added yet", cx.records.name(id)));
        }
    }

    /// The conflicts of the record.
    pub fn conflicts(&self) -> &[Conflict] {
        &self.loaded.conflicts
    }

    /// Tabs, the box for a note, and the timeline, in a column of its own.
    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context, record: &Record) {
        self.tabs(ui, cx, record);
        let side = 18.0;
        let inner = ui.available_rect_before_wrap().shrink2(vec2(side, 0.0));
        let mut child = ui.new_child(UiBuilder::new().max_rect(inner));
        child.add_space(12.0);
        self.note_box(&mut child, cx, record);
        child.add_space(2.0);
        let mut clicked = None;
        // The bar of the scroll area stands in the margin.
        let rect = Rect::from_min_max(child.cursor().min, pos2(inner.right() + side - 4.0, inner.bottom()));
        let mut rows = child.new_child(UiBuilder::new().max_rect(rect));
        ScrollArea::vertical().id_salt("timeline").auto_shrink(false).show(&mut rows, |ui| {
            ui.set_width(inner.width());
            if self.days.is_empty() {
                let text = match self.tab {
                    Tab::Notes => tr!("No note yet: write the first one above."),
                    _ if self.key.is_none() => String::new(),
                    _ => tr!("Nothing has happened yet."),
                };
                ui.add_space(12.0);
                ui.label(type_scale::SECONDARY.text(text).color(palette(ui).text3));
            }
            clicked = self.timeline.show(ui, &self.days);
            ui.add_space(24.0);
        });
        match clicked {
            Some(Clicked::Undo(at)) => {
                let commit = self.commits.get(at).copied().flatten();
                cx.actions.extend(commit.map(|(commit, _)| Action::UndoCommit(commit)));
            }
            Some(Clicked::Restore(at)) => {
                if let Some((commit, id)) = self.commits.get(at).copied().flatten() {
                    cx.execute(Command::RestoreVersion { id, commit });
                }
            }
            None => {}
        }
        ui.advance_cursor_after_rect(inner);
    }

    fn tabs(&mut self, ui: &mut Ui, cx: &mut Context, record: &Record) {
        let (bar, _) = ui.allocate_exact_size(vec2(ui.available_width(), 38.0), Sense::hover());
        let (all, notes, changes) = (tr!("Timeline"), tr!("Notes"), tr!("Changes"));
        let tabs = [(Tab::All, all.as_str()), (Tab::Notes, notes.as_str()), (Tab::Changes, changes.as_str())];
        let clicked = page::switch(ui, bar.shrink2(vec2(18.0, 0.0)), self.tab, &tabs);
        ui.painter().hline(bar.x_range(), bar.bottom() - 0.5, (1.0, palette(ui).line));
        let chosen = clicked.unwrap_or(self.tab);
        if chosen != self.tab {
            self.tab = chosen;
            self.tell(cx, record);
        }
    }

    fn note_box(&mut self, ui: &mut Ui, cx: &mut Context, record: &Record) {
        let id = Id::unique(("note", record.id()));
        let focused = ui.memory(|m| m.has_focus(id));
        let open = focused || !self.note.is_empty();
        let lines = self.note.lines().count().clamp(1, 8) + usize::from(self.note.ends_with('\n'));
        let prompt = tr!("Write a note");
        let mut input = Input::new(&mut self.note, &prompt).hint(&prompt).id(id);
        input = if open { input.rows(lines.max(2)) } else { input.icon(icons::NOTE).height(36.0).reserve(34.0) };
        let response = input.show(ui);
        if !open {
            let at = pos2(response.rect.right().max(ui.max_rect().right() - 30.0), response.rect.center().y);
            key_cap::paint(ui.painter(), at, "N", palette(ui), None);
            if UiCommand::key_pressed(ui.ctx(), Key::N) {
                response.request_focus();
            }
            return;
        }
        let mut add = focused && ui.input(|i| i.modifiers.command && i.key_pressed(Key::Enter));
        ui.horizontal(|ui| {
            let ready = !self.note.trim().is_empty();
            add |= ui.add(Button::primary(&tr!("Add note")).small().enabled(ready)).clicked();
            if ui.add(Button::ghost(&tr!("Discard")).small()).clicked() {
                self.note.clear();
                response.surrender_focus();
            }
            ui.label(type_scale::TAG.text(tr!("Ctrl Enter adds")).color(palette(ui).text3));
        });
        if add && !self.note.trim().is_empty() {
            let text = std::mem::take(&mut self.note).trim().to_owned();
            cx.execute(Command::AddNote { on: record.id(), id: cx.new_id(Kind::Note), text });
            response.surrender_focus();
        }
    }

    /// Puts the history into words.
    fn tell(&mut self, cx: &Context, record: &Record) {
        self.days.clear();
        self.commits.clear();
        self.timeline.reset();
        let mut older = false;
        let kept = if self.tab == Tab::All { self.related.kept.as_slice() } else { &[] };
        let mut kept = kept.iter().peekable();
        for entry in &self.loaded.history {
            while let Some(kept) = kept.next_if(|kept| kept.at >= entry.time) {
                put(&mut self.days, cx, kept.at, kept.tell(cx, record.id()));
                self.commits.push(None);
            }
            let about_note = entry.changes.iter().any(|c| c.field == "note");
            let wanted = match self.tab {
                Tab::All => true,
                Tab::Notes => about_note,
                Tab::Changes => entry.changes.iter().any(|c| c.item.is_none()),
            };
            if !wanted {
                continue;
            }
            let told = if entry.of == record.id() {
                let mut told = tell_entry(cx, record, entry, &self.loaded.conflicts);
                // The last version is the one there is.
                told.restore = std::mem::replace(&mut older, true) && entry.changes.iter().any(|c| c.item.is_none());
                told
            } else {
                let Some(other) = cx.records.get(entry.of) else { continue };
                let mut told = tell_entry(cx, &other, entry, &[]);
                told.did = format!("{} · {}", told.did, other.name());
                told
            };
            put(&mut self.days, cx, entry.time, told);
            self.commits.push(Some((entry.commit, entry.of)));
        }
        for kept in kept {
            put(&mut self.days, cx, kept.at, kept.tell(cx, record.id()));
            self.commits.push(None);
        }
    }
}

/// Adds an entry to its day; the newest come first.
fn put(days: &mut Vec<Day>, cx: &Context, at: DateTime<Utc>, told: Entry) {
    let title = format::near_day(cx.environment.day(at), cx.today);
    match days.last_mut().filter(|day| day.title == title) {
        Some(day) => day.entries.push(told),
        None => days.push(Day { title, entries: vec![told] }),
    }
}

pub fn inner(record: &Record) -> (&[Activity], &[Note]) {
    match record {
        Record::Opportunity(o) => (&o.activities, &o.notes),
        Record::Contact(c) => (&c.activities, &c.notes),
        _ => (&[], &[]),
    }
}

/// A device by its name.
pub fn device_icon(name: &str) -> Icon {
    let name = name.to_lowercase();
    match () {
        _ if name.contains("phone") || name.contains("mobile") => icons::PHONE,
        _ if name.contains("server") || name.contains("serve") => icons::SERVER,
        _ => icons::LAPTOP,
    }
}
