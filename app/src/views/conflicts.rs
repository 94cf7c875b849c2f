//! All fields with concurrent values, to be decided.

use eframe::egui::{
    Align, CornerRadius, Frame, Layout, Margin, Rect, ScrollArea, Sense, Stroke, Ui, UiBuilder, pos2, vec2,
};
use satchel_core::{DocId, Kind, workspace::Conflict};

use super::{form::conflict, format};
use crate::{
    design::{icons, palette, radius, size, type_scale},
    shell::{Context, Page, Pending},
    widgets::{Button, Row, empty},
};

#[derive(Default)]
pub struct Conflicts {
    /// The revision of the records for which they were read.
    revision: Option<u64>,
    loading: Option<(u64, Pending<Vec<Conflict>>)>,
    found: Vec<Conflict>,
}

impl Conflicts {
    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context) {
        self.refresh(cx);
        let p = palette(ui);
        let (_, bar) = ui.allocate_space(vec2(ui.available_width(), size::VIEW_BAR));
        let mut row = Row::new(ui, bar.shrink2(vec2(size::VIEW_MARGIN, 0.0)));
        row.text("Conflicts", type_scale::TITLE, p.text);
        let says = match self.found.len() {
            0 => String::new(),
            count => format!("{count} to decide · nothing is lost, all values are kept until you choose"),
        };
        row.gap(10.0).text(&says, type_scale::SECONDARY, p.text3);
        if self.found.is_empty() {
            if self.revision.is_some() {
                let why = "Where two people changed the same field while apart, both values would wait here.";
                empty::show(ui, icons::CONFLICT, "Nothing to decide", why, &[]);
            }
            return;
        }
        let area = ui.available_rect_before_wrap();
        let right = (area.right() - size::VIEW_MARGIN).min(area.left() + size::LIST_MAX);
        let mut child = ui.new_child(UiBuilder::new().max_rect(area));
        ScrollArea::vertical().auto_shrink(false).show(&mut child, |ui| {
            let corner = ui.cursor().min;
            let inner = Rect::from_min_max(corner + vec2(size::VIEW_MARGIN, 0.0), pos2(right, f32::INFINITY));
            let mut list = ui.new_child(UiBuilder::new().max_rect(inner));
            list.spacing_mut().item_spacing.y = 10.0;
            for found in &self.found {
                one(&mut list, cx, found);
            }
            let end = pos2(ui.max_rect().right(), list.min_rect().bottom() + 20.0);
            ui.allocate_rect(Rect::from_min_max(corner, end), Sense::hover());
        });
    }

    fn refresh(&mut self, cx: &mut Context) {
        if let Some((revision, pending)) = self.loading.take() {
            match pending.take() {
                Some(found) => (self.revision, self.found) = (Some(revision), found),
                None => self.loading = Some((revision, pending)),
            }
        }
        if self.revision != Some(cx.records.revision) && self.loading.is_none() {
            let pending = cx.background(|workspace, _| workspace.conflicts(None).unwrap_or_default());
            self.loading = Some((cx.records.revision, pending));
        }
    }
}

fn one(ui: &mut Ui, cx: &mut Context, found: &Conflict) {
    let p = palette(ui);
    let frame = Frame::new()
        .fill(p.card)
        .stroke(Stroke::new(1.0, p.line))
        .corner_radius(CornerRadius::same(radius::CARD))
        .inner_margin(Margin::symmetric(14, 12));
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.spacing_mut().item_spacing.y = 6.0;
        let (head, _) = ui.allocate_exact_size(vec2(ui.available_width(), 24.0), Sense::hover());
        let mut right = ui.new_child(UiBuilder::new().max_rect(head).layout(Layout::right_to_left(Align::Center)));
        let name = format!("Open {}", found.name);
        if right.add(Button::ghost("History").icon(icons::HISTORY).small().name(&name)).clicked()
            && let Some(page) = page(found.id)
        {
            cx.open(page);
        }
        let mut row = Row::new(ui, Rect::from_min_max(head.min, pos2(right.min_rect().left() - 8.0, head.bottom())));
        row.icon(icons::CONFLICT, 16.0, p.two.text);
        row.gap(8.0).text(&conflict::label(found), type_scale::CARD_TITLE, p.text);
        row.gap(8.0).text(&found.name, type_scale::BODY, p.text2);
        row.gap(8.0).text(&customer(cx, found.id), type_scale::BODY, p.text3);
        conflict::values(ui, cx, found, true);
    });
}

fn page(id: DocId) -> Option<Page> {
    match id.kind() {
        Kind::Opportunity => Some(Page::Opportunity(id)),
        Kind::Contact => Some(Page::Contact(id)),
        _ => None,
    }
}

fn customer(cx: &Context, id: DocId) -> String {
    let opportunity = cx.records.opportunities.get(&id);
    let partner = opportunity.and_then(|o| o.partner).map(|p| cx.records.name(p).to_owned());
    partner.or(opportunity.map(|o| format::money(o.expected_revenue, format::currency(cx.records)))).unwrap_or_default()
}
