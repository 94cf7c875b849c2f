//! Leads, merges, phones and earlier versions on the command line, by the real program.

use crate::program::Device;

#[test]
fn a_lead_is_converted_merged_and_taken_apart() {
    let device = Device::founded();
    let lead = device.line(&["add", "lead", "name=Fleet", "contact_name=Eve Adams", "email_from=eve@new.example"]);
    let twin =
        device.line(&["add", "lead", "name=Fleet again", "email_from=EVE@new.example", "phone=0032 485 00 11 22"]);
    let alike = device.json(&["duplicates", &lead]);
    assert_eq!((alike[0]["id"].as_str(), alike[0]["alike"][0].as_str()), (Some(twin.as_str()), Some("same e-mail")));

    let ran = device.run(&["convert", &lead]).done();
    assert!(
        ran.stderr.contains("‘Fleet’ looks like ‘Fleet again’ (same e-mail): they can be merged"),
        "{}",
        ran.stderr
    );
    let shown = device.json(&["show", &lead]);
    assert_eq!((shown["type"].as_str(), shown["partner"]["name"].as_str()), (Some("opportunity"), Some("Eve Adams")));
    assert_eq!(device.run(&["convert", &lead]).code, 1);

    let alone = device.run(&["merge", &lead]);
    assert_eq!(alone.code, 1);
    assert!(alone.stderr.contains("one record alone cannot be merged: choose two to five"), "{}", alone.stderr);
    assert_eq!(device.line(&["merge", &twin, &lead]), lead, "the opportunity is the head");
    assert_eq!(device.json(&["show", &lead])["phone"], "+32485001122");
    assert_eq!(device.json(&["list", "leads"]).as_array().unwrap().len(), 0);
    for text in ["+32485001122", "0032485001122", "485001122"] {
        let found = device.json(&["list", "opportunities", "--search", text]);
        assert_eq!(found.as_array().unwrap().len(), 1, "{text}");
    }
    assert!(device.json(&["doctor"])["problems"].as_array().unwrap().is_empty());
    device.run(&["undo"]).done();
    assert_eq!(device.json(&["list", "leads"]).as_array().unwrap().len(), 1);
}

#[test]
fn tags_are_merged_by_name() {
    let device = Device::founded();
    for name in ["VIP", "Very important"] {
        device.line(&["add", "tag", &format!("name={name}")]);
    }
    let id = device.line(&["add", "opportunity", "name=Fleet", "tags=Very important"]);
    device.run(&["merge", "VIP", "Very important"]).done();
    assert_eq!(device.json(&["show", &id])["tags"][0]["name"], "VIP");
    for filter in ["tags = VIP", "tags = Very important"] {
        assert_eq!(
            device.json(&["list", "opportunities", "--filter", filter]).as_array().unwrap().len(),
            1,
            "{filter}"
        );
    }
    assert_eq!(device.json(&["list", "tags"]).as_array().unwrap().len(), 1);
    device.run(&["undo"]).done();
    assert_eq!(device.json(&["show", &id])["tags"][0]["name"], "Very important");
    let unknown = device.run(&["merge", "VIP", "Nobody"]);
    assert!(unknown.code == 1 && unknown.stderr.contains("‘Nobody’"), "{}", unknown.stderr);
}

#[test]
fn an_earlier_version_comes_back() {
    let device = Device::founded();
    let id = device.line(&["add", "opportunity", "name=Fleet", "city=Ghent"]);
    device.run(&["set", &id, "city=Bruges", "name=Other"]).done();
    let history = device.json(&["history", &id]);
    let commit = history[1]["commit"].as_str().unwrap();
    device.run(&["restore", &id, "--version", &commit[..12]]).done();
    let shown = device.json(&["show", &id]);
    assert_eq!((shown["name"].as_str(), shown["city"].as_str()), (Some("Fleet"), Some("Ghent")));
    let unknown = device.run(&["restore", &id, "--version", "zz"]);
    assert_eq!(unknown.code, 1);
    assert!(unknown.stderr.contains("no commit of this record’s history begins with ‘zz’"), "{}", unknown.stderr);
}

#[test]
fn national_numbers_are_read_where_the_workspace_is() {
    let device = Device::empty();
    let wrong = device.run(&["init", "--name", "Acme", "--user", "Ann", "--country", "Belgium"]);
    assert_eq!(wrong.code, 1);
    assert!(wrong.stderr.contains("write two letters, like US or BE"), "{}", wrong.stderr);
    device.run(&["init", "--name", "Acme", "--user", "Ann", "--country", "be"]).done();
    let id = device.line(&["add", "contact", "name=Eve", "phone=0485/00.11.22", "mobile=ask Ann"]);
    let shown = device.json(&["show", &id]);
    assert_eq!((shown["phone"].as_str(), shown["mobile"].as_str()), (Some("+32485001122"), Some("ask Ann")));
}

#[test]
fn posting_is_the_managers_to_allow_and_nothing_is_aside_at_first() {
    let ann = Device::founded();
    ann.run(&["members", "posting", "no"]).done();
    assert_eq!(ann.run(&["members", "posting", "perhaps"]).code, 2, "wrong usage");
    assert_eq!(ann.json(&["members", "aside"]), serde_json::json!([]));
    ann.run(&["members", "safety", "Nobody"]).refused(&["Nobody"]);
}
