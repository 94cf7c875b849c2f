//! Who is here and who may what, by the command line, between real processes.

use serde_json::{Value as Json, json};

use crate::program::{Device, Serving};

/// Ann, with Bob and Cid, who are salespeople.
fn team() -> [Device; 3] {
    let ann = Device::founded();
    let tickets = [ann.line(&["invite", "--user", "Bob Road"]), ann.line(&["invite", "--expires", "1d"])];
    let serving = Serving::start(&ann);
    let [bob, cid] = [Device::empty(), Device::empty()];
    bob.run(&["join", &tickets[0]]).done();
    cid.run(&["join", &tickets[1], "--user", "Cid Lake"]).done();
    serving.stop();
    [ann, bob, cid]
}

fn meet(at: &Device, from: &Device) {
    let serving = Serving::start(at);
    from.run(&["sync", "--peer", &serving.address]).done();
    serving.stop();
}

fn member(device: &Device, name: &str) -> Json {
    let members = device.json(&["members"]);
    members.as_array().unwrap().iter().find(|m| m["user"]["name"] == name).unwrap_or(&Json::Null).clone()
}

#[test]
fn roles_safety_numbers_and_who_posts() {
    let [ann, bob, cid] = team();
    meet(&ann, &bob);
    let listed = ann.run(&["members", "list"]).done().stdout;
    for word in ["Ann Field", "owner", "Bob Road", "salesperson", "this device", "admitted", "last seen"] {
        assert!(listed.contains(word), "{word}: {listed}");
    }
    // A role belongs to a person; who may not give it is told so.
    assert_eq!(member(&ann, "Bob Road")["role"], "salesperson");
    bob.run(&["members", "role", "Cid Lake", "guest"]).refused(&["a salesperson may not do this to a salesperson"]);
    bob.run(&["invite"]).refused(&["a salesperson may not invite"]);
    bob.run(&["members", "posting", "no"]).refused(&["manager"]);
    ann.run(&["members", "role", "Ann Field", "manager"]).refused(&["only owner"]);
    assert_eq!(ann.run(&["members", "role", "Bob Road", "king"]).code, 2, "wrong usage");
    let after = ann.json(&["members", "role", "Bob Road", "manager"]);
    assert!(after.as_array().unwrap().iter().any(|m| m["user"]["name"] == "Bob Road" && m["role"] == "manager"));
    meet(&ann, &bob);
    bob.run(&["members", "posting", "no"]).done();
    bob.run(&["members", "role", "Cid Lake", "guest"]).done();
    bob.run(&["members", "role", "Ann Field", "guest"]).refused(&["a manager may not do this to a owner"]);
    meet(&ann, &bob);
    meet(&ann, &cid);
    assert_eq!(member(&cid, "Cid Lake")["role"], "guest");
    cid.run(&["add", "contact", "name=Guest’s"]).refused(&["a guest may not"]);

    // One number on both devices, another with a third.
    let number = |of: &Device, with: &str| of.json(&["members", "safety", with])[0]["number"].clone();
    assert_eq!(number(&ann, "Bob Road"), number(&bob, "Ann Field"));
    assert_ne!(number(&ann, "Bob Road"), number(&ann, "Cid Lake"));
    assert!(
        ann.run(&["members", "safety", "Bob Road"]).done().stdout.contains(number(&bob, "Ann Field").as_str().unwrap())
    );
}

#[test]
fn a_person_is_removed_comes_back_and_gives_again_what_fell() {
    let [ann, bob, cid] = team();
    meet(&ann, &bob);
    meet(&ann, &cid);
    // A second device of Cid's, and it alone goes.
    let ticket = ann.line(&["invite", "--user", "Cid Lake"]);
    let second = Device::empty();
    let serving = Serving::start(&ann);
    second.run(&["join", &ticket]).done();
    serving.stop();
    let device = second.json(&["status"])["device"].clone();
    let device = device.as_str().map(str::to_owned).or_else(|| device["id"].as_str().map(str::to_owned)).unwrap();
    assert_eq!(member(&ann, "Cid Lake")["devices"].as_array().unwrap().len(), 2);
    assert!(ann.run(&["members", "remove", &device]).done().stderr.contains("what that device already has, it keeps"));
    let devices = member(&ann, "Cid Lake")["devices"].clone();
    let removed: Vec<_> = devices.as_array().unwrap().iter().filter(|d| d["removed"] == true).collect();
    assert_eq!((removed.len(), &removed[0]["id"]), (1, &json!(device)));
    ann.run(&["members", "remove", "Ann Field"]).refused(&["nobody removes themselves"]);

    // Bob is removed while he goes on writing, and Cid meets him before hearing of it.
    ann.run(&["members", "remove", "Bob Road"]).done();
    let late = bob.line(&["add", "contact", "name=Late"]);
    meet(&cid, &bob);
    assert_eq!(cid.json(&["show", &late])["name"], "Late");
    meet(&ann, &cid);
    for device in [&ann, &cid] {
        device.run(&["show", &late]).refused(&[&late]);
        let aside = device.json(&["members", "aside"]);
        let first = &aside[0];
        assert_eq!((&first["user"]["name"], &first["offered"]), (&json!("Bob Road"), &json!(false)), "{aside}");
        assert!(first["reason"].as_str().unwrap().contains("removed device"), "{aside}");
        assert_eq!(first["records"], json!([late]));
        device.run(&["members", "again"]).refused(&["nothing that could be given again"]);
    }
    assert!(ann.run(&["members", "aside"]).done().stdout.contains("why it has no effect"));
    assert_eq!(ann.digest(), cid.digest());

    // He is told so and nothing else; invited again, he goes on with the folder he has.
    let serving = Serving::start(&ann);
    bob.run(&["sync", "--peer", &serving.address]).refused(&["removed"]);
    serving.stop();
    assert_eq!(bob.json(&["status"])["removed"], true);
    let ticket = ann.line(&["invite", "--user", "Bob Road"]);
    let serving = Serving::start(&ann);
    bob.run(&["join", &ticket]).done();
    let aside = bob.json(&["members", "aside"]);
    assert_eq!(aside[0]["offered"], true, "{aside}");
    let id = aside[0]["id"].as_str().unwrap().to_owned();
    bob.run(&["members", "again", "zz"]).refused(&["nothing that could be given again"]);
    bob.run(&["members", "again", &id[..12]]).done();
    assert_eq!(bob.json(&["members", "aside"])[0]["offered"], false, "once");
    bob.run(&["sync", "--peer", &serving.address]).done();
    serving.stop();
    assert_eq!(ann.json(&["show", &late])["name"], "Late");
    assert_eq!(ann.digest(), bob.digest());
}
