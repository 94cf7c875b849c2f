//! What happened on a record: its history in words, its notes, and the conflicts that wait for a decision.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use eframe::egui::{Id, Key, Rect, ScrollArea, Sense, Ui, UiBuilder, pos2, vec2};
use satchel_core::{
    Command, CommitId, DocId, Kind, Record, Records, Value,
    record::{Activity, ActivityType, Note},
    workspace::{Conflict, FieldChange, HistoryEntry},
};
use tr::tr;

use super::{custom, def, page, words};
use crate::{
    design::{Icon, icons, palette, type_scale},
    locale::{self, Language},
    shell::{Action, Context, Pending, UiCommand},
    views::{board::face::activity_icon, format},
    widgets::{
        Button, Input, key_cap,
        timeline::{Change, Clicked, Day, Entry, Mark, Timeline},
    },
};

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
    /// The commit and the record behind every entry of `days`.
    commits: Vec<(CommitId, DocId)>,
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

/// A contact's people and their opportunities: what happened with them happened with the contact.
#[derive(Default)]
struct Related {
    key: Option<(DocId, u64)>,
    ids: Vec<DocId>,
    arrival: u64,
}

/// Whose histories are read together, at most; those touched last.
const MOST_RELATED: usize = 60;

impl Related {
    fn find(&mut self, records: &Records, record: &Record) {
        let key = Some((record.id(), records.revision));
        if self.key == key {
            return;
        }
        self.key = key;
        self.ids.clear();
        if let Record::Contact(contact) = record {
            let people = records.contacts.values().filter(|c| c.parent == Some(contact.id) && !c.meta.deleted);
            let people: Vec<DocId> = people.map(|c| c.id).collect();
            let is_theirs = |id: DocId| id == contact.id || people.contains(&id);
            let deals = records.opportunities.values().filter(|o| !o.meta.deleted && o.partner.is_some_and(is_theirs));
            self.ids = deals.map(|o| o.id).chain(people.iter().copied()).collect();
            let arrival = |id: &DocId| records.meta(*id).map_or(0, |meta| meta.arrival);
            self.ids.sort_by_key(|id| std::cmp::Reverse(arrival(id)));
            self.ids.truncate(MOST_RELATED);
        }
        let all = std::iter::once(record.meta()).chain(self.ids.iter().filter_map(|id| records.meta(*id)));
        let merged = record.meta().merges.iter().filter_map(|id| records.meta(*id));
        self.arrival = all.chain(merged).map(|meta| meta.arrival).max().unwrap_or(0);
    }
}

#[derive(Default)]
struct Loaded {
    history: Vec<HistoryEntry>,
    conflicts: Vec<Conflict>,
}

