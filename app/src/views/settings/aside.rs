//! What is kept and has no effect: what a removed device wrote later, what somebody had no right to write, and what builds on
//! either. One's own that fell through no fault of one's own is offered to be given again.

use std::{collections::HashSet, sync::Arc};

use eframe::egui::{
    Frame, Margin, Rect, Role, ScrollArea, Sense, Stroke, StrokeKind, Ui, UiBuilder, WidgetInfo, pos2, vec2,
};
use satchel_core::{CommitId, DocId, Kind, Workspace, members::Members, workspace::SetAside};
use tr::tr;

use super::parts;
use crate::{
    design::{icons, palette, radius, size, type_scale},
    locale::said,
    shell::{Action, Context, Pending, Say, words},
    views::format,
    widgets::{Button, Row, empty},
};

/// The setting that keeps which of one's own are left as they are: their ids, one after the other.
pub const LEFT: &str = "aside.left";

#[derive(Default)]
pub struct AsidePage {
    key: Option<(u64, u64)>,
    loading: Option<Pending<Result<Loaded, String>>>,
    loaded: Loaded,
    /// The answer to what was given again: how many.
    asked: Option<Pending<Result<usize, String>>>,
}

#[derive(Default)]
struct Loaded {
    all: Vec<SetAside>,
    members: Arc<Members>,
    /// How many changes are of a newer version of the program.
    newer: usize,
    problem: Option<String>,
}

const ROW: f32 = 54.0;

/// Of one's own commands that lost their effect, those that are offered and not left.
pub fn offered(workspace: &Workspace) -> usize {
    let left = left(workspace.setting(LEFT));
    let all = workspace.set_aside().unwrap_or_default();
    all.iter().filter(|one| one.is_offered && !left.contains(&one.commit)).count()
}

fn left(stored: Option<Vec<u8>>) -> HashSet<CommitId> {
    let stored = stored.unwrap_or_default();
    let (ids, _) = stored.as_chunks::<32>();
    ids.iter().map(|id| CommitId(*id)).collect()
}

