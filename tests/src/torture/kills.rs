//! Processes killed at random moments while they edit, import, attach, sync, look over and rebuild: what they acknowledged is
//! there, no import is half there, and the workspace opens.
//!
//! The victim is this very program, started again with [`VICTIM`] set; it says on its standard output what it has done.

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command as Process, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use chrono::TimeDelta;
use satchel_core::{
    Command, DocId, Error, FileHash, Kind, Storage, Workspace,
    environment::fixed::{FixedClock, environment},
    members::Role,
    workspace::DeviceKey,
};
use satchel_sync::protocol::simulation::Line;

use super::{
    Chance,
    team::{Desk, noon},
};

/// Names the victim's folder and seed.
pub const VICTIM: &str = "SATCHEL_VICTIM";
/// How many processes are killed for a seed, one after the other in one folder.
const KILLS: u64 = 25;
const ROWS: usize = 20;

pub fn run(seed: u64) -> Result<u64> {
    let folder = tempfile::tempdir()?;
    killed(seed, folder.path(), KILLS).map(|(kills, _)| kills)
}

/// The same in a workspace of 10,000 records; tells how long opening it took at most.
pub fn large(seed: u64) -> Result<u64> {
    let folder = tempfile::tempdir()?;
    let desk = Desk::found_on(Storage::Folder(folder.path().join("a")), "Acme", seed)?;
    let row = |n: usize| Command::ImportRow {
        id: DocId::derived(desk.ws.id(), "torture", Kind::Opportunity, &n.to_string()),
        source: "torture".into(),
        fields: vec![
            ("name".into(), format!("record {n}").as_str().into()),
            ("description".into(), "words ".repeat(40).as_str().into()),
        ],
    };
    desk.ws.execute_batch("Import", (0..10_000).map(row).collect(), false, &mut |_, _| {})?;
    drop(desk);
    let (kills, slowest) = killed(seed, folder.path(), 10)?;
    println!("opened in {} ms at most after a kill at 10,000 records", slowest.as_millis());
    Ok(kills)
}

/// What was acknowledged so far.
#[derive(Default)]
struct Told {
    founded: bool,
    edits: Vec<String>,
    imports: BTreeSet<String>,
    files: Vec<FileHash>,
    setting: Option<String>,
    /// How many of the edits the second device has.
    synced: usize,
}

fn killed(seed: u64, folder: &Path, kills: u64) -> Result<(u64, Duration)> {
    let mut chance = Chance::new(seed ^ 0x0dead);
    let mut told = Told { founded: folder.join("a").exists(), ..Told::default() };
    let mut slowest = Duration::ZERO;
    for number in 0..kills {
        let mut victim = start(folder, seed * 1_000 + number)?;
        let mut lines = BufReader::new(victim.stdout.take().context("no output")?).lines();
        // Half of them while they open, put in order what the last kill left, or found.
        if chance.below(2) == 0 {
            for line in lines.by_ref() {
                if line? == "open" {
                    break;
                }
            }
        }
        thread::sleep(Duration::from_micros(chance.below(40_000) as u64));
        let ended = victim.try_wait()?;
        victim.kill()?;
        victim.wait()?;
        for line in lines {
            note(&mut told, &line?)?;
        }
        ensure!(ended.is_none(), "kill {number}: the victim ended by itself");
        let took = holds(folder, &told, number % 5 == 4).with_context(|| format!("kill {number}"))?;
        slowest = slowest.max(took);
    }
    Ok((kills, slowest))
}

fn start(folder: &Path, seed: u64) -> Result<Child> {
    let mut process = Process::new(env::current_exe()?);
    if cfg!(test) {
        process.args(["torture::tests::victim", "--exact", "--nocapture"]);
    }
    process.env(VICTIM, format!("{seed}:{}", folder.display())).stdin(Stdio::null()).stdout(Stdio::piped());
    Ok(process.stderr(Stdio::inherit()).spawn()?)
}

fn note(told: &mut Told, line: &str) -> Result<()> {
    match line.split_once(' ') {
        Some(("edit", name)) => told.edits.push(name.to_owned()),
        Some(("import", name)) => _ = told.imports.insert(name.to_owned()),
        Some(("file", hash)) => told.files.push(hash.parse().map_err(|_| anyhow::anyhow!("no hash: {hash}"))?),
        Some(("setting", value)) => told.setting = Some(value.to_owned()),
        Some(("synced", _)) => told.synced = told.edits.len(),
        Some(("failed", why)) => bail!("the victim could not go on: {why}"),
        _ => {}
    }
    told.founded |= line == "open";
    Ok(())
}

/// All that was acknowledged is there. Returns how long opening took.
fn holds(folder: &Path, told: &Told, thoroughly: bool) -> Result<Duration> {
    let begun = Instant::now();
    let ws = match open(&folder.join("a"), 1) {
        Err(Error::NoWorkspace(_)) if !told.founded => return Ok(Duration::ZERO),
        opened => opened?,
    };
    let took = begun.elapsed();
    let names = names(&ws)?;
    for edit in &told.edits {
        ensure!(names.contains(edit.as_str()), "an acknowledged edit is lost: {edit}");
    }
    for import in &told.imports {
        ensure!(names.contains(&format!("{import}/0")), "an acknowledged import is lost: {import}");
    }
    for hash in &told.files {
        ws.file(*hash).context("an acknowledged file is lost")?;
    }
    for (hash, _) in ws.records().files() {
        ensure!(ws.has_file(hash), "a record names a file that is nowhere");
    }
    if let Some(setting) = &told.setting {
        // A later one may have been written and not been acknowledged.
        let now = ws.setting("torture").and_then(|v| String::from_utf8(v).ok()).unwrap_or_default();
        let number = |text: &str| text.parse::<u64>().unwrap_or_default();
        ensure!(number(&now) >= number(setting), "an acknowledged setting is lost: {setting}, there is {now}");
    }
    sound(&ws, thoroughly)?;
    match open(&folder.join("b"), 2) {
        Err(Error::NoWorkspace(_)) if told.synced == 0 => {}
        opened => {
            let ws = opened.context("the second device's")?;
            let names = self::names(&ws)?;
            for edit in &told.edits[..told.synced] {
                ensure!(names.contains(edit.as_str()), "the second device lost what it had: {edit}");
            }
            sound(&ws, thoroughly)?;
        }
    }
    Ok(took)
}

