//! Quotations, sales orders, invoices (spec §9): an order raises what its opportunity expects, a posted invoice stays as it is.

use chrono::Datelike;

use super::{
    draft::{Draft, unknown},
    fields::Given,
    price, validate,
};
use crate::{
    command::{Fields, SaleStep},
    error::Result,
    id::{DocId, Kind},
    message::Message,
    query::prices::price_for,
    record::{Company, Frozen, FrozenLine, Invoice, Number, OrderLine, Quotation, Record, Records, Series},
    value::{Money, Value},
};

pub(super) fn step(draft: &mut Draft, step: &SaleStep) -> Result<String> {
    match step {
        SaleStep::Quote { opportunity, id } => quote(draft, draft.head(*opportunity), *id),
        SaleStep::Send { id } => {
            to_state(draft, *id, "sent", &["draft", "sent"])?;
            Ok("Send quotation".to_owned())
        }
        SaleStep::Confirm { id } => confirm(draft, *id),
        SaleStep::Cancel { id } => {
            if let Some(invoice) = owed(draft.records(), *id) {
                return Err(refused!("‘{name}’ was posted for it: refund that first", name = &invoice.name));
            }
            to_state(draft, *id, "cancelled", &["draft", "sent", "confirmed"])?;
            Ok("Cancel quotation".to_owned())
        }
        SaleStep::Invoice { order, id } => invoice(draft, *order, *id),
        SaleStep::Post { id } => post(draft, *id),
        SaleStep::Pay { id, on } => {
            let paid = invoice_of(draft, *id)?;
            if !is_posted(&paid) {
                return Err(refused!("‘{name}’ is a draft: post it first", name = &paid.name));
            }
            draft.write_field(*id, "date_paid", *on);
            Ok("Register payment".to_owned())
        }
        SaleStep::Refund { id, new, untaxed } => refund(draft, *id, *new, *untaxed),
    }
}

fn is_posted(invoice: &Invoice) -> bool {
    !invoice.meta.deleted && invoice.posted().is_some()
}

fn quotation(draft: &mut Draft, id: DocId) -> Result<Quotation> {
    match draft.edit(id)? {
        Record::Quotation(quotation) => Ok(quotation.clone()),
        other => Err(refused!("‘{name}’ is no quotation", name = other.name())),
    }
}

fn invoice_of(draft: &mut Draft, id: DocId) -> Result<Invoice> {
    match draft.edit(id)? {
        Record::Invoice(invoice) => Ok(invoice.clone()),
        other => Err(refused!("‘{name}’ is no invoice", name = other.name())),
    }
}

/// The next number of this device's series, `Q/2026/K7QFM/0001`, noted with the command that asks for it: what became of an
/// earlier number (undone, or lost to another device that posted the same draft) is of no matter.
pub(super) fn number(draft: &mut Draft, kind: Kind) -> Result<String> {
    let counter = if kind == Kind::Quotation { "quotations" } else { "invoices" };
    let letters = String::from_utf8_lossy(&draft.context.series).into_owned();
    let id = Series::id_of(draft.context.workspace, &letters);
    if !draft.exists(id) {
        draft.begin(id)?;
        draft.write_field(id, "name", letters.as_str());
        draft.write_field(id, "create_date", draft.context.now);
        draft.write_field(id, "create_user", draft.context.user);
    }
    let given = match draft.edit_even_trashed(id)?.get(counter) {
        Some(Value::Int(given)) => given,
        _ => 0,
    };
    let next = Number { kind, year: draft.context.today.year(), series: letters, count: given.saturating_add(1) };
    draft.write_field(id, counter, next.count);
    Ok(next.to_string())
}

/// Why what counts numbers is not edited.
pub(super) fn counted() -> crate::error::Error {
    refused!("numbers are counted as quotations and invoices are made, not written")
}

/// A posted invoice of this order that is not wholly refunded.
fn owed(records: &Records, order: DocId) -> Option<&Invoice> {
    let of_order = records.invoices.values().filter(|i| i.order == Some(order) && is_posted(i) && !i.is_refund());
    of_order.into_iter().find(|i| records.refundable(i).0 > 0)
}

/// Whose quotation it is.
pub(super) fn customer(draft: &mut Draft, order: DocId) -> Result<Option<DocId>> {
    match draft.edit_even_trashed(order)? {
        Record::Quotation(quotation) => Ok(quotation.partner),
        _ => Ok(None),
    }
}

