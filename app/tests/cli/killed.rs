//! kill -9 in the middle of an import and of a sync: reopened, nothing is half there, and the devices agree.

use std::{fs, process::Stdio, thread, time::Duration};

use crate::program::{Device, Serving};

const ROWS: usize = 600;

fn deals(device: &Device) -> String {
    let rows: String = (0..ROWS).map(|n| format!("D{n},Deal {n},{}\n", n * 10)).collect();
    device.file("deals.csv", format!("External ID,Opportunity,Expected Revenue\n{rows}"))
}

/// Starts a command and kills it after a while, wherever it is then. Every moment is a right one: only how it ended is not known.
fn killed(device: &Device, args: &[&str], after: u64) {
    let mut child = device.command(args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    thread::sleep(Duration::from_millis(after));
    let _ = child.kill();
    child.wait().unwrap();
}

fn opportunities(device: &Device) -> u64 {
    device.json(&["status"])["records"]["opportunities"].as_u64().unwrap()
}

#[test]
fn an_import_that_is_killed_is_there_whole_or_not_at_all() {
    for after in [20, 90, 180, 300, 500] {
        let ann = Device::founded();
        let kept = ann.line(&["add", "opportunity", "name=Van"]);
        let file = deals(&ann);
        killed(&ann, &["import", &file], after);
        let found = opportunities(&ann);
        assert!(found == 1 || found == ROWS as u64 + 1, "killed after {after} ms: {found} opportunities");
        assert_eq!(ann.json(&["show", &kept])["name"], "Van", "acknowledged before");
        ann.run(&["doctor"]).done();
        ann.run(&["import", &file]).done();
        assert_eq!(opportunities(&ann), ROWS as u64 + 1);
    }
}

#[test]
fn a_sync_that_is_killed_resumes_and_the_devices_agree() {
    let ann = Device::founded();
    let ticket = ann.line(&["invite"]);
    let bob = Device::empty();
    let serving = Serving::start(&ann);
    bob.run(&["join", &ticket, "--user", "Bob Road"]).done();
    drop(serving);
    ann.run(&["import", &deals(&ann)]).done();
    for n in 0..40 {
        ann.run(&["add", "opportunity", &format!("name=Later {n}")]).done();
    }
    bob.run(&["add", "opportunity", "name=Bob's own"]).done();
    let serving = Serving::start(&ann);
    for after in [30, 120, 250, 400] {
        killed(&bob, &["sync"], after);
        bob.run(&["doctor"]).done();
    }
    // The one that serves is killed too.
    drop(serving);
    let serving = Serving::start(&ann);
    bob.run(&["sync"]).done();
    drop(serving);
    assert_eq!(opportunities(&bob), ROWS as u64 + 41);
    assert_eq!(ann.digest(), bob.digest());
    ann.run(&["doctor"]).done();
}

/// What the file says of itself: whether whoever wrote to it last has not closed it.
fn left_open(device: &Device) -> bool {
    const NOT_CLOSED: u8 = 2;
    fs::read(device.data().join("workspace.satchel")).unwrap()[9] & NOT_CLOSED != 0
}

#[test]
fn a_hub_stops_cleanly_when_asked_and_is_whole_when_killed() {
    let hub = Device::founded();
    let ticket = hub.line(&["invite", "--user", "Bob Road"]);
    let bob = Device::empty();
    let serving = Serving::start(&hub);
    bob.run(&["join", &ticket]).done();
    serving.stop();

    for (round, signal) in ["TERM", "INT", "KILL"].into_iter().enumerate() {
        let name = format!("Deal {round}");
        let deal = bob.line(&["add", "opportunity", &format!("name={name}")]);
        let mut serving = Serving::start(&hub);
        bob.run(&["sync", "--peer", &serving.address]).done();
        if signal == "KILL" {
            serving.process.kill().unwrap();
            serving.process.wait().unwrap();
            assert!(left_open(&hub), "killed in the middle of its work");
        } else {
            serving.stop_by(signal);
            assert!(!left_open(&hub), "{signal}: it opens without being put in order");
        }
        assert_eq!(hub.digest(), bob.digest(), "{signal}");
        assert_eq!(hub.json(&["show", &deal])["name"], name, "{signal}");
        hub.run(&["doctor"]).done();
    }
    // It goes on serving.
    let serving = Serving::start(&hub);
    bob.run(&["sync", "--peer", &serving.address]).done();
    serving.stop();
}
