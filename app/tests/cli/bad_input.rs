//! What is refused: one clear line, exit 1, and the data folder unchanged byte for byte.

use std::fs;

use crate::program::{Device, Ran, Serving, bare, pipeline};

/// An id that nothing has.
const NOTHING: &str = "02000000000000000000000000000000";

struct Bad {
    device: Device,
    id: String,
}

impl Bad {
    fn new() -> Bad {
        let device = Device::founded();
        let id = device.line(&["add", "opportunity", "name=Fleet lease", "expected_revenue=1000"]);
        Bad { device, id }
    }

    /// The command is refused with these words and leaves no trace.
    fn refused(&self, args: &[&str], words: &[&str]) {
        let before = self.device.bytes();
        self.device.run(args).refused(words);
        assert!(self.device.bytes() == before, "{args:?} was refused but changed the data folder");
    }
}

#[test]
fn fields() {
    let bad = Bad::new();
    let set = |assignment: &str, words: &[&str]| bad.refused(&["set", &bad.id, assignment], words);
    set("probability=140", &["between 0% and 100%"]);
    set("probability=-1", &["between 0% and 100%"]);
    set("probability=high", &["probability", "high", "percentage"]);
    set("stage=Nowhere", &["stage", "Nowhere", "Qualified"]);
    set("user=Nobody", &["user", "Nobody", "Ann Field"]);
    set("partner=Nobody", &["contact", "Nobody", "satchel add contact"]);
    set("expected_revenue=much", &["expected_revenue", "amount"]);
    set("date_deadline=01.12.2026", &["date_deadline", "2026-12-01"]);
    set("flavour=sweet", &["flavour", "expected_revenue"]);
    set("sweet", &["field=value"]);
    set(&format!("stage={}", bad.id), &["an opportunity", "a stage"]);
    set(&format!("description={}", "x".repeat(70_000)), &["64 KB"]);
    set(&format!("name={}", "x".repeat(70_000)), &["64 KB"]);
    bad.refused(&["set", &bad.id, "name=A", "name=B"], &["name", "twice"]);
    bad.refused(&["add", "opportunity", "name=X", "priority=many"], &["priority", "whole number"]);
    bad.refused(&["add", "opportunity", "name=X", "recurring_plan=Weekly"], &["Monthly", "Yearly"]);
    bad.refused(&["add", "activity", "summary=X"], &["satchel activity add"]);
}

#[test]
fn ids() {
    let bad = Bad::new();
    for args in [&["show"][..], &["history"], &["conflicts"], &["won"], &["lost"], &["restore"], &["activity", "add"]] {
        bad.refused(&[args, &[NOTHING]].concat(), &[NOTHING]);
        bad.refused(&[args, &["abc"]].concat(), &["abc", "not an id"]);
    }
    bad.refused(&["set", NOTHING, "name=X"], &[NOTHING]);
    bad.refused(&["activity", "done", NOTHING], &[NOTHING]);
    bad.refused(&["lost", &bad.id, "--reason", "Moon phase"], &["lost reason", "Moon phase", "Too expensive"]);
    let user = bad.device.json(&["members"])[0]["user"]["id"].as_str().unwrap().to_owned();
    bad.refused(&["won", &user], &["a user", "an opportunity"]);
}

#[test]
fn undo_of_nothing() {
    let device = Device::founded();
    device.run(&["redo"]).refused(&[]);
    Bad { device, id: String::new() }.refused(&["import", "--undo", "last"], &["import"]);
}

#[test]
fn tickets() {
    let bad = Bad::new();
    let ticket = bad.device.line(&["invite", "--expires", "1h", "--now", "2020-01-01T00:00:00Z"]);

    let other = Device::empty();
    other.run(&["join", "satchel:join/abc", "--user", "Bob Road"]).refused(&["ticket"]);
    other.run(&["join", "hello", "--user", "Bob Road"]).refused(&["ticket"]);
    other.run(&["join", &ticket[..ticket.len() - 3], "--user", "Bob Road"]).refused(&["ticket", "cut short"]);
    other.run(&["join", &ticket]).refused(&["--user"]);
    other.run(&["join", &ticket, "--user", "Bob Road"]).refused(&["expired"]);
    assert!(!other.data().exists(), "a refused join leaves nothing behind");
    bad.refused(&["join", &ticket, "--user", "Bob Road"], &[]);
    bad.refused(&["sync", "--peer", "somewhere"], &["somewhere", "ticket", "address"]);
}

#[test]
fn filters_and_groups() {
    let bad = Bad::new();
    bad.refused(&["list", "opportunities", "--filter", "colourful"], &[]);
    bad.refused(&["list", "opportunities", "--filter", "nonsense = 1"], &["nonsense"]);
    bad.refused(&["list", "opportunities", "--filter", "expected_revenue > much"], &["much"]);
    bad.refused(&["list", "opportunities", "--group-by", "nonsense"], &["nonsense"]);
    bad.refused(&["list", "opportunities", "--sort", "nonsense"], &["nonsense"]);
}

