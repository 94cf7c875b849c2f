//! The quotations, orders and invoices of an opportunity, or the invoices of an order, in rows.

use chrono::NaiveDate;
use eframe::egui::{
    Align, CornerRadius, CursorIcon, Layout, Rect, Role, Sense, Stroke, StrokeKind, Ui, UiBuilder, WidgetInfo, vec2,
};
use satchel_core::{
    DocId, Kind, Record, Records,
    record::{Invoice, Quotation},
};
use tr::tr;

use super::totals::exact;
use crate::{
    design::{Palette, icons, palette, radius, tokens::Tone, type_scale},
    shell::{Action, Context, Page},
    widgets::{Button, Row, chip},
};

const ROW: f32 = 34.0;

/// What was found for a record, worked out once for a revision.
#[derive(Default)]
pub struct Related {
    key: Option<(DocId, u64)>,
    ids: Vec<DocId>,
}

impl Related {
    /// The section on the form of an opportunity.
    pub fn section(&mut self, ui: &mut Ui, cx: &mut Context, opportunity: DocId) {
        self.find(cx.records, opportunity);
        let p = palette(ui);
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 24.0), Sense::hover());
        let mut row = Row::new(ui, rect);
        row.text(&tr!("Quotations and invoices"), type_scale::TITLE, p.text);
        if !self.ids.is_empty() {
            row.gap(8.0).text(&self.ids.len().to_string(), type_scale::BODY, p.text3);
        }
        let mut right = ui.new_child(UiBuilder::new().max_rect(rect).layout(Layout::right_to_left(Align::Center)));
        if right.add(Button::ghost(&tr!("New quotation")).icon(icons::ADD).keys("Q").small()).clicked() {
            super::quote(cx, opportunity);
        }
        if !self.ids.is_empty() {
            ui.add_space(-4.0);
            self.rows(ui, cx);
        }
    }

    /// The rows alone. False where there are none.
    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context, of: DocId, title: &str) -> bool {
        self.find(cx.records, of);
        if self.ids.is_empty() {
            return false;
        }
        let p = palette(ui);
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 24.0), Sense::hover());
        Row::new(ui, rect).text(title, type_scale::TITLE, p.text);
        ui.add_space(-4.0);
        self.rows(ui, cx);
        true
    }

    fn rows(&mut self, ui: &mut Ui, cx: &mut Context) {
        let p = palette(ui);
        let height = ROW * self.ids.len() as f32;
        let (frame, _) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
        let corner = CornerRadius::same(radius::CARD);
        ui.painter().rect(frame, corner, p.card, Stroke::new(1.0, p.line), StrokeKind::Inside);
        for (at, id) in self.ids.iter().enumerate() {
            let rect = Rect::from_min_size(frame.min + vec2(0.0, at as f32 * ROW), vec2(frame.width(), ROW));
            if at > 0 {
                ui.painter().hline(rect.left() + 1.0..=rect.right() - 1.0, rect.top(), (1.0, p.line));
            }
            one(ui, cx, *id, rect);
        }
    }

    fn find(&mut self, records: &Records, of: DocId) {
        let key = Some((of, records.revision));
        if self.key != key {
            self.key = key;
            self.ids = found(records, of);
        }
    }
}

/// The newest first; invoices behind their orders.
fn found(records: &Records, of: DocId) -> Vec<DocId> {
    let is_of = |invoice: &&Invoice| {
        !invoice.meta.deleted
            && match of.kind() {
                Kind::Opportunity => invoice.opportunity.map(|o| records.head(o)) == Some(of),
                Kind::Quotation => invoice.order == Some(of),
                _ => invoice.refund_of == Some(of),
            }
    };
    let quoted = |q: &&Quotation| !q.meta.deleted && q.opportunity.map(|o| records.head(o)) == Some(of);
    let mut quotations: Vec<&Quotation> = records.quotations.values().filter(quoted).collect();
    quotations.sort_by_key(|q| std::cmp::Reverse((q.meta.create_date, q.id)));
    let mut invoices: Vec<&Invoice> = records.invoices.values().filter(is_of).collect();
    invoices.sort_by_key(|i| (i.meta.create_date, i.id));
    let quotations: Vec<DocId> = quotations.into_iter().map(|q| q.id).collect();
    let mut ids = Vec::new();
    for quotation in &quotations {
        ids.push(*quotation);
        ids.extend(invoices.iter().filter(|i| i.order == Some(*quotation)).map(|i| i.id));
    }
    ids.extend(invoices.iter().filter(|i| i.order.is_none_or(|o| !quotations.contains(&o))).map(|i| i.id));
    ids
}

