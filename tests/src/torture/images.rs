//! The power goes at random moments: what was acknowledged is there, all else whole or not at all, whatever reached the disk.

use anyhow::{Context, Result, ensure};

use super::{
    Chance,
    medium::{Image, Medium, Recording},
    script::{Act, Script, Standing},
};

/// How many commands are recorded for a seed.
const COMMANDS: usize = 40;
/// How many images are made of each recording.
const IMAGES: usize = 100;

pub fn run(seed: u64) -> Result<u64> {
    on(false, seed)
}

pub fn run_sealed(seed: u64) -> Result<u64> {
    on(true, seed)
}

fn on(sealed: bool, seed: u64) -> Result<u64> {
    let mut chance = Chance::new(seed ^ 0x1a6e);
    let (recording, standings) = record(sealed, seed, &mut chance)?;
    let mut looked = 0;
    for image in recording.images(&mut chance, IMAGES) {
        let told = image.told.min(standings.len() - 1);
        let allowed = &standings[told..standings.len().min(told + 2)];
        looked += holds(image, allowed, seed, &mut chance, 0)?;
    }
    Ok(looked)
}

/// A day on a disk, and how things stood after every command of it.
fn record(sealed: bool, seed: u64, chance: &mut Chance) -> Result<(Recording, Vec<Standing>)> {
    let medium = Medium::new(sealed);
    let (mut script, mut ws) = Script::begin(medium.storage(), seed)?;
    let mut standings = vec![Standing::of(&ws)?];
    let mut recording = medium.record();
    for _ in 0..COMMANDS {
        if chance.below(12) == 0 {
            // Closed and opened again, which writes too.
            drop(ws);
            ws = Script::open(medium.storage(), chance.number())?;
        }
        script.next(&ws)?.on(&ws)?;
        medium.told();
        standings.push(Standing::of(&ws)?);
    }
    drop(ws);
    medium.recorded(&mut recording);
    Ok((recording, standings))
}

/// Opens an image: how things stand must be one of these. Some are worked on, and the power goes again.
fn holds(image: Image, allowed: &[Standing], seed: u64, chance: &mut Chance, depth: usize) -> Result<u64> {
    let Image { bytes, told, at } = image;
    let place = || format!("the power went at {at}, after {told} commands");
    let medium = Medium::of(bytes);
    let again = depth == 0 && chance.below(6) == 0;
    let mut recording = again.then(|| medium.record());
    let ws = Script::open(medium.storage(), chance.number()).with_context(|| format!("{}: not opened", place()))?;
    let found = Standing::of(&ws)?;
    ensure!(allowed.contains(&found), "{}: what is there is neither what was acknowledged nor what came next", place());
    let problems = ws.check()?.problems;
    ensure!(problems.is_empty(), "{}: {problems:?}", place());
    let Some(recording) = &mut recording else { return Ok(1) };
    // What is found can be worked with; then the power goes again, also while what the first cut left is put in order.
    let mut standings = vec![found];
    for word in ["one", "two"] {
        Act::Setting("again".into(), format!("{word} {seed}").into_bytes()).on(&ws)?;
        medium.told();
        standings.push(Standing::of(&ws)?);
    }
    drop(ws);
    medium.recorded(recording);
    let mut looked = 1;
    for image in recording.images(chance, 4) {
        let told = image.told;
        let allowed = &standings[told..standings.len().min(told + 2)];
        looked += holds(image, allowed, seed, chance, depth + 1).with_context(|| format!("again, once {}", place()))?;
    }
    Ok(looked)
}
