//! The form of a quotation: its customer, its lines, what they come to; and what becomes of it.

use eframe::egui::{Popup, Rect, Sense, Ui, pos2, vec2};
use satchel_core::{
    Command, DocId, Kind, Record,
    command::SaleStep,
    record::{OrderLine, Quotation, taxes},
};
use tr::tr;

use super::{
    lines::{self, Lines, Read},
    printing::Printing,
    related::{self, Related},
    step::{self, Step},
    top, totals,
};
use crate::{
    design::{icons, palette, type_scale},
    shell::{Action, Context, Page, UiCommand},
    views::{
        form::{Form, columns::Columns, def, page},
        format,
    },
    widgets::{
        Button, Row, chip, empty, icon_button, menu,
        stage_bar::{self, Mood, stage_bar},
    },
};

#[derive(Default)]
pub struct QuotationForm {
    form: Form,
    lines: Lines,
    invoices: Related,
    step: Step,
    printing: Option<Printing>,
    /// Of which revision the lines are.
    key: Option<(DocId, u64)>,
    ids: Vec<DocId>,
    /// For how many frames it has not been there: what was just asked for comes with one of the next.
    missing: u8,
}

/// So long a quotation that is not here is waited for.
const PATIENCE: u8 = 20;

impl QuotationForm {
    /// What is typed and not saved.
    pub fn unsaved(&self, cx: &mut Context) {
        self.form.unsaved(cx);
        self.lines.unsaved(cx);
        self.printing.iter().for_each(|printing| printing.unsaved(cx));
    }

    pub fn top_bar(&mut self, id: DocId, ui: &mut Ui, cx: &mut Context) {
        let quotation = cx.records.quotations.get(&id);
        let title = quotation.map_or("", |q| q.name.as_str());
        let status =
            if self.lines.is_wrong() { ("Not saved: see the field marked red", false) } else { self.form.status() };
        let invoices = is_invoiced(cx, id);
        let (step, printing) = (&mut self.step, &mut self.printing);
        top::bar(ui, cx, (Page::Quotations, UiCommand::Quotations), title, status, |ui, cx| {
            if let Some(quotation) = quotation {
                actions(ui, cx, (step, printing), quotation, invoices);
            }
        });
    }

    pub fn show(&mut self, id: DocId, ui: &mut Ui, cx: &mut Context) {
        let records = cx.records;
        let Some(quotation) = records.quotations.get(&id) else {
            self.missing = self.missing.saturating_add(1);
            if self.missing < PATIENCE {
                ui.ctx().request_repaint();
                return;
            }
            let (title, back) = (tr!("This quotation is not here"), tr!("Show quotations and orders"));
            let gone = tr!("It may not have arrived from a colleague’s device yet.");
            if empty::show(ui, icons::QUOTATION, &title, &gone, &[&back]).is_some() {
                cx.open(Page::Quotations);
            }
            return;
        };
        self.missing = 0;
        self.form.turn_to(id);
        if self.key != Some((id, records.revision)) {
            self.key = Some((id, records.revision));
            self.ids = records.lines_of(id).into_iter().map(|line| line.id).collect();
        }
        let area = ui.available_rect_before_wrap();
        page::sheet(ui, area, |ui| self.contents(ui, cx, quotation));
        ui.advance_cursor_after_rect(area);
        if self.printing.as_mut().is_some_and(|printing| printing.show(ui, cx)) {
            self.printing = None;
        }
        let wrong = self.lines.is_wrong() || !self.form.status().1;
        self.step.turn(ui, cx, wrong);
    }

    fn contents(&mut self, ui: &mut Ui, cx: &mut Context, quotation: &Quotation) {
        let (records, id) = (cx.records, quotation.id);
        let record = Record::Quotation(quotation.clone());
        let is_open = matches!(quotation.state.as_str(), "draft" | "sent" | "") && !quotation.meta.deleted;
        self.title(ui, cx, quotation);
        self.stages(ui, cx, quotation);
        if quotation.meta.deleted {
            top::banner(ui, icons::DELETE, palette(ui).late, &tr!("In the trash: restore it to go on with it."));
        } else if quotation.is_order() {
            let says = tr!("A sales order stays as it was confirmed. Cancel it to take it back, and quote anew.");
            top::banner(ui, icons::LOCK, palette(ui).ok, &says);
        }
        self.fields(ui, cx, quotation, &record, is_open);
        let lines: Vec<&OrderLine> = self.ids.iter().filter_map(|id| records.order_lines.get(id)).collect();
        match is_open {
            true => self.lines.show(ui, cx, id, &lines),
            false => {
                let read: Vec<Read> = lines.iter().map(|line| Read::of(cx, line)).collect();
                lines::table(ui, &read);
            }
        }
        let by_rate = taxes(lines.iter().map(|line| (line.subtotal(), line.tax)));
        totals::show(ui, cx, records.totals(id), &by_rate);
        self.terms(ui, cx, quotation, &record, is_open);
        self.invoices.show(ui, cx, id, &tr!("Invoices"));
    }

