//! What leaves the local network: nothing, unless the device was told so. Two devices invite, join, serve and sync as they do from
//! the start, under `strace`; every address that they send to is looked at.

use std::{
    collections::BTreeSet,
    fs,
    io::{BufRead, BufReader},
    net::IpAddr,
    process::{Command, Stdio},
};

use satchel_core::members::Ticket;
use serde_json::json;

use crate::program::{Device, Ran};

/// The same command with its calls to the network written to a file.
fn watched(command: &Command, log: &str) -> Command {
    let mut strace = Command::new("strace");
    strace.args(["-f", "-qq", "-e", "trace=connect,sendto,sendmsg,sendmmsg", "-o", log]);
    strace.arg(command.get_program()).args(command.get_args());
    if let Some(folder) = command.get_current_dir() {
        strace.current_dir(folder);
    }
    strace.env_remove("SATCHEL_DATA").env("TZ", "UTC").stdin(Stdio::null());
    strace
}

/// What stands between two marks, wherever they are.
fn between<'a>(line: &'a str, mark: &'a str, end: char) -> impl Iterator<Item = &'a str> {
    line.split(mark).skip(1).filter_map(move |rest| rest.split(end).next())
}

/// Every address and port that was sent to; and every socket of this machine that was spoken to.
fn destinations(log: &str) -> (BTreeSet<(IpAddr, u16)>, BTreeSet<String>) {
    let (mut found, mut local) = (BTreeSet::new(), BTreeSet::new());
    for line in log.lines() {
        let port = between(line, "htons(", ')').next().and_then(|port| port.parse().ok()).unwrap_or(0);
        let four = between(line, "inet_addr(\"", '"');
        let six = between(line, "inet_pton(AF_INET6, \"", '"');
        for address in four.chain(six) {
            found.insert((address.parse::<IpAddr>().unwrap().to_canonical(), port));
        }
        local.extend(between(line, "sun_path=", '}').map(str::to_owned));
    }
    (found, local)
}

fn is_local(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.is_loopback() || ip.is_private() || ip.is_link_local() || ip.is_multicast(),
        IpAddr::V6(ip) => ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local() || ip.is_multicast(),
    }
}

/// The device with another public address in its ticket, as a laptop has that was on another network just now.
fn from_afar(ticket: &str) -> String {
    let mut ticket: Ticket = ticket.parse().unwrap();
    ticket.addresses.insert(0, "203.0.113.7:4000".parse().unwrap());
    ticket.addresses.insert(0, "[2001:db8:77::7]:4000".parse().unwrap());
    ticket.to_string()
}

#[test]
fn without_being_told_so_nothing_leaves_the_local_network() {
    let works = Command::new("strace").args(["-e", "trace=connect", "true"]).stderr(Stdio::null()).status();
    if !works.is_ok_and(|status| status.success()) {
        println!("skipped: strace is not here, or may not trace");
        return;
    }
    let ann = Device::founded();
    assert_eq!(ann.json(&["reach"]), json!({"reach": "lan", "relay": null}));
    let ticket = ann.line(&["invite"]);
    let own: Vec<IpAddr> = ticket.parse::<Ticket>().unwrap().addresses.iter().map(|address| address.ip()).collect();
    let ticket = from_afar(&ticket);
    let logs = ["serve", "join", "sync", "round"].map(|name| ann.path(&format!("{name}.strace")).display().to_string());

    let mut serving = watched(&ann.command(&["serve", "--for", "12"]), &logs[0])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut out = BufReader::new(serving.stdout.take().unwrap());
    out.read_line(&mut line).unwrap();
    assert!(line.starts_with("ready "), "{line}");
    let bob = Device::empty();
    Ran::of(&mut watched(&bob.command(&["join", &ticket, "--user", "Bob Road"]), &logs[1])).done();
    bob.run(&["add", "contact", "name=Van"]).done();
    Ran::of(&mut watched(&bob.command(&["sync"]), &logs[2])).done();
    assert!(serving.wait().unwrap().success());
    assert_eq!(ann.digest(), bob.digest());
    // Alone, it looks for the others wherever it has heard of them.
    Ran::of(&mut watched(&bob.command(&["sync", "--timeout", "3"]), &logs[3])).refused(&["not reached"]);

    let mut all = BTreeSet::new();
    for log in &logs {
        let text = fs::read_to_string(log).unwrap();
        assert!(text.lines().count() > 3, "{log} saw nothing");
        let (found, sockets) = destinations(&text);
        assert!(!sockets.iter().any(|path| path.contains("resolve")), "a name was looked up: {sockets:?}");
        all.extend(found);
    }
    println!("sent to: {all:?}");
    assert!(all.iter().any(|(ip, port)| ip.is_multicast() && *port == 5353), "announcements are seen at all");
    // To this machine itself by whichever of its addresses, or to a local network; and no name is asked for.
    let stays = |ip: IpAddr| is_local(ip) || ip.is_unspecified() || own.contains(&ip);
    let outside: Vec<_> = all.iter().filter(|(ip, port)| !stays(*ip) || *port == 53).collect();
    assert!(outside.is_empty(), "sent outside the local network: {outside:?}");
}

#[test]
fn how_far_a_device_reaches_is_said_and_kept() {
    let ann = Device::founded();
    assert!(ann.run(&["reach"]).done().stdout.contains("nothing leaves it"));
    for wrong in ["relay.example.com", "https://", "ftp://relay.example.com", "lan", "https://[relay"] {
        ann.run(&["reach", "relay", wrong]).refused(&["relay", "https://relay.example.com"]);
    }
    assert_eq!(ann.run(&["reach", "far"]).code, 2, "wrong usage");
    let url = "https://relay.example.com";
    assert_eq!(ann.json(&["reach", "relay", url]), json!({"reach": "relay", "relay": url}));
    assert!(ann.run(&["reach"]).done().stdout.contains("it sees which devices speak"));
    assert_eq!(ann.json(&["status"])["reach"], url);
    assert_eq!(ann.json(&["reach", "public"]), json!({"reach": "public", "relay": null}));
    assert_eq!(ann.json(&["reach", "lan"])["reach"], "lan");
}
