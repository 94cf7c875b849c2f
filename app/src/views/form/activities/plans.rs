//! Plans: all their activities scheduled in one go.

use eframe::egui::{Popup, ScrollArea, Ui};
use satchel_core::{Command, DocId, Kind, Records, record::ActivityPlan};
use tr::tr;

use crate::{
    design::icons,
    shell::Context,
    widgets::{Button, menu},
};

/// The live plans that have steps, by name, each with how many.
pub fn live(records: &Records) -> Vec<(&ActivityPlan, usize)> {
    let live = records.activity_plans.values().filter(|p| !p.meta.deleted && !p.meta.archived);
    let mut plans: Vec<_> = live.map(|p| (p, records.steps_of(p.id).len())).filter(|(_, steps)| *steps > 0).collect();
    plans.sort_by_key(|(plan, _)| (plan.name.to_lowercase(), plan.id));
    plans
}

/// What applies a plan to records from today on.
pub fn apply(cx: &Context, plan: DocId, on: Vec<DocId>, user: Option<DocId>) -> Command {
    Command::ApplyPlan { plan, on, id: cx.new_id(Kind::Activity), from: cx.today, user }
}

/// A button with the plans under it; nothing while there are none.
pub fn button(ui: &mut Ui, cx: &mut Context, on: DocId, user: Option<DocId>) {
    let plans = live(cx.records);
    if plans.is_empty() {
        return;
    }
    let button = ui.add(Button::ghost(&tr!("Apply plan…")).icon(icons::PLAN).small());
    let mut chosen = None;
    Popup::menu(&button).gap(4.0).width(260.0).show(|ui| {
        ui.spacing_mut().item_spacing.y = 1.0;
        ScrollArea::vertical().max_height(320.0).show(ui, |ui| {
            for (plan, steps) in plans {
                let words = tr!("{plan}: {n} activity" | "{plan}: {n} activities" % steps, plan = plan.name);
                if menu::item(ui, None, &words, None).clicked() {
                    chosen = Some(plan.id);
                }
            }
        });
    });
    if let Some(plan) = chosen {
        let command = apply(cx, plan, vec![on], user);
        cx.execute(command);
    }
}
