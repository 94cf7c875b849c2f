//! Imports of files that nobody here wrote. They are not part of the project: where they are absent, these tests say so
//! and pass.

use std::path::PathBuf;

use crate::common::{Desk, meet};
use satchel_core::{
    Money, Records,
    exchange::{ImportReport, Profile, RowKind, import},
    record::{Opportunity, WonStatus},
};

/// The named files, or nothing with a notice where they are absent.
fn files(folder: &str, names: &[&str]) -> Option<Vec<(String, Vec<u8>)>> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data").join(folder);
    let files = names.iter().map(|n| Some(((*n).to_owned(), std::fs::read(root.join(n)).ok()?)));
    let files: Option<Vec<_>> = files.collect();
    if files.is_none() {
        println!("skipped: {} is not here", root.display());
    }
    files
}

fn run(desk: &Desk, files: Vec<(String, Vec<u8>)>) -> ImportReport {
    let draft = import::read(files, None).expect("read");
    draft.run(&desk.ws, false, &mut |_, _| {}).expect("imported")
}

fn totals(report: &ImportReport) -> (usize, usize, usize, usize, usize) {
    report.files.iter().fold((0, 0, 0, 0, 0), |t, f| {
        (t.0 + f.created, t.1 + f.updated, t.2 + f.unchanged, t.3 + f.duplicates, t.4 + f.refused.len())
    })
}

const MAVEN: &[&str] =
    &["sales_pipeline_half.csv", "accounts.csv", "products.csv", "sales_teams.csv", "data_dictionary.csv"];

fn worth<'a>(opportunities: impl Iterator<Item = &'a Opportunity>) -> Money {
    opportunities.map(|o| o.expected_revenue).sum()
}

fn with(records: &Records, status: WonStatus) -> impl Iterator<Item = &Opportunity> {
    records.opportunities.values().filter(move |o| records.won_status(o) == status)
}

fn in_stage(records: &Records, name: &str) -> usize {
    let stage = |o: &&Opportunity| records.stage(o).is_some_and(|s| s.name == name);
    records.opportunities.values().filter(stage).count()
}

#[test]
fn maven_pipeline() {
    let Some(files) = files("maven-crm", MAVEN) else { return };
    let ann = Desk::ann();
    let report = run(&ann, files.clone());
    assert_eq!(totals(&report), (4400 + 85 + 7 + 35, 0, 0, 0, 1));
    assert_eq!(report.files[4].refused[0].line, 0, "the dictionary of columns holds no records");
    {
        let records = ann.ws.records();
        let with = |s: WonStatus| with(&records, s);
        assert_eq!(records.opportunities.len(), 4400);
        assert_eq!(with(WonStatus::Won).count(), 2107);
        assert_eq!(worth(with(WonStatus::Won)), Money(494_229_300));
        assert_eq!(with(WonStatus::Lost).count(), 1247);
        assert_eq!(in_stage(&records, "Engaging"), 796);
        assert_eq!(in_stage(&records, "Prospecting"), 250);
        assert_eq!(in_stage(&records, "New"), 1247, "lost ones stand in the first open stage");
        let order: Vec<&str> = records.stages_of(None).into_iter().map(|s| s.name.as_str()).collect();
        assert_eq!(order, ["New", "Qualified", "Proposition", "Prospecting", "Engaging", "Won"]);

        let named = |name: &str| records.users.values().find(|u| u.name == name).expect("a salesperson");
        let anna = named("Anna Snelling");
        assert_eq!(with(WonStatus::Won).filter(|o| o.user == Some(anna.id)).count(), 104);
        let team = &records.teams[&anna.team.expect("a team")];
        assert_eq!((team.name.as_str(), team.region.as_str()), ("Central – Dustin Brinkmann", "Central"));
        assert_eq!(team.leader, Some(named("Dustin Brinkmann").id));
        assert_eq!((records.teams.len(), records.users.len()), (6, 35 + 6 + 1));
        let in_team_of_agent = |o: &Opportunity| o.user.is_some_and(|u| o.team == records.users[&u].team);
        assert!(records.opportunities.values().all(in_team_of_agent));

        assert_eq!(records.products.len(), 7, "GTXPro is the product GTX Pro");
        let cancity = records.contacts.values().find(|c| c.name == "Cancity").expect("an account");
        assert_eq!((cancity.industry.as_str(), cancity.annual_revenue), ("retail", Money(71_862_000_000)));
        let bluth = records.contacts.values().find(|c| c.name == "Bluth Company").expect("an account");
        assert_eq!(records.name(bluth.parent.expect("a parent")), "Acme Corporation");
        let first = records.opportunities.values().find(|o| {
            o.partner == Some(cancity.id)
                && o.expected_revenue == Money(105_400)
                && records.won_status(o) == WonStatus::Won
        });
        let first = first.expect("the first row");
        assert_eq!(first.name, "GTX Plus Basic – Cancity");
        assert_eq!(first.date_open.map(|t| t.date_naive().to_string()).as_deref(), Some("2016-10-20"));
        assert_eq!(first.standing.closed.map(|t| t.date_naive().to_string()).as_deref(), Some("2017-03-01"));
    }
    let digest = ann.digest();
    let again = run(&ann, files);
    assert_eq!(totals(&again), (0, 0, 4400 + 85 + 7 + 35, 0, 1));
    assert_eq!(ann.digest(), digest, "the same files change nothing");
}

