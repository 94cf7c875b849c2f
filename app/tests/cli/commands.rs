//! The command line's jobs on one device, by the real program.

use crate::program::{Device, Ran, bare, pipeline};
use serde_json::{Value as Json, json};

fn by_name<'a>(list: &'a Json, name: &str) -> &'a Json {
    list.as_array().unwrap().iter().find(|r| r["name"] == name).unwrap_or_else(|| panic!("{name} is not in {list}"))
}

fn imported() -> Device {
    let device = Device::founded();
    let files = pipeline(&device);
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    device.run(&[&["import"], &files[..]].concat()).done();
    device
}

#[test]
fn imports_files_that_belong_together() {
    let device = Device::founded();
    let files = pipeline(&device);
    let args: Vec<&str> = ["import"].into_iter().chain(files.iter().map(String::as_str)).collect();

    let before = device.digest();
    let looked = device.json(&[&args[..], &["--dry-run"]].concat());
    assert_eq!(looked["files"][0]["rows"], 6);
    assert_eq!(device.digest(), before, "a dry run writes nothing");

    let report = device.json(&args);
    assert!(report["import"].is_string());
    let file = &report["files"][0];
    assert!(file["file"].as_str().unwrap().ends_with("sales_pipeline.csv"));
    assert_eq!([&file["rows"], &file["created"], &file["updated"], &file["duplicates"]], [6, 6, 0, 0]);
    assert_eq!(file["refused"], json!([]));

    let list = device.json(&["list", "opportunities", "--archived"]);
    assert_eq!(list.as_array().unwrap().len(), 6);
    let won = list.as_array().unwrap().iter().find(|r| r["expected_revenue"] == "1054.00").unwrap();
    assert_eq!(won["won_status"], "won");
    assert_eq!(won["stage"]["name"], "Won");
    assert_eq!(won["user"]["name"], "Mia Stone");
    assert_eq!(won["partner"]["name"], "Bluebird");

    let groups =
        device.json(&["list", "opportunities", "--archived", "--group-by", "user", "--filter", "won_status = won"]);
    let mia = groups.as_array().unwrap().iter().find(|g| g["group"] == "Mia Stone").unwrap();
    assert_eq!(mia["count"], 2);
    assert_eq!(mia["sum"], json!({"expected_revenue": "1104.00", "prorated_revenue": "1104.00"}));

    let again = device.json(&args);
    let file = &again["files"][0];
    assert_eq!([&file["created"], &file["updated"]], [0, 0], "the same file again changes nothing: {again}");
    assert_eq!(device.json(&["status"])["records"]["opportunities"], 6);
}

#[test]
fn an_import_is_taken_back_whole() {
    let device = Device::founded();
    let before = device.json(&["status"])["records"].clone();
    let files = pipeline(&device);
    let report = device.json(&["import", &files[0], &files[1]]);
    assert_ne!(device.json(&["status"])["records"], before);
    device.run(&["import", "--undo", report["import"].as_str().unwrap()]).done();
    let after = device.json(&["status"])["records"].clone();
    assert_eq!(after["opportunities"], before["opportunities"]);
    assert_eq!(after["contacts"], before["contacts"]);

    device.run(&["import", &files[0]]).done();
    device.run(&["import", "--undo", "last"]).done();
    assert_eq!(device.json(&["status"])["records"]["opportunities"], 0);
}

#[test]
fn a_mail_is_imported_as_a_lead_with_its_file() {
    let device = Device::founded();
    let path = device.path("wanted.eml");
    let mail = "From: Ada Lind <ada@lind.example>\nSubject: Ten lorries\nDate: Tue, 3 Mar 2026 14:05:06 +0100\n\
        Content-Type: multipart/mixed; boundary=x\n\n--x\n\nWhat do they cost?\n\
        --x\nContent-Type: application/pdf; name=plan.pdf\n\n%PDF-1.4\n--x--\n";
    std::fs::write(&path, mail).unwrap();
    let file = path.to_str().unwrap();
    let before = device.digest();
    let looked = device.json(&["import", file, "--dry-run"]);
    assert_eq!((&looked["files"][0]["created"], device.digest()), (&json!(1), before));
    let report = device.json(&["import", file]);
    assert_eq!([&report["files"][0]["kind"], &report["files"][0]["profile"]], ["leads", "mail"]);
    let leads = device.json(&["list", "leads"]);
    let lead = by_name(&leads, "Ten lorries");
    assert_eq!([&lead["contact_name"], &lead["email_from"]], ["Ada Lind", "ada@lind.example"]);
    let shown = device.json(&["show", lead["id"].as_str().unwrap()]);
    assert_eq!(shown["attachments"][0]["name"], "plan.pdf", "{shown}");
    assert_eq!(device.json(&["import", file])["files"][0]["unchanged"], 1);
    device.run(&["import", "--undo", report["import"].as_str().unwrap()]).done();
    assert_eq!(device.json(&["list", "leads"]), json!([]));
    std::fs::write(&path, "nothing of the kind").unwrap();
    let refused = device.run(&["import", file]);
    assert_eq!(refused.code, 1);
    assert!(
        refused.stderr.contains("wanted.eml: is no mail: it says neither who wrote it nor what about"),
        "{}",
        refused.stderr
    );
}

