//! From a quotation to a paid invoice (spec §9), and what was sold elsewhere.

use std::{collections::BTreeMap, fmt, str::FromStr};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::Records;
use crate::{
    id::{DocId, Kind, WorkspaceId},
    value::{Money, Percent},
};

record!(
    /// A quotation; confirmed, a sales order.
    Quotation {
        /// Its number, in a series of the device that drew it up.
        name: Text = "Number",
        opportunity: Ref(Kind::Opportunity) = "Opportunity",
        partner: Ref(Kind::Contact) = "Customer",
        user: Ref(Kind::User) = "Salesperson",
        team: Ref(Kind::Team) = "Sales team",
        state: Choice(&["draft", "sent", "confirmed", "cancelled"]) = "State",
        /// When it was confirmed last; counts while it is.
        date_order: Time = "Ordered on",
        validity: Date = "Valid until",
        note: Text = "Terms",
    }
);

record!(
    /// One line of a quotation.
    OrderLine {
        name: Text = "Description",
        order: Ref(Kind::Quotation) = "Quotation",
        sequence: Int = "Sequence",
        product: Ref(Kind::Product) = "Product",
        quantity: Int = "Quantity",
        price: Money = "Unit price",
        discount: Percent = "Discount",
        tax: Percent = "Tax",
    }
);

record!(
    /// An invoice of a sales order, or the refund of an invoice.
    Invoice {
        /// `Draft of …` until it is posted; from then on the frozen number counts.
        name: Text = "Number",
        order: Ref(Kind::Quotation) = "Sales order",
        opportunity: Ref(Kind::Opportunity) = "Opportunity",
        partner: Ref(Kind::Contact) = "Customer",
        user: Ref(Kind::User) = "Salesperson",
        team: Ref(Kind::Team) = "Sales team",
        refund_of: Ref(Kind::Invoice) = "Refund of",
        /// Of a refund: how much is given back, without tax.
        refunded: Money = "Refunded",
        /// [`Frozen`], from posting on; one register, so that date, number and lines are of one posting.
        frozen: Text = "As posted",
        date_paid: Date = "Paid on",
    }
);

record!(
    /// What was sold in another channel: in a shop, on the web.
    RevenueLine {
        name: Text = "Sale",
        channel: Text = "Channel",
        date: Date = "Date",
        team: Ref(Kind::Team) = "Sales team",
        user: Ref(Kind::User) = "Salesperson",
        partner: Ref(Kind::Contact) = "Customer",
        /// Without tax; below nothing where something came back.
        amount: Money = "Amount",
    }
);

record!(
    /// How far a device has counted its quotations and invoices, in one epoch of its log. Written with every number that is
    /// given, by that device alone, and never taken back: a number that was given is given no second time.
    Series {
        /// What its numbers have in them: `K7QF`.
        name: Text = "Series",
        /// The last number of a quotation.
        quotations: Int = "Quotations",
        /// The last number of an invoice or a refund.
        invoices: Int = "Invoices",
    }
);

/// An invoice as it was posted: no later edit of what it was made of changes it. Amounts of a refund are below nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frozen {
    pub number: String,
    pub date: NaiveDate,
    pub order: String,
    pub customer: String,
    pub address: String,
    pub lines: Vec<FrozenLine>,
    pub totals: Totals,
    /// Who sold; of the first invoices nothing.
    #[serde(default)]
    pub seller: Letterhead,
    /// What stood under the total.
    #[serde(default)]
    pub note: String,
}

/// Who sells, as it is printed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letterhead {
    pub name: String,
    /// In lines.
    pub address: String,
    pub phone: String,
    pub email: String,
    pub website: String,
    pub tax_id: String,
    /// In lines.
    pub bank: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrozenLine {
    pub name: String,
    pub quantity: i64,
    pub price: Money,
    pub discount: Percent,
    pub tax: Percent,
    /// Without tax.
    pub subtotal: Money,
}

impl FrozenLine {
    pub fn of(line: &OrderLine) -> FrozenLine {
        FrozenLine {
            name: line.name.clone(),
            quantity: line.quantity,
            price: line.price,
            discount: line.discount,
            tax: line.tax,
            subtotal: line.subtotal(),
        }
    }

    /// One that says an amount and nothing of how it came about.
    pub fn whole(name: &str, amount: Money) -> FrozenLine {
        let name = name.to_owned();
        let (discount, tax) = (Percent::ZERO, Percent::ZERO);
        FrozenLine { name, quantity: 1, price: amount, discount, tax, subtotal: amount }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    pub untaxed: Money,
    pub tax: Money,
}

impl Totals {
    pub fn total(self) -> Money {
        self.untaxed + self.tax
    }

    fn and(self, untaxed: Money, tax: Percent) -> Totals {
        Totals { untaxed: self.untaxed + untaxed, tax: self.tax + untaxed.share(tax) }
    }
}

/// What lines of one rate come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TaxLine {
    pub rate: Percent,
    /// Without tax.
    pub base: Money,
    pub tax: Money,
}

/// The tax of lines (without tax, and their rate) by its rates, the lowest first; each line rounded, then summed, as
/// [`Totals`] are.
pub fn taxes(lines: impl IntoIterator<Item = (Money, Percent)>) -> Vec<TaxLine> {
    let mut by_rate: BTreeMap<Percent, Totals> = BTreeMap::new();
    for (untaxed, rate) in lines {
        let sum = by_rate.entry(rate).or_default();
        *sum = sum.and(untaxed, rate);
    }
    by_rate.into_iter().map(|(rate, sum)| TaxLine { rate, base: sum.untaxed, tax: sum.tax }).collect()
}

impl Frozen {
    /// From the register it lies in; nothing where it is of no such form.
    pub fn of_text(text: &str) -> Option<Frozen> {
        serde_json::from_str(text.splitn(4, ' ').nth(3)?).ok()
    }

