//! What a manager sets up, driven by the names that people who do not see them hear.

use eframe::egui::{self, Key, Theme, pos2, vec2};
use egui_kittest::kittest::Queryable;
use satchel_core::{
    Command, DocId, Kind, Value,
    members::{Reach, Role},
};

use crate::{
    dressed,
    scene::{self, Desk},
};

/// The board of the look's picture, two teams, three people.
pub fn desk(size: [f32; 2]) -> Desk {
    let clock = scene::clock();
    let workspace = scene::pipeline(&clock);
    for (kind, name) in [
        (Kind::Team, "West"),
        (Kind::Team, "East"),
        (Kind::User, "Bob Road"),
        (Kind::User, "Celia Rouche"),
        (Kind::User, "Hayden Neloms"),
    ] {
        let id = workspace.new_id(kind);
        workspace.execute(Command::Create { id, fields: vec![("name".to_owned(), name.into())] }).unwrap();
    }
    let desk = Desk::over(workspace, clock, size);
    for (team, name) in [("West", "Celia Rouche"), ("East", "Bob Road")] {
        let (team, user) = (desk.named(Kind::Team, team), desk.named(Kind::User, name));
        desk.workspace.execute(Command::JoinTeam { team, users: vec![user] }).unwrap();
    }
    desk
}

pub fn go(desk: &mut Desk, place: &str) {
    desk.click("Settings");
    desk.click(place);
}

fn stages(desk: &Desk) -> Vec<String> {
    desk.workspace.records().stages_of(None).iter().map(|s| s.name.clone()).collect()
}

fn shows_in(desk: &Desk, id: DocId) -> String {
    let records = desk.workspace.records();
    records.stage(&records.opportunities[&id]).unwrap().name.clone()
}

#[test]
fn stages_are_added_moved_edited_merged_and_removed() {
    let mut desk = desk([1280.0, 900.0]);
    go(&mut desk, "Stages");
    // By keyboard or mouse, one step at a time.
    desk.click("Move Proposition up");
    assert_eq!(stages(&desk), ["New", "Proposition", "Qualified", "Won"]);
    desk.click("Move Proposition down");
    assert_eq!(stages(&desk), ["New", "Qualified", "Proposition", "Won"]);
    // By dragging.
    let new = scene::place(&desk.harness, "New, 5 records").center();
    let below = scene::place(&desk.harness, "Proposition, 4 records").center() + vec2(0.0, 12.0);
    scene::drag(&mut desk.harness, "New, 5 records", pos2(new.x, below.y));
    desk.harness.drop_at(pos2(new.x, below.y));
    desk.harness.run_steps(8);
    assert_eq!(stages(&desk), ["Qualified", "Proposition", "New", "Won"]);
    desk.workspace.undo().unwrap();
    desk.harness.run_steps(8);

    desk.click("Add stage");
    desk.fill("Add stage: name", "  ");
    assert!(desk.is_there("It needs a name"));
    desk.fill("Add stage: name", "Tender");
    assert_eq!(stages(&desk), ["New", "Qualified", "Proposition", "Tender", "Won"]);
    desk.click("Cancel");
    // It is unfolded already.
    desk.fill("Probability", "150");
    assert!(desk.is_there("between 0"), "the reason stands under the field");
    desk.fill("Probability", "85");
    desk.fill("Rotting after days", "5");
    desk.click("West");
    {
        let records = desk.workspace.records();
        let tender = records.stages.values().find(|s| s.name == "Tender").unwrap();
        assert_eq!((tender.probability.to_string(), tender.rotting_days, tender.teams.len()), ("85".into(), 5, 1));
    }
    desk.click("Remove…");
    assert!(desk.is_there("Nothing stands in it."));
    desk.click("Remove stage");
    assert_eq!(stages(&desk), ["New", "Qualified", "Proposition", "Won"]);

    let card = desk.named(Kind::Opportunity, "GTX Pro for call floor");
    desk.click("Qualified, 5 records");
    desk.click("Remove…");
    assert!(desk.is_there("5 records stand in it. Where do they go?"));
    assert!(desk.harness.query_all_by_label("Won").next().is_none(), "no won stage takes them");
    desk.click("Proposition");
    desk.click("Remove stage");
    assert_eq!((stages(&desk).len(), shows_in(&desk, card).as_str()), (3, "Proposition"));

    desk.click("Proposition, 9 records");
    desk.click("Merge into another…");
    desk.click("Merge stages");
    assert_eq!((stages(&desk), shows_in(&desk, card).as_str()), (vec!["New".to_owned(), "Won".to_owned()], "New"));

    // Both lie in the trash and come back.
    desk.click("Trash");
    desk.click("Restore Proposition");
    desk.click("Restore Qualified");
    assert_eq!(shows_in(&desk, card), "Qualified");
    assert!(desk.is_there("Stage Tender"));
}

