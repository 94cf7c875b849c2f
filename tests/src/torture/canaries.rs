//! A thousand canaries in everything a person writes, under a passphrase: none of them is found in what the program leaves,
//! however it ends.
//!
//! The writer is this very program, started again with [`WRITER`] set.

use std::{
    env, fs,
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Command as Process, Stdio},
};

use anyhow::{Context, Result, ensure};
use satchel_core::{
    Command, Cost, DocId, Kind, Passphrase, Storage, Workspace,
    environment::fixed::{FixedClock, environment},
    query::search,
};

use super::team::{Desk, noon};

/// Names the writer's folder, its seed, and whether there is a passphrase.
pub const WRITER: &str = "SATCHEL_CANARIES";
/// In every canary, and nowhere else.
const MARK: &str = "Kanarienvogel";
pub const CANARIES: u64 = 1000;

/// How the writer ends.
const ENDS: [&str; 4] = ["end", "panic", "abort", "kill"];

pub fn run(seed: u64) -> Result<u64> {
    let found = left_by(seed, true)?;
    ensure!(found.is_empty(), "canaries lie in the open: {found:?}");
    if seed.is_multiple_of(50) {
        // They are there to be found.
        ensure!(left_by(seed, false)?.len() > 1, "even without a passphrase no canary is found: nothing was looked at");
    }
    Ok(CANARIES)
}

/// Lets a writer write and end, and says where canaries are found.
fn left_by(seed: u64, sealed: bool) -> Result<Vec<String>> {
    let home = tempfile::tempdir()?;
    let (data, temp) = (home.path().join("data"), home.path().join("tmp"));
    fs::create_dir_all(&temp)?;
    let mut process = Process::new(env::current_exe()?);
    if cfg!(test) {
        process.args(["torture::tests::writer_of_canaries", "--exact", "--nocapture"]);
    }
    process.env(WRITER, format!("{seed}:{sealed}:{}", data.display())).env("TMPDIR", &temp).env("TEMP", &temp);
    process.current_dir(home.path()).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut writer = process.spawn()?;
    let mut said = String::new();
    let mut lines = BufReader::new(writer.stdout.take().context("no output")?);
    while lines.read_line(&mut said)? > 0 && !said.ends_with("written\n") {}
    if ENDS[seed as usize % ENDS.len()] == "kill" {
        writer.kill()?;
    }
    lines.read_to_string(&mut said)?;
    let mut complained = String::new();
    writer.stderr.take().context("no errors")?.read_to_string(&mut complained)?;
    writer.wait()?;
    ensure!(said.contains("written"), "the writer could not go on: {said} {complained}");
    let mut found = Vec::new();
    for (name, bytes) in [("standard output", said), ("standard error", complained)] {
        look(name, bytes.as_bytes(), &mut found);
    }
    look_into(home.path(), &mut found)?;
    // They are in it, for who knows the passphrase.
    let ws = Workspace::open(storage(&data, sealed), environment(&FixedClock::at(noon()), seed ^ 1))?;
    let records = ws.records();
    let named = records.opportunities.values().filter(|o| o.name.contains(MARK)).count();
    ensure!(named == 450, "{named} of 450 names are there");
    ensure!(ws.check()?.problems.is_empty(), "{:?}", ws.check()?.problems);
    Ok(found)
}

fn storage(data: &Path, sealed: bool) -> Storage {
    let phrase = format!("{MARK} in the passphrase");
    Storage::Folder(data.to_owned()).under(sealed.then(|| Passphrase::new(&phrase).at_cost(Cost::FOR_TESTS)))
}

/// What the process does that is started with [`WRITER`].
pub fn writer() -> Result<()> {
    let told = env::var(WRITER)?;
    let mut parts = told.splitn(3, ':');
    let mut part = || parts.next().context("what is to be written?");
    let (seed, sealed, data): (u64, bool, _) = (part()?.parse()?, part()?.parse()?, part()?);
    let data = Path::new(data);
    let mut number = 0;
    let mut canary = || {
        number += 1;
        let tail = blake3::hash(&[seed, number].map(u64::to_le_bytes).concat()).to_hex();
        format!("{MARK} {number} {}", &tail[..16])
    };
    let ws = Desk::found_on(storage(data, sealed), "Acme", seed)?.ws;
    let row = |n: usize, name: String, text: String| Command::ImportRow {
        id: DocId::derived(ws.id(), "canaries", Kind::Opportunity, &n.to_string()),
        source: "canaries".into(),
        fields: vec![("name".into(), name.as_str().into()), ("description".into(), text.as_str().into())],
    };
    let rows: Vec<Command> = (0..400).map(|n| row(n, canary(), canary())).collect();
    ws.execute_batch("Import", rows, false, &mut |_, _| {})?;
    let mut deals = Vec::new();
    for _ in 0..50 {
        let id = ws.new_id(Kind::Opportunity);
        ws.execute(Command::Create { id, fields: vec![("name".into(), canary().as_str().into())] })?;
        deals.push(id);
    }
    for deal in &deals {
        ws.execute(Command::AddNote { on: *deal, id: ws.new_id(Kind::Note), text: canary() })?;
    }
    for (n, deal) in deals.iter().take(30).enumerate() {
        ws.attach(*deal, &format!("{}.txt", canary()), canary().repeat(1 + 200 * n).as_bytes())?;
    }
    for _ in 0..40 {
        ws.set_setting(&format!("search {}", ws.settings().len()), canary().as_bytes())?;
    }
    ensure!(number == CANARIES, "{number} canaries");
    search::names(&ws.records(), MARK, 50);
    search::notes(&ws.records(), MARK, 50);
    if sealed {
        ws.back_up(fs::File::create(data.join("everything.satchel-backup"))?)?;
    }
    println!("written");
    let shown = ws.records().name(deals[0]).to_owned();
    match ENDS[seed as usize % ENDS.len()] {
        "panic" => panic!("a fault, with {} letters in hand", shown.len()),
        "abort" => std::process::abort(),
        "kill" => std::thread::sleep(std::time::Duration::from_secs(60)),
        _ => {}
    }
    Ok(())
}

fn look_into(folder: &Path, found: &mut Vec<String>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.display().to_string();
        look(&format!("the name {name}"), name.as_bytes(), found);
        match path.is_dir() {
            true => look_into(&path, found)?,
            false => look(&name, &fs::read(&path)?, found),
        }
    }
    Ok(())
}

/// As it is written, folded for searching, and as other systems write it.
fn look(at: &str, bytes: &[u8], found: &mut Vec<String>) {
    for mark in [MARK.to_owned(), MARK.to_lowercase(), MARK.to_uppercase()] {
        let wide: Vec<u8> = mark.encode_utf16().flat_map(u16::to_le_bytes).collect();
        for mark in [mark.into_bytes(), wide] {
            if bytes.windows(mark.len()).any(|window| window == mark) {
                found.push(at.to_owned());
                return;
            }
        }
    }
}
