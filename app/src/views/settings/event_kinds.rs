//! Kinds of events that a workspace adds to its calendar: technical interventions, staff requests.

use eframe::egui::{Id, Sense, Ui, vec2};
use satchel_core::{DocId, Kind, Record, Value, record::EventKind};
use tr::tr;

use super::{
    kinds,
    order::{Order, STEPS, arrange},
    parts::{self, Adder, Forms},
};
use crate::{
    design::{icons, palette, size, type_scale},
    shell::Context,
    views::board::face::icon_named,
};

#[derive(Default)]
pub struct EventKinds {
    open: Option<DocId>,
    forms: Forms,
    add: Adder,
    order: Order,
}

impl EventKinds {
    pub fn unfold(&mut self, id: DocId) {
        self.open = Some(id);
    }

    /// What is typed and not saved.
    pub fn unsaved(&self, cx: &mut Context) {
        self.forms.unsaved(cx);
        self.add.unsaved(cx);
    }

    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context) {
        let says = tr!("What the calendar knows beside meetings: each kind can be shown and hidden there.");
        parts::heading(ui, &tr!("Kinds of events"), &says);
        let all = cx.records.event_kinds_in_order();
        let ids: Vec<DocId> = all.iter().map(|k| k.id).collect();
        if !all.is_empty() {
            parts::sheet(ui, |ui| {
                for (at, kind) in all.iter().enumerate() {
                    self.one(ui, cx, kind, &ids, at);
                }
            });
        }
        if let Some(moved) = self.order.finish(ui) {
            let places: Vec<(DocId, i64)> = all.iter().map(|k| (k.id, k.sequence)).collect();
            arrange(cx, &places, moved);
        }
        if let Some(name) = self.add.show(ui, &tr!("Add kind")) {
            let sequence = all.iter().map(|k| k.sequence).max().unwrap_or(0) + 10;
            let color = (all.len() % 7) as i64;
            let more =
                vec![("sequence", Value::Int(sequence)), ("color", Value::Int(color)), ("icon", "calendar".into())];
            let (id, command) = parts::make(cx, Kind::EventKind, name, more);
            cx.execute(command);
            self.open = Some(id);
        }
    }

    fn one(&mut self, ui: &mut Ui, cx: &mut Context, kind: &EventKind, ids: &[DocId], at: usize) {
        let open = self.open == Some(kind.id);
        let id = Id::unique(("kind of events", kind.id));
        let words = tr!("Kind {}", kind.name);
        let response = parts::unfolding(ui, id, &words, open, Sense::click_and_drag(), |ui, row| {
            let p = palette(ui);
            row.icon(icons::DRAG, size::ICON_MEDIUM, p.text3);
            row.gap(10.0);
            row.gap_right(STEPS);
            let dot = row.place(vec2(10.0, 10.0));
            ui.painter().circle_filled(dot.center(), 4.0, p.person(kind.color.unsigned_abs()).0);
            row.gap(8.0).icon(icon_named(&kind.icon), size::ICON_MEDIUM, p.text2);
            row.gap(8.0).text(&kind.name, type_scale::VALUE, p.text);
        });
        self.order.row(ui, &response, ids, at, &kind.name);
        if response.clicked() {
            self.open = if open { None } else { Some(kind.id) };
        }
        if self.open != Some(kind.id) {
            return;
        }
        let record = Record::EventKind(kind.clone());
        parts::unfolded(ui, |ui| {
            self.forms.rows(ui, cx, &record, &["name"]);
            parts::colours(ui, cx, &record);
            kinds::icon(ui, cx, &record);
            ui.add_space(8.0);
            if parts::trash(ui, cx, kind.id, &kind.name) {
                self.open = None;
            }
        });
    }
}
