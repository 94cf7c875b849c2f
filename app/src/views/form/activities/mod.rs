//! What is to be done on a record: rows to tick off, snooze or cancel, the line that schedules the next one, plans.

pub mod due;
mod editor;
pub mod finish;
pub mod plans;
mod row;
pub mod snooze;

use std::collections::HashMap;

use eframe::egui::{
    Align, CornerRadius, Frame, Layout, Margin, Rect, Sense, Shape, Stroke, StrokeKind, Ui, UiBuilder,
    epaint::RectShape, pos2, vec2,
};
use satchel_core::{DocId, Record, record::Activity};
use tr::tr;

use self::{
    editor::Editor,
    finish::{Answer, End, Finishing, Suggested},
    snooze::Snooze,
};
use super::chronicle::inner;
use crate::{
    design::{icons, palette, radius, type_scale},
    shell::{Context, UiCommand},
    widgets::{Button, Row},
};

#[derive(Default)]
pub struct Activities {
    record: Option<DocId>,
    begun: Begun,
    /// What was begun on other records waits there.
    elsewhere: HashMap<DocId, Begun>,
    snooze: Snooze,
}

/// What is being typed on one record.
#[derive(Default)]
struct Begun {
    editor: Option<Editor>,
    finishing: Option<Finishing>,
    suggested: Option<Suggested>,
}

impl Begun {
    fn unsaved(&self, on: &str) -> impl Iterator<Item = String> {
        let editor = self.editor.as_ref().and_then(|e| e.unsaved(on));
        let finishing = self.finishing.as_ref().and_then(|f| f.unsaved(on));
        editor.into_iter().chain(finishing)
    }

    fn is_empty(&self) -> bool {
        self.editor.is_none() && self.finishing.is_none()
    }
}

impl Activities {
    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context, record: &Record) {
        self.turn_to(record.id());
        let mut open: Vec<&Activity> = inner(record).0.iter().filter(|a| a.done.is_none()).collect();
        open.sort_by_key(|a| (a.date_deadline, a.id));
        self.head(ui, cx, record, open.len());
        ui.add_space(-4.0);
        self.suggest(ui, cx);
        if open.is_empty() && self.begun.editor.is_none() {
            let text = tr!("Nothing planned: schedule the next step.");
            ui.label(type_scale::BODY.text(text).color(palette(ui).text3));
            return;
        }
        let palette = palette(ui);
        let top = ui.cursor().min;
        let behind = ui.painter().add(Shape::Noop);
        let width = ui.available_width();
        ui.scope(|ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            for (at, activity) in open.iter().enumerate() {
                if at > 0 {
                    let y = ui.cursor().top();
                    ui.painter().hline(top.x + 1.0..=top.x + width - 1.0, y, (1.0, palette.line));
                }
                match &self.begun.editor {
                    Some(editor) if editor.id == Some(activity.id) => self.edit(ui, cx, record),
                    _ => self.row(ui, cx, activity),
                }
            }
            if self.begun.editor.as_ref().is_some_and(|e| e.id.is_none()) {
                if !open.is_empty() {
                    let y = ui.cursor().top();
                    ui.painter().hline(top.x + 1.0..=top.x + width - 1.0, y, (1.0, palette.line));
                }
                self.edit(ui, cx, record);
            }
        });
        let frame = Rect::from_min_max(top, pos2(top.x + width, ui.min_rect().bottom()));
        let corner = CornerRadius::same(radius::CARD);
        let edge = Stroke::new(1.0, palette.line);
        ui.painter().set(behind, RectShape::new(frame, corner, palette.card, edge, StrokeKind::Inside));
    }

    /// What is typed and not added, for who asks before it is lost.
    pub fn unsaved(&self, cx: &mut Context) {
        let here = self.record.map(|id| (id, &self.begun));
        for (id, begun) in self.elsewhere.iter().map(|(id, begun)| (*id, begun)).chain(here) {
            cx.unsaved.extend(begun.unsaved(cx.records.name(id)));
        }
    }

    fn turn_to(&mut self, id: DocId) {
        if self.record == Some(id) {
            return;
        }
        let left = std::mem::replace(&mut self.begun, self.elsewhere.remove(&id).unwrap_or_default());
        let before = self.record.replace(id).filter(|_| !left.is_empty());
        self.elsewhere.extend(before.map(|before| (before, left)));
    }

    fn head(&mut self, ui: &mut Ui, cx: &mut Context, record: &Record, count: usize) {
        let palette = palette(ui);
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 24.0), Sense::hover());
        let mut row = Row::new(ui, rect);
        row.text(&tr!("Next activities"), type_scale::TITLE, palette.text);
        if count > 0 {
            row.gap(8.0).text(&count.to_string(), type_scale::BODY, palette.text3);
        }
        let user = match record {
            Record::Opportunity(o) => o.user,
            Record::Contact(c) => c.user,
            _ => None,
        };
        let builder = UiBuilder::new().max_rect(rect).layout(Layout::right_to_left(Align::Center));
        let mut right = ui.new_child(builder);
        right.spacing_mut().item_spacing.x = 4.0;
        let clicked = right.add(Button::ghost(&tr!("Schedule")).icon(icons::ADD).keys("A").small()).clicked();
        if clicked || UiCommand::Schedule.pressed(ui.ctx()) {
            self.begun.editor = Some(Editor::new(cx, user.or(Some(cx.user))));
        }
        plans::button(&mut right, cx, record.id(), user);
    }

    /// What the type of the last one done suggests.
    fn suggest(&mut self, ui: &mut Ui, cx: &mut Context) {
        let Some(suggested) = self.begun.suggested.as_ref().filter(|s| s.is_due(cx.records)) else { return };
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), Suggested::HEIGHT), Sense::hover());
        let Some(answer) = suggested.show(ui, cx, rect, false) else { return };
        if answer == Answer::Plan {
            let command = suggested.command(cx);
            cx.execute(command);
        }
        self.begun.suggested = None;
    }

    /// What came of it, asked under the row.
    fn feedback(&mut self, ui: &mut Ui, cx: &mut Context, activity: &Activity) {
        let Some(finishing) = self.begun.finishing.as_mut().filter(|f| f.id == activity.id) else { return };
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 38.0), Sense::hover());
        let place = Rect::from_min_max(rect.min + vec2(66.0, -2.0), rect.max - vec2(12.0, 0.0));
        let Some(end) = finishing.show(ui, place) else { return };
        if end == End::Done {
            let command = finishing.command();
            self.begun.suggested = self.record.and_then(|on| Suggested::after(cx, on, activity));
            cx.execute(command);
        }
        self.begun.finishing = None;
    }

    fn edit(&mut self, ui: &mut Ui, cx: &mut Context, record: &Record) {
        let Some(editor) = &mut self.begun.editor else { return };
        let mut outcome = None;
        Frame::new().inner_margin(Margin::symmetric(12, 10)).show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.spacing_mut().item_spacing = vec2(8.0, 8.0);
            outcome = editor.show(ui, cx);
        });
        let command = match outcome {
            Some(true) => editor.command(cx, record.id()),
            Some(false) => None,
            None => return,
        };
        if command.is_some() || outcome == Some(false) {
            self.begun.editor = None;
        }
        if let Some(command) = command {
            cx.execute(command);
        }
    }
}
