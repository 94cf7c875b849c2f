//! A member with a changed program: whatever it signs, nobody else's process dies, hangs or holds a damaged workspace.
//!
//! Deterministic; PROPTEST_CASES is the number of mutations tried of every commit.

use crate::common::{Desk, disk::Disk, own};
use satchel_core::{
    Command, DocId, Kind, Money, Value, Workspace,
    commit::{
        Vector,
        forge::{Body, Change, forge},
    },
    environment::fixed::environment,
    record::ActivityType,
    workspace::DeviceKey,
};
use sha2::{Digest, Sha256};

const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];

/// Chance from a seed.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound.max(1)
    }

    fn byte(&mut self) -> u8 {
        match self.below(6) {
            0 => 0x00,
            1 => 0x7f,
            2 => 0x80,
            3 => 0xff,
            _ => self.below(256) as u8,
        }
    }
}

fn cases(default: usize) -> usize {
    std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(default)
}

/// Ann's device, and Bob's as it was before each of her commits.
struct Attack {
    ann: Desk,
    /// One after the other, with Bob's disk before each.
    commits: Vec<(Vec<u8>, Disk)>,
    deal: DocId,
}

fn open(disk: &Disk, clock: &Desk) -> Workspace {
    Workspace::open(disk.copy().storage(), environment(&clock.clock, 77)).expect("opened")
}

fn attack() -> Attack {
    let ann = Desk::ann();
    let deal = ann.add(&[("name", "GTX Pro".into()), ("description", "The quick brown fox.".into())]);
    let disk = Disk::new();
    let bob = ann.admit_on("Bob Road", 2, disk.storage());
    crate::common::meet(&ann, &bob);
    drop(bob);
    let tag = DocId::derived(ann.ws.id(), "test", Kind::Tag, "a");
    let activity = ann.ws.new_id(Kind::Activity);
    let script = [
        Command::Create { id: tag, fields: own(&[("name", "Hot".into())]) },
        Command::Create {
            id: ann.ws.new_id(Kind::Opportunity),
            fields: own(&[("name", "GTK 500".into()), ("expected_revenue", Money(120_000).into())]),
        },
        Command::Set {
            id: deal,
            fields: own(&[("city", "Ghent".into()), ("priority", 3i64.into()), ("tags", Value::Refs(vec![tag]))]),
            seen: None,
        },
        Command::Set { id: deal, fields: own(&[("description", "The slow brown foxes jump.".into())]), seen: None },
        Command::AddActivity {
            on: deal,
            id: activity,
            kind: ActivityType::CALL,
            summary: "Offer".into(),
            note: String::new(),
            date_deadline: ann.ws.environment().today(),
            user: None,
        },
        Command::ActivityDone { id: activity, feedback: "well".into() },
        Command::MarkWon { ids: vec![deal] },
        Command::Set { id: deal, fields: own(&[("description", Value::Null), ("city", Value::Null)]), seen: None },
        Command::Trash { ids: vec![deal] },
    ];
    script.into_iter().for_each(|command| ann.run(command));
    let bob = open(&disk, &ann);
    let (commits, _) = ann.ws.commits_beyond(&bob.vector(), 0, usize::MAX).expect("read");
    drop(bob);
    let mut states = Vec::new();
    let mut before = disk;
    for commit in commits {
        let after = before.copy();
        let bob = Workspace::open(after.storage(), environment(&ann.clock, 77)).expect("opened");
        assert_eq!(bob.accept(vec![commit.clone()]).expect("accepted").applied, 1);
        drop(bob);
        states.push((commit, before));
        before = after;
    }
    Attack { ann, commits: states, deal }
}

fn digest(ws: &Workspace) -> [u8; 32] {
    ws.status().expect("a status").digest
}