fn one(ui: &mut Ui, cx: &mut Context, id: DocId, rect: Rect) {
    let p = palette(ui);
    let records = cx.records;
    let (icon, number, state, tone, day, total) = match records.get(id) {
        Some(Record::Quotation(q)) => {
            let (state, tone) = quotation_state(cx, &q, p);
            let day = q.date_order.or(q.meta.create_date).map(|t| cx.environment.day(t));
            (icons::QUOTATION, q.name, state, tone, day, records.totals(id).total())
        }
        Some(Record::Invoice(i)) => {
            let (state, tone) = invoice_state(&i, p);
            let day = i.posted().map(|(day, _)| day).or(i.meta.create_date.map(|t| cx.environment.day(t)));
            let icon = if i.is_refund() { icons::UNDO } else { icons::INVOICE };
            (icon, title(&i), state, tone, day, records.invoice_totals(&i).total())
        }
        _ => return,
    };
    let (day, total) = (day.map(|day| cx.day(day)).unwrap_or_default(), exact(cx, total));
    let response = ui.interact(rect, ui.scope_id().with(("of sales", id)), Sense::click());
    let says = format!("{number}, {state}, {day}, {total}");
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &says));
    if response.hovered() || response.has_focus() {
        ui.painter().rect_filled(rect.shrink(1.0), CornerRadius::same(radius::CARD), p.hover);
    }
    let mut row = Row::new(ui, rect.shrink2(vec2(12.0, 0.0)));
    row.icon(icon, 16.0, p.text2);
    row.gap(10.0);
    row.text_right(&total, type_scale::VALUE, p.text);
    row.gap_right(16.0);
    row.text_right(&day, type_scale::SECONDARY, p.text3);
    row.gap_right(16.0);
    let at = row.text(&number, type_scale::VALUE, p.text);
    chip::mark(ui.painter(), at.right_center() + vec2(10.0, 0.0), None, &state, tone);
    if response.on_hover_cursor(CursorIcon::PointingHand).clicked() {
        cx.actions.push(Action::Open(Page::of(id)));
    }
}

/// The number of an invoice; of a draft what it is a draft of, which is kept in English.
pub fn title(invoice: &Invoice) -> String {
    match (invoice.posted(), invoice.name.split_once(" of ")) {
        (None, Some(("Draft", number))) => tr!("Draft of {}", number),
        (None, Some(("Refund", number))) => tr!("Refund of {}", number),
        _ => invoice.name.clone(),
    }
}

fn quiet(p: &Palette) -> Tone {
    Tone { text: p.text2, fill: p.none, soft: p.sunken }
}

/// How a quotation stands.
pub fn quotation_words(quotation: &Quotation, today: NaiveDate) -> String {
    match quotation.state.as_str() {
        "confirmed" => tr!("Sales order"),
        "cancelled" => tr!("quotation" => "Cancelled"),
        _ if quotation.validity.is_some_and(|day| day < today) => tr!("quotation" => "Expired"),
        "sent" => tr!("quotation" => "Sent"),
        _ => tr!("sale" => "Draft"),
    }
}

/// How a quotation stands, in words and colour.
pub fn quotation_state(cx: &Context, quotation: &Quotation, p: &Palette) -> (String, Tone) {
    let expired = quotation.validity.is_some_and(|day| day < cx.today);
    let tone = match quotation.state.as_str() {
        "confirmed" => p.ok,
        "cancelled" => quiet(p),
        _ if expired => p.due,
        "sent" => Tone { text: p.accent, fill: p.accent, soft: p.asoft },
        _ => quiet(p),
    };
    (quotation_words(quotation, cx.today), tone)
}

/// How an invoice stands.
pub fn invoice_words(invoice: &Invoice) -> String {
    match (invoice.state(), invoice.is_refund()) {
        ("paid", false) => tr!("invoice" => "Paid"),
        ("paid", true) => tr!("invoice" => "Paid back"),
        ("posted", false) => tr!("invoice" => "Not paid"),
        ("posted", true) => tr!("invoice" => "Refund"),
        (_, true) => tr!("Draft refund"),
        _ => tr!("sale" => "Draft"),
    }
}

/// How an invoice stands, in words and colour.
pub fn invoice_state(invoice: &Invoice, p: &Palette) -> (String, Tone) {
    let tone = match invoice.state() {
        "paid" => p.ok,
        "posted" => p.due,
        _ => quiet(p),
    };
    (invoice_words(invoice), tone)
}
