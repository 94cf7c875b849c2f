//! Commits that a member's own key signed, each of which does as much to one document as is taken.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, anyhow, ensure};
use satchel_core::{
    Command, Epoch, Workspace,
    commit::forge::{
        self, Change, DocChange, Layout, author,
        column::{
            ACTION, BEFORE, BEFORE_ACTOR, BEFORE_COUNT, FIELD, INSERT, KEY, KEY_ACTOR, OBJECT, OBJECT_ACTOR, VALUE,
            VALUE_KIND,
        },
        forge, number, signed,
    },
    workspace::Accepted,
};

use super::{changes::automerge, device::Attacked};
use crate::torture::bounds::{Spent, Watch};

/// What each of them does: it puts letters, a byte each; or, all but the first, it deletes those in few bytes.
#[derive(Clone, Copy, PartialEq)]
pub enum Growth {
    Letters,
    Deletions,
}

impl Growth {
    /// How many operations a change holds, and how many changes a commit: as many as are taken.
    fn most(self) -> (u64, u64) {
        match self {
            Growth::Letters => (66_000, 2),
            Growth::Deletions => (48_000, 3),
        }
    }
}

const COMMITS: u64 = 10;
const FLOOD: u64 = 1_000;
/// How many of them count, as more is too much of one person.
const COUNTING: u64 = 3;
/// How long somebody else may wait to write.
const LONGEST: Duration = Duration::from_secs(1);
/// In MiB, what a commit may need.
pub const MOST_MEMORY: u64 = 64;
const PUT: u8 = 1;
const DELETE: u8 = 3;
/// The number of the operation that made an opportunity's description.
const DESCRIPTION: u8 = 2;
/// Texts of one byte.
const LETTER: u8 = 0x16;
/// Once what follows.
const ONE: u8 = 0x7f;

/// A change that puts nothing so many times, in about a hundred bytes.
pub fn nothings(like: &[u8], count: u64) -> Option<Vec<u8>> {
    Some(all(&Layout::of(like)?, count, PUT).change())
}

/// The same of one field, so many times.
fn all(like: &Layout, count: u64, action: u8) -> Layout {
    let columns = [
        (FIELD, run(count, &[1, b'a'])),
        (INSERT, number(count)),
        (ACTION, run(count, &[action])),
        (VALUE_KIND, run(count, &[0])),
        (BEFORE_COUNT, run(count, &[0])),
    ];
    Layout { columns: columns.into(), ..like.clone() }
}

fn run(count: u64, value: &[u8]) -> Vec<u8> {
    [&signed(count)[..], value].concat()
}

/// The same of the description, by the place of who made it among the authors that the change speaks of.
fn text(like: &Layout, count: u64, genesis: u8, action: u8) -> Layout {
    let mut text = all(like, count, action);
    text.columns.retain(|(spec, _)| *spec != FIELD);
    text.put(OBJECT_ACTOR, &run(count, &[genesis]));
    text.put(OBJECT, &run(count, &[DESCRIPTION]));
    text
}

/// From the beginning on.
fn letters(like: &Layout, count: u64, genesis: u8, start: u64) -> Layout {
    let mut letters = text(like, count, genesis, PUT);
    letters.put(KEY_ACTOR, &[&[0, 1], &run(count - 1, &[0])[..]].concat());
    letters.put(KEY, &[&[ONE - 1, 0], &signed(start)[..], &run(count - 2, &[1])].concat());
    letters.put(INSERT, &[&[0], &number(count)[..]].concat());
    letters.put(VALUE_KIND, &run(count, &[LETTER]));
    letters.put(VALUE, &vec![b'a'; count as usize]);
    letters
}