#[test]
fn the_boards_columns_are_named_and_added_from_their_menu() {
    let mut desk = desk([1920.0, 900.0]);
    desk.click("More for Qualified");
    desk.click("Rename the stage…");
    desk.fill("Stage name", "In talks");
    assert_eq!(stages(&desk), ["New", "In talks", "Proposition", "Won"]);
    desk.click("More for In talks");
    desk.click("Add a stage after it…");
    desk.fill("Stage name", "Demo");
    assert_eq!(stages(&desk), ["New", "In talks", "Demo", "Proposition", "Won"]);
    assert!(desk.is_there("More for Demo"), "the board has it at once");
    desk.click("More for Demo");
    desk.click("Edit the stage");
    desk.fill("Probability", "40");
    assert!(desk.workspace.records().stages.values().any(|s| s.name == "Demo" && s.probability.to_string() == "40"));
}

#[test]
fn a_stage_that_a_colleague_removes_goes_from_the_board() {
    let mut desk = desk([1440.0, 900.0]);
    let celia = dressed::colleague(&desk.workspace, &desk.clock);
    desk.workspace.set_role(celia.user(), Role::Manager).unwrap();
    scene::meet(&desk.workspace, &celia);
    let (from, into) = (scene::stage(&celia, "Qualified"), scene::stage(&celia, "Proposition"));
    let moved = desk.named(Kind::Opportunity, "GTK 500 pilot");
    celia.execute(Command::RemoveStage { id: from, into: Some(into) }).unwrap();
    desk.workspace.execute(Command::MoveToStage { ids: vec![moved], stage: from }).unwrap();
    scene::meet(&desk.workspace, &celia);
    desk.harness.run_steps(8);
    assert!(!desk.is_there("More for Qualified"));
    assert!(desk.is_there("Proposition: 10 opportunities"), "nobody loses a card");
}

#[test]
fn custom_fields_appear_in_the_form() {
    let mut desk = desk([1440.0, 900.0]);
    go(&mut desk, "Custom fields");
    for (name, ty, choices) in
        [("Machine hours", "number", ""), ("Size", "choice", "Small\nLarge"), ("Architect", "contact", "")]
    {
        desk.click("Add field");
        desk.harness.get_by_label("Field name").type_text(name);
        desk.harness.run_steps(4);
        desk.click(&format!("Holds {ty}"));
        if !choices.is_empty() {
            desk.type_over("Choices, one a line", choices);
        }
        desk.click("Create field");
    }
    assert_eq!(desk.workspace.records().custom_fields.len(), 3);
    desk.click("Add field");
    desk.harness.get_by_label("Field name").type_text("machine hours");
    desk.harness.run_steps(4);
    desk.click("Create field");
    assert!(desk.is_there("There is a field x_machine_hours already"));
    desk.click("Cancel");
    // Size is the western team's only.
    desk.click("Size, choice");
    desk.click("West");

    desk.click("Pipeline");
    desk.click("GTK 500 ×2, Seoul fab, Hottechi, $53,536, Proposition");
    desk.key(Key::Enter);
    let id = dressed::seoul(&desk.workspace);
    assert!(!desk.is_there("Size"), "another team’s field");
    desk.fill("Machine hours", "12");
    let value = |desk: &Desk, name: &str| desk.workspace.records().opportunities[&id].custom.get(name).cloned();
    assert_eq!(value(&desk, "x_machine_hours"), Some(Value::Int(12)));
    desk.fill("Machine hours", "many");
    assert_eq!(value(&desk, "x_machine_hours"), Some(Value::Int(12)));
    assert!(desk.is_there("Not saved"), "what was typed stays, with the reason");
    desk.fill("Machine hours", "12");
    assert!(desk.is_there("You changed Machine hours"), "the timeline tells");
    let west = desk.named(Kind::Team, "West");
    let fields = vec![("team".to_owned(), Value::Ref(west))];
    desk.workspace.execute(Command::Set { id, fields, seen: None }).unwrap();
    desk.harness.run_steps(4);
    desk.click("Size");
    desk.click("Large");
    assert_eq!(value(&desk, "x_size"), Some("Large".into()));
}

