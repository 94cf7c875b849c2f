//! Bits flip in a store that nobody has open: it is noticed or harmless, a wrong value is never shown, and what can be made
//! again is.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, OnceLock},
};

use anyhow::{Context, Result, bail, ensure};
use satchel_core::{
    DocId, Error, Kind, Workspace,
    members::Members,
    record::Record,
    workspace::{HistoryEntry, SetAside},
};

use super::{
    Chance,
    medium::{Medium, SECTOR},
    script::{Script, Standing},
};

/// How often something is flipped for a seed.
const FLIPS: usize = 20;
const COMMANDS: usize = 60;

/// All that a workspace shows.
#[derive(PartialEq)]
struct Shown {
    standing: Standing,
    members: Arc<Members>,
    records: BTreeMap<DocId, Record>,
    /// The opportunities as they were after a few of the commits.
    past: Vec<BTreeMap<DocId, Record>>,
    histories: BTreeMap<DocId, Vec<HistoryEntry>>,
    asides: Vec<SetAside>,
    log: BTreeSet<Vec<u8>>,
}

struct Sample {
    bytes: Vec<u8>,
    truth: Shown,
}

fn sample(sealed: bool) -> Result<&'static Sample> {
    static SAMPLES: [OnceLock<Result<Sample, String>>; 2] = [const { OnceLock::new() }; 2];
    let make = || -> Result<Sample> {
        let medium = Medium::new(sealed);
        medium.watch();
        let (mut script, ws) = Script::begin(medium.storage(), 7)?;
        for _ in 0..COMMANDS {
            script.next(&ws)?.on(&ws)?;
        }
        drop(ws);
        let bytes = medium.after_power_cut();
        let ws = Script::open(Medium::of(bytes.clone()).storage(), 1)?;
        Ok(Sample { bytes, truth: shown(&ws)? })
    };
    let made = SAMPLES[usize::from(sealed)].get_or_init(|| make().map_err(|e| format!("{e:#}")));
    made.as_ref().map_err(|why| anyhow::anyhow!("the sample: {why}"))
}

fn records(ws: &Workspace) -> BTreeMap<DocId, Record> {
    let records = ws.records();
    let ids = Kind::ALL.into_iter().flat_map(|kind| records.ids(kind).collect::<Vec<_>>());
    ids.filter_map(|id| Some((id, records.own(id)?))).collect()
}

fn shown(ws: &Workspace) -> Result<Shown, Error> {
    let status = Standing::read(ws)?;
    let records = records(ws);
    let mut histories = BTreeMap::new();
    for id in records.keys() {
        histories.insert(*id, ws.history(*id)?);
    }
    let mut moments: Vec<_> = histories.values().flatten().map(|entry| entry.time).collect();
    moments.sort_unstable();
    let past = ws.past()?;
    let past = moments.iter().step_by(moments.len().div_ceil(3).max(1)).map(|at| {
        let then = past.records(&ws.records(), *at);
        then.opportunities.keys().filter_map(|id| Some((*id, then.own(*id)?))).collect()
    });
    Ok(Shown {
        standing: status,
        members: ws.members(),
        past: past.collect(),
        records,
        histories,
        asides: ws.set_aside()?,
        log: ws.commits_beyond(&Default::default(), 0, usize::MAX)?.0.into_iter().collect(),
    })
}

pub fn run(seed: u64) -> Result<u64> {
    on(false, seed)
}

pub fn run_sealed(seed: u64) -> Result<u64> {
    on(true, seed)
}

fn on(sealed: bool, seed: u64) -> Result<u64> {
    let sample = sample(sealed)?;
    let mut chance = Chance::new(seed ^ 0xf11b);
    for number in 0..FLIPS {
        let mut bytes = sample.bytes.clone();
        let what = damage(&mut bytes, &mut chance);
        holds(bytes, &sample.truth).with_context(|| format!("flip {number}: {what}"))?;
    }
    Ok(FLIPS as u64)
}

/// Flips bits or spoils a sector, where there is something. Says what.
fn damage(bytes: &mut [u8], chance: &mut Chance) -> String {
    let sector = loop {
        let from = chance.below(bytes.len() / SECTOR) * SECTOR;
        // The header is one of thousands: it gets more than its share.
        let from = if chance.below(40) == 0 { [0, 0, 4096, 8192, 16384][chance.below(5)] } else { from };
        if bytes[from..from + SECTOR].iter().any(|b| *b != 0) {
            break from;
        }
    };
    match chance.below(8) {
        0 => {
            bytes[sector..sector + SECTOR].fill(0);
            format!("the sector at {sector} is zeros")
        }
        1 => {
            bytes[sector..sector + SECTOR].fill_with(|| chance.number() as u8);
            format!("the sector at {sector} is garbage")
        }
        _ => {
            let flips: Vec<usize> = (0..1 + chance.below(8)).map(|_| sector * 8 + chance.below(SECTOR * 8)).collect();
            flips.iter().for_each(|bit| bytes[bit / 8] ^= 1 << (bit % 8));
            format!("bits {flips:?}")
        }
    }
}