#[test]
fn two_devices_that_import_the_same_files_apart_hold_one_set_of_records() {
    let Some(files) = files("maven-crm", &["accounts.csv", "products.csv", "sales_teams.csv"]) else { return };
    let ann = Desk::ann();
    let bob = ann.admit("Bob Road", 2);
    run(&ann, files.clone());
    run(&bob, files.clone());
    meet(&ann, &bob);
    assert_eq!(ann.digest(), bob.digest());
    let records = ann.ws.records();
    assert_eq!((records.contacts.len(), records.products.len(), records.teams.len()), (85, 7, 6));
    assert!(records.contacts.values().all(|c| c.meta.conflicts.is_empty()));
    drop(records);
    assert_eq!(totals(&run(&bob, files)), (0, 0, 127, 0, 0));
}

#[test]
fn an_import_is_taken_back_whole_and_can_come_again() {
    let Some(files) = files("maven-crm", MAVEN) else { return };
    let ann = Desk::ann();
    let small: Vec<_> = files
        .into_iter()
        .map(|(name, bytes)| {
            let lines: Vec<&str> = std::str::from_utf8(&bytes).expect("text").lines().take(60).collect();
            (name, lines.join("\n").into_bytes())
        })
        .collect();
    let before = ann.ws.records().counts();
    let report = run(&ann, small.clone());
    let after = ann.ws.records().counts();
    ann.ws.undo_batch(report.import.expect("an import")).expect("undone");
    assert_eq!(ann.ws.records().counts(), before);
    let again = run(&ann, small);
    assert_eq!(totals(&again).4, 1, "{:?}", again.files);
    assert_eq!(ann.ws.records().counts(), after);
}

#[test]
fn salesforce_files_are_linked_by_id() {
    let names = &["Opportunity.csv", "Lead.csv", "Contact.csv", "Account.csv", "OpportunityHistory.csv"];
    let Some(files) = files("crm-export/salesforce-devorg", names) else { return };
    let ann = Desk::ann();
    let report = run(&ann, files.clone());
    assert_eq!(totals(&report), (36 + 22 + 25 + 18, 0, 0, 0, 1));
    assert!(report.files[4].refused[0].reason.to_string().contains("history"));
    {
        let records = ann.ws.records();
        let deals = || records.opportunities.values().filter(|o| !o.is_lead());
        assert_eq!((deals().count(), records.counts()["leads"]), (36, 22));
        assert!(deals().all(|o| o.partner.is_some_and(|p| records.contacts[&p].is_company)));
        assert_eq!(worth(deals()), Money(576_000_000), "Amount, not ExpectedRevenue");
        let won = || deals().filter(|o| records.won_status(o) == WonStatus::Won);
        assert_eq!((won().count(), worth(won())), (12, Money(281_500_000)));
        assert_eq!(deals().filter(|o| records.won_status(o) == WonStatus::Lost).count(), 8);
        assert!(deals().all(|o| o.standing.probability.is_none()), "every probability is its stage's");
        let prorated: Money = deals().map(|o| records.prorated_revenue(o)).sum();
        assert_eq!(prorated, Money(390_950_000), "the file's own ExpectedRevenue");
        let united = deals().find(|o| o.name == "United Oil Plant Standby Generators").expect("a deal");
        assert_eq!(records.name(united.partner.expect("a customer")), "United Oil & Gas Corp.");
        assert_eq!(
            united.date_deadline.map(|d| d.to_string()).as_deref(),
            Some("2024-02-03"),
            "month first, as 03/31/26 shows"
        );
        let rose = records.contacts.values().find(|c| c.name == "Rose Gonzalez").expect("a contact");
        assert_eq!(records.name(rose.parent.expect("a company")), "Edge Communications");
        let leads = records.opportunities.values().filter(|o| o.is_lead());
        assert_eq!(leads.filter(|o| o.meta.archived).count(), 5, "converted ones are kept archived");
    }
    assert_eq!(totals(&run(&ann, files)), (0, 0, 101, 0, 1));
}

