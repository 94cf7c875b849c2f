//! Activities, meetings, calls and calendars on the command line, by the real program.

use crate::program::Device;

#[test]
fn activities_of_a_type_people_set_up_and_a_plan() {
    let device = Device::founded();
    let deal = device.line(&["add", "opportunity", "name=Fleet"]);
    device.line(&["add", "activity_type", "name=Visit", "summary=See them", "delay=3 days"]);
    let now = ["--now", "2026-11-12T10:00:00Z"];
    let visit = device.line(&[&["activity", "add", &deal, "type=visit"], &now[..]].concat());
    let listed = device.json(&["list", "activities"]);
    assert_eq!((listed[0]["type"].as_str(), listed[0]["summary"].as_str()), (Some("Visit"), Some("See them")));
    assert_eq!(listed[0]["date_deadline"], "2026-11-15");
    device.run(&[&["activity", "reschedule", &visit, "--to", "monday"], &now[..]].concat()).done();
    assert_eq!(device.json(&["list", "activities"])[0]["date_deadline"], "2026-11-16");
    let plan = device.line(&["add", "activity_plan", "name=Welcome"]);
    for (name, delay) in [("Hello", "0 days"), ("And then", "1 week")] {
        let (name, plan, delay) = (format!("name={name}"), format!("plan={plan}"), format!("delay={delay}"));
        device.line(&["add", "plan_step", &name, &plan, &delay, "type=Call"]);
    }
    device.run(&["activity", "plan", "welcome", &deal]).done();
    let all = device.json(&["list", "activities"]);
    let ids: Vec<&str> = all.as_array().unwrap().iter().map(|a| a["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), 3);
    device.run(&[&["activity", "done"], &ids[..]].concat()).done();
    assert_eq!(device.json(&["list", "activities"]).as_array().unwrap().len(), 0);
    let wrong = device.run(&["activity", "add", &deal, "type=Nonsense"]);
    assert!(wrong.code == 1 && wrong.stderr.contains("there is no activity type ‘Nonsense’"), "{}", wrong.stderr);
}

#[test]
fn meetings_recur_are_changed_and_go_out_and_in() {
    let device = Device::founded();
    let deal = device.line(&["add", "opportunity", "name=Fleet"]);
    let opportunity = format!("opportunity={deal}");
    let id = device.line(&[
        "add",
        "meeting",
        "name=Weekly",
        "when=2026-11-09T10:00/2026-11-09T11:00 Europe/Brussels",
        "recurrence=FREQ=WEEKLY",
        &opportunity,
    ]);
    device.run(&["meeting", "set", &id, "--at", "2026-11-16", "name=Special"]).done();
    device.run(&["meeting", "cancel", &id, "--at", "2026-11-23"]).done();
    let told = |device: &Device| -> Vec<String> {
        let entries = device.json(&["agenda", "--from", "2026-11-09", "--days", "28", "--only", "meetings"]);
        entries.as_array().unwrap().iter().map(|e| e["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(told(&device), ["Weekly", "Special", "Weekly"]);
    let listed = device.json(&["list", "meetings"]);
    assert_eq!((listed.as_array().unwrap().len(), listed[0]["start"].as_str()), (1, Some("2026-11-09T09:00:00Z")));
    let file = device.path("out.ics").to_str().unwrap().to_owned();
    device.run(&["export", "meetings", "--format", "ics", "-o", &file]).done();
    let other = Device::founded();
    let report = other.json(&["import", &file]);
    assert_eq!(
        (report["files"][0]["kind"].as_str(), report["files"][0]["created"].as_i64()),
        (Some("meetings"), Some(2))
    );
    assert_eq!(told(&other), told(&device));

    for (fields, why) in [
        (vec!["start=2026-11-12T11:00", "stop=2026-11-12T10:00"], "ends before it begins"),
        (vec!["when=2026-11-12T10:00/2026-11-12T11:00 Moon/Tycho"], "no time zone ‘Moon/Tycho’"),
        (vec![], "needs a start and an end"),
    ] {
        let ran = device.run(&[&["add", "meeting", "name=Wrong"], &fields[..]].concat());
        assert!(ran.code == 1 && ran.stderr.contains(why), "{}", ran.stderr);
    }
    let days = device.line(&["add", "meeting", "name=Fair", "start=2026-12-01", "stop=2026-12-03"]);
    assert_eq!(device.json(&["show", &days])["when"], "2026-12-01/2026-12-03");
}

#[test]
fn a_call_list_is_called() {
    let device = Device::founded();
    let csv =
        device.file("people.csv", "Name,Phone\nAnn,+32485001122\nBob,none\nCid,+32485001123\nAnn,+32 485 001122\n");
    let report = device.json(&["import", &csv, "--call-list", "Autumn"]);
    let file = &report["files"][0];
    assert_eq!((file["created"].as_i64(), file["duplicates"].as_i64()), (Some(2), Some(1)), "{file}");
    assert_eq!(file["refused"][0]["reason"], "‘none’ is no phone number");
    let first = device.json(&["call", "next", "Autumn"]);
    let id = first["id"].as_str().unwrap();
    assert_eq!(first["name"], "Ann");
    device.run(&["call", "not-called", id]).done();
    assert_eq!(device.json(&["list", "calls", "--filter", "state = 'not called'"])[0]["attempts"], 1);
    let next = device.json(&["call", "next", "Autumn"])["id"].as_str().unwrap().to_owned();
    device.run(&["call", "called", &next, "--minutes", "4"]).done();
    let deal = device.line(&["call", "convert", &next]);
    assert_eq!(device.json(&["show", &deal])["phone"], "+32485001123");
    assert_eq!(device.run(&["call", "next", "Autumn"]).code, 1);
    let long = format!("phone={}", "1".repeat(200));
    assert!(device.run(&["set", &next, &long]).stderr.contains("more digits than any number"));
}
