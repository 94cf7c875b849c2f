//! Quotations, sales orders, invoices (spec §9): an order raises what its opportunity expects, a posted invoice stays as it is.

use chrono::Datelike;

use super::{
    draft::{Draft, unknown},
    fields::Given,
    validate,
};
use crate::{
    command::{Fields, SaleStep},
    error::Result,
    id::{DocId, Kind},
    message::Message,
    record::{Frozen, FrozenLine, Invoice, OrderLine, Quotation, Record},
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
            if let Some(invoice) = draft.records().invoices.values().find(|i| i.order == Some(*id) && is_posted(i)) {
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

/// The next number of this device's series: `Q/2026/K7QF/0001`. A number that is missing in between was given by a command
/// that was undone, or to a draft that another device posted too.
pub(super) fn number(draft: &Draft, kind: Kind) -> String {
    let letter = if kind == Kind::Quotation { "Q" } else { "INV" };
    let series = String::from_utf8_lossy(&draft.context.series).into_owned();
    let (start, year) = (format!("{letter}/"), draft.context.today.year());
    let counted = |name: &str| {
        let mut parts = name.strip_prefix(&start)?.split('/');
        let (_, of, count) = (parts.next()?, parts.next()?, parts.next()?);
        (of == series).then(|| count.parse::<u64>().ok()).flatten()
    };
    let records = draft.records();
    let last = match kind {
        Kind::Quotation => records.quotations.values().filter_map(|q| counted(&q.name)).max(),
        _ => records.invoices.values().filter_map(|i| counted(&i.name)).max(),
    };
    let last = last.max(draft.made(kind).iter().filter_map(|name| counted(name)).max());
    format!("{start}{year}/{series}/{:04}", last.unwrap_or(0) + 1)
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
    let number = number(draft, Kind::Quotation);
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
        Some(product) => (product.name.clone(), product.list_price),
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
    if let Some(product) = new.product.and_then(|p| draft.records().products.get(&p)) {
        if !given.has("price") {
            draft.write_field(id, "price", product.list_price);
        }
        if !given.has("tax") {
            draft.write_field(id, "tax", product.tax);
        }
    }
    Ok(())
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
            match fields.iter().find(|(name, _)| ["state", "date_order"].contains(&name.as_str())) {
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
            match fields.iter().find(|(name, _)| own.contains(&name.as_str())) {
                Some((name, _)) => Err(refused!("{name}: an invoice gets that when it is made or posted", name)),
                None => Ok(()),
            }
        }
        _ => Ok(()),
    }
}

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
    let Some((_, totals)) = of.posted() else {
        return Err(refused!("‘{name}’ is a draft: change it, or throw it away", name = of.name));
    };
    if of.is_refund() {
        return Err(refused!("‘{name}’ is a refund itself", name = of.name));
    }
    let untaxed = untaxed.unwrap_or(totals.untaxed);
    if untaxed.0 <= 0 || untaxed > totals.untaxed {
        return Err(refused!(
            "‘{name}’ can be refunded for as much as it is worth without tax, and not for nothing",
            name = of.name
        ));
    }
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

fn post(draft: &mut Draft, id: DocId) -> Result<String> {
    let invoice = invoice_of(draft, id)?;
    if is_posted(&invoice) {
        return Err(refused!("‘{name}’ is posted already", name = invoice.name));
    }
    let records = draft.records();
    let order = invoice.order.ok_or_else(|| unknown(id))?;
    let totals = records.invoice_totals(&invoice);
    let lines = match invoice.is_refund() {
        true => vec![FrozenLine {
            name: invoice.name.clone(),
            quantity: 1,
            price: totals.untaxed,
            discount: Default::default(),
            tax: Default::default(),
            subtotal: totals.untaxed,
        }],
        false => records.lines_of(order).into_iter().map(frozen_line).collect(),
    };
    let customer = invoice.partner.and_then(|p| records.contacts.get(&p));
    let address = customer.map(|c| {
        let parts =
            [c.street.clone(), c.street2.clone(), format!("{} {}", c.zip, c.city), c.state.clone(), c.country.clone()];
        parts.map(|p| p.trim().to_owned()).into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join("\n")
    });
    let number = number(draft, Kind::Invoice);
    let frozen = Frozen {
        number: number.clone(),
        date: draft.context.today,
        order: draft.name(order),
        customer: customer.map(|c| c.name.clone()).unwrap_or_default(),
        address: address.unwrap_or_default(),
        lines,
        totals,
    };
    let frozen = frozen.to_text();
    validate::text_fits("Invoice", &frozen)?;
    draft.write_field(id, "frozen", Value::Text(frozen));
    draft.write_field(id, "name", number);
    Ok(if invoice.is_refund() { "Post refund" } else { "Post invoice" }.to_owned())
}

fn frozen_line(line: &OrderLine) -> FrozenLine {
    FrozenLine {
        name: line.name.clone(),
        quantity: line.quantity,
        price: line.price,
        discount: line.discount,
        tax: line.tax,
        subtotal: line.subtotal(),
    }
}
