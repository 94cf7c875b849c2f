//! Between devices.

use std::{sync::mpsc, time::Duration};

use anyhow::{Context, ensure};
use satchel_core::{Storage, Workspace, workspace::Event};
use satchel_sync::{Node, Options, protocol::simulation::Line};

use super::{
    Row, floor,
    local::{set_city, spread},
    samples::{Samples, bytes, ratio, time, timed},
    sized::Bench,
};

fn target(bench: &Bench, words: &str, met: bool) -> Option<(String, bool)> {
    (bench.records >= 100_000).then(|| (words.to_owned(), met))
}

/// What a meeting in memory carried: bytes, round trips of the one who dials.
pub fn meet(a: &Workspace, b: &Workspace) -> anyhow::Result<(u64, u64)> {
    let mut line = Line::connect(a, b);
    line.run(usize::MAX);
    let (side, other) = line.cut();
    ensure!(side.up_to_date && other.up_to_date, "{:?} {:?}", side.happenings, other.happenings);
    Ok((side.traffic.bytes, side.traffic.round_trips))
}

pub fn new_device_imported(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    new_device(bench, &bench.imported()?, "imported", 5.0)
}

/// What of a new device's time is automerge's, without anything else.
pub fn documents_alone(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    let documents = &bench.raw()?.documents;
    let (floor, made) = (floor::load(documents), floor::make(documents)?);
    Ok(vec![Row {
        name: "making, saving and reading back its documents, alone",
        measured: time(made),
        floor: format!("{} loading all documents", time(floor)),
        ratio: Some(ratio(made, floor)),
        target: None,
    }])
}

pub fn new_device_single(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    new_device(bench, &bench.single_commits()?, "single", 10.0)
}

fn new_device(bench: &Bench, source: &Workspace, of: &'static str, most: f64) -> anyhow::Result<Vec<Row>> {
    let documents = &bench.raw()?.documents;
    // A machine's pace may change while this takes its time: half before, half after.
    let before = floor::load(documents);
    let new = bench.admitted(source, Storage::Folder(bench.folder(of).with_extension("new")))?;
    let (met, took) = timed(|| meet(&new, source));
    let (carried, _) = met?;
    ensure!(new.status()?.digest == source.status()?.digest, "the new device holds something else");
    let commits = source.status()?.commits;
    let after = floor::load(documents);
    let floor = (before + after) / 2;
    let ratio = ratio(took, floor);
    let name = match of {
        "single" => "a new device receiving everything, one commit per record",
        _ => "a new device receiving everything, imported batches",
    };
    let received = Row {
        name,
        measured: format!("{} ({} in {commits} commits)", time(took), bytes(carried)),
        floor: format!("{} loading all documents ({}, {})", time(floor), time(before), time(after)),
        ratio: Some(ratio),
        target: target(bench, &format!("≤ {most:.0}×"), ratio <= most),
    };
    let (carried, round_trips) = meet(&new, source)?;
    let (_, took) = timed(|| meet(source, &new));
    let reconnected = Row {
        name: "a reconnect with nothing new",
        measured: format!("{}, {round_trips} round trip, {}", bytes(carried), time(took)),
        floor: "1 round trip".into(),
        ratio: None,
        target: target(bench, "1 round trip, ≤ 1 KB", round_trips == 1 && carried <= 1_024),
    };
    Ok(vec![received, reconnected])
}

/// Two devices on disk that hold the same.
fn pair(bench: &Bench, name: &str) -> anyhow::Result<(Workspace, Workspace)> {
    let a = bench.imported()?;
    let b = bench.admitted(&a, Storage::Folder(bench.folder(name)))?;
    meet(&a, &b)?;
    Ok((a, b))
}

pub fn catch_up(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    let load =
        bench.raw()?.documents.iter().step_by((bench.records / 100).max(1)).take(100).cloned().collect::<Vec<_>>();
    let floor = floor::durable_commits(&bench.imported_folder(), 100_000, 20)?.median() + floor::load(&load);
    let (a, b) = pair(bench, "catch-up")?;
    let ids = spread(&a, 100);
    let mut all = Vec::new();
    let mut carried = 0;
    for round in 0..5 {
        for (n, id) in ids.iter().enumerate() {
            a.execute(set_city(*id, 1_000 * (round + 1) + n))?;
        }
        let (met, took) = timed(|| meet(&b, &a));
        carried = met?.0;
        all.push(took);
    }
    let took = Samples::of(all).median();
    Ok(vec![Row {
        name: "100 offline edits catching up",
        measured: format!("{} ({})", time(took), bytes(carried)),
        floor: format!("{} loading 100 documents and one durable commit", time(floor)),
        ratio: Some(ratio(took, floor)),
        target: None,
    }])
}

pub fn live(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    let floor = floor::durable_commits(&bench.imported_folder(), 4_000, 50)?.median() * 2;
    let (a, b) = pair(bench, "live")?;
    let options = || Options { listen: Some(([127, 0, 0, 1], 0).into()), discover: false, live: true };
    let node_a = Node::start(a.clone(), options())?;
    b.note_peer(a.device(), &node_a.addresses(), false)?;
    let node_b = Node::start(b.clone(), options())?;
    let (tell, told) = mpsc::channel();
    b.listen(Box::new(move |event| {
        if let Event::Committed { remote: true, .. } = event {
            let _ = tell.send(());
        }
    }));
    let ids = spread(&a, 101);
    // The first one waits for the connection.
    a.execute(set_city(ids[0], 1))?;
    told.recv_timeout(Duration::from_secs(30)).context("the devices did not find each other")?;
    let mut all = Vec::new();
    for (n, id) in ids.iter().enumerate().skip(1) {
        let (heard, took) = timed(|| {
            a.execute(set_city(*id, 9_000 + n))?;
            Ok::<_, anyhow::Error>(told.recv_timeout(Duration::from_secs(10))?)
        });
        heard?;
        all.push(took);
    }
    let samples = Samples::of(all);
    node_a.stop();
    node_b.stop();
    Ok(vec![Row {
        name: "live edit, from a command on one device to the other's records",
        measured: format!("{} (p99 {})", time(samples.median()), time(samples.percentile(99))),
        floor: format!("{} two durable commits", time(floor)),
        ratio: Some(ratio(samples.median(), floor)),
        target: None,
    }])
}