fn sound(ws: &Workspace, thoroughly: bool) -> Result<()> {
    if thoroughly {
        let problems = ws.check()?.problems;
        ensure!(problems.is_empty(), "{problems:?}");
    }
    Ok(())
}

/// What records are called; imports must be whole.
fn names(ws: &Workspace) -> Result<BTreeSet<String>> {
    let records = ws.records();
    let mut imports: BTreeMap<&str, usize> = BTreeMap::new();
    for contact in records.contacts.values() {
        if let Some((import, _)) = contact.name.split_once('/') {
            *imports.entry(import).or_default() += 1;
        }
    }
    if let Some((import, count)) = imports.iter().find(|(_, count)| **count != ROWS) {
        bail!("half an import: {count} of {ROWS} rows of {import}");
    }
    let deals = records.opportunities.values().map(|deal| deal.name.clone());
    Ok(deals.chain(records.contacts.values().map(|contact| contact.name.clone())).collect())
}

fn open(folder: &Path, seed: u64) -> Result<Workspace, Error> {
    Workspace::open(Storage::Folder(folder.to_owned()), environment(&FixedClock::at(noon()), seed))
}

/// What is killed: works until then. Does nothing in a program that is no victim.
pub fn victim() {
    let Ok(what) = env::var(VICTIM) else { return };
    if let Err(why) = work(&what) {
        println!("failed {why:#}");
    }
}

fn work(what: &str) -> Result<()> {
    let (seed, folder) = what.split_once(':').context("SEED:FOLDER")?;
    let (seed, folder) = (seed.parse::<u64>()?, PathBuf::from(folder));
    let mut chance = Chance::new(seed);
    // Nobody's ids are another one's: of no process, and of none that it opens later.
    let chances = seed << 24;
    let mut ws = match open(&folder.join("a"), chances) {
        Err(Error::NoWorkspace(path)) => Desk::found_on(Storage::Folder(path), "Acme", chances)?.ws,
        opened => opened?,
    };
    println!("open");
    let mut other: Option<Workspace> = None;
    for number in 0.. {
        let name = format!("{seed}-{number}");
        match chance.below(12) {
            0..=5 => {
                let id = ws.new_id(Kind::Opportunity);
                let fields = vec![
                    ("name".into(), name.as_str().into()),
                    ("description".into(), "words ".repeat(1 + chance.below(200)).as_str().into()),
                ];
                ws.execute(Command::Create { id, fields })?;
                println!("edit {name}");
            }
            6 => {
                let row = |n: usize| Command::ImportRow {
                    id: ws.new_id(Kind::Contact),
                    source: "torture".into(),
                    fields: vec![
                        ("name".into(), format!("{name}/{n}").as_str().into()),
                        ("description".into(), name.repeat(60).as_str().into()),
                    ],
                };
                ws.execute_batch("Import", (0..ROWS).map(row).collect(), false, &mut |_, _| {})?;
                println!("import {name}");
            }
            7 | 8 => {
                let b = match other.take() {
                    Some(b) => b,
                    None => second(&ws, &folder.join("b"), chances)?,
                };
                let mut line = Line::connect(&ws, &b);
                line.run(usize::MAX);
                let (side, _) = line.cut();
                ensure!(side.up_to_date, "not synced");
                println!("synced {number}");
                // Closed now and then, which writes too.
                other = Some(b).filter(|_| chance.below(3) > 0);
            }
            9 => {
                let on = ws.records().opportunities.keys().next().copied();
                if let Some(on) = on {
                    let bytes = name.repeat(1 + chance.below(3_000)).into_bytes();
                    ws.attach(on, "words.txt", &bytes)?;
                    println!("file {}", FileHash::of(&bytes));
                }
            }
            10 => {
                let value = (seed * 1_000_000 + number).to_string();
                ws.set_setting("torture", value.as_bytes())?;
                println!("setting {value}");
            }
            _ if chance.below(3) == 0 => {
                ws.rebuild()?;
            }
            _ => {
                drop(ws);
                ws = open(&folder.join("a"), chances + 1 + number)?;
            }
        }
    }
    Ok(())
}

/// The colleague's device, in a folder of its own.
fn second(ws: &Workspace, folder: &Path, seed: u64) -> Result<Workspace> {
    match open(folder, seed ^ (1 << 63)) {
        Err(Error::NoWorkspace(_)) => {}
        opened => return Ok(opened?),
    }
    let env = environment(&FixedClock::at(noon()), seed ^ (1 << 63));
    let ticket = ws.invite(Role::Manager, None, noon() + TimeDelta::days(7))?;
    let key = DeviceKey::generate(&env);
    let welcome = ws.admit(&ticket.request(key.device(), "notebook", Some(&format!("Bob {seed}"))))?;
    Ok(Workspace::join(Storage::Folder(folder.to_owned()), env, key, "notebook", &welcome)?)
}