impl Chronicle {
    /// Reads what is new. Call it every frame, before the conflicts or the timeline are shown.
    pub fn refresh(&mut self, cx: &mut Context, record: &Record) {
        let id = record.id();
        self.related.find(cx.records, record);
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
                cx.actions.extend(self.commits.get(at).map(|(commit, _)| Action::UndoCommit(*commit)));
            }
            Some(Clicked::Restore(at)) => {
                if let Some((commit, id)) = self.commits.get(at).copied() {
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
        for entry in &self.loaded.history {
            let about_note = entry.changes.iter().any(|c| c.field == "note");
            let wanted = match self.tab {
                Tab::All => true,
                Tab::Notes => about_note,
                Tab::Changes => entry.changes.iter().any(|c| c.item.is_none()),
            };
            if !wanted {
                continue;
            }
            let title = format::near_day(cx.environment.day(entry.time), cx.today);
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
            match self.days.last_mut().filter(|d| d.title == title) {
                Some(day) => day.entries.push(told),
                None => self.days.push(Day { title, entries: vec![told] }),
            }
            self.commits.push((entry.commit, entry.of));
        }
    }
}

fn tell_entry(cx: &Context, record: &Record, entry: &HistoryEntry, conflicts: &[Conflict]) -> Entry {
    let own = entry.user == cx.user;
    let who = if own { tr!("You") } else { entry.user_name.clone() };
    let late = (entry.received - entry.time).num_seconds() > 60;
    let received = late.then(|| {
        let same_day = cx.environment.day(entry.received) == cx.environment.day(entry.time);
        match same_day {
            true => format::clock(entry.received, cx.environment),
            false => format::moment(entry.received, cx.environment),
        }
    });
    let mut told = Entry {
        mark: Mark::Person(format::initials(&entry.user_name), format::person_number(entry.user)),
        who,
        did: String::new(),
        changes: Vec::new(),
        body: String::new(),
        when: format::clock(entry.time, cx.environment),
        device: Some(device_icon(&entry.device_name)),
        via: match received {
            Some(when) => tr!("{device}, received {when}", device = entry.device_name, when),
            None => entry.device_name.clone(),
        },
        undo: own && entry.batch.is_none(),
        restore: false,
    };
    let is_contact = record.id().kind() == Kind::Contact;
    let (inside, outside): (Vec<&FieldChange>, Vec<&FieldChange>) =
        entry.changes.iter().partition(|c| c.item.is_some());
    let created = outside.iter().any(|c| c.field == "name" && c.old.is_null());
    if outside.is_empty() && !inside.is_empty() {
        tell_inside(cx, record, &inside, &mut told);
        return told;
    }
    let find = |field: &str| outside.iter().find(|c| c.field == field);
    let outcome = find("won_status").map(|c| &c.new);
    told.did = match outcome {
        _ if entry.batch.is_some() && is_contact => tr!("imported this contact"),
        _ if entry.batch.is_some() => tr!("imported this opportunity"),
        _ if created && is_contact => tr!("created this contact"),
        _ if created => tr!("created this opportunity"),
        _ if find("merged").is_some() => merged_words(outside.iter().filter(|c| c.field == "merged")),
        Some(Value::Text(status)) if status == "won" => tr!("marked it won"),
        Some(Value::Text(status)) if status == "lost" => tr!("marked it lost"),
        Some(_) => tr!("restored it"),
        None if find("stage").is_some() => tr!("moved the stage"),
        None => match outside.as_slice() {
            [] => lower_first(&crate::shell::words::of_history(&entry.label)),
            [one] => tr!("changed {}", label(record, &one.field)),
            several => tr!("changed {n} field" | "changed {n} fields" % several.len()),
        },
    };
    let single = outside.len() == 1;
    let last = |field: &str| {
        let now = record.get(field);
        move |change: &FieldChange| now.as_ref() == Some(&change.new)
    };
    for change in &outside {
        let ty = def(record.id().kind(), &change.field).map(|d| d.ty);
        let conflict = conflicts.iter().any(|c| {
            c.field == change.field && (last(&change.field)(change) || c.others.iter().any(|o| o.value == change.new))
        });
        let old = change_value(cx, ty, &change.old);
        let mut new = change_value(cx, ty, &change.new);
        if new.is_empty() && matches!(change.old, Value::Refs(_)) {
            new = tr!("removed");
        }
        let trivial = created && (new.is_empty() || ["name", "type", "is_company"].contains(&change.field.as_str()));
        if old == new || trivial {
            continue;
        }
        let quiet = single && !created || change.field == "stage" && outcome.is_none() && !created;
        let label = if quiet { String::new() } else { label(record, &change.field) };
        told.changes.push(Change { label, old, new, conflict });
    }
    told.changes.sort_by_key(|c| !c.label.is_empty());
    if let Some(FieldChange { new: Value::Text(text), .. }) = inside.iter().find(|c| c.field == "note") {
        told.body = text.clone();
    }
    told
}

/// `merged 2 records into this one`
fn merged_words<'a>(merged: impl Iterator<Item = &'a &'a FieldChange>) -> String {
    let (into, out): (Vec<&&FieldChange>, Vec<&&FieldChange>) = merged.partition(|c| !c.new.is_null());
    let count = into.len().max(out.len());
    match into.is_empty() {
        true => tr!("took {n} record out of this one" | "took {n} records out of this one" % count),
        false => tr!("merged {n} record into this one" | "merged {n} records into this one" % count),
    }
}