fn begin(draft: &mut Draft, id: DocId, kind: Kind) -> Result<()> {
    if id.kind() != kind {
        return Err(refused!("{id} is {kind}, not {wanted}", id, kind = id.kind().a(), wanted = kind.a()));
    }
    if draft.exists(id) {
        return Err(refused!("there is a {kind} {id} already", kind = kind.noun(), id));
    }
    draft.begin(id)?;
    draft.write_field(id, "create_date", draft.context.now);
    draft.write_field(id, "create_user", draft.context.user);
    Ok(())
}

fn quote(draft: &mut Draft, opportunity: DocId, id: DocId) -> Result<String> {
    let about = draft.edit_opportunity(opportunity)?.clone();
    begin(draft, id, Kind::Quotation)?;
    let number = number(draft, Kind::Quotation)?;
    draft.write_field(id, "name", number);
    draft.write_field(id, "opportunity", opportunity);
    draft.write_field(id, "state", "draft");
    for (field, value) in [("partner", about.partner), ("user", about.user), ("team", about.team)] {
        if let Some(value) = value {
            draft.write_field(id, field, value);
        }
    }
    let product = about.product.and_then(|p| draft.records().products.get(&p));
    let (name, price) = match product {
        Some(product) => {
            let quoted = price_for(draft.records(), product.id, about.partner, draft.context.today);
            (product.name.clone(), quoted.map_or(product.list_price, |quoted| quoted.price))
        }
        None => (about.name.clone(), Money(0)),
    };
    let price = if price == Money(0) { about.expected_revenue } else { price };
    if product.is_none() && price == Money(0) {
        return Ok("Create quotation".to_owned());
    }
    let tax = product.map(|p| p.tax);
    let product = product.map(|p| p.id);
    let line = DocId::derived(draft.context.workspace, "first line", Kind::OrderLine, &id.to_string());
    begin(draft, line, Kind::OrderLine)?;
    draft.write_field(line, "name", name);
    draft.write_field(line, "order", id);
    draft.write_field(line, "quantity", 1);
    draft.write_field(line, "price", price);
    if let Some(product) = product {
        draft.write_field(line, "product", product);
    }
    if let Some(tax) = tax {
        draft.write_field(line, "tax", tax);
    }
    Ok("Create quotation".to_owned())
}

/// What a new quotation is when nothing is said: a draft of its opportunity's customer, salesperson and team.
pub(super) fn complete(draft: &mut Draft, id: DocId) -> Result<()> {
    let new = quotation(draft, id)?;
    match new.state.as_str() {
        "" => draft.write_field(id, "state", "draft"),
        "draft" | "sent" => {}
        _ => return Err(refused!("State: a new quotation is a draft, or sent: confirm it afterwards")),
    }
    let Some(about) = new.opportunity.and_then(|o| draft.opportunity(o)).cloned() else { return Ok(()) };
    let fields =
        [("partner", new.partner, about.partner), ("user", new.user, about.user), ("team", new.team, about.team)];
    for (field, own, from) in fields {
        if let (None, Some(from)) = (own, from) {
            draft.write_field(id, field, from);
        }
    }
    Ok(())
}

/// A new line: of a quotation that may still be changed, one piece at the product's price unless it says otherwise.
pub(super) fn line(draft: &mut Draft, id: DocId, given: &Given) -> Result<()> {
    let new = match draft.edit(id)? {
        Record::OrderLine(line) => line.clone(),
        other => return Err(refused!("‘{name}’ is no line", name = other.name())),
    };
    let Some(order) = new.order else { return Err(refused!("Quotation: say of which one this is a line")) };
    changeable(draft, order)?;
    if !given.has("quantity") {
        draft.write_field(id, "quantity", 1);
    }
    if !given.has("sequence") {
        // At the end, as it was written down.
        let others = draft.records().lines_of(order).into_iter().filter(|line| line.id != id);
        let last = others.map(|line| line.sequence).max().unwrap_or(0);
        draft.write_field(id, "sequence", last.saturating_add(1));
    }
    price::of_product(draft, id, given)
}

fn changeable(draft: &mut Draft, order: DocId) -> Result<()> {
    let order = quotation(draft, order)?;
    match order.state.as_str() {
        "confirmed" => Err(refused!("‘{name}’ is a sales order: it stays as it was confirmed", name = order.name)),
        "cancelled" => Err(refused!("‘{name}’ was cancelled", name = order.name)),
        _ => Ok(()),
    }
}