/// Gives Bob something bad. Refused, it has changed nothing; taken, it made a workspace that holds in every respect.
/// Returns whether it was taken.
fn offer(bob: &Workspace, bytes: Vec<u8>, what: &str) -> bool {
    let before = digest(bob);
    let accepted = bob.accept(vec![bytes]).unwrap_or_else(|e| panic!("{what}: {e}"));
    if accepted.applied == 0 {
        assert_eq!(digest(bob), before, "{what}");
        return false;
    }
    assert_eq!(bob.check().expect("checked").problems, Vec::<String>::new(), "{what}");
    bob.conflicts(None).expect("conflicts");
    let ids: Vec<DocId> = bob.records().opportunities.keys().copied().collect();
    for id in ids {
        bob.history(id).expect("a history");
        let fields = own(&[("zip", "9000".into()), ("description", "Bob's words".into())]);
        match bob.execute(Command::Set { id, fields, seen: None }) {
            Ok(_) | Err(satchel_core::Error::Refused(_)) => {}
            Err(error) => panic!("{what}: {error}"),
        }
    }
    let before = (digest(bob), bob.records().opportunities.clone());
    bob.rebuild().expect("rebuilt");
    assert!(before == (digest(bob), bob.records().opportunities.clone()), "{what}: a rebuild makes something else");
    true
}

fn leb(mut value: u64) -> Vec<u8> {
    let mut out = Vec::new();
    loop {
        let byte = (value & 0x7f) as u8;
        value >>= 7;
        if value == 0 {
            out.push(byte);
            return out;
        }
        out.push(byte | 0x80);
    }
}

fn signed_leb(value: u64) -> Vec<u8> {
    let mut out = leb(value);
    if out.last().is_some_and(|b| b & 0x40 != 0) {
        *out.last_mut().expect("a byte") |= 0x80;
        out.push(0);
    }
    out
}

/// A change chunk's content.
fn content(change: &[u8]) -> &[u8] {
    let length = change[9..].iter().position(|b| b & 0x80 == 0).expect("a length") + 1;
    &change[9 + length..]
}

/// A chunk with a length and a checksum that hold.
fn chunk(kind: u8, content: &[u8]) -> Vec<u8> {
    let tail = [&[kind][..], &leb(content.len() as u64), content].concat();
    let sum = Sha256::digest(&tail);
    [&MAGIC[..], &sum[..4], &tail].concat()
}

fn mutated(content: &[u8], donor: &[u8], chance: &mut Chance) -> Vec<u8> {
    let mut bytes = content.to_vec();
    for _ in 0..=chance.below(3) {
        let at = chance.below(bytes.len());
        match chance.below(8) {
            0 => bytes[at] ^= 1 << chance.below(8),
            1 | 2 => bytes[at] = chance.byte(),
            3 => bytes.insert(at, chance.byte()),
            4 if bytes.len() > 1 => _ = bytes.remove(at),
            5 => bytes.truncate(at.max(1)),
            6 => {
                let (from, count) = (chance.below(donor.len()), chance.below(24));
                let part = donor[from..(from + count).min(donor.len())].to_vec();
                let end = (at + chance.below(24)).min(bytes.len());
                bytes.splice(at..end, part);
                if bytes.is_empty() {
                    bytes.push(0);
                }
            }
            _ => {
                // A number that grows: in the columns that is a run's length or a reference.
                bytes[at] = bytes[at].wrapping_add(1);
            }
        }
    }
    bytes
}

fn automerge_changes(body: &mut Body) -> Vec<&mut Vec<u8>> {
    body.changes
        .iter_mut()
        .filter_map(|c| match &mut c.change {
            Change::Automerge(bytes) => Some(bytes),
            Change::Seed { .. } => None,
        })
        .collect()
}

