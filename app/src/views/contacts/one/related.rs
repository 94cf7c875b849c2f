//! The opportunities and the people of a contact.

use eframe::egui::{Align, CornerRadius, Layout, Rect, Role, Sense, Ui, UiBuilder, WidgetInfo, pos2, vec2};
use satchel_core::{
    Command, DocId, Money, Value,
    record::{Contact, Opportunity, WonStatus},
};
use tr::tr;

use super::One;
use crate::{
    design::{Icon, icons, palette, radius, type_scale},
    shell::{Context, Page},
    views::format,
    widgets::{Button, Row, chip},
};

/// How many rows of a list are shown at first, and at most.
pub(super) const ROWS: usize = 12;
const MOST: usize = 1_000;

/// What points to the contact, worked out when the records change.
#[derive(Default)]
pub(super) struct Related {
    key: Option<(DocId, u64)>,
    opportunities: Vec<DocId>,
    people: Vec<DocId>,
    open: Money,
    won: Money,
}

impl Related {
    /// True when another contact was turned to.
    pub(super) fn find(&mut self, cx: &Context, contact: &Contact) -> bool {
        let key = Some((contact.id, cx.records.revision));
        if self.key == key {
            return false;
        }
        let turned = self.key.is_none_or(|(id, _)| id != contact.id);
        let records = cx.records;
        let live = |o: &&Opportunity| o.partner == Some(contact.id) && !o.meta.deleted;
        let mut found: Vec<&Opportunity> = records.opportunities.values().filter(live).collect();
        let rank = |o: &Opportunity| match records.won_status(o) {
            WonStatus::Pending => 0,
            WonStatus::Won => 1,
            WonStatus::Lost => 2,
        };
        found.sort_by_key(|o| (rank(o), std::cmp::Reverse(o.expected_revenue), o.id));
        let sum = |status: WonStatus| {
            found.iter().filter(|o| records.won_status(o) == status).map(|o| o.expected_revenue).sum::<Money>()
        };
        let mut people: Vec<&Contact> =
            records.contacts.values().filter(|c| c.parent == Some(contact.id) && !c.meta.deleted).collect();
        people.sort_by_key(|c| (c.name.to_lowercase(), c.id));
        *self = Related {
            key,
            open: sum(WonStatus::Pending),
            won: sum(WonStatus::Won),
            opportunities: found.iter().map(|o| o.id).collect(),
            people: people.iter().map(|c| c.id).collect(),
        };
        turned
    }
}

impl One {
    pub(super) fn opportunities(&mut self, ui: &mut Ui, cx: &mut Context, contact: &Contact) {
        let palette = palette(ui);
        let count = self.related.opportunities.len();
        let detail = match (self.related.open, self.related.won) {
            (Money(0), Money(0)) => String::new(),
            (open, Money(0)) => tr!("{} open", cx.money(open)),
            (Money(0), won) => tr!("{} won", cx.money(won)),
            (open, won) => tr!("{open} open · {won} won", open = cx.money(open), won = cx.money(won)),
        };
        let new = heading(ui, &tr!("Opportunities"), count, &detail, Some((&tr!("New opportunity"), icons::ADD)));
        if new {
            let id = cx.new_id(satchel_core::Kind::Opportunity);
            let fields = vec![
                ("name".to_owned(), Value::Text(contact.name.clone())),
                ("partner".to_owned(), Value::Ref(contact.id)),
            ];
            cx.execute(Command::Create { id, fields });
            cx.open(Page::Opportunity(id));
        }
        if count == 0 {
            return;
        }
        let records = cx.records;
        let ids: Vec<DocId> = self.related.opportunities.iter().take(self.most).copied().collect();
        let clicked = rows(
            ui,
            &ids,
            |id| records.name(id).to_owned(),
            |ui, row, id| {
                let Some(opportunity) = records.opportunities.get(&id) else { return };
                let money = format::money(opportunity.expected_revenue, format::currency(records));
                let cell = row.place_right(vec2(96.0, 18.0));
                Row::new(ui, cell).text_right(&money, type_scale::VALUE, palette.text);
                row.gap_right(16.0);
                let (text, color) = match records.won_status(opportunity) {
                    WonStatus::Won => (tr!("Won"), palette.ok.text),
                    WonStatus::Lost => (tr!("Lost"), palette.late.text),
                    WonStatus::Pending => {
                        (records.stage(opportunity).map_or_else(String::new, |s| s.name.clone()), palette.text2)
                    }
                };
                let cell = row.place_right(vec2(96.0, 18.0));
                Row::new(ui, cell).text(&text, type_scale::SECONDARY.medium(), color);
                row.gap_right(16.0);
                if !opportunity.meta.conflicts.is_empty() {
                    let at = pos2(row.right(), row.middle());
                    let mark = chip::mark_right(ui.painter(), at, Some(icons::CONFLICT), &tr!("2 values"), palette.two);
                    row.gap_right(mark.width() + 8.0);
                }
                row.text(&opportunity.name, type_scale::VALUE, palette.text);
                let user = opportunity.user.map_or("", |u| records.name(u));
                row.gap(10.0).text(user, type_scale::SECONDARY, palette.text3);
            },
        );
        self.more(ui, count);
        if let Some(id) = clicked {
            cx.open(Page::Opportunity(id));
        }
    }

