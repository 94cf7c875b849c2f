//! What a product costs whom (spec §9).

use chrono::NaiveDate;

use super::{Asker, Filter, Item, Listing};
use crate::{
    id::DocId,
    record::{Price, PriceList, Records},
    value::{Money, Percent},
};

/// A product's price for a customer, and the price list that says so; without one it is the sales price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quoted {
    pub price: Money,
    pub list: Option<DocId>,
}

/// How far up from a person to their company, and its company, a price list looks.
const HIGHEST: usize = 8;

/// What a product costs a customer, without tax: what the first price list, by sequence, says that is for this customer and
/// has a price for the product or a discount on everything; else the sales price. Nothing for a product that is not here.
pub fn price_for(records: &Records, product: DocId, customer: Option<DocId>, today: NaiveDate) -> Option<Quoted> {
    let product = records.products.get(&product)?;
    let mut lists: Vec<&PriceList> = records.price_lists.values().filter(|l| is_live(&l.meta)).collect();
    lists.sort_by_key(|list| (list.sequence, list.id));
    let said = lists.into_iter().find_map(|list| {
        let own = |price: &&Price| price.list == Some(list.id) && price.product == Some(product.id);
        let own = records.prices.values().filter(|p| is_live(&p.meta)).find(own).map(|p| p.price);
        let reduced = || product.list_price.share(Percent(Percent::HUNDRED.0 - list.discount.0));
        let price = own.or_else(|| (list.discount != Percent::ZERO).then(reduced))?;
        takes(records, list, customer, today).then_some(Quoted { price, list: Some(list.id) })
    });
    Some(said.unwrap_or(Quoted { price: product.list_price, list: None }))
}

fn is_live(meta: &crate::record::Meta) -> bool {
    !meta.deleted && !meta.archived
}

/// Whether a price list is for this customer, or for the company they belong to. One whose filter makes no sense any more
/// is for nobody.
pub fn takes(records: &Records, list: &PriceList, customer: Option<DocId>, today: NaiveDate) -> bool {
    if list.customers.trim().is_empty() {
        return true;
    }
    let asker = Asker::from(today);
    let Ok(filter) = Filter::parse(records, Listing::Contacts, &list.customers, asker.clone()) else { return false };
    let contact = |id: DocId| records.contacts.get(&records.head(id));
    let above = std::iter::successors(customer.and_then(contact), |c| c.parent.and_then(contact));
    above.take(HIGHEST).any(|c| filter.holds(records, Item::Contact(c), &asker))
}
