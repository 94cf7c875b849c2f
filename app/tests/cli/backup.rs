//! Everything in one file and back, and everything in open formats.

use crate::program::Device;
use serde_json::Value as Json;

#[test]
fn a_backup_is_put_back_and_goes_on() {
    let ann = Device::founded();
    let deal = ann.line(&["add", "opportunity", "name=Van", "expected_revenue=1000"]);
    ann.run(&["attachment", "add", &deal, &ann.file("plan.txt", "twelve bytes")]).done();
    let file = ann.path("all.satchel-backup");
    let file = file.to_str().unwrap();
    let made = ann.json(&["backup", "make", file]);
    assert_eq!(made["backup"]["files"], 1);
    assert_eq!(ann.json(&["backup", "show", file]), made["backup"]);
    // Nothing is written over.
    let again = ann.json(&["backup", "make", file]);
    assert!(again["file"].as_str().unwrap().ends_with("all 2.satchel-backup"));

    let new = Device::empty();
    new.run(&["backup", "restore", file]).done();
    assert_eq!(new.digest(), ann.digest());
    new.run(&["set", &deal, "name=After the fire"]).done();
    assert_eq!(new.json(&["doctor"])["ok"], true);
    new.run(&["backup", "restore", file]).refused(&["already holds a workspace"]);

    let other = Device::empty();
    other.run(&["backup", "restore", &other.file("none.satchel-backup", "words")]).refused(&["no backup of Satchel"]);
    assert!(!other.data().exists());
}

#[test]
fn a_takeout_holds_every_record_its_history_and_its_files() {
    let ann = Device::founded();
    let deal = ann.line(&["add", "opportunity", "name=Van", "expected_revenue=1000"]);
    ann.run(&["set", &deal, "name=Renamed, twice"]).done();
    ann.run(&["lost", &deal]).done();
    ann.run(&["attachment", "add", &deal, &ann.file("plan.txt", "twelve bytes")]).done();
    let folder = ann.path("takeout");
    ann.run(&["takeout", folder.to_str().unwrap()]).done();
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap_or_else(|_| panic!("{name}"));
    let lines =
        |name: &str| -> Vec<Json> { read(name).lines().map(|line| serde_json::from_str(line).unwrap()).collect() };
    let all = ann.json(&["list", "opportunities", "--archived"]);
    let kept = lines("opportunities.jsonl");
    assert_eq!(kept.len(), all.as_array().unwrap().len(), "lost ones too");
    let one = kept.iter().find(|one| one["id"] == deal.as_str()).unwrap();
    assert_eq!((&one["name"], &one["attachments"][0]["name"]), (&"Renamed, twice".into(), &"plan.txt".into()));
    assert_eq!(read("opportunities.csv").lines().count(), kept.len() + 1);
    let history = lines("history.jsonl");
    let told = history.iter().find(|one| one["id"] == deal.as_str()).unwrap();
    assert!(told["history"].as_array().unwrap().len() >= 4, "{told}");
    let files: Vec<_> = std::fs::read_dir(folder.join("files")).unwrap().collect();
    assert_eq!(files.len(), 1);
    ann.run(&["takeout", folder.to_str().unwrap()]).refused(&["not empty"]);
}

#[test]
fn a_takeout_holds_what_no_list_shows_and_tells_what_it_lacks() {
    let ann = Device::founded();
    let deal = ann.line(&["add", "opportunity", "name=Van", "expected_revenue=1000"]);
    let weekly =
        ["add", "meeting", "name=Weekly", "when=2026-11-09T10:00/2026-11-09T11:00 UTC", "recurrence=FREQ=WEEKLY"];
    let weekly = ann.line(&weekly);
    ann.run(&["meeting", "set", &weekly, "--at", "2026-11-16", "name=Special"]).done();
    ann.run(&["meeting", "cancel", &weekly, "--at", "2026-11-23"]).done();
    let gone = ann.line(&["add", "contact", "name=Thrown away"]);
    ann.run(&["trash", &gone]).done();
    let lines = |folder: &str, name: &str| -> Vec<Json> {
        let read = std::fs::read_to_string(ann.path(folder).join(name)).unwrap_or_else(|_| panic!("{name}"));
        read.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let take = |folder: &str| ann.run(&["takeout", ann.path(folder).to_str().unwrap()]);
    take("first").done();
    let company = lines("first", "company.jsonl")[0]["id"].as_str().unwrap().to_owned();
    ann.run(&["set", &company, "tax_id=DE 123", "address=Main Street 1", "bank=DE89 3704", "terms=30 days"]).done();
    let quote = ann.line(&["sale", "quote", &deal]);
    ann.run(&["sale", "confirm", &quote]).done();
    let invoice = ann.line(&["sale", "invoice", &quote]);
    ann.run(&["sale", "post", &invoice]).done();
    ann.run(&["attachment", "add", &deal, &ann.file("plan.txt", "twelve bytes")]).done();
    take("second").done();

    let company = &lines("second", "company.jsonl")[0];
    let told = ["currency", "tax_id", "address", "bank", "terms"].map(|field| company[field].as_str().unwrap());
    assert_eq!(told, ["USD", "DE 123", "Main Street 1", "DE89 3704", "30 days"]);
    let changed = lines("second", "occurrences.jsonl");
    assert_eq!((&changed[0]["name"], &changed[0]["series"]["id"]), (&"Special".into(), &weekly.as_str().into()));
    assert_eq!((&changed[1]["cancelled"], &changed[1]["offset"]), (&true.into(), &(14 * 86_400).into()));
    let posted = &lines("second", "invoices.jsonl")[0]["posted"];
    assert_eq!((&posted["total"], &posted["seller"]["tax_id"]), (&"1000.00".into(), &"DE 123".into()));
    assert_eq!(posted["lines"][0]["subtotal"], "1000.00");
    let members = lines("second", "members.jsonl");
    assert_eq!((&members[0]["user"]["name"], &members[0]["role"]), (&"Ann Field".into(), &"owner".into()));
    for table in ["company.csv", "occurrences.csv", "members.csv"] {
        assert!(ann.path("second").join(table).exists(), "{table}");
    }
    let history = lines("second", "history.jsonl");
    for id in [gone.as_str(), changed[0]["id"].as_str().unwrap()] {
        let told = history.iter().find(|one| one["id"] == id).unwrap_or_else(|| panic!("{id}"));
        assert!(!told["history"].as_array().unwrap().is_empty(), "{told}");
    }

    for file in std::fs::read_dir(ann.data().join("files")).unwrap() {
        std::fs::remove_file(file.unwrap().path()).unwrap();
    }
    let lacks = take("third");
    assert_eq!(lacks.code, 1);
    assert!(lacks.stderr.contains("‘plan.txt’") && lacks.stderr.contains("not on this device"), "{}", lacks.stderr);
    assert_eq!(lines("third", "company.jsonl").len(), 1, "all else is there");
}
