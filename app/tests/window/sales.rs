//! Quotations, orders and invoices as a person works with them.

use eframe::egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable;
use satchel_core::{Command, DocId, Kind, Money, Percent, Value, command::SaleStep};

use crate::scene::{self, Desk};

const SIZE: [f32; 2] = [1440.0, 900.0];

/// At the form of the Umbrella opportunity, with two products to sell.
fn desk() -> Desk {
    let clock = scene::clock();
    let workspace = scene::pipeline(&clock);
    for (name, price, tax) in [("GTX Pro", 482_100, 20), ("Installation", 95_000, 10)] {
        let fields: Vec<(String, Value)> = vec![
            ("name".into(), name.into()),
            ("list_price".into(), Money(price).into()),
            ("tax".into(), Percent::whole(tax).into()),
        ];
        workspace.execute(Command::Create { id: workspace.new_id(Kind::Product), fields }).unwrap();
    }
    let mut desk = Desk::over(workspace, clock, SIZE);
    desk.open("GTX Pro rollout, 4 sites");
    desk
}

fn only_quotation(desk: &Desk) -> DocId {
    let records = desk.workspace.records();
    assert_eq!(records.quotations.len(), 1);
    *records.quotations.keys().next().unwrap()
}

/// A quotation of three and two pieces.
fn quoted() -> Desk {
    let mut desk = desk();
    desk.key(Key::Q);
    desk.fill("Description, line 1", "GTX Pro, four sites");
    desk.fill("Quantity, line 1", "3");
    desk.fill("Unit price, line 1", "1,000");
    desk.fill("Discount, line 1", "10");
    desk.fill("Tax, line 1", "20");
    desk
}

#[test]
fn a_quotation_is_written_like_a_spreadsheet() {
    let mut desk = quoted();
    desk.harness.get_by_label("Untaxed: $2,700.00");
    desk.harness.get_by_label("Tax 20 % on $2,700.00: $540.00");
    desk.harness.get_by_label("Total: $3,240.00");
    desk.type_over("Add a product", "instal");
    desk.key(Key::Enter);
    desk.harness.run_steps(4);
    assert!(desk.harness.get_by_label("Quantity, line 2").is_focused(), "one goes on typing at the new line");
    desk.harness.get_by_label("Quantity, line 2").type_text("2");
    desk.key(Key::Enter);
    desk.harness.get_by_label("Tax 10 % on $1,900.00: $190.00");
    desk.harness.get_by_label("Total: $5,330.00");
    // What cannot be read stays as typed, with the reason under it, and holds the next step back.
    desk.fill("Discount, line 2", "120");
    assert!(desk.is_there("It lies between 0 % and 100 %"));
    desk.click("Mark sent");
    assert!(desk.is_there("A field marked red is not saved yet: correct it first"));
    desk.fill("Discount, line 2", "50");
    desk.harness.get_by_label("Total: $4,285.00");
    // The line beside, and the lines in another order.
    desk.focus("Unit price, line 2");
    desk.key(Key::ArrowUp);
    assert!(desk.harness.get_by_label("Unit price, line 1").is_focused());
    desk.keys(Modifiers::ALT, Key::ArrowDown);
    let id = only_quotation(&desk);
    let names = |desk: &Desk| -> Vec<String> {
        desk.workspace.records().lines_of(id).iter().map(|line| line.name.clone()).collect()
    };
    assert_eq!(names(&desk), ["Installation", "GTX Pro, four sites"]);
    desk.click("Remove line 1");
    assert_eq!(names(&desk), ["GTX Pro, four sites"]);
    desk.keys(Modifiers::COMMAND, Key::Z);
    assert_eq!(names(&desk).len(), 2, "undone");
}

#[test]
fn what_is_typed_is_saved_before_the_step() {
    let mut desk = quoted();
    desk.type_over("Quantity, line 1", "5");
    desk.click("Confirm order");
    desk.harness.run_steps(4);
    let id = only_quotation(&desk);
    assert!(desk.workspace.records().quotations[&id].is_order());
    assert_eq!(desk.workspace.records().lines_of(id)[0].quantity, 5);
    assert!(desk.is_there("A sales order stays as it was confirmed"));
    assert!(desk.harness.query_by_label("Quantity, line 1").is_none(), "an order is read");
}

