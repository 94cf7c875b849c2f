//! Quotations, sales orders, invoices and products: their lists, the form of a quotation, the page of an invoice.

mod ask;
mod invoice;
mod lines;
mod lists;
mod printing;
mod product;
mod quotation;
mod related;
mod step;
mod top;
pub mod totals;

use eframe::egui::Ui;
use satchel_core::{Command, DocId, Kind, Value, command::SaleStep};

use self::{invoice::InvoicePage, lists::Lists, quotation::QuotationForm};
pub use self::{
    product::ProductDialog,
    related::{Related, invoice_words, quotation_words, title as invoice_title},
};
use crate::shell::{Action, Context, Page};

#[derive(Default)]
pub struct SalesView {
    lists: Lists,
    quotation: QuotationForm,
    invoice: InvoicePage,
}

impl SalesView {
    /// The list that was shown last.
    pub fn last(&self) -> Page {
        self.lists.last()
    }

    /// What is typed and not saved, also while another page is shown.
    pub fn unsaved(&self, cx: &mut Context) {
        self.lists.unsaved(cx);
        self.quotation.unsaved(cx);
        self.invoice.unsaved(cx);
    }

    /// One of the lists.
    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context) {
        self.lists.show(ui, cx);
    }

    /// Breadcrumb and buttons of one quotation or invoice.
    pub fn top_bar(&mut self, id: DocId, ui: &mut Ui, cx: &mut Context) {
        match id.kind() {
            Kind::Quotation => self.quotation.top_bar(id, ui, cx),
            _ => self.invoice.top_bar(id, ui, cx),
        }
    }

    /// One quotation or invoice. The id may change from frame to frame.
    pub fn show_one(&mut self, id: DocId, ui: &mut Ui, cx: &mut Context) {
        match id.kind() {
            Kind::Quotation => self.quotation.show(id, ui, cx),
            _ => self.invoice.show(id, ui, cx),
        }
    }
}

/// Begins a quotation of nobody's yet, and opens it.
pub fn begin(cx: &mut Context) {
    let id = cx.new_id(Kind::Quotation);
    let team = cx.records.users.get(&cx.user).and_then(|user| user.team);
    let mut fields = vec![("user".to_owned(), Value::Ref(cx.user))];
    fields.extend(team.map(|team| ("team".to_owned(), Value::Ref(team))));
    cx.execute(Command::Create { id, fields });
    cx.actions.push(Action::Open(Page::Quotation(id)));
}

/// Draws up a quotation of an opportunity, and opens it.
pub fn quote(cx: &mut Context, opportunity: DocId) {
    let id = cx.new_id(Kind::Quotation);
    cx.execute(Command::Sale(SaleStep::Quote { opportunity, id }));
    cx.actions.push(Action::Open(Page::Quotation(id)));
}
