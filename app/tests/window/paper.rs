//! What is printed: what stands on which page, and whether the file says it.

use std::process::{Command as Process, Stdio};

use satchel::{
    locale::{self, Locale},
    paper::{self, Fonts, Paper},
};
use satchel_core::{
    Command, DocId, Kind, Money, Percent, Value, Workspace, command::SaleStep, environment::fixed::environment,
};

use crate::scene;

fn fields<const N: usize>(fields: [(&str, Value); N]) -> Vec<(String, Value)> {
    fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// A company with a letterhead, and an order of so many lines.
fn order(lines: usize) -> (Workspace, DocId) {
    let clock = scene::clock();
    let workspace = scene::empty(environment(&clock, 7));
    let run = |command| workspace.execute(command).unwrap();
    let company = workspace.records().company.as_ref().unwrap().id;
    let letterhead = fields([
        ("name", "Sundial Solar".into()),
        ("address", "12 Harbour Road\nBristol BS1 4QA\nUnited Kingdom".into()),
        ("email", "office@sundial.example".into()),
        ("website", "sundial.example".into()),
        ("tax_id", "GB 123 4567 89".into()),
        ("bank", "Harbour Bank\nIBAN GB29 NWBK 6016 1331 9268 19".into()),
        ("terms", "Payment within 30 days.".into()),
    ]);
    run(Command::Set { id: company, fields: letterhead, seen: None });
    let customer = workspace.new_id(Kind::Contact);
    let about = fields([
        ("name", "Łódź Café & Söhne".into()),
        ("is_company", true.into()),
        ("street", "Große Gasse 5".into()),
        ("zip", "90-001".into()),
        ("city", "Łódź".into()),
    ]);
    run(Command::Create { id: customer, fields: about });
    let order = workspace.new_id(Kind::Quotation);
    run(Command::Create {
        id: order,
        fields: fields([("partner", customer.into()), ("note", "Delivery in May.".into())]),
    });
    for n in 1..=lines {
        let name = match n {
            2 => "A roof that is described at some length, as roofs are: with its tiles, its rails, its cables and the scaffold that stands around it for a week".to_owned(),
            n => format!("Item number {n}"),
        };
        let line = fields([
            ("name", name.into()),
            ("order", order.into()),
            ("sequence", (n as i64).into()),
            ("quantity", 2.into()),
            ("price", Money(100_050).into()),
            ("tax", Percent::whole(if n % 2 == 0 { 20 } else { 10 }).into()),
        ]);
        run(Command::Create { id: workspace.new_id(Kind::OrderLine), fields: line });
    }
    (workspace, order)
}

fn paper(workspace: &Workspace, id: DocId) -> Paper {
    Paper::of(&workspace.records(), id, workspace.environment(), None).unwrap()
}

fn pages(paper: &Paper) -> Vec<Vec<String>> {
    let pages = paper::lay_out(paper, &Fonts::new().unwrap());
    pages.iter().map(|page| page.texts().into_iter().map(str::to_owned).collect()).collect()
}

#[test]
fn a_long_order_goes_over_pages_with_its_head_and_its_sums() {
    let (workspace, id) = order(120);
    let paper = paper(&workspace, id);
    let pages = pages(&paper);
    assert!(pages.len() >= 4, "{}", pages.len());
    for (at, page) in pages.iter().enumerate() {
        assert!(page.contains(&format!("Page {} of {}", at + 1, pages.len())));
        assert!(page.iter().any(|text| text == "Unit price") || at + 1 == pages.len(), "the head is on page {at}");
    }
    let all: Vec<&String> = pages.iter().flatten().collect();
    let times = |words: &str| all.iter().filter(|text| **text == words).count();
    for n in (1..=120).filter(|n| *n != 2) {
        assert_eq!(times(&format!("Item number {n}")), 1);
    }
    assert_eq!(times("Carried forward"), times("Brought forward"));
    assert!(times("Carried forward") >= 2);
    // 120 lines of 2 × 1,000.50; half at 10 %, half at 20 %.
    assert_eq!((times("$240,120.00"), times("$276,138.00")), (1, 1));
    assert_eq!(times("Tax 20 % on $120,060.00"), 1);
    assert_eq!((times("Delivery in May."), times("Payment within 30 days.")), (1, 1));
    // Nothing stands in the foot or beside the paper.
    let fonts = Fonts::new().unwrap();
    for page in paper::lay_out(&paper, &fonts) {
        for mark in &page.marks {
            if let paper::Mark::Text { x, y, text, size, cut, right, .. } = mark {
                let wide = fonts.width(text, *size, *cut);
                let (left, end) = if *right { (x - wide, *x) } else { (*x, x + wide) };
                assert!(left > 40.0 && end < page.width - 40.0 && *y < page.height - 20.0, "{text}");
            }
        }
    }
}

#[test]
fn a_posted_invoice_prints_what_was_frozen() {
    let (workspace, id) = order(3);
    let run = |command| workspace.execute(command).unwrap();
    run(Command::Sale(SaleStep::Confirm { id }));
    let invoice = workspace.new_id(Kind::Invoice);
    run(Command::Sale(SaleStep::Invoice { order: id, id: invoice }));
    assert_eq!(paper(&workspace, invoice).mark, "Draft");
    run(Command::Sale(SaleStep::Post { id: invoice }));
    let posted = paper(&workspace, invoice);
    assert!(posted.title.starts_with("Invoice INV/2026/"));
    let (company, customer) = {
        let records = workspace.records();
        (records.company.as_ref().unwrap().id, records.invoices[&invoice].partner.unwrap())
    };
    run(Command::Set { id: company, fields: fields([("name", "Other".into()), ("bank", "None".into())]), seen: None });
    run(Command::Set { id: customer, fields: fields([("name", "Renamed".into())]), seen: None });
    assert_eq!(paper(&workspace, invoice), posted, "as it was, whoever moves since");
    assert_eq!(posted.customer, ["Łódź Café & Söhne", "Große Gasse 5", "90-001 Łódź"]);
    // A refund says how much goes back.
    let refund = workspace.new_id(Kind::Invoice);
    run(Command::Sale(SaleStep::Refund { id: invoice, new: refund, untaxed: Some(Money(10_000)) }));
    run(Command::Sale(SaleStep::Post { id: refund }));
    let refund = paper(&workspace, refund);
    assert!(refund.title.starts_with("Refund INV/2026/"));
    assert_eq!(refund.totals[0].1, "−$100.00");
}

/// What an independent program reads out of the file.
fn read(bytes: &[u8]) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("paper.pdf");
    std::fs::write(&file, bytes).unwrap();
    let read = Process::new("pdftotext").arg("-layout").arg(&file).arg("-").stderr(Stdio::inherit()).output().ok()?;
    assert!(read.status.success());
    Some(String::from_utf8(read.stdout).unwrap())
}

