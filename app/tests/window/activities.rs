//! Activities on forms, what people set up for them, and the meetings of a record: driven by the names that people who do
//! not see them hear.

use eframe::egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable;
use satchel_core::{
    Command, DocId, Kind, Storage, Value, Workspace,
    environment::fixed::environment,
    record::ActivityType,
    workspace::{Founding, StageSet},
};

use crate::scene::{self, Desk};

const SEOUL: &str = "GTK 500 ×2, Seoul fab, Hottechi, $53,536, Proposition";

fn create(workspace: &Workspace, kind: Kind, fields: &[(&str, Value)]) -> DocId {
    let id = workspace.new_id(kind);
    let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    workspace.execute(Command::Create { id, fields }).unwrap();
    id
}

fn settings(desk: &mut Desk, place: &str) {
    desk.click("Settings");
    desk.click(place);
}

fn named(desk: &Desk, name: &str) -> ActivityType {
    desk.workspace.records().activity_types_in_order().into_iter().find(|t| t.name == name).unwrap().clone()
}

#[test]
fn a_type_is_set_up_and_an_activity_of_it_begins_as_it_says() {
    let mut desk = Desk::at_the_board([1440.0, 1000.0]);
    settings(&mut desk, "Activity types");
    desk.click("Add type");
    desk.fill("Add type: name", "Site visit");
    desk.click("Cancel");
    desk.fill("Default summary", "Measure the rooms");
    desk.fill("Due after", "2");
    desk.click("Weeks");
    desk.click("Person");
    desk.click("Next activity");
    desk.click("Email");
    desk.click("Plan it at once");
    let visit = named(&desk, "Site visit");
    assert_eq!(
        (visit.delay.as_str(), visit.icon.as_str(), visit.summary.as_str()),
        ("2 weeks", "person", "Measure the rooms")
    );
    assert_eq!(visit.triggers(), Some(ActivityType::EMAIL));
    // What is no number says so and is not kept.
    desk.fill("Due after", "soon");
    assert!(desk.is_there("no whole number"));
    assert_eq!(named(&desk, "Site visit").delay, "2 weeks");
    desk.fill("Due after", "2");
    desk.click("Move Site visit up");
    let order: Vec<String> =
        desk.workspace.records().activity_types_in_order().iter().map(|t| t.name.clone()).collect();
    assert_eq!(order, ["To-Do", "Email", "Call", "Site visit", "Meeting"]);
    // One that every workspace has is renamed like any other.
    desk.click("Type Site visit");
    desk.click("Type Call");
    desk.fill("Activity type", "Phone call");
    assert_eq!(named(&desk, "Phone call").id, ActivityType::CALL);

    desk.keys(Modifiers::COMMAND, Key::Num1);
    desk.open(SEOUL);
    desk.click("Schedule");
    desk.click("Site visit");
    assert_eq!(desk.harness.get_by_label("Summary").value().as_deref(), Some("Measure the rooms"));
    desk.click("Add activity");
    assert!(desk.is_there("Done: Measure the rooms"));
    let on = desk.named(Kind::Opportunity, "GTK 500 ×2, Seoul fab");
    let due = |desk: &Desk, kind| {
        let records = desk.workspace.records();
        let activities = records.opportunities[&on].activities.clone();
        activities.into_iter().find(|a| a.kind == kind && a.done.is_none()).map(|a| a.date_deadline)
    };
    assert_eq!(due(&desk, visit.id), Some(scene::day(26)));
    desk.click("Mark done: Measure the rooms");
    desk.key(Key::Enter);
    assert!(desk.is_there("Planned next: Email, Thu 12 Nov"), "the toast tells what was planned");
    assert_eq!(due(&desk, ActivityType::EMAIL), Some(scene::day(12)));
}

#[test]
fn on_a_form_the_next_is_offered_and_one_key_puts_off() {
    let mut desk = Desk::at_the_board([1440.0, 1000.0]);
    desk.set(ActivityType::MEETING, &[("next", ActivityType::CALL.into()), ("chaining", "suggest".into())]);
    desk.set(ActivityType::CALL, &[("delay", "3 days".into())]);
    desk.open(SEOUL);
    let on = desk.named(Kind::Opportunity, "GTK 500 ×2, Seoul fab");
    let due = |desk: &Desk| desk.workspace.records().opportunities[&on].activities[0].date_deadline;
    desk.focus("Change: Meeting");
    desk.key(Key::Num3);
    assert_eq!(due(&desk), scene::day(16));
    desk.focus("Change: Meeting");
    desk.key(Key::Num1);
    assert_eq!(due(&desk), scene::day(12));
    desk.focus("Change: Meeting");
    desk.key(Key::D);
    desk.harness.get_by_label("Feedback").type_text("They agree");
    desk.harness.run_steps(4);
    desk.key(Key::Enter);
    assert!(desk.is_there("Next: Call, Sun 15 Nov"));
    desk.click("Plan nothing next");
    assert!(!desk.is_there("Next: Call"));
}

