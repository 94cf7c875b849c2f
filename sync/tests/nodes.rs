//! Devices meet over loopback: the whole way from a ticket to a live edit, by real sockets.

#![allow(clippy::unwrap_used)]

#[path = "nodes/relay.rs"]
mod relay;
#[path = "nodes/strangers.rs"]
mod strangers;

use std::{
    net::SocketAddr,
    sync::{Arc, Condvar, Mutex},
    time::{Duration, Instant},
};

use chrono::{DateTime, TimeDelta, Utc};
use satchel_core::{
    Command, DocId, Kind, Storage, Value, Workspace,
    environment::{Environment, fixed},
    members::{Reach, Role, Ticket},
    workspace::{Founding, StageSet},
};
use satchel_sync::{Error, Node, Options, Target, join, protocol::Hand, rejoin};

/// Nothing here takes so long; a test that waits in vain fails after this.
const PATIENCE: Duration = Duration::from_secs(60);

fn environment(seed: u64) -> Environment {
    let clock = fixed::FixedClock::at(now());
    fixed::environment(&clock, seed)
}

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).unwrap()
}

fn found() -> Workspace {
    found_by("Acme", "Ann Field", 1)
}

fn found_by(name: &str, user: &str, seed: u64) -> Workspace {
    let founding = Founding {
        name: name.into(),
        user: user.into(),
        device_name: format!("{user}'s laptop"),
        currency: "USD".into(),
        stages: StageSet::Standard,
    };
    Workspace::found(Storage::Memory, environment(seed), founding).unwrap()
}

fn loopback(live: bool) -> Options {
    Options { listen: Some("127.0.0.1:0".parse().unwrap()), discover: false, live }
}

fn address(node: &Node) -> SocketAddr {
    node.addresses()[0]
}

fn invite(node: &Node, workspace: &Workspace) -> Ticket {
    node.fill(workspace.invite(Role::Salesperson, None, now() + TimeDelta::days(7)).unwrap())
}

fn join_as(ticket: &Ticket, seed: u64, user: &str) -> Result<Workspace, Error> {
    join(Storage::Memory, environment(seed), ticket, "laptop", Some(user), PATIENCE)
}

fn add_contact(workspace: &Workspace, name: &str) -> DocId {
    let id = workspace.new_id(Kind::Contact);
    let fields = vec![("name".to_owned(), Value::from(name))];
    workspace.execute(Command::Create { id, fields }).unwrap();
    id
}

fn has_contact(workspace: &Workspace, id: DocId) -> bool {
    workspace.records().contacts.contains_key(&id)
}

fn same(a: &Workspace, b: &Workspace) -> bool {
    a.status().unwrap().digest == b.status().unwrap().digest
}

/// Wakes whoever waits whenever a workspace or a node tells that something changed.
#[derive(Clone, Default)]
struct News(Arc<(Mutex<u64>, Condvar)>);

impl News {
    fn of(workspaces: &[&Workspace], nodes: &[&Node]) -> News {
        let news = News::default();
        for workspace in workspaces {
            let news = news.clone();
            workspace.listen(Box::new(move |_| news.tell()));
        }
        for node in nodes {
            let news = news.clone();
            node.on_change(Box::new(move || news.tell()));
        }
        news
    }

    fn tell(&self) {
        *self.0.0.lock().unwrap() += 1;
        self.0.1.notify_all();
    }

    fn wait_until(&self, what: &str, mut holds: impl FnMut() -> bool) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let before = *self.0.0.lock().unwrap();
            if holds() {
                return;
            }
            let rest = deadline.checked_duration_since(Instant::now()).unwrap_or_else(|| panic!("in vain: {what}"));
            let unchanged = self.0.0.lock().unwrap();
            drop(self.0.1.wait_timeout_while(unchanged, rest, |n| *n == before).unwrap());
        }
    }
}

