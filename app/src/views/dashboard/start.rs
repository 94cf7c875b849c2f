//! What stands on the dashboard while there is nothing yet: grey figures as they could be, and ways to begin.

use eframe::egui::{Rect, Ui, UiBuilder};
use satchel_core::{
    Money, demo,
    query::dashboard::{Dashboard, Figure, Performance, ToDo},
};
use tr::tr;

use crate::{
    design::icons,
    shell::{Action, Context, Pending, Say},
    widgets::empty,
};

/// Figures as they could be, of a dashboard that has none.
pub fn figures(board: &Dashboard) -> Option<Dashboard> {
    let figure =
        |like: &Figure, count: usize, amount: i64| Figure { count, amount: Money(amount * 100), ..like.clone() };
    let todo = |like: &ToDo, [today, next, late]: [usize; 3], amount: i64| ToDo {
        today: figure(&like.today, today, 0),
        next_days: figure(&like.next_days, next, amount),
        overdue: figure(&like.overdue, late, 0),
    };
    let performance = |like: &Performance, count: usize, [this, last, target]: [i64; 3]| Performance {
        measure: like.measure,
        this_month: figure(&like.this_month, count, this),
        last_month: figure(&like.last_month, last as usize, last),
        target: Some(target),
    };
    board.is_new.then(|| Dashboard {
        meetings: todo(&board.meetings, [2, 6, 0], 0),
        next_actions: todo(&board.next_actions, [4, 11, 3], 0),
        closings: todo(&board.closings, [0, 8, 2], 214_630),
        done: performance(&board.done, 34, [34, 71, 80]),
        won: performance(&board.won, 3, [53_258, 41_160, 6_000_000]),
        invoiced: performance(&board.invoiced, 3, [44_250, 37_905, 4_000_000]),
        ..board.clone()
    })
}

pub fn show(ui: &mut Ui, cx: &mut Context, area: Rect, sample: &mut Option<Pending<Result<(), String>>>) {
    if let Some(Err(problem)) = sample.as_ref().and_then(Pending::take) {
        cx.actions.push(Action::Say(Say::Refused(problem)));
        *sample = None;
    }
    let mut child = ui.new_child(UiBuilder::new().max_rect(area));
    let title = tr!("This is how it could look");
    let sentence = tr!("The figures above are made up. Yours begin with the first opportunity.");
    let (new, import, load) = (tr!("Create an opportunity"), tr!("Import a file"), tr!("Load sample data"));
    match empty::show(&mut child, icons::DASHBOARD, &title, &sentence, &[&new, &import, &load]) {
        Some(0) => cx.actions.push(Action::New(None)),
        Some(1) => cx.actions.push(Action::Import(Vec::new())),
        Some(_) if sample.is_none() => {
            *sample = Some(cx.background(|workspace, _| demo::populate(workspace).map_err(|e| e.to_string())));
        }
        _ => {}
    }
}
