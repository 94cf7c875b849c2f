//! The disk fails at every single request of a script: what is refused says so in words and changed nothing, all else goes on,
//! and once the disk works again so does everything, without opening anything again.

use anyhow::{Context, Result, bail, ensure};
use satchel_core::{Error, Workspace};

use super::{
    Chance,
    medium::{Fault, Medium},
    script::{Act, Script, Standing},
};

const COMMANDS: usize = 2;
/// More than any command asks of a disk.
const MOST_REQUESTS: u64 = 5_000;

pub fn run(seed: u64) -> Result<u64> {
    on(false, seed)
}

pub fn run_sealed(seed: u64) -> Result<u64> {
    on(true, seed)
}

fn on(sealed: bool, seed: u64) -> Result<u64> {
    let fault = Fault::ALL[(seed % 6) as usize];
    let mut chance = Chance::new(seed ^ 0xfa17);
    let medium = Medium::new(sealed);
    let (mut script, ws) = Script::begin(medium.storage(), seed / 6)?;
    medium.watch();
    for _ in 0..5 + chance.below(30) {
        script.next(&ws)?.on(&ws)?;
    }
    let mut refused = 0;
    for number in 0..COMMANDS {
        let act = script.next(&ws)?;
        for count in 0.. {
            ensure!(count < MOST_REQUESTS, "command {number} never comes to an end");
            // Half of them on a store that has just been woken up again, half on one that has not.
            if chance.below(2) == 0 {
                Act::Setting("awake".into(), format!("{number} {count}").into_bytes()).on(&ws)?;
            }
            let before = Standing::of(&ws)?;
            medium.fail_after(count, fault);
            let done = act.on(&ws);
            let place = || format!("{fault:?}, command {number}, request {count}");
            match done {
                Ok(()) => {
                    // It may have struck where nothing hung on it.
                    medium.mend();
                    durable(&medium, &Standing::of(&ws)?, chance.below(4) == 0).with_context(place)?;
                    break;
                }
                Err(error) => {
                    refused += 1;
                    spoken(&error).with_context(place)?;
                    readable(&ws, &before, fault).with_context(place)?;
                    medium.mend();
                    ensure!(Standing::of(&ws)? == before, "{}: a refused command changed something", place());
                    if chance.below(8) == 0 {
                        ensure!(ws.check()?.problems.is_empty(), "{}: {:?}", place(), ws.check()?.problems);
                    }
                    if chance.below(8) == 0 {
                        durable(&medium, &before, false).with_context(place)?;
                    }
                }
            }
        }
    }
    drop(ws);
    Ok(refused)
}

/// What is told of it: words, and what to do.
fn spoken(error: &Error) -> Result<()> {
    let line = error.to_string();
    ensure!(matches!(error, Error::Storage(_)), "told: {line}");
    ensure!(line.contains("do it again") && line.len() < 200, "told: {line}");
    for debris in ["os error", "Error", "Io(", "{", "panick", "PreviousIo", "\n"] {
        ensure!(!line.contains(debris), "told: {line}");
    }
    Ok(())
}

/// What was there can be looked at while the disk is as it is.
fn readable(ws: &Workspace, before: &Standing, fault: Fault) -> Result<()> {
    ensure!(ws.vector() == before.vector && ws.settings() == before.settings, "what is shown is not what was");
    let deal = ws.records().opportunities.keys().next().copied();
    let read = || -> Result<(), Error> {
        if let Some(deal) = deal {
            ws.history(deal)?;
        }
        ws.status().map(drop)
    };
    match (read(), fault) {
        (Ok(()), _) => Ok(()),
        (Err(error), Fault::Dead) => spoken(&error),
        (Err(error), _) => bail!("it cannot be read: {error}"),
    }
}

/// What was acknowledged is there though the power goes.
fn durable(medium: &Medium, standing: &Standing, thoroughly: bool) -> Result<()> {
    let after = Script::open(Medium::of(medium.after_power_cut()).storage(), 1)?;
    ensure!(Standing::of(&after)? == *standing, "after a power cut it is not what was acknowledged");
    if thoroughly {
        let problems = after.check()?.problems;
        ensure!(problems.is_empty(), "after a power cut: {problems:?}");
    }
    Ok(())
}