    /// Day, number and totals first, then all of it: figures of many invoices need not read their lines.
    pub fn to_text(&self) -> String {
        let Totals { untaxed, tax } = self.totals;
        let all = serde_json::to_string(self).unwrap_or_default();
        format!("{} {} {} {all}", self.date, untaxed.0, tax.0)
    }
}

/// The number of a quotation, an order or an invoice: `INV/2026/K7QFM/0001`. Counted on from year to year.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Number {
    /// Quotation or Invoice.
    pub kind: Kind,
    pub series: String,
    pub count: i64,
    pub year: i32,
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letters = if self.kind == Kind::Quotation { "Q" } else { "INV" };
        write!(f, "{letters}/{}/{}/{:04}", self.year, self.series, self.count)
    }
}

/// Not a number that Satchel gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoNumber;

impl FromStr for Number {
    type Err = NoNumber;

    fn from_str(text: &str) -> Result<Number, NoNumber> {
        let read = |text: &str| {
            let mut parts = text.split('/');
            let kind = match parts.next()? {
                "Q" => Kind::Quotation,
                "INV" => Kind::Invoice,
                _ => return None,
            };
            let (year, series) = (parts.next()?.parse().ok()?, parts.next()?.to_owned());
            let count = parts.next()?.parse().ok()?;
            parts.next().is_none().then_some(Number { kind, series, count, year })
        };
        read(text).ok_or(NoNumber)
    }
}

impl Series {
    /// The id under which a series is counted.
    pub fn id_of(workspace: WorkspaceId, letters: &str) -> DocId {
        DocId::derived(workspace, "series", Kind::Series, letters)
    }
}

impl Quotation {
    pub fn is_order(&self) -> bool {
        self.state == "confirmed"
    }
}

impl OrderLine {
    /// Without tax, rounded half away from zero.
    pub fn subtotal(&self) -> Money {
        let whole = Money(self.price.0.saturating_mul(self.quantity).clamp(-Money::MAX.0, Money::MAX.0));
        whole.share(Percent(Percent::HUNDRED.0 - self.discount.0))
    }
}

impl Invoice {
    /// What stands in the register `frozen` as a person reads it: number, day and amount.
    pub(crate) fn said(frozen: &str) -> String {
        Frozen::of_text(frozen).map_or_else(String::new, |f| format!("{}, {}, {}", f.number, f.date, f.totals.total()))
    }

    /// Its day and totals as posted; nothing of a draft.
    pub fn posted(&self) -> Option<(NaiveDate, Totals)> {
        let mut parts = self.frozen.splitn(4, ' ');
        let date = parts.next()?.parse().ok()?;
        let mut cents = || parts.next()?.parse().ok().map(|cents: i64| Money(cents.clamp(-Money::MAX.0, Money::MAX.0)));
        Some((date, Totals { untaxed: cents()?, tax: cents()? }))
    }

    /// As it was posted; nothing of a draft.
    pub fn frozen(&self) -> Option<Frozen> {
        Frozen::of_text(&self.frozen)
    }

    pub fn is_refund(&self) -> bool {
        self.refund_of.is_some()
    }

    /// `draft`, `posted`, `paid`
    pub fn state(&self) -> &'static str {
        match (self.posted(), self.date_paid) {
            (None, _) => "draft",
            (Some(_), None) => "posted",
            (Some(_), Some(_)) => "paid",
        }
    }
}

impl Records {
    /// The live lines of a quotation, in their order.
    pub fn lines_of(&self, order: DocId) -> Vec<&OrderLine> {
        let mut lines: Vec<&OrderLine> = self.all_lines_of(order).filter(|line| !line.meta.deleted).collect();
        lines.sort_by_key(|line| (line.sequence, line.id));
        lines
    }

    /// The totals of a quotation: each line rounded, then summed.
    pub fn totals(&self, order: DocId) -> Totals {
        let lines = self.lines_of(order);
        lines.into_iter().fold(Totals::default(), |sum, line| sum.and(line.subtotal(), line.tax))
    }

    /// What is left of an invoice to be refunded, without tax: its own amount less the refunds that were posted for it. Below
    /// nothing where two devices refunded it at once.
    pub fn refundable(&self, invoice: &Invoice) -> Money {
        let whole = invoice.posted().map_or(Money(0), |(_, totals)| totals.untaxed);
        let refunds = self.invoices.values().filter(|i| i.refund_of == Some(invoice.id) && !i.meta.deleted);
        whole + refunds.filter_map(|i| i.posted()).map(|(_, totals)| totals.untaxed).sum::<Money>()
    }

    /// As posted, else as it would be posted now. Of a refund below nothing.
    pub fn invoice_totals(&self, invoice: &Invoice) -> Totals {
        if let Some((_, totals)) = invoice.posted() {
            return totals;
        }
        match invoice.refund_of.and_then(|of| self.invoices.get(&of)) {
            Some(of) => self.refund_totals(of, invoice.refunded),
            None => invoice.order.map_or(Totals::default(), |order| self.totals(order)),
        }
    }

    /// The tax goes with the part of the invoice that is given back.
    fn refund_totals(&self, of: &Invoice, untaxed: Money) -> Totals {
        let whole = of.posted().map_or(Totals::default(), |(_, totals)| totals);
        let tax = match whole.untaxed.0 {
            0 => 0,
            whole_untaxed => {
                let exact = i128::from(whole.tax.0) * i128::from(untaxed.0);
                ((exact * 2 + i128::from(whole_untaxed)) / (i128::from(whole_untaxed) * 2)) as i64
            }
        };
        Totals { untaxed: Money(-untaxed.0), tax: Money(-tax) }
    }
}