/// Whether fields of a quotation, a line or an invoice may be changed by hand.
pub(super) fn may_set(draft: &mut Draft, id: DocId, fields: &Fields) -> Result<()> {
    match id.kind() {
        Kind::Quotation => {
            changeable(draft, id)?;
            match fields.iter().find(|(name, _)| STEP.contains(&name.as_str())) {
                Some(_) => Err(refused!("State: a quotation is sent, confirmed or cancelled, not edited")),
                None => Ok(()),
            }
        }
        Kind::OrderLine => match draft.edit(id)? {
            Record::OrderLine(OrderLine { order: Some(order), .. }) => {
                let order = *order;
                changeable(draft, order)
            }
            _ => Ok(()),
        },
        Kind::Invoice => {
            let invoice = invoice_of(draft, id)?;
            if is_posted(&invoice) {
                return Err(refused!("‘{name}’ is posted: refund it instead", name = invoice.name));
            }
            let own = ["frozen", "name", "date_paid", "refund_of", "order"];
            if let Some((name, _)) = fields.iter().find(|(name, _)| own.contains(&name.as_str())) {
                return Err(refused!("{name}: an invoice gets that when it is made or posted", name));
            }
            match fields.iter().find(|(name, _)| name == "refunded") {
                Some((_, Value::Money(untaxed))) => may_refund(draft.records(), &invoice, *untaxed, false),
                Some(_) => Err(refused!("Refunded: an amount is wanted")),
                None => Ok(()),
            }
        }
        Kind::Price => price::may_set(fields),
        Kind::Series => Err(counted()),
        _ => Ok(()),
    }
}

/// Whether undo, redo or the trash may give these keys of a record back what they held: what is confirmed stays, but for the
/// step itself, and what is posted too.
pub(crate) fn may_put_back(records: &Records, id: DocId, keys: &[&str]) -> Result<(), Message> {
    let only = |known: &[&str]| keys.iter().all(|key| known.contains(key));
    let is_fixed = |order: &Quotation| match order.state.as_str() {
        "confirmed" => Err(message!("‘{name}’ is a sales order: it stays as it was confirmed", name = &order.name)),
        "cancelled" => Err(message!("‘{name}’ was cancelled", name = &order.name)),
        _ => Ok(()),
    };
    match id.kind() {
        Kind::Quotation if only(&STEP) => match owed(records, id) {
            Some(invoice) => Err(message!("‘{name}’ was posted for it: refund that first", name = &invoice.name)),
            None => Ok(()),
        },
        Kind::Quotation => records.quotations.get(&id).map_or(Ok(()), is_fixed),
        Kind::OrderLine => {
            let order = records.order_lines.get(&id).and_then(|line| records.quotations.get(&line.order?));
            order.map_or(Ok(()), is_fixed)
        }
        Kind::Invoice if only(&["date_paid"]) => Ok(()),
        Kind::Invoice
            if keys.contains(&"frozen") || records.invoices.get(&id).is_some_and(|i| i.posted().is_some()) =>
        {
            Err(message!("it is posted: refund it"))
        }
        _ => Ok(()),
    }
}

/// What only the steps of a sale write: no earlier version brings it back.
pub(super) fn is_stepped(kind: Kind, field: &str) -> bool {
    match kind {
        Kind::Quotation => STEP.contains(&field),
        Kind::Invoice => ["frozen", "name", "date_paid"].contains(&field),
        _ => false,
    }
}

/// What confirming and cancelling write.
const STEP: [&str; 2] = ["state", "date_order"];

fn to_state(draft: &mut Draft, id: DocId, state: &'static str, from: &[&str]) -> Result<Quotation> {
    let quotation = quotation(draft, id)?;
    if !from.contains(&quotation.state.as_str()) {
        return Err(refused!(
            "‘{name}’ is {state} already",
            name = quotation.name,
            state = Message::from(quotation.state)
        ));
    }
    if quotation.state != state || draft.is_disputed(id, "state") {
        draft.write_field(id, "state", state);
    }
    Ok(quotation)
}

fn confirm(draft: &mut Draft, id: DocId) -> Result<String> {
    let order = to_state(draft, id, "confirmed", &["draft", "sent"])?;
    draft.write_field(id, "date_order", draft.context.now);
    let total = draft.records().totals(id).untaxed;
    if let Some(opportunity) = order.opportunity.map(|o| draft.head(o)) {
        super::order_confirmed(draft, opportunity, total)?;
    }
    Ok("Confirm order".to_owned())
}

fn invoice(draft: &mut Draft, order: DocId, id: DocId) -> Result<String> {
    let of = quotation(draft, order)?;
    if !of.is_order() {
        return Err(refused!("‘{name}’ is no sales order: confirm it first", name = of.name));
    }
    if draft.records().lines_of(order).is_empty() {
        return Err(refused!("‘{name}’ has no lines: there is nothing to invoice", name = of.name));
    }
    begin(draft, id, Kind::Invoice)?;
    draft.write_field(id, "name", format!("Draft of {}", of.name));
    draft.write_field(id, "order", order);
    let people = [("opportunity", of.opportunity), ("partner", of.partner), ("user", of.user), ("team", of.team)];
    for (field, value) in people {
        if let Some(value) = value {
            draft.write_field(id, field, value);
        }
    }
    Ok("Create invoice".to_owned())
}