#[test]
fn custom_fields_are_put_in_order_by_dragging_and_by_steps() {
    let mut desk = desk([1280.0, 900.0]);
    for name in ["Machine hours", "Size", "Fitting day"] {
        let key = satchel_core::record::CustomField::key_for(name);
        let id = desk.workspace.custom_field_id(Kind::Opportunity, &key);
        let fields = vec![("name".to_owned(), name.into())];
        desk.workspace.execute(Command::Create { id, fields }).unwrap();
    }
    let order = |desk: &Desk| {
        let records = desk.workspace.records();
        records.custom_fields_of(Kind::Opportunity).iter().map(|f| f.name.clone()).collect::<Vec<_>>()
    };
    go(&mut desk, "Custom fields");
    desk.click("Move Fitting day up");
    assert_eq!(order(&desk), ["Machine hours", "Fitting day", "Size"]);
    desk.click("Move Machine hours down");
    assert_eq!(order(&desk), ["Fitting day", "Machine hours", "Size"]);
    let from = scene::place(&desk.harness, "Size, text").center();
    let to = pos2(from.x, scene::place(&desk.harness, "Fitting day, text").top() + 4.0);
    scene::drag(&mut desk.harness, "Size, text", to);
    desk.harness.drop_at(to);
    desk.harness.run_steps(8);
    assert_eq!(order(&desk), ["Size", "Fitting day", "Machine hours"]);
    desk.workspace.undo().unwrap();
    assert_eq!(order(&desk), ["Fitting day", "Machine hours", "Size"]);
}

#[test]
fn a_tag_with_two_names_counts_as_a_conflict_and_leads_to_the_settings() {
    let mut desk = desk([1280.0, 900.0]);
    let celia = dressed::colleague(&desk.workspace, &desk.clock);
    let tag = desk.named(Kind::Tag, "Medical");
    let name = |name: &str| vec![("name".to_owned(), Value::from(name))];
    celia.execute(Command::Set { id: tag, fields: name("Health"), seen: None }).unwrap();
    desk.set(tag, &[("name", "Care".into())]);
    scene::meet(&desk.workspace, &celia);
    desk.harness.run_steps(8);
    desk.click("Conflicts, 1");
    let shown = desk.workspace.records().name(tag).to_owned();
    desk.click(&format!("Open {shown}"));
    assert!(desk.is_there(&format!("Move {shown} to the trash")), "its page, unfolded");
}

#[test]
fn several_people_take_turns() {
    let mut desk = desk([1440.0, 900.0]);
    desk.harness.get_by_label("GTK 500 pilot, Ron-tech, $26,768, New").focus();
    desk.harness.run_steps(4);
    desk.palette("in turn");
    desk.key(Key::Enter);
    desk.click("Celia Rouche");
    desk.click("Assign");
    let id = desk.named(Kind::Opportunity, "GTK 500 pilot");
    let celia = desk.named(Kind::User, "Celia Rouche");
    let west = desk.named(Kind::Team, "West");
    let records = desk.workspace.records();
    let record = &records.opportunities[&id];
    assert_eq!((record.user, record.team), (Some(celia), Some(west)), "with the team of who takes it");
}

#[test]
fn tags_and_reasons_are_renamed_thrown_away_and_taken_back() {
    let mut desk = desk([1280.0, 800.0]);
    go(&mut desk, "Tags");
    desk.click("Medical, 2 records");
    desk.fill("Tag", "Health");
    desk.click("Rose");
    let tag = desk.named(Kind::Tag, "Health");
    assert_eq!(desk.workspace.records().tags[&tag].color, 2);
    desk.click("Move Health to the trash");
    assert!(desk.workspace.records().tags[&tag].meta.deleted);
    desk.click("Trash");
    desk.type_over("Find in the trash", "health");
    desk.click("Restore Health");
    assert!(!desk.workspace.records().tags[&tag].meta.deleted);
    assert!(desk.is_there("Nothing of that name"));
    desk.click("Lost reasons");
    desk.click("Add reason");
    desk.fill("Add reason: name", "Chose another");
    assert!(desk.workspace.records().lost_reasons.values().any(|r| r.name == "Chose another"));
}

