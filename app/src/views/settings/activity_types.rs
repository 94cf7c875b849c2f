//! Types of activities: what each is called and looks like, what a new one begins with, and what follows when one is done.

use eframe::egui::{Id, Sense, Ui};
use satchel_core::{DocId, Kind, Record, Value, record::ActivityType};
use tr::tr;

use super::{
    kinds::{self, Delays},
    order::{Order, STEPS, arrange},
    parts::{self, Adder, Forms},
};
use crate::{
    design::{icons, palette, size, type_scale},
    shell::Context,
    views::{board::face::activity_icon, format},
    widgets::Button,
};

#[derive(Default)]
pub struct ActivityTypes {
    open: Option<DocId>,
    forms: Forms,
    add: Adder,
    order: Order,
    delays: Delays,
}

impl ActivityTypes {
    pub fn unfold(&mut self, id: DocId) {
        self.open = Some(id);
    }

    /// What is typed and not saved.
    pub fn unsaved(&self, cx: &mut Context) {
        self.forms.unsaved(cx);
        self.add.unsaved(cx);
        self.delays.unsaved(cx);
    }

    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context) {
        let says = tr!(
            "What there is to do: what a new activity of a type begins with, and what comes after it. Drag one to where it \
             belongs."
        );
        parts::heading(ui, &tr!("Activity types"), &says);
        let types = cx.records.activity_types_in_order();
        let ids: Vec<DocId> = types.iter().map(|t| t.id).collect();
        parts::sheet(ui, |ui| {
            for (at, kind) in types.iter().enumerate() {
                self.one(ui, cx, kind, &ids, at);
            }
        });
        if let Some(moved) = self.order.finish(ui) {
            let places: Vec<(DocId, i64)> = types.iter().map(|t| (t.id, t.sequence)).collect();
            arrange(cx, &places, moved);
        }
        if let Some(name) = self.add.show(ui, &tr!("Add type")) {
            let sequence = types.iter().map(|t| t.sequence).max().unwrap_or(0) + 10;
            let more = vec![("sequence", Value::Int(sequence)), ("icon", "todo".into())];
            let (id, command) = parts::make(cx, Kind::ActivityType, name, more);
            cx.execute(command);
            self.open = Some(id);
        }
    }

    fn one(&mut self, ui: &mut Ui, cx: &mut Context, kind: &ActivityType, ids: &[DocId], at: usize) {
        let open = self.open == Some(kind.id);
        let records = cx.records;
        let next = kind.next.map(|next| format::activity_type(records.activity_type(next)));
        let then = match (next, kind.triggers()) {
            (Some(next), Some(_)) => Some(tr!("then plans {}", next)),
            (Some(next), None) => Some(tr!("then suggests {}", next)),
            (None, _) => None,
        };
        let told = [kinds::delay_words(&kind.delay), then];
        let told = told.into_iter().flatten().collect::<Vec<_>>().join(" · ");
        let id = Id::unique(("activity type", kind.id));
        let name = format::activity_type(kind);
        let words = tr!("Type {}", name);
        let response = parts::unfolding(ui, id, &words, open, Sense::click_and_drag(), |ui, row| {
            let p = palette(ui);
            row.icon(icons::DRAG, size::ICON_MEDIUM, p.text3);
            row.gap(10.0);
            row.gap_right(STEPS);
            row.icon(activity_icon(records, kind.id), size::ICON_MEDIUM, p.text2);
            row.gap(8.0).text(&name, type_scale::VALUE, p.text);
            row.gap(8.0).text(&kind.summary, type_scale::SECONDARY, p.text2);
            row.gap(8.0).text(&told, type_scale::SECONDARY, p.text3);
        });
        self.order.row(ui, &response, ids, at, &name);
        if response.clicked() {
            self.open = if open { None } else { Some(kind.id) };
        }
        if self.open == Some(kind.id) {
            self.details(ui, cx, kind);
        }
    }

    fn details(&mut self, ui: &mut Ui, cx: &mut Context, kind: &ActivityType) {
        let record = Record::ActivityType(kind.clone());
        parts::unfolded(ui, |ui| {
            self.forms.rows(ui, cx, &record, &["name", "summary"]);
            kinds::icon(ui, cx, &record);
            self.delays.show(ui, cx, kind.id, &kind.delay);
            let from = |from: &str| kind.delay_from == from || kind.delay_from.is_empty() && from == "today";
            parts::labelled(ui, &tr!("Counted from"), |ui| {
                for (value, words) in
                    [("today", tr!("Today")), ("previous deadline", tr!("The deadline of the one before"))]
                {
                    if ui.add(Button::new(&words).small().selected(from(value))).clicked() && !from(value) {
                        kinds::set(cx, kind.id, "delay_from", value);
                    }
                }
            });
            parts::labelled(ui, &tr!("After it"), |ui| {
                let (name, none) = (tr!("Next activity"), tr!("Nothing follows"));
                if let Some(next) = kinds::choose_type(ui, cx, &name, kind.next, Some(&none)) {
                    kinds::set(cx, kind.id, "next", next);
                }
                let triggers = kind.chaining == "trigger";
                for (value, words) in [("suggest", tr!("Suggest it")), ("trigger", tr!("Plan it at once"))] {
                    let on = triggers == (value == "trigger");
                    if kind.next.is_some() && ui.add(Button::new(&words).small().selected(on)).clicked() && !on {
                        kinds::set(cx, kind.id, "chaining", value);
                    }
                }
            });
            ui.add_space(8.0);
            if parts::trash(ui, cx, kind.id, &format::activity_type(kind)) {
                self.open = None;
            }
        });
    }
}
