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