/// `SATCHEL_PICTURES=DIR cargo test --workspace --test window settings::pictures`: without the variable nothing is drawn.
#[test]
fn pictures() {
    let Ok(folder) = std::env::var("SATCHEL_PICTURES") else { return };
    for (theme, size) in
        [(Theme::Light, [1280.0, 800.0]), (Theme::Dark, [1440.0, 900.0]), (Theme::Light, [800.0, 600.0])]
    {
        let mut desk = desk(size);
        for (name, ty, more) in [
            ("Machine hours", "number", vec![]),
            ("Size", "choice", vec![("choices", Value::from("Small, Large"))]),
            ("Fitting day", "date", vec![]),
            ("On site", "yes/no", vec![]),
        ] {
            let key = satchel_core::record::CustomField::key_for(name);
            let id = desk.workspace.custom_field_id(Kind::Opportunity, &key);
            let mut fields = vec![("name".to_owned(), name.into()), ("type".to_owned(), ty.into())];
            fields.extend(more.into_iter().map(|(n, v)| (n.to_owned(), v)));
            desk.workspace.execute(Command::Create { id, fields }).unwrap();
        }
        let qualified = scene::stage(&desk.workspace, "Qualified");
        let fields =
            vec![("rotting_days".to_owned(), Value::Int(7)), ("requirements".to_owned(), "Budget known".into())];
        desk.workspace.execute(Command::Set { id: qualified, fields, seen: None }).unwrap();
        let suffix = format!("{}-{}", if theme == Theme::Dark { "dark" } else { "light" }, size[0]);
        desk.harness.ctx.set_theme(theme);
        let shoot = |desk: &mut Desk, name: &str| {
            desk.harness.run_steps(4);
            let picture = desk.harness.render().expect("a software GPU");
            picture.save(format!("{folder}/settings-{name}-{suffix}.png")).unwrap();
        };
        desk.harness.get_by_label("GTK 500 ×2, Seoul fab, Hottechi, $53,536, Proposition").focus();
        desk.harness.run_steps(4);
        desk.palette("in turn");
        desk.key(Key::Enter);
        desk.click("Celia Rouche");
        desk.click("Bob Road");
        shoot(&mut desk, "assign");
        desk.click("Cancel");
        desk.click("More for Qualified");
        shoot(&mut desk, "column-menu");
        desk.click("Rename the stage…");
        shoot(&mut desk, "rename");
        desk.click("Cancel");
        go(&mut desk, "Stages");
        desk.click("Qualified, 5 records");
        shoot(&mut desk, "stages");
        desk.click("Remove…");
        shoot(&mut desk, "remove");
        desk.click("Cancel");
        desk.click("Sales teams");
        desk.click("West, 1 member");
        desk.click("Member Celia Rouche");
        shoot(&mut desk, "teams");
        desk.click("Custom fields");
        desk.click("Size, choice");
        shoot(&mut desk, "custom");
        desk.click("Add field");
        shoot(&mut desk, "new-field");
        desk.click("Cancel");
        desk.click("Tags");
        desk.click("Medical, 2 records");
        shoot(&mut desk, "tags");
        desk.click("Move Medical to the trash");
        desk.click("Trash");
        shoot(&mut desk, "trash");
        desk.click("General");
        shoot(&mut desk, "general");
        desk.click("Pipeline");
        desk.click("GTK 500 ×2, Seoul fab, Hottechi, $53,536, Proposition");
        desk.harness.key_press(egui::Key::Enter);
        shoot(&mut desk, "form");
    }
}