#[test]
fn hubspot_files_are_linked_by_domain_and_address() {
    let names = &["hubspot_deals.csv", "hubspot_contacts.csv", "hubspot_companies.csv"];
    let Some(files) = files("crm-export/hubspot-dummy", names) else { return };
    let ann = Desk::ann();
    let report = run(&ann, files.clone());
    assert_eq!(totals(&report), (500 + 950 + 200, 0, 0, 0, 0));
    {
        let records = ann.ws.records();
        assert!(records.opportunities.values().all(|o| o.partner.is_some() && !o.contact_name.is_empty()));
        assert!(records.users.values().any(|u| u.name == "Dwight Schrute" && u.email == "dwight.schrute@example.com"));
        let with = |s: WonStatus| with(&records, s);
        let lost_of: Vec<_> = with(WonStatus::Lost).filter_map(|o| o.standing.lost_reason()).collect();
        assert!(!lost_of.is_empty() && with(WonStatus::Won).count() > 0);
        assert_eq!(records.counts()["contacts"], 1150);
    }
    assert_eq!(totals(&run(&ann, files)), (0, 0, 1650, 0, 0));
}

#[test]
fn atomic_odoo_and_relaticle() {
    let Some(atomic) = files("crm-export/atomic-crm", &["contacts.csv", "contacts_export.csv"]) else { return };
    let ann = Desk::ann();
    assert_eq!(totals(&run(&ann, atomic.clone())), (502, 0, 0, 0, 0));
    {
        let records = ann.ws.records();
        let shelley = records.contacts.values().find(|c| c.name == "Shelley Kerluke").expect("a contact");
        assert_eq!(shelley.email, "Shelley_Kerluke47@hotmail.com", "the only address is the first");
        assert_eq!(records.name(shelley.parent.expect("a company")), "Gottlieb and Sons");
        assert_eq!(records.name(shelley.user.expect("a salesperson")), "Jane Doe");
        assert!(records.tags.values().any(|t| t.name == "football-fan"));
    }
    assert_eq!(totals(&run(&ann, atomic)), (0, 0, 502, 0, 0));

    let names = &[
        "External_id_3rd_party_application_product_categories.csv",
        "External_id_3rd_party_application_products.csv",
        "m2m_customers_tags.csv",
        "o2m_customers_contacts.csv",
    ];
    let Some(odoo) = files("crm-export/odoo-import", names) else { return };
    let ann = Desk::ann();
    let report = run(&ann, odoo);
    assert_eq!(totals(&report), (5 + 5 + 8, 0, 0, 0, 0));
    let records = ann.ws.records();
    assert!(records.products.values().any(|p| p.name == "Chair" && p.category == "Seating furniture"));
    let roger = records.contacts.values().find(|c| c.name == "Roger Martins").expect("a contact");
    assert_eq!(records.name(roger.parent.expect("a company")), "Aurora Shelves");
    let services = records.contacts.values().find(|c| c.name == "Services & Finance").expect("a contact");
    assert_eq!(services.tags.len(), 2);
    drop(records);

    let Some(both) = files("crm-export/relaticle", &["companies.csv", "companies.xlsx"]) else { return };
    let ann = Desk::ann();
    assert_eq!(totals(&run(&ann, both)), (5, 0, 0, 5, 0), "a workbook of the same companies makes no second ones");
}

#[test]
fn headers_of_vendors_are_known() {
    let names = &[
        "hubspot_deals_export_header.csv",
        "hubspot_contacts_export_header.csv",
        "google_contacts_2024_header.csv",
        "pipedrive_sample_import.csv",
    ];
    let Some(files) = files("crm-export/vendor-headers", names) else { return };
    let draft = import::read(files, None).expect("read");
    draft.check().expect("no column goes twice");
    let found: Vec<_> = draft.sheets.iter().map(|(_, m)| (m.profile, m.kind)).collect();
    let expected = [
        (Profile::HubSpot, RowKind::Opportunities),
        (Profile::HubSpot, RowKind::People),
        (Profile::Google, RowKind::People),
        (Profile::Pipedrive, RowKind::Opportunities),
    ];
    assert_eq!(found, expected);
    let columns =
        |i: usize, field: &str| draft.sheets[i].1.column_of(field).map(|c| draft.sheets[i].0.headers[c].clone());
    assert_eq!(columns(0, "name").as_deref(), Some("Deal Name"));
    assert_eq!(columns(0, "expected_revenue").as_deref(), Some("Amount"));
    assert_eq!(columns(2, "email").as_deref(), Some("E-mail 1 - Value"));
    assert_eq!(columns(3, "partner").as_deref(), Some("Organization - Name*"));
}

