//! Tags and lost reasons: things that are little more than their name.

use std::collections::HashMap;

use eframe::egui::{Id, ScrollArea, Sense, Ui, vec2};
use satchel_core::{Command, DocId, Kind, Record, Records, Value};
use tr::tr;

use super::parts::{self, Adder, Forms};
use crate::{
    design::{palette, type_scale},
    shell::Context,
    views::format,
    widgets::{
        Button, Row,
        dialog::{buttons, dialog},
        option,
    },
};

#[derive(Default)]
pub struct Names {
    open: Option<DocId>,
    forms: Forms,
    add: Adder,
    merge: Option<Merge>,
    /// How many records use each, at which revision.
    used: (Option<u64>, HashMap<DocId, usize>),
}

/// A tag, and the one that it is to become.
struct Merge {
    tag: DocId,
    into: Option<DocId>,
}

impl Names {
    pub fn unfold(&mut self, id: DocId) {
        self.open = Some(id);
    }

    /// What is typed and not saved.
    pub fn unsaved(&self, cx: &mut Context) {
        self.forms.unsaved(cx);
        self.add.unsaved(cx);
    }

    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context, kind: Kind) {
        let records = cx.records;
        self.count(records, kind);
        let (title, says, add) = match kind {
            Kind::Tag => (tr!("Tags"), tr!("Coloured words on opportunities, leads and contacts."), tr!("Add tag")),
            _ => {
                let says = tr!("Why opportunities are lost: asked when one is marked lost.");
                (tr!("Lost reasons"), says, tr!("Add reason"))
            }
        };
        parts::heading(ui, &title, &says);
        let all = live(records, kind);
        if !all.is_empty() {
            parts::sheet(ui, |ui| {
                for record in &all {
                    self.one(ui, cx, record);
                }
            });
        }
        if let Some(name) = self.add.show(ui, &add) {
            let color = (kind == Kind::Tag).then_some(("color", Value::Int((all.len() % 7) as i64)));
            let (_, command) = parts::make(cx, kind, name, color.into_iter().collect());
            cx.execute(command);
        }
        self.ask(ui, cx, &all);
    }

    /// Into which tag another one goes.
    fn ask(&mut self, ui: &mut Ui, cx: &mut Context, all: &[Record]) {
        let Some(merge) = &mut self.merge else { return };
        let title = tr!("Merge {} into", cx.records.name(merge.tag));
        let ((done, cancel), closed) = dialog(ui.ctx(), "merge tags", 400.0, &title, |ui| {
            let p = palette(ui);
            ui.spacing_mut().item_spacing.y = 6.0;
            let says = tr!("What has either tag shows the other one. Undo takes them apart again.");
            ui.label(type_scale::BODY.text(says).color(p.text2));
            ScrollArea::vertical().max_height(320.0).show(ui, |ui| {
                for tag in all.iter().filter(|tag| tag.id() != merge.tag) {
                    if option::short(ui, merge.into == Some(tag.id()), &tag.name()).clicked() {
                        merge.into = Some(tag.id());
                    }
                }
            });
            if all.len() < 2 {
                ui.label(type_scale::BODY.text(tr!("There is no other tag: add one first.")).color(p.late.text));
            }
            buttons(ui, |ui| {
                ui.spacing_mut().item_spacing.x = 6.0;
                let ready = merge.into.is_some();
                let done = ui.add(Button::primary(&tr!("Merge tags")).enabled(ready)).clicked() && ready;
                (done, ui.add(Button::new(&tr!("Cancel")).keys("Esc")).clicked())
            })
        });
        if let (true, Some(into)) = (done, merge.into) {
            cx.execute(Command::Merge { ids: vec![into, merge.tag], choices: Vec::new() });
            self.open = Some(into);
        }
        if done || cancel || closed {
            self.merge = None;
        }
    }

    fn count(&mut self, records: &Records, kind: Kind) {
        if self.used.0 == Some(records.revision) {
            return;
        }
        let mut used: HashMap<DocId, usize> = HashMap::new();
        for o in records.opportunities.values().filter(|o| !o.meta.deleted) {
            let reason = o.standing.lost_reason().filter(|_| kind == Kind::LostReason);
            let tags = o.tags.iter().copied().filter(|_| kind == Kind::Tag);
            tags.chain(reason).for_each(|id| *used.entry(id).or_default() += 1);
        }
        for c in records.contacts.values().filter(|c| !c.meta.deleted && kind == Kind::Tag) {
            c.tags.iter().for_each(|id| *used.entry(*id).or_default() += 1);
        }
        self.used = (Some(records.revision), used);
    }

    fn one(&mut self, ui: &mut Ui, cx: &mut Context, record: &Record) {
        let id = record.id();
        let open = self.open == Some(id);
        let name = record.name();
        let used = self.used.1.get(&id).copied().unwrap_or(0);
        let count = tr!("{count} record" | "{count} records" % used, count = format::thousands(used as u64));
        let response = parts::unfolding(
            ui,
            Id::unique(("name", id)),
            &format!("{name}, {count}"),
            open,
            Sense::click(),
            |ui, row| {
                let p = palette(ui);
                if let Record::Tag(tag) = record {
                    let dot = row.place(vec2(10.0, 10.0));
                    ui.painter().circle_filled(dot.center(), 4.0, p.person(tag.color.unsigned_abs()).0);
                    row.gap(10.0);
                }
                let cell = row.place_right(vec2(90.0, 18.0));
                Row::new(ui, cell).text_right(&count, type_scale::SECONDARY, p.text3);
                row.gap_right(12.0);
                row.text(&name, type_scale::VALUE, p.text);
            },
        );
        if response.clicked() {
            self.open = if open { None } else { Some(id) };
        }
        if self.open != Some(id) {
            return;
        }
        parts::unfolded(ui, |ui| {
            self.forms.rows(ui, cx, record, &["name"]);
            if id.kind() == Kind::Tag {
                parts::colours(ui, cx, record);
            }
            ui.add_space(8.0);
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = 6.0;
                if id.kind() == Kind::Tag && ui.add(Button::new(&tr!("Merge into another…")).small()).clicked() {
                    self.merge = Some(Merge { tag: id, into: None });
                }
                if parts::trash(ui, cx, id, &name) {
                    self.open = None;
                }
            });
        });
    }
}

/// Those that are in use, by name.
fn live(records: &Records, kind: Kind) -> Vec<Record> {
    let mut all: Vec<Record> = match kind {
        Kind::Tag => records.tags.values().cloned().map(Record::Tag).collect(),
        _ => records.lost_reasons.values().cloned().map(Record::LostReason).collect(),
    };
    all.retain(|r| !r.meta().deleted && !r.meta().archived && records.head(r.id()) == r.id());
    all.sort_by_cached_key(|r| r.name().to_lowercase());
    all
}