#[test]
fn from_a_ticket_to_a_round_with_nothing_new() {
    let ann = found();
    let before = add_contact(&ann, "Before");
    let a = Node::start(ann.clone(), loopback(false)).unwrap();
    let bob = join_as(&invite(&a, &ann), 2, "Bob Road").unwrap();
    assert!(has_contact(&bob, before) && same(&ann, &bob));
    assert_eq!(bob.members().devices.len(), 2);

    let (hers, his) = (add_contact(&ann, "Hers"), add_contact(&bob, "His"));
    let b = Node::start(bob.clone(), loopback(false)).unwrap();
    let report = b.sync_once(None, PATIENCE).unwrap();
    assert_eq!((report.sent, report.received), (1, 1));
    assert_eq!(report.peers[0].user_name, "Ann Field");
    assert_eq!(report.peers[0].address, Some(address(&a)));
    assert!(has_contact(&ann, his) && has_contact(&bob, hers) && same(&ann, &bob));

    let report = b.sync_once(Some(Target::Address(address(&a))), PATIENCE).unwrap();
    assert_eq!((report.sent, report.received, report.round_trips), (0, 0, 1));
    assert!(report.bytes <= 1024, "{} bytes", report.bytes);
    let report = a.sync_once(Some(Target::Device(bob.device())), PATIENCE).unwrap();
    assert_eq!(report.peers[0].user_name, "Bob Road");
    a.stop();
    b.stop();
}

#[test]
fn an_edit_arrives_live_and_is_relayed() {
    let ann = found();
    let a = Node::start(ann.clone(), loopback(true)).unwrap();
    let bob = join_as(&invite(&a, &ann), 2, "Bob Road").unwrap();
    let cid = join_as(&invite(&a, &ann), 3, "Cid Lake").unwrap();
    let b = Node::start(bob.clone(), loopback(true)).unwrap();
    let c = Node::start(cid.clone(), loopback(true)).unwrap();
    let news = News::of(&[&ann, &bob, &cid], &[&a, &b, &c]);
    news.wait_until("both are connected to Ann", || a.state().peers.iter().filter(|p| p.up_to_date).count() == 2);
    let started = Instant::now();
    let his = add_contact(&bob, "Live");
    news.wait_until("Bob's edit reaches Cid", || has_contact(&cid, his));
    println!("live over two hops: {:?}", started.elapsed());
    let hers = add_contact(&ann, "Back");
    news.wait_until("Ann's edit reaches both", || has_contact(&bob, hers) && has_contact(&cid, hers));
    news.wait_until("all agree", || same(&ann, &bob) && same(&bob, &cid));

    b.stop();
    news.wait_until("Ann sees that Bob is gone", || {
        a.state().peers.iter().any(|p| p.device == bob.device() && !p.connected)
    });
    let offline = add_contact(&bob, "Offline");
    let b = Node::start(bob.clone(), loopback(true)).unwrap();
    news.wait_until("what Bob did offline arrives", || has_contact(&ann, offline));
    [a, b, c].into_iter().for_each(Node::stop);
}

#[test]
fn two_that_a_third_admitted_meet_without_it() {
    let ann = found();
    let a = Node::start(ann.clone(), loopback(false)).unwrap();
    let bob = join_as(&invite(&a, &ann), 2, "Bob Road").unwrap();
    let cid = join_as(&invite(&a, &ann), 3, "Cid Lake").unwrap();
    a.stop();
    assert!(!bob.members().is_member(cid.device()));
    let his = add_contact(&bob, "His");
    let b = Node::start(bob.clone(), loopback(false)).unwrap();
    let c = Node::start(cid.clone(), loopback(false)).unwrap();
    let report = c.sync_once(Some(Target::Address(address(&b))), PATIENCE).unwrap();
    assert_eq!(report.peers[0].user_name, "Bob Road");
    assert!(has_contact(&cid, his) && same(&bob, &cid));
    [b, c].into_iter().for_each(Node::stop);
}

