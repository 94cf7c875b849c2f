//! Real processes on networks of their own, joined by a bridge: over lines that delay, lose, double and reorder, one cut off for a
//! while, all writing. Then all hold the same, with everything that was acknowledged.

use std::{
    collections::BTreeSet,
    process::{Command, Stdio, id},
    time::{Duration, Instant},
};

use crate::program::{Device, Ran, Serving};

const BAD_LINE: &str = "delay 80ms 20ms loss 10% duplicate 5% reorder 25% 50%";
/// How long it may take until something that is bound to come has come.
const PATIENCE: Duration = Duration::from_secs(180);

/// Three namespaces with a line each to the bridge, which lies in a fourth. Gone with its handle.
struct Network {
    names: Vec<String>,
}

/// Runs a command of the system; if it fails, says in its words why.
fn system(program: &str, arguments: &str) -> Result<(), String> {
    let ran = Command::new(program).args(arguments.split_whitespace()).stdin(Stdio::null()).output();
    let ran = ran.map_err(|why| format!("`{program}` cannot be run ({why})"))?;
    let said = String::from_utf8_lossy(&ran.stderr);
    if ran.status.success() { Ok(()) } else { Err(format!("`{program} {arguments}` says {}", said.trim())) }
}

impl Network {
    const DEVICES: usize = 3;

    fn build() -> Result<Network, String> {
        let mut network = Network { names: Vec::new() };
        for number in 0..=Network::DEVICES {
            let name = format!("satchel-{}-{number}", id());
            system("ip", &format!("netns add {name}"))?;
            network.names.push(name);
        }
        let bridge = network.bridge();
        system("ip", &format!("-n {bridge} link add bridge type bridge"))?;
        system("ip", &format!("-n {bridge} link set bridge up"))?;
        for (number, name) in network.names[..Network::DEVICES].iter().enumerate() {
            system("ip", &format!("link add eth0 netns {name} type veth peer name port{number} netns {bridge}"))?;
            system("ip", &format!("-n {bridge} link set port{number} master bridge up"))?;
            system("ip", &format!("-n {name} address add {}/24 dev eth0", address(number)))?;
            system("ip", &format!("-n {name} link set lo up"))?;
            system("ip", &format!("-n {name} link set eth0 up"))?;
            system("ip", &format!("-n {name} route add default dev eth0"))?;
        }
        Ok(network)
    }

    fn bridge(&self) -> &str {
        &self.names[Network::DEVICES]
    }

    /// Makes every line as bad as this machine can; says how bad.
    fn spoil(&self) -> String {
        let each = |program: &str, arguments: &dyn Fn(usize) -> String| {
            (0..Network::DEVICES).try_for_each(|number| {
                system("ip", &format!("netns exec {} {program} {}", self.names[number], arguments(number)))
            })
        };
        let Err(missing) = each("tc", &|_| format!("qdisc add dev eth0 root netem {BAD_LINE}")) else {
            return BAD_LINE.to_owned();
        };
        let losses = each("nft", &|_| {
            "add table inet line ; add chain inet line in { type filter hook input priority 0 ; } ; \
             add rule inet line in iif eth0 numgen random mod 100 < 10 drop"
                .to_owned()
        });
        let doubles = each("nft", &|number| {
            let twice = (0..Network::DEVICES).filter(|other| *other != number).map(|other| {
                let other = address(other);
                format!("; add rule ip twice out ip daddr {other} numgen random mod 100 < 5 dup to {other}")
            });
            "add table ip twice ; add chain ip twice out { type filter hook output priority 0 ; } ".to_owned()
                + &twice.collect::<String>()
        });
        let made: Vec<String> = [(losses, "loss 10%"), (doubles, "duplicate 5%")]
            .into_iter()
            .map(|(done, what)| done.map_or_else(|why| format!("no {what} ({why})"), |()| what.to_owned()))
            .collect();
        format!("{}; no netem here: {missing}", made.join(", "))
    }

    fn cut(&self, number: usize) {
        system("ip", &format!("-n {} link set port{number} down", self.bridge())).unwrap();
    }

    fn heal(&self, number: usize) {
        system("ip", &format!("-n {} link set port{number} up", self.bridge())).unwrap();
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        for name in &self.names {
            let _gone = system("ip", &format!("netns delete {name}"));
        }
    }
}

fn address(number: usize) -> String {
    format!("10.77.0.{}", number + 1)
}

