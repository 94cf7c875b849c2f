//! Logs by the thousand: a member's key may begin as many as it likes.

use anyhow::{Context, Result, ensure};
use satchel_core::{
    Command, Kind,
    commit::{
        Vector,
        forge::{self, Body, Intent, forge},
    },
    members::{Operation, Role},
};
use satchel_sync::protocol::simulation::Line;

use super::device::Attacked;
use crate::torture::bounds::Watch;

/// More than a commit may name.
const MANY: u64 = 4_200;
const FORKS: u64 = 300;
const BEYOND_A_FRAME: u64 = 80_000;

/// Commits of Ann in place of her next one.
fn instead(attacked: &Attacked, count: u64, alter: impl Fn(&mut Body, u64)) -> Result<Vec<Vec<u8>>> {
    let (next, key) = (&attacked.commits[attacked.at], attacked.ann.ws.device_key());
    let one = |n| {
        forge(next, &key, |body| {
            body.changes.clear();
            body.intent = Intent::Edit;
            alter(body, n);
        })
        .context("a commit")
    };
    (0..count).map(one).collect()
}

fn log(body: &mut Body, n: u64) {
    body.epoch.0[..8].copy_from_slice(&n.to_le_bytes());
    body.seq = 1;
}

fn take(attacked: &Attacked, commits: Vec<Vec<u8>>) -> Result<()> {
    let watch = Watch::begin();
    let accepted = attacked.bob.accept(commits)?;
    let spent = watch.end()?;
    ensure!(accepted.refused.is_empty() && accepted.waiting == 0, "{accepted:?}");
    println!("  {} taken, {} without effect: {spent}", accepted.applied, accepted.aside.len());
    Ok(())
}

/// What is written on top of all of them can be read.
pub fn beside(attacked: &mut Attacked) -> Result<()> {
    let mut commits = instead(attacked, MANY, log)?;
    // The highest is the last to come.
    let first = commits.first().and_then(|commit| forge::id(commit)).context("a commit")?;
    commits.extend(instead(attacked, 1, |body, _| {
        log(body, MANY);
        (body.parents, body.lamport) = (vec![first], body.lamport + 1);
    })?);
    take(attacked, commits)?;
    attacked.lives()?;
    let bob = &attacked.bob;
    let fields = vec![("name".to_owned(), "On top".into())];
    bob.execute(Command::Create { id: bob.new_id(Kind::Opportunity), fields })?;
    let all = bob.commits_beyond(&Vector::default(), 0, usize::MAX)?.0;
    let digest = bob.status()?.digest;
    attacked.reset(0)?;
    let accepted = attacked.bob.accept(all)?;
    ensure!(accepted.refused.is_empty() && accepted.waiting == 0, "{accepted:?}");
    ensure!(attacked.bob.status()?.digest == digest, "it is read as something else");
    attacked.reset(0)
}

/// Who holds more than a frame tells of goes on syncing, also with who holds none of them.
pub fn beyond_a_frame(attacked: &mut Attacked) -> Result<()> {
    let cid = attacked.ann.admit(Role::Salesperson, "Cid Hill", 3)?;
    take(attacked, instead(attacked, BEYOND_A_FRAME, log)?)?;
    let (bob, cid) = (&attacked.bob, &cid.ws);
    for desk in [bob, cid] {
        let fields = vec![("name".to_owned(), "Their own".into())];
        desk.execute(Command::Create { id: desk.new_id(Kind::Opportunity), fields })?;
    }
    let watch = Watch::begin();
    let mut line = Line::connect(cid, bob);
    line.run(usize::MAX);
    let (told, heard) = line.cut();
    println!("  another got them in {} round trips: {}", told.traffic.round_trips, watch.end()?);
    ensure!(told.up_to_date && heard.up_to_date, "{:?} {:?}", told.happenings, heard.happenings);
    ensure!(bob.status()?.digest == cid.status()?.digest, "they differ");
    let mut line = Line::connect(bob, cid);
    line.run(usize::MAX);
    ensure!(line.cut().0.traffic.bytes < 1_024, "they tell each other all again");
    Ok(())
}

/// Each takes something from somebody, without a right to it.
pub fn takings(attacked: &mut Attacked, operation: fn(u64) -> Operation) -> Result<()> {
    let commits = instead(attacked, MANY, |body, n| {
        log(body, n);
        body.intent = Intent::Members(vec![operation(n)]);
    })?;
    take(attacked, commits)?;
    attacked.holds()?;
    attacked.reset(attacked.at)
}

/// Whoever holds other ones first holds the same in the end.
pub fn forks(attacked: &mut Attacked) -> Result<()> {
    let mut commits = instead(attacked, FORKS, |body, n| body.label = n.to_string())?;
    let mut ends = Vec::new();
    for _ in 0..2 {
        take(attacked, commits.clone())?;
        attacked.lives()?;
        let own = attacked.bob.vector();
        ends.push(own.0.keys().filter(|(device, _)| *device == attacked.ann.ws.device()).count());
        attacked.reset(attacked.at)?;
        commits.reverse();
    }
    ensure!(ends[0] == ends[1], "{ends:?}");
    Ok(())
}
