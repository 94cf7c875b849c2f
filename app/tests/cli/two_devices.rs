//! Two real processes meet over loopback.

use serde_json::json;

use crate::program::{Device, Ran, Serving};

#[cfg(unix)]
#[test]
fn invite_serve_join_edit_and_agree() {
    let ann = Device::founded();
    let van = ann.line(&["add", "opportunity", "name=Van", "expected_revenue=1000"]);
    let ticket = ann.line(&["invite"]);
    assert!(ticket.starts_with("satchel:join/"));

    let serving = Serving::start(&ann);
    let bob = Device::empty();
    bob.run(&["join", &ticket, "--user", "Bob Road"]).done();
    let report = bob.json(&["sync"]);
    assert_eq!(report["peers"][0]["user"]["name"], "Ann Field");
    assert!(report["bytes"].is_u64() && report["round_trips"].is_u64());
    assert_eq!(bob.json(&["show", &van])["name"], "Van");

    // A ticket is for one use.
    let eve = Device::empty();
    eve.run(&["join", &ticket, "--user", "Eve"]).refused(&["used"]);
    assert!(!eve.data().exists());
    serving.stop();

    // Apart, both go on: different fields, and one field to unequal values.
    ann.run(&["set", &van, "phone=123", "expected_revenue=2000"]).done();
    bob.run(&["set", &van, "email_from=van@example.com", "expected_revenue=3000"]).done();
    ann.run(&["won", &van]).done();
    bob.run(&["lost", &van, "--reason", "Too expensive"]).done();
    let car = bob.line(&["add", "opportunity", "name=Car"]);
    assert_ne!(ann.digest(), bob.digest());

    let serving = Serving::start(&ann);
    let report = bob.json(&["sync", "--peer", &serving.address]);
    assert!(report["sent"].as_u64() >= Some(3) && report["received"].as_u64() >= Some(2), "{report}");
    serving.stop();

    assert_eq!(ann.digest(), bob.digest());
    assert_eq!(ann.json(&["show", &car])["name"], "Car");
    let shown = ann.json(&["show", &van]);
    assert_eq!(shown, bob.json(&["show", &van]), "the same on both");
    assert_eq!([&shown["phone"], &shown["email_from"]], ["123", "van@example.com"]);

    let conflicts = ann.json(&["conflicts"]);
    assert_eq!(conflicts, bob.json(&["conflicts", &van]));
    let mut fields: Vec<&str> = conflicts.as_array().unwrap().iter().map(|c| c["field"].as_str().unwrap()).collect();
    fields.sort_unstable();
    assert_eq!(fields, ["expected_revenue", "standing"], "{conflicts}");
    for conflict in conflicts.as_array().unwrap() {
        assert_eq!(conflict["id"], van.as_str());
        assert_eq!(conflict["others"].as_array().unwrap().len(), 1);
    }

    let members = ann.json(&["members"]);
    let roles: Vec<_> = members.as_array().unwrap().iter().map(|m| [&m["user"]["name"], &m["role"]]).collect();
    assert!(roles.contains(&[&json!("Bob Road"), &json!("salesperson")]), "{members}");
    assert_eq!(ann.json(&["status"])["peers"].as_array().unwrap().len(), 1);
    assert_ne!(bob.json(&["status"])["last_sync"], json!(null));
}

#[cfg(unix)]
#[test]
fn a_device_that_was_removed_gets_nothing_more() {
    let ann = Device::founded();
    let ticket = ann.line(&["invite", "--user", "Bob Road"]);
    let serving = Serving::start(&ann);
    let bob = Device::empty();
    bob.run(&["join", &ticket]).done();
    serving.stop();

    ann.run(&["members", "remove", "Bob Road"]).done();
    let secret = ann.line(&["add", "opportunity", "name=Secret"]);
    let serving = Serving::start(&ann);
    let ran = bob.run(&["sync", "--peer", &serving.address, "--timeout", "5"]);
    assert_eq!(ran.code, 1, "{}{}", ran.stdout, ran.stderr);
    serving.stop();
    bob.run(&["show", &secret]).refused(&[&secret]);
}

#[test]
fn nobody_is_there() {
    let ann = Device::founded();
    let before = ann.digest();
    Ran::of(&mut ann.command(&["sync", "--peer", "127.0.0.1:9", "--timeout", "1"])).refused(&[]);
    ann.run(&["sync", "--timeout", "1"]).refused(&[]);
    assert_eq!(ann.digest(), before);
}
