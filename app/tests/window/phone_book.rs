//! Calls on the forms of those they are about, in timelines, found by search; lists of calls and address cards from files.

use std::path::{Path, PathBuf};

use chrono::TimeDelta;
use eframe::egui::{self, Key};
use egui_kittest::kittest::Queryable;
use satchel_core::{Command, Kind, Value, command::CallStep, query::calls, record::Call};

use crate::scene::{DIALLED, Desk};

#[derive(Debug)]
struct Dropped(PathBuf);

impl egui::DroppedFile for Dropped {
    fn path(&self) -> &Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        std::fs::read(&self.0).map_err(|e| e.to_string())
    }
}

fn drop_file(desk: &mut Desk, path: PathBuf) {
    let file: egui::DroppedFileHandle = std::sync::Arc::new(Dropped(path));
    desk.harness.input_mut().dropped_files.push(file);
    desk.harness.run_steps(8);
}

fn only_call(desk: &Desk) -> Call {
    desk.workspace.records().calls.values().next().unwrap().clone()
}

const PEOPLE: &str = "Name,Company,Phone\n\
    Ann Duarte,Kinnamplus,+1 312 555 0176\n\
    Bob,,+1 (312) 555-0176\n\
    Cid,,none at all\n\
    Dot,,+1 312 555 0178\n";

#[test]
fn a_file_becomes_a_call_list_with_its_script() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("autumn.csv");
    std::fs::write(&path, PEOPLE).unwrap();
    let mut desk = Desk::at_the_board([1440.0, 900.0]);
    desk.click("Calls");
    desk.click("Import a call list");
    drop_file(&mut desk, path);
    assert!(desk.is_there("Make a call list of the people in these files"));
    desk.type_over("What the operators say", "Say hello");
    desk.click("Check first");
    assert!(desk.is_there("is no phone number"), "what is wrong with a number is said before anything is written");
    assert!(desk.workspace.records().call_lists.is_empty());
    desk.click("Back to the columns");
    desk.click("Run import");
    let records = desk.workspace.records();
    let list = records.call_lists.values().next().unwrap().clone();
    assert_eq!((list.name.as_str(), list.script.as_str()), ("autumn", "Say hello"));
    assert_eq!(calls::progress(&records, list.id).total, 2, "one number is called once");
    drop(records);
    assert!(desk.is_there("‘none at all’ is no phone number"));
    desk.click("Open the calls");
    desk.click("Start calling: autumn");
    assert!(desk.is_there("Call Ann Duarte") && desk.is_there("Step 1: Say hello"));
}

#[test]
fn calls_are_logged_and_scheduled_on_a_form_and_lie_in_its_timeline() {
    let mut desk = Desk::at_the_board([1440.0, 900.0]);
    let deal = desk.named(Kind::Opportunity, "GTK 500 pilot");
    desk.set(deal, &[("phone", "+1 312 555 0176".into())]);
    desk.open("GTK 500 pilot");
    DIALLED.with_borrow_mut(Vec::clear);
    desk.click("Dial +1 312-555-0176");
    assert_eq!(DIALLED.with_borrow(Vec::clone), ["tel:+13125550176"]);
    desk.click("Log call");
    desk.type_over("Minutes", "7");
    desk.type_over("Notes on this call", "Wants a second pilot");
    desk.harness.get_all_by_label("Log call").last().unwrap().click();
    desk.harness.run_steps(8);
    let call = only_call(&desk);
    assert_eq!((call.opportunity, call.minutes(), call.name.as_str()), (Some(deal), 7, "GTK 500 pilot"));
    assert!(desk.is_there("Call: GTK 500 pilot, 7 min"));
    assert!(desk.is_there("7 min, ‘GTK 500 pilot’"), "in the timeline");
    // The customer shows it too.
    let customer = call.partner.unwrap();
    let name = desk.workspace.records().name(customer).to_owned();
    desk.key(Key::Escape);
    desk.click("Contacts");
    desk.click(&name);
    desk.key(Key::Enter);
    assert!(desk.is_there("Call: GTK 500 pilot, 7 min") && desk.is_there("7 min, ‘GTK 500 pilot’"));
    desk.click("Schedule call");
    desk.harness.get_all_by_label("Schedule call").last().unwrap().click();
    desk.harness.run_steps(8);
    let open: Vec<Call> = desk.workspace.records().calls.values().filter(|c| c.is_to_be_made()).cloned().collect();
    assert_eq!((open.len(), open[0].partner), (1, Some(customer)));
}