/// Tries again and again until it is done.
fn in_the_end<T>(what: &str, mut done: impl FnMut() -> Result<T, String>) -> T {
    let begun = Instant::now();
    loop {
        match done() {
            Ok(done) => return done,
            Err(why) => assert!(begun.elapsed() < PATIENCE, "{what}: {why}"),
        }
    }
}

fn worked(ran: Ran) -> Result<Ran, String> {
    if ran.code == 0 { Ok(ran) } else { Err(ran.stderr) }
}

/// A device whose work is noted: what was acknowledged is to be there in the end.
struct Desk {
    device: Device,
    added: BTreeSet<String>,
}

impl Desk {
    fn on(network: &str) -> Desk {
        Desk { device: Device::on(network), added: BTreeSet::new() }
    }

    fn add(&mut self, name: &str) {
        self.added.insert(self.device.line(&["add", "opportunity", &format!("name={name}")]));
    }

    fn sync(&self, hub: &Serving) {
        in_the_end("to sync", || worked(self.device.run(&["sync", "--peer", &hub.address])));
    }

    fn opportunities(&self) -> BTreeSet<String> {
        let listed = self.device.json(&["list", "opportunities", "--archived"]);
        listed.as_array().unwrap().iter().map(|o| o["id"].as_str().unwrap().to_owned()).collect()
    }
}

#[test]
fn over_bad_lines_and_cut_off_for_a_while_all_agree_in_the_end() {
    let network = match Network::build() {
        Ok(network) => network,
        Err(missing) => {
            println!("skipped: no network namespaces can be made here: {missing}");
            return;
        }
    };
    println!("lines: {}", network.spoil());
    let [mut ann, mut bob, mut cid] = [0, 1, 2].map(|number| Desk::on(&network.names[number]));
    let listen = format!("{}:4077", address(0));
    let serve = |ann: &Desk| Serving::with(&ann.device, &["--listen", &listen]);

    ann.device.found();
    ann.add("Van");
    let van = ann.added.first().unwrap().clone();
    let tickets = ["Bob Road", "Cid Lake"].map(|name| ann.device.line(&["invite", "--user", name]));
    let hub = serve(&ann);
    for (desk, ticket) in [&bob, &cid].into_iter().zip(&tickets) {
        in_the_end("to join", || worked(desk.device.run(&["join", ticket, "--timeout", "30"])));
    }
    bob.add("Bob's first");
    bob.sync(&hub);
    cid.sync(&hub);

    // Bob is cut off: nobody hears of what he does, and he of nothing.
    network.cut(1);
    for number in 0..5 {
        bob.add(&format!("Bob's own {number}"));
        cid.add(&format!("Cid's own {number}"));
    }
    bob.device.run(&["set", &van, "phone=1", "city=Ghent"]).done();
    bob.device.run(&["sync", "--peer", &hub.address, "--timeout", "2"]).refused(&[]);
    cid.device.run(&["set", &van, "phone=2", "email_from=van@example.com"]).done();
    cid.sync(&hub);
    hub.stop();
    ann.add("Ann's own");
    ann.device.run(&["won", &van]).done();
    let hub = serve(&ann);
    cid.sync(&hub);

    // The line comes and goes while they sync.
    network.heal(1);
    let mut syncing = bob.device.command(&["sync", "--peer", &hub.address]);
    let mut syncing = syncing.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    for number in 0..3 {
        network.cut(1);
        cid.add(&format!("Cid's later {number}"));
        network.heal(1);
    }
    let _either_way = syncing.wait().unwrap();
    bob.add("Bob's last");

    let mut hub = Some(hub);
    let digest = in_the_end("to agree", || {
        let serving = hub.take().unwrap_or_else(|| serve(&ann));
        for desk in [&bob, &cid, &bob] {
            desk.sync(&serving);
        }
        serving.stop();
        let digests = [&ann, &bob, &cid].map(|desk| desk.device.digest());
        if digests.iter().all(|digest| *digest == digests[0]) { Ok(digests) } else { Err(format!("{digests:?}")) }
    })[0]
        .clone();
    let all: BTreeSet<String> = [&ann, &bob, &cid].into_iter().flat_map(|desk| desk.added.clone()).collect();
    assert_eq!(all.len(), 17);
    let shown = ann.device.json(&["show", &van]);
    assert_eq!([&shown["city"], &shown["email_from"]], ["Ghent", "van@example.com"]);
    for desk in [&ann, &bob, &cid] {
        assert_eq!(desk.opportunities(), all, "nothing that was acknowledged is missing");
        assert_eq!(desk.device.json(&["show", &van]), shown);
        desk.device.run(&["doctor"]).done();
        assert_eq!(desk.device.digest(), digest);
    }
}
