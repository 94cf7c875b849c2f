//! A workspace under a passphrase: every command asks for it, none works without it, nothing of it lies in the open.

use std::{io::Write, process::Stdio};

use crate::program::{Device, Ran, Serving};

fn run(device: &Device, args: &[&str], passphrase: &str) -> Ran {
    device.run(&[args, &["--passphrase-file", passphrase]].concat())
}

#[test]
fn it_is_set_changed_and_removed() {
    let ann = Device::founded();
    let deal = ann.line(&["add", "opportunity", "name=Canary of the mine"]);
    ann.run(&["attachment", "add", &deal, &ann.file("plan.txt", "Canary of the mine")]).done();
    let (first, second) = (ann.file("first", "correct horse\n"), ann.file("second", "battery staple\r\nsecond line"));
    let (short, empty) = (ann.file("short", "horse"), ann.file("empty", "\n"));
    let shows = || ann.bytes().into_values().any(|bytes| bytes.windows(18).any(|w| w == b"Canary of the mine"));
    assert!(shows());

    for wrong in ["change", "remove"] {
        run(&ann, &["passphrase", wrong], &first).refused(&["under no passphrase"]);
    }
    ann.run(&["passphrase", "set", "--new-passphrase-file", &short]).refused(&["8 characters"]);
    ann.run(&["passphrase", "set", "--new-passphrase-file", &empty]).refused(&["no passphrase in its first line"]);
    ann.run(&["passphrase", "set"]).refused(&["--new-passphrase-file"]);
    let aside = ann.data().join("aside 2026-01-01");
    std::fs::create_dir(&aside).unwrap();
    std::fs::copy(ann.data().join("workspace.satchel"), aside.join("workspace.satchel")).unwrap();
    let set = ann.run(&["passphrase", "set", "--new-passphrase-file", &first]).done();
    assert!(set.stderr.contains("In the open still") && set.stderr.contains("aside 2026-01-01"), "{}", set.stderr);
    std::fs::remove_dir_all(aside).unwrap();
    assert!(!shows());
    ann.run(&["passphrase", "set", "--new-passphrase-file", &first]).refused(&["already"]);

    let before = ann.bytes();
    ann.run(&["status"]).refused(&["passphrase", "--passphrase-file"]);
    run(&ann, &["status"], &second).refused(&["not the passphrase", "nothing was changed"]);
    run(&ann, &["passphrase", "change", "--new-passphrase-file", &second], &short).refused(&["not the passphrase"]);
    run(&ann, &["passphrase", "remove"], &second).refused(&["not the passphrase"]);
    assert!(ann.bytes() == before);

    run(&ann, &["set", &deal, "name=Canary of the mine, 2"], &first).done();
    let changed = run(&ann, &["passphrase", "change", "--new-passphrase-file", &second], &first).done();
    assert!(changed.stderr.contains("writes everything under a new key"), "{}", changed.stderr);
    run(&ann, &["status"], &first).refused(&["not the passphrase"]);
    assert_eq!(run(&ann, &["doctor", "--json"], &second).json()["ok"], true);
    assert!(!shows());

    // From standard input, and by the environment.
    let mut piped = ann.command(&["show", &deal, "--json", "--passphrase-file", "-"]);
    let mut child = piped.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"battery staple\n").unwrap();
    assert!(String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap().contains("mine, 2"));
    let named = Ran::of(ann.command(&["show", &deal, "--json"]).env("SATCHEL_PASSPHRASE_FILE", &second)).done();
    assert!(named.stdout.contains("mine, 2"));

    run(&ann, &["passphrase", "remove"], &second).done();
    assert!(shows());
    assert_eq!(ann.json(&["doctor"])["ok"], true);
}

#[test]
fn it_is_founded_under_one_and_so_are_its_backups() {
    let ann = Device::empty();
    let (right, wrong) = (ann.file("right", "correct horse"), ann.file("wrong", "incorrect horse"));
    run(&ann, &["init", "--name", "Acme", "--user", "Ann Field", "--currency", "USD"], &right).done();
    ann.run(&["list", "stages"]).refused(&["passphrase"]);
    let short = ann.file("short", "horse");
    let bob = Device::empty();
    run(&bob, &["init", "--name", "Acme", "--user", "Bob Road"], &short).refused(&["8 characters"]);
    assert!(!bob.data().exists());
    bob.found();
    let open = bob.path("open.satchel-backup");
    bob.run(&["backup", "make", open.to_str().unwrap()]).done();
    let carol = Device::empty();
    run(&carol, &["backup", "restore", open.to_str().unwrap()], &short).refused(&["8 characters"]);
    run(&carol, &["backup", "restore", open.to_str().unwrap()], &right).done();
    carol.run(&["status"]).refused(&["passphrase"]);
    let file = ann.path("all.satchel-backup");
    let file = file.to_str().unwrap();
    run(&ann, &["backup", "make", file], &right).done();
    ann.run(&["backup", "show", file]).refused(&["passphrase"]);
    run(&ann, &["backup", "show", file], &wrong).refused(&["not the passphrase"]);
    assert_eq!(run(&ann, &["backup", "show", file, "--json"], &right).json()["user"], "Ann Field");
    let new = Device::empty();
    new.run(&["backup", "restore", file]).refused(&["passphrase"]);
    assert!(!new.data().exists());
    run(&new, &["backup", "restore", file], &right).done();
    new.run(&["status"]).refused(&["passphrase"]);
    assert_eq!(run(&new, &["doctor", "--json"], &right).json()["ok"], true);
}

#[test]
fn who_joins_gives_it_once_on_standard_input() {
    let (ann, bob) = (Device::founded(), Device::empty());
    let ticket = ann.line(&["invite"]);
    let _serving = Serving::start(&ann);
    let joins = |passphrase: &str| {
        let mut command = bob.command(&["--passphrase-file", "-", "join", &ticket, "--user", "Bob Road"]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(passphrase.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    };
    let short = String::from_utf8(joins("horse\n").stderr).unwrap();
    assert!(short.contains("8 characters"), "{short}");
    let joined = joins("correct horse\n");
    assert!(joined.status.success(), "{}", String::from_utf8_lossy(&joined.stderr));
    let right = bob.file("right", "correct horse");
    assert_eq!(run(&bob, &["members", "--json"], &right).json().as_array().unwrap().len(), 2);
}
