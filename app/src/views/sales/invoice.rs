//! An invoice: a draft that follows its order, then posted and as it was, paid, refunded.

use eframe::egui::{Popup, Role, Sense, Ui, WidgetInfo, vec2};
use satchel_core::{
    Command, DocId, Record,
    command::SaleStep,
    record::{Invoice, taxes},
};
use tr::tr;

use super::{
    ask::{self, Ask},
    lines::{self, Read},
    printing::Printing,
    related::{self, Related},
    step::{self, Step},
    top, totals,
};
use crate::{
    design::{icons, palette, tokens::Tone, type_scale},
    shell::{Action, Context, Page, UiCommand},
    views::{
        form::{Form, columns::Columns, page},
        format,
    },
    widgets::{Button, Row, chip, empty, icon_button, menu},
};

#[derive(Default)]
pub struct InvoicePage {
    form: Form,
    refunds: Related,
    step: Step,
    ask: Option<Ask>,
    printing: Option<Printing>,
    missing: u8,
}

const PATIENCE: u8 = 20;

impl InvoicePage {
    /// What is typed and not saved.
    pub fn unsaved(&self, cx: &mut Context) {
        self.form.unsaved(cx);
        self.ask.iter().for_each(|ask| ask.unsaved(cx));
        self.printing.iter().for_each(|printing| printing.unsaved(cx));
    }

    pub fn top_bar(&mut self, id: DocId, ui: &mut Ui, cx: &mut Context) {
        let invoice = cx.records.invoices.get(&id);
        let title = invoice.map(related::title).unwrap_or_default();
        let status = self.form.status();
        top::bar(ui, cx, (Page::Invoices, UiCommand::Invoices), &title, status, |ui, cx| {
            if let Some(invoice) = invoice {
                self.actions(ui, cx, invoice);
            }
        });
    }

    pub fn show(&mut self, id: DocId, ui: &mut Ui, cx: &mut Context) {
        let Some(invoice) = cx.records.invoices.get(&id) else {
            self.missing = self.missing.saturating_add(1);
            if self.missing < PATIENCE {
                ui.ctx().request_repaint();
                return;
            }
            let (title, back) = (tr!("This invoice is not here"), tr!("Show the invoices"));
            let gone = tr!("It may not have arrived from a colleague’s device yet.");
            if empty::show(ui, icons::INVOICE, &title, &gone, &[&back]).is_some() {
                cx.open(Page::Invoices);
            }
            return;
        };
        self.missing = 0;
        self.form.turn_to(id);
        let area = ui.available_rect_before_wrap();
        page::sheet(ui, area, |ui| self.contents(ui, cx, invoice));
        ui.advance_cursor_after_rect(area);
        if self.ask.as_mut().is_some_and(|ask| ask.show(ui, cx)) {
            self.ask = None;
        }
        if self.printing.as_mut().is_some_and(|printing| printing.show(ui, cx)) {
            self.printing = None;
        }
        let wrong = !self.form.status().1;
        self.step.turn(ui, cx, wrong);
    }

    fn contents(&mut self, ui: &mut Ui, cx: &mut Context, invoice: &Invoice) {
        let record = Record::Invoice(invoice.clone());
        title(ui, cx, invoice);
        banner(ui, cx, invoice);
        self.fields(ui, cx, invoice, &record);
        let frozen = invoice.frozen();
        let rows: Vec<Read> = match (&frozen, invoice.order) {
            (Some(frozen), _) => frozen.lines.iter().map(Read::frozen).collect(),
            (None, Some(order)) if !invoice.is_refund() => {
                cx.records.lines_of(order).into_iter().map(|line| Read::of(cx, line)).collect()
            }
            _ => Vec::new(),
        };
        if !rows.is_empty() {
            lines::table(ui, &rows);
        }
        let by_rate = taxes(rows.iter().map(|row| (row.subtotal, row.tax)));
        totals::show(ui, cx, cx.records.invoice_totals(invoice), &by_rate);
        self.refunds.show(ui, cx, invoice.id, &tr!("Refunds"));
    }

    fn fields(&mut self, ui: &mut Ui, cx: &mut Context, invoice: &Invoice, record: &Record) {
        let is_draft = invoice.posted().is_none();
        let frozen = invoice.frozen();
        let name = |cx: &Context, id: Option<DocId>| id.map_or_else(String::new, |id| cx.records.name(id).to_owned());
        let mut columns = Columns::new(ui);
        let left = &mut columns.left;
        left.spacing_mut().item_spacing.y = 0.0;
        if is_draft {
            self.form.row(left, cx, record, "partner");
        } else {
            let customer = frozen.as_ref().map_or_else(|| name(cx, invoice.partner), |f| f.customer.clone());
            if top::fact(left, &tr!("Customer"), &customer, invoice.partner.is_some()) {
                cx.actions.extend(invoice.partner.map(|id| Action::Open(Page::Contact(id))));
            }
            let address = frozen.as_ref().map(|f| f.address.replace('\n', ", ")).unwrap_or_default();
            top::fact(left, &tr!("Address"), &address, false);
        }
        if top::fact(left, &tr!("Sales order"), &name(cx, invoice.order), invoice.order.is_some()) {
            cx.actions.extend(invoice.order.map(|id| Action::Open(Page::Quotation(id))));
        }
        let opportunity = invoice.opportunity.map(|id| cx.records.head(id));
        if top::fact(left, &tr!("Opportunity"), &name(cx, opportunity), opportunity.is_some()) {
            cx.actions.extend(opportunity.map(|id| Action::Open(Page::Opportunity(id))));
        }
        let right = &mut columns.right;
        right.spacing_mut().item_spacing.y = 0.0;
        if let Some(of) = invoice.refund_of
            && top::fact(right, &tr!("Refund of"), &name(cx, Some(of)), true)
        {
            cx.actions.push(Action::Open(Page::Invoice(of)));
        }
        if is_draft && invoice.is_refund() {
            self.form.row(right, cx, record, "refunded");
        }
        if let Some((day, _)) = invoice.posted() {
            top::fact(right, &tr!("Posted on"), &format::full_day(day), false);
            let paid = invoice.date_paid.map(format::full_day).unwrap_or_default();
            top::fact(right, &tr!("Paid on"), &paid, false);
        }
        if is_draft {
            self.form.row(right, cx, record, "user");
            self.form.row(right, cx, record, "team");
        } else {
            top::fact(right, &tr!("Salesperson"), &name(cx, invoice.user), false);
            top::fact(right, &tr!("Sales team"), &name(cx, invoice.team), false);
        }
        columns.end(ui);
    }

