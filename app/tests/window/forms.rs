//! Forms, contacts and the import wizard, driven by the names that people who do not see them hear.

use std::{
    ops::{Deref, DerefMut},
    path::{Path, PathBuf},
};

use eframe::egui::{self, Key};
use egui_kittest::kittest::Queryable;
use satchel_core::{Command, DocId, Money, Percent, record::WonStatus};

use crate::{
    dressed,
    scene::{self, Desk},
};

/// Somebody at the form of one opportunity.
struct Form {
    desk: Desk,
    id: DocId,
}

/// The form of the look's picture, in a window of this width.
fn form(width: f32) -> Form {
    let clock = scene::clock();
    let workspace = scene::pipeline(&clock);
    let id = dressed::seoul(&workspace);
    dressed::dress(&workspace, &clock, id);
    let mut desk = Desk::over(workspace, clock, [width, 900.0]);
    desk.open("GTK 500 ×2, Seoul fab, Hottechi, $53,536, Proposition");
    Form { desk, id }
}

impl Form {
    fn opportunity<T>(&self, read: impl FnOnce(&satchel_core::record::Opportunity) -> T) -> T {
        read(&self.workspace.records().opportunities[&self.id])
    }
}

impl Deref for Form {
    type Target = Desk;

    fn deref(&self) -> &Desk {
        &self.desk
    }
}

impl DerefMut for Form {
    fn deref_mut(&mut self) -> &mut Desk {
        &mut self.desk
    }
}

#[test]
fn a_field_is_edited_in_place_and_saved_alone() {
    let mut desk = form(1440.0);
    let before = desk.workspace.status().unwrap().commits;
    desk.type_over("E-mail", "ji-woo@hottechi.example");
    assert_eq!(desk.opportunity(|o| o.email_from.clone()), "j.park@hottechi.example", "not before it is left");
    desk.key(Key::Enter);
    assert_eq!(desk.opportunity(|o| o.email_from.clone()), "ji-woo@hottechi.example");
    assert_eq!(desk.workspace.status().unwrap().commits, before + 1);
    let history = desk.workspace.history(desk.id).unwrap();
    assert_eq!(history[0].changes.len(), 1, "only that field: {:?}", history[0].changes);
    assert!(desk.is_there("You changed E-mail"), "the timeline tells");
}

#[test]
fn escape_gives_up_and_what_is_unchanged_is_not_written() {
    let mut desk = form(1440.0);
    let before = desk.workspace.status().unwrap().commits;
    desk.type_over("Phone", "123");
    desk.key(Key::Escape);
    desk.harness.get_by_label("Source").focus();
    desk.harness.run_steps(3);
    desk.key(Key::Enter);
    assert_eq!(desk.opportunity(|o| o.phone.clone()), "+8225550142");
    assert_eq!(desk.workspace.status().unwrap().commits, before);
}

#[test]
fn what_is_typed_is_saved_when_the_page_is_left() {
    let mut desk = form(1440.0);
    desk.type_over("E-mail", "left@hottechi.example");
    desk.harness.key_press_modifiers(egui::Modifiers::COMMAND, Key::Num2);
    desk.harness.run_steps(6);
    assert!(desk.is_there("New contact"), "the contacts are shown");
    assert_eq!(desk.opportunity(|o| o.email_from.clone()), "left@hottechi.example");
}

#[test]
fn an_amount_that_is_none_stays_with_its_reason_until_it_is_one() {
    let mut desk = form(1440.0);
    desk.type_over("Expected revenue", "1.2.3");
    desk.key(Key::Enter);
    assert!(desk.is_there("‘1.2.3’ is no amount"));
    assert_eq!(desk.harness.get_by_label("Expected revenue").value().as_deref(), Some("1.2.3"), "nothing is lost");
    assert_eq!(desk.opportunity(|o| o.expected_revenue), Money(5_353_600));
    desk.type_over("Expected revenue", "60,000.50");
    desk.key(Key::Enter);
    assert_eq!(desk.opportunity(|o| o.expected_revenue), Money(6_000_050));
    assert!(!desk.is_there("is no amount"));
}

