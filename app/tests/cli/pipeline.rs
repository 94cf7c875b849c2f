//! Stages, teams, assignment, custom fields and the trash, by the real program.

use crate::program::Device;
use serde_json::Value as Json;

fn names(list: &Json) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|r| r["name"].as_str().unwrap()).collect()
}

#[test]
fn stages_in_order_merged_and_removed() {
    let device = Device::founded();
    device.line(&["add", "stage", "name=Tender", "probability=50", "rotting_days=5", "requirements=A signed offer"]);
    let deal = device.line(&["add", "opportunity", "name=Desks", "stage=Tender"]);
    device.run(&["stage", "move", "Tender", "--before", "Qualified"]).done();
    assert_eq!(names(&device.json(&["list", "stages"])), ["New", "Tender", "Qualified", "Proposition", "Won"]);
    let refused = device.run(&["stage", "remove", "Tender"]);
    assert_eq!((refused.code, refused.stderr.lines().count()), (1, 1), "{}", refused.stderr);
    device.run(&["stage", "remove", "Tender", "--into", "Proposition"]).done();
    assert_eq!(device.json(&["show", &deal])["stage"]["name"], "Proposition");
    let trash = device.json(&["list", "stages", "--trash"]);
    assert_eq!(names(&trash), ["Tender"]);
    device.run(&["restore", trash[0]["id"].as_str().unwrap()]).done();
    assert_eq!(device.json(&["show", &deal])["stage"]["name"], "Tender");
    device.run(&["stage", "merge", "Tender", "Qualified", "--into", "Qualified"]).done();
    assert_eq!(names(&device.json(&["list", "opportunities", "--filter", "stage = Qualified"])), ["Desks"]);
    assert_eq!(device.run(&["stage", "remove", "Nowhere"]).code, 1);
}

#[test]
fn teams_and_assignment() {
    let device = Device::founded();
    device.line(&["add", "team", "name=Direct", "assignment_filter=expected_revenue >= 1000"]);
    device.line(&["add", "team", "name=Partners"]);
    for user in ["Bob Road", "Eva Lake"] {
        device.line(&["add", "user", &format!("name={user}"), "assignment_max=1"]);
    }
    device.run(&["team", "join", "Direct", "Bob Road", "Eva Lake"]).done();
    let again = device.run(&["team", "join", "Direct", "Bob Road"]);
    assert!(again.code == 1 && again.stderr.contains("is a member of ‘Direct’ already"), "{}", again.stderr);
    let moved = device.run(&["team", "join", "Partners", "Bob Road"]).done();
    assert!(moved.stderr.contains("Bob Road leaves Direct for Partners"), "{}", moved.stderr);
    device.run(&["team", "leave", "Bob Road"]).done();
    device.run(&["team", "join", "Direct", "Bob Road"]).done();
    let ids: Vec<String> = (0..3)
        .map(|i| device.line(&["add", "opportunity", &format!("name=Deal {i}"), "expected_revenue=2000"]))
        .collect();
    device.run(&["assign", "--rules"]).done();
    let waiting = device.json(&["list", "opportunities", "--filter", "user is empty"]);
    assert_eq!(waiting.as_array().unwrap().len(), 1, "each of the two has room for one");
    device.run(&["assign", &ids[0], &ids[1], &ids[2], "--to", "Eva Lake", "--to", "Ann Field"]).done();
    let owner = |id: &str| device.json(&["show", id])["user"]["name"].as_str().map(str::to_owned);
    assert_eq!([owner(&ids[0]), owner(&ids[1])], [Some("Eva Lake".to_owned()), Some("Ann Field".to_owned())]);
    device.run(&["assign", &ids[0], "--nobody"]).done();
    assert_eq!(owner(&ids[0]), None);
    assert_eq!(device.run(&["assign", &ids[0]]).code, 1);
}

#[test]
fn custom_fields_in_lists_and_files() {
    let device = Device::founded();
    let hours = device.line(&["add", "custom_field", "name=Machine hours", "type=number"]);
    device.line(&["add", "custom_field", "name=Size", "type=choice", "choices=Small, Large"]);
    device.line(&["add", "custom_field", "name=Budget", "type=money"]);
    device.line(&["add", "custom_field", "name=Architect", "type=contact"]);
    let again = device.run(&["add", "custom_field", "name=machine hours", "type=text"]);
    assert_eq!(again.code, 1, "{}", again.stderr);
    let id = device.line(&["add", "opportunity", "name=Desks", "x_machine_hours=12", "x_size=large"]);
    assert_eq!(device.json(&["show", &id])["x_machine_hours"], 12);
    let wrong = device.run(&["set", &id, "x_size=Huge"]);
    assert!(wrong.code == 1 && wrong.stderr.contains("one of Small, Large"), "{}", wrong.stderr);
    let file = device.file(
        "deals.csv",
        "Opportunity,Machine hours,Size,Budget,Architect\nLamps,7,small,\"1,200.50\",Zoe Hill\nChairs,much,Small,,\n",
    );
    let report = device.json(&["import", &file]);
    assert_eq!(report["files"][0]["created"], 1);
    assert_eq!(report["files"][0]["refused"][0]["column"], "Machine hours");
    let lamps = &device.json(&["list", "opportunities", "--filter", "x_machine_hours < 10"])[0];
    assert_eq!([&lamps["x_size"], &lamps["x_budget"], &lamps["x_architect"]["name"]], ["Small", "1200.50", "Zoe Hill"]);
    let groups = device.json(&["list", "opportunities", "--group-by", "x_size", "--sort", "-x_machine_hours"]);
    assert_eq!(groups[0]["group"], "Small");
    let out = device.path("out.csv");
    device.run(&["export", "opportunities", "--format", "csv", "-o", out.to_str().unwrap()]).done();
    let text = std::fs::read_to_string(&out).unwrap();
    assert!(text.lines().next().unwrap().contains("x_machine_hours") && text.contains("1200.50"), "{text}");
    // Its own export goes back in, fields and all.
    let other = Device::founded();
    other.line(&["add", "custom_field", "name=Machine hours", "type=number"]);
    other.run(&["import", out.to_str().unwrap()]).done();
    assert_eq!(other.json(&["list", "opportunities", "--filter", "x_machine_hours = 7"]).as_array().unwrap().len(), 1);
    // The trash of any kind.
    device.run(&["trash", &hours, &id]).done();
    assert_eq!(names(&device.json(&["list", "custom_fields", "--trash"])), ["Machine hours"]);
    assert_eq!(names(&device.json(&["list", "opportunities", "--trash"])), ["Desks"]);
    assert_eq!(device.run(&["list", "opportunities", "--filter", "x_machine_hours > 1"]).code, 1);
    device.run(&["restore", &hours, &id]).done();
    assert_eq!(device.json(&["show", &id])["x_machine_hours"], 12);
}