#[test]
fn imports() {
    let bad = Bad::new();
    let [pipeline, ..] = pipeline(&bad.device);
    let picture = bad
        .device
        .file("picture.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89");
    let broken = bad.device.file("broken.xlsx", b"PK\x03\x04 and then nothing");
    bad.refused(&["import", "nowhere.csv"], &["nowhere.csv"]);
    bad.refused(&["import", &picture], &["picture.csv"]);
    bad.refused(&["import", &broken], &["broken.xlsx"]);
    bad.refused(&["import", &bad.device.file("empty.csv", b"")], &["empty.csv"]);
    bad.refused(&["import", bad.device.path("").to_str().unwrap()], &[]);
    bad.refused(&["import", &pipeline, "--map", "product=name", "--map", "product=source"], &["product", "twice"]);
    bad.refused(&["import", &pipeline, "--map", "product=name", "--map", "account=name"], &["both mapped to name"]);
    bad.refused(&["import", &pipeline, "--map", "flavour=name"], &["flavour"]);
    bad.refused(&["import", &pipeline, "--map", "product=flavour"], &["flavour"]);
    bad.refused(&["import", &pipeline, "--map", "product"], &["product"]);
    bad.refused(&["import", "--undo", "0123"], &[]);
    bad.refused(&["export", "opportunities", "--format", "csv", "-o", "no/such/folder/x.csv"], &["no/such/folder"]);
}

#[test]
fn folders_without_a_workspace() {
    let device = Device::empty();
    for args in
        [&["status"][..], &["list", "opportunities"], &["undo"], &["invite"], &["serve", "--for", "1"], &["doctor"]]
    {
        device.run(args).refused(&["no workspace", "satchel init"]);
        assert!(!device.data().exists(), "{args:?} created the folder");
    }
}

#[test]
fn founding_where_it_cannot_be() {
    let device = Device::founded();
    let before = device.bytes();
    device.run(&["init", "--name", "Other", "--user", "Eve"]).refused(&["already holds a workspace"]);
    assert!(device.bytes() == before);

    let other = Device::empty();
    other.run(&["init", "--name", "", "--user", "Eve"]).refused(&["name"]);
    other.run(&["init", "--name", "Acme", "--user", " "]).refused(&["name"]);
    other.run(&["init", "--name", "Acme", "--user", "Eve", "--currency", "dollars"]).refused(&["currency"]);
    assert!(!other.data().exists(), "a refused founding leaves nothing behind");

    let file = other.file("file", "not a folder");
    let in_a_file = format!("{file}/inside");
    Ran::of(bare().args(["--data", &in_a_file, "init", "--name", "Acme", "--user", "Eve"])).refused(&["file/inside"]);
    assert_eq!(fs::read_to_string(file).unwrap(), "not a folder");
}

#[cfg(unix)]
#[test]
fn a_folder_that_is_read_only() {
    use std::os::unix::fs::PermissionsExt;

    let device = Device::founded();
    let id = device.line(&["add", "opportunity", "name=Van"]);
    let before = device.bytes();
    let paths: Vec<_> = before.keys().cloned().chain([device.data()]).collect();
    let allow = |mode: u32| {
        for path in &paths {
            let x = if path.is_dir() { 0o111 } else { 0 };
            fs::set_permissions(path, fs::Permissions::from_mode(mode | x)).unwrap();
        }
    };
    allow(0o444);
    if fs::OpenOptions::new().append(true).open(before.keys().next().unwrap()).is_ok() {
        eprintln!("skipped: this user may write whatever the permissions say");
    } else {
        device.run(&["set", &id, "name=Car"]).refused(&["cannot be written"]);
    }
    allow(0o644);
    assert!(device.bytes() == before);

    // Not even an administrator can write there.
    #[cfg(target_os = "linux")]
    Ran::of(bare().args(["--data", "/proc/satchel", "init", "--name", "Acme", "--user", "Eve"]))
        .refused(&["/proc/satchel"]);
}

#[test]
fn a_file_that_is_no_workspace() {
    let device = Device::founded();
    let workspace = device.bytes().into_keys().next().unwrap();
    let bytes = fs::read(&workspace).unwrap();
    for content in [&b"hello"[..], b"", &bytes[..bytes.len() / 2], &vec![0; 9000]] {
        fs::write(&workspace, content).unwrap();
        device.run(&["status"]).refused(&["damaged"]);
        device.run(&["doctor", "--rebuild"]).refused(&["damaged", "join again"]);
        assert!(fs::read(&workspace).unwrap() == content, "the broken file was changed");
    }
}

/// Whatever a second process wants of a folder, it is told whose it is and what to do, and touches nothing.
#[test]
fn a_workspace_in_use() {
    let device = Device::founded();
    let id = device.line(&["add", "opportunity", "name=Van"]);
    let [pipeline, ..] = pipeline(&device);
    let (phrase, backup) = (device.file("phrase", "correct horse"), device.path("all.backup").display().to_string());
    let serving = Serving::start(&device);
    let (before, folder) = (device.bytes(), device.data().display().to_string());
    for args in [
        &["serve", "--for", "1"][..],
        &["set", &id, "name=Car"],
        &["status"],
        &["sync", "--timeout", "1"],
        &["invite"],
        &["import", &pipeline],
        &["backup", "make", &backup],
        &["doctor"],
        &["doctor", "--rebuild"],
        &["passphrase", "set", "--new-passphrase-file", &phrase],
    ] {
        device.run(args).refused(&["in use by another Satchel", &folder, "close it first", "--data"]);
        assert!(device.bytes() == before, "{args:?} changed the data folder");
    }
    device.run(&["init", "--name", "Other", "--user", "Eve"]).refused(&[&folder, "already holds a workspace"]);
    assert!(device.bytes() == before);
    drop(serving);
    assert_eq!(device.json(&["show", &id])["name"], "Van");
    device.run(&["doctor"]).done();
}

#[cfg(target_os = "linux")]
#[test]
fn a_window_without_a_screen() {
    let device = Device::founded();
    let mut command = device.command(&[]);
    command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY").env_remove("WAYLAND_SOCKET");
    Ran::of(&mut command).refused(&["screen", "libxkbcommon-x11-0", "--help"]);
}