#[test]
fn a_plan_is_set_up_and_applied_in_one_go() {
    let mut desk = Desk::at_the_board([1440.0, 1000.0]);
    settings(&mut desk, "Activity plans");
    desk.click("Add plan");
    desk.fill("Add plan: name", "Onboarding");
    desk.click("Add step");
    desk.fill("Add step: name", "Welcome call");
    desk.click("Type of the step");
    desk.click("Call");
    desk.fill("Add step: name", "Send the contract");
    desk.fill("Due after", "3");
    assert!(desk.is_there("Onboarding, 2 steps"));
    desk.click("Move Send the contract up");
    desk.keys(Modifiers::COMMAND, Key::Num1);
    desk.open(SEOUL);
    desk.click("Apply plan…");
    desk.click("Onboarding: 2 activities");
    for name in ["Done: Welcome call", "Done: Send the contract"] {
        assert!(desk.is_there(name), "{name}");
    }
    // The palette applies it as well.
    desk.keys(Modifiers::SHIFT, Key::P);
    desk.key(Key::Enter);
    assert_eq!(desk.harness.query_all_by_label("Done: Welcome call").count(), 2);
    desk.keys(Modifiers::COMMAND, Key::Z);
    desk.keys(Modifiers::COMMAND, Key::Z);
    assert!(!desk.is_there("Done: Welcome call") && !desk.is_there("Done: Send the contract"), "one undo");
}

#[test]
fn a_kind_of_events_is_added_and_named() {
    let mut desk = Desk::at_the_board([1440.0, 1000.0]);
    settings(&mut desk, "Kinds of events");
    desk.click("Add kind");
    desk.fill("Add kind: name", "Staff request");
    desk.click("Cancel");
    desk.fill("Kind of event", "Technical intervention");
    desk.click("Rose");
    let records = desk.workspace.records();
    let kinds = records.event_kinds_in_order();
    assert_eq!((kinds.len(), kinds[0].name.as_str(), kinds[0].color), (1, "Technical intervention", 2));
    drop(records);
    desk.click("Move Technical intervention to the trash");
    assert!(desk.workspace.records().event_kinds_in_order().is_empty());
}

#[test]
fn the_first_activity_done_moves_on_a_guided_six() {
    let clock = scene::clock();
    let founding = Founding {
        name: "MavenTech".into(),
        user: "Vicki Laflamme".into(),
        device_name: "vickis-laptop".into(),
        currency: "USD".into(),
        stages: StageSet::Guided,
    };
    let workspace = Workspace::found(Storage::Memory, environment(&clock, 7), founding).unwrap();
    let new = scene::stage(&workspace, "New");
    let id = create(
        &workspace,
        Kind::Opportunity,
        &[("name", "Ovens".into()), ("stage", new.into()), ("user", workspace.user().into())],
    );
    let mut desk = Desk::over(workspace, clock, [1440.0, 900.0]);
    let stage = |desk: &Desk| {
        let records = desk.workspace.records();
        records.stage(&records.opportunities[&id]).unwrap().name.clone()
    };
    desk.open("Ovens");
    desk.click("Schedule");
    desk.click("Call");
    desk.type_over("Summary", "First call");
    desk.click("Add activity");
    assert_eq!(stage(&desk), "New");
    desk.click("Mark done: First call");
    desk.key(Key::Enter);
    assert_eq!(stage(&desk), "First Activity");
    assert!(desk.is_there("‘Ovens’ moved to First Activity"), "and it is told");
    desk.keys(Modifiers::COMMAND, Key::Z);
    assert_eq!(stage(&desk), "New", "one undo takes back both");
}

#[test]
fn activities_are_filtered_by_the_types_that_people_have_set_up() {
    let mut desk = Desk::at_the_board([1440.0, 900.0]);
    create(&desk.workspace, Kind::ActivityType, &[("name", "Site visit".into()), ("sequence", Value::Int(90))]);
    desk.keys(Modifiers::COMMAND, Key::Num5);
    desk.click("Filters");
    assert!(desk.is_there("Site visit"));
    desk.click("Email");
    desk.key(Key::Escape);
    assert!(desk.is_there("Email, GTX Pro for call floor"));
    assert!(!desk.is_there("Call, GTK 500 pilot"));
}

#[test]
fn a_record_says_where_it_stands_with_its_meetings() {
    let clock = scene::clock();
    let workspace = scene::pipeline(&clock);
    let on = workspace.records().opportunities.values().find(|o| o.name.contains("Seoul")).unwrap().id;
    let mut desk = Desk::over(workspace, clock, [1440.0, 900.0]);
    desk.open(SEOUL);
    desk.click("No Meeting");
    assert!(desk.is_there("New meeting"), "it is called from here");
    desk.key(Key::Escape);
    let meet = |desk: &Desk, when: &str| {
        let mut fields = desk.workspace.records().meeting_about(on, desk.workspace.user());
        fields.push(("when".to_owned(), Value::When(when.parse().unwrap())));
        let id = desk.workspace.new_id(Kind::Meeting);
        desk.workspace.execute(Command::Create { id, fields }).unwrap();
    };
    meet(&desk, "2026-11-10T10:00/2026-11-10T11:00 UTC");
    desk.harness.run_steps(4);
    assert!(desk.is_there("Last Meeting 10 Nov"));
    meet(&desk, "2026-11-14T10:00/2026-11-14T11:00 UTC");
    desk.harness.run_steps(4);
    assert!(desk.is_there("Next Meeting 14 Nov"));
    // The customer says the same.
    desk.keys(Modifiers::COMMAND, Key::Num2);
    desk.click("Hottechi");
    assert!(desk.is_there("Next Meeting 14 Nov"));
}