impl AsidePage {
    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context) {
        self.refresh(cx);
        let all = &self.loaded.all;
        if all.is_empty() && self.loaded.newer == 0 && self.loaded.problem.is_none() {
            let says = tr!("What a removed device wrote later, or somebody had no right to write, would stand here.");
            empty::show(ui, icons::CHECK_CIRCLE, &tr!("Everything has its effect"), &says, &[]);
            return;
        }
        let left = left((cx.setting)(LEFT));
        let offered: Vec<CommitId> =
            all.iter().rev().filter(|o| o.is_offered && !left.contains(&o.commit)).map(|o| o.commit).collect();
        let mut again = Vec::new();
        let mut leave = Vec::new();
        let bottom = ui.max_rect().bottom();
        let margin = Margin { left: 8, right: size::VIEW_MARGIN as i8, top: 0, bottom: 16 };
        Frame::new().inner_margin(margin).show(ui, |ui| {
            ui.set_max_width(super::WIDTH.min(ui.available_width()));
            ui.spacing_mut().item_spacing.y = 0.0;
            let says = tr!(
                "Kept and passed on, but without effect: written on a device after its removal, without the right to it, or on top of such a change. Newest first."
            );
            parts::heading(ui, &tr!("Set aside"), &says);
            if let Some(problem) = &self.loaded.problem {
                ui.label(type_scale::BODY.text(format::capital(problem)).color(palette(ui).late.text));
            }
            if self.loaded.newer > 0 {
                told(ui, self.loaded.newer);
            }
            if all.is_empty() {
                return;
            }
            if !offered.is_empty() {
                let busy = self.asked.is_some();
                match own(ui, offered.len(), busy) {
                    Some(true) => again.clone_from(&offered),
                    Some(false) => leave.clone_from(&offered),
                    None => {}
                }
            }
            let p = palette(ui);
            let corner = ui.cursor().min;
            let wanted = ROW * all.len() as f32 + 2.0;
            let height = (bottom - 16.0 - corner.y).min(wanted).max(ROW);
            let outer = Rect::from_min_size(corner, vec2(ui.available_width(), height));
            ui.painter().rect(outer, radius::CARD, p.card, Stroke::new(1.0, p.line), StrokeKind::Inside);
            let mut child = ui.new_child(UiBuilder::new().max_rect(outer.shrink(1.0)).id_salt("aside"));
            child.spacing_mut().item_spacing.y = 0.0;
            ScrollArea::vertical().auto_shrink(false).show_rows(&mut child, ROW, all.len(), |ui, rows| {
                for one in &all[rows] {
                    // What is left as it is may be given again later on.
                    let offered = one.is_offered && self.asked.is_none();
                    if line(ui, cx, one, &self.loaded.members, offered) {
                        again.push(one.commit);
                    }
                }
            });
            ui.allocate_rect(outer, Sense::hover());
        });
        if !again.is_empty() {
            self.give(cx, again);
        }
        if !leave.is_empty() {
            let kept = left.into_iter().chain(leave).flat_map(|id| id.0).collect();
            cx.actions.push(Action::Keep(LEFT.to_owned(), kept));
        }
    }

    fn refresh(&mut self, cx: &mut Context) {
        if let Some(result) = self.loading.as_ref().and_then(Pending::take) {
            self.loading = None;
            self.loaded = result.unwrap_or_else(|why| Loaded { problem: Some(why), ..Loaded::default() });
        }
        if let Some(result) = self.asked.as_ref().and_then(Pending::take) {
            self.asked = None;
            self.key = None;
            cx.actions.push(Action::Say(match result {
                Ok(n) => Say::Done(tr!("{n} change given again" | "{n} changes given again" % n)),
                Err(why) => Say::Refused(why),
            }));
        }
        let key = Some((cx.aside_turns, cx.records.revision));
        if self.key != key && self.loading.is_none() {
            self.key = key;
            self.loading = Some(cx.background(|workspace, _| {
                let all = workspace.set_aside().map_err(|why| said(&why.message()))?;
                let newer = workspace.newer().map_err(|why| said(&why.message()))?;
                Ok(Loaded { all, members: workspace.members(), newer, problem: None })
            }));
        }
    }

    /// Gives them again, in the order given.
    fn give(&mut self, cx: &mut Context, commits: Vec<CommitId>) {
        self.asked = Some(cx.background(move |workspace, progress| {
            let all = commits.len();
            for (at, commit) in commits.into_iter().enumerate() {
                progress.set(at, all);
                workspace.again(commit).map_err(|why| said(&why.message()))?;
            }
            Ok(all)
        }));
    }
}

/// That a newer version wrote what this one does not wholly understand.
fn told(ui: &mut Ui, n: usize) {
    let p = palette(ui);
    let frame = Frame::new().fill(p.due.soft).stroke(Stroke::new(1.0, p.line)).corner_radius(radius::CARD);
    frame.inner_margin(Margin::symmetric(16, 12)).show(ui, |ui| {
        ui.set_width(ui.available_width());
        let says = tr!(
            "{n} change was made by a newer version of Satchel. It is kept and passed on, and counts as far as this version understands it: update to see the rest."
                | "{n} changes were made by a newer version of Satchel. They are kept and passed on, and count as far as this version understands them: update to see the rest."
                % n
        );
        ui.label(type_scale::BODY.text(says).color(p.text));
    });
    ui.add_space(12.0);
}

/// What is offered, in one box over the list. True to give all again, false to leave them.
fn own(ui: &mut Ui, n: usize, busy: bool) -> Option<bool> {
    let p = palette(ui);
    let mut wanted = None;
    let frame = Frame::new().fill(p.two.soft).stroke(Stroke::new(1.0, p.line)).corner_radius(radius::CARD);
    frame.inner_margin(Margin::symmetric(16, 12)).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.spacing_mut().item_spacing.y = 8.0;
        let says = tr!(
            "{n} change of yours lost its effect through no fault of yours. It can be given again: what it wrote is then written again, as a new change."
                | "{n} changes of yours lost their effect through no fault of yours. They can be given again: what they wrote is then written again, as new changes."
                % n
        );
        ui.label(type_scale::BODY.text(says).color(p.text));
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 6.0;
            if ui.add(Button::primary(&tr!("Give all again")).icon(icons::REDO).enabled(!busy)).clicked() {
                wanted = Some(true);
            }
            if ui.add(Button::new(&tr!("Leave them")).enabled(!busy)).clicked() {
                wanted = Some(false);
            }
        });
    });
    ui.add_space(12.0);
    wanted
}