#[test]
fn lists_filter_search_sort_and_limit() {
    let device = imported();
    let count = |args: &[&str]| device.json(&[&["list", "opportunities"], args].concat()).as_array().unwrap().len();
    assert_eq!(count(&[]), 5, "a lost one is hidden");
    assert_eq!(count(&["--archived"]), 6);
    assert_eq!(count(&["--filter", "won_status = pending"]), 2);
    assert_eq!(count(&["--archived", "--filter", "won_status in (won, lost) and expected_revenue > 100"]), 2);
    assert_eq!(count(&["--filter", "won_status = won", "--filter", "user = 'Noah Reed'"]), 1);
    assert_eq!(count(&["--filter", "partner is empty"]), 1);
    assert_eq!(count(&["--search", "bluebird"]), 3);
    assert_eq!(count(&["--limit", "2"]), 2);

    let sorted = device.json(&["list", "opportunities", "--sort", "-expected_revenue", "--limit", "1"]);
    assert_eq!(sorted[0]["expected_revenue"], "4821.00");

    let table = device.run(&["list", "opportunity"]).done().stdout;
    assert!(table.lines().next().unwrap().contains("expected_revenue"), "{table}");
    assert!(table.contains("Bluebird"), "{table}");

    for kind in ["leads", "contacts", "activities", "stages", "teams", "users", "products", "tags", "lost_reasons"] {
        assert!(device.json(&["list", kind]).is_array(), "{kind}");
    }
    assert_eq!(device.json(&["list", "products"]).as_array().unwrap().len(), 2);
}

#[test]
fn a_record_is_added_changed_and_its_history_told() {
    let device = Device::founded();
    device.run(&["add", "contact", "name=Bluebird", "is_company=yes"]).done();
    let id = device.line(&["add", "opportunity", "name=Fleet lease", "partner=bluebird", "expected_revenue=1000"]);
    assert_eq!(id.len(), 32);

    assert_eq!(device.line(&["set", &id, "expected_revenue=1500", "probability=60"]), id);
    let shown = device.json(&["show", &id]);
    assert_eq!(shown["name"], "Fleet lease");
    assert_eq!(shown["partner"]["name"], "Bluebird");
    assert_eq!(shown["expected_revenue"], "1500.00");
    assert_eq!(shown["probability"], 60);
    assert_eq!(shown["prorated_revenue"], "900.00");

    let history = device.json(&["history", &id]);
    let newest = &history[0];
    assert_eq!(newest["user"]["name"], "Ann Field");
    let change = newest["changes"].as_array().unwrap().iter().find(|c| c["field"] == "expected_revenue").unwrap();
    assert_eq!([&change["old"], &change["new"]], ["1000.00", "1500.00"]);
    assert_eq!(history.as_array().unwrap().len(), 2);
    assert_eq!(device.json(&["conflicts"]), json!([]));

    assert!(device.run(&["show", &id]).done().stdout.contains("Fleet lease"));
    assert!(device.run(&["history", &id]).done().stdout.contains("expected_revenue: 1000.00 → 1500.00"));
}

#[test]
fn tags_and_other_sets_are_given_by_name() {
    let device = Device::founded();
    device.run(&["add", "tag", "name=Hot"]).done();
    device.run(&["add", "tag", "name=Fleet, large"]).done();
    let id = device.line(&["add", "lead", "name=Van", "tags=hot"]);
    assert_eq!(device.json(&["show", &id])["type"], "lead");
    assert_eq!(device.json(&["show", &id])["tags"][0]["name"], "Hot");
    device.run(&["set", &id, "tags=Fleet, large"]).done();
    assert_eq!(device.json(&["show", &id])["tags"].as_array().unwrap().len(), 1);
    device.run(&["set", &id, "tags="]).done();
    assert_eq!(device.json(&["show", &id])["tags"], json!([]));
    assert_eq!(device.json(&["list", "leads"]).as_array().unwrap().len(), 1);
    assert_eq!(device.json(&["list", "opportunities"]), json!([]));
}

