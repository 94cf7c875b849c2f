//! Real processes on one machine, connected to each other for minutes: memory stays flat, all end up the same and stop cleanly.
//! How it goes hangs on the machine, not on a seed.

use std::{
    env, fs,
    io::{BufRead, BufReader, Write},
    net::{SocketAddr, UdpSocket},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command as Process, Stdio},
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use chrono::TimeDelta;
use satchel_core::{
    Command, Kind, Storage, Workspace,
    environment::fixed::{FixedClock, environment},
    members::Role,
    workspace::DeviceKey,
};
use satchel_sync::{Node, Options};

use super::{
    Chance, bounds,
    team::{Desk, noon},
};

/// Names the folder and the address of one of them.
pub const MEMBER: &str = "SATCHEL_MEMBER";
const DEALS: usize = 200;
/// How long all may take to agree once nobody writes any more.
const PATIENCE: Duration = Duration::from_secs(120);

/// Starts `count` processes that write for `span` and tells what came of it.
pub fn run(count: usize, span: Duration) -> Result<()> {
    ensure!(count > 1, "there is nobody to meet");
    let folder = tempfile::tempdir()?;
    let addresses = lay_out(folder.path(), count)?;
    let mut members = Vec::new();
    for (number, address) in addresses.iter().enumerate() {
        members.push(Member::start(&folder.path().join(number.to_string()), *address)?);
    }
    // The first fifth is for warming up.
    thread::sleep(span / 5);
    let (before, files) = (memory(&members)?, largest_file(folder.path(), count)?);
    thread::sleep(span * 4 / 5);
    let (after, grown) = (memory(&members)?, largest_file(folder.path(), count)?.saturating_sub(files));
    let edits = members.iter_mut().map(|m| m.ask("quiet")?.parse::<u64>().context("no count")).sum::<Result<u64>>()?;
    let began = Instant::now();
    let agreed = loop {
        let digests = members.iter_mut().map(|m| m.ask("digest")).collect::<Result<Vec<_>>>()?;
        if digests.iter().all(|digest| *digest == digests[0]) {
            break began.elapsed();
        }
        ensure!(began.elapsed() < PATIENCE, "they do not agree: {digests:?}");
        thread::sleep(Duration::from_millis(100));
    };
    for mut member in members {
        ensure!(member.ask("stop")? == "stopped", "one did not stop");
        ensure!(member.process.wait()?.success(), "one did not end well");
    }
    println!(
        "soak: {count} processes, {} s, {edits} edits; memory {}–{} MiB after a fifth of it, {}–{} at its end; files \
         grew by {grown} MiB; one state {} ms after the last edit, all stopped",
        span.as_secs(),
        before.0,
        before.1,
        after.0,
        after.1,
        agreed.as_millis()
    );
    // What was written stays in memory as pages of the file, up to a bound; nothing else grows with the log.
    let pages = grown.min(Workspace::PAGES_KEPT as u64 >> 20);
    ensure!(after.1 <= before.1 + pages + 8, "memory grows by more than the pages that are kept, {pages} MiB");
    Ok(())
}

/// In MiB.
fn largest_file(folder: &Path, count: usize) -> Result<u64> {
    let sizes = (0..count).map(|number| {
        let files = fs::read_dir(folder.join(number.to_string()))?;
        files.map(|file| Ok(file?.metadata()?.len())).sum::<Result<u64>>()
    });
    Ok(sizes.collect::<Result<Vec<u64>>>()?.into_iter().max().unwrap_or(0) >> 20)
}