fn holds(bytes: Vec<u8>, truth: &Shown) -> Result<()> {
    let medium = Medium::of(bytes.clone());
    let ws = match Script::open(medium.storage(), 1) {
        Ok(ws) => ws,
        Err(error) => {
            noticed(&error)?;
            return made_anew(bytes, truth);
        }
    };
    true_as_shown(&ws, truth).context("as opened")?;
    let clean = match ws.check() {
        Ok(report) => report.problems.is_empty(),
        Err(error) => {
            noticed(&error)?;
            false
        }
    };
    if clean {
        match shown(&ws) {
            Ok(now) => ensure!(now == *truth, "nothing is noticed, and not all is as it was"),
            Err(error) => bail!("nothing is noticed, and something cannot be read: {error}"),
        }
    }
    match ws.rebuild() {
        Ok(_) => {
            let problems = ws.check()?.problems;
            true_as_shown(&ws, truth).context("rebuilt")?;
            if problems.is_empty() {
                ensure!(shown(&ws)? == *truth, "rebuilt, it is something else");
            }
        }
        Err(error) => noticed(&error)?,
    }
    Ok(())
}

/// From what is left of the log, all or nothing.
fn made_anew(bytes: Vec<u8>, truth: &Shown) -> Result<()> {
    match Script::anew(Medium::of(bytes).storage(), Medium::new(false).storage(), 1) {
        Ok(ws) => {
            true_as_shown(&ws, truth).context("made anew")?;
            let problems = ws.check()?.problems;
            ensure!(
                !problems.is_empty() || ws.settings() == truth.standing.settings,
                "settings are gone, and nothing is told"
            );
            let mut now = shown(&ws)?;
            // Those that were damaged are missing, and told.
            now.standing.settings.clone_from(&truth.standing.settings);
            ensure!(now == *truth, "made anew, it is something else");
            Ok(())
        }
        Err(error) => noticed(&error),
    }
}

/// What is shown at all is what is true.
fn true_as_shown(ws: &Workspace, truth: &Shown) -> Result<()> {
    let now = records(ws);
    for (id, record) in &truth.records {
        ensure!(now.get(id) == Some(record), "{id:?} is shown as {:?}, not {record:?}", now.get(id));
    }
    ensure!(now.len() == truth.records.len(), "records that never were");
    ensure!(*ws.members() == *truth.members, "other members: {:?}, not {:?}", ws.members(), truth.members);
    ensure!(ws.vector() == truth.standing.vector, "another vector");
    // Those that are damaged are not there, which `check` tells.
    let settings = ws.settings();
    ensure!(settings.iter().all(|(name, value)| truth.standing.settings.get(name) == Some(value)), "other settings");
    let same = |what: &str, read: Result<bool, Error>| match read {
        Ok(true) => Ok(()),
        Ok(false) => bail!("{what} is shown wrong"),
        Err(error) => noticed(&error),
    };
    for (id, history) in &truth.histories {
        same("a history", ws.history(*id).map(|now| now == *history))?;
    }
    let mut truth_but_settings = truth.standing.clone();
    truth_but_settings.settings = settings;
    same("the digest", Standing::read(ws).map(|now| now == truth_but_settings))?;
    same("what has no effect", ws.set_aside().map(|now| now == truth.asides))?;
    let log = ws.commits_beyond(&Default::default(), 0, usize::MAX);
    same("the log", log.map(|(now, _)| now.into_iter().collect::<BTreeSet<_>>() == truth.log))
}

/// It is said in words, with what to do.
fn noticed(error: &Error) -> Result<()> {
    let line = error.to_string();
    ensure!(matches!(error, Error::Damaged(_)), "told: {line}");
    ensure!(line.contains("doctor --rebuild") && line.contains("colleague") && line.len() < 400, "told: {line}");
    for debris in ["os error", "Error", "Io(", "{", "panick", "\n"] {
        ensure!(!line.contains(debris), "told: {line}");
    }
    Ok(())
}