#[test]
fn won_lost_restored_undone_and_redone() {
    let device = Device::founded();
    let id = device.line(&["add", "opportunity", "name=Fleet lease", "expected_revenue=1000"]);
    let status = || device.json(&["show", &id])["won_status"].clone();

    device.run(&["lost", &id, "--reason", "too expensive"]).done();
    assert_eq!(status(), "lost");
    assert_eq!(device.json(&["show", &id])["lost_reason"]["name"], "Too expensive");
    device.run(&["undo"]).done();
    assert_eq!(status(), "pending");
    device.run(&["redo"]).done();
    assert_eq!(status(), "lost");
    device.run(&["restore", &id]).done();
    assert_eq!(status(), "pending");
    device.run(&["won", &id]).done();
    assert_eq!(status(), "won");
    assert_eq!(device.json(&["show", &id])["stage"]["name"], "Won");
}

#[test]
fn activities_are_planned_done_and_cancelled() {
    let device = Device::founded();
    let id = device.line(&["add", "opportunity", "name=Fleet lease"]);
    let call = device.line(&["activity", "add", &id, "type=Call", "summary=Offer", "date_deadline=2026-12-01"]);
    let todo = device.line(&["activity", "add", &id, "summary=Look into it", "user=Ann Field"]);
    assert_eq!(device.json(&["list", "activities"]).as_array().unwrap().len(), 2);

    let listed = device.json(&["list", "activities", "--filter", "type = Call"]);
    assert_eq!(listed[0]["id"], call.as_str());
    assert_eq!(listed[0]["date_deadline"], "2026-12-01");
    device.run(&["set", &call, "date_deadline=2026-12-02"]).done();
    device.run(&["activity", "done", &call, "--feedback", "They want two"]).done();
    device.run(&["activity", "cancel", &todo]).done();
    let history = device.run(&["history", &id]).done().stdout;
    assert!(history.contains("They want two"), "{history}");
}

#[test]
fn exports_what_list_shows() {
    let device = imported();
    let won = ["--archived", "--filter", "won_status = won", "--sort", "-expected_revenue"];
    let export = |format: &str, name: &str| {
        device.run(&[&["export", "opportunities", "--format", format, "-o", name], &won[..]].concat()).done();
        std::fs::read(device.path(name)).unwrap()
    };
    let csv = String::from_utf8(export("csv", "out.csv")).unwrap();
    assert_eq!(csv.lines().count(), 4, "{csv}");
    assert!(csv.contains("4821.00"), "{csv}");
    let records: Json = serde_json::from_slice(&export("json", "out.json")).unwrap();
    assert_eq!(records.as_array().unwrap().len(), 3);
    assert_eq!(records[0]["expected_revenue"], "4821.00");
    assert!(export("xlsx", "out.xlsx").starts_with(b"PK"));
    let long = format!("description={}", "long ".repeat(8_000));
    device.run(&["set", records[0]["id"].as_str().unwrap(), &long]).done();
    let told = |format| {
        let written = device.run(&["export", "opportunities", "--archived", "--format", format, "-o", "long"]).done();
        written.stderr.contains("1 text longer than a workbook’s cell holds")
    };
    assert!(told("xlsx") && !told("csv"));
}

#[test]
fn status_and_doctor() {
    let device = imported();
    let status = device.json(&["status"]);
    assert_eq!(status["workspace"]["name"], "Acme");
    assert_eq!(status["records"]["opportunities"], 6);
    assert_eq!(status["records"]["products"], 2);
    assert!(status["commits"].as_u64().unwrap() > 1);
    assert_eq!(status["digest"].as_str().unwrap().len(), 64);
    assert!(status["bytes"].as_u64().unwrap() > 0);
    assert_eq!(status["peers"], json!([]));
    assert_eq!(status["last_sync"], Json::Null);

    let list = device.json(&["list", "opportunities", "--archived"]);
    assert_eq!(device.json(&["doctor"])["problems"], json!([]));
    assert_eq!(device.json(&["doctor", "--rebuild"])["ok"], true);
    assert_eq!(device.json(&["list", "opportunities", "--archived"]), list, "rebuilt to the same records");
    assert_eq!(device.json(&["status"])["digest"], status["digest"]);
    assert!(device.run(&["doctor"]).done().stdout.contains("all is well"));
    assert!(device.run(&["status"]).done().stdout.contains("Acme"));
}