    fn title(&mut self, ui: &mut Ui, cx: &Context, quotation: &Quotation) {
        let p = palette(ui);
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 30.0), Sense::hover());
        let mut row = Row::new(ui, rect);
        let title = row.text(&quotation.name, type_scale::RECORD_TITLE, p.text);
        let heading = ui.interact(title, ui.scope_id().with("number"), Sense::hover());
        let what = if quotation.is_order() { tr!("Sales order") } else { tr!("Quotation") };
        heading.widget_info(|| {
            eframe::egui::WidgetInfo::labeled(eframe::egui::Role::Heading, true, format!("{what} {}", quotation.name))
        });
        let (state, tone) = related::quotation_state(cx, quotation, p);
        chip::mark(ui.painter(), title.right_center() + vec2(12.0, 1.0), None, &state, tone);
        if let Some(customer) = quotation.partner {
            row.gap(140.0).text_right(cx.records.name(customer), type_scale::TITLE, p.text2);
        }
    }

    fn stages(&mut self, ui: &mut Ui, cx: &mut Context, quotation: &Quotation) {
        let day = |quotation: &Quotation| quotation.date_order.map(|at| cx.day(cx.environment.day(at)));
        let titles = [tr!("sale" => "Draft"), tr!("quotation" => "Sent"), tr!("Sales order")];
        let ordered = day(quotation).unwrap_or_default();
        let details = [String::new(), String::new(), ordered];
        let steps: Vec<stage_bar::Step> =
            titles.iter().zip(details).map(|(title, detail)| stage_bar::Step { title, detail, tooltip: "" }).collect();
        let (current, mood) = match quotation.state.as_str() {
            "confirmed" => (Some(2), Mood::Won),
            "sent" => (Some(1), Mood::Open),
            "cancelled" => (None, Mood::Lost),
            _ => (Some(0), Mood::Open),
        };
        let id = quotation.id;
        let open = matches!(current, Some(0 | 1)) && !quotation.meta.deleted;
        match stage_bar(ui, &steps, current, mood) {
            Some(1) if open => self.step.ask(ui, Command::Sale(SaleStep::Send { id }), None),
            Some(2) if open => self.step.ask(ui, Command::Sale(SaleStep::Confirm { id }), None),
            _ => {}
        }
    }

    fn fields(&mut self, ui: &mut Ui, cx: &mut Context, quotation: &Quotation, record: &Record, is_open: bool) {
        let mut columns = Columns::new(ui);
        let left = &mut columns.left;
        left.spacing_mut().item_spacing.y = 0.0;
        let name = |cx: &Context, id: Option<DocId>| id.map_or_else(String::new, |id| cx.records.name(id).to_owned());
        match is_open {
            true => _ = self.form.row(left, cx, record, "partner"),
            false => {
                if top::fact(left, &tr!("Customer"), &name(cx, quotation.partner), quotation.partner.is_some()) {
                    cx.actions.extend(quotation.partner.map(|id| Action::Open(Page::Contact(id))));
                }
            }
        }
        let opportunity = quotation.opportunity.map(|id| cx.records.head(id));
        if opportunity.is_none() && is_open {
            self.form.row(left, cx, record, "opportunity");
        } else if top::fact(left, &tr!("Opportunity"), &name(cx, opportunity), opportunity.is_some()) {
            cx.actions.extend(opportunity.map(|id| Action::Open(Page::Opportunity(id))));
        }
        match is_open {
            true => _ = self.form.row(left, cx, record, "validity"),
            false => {
                let day = quotation.validity.map(format::full_day).unwrap_or_default();
                top::fact(left, &tr!("Valid until"), &day, false);
            }
        }
        let right = &mut columns.right;
        right.spacing_mut().item_spacing.y = 0.0;
        if is_open {
            self.form.row(right, cx, record, "user");
            self.form.row(right, cx, record, "team");
        } else {
            top::fact(right, &tr!("Salesperson"), &name(cx, quotation.user), false);
            top::fact(right, &tr!("Sales team"), &name(cx, quotation.team), false);
        }
        let made = quotation.meta.create_date.map(|at| format::full_day(cx.environment.day(at))).unwrap_or_default();
        top::fact(right, &tr!("Created"), &made, false);
        columns.end(ui);
    }

    fn terms(&mut self, ui: &mut Ui, cx: &mut Context, quotation: &Quotation, record: &Record, is_open: bool) {
        if !is_open && quotation.note.is_empty() {
            return;
        }
        let p = palette(ui);
        let (head, _) = ui.allocate_exact_size(vec2(ui.available_width(), 20.0), Sense::hover());
        Row::new(ui, head).text(&tr!("Terms"), type_scale::TITLE, p.text);
        ui.add_space(-8.0);
        match (is_open, def(Kind::Quotation, "note")) {
            (true, Some(def)) => {
                let hint = tr!("Delivery, payment, what is included: printed under the total");
                self.form.long_text(ui, cx, record, def, &hint);
            }
            _ => {
                let at = ui.cursor().min;
                let wide = ui.available_width();
                let text = &quotation.note;
                let lies = crate::widgets::row::paragraph(ui.painter(), at, text, type_scale::BODY, p.text2, wide);
                ui.allocate_rect(Rect::from_min_max(at, pos2(at.x + wide, lies.bottom())), Sense::hover());
            }
        }
    }
}