#[test]
fn a_probability_of_140_and_a_day_that_does_not_exist_are_refused_in_place() {
    let mut desk = form(1440.0);
    desk.type_over("Probability", "140");
    desk.key(Key::Enter);
    assert!(desk.is_there("should be between 0% and 100%"));
    desk.type_over("Probability", "55");
    desk.key(Key::Enter);
    assert_eq!(desk.opportunity(|o| o.standing.probability), Some(Percent::whole(55)));
    desk.click("Back to 70 % auto");
    assert_eq!(desk.opportunity(|o| o.standing.probability), None);

    desk.type_over("Expected closing", "31 Feb 2027");
    desk.key(Key::Enter);
    assert!(desk.is_there("There is no 31 Feb 2027"));
    desk.type_over("Expected closing", "tomorrow");
    desk.key(Key::Enter);
    assert_eq!(desk.opportunity(|o| o.date_deadline), Some(scene::day(13)));
}

#[test]
fn a_customer_is_found_by_typing_or_made_on_the_spot() {
    let mut desk = form(1440.0);
    desk.type_over("Customer", "bio");
    desk.click("Bioplex");
    let name = |desk: &Form| {
        let partner = desk.opportunity(|o| o.partner).unwrap();
        desk.workspace.records().name(partner).to_owned()
    };
    assert_eq!(name(&desk), "Bioplex");
    desk.type_over("Customer", "Nowhere Ltd");
    desk.click("Create ‘Nowhere Ltd’");
    assert_eq!(name(&desk), "Nowhere Ltd");
    desk.type_over("Salesperson", "nobody of this name");
    desk.key(Key::Enter);
    assert!(desk.is_there("There is no person"));
    assert_eq!(desk.opportunity(|o| o.user), Some(desk.workspace.user()));
}

#[test]
fn a_stage_whose_name_is_cut_says_it_whole() {
    let mut desk = form(1280.0);
    let stage = desk.workspace.records().stages_of(None)[1].id;
    let name = "Proposal and price quotation sent to everybody who decides";
    let fields = vec![("name".to_owned(), name.into())];
    desk.workspace.execute(Command::Set { id: stage, fields, seen: None }).unwrap();
    desk.harness.run();
    assert_eq!(desk.harness.get_all_by_label(name).count(), 1);
    desk.harness.get_by_label(name).hover();
    desk.harness.run_steps(60);
    assert_eq!(desk.harness.get_all_by_label(name).count(), 2, "the step, and its tip");
}

#[test]
fn stars_tags_and_stages_are_changed_by_a_click() {
    let mut desk = form(1440.0);
    desk.click("Won");
    assert_eq!(desk.workspace.records().won_status(&desk.opportunity(Clone::clone)), WonStatus::Won);
    desk.click("Qualified");
    assert_eq!(desk.workspace.records().won_status(&desk.opportunity(Clone::clone)), WonStatus::Pending);
    desk.click("Remove tag Servers");
    assert!(desk.opportunity(|o| o.tags.is_empty()));
    desk.click("Add tag");
    desk.harness.get_by_label("Find or create a tag").type_text("Asia");
    desk.harness.run_steps(3);
    desk.click("Create ‘Asia’");
    let tags = desk.opportunity(|o| o.tags.clone());
    assert_eq!(desk.workspace.records().name(tags[0]), "Asia");
}

#[test]
fn lost_with_a_reason_then_restored() {
    let mut desk = form(1440.0);
    desk.click("Mark lost");
    desk.click("Too expensive");
    desk.harness.get_all_by_label("Mark lost").last().unwrap().click();
    desk.harness.run_steps(6);
    assert!(desk.opportunity(|o| o.standing.lost_reason()).is_some());
    desk.click("Restore");
    assert!(!desk.opportunity(|o| o.standing.is_lost()));
}

#[test]
fn an_activity_is_scheduled_snoozed_done_with_feedback_and_cancelled() {
    let mut desk = form(1440.0);
    let open = |desk: &Form| desk.opportunity(|o| o.activities.iter().filter(|a| a.done.is_none()).count());
    let before = open(&desk);
    desk.click("Schedule");
    desk.click("Call");
    desk.type_over("Summary", "Ask about racks");
    desk.type_over("Due day", "31 Feb");
    desk.click("Add activity");
    assert!(desk.is_there("There is no 31 Feb"));
    desk.type_over("Due day", "monday");
    desk.click("Add activity");
    assert_eq!(open(&desk), before + 1);
    let due = |desk: &Form| {
        desk.opportunity(|o| o.activities.iter().find(|a| a.summary == "Ask about racks").unwrap().date_deadline)
    };
    assert_eq!(due(&desk), scene::day(16));

    desk.click("Snooze: Ask about racks");
    desk.click("Tomorrow");
    assert_eq!(due(&desk), scene::day(13));

    desk.click("Done: Ask about racks");
    desk.harness.get_by_label("Feedback").type_text("They want three");
    desk.harness.run_steps(3);
    desk.click("Mark done");
    assert_eq!(open(&desk), before);
    let feedback =
        desk.opportunity(|o| o.activities.iter().find(|a| a.summary == "Ask about racks").unwrap().feedback.clone());
    assert_eq!(feedback, "They want three");
    assert!(desk.is_there("Ask about racks: They want three"), "the timeline has it");

    desk.click("Cancel: Call purchasing about delivery");
    assert_eq!(open(&desk), before - 1);
}