#[test]
fn an_order_is_invoiced_posted_paid_and_refunded() {
    let mut desk = quoted();
    desk.keys(Modifiers::COMMAND, Key::Enter);
    desk.keys(Modifiers::COMMAND, Key::Enter);
    let id = only_quotation(&desk);
    assert!(desk.workspace.records().quotations[&id].is_order(), "sent, then confirmed");
    desk.click("Create invoice");
    assert!(desk.is_there("A draft: it follows its sales order"));
    desk.harness.get_by_label("Total: $3,240.00");
    desk.click("Post");
    let number = {
        let records = desk.workspace.records();
        records.invoices.values().next().unwrap().name.clone()
    };
    assert!(number.starts_with("INV/2026/"));
    desk.harness.get_by_label(&format!("Invoice {number}"));
    assert!(desk.is_there("it stays as it is. What was wrong is given back by a refund"));
    desk.click("Register payment…");
    desk.type_over("Paid on", "32 Nov");
    desk.key(Key::Enter);
    desk.harness.get_by_label("Paid on").focus();
    desk.keys(Modifiers::COMMAND, Key::A);
    desk.harness.get_by_label("Paid on").type_text("10 Nov");
    desk.key(Key::Enter);
    assert!(desk.is_there("paid on Tue 10 Nov"));
    desk.click("Refund…");
    desk.type_over("Amount without tax", "5000");
    desk.key(Key::Enter);
    assert_eq!(desk.workspace.records().invoices.len(), 1, "no more than was invoiced");
    desk.harness.get_by_label("Amount without tax").focus();
    desk.keys(Modifiers::COMMAND, Key::A);
    desk.harness.get_by_label("Amount without tax").type_text("700");
    desk.key(Key::Enter);
    desk.harness.run_steps(4);
    desk.harness.get_by_label("Total: −$840.00");
    desk.click("Post");
    // Back at the invoice, the refund is beside it; the opportunity has all of it.
    desk.click(&format!("Refund of: {number}"));
    assert!(desk.is_there("Refund, Thu 12 Nov, −$840.00"));
    desk.click("Opportunity: GTX Pro rollout, 4 sites");
    assert!(desk.is_there("Quotations and invoices") || desk.is_there("Sales order, "));
    desk.harness.get_by_label_contains(&format!("{number}, Paid, "));
}

#[test]
fn the_lists_open_what_they_hold_and_figures_open_the_lists() {
    let mut desk = quoted();
    let id = only_quotation(&desk);
    let run = |step| desk.workspace.execute(Command::Sale(step)).unwrap();
    run(SaleStep::Confirm { id });
    for _ in 0..2 {
        let invoice = desk.workspace.new_id(Kind::Invoice);
        run(SaleStep::Invoice { order: id, id: invoice });
        run(SaleStep::Post { id: invoice });
    }
    desk.keys(Modifiers::COMMAND, Key::Num7);
    desk.click("New quotation");
    desk.fill("Customer", "Hatfan");
    let made = desk.workspace.records().quotations.values().find(|q| q.id != id).unwrap().clone();
    assert_eq!(
        (made.user, desk.workspace.records().name(made.partner.unwrap())),
        (Some(desk.workspace.user()), "Hatfan")
    );
    desk.workspace.execute(Command::Trash { ids: vec![made.id] }).unwrap();
    desk.keys(Modifiers::COMMAND, Key::Num7);
    desk.harness.get_by_label_contains("1 quotation, ");
    desk.click("Invoices");
    desk.harness.get_by_label_contains("2 invoices, ");
    desk.click("Products");
    desk.harness.get_by_label_contains("2 products");
    desk.keys(Modifiers::COMMAND, Key::Num1);
    desk.keys(Modifiers::COMMAND, Key::Num7);
    desk.harness.get_by_label_contains("2 products");
    desk.keys(Modifiers::COMMAND, Key::Num0);
    desk.harness.run_steps(4);
    let figure = desk.harness.query_all_by_label_contains("Invoiced, this month: ").next();
    let name = egui_kittest::kittest::NodeT::accesskit_node(&figure.unwrap()).label().unwrap();
    desk.click(&name);
    desk.harness.get_by_label_contains("2 invoices, ");
    desk.key(Key::Escape);
    assert!(desk.is_there("Good morning, Vicki"));
}

