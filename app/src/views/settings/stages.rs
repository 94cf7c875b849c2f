//! Stages: in order by dragging or by keys, what each says, merged and removed.

use std::collections::HashMap;

use eframe::egui::{Id, Sense, Ui, pos2, vec2};
use satchel_core::{
    Command, DocId, Kind, Record,
    record::{Records, Stage},
};
use tr::tr;

use super::{
    order::{Move, Order, STEPS},
    parts::{self, Adder, Forms},
};
use crate::{
    design::{icons, palette, size, type_scale},
    shell::Context,
    views::format,
    widgets::{
        Button, Row, chip,
        dialog::{buttons, dialog},
        option,
    },
};

#[derive(Default)]
pub struct Stages {
    open: Option<DocId>,
    forms: Forms,
    add: Adder,
    order: Order,
    ask: Option<Ask>,
    /// How many opportunities stand in each stage, at which revision.
    counts: (Option<u64>, HashMap<DocId, usize>),
}

/// What a person is asked before a stage goes.
struct Ask {
    stage: DocId,
    merge: bool,
    into: Option<DocId>,
}

impl Stages {
    pub fn unfold(&mut self, id: DocId) {
        self.open = Some(id);
    }

    /// What is typed and not saved.
    pub fn unsaved(&self, cx: &mut Context) {
        self.forms.unsaved(cx);
        self.add.unsaved(cx);
    }

    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context) {
        let records = cx.records;
        self.count(records);
        let says = tr!("The columns of the pipeline, from left to right. Drag one to where it belongs.");
        parts::heading(ui, &tr!("Stages"), &says);
        let stages = records.stages_of(None);
        let ids: Vec<DocId> = stages.iter().map(|s| s.id).collect();
        parts::sheet(ui, |ui| {
            for (at, stage) in stages.iter().enumerate() {
                let response = self.row(ui, cx, stage);
                self.order.row(ui, &response, &ids, at, &stage.name);
                if response.clicked() {
                    self.open = if self.open == Some(stage.id) { None } else { Some(stage.id) };
                }
                if self.open == Some(stage.id) {
                    self.details(ui, cx, stage);
                }
            }
        });
        if let Some(Move { id, before }) = self.order.finish(ui) {
            cx.execute(Command::ArrangeStage { id, before });
        }
        if let Some(name) = self.add.show(ui, &tr!("Add stage")) {
            let (id, command) = parts::make(cx, Kind::Stage, name, Vec::new());
            cx.execute(command);
            self.open = Some(id);
        }
        self.ask(ui, cx);
    }

    fn count(&mut self, records: &Records) {
        if self.counts.0 != Some(records.revision) {
            let mut counts: HashMap<DocId, usize> = HashMap::new();
            for o in records.opportunities.values().filter(|o| !o.meta.deleted) {
                if let Some(stage) = records.stage(o) {
                    *counts.entry(stage.id).or_default() += 1;
                }
            }
            self.counts = (Some(records.revision), counts);
        }
    }

    fn row(&self, ui: &mut Ui, cx: &Context, stage: &Stage) -> eframe::egui::Response {
        let count = self.counts.1.get(&stage.id).copied().unwrap_or(0);
        let teams = stage.teams.iter().map(|t| cx.records.name(*t)).collect::<Vec<_>>().join(", ");
        let count = tr!("{count} record" | "{count} records" % count, count = format::thousands(count as u64));
        let words = format!("{}, {count}", stage.name);
        let open = self.open == Some(stage.id);
        let id = Id::unique(("stage", stage.id));
        parts::unfolding(ui, id, &words, open, Sense::click_and_drag(), |ui, row| {
            let p = palette(ui);
            row.icon(icons::DRAG, size::ICON_MEDIUM, p.text3);
            row.gap(10.0);
            row.gap_right(STEPS);
            let cell = row.place_right(vec2(72.0, 18.0));
            Row::new(ui, cell).text_right(&count, type_scale::SECONDARY, p.text3);
            row.gap_right(12.0);
            row.text(&stage.name, type_scale::VALUE, p.text);
            let percent = if stage.is_won { "100".to_owned() } else { stage.probability.to_string() };
            row.gap(8.0).text(&format!("{percent} %"), type_scale::SECONDARY, p.text3);
            let middle = row.middle();
            let mark = |row: &mut Row, text: &str, icon, tone| {
                row.gap(8.0);
                let lies = chip::mark(ui.painter(), pos2(row.left(), middle), icon, text, tone);
                row.gap(lies.width());
            };
            if stage.is_won {
                mark(row, &tr!("won"), Some(icons::WON), p.ok);
            }
            if stage.rotting_days > 0 {
                mark(row, &tr!("rots after {} d", stage.rotting_days), Some(icons::ROTTING), p.old);
            }
            if stage.fold {
                row.gap(8.0).text(&tr!("folded"), type_scale::SECONDARY, p.text3);
            }
            row.gap(8.0).text(&teams, type_scale::SECONDARY, p.text3);
        })
    }

    fn details(&mut self, ui: &mut Ui, cx: &mut Context, stage: &Stage) {
        let record = Record::Stage(stage.clone());
        let wish = parts::unfolded(ui, |ui| {
            self.forms.rows(
                ui,
                cx,
                &record,
                &["name", "probability", "requirements", "rotting_days", "is_won", "fold"],
            );
            parts::teams(ui, cx, &record);
            ui.add_space(8.0);
            let mut wish = None;
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = 6.0;
                if ui.add(Button::new(&tr!("Merge into another…")).small()).clicked() {
                    wish = Some(true);
                }
                if ui.add(Button::danger(&tr!("Remove…")).small().icon(icons::DELETE)).clicked() {
                    wish = Some(false);
                }
            });
            wish
        });
        if let Some(merge) = wish {
            let heirs = cx.records.heirs(stage.id, merge);
            let into = heirs.iter().rfind(|s| (s.sequence, s.id) < (stage.sequence, stage.id)).or(heirs.first());
            self.ask = Some(Ask { stage: stage.id, merge, into: into.map(|s| s.id) });
        }
    }

    fn ask(&mut self, ui: &mut Ui, cx: &mut Context) {
        let Some(ask) = &mut self.ask else { return };
        let records = cx.records;
        let name = records.name(ask.stage).to_owned();
        let count = self.counts.1.get(&ask.stage).copied().unwrap_or(0);
        let heirs = records.heirs(ask.stage, ask.merge);
        let title = if ask.merge { tr!("Merge {} into", name) } else { tr!("Remove {}", name) };
        let says = match (ask.merge, count) {
            (true, _) => tr!("Its records show in the other stage, which serves the teams of both."),
            (false, 0) => tr!("Nothing stands in it."),
            (false, count) => tr!(
                "{count} record stands in it. Where does it go?"
                    | "{count} records stand in it. Where do they go?" % count,
                count = format::thousands(count as u64)
            ),
        };
        let ((done, cancel), closed) = dialog(ui.ctx(), "stage", 400.0, &title, |ui| {
            let p = palette(ui);
            ui.spacing_mut().item_spacing.y = 6.0;
            ui.label(type_scale::BODY.text(says).color(p.text2));
            if ask.merge || count > 0 {
                for stage in &heirs {
                    if option::short(ui, ask.into == Some(stage.id), &stage.name).clicked() {
                        ask.into = Some(stage.id);
                    }
                }
                if heirs.is_empty() {
                    let none = tr!("There is no other stage that they could go to: add one first.");
                    ui.label(type_scale::BODY.text(none).color(p.late.text));
                }
            }
            let also = tr!("What a colleague moves here meanwhile goes there too. Undo brings all of it back.");
            ui.label(type_scale::SECONDARY.text(also).color(p.text3));
            buttons(ui, |ui| {
                ui.spacing_mut().item_spacing.x = 6.0;
                let ready = ask.into.is_some() || !ask.merge && count == 0;
                let words = if ask.merge { tr!("Merge stages") } else { tr!("Remove stage") };
                let button = if ask.merge { Button::primary(&words) } else { Button::danger(&words) };
                let done = ui.add(button.enabled(ready)).clicked() && ready;
                (done, ui.add(Button::new(&tr!("Cancel")).keys("Esc")).clicked())
            })
        });
        if done {
            let (stage, into) = (ask.stage, ask.into);
            cx.execute(match (ask.merge, into) {
                (true, Some(into)) => Command::MergeStages { ids: vec![stage], into },
                _ => Command::RemoveStage { id: stage, into: into.filter(|_| count > 0) },
            });
        }
        if done || cancel || closed {
            self.ask = None;
        }
    }
}