#[test]
fn a_note_goes_to_the_timeline() {
    let mut desk = form(1440.0);
    desk.key(Key::N);
    assert!(desk.harness.get_by_label("Write a note").is_focused(), "N begins a note");
    desk.harness.get_by_label("Write a note").type_text("Budget confirmed by phone.");
    desk.harness.run_steps(3);
    desk.click("Add note");
    assert!(desk.opportunity(|o| o.notes.iter().any(|n| n.text == "Budget confirmed by phone.")));
    desk.click("Notes");
    assert!(desk.is_there("You wrote a note: Budget confirmed by phone."));
}

#[test]
fn below_1300_the_timeline_lies_under_a_tab() {
    let mut desk = form(1280.0);
    assert!(desk.is_there("Next opportunity"));
    assert!(desk.harness.query_by_label("Write a note").is_none());
    desk.click("Timeline and notes");
    desk.harness.get_by_label("Write a note");
}

#[test]
fn two_values_are_shown_and_one_is_kept() {
    let mut desk = form(1440.0);
    let clock = scene::clock();
    dressed::disagree(&desk.workspace, &clock, desk.id);
    desk.harness.run_steps(6);
    assert!(desk.is_there("Expected closing has two values"));
    desk.click("Conflicts, 2");
    desk.click("Keep theirs: Expected closing Fri 20 Nov 2026");
    assert_eq!(desk.opportunity(|o| o.date_deadline), Some(scene::day(20)));
    assert_eq!(desk.workspace.conflicts(None).unwrap().len(), 1);
    desk.click("Open GTK 500 ×2, Seoul fab");
    desk.click("Keep mine: Expected revenue $52,000");
    assert_eq!(desk.opportunity(|o| o.expected_revenue), Money(5_200_000));
    assert!(desk.workspace.conflicts(None).unwrap().is_empty());
}

#[test]
fn a_contact_is_made_found_and_changed() {
    let mut desk = form(1440.0);
    desk.click("Contacts");
    desk.click("New contact");
    desk.click("Create contact");
    assert!(desk.is_there("A contact needs a name"));
    desk.type_over("Name", "Ji-woo Park");
    desk.type_over("Company", "Hottechi");
    desk.key(Key::Enter);
    desk.type_over("E-mail", "ji-woo@hottechi.example");
    desk.click("Create contact");
    let (id, parent) = {
        let records = desk.workspace.records();
        let made = records.contacts.values().find(|c| c.name == "Ji-woo Park").expect("it was made");
        (made.id, made.parent.map(|p| records.name(p).to_owned()))
    };
    assert_eq!(parent.as_deref(), Some("Hottechi"));
    desk.type_over("Job position", "Head of IT");
    desk.key(Key::Enter);
    assert_eq!(desk.workspace.records().contacts[&id].function, "Head of IT");
    desk.click("Contacts");
    desk.type_over("Search", "ji-woo");
    desk.harness.get_by_label("Ji-woo Park");
    assert!(desk.harness.query_by_label("Bioplex").is_none(), "narrowed");
}

#[derive(Debug)]
pub struct Dropped(pub PathBuf);

impl egui::DroppedFile for Dropped {
    fn path(&self) -> &Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        std::fs::read(&self.0).map_err(|e| e.to_string())
    }
}

const PEOPLE: &str = "Full name,Mail,Town,Born\n\
    Ada Lind,ada@lind.example,Malmö,1980-02-01\n\
    Bo Ek,bo@ek.example,Lund,not a day\n\
    ,nameless@ek.example,Lund,1990-01-05\n";

