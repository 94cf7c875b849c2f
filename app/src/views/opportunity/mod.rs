//! One opportunity: its form, its activities and its timeline.

mod fields;
mod figures;
mod head;

use std::collections::BTreeSet;

use eframe::egui::{self, CornerRadius, Rect, Sense, Ui, pos2, vec2};
use satchel_core::{DocId, Record, record::Opportunity};
use tr::tr;

use super::{
    alike::Alike,
    form::{
        Form, activities::Activities, attachments::Attachments, calls::Calls, chronicle::Chronicle, conflict,
        next_meeting::NextMeeting, page, tags::TagPicker,
    },
    sales::Related,
};
use crate::{
    design::{icons, palette, radius, size},
    shell::{Context, Page, UiCommand},
    widgets::empty,
};

#[derive(Default)]
pub struct OpportunityView {
    form: Form,
    tags: TagPicker,
    meeting: NextMeeting,
    activities: Activities,
    attachments: Attachments,
    calls: Calls,
    sales: Related,
    chronicle: Chronicle,
    /// Fields whose conflict the person wants to decide later.
    later: BTreeSet<(DocId, String)>,
    more: bool,
    beside: bool,
    place: head::Place,
    alike: Alike,
}

impl OpportunityView {
    /// Breadcrumb, position among its neighbours, and what can be done with the whole of it. `column` tells the neighbours.
    pub fn top_bar(&mut self, id: DocId, ui: &mut Ui, cx: &mut Context, column: impl FnOnce() -> Vec<DocId>) {
        let records = cx.records;
        let Some(opportunity) = records.opportunities.get(&id) else { return };
        self.place.find(records, id, column);
        head::top_bar(ui, cx, opportunity, &self.place, self.form.status());
    }

    /// What is typed and not saved, also while another page is shown.
    pub fn unsaved(&self, cx: &mut Context) {
        self.form.unsaved(cx);
        self.chronicle.unsaved(cx);
        self.activities.unsaved(cx);
    }

    /// The id may change from frame to frame: another one was opened.
    pub fn show(&mut self, id: DocId, ui: &mut Ui, cx: &mut Context) {
        let records = cx.records;
        let Some(opportunity) = records.opportunities.get(&id) else {
            let button = tr!("Back to the pipeline");
            let gone = tr!("It may not have arrived from a colleague’s device yet.");
            if empty::show(ui, icons::PIPELINE, &tr!("This opportunity is not here"), &gone, &[&button]).is_some() {
                cx.open(Page::Pipeline);
            }
            return;
        };
        let record = Record::Opportunity(opportunity.clone());
        self.form.turn_to(id);
        self.chronicle.refresh(cx, &record);
        head::keys(ui, cx, opportunity, &self.place);

        let area = ui.available_rect_before_wrap();
        let window = ui.ctx().content_rect().width();
        if window >= page::TABBED_BELOW {
            let split = area.right() - size::TIMELINE;
            let left = Rect::from_min_max(area.min, pos2(split, area.bottom()));
            let right = Rect::from_min_max(pos2(split, area.top()), area.max);
            self.sheet(ui, cx, opportunity, &record, left);
            self.side(ui, cx, &record, right);
        } else {
            let tabs = Rect::from_min_size(area.min, vec2(area.width(), 38.0));
            let (details, timeline) = (tr!("Details"), tr!("Timeline and notes"));
            page::tabs(ui, tabs, &mut self.beside, &[(false, &details), (true, &timeline)]);
            let body = Rect::from_min_max(pos2(area.left(), tabs.bottom()), area.max);
            match self.beside {
                true => self.side(ui, cx, &record, body),
                false => self.sheet(ui, cx, opportunity, &record, body),
            }
        }
        ui.advance_cursor_after_rect(area);
    }

    fn side(&mut self, ui: &mut Ui, cx: &mut Context, record: &Record, rect: Rect) {
        let mut child = page::side(ui, rect);
        self.chronicle.show(&mut child, cx, record);
    }

    fn sheet(&mut self, ui: &mut Ui, cx: &mut Context, opportunity: &Opportunity, record: &Record, rect: Rect) {
        page::sheet(ui, rect, |ui| self.contents(ui, cx, opportunity, record));
    }

    fn contents(&mut self, ui: &mut Ui, cx: &mut Context, opportunity: &Opportunity, record: &Record) {
        let parts = (&mut self.tags, &mut self.meeting);
        head::title(ui, cx, &mut self.form, parts, opportunity, record);
        head::stages(ui, cx, opportunity);
        let figure = figures::show(ui, cx, &mut self.form, opportunity, record);
        let field = fields::show(ui, cx, &mut self.form, opportunity, record, &mut self.more);
        if let Some(field) = figure.or(field) {
            self.later.remove(&(opportunity.id, field));
        }
        let conflicts = self.chronicle.conflicts().to_vec();
        for found in conflicts {
            let key = (found.id, found.field.clone());
            if !self.later.contains(&key) && conflict::panel(ui, cx, &found) {
                self.later.insert(key);
            }
        }
        let typed = self.form.typed(&["email_from", "phone", "mobile"]);
        self.alike.panel(ui, cx, record, typed);
        self.activities.show(ui, cx, record);
        let numbers = [&opportunity.phone, &opportunity.mobile];
        let number = numbers.into_iter().find(|number| !number.is_empty()).map_or("", String::as_str);
        self.calls.show(ui, cx, opportunity.id, number);
        if !opportunity.is_lead() {
            self.sales.section(ui, cx, opportunity.id);
        }
        self.attachments.show(ui, cx, record);
        fields::description(ui, cx, &mut self.form, record);
    }
}

/// The keys that act on the whole record, while nobody is typing.
fn pressed(ui: &Ui, command: UiCommand) -> bool {
    command.pressed(ui.ctx())
}

/// A box with an edge, as high as asked; returns where it lies.
fn sheet_box(ui: &mut Ui, height: f32) -> Rect {
    let palette = palette(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
    let corner = CornerRadius::same(radius::CARD);
    ui.painter().rect(rect, corner, palette.card, egui::Stroke::new(1.0, palette.line), egui::StrokeKind::Inside);
    rect
}
