//! kill -9 in the middle of an import and of a sync: reopened, nothing is half there, and the devices agree.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Stdio},
    thread,
    time::Duration,
};

use crate::program::Device;

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

/// A device that serves; killed when dropped.
struct Serving(Child);

impl Serving {
    fn start(device: &Device) -> Serving {
        let mut process =
            device.command(&["serve", "--for", "300"]).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert!(line.starts_with("ready "), "not ready: {line}");
        Serving(process)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