#[test]
fn a_product_is_made_and_priced_in_its_dialog() {
    let mut desk = desk();
    desk.keys(Modifiers::COMMAND, Key::Num7);
    desk.click("Products");
    desk.click("New product");
    desk.harness.get_by_label("Name of the product").type_text("Training day");
    desk.key(Key::Enter);
    desk.fill("Sales price", "640");
    desk.fill("Tax", "101");
    assert!(desk.is_there("It lies between 0 % and 100 %"));
    desk.fill("Tax", "19");
    desk.click("Close");
    let records = desk.workspace.records();
    let product = records.products.values().find(|p| p.name == "Training day").unwrap();
    assert_eq!((product.list_price, product.tax), (Money(64_000), Percent::whole(19)));
}

#[test]
fn a_price_list_is_for_some_and_fills_their_lines() {
    let mut desk = desk();
    desk.keys(Modifiers::COMMAND, Key::Comma);
    desk.click("Price lists");
    desk.click("Add price list");
    desk.harness.get_by_label("Add price list: name").type_text("Umbrella");
    desk.key(Key::Enter);
    desk.fill("Customers", "nonsense");
    assert!(!desk.is_there("no list"), "a filter that makes no sense is refused in place");
    desk.fill("Customers", "name = 'Umbrella Corporation'");
    desk.fill("Discount", "10");
    desk.type_over("Set the price of a product", "instal");
    desk.key(Key::Enter);
    desk.fill("Price of Installation", "500");
    desk.keys(Modifiers::COMMAND, Key::Num1);
    desk.open("GTX Pro rollout, 4 sites");
    desk.key(Key::Q);
    for product in ["instal", "gtx"] {
        desk.type_over("Add a product", product);
        desk.key(Key::Enter);
        desk.harness.run_steps(4);
    }
    let id = only_quotation(&desk);
    let prices: Vec<Money> = desk.workspace.records().lines_of(id).iter().map(|line| line.price).collect();
    assert_eq!(prices[prices.len() - 2..], [Money(50_000), Money(433_890)], "its own price, then the discount");
}

#[test]
fn the_company_is_set_up_as_it_is_printed() {
    let mut desk = desk();
    desk.keys(Modifiers::COMMAND, Key::Comma);
    desk.click("Company");
    desk.fill("Tax number", "DE 123");
    desk.type_over("Bank", "Harbour Bank");
    desk.keys(Modifiers::COMMAND, Key::Enter);
    let company = desk.workspace.records().company.clone().unwrap();
    assert_eq!((company.tax_id.as_str(), company.bank.as_str()), ("DE 123", "Harbour Bank"));
    assert!(desk.is_there("A PNG or JPEG; it stands at the upper left of the paper."));
    // Any picture will do: one of the window.
    if let Ok(picture) = desk.harness.render() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("logo.png");
        picture.save(&file).unwrap();
        desk.workspace.attach(company.id, "logo.png", &std::fs::read(file).unwrap()).unwrap();
        desk.harness.run_steps(6);
        assert!(desk.is_there("Logo of MavenTech"));
        desk.click("Remove the logo");
        assert!(desk.workspace.records().company.as_ref().unwrap().logo().is_none());
    }
}

