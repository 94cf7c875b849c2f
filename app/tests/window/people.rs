//! Leads, duplicates, merges and earlier versions through the window, by the names that people who do not see it hear.

use eframe::egui::Key;
use egui_kittest::kittest::Queryable;
use satchel_core::{Command, DocId, Kind, Value, Workspace, record::WonStatus};

use crate::scene::{self, Desk};

fn desk(workspace: Workspace) -> Desk {
    Desk::over(workspace, scene::clock(), [1440.0, 900.0])
}

fn run(workspace: &Workspace, command: Command) {
    workspace.execute(command).unwrap();
}

fn set(workspace: &Workspace, id: DocId, fields: &[(&str, Value)]) {
    let fields = fields.iter().map(|(n, v)| ((*n).to_owned(), v.clone())).collect();
    run(workspace, Command::Set { id, fields, seen: None });
}

fn deal(workspace: &Workspace, name: &str) -> DocId {
    workspace.records().opportunities.values().find(|o| o.name == name).unwrap().id
}

/// The board, with one card that is a lead made of an opportunity.
fn with_lead() -> (Workspace, DocId) {
    let workspace = scene::pipeline(&scene::clock());
    let id = deal(&workspace, "GTX Basic, front desks");
    (workspace, id)
}

#[test]
fn a_lead_is_converted_with_the_customer_it_names() {
    let (workspace, id) = with_lead();
    let mut desk = desk(workspace);
    desk.open("GTX Basic, front desks, Hatfan");
    set(
        &desk.workspace,
        id,
        &[
            ("type", "lead".into()),
            ("partner", Value::Null),
            ("contact_name", "Eve Adams".into()),
            ("partner_name", "Newcomer Ltd".into()),
        ],
    );
    desk.harness.run_steps(6);
    assert!(!desk.is_there("Mark won"), "a lead is converted first");
    desk.click("Convert to opportunity");
    assert!(desk.is_there("Create Newcomer Ltd and Eve Adams"));
    desk.click("Convert");
    let records = desk.workspace.records();
    let lead = &records.opportunities[&id];
    assert_eq!((lead.is_lead(), records.name(lead.partner.unwrap())), (false, "Eve Adams"));
    drop(records);
    assert!(desk.is_there("Mark won"));
    assert!(desk.is_there("Converted to opportunity"), "the toast says so");
}

#[test]
fn a_duplicate_is_named_on_the_form_and_merged_side_by_side() {
    let workspace = scene::pipeline(&scene::clock());
    let (kept, other) = (deal(&workspace, "GTX Plus Pro renewal"), deal(&workspace, "GTX Plus Basic refresh"));
    set(&workspace, kept, &[("email_from", "info@kan.example".into()), ("phone", "111".into())]);
    set(&workspace, other, &[("phone", "222".into()), ("city", "Ghent".into())]);
    let mut desk = desk(workspace);
    desk.open("GTX Plus Basic refresh, Plexzap");
    assert!(!desk.is_there("Looks like"));
    desk.type_over("E-mail", "INFO@kan.example");
    assert!(desk.is_there("Looks like GTX Plus Pro renewal, same e-mail"), "while it is typed");
    desk.harness.key_press(Key::Enter);
    desk.harness.run_steps(6);
    desk.click("Merge with GTX Plus Pro renewal");
    assert!(desk.is_there("Merge 2 records"));
    assert!(desk.is_there("GTX Plus Pro renewal, Opportunity · Kan-code"), "the head is named");
    desk.click("Phone: 222 of GTX Plus Basic refresh");
    desk.click("Merge");
    let records = desk.workspace.records();
    let head = &records.opportunities[&kept];
    assert_eq!((head.phone.as_str(), head.city.as_str(), head.meta.merges.as_slice()), ("222", "Ghent", &[other][..]));
    assert!(!records.opportunities.contains_key(&other));
    drop(records);
    assert!(desk.is_there("merged 1 record into this one"), "its timeline tells");
    desk.harness.key_press_modifiers(eframe::egui::Modifiers::COMMAND, Key::Z);
    desk.harness.run_steps(6);
    assert!(desk.workspace.records().opportunities.contains_key(&other));
}

