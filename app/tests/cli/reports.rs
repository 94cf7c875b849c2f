//! Reports, targets and the past, by the real program.

use crate::program::Device;
use serde_json::json;

const NOW: &str = "--now=2026-11-12T12:00:00Z";

#[test]
fn reports_in_json_in_words_and_as_workbooks() {
    let device = Device::founded();
    let add = |fields: &[&str]| device.line(&[&["add", "opportunity", NOW], fields].concat());
    let won = add(&["name=Desks", "expected_revenue=1000", "user=Ann Field"]);
    add(&["name=Lamps", "expected_revenue=500", "user=Ann Field", "date_deadline=2026-11-12"]);
    let lost = add(&["name=Chairs", "expected_revenue=70"]);
    device.run(&["won", &won, NOW]).done();
    device.run(&["lost", &lost, NOW, "--reason", "Too expensive"]).done();
    device.line(&["target", "set", "Ann Field", "2026-11", "won", "2000"]);
    let targets = device.json(&["target", "list"]);
    assert_eq!((&targets[0]["month"], &targets[0]["target"]), (&json!("2026-11"), &json!("2000.00")));

    let mine = device.json(&["report", "my-dashboard", NOW]);
    let won = &mine["performances"]["won"];
    assert_eq!(won["this_month"], "1000.00");
    assert_eq!((&won["last_month"], &won["target"], &won["percent"]), (&json!("0.00"), &json!("2000.00"), &json!(50)));
    assert_eq!(mine["to_do"]["expected_closings"]["today"], 1);
    let ratio = device.json(&["report", "win-loss", NOW]);
    assert_eq!((&ratio["win_loss"]["count"]["won"], &ratio["win_loss"]["count"]["ratio"]), (&json!(1), &json!(1.0)));
    let missed = device.json(&["report", "missed-sales", NOW]);
    assert_eq!(missed["by_reason"]["rows"][0]["lost_reason"]["name"], "Too expensive");
    assert_eq!(missed["by_reason"]["total"]["expected_revenue"], "70.00");
    let pipeline = device.json(&["report", "pipeline", NOW, "--measure", "expected_revenue", "--rows", "user"]);
    assert_eq!(pipeline["pipeline"]["total"]["expected_revenue"], "500.00");
    for name in ["team-dashboard", "actual-vs-target", "sales-cycle", "revenue", "forecast", "activities"] {
        assert_eq!(device.json(&["report", name, NOW])["report"], name);
        device.run(&["report", name, NOW, "--user", "me", "--period", "quarter"]).done();
    }
    let words = device.run(&["report", "my-dashboard", NOW]).done().stdout;
    assert!(words.contains("expected_closings") && words.contains("1000.00"), "{words}");
    let file = device.path("report.xlsx");
    device.run(&["report", "revenue", NOW, "-o", file.to_str().unwrap()]).done();
    assert!(std::fs::read(file).unwrap().starts_with(b"PK"));

    let refused = device.run(&["report", "win-loss", "--measure", "count"]);
    assert_eq!((refused.code, refused.stderr.lines().count()), (1, 1), "{}", refused.stderr);
    assert_eq!(device.run(&["report", "weather"]).code, 2);
}

#[test]
fn a_list_and_a_report_of_a_day_gone_by() {
    let device = Device::founded();
    let deal = device.line(&["add", "opportunity", "name=Desks", "expected_revenue=100", "--now=2026-10-01T12:00:00Z"]);
    device.run(&["set", &deal, "expected_revenue=900", "stage=Won", "--now=2026-10-20T12:00:00Z"]).done();
    let of = |day: &str| device.json(&["list", "opportunities", "--as-of", day, NOW]);
    assert_eq!(of("2026-09-30").as_array().unwrap().len(), 0);
    assert_eq!(
        (&of("2026-10-19")[0]["expected_revenue"], &of("2026-10-19")[0]["won_status"]),
        (&json!("100.00"), &json!("pending"))
    );
    assert_eq!(
        (&of("2026-10-20")[0]["expected_revenue"], &of("2026-10-20")[0]["won_status"]),
        (&json!("900.00"), &json!("won"))
    );
    let report = device.json(&["report", "pipeline", "--as-of", "2026-10-19", NOW]);
    assert_eq!(report["pipeline"]["total"]["count"], 1);
    let dashboard = device.json(&["report", "win-loss", "--as-of", "2026-10-19", NOW]);
    assert_eq!(dashboard["win_loss"]["count"]["won"], 0);
    assert_eq!(device.run(&["list", "contacts", "--as-of", "2026-10-19"]).code, 1);
}

