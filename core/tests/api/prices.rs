//! What products cost whom: price lists per segment of customers (spec §9).

use satchel_core::{
    Command, DocId, Kind, Money, Percent, Value,
    command::SaleStep,
    query::prices::{Quoted, price_for},
};

use crate::common::{Desk, meet, own};

fn add(desk: &Desk, kind: Kind, fields: &[(&str, Value)]) -> DocId {
    let id = desk.ws.new_id(kind);
    desk.run(Command::Create { id, fields: own(fields) });
    id
}

fn price(desk: &Desk, product: DocId, customer: Option<DocId>) -> Quoted {
    price_for(&desk.ws.records(), product, customer, desk.ws.environment().today()).unwrap()
}

fn set_price(desk: &Desk, list: DocId, product: DocId, cents: Option<i64>) {
    desk.run(Command::SetPrice { list, product, price: cents.map(Money) });
}

#[test]
fn a_line_costs_what_the_customers_price_list_says() {
    let ann = Desk::ann();
    let lamp = add(
        &ann,
        Kind::Product,
        &[("name", "Lamp".into()), ("list_price", Money(10_000).into()), ("tax", Percent::whole(20).into())],
    );
    let desk = add(&ann, Kind::Product, &[("name", "Desk".into()), ("list_price", Money(333).into())]);
    let vip = add(&ann, Kind::Tag, &[("name", "VIP".into())]);
    let acme = add(&ann, Kind::Contact, &[("name", "Acme".into()), ("tags", Value::Refs(vec![vip]))]);
    let joe = add(&ann, Kind::Contact, &[("name", "Joe".into()), ("parent", acme.into())]);
    let hospital = add(&ann, Kind::Contact, &[("name", "St Mary".into()), ("industry", "Health".into())]);
    let [dear, health] = [("VIP", "tags = VIP", 1), ("Health", "industry = Health or tags = VIP", 2)].map(
        |(name, customers, sequence)| {
            let fields = [("name", name.into()), ("customers", customers.into()), ("sequence", sequence.into())];
            add(&ann, Kind::PriceList, &fields)
        },
    );
    ann.set(health, &[("discount", Percent::whole(10).into())]);
    set_price(&ann, dear, lamp, Some(8_000));
    let plain = Quoted { price: Money(10_000), list: None };
    assert_eq!(price(&ann, lamp, None), plain);
    assert_eq!(price(&ann, lamp, Some(acme)), Quoted { price: Money(8_000), list: Some(dear) });
    assert_eq!(price(&ann, lamp, Some(joe)).price, Money(8_000), "he works for a customer of the list");
    assert_eq!(price(&ann, lamp, Some(hospital)), Quoted { price: Money(9_000), list: Some(health) });
    // The first list says nothing of desks: the next one that is for the customer does. 3.33 less 10 % is 2.997.
    assert_eq!(price(&ann, desk, Some(acme)), Quoted { price: Money(300), list: Some(health) });
    // A quotation's lines follow, as does another product in a line; what is said counts.
    let deal = ann.add(&[("name", "Light".into()), ("partner", joe.into()), ("product", lamp.into())]);
    let order = ann.ws.new_id(Kind::Quotation);
    ann.run(Command::Sale(SaleStep::Quote { opportunity: deal, id: order }));
    let first = ann.ws.records().lines_of(order)[0].clone();
    assert_eq!((first.price, first.tax), (Money(8_000), Percent::whole(20)));
    let new = add(&ann, Kind::OrderLine, &[("name", "Desk".into()), ("order", order.into()), ("product", desk.into())]);
    assert_eq!(ann.ws.records().order_lines[&new].price, Money(300));
    ann.set(new, &[("product", lamp.into())]);
    let line = ann.ws.records().order_lines[&new].clone();
    assert_eq!((line.price, line.tax), (Money(8_000), Percent::whole(20)));
    ann.set(new, &[("product", desk.into()), ("price", Money(5).into())]);
    assert_eq!(ann.ws.records().order_lines[&new].price, Money(5));
    // Taken out of the list, and a list that is archived.
    set_price(&ann, dear, lamp, None);
    assert_eq!(price(&ann, lamp, Some(acme)).list, Some(health));
    ann.set(health, &[("archived", true.into())]);
    assert_eq!(price(&ann, lamp, Some(acme)), plain);
    assert_eq!(ann.ws.records().order_lines[&first.id].price, Money(8_000), "what was quoted stays");
}

#[test]
fn two_devices_that_price_a_product_set_one_price() {
    let ann = Desk::ann();
    let bob = ann.admit_manager("Bob Road", 2);
    let lamp = add(&ann, Kind::Product, &[("name", "Lamp".into()), ("list_price", Money(10_000).into())]);
    let list = add(&ann, Kind::PriceList, &[("name", "Everybody".into())]);
    meet(&ann, &bob);
    set_price(&ann, list, lamp, Some(9_000));
    set_price(&bob, list, lamp, Some(8_000));
    meet(&ann, &bob);
    let records = ann.ws.records();
    assert_eq!(records.prices.len(), 1);
    assert_eq!(records.prices.values().next().unwrap().meta.conflicts, ["price"]);
    assert_eq!(price(&ann, lamp, None), price(&bob, lamp, None));
}

#[test]
fn what_makes_no_price_list_is_refused() {
    let ann = Desk::ann();
    let lamp = add(&ann, Kind::Product, &[("name", "Lamp".into())]);
    let list = add(&ann, Kind::PriceList, &[("name", "Everybody".into())]);
    let refused = |command: Command| ann.ws.execute(command).unwrap_err().to_string();
    let set = |field: &str, value: Value| Command::Set { id: list, fields: own(&[(field, value)]), seen: None };
    assert!(refused(set("customers", "colour = red".into())).contains("no field"));
    assert!(refused(Command::SetPrice { list, product: lamp, price: Some(Money(-1)) }).contains("below 0"));
    assert!(refused(Command::SetPrice { list: lamp, product: lamp, price: None }).contains("is a product"));
    let id = ann.ws.new_id(Kind::Price);
    assert!(refused(Command::Create { id, fields: own(&[("name", "x".into())]) }).contains("set it there"));
}