#[test]
fn calls_and_meetings_are_found_and_open() {
    let mut desk = Desk::at_the_board([1440.0, 900.0]);
    let id = desk.workspace.new_id(Kind::Call);
    let fields =
        vec![("name".to_owned(), Value::from("Quarrel about lamps")), ("phone".to_owned(), "+13125550199".into())];
    desk.workspace.execute(Command::Create { id, fields }).unwrap();
    desk.workspace.execute(Command::Call { id, step: CallStep::Called { minutes: Some(3) } }).unwrap();
    desk.harness.run();
    desk.palette("quarrel");
    desk.key(Key::Enter);
    assert!(desk.is_there("Reopen"), "the call, in its dialog");
    desk.click("Reopen");
    assert_eq!(only_call(&desk).state, "to call");
}

/// A picture of 2 by 2 points.
const PNG: &[u8] = &[
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52, 0x00, 0x00, 0x00,
    0x02, 0x00, 0x00, 0x00, 0x02, 0x08, 0x02, 0x00, 0x00, 0x00, 0xfd, 0xd4, 0x9a, 0x73, 0x00, 0x00, 0x00, 0x10, 0x49,
    0x44, 0x41, 0x54, 0x78, 0x9c, 0x63, 0x38, 0x61, 0x23, 0x07, 0x44, 0x0c, 0x10, 0x0a, 0x00, 0x22, 0x6e, 0x04, 0x89,
    0xa0, 0x29, 0x01, 0xaf, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82,
];

#[test]
fn a_contact_shows_its_photo_and_is_written_as_an_address_card() {
    let mut desk = Desk::at_the_board([1440.0, 900.0]);
    let folder = tempfile::tempdir().unwrap();
    let contact = desk.named(Kind::Contact, "Bioplex");
    let photo = folder.path().join("photo.png");
    std::fs::write(&photo, b"no picture at all").unwrap();
    satchel::attach::attach(&desk.workspace, contact, &photo).unwrap();
    desk.click("Contacts");
    desk.click("Bioplex");
    desk.key(Key::Enter);
    assert!(!desk.is_there("Photo of Bioplex"), "bad pictures are no pictures");
    desk.clock.advance(TimeDelta::seconds(5));
    std::fs::write(&photo, PNG).unwrap();
    satchel::attach::attach(&desk.workspace, contact, &photo).unwrap();
    desk.harness.run();
    assert!(desk.is_there("Photo of Bioplex"));

    let target = folder.path().join("card.vcf");
    desk.click("More actions");
    desk.click("Save as address card…");
    desk.focus("File");
    desk.keys(egui::Modifiers::COMMAND, Key::A);
    desk.harness.get_by_label("File").type_text(&target.display().to_string());
    desk.harness.run_steps(4);
    desk.click("Export");
    let card = std::fs::read_to_string(&target).unwrap();
    assert!(card.starts_with("BEGIN:VCARD") && card.contains("Bioplex") && card.contains("PHOTO"), "{card}");
}

#[test]
fn pictures() {
    let Ok(folder) = std::env::var("SATCHEL_PICTURES") else { return };
    let files = tempfile::tempdir().unwrap();
    let path = files.path().join("autumn.csv");
    std::fs::write(&path, PEOPLE).unwrap();
    for (theme, dark) in [("light", egui::Theme::Light), ("dark", egui::Theme::Dark)] {
        let mut desk = Desk::at_the_board([1280.0, 800.0]);
        desk.harness.ctx.set_theme(dark);
        let deal = desk.named(Kind::Opportunity, "GTK 500 pilot");
        let partner = desk.workspace.records().opportunities[&deal].partner.unwrap();
        desk.set(deal, &[("phone", "+1 312 555 0176".into())]);
        for (at, name) in ["Ask about the pilot", "Ring back", "Offer it again"].into_iter().enumerate() {
            let id = desk.workspace.new_id(Kind::Call);
            let fields = [("name", Value::from(name)), ("opportunity", deal.into()), ("partner", partner.into())];
            let fields = fields.into_iter().map(|(field, value)| (field.to_owned(), value)).collect();
            desk.workspace.execute(Command::Create { id, fields }).unwrap();
            if at < 2 {
                let step = CallStep::Called { minutes: Some(4 + at as i64) };
                desk.workspace.execute(Command::Call { id, step }).unwrap();
            }
        }
        desk.open("GTK 500 pilot");
        save(&mut desk, &folder, &format!("call-form-{theme}"));
        desk.click("Timeline and notes");
        save(&mut desk, &folder, &format!("call-timeline-{theme}"));
        desk.key(Key::Escape);
        desk.click("Calls");
        desk.click("Import a list");
        drop_file(&mut desk, path.clone());
        save(&mut desk, &folder, &format!("call-import-{theme}"));
        desk.click("Check first");
        save(&mut desk, &folder, &format!("call-import-checked-{theme}"));
    }
}

fn save(desk: &mut Desk, folder: &str, name: &str) {
    desk.harness.run();
    let picture = desk.harness.render().expect("a software GPU");
    picture.save(format!("{folder}/{name}.png")).unwrap();
}