#[test]
fn from_a_quotation_to_a_paid_invoice() {
    let device = Device::founded();
    let deal = device.line(&["add", "opportunity", "name=Desks", "expected_revenue=100", "user=Ann Field", NOW]);
    let quote = device.line(&["sale", "quote", &deal, NOW]);
    device.line(&[
        "add",
        "order_line",
        &format!("order={quote}"),
        "name=Lamps",
        "quantity=3",
        "price=50",
        "tax=20",
        NOW,
    ]);
    device.run(&["sale", "confirm", &quote, NOW]).done();
    let shown = device.json(&["show", &deal]);
    assert_eq!(shown["expected_revenue"], "250.00");
    let invoice = device.line(&["sale", "invoice", &quote, NOW]);
    device.run(&["sale", "post", &invoice, NOW]).done();
    device.run(&["sale", "pay", &invoice, NOW]).done();
    let listed = device.json(&["list", "invoices"]);
    assert_eq!(
        (&listed[0]["state"], &listed[0]["untaxed"], &listed[0]["total"]),
        (&json!("paid"), &json!("250.00"), &json!("280.00"))
    );
    let mine = device.json(&["report", "my-dashboard", NOW]);
    assert_eq!(mine["performances"]["invoiced"]["this_month"], "250.00");
    let refused = device.run(&["set", &invoice, "note=x"]);
    assert_eq!(refused.code, 1);
    let file = device.path("bill.pdf");
    let file = file.to_str().unwrap();
    assert_eq!(device.line(&["sale", "print", &invoice, "--pdf", file, "--locale", "de-DE"]), file);
    assert!(std::fs::read(file).unwrap().starts_with(b"%PDF-"));
    let beside = device.line(&["sale", "print", &invoice, "--pdf", file]);
    assert_ne!(beside, file, "nothing is written over");
    device.line(&["sale", "refund", &invoice, "--untaxed", "50", NOW]);
    assert_eq!(device.json(&["list", "quotations"])[0]["state"], "confirmed");
    let numbers = device.json(&["sale", "numbers"]);
    assert_eq!(
        (&numbers[1]["kind"], &numbers[1]["last"], &numbers[1]["missing"]),
        (&json!("invoice"), &json!(1), &json!([]))
    );
}

#[test]
fn a_price_list_says_what_its_customers_pay() {
    let device = Device::founded();
    device.line(&["add", "product", "name=Lamp", "list_price=100", NOW]);
    device.line(&["add", "tag", "name=VIP", NOW]);
    device.line(&["add", "contact", "name=Acme", "tags=VIP", NOW]);
    device.line(&["add", "price_list", "name=Friends", "customers=tags = VIP", "discount=10", NOW]);
    let of = |customer: &str| device.json(&["price", "of", "Lamp", "--for", customer, NOW]);
    assert_eq!((&of("Acme")["price"], &of("Acme")["price_list"]["name"]), (&json!("90.00"), &json!("Friends")));
    assert_eq!(device.line(&["price", "of", "Lamp", NOW]), "100.00");
    device.line(&["price", "set", "Friends", "Lamp", "75", NOW]);
    assert_eq!(of("Acme")["price"], "75.00");
    assert_eq!(device.json(&["list", "prices"])[0]["price"], "75.00");
    device.line(&["price", "set", "Friends", "Lamp", "none", NOW]);
    assert_eq!(of("Acme")["price"], "90.00");
    assert_eq!(device.run(&["price", "set", "Friends", "Lamp", "much"]).code, 1);
}