/// Deletes letters, by the place of who wrote them.
fn deletions(like: &Layout, count: u64, genesis: u8, first: u64, author: u8) -> Layout {
    let mut deletions = text(like, count, genesis, DELETE);
    let author = run(count, &[author]);
    let which = [&[ONE], &signed(first)[..], &run(count - 1, &[1])].concat();
    deletions.put(KEY_ACTOR, &author);
    deletions.put(KEY, &which);
    deletions.put(BEFORE_COUNT, &run(count, &[1]));
    deletions.put(BEFORE_ACTOR, &author);
    deletions.put(BEFORE, &which);
    deletions
}

/// Commits of Ann, each with several changes: one after the other in her log, or each in a log of its own.
fn growing(attacked: &Attacked, growth: Growth, beside: bool, count: u64) -> Result<Vec<Vec<u8>>> {
    let (most, times) = growth.most();
    let (commit, key) = (&attacked.commits[attacked.at], attacked.ann.ws.device_key());
    let genesis = b"satchel genesis.".to_vec();
    let mut changes: Vec<Layout> = Vec::new();
    let mut commits: Vec<Vec<u8>> = Vec::new();
    for after in 0..count {
        let parent = commits.last().and_then(|commit| forge::id(commit));
        let forged = forge(commit, &key, |body| {
            if beside {
                (body.epoch, body.seq) = (log(after), 1);
            } else {
                (body.seq, body.lamport) = (body.seq + after, body.lamport + after);
                body.parents = parent.map_or_else(|| body.parents.clone(), |parent| vec![parent]);
            }
            let own = author(body.device, body.epoch);
            let by_other = beside && after > 0;
            let Some(like) = automerge(body).next().and_then(|bytes| Layout::of(bytes)) else { return };
            let Some(doc) = body.changes.first().map(|change| change.doc) else { return };
            body.changes.clear();
            for more in 0..times {
                let deletes = growth == Growth::Deletions && (after, more) != (0, 0);
                // The last one that it goes on from.
                let on = match changes.as_slice() {
                    [first, ..] if by_other && more == 0 && deletes => Some(first),
                    _ if by_other && more == 0 => None,
                    others => others.last(),
                };
                let first = changes.first().and_then(Layout::first).unwrap_or_default();
                let start = match on {
                    Some(on) => on.first().unwrap_or_default() + most,
                    None => like.first().unwrap_or_default(),
                };
                let deps = match on {
                    Some(on) => vec![on.hash()],
                    None => like.head[1..][..32 * usize::from(like.head[0])].as_chunks().0.to_vec(),
                };
                let of_first = (by_other && deletes).then(|| author(body.device, log(0)));
                let mut others: Vec<Vec<u8>> = of_first.iter().chain([&genesis]).cloned().collect();
                others.sort();
                let place = |of: &Vec<u8>| others.iter().position(|other| other == of).map_or(0, |at| at as u8 + 1);
                let of_genesis = place(&genesis);
                let mut next = match deletes {
                    true => deletions(&like, most, of_genesis, first, of_first.as_ref().map_or(0, place)),
                    false => letters(&like, most, of_genesis, start),
                };
                next.place(&deps, &own, &others);
                next.start = number(start);
                next.seq = number(if beside { 1 } else { u64::from(like.seq[0]) + times * after } + more);
                body.changes.push(DocChange { doc, change: Change::Automerge(next.change()) });
                changes.push(next);
            }
        });
        commits.push(forged.context("a commit")?);
    }
    Ok(commits)
}

/// The log of its own that one of them begins.
fn log(after: u64) -> Epoch {
    Epoch((u128::from(after) + 1).to_be_bytes())
}

