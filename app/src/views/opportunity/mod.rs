//! One opportunity: its form, its activities and its timeline.

mod fields;
mod figures;
mod head;

use std::collections::BTreeSet;

use eframe::egui::{self, CornerRadius, Rect, Role, ScrollArea, Sense, Ui, UiBuilder, WidgetInfo, pos2, vec2};
use satchel_core::{DocId, Record, record::Opportunity};

use super::form::{Form, activities::Activities, chronicle::Chronicle, conflict, tags::TagPicker};
use crate::{
    design::{icons, palette, radius, size, type_scale},
    shell::{Context, Page, UiCommand},
    widgets::{Row, empty},
};

/// Below this width of the window the timeline lies under a tab.
const TABBED_BELOW: f32 = 1300.0;

#[derive(Default)]
pub struct OpportunityView {
    form: Form,
    tags: TagPicker,
    activities: Activities,
    chronicle: Chronicle,
    /// Fields whose conflict the person wants to decide later.
    later: BTreeSet<(DocId, String)>,
    more: bool,
    beside: bool,
    place: head::Place,
}

impl OpportunityView {
    /// Breadcrumb, position among its neighbours, and what can be done with the whole of it.
    pub fn top_bar(&mut self, id: DocId, ui: &mut Ui, cx: &mut Context) {
        let records = cx.records;
        let Some(opportunity) = records.opportunities.get(&id) else { return };
        self.place.find(records, opportunity);
        head::top_bar(ui, cx, opportunity, &self.place, self.form.status());
    }

    /// The id may change from frame to frame: another one was opened.
    pub fn show(&mut self, id: DocId, ui: &mut Ui, cx: &mut Context) {
        let records = cx.records;
        let Some(opportunity) = records.opportunities.get(&id) else {
            let button = ["Back to the pipeline"];
            let gone = "It may not have arrived from a colleague’s device yet.";
            if empty::show(ui, icons::PIPELINE, "This opportunity is not here", gone, &button).is_some() {
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
        if window >= TABBED_BELOW {
            let split = area.right() - size::TIMELINE;
            let left = Rect::from_min_max(area.min, pos2(split, area.bottom()));
            let right = Rect::from_min_max(pos2(split, area.top()), area.max);
            self.sheet(ui, cx, opportunity, &record, left);
            self.side(ui, cx, &record, right);
        } else {
            let tabs = Rect::from_min_size(area.min, vec2(area.width(), 38.0));
            self.switch(ui, tabs);
            let body = Rect::from_min_max(pos2(area.left(), tabs.bottom()), area.max);
            match self.beside {
                true => self.side(ui, cx, &record, body),
                false => self.sheet(ui, cx, opportunity, &record, body),
            }
        }
        ui.advance_cursor_after_rect(area);
    }

    /// Details or timeline, where both do not fit.
    fn switch(&mut self, ui: &mut Ui, rect: Rect) {
        let palette = palette(ui);
        let mut row = Row::new(ui, rect.shrink2(vec2(28.0, 0.0)));
        for (beside, title) in [(false, "Details"), (true, "Timeline and notes")] {
            let on = self.beside == beside;
            let text = row.text(title, type_scale::VALUE, if on { palette.text } else { palette.text2 });
            let tab = Rect::from_x_y_ranges(text.x_range(), rect.y_range());
            let response = ui.interact(tab.expand2(vec2(6.0, 0.0)), ui.scope_id().with(title), Sense::click());
            response.widget_info(|| WidgetInfo::selected(Role::Tab, true, on, title));
            if on || response.hovered() || response.has_focus() {
                let color = if on { palette.accent } else { palette.line2 };
                ui.painter().hline(text.x_range(), rect.bottom() - 1.0, (2.0, color));
            }
            if response.clicked() {
                self.beside = beside;
            }
            row.gap(20.0);
        }
        ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, (1.0, palette.line));
    }

    fn side(&mut self, ui: &mut Ui, cx: &mut Context, record: &Record, rect: Rect) {
        let palette = palette(ui);
        ui.painter().rect_filled(rect, 0, palette.card);
        ui.painter().vline(rect.left() + 0.5, rect.y_range(), (1.0, palette.line));
        let rect = Rect::from_min_max(rect.min + vec2(1.0, 0.0), rect.max);
        let mut child = ui.new_child(UiBuilder::new().max_rect(rect).id_salt("side"));
        child.set_clip_rect(rect.intersect(ui.clip_rect()));
        child.spacing_mut().item_spacing.y = 6.0;
        self.chronicle.show(&mut child, cx, record);
    }

    fn sheet(&mut self, ui: &mut Ui, cx: &mut Context, opportunity: &Opportunity, record: &Record, rect: Rect) {
        let mut child = ui.new_child(UiBuilder::new().max_rect(rect).id_salt("sheet"));
        child.set_clip_rect(rect.intersect(ui.clip_rect()));
        ScrollArea::vertical().id_salt("sheet").auto_shrink(false).show(&mut child, |ui| {
            let inner = Rect::from_min_max(
                ui.cursor().min + vec2(28.0, 16.0),
                pos2(ui.max_rect().right() - 24.0, f32::INFINITY),
            );
            let mut page = ui.new_child(UiBuilder::new().max_rect(inner));
            page.set_max_width(inner.width().min(1200.0));
            page.spacing_mut().item_spacing.y = 14.0;
            self.contents(&mut page, cx, opportunity, record);
            let end = page.min_rect().bottom() + 28.0;
            ui.allocate_rect(Rect::from_min_max(ui.cursor().min, pos2(ui.max_rect().right(), end)), Sense::hover());
        });
    }

    fn contents(&mut self, ui: &mut Ui, cx: &mut Context, opportunity: &Opportunity, record: &Record) {
        head::title(ui, cx, &mut self.form, &mut self.tags, opportunity, record);
        head::stages(ui, cx, opportunity);
        figures::show(ui, cx, &mut self.form, opportunity, record);
        let decide = fields::show(ui, cx, &mut self.form, opportunity, record, &mut self.more);
        if let Some(field) = decide {
            self.later.remove(&(opportunity.id, field));
        }
        let conflicts = self.chronicle.conflicts().to_vec();
        for found in conflicts {
            let key = (found.id, found.field.clone());
            if !self.later.contains(&key) && conflict::panel(ui, cx, &found) {
                self.later.insert(key);
            }
        }
        self.activities.show(ui, cx, record);
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
