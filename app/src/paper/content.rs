//! What stands on the paper, in words.

use satchel_core::{
    DocId, Money, Record, Records,
    environment::Environment,
    record::{Company, Frozen, FrozenLine, Invoice, Letterhead, Quotation, TaxLine, Totals, taxes},
};
use tr::tr;

use crate::{
    locale,
    views::{format, sales::totals},
};

/// A quotation, an order, an invoice or a refund as it is printed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Paper {
    /// `Invoice INV/2026/K7QFM/0001`
    pub title: String,
    /// `Draft`, where it is none that may leave the house.
    pub mark: String,
    /// Dates, and what it refers to.
    pub facts: Vec<(String, String)>,
    pub seller: Letterhead,
    /// Name and address.
    pub customer: Vec<String>,
    pub lines: Vec<Line>,
    /// The last one is the whole.
    pub totals: Vec<(String, String)>,
    /// Under the totals, each a paragraph.
    pub notes: Vec<String>,
    /// A PNG or JPEG.
    pub logo: Option<Vec<u8>>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Line {
    pub name: String,
    pub quantity: String,
    pub price: String,
    /// Empty for none.
    pub discount: String,
    pub tax: String,
    pub amount: String,
    /// What the lines come to so far, without tax.
    pub sum: String,
}

impl Paper {
    /// Of a quotation, an order or an invoice; nothing for any other record. A posted invoice is what was frozen.
    pub fn of(records: &Records, id: DocId, environment: &Environment, logo: Option<Vec<u8>>) -> Option<Paper> {
        let paper = match records.get(id)? {
            Record::Quotation(quotation) => of_quotation(records, &quotation, environment),
            Record::Invoice(invoice) => of_invoice(records, &invoice, environment),
            _ => return None,
        };
        Some(Paper { logo, ..paper })
    }

    /// As the file is called.
    pub fn file_name(&self) -> String {
        format!("{}.pdf", self.title.replace(['/', '\\', ':'], "-"))
    }
}

fn of_quotation(records: &Records, quotation: &Quotation, environment: &Environment) -> Paper {
    let lines = records.lines_of(quotation.id);
    let day = |at| locale::days(environment.day(at), environment.day(at));
    let made = quotation.meta.create_date.map(day).unwrap_or_default();
    let ordered = quotation.date_order.filter(|_| quotation.is_order()).map(day);
    let valid = quotation.validity.filter(|_| !quotation.is_order()).map(|day| locale::days(day, day));
    let facts = [
        (tr!("Date"), ordered.unwrap_or(made)),
        (tr!("Valid until"), valid.unwrap_or_default()),
        (tr!("Salesperson"), name(records, quotation.user)),
    ];
    let title = match quotation.is_order() {
        true => tr!("paper" => "Sales order {}", quotation.name),
        false => tr!("paper" => "Quotation {}", quotation.name),
    };
    let by_rate = taxes(lines.iter().map(|line| (line.subtotal(), line.tax)));
    let frozen: Vec<FrozenLine> = lines.iter().map(|line| FrozenLine::of(line)).collect();
    Paper {
        title,
        mark: if quotation.state == "cancelled" { tr!("quotation" => "Cancelled") } else { String::new() },
        facts: told(facts),
        seller: letterhead(records),
        customer: customer(records, quotation.partner),
        lines: printed(&frozen),
        totals: sums(records, records.totals(quotation.id), &by_rate),
        notes: paragraphs(&quotation.note, records),
        ..Paper::default()
    }
}

