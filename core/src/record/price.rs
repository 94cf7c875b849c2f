//! Price lists per segment of customers (spec §9).

use crate::id::{DocId, Kind, WorkspaceId};

record!(
    /// Prices for some of the customers: their segment is whom a filter over contacts takes (`tags = VIP`,
    /// `industry = 'Health care' and country = BE`). Of several lists the first one, by sequence, that says something of a product counts.
    PriceList {
        name: Text = "Price list",
        /// A filter over contacts; empty means every customer. Who works for a company that it takes is meant too.
        customers: Text = "Customers",
        /// Off the sales price of products that have no price of their own here.
        discount: Percent = "Discount",
        sequence: Int = "Sequence",
    }
);

record!(
    /// What one product costs in a price list. Which two is part of its id and never changes.
    Price {
        name: Text = "Price",
        list: Ref(Kind::PriceList) = "Price list",
        product: Ref(Kind::Product) = "Product",
        price: Money = "Unit price",
    }
);

impl Price {
    /// The id under which a product's price in a list is kept: one, whichever device sets it first.
    pub fn id_of(workspace: WorkspaceId, list: DocId, product: DocId) -> DocId {
        DocId::derived(workspace, "price", Kind::Price, &format!("{list}:{product}"))
    }
}