#[test]
fn members_are_listed_and_given_roles() {
    let device = Device::founded();
    let members = device.json(&["members"]);
    assert_eq!(members, device.json(&["members", "list"]));
    assert_eq!(members[0]["user"]["name"], "Ann Field");
    assert_eq!(members[0]["role"], "owner");
    assert_eq!(members[0]["devices"][0]["this_device"], true);
    assert!(device.run(&["members"]).done().stdout.contains("this device"));
    device.run(&["members", "remove", "Nobody"]).refused(&["no member or device", "Nobody"]);
    device.run(&["members", "role", "Ann Field", "guest"]).refused(&[]);
}

#[test]
fn guided_stages() {
    let device = Device::empty();
    device.run(&["init", "--name", "Acme", "--user", "Ann Field", "--stages", "guided"]).done();
    let stages = device.json(&["list", "stages"]);
    let names: Vec<&str> = stages.as_array().unwrap().iter().map(|s| s["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["New", "First Activity", "Follow up", "Quotation", "Won"]);
    assert_eq!(by_name(&stages, "Quotation")["probability"], 70);
}

#[test]
fn the_clock_can_be_fixed() {
    let device = Device::founded();
    let id = device.line(&["add", "opportunity", "name=Van", "--now", "2026-11-12T10:24:00Z"]);
    assert_eq!(device.json(&["history", &id])[0]["time"], "2026-11-12T10:24:00Z");
    let day = |now: &str| {
        let activity = device.line(&["--now", now, "activity", "add", &id]);
        by_id(&device.json(&["list", "activities"]), &activity)["date_deadline"].clone()
    };
    assert_eq!(day("2026-11-13"), "2026-11-13");
    let wrong = device.run(&["status", "--now", "yesterday"]);
    assert_eq!(wrong.code, 2);
}

fn by_id<'a>(list: &'a Json, id: &str) -> &'a Json {
    list.as_array().unwrap().iter().find(|r| r["id"] == id).unwrap()
}

#[test]
fn the_data_folder_is_named_anywhere_on_the_line_or_in_the_environment() {
    let device = Device::founded();
    let data = device.data();
    let after = Ran::of(bare().arg("status").arg("--json").arg("--data").arg(&data)).json();
    let before = Ran::of(bare().arg("--json").arg("--data").arg(&data).arg("status")).json();
    let environment = Ran::of(bare().env("SATCHEL_DATA", &data).args(["status", "--json"])).json();
    assert_eq!(after, before);
    assert_eq!(after, environment);
}

#[test]
fn wrong_usage_is_exit_two() {
    let device = Device::founded();
    for line in [
        &["nonsense"][..],
        &["list"],
        &["list", "clouds"],
        &["set"],
        &["init", "--name", "Acme"],
        &["import"],
        &["export", "opportunities", "--format", "pdf", "-o", "x"],
        &["invite", "--role", "king"],
        &["invite", "--expires", "soon"],
        &["activity"],
        &["serve", "--listen", "nowhere"],
    ] {
        let ran = device.run(line);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{line:?}: {}", ran.stderr);
    }
    assert_eq!(device.run(&["--help"]).done().code, 0);
    assert_eq!(device.run(&["--version"]).done().code, 0);
}

#[test]
fn filters_know_who_asks_reach_through_references_and_are_kept_as_favourites() {
    let device = imported();
    let count = |args: &[&str]| {
        device.json(&[&["list", "opportunities", "--archived"], args].concat()).as_array().unwrap().len()
    };
    let all = count(&[]);
    let mias = count(&["--filter", "user = 'Mia Stone'"]);
    assert!(0 < mias && mias < all);
    assert_eq!(count(&["--filter", "user.name starts mia"]), mias);
    assert_eq!(count(&["--filter", "user = me"]) + count(&["--filter", "user != me"]), all);
    assert_eq!(count(&["--search", "bluebrd"]), count(&["--search", "Bluebird"]), "a letter is missing");
    let groups = device.json(&[
        "list",
        "opportunities",
        "--archived",
        "--group-by",
        "user",
        "--group-by",
        "won_status",
        "--group-by",
        "stage",
    ]);
    let inner = &groups[0]["groups"][0]["groups"][0];
    assert!(inner["count"].as_u64().unwrap() > 0 && inner["sum"]["expected_revenue"].is_string(), "{groups}");

    let add = ["add", "favourite", "name=Mia’s", "query=user = 'Mia Stone'", "default=yes", "shared=yes"];
    device.run(&add).done();
    let kept = device.json(&["list", "favourites"]);
    assert_eq!([&kept[0]["name"], &kept[0]["listing"]], ["Mia’s", "opportunities"]);
    assert_eq!(kept[0]["default"], json!(true));
    let refused = device.run(&["add", "favourite", "name=x", "query=colour = red"]);
    assert!(refused.stderr.contains("no field ‘colour’"), "{}", refused.stderr);
}