    pub(super) fn people(&mut self, ui: &mut Ui, cx: &mut Context, contact: &Contact) -> Option<DocId> {
        if !contact.is_company && self.related.people.is_empty() {
            return None;
        }
        let palette = palette(ui);
        let count = self.related.people.len();
        let new = heading(ui, &tr!("People"), count, "", Some((&tr!("Add person"), icons::PERSON_ADD)));
        let records = cx.records;
        let ids: Vec<DocId> = self.related.people.iter().take(self.most).copied().collect();
        let clicked = rows(
            ui,
            &ids,
            |id| records.name(id).to_owned(),
            |_, row, id| {
                let Some(person) = records.contacts.get(&id) else { return };
                row.text_right(&person.phone, type_scale::SECONDARY, palette.text2);
                row.gap_right(16.0);
                row.text_right(&person.email, type_scale::SECONDARY, palette.text2);
                row.gap_right(16.0);
                row.text(&person.name, type_scale::VALUE, palette.text);
                row.gap(10.0).text(&person.function, type_scale::SECONDARY, palette.text3);
            },
        );
        self.more(ui, count);
        if let Some(id) = clicked {
            cx.open(Page::Contact(id));
        }
        new.then_some(contact.id)
    }

    /// Unfolds what is left of a list.
    fn more(&mut self, ui: &mut Ui, count: usize) {
        if count > self.most {
            ui.add_space(-8.0);
            if ui.add(Button::ghost(&tr!("Show {} more", count - self.most)).small()).clicked() {
                self.most = MOST;
            }
        }
    }
}

/// A section's title with what can be added to it. True when that was clicked.
fn heading(ui: &mut Ui, title: &str, count: usize, detail: &str, add: Option<(&str, Icon)>) -> bool {
    let palette = palette(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 24.0), Sense::hover());
    let mut row = Row::new(ui, rect);
    row.text(title, type_scale::TITLE, palette.text);
    if count > 0 {
        row.gap(8.0).text(&count.to_string(), type_scale::BODY, palette.text3);
    }
    row.gap(12.0).text(detail, type_scale::SECONDARY, palette.text2);
    let mut right = ui.new_child(UiBuilder::new().max_rect(rect).layout(Layout::right_to_left(Align::Center)));
    let clicked = add.is_some_and(|(text, icon)| right.add(Button::ghost(text).icon(icon).small()).clicked());
    ui.add_space(-4.0);
    clicked
}

/// Rows in a box, each of which opens something.
fn rows(
    ui: &mut Ui,
    ids: &[DocId],
    name: impl Fn(DocId) -> String,
    mut draw: impl FnMut(&Ui, &mut Row, DocId),
) -> Option<DocId> {
    if ids.is_empty() {
        return None;
    }
    let palette = palette(ui);
    const HEIGHT: f32 = 34.0;
    let (frame, _) = ui.allocate_exact_size(vec2(ui.available_width(), HEIGHT * ids.len() as f32), Sense::hover());
    let corner = CornerRadius::same(radius::CARD);
    let line = eframe::egui::Stroke::new(1.0, palette.line);
    ui.painter().rect(frame, corner, palette.card, line, eframe::egui::StrokeKind::Inside);
    let mut clicked = None;
    for (at, id) in ids.iter().enumerate() {
        let rect = Rect::from_min_size(frame.min + vec2(0.0, at as f32 * HEIGHT), vec2(frame.width(), HEIGHT));
        let response = ui.interact(rect, ui.scope_id().with(("row", *id)), Sense::click());
        response.widget_info(|| WidgetInfo::labeled(Role::Link, true, name(*id)));
        if response.hovered() || response.has_focus() {
            ui.painter().rect_filled(rect.shrink(1.0), corner, palette.hover);
        }
        if at > 0 {
            ui.painter().hline(rect.left() + 1.0..=rect.right() - 1.0, rect.top(), (1.0, palette.line));
        }
        draw(ui, &mut Row::new(ui, rect.shrink2(vec2(12.0, 0.0))), *id);
        if response.on_hover_cursor(eframe::egui::CursorIcon::PointingHand).clicked() {
            clicked = Some(*id);
        }
    }
    clicked
}