/// Whether an invoice of the order is there that is no refund.
fn is_invoiced(cx: &Context, order: DocId) -> bool {
    cx.records.invoices.values().any(|i| i.order == Some(order) && !i.is_refund() && !i.meta.deleted)
}

/// The buttons from the right: the one that leads on, the others, the menu.
fn actions(
    ui: &mut Ui,
    cx: &mut Context,
    (step, printing): (&mut Step, &mut Option<Printing>),
    quotation: &Quotation,
    is_invoiced: bool,
) {
    let id = quotation.id;
    let sale = |step: SaleStep| Command::Sale(step);
    let keys = Some("Ctrl ↵").filter(|_| !quotation.meta.deleted);
    let primary = |ui: &mut Ui, words: &str, icon| {
        let mut button = Button::primary(words).icon(icon);
        if let Some(keys) = keys {
            button = button.keys(keys);
        }
        ui.add(button).clicked() || step::pressed(ui)
    };
    if quotation.meta.deleted {
        if primary(ui, &tr!("Restore"), icons::RESTORE) {
            cx.execute(Command::Restore { ids: vec![id] });
        }
        return;
    }
    match quotation.state.as_str() {
        "sent" => {
            if primary(ui, &tr!("Confirm order"), icons::CHECK) {
                step.ask(ui, sale(SaleStep::Confirm { id }), None);
            }
        }
        "confirmed" if !is_invoiced => {
            if primary(ui, &tr!("Create invoice"), icons::INVOICE) {
                let new = cx.new_id(Kind::Invoice);
                step.ask(ui, sale(SaleStep::Invoice { order: id, id: new }), Some(Page::Invoice(new)));
            }
        }
        "confirmed" | "cancelled" => {}
        _ => {
            if primary(ui, &tr!("Mark sent"), icons::SEND) {
                step.ask(ui, sale(SaleStep::Send { id }), None);
            }
            if ui.add(Button::new(&tr!("Confirm order")).icon(icons::CHECK)).clicked() {
                step.ask(ui, sale(SaleStep::Confirm { id }), None);
            }
        }
    }
    if ui.add(Button::new(&tr!("PDF…")).icon(icons::PRINT)).clicked() {
        *printing = Printing::new(cx, id);
    }
    if quotation.state == "cancelled" {
        return;
    }
    let more = icon_button(ui, icons::MORE, &tr!("More actions"));
    Popup::menu(&more).gap(4.0).width(220.0).show(|ui| {
        if quotation.is_order()
            && is_invoiced
            && menu::item(ui, Some(icons::INVOICE), &tr!("Create another invoice"), None).clicked()
        {
            let new = cx.new_id(Kind::Invoice);
            step.ask(ui, sale(SaleStep::Invoice { order: id, id: new }), Some(Page::Invoice(new)));
        }
        let words = if quotation.is_order() { tr!("Cancel the order") } else { tr!("Cancel the quotation") };
        if menu::item(ui, Some(icons::CANCEL), &words, None).clicked() {
            step.ask(ui, sale(SaleStep::Cancel { id }), None);
        }
        if !quotation.is_order() && menu::item(ui, Some(icons::DELETE), &tr!("Move to the trash"), None).clicked() {
            cx.execute(Command::Trash { ids: vec![id] });
            cx.actions.push(Action::Back);
        }
    });
}