/// A workspace for each, with what is edited, and where the others listen.
fn lay_out(folder: &Path, count: usize) -> Result<Vec<SocketAddr>> {
    let place = |number: usize| Storage::Folder(folder.join(number.to_string()));
    let ann = Desk::found_on(place(0), "Acme", 1)?;
    for number in 0..DEALS {
        ann.add(Kind::Opportunity, &format!("Deal {number}"))?;
    }
    let mut all = vec![ann.ws.clone()];
    for number in 1..count {
        let ticket = ann.ws.invite(Role::Salesperson, None, noon() + TimeDelta::days(7))?;
        let environment = environment(&FixedClock::at(noon()), 1 + number as u64);
        let key = DeviceKey::generate(&environment);
        let welcome = ann.ws.admit(&ticket.request(key.device(), "notebook", Some(&format!("Bob {number}"))))?;
        all.push(Workspace::join(place(number), environment, key, "notebook", &welcome)?);
    }
    let log = ann.log()?;
    for other in &all[1..] {
        let accepted = other.accept(log.clone())?;
        ensure!(accepted.refused.is_empty(), "refused: {:?}", accepted.refused);
    }
    let sockets = (0..count).map(|_| UdpSocket::bind("127.0.0.1:0")).collect::<Result<Vec<_>, _>>()?;
    let addresses = sockets.iter().map(UdpSocket::local_addr).collect::<Result<Vec<_>, _>>()?;
    for one in &all {
        for (other, address) in all.iter().zip(&addresses).filter(|(other, _)| other.device() != one.device()) {
            one.note_peer(other.device(), &[*address], false)?;
        }
    }
    Ok(addresses)
}

/// The least and the most memory of a process, in MiB.
fn memory(members: &[Member]) -> Result<(u64, u64)> {
    let all = members.iter().map(|m| bounds::resident(m.process.id()).context("the system does not tell of memory"));
    let all = all.collect::<Result<Vec<u64>>>()?;
    Ok((all.iter().copied().min().unwrap_or(0), all.iter().copied().max().unwrap_or(0)))
}

/// One of the processes; ended with its handle.
struct Member {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Member {
    fn start(folder: &Path, address: SocketAddr) -> Result<Member> {
        let mut process = Process::new(env::current_exe()?);
        process.env(MEMBER, format!("{address}={}", folder.display())).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = process.spawn()?;
        let input = process.stdin.take().context("no input")?;
        let output = BufReader::new(process.stdout.take().context("no output")?);
        let mut member = Member { process, input, output };
        ensure!(member.hear()? == "listening", "one did not start");
        Ok(member)
    }

    fn ask(&mut self, what: &str) -> Result<String> {
        writeln!(self.input, "{what}")?;
        self.hear()
    }

    fn hear(&mut self) -> Result<String> {
        let mut line = String::new();
        ensure!(self.output.read_line(&mut line)? > 0, "one ended by itself");
        match line.trim().strip_prefix("failed ") {
            Some(why) => bail!("one failed: {why}"),
            None => Ok(line.trim().to_owned()),
        }
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        let _gone_already = self.process.kill();
        let _ended = self.process.wait();
    }
}

/// What such a process does.
pub fn member() {
    if let Err(why) = take_part() {
        println!("failed {why:#}");
    }
}

fn take_part() -> Result<()> {
    let what = env::var(MEMBER)?;
    let (address, folder) = what.split_once('=').context("ADDRESS=FOLDER")?;
    let address: SocketAddr = address.parse()?;
    let chances = u64::from(address.port()) << 32;
    let environment = environment(&FixedClock::at(noon()), chances);
    let ws = Workspace::open(Storage::Folder(folder.into()), environment)?;
    let node = Node::start(ws.clone(), Options { listen: Some(address), discover: false, live: true })?;
    println!("listening");
    let (said, asked) = mpsc::channel();
    thread::spawn(move || std::io::stdin().lines().map_while(Result::ok).try_for_each(|line| said.send(line)));
    let deals: Vec<_> = ws.records().opportunities.keys().copied().collect();
    let mut chance = Chance::new(chances);
    let (mut edits, mut quiet) = (0u64, false);
    loop {
        // A colleague at work: something every second or so.
        match asked.recv_timeout(Duration::from_millis(500 + chance.below(1_000) as u64)) {
            Ok(line) if line == "stop" => {
                node.stop();
                println!("stopped");
                return Ok(());
            }
            Ok(line) if line == "digest" => println!("{}", hex(&ws.status()?.digest)),
            Ok(line) if line == "quiet" => {
                quiet = true;
                println!("{edits}");
            }
            Ok(line) => bail!("what is {line}?"),
            Err(RecvTimeoutError::Timeout) if quiet => {}
            Err(RecvTimeoutError::Timeout) => {
                let id = *chance.pick(&deals).context("no deals")?;
                let fields = vec![("city".to_owned(), format!("Ghent {edits}").as_str().into())];
                ws.execute(Command::Set { id, fields, seen: None })?;
                edits += 1;
            }
            // Whoever asked is gone.
            Err(RecvTimeoutError::Disconnected) => return Ok(()),
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
