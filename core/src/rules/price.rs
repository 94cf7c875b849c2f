//! What products cost in price lists (spec §9).

use super::{draft::Draft, fields::Given, sale, validate};
use crate::{
    command::Fields,
    error::Result,
    id::{DocId, Kind},
    query::prices::price_for,
    record::{self, Price, Record},
    value::{Money, Value},
};

pub(super) fn set(draft: &mut Draft, list: DocId, product: DocId, price: Option<Money>) -> Result<String> {
    validate::refers(draft, "Price list", Kind::PriceList, list)?;
    validate::refers(draft, "Product", Kind::Product, product)?;
    let id = Price::id_of(draft.context.workspace, list, product);
    let label = format!("Set price of {} in {}", draft.name(product), draft.name(list));
    let Some(price) = price else {
        if draft.exists(id) {
            draft.edit_even_trashed(id)?;
            draft.decide_flag(id, "deleted", true)?;
        }
        return Ok(label);
    };
    if price.0 < 0 {
        return Err(refused!("Unit price: it is below 0"));
    }
    if !draft.exists(id) {
        draft.begin(id)?;
        draft.write_field(id, "create_date", draft.context.now);
        draft.write_field(id, "create_user", draft.context.user);
        draft.write_field(id, "name", draft.name(product));
        draft.write_field(id, "list", list);
        draft.write_field(id, "product", product);
        // Nothing at all would be a price too.
        draft.write_field(id, "price", price);
        return Ok(label);
    }
    draft.edit_even_trashed(id)?;
    draft.decide_flag(id, "deleted", false)?;
    draft.decide_flag(id, "archived", false)?;
    if let Some(field) = record::field(Kind::Price, "price") {
        let value = validate::check(draft, id, &field, &Value::Money(price))?;
        draft.decide(id, &field, &value, false)?;
    }
    Ok(label)
}

/// Of a price by hand only the amount.
pub(super) fn may_set(fields: &Fields) -> Result<()> {
    match fields.iter().find(|(name, _)| !["price", "archived", "active"].contains(&name.as_str())) {
        Some((name, _)) => Err(refused!("{name}: a price stays of its product and its price list", name)),
        None => Ok(()),
    }
}

/// What a line is filled with when its product is chosen: price, by the price list of the quotation's customer, and tax, where
/// they are not said.
pub(super) fn of_product(draft: &mut Draft, line: DocId, given: &Given) -> Result<()> {
    let Record::OrderLine(new) = draft.edit(line)? else { return Ok(()) };
    let (product, order) = (new.product, new.order);
    let Some(product) = product.and_then(|p| draft.records().products.get(&p)) else { return Ok(()) };
    let customer = match order {
        Some(order) => sale::customer(draft, order)?,
        None => None,
    };
    let priced = price_for(draft.records(), product.id, customer, draft.context.today);
    for (name, value) in [("price", priced.map(|p| Value::Money(p.price))), ("tax", Some(product.tax.into()))] {
        if let (false, Some(value), Some(field)) = (given.has(name), value, record::field(Kind::OrderLine, name)) {
            draft.decide(line, &field, &value, false)?;
        }
    }
    Ok(())
}
