//! Two that cannot reach each other meet by an own relay: the relay's real program (`iroh-relay`), on loopback. It is not built
//! with the project, as it would change what a dozen shared crates are built with; `cargo install iroh-relay --features server`
//! brings it, and `SATCHEL_RELAY` names it where it is not on the path.

use std::{
    fs,
    net::{TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    thread::sleep,
    time::Duration,
};

use satchel_core::members::{Reach, Ticket};
use satchel_sync::{Node, Options, join};

use super::*;

struct Relay {
    process: Child,
    url: String,
    config: std::path::PathBuf,
}

impl Relay {
    /// Nothing, with a notice, where the program is not there.
    fn start() -> Option<Relay> {
        let program = std::env::var("SATCHEL_RELAY").unwrap_or_else(|_| "iroh-relay".to_owned());
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let config = std::env::temp_dir().join(format!("satchel-relay-{port}.toml"));
        fs::write(&config, format!("http_bind_addr = \"127.0.0.1:{port}\"\nenable_metrics = false\n")).unwrap();
        let started = Command::new(&program)
            .args(["--dev", "--config-path"])
            .arg(&config)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let Ok(process) = started else {
            println!("skipped: there is no {program} here; see the top of this file");
            return None;
        };
        let relay = Relay { process, url: format!("http://127.0.0.1:{port}"), config };
        let deadline = Instant::now() + PATIENCE;
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < deadline, "the relay does not answer");
            sleep(Duration::from_millis(50));
        }
        Some(relay)
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = fs::remove_file(&self.config);
    }
}

fn at(address: &str) -> Options {
    Options { listen: Some(address.parse().unwrap()), discover: false, live: false }
}

#[test]
fn devices_that_cannot_reach_each_other_meet_by_their_own_relay() {
    let Some(relay) = Relay::start() else { return };
    let reach = Reach::relay(&relay.url).unwrap();
    let ann = found();
    let before = add_contact(&ann, "Before");
    ann.set_reach(&reach).unwrap();
    let a = Node::start(ann.clone(), at("127.0.0.1:0")).unwrap();
    // The ticket names the relay and no address that would be of use.
    let ticket = Ticket { addresses: vec![], ..invite(&a, &ann) };
    assert_eq!(ticket.reach, reach);
    let ticket: Ticket = ticket.to_string().parse().unwrap();
    let bob = join(Storage::Memory, environment(2), &ticket, "laptop", Some("Bob Road"), PATIENCE).unwrap();
    assert!(has_contact(&bob, before) && same(&ann, &bob));
    assert_eq!(bob.reach(), reach, "who joined by a relay goes on by it");

    // One speaks IPv4 only, the other IPv6 only: there is no way from one to the other but the relay.
    let his = add_contact(&bob, "His");
    let b = Node::start(bob.clone(), at("[::1]:0")).unwrap();
    let report = b.sync_once(None, PATIENCE).unwrap();
    assert_eq!((report.sent, report.peers[0].user_name.as_str(), report.peers[0].address), (1, "Ann Field", None));
    assert!(has_contact(&ann, his) && same(&ann, &bob));
    b.stop();

    // Kept to the local network again, he finds nobody.
    bob.set_reach(&Reach::Lan).unwrap();
    let b = Node::start(bob.clone(), at("[::1]:0")).unwrap();
    let error = b.sync_once(None, Duration::from_secs(1)).unwrap_err().to_string();
    assert!(error.contains("was not reached"), "{error}");
    [a, b].into_iter().for_each(Node::stop);
}