#[test]
fn mutated_changes_with_repaired_checksums_leave_a_workspace_that_holds() {
    let attack = attack();
    let key = attack.ann.ws.device_key();
    let donors: Vec<Vec<u8>> = {
        let mut all = Vec::new();
        for (commit, _) in &attack.commits {
            forge(commit, &key, |body| {
                all.extend(automerge_changes(body).into_iter().map(|c| content(c).to_vec()));
            });
        }
        all
    };
    let mut chance = Chance(2026);
    let (mut taken, mut refused) = (0, 0);
    for (number, (commit, disk)) in attack.commits.iter().enumerate() {
        let mut bob = open(disk, &attack.ann);
        for case in 0..cases(150) {
            let donor = donors[chance.below(donors.len())].clone();
            let forged = forge(commit, &key, |body| {
                let mut changes = automerge_changes(body);
                if changes.is_empty() {
                    return;
                }
                let at = chance.below(changes.len());
                let bytes = mutated(content(changes[at]), &donor, &mut chance);
                *changes[at] = chunk(1, &bytes);
            });
            let Some(forged) = forged else { continue };
            if forged == *commit {
                continue;
            }
            if offer(&bob, forged, &format!("commit {number}, case {case}")) {
                taken += 1;
                bob = open(disk, &attack.ann);
            } else {
                refused += 1;
            }
        }
        // After all that, the real one is still welcome.
        assert_eq!(bob.accept(vec![commit.clone()]).expect("accepted").applied, 1);
    }
    println!("{taken} taken and whole, {refused} refused");
    assert!(taken > 0 && refused > 0);
}

#[test]
fn flipped_cut_and_spliced_commits_change_nothing() {
    let attack = attack();
    let mut chance = Chance(7);
    for (commit, disk) in &attack.commits {
        let bob = open(disk, &attack.ann);
        let before = digest(&bob);
        let mut all = Vec::new();
        for _ in 0..cases(150) {
            let donor = &attack.commits[chance.below(attack.commits.len())].0;
            let bytes = mutated(commit, donor, &mut chance);
            if !attack.commits.iter().any(|(c, _)| *c == bytes) {
                all.push(bytes);
            }
        }
        let count = all.len();
        let accepted = bob.accept(all).expect("accepted");
        assert_eq!((accepted.applied, accepted.refused.len()), (0, count));
        assert_eq!(digest(&bob), before);
        assert_eq!(bob.check().expect("checked").problems, Vec::<String>::new());
    }
}

#[test]
fn a_bad_commit_among_good_ones_takes_only_its_followers_with_it() {
    let attack = attack();
    let cal = attack.ann.admit("Cal Ford", 3);
    let mut good = Vec::new();
    for n in 0..20 {
        cal.add(&[("name", format!("Deal {n}").into())]);
    }
    let first = &attack.commits[0].1;
    let bob = open(first, &attack.ann);
    good.extend(cal.ws.commits_beyond(&bob.vector(), 0, usize::MAX).expect("read").0);
    let key = attack.ann.ws.device_key();
    let bad = forge(&attack.commits[3].0, &key, |body| {
        for change in automerge_changes(body) {
            let mut bytes = content(change).to_vec();
            let last = bytes.len() - 1;
            bytes.truncate(last);
            *change = chunk(1, &bytes);
        }
    })
    .expect("forged");
    let place = good.iter().position(|c| *c == attack.commits[3].0).expect("among them");
    good[place] = bad;
    let total = good.len();
    let accepted = bob.accept(good).expect("accepted");
    assert_eq!(accepted.refused.len(), 1);
    // Ann's later ones, and Cal's that build on them, wait for the real one.
    assert_eq!(accepted.applied, place);
    assert_eq!(accepted.waiting, total - place - 1);
    let accepted = bob.accept(vec![attack.commits[3].0.clone()]).expect("accepted");
    assert_eq!((accepted.applied, accepted.waiting), (total - place, 0));
    assert_eq!(digest(&bob), cal.digest());
}