#[test]
fn quick_create_warns_of_what_the_customer_has_open() {
    let workspace = scene::pipeline(&scene::clock());
    let id = deal(&workspace, "GTX Plus Pro renewal");
    let mut desk = desk(workspace);
    desk.click("Add to New");
    desk.harness.get_by_label("Customer").type_text("Kan-code");
    desk.harness.run_steps(6);
    assert!(desk.is_there("Looks like GTX Plus Pro renewal (same customer)"));
    desk.click("Looks like GTX Plus Pro renewal (same customer)");
    assert!(desk.is_there("Mark won"));
    assert_eq!(desk.workspace.records().name(id), "GTX Plus Pro renewal");
}

#[test]
fn a_new_contact_that_is_here_already_is_said_while_typing() {
    let workspace = scene::pipeline(&scene::clock());
    let id = workspace.new_id(Kind::Contact);
    let fields = vec![("name".into(), "Eve Adams".into()), ("email".into(), "eve@adams.example".into())];
    run(&workspace, Command::Create { id, fields });
    let mut desk = desk(workspace);
    desk.click("Contacts");
    desk.click("New contact");
    desk.type_over("E-mail", "EVE@adams.example");
    desk.harness.run_steps(6);
    desk.click("Looks like Eve Adams (same e-mail)");
    assert!(desk.is_there("Back to the contacts"));
    assert!(!desk.is_there("Create contact"), "the dialog is gone");
}

#[test]
fn an_earlier_version_is_restored_from_the_timeline() {
    let workspace = scene::pipeline(&scene::clock());
    let id = deal(&workspace, "GTX Plus Pro renewal");
    set(&workspace, id, &[("city", "Ghent".into())]);
    set(&workspace, id, &[("city", "Bruges".into()), ("zip", "8000".into())]);
    let mut desk = desk(workspace);
    desk.open("GTX Plus Pro renewal, Kan-code");
    desk.click("Restore this version: You changed City");
    let records = desk.workspace.records();
    let o = &records.opportunities[&id];
    assert_eq!((o.city.as_str(), o.zip.as_str()), ("Ghent", ""));
    drop(records);
    assert!(desk.is_there("Restored an earlier version of"), "the toast says so");
}

#[test]
fn a_contact_tells_what_happened_with_its_opportunities_and_people() {
    let workspace = scene::pipeline(&scene::clock());
    let id = deal(&workspace, "GTX Plus Pro renewal");
    set(&workspace, id, &[("city", "Ghent".into())]);
    let company = workspace.records().opportunities[&id].partner.unwrap();
    let person = workspace.new_id(Kind::Contact);
    let fields = vec![("name".into(), "Eve Adams".into()), ("parent".into(), company.into())];
    run(&workspace, Command::Create { id: person, fields });
    let mut desk = desk(workspace);
    desk.click("Contacts");
    desk.click("Kan-code");
    assert!(desk.is_there("You changed City · GTX Plus Pro renewal"));
    assert!(desk.is_there("You created this contact · Eve Adams"));
}

#[test]
fn what_merged_by_itself_and_what_was_decided_is_listed() {
    let clock = scene::clock();
    let workspace = scene::pipeline(&clock);
    let id = deal(&workspace, "GTX Plus Pro renewal");
    let celia = scene::colleague(&workspace, &clock);
    set(&workspace, id, &[("city", "Ghent".into())]);
    set(&celia, id, &[("zip", "9000".into())]);
    let other = deal(&workspace, "GTX Pro for call floor");
    set(&workspace, other, &[("phone", "1".into())]);
    set(&celia, other, &[("phone", "2".into())]);
    scene::meet(&workspace, &celia);
    let mut desk = desk(workspace);
    desk.click("Conflicts, 1");
    assert!(desk.is_there("To decide 1"));
    assert!(desk.is_there("Celia Rouche: ZIP 9000 on GTX Plus Pro renewal, with your City Ghent"));
    let keep = desk.harness.query_all_by_label_contains("Keep mine: Phone").next().unwrap();
    keep.click();
    desk.harness.run_steps(6);
    assert!(desk.is_there("To decide 0"));
    desk.click("Decided 1");
    assert!(desk.is_there("You: Phone: "));
    assert_eq!(desk.workspace.records().opportunities[&other].phone, "1");
    assert_eq!(desk.workspace.records().won_status(&desk.workspace.records().opportunities[&id]), WonStatus::Pending);
}