fn refund(draft: &mut Draft, id: DocId, new: DocId, untaxed: Option<Money>) -> Result<String> {
    let of = invoice_of(draft, id)?;
    if of.posted().is_none() {
        return Err(refused!("‘{name}’ is a draft: change it, or throw it away", name = of.name));
    }
    if of.is_refund() {
        return Err(refused!("‘{name}’ is a refund itself", name = of.name));
    }
    let left = draft.records().refundable(&of) - drafted(draft.records(), id, new);
    let untaxed = untaxed.unwrap_or(left);
    within(&of.name, untaxed, left)?;
    begin(draft, new, Kind::Invoice)?;
    draft.write_field(new, "name", format!("Refund of {}", of.name));
    draft.write_field(new, "refund_of", id);
    draft.write_field(new, "refunded", untaxed);
    let people = [("order", of.order), ("opportunity", of.opportunity), ("partner", of.partner), ("user", of.user)];
    for (field, value) in people.into_iter().chain([("team", of.team)]) {
        if let Some(value) = value {
            draft.write_field(new, field, value);
        }
    }
    Ok("Create refund".to_owned())
}

/// Whether a refund may be of this amount, by what is left of its invoice; drafts of other refunds count unless it is posted.
fn may_refund(records: &Records, refund: &Invoice, untaxed: Money, posting: bool) -> Result<()> {
    let Some(of) = refund.refund_of.and_then(|of| records.invoices.get(&of)) else {
        return Err(refused!("Refunded: ‘{name}’ is no refund", name = &refund.name));
    };
    let drafts = if posting { Money(0) } else { drafted(records, of.id, refund.id) };
    within(&of.name, untaxed, records.refundable(of) - drafts)
}

fn within(name: &str, untaxed: Money, left: Money) -> Result<()> {
    match untaxed.0 > 0 && untaxed <= left {
        true => Ok(()),
        false if left.0 <= 0 => Err(refused!("‘{name}’ is refunded already", name)),
        false => {
            Err(refused!("‘{name}’ can be refunded for {left} without tax at most, and not for nothing", name, left))
        }
    }
}

/// What other drafts of refunds are to give back of an invoice, without tax.
fn drafted(records: &Records, of: DocId, but: DocId) -> Money {
    let drafts = records.invoices.values().filter(|i| i.refund_of == Some(of) && i.id != but);
    drafts.filter(|i| !i.meta.deleted && i.posted().is_none()).map(|i| i.refunded).sum()
}

fn post(draft: &mut Draft, id: DocId) -> Result<String> {
    let invoice = invoice_of(draft, id)?;
    if is_posted(&invoice) {
        return Err(refused!("‘{name}’ is posted already", name = invoice.name));
    }
    let order = invoice.order.ok_or_else(|| unknown(id))?;
    if invoice.is_refund() {
        may_refund(draft.records(), &invoice, invoice.refunded, true)?;
    } else {
        let of = quotation(draft, order)?;
        if !of.is_order() {
            return Err(refused!("‘{name}’ is no sales order any more: it cannot be invoiced", name = of.name));
        }
    }
    let records = draft.records();
    let totals = records.invoice_totals(&invoice);
    let lines = match invoice.is_refund() {
        true => vec![FrozenLine::whole(&invoice.name, totals.untaxed)],
        false => records.lines_of(order).into_iter().map(FrozenLine::of).collect(),
    };
    let customer = invoice.partner.and_then(|p| records.contacts.get(&p));
    let address = customer.map(|c| c.postal().join("\n"));
    let company = records.company.as_ref();
    let seller = company.map(Company::letterhead).unwrap_or_default();
    let own = records.quotations.get(&order).map_or("", |of| of.note.as_str()).trim();
    let terms = company.map_or("", |company| company.terms.as_str()).trim();
    let note = [own, terms].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n");
    let number = number(draft, Kind::Invoice)?;
    let frozen = Frozen {
        number,
        date: draft.context.today,
        order: draft.name(order),
        customer: customer.map(|c| c.name.clone()).unwrap_or_default(),
        address: address.unwrap_or_default(),
        lines,
        totals,
        seller,
        note,
    };
    let frozen = frozen.to_text();
    validate::text_fits("Invoice", &frozen)?;
    // The number is the frozen one: two registers could part when two devices post at once.
    draft.write_field(id, "frozen", Value::Text(frozen));
    Ok(if invoice.is_refund() { "Post refund" } else { "Post invoice" }.to_owned())
}