/// A change that puts one key `count` times, in about a hundred bytes.
fn exploding(like: &[u8], count: u64) -> Vec<u8> {
    let content = content(like);
    // Dependencies and author as in the original.
    let deps = 1 + 32 * usize::from(content[0]);
    let actor = deps + 1 + usize::from(content[deps]);
    let mut head = content[..actor].to_vec();
    let (seq, start) = (content[actor], content[actor + 1]);
    assert!(seq < 0x80 && start < 0x80, "one byte each");
    head.extend([seq, start, 0, 0, 0]);
    let run = |value: &[u8]| [&signed_leb(count)[..], value].concat();
    let columns: [(u8, Vec<u8>); 5] =
        [(0x15, run(&[1, b'a'])), (0x34, leb(count)), (0x42, run(&[1])), (0x56, run(&[0])), (0x70, run(&[0]))];
    head.push(columns.len() as u8);
    for (spec, data) in &columns {
        head.extend([*spec, data.len() as u8]);
    }
    head.extend(columns.iter().flat_map(|(_, data)| data.clone()));
    chunk(1, &head)
}

#[test]
fn run_lengths_that_explode_are_refused_unread() {
    let attack = attack();
    let key = attack.ann.ws.device_key();
    let (commit, disk) = &attack.commits[2];
    let bob = open(disk, &attack.ann);
    let before = digest(&bob);
    for count in [5_000_000, 1 << 40, u64::MAX >> 2] {
        let forged = forge(commit, &key, |body| {
            for change in automerge_changes(body) {
                *change = exploding(change, count);
                assert!(change.len() < 160, "{}", change.len());
            }
        })
        .expect("forged");
        let accepted = bob.accept(vec![forged]).expect("accepted");
        assert_eq!(accepted.applied, 0);
        assert!(accepted.refused[0].contains("too many operations"), "{:?}", accepted.refused);
    }
    // Many that are just small enough, in one commit.
    let forged = forge(commit, &key, |body| {
        let change = body.changes[0].clone();
        body.changes = (0..1_000)
            .map(|_| {
                let mut change = change.clone();
                if let Change::Automerge(bytes) = &mut change.change {
                    *bytes = exploding(bytes, 300_000);
                }
                change
            })
            .collect();
    })
    .expect("forged");
    let accepted = bob.accept(vec![forged]).expect("accepted");
    assert!(accepted.refused[0].contains("too many operations"), "{:?}", accepted.refused);
    assert_eq!(digest(&bob), before);
    // The same shape with a few operations is a change like any other, or none.
    let forged = forge(commit, &key, |body| {
        automerge_changes(body).into_iter().for_each(|change| *change = exploding(change, 3));
    });
    offer(&bob, forged.expect("forged"), "three operations");
}

#[test]
fn an_honest_text_of_full_length_written_anew_is_taken() {
    let ann = Desk::ann();
    let bob = ann.admit("Bob Road", 2);
    let id = ann.add(&[("name", "GTX Pro".into()), ("description", "a".repeat(65_536).into())]);
    ann.set(id, &[("description", "b".repeat(65_536).into())]);
    crate::common::meet(&ann, &bob);
    assert_eq!(bob.text(id, "description"), "b".repeat(65_536));
}