fn of_invoice(records: &Records, invoice: &Invoice, environment: &Environment) -> Paper {
    let order = invoice.order.and_then(|id| records.quotations.get(&id));
    // A draft is printed as it would be posted now.
    let frozen = invoice.frozen().unwrap_or_else(|| {
        let lines = match invoice.is_refund() {
            true => Vec::new(),
            false => invoice.order.map_or_else(Vec::new, |order| records.lines_of(order)),
        };
        let mut to = customer(records, invoice.partner).into_iter();
        Frozen {
            number: String::new(),
            date: environment.today(),
            order: name(records, invoice.order),
            customer: to.next().unwrap_or_default(),
            address: to.collect::<Vec<_>>().join("\n"),
            lines: lines.into_iter().map(FrozenLine::of).collect(),
            totals: records.invoice_totals(invoice),
            seller: Letterhead::default(),
            note: order.map(|order| order.note.clone()).unwrap_or_default(),
        }
    });
    let is_draft = frozen.number.is_empty();
    let of = invoice.refund_of.map_or("", |of| records.name(of));
    let title = match (invoice.is_refund(), is_draft) {
        (true, true) => tr!("Draft of a refund of {}", of),
        (true, false) => tr!("paper" => "Refund {}", frozen.number),
        (false, true) => tr!("Draft of an invoice for {}", frozen.order),
        (false, false) => tr!("paper" => "Invoice {}", frozen.number),
    };
    let facts = [
        (tr!("Date"), locale::days(frozen.date, frozen.date)),
        (tr!("Sales order"), frozen.order.clone()),
        (tr!("Refund of"), of.to_owned()),
        (tr!("Paid on"), invoice.date_paid.map(|day| locale::days(day, day)).unwrap_or_default()),
    ];
    let by_rate = taxes(frozen.lines.iter().map(|line| (line.subtotal, line.tax)));
    let mut to = vec![frozen.customer.clone()];
    to.extend(frozen.address.lines().map(str::to_owned));
    let lines = match frozen.lines.is_empty() && invoice.is_refund() {
        true => printed(&[FrozenLine::whole(&tr!("Refund of {}", of), frozen.totals.untaxed)]),
        false => printed(&frozen.lines),
    };
    Paper {
        title,
        mark: if is_draft { tr!("sale" => "Draft") } else { String::new() },
        facts: told(facts),
        // Posted before companies had a letterhead: the one there is now.
        seller: if frozen.seller.name.is_empty() { letterhead(records) } else { frozen.seller.clone() },
        customer: to.into_iter().filter(|line| !line.is_empty()).collect(),
        lines,
        totals: sums(records, frozen.totals, &by_rate),
        notes: match is_draft {
            true => paragraphs(&frozen.note, records),
            false => split(&frozen.note),
        },
        ..Paper::default()
    }
}

fn letterhead(records: &Records) -> Letterhead {
    records.company.as_ref().map(Company::letterhead).unwrap_or_default()
}

fn told<const N: usize>(facts: [(String, String); N]) -> Vec<(String, String)> {
    facts.into_iter().filter(|(_, value)| !value.is_empty()).collect()
}

fn name(records: &Records, id: Option<DocId>) -> String {
    id.map_or_else(String::new, |id| records.name(id).to_owned())
}

fn customer(records: &Records, id: Option<DocId>) -> Vec<String> {
    let Some(contact) = id.and_then(|id| records.contacts.get(&id)) else { return Vec::new() };
    let mut lines = vec![contact.name.clone()];
    lines.extend(contact.postal());
    lines
}

/// What is said under the total: of this paper, then of all.
fn paragraphs(note: &str, records: &Records) -> Vec<String> {
    let terms = records.company.as_ref().map_or("", |company| company.terms.as_str());
    split(&[note, terms].join("\n"))
}

fn split(text: &str) -> Vec<String> {
    text.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect()
}

fn sums(records: &Records, totals: Totals, by_rate: &[TaxLine]) -> Vec<(String, String)> {
    let currency = format::currency(records);
    let write = |amount: Money| locale::exact_money(amount.0, currency, format::currency_sign(currency));
    totals::rows(totals, by_rate, write)
}

fn printed(lines: &[FrozenLine]) -> Vec<Line> {
    let share = |percent: satchel_core::Percent| match percent.0 {
        0 => String::new(),
        _ => format::percent(percent),
    };
    let mut sum = Money(0);
    let mut line = |line: &FrozenLine| {
        sum = sum + line.subtotal;
        Line {
            name: line.name.clone(),
            quantity: line.quantity.to_string(),
            price: locale::exact(line.price.0),
            discount: share(line.discount),
            tax: share(line.tax),
            amount: locale::exact(line.subtotal.0),
            sum: locale::exact(sum.0),
        }
    };
    lines.iter().map(&mut line).collect()
}
