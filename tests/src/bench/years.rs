//! What five years of a busy team leave on the disk of each: ten edits of every opportunity, by four people who meet every week.

use std::{fs, path::Path};

use anyhow::ensure;
use chrono::{Days, TimeDelta};
use satchel_core::{Command, DocId, Money, Storage, Workspace};

use super::{
    Row,
    floor::{self, FILE},
    meeting::meet,
    samples::bytes,
    sized::Bench,
};

const WEEKS: usize = 260;
const PEOPLE: usize = 4;
/// Of every opportunity, over all years.
const EDITS: usize = 10;

/// One of the edits that people make all day.
fn edit(workspace: &Workspace, id: DocId, n: usize) -> Command {
    let records = workspace.records();
    let stages: Vec<DocId> = records.stages.keys().copied().collect();
    let today = workspace.environment().today();
    let set = |field: &str, value| Command::Set { id, fields: vec![(field.into(), value)], seen: None };
    match n % 5 {
        0 => Command::MoveToStage { ids: vec![id], stage: stages[n / 5 % stages.len()] },
        1 => set("expected_revenue", Money(100 * (1_000 + n as i64 * 7 % 90_000)).into()),
        2 => set("date_deadline", (today + Days::new(7 + n as u64 % 90)).into()),
        3 => set("priority", ((n / 5 % 4) as i64).into()),
        _ => set("city", format!("City {}", n % 977).into()),
    }
}

pub fn years(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    let folder = bench.folder("years");
    let _before = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder)?;
    fs::copy(bench.imported_folder().join(FILE), folder.join(FILE))?;
    let first = Workspace::open(Storage::Folder(folder.clone()), bench.environment())?;
    let mut team = vec![first];
    for _ in 1..PEOPLE {
        let other = bench.admitted(&team[0], Storage::Memory)?;
        meet(&team[0], &other)?;
        team.push(other);
    }
    let imported = team[0].status()?.commits;
    let ids: Vec<DocId> = team[0].records().opportunities.keys().copied().collect();
    let edits = ids.len() * EDITS;
    let mut made = 0;
    for week in 0..WEEKS {
        bench.at(TimeDelta::weeks(week as i64));
        let until = edits * (week + 1) / WEEKS;
        while made < until {
            // A record is worked on for a while by one person, then comes up again.
            let id = ids[made / 3 * 7_919 % ids.len()];
            let who = &team[made / 12 % PEOPLE];
            who.execute(edit(who, id, made))?;
            made += 1;
        }
        for other in &team[1..] {
            meet(&team[0], other)?;
        }
        for other in &team[1..] {
            meet(&team[0], other)?;
        }
    }
    bench.at(TimeDelta::zero());
    let status = team[0].status()?;
    for other in &team[1..] {
        ensure!(other.status()?.digest == status.digest, "the team does not hold the same");
    }
    drop(team);
    let raw = floor::raw(&folder)?;
    // An edit that changes nothing is none.
    let edits = status.commits - imported;
    let records = raw.documents.len() as u64;
    let most = 3_000 * records + 300 * edits;
    let taken = taken(&folder.join(FILE))?;
    Ok(vec![Row {
        name: "on disk after five years",
        measured: format!(
            "{} ({} of log; {records} records, {edits} edits; the file is {} long, what was never used of it takes nothing)",
            bytes(taken),
            bytes(raw.log_bytes),
            bytes(raw.file_bytes)
        ),
        floor: format!("{} are 3 KB a record and 300 B an edit", bytes(most)),
        ratio: Some(taken as f64 / most as f64),
        target: Some(("≤ 1×".into(), taken <= most)),
    }])
}

/// What a file takes of the disk: redb makes it longer long before it uses that.
#[cfg(unix)]
fn taken(file: &Path) -> anyhow::Result<u64> {
    use std::os::unix::fs::MetadataExt;
    Ok(fs::metadata(file)?.blocks() * 512)
}

#[cfg(not(unix))]
fn taken(file: &Path) -> anyhow::Result<u64> {
    Ok(fs::metadata(file)?.len())
}