#[test]
fn address_books() {
    let names = &["all.csv", "email.csv", "outlook.csv"];
    let Some(files) = files("addressbook-csv/roundcube", names) else { return };
    let ann = Desk::ann();
    let report = run(&ann, files.clone());
    assert_eq!(report.files.iter().map(|f| f.rows).collect::<Vec<_>>(), [1, 4, 1]);
    assert_eq!(totals(&report).4, 0);
    {
        let records = ann.ws.records();
        let person = records.contacts.values().find(|c| c.name == "Display Name").expect("the person");
        assert_eq!((person.email.as_str(), person.email_other.as_str()), ("work@example.com", "home@example.com"));
        assert_eq!((person.phone.as_str(), person.street.as_str()), ("300", "Work Street"));
        assert_eq!(person.birthday.map(|d| d.to_string()).as_deref(), Some("1991-01-20"));
        assert!(
            person.description.contains("other@example.com") && person.description.contains("Anniversary: 20/02/1992")
        );
    }
    assert_eq!(totals(&run(&ann, files)).0, 0, "a second time creates nothing");
}

#[test]
fn address_cards() {
    let Some(books) = files("addressbook-csv/roundcube", &["all.vcf", "email.vcf", "outlook.vcf"]) else { return };
    let ann = Desk::ann();
    let report = run(&ann, books.clone());
    assert_eq!(report.files.iter().map(|f| f.rows).collect::<Vec<_>>(), [1, 4, 1]);
    {
        let records = ann.ws.records();
        let person = records.contacts.values().find(|c| c.name == "Display Name").expect("the person");
        assert_eq!((person.mobile.as_str(), person.street.as_str()), ("500", "Work Street"));
        assert_eq!(person.birthday.map(|d| d.to_string()).as_deref(), Some("1991-01-20"));
    }
    assert_eq!(totals(&run(&ann, books)).0, 0);
    let cards =
        ["ANDROID", "BLACK_BERRY", "EVOLUTION", "GMAIL", "IPHONE", "LOTUS_NOTES", "MAC_ADDRESS_BOOK", "MS_OUTLOOK"];
    for program in cards {
        let name = format!("John_Doe_{program}.vcf");
        let Some(card) = files("vcard/ez-vcard", &[&name]) else { return };
        let ann = Desk::ann();
        let report = run(&ann, card);
        assert!(report.files[0].created >= 1 && report.files[0].refused.is_empty(), "{program}: {report:?}");
        let records = ann.ws.records();
        assert!(records.contacts.values().all(|c| !c.name.is_empty()), "{program}");
    }
}

#[test]
fn odd_but_valid_csv() {
    let names = [
        ("comma_in_quotes", 1),
        ("empty", 2),
        ("empty_crlf", 2),
        ("escaped_quotes", 2),
        ("json", 1),
        ("newlines", 3),
        ("newlines_crlf", 3),
        ("quotes_and_newlines", 2),
        ("simple", 1),
        ("simple_crlf", 1),
        ("utf8", 2),
    ];
    for (name, rows) in names {
        let (csv, json) = (format!("{name}.csv"), format!("{name}.json"));
        let Some(pair) = files("csv-edge", &[&csv, &json]) else { return };
        let tables = satchel_core::exchange::table::read(&csv, &pair[0].1).expect("a table");
        // Each comes with what it says, as JSON. Line ends may have changed on the files' way here.
        let said = String::from_utf8(pair[1].1.clone()).expect("text").replace("\\r\\n", "\\n");
        let said: Vec<serde_json::Map<String, serde_json::Value>> = serde_json::from_str(&said).expect("JSON");
        let read: Vec<serde_json::Map<String, serde_json::Value>> = tables[0]
            .rows
            .iter()
            .map(|r| tables[0].headers.iter().cloned().zip(r.cells.iter().map(|c| c.as_str().into())).collect())
            .collect();
        assert_eq!(read, said, "{name}");
        let ann = Desk::ann();
        let report = run(&ann, vec![pair[0].clone()]);
        assert_eq!(totals(&report), (rows, 0, 0, 0, 0), "{name}");
        let refused = import::read(vec![pair[1].clone()], None).expect_err("JSON is no table");
        assert_eq!(refused.to_string(), format!("{json}: is JSON, not a table: export the data as CSV or XLSX"));
    }
}