#[test]
fn a_signed_lie_about_place_or_author_is_refused() {
    let attack = attack();
    let key = attack.ann.ws.device_key();
    let (commit, disk) = &attack.commits[2];
    let bob = open(disk, &attack.ann);
    let before = digest(&bob);
    let stranger = DeviceKey([9; 32]);
    let other = Desk::ann();
    let bob_user = bob.user();
    let bob_key = bob.device_key();
    type Lie<'a> = Box<dyn FnOnce(&mut Body) + 'a>;
    let lies: Vec<(&str, &DeviceKey, Lie)> = vec![
        ("newer version", &key, Box::new(|b| b.version += 1)),
        ("another workspace", &key, Box::new(|b| b.workspace.0[0] ^= 1)),
        ("not shared", &key, Box::new(|b| b.space.0[0] ^= 1)),
        ("right after its causes", &key, Box::new(|b| b.lamport += 1)),
        ("right after its causes", &key, Box::new(|b| b.lamport = u64::MAX)),
        ("right after its causes", &key, Box::new(|b| b.lamport = 0)),
        ("right after its causes", &key, Box::new(|b| b.parents.clear())),
        ("previous one", &key, Box::new(|b| b.parents.reverse())),
        ("forked", &key, Box::new(|b| b.seq -= 1)),
        ("another user's name", &key, Box::new(|b| b.user = bob_user)),
        ("by nobody", &key, Box::new(|b| b.user = attack.deal)),
        ("signature", &stranger, Box::new(|_| {})),
        ("not made by the device", &stranger, Box::new(|b| b.device = stranger.device())),
        ("not made by the device", &bob_key, Box::new(|b| b.device = bob_key.device())),
        ("not made by the device", &key, Box::new(|b| b.epoch.0[0] ^= 1)),
        ("not a document", &key, Box::new(|b| b.changes[0].doc = other.ws.new_id(Kind::Note))),
        ("builds on a change that is not here", &key, Box::new(|b| b.changes[0].doc = b.user)),
        ("cannot be read", &key, Box::new(|b| b.seq = 0)),
        ("cannot be read", &key, Box::new(|b| b.label = "x".repeat(5_000))),
        ("long text", &key, Box::new(|b| b.changes[0].change = seed("name", "x"))),
        ("long text", &key, Box::new(|b| b.changes[0].change = seed("description", &"x".repeat(70_000)))),
    ];
    for (reason, key, lie) in lies {
        let parents_before = commit.clone();
        let mut multiple = true;
        let forged = forge(&parents_before, key, |body| {
            multiple = body.parents.len() > 1;
            lie(body);
        })
        .expect("forged");
        if forged == *commit || reason == "previous one" && !multiple {
            continue;
        }
        let accepted = bob.accept(vec![forged]).expect("accepted");
        assert_eq!(accepted.applied, 0, "{reason}");
        assert!(accepted.refused.first().is_some_and(|r| r.contains(reason)), "{reason}: {:?}", accepted.refused);
        assert_eq!(digest(&bob), before, "{reason}");
    }
    // A stranger without changes of its own, and a gap: neither does anything.
    let hello = forge(commit, &stranger, |body| {
        (body.device, body.seq) = (stranger.device(), 1);
        body.changes.clear();
    });
    let accepted = bob.accept(vec![hello.expect("forged")]).expect("accepted");
    assert!(accepted.refused[0].contains("not a member"), "{:?}", accepted.refused);
    let gap = forge(commit, &key, |body| body.seq += 5).expect("forged");
    let accepted = bob.accept(vec![gap]).expect("accepted");
    assert_eq!((accepted.applied, accepted.waiting), (0, 1));
    assert_eq!(digest(&bob), before);
    assert_eq!(bob.check().expect("checked").problems, Vec::<String>::new());
    assert_eq!(bob.accept(vec![commit.clone()]).expect("accepted").applied, 1);
}

fn seed(key: &str, text: &str) -> Change {
    Change::Seed { key: key.into(), text: text.into() }
}

#[test]
fn a_flood_of_commits_without_causes_is_let_go() {
    let attack = attack();
    let key = attack.ann.ws.device_key();
    let (commit, disk) = &attack.commits[0];
    let bob = open(disk, &attack.ann);
    let flood = |from: u64| -> Vec<Vec<u8>> {
        (from..from + 40)
            .filter_map(|n| {
                forge(commit, &key, |body| {
                    body.seq += 10 + n;
                    body.changes[0].change = seed("description", &"x".repeat(60_000));
                    body.changes[0].doc = attack.deal;
                    body.changes = vec![body.changes[0].clone(); 14];
                })
            })
            .collect()
    };
    let waiting: Vec<usize> = (0..3).map(|n| bob.accept(flood(40 * n)).expect("accepted").waiting).collect();
    assert!(waiting[2] < 40, "{waiting:?}");
    let (rest, _) = attack.ann.ws.commits_beyond(&bob.vector(), 0, usize::MAX).expect("read");
    bob.accept(rest).expect("accepted");
    assert_eq!(digest(&bob), attack.ann.digest());
    assert_ne!(*bob.vector(), Vector::default());
}