#[test]
fn tickets_that_do_not_admit_say_why() {
    let ann = found();
    let a = Node::start(ann.clone(), loopback(false)).unwrap();
    let ticket = invite(&a, &ann);
    join_as(&ticket, 2, "Bob Road").unwrap();
    let why = |result: Result<Workspace, Error>| result.err().unwrap().to_string();
    let used = why(join_as(&ticket, 3, "Cid Lake"));
    assert!(used.contains("has been used"), "{used}");

    let expired = Ticket { expires: now() - TimeDelta::days(1), ..invite(&a, &ann) };
    let expired = why(join_as(&expired, 3, "Cid Lake"));
    assert!(expired.contains("expired on 2026-"), "{expired}");

    let forged = Ticket { secret: [7; 32], ..invite(&a, &ann) };
    let forged = why(join_as(&forged, 3, "Cid Lake"));
    assert!(forged.contains("not known here"), "{forged}");

    let nameless = why(join(Storage::Memory, environment(4), &invite(&a, &ann), "laptop", None, PATIENCE));
    assert!(nameless.contains("--user"), "{nameless}");

    let unanswered = invite(&a, &ann);
    a.stop();
    let folder = std::env::temp_dir().join("satchel-join-that-fails");
    let alone = join(
        Storage::Folder(folder.clone()),
        environment(5),
        &unanswered,
        "laptop",
        Some("Dee Moor"),
        Duration::from_secs(1),
    );
    let alone = why(alone);
    assert!(alone.contains("127.0.0.1"), "{alone}");
    assert!(!folder.exists(), "nothing is written");
}

#[test]
fn a_damaged_setting_reaches_no_further_than_the_local_network() {
    let ann = found();
    let far = [SocketAddr::from(([203, 0, 113, 7], 4000)), SocketAddr::from(([192, 0, 2, 9], 4000))];
    let bob = satchel_core::DeviceId(ed25519(7));
    ann.note_peer(bob, &far, true).unwrap();
    for setting in [None, Some(&b""[..]), Some(b"\xff\xfe"), Some(b"by pigeon"), Some(b"http://"), Some(b"PUBLIC")] {
        if let Some(setting) = setting {
            ann.set_setting("reach", setting).unwrap();
        }
        assert_eq!(ann.reach(), Reach::Lan, "{setting:?}");
        let a = Node::start(ann.clone(), loopback(false)).unwrap();
        let started = Instant::now();
        let error = a.sync_once(Some(Target::Device(bob)), Duration::from_millis(300)).unwrap_err().to_string();
        assert!(error.contains("does not answer") && started.elapsed() < Duration::from_secs(20), "{error}");
        a.stop();
    }
    ann.set_reach(&Reach::Public).unwrap();
    assert_eq!(ann.reach(), Reach::Public);
}

/// The public half of some key.
fn ed25519(seed: u8) -> [u8; 32] {
    *iroh::SecretKey::from_bytes(&[seed; 32]).public().as_bytes()
}

#[test]
fn nobody_there_is_one_line() {
    let ann = found();
    let a = Node::start(ann.clone(), loopback(false)).unwrap();
    let error = a.sync_once(None, Duration::from_millis(300)).unwrap_err().to_string();
    assert!(error.contains("satchel invite") && !error.contains('\n'), "{error}");
    a.stop();
}

#[test]
fn a_device_keeps_its_port() {
    let ann = found();
    let options = Options { listen: None, discover: false, live: false };
    let port = |node: &Node| node.addresses().last().unwrap().port();
    let a = Node::start(ann.clone(), options.clone()).unwrap();
    let first = port(&a);
    a.stop();
    let a = Node::start(ann.clone(), options).unwrap();
    assert_eq!(port(&a), first);
    a.stop();
}