    fn actions(&mut self, ui: &mut Ui, cx: &mut Context, invoice: &Invoice) {
        let id = invoice.id;
        let primary = |ui: &mut Ui, words: &str, icon| {
            ui.add(Button::primary(words).icon(icon).keys("Ctrl ↵")).clicked() || step::pressed(ui)
        };
        if invoice.meta.deleted {
            if primary(ui, &tr!("Restore"), icons::RESTORE) {
                cx.execute(Command::Restore { ids: vec![id] });
            }
            return;
        }
        match invoice.state() {
            "draft" => {
                if primary(ui, &tr!("Post"), icons::LOCK) {
                    self.step.ask(ui, Command::Sale(SaleStep::Post { id }), None);
                }
                self.pdf(ui, cx, id);
                let more = icon_button(ui, icons::MORE, &tr!("More actions"));
                Popup::menu(&more).gap(4.0).width(200.0).show(|ui| {
                    if menu::item(ui, Some(icons::DELETE), &tr!("Move to the trash"), None).clicked() {
                        cx.execute(Command::Trash { ids: vec![id] });
                        cx.actions.push(Action::Back);
                    }
                });
                return;
            }
            "posted" => {
                let words = if invoice.is_refund() { tr!("Register repayment…") } else { tr!("Register payment…") };
                if primary(ui, &words, icons::PAYMENT) {
                    self.ask = Some(Ask::payment(cx, id));
                }
            }
            _ => {}
        }
        if !invoice.is_refund()
            && ask::refundable(cx.records, id).0 > 0
            && ui.add(Button::new(&tr!("Refund…")).icon(icons::UNDO)).clicked()
        {
            self.ask = Some(Ask::refund(cx, id));
        }
        self.pdf(ui, cx, id);
    }

    fn pdf(&mut self, ui: &mut Ui, cx: &Context, id: DocId) {
        if ui.add(Button::new(&tr!("PDF…")).icon(icons::PRINT)).clicked() {
            self.printing = Printing::new(cx, id);
        }
    }
}

fn title(ui: &mut Ui, cx: &Context, invoice: &Invoice) {
    let p = palette(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 30.0), Sense::hover());
    let mut row = Row::new(ui, rect);
    let words = related::title(invoice);
    let title = row.text(&words, type_scale::RECORD_TITLE, p.text);
    let heading = ui.interact(title, ui.scope_id().with("number"), Sense::hover());
    let what = if invoice.is_refund() { tr!("invoice" => "Refund") } else { tr!("Invoice") };
    heading.widget_info(|| WidgetInfo::labeled(Role::Heading, true, format!("{what} {words}")));
    let (state, tone) = related::invoice_state(invoice, p);
    chip::mark(ui.painter(), title.right_center() + vec2(12.0, 1.0), None, &state, tone);
    if let Some(customer) = invoice.partner {
        row.gap(140.0).text_right(cx.records.name(customer), type_scale::TITLE, p.text2);
    }
}

/// How it stands, and why it cannot be changed.
fn banner(ui: &mut Ui, cx: &Context, invoice: &Invoice) {
    let p = palette(ui);
    let accent = Tone { text: p.accent, fill: p.accent, soft: p.asoft };
    let (icon, tone, words) = match (invoice.posted(), invoice.is_refund()) {
        _ if invoice.meta.deleted => (icons::DELETE, p.late, tr!("In the trash: restore it to go on with it.")),
        (None, true) => (
            icons::INFO,
            accent,
            tr!("A draft: say how much is given back, then post it. Posting gives it its number."),
        ),
        (None, false) => (
            icons::INFO,
            accent,
            tr!("A draft: it follows its sales order. Posting gives it its number and keeps it as it is then."),
        ),
        (Some((day, _)), refund) => {
            let day = cx.day(day);
            let words = match (invoice.date_paid.map(|day| cx.day(day)), refund) {
                (_, true) => tr!("Posted on {day}: it stays as it is.", day = day),
                (None, false) => {
                    tr!("Posted on {day}: it stays as it is. What was wrong is given back by a refund.", day = day)
                }
                (Some(paid), false) => tr!(
                    "Posted on {day}, paid on {paid}: it stays as it is. What was wrong is given back by a refund.",
                    day = day,
                    paid = paid
                ),
            };
            (icons::LOCK, Tone { text: p.text2, fill: p.none, soft: p.sunken }, words)
        }
    };
    top::banner(ui, icon, tone, &words);
}