#[test]
fn a_tag_is_merged_into_another_and_taken_apart_by_undo() {
    let mut desk = desk([1280.0, 900.0]);
    let (pilot, retail) = (desk.named(Kind::Tag, "Pilot"), desk.named(Kind::Tag, "Retail"));
    go(&mut desk, "Tags");
    desk.click("Pilot, 2 records");
    desk.click("Merge into another…");
    assert!(desk.is_there("Merge Pilot into"));
    desk.harness.query_all_by_label("Retail").last().unwrap().click();
    desk.harness.run_steps(4);
    desk.click("Merge tags");
    assert_eq!(desk.workspace.records().head(pilot), retail);
    assert!(!desk.is_there("Pilot, "), "one of the two is shown");
    desk.workspace.undo().unwrap();
    desk.harness.run_steps(4);
    assert_eq!(desk.workspace.records().head(pilot), pilot);
}

#[test]
fn days_and_hours_are_those_of_the_zone_that_is_chosen() {
    let mut desk = desk([1280.0, 900.0]);
    go(&mut desk, "General");
    assert_eq!(desk_zone(&desk.workspace), "UTC");
    desk.harness.get_by_label("Time zone").click();
    desk.harness.run_steps(4);
    desk.harness.get_by_label("Time zone").type_text("kirit");
    desk.harness.run_steps(4);
    desk.key(Key::Enter);
    assert_eq!(desk_zone(&desk.workspace), "Pacific/Kiritimati");
    // There it is fourteen hours later: tomorrow.
    assert_eq!(desk.workspace.environment().today(), scene::day(13));
    desk.click("Pipeline");
    desk.click("Settings");
    desk.harness.get_by_label("Time zone").click();
    desk.harness.run_steps(4);
    desk.keys(egui::Modifiers::COMMAND, Key::A);
    desk.key(Key::Backspace);
    desk.key(Key::Enter);
    assert_eq!(desk_zone(&desk.workspace), "UTC");
}

fn desk_zone(workspace: &satchel_core::Workspace) -> &'static str {
    workspace.environment().zone().name().name()
}

#[test]
fn everything_is_backed_up_into_one_file() {
    let mut desk = desk([1280.0, 900.0]);
    let folder = tempfile::tempdir().unwrap();
    go(&mut desk, "General");
    desk.click("Back up…");
    desk.keys(egui::Modifiers::COMMAND, Key::A);
    desk.type_over("File", &folder.path().join("nowhere/all.satchel-backup").display().to_string());
    desk.harness.get_all_by_label("Back up").last().unwrap().click();
    desk.harness.run_steps(6);
    assert!(desk.harness.query_by_label_contains("There is no folder").is_some());
    let file = folder.path().join("all.satchel-backup");
    desk.focus("File");
    desk.keys(egui::Modifiers::COMMAND, Key::A);
    desk.harness.get_by_label("File").type_text(&file.display().to_string());
    desk.harness.run_steps(4);
    desk.harness.get_all_by_label("Back up").last().unwrap().click();
    desk.harness.run_steps(8);
    assert!(desk.harness.query_by_label_contains("The backup is in").is_some());
    let environment = desk.workspace.environment().clone();
    let opened = std::fs::File::open(&file).unwrap();
    let back = satchel_core::Workspace::restore_backup(opened, satchel_core::Storage::Memory, environment).unwrap();
    assert_eq!(back.status().unwrap().digest, desk.workspace.status().unwrap().digest);
}

#[test]
fn how_far_the_device_reaches_is_chosen_with_what_leaves_the_network() {
    let mut desk = desk([1280.0, 1000.0]);
    go(&mut desk, "General");
    assert!(desk.is_there("nothing leaves the network"), "so it is unless somebody says otherwise");
    desk.click("Own relay");
    assert!(desk.is_there("the relay sees which devices speak"));
    assert_eq!(desk.workspace.reach(), Reach::Lan, "not before its address is there");
    desk.fill("The relay’s address", "relay.example.com");
    assert!(desk.is_there("A relay is named by its address"), "refused in place");
    desk.harness.get_by_label("The relay’s address").focus();
    desk.harness.run_steps(2);
    desk.keys(egui::Modifiers::COMMAND, Key::A);
    desk.type_over("The relay’s address", "https://relay.example.com");
    desk.click("Use this relay");
    assert_eq!(desk.workspace.reach(), Reach::Relay("https://relay.example.com".into()));
    desk.click("Public relays");
    assert_eq!(desk.workspace.reach(), Reach::Public);
    assert!(desk.is_there("the servers see which devices speak"));
    desk.click("Local network only");
    assert_eq!(desk.workspace.reach(), Reach::Lan);
}