#[test]
fn the_file_says_what_was_laid_out() {
    let (workspace, id) = order(120);
    let bytes = paper::pdf(&paper(&workspace, id)).unwrap();
    assert!(bytes.starts_with(b"%PDF-") && bytes.len() < 200_000, "{}", bytes.len());
    let Some(text) = read(&bytes) else { return println!("no pdftotext here: the file is not read") };
    for words in ["Łódź Café & Söhne", "Große Gasse 5", "Item number 120", "$276,138.00", "GB29 NWBK 6016 1331 9268 19"]
    {
        assert!(text.contains(words), "{words}");
    }
    assert!(text.contains("Page 1 of") && text.matches("Unit price").count() >= 3);
}

#[test]
fn it_is_written_as_the_region_and_the_language_do() {
    let (workspace, id) = order(1);
    locale::install();
    locale::speak(Locale::of_tag("de-DE"));
    let paper = paper(&workspace, id);
    locale::speak(Locale::default());
    assert!(paper.title.starts_with("Angebot Q/2026/"));
    assert_eq!(paper.facts[0], ("Datum".to_owned(), "12. November 2026".to_owned()));
    assert_eq!((paper.lines[0].price.as_str(), paper.lines[0].amount.as_str()), ("1.000,50", "2.001,00"));
    assert_eq!(paper.totals.last().unwrap(), &("Summe".to_owned(), "2.201,10\u{a0}$".to_owned()));
    // Letters that none of the fonts has are marked, not lost without a word.
    let odd = Paper { title: "見積書 №5".to_owned(), ..paper };
    assert!(paper::pdf(&odd).is_ok());
}

/// Writes files, for people to look at, where `SATCHEL_PICTURES` names a folder.
#[test]
fn paper_pictures() {
    let Ok(folder) = std::env::var("SATCHEL_PICTURES") else { return };
    for (name, lines) in [("short", 3), ("long", 120)] {
        let (workspace, id) = order(lines);
        let mut paper = paper(&workspace, id);
        paper.lines.first_mut().unwrap().discount = "5 %".to_owned();
        if name == "long" {
            paper.logo = std::fs::read(format!("{folder}/logo.png")).ok();
        }
        std::fs::write(format!("{folder}/paper-{name}.pdf"), paper::pdf(&paper).unwrap()).unwrap();
    }
}