/// True where it is to be given again.
fn line(ui: &mut Ui, cx: &mut Context, one: &SetAside, members: &Members, offered: bool) -> bool {
    let p = palette(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
    let what = words::of_history(&one.label);
    let touched = touched(cx, &one.docs);
    let reason = format::capital(&said(&one.reason));
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("{what}, {touched}: {reason}")));
    response.on_hover_text(&reason);
    ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, Stroke::new(1.0, p.line));
    let inner = rect.shrink2(vec2(16.0, 0.0));
    let mut right = inner.right();
    let mut button = |ui: &mut Ui, width: f32, button: Button| {
        let place = Rect::from_min_size(
            pos2(right - width, rect.center().y - size::CONTROL_SMALL / 2.0),
            vec2(width, size::CONTROL_SMALL),
        );
        right -= width + 6.0;
        ui.new_child(UiBuilder::new().max_rect(place)).add(button.width(width)).clicked()
    };
    let mut again = false;
    if offered {
        let (words, name) = (tr!("Give again"), tr!("Give again: {}", what));
        again = button(ui, 108.0, Button::new(&words).small().icon(icons::REDO).name(&name));
    }
    if let Some(id) = one.docs.iter().copied().find(|id| has_page(cx, *id)) {
        let (words, name) = (tr!("Open"), tr!("Open {}", cx.records.name(id)));
        if button(ui, 64.0, Button::ghost(&words).small().name(&name)) {
            cx.actions.push(Action::show(id));
        }
    }
    let lines = Rect::from_min_max(inner.min, pos2(right - 6.0, inner.bottom()));
    let mut top = Row::new(ui, Rect::from_min_size(lines.min + vec2(0.0, 8.0), vec2(lines.width(), 18.0)));
    top.text(&what, type_scale::VALUE, p.text);
    top.gap(8.0).text(&touched, type_scale::BODY, p.text2);
    let device = members.devices.get(&one.device).map_or("", |d| d.name.as_str());
    let when = format::moment(one.time, cx.environment);
    let who = cx.records.name(one.user);
    let mut foot = Row::new(ui, Rect::from_min_size(lines.min + vec2(0.0, 28.0), vec2(lines.width(), 16.0)));
    foot.text(&format!("{who}, {device} · {when}"), type_scale::SECONDARY, p.text3);
    foot.gap(8.0).text(&reason, type_scale::SECONDARY, p.due.text);
    again
}

/// Which records a change was of: their names, as far as they are here.
fn touched(cx: &Context, docs: &[DocId]) -> String {
    let mut names: Vec<&str> = docs.iter().map(|id| cx.records.name(*id)).filter(|name| !name.is_empty()).collect();
    names.dedup();
    let shown = names.iter().take(2).copied().collect::<Vec<_>>().join(", ");
    match (shown.is_empty(), docs.len() - names.len().min(2)) {
        (_, 0) => shown,
        (true, n) => tr!("{n} record that is not here" | "{n} records that are not here" % n),
        (false, n) => tr!("{names} and {n} more" | "{names} and {n} more" % n, names = shown),
    }
}

fn has_page(cx: &Context, id: DocId) -> bool {
    let shown = matches!(
        id.kind(),
        Kind::Opportunity
            | Kind::Contact
            | Kind::Meeting
            | Kind::Call
            | Kind::Product
            | Kind::Quotation
            | Kind::Invoice
    );
    shown && cx.records.meta(id).is_some_and(|meta| !meta.deleted)
}