/// Notes, attachments and activities.
fn tell_inside(cx: &Context, record: &Record, inside: &[&FieldChange], told: &mut Entry) {
    let item = inside[0].item;
    let (activities, _) = inner(record);
    let text = |value: &Value| match value {
        Value::Text(text) => text.clone(),
        _ => String::new(),
    };
    if let Some(change) = inside.iter().find(|c| c.field == "note") {
        told.did = if change.old.is_null() { tr!("wrote a note") } else { tr!("took back a note") };
        told.body = text(if change.new.is_null() { &change.old } else { &change.new });
        return;
    }
    if let Some(change) = inside.iter().find(|c| c.field == "attachment") {
        told.did = match change.old.is_null() {
            true => tr!("attached ‘{}’", text(&change.new)),
            false => tr!("removed the attachment ‘{}’", text(&change.old)),
        };
        return;
    }
    let activity = activities.iter().find(|a| Some(a.id) == item);
    let kind = activity.map_or(ActivityType::TODO, |a| a.kind);
    if let Some(change) = inside.iter().find(|c| c.field == "activity") {
        let (old, new) = (text(&change.old), text(&change.new));
        match new.split_once(": ") {
            split if old.is_empty() => {
                let (head, summary) = split.unwrap_or((&new, ""));
                let a_thing = format::a(&head.to_lowercase());
                // Languages without an article before it say the thing alone.
                told.did = tr!("scheduled {a_thing}", a_thing, thing = head);
                let due = activity.map_or_else(String::new, |a| format::near_day(a.date_deadline, cx.today));
                let parts: Vec<&str> = [summary, &due].into_iter().filter(|p| !p.is_empty()).collect();
                told.body = parts.join(" · ");
            }
            _ if new.starts_with("done") => {
                told.mark = Mark::Icon(activity_icon(cx.records, kind));
                told.via = format!("{}, {}", told.who, told.via);
                let (head, rest) = old.split_once(": ").unwrap_or((&old, ""));
                told.who = head.to_owned();
                told.did = if rest.is_empty() { tr!("activity" => "done") } else { rest.to_owned() };
                told.body = new.strip_prefix("done: ").unwrap_or_default().to_owned();
            }
            _ if new == "cancelled" => told.did = tr!("cancelled {}", old),
            _ => told.did = tr!("took up again {}", old),
        }
        return;
    }
    told.did = match activity {
        Some(a) if a.summary.is_empty() => tr!("changed {}", cx.records.activity_type(kind).name),
        Some(a) => tr!("changed {}", a.summary),
        None => tr!("changed an activity"),
    };
    for change in inside {
        let field = change.field.trim_start_matches("activity.");
        let label = match field {
            "date_deadline" => tr!("Due"),
            "user" => tr!("Assigned to"),
            "kind" => tr!("Type"),
            "summary" => tr!("Summary"),
            other => other.to_owned(),
        };
        let short = |value: &Value| match value {
            Value::Date(day) => format::near_day(*day, cx.today),
            value => change_value(cx, None, value),
        };
        let (old, new) = (short(&change.old), short(&change.new));
        told.changes.push(Change { label, old, new, conflict: false });
    }
}

pub fn inner(record: &Record) -> (&[Activity], &[Note]) {
    match record {
        Record::Opportunity(o) => (&o.activities, &o.notes),
        Record::Contact(c) => (&c.activities, &c.notes),
        _ => (&[], &[]),
    }
}

fn change_value(cx: &Context, ty: Option<satchel_core::record::FieldType>, value: &Value) -> String {
    if let Value::Date(day) = value {
        return cx.day(*day);
    }
    let ty = ty.unwrap_or(satchel_core::record::FieldType::Text);
    let text = words::value(cx, ty, value);
    text.lines().next().unwrap_or_default().to_owned()
}

fn label(record: &Record, field: &str) -> String {
    if let Some(label) = custom::label(field) {
        return label;
    }
    if let Some(def) = def(record.id().kind(), field) {
        return words::label(&def);
    }
    match field {
        "stage" => tr!("Stage"),
        "standing" => tr!("Where it stands"),
        "won_status" => tr!("Outcome"),
        "lost_reason" => tr!("Lost reason"),
        "probability" => tr!("Probability"),
        "archived" => tr!("Archived"),
        "deleted" => tr!("In the trash"),
        "merged" => tr!("record" => "Merged"),
        "merged_into" => tr!("Merged into"),
        "create_date" => tr!("Created"),
        "create_user" => tr!("Created by"),
        field => field.replace('_', " "),
    }
}

/// The label of a field, also of those that are tied together in where an opportunity stands.
pub fn field_label(record: &Record, field: &str) -> String {
    label(record, field)
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

/// As it goes on after a name; a German noun stays as it is.
fn lower_first(text: &str) -> String {
    if locale::current().language != Language::English {
        return text.to_owned();
    }
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}
