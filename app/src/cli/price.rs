//! `satchel price`: what products cost in price lists, and for a customer.

use anyhow::{Context, Result};
use clap::Subcommand;
use satchel_core::{Command, Kind, Money, query::prices::price_for, record::Price};
use serde_json::json;

use super::{edit::execute, fields::reference, json::named, output, place::Place};

#[derive(Subcommand)]
pub enum PriceTask {
    /// Say what a product costs in a price list; prints the price’s id
    Set {
        /// A price list, by name or id
        list: String,
        /// A product, by name or id
        product: String,
        /// Without tax; none takes the product’s price out of the list
        price: String,
    },
    /// What a product costs, and which price list says so
    Of {
        /// A product, by name or id
        product: String,
        /// For this customer, by name or id
        #[arg(long = "for", value_name = "CUSTOMER")]
        customer: Option<String>,
    },
}

impl PriceTask {
    pub fn run(self, place: &Place) -> Result<()> {
        let workspace = place.open()?;
        let find = |kind: Kind, text: &str| reference(&workspace.records(), kind, text);
        match self {
            PriceTask::Set { list, product, price } => {
                let (list, product) = (find(Kind::PriceList, &list)?, find(Kind::Product, &product)?);
                let price = match price.trim() {
                    "none" => None,
                    text => Some(Money::parse(text).context("an amount is wanted: write 90 or 90.00, or none")?),
                };
                execute(&workspace, Command::SetPrice { list, product, price })?;
                let id = Price::id_of(workspace.id(), list, product).to_string();
                if place.json { output::json(&json!({"id": id})) } else { output::line(id) }
            }
            PriceTask::Of { product, customer } => {
                let product = find(Kind::Product, &product)?;
                let customer = customer.map(|text| find(Kind::Contact, &text)).transpose()?;
                let records = workspace.records();
                let quoted = price_for(&records, product, customer, place.environment.today());
                let quoted = quoted.context("there is no such product")?;
                let list = quoted.list.map(|list| records.name(list).to_owned());
                if place.json {
                    let by = quoted.list.map(|id| named(id, records.name(id)));
                    return output::json(&json!({"price": quoted.price.to_string(), "price_list": by}));
                }
                match list {
                    Some(list) => output::line(format_args!("{}  {list}", quoted.price)),
                    None => output::line(quoted.price),
                }
            }
        }
    }
}
