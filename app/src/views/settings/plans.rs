//! Plans: sequences of activities that are planned on a record in one go.

use eframe::egui::{Id, Sense, Ui};
use satchel_core::{
    Command, DocId, Kind, Record, Value,
    record::{ActivityPlan, ActivityType, PlanStep},
};
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
    widgets::{Button, Row},
};

#[derive(Default)]
pub struct Plans {
    open: Option<DocId>,
    /// The step of it that is unfolded.
    step: Option<DocId>,
    forms: Forms,
    add: Adder,
    add_step: Adder,
    order: Order,
    delays: Delays,
}

impl Plans {
    pub fn unfold(&mut self, id: DocId) {
        self.open = Some(id);
    }

    /// What is typed and not saved.
    pub fn unsaved(&self, cx: &mut Context) {
        self.forms.unsaved(cx);
        self.add.unsaved(cx);
        self.add_step.unsaved(cx);
        self.delays.unsaved(cx);
    }

    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context) {
        let says = tr!("Activities that are planned one after the other, on a record, in one go.");
        parts::heading(ui, &tr!("Activity plans"), &says);
        let live = cx.records.activity_plans.values().filter(|p| !p.meta.deleted && !p.meta.archived);
        let mut plans: Vec<&ActivityPlan> = live.collect();
        plans.sort_by_key(|plan| (plan.name.to_lowercase(), plan.id));
        if !plans.is_empty() {
            parts::sheet(ui, |ui| {
                for plan in plans {
                    self.one(ui, cx, plan);
                }
            });
        }
        if let Some(name) = self.add.show(ui, &tr!("Add plan")) {
            let (id, command) = parts::make(cx, Kind::ActivityPlan, name, Vec::new());
            cx.execute(command);
            (self.open, self.step) = (Some(id), None);
            self.add = Adder::default();
        }
    }

    fn one(&mut self, ui: &mut Ui, cx: &mut Context, plan: &ActivityPlan) {
        let open = self.open == Some(plan.id);
        let count = cx.records.steps_of(plan.id).len();
        let count = tr!("{n} step" | "{n} steps" % count);
        let words = format!("{}, {count}", plan.name);
        let id = Id::unique(("plan", plan.id));
        let response = parts::unfolding(ui, id, &words, open, Sense::click(), |ui, row| {
            let p = palette(ui);
            row.icon(icons::PLAN, size::ICON_MEDIUM, p.text2);
            row.text_right(&count, type_scale::SECONDARY, p.text3);
            row.gap_right(12.0);
            row.gap(10.0).text(&plan.name, type_scale::VALUE, p.text);
        });
        if response.clicked() {
            (self.open, self.step) = (if open { None } else { Some(plan.id) }, None);
        }
        if self.open != Some(plan.id) {
            return;
        }
        let record = Record::ActivityPlan(plan.clone());
        parts::unfolded(ui, |ui| {
            self.forms.rows(ui, cx, &record, &["name"]);
            ui.add_space(8.0);
            self.steps(ui, cx, plan);
            ui.add_space(12.0);
            if parts::trash(ui, cx, plan.id, &plan.name) {
                self.open = None;
            }
        });
    }

    fn steps(&mut self, ui: &mut Ui, cx: &mut Context, plan: &ActivityPlan) {
        let steps = cx.records.steps_of(plan.id);
        let ids: Vec<DocId> = steps.iter().map(|s| s.id).collect();
        ui.label(type_scale::VALUE.text(tr!("Steps")).color(palette(ui).text2));
        ui.add_space(4.0);
        for (at, step) in steps.iter().enumerate() {
            self.step(ui, cx, step, &ids, at);
        }
        if let Some(moved) = self.order.finish(ui) {
            let places: Vec<(DocId, i64)> = steps.iter().map(|s| (s.id, s.sequence)).collect();
            arrange(cx, &places, moved);
        }
        if let Some(name) = self.add_step.show(ui, &tr!("Add step")) {
            let sequence = steps.iter().map(|s| s.sequence).max().unwrap_or(0) + 10;
            let more = vec![
                ("plan", Value::Ref(plan.id)),
                ("type", Value::Ref(ActivityType::TODO)),
                ("sequence", Value::Int(sequence)),
            ];
            let (id, command) = parts::make(cx, Kind::PlanStep, name, more);
            cx.execute(command);
            self.step = Some(id);
        }
    }

    fn step(&mut self, ui: &mut Ui, cx: &mut Context, step: &PlanStep, ids: &[DocId], at: usize) {
        let open = self.step == Some(step.id);
        let records = cx.records;
        let kind = step.r#type.unwrap_or(ActivityType::TODO);
        let when = kinds::delay_words(&step.delay).unwrap_or_else(|| tr!("on the first day"));
        let who = step.user.map_or("", |u| records.name(u));
        let words = tr!("Step {}", step.name);
        let id = Id::unique(("step of a plan", step.id));
        let response = parts::unfolding(ui, id, &words, open, Sense::click_and_drag(), |ui, row| {
            let p = palette(ui);
            row.icon(activity_icon(records, kind), size::ICON_MEDIUM, p.text2);
            row.gap_right(STEPS);
            let cell = row.place_right(eframe::egui::vec2(130.0, 18.0));
            Row::new(ui, cell).text_right(&when, type_scale::SECONDARY, p.text3);
            row.gap_right(12.0);
            row.gap(8.0).text(&step.name, type_scale::VALUE, p.text);
            row.gap(8.0).text(&format::activity_type(records.activity_type(kind)), type_scale::SECONDARY, p.text3);
            row.gap(8.0).text(who, type_scale::SECONDARY, p.text3);
        });
        self.order.row(ui, &response, ids, at, &step.name);
        if response.clicked() {
            self.step = if open { None } else { Some(step.id) };
        }
        if self.step != Some(step.id) {
            return;
        }
        let record = Record::PlanStep(step.clone());
        parts::unfolded(ui, |ui| {
            self.forms.rows(ui, cx, &record, &["name"]);
            parts::labelled(ui, &tr!("Type"), |ui| {
                let name = tr!("Type of the step");
                if let Some(Some(kind)) = kinds::choose_type(ui, cx, &name, Some(kind), None) {
                    kinds::set(cx, step.id, "type", kind);
                }
            });
            self.delays.show(ui, cx, step.id, &step.delay);
            self.forms.rows(ui, cx, &record, &["note", "user"]);
            parts::note(
                ui,
                &tr!("Counted from the day on which the plan is applied. Without a person it is for the salesperson."),
            );
            ui.add_space(6.0);
            let (words, name) = (tr!("Remove the step"), tr!("Remove the step {}", step.name));
            if ui.add(Button::new(&words).small().name(&name)).clicked() {
                cx.execute(Command::Trash { ids: vec![step.id] });
                self.step = None;
            }
        });
    }
}
