//! How often the call in hand was tried, and when to try again.

use chrono::{DateTime, Utc};
use eframe::egui::{Rect, Sense, Stroke, StrokeKind, Ui, WidgetInfo, accesskit::Role, pos2, vec2};
use satchel_core::{DocId, record::Call};
use tr::tr;

use super::{
    super::{
        again::{self, Again},
        faces,
    },
    One,
};
use crate::{
    design::{palette, radius, type_scale},
    shell::{Context, Pending},
    views::format,
    widgets::{Button, Line, line, line_right},
};

/// The attempts, read from the history.
#[derive(Default)]
pub(super) struct Tries {
    /// The commit that last touched the call when they were read.
    key: Option<u64>,
    loading: Option<(u64, Pending<Vec<Try>>)>,
    all: Vec<Try>,
}

struct Try {
    at: DateTime<Utc>,
    user: DocId,
    name: String,
}

impl Tries {
    pub(super) fn find(&mut self, cx: &mut Context, call: &Call) {
        if let Some((key, pending)) = self.loading.take() {
            match pending.take() {
                Some(all) => (self.key, self.all) = (Some(key), all),
                None => self.loading = Some((key, pending)),
            }
        }
        let key = call.meta.arrival;
        if self.key == Some(key) || self.loading.is_some() {
            return;
        }
        let id = call.id;
        let pending = cx.background(move |workspace, _| {
            let history = workspace.history(id).unwrap_or_default();
            let tried = history.into_iter().filter(|entry| entry.changes.iter().any(|c| c.field == "tried"));
            let mut all: Vec<Try> =
                tried.map(|entry| Try { at: entry.time, user: entry.user, name: entry.user_name }).collect();
            all.sort_by_key(|tried| tried.at);
            all
        });
        self.loading = Some((key, pending));
    }
}

impl One {
    pub(super) fn suggested(&self, cx: &Context, call: &Call) -> (Vec<Again>, usize) {
        let (all, suggested) = again::suggestions(cx.local(cx.now), call.attempts());
        let chosen = self.again.filter(|at| *at < all.len()).unwrap_or(suggested);
        (all, chosen)
    }

    pub(super) fn chosen(&self, cx: &Context, call: &Call) -> Again {
        let (mut all, chosen) = self.suggested(cx, call);
        all.swap_remove(chosen)
    }

    pub(super) fn boxes(&mut self, ui: &mut Ui, cx: &mut Context, call: &Call) {
        let p = palette(ui);
        let half = (ui.available_width() - 12.0) / 2.0;
        // Where the suggestions do not fit side by side they stand in two rows.
        let height = if half < 384.0 { 112.0 } else { 88.0 };
        let (area, _) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
        let left = Rect::from_min_size(area.min, vec2(half, area.height()));
        let right = Rect::from_min_size(pos2(left.right() + 12.0, area.top()), left.size());
        for rect in [left, right] {
            ui.painter().rect(rect, radius::CARD, p.card, Stroke::new(1.0, p.line), StrokeKind::Inside);
        }
        let inner = left.shrink2(vec2(16.0, 12.0));
        let title = |rect: Rect| Rect::from_min_size(rect.min, vec2(rect.width(), 20.0));
        let head = title(inner);
        let attempts = tr!("Attempts");
        line(ui.painter(), head.left_center(), half, Line::new(&attempts, type_scale::CARD_TITLE, p.text));
        faces::cells(ui, head.right_center(), call.attempts(), if half < 240.0 { 18.0 } else { 26.0 });
        let count = tr!("{n} attempt" | "{n} attempts" % call.attempts());
        ui.interact(head, ui.scope_id().with("attempts"), Sense::hover())
            .widget_info(|| WidgetInfo::labeled(Role::Label, true, &count));
        let mut y = head.bottom() + 12.0;
        if call.attempts() == 0 {
            let none = tr!("Not tried yet.");
            line(ui.painter(), pos2(inner.left(), y), inner.width(), Line::new(&none, type_scale::SECONDARY, p.text3));
        }
        for tried in self.tries.all.iter().rev().take(2) {
            let day = cx.day(cx.environment.day(tried.at));
            let who = if tried.user == cx.user { tr!("you") } else { tried.name.clone() };
            let says = tr!("{day} {time}, no answer, {who}", day, time = format::clock(tried.at, cx.environment), who);
            let rect = line(
                ui.painter(),
                pos2(inner.left(), y),
                inner.width(),
                Line::new(&says, type_scale::SECONDARY, p.text2),
            );
            ui.interact(rect, ui.scope_id().with(("tried", y as i64)), Sense::hover())
                .widget_info(|| WidgetInfo::labeled(Role::Label, true, &says));
            y += 16.0;
        }

        let inner = right.shrink2(vec2(16.0, 12.0));
        let head = title(inner);
        let (title, hint) = (tr!("If not called"), tr!("suggested"));
        line(ui.painter(), head.left_center(), half, Line::new(&title, type_scale::CARD_TITLE, p.text));
        line_right(ui.painter(), head.right_center(), 90.0, Line::new(&hint, type_scale::SECONDARY, p.text3));
        let (all, chosen) = self.suggested(cx, call);
        let row = Rect::from_min_max(pos2(inner.left(), head.bottom() + 8.0), inner.max);
        let mut child = ui.new_child(eframe::egui::UiBuilder::new().max_rect(row));
        child.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = vec2(6.0, 6.0);
            ui.spacing_mut().interact_size.y = 24.0;
            for (at, again) in all.iter().enumerate() {
                let name = match again.at {
                    Some(_) => tr!("If not called, try again: {}", again.says),
                    None => tr!("If not called, do not try again"),
                };
                let button = Button::new(&again.says).name(&name).small().selected(at == chosen);
                if ui.add(button).clicked() {
                    self.again = Some(at);
                }
            }
        });
    }
}