#[test]
fn two_operators_who_are_connected_are_never_handed_the_same_call() {
    let ann = found();
    let node = Node::start(ann.clone(), loopback(true)).unwrap();
    let bob = join_as(&invite(&node, &ann), 2, "Bob Road").unwrap();
    let other = Node::start(bob.clone(), loopback(true)).unwrap();
    let news = News::of(&[&ann, &bob], &[&node, &other]);
    news.wait_until("connected", || {
        [&node, &other].iter().all(|n| n.state().peers.iter().any(|p| p.connected && p.up_to_date))
    });
    let calls = [ann.new_id(Kind::Call), ann.new_id(Kind::Call)];
    let phones = [node.phone(), other.phone()];
    phones.iter().for_each(|phone| phone.ask(calls));
    let held = |hand| match hand {
        Hand::Holds(call) => Some(call),
        _ => None,
    };
    news.wait_until("both have one", || phones.iter().all(|phone| held(phone.hand()).is_some()));
    assert_ne!(phones[0].hand(), phones[1].hand());
    news.wait_until("each knows of the other", || phones.iter().all(|phone| phone.taken().len() == 1));
    assert_eq!(phones[0].taken()[0].user, bob.user());
    phones[1].leave();
    news.wait_until("given back", || phones[0].taken().is_empty());
}

#[test]
fn a_removed_device_comes_back_with_a_ticket_and_what_it_has() {
    let ann = found();
    let a = Node::start(ann.clone(), loopback(false)).unwrap();
    let bob = join_as(&invite(&a, &ann), 2, "Bob Road").unwrap();
    let for_bob =
        |node: &Node| node.fill(ann.invite(Role::Salesperson, Some("Bob Road"), now() + TimeDelta::days(7)).unwrap());
    let for_cid =
        |node: &Node| node.fill(ann.invite(Role::Salesperson, Some("Cid Lake"), now() + TimeDelta::days(7)).unwrap());
    let why = |result: Result<(), Error>| result.unwrap_err().to_string();
    let member = why(rejoin(&bob, &for_bob(&a), PATIENCE));
    assert!(member.contains("is a member already"), "{member}");

    ann.remove_user(bob.user()).unwrap();
    let late = add_contact(&bob, "Late");
    let before = bob.status().unwrap().digest;
    let another = why(rejoin(&bob, &for_cid(&a), PATIENCE));
    assert!(another.contains("another person's"), "{another}");
    let elsewhere = Ticket { workspace: satchel_core::WorkspaceId([7; 16]), ..for_bob(&a) };
    let elsewhere = why(rejoin(&bob, &elsewhere, PATIENCE));
    assert!(elsewhere.contains("another workspace"), "{elsewhere}");
    let unanswered = Ticket { device: satchel_core::DeviceId([7; 32]), addresses: vec![], ..for_bob(&a) };
    let unanswered = why(rejoin(&bob, &unanswered, Duration::from_secs(1)));
    assert!(unanswered.contains("nobody who could admit this device"), "{unanswered}");
    assert_eq!(bob.status().unwrap().digest, before, "refused, nothing is changed");

    let ticket = for_bob(&a);
    rejoin(&bob, &ticket, PATIENCE).unwrap();
    assert!(ann.members().is_member(bob.device()) && !bob.status().unwrap().removed);
    assert!(!has_contact(&bob, late) && !has_contact(&ann, late), "what it wrote when removed does not count");
    let aside = bob.set_aside().unwrap();
    assert!(aside[0].is_offered, "{aside:?}");
    bob.again(aside[0].commit).unwrap();
    let b = Node::start(bob.clone(), loopback(false)).unwrap();
    b.sync_once(None, PATIENCE).unwrap();
    assert!(has_contact(&ann, late) && same(&ann, &bob));
    b.stop();
    // A ticket is for one use, also for coming back.
    ann.remove_device(bob.device()).unwrap();
    let used = why(rejoin(&bob, &ticket, PATIENCE));
    assert!(used.contains("has been used"), "{used}");
    a.stop();
}