/// Gives Bob commits, while he goes on writing into another record: he never waits for more than a second.
fn give(bob: &Workspace, commits: Vec<Vec<u8>>) -> Result<(Accepted, Spent)> {
    let (over, mut longest) = (AtomicBool::new(false), Duration::ZERO);
    let other = bob.records().stages.values().next().map(|stage| (stage.id, stage.name.clone())).context("a stage")?;
    // What changes nothing waits for its turn as all else does.
    let nothing = Command::Set { id: other.0, fields: vec![("name".to_owned(), other.1.into())], seen: None };
    let watch = Watch::begin();
    let accepted = std::thread::scope(|scope| {
        let writing = scope.spawn(|| {
            while !over.load(Ordering::Relaxed) {
                let begun = Instant::now();
                bob.execute(nothing.clone())?;
                longest = longest.max(begun.elapsed());
                std::thread::yield_now();
            }
            anyhow::Ok(())
        });
        let accepted = bob.accept(commits);
        over.store(true, Ordering::Relaxed);
        writing.join().map_err(|_| anyhow!("he could not write"))??;
        anyhow::Ok(accepted?)
    })?;
    let spent = watch.end()?;
    ensure!(accepted.refused.is_empty(), "{accepted:?}");
    let Accepted { applied, aside, waiting, .. } = &accepted;
    println!(
        "  {applied} taken, {} of them without effect, {waiting} wait: {spent}, others waited for {:.2} s at most",
        aside.len(),
        longest.as_secs_f64()
    );
    ensure!(longest <= LONGEST, "others waited for {longest:?}");
    Ok((accepted, spent))
}

pub fn together(attacked: &mut Attacked, growth: Growth) -> Result<()> {
    let commits = growing(attacked, growth, false, COMMITS)?;
    let (accepted, _) = give(&attacked.bob, commits)?;
    ensure!(accepted.waiting == 0, "{accepted:?}");
    ensure!(attacked.bob.set_aside()?.len() as u64 == COMMITS - COUNTING, "{:?}", attacked.bob.set_aside()?);
    Ok(())
}

/// Little that would be very much, and goes on coming.
pub fn flood(attacked: &mut Attacked) -> Result<()> {
    let commits = growing(attacked, Growth::Deletions, true, FLOOD)?;
    println!("  {} KiB", commits.iter().map(Vec::len).sum::<usize>() >> 10);
    let (accepted, spent) = give(&attacked.bob, commits)?;
    ensure!(accepted.waiting == 0, "{accepted:?}");
    ensure!(spent.mib.is_none_or(|mib| mib <= MOST_MEMORY), "{spent}");
    // Of all that is of one place in the graph what counts may not be what the rest builds on.
    ensure!(attacked.bob.set_aside()?.len() as u64 >= FLOOD - COUNTING, "what is too much counts");
    attacked.holds()
}

/// Whatever order they come in, they make the same.
pub fn heaped(attacked: &mut Attacked, growth: Growth, beside: bool) -> Result<()> {
    let mut commits = growing(attacked, growth, beside, COMMITS)?;
    let mut states = Vec::new();
    for _ in 0..2 {
        for commit in &commits {
            let (_, spent) = give(&attacked.bob, vec![commit.clone()])?;
            ensure!(spent.mib.is_none_or(|mib| mib <= MOST_MEMORY), "{spent}");
        }
        attacked.holds()?;
        states.push((attacked.bob.status()?.digest, attacked.bob.set_aside()?.len() as u64));
        attacked.reset(attacked.at)?;
        commits.reverse();
    }
    ensure!(states[0] == states[1] && states[0].1 == COMMITS - COUNTING, "{states:?}");
    Ok(())
}

/// Commits that wait for one that comes last: they are not taken all at once.
pub fn waiting(attacked: &mut Attacked, growth: Growth) -> Result<()> {
    let before = attacked.commits[attacked.at].clone();
    let parent = forge::id(&before).context("a commit")?;
    let mut commits = growing(attacked, growth, true, COMMITS)?;
    for commit in &mut commits {
        let forged = forge(commit, &attacked.ann.ws.device_key(), |body| {
            body.lamport += 1;
            body.parents = vec![parent];
        });
        *commit = forged.context("a commit")?;
    }
    let (accepted, _) = give(&attacked.bob, commits)?;
    ensure!(accepted.waiting as u64 == COMMITS, "{accepted:?}");
    let (accepted, _) = give(&attacked.bob, vec![before])?;
    ensure!(accepted.waiting == 0, "{accepted:?}");
    Ok(())
}