#[test]
fn a_dropped_file_is_mapped_checked_imported_and_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("people.csv");
    std::fs::write(&path, PEOPLE).unwrap();
    let mut desk = form(1440.0);
    let before = desk.workspace.records().contacts.len();
    desk.click("Pipeline");
    let file: egui::DroppedFileHandle = std::sync::Arc::new(Dropped(path));
    desk.harness.input_mut().dropped_files.push(file);
    desk.harness.run_steps(8);
    desk.harness.get_by_label("people.csv");
    desk.harness.get_by_label("Mail goes to");
    desk.click("Born goes to");
    desk.harness.get_by_label("Find a field").type_text("birth");
    desk.harness.run_steps(3);
    desk.click("Birthday");
    desk.click("Check first");
    let count = |desk: &Form| desk.workspace.records().contacts.values().filter(|c| !c.meta.deleted).count();
    assert_eq!(count(&desk), before, "a check writes nothing");
    assert!(desk.is_there("line 3, Born"), "the refused row is listed with its line and column");
    desk.click("Run import");
    assert!(count(&desk) > before);
    assert!(desk.workspace.records().contacts.values().any(|c| c.name == "Ada Lind" && c.city == "Malmö"));
    desk.click("Undo import");
    assert_eq!(count(&desk), before);
}

const MAIL: &str = "Message-ID: <1@lind.example>\nFrom: Ada Lind <ada@lind.example>\nSubject: Ten lorries\n\
    Content-Type: multipart/mixed; boundary=x\n\n--x\n\nWhat do ten lorries cost?\n\
    --x\nContent-Type: application/pdf; name=plan.pdf\n\n%PDF-1.4\n--x--\n";

#[test]
fn a_dropped_mail_becomes_a_lead_with_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let paths = ["wanted.eml", "again.eml"].map(|name| folder.path().join(name));
    paths.iter().for_each(|path| std::fs::write(path, MAIL).unwrap());
    let mut desk = form(1440.0);
    desk.click("Pipeline");
    for path in paths {
        let file: egui::DroppedFileHandle = std::sync::Arc::new(Dropped(path));
        desk.harness.input_mut().dropped_files.push(file);
    }
    desk.harness.run_steps(8);
    desk.harness.get_by_label("Subject goes to");
    desk.click("Run import");
    assert!(desk.is_there("again.eml"), "each file has its line in the report");
    let records = desk.workspace.records();
    let leads: Vec<_> = records.opportunities.values().filter(|o| o.name == "Ten lorries").collect();
    assert_eq!(leads.len(), 1, "the mail that was saved twice is one");
    assert_eq!((leads[0].is_lead(), leads[0].email_from.as_str()), (true, "ada@lind.example"));
    assert_eq!(leads[0].attachments[0].name, "plan.pdf");
    drop(records);
    desk.click("Open the leads");
    assert!(desk.is_there("Ten lorries"));
}

#[test]
fn an_invitation_is_text_and_a_code() {
    let mut desk = form(1440.0);
    desk.click("Settings");
    desk.click("Invite a colleague…");
    desk.type_over("Their name", "Bob Road");
    desk.click("Make invitation");
    desk.harness.get_by_label("Invitation as a QR code");
    let text = desk.harness.get_by_label("Ticket").value().unwrap();
    let ticket: satchel_core::members::Ticket = text.parse().unwrap();
    assert_eq!(ticket.user.map(|(_, name)| name).as_deref(), Some("Bob Road"));
    desk.click("Done");
    desk.click("Off the network");
    desk.harness.get_by_label("My other device");
}

#[test]
fn a_file_dropped_on_a_form_is_attached_and_taken_off() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("Offer.pdf");
    std::fs::write(&path, [7; 1_400]).unwrap();
    let mut desk = form(1440.0);
    let file: egui::DroppedFileHandle = std::sync::Arc::new(Dropped(path));
    desk.harness.input_mut().dropped_files.push(file);
    desk.harness.run_steps(8);
    desk.harness.get_by_label("Open: Offer.pdf");
    assert!(desk.is_there("Attached"), "the toast says so");
    assert!(desk.is_there("You attached ‘Offer.pdf’"), "and the timeline");
    let attached = |desk: &Form| desk.workspace.records().opportunities[&desk.id].attachments.clone();
    let hash = attached(&desk)[0].hash;
    assert_eq!(desk.workspace.file(hash).unwrap(), [7; 1_400]);
    desk.click("Remove attachment: Offer.pdf");
    assert!(attached(&desk).is_empty());
    desk.click("Undo");
    assert_eq!(attached(&desk).len(), 1);
    let folder: egui::DroppedFileHandle = std::sync::Arc::new(Dropped(folder.path().to_owned()));
    desk.harness.input_mut().dropped_files.push(folder);
    desk.harness.run_steps(8);
    assert!(desk.is_there("is a folder"), "a folder is refused in words");
}
