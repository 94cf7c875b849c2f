//! Teams: who is in them, and what they work with.

use eframe::egui::{self, Key};
use egui_kittest::kittest::Queryable;
use satchel_core::{Command, Kind, members::Role};

use crate::{
    dressed,
    scene::{self, Desk},
    settings::{desk, go},
};

#[test]
fn teams_have_members_and_rules() {
    let mut desk = desk([1280.0, 900.0]);
    go(&mut desk, "Sales teams");
    desk.click("West, 1 member");
    desk.click("Add member to West");
    desk.click("Hayden Neloms");
    let team = |desk: &Desk, name: &str| {
        let id = desk.named(Kind::User, name);
        let records = desk.workspace.records();
        records.users[&id].team.map(|t| records.name(t).to_owned())
    };
    assert_eq!(team(&desk, "Hayden Neloms").as_deref(), Some("West"));
    // One who has no device yet.
    desk.click("Add salesperson");
    desk.fill("Add salesperson: name", "Zoe Hill");
    desk.click("Cancel");
    desk.click("Add member to West");
    desk.click("Zoe Hill");
    assert_eq!(team(&desk, "Zoe Hill").as_deref(), Some("West"));
    // Who is in another team leaves it, after a warning.
    desk.click("Add member to West");
    desk.click("Bob Road (in East)");
    assert!(desk.is_there("Bob Road leaves East"));
    assert_eq!(team(&desk, "Bob Road").as_deref(), Some("East"));
    desk.click("Join West");
    assert_eq!(team(&desk, "Bob Road").as_deref(), Some("West"));
    desk.click("Member Bob Road");
    desk.fill("Capacity", "2");
    desk.click("Take Bob Road out of West");
    assert_eq!(team(&desk, "Bob Road"), None);
    // Three deals have nobody; the team takes those over 5,000.
    desk.fill("Assignment filter", "revenue > 5");
    assert!(desk.is_there("no field ‘revenue’"), "refused in words, in place");
    desk.fill("Assignment filter", "expected_revenue >= 5000");
    assert!(desk.is_there("3 open records have no salesperson"));
    desk.click("Assign by rules");
    assert!(desk.is_there("1 open record has no salesperson"));
    let west = desk.named(Kind::Team, "West");
    assert_eq!(desk.workspace.records().opportunities.values().filter(|o| o.team == Some(west)).count(), 2);
}

#[test]
fn who_is_put_into_two_teams_is_told() {
    let mut desk = desk([1280.0, 800.0]);
    let celia = dressed::colleague(&desk.workspace, &desk.clock);
    desk.workspace.set_role(celia.user(), Role::Manager).unwrap();
    scene::meet(&desk.workspace, &celia);
    let me = desk.workspace.user();
    let teams = ["West", "East"].map(|name| desk.named(Kind::Team, name));
    desk.workspace.execute(Command::JoinTeam { team: teams[0], users: vec![me] }).unwrap();
    celia.execute(Command::JoinTeam { team: teams[1], users: vec![me] }).unwrap();
    scene::meet(&desk.workspace, &celia);
    desk.harness.run_steps(4);
    assert!(desk.is_there("You were put into two teams at once"));
    desk.click("Conflicts, 1");
    assert!(desk.is_there("Sales team"));
}

#[test]
fn who_is_in_a_team_without_leads_is_not_shown_their_page() {
    let mut desk = desk([1280.0, 900.0]);
    assert!(desk.is_there("Leads"));
    let team = desk.named(Kind::Team, "West");
    desk.set(team, &[("use_leads", false.into())]);
    desk.workspace.execute(Command::JoinTeam { team, users: vec![desk.workspace.user()] }).unwrap();
    desk.harness.run_steps(4);
    assert!(!desk.is_there("Leads"));
}

#[test]
fn the_palette_has_no_leads_for_who_is_in_a_team_without_them() {
    let mut desk = desk([1280.0, 900.0]);
    let leads = |desk: &mut Desk| {
        desk.palette(">leads");
        let found = desk.harness.query_all_by_role_and_label(egui::accesskit::Role::ListBoxOption, "Leads").count();
        desk.key(Key::Escape);
        found
    };
    assert_eq!(leads(&mut desk), 1);
    let team = desk.named(Kind::Team, "West");
    desk.set(team, &[("use_leads", false.into())]);
    desk.workspace.execute(Command::JoinTeam { team, users: vec![desk.workspace.user()] }).unwrap();
    desk.harness.run_steps(4);
    assert_eq!(leads(&mut desk), 0);
    assert!(desk.is_there("New opportunity"));
}

#[test]
fn neither_keys_nor_their_sheet_know_leads_in_a_team_without_them() {
    let mut desk = desk([1280.0, 900.0]);
    let team = desk.named(Kind::Team, "West");
    desk.set(team, &[("use_leads", false.into())]);
    desk.workspace.execute(Command::JoinTeam { team, users: vec![desk.workspace.user()] }).unwrap();
    desk.harness.run_steps(4);
    desk.keys(egui::Modifiers::COMMAND, Key::Num3);
    assert!(!desk.is_there("New lead"));
    desk.key(Key::Questionmark);
    assert!(desk.harness.query_by_label_contains("Contacts: ").is_some());
    assert!(desk.harness.query_by_label_contains("Leads: ").is_none());
}

#[test]
fn new_makes_a_lead_in_a_team_with_leads_only() {
    let mut desk = desk([1280.0, 900.0]);
    let team = desk.named(Kind::Team, "West");
    desk.set(team, &[("use_leads", true.into()), ("use_opportunities", false.into())]);
    desk.workspace.execute(Command::JoinTeam { team, users: vec![desk.workspace.user()] }).unwrap();
    desk.harness.run_steps(4);
    assert!(!desk.is_there("New opportunity"));
    desk.palette(">new lead");
    desk.key(Key::Enter);
    desk.harness.run_steps(4);
    desk.focus("Title");
    desk.harness.get_by_label("Title").type_text("Asked at the fair");
    desk.key(Key::Enter);
    let records = desk.workspace.records();
    let made = records.opportunities.values().find(|o| o.name == "Asked at the fair").expect("it was made");
    assert!(made.is_lead());
    drop(records);
    assert!(desk.is_there("Asked at the fair"), "the list has it");
}

#[test]
fn a_team_without_any_work_is_refused_in_place() {
    let mut desk = desk([1280.0, 900.0]);
    let team = desk.named(Kind::Team, "West");
    desk.set(team, &[("use_leads", false.into())]);
    go(&mut desk, "Sales teams");
    desk.click("West, 1 member");
    desk.click("Opportunities");
    desk.harness.run_steps(4);
    assert!(desk.is_there("leave one of them on"), "the reason stands under the field");
    assert!(desk.workspace.records().teams[&team].use_opportunities);
}