#[test]
fn winning_offers_the_quotation_in_the_guided_set() {
    let clock = scene::clock();
    let workspace = scene::pipeline(&clock);
    let company = workspace.records().company.as_ref().unwrap().id;
    let guided = vec![("stages".to_owned(), Value::from("guided"))];
    workspace.execute(Command::Set { id: company, fields: guided, seen: None }).unwrap();
    let mut desk = Desk::over(workspace, clock, SIZE);
    desk.open("GTX Pro rollout, 4 sites");
    desk.key(Key::W);
    let offers = |desk: &Desk| desk.harness.query_all_by_label("New quotation").count();
    assert_eq!(offers(&desk), 2, "the form's and the toast's");
    let offer =
        desk.harness.query_all_by_label("New quotation").max_by(|a, b| a.rect().top().total_cmp(&b.rect().top()));
    offer.unwrap().click();
    desk.harness.run_steps(8);
    only_quotation(&desk);
    assert!(desk.is_there("Quotation Q/2026/"));
}

/// Draws the pages into pictures, for people to look at, where `SATCHEL_PICTURES` names a folder.
#[test]
fn sales_pictures() {
    let Ok(folder) = std::env::var("SATCHEL_PICTURES") else { return };
    for (theme, size) in
        [("light", [1280.0, 800.0]), ("dark", [1280.0, 800.0]), ("light", [1920.0, 1080.0]), ("dark", [1920.0, 1080.0])]
    {
        let mut desk = quoted();
        desk.harness.set_size(size.into());
        let chosen = if theme == "dark" { eframe::egui::Theme::Dark } else { eframe::egui::Theme::Light };
        desk.harness.ctx.set_theme(chosen);
        let save = |desk: &mut Desk, name: &str| {
            desk.harness.run();
            let picture = desk.harness.render().expect("a software GPU");
            picture.save(format!("{folder}/sales-{name}-{theme}-{}.png", size[0])).unwrap();
        };
        desk.type_over("Add a product", "instal");
        save(&mut desk, "picker");
        desk.key(Key::Enter);
        desk.harness.run_steps(4);
        desk.fill("Discount, line 2", "120");
        save(&mut desk, "quotation");
        desk.fill("Discount, line 2", "5");
        desk.keys(Modifiers::COMMAND, Key::Enter);
        desk.keys(Modifiers::COMMAND, Key::Enter);
        save(&mut desk, "order");
        desk.click("Create invoice");
        save(&mut desk, "draft");
        desk.click("Post");
        save(&mut desk, "posted");
        desk.click("Refund…");
        save(&mut desk, "refund");
        desk.key(Key::Enter);
        desk.harness.run_steps(6);
        desk.click("Post");
        save(&mut desk, "refunded");
        desk.keys(Modifiers::COMMAND, Key::Num7);
        save(&mut desk, "list");
        desk.click("Invoices");
        save(&mut desk, "invoices");
        desk.click("Products");
        save(&mut desk, "products");
        desk.click("New product");
        desk.harness.get_by_label("Name of the product").type_text("Training day");
        desk.key(Key::Enter);
        save(&mut desk, "product");
        desk.click("Close");
        desk.keys(Modifiers::COMMAND, Key::Num1);
        desk.open("GTX Pro rollout, 4 sites");
        save(&mut desk, "opportunity");
    }
}

/// The sample team's sales, likewise.
#[test]
fn sample_pictures() {
    let Ok(folder) = std::env::var("SATCHEL_PICTURES") else { return };
    let clock = scene::clock();
    let workspace = scene::empty(satchel_core::environment::fixed::environment(&clock, 7));
    satchel_core::demo::populate(&workspace).unwrap();
    let mut desk = Desk::over(workspace, clock, SIZE);
    let save = |desk: &mut Desk, name: &str| {
        desk.harness.run_steps(6);
        let picture = desk.harness.render().expect("a software GPU");
        picture.save(format!("{folder}/sample-{name}.png")).unwrap();
    };
    desk.keys(Modifiers::COMMAND, Key::Num0);
    save(&mut desk, "dashboard");
    desk.keys(Modifiers::COMMAND, Key::Num7);
    save(&mut desk, "quotations");
    desk.click("Invoices");
    save(&mut desk, "invoices");
    desk.keys(Modifiers::COMMAND, Key::Num9);
    save(&mut desk, "reporting");
    desk.keys(Modifiers::COMMAND, Key::Comma);
    desk.click("Company");
    save(&mut desk, "company");
    desk.click("Price lists");
    desk.click("Price list Food industry");
    save(&mut desk, "prices");
}
